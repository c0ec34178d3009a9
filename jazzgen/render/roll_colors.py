"""The colors of the notes of a piano roll, and what they mean."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from jazzgen.music.chart import Chart
from jazzgen.music.solo import Note, Solo

__all__ = ["Coloring", "by_harmony", "by_surprise"]

CHORD_TONE, SCALE_TONE, OUTSIDE = "#1f5fa8", "#e08a1e", "#c0392b"
NO_HARMONY = "#5b6770"
KINDS = {
    CHORD_TONE: "chord tone",
    SCALE_TONE: "tone of the scale",
    OUTSIDE: "chromatic tone",
    NO_HARMONY: "no chord",
}

STEPS = (3, 4, 6, 8)
"""The bits at which the next color begins: each has about a fifth of the notes that people play."""
HEAT = ("#a8c8e4", "#5b96c8", "#e3b23c", "#dd6f2d", "#a01c2c")
"""From what was expected to what surprises; a photocopy is darker at either end."""
UNTOLD = "#8c959d"


@dataclass(frozen=True, kw_only=True)
class Coloring:
    """The colors of a solo's notes.

    Args:
        colors: The color of each note.
        kinds: What each color means, in the order of the legend.
    """

    colors: tuple[str, ...]
    kinds: dict[str, str]


def by_harmony(solo: Solo) -> Coloring:
    """Color notes by what they are in their chord."""
    colors = tuple(_harmony(solo.chart, note) for note in solo.notes)
    return Coloring(colors=colors, kinds=KINDS)


def by_surprise(bits: Sequence[float | None]) -> Coloring:
    """Color notes by how surprising they are to a model.

    Args:
        bits: The cost of each note in bits; None where nothing can be said, as of a first note.
    """
    colors = tuple(UNTOLD if one is None else HEAT[bisect_right(STEPS, one)] for one in bits)
    between = [f"{low} to {high} bits" for low, high in pairwise(STEPS)]
    named = [f"expected: under {STEPS[0]} bits", *between, f"surprising: {STEPS[-1]} bits or more"]
    return Coloring(
        colors=colors, kinds={**dict(zip(HEAT, named, strict=True)), UNTOLD: "first note"}
    )


def _harmony(chart: Chart, note: Note) -> str:
    chord = chart.chord_at(note.onset)
    pitch_class = note.pitch % 12
    if chord.root is None:
        return NO_HARMONY
    if pitch_class in chord.chord_tones:
        return CHORD_TONE
    return SCALE_TONE if pitch_class in chord.scale else OUTSIDE
