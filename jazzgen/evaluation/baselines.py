"""Baselines: how well n-grams that were fitted to the training solos predict others.

Source: Witten–Bell n-grams (`ngram`).

Conventions
-----------
- Everything is measured as for a network: over whole solos, the first note of each left
  out.
- Intervals are in semitones between successive notes, over rests too; an alphabet of
  255.
- The chord-aware n-gram knows the chord of the coming note. Its context is the last
  interval, the last pitch above the coming root (over no chord, above the key's tonic) and
  the family of the coming chord; backing off drops them in this order. Its distribution
  is averaged with that of the interval trigram.
- Inter-onset intervals are in twelfths of a quarter, between onsets moved to the
  nearest sixteenth or eighth-note triplet of their quarter, and at most four quarters.

On the held-out solos of a split of the Weimar Jazz Database by tune (364 fitted, 46
measured) they reach a pitch perplexity of 10.19 and 9.23, and 5.20 for the onsets (55 %
right at the first guess).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from jazzgen.encoding.chart_table import ChartColumn
from jazzgen.encoding.sequence import ValueSequence
from jazzgen.encoding.values import MAX_DURATION, REST
from jazzgen.errors import DatasetError
from jazzgen.evaluation.baseline_figures import BaselineFigures
from jazzgen.evaluation.ngram import WittenBell
from jazzgen.music.chord import FAMILIES
from jazzgen.music.timing import TICKS_PER_QUARTER

__all__ = ["Baselines", "chord_contexts", "interval_steps", "onset_steps"]

INTERVAL_ALPHABET = 255
"""Symbols of intervals, from -127 to 127 semitones."""
UNISON = 127
"""The symbol of interval 0."""
ONSET_GRID = np.array([0, 6, 8, 12, 16, 18, 24])
"""Ticks within a quarter to which onsets are moved."""
STEPS_PER_QUARTER = 12
"""Units of inter-onset intervals per quarter."""
LONGEST = 4 * STEPS_PER_QUARTER
"""The largest inter-onset interval, in twelfths of a quarter."""


def interval_steps(sequence: ValueSequence) -> list[int]:
    """Return the intervals between a sequence's notes, in semitones."""
    pitches = sequence.pitch[sequence.pitch != REST].tolist()
    return [after - before for before, after in itertools.pairwise(pitches)]


def onset_steps(sequence: ValueSequence) -> list[int]:
    """Return the inter-onset intervals between notes, in twelfths of a quarter."""
    quarters, ticks = np.divmod(sequence.clock[sequence.pitch != REST], TICKS_PER_QUARTER)
    nearest = ONSET_GRID[np.abs(ticks[:, None] - ONSET_GRID).argmin(axis=1)]
    onsets = (quarters * TICKS_PER_QUARTER + nearest) * STEPS_PER_QUARTER // TICKS_PER_QUARTER
    return np.minimum(np.diff(onsets), LONGEST).tolist()  # type: ignore[no-any-return]


def chord_contexts(sequence: ValueSequence) -> list[tuple[int, int, int]]:
    """Return the context of the chord-aware n-gram at each note but the first.

    Returns:
        The last interval, the last pitch above the coming root, and the coming chord's
        family, each as a symbol.
    """
    notes = sequence.pitch != REST
    pitches, rows = sequence.pitch[notes], sequence.rows[notes]
    above = (pitches[:-1] - rows[1:, ChartColumn.ROOT]) % 12
    families = [_family(int(mask)) for mask in rows[1:, ChartColumn.TONES]]
    lasts = [UNISON, *(step + UNISON for step in interval_steps(sequence)[:-1])]
    return list(zip(lasts, above.tolist(), families, strict=False))


class Baselines:
    """N-grams that are fitted to the training solos.

    Args:
        training: The solos that a network was trained on.

    Raises:
        DatasetError: No solos.
    """

    def __init__(self, training: Sequence[ValueSequence]) -> None:
        if not training:
            raise DatasetError("baselines need training solos")
        self.intervals = WittenBell(3, INTERVAL_ALPHABET).fit(map(_symbols, training))
        self.chords = WittenBell(4, INTERVAL_ALPHABET)
        for solo in training:
            for symbol, context in zip(_symbols(solo), chord_contexts(solo), strict=True):
                self.chords.observe(symbol, context)
        self.onsets = WittenBell(3, LONGEST + 1).fit(map(onset_steps, training))
        # One symbol more than intervals: the rest.
        self.moves = WittenBell(3, INTERVAL_ALPHABET + 1).fit(map(_moves, training))
        self.durations = WittenBell(3, MAX_DURATION + 1).fit(map(_durations, training))

    def measure(self, solos: Sequence[ValueSequence]) -> BaselineFigures:
        """Return how well the n-grams predict solos."""
        pitch = np.concatenate([self._pitch(solo) for solo in solos])  # (notes, 4)
        onset = [bits for solo in solos for bits in self.onsets.bits(onset_steps(solo))]
        count = max(len(pitch), 1)
        bits, right, mixed_bits, mixed_right = (pitch.sum(axis=0) / count).tolist()
        return BaselineFigures(
            pitch_perplexity_notes_only=2**bits,
            pitch_top1=right,
            mixture_pitch_perplexity_notes_only=2**mixed_bits,
            mixture_pitch_top1=mixed_right,
            bits_per_note=sum(map(self._total, solos)) / count,
            onset_perplexity=2 ** (sum(onset) / count),
            onset_top1=sum(map(self._onsets_right, solos)) / count,
        )

    def _pitch(self, solo: ValueSequence) -> NDArray[np.float64]:
        """Bits and whether the first guess is right, of trigram and mixture, shape (notes, 4)."""
        symbols = _symbols(solo)
        rows = []
        for index, (symbol, known) in enumerate(zip(symbols, chord_contexts(solo), strict=True)):
            alone = self.intervals.distribution(symbols[max(0, index - 2) : index])
            mixed = (alone + self.chords.distribution(known)) / 2
            rows.append([*_judged(alone, symbol), *_judged(mixed, symbol)])
        return np.array(rows, dtype=np.float64).reshape(-1, 4)

    def _total(self, solo: ValueSequence) -> float:
        """Bits of all counted values of a solo: their intervals (or rests) and durations."""
        moves, durations = self.moves.bits(_moves(solo)), self.durations.bits(_durations(solo))
        values = zip(moves, durations, solo.counted, strict=True)
        return sum(move + duration for move, duration, counted in values if counted)

    def _onsets_right(self, solo: ValueSequence) -> int:
        steps = onset_steps(solo)
        return sum(
            self.onsets.likeliest(steps[max(0, index - 2) : index]) == step
            for index, step in enumerate(steps)
        )


def _judged(distribution: NDArray[np.float64], symbol: int) -> tuple[float, bool]:
    """The bits of a symbol, and whether it is the likeliest."""
    return -math.log2(distribution[symbol]), bool(distribution.argmax() == symbol)


def _symbols(sequence: ValueSequence) -> list[int]:
    return [step + UNISON for step in interval_steps(sequence)]


def _moves(sequence: ValueSequence) -> list[int]:
    """Interval from the last note (unison for the first) of each value; the last for a rest."""
    moves, last = [], None
    for pitch in sequence.pitch.tolist():
        if pitch == REST:
            moves.append(INTERVAL_ALPHABET)
            continue
        moves.append(UNISON if last is None else pitch - last + UNISON)
        last = pitch
    return moves


def _durations(sequence: ValueSequence) -> list[int]:
    return sequence.duration.tolist()  # type: ignore[no-any-return]


def _family(mask: int) -> int:
    """The index in `FAMILIES` of a chord, from the bit mask of its tones above the root."""
    return FAMILIES.index(_family_name({tone for tone in range(12) if mask >> tone & 1}))


def _family_name(tones: set[int]) -> str:
    if not tones:
        return "none"
    if not tones & {3, 4}:
        return "sus"
    if 4 in tones:
        return "dom" if 10 in tones else ("maj" if 7 in tones or 8 not in tones else "aug")
    if 7 not in tones and 6 in tones:
        return "hdim" if 10 in tones else "dim"
    return "minmaj" if 11 in tones else "min"
