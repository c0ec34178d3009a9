"""Sampling in NumPy: from probabilities and a uniform number to a class.

It does what `keras_engine.sampling` does, and draws the same class from the same uniform number,
except where that number lies within a rounding error of the border between two classes. It starts
from probabilities, not from logits, which saves a logarithm and an exponential. As every draw
divides by a sum, they need only be proportional to probabilities.

Most solos are a few lines, and calling a NumPy function costs more than adding up a hundred
numbers. So what is called at every step has a second form for few lines, in Python's own numbers.
These are float64. The form for several lines computes in float64 too, so that a line draws the
same whether it is played alone or among others.

Axes: B lines, V classes, N pitches that may be drawn.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from itertools import accumulate
from operator import itemgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jazzgen.config import SamplingConfig
from jazzgen.encoding.lick_ngrams import STEPS
from jazzgen.encoding.repeat_features import WIDEST
from jazzgen.nn.numpy_engine.lookup import leap_indices, rows_at
from jazzgen.nn.numpy_engine.truncation import TINY, cool, cut, threshold
from jazzgen.nn.sizes import BEGUN, FINISHED, KINDS, LICK_FLOOR, PITCHES

__all__ = ["LightSampler", "draw"]

Floats = NDArray[Any]
"""An array of float32; within a draw, of float64."""
Ints = NDArray[np.int64]
_Kind = tuple[list[int], Callable[[list[float]], Any]]
"""The pitches of a kind, and how to get their numbers from a list; a single pitch's is no tuple."""

_LEAPS = np.abs(np.arange(PITCHES) - np.arange(PITCHES)[:, None])
"""Semitones from each last pitch to each pitch, up or down, shape (128, 128)."""
_KIND = np.stack([(low <= _LEAPS) & (high >= _LEAPS) for low, high in KINDS], axis=1).astype(
    np.float32
)
"""1 where the interval from the last pitch to a pitch is of a kind (see `KINDS`), shape
(128 last pitches, 4 kinds, 128 pitches)."""
_BEYOND = np.where(_LEAPS > WIDEST, STEPS, leap_indices(WIDEST))
"""The interval class of the lick n-grams for each last pitch and pitch, shape (128, 128). Wider
leaps than they know have the class behind the last one, `STEPS`."""
FEW = 4
"""The number of lines up to which Python's numbers are quicker than arrays."""
_sum = np.add.reduce  # without the method's own overhead, which for one line is half the time


class LightSampler:
    """Draws the values of lines, each with the line's own uniform number.

    Args:
        config: How to draw.
        low: The lowest pitch that may be drawn.
        high: The highest pitch that may be drawn.
    """

    def __init__(self, config: SamplingConfig, low: int = 0, high: int = PITCHES - 1) -> None:
        self.config = config
        window = slice(low, high + 1)
        self._kind = np.ascontiguousarray(_KIND[:, :, window])  # (last, kind, N)
        self._beyond = np.ascontiguousarray(_BEYOND[:, window])  # (last, N)
        self._kinds: dict[int, list[_Kind]] = {}
        self._time_temperature = config.for_durations

    def pitch(
        self, shares: Floats, rest: Floats, uniform: Sequence[float], last: Ints, licks: Floats
    ) -> list[int]:
        """Draw a pitch or a rest for each line (see `Sampler.draw_pitch` for the method).

        Args:
            shares: Probabilities of the N pitches that may be drawn, shape (B, N).
            rest: Probability of a rest, shape (B, 1). `shares` and `rest` need not add up to 1,
                but must be in proportion.
            uniform: For each line a uniform number, at least 0 and less than 1.
            last: The pitch that each line's interval is counted from, shape (B,).
            licks: What the lick n-grams predict, shape (B, LICK_COLUMNS).

        Returns:
            The index of each line's pitch, 0 for the lowest that may be drawn; N for a rest.
        """
        config = self.config
        if config.temperature == 0:
            return _likeliest(np.concatenate([shares, rest], axis=1))
        favoured = self._favour(shares, last, licks)
        # `top_k`, which is off by default, has no form in Python's numbers.
        if len(shares) <= FEW and not config.top_k:
            own = shares.tolist()
            lists = own, own if favoured is shares else favoured.tolist()
            return [*map(self._one_pitch, *lists, rest[:, 0].tolist(), uniform, last.tolist())]
        # float64, as in `_one_pitch`, so that a line draws the same among others as alone.
        notes, rest = shares.astype(np.float64), rest.astype(np.float64)
        rest = rest / np.maximum(_sum(notes, 1, keepdims=True) + rest, TINY)
        # The temperature applies to the notes alone: the rest keeps its probability.
        cooled = cool(notes, config.temperature, config.top_k)  # (B, N)
        kind = self._kind.take(last, axis=0)  # (B, 4, N)
        # A kind's weight is taken before notes are cooled, favoured and cut off, so that none of
        # these changes how often a line repeats a note, steps or leaps.
        weight = _sum(np.where(cooled > 0, notes, 0.0)[:, None] * kind, 2)  # (B, 4)
        within = cooled[:, None] * kind
        sums = _sum(within, 2)
        if favoured is not shares:
            wanted: Floats = favoured.astype(np.float64)
            if cooled is not notes:
                # Multiplied by what cooling did to each note, not cooled themselves: else the
                # temperature would also change how strongly licks are favoured.
                wanted = wanted * cooled / np.maximum(notes, TINY)
            within = wanted[:, None] * kind
            sums = _sum(within, 2)
        within /= np.maximum(sums, TINY)[..., None]  # each kind's notes now add up to 1
        cut(within, config.top_p, config.min_p)
        # All kinds together get what the rest leaves, and each kind's notes that are left share
        # the kind's weight.
        total = np.maximum(_sum(weight, 1, keepdims=True), TINY)
        scale = weight * ((1 - rest) / total)
        scale /= np.maximum(_sum(within, 2), TINY)
        within *= scale[..., None]
        # A note is of one kind only, so that the sum over the kinds puts them side by side again.
        return draw(np.concatenate([_sum(within, 1), rest], axis=1), uniform)

    def _one_pitch(
        self, notes: list[float], favoured: list[float], rest: float, uniform: float, last: int
    ) -> int:
        """Do what `pitch` does for one line, in Python's own numbers: it takes a third as long.

        Args:
            notes: Probabilities of pitches, N of them.
            favoured: The same, higher for those that continue a lick; `notes` itself if none does.
            rest: Probability of a rest.
            uniform: A uniform number.
            last: The pitch that the interval is counted from.
        """
        total, wanted = sum(notes), favoured
        rest /= (total + rest) or 1.0
        if self.config.temperature != 1:
            likeliest, power = max(notes) or 1.0, 1 / self.config.temperature
            cooled = wanted = [(share / likeliest) ** power for share in notes]
            if favoured is not notes:  # licks are favoured after cooling, as in `pitch`
                wanted = [
                    one * now / before if before else 0.0
                    for one, now, before in zip(favoured, cooled, notes, strict=True)
                ]
        scale, top_p, min_p = (1 - rest) / (total or 1.0), self.config.top_p, self.config.min_p
        drawn = [0.0] * len(notes)
        for indices, of in self._kinds_after(last):
            if len(indices) == 1:
                drawn[indices[0]] = notes[indices[0]] * scale
                continue
            own = of(wanted)
            least, kept = threshold(own, top_p, min_p)
            if kept:
                # The whole kind's probability, shared among those of its notes that are kept.
                weight = sum(of(notes)) * scale / kept
                for index, share in zip(indices, own, strict=True):
                    if share >= least:
                        drawn[index] = share * weight
        passed = [*accumulate(drawn)]
        # Behind the last pitch comes the rest.
        return bisect_right(passed, uniform * (passed[-1] + rest))

    def _kinds_after(self, last: int) -> list[_Kind]:
        """The pitches of each kind after a last pitch, for the form in Python's numbers."""
        found = self._kinds.get(last)
        if found is None:
            indices = [np.flatnonzero(kind).tolist() for kind in self._kind[last]]
            found = self._kinds[last] = [(own, itemgetter(*own)) for own in indices if own]
        return found

    def duration(self, shares: Floats, uniform: Sequence[float]) -> list[int]:
        """Draw a duration for each line (see `Sampler.for_time`).

        Args:
            shares: Probabilities of durations, shape (B, DURATION_CLASSES).
            uniform: For each line a uniform number, at least 0 and less than 1.

        Returns:
            A class for each line; class k is a duration of k + 1 ticks.
        """
        if self._time_temperature == 0:
            return _likeliest(shares)
        # Without `min_p`: the last note of a phrase may have many durations, none of which is
        # likely by itself, and all of which it would cut off.
        return self._draw(shares, self._time_temperature, 0.0, uniform)

    def expression(self, shares: Floats, uniform: Sequence[float]) -> list[int]:
        """Draw loudness or timing for each line (see `Sampler.for_expression`).

        Args:
            shares: Probabilities of the classes, shape (B, V).
            uniform: For each line a uniform number, at least 0 and less than 1.

        Returns:
            A class for each line.
        """
        return draw(shares, uniform) if self.config.temperature else _likeliest(shares)

    def value(self, shares: Floats, uniform: Sequence[float]) -> list[int]:
        """Draw a joint value of the classic preset for each line.

        Args:
            shares: Probabilities of the values, shape (B, V).
            uniform: For each line a uniform number, at least 0 and less than 1.

        Returns:
            The number of a value for each line.
        """
        if self.config.temperature == 0:
            return _likeliest(shares)
        return self._draw(shares, self.config.temperature, self.config.min_p, uniform)

    def _draw(
        self, shares: Floats, temperature: float, min_p: float, uniform: Sequence[float]
    ) -> list[int]:
        cooled = cool(shares, temperature, self.config.top_k)
        if len(cooled) <= FEW:
            few = zip(cooled.tolist(), uniform, strict=True)
            return [_drawn(own, point, self.config.top_p, min_p) for own, point in few]
        cooled = cooled.astype(np.float64)  # as Python's numbers are
        cooled = cooled / np.maximum(_sum(cooled, 1, keepdims=True), TINY)
        cut(cooled, self.config.top_p, min_p)
        return draw(cooled, uniform)

    def _favour(self, shares: Floats, last: Ints, licks: Floats) -> Floats:
        """Return probabilities of pitches, higher for those that continue a lick.

        Args:
            shares: Probabilities of pitches, shape (B, N).
            last: The pitch that each line's interval is counted from, shape (B,).
            licks: What the lick n-grams predict, shape (B, LICK_COLUMNS).

        Returns:
            Shape (B, N), not normalised; `shares` itself if no line is within a lick.
        """
        if not self.config.licks:
            return shares
        # Shorter matches are chance, and a longer one may end.
        begun = [BEGUN <= length < FINISHED for length in licks[:, STEPS].tolist()]
        if not any(begun):
            return shares
        # The column behind the last interval class is for wider leaps, which continue no lick.
        known = licks[:, : STEPS + 1] + np.float32(LICK_FLOOR)
        known[:, STEPS] = LICK_FLOOR
        known **= np.float32(self.config.licks)
        if not all(begun):
            known[np.logical_not(begun)] = 1
        return np.asarray(shares * rows_at(known, self._beyond.take(last, axis=0)))


def _drawn(shares: list[float], uniform: float, top_p: float, min_p: float) -> int:
    """Draw a class of one line, in Python's own numbers.

    Args:
        shares: Probabilities of the classes; they need not add up to 1.
        uniform: A uniform number.
        top_p: See `Sampler`.
        min_p: See `Sampler`.
    """
    least, kept = threshold(shares, top_p, min_p)
    point, passed, last = uniform * kept, 0.0, 0
    for index, share in enumerate(shares):
        if share >= least:
            passed += share
            last = index
            if passed > point:
                break
    return last  # the last class that is kept, where rounding left the sum at the point


def draw(shares: Floats, uniform: Sequence[float]) -> list[int]:
    """Return the class at which the cumulative distribution passes a uniform number.

    Args:
        shares: Probabilities of the classes, shape (B, V); they need not add up to 1.
        uniform: For each line a uniform number, at least 0 and less than 1.

    Returns:
        A class for each line.
    """
    # Summed in float64 in the order of the classes, as `inverse_cdf` of the Keras engine does it:
    # another order would round otherwise and now and then draw another class. The point is scaled
    # by the sum, so that it lies below it whatever the sum is.
    if len(shares) <= FEW:
        drawn = []
        for own, point in zip(shares.tolist(), uniform, strict=True):
            passed = [*accumulate(own)]
            drawn.append(bisect_right(passed, point * passed[-1]))
        return drawn
    cdf = np.add.accumulate(shares, axis=1, dtype=np.float64)
    points = np.array(uniform, np.float64)[:, None] * cdf[:, -1:]
    classes: list[int] = _sum(cdf <= points, 1, dtype=np.int64).tolist()
    return classes


def _likeliest(shares: Floats) -> list[int]:
    """The likeliest class of each line, the first of equals.

    Args:
        shares: Shape (B, V).
    """
    likeliest: list[int] = shares.argmax(axis=1).tolist()
    return likeliest
