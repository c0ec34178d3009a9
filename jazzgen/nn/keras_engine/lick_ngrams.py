"""Lick n-grams in the inference graph: what `encoding.lick_ngrams` does, for a batch of lines."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops
from numpy.typing import NDArray

from jazzgen.encoding.lick_ngrams import STEPS, LickNgrams
from jazzgen.encoding.repeat_features import WIDEST
from jazzgen.encoding.sequence import NO_PITCH
from jazzgen.encoding.values import REST
from jazzgen.nn.keras_engine.lookup import look_up
from jazzgen.nn.tensor import Tensor

__all__ = ["Licks", "shares_at"]


class Licks(keras.layers.Layer):  # type: ignore[misc]
    """Lick n-grams as two tables, which are not trained: an automaton and its predictions.

    Args:
        ngrams: The lick n-grams.
    """

    def __init__(self, ngrams: LickNgrams) -> None:
        super().__init__(name="licks", trainable=False, dtype="float32")
        self.ngrams = ngrams
        self._after = self._table("after", ngrams.follow, "int32")
        self._expectations = self._table("expectations", ngrams.expectations, "float32")
        self.built = True

    def expect(self, state: Tensor) -> Tensor:
        """Return what is predicted in each state, (B,) → (B, LICK_COLUMNS)."""
        return ops.take(self._expectations, state, axis=0)

    def follow(self, state: Tensor, pitch: Tensor, last: Tensor) -> Tensor:
        """Return the states after one more value each.

        Args:
            state: States of the n-grams, int32, shape (B,).
            pitch: The value's pitch or `REST`, int32, shape (B,).
            last: The pitch before it, or `NO_PITCH`, int32, shape (B,).

        Returns:
            The states, int32, shape (B,); unchanged by rests and by a line's first note, which
            make no interval.
        """
        step = ops.clip(pitch - last, -WIDEST, WIDEST) + WIDEST
        # The table as one long row: a plain look-up by state and interval.
        after = ops.take(ops.reshape(self._after, (-1,)), state * STEPS + step, axis=0)
        steps = ops.logical_and(ops.not_equal(pitch, REST), ops.not_equal(last, NO_PITCH))
        return ops.where(steps, after, state)

    def _table(self, name: str, values: NDArray[Any], dtype: str) -> keras.Variable:
        return self.add_weight(
            shape=values.shape,
            dtype=dtype,
            trainable=False,
            name=name,
            initializer=lambda *_args, **_kwargs: ops.convert_to_tensor(values, dtype),
        )


def shares_at(shares: Tensor, leap: Tensor) -> Tensor:
    """Return the probabilities of pitches, from those of the intervals that lead to them.

    Args:
        shares: Probabilities of the intervals from -WIDEST to WIDEST, shape (…, STEPS or more).
        leap: Semitones from the last pitch to each pitch, int32, shape (…, N).

    Returns:
        Probabilities, shape (…, N); 0 beyond the widest interval.
    """
    within = ops.cast(ops.abs(leap) <= WIDEST, "float32")
    near = look_up(shares, ops.clip(leap, -WIDEST, WIDEST) + WIDEST)
    return near * within
