"""`sampling` in NumPy, for the light engine: the same draws from the same numbers.

Shares take the place of logits, which saves a logarithm and an exponential; nothing that a
graph draws is drawn differently, but where a uniform number lies within a rounding error of
a border between two classes.
"""

from __future__ import annotations

from itertools import accumulate
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jazzgen.config import SamplingConfig
from jazzgen.encoding.lick_ngrams import STEPS
from jazzgen.encoding.repeat_features import WIDEST
from jazzgen.nn.sizes import BEGUN, FINISHED, KINDS, LICK_FLOOR, PITCHES

__all__ = ["LightSampler", "draw", "leap_indices", "rows_at"]

Floats = NDArray[Any]
"""Of float32, or of float64 within a draw."""
Ints = NDArray[np.int64]


def leap_indices(widest: int) -> Ints:
    """Return the class of each leap, (128 last pitches, 128 pitches), those beyond clipped."""
    leaps = np.arange(PITCHES) - np.arange(PITCHES)[:, None]
    return np.asarray(np.clip(leaps, -widest, widest) + widest)


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
_TINY = np.float32(1e-37)
"""The least divisor, so that 0 / 0 is 0; a float32 holds it at full precision."""
_sum = np.add.reduce  # without the method's own overhead, which for one line is half the time


class LightSampler:
    """Draws values.

    Args:
        config: How to draw.
        low: The pitch that shares of pitches begin with.
        high: The pitch that they end with.
    """

    def __init__(self, config: SamplingConfig, low: int = 0, high: int = PITCHES - 1) -> None:
        self.config = config
        window = slice(low, high + 1)
        self._kind = np.ascontiguousarray(_KIND[:, :, window])  # (last, kind, N)
        self._beyond = np.ascontiguousarray(_BEYOND[:, window])  # (last, N)
        self._indices = [
            [np.flatnonzero(kind).tolist() for kind in of_last] for of_last in self._kind
        ]
        own = config.time_temperature
        self._time_temperature = config.temperature if own is None else own

    def pitch(
        self, shares: Floats, rest: Floats, uniform: Floats, last: Ints, licks: Floats
    ) -> Ints:
        """Draw pitches of the range, or rests: `Sampler.draw_pitch`.

        Args:
            shares: Of the N pitches from the lowest allowed to the highest, shape (B, N).
            rest: Of a rest, shape (B, 1); with `shares` it need not add up to 1.
            uniform: Shape (B,).
            last: The pitches before, shape (B,).
            licks: What players do here, shape (B, LICK_COLUMNS).

        Returns:
            Shape (B,): 0 for the lowest pitch and so on, N for a rest.
        """
        config = self.config
        if config.temperature == 0:
            return _likeliest(np.concatenate([shares, rest], axis=1))
        if len(shares) == 1 and not config.top_k:
            return np.array([self._one_pitch(shares, rest.item(), uniform.item(), last, licks)])
        favoured = self._favour(shares, last, licks)
        # Python's numbers, in which one line alone is drawn, are float64: with these the same is
        # drawn for a line among others.
        notes, rest = shares.astype(np.float64), rest.astype(np.float64)
        rest = rest / np.maximum(_sum(notes, 1, keepdims=True) + rest, _TINY)
        cool = _cool(notes, config.temperature, config.top_k)  # (B, N)
        kind = self._kind.take(last, axis=0)  # (B, 4, N)
        within = cool[:, None] * kind
        weight = sums = _sum(within, 2)  # (B, 4)
        if favoured is not shares:
            wanted: Floats = favoured.astype(np.float64)
            if cool is not notes:  # what is favoured is favoured after cooling
                wanted = wanted * cool / np.maximum(notes, _TINY)
            within = wanted[:, None] * kind
            sums = _sum(within, 2)
        within /= np.maximum(sums, _TINY)[..., None]
        _cut(within, config.top_p, config.min_p)
        total = np.maximum(_sum(weight, 1, keepdims=True), _TINY)
        scale = weight * ((1 - rest) / total)
        scale /= np.maximum(_sum(within, 2), _TINY)
        within *= scale[..., None]
        return draw(np.concatenate([_sum(within, 1), rest], axis=1), uniform)

    def _one_pitch(
        self, shares: Floats, rest: float, uniform: float, last: Ints, licks: Floats
    ) -> int:
        """The same for one line, in Python's own numbers: a third of the time."""
        favoured = self._favour(shares, last, licks)
        notes: list[float] = shares[0].tolist()
        rest /= (sum(notes) + rest) or 1.0
        wanted = notes if favoured is shares else favoured[0].tolist()
        if self.config.temperature != 1:
            likeliest, power = max(notes) or 1.0, 1 / self.config.temperature
            cool = [(share / likeliest) ** power for share in notes]
            if wanted is not notes:  # what is favoured is favoured after cooling
                wanted = [
                    one * now / before if before else 0.0
                    for one, now, before in zip(wanted, cool, notes, strict=True)
                ]
            else:
                wanted = cool
            notes = cool
        scale = (1 - rest) / (sum(notes) or 1.0)
        drawn = [0.0] * len(notes)
        for indices in self._indices[last.item()]:
            own = [wanted[index] for index in indices]
            least, kept = _least(own, self.config.top_p, self.config.min_p)
            if kept:
                weight = sum([notes[index] for index in indices]) * scale / kept
                for index, share in zip(indices, own, strict=True):
                    if share >= least:
                        drawn[index] = share * weight
        point = uniform * (sum(drawn) + rest)
        for index, passed in enumerate(accumulate(drawn)):
            if passed > point:
                return index
        return len(drawn)

    def duration(self, shares: Floats, uniform: Floats) -> Ints:
        """Draw classes of durations, (B, 96) → (B,): `Sampler.for_time`."""
        if self._time_temperature == 0:
            return _likeliest(shares)
        return self._draw(shares, self._time_temperature, 0.0, uniform)

    def expression(self, shares: Floats, uniform: Floats) -> Ints:
        """Draw loudness or timing, (B, V) → (B,): `Sampler.for_expression`."""
        return draw(shares, uniform) if self.config.temperature else _likeliest(shares)

    def value(self, shares: Floats, uniform: Floats) -> Ints:
        """Draw joint values of the classic preset, (B, V) → (B,)."""
        if self.config.temperature == 0:
            return _likeliest(shares)
        return self._draw(shares, self.config.temperature, self.config.min_p, uniform)

    def _draw(self, shares: Floats, temperature: float, min_p: float, uniform: Floats) -> Ints:
        cool = _cool(shares, temperature, self.config.top_k)
        if len(cool) == 1:
            own: list[float] = cool[0].tolist()
            least, kept = _least(own, self.config.top_p, min_p)
            point = uniform.item() * kept
            passed = 0.0
            for index, share in enumerate(own):
                passed += share if share >= least else 0.0
                if passed > point:
                    return np.array([index])
        cool = cool.astype(np.float64)  # as Python's numbers are
        cool = cool / np.maximum(_sum(cool, 1, keepdims=True), _TINY)
        _cut(cool, self.config.top_p, min_p)
        return draw(cool, uniform)

    def _favour(self, shares: Floats, last: Ints, licks: Floats) -> Floats:
        """Shares, those up that go on with a lick that was begun, (B, N)."""
        if not self.config.licks:
            return shares
        begun = [BEGUN <= length < FINISHED for length in licks[:, STEPS].tolist()]
        if not any(begun):
            return shares
        known = np.zeros((len(licks), STEPS + 1), np.float32)  # the last one is beyond all
        known[:, :STEPS] = licks[:, :STEPS]
        known += np.float32(LICK_FLOOR)
        known **= np.float32(self.config.licks)
        known[np.logical_not(begun)] = 1
        return np.asarray(shares * rows_at(known, self._beyond.take(last, axis=0)))


def rows_at(table: Floats, indices: Ints) -> Floats:
    """Return the entries of each line's row at its indices, (B, W) and (B, N) → (B, N)."""
    if len(table) > 1:
        indices = indices + np.arange(len(table))[:, None] * table.shape[1]
    return table.ravel().take(indices)


def draw(shares: Floats, uniform: Floats) -> Ints:
    """Return the class at which the cumulative distribution passes a uniform number.

    It is summed in float64 in the order of the classes, as `sampling.inverse_cdf` does it.

    Args:
        shares: Shape (B, V); they need not add up to 1.
        uniform: Shape (B,).
    """
    cdf = np.add.accumulate(shares, axis=1, dtype=np.float64)
    if len(cdf) == 1:  # half the time for one line
        return np.asarray(cdf[0].searchsorted(float(uniform[0]) * cdf[:, -1], side="right"))
    point = uniform.astype(np.float64)[:, None] * cdf[:, -1:]
    return np.asarray(_sum(cdf <= point, 1, dtype=np.int64))


def _likeliest(shares: Floats) -> Ints:
    return np.asarray(shares.argmax(axis=1))


def _cool(shares: Floats, temperature: float, top_k: int) -> Floats:
    """Shares at a temperature, all but the k likeliest 0; they need not add up to 1."""
    if temperature != 1:
        likeliest = np.maximum(np.maximum.reduce(shares, axis=1, keepdims=True), _TINY)
        shares = (shares / likeliest) ** shares.dtype.type(1 / temperature)
    if top_k and top_k < shares.shape[1]:
        least = np.partition(shares, -top_k, axis=1)[:, -top_k, None]
        shares = np.where(shares >= least, shares, shares.dtype.type(0))
    return shares


def _least(shares: list[float], top_p: float, min_p: float) -> tuple[float, float]:
    """The least share that is not cut off (see `_cut`), and what those that are not add up to."""
    falling, total = sorted(shares, reverse=True), sum(shares)
    if not total:
        return 0.0, 0.0
    bar, reached, kept = falling[0] * min_p, top_p * total, 0.0
    least = falling[0]
    for share in falling:
        if (kept >= reached and top_p < 1) or share < bar:
            break
        kept += share
        least = share
    return least, sum([share for share in shares if share >= least])


def _cut(shares: Floats, top_p: float, min_p: float) -> None:
    """Make the unlikely 0 among shares of the last axis, which add up to 1."""
    if top_p >= 1 and not min_p:
        return
    falling = np.negative(shares)
    falling.sort(axis=-1)
    least: Floats = np.zeros(1, shares.dtype)
    if top_p < 1:
        before = falling - np.add.accumulate(falling, axis=-1)
        reached = np.where(before < shares.dtype.type(top_p), falling, shares.dtype.type(-2))
        least = -np.maximum.reduce(reached, axis=-1, keepdims=True)
    if min_p:
        likely = falling[..., :1] * shares.dtype.type(-min_p)
        least = np.maximum(least, likely)
    shares *= shares >= least
