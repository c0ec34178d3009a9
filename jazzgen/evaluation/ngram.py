"""Witten–Bell n-grams: the floors that a network has to beat.

Source: I. H. Witten and T. C. Bell, "The zero-frequency problem", IEEE Transactions
on Information Theory 37(4), 1991. The probability of a symbol x after a context h
that was seen n(h) times with t(h) different followers is

    p(x | h) = (c(h, x) + t(h) · p(x | h')) / (n(h) + t(h))

where h' is h without its oldest symbol, and below the empty context every symbol
of the alphabet is alike.

Conventions: each solo is a sequence of its own; the contexts at its beginning are
shorter.
"""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from collections.abc import Iterable, Sequence

from jazzgen.data.encoding import MAX_DURATION, REST
from jazzgen.data.sequence import ValueSequence
from jazzgen.errors import DatasetError

__all__ = ["Floors", "WittenBell", "interval_steps", "onset_steps"]

INTERVAL_ALPHABET = 255  # -127 to 127


class WittenBell:
    """An n-gram model with Witten–Bell smoothing.

    Args:
        order: 3 for a trigram.
        alphabet: How many symbols there can be.
    """

    def __init__(self, order: int, alphabet: int) -> None:
        self.order, self.alphabet = order, alphabet
        self._counts: dict[tuple[int, ...], dict[int, int]] = defaultdict(dict)

    def fit(self, sequences: Iterable[Sequence[int]]) -> WittenBell:
        """Count symbols after contexts of every length below the order."""
        for sequence in sequences:
            for place, symbol in enumerate(sequence):
                for length in range(min(self.order, place + 1)):
                    followers = self._counts[tuple(sequence[place - length : place])]
                    followers[symbol] = followers.get(symbol, 0) + 1
        return self

    def probability(self, symbol: int, context: Sequence[int]) -> float:
        """Return the probability of a symbol after a context."""
        probability = 1 / self.alphabet
        context = tuple(context)
        for length in range(min(self.order, len(context) + 1)):
            followers = self._counts.get(context[len(context) - length :])
            if followers is None:
                break
            seen, kinds = sum(followers.values()), len(followers)
            probability = (followers.get(symbol, 0) + kinds * probability) / (seen + kinds)
        return probability

    def bits(self, sequence: Sequence[int]) -> list[float]:
        """Return the bits of each symbol of a sequence."""
        return [
            -math.log2(self.probability(symbol, sequence[max(0, place - self.order + 1) : place]))
            for place, symbol in enumerate(sequence)
        ]

    def likeliest(self, context: Sequence[int]) -> int:
        """Return the likeliest symbol after a context; the smallest of equals."""
        context = tuple(context)[max(0, len(context) - self.order + 1) :]
        while context and context not in self._counts:
            context = context[1:]
        seen = self._counts.get(context, {0: 1})
        return max(sorted(seen), key=lambda symbol: self.probability(symbol, context))


def interval_steps(sequence: ValueSequence) -> list[int]:
    """Return the intervals between a sequence's notes, in semitones."""
    pitches = sequence.pitch[sequence.pitch != REST].tolist()
    return [after - before for before, after in itertools.pairwise(pitches)]


def onset_steps(sequence: ValueSequence, per_beat: int = 12) -> list[int]:
    """Return the inter-onset intervals between notes, on a grid of so many to a quarter."""
    onsets = sequence.clock[sequence.pitch != REST].tolist()
    unit = 24 // per_beat
    return [
        (after + unit // 2) // unit - (before + unit // 2) // unit
        for before, after in itertools.pairwise(onsets)
    ]


class Floors:
    """What n-grams fitted on the training solos reach.

    - an interval trigram for the pitch of a note;
    - trigrams of intervals with rests, and of durations, for bits a note;
    - a trigram of inter-onset intervals at 12 to a quarter.

    Args:
        training: The solos that a network was trained on.

    Raises:
        DatasetError: No solos.
    """

    def __init__(self, training: Sequence[ValueSequence]) -> None:
        if not training:
            raise DatasetError("floors need training solos")
        self.intervals = WittenBell(3, INTERVAL_ALPHABET).fit(map(interval_steps, training))
        self.onsets = WittenBell(3, 40 * 12).fit(map(onset_steps, training))
        self.moves = WittenBell(3, INTERVAL_ALPHABET + 1).fit(map(_moves, training))
        self.durations = WittenBell(3, MAX_DURATION).fit(map(_durations, training))

    def measure(self, solos: Sequence[ValueSequence]) -> dict[str, float]:
        """Return the floors' figures on solos; the first note of each is not counted.

        Returns:
            `pitch_perplexity_notes_only`, `bits_per_note`, `onset_perplexity` and
            `onset_top1`.
        """
        pitch = [bits for solo in solos for bits in self.intervals.bits(interval_steps(solo))]
        onset = [bits for solo in solos for bits in self.onsets.bits(onset_steps(solo))]
        total = sum(self._total(solo) for solo in solos)
        count = max(len(pitch), 1)
        return {
            "pitch_perplexity_notes_only": 2 ** (sum(pitch) / count),
            "bits_per_note": total / count,
            "onset_perplexity": 2 ** (sum(onset) / count),
            "onset_top1": self._onset_top1(solos) / count,
        }

    def _total(self, solo: ValueSequence) -> float:
        pairs = zip(self.moves.bits(_moves(solo)), self.durations.bits(_durations(solo)),
                    solo.counted, strict=True)  # fmt: skip
        return sum(move + duration for move, duration, counted in pairs if counted)

    def _onset_top1(self, solos: Sequence[ValueSequence]) -> int:
        right = 0
        for solo in solos:
            steps = onset_steps(solo)
            right += sum(
                self.onsets.likeliest(steps[max(0, place - 2) : place]) == step
                for place, step in enumerate(steps)
            )
        return right


def _moves(sequence: ValueSequence) -> list[int]:
    """Interval from the last note (0 for the first) of each value, 128 for a rest."""
    moves, last = [], None
    for pitch in sequence.pitch.tolist():
        if pitch == REST:
            moves.append(REST)
            continue
        moves.append(0 if last is None else pitch - last)
        last = pitch
    return moves


def _durations(sequence: ValueSequence) -> list[int]:
    return sequence.duration.tolist()  # type: ignore[no-any-return]
