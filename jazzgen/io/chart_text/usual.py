"""Lines of charts as people type them, put in the form of chart text.

Intro: C | Am |             [Intro] | C | Am |
| C | Am | F | G | (x2)     |: C | Am | F | G :|x2
A                           [A]
|1st ending F :|            |1. F :|
1 | C | F | # two bars      | C | F |
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from jazzgen.io.chart_text.jump_signs import split_signs
from jazzgen.io.chart_text.spacing import with_usual_blanks
from jazzgen.io.chord_sheet.chord_lines import is_tab
from jazzgen.io.ireal.staff_text import NO_TEXT
from jazzgen.music.chord import is_chord
from jazzgen.music.chord_repair import read_symbol

__all__ = ["is_section", "usual_lines"]

BAR_SIGNS = str.maketrans({
    "𝄆": "|:", "𝄇": ":|", "𝄀": "|", "𝄁": "||", **dict.fromkeys("｜│¦∣ǀ┃║", "|"),
})  # fmt: skip
"""Look-alikes of bar lines."""
FENCE = re.compile(r"\s*(?:```.*|[-|:=+_*\s]*---[-|:=+_*\s]*)")
"""A line that marks text in Markdown, or rules it off."""
COMMENT = re.compile(r"\s#\s.*")
COLONS = (
    (re.compile(r"(?<!\S)[/\[]:(?!\S)"), "|:"),
    (re.compile(r"(?<!\S):[/\]](?!\S)"), ":|"),
)
"""Signs of repeats that are no bar lines."""
BAR_NUMBER = re.compile(r"\s*\d{1,3}\s*[.:)]?\s*(?=\|)")
BULLET = re.compile(r"\s*[-–—>*•]+\s*(?=\|)")
ENDINGS = re.compile(r"(?<=\|)\s*\[?(\d)\.?\s*(?:[,&+]|and)?\s*(\d)\.(?!\d)", re.IGNORECASE)
"""An ending for two passes: 1.2. and 1. & 2."""
NAME = (
    r"(?:[A-Z]\d?'{0,2}|(?i:pre-?\s?|post-?\s?)?(?i:intro|verse|chorus|bridge|refrain|interlude|solos?"
    r"|outro|ending|coda|vamp|head|turnaround|tag|break|part|section|theme)\b[^\[\]|:]{0,16}?"
    r"|(?i:first|second|last|final|out)\s+[A-Z]\d?(?![\w#♭♯]))"
)
"""The name of a section."""
SECTION = re.compile(NAME)
FRAMED = re.compile(r"(?<=[|\s])\[\s*([A-G][^\[\]|\s]*)\s*\](?=\s*[|\[]|\s*$)")
"""A chord in square brackets in a bar."""
ALONE = re.compile(rf"\s*[\[(<]?\s*({NAME})\s*[\])>]?\s*[:.]?\s*")
BEFORE = re.compile(
    rf"\s*(?:\(({NAME}|[A-Z][a-z]{{3,}}[ \d]*)\)(?=\s*\|)"
    rf"|({NAME}|[A-Z][\w '/-]{{0,30}}?)\s*(?:\([^()|]{{1,20}}\))?\s*:(?![|:])"
    r"|(?:\(([A-Z]\d?)\)|([A-Z]\d?)\))(?=\s*[|A-G]))\s*"
)
"""The name of a section before the first bar of a line."""
TIMES_FIRST = re.compile(
    r"\s*[(\[]?\s*(?:[x×]\s?(\d{1,2})|(\d{1,2})\s?[x×])\s*[)\]]?\s*:?\s*(?=\|)", re.IGNORECASE
)
"""A number of times before the first bar line."""
BAR_TIMES = re.compile(r"\s*(\S+)\s+[x×]\s?(\d{1,2})\s*", re.IGNORECASE)
"""A bar of one chord that is played several times."""
TIMES = re.compile(
    r"\s*[(\[]?\s*(?<![\w])(?:[x×]\s?(\d{1,2})|(\d{1,2})\s?[x×]|(?:repeat|play)?\s*(\d{1,2})\s+times)"
    r"\s*[)\]]?\s*$",
    re.IGNORECASE,
)
"""A number of times at the end of a line."""
ORDINAL = re.compile(
    r"(?<=\|)\s*\[?\s*(\d)(?:st|nd|rd|th)\.?\s+(?:ending|end|time|volta)\b[.:]?\s*", re.IGNORECASE
)
BRACKETED = re.compile(r"(?<=\|)\s*\[\s*(\d(?:[,-]\d)*)\.?\s+([^\[\]|]+?)\s*\](?=\s*(?:\||$))")
"""An ending of one bar in brackets: `[2 G7 ]`."""
NUMBERED = re.compile(r"(?<=\|)\s*\[\s*(\d)\s*\](?=\s*[A-G(%/N])")
METER = re.compile(r"\[\s*(\d{1,2}/\d{1,2})\s*\]")
SIGNS = frozenset({"/", "//", "%", "-", "–", "—", "."})
SHOWN = 24
"""The largest number of characters of a text that a warning shows."""


def is_section(line: str) -> bool:
    """Return whether a line is the name of a section: "A", "[Bridge]", "Verse 2"."""
    return ALONE.fullmatch(line) is not None and (
        line.strip()[0] in "[(<" or re.fullmatch(r"\S+(\s+[\dA-Z])?\W*", line.strip()) is not None
    )


def usual_lines(lines: Sequence[tuple[int, str]], remarks: list[str]) -> Iterator[str]:
    """Yield lines of bars in the form of chart text.

    Args:
        lines: The lines with their numbers.
        remarks: Gets what was guessed or passed over.
    """
    text = "\n".join(line for _, line in lines).translate(BAR_SIGNS)
    has_bars, repeats, margins = "|" in text, ":|" in text, _has_names(text)
    for number, written in lines:
        line = COMMENT.sub("", written.translate(BAR_SIGNS))
        if FENCE.fullmatch(line) or not line.strip() or is_tab(line):
            continue
        alone = ALONE.fullmatch(line) if has_bars and "|" not in line else None
        if alone:
            if read_symbol(alone[1]).chord and "[" not in line:
                remarks.append(f"line {number}: {alone[1]!r} is taken for the name of a section")
            yield f"[{' '.join(alone[1].split())}]"
            continue
        if has_bars and "|" not in line and _is_words(line):
            remarks.append(f"line {number}: {line.strip()[:SHOWN]!r} is passed over")
            continue
        line = _without_frames(line)
        line = BULLET.sub("", line, count=1) if BULLET.match(line) else line
        counted = BAR_NUMBER.match(line)
        if counted and not repeats:
            line = line[counted.end() :]
        line = with_usual_blanks(_with_endings(line, repeats))
        line, dropped = _without_remark(line)
        if dropped:
            remarks.append(f"line {number}: {dropped[:SHOWN]!r} is passed over")
        yield _with_times(_with_label(line, margins))


def _without_frames(line: str) -> str:
    """Return a line without brackets round the chords in its bars: `| [Dm7] | [G7] |`.

    A letter between bar lines is a chord if another one in brackets cannot be a section.
    """
    if not any(is_chord(one[1]) and not SECTION.fullmatch(one[1]) for one in FRAMED.finditer(line)):
        return line
    return FRAMED.sub(lambda one: f" {one[1]} " if is_chord(one[1]) else one[0], line)


def _has_names(text: str) -> bool:
    """Return whether a name of a section stands before the first bar line of each line.

    A letter there can be a chord, too. Names are letters in the order of a form from A on, and
    all lines end with a bar line: a chord there would be the only one without bar lines.
    """
    lines = [line.strip() for line in text.splitlines() if "|" in line]
    names = [line.partition("|")[0].strip() for line in lines]
    return (
        len(set(names)) > 1
        and names[0] in ("A", "A1")
        and all(SECTION.fullmatch(name) for name in names)
        and all(line.endswith("|") for line in lines)
    )


def _is_words(line: str) -> bool:
    """Return whether a line has words alone, no chords and no signs that are played."""
    if split_signs(line)[1] != NO_TEXT or line.lstrip()[0] in "[(<":
        return False
    return not any(_is_music(word) for word in re.split(r"[\s,;]+", line.strip()))


def _is_music(word: str) -> bool:
    """Return whether a word is a chord, which may be mistyped but no plain word, or a sign."""
    if word in SIGNS or is_chord(word):
        return True
    return not re.fullmatch(r"[A-Za-z]?[a-z]{3,}\W*", word) and read_symbol(word).chord is not None


def _with_endings(line: str, repeats: bool) -> str:
    """Return a line with its repeats, endings and meters as chart text has them.

    Args:
        line: The line.
        repeats: Whether a repeat ends anywhere in the chart.
    """
    for colon, sign in COLONS:
        line = colon.sub(sign, line)
    line = ENDINGS.sub(r"\1,\2. ", line)
    line = METER.sub(r"(\1)", ORDINAL.sub(r"\1. ", line))
    line = BRACKETED.sub(_opened, line)
    return NUMBERED.sub(r"\1. ", line) if repeats else line


def _opened(bracket: re.Match[str]) -> str:
    """Return an ending in brackets without the second one, if it holds chords."""
    words = bracket[2].split()
    is_music = any(word in SIGNS or read_symbol(word).chord for word in words)
    return f"[{bracket[1]} {bracket[2]} " if is_music else bracket[0]


def _with_label(line: str, margins: bool) -> str:
    """Return a line with the name of a section before its first bar in square brackets.

    Args:
        line: The line.
        margins: Whether such a name stands before the first bar line of each line.
    """
    begin = line.find("|")
    if begin < 0:
        return line
    label = BEFORE.match(line)
    if label:
        name = next(filter(None, label.groups()), "") or ""
        return f"[{' '.join(name.split())}] {line[label.end() :]}"
    words = line[:begin].strip()
    if SECTION.fullmatch(words) and (margins or not read_symbol(words).chord):
        return f"[{words}] {line[begin:]}"
    return line


def _with_times(line: str) -> str:
    """Return a line that says how often it is played, or a bar in it, with repeat signs."""
    if first := TIMES_FIRST.match(line):
        line = f"{line[first.end() :]} x{first[1] or first[2]}"
    line = _with_bar_times(line)
    found = TIMES.search(line)
    body = line[: found.start()].strip() if found else ""
    if body.startswith("(") and body.endswith(")"):
        body = body[1:-1]
    if found is None or "|" not in body:
        return line
    times = int(found[1] or found[2] or found[3])
    if times < 2:
        return body
    if body.endswith(":|"):
        return f"{body}x{times}"
    if ":|" in body:
        return line
    if "|:" in body:
        return f"{body.rstrip('| ')} :|x{times}"
    label, bracket, bars = body.rpartition("]") if body.lstrip().startswith("[") else ("", "", body)
    return f"{label}{bracket} |: {bars.strip('| ')} :|x{times}"


def _with_bar_times(line: str) -> str:
    """Return a line in which a bar that says how often it is played is written that often."""
    bars = line.split("|")
    counted = [BAR_TIMES.fullmatch(bar) for bar in bars]
    if not any(counted[:-1]):  # behind the last bar line it counts for the line
        return line
    return "|".join(
        "|".join([f" {found[1]} "] * int(found[2])) if found and is_chord(found[1]) else bar
        for bar, found in zip(bars, counted, strict=True)
    )


def _without_remark(line: str) -> tuple[str, str]:
    """Return a line without words behind its last bar line that are no music, and these words."""
    body, bar, rest = line.rpartition("|")
    words = rest.lstrip(":").strip()
    if not bar or not words or TIMES.search(line) or split_signs(words)[1] != NO_TEXT:
        return line, ""
    said = re.split(r"[\s,;()]+", words.removeprefix("//").strip())
    is_music = len(words) < 2 or any(_is_music(word) for word in said)
    is_sign = words[0] == "[" or words[0].isdigit() or re.match(r"<[^<>-]*>", words)
    if is_music or is_sign or not re.search(r"[A-Za-z]", words):
        return line, ""
    return body + bar + (":" if rest.startswith(":") else ""), words
