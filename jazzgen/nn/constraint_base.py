"""The interface of sampling rules, in both their forms; `constraints` has the rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import Field
from functools import cache
from typing import TYPE_CHECKING, ClassVar, NamedTuple

import numpy as np
from numpy.typing import NDArray

from jazzgen.config import SamplingConfig
from jazzgen.encoding.sequence import HISTORY_COLUMNS
from jazzgen.nn.tensor import Tensor

if TYPE_CHECKING:
    from jazzgen.encoding.vocabulary import JointVocabulary

__all__ = ["Constraint", "StepView", "Weights", "weighed", "weighed_class"]

Weights = NDArray[np.float32]
"""Factors by which probabilities are multiplied."""


def weighed(where: NDArray[np.bool_], logit: float) -> Weights:
    """Return the factors by which some probabilities change as if a logit were added.

    Args:
        where: Which they are; the factor of the others is 1.
        logit: What is added.
    """
    weights: Weights = np.where(where, np.exp(logit), 1.0).astype(np.float32)
    return weights


@cache
def weighed_class(size: int, index: int, logit: float) -> Weights:
    """Return the factors by which one class changes as if a logit were added (see `weighed`).

    Args:
        size: The number of classes.
        index: The class; outside of them, all factors are 1.
        logit: What is added.
    """
    return weighed(np.arange(size) == index, logit)


class StepView(NamedTuple):
    """What a rule knows of a line whose next value is to be drawn.

    In the integer form the fields are sequences of integers and an integer. In the tensor form
    they are int32 tensors of a batch, with leading axes (…).
    """

    history: Tensor
    """The values so far, and the plan: the columns of `HistoryColumn`, (…, columns)."""
    row: Tensor
    """The chart at the next value's tick: the columns of `ChartColumn`, (…, columns)."""
    silence: Tensor
    """Ticks since the line's last note ended, (…)."""
    apart: tuple[Sequence[Tensor], Sequence[Tensor]] | None = None
    """In a graph the columns of both, each (…, 1), taken apart once for all rules."""

    def of_line(self, column: int) -> Tensor:
        """Return a column of the history in the tensor form, (…, 1).

        Args:
            column: One of `HistoryColumn`.
        """
        return self.apart[0][column] if self.apart else self.history[..., column, None]

    def of_chart(self, column: int) -> Tensor:
        """Return a column of the chart in the tensor form, (…, 1).

        Args:
            column: One of `ChartColumn`.
        """
        return self.apart[1][column] if self.apart else self.row[..., column, None]


class Constraint:
    """A rule; it has no state, since all that varies is passed as an argument.

    A subclass overrides both forms for pitches, or both for durations, or all four. The `limits`
    are the rule's parameters: `width` floats in the integer form, a tensor (…, width) in the
    tensor form. Tensors may have any leading axes, which broadcast. So count axes from the end;
    and compare with `keras.ops`, which accepts integers and floats together.
    """

    name: ClassVar[str]
    """The name under which the rule is registered, which is also that of its setting."""
    setting: ClassVar[Field[float] | None] = None
    """The setting of a rule that a plug-in registers: a `dataclasses.field` with a default and
    `metadata` (`help`, `unit`, `min`, `max`, `metavar`), like the fields of `SamplingConfig`."""
    width: ClassVar[int] = 1
    """The number of limits."""
    steady: ClassVar[bool] = False
    """Whether the weights depend on the limits alone; then they are computed only once."""
    needed_columns: ClassVar[frozenset[int]] = frozenset(range(HISTORY_COLUMNS))
    """The columns of `HistoryColumn` that the rule reads; the graph keeps no needless ones."""
    joint: ClassVar[bool] = True
    """Whether the rule also applies to joint values, which the classic preset draws."""

    def limits(self, sampling: SamplingConfig, tempo: float) -> tuple[float, ...] | None:
        """Return the rule's limits: by default the value of its setting.

        Args:
            sampling: The settings.
            tempo: Quarter notes per minute.

        Returns:
            `width` numbers; None if the rule is off, by default when its setting is 0.
        """
        value = sampling.value_of(self.name)
        return (value,) if value else None

    def fits(self, vocabulary: JointVocabulary) -> bool:
        """Return whether a vocabulary of joint values has the values that the rule demands."""
        return True

    def pitch_logits(self, step: StepView, limits: Tensor) -> Tensor | None:
        """Return what to add to the logits of pitches and the rest.

        Args:
            step: What is known of the lines.
            limits: The rule's limits, shape (…, width).

        Returns:
            Shape (…, PITCH_CLASSES), `MASKED` for what is forbidden; None to add nothing.
        """
        return None

    def pitch_weights(self, step: StepView, limits: Sequence[float]) -> Weights | None:
        """Return factors of the probabilities of pitches and the rest.

        Args:
            step: What is known of the line.
            limits: The rule's limits.

        Returns:
            Shape (PITCH_CLASSES,), 0 for what is forbidden; None if all are 1.
        """
        return None

    def duration_logits(
        self, step: StepView, pitch: Tensor, durations: NDArray[np.int32], limits: Tensor
    ) -> Tensor | None:
        """Return what to add to the logits of durations.

        Args:
            step: What is known of the lines.
            pitch: The new pitch or `REST`, int32: shape (…, 1), or, among joint values, one
                for each duration, shape (…, D).
            durations: The durations to choose from, in ticks, shape (D,).
            limits: The rule's limits, shape (…, width).

        Returns:
            Shape (…, D), `MASKED` for what is forbidden; None to add nothing.
        """
        return None

    def duration_weights(
        self, step: StepView, pitch: int, limits: Sequence[float]
    ) -> Weights | None:
        """Return factors of the probabilities of durations.

        Args:
            step: What is known of the line.
            pitch: The new pitch or `REST`.
            limits: The rule's limits.

        Returns:
            Shape (DURATION_CLASSES,), 0 for what is forbidden; None if all are 1.
        """
        return None
