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
from jazzgen.io.ireal.staff_text import NO_TEXT
from jazzgen.music.chord_repair import read_symbol

__all__ = ["usual_lines"]

BAR_SIGNS = str.maketrans({"｜": "|", "│": "|", "¦": "|", "∣": "|", "ǀ": "|", "┃": "|", "║": "|"})
"""Look-alikes of bar lines."""
FENCE = re.compile(r"\s*(?:```.*|[-|:=+_*\s]*---[-|:=+_*\s]*)")
"""A line that marks text in Markdown, or rules it off."""
COMMENT = re.compile(r"\s#\s.*")
COLONS = ((re.compile(r"(?<!\S)/:(?!\S)"), "|:"), (re.compile(r"(?<!\S):/(?!\S)"), ":|"))
BAR_NUMBER = re.compile(r"\s*\d{1,3}\s*[.:)]?\s*(?=\|)")
NAME = (
    r"(?:[A-Z]\d?'{0,2}|(?i:pre-?\s?|post-?\s?)?(?i:intro|verse|chorus|bridge|refrain|interlude|solos?"
    r"|outro|ending|coda|vamp|head|turnaround|tag|break|part|section|theme)\b[^\[\]|:]{0,16}?)"
)
"""The name of a section."""
SECTION = re.compile(NAME)
ALONE = re.compile(rf"\s*[\[(<]?\s*({NAME})\s*[\])>]?\s*[:.]?\s*")
BEFORE = re.compile(
    rf"\s*(?:\(({NAME}|[A-Z][a-z]{{3,}}[ \d]*)\)(?=\s*\|)"
    rf"|({NAME}|[A-Z][\w '/-]{{0,30}}?)\s*:(?![|:]))\s*"
)
"""The name of a section before the first bar of a line."""
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


def usual_lines(lines: Sequence[tuple[int, str]], remarks: list[str]) -> Iterator[str]:
    """Yield lines of bars in the form of chart text.

    Args:
        lines: The lines with their numbers.
        remarks: Gets what was guessed or passed over.
    """
    text = "\n".join(line for _, line in lines).translate(BAR_SIGNS)
    has_bars, repeats = "|" in text, ":|" in text
    for number, written in lines:
        line = COMMENT.sub("", written.translate(BAR_SIGNS))
        if FENCE.fullmatch(line) or not line.strip():
            continue
        alone = ALONE.fullmatch(line) if has_bars and "|" not in line else None
        if alone:
            if read_symbol(alone[1]).chord:
                remarks.append(f"line {number}: {alone[1]!r} is taken for the name of a section")
            yield f"[{' '.join(alone[1].split())}]"
            continue
        counted = BAR_NUMBER.match(line)
        if counted and not repeats:
            line = line[counted.end() :]
        line, dropped = _without_remark(_with_endings(line, repeats))
        if dropped:
            remarks.append(f"line {number}: {dropped[:SHOWN]!r} is passed over")
        yield _with_times(_with_label(line))


def _with_endings(line: str, repeats: bool) -> str:
    """Return a line with its repeats, endings and meters as chart text has them.

    Args:
        line: The line.
        repeats: Whether a repeat ends anywhere in the chart.
    """
    for colon, sign in COLONS:
        line = colon.sub(sign, line)
    line = METER.sub(r"(\1)", ORDINAL.sub(r"\1. ", line))
    line = BRACKETED.sub(_opened, line)
    return NUMBERED.sub(r"\1. ", line) if repeats else line


def _opened(bracket: re.Match[str]) -> str:
    """Return an ending in brackets without the second one, if it holds chords."""
    words = bracket[2].split()
    is_music = any(word in SIGNS or read_symbol(word).chord for word in words)
    return f"[{bracket[1]} {bracket[2]} " if is_music else bracket[0]


def _with_label(line: str) -> str:
    """Return a line with the name of a section before its first bar in square brackets."""
    begin = line.find("|")
    if begin < 0:
        return line
    label = BEFORE.match(line)
    if label:
        return f"[{' '.join((label[1] or label[2]).split())}] {line[label.end() :]}"
    words = line[:begin].strip()
    if SECTION.fullmatch(words) and not read_symbol(words).chord:
        return f"[{words}] {line[begin:]}"
    return line


def _with_times(line: str) -> str:
    """Return a line that says at its end how often it is played, with repeat signs."""
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


def _without_remark(line: str) -> tuple[str, str]:
    """Return a line without words behind its last bar line that are no music, and these words."""
    body, bar, rest = line.rpartition("|")
    words = rest.lstrip(":").strip()
    if not bar or not words or TIMES.search(line) or split_signs(words)[1] != NO_TEXT:
        return line, ""
    said = re.split(r"[\s,;()]+", words.removeprefix("//").strip())
    is_music = len(words) < 2 or any(read_symbol(word).chord or word in SIGNS for word in said)
    if is_music or words[0] in "[<" or words[0].isdigit() or not re.search(r"[A-Za-z]", words):
        return line, ""
    return body + bar + (":" if rest.startswith(":") else ""), words
