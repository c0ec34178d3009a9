"""A baseline of the drummer: n-grams that know the place in the bar.

Each value of a stroke is predicted by what came before it, the longest context first; a context
that was seldom seen leaves more to the next shorter one (Witten and Bell, "The Zero-Frequency
Problem", IEEE Transactions on Information Theory 37, 1991). As a value tells the place in the bar,
all contexts know it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence
from typing import NamedTuple

import numpy as np

from jazzgen.band.stroke_values import (
    BAR_LINE,
    LATE_CLASSES,
    VALUES,
    VELOCITY_CLASSES,
    DrumStroke,
)
from jazzgen.training.drum_bars import DrumBar

__all__ = ["NgramBits", "ngram_bits"]

SIZES = (VALUES, VELOCITY_CLASSES, LATE_CLASSES)
END = DrumStroke(BAR_LINE, 0, 0)


class NgramBits(NamedTuple):
    """How many bits the strokes of held-out performances take, per stroke."""

    value: float
    """Where and what, bar lines among them."""
    velocity: float
    """The class of the velocity."""
    late: float
    """The class of the deviation."""


class _Draw(NamedTuple):
    kind: int
    contexts: tuple[Hashable, ...]
    outcome: int


class _Counts:
    """The counts of outcomes by context, and shares that are interpolated from them."""

    def __init__(self) -> None:
        self.counts: dict[Hashable, dict[int, int]] = defaultdict(lambda: defaultdict(int))

    def add(self, draw: _Draw) -> None:
        for context in draw.contexts:
            self.counts[draw.kind, context][draw.outcome] += 1

    def share(self, draw: _Draw) -> float:
        share = 1 / SIZES[draw.kind]
        for context in reversed(draw.contexts):  # the shortest first
            known = self.counts.get((draw.kind, context))
            if known:
                total, kinds = sum(known.values()), len(known)
                share = (known.get(draw.outcome, 0) + kinds * share) / (total + kinds)
        return share


def ngram_bits(
    played: Sequence[Sequence[DrumBar]], held_out: Sequence[Sequence[DrumBar]]
) -> NgramBits:
    """Return the bits per stroke of n-grams that were counted in other performances.

    Args:
        played: The bars of each training performance.
        held_out: Those of the held-out ones.
    """
    counts = _Counts()
    for bars in played:
        for draw in _draws(bars):
            counts.add(draw)
    bits, strokes = np.zeros(3), 0
    for bars in held_out:
        strokes += sum(len(bar.strokes) for bar in bars)
        for draw in _draws(bars):
            bits[draw.kind] -= np.log2(counts.share(draw))
    return NgramBits(*(bits / max(strokes, 1)).tolist())


def _draws(bars: Sequence[DrumBar]) -> Iterator[_Draw]:
    before: list[DrumStroke] = [END, END, END]
    for bar in bars:
        style, fill = bar.conditions.style, bar.conditions.fill
        for stroke in (*bar.strokes, END):
            past = tuple(one.value for one in before[-3:])
            contexts = ((past, style, fill), (past[1:], style, fill), (past[2:], style), past[2:])
            yield _Draw(0, (*contexts, ()), stroke.value)
            if stroke is not END:
                own, last = stroke.value, before[-1]
                known: tuple[Hashable, ...] = ((own, style, last.velocity), (own, style), own, ())
                yield _Draw(1, known, stroke.velocity)
                known = ((own, style, last.late), (own, style), own, ())
                yield _Draw(2, known, stroke.late)
            before.append(stroke)
        del before[:-3]
