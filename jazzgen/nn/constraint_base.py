"""What a sampling rule is, in both its forms; the rules themselves stand in `constraints`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import Field
from typing import TYPE_CHECKING, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from jazzgen.config import SamplingConfig
from jazzgen.encoding.sequence import HISTORY_COLUMNS
from jazzgen.nn.tensor import Tensor

if TYPE_CHECKING:
    from jazzgen.encoding.vocabulary import JointVocabulary

__all__ = ["Constraint", "StepView", "Weights"]

Weights = NDArray[np.float32]
"""Factors of shares."""


class StepView(NamedTuple):
    """What a rule sees of a line whose next value is to be drawn.

    The tensor form sees a batch: every field has leading axes (…), and a last one where the
    integer form has a sequence.
    """

    history: Tensor
    """What was played: the columns of `HistoryColumn` up to `PERFORMER`, (…, columns)."""
    row: Tensor
    """The chart at this tick: the columns of `ChartColumn`, (…, columns)."""
    silence: Tensor
    """Ticks since the last note ended, (…)."""


class Constraint:
    """One rule, without state: everything that varies comes as an argument.

    A subclass overrides both forms for pitches, or both for durations, or all four. `limits`
    are the numbers that the rule goes by: `width` floats in the integer form, a tensor
    (…, width) in the other. Tensors have any leading axes, which broadcast: count axes from
    the end, and compare with `keras.ops`, which takes integers and floats together.
    """

    name: ClassVar[str]
    """By which it is registered; that of its setting, if it has one."""
    setting: ClassVar[Field[float] | None] = None
    """What a registered rule is set by: `dataclasses.field` with a default and `metadata`
    (`help`, `unit`, `min`, `max`, `metavar`), as the fields of `SamplingConfig` have it."""
    width: ClassVar[int] = 1
    """How many limits it has."""
    steady: ClassVar[bool] = False
    """Whether its weights look at nothing but the limits: then they are computed once."""
    needed_columns: ClassVar[frozenset[int]] = frozenset(range(HISTORY_COLUMNS))
    """Columns of `HistoryColumn` that it looks at; the graph keeps those that somebody does."""
    joint: ClassVar[bool] = True
    """Whether it is also a rule for joint values, which the classic preset draws."""

    def limits(self, sampling: SamplingConfig, tempo: float) -> tuple[float, ...] | None:
        """Return the rule's limits, or None where it is off; by default its setting, 0 for off.

        Args:
            sampling: The settings.
            tempo: Quarter notes per minute.
        """
        value = sampling.value_of(self.name)
        return (value,) if value else None

    def fits(self, vocabulary: JointVocabulary) -> bool:
        """Return whether a vocabulary of joint values has what the rule insists on."""
        return True

    def pitch_logits(self, step: StepView, limits: Tensor) -> Tensor | None:
        """Return what to add to logits of pitches and the rest, (…, PITCH_CLASSES).

        Args:
            step: Where the lines stand.
            limits: The rule's limits, shape (…, width).
        """
        return None

    def pitch_weights(self, step: StepView, limits: Sequence[float]) -> Weights | None:
        """Return factors for shares of pitches and the rest, (PITCH_CLASSES,), None for all 1.

        Args:
            step: Where the line stands.
            limits: The rule's limits.
        """
        return None

    def duration_logits(
        self, step: StepView, pitch: Tensor, durations: NDArray[np.int32], limits: Tensor
    ) -> Tensor | None:
        """Return what to add to logits of durations, (…, D).

        Args:
            step: Where the lines stand.
            pitch: The new pitch or `REST`: the line's, shape (…, 1), or, among joint values,
                one for each duration, shape (…, D).
            durations: The durations in question, in ticks, shape (D,).
            limits: The rule's limits, shape (…, width).
        """
        return None

    def duration_weights(
        self, step: StepView, pitch: int, limits: Sequence[float]
    ) -> Weights | None:
        """Return factors for shares of durations, (DURATION_CLASSES,), None for all 1.

        Args:
            step: Where the line stands.
            pitch: The new pitch or `REST`.
            limits: The rule's limits.
        """
        return None
