"""What stands above the bars of a chart without a name for it: title, style, tempo, key.

Blue Something
Medium Bossa, 140 bpm
Cm
| Cm7 | Fm7 |
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from jazzgen.io.chart_text.jump_signs import is_sign
from jazzgen.io.chart_text.usual import is_section
from jazzgen.music.chord import is_chord
from jazzgen.music.styles import names_style

__all__ = ["is_above", "said_above"]

KEY = re.compile(
    r"[(\[]?\s*(?:(?:[Kk]ey\s*(?:of|[:=])?|[Ii]n)\s+(?=[A-G]))?"
    r"(?P<key>[A-G][b#♭♯]?\s*(?:m|-|min(?:or)?|maj(?:or)?|moll|dur|Moll|Dur)?)\s*[)\]]?\s*"
)
METER = re.compile(r"(?<![\d/])\d{1,2}/(?:2|4|8|16)(?![\d/])(?:\s*time)?")
TEMPO = re.compile(
    r"(?:(?:[♩𝅘𝅥q]|quarter|tempo|bpm)\s*[=:]?\s*(?P<after>\d{2,3})|(?P<before>\d{2,3})\s*bpm"
    r"|,\s*(?P<last>\d{2,3})\s*$)\b",
    re.IGNORECASE,
)
WORDS = ("A", "Am")
"""Chords that a title may begin with: A Foggy Day."""
BY = re.compile(r"(?:by|composed|words|music|arr\w*)\b|©", re.IGNORECASE)
"""The beginning of a line that names who wrote the tune."""
STYLED = re.compile(
    r"(?:(?:very|medium|med\.?|moderate(?:ly)?|slow|fast|easy|bright|up|tempo|light|straight)[\s-]+)+",
    re.IGNORECASE,
)
"""How fast a style is, as it stands before its name."""

FEEL = re.compile(r"\s+(?:feel|style|groove|8ths|eighths|8th notes)$", re.IGNORECASE)


def is_above(line: str) -> bool:
    """Return whether a line above the first bar line belongs to the header: it has no chords.

    Args:
        line: The line, which has no bar line.
    """
    if is_section(line) or is_sign(line):
        return False
    if KEY.fullmatch(line):
        return True
    words = line.split()
    chords = sum(word not in WORDS and is_chord(word) for word in words)
    named = is_section(words[0]) and not is_chord(words[0])
    return 2 * chords <= len(words) - named and not all(map(is_chord, words))


def said_above(line: str, *, has_title: bool) -> Iterator[tuple[str, str]]:
    """Yield what a line above the bars says, by the names that a header has for it.

    >>> list(said_above("Medium Bossa, 140 bpm", has_title=True))
    [('tempo', '140'), ('feel', 'Medium Bossa')]

    Args:
        line: The line.
        has_title: Whether the chart has a title.
    """
    if key := KEY.fullmatch(line):
        yield "key", key["key"]
        return
    rest = line
    if meter := METER.search(rest):
        yield "meter", meter[0].split()[0]
        rest = rest.replace(meter[0], " ")
    if tempo := TEMPO.search(rest):
        yield "tempo", tempo["after"] or tempo["before"] or tempo["last"]
        rest = rest.replace(tempo[0], " ")
    rest = " ".join(re.sub(r"[(\[][\s,;]*[)\]]", " ", rest).split()).strip(" ,;–-")
    style = FEEL.sub("", STYLED.sub("", rest, count=1))
    if names_style(rest) and (has_title or names_style(style, whole=True)) and not BY.match(rest):
        yield "feel", rest
    elif rest and not has_title:
        yield "title", rest
