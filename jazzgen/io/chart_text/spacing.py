"""Blanks where people type one too many or none: `Bb Maj7`, `D – 7`, `Dm7-G7`, `C→Am→F`."""

from __future__ import annotations

import re

from jazzgen.music.chord import is_chord

__all__ = ["with_usual_blanks"]

APART = re.compile(
    r"(?<![^\s|(,:\[])(?P<root>[A-G][b#♭♯]?(?:[Mm](?:aj?|in?)?|[-–+Δ°ø])?)[ \t]+"
    r"(?P<quality>(?:[-–−][ \t]*)?[^\s|,;()\[\]/]+)"
    r"(?=$|[\s|,;()\[\]/])"
)
"""A root, which may have the beginning of a quality, and what stands behind it after a blank."""
ALTERED = re.compile(
    r"(?<![^\s|(,:\[])([A-G][^\s|,;()\[\]/]*\d)[ \t]+([b#♭♯](?:5|9|11|13))(?=$|[\s|,;()\[\]/])"
)
"""A chord with a number, and an altered degree that stands apart from it."""
QUALITY = re.compile(
    r"(?i:maj|min|dim|aug|sus|alt|mi?\d|ma\d)|m(?![A-Za-z])|M\d|[Δ∆△^°øØ]|[-–−]\s*\d"
    r"|(?:69|6|7|9|11|13)(?!\s*[x×])"
)
"""The beginning of a quality that stands apart from its root."""
ARROW = re.compile(r"(?<=\S)\s*(?:→|=>|-+>|>)\s*(?=[A-G])")
BETWEEN = re.compile(r"(?:[-–—~.]|\*)+(?=[A-G])")
"""Signs between chords that are typed without blanks."""


def with_usual_blanks(line: str) -> str:
    """Return a line in which a blank stands between chords, and none in them.

    >>> with_usual_blanks("| Bb Maj7 | D – 7 G 7 | Dm7-G7 |")
    '| BbMaj7 | D–7 G7 | Dm7 G7 |'

    Args:
        line: A line of chords.
    """
    line = APART.sub(_joined, APART.sub(_joined, ARROW.sub(" ", line)))
    line = ALTERED.sub(r"\1\2", ALTERED.sub(r"\1\2", line))
    return re.sub(r"[^\s|,;:\[\]]+", _parted, line)


def _joined(apart: re.Match[str]) -> str:
    chord = apart["root"] + re.sub(r"\s", "", apart["quality"])
    return chord if QUALITY.match(apart["quality"]) and is_chord(chord) else apart[0]


def _parted(word: re.Match[str]) -> str:
    parts = BETWEEN.split(word[0].rstrip("*"))
    is_short = "." in word[0] and max(map(len, parts)) < 2  # "D.C."
    if len(parts) < 2 or is_chord(word[0]) or is_short:
        return word[0]
    return " ".join(parts) if all(map(is_chord, parts)) else word[0]
