"""The learnt bass: a recurrent network that says how likely each next pitch of a line is.

It is built like the course's model: one LSTM cell over a value sequence, a dense layer, and each
value that is drawn is fed back into the next step. The values are pitches, but the dense layer does
not score pitches one by one. It scores the interval from the last note, the degree in this chord,
the degree in the next one and the register, and the score of a pitch is the sum of the four. So
what is learnt of a minor third above a root holds in every key and octave, from a hundred
thousand beats (the "product of experts" of Hinton 2002, with experts that a player would name).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jazzgen.band.bass_steps import (
    FEATURES,
    LOW,
    PITCHES,
    STEPS,
    BassPlace,
    heard_so_far,
    step_class,
)
from jazzgen.errors import ModelError
from jazzgen.rnn.cell import States
from jazzgen.rnn.cells import LSTMCell

__all__ = ["EXPERTS", "SCORES", "BassModel", "weight_shapes", "which_scores"]

Array = NDArray[Any]

SCORES = STEPS + 12 + 12 + PITCHES
"""S, the number of scores: of intervals, of degrees in this and in the next chord, of pitches."""
EXPERTS = 4
"""The number of scores that are added up for a pitch."""

PLACES_KEPT = 2048
"""The number of places whose part of the input is kept, some two kilobytes each."""


def weight_shapes(units: int) -> dict[str, tuple[int, ...]]:
    """Return the shape of each tensor of a model with U units, by its name on disk."""
    return {
        "cell/kernel": (FEATURES, 4 * units),
        "cell/recurrent_kernel": (units, 4 * units),
        "cell/bias": (4 * units,),
        "scores/kernel": (units, SCORES),
        "scores/bias": (SCORES,),
    }


def which_scores(last: int | None, place: BassPlace) -> NDArray[np.intp]:
    """Return the indices of the scores that are added up for each pitch, shape (PITCHES, 4).

    Without a last note the interval is that of a repeated one for all pitches alike, which makes
    no difference.

    Args:
        last: The MIDI pitch before the note, or None.
        place: Where the note is to be played.
    """
    coming = place.following.bass_pc or 0
    return _table(PITCHES if last is None else last - LOW, place.chord.bass_pc or 0, coming)


@cache
def _table(last: int, root: int, coming: int) -> NDArray[np.intp]:
    pitches = range(LOW, LOW + PITCHES)
    return np.array(
        [
            [
                step_class(0 if last == PITCHES else pitch - LOW - last),
                STEPS + (pitch - root) % 12,
                STEPS + 12 + (pitch - coming) % 12,
                STEPS + 24 + pitch - LOW,
            ]
            for pitch in pitches
        ],
        np.intp,
    )


class BassModel:
    """A trained bass.

    Args:
        tensors: The weights by their names on disk.

    Raises:
        ModelError: A tensor is missing, or has another shape than it should.
    """

    def __init__(self, tensors: Mapping[str, Array]) -> None:
        recurrent = tensors.get("cell/recurrent_kernel", np.zeros((0, 0)))
        shapes = weight_shapes(recurrent.shape[0])
        if not recurrent.size or {name: one.shape for name, one in tensors.items()} != shapes:
            raise ModelError("the weights are not those of a bass")
        self.tensors = {name: np.asarray(one, np.float32) for name, one in tensors.items()}
        if not all(np.isfinite(one).all() for one in self.tensors.values()):
            raise ModelError("not every weight of the bass is finite")
        self._places: dict[tuple[int, ...], Array] = {}
        self.cell = LSTMCell(
            *(self.tensors[f"cell/{name}"] for name in ("kernel", "recurrent_kernel", "bias"))
        )

    def _rows(self, told: Sequence[int]) -> Array:
        return np.asarray(np.add.reduce(self.cell.kernel[np.array(told)], axis=0))

    def _of_place(self, told: tuple[int, ...]) -> Array:
        """Return what a place brings into the cell; every chorus has the same places."""
        if told not in self._places:
            if len(self._places) >= PLACES_KEPT:
                self._places.clear()
            self._places[told] = self._rows(told) + self.cell.bias
        return self._places[told]

    def first_states(self) -> States:
        """Return the states before the first note."""
        return self.cell.zero_states(1)

    def step(
        self, line: Sequence[int], place: BassPlace, states: States
    ) -> tuple[NDArray[np.float64], States]:
        """Return the score of each next pitch, and the states after the step.

        Args:
            line: The MIDI pitches before the note, the latest last.
            place: Where the note is to be played.
            states: The states before the step.

        Returns:
            Logarithms of probabilities but for a constant, shape (PITCHES,); and the states.
        """
        # A product with ones and zeros is the sum of the rows of the ones.
        projected = self._of_place(place.told) + self._rows(heard_so_far(line, place))
        states, _ = self.cell.advance(projected[None], states)
        scores = states[0][0] @ self.tensors["scores/kernel"] + self.tensors["scores/bias"]
        table = which_scores(line[-1] if line else None, place)
        return scores[table].sum(axis=1).astype(np.float64), states
