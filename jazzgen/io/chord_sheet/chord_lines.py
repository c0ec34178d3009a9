"""Lines of chord sheets: which ones hold chords, and what chart text they are.

A line without bar lines has one chord in each bar. Between bar lines a dot or a slash is one more
beat of the chord before.
"""

from __future__ import annotations

import re

from jazzgen.music.chord import is_chord
from jazzgen.music.timing import Meter

__all__ = ["as_chart_text", "inline_chords", "is_chord_line", "is_tab", "without_label"]

INLINE = re.compile(r"\[([^\[\]]*)\]")
LABEL = re.compile(r"\s*([A-Za-z][A-Za-z0-9 '/.-]{0,30}?)\s*:(?![|:])\s*(?=\S)")
TIMES = re.compile(r"\s*[(\[]?\s*(?:x\s*(\d{1,2})|(\d{1,2})\s*x)\s*[)\]]?\s*$", re.IGNORECASE)
BAR_LINE = re.compile(r":?\|[|\].:]*(?:x\d{1,2})?|\|:")
SIGNS = frozenset({"/", ".", "%", "-", "–", "~", "*", "...", "→", "->"})
"""What may stand between chords."""
CONTINUED = frozenset({"/", "."})
"""What is one more beat of the chord before."""
TAB = re.compile(r"\s*[eEBGDAb]?\s*[|:][-\dhpbrxX~/\\|()^ ]{6,}|[-\d|]{10,}")


def is_tab(line: str) -> bool:
    """Return whether a line is one of a guitar tablature."""
    return TAB.match(line) is not None and "-" in line


def without_label(line: str) -> tuple[str, str]:
    """Return the label before the chords of a line, such as "Intro", and the rest of it."""
    label = LABEL.match(line)
    if label is None or not is_chord_line(line[label.end() :]):
        return "", line
    return label[1], line[label.end() :]


def is_chord_line(line: str) -> bool:
    """Return whether a line has chords, and nothing but chords and signs between them."""
    words = _words(TIMES.sub("", line))
    chords = [word for word in words if word not in SIGNS and not BAR_LINE.fullmatch(word)]
    return bool(chords) and all(map(is_chord, chords))


def inline_chords(line: str) -> list[str]:
    """Return the chords in square brackets among the words of a line; annotations are no chords."""
    found = (text.strip() for text in INLINE.findall(line))
    return [word for text in found if text[:1] != "*" for word in text.split()]


def as_chart_text(words: str, meter: Meter) -> str:
    """Return the chords of a line as a line of chart text.

    >>> as_chart_text("Am F  x2", Meter(4, 4)), as_chart_text("| G7 . | % |", Meter(4, 4))
    ('|: Am | F :|x2', '| G7 / / / | % |')

    Args:
        words: The chords, with bar lines and signs between them.
        meter: The meter.
    """
    times = TIMES.search(words)
    parts = _words(TIMES.sub("", words))
    if not any(BAR_LINE.fullmatch(word) for word in parts):
        bars = [word for word in parts if word not in SIGNS or word == "%"]
        text = f"| {' | '.join(bars)} |" if bars else ""
    else:
        text = _between_bar_lines(parts, meter)
    number = int(times[1] or times[2]) if times else 1
    if number < 2 or ":" in text or not text:
        return text
    return f"|: {text.strip('| ')} :|x{number}"


def _words(line: str) -> list[str]:
    """Return the chords, bar lines and signs of a line; chords may be joined by hyphens."""
    spaced = BAR_LINE.sub(lambda sign: f" {sign[0]} ", line.replace("||", "|"))
    return [
        word
        for joined in re.split(r"[\s,;]+", spaced)
        for word in (re.split(r"[-–](?=[A-G])", joined) if not is_chord(joined) else [joined])
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
        elif word not in SIGNS or word in CONTINUED or word == "%":
            slots.append(word)
    return " ".join(found)


def _beats(slots: list[str], meter: Meter) -> list[str]:
    """Return what a bar holds, a chord or a slash for each beat where it has slashes."""
    if "%" in slots:
        return ["%"]
    slots = ["/" if slot in CONTINUED else slot for slot in slots]
    if "/" not in slots or len(slots) in (meter.beats, 2 * meter.beats):
        return slots
    if meter.beats % len(slots) == 0:
        more = meter.beats // len(slots) - 1
        return [beat for slot in slots for beat in (slot, *["/"] * more)]
    return [slot for slot in slots if slot != "/"]
