"""Sampling: from logits and a uniform number to a class.

The noise is an input, so that a graph that samples is a pure function: the same
uniforms give the same solo. A draw inverts the cumulative distribution function, which is
summed in float64 in the order of the classes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import keras
import numpy as np
from keras import ops

from jazzgen.config import SamplingConfig
from jazzgen.encoding.lick_ngrams import STEPS
from jazzgen.nn.constraint_base import Constraint
from jazzgen.nn.keras_engine.lick_ngrams import shares_at
from jazzgen.nn.sizes import BEGUN, FINISHED, KINDS, LEAST, LICK_FLOOR, MASKED
from jazzgen.nn.tensor import Tensor

__all__ = ["Sampler"]


@dataclass(frozen=True, kw_only=True)
class Sampler:
    """Draws one class from logits.

    Args:
        temperature: What the logits are divided by; 0 takes the likeliest class.
        top_k: How many of the likeliest classes are drawn from; 0 for all.
        top_p: The probability that the classes drawn from reach together, taken from the
            likeliest down (nucleus sampling, Holtzman et al. 2020).
        min_p: The least probability of a class that is drawn from, as a fraction of the
            likeliest one's (Nguyen et al. 2024).
        time_temperature: The temperature of durations; by default `temperature`.
        licks: How strongly the rest of a lick that has begun is favoured, as the exponent of
            the n-grams' probabilities; 0 for not at all.
        returns: What is added to the logit of the weight of the line's own cache.
        contrast: How strongly short and long notes alternate (see `sizes.GATE_TURN`).
        constraints: The rules that change the logits before anything is drawn.
    """

    temperature: float = 1.0
    top_k: int = 0
    top_p: float = 1.0
    min_p: float = 0.0
    time_temperature: float | None = None
    licks: float = 0.0
    returns: float = 0.0
    contrast: float = 0.0
    constraints: tuple[Constraint, ...] = ()

    @classmethod
    def of(cls, config: SamplingConfig, constraints: Sequence[Constraint] = ()) -> Sampler:
        """Return the sampler of some settings.

        Args:
            config: The settings.
            constraints: The rules that they switch on.
        """
        return cls(
            temperature=config.temperature,
            top_k=config.top_k,
            top_p=config.top_p,
            min_p=config.min_p,
            time_temperature=config.for_durations,
            licks=config.licks,
            returns=config.returns,
            contrast=config.contrast,
            constraints=tuple(constraints),
        )

    @property
    def for_time(self) -> Sampler:
        """The sampler of durations: without `min_p`, which would cut off the ends of phrases.

        A phrase's last note may have many durations, none of which is likely by itself.
        """
        own = self.time_temperature
        return replace(self, temperature=self.temperature if own is None else own, min_p=0.0)

    @property
    def for_expression(self) -> Sampler:
        """The sampler of loudness and timing: the whole distribution, or the likeliest class."""
        return Sampler(temperature=1.0 if self.temperature else 0.0)

    def __call__(self, logits: Tensor, uniform: Tensor) -> Tensor:
        """Draw one class for each line.

        Args:
            logits: Logits of the classes, shape (B, V).
            uniform: Uniform numbers, at least 0 and less than 1, shape (B,).

        Returns:
            The classes drawn, int32, shape (B,).
        """
        if self.temperature == 0:
            return _likeliest(logits)
        return inverse_cdf(self._cut(self._cool(logits)), uniform)

    def draw_pitch(self, logits: Tensor, uniform: Tensor, last: Tensor, licks: Tensor) -> Tensor:
        """Draw a pitch or a rest.

        Rests and leaps are rare at any single step, and the probability of a leap is divided
        among many pitches: cutting off the unlikely classes of the whole distribution would
        remove nearly all of them. So `top_p` and `min_p` change neither how likely a rest is
        nor how likely each kind of interval is (a repeated note, a step, a third, or a leap).
        Only among the notes of one kind are the unlikely ones cut off, and those favoured
        that continue a lick.

        Args:
            logits: Logits of the pitches and, last, of the rest, shape (B, V).
            uniform: Uniform numbers, at least 0 and less than 1, shape (B,).
            last: The pitch that the interval is counted from, int32, shape (B,).
            licks: What the lick n-grams predict, shape (B, LICK_COLUMNS).

        Returns:
            The classes drawn, int32, shape (B,).
        """
        if self.temperature == 0:
            return _likeliest(logits)
        rest = ops.softmax(logits, axis=-1)[:, -1:]  # (B, 1)
        notes = self._cool(logits[:, :-1])  # (B, V - 1)
        # The temperature applies to the notes alone, and to them only within their kinds: the
        # rest and the kinds keep their probabilities.
        kept = ops.where(notes <= MASKED / 2, MASKED, logits[:, :-1])
        share = ops.softmax(kept, axis=-1) * (1 - rest)
        leap = np.arange(notes.shape[-1], dtype=np.int32) - ops.expand_dims(last, 1)
        notes += self._finish(licks, leap)
        # All kinds at once, as each operation takes its time to trace: (B, kinds, V - 1).
        narrowest, widest = np.array(KINDS, np.int32).T[..., None]
        width = ops.expand_dims(ops.abs(leap), 1)
        kind = ops.logical_and(width >= narrowest, width <= widest)
        # The kind's probability is taken before licks are favoured and notes cut off, and is then
        # divided among the notes that are left.
        weight = ops.sum(ops.where(kind, ops.expand_dims(share, 1), 0.0), axis=-1, keepdims=True)
        within = ops.softmax(self._cut(ops.where(kind, ops.expand_dims(notes, 1), MASKED)), axis=-1)
        drawn = ops.sum(ops.where(kind, weight * within, 0.0), axis=1)
        share = ops.concatenate([drawn, rest], axis=-1)  # (B, V)
        # A class without probability is masked, or rounding might draw it.
        logits = ops.where(share > 0, ops.log(ops.maximum(share, LEAST)), MASKED)
        return inverse_cdf(logits, uniform)

    def _finish(self, licks: Tensor, leap: Tensor) -> Tensor:
        """What to add to the logits of pitches that continue a lick, (B, V - 1) or 0.

        Args:
            licks: What the lick n-grams predict, shape (B, LICK_COLUMNS).
            leap: Semitones from the last pitch to each pitch, int32, shape (B, V - 1).
        """
        if not self.licks:
            return 0.0
        known = ops.log(shares_at(licks[:, :STEPS], leap) + LICK_FLOOR)
        length = licks[:, STEPS, None]
        # Shorter matches are chance, and a longer one may end.
        begun = ops.logical_and(length >= BEGUN, length < FINISHED)
        return ops.where(begun, self.licks * known, 0.0)

    def _cool(self, logits: Tensor) -> Tensor:
        """Logits divided by the temperature, all but the k likeliest masked, (B, V)."""
        logits = logits / self.temperature
        if self.top_k and self.top_k < logits.shape[-1]:
            logits = _keep(logits, ops.top_k(logits, self.top_k)[0][:, -1:])
        return logits

    def _cut(self, logits: Tensor) -> Tensor:
        """Logits with those masked that `top_p` and `min_p` exclude, (…, V)."""
        if self.top_p < 1:
            logits = self._nucleus(logits)
        if self.min_p:
            # A ratio of probabilities is a difference of logits.
            likeliest = ops.max(logits, axis=-1, keepdims=True)
            logits = _keep(logits, likeliest + math.log(self.min_p))
        return logits

    def _nucleus(self, logits: Tensor) -> Tensor:
        """Logits with all but the nucleus masked, (…, V)."""
        ordered = ops.top_k(logits, logits.shape[-1])[0]  # (…, V)
        share = ops.softmax(ordered, axis=-1)
        # The class that crosses the threshold belongs to the nucleus: what counts is the
        # probability before each class, so that there is always at least one.
        before = ops.cumsum(share, axis=-1) - share
        nucleus = ops.where(before < self.top_p, ordered, np.inf)
        return _keep(logits, ops.min(nucleus, axis=-1, keepdims=True))


def inverse_cdf(logits: Tensor, uniform: Tensor) -> Tensor:
    """Return the class at which the cumulative distribution passes a uniform number.

    Args:
        logits: Logits of the classes, shape (B, V).
        uniform: Uniform numbers, at least 0 and less than 1, shape (B,).

    Returns:
        The classes, int32, shape (B,).
    """
    # JAX has no float64 unless a global switch is set, which is not ours to set.
    wide = "float32" if keras.backend.backend() == "jax" else "float64"
    cdf = ops.cumsum(ops.cast(ops.softmax(logits, axis=-1), wide), axis=-1)  # (B, V)
    # Scaled by the sum, which rounding leaves a little off 1: no number lies beyond it.
    point = ops.expand_dims(ops.cast(uniform, wide), 1) * cdf[:, -1:]  # (B, 1)
    return ops.sum(ops.cast(cdf <= point, "int32"), axis=-1)


def _likeliest(logits: Tensor) -> Tensor:
    """The likeliest class, (B,); by `top_k`, since ONNX Runtime rejects an exported `argmax`."""
    return ops.cast(ops.top_k(logits, 1)[1][:, 0], "int32")


def _keep(logits: Tensor, threshold: Tensor) -> Tensor:
    """Mask what lies below a threshold of shape (…, 1)."""
    return ops.where(logits < threshold, MASKED, logits)
