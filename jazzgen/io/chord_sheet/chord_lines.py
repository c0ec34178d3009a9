"""Lines of chord sheets: which ones hold chords, and what chart text they are.

A line without bar lines has one chord in each bar. Between bar lines a dot or a slash is one more
beat of the chord before.
"""

from __future__ import annotations

import re

from jazzgen.io.chart_text.beats import one_slash_a_beat
from jazzgen.io.chart_text.spacing import with_usual_blanks
from jazzgen.music.chord import is_chord
from jazzgen.music.chord_repair import is_symbol, read_symbol
from jazzgen.music.timing import Meter

__all__ = [
    "as_chart_text",
    "inline_chords",
    "is_chord_line",
    "is_tab",
    "without_label",
    "without_words",
]

INLINE = re.compile(r"\[([^\[\]]*)\]")
LABEL = re.compile(r"\s*([A-Za-z][A-Za-z0-9 '/.-]{0,30}?)\s*:(?![|:])\s*(?=\S)")
TIMES = re.compile(r"\s*[(\[]?\s*(?:x\s*(\d{1,2})|(\d{1,2})\s*x)\s*[)\]]?\s*$", re.IGNORECASE)
SPACED_COUNT = re.compile(r"(?<=\s)[x×]\s+(?=\d)", re.IGNORECASE)
COUNT = re.compile(r"[x×]\d{1,2}", re.IGNORECASE)
"""For how many bars the chord before it sounds."""
BAR_LINE = re.compile(r":?\|[|\].:]*(?:x\d{1,2})?|\|:")
REMARK = re.compile(r"(?<!\S)\((?!\s*[A-G][^a-z]*\s*\))(?=[^()]*[a-z]{3})[^()]*\)(?!\S)")
"""A remark in brackets by itself, such as "(hold)"."""
BRACKETS = re.compile(r"(?<!\S)\(\s*([A-G][^()]*)\)(?!\S)")
"""Chords in brackets by themselves, which are played by some."""
MARKS = re.compile(r"(?<=[\w)])[*†↓↑'’`]+(?=[\s|]|$)")
"""Signs behind a chord that refer to a remark, or say how it is played."""
HYPHEN = re.compile(r"[-–](?=[A-G])")
SPREAD = re.compile(r"\S {2,}\S")
SIGNS = frozenset({"/", "//", "///", "////", ".", "%", "-", "–", "~", "*", "...", "→", "->"})
"""What may stand between chords."""
CONTINUED = frozenset({"/", "."})
"""What is one more beat of the chord before."""
TAB = re.compile(r"\s*[eEBGDAb]?\s*[|:][-\dhpbrxX~/\\|()^ ]{6,}|[-\d|]{10,}")

STRING = re.compile(r"--|-\s*[\dhpbrxX~/\\]+\s*-|-\||\|-")
"""A string between or beside the numbers of frets; between `2` and `7` of `2-7` is none."""


def is_tab(line: str) -> bool:
    """Return whether a line is one of a guitar tablature."""
    return TAB.match(line) is not None and STRING.search(line) is not None


def without_label(line: str) -> tuple[str, str]:
    """Return the label before the chords of a line, such as "Intro", and the rest of it."""
    label = LABEL.match(line)
    if label is None or not is_chord_line(line[label.end() :]):
        return "", line
    return label[1], line[label.end() :]


def is_chord_line(line: str) -> bool:
    """Return whether a line has chords, and nothing but chords and signs between them."""
    words = _words(TIMES.sub("", line))
    chords = [word for word in words if not _is_sign(word) and not BAR_LINE.fullmatch(word)]
    # A word alone may be a name of a chord elsewhere: "La", "As".
    known = is_symbol if len(chords) > 1 else is_chord
    return bool(chords) and all(map(known, chords))


def without_words(line: str) -> tuple[str, list[str]]:
    """Return a line of chords without the words among them, and these words.

    "G  Em  let ring" is one, and so is "G Em Cfoo D": most of it are chords, or at least half if
    the chords are spread out as they are above words. Of any other line, nothing is left.

    Args:
        line: The line.
    """
    words = [word for word in _words(TIMES.sub("", line)) if not _is_sign(word)]
    symbols = [word for word in words if not BAR_LINE.fullmatch(word)]
    others = [word for word in symbols if not is_symbol(word)]
    chords = len(symbols) - len(others)
    if chords < 2 or chords < len(others) + (SPREAD.search(line) is None):
        return "", []
    no_chords = [word for word in others if read_symbol(word).chord is None]
    return " ".join(word for word in _words(line) if word not in no_chords), no_chords


def number_of_times(line: str) -> int:
    """Return how often a line is played, as it says at its end; 1 if it does not say it."""
    times = TIMES.search(line)
    return int(times[1] or times[2]) if times else 1


def bars_of_grid(line: str) -> str:
    """Return the bars of a line of a grid, without what stands in its margins."""
    bars = list(BAR_LINE.finditer(line))
    return line[bars[0].start() : bars[-1].end()] if bars else ""


def inline_chords(line: str) -> list[str]:
    """Return the chords in square brackets among the words of a line; annotations are no chords."""
    found = (text.strip().replace("|", "/") for text in INLINE.findall(line))
    return [word for text in found if text[:1] != "*" for word in text.split()]


def as_chart_text(words: str, meter: Meter) -> str:
    """Return the chords of a line as a line of chart text.

    >>> as_chart_text("Am F  x2", Meter(4, 4)), as_chart_text("| G7 . | % |", Meter(4, 4))
    ('|: Am | F :|x2', '| G7 / / / | % |')

    Args:
        words: The chords, with bar lines and signs between them.
        meter: The meter.
    """
    if counted := _counted(words):
        return f"| {' | '.join(counted)} |"
    number = number_of_times(words)
    parts = _words(TIMES.sub("", words))
    if not any(BAR_LINE.fullmatch(word) for word in parts):
        bars = [word for word in parts if word not in SIGNS or word == "%"]
        text = f"| {' | '.join(bars)} |" if bars else ""
    else:
        text = _between_bar_lines(parts, meter)
    if number < 2 or ":" in text or not text:
        return text
    return f"|: {text.strip('| ')} :|x{number}"


def _is_sign(word: str) -> bool:
    """Return whether a word is a sign between chords, or says how often a chord is played."""
    return word in SIGNS or COUNT.fullmatch(word) is not None


def _counted(line: str) -> list[str]:
    """Return the bars of a line in which chords say for how many bars they sound.

    A number at the end alone counts for the whole line: then there are none.
    """
    words = _words(line)
    inner = any(COUNT.fullmatch(word) for word in words[:-1])
    if not inner or COUNT.fullmatch(words[0]) or any(map(BAR_LINE.fullmatch, words)):
        return []
    bars: list[str] = []
    for word in words:
        if COUNT.fullmatch(word):
            bars += bars[-1:] * (int(word[1:]) - 1)
        elif not _is_sign(word) or word == "%":
            bars.append(word)
    return bars


def _words(line: str) -> list[str]:
    """Return the chords, bar lines and signs of a line; chords may be joined by hyphens."""
    line = SPACED_COUNT.sub("x", with_usual_blanks(line.replace("||", "|")))
    plain = MARKS.sub("", BRACKETS.sub(r"\1", REMARK.sub(" ", line)))
    spaced = BAR_LINE.sub(lambda sign: f" {sign[0]} ", plain)
    return [
        word
        for joined in re.split(r"[\s,;]+|\.{2,}", spaced)
        for word in (HYPHEN.split(joined) if not is_chord(joined) else [joined])
        if word
    ]


def _between_bar_lines(parts: list[str], meter: Meter) -> str:
    """Return chords with bar lines as chart text."""
    found: list[str] = []
    slots: list[str] = []
    last = [] if BAR_LINE.fullmatch(parts[-1]) else ["|"]
    for word in [*parts, *last]:
        if BAR_LINE.fullmatch(word):
            found += _beats(slots, meter)
            if not (found and found[-1] == "|" and word == "|"):
                found.append(word)
            slots = []
        elif word not in SIGNS or word in CONTINUED or set(word) <= {"/", "%"}:
            slots.append(word)
    return " ".join(found)


def _beats(slots: list[str], meter: Meter) -> list[str]:
    """Return what a bar holds, a chord or a slash for each beat where it has slashes."""
    if "%" in slots:
        return ["%"]
    slots = [
        beat
        for slot in slots
        for beat in (["/"] if slot in CONTINUED else slot if set(slot) == {"/"} else [slot])
    ]
    slots = one_slash_a_beat(slots, meter.beats)
    if "/" not in slots or len(slots) in (meter.beats, 2 * meter.beats):
        return slots
    if meter.beats % len(slots) == 0:
        more = meter.beats // len(slots) - 1
        return [beat for slot in slots for beat in (slot, *["/"] * more)]
    return [slot for slot in slots if slot != "/"]
