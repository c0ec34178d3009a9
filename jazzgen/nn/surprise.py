"""How surprising each note of a solo is to a model, and what it expected instead.

The cost of a value in bits is −log2 of the probability that the model gives it, with teacher
forcing: the model reads the solo up to there. The costs of all counted notes, with the rests
before them, add up to the bits per note that `evaluation` reports.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from jazzgen.encoding.sequence import CONDITIONS, HistoryColumn, ValueSequence, value_sequence
from jazzgen.encoding.values import REST
from jazzgen.errors import ModelError
from jazzgen.music.solo import Note, Solo
from jazzgen.nn.assets import Assets
from jazzgen.nn.engine import Conditions

__all__ = ["EXPECTED", "NoteSurprise", "ValueCosts", "WeighsValues", "note_surprises"]

EXPECTED = 5
"""The number of likeliest pitches that are told of a note."""


@dataclass(frozen=True, kw_only=True, eq=False)
class ValueCosts:
    """What the values of a solo cost.

    Args:
        pitch: The cost of each pitch or rest in nats, shape (T,).
        time: The cost of each duration, given the pitch, in nats, shape (T,).
        shares: The probability of each pitch from 0 to 127, and of a rest, shape (T, 129).
    """

    pitch: NDArray[np.float64]
    time: NDArray[np.float64]
    shares: NDArray[np.floating]


@runtime_checkable
class WeighsValues(Protocol):
    """A model that tells what each value costs."""

    def value_costs(self, sequence: ValueSequence, conditions: Conditions) -> ValueCosts:
        """Return what the values of a solo cost, with teacher forcing.

        Args:
            sequence: The solo, of T values.
            conditions: Its conditions.
        """


@dataclass(frozen=True, kw_only=True)
class NoteSurprise:
    """How surprising a note is.

    Args:
        note: The note.
        pitch_bits: The cost of its pitch: that a note comes, and that it is this one.
        time_bits: The cost of its duration up to the next value, given the pitch.
        rest_bits: The cost of the rests between the note before and this one.
        rank: The place of its pitch among all pitches, 1 for the likeliest.
        expected: The likeliest pitches, the likeliest first.
        shares: The probability of each of them; what is missing to 1 is that of all other pitches
            and of a rest.
        share: The probability of its own pitch.
        counted: Whether it counts in bits per note: all notes do but the first, before which
            there is nothing to predict it from.
    """

    note: Note
    pitch_bits: float
    time_bits: float
    rest_bits: float
    rank: int
    expected: tuple[int, ...]
    shares: tuple[float, ...]
    share: float
    counted: bool

    @property
    def bits(self) -> float:
        """The cost of the note and of the rests before it."""
        return self.pitch_bits + self.time_bits + self.rest_bits


def note_surprises(model: object, assets: Assets, solo: Solo) -> list[NoteSurprise]:
    """Return how surprising each note of a solo is.

    The solo is read as played by its performer, on its instrument, in its style, as far as the
    model knows them.

    Args:
        model: A model in NumPy.
        assets: What the model keeps of its training data.
        solo: The solo.

    Raises:
        ModelError: The model's preset cannot tell what a value costs (see `WeighsValues`).
    """
    if not isinstance(model, WeighsValues):
        raise ModelError("cannot tell how surprising a note is: its preset weighs no values")
    if not solo.notes:
        return []
    sequence = value_sequence(solo)
    costs = model.value_costs(sequence, _conditions(sequence, assets))
    return list(_notes(solo, sequence, costs))


def _conditions(sequence: ValueSequence, assets: Assets) -> Conditions:
    """The numbers of what a model knows of a solo's performer, as in training, and its touch."""
    names = [(assets.known[one], getattr(sequence, one)) for one in CONDITIONS]
    touch = sequence.history[0, HistoryColumn.TOUCH : HistoryColumn.REPEAT].tolist()
    return (*(known.index(name) + 1 if name in known else 0 for known, name in names), *touch)


def _notes(solo: Solo, sequence: ValueSequence, costs: ValueCosts) -> Iterator[NoteSurprise]:
    pitch, time = (nats / math.log(2) for nats in (costs.pitch, costs.time))
    notes = iter(solo.notes)
    rested, counted = 0.0, False
    for step, value in enumerate(sequence.pitch.tolist()):
        if value == REST:
            rested += float(pitch[step] + time[step])
            continue
        shares = costs.shares[step, :REST]
        # Stable: among equals the lowest pitch comes first, on every machine.
        likeliest = np.argsort(-shares, kind="stable")[:EXPECTED]
        yield NoteSurprise(
            note=next(notes),
            pitch_bits=float(pitch[step]),
            time_bits=float(time[step]),
            rest_bits=rested,
            rank=1 + int((shares > shares[value]).sum()),
            expected=tuple(likeliest.tolist()),
            shares=tuple(shares[likeliest].tolist()),
            share=float(shares[value]),
            counted=counted,
        )
        rested, counted = 0.0, True
