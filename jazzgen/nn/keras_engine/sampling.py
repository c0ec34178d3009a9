"""Samplers: from logits and a uniform number to a choice.

The noise is an input, so that a graph that samples is a pure function: the same
uniforms give the same solo. A draw is the inverse of the cumulative distribution,
summed in float64 in the order of the classes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import keras
from keras import ops

from jazzgen.config import SamplingConfig
from jazzgen.encoding.lick_ngrams import STEPS
from jazzgen.nn.constraint_base import Constraint
from jazzgen.nn.keras_engine.lick_ngrams import shares_at
from jazzgen.nn.sizes import BEGUN, FINISHED, KINDS, LEAST, LICK_FLOOR, MASKED
from jazzgen.nn.tensor import Tensor

__all__ = ["Sampler"]


@dataclass(frozen=True)
class Sampler:
    """Draws one class from logits.

    Args:
        temperature: Divides the logits; 0 takes the likeliest class.
        top_k: Draw from the k likeliest classes; 0 for all.
        top_p: Draw from the fewest likeliest classes that reach this share
            (nucleus sampling, Holtzman et al. 2020).
        min_p: Only classes at least this fraction as likely as the likeliest are
            drawn from (Nguyen et al. 2024).
        time_temperature: Of durations; by default `temperature`.
        licks: How much a lick that was begun is favoured (see `draw_pitch`).
        constraints: The rules that change the logits before anything is drawn.
    """

    temperature: float = 1.0
    top_k: int = 0
    top_p: float = 1.0
    min_p: float = 0.0
    time_temperature: float | None = None
    licks: float = 0.0
    constraints: tuple[Constraint, ...] = ()

    @classmethod
    def of(cls, config: SamplingConfig, constraints: Sequence[Constraint] = ()) -> Sampler:
        """Return the sampler of some settings.

        Args:
            config: The settings.
            constraints: The rules that they switch on.
        """
        return cls(
            config.temperature, config.top_k, config.top_p, config.min_p, config.time_temperature,
            config.licks, tuple(constraints),
        )  # fmt: skip

    @property
    def for_time(self) -> Sampler:
        """How durations are drawn: without `min_p`, which would draw no breath.

        What a phrase's last note lasts is spread over many durations, none of them likely.
        """
        own = self.time_temperature
        return replace(self, temperature=self.temperature if own is None else own, min_p=0.0)

    @property
    def for_expression(self) -> Sampler:
        """How loudness and timing are drawn: from the whole distribution, unless greedily."""
        return Sampler(temperature=1.0 if self.temperature else 0.0)

    def __call__(self, logits: Tensor, uniform: Tensor) -> Tensor:
        """Draw.

        Args:
            logits: Shape (B, V).
            uniform: Numbers from 0 up to, not including, 1, shape (B,).

        Returns:
            The classes drawn, int32, shape (B,).
        """
        return _likeliest(logits) if self.temperature == 0 else inverse_cdf(
            self._cut(self._cool(logits)), uniform
        )  # fmt: skip

    def draw_pitch(self, logits: Tensor, uniform: Tensor, last: Tensor, licks: Tensor) -> Tensor:
        """Draw a pitch or a rest.

        Whether a rest comes is drawn as the logits say, and so is the kind of interval: a
        repeated note, a step, a third, or a leap. Rests and leaps are rare at every single
        step, and leaps go to many places: a sharper choice among all would draw hardly any.
        Which note it is, within its kind, is drawn from the likely ones alone, and a lick
        that was begun is rather finished than not.

        Args:
            logits: Of the pitches and, last, of the rest, shape (B, V).
            uniform: Numbers from 0 up to, not including, 1, shape (B,).
            last: The pitch before it, int32, shape (B,).
            licks: What players do here, shape (B, LICK_COLUMNS).

        Returns:
            The classes drawn, int32, shape (B,).
        """
        if self.temperature == 0:
            return _likeliest(logits)
        rest = ops.softmax(logits, axis=-1)[:, -1:]  # (B, 1)
        notes = self._cool(logits[:, :-1])  # (B, V - 1)
        share = ops.softmax(notes, axis=-1) * (1 - rest)
        leap = ops.arange(notes.shape[-1], dtype="int32") - last[:, None]
        notes += self._finish(licks, leap)
        drawn = ops.zeros_like(share)
        for narrowest, widest in KINDS:
            kind = ops.logical_and(ops.abs(leap) >= narrowest, ops.abs(leap) <= widest)
            weight = ops.sum(ops.where(kind, share, 0.0), axis=-1, keepdims=True)
            within = ops.softmax(self._cut(ops.where(kind, notes, MASKED)), axis=-1)
            drawn += ops.where(kind, weight * within, 0.0)
        share = ops.concatenate([drawn, rest], axis=-1)  # (B, V)
        # What is masked has no share at all, and must not be drawn by the least number.
        logits = ops.where(share > 0, ops.log(ops.maximum(share, LEAST)), MASKED)
        return inverse_cdf(logits, uniform)

    def _finish(self, licks: Tensor, leap: Tensor) -> Tensor:
        """What to add to logits of pitches so far away where a lick was begun, (B, V - 1)."""
        if not self.licks:
            return 0.0
        known = ops.log(shares_at(licks[:, :STEPS], leap) + LICK_FLOOR)
        length = licks[:, STEPS, None]
        begun = ops.logical_and(length >= BEGUN, length < FINISHED)
        return ops.where(begun, self.licks * known, 0.0)

    def _cool(self, logits: Tensor) -> Tensor:
        """Logits at the temperature, all but the k likeliest masked, (B, V)."""
        logits = logits / self.temperature
        if self.top_k and self.top_k < logits.shape[-1]:
            logits = _keep(logits, ops.top_k(logits, self.top_k)[0][:, -1:])
        return logits

    def _cut(self, logits: Tensor) -> Tensor:
        """Logits, the unlikely masked, (B, V)."""
        if self.top_p < 1:
            logits = self._nucleus(logits)
        if self.min_p:
            likeliest = ops.max(logits, axis=-1, keepdims=True)
            logits = _keep(logits, likeliest + math.log(self.min_p))
        return logits

    def _nucleus(self, logits: Tensor) -> Tensor:
        ordered = ops.flip(ops.sort(logits, axis=-1), axis=-1)  # (B, V)
        share = ops.softmax(ordered, axis=-1)
        before = ops.cumsum(share, axis=-1) - share
        last = ops.sum(ops.cast(before < self.top_p, "int32"), axis=-1, keepdims=True) - 1
        return _keep(logits, ops.take_along_axis(ordered, last, axis=-1))


def inverse_cdf(logits: Tensor, uniform: Tensor) -> Tensor:
    """Return the class at which the cumulative distribution passes a uniform number.

    Args:
        logits: Shape (B, V).
        uniform: Shape (B,).

    Returns:
        int32, shape (B,).
    """
    wide = "float32" if keras.backend.backend() == "jax" else "float64"
    cdf = ops.cumsum(ops.cast(ops.softmax(logits, axis=-1), wide), axis=-1)  # (B, V)
    point = ops.cast(uniform, wide)[:, None] * cdf[:, -1:]  # (B, 1)
    return ops.sum(ops.cast(cdf <= point, "int32"), axis=-1)


def _likeliest(logits: Tensor) -> Tensor:
    """The likeliest class, (B,). By top_k: argmax exports to what ONNX Runtime rejects."""
    return ops.cast(ops.top_k(logits, 1)[1][:, 0], "int32")


def _keep(logits: Tensor, threshold: Tensor) -> Tensor:
    """Mask what lies below a threshold of shape (B, 1)."""
    return ops.where(logits < threshold, MASKED, logits)
