"""Sampling rules: what the user demands of a line, whatever the model predicts.

A rule makes pitches and durations more or less likely before one is drawn. Each has two forms,
side by side, which must agree:

| form | runs in | returns | for what is forbidden |
|---|---|---|---|
| tensor | the graphs, for a batch | numbers to add to logits | `MASKED` |
| integer | the light engine, for one line | factors of probabilities: `exp` of these numbers | 0 |

A rule is switched on by its setting in `SamplingConfig`; both engines run the rules that are on
(`active_constraints`). A plug-in adds one with `register_constraint`:

    class Pentatonic(Constraint):
        name = "pentatonic"
        setting = field(default=0.0, metadata={"help": "…", "min": 0, "max": 1})
        ...

    register_constraint(Pentatonic())
    SamplingConfig(extra={"pentatonic": 1})

Importing this module does not load Keras; the tensor forms do when a graph calls them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

from jazzgen.config import SamplingConfig, register_sampling_field, unregister_sampling_field
from jazzgen.encoding.chart_table import END_FAR, ChartColumn
from jazzgen.encoding.sequence import HistoryColumn
from jazzgen.encoding.values import REST
from jazzgen.encoding.vocabulary import REST_DEGREE
from jazzgen.errors import ConfigError
from jazzgen.music.timing import EIGHTH, TICKS_PER_QUARTER
from jazzgen.nn.constraint_base import Constraint, StepView, Weights
from jazzgen.nn.sizes import (
    DENSITY_GAIN,
    DURATION_CLASSES,
    MASKED,
    PITCH_CLASSES,
    REGISTER_GAIN,
)
from jazzgen.nn.tensor import Tensor
from jazzgen.runtime.registry import Registry

if TYPE_CHECKING:
    from jazzgen.encoding.vocabulary import JointVocabulary

__all__ = [
    "CONSTRAINTS",
    "ActiveConstraint",
    "Breath",
    "Constraint",
    "DensityBias",
    "MaxSilence",
    "PitchRange",
    "RegisterBias",
    "StepView",
    "active_constraints",
    "constraints",
    "register_constraint",
]

_IS_REST = np.arange(PITCH_CLASSES) == REST
_REST_ONLY: Weights = _IS_REST.astype(np.float32)
_NOTES_ONLY: Weights = (~_IS_REST).astype(np.float32)
_NOT_SHORT: Weights = (np.arange(1, DURATION_CLASSES + 1) >= EIGHTH).astype(np.float32)


class PitchRange(Constraint):
    """No pitch below `low` or above `high`."""

    name = "range"
    needed_columns = frozenset()
    width = 2
    steady = True

    def limits(self, sampling: SamplingConfig, tempo: float) -> tuple[float, ...]:
        """Return the lowest and the highest pitch."""
        return sampling.low, sampling.high

    def pitch_logits(self, step: StepView, limits: Tensor) -> Tensor:
        """Forbid the pitches outside."""
        from keras import ops

        pitches = ops.arange(PITCH_CLASSES, dtype="float32")
        outside = ops.logical_or(pitches < limits[..., 0:1], pitches > limits[..., 1:2])
        return ops.where(ops.logical_and(outside, ~_IS_REST), MASKED, 0.0)

    def pitch_weights(self, step: StepView, limits: Sequence[float]) -> Weights:
        """Forbid the pitches outside."""
        pitches = np.arange(PITCH_CLASSES)
        inside = (pitches >= limits[0]) & (pitches <= limits[1])
        weights: Weights = (inside | _IS_REST).astype(np.float32)
        return weights


class Breath(Constraint):
    """A phrase must end after `breath` seconds, with a rest of an eighth note or longer."""

    name = "breath"
    needed_columns = frozenset({HistoryColumn.PHRASE_TICKS})

    def limits(self, sampling: SamplingConfig, tempo: float) -> tuple[float, ...] | None:
        """Return the ticks after which a phrase must end."""
        ticks = round(sampling.breath * tempo / 60 * TICKS_PER_QUARTER)
        return (ticks,) if ticks else None

    def fits(self, vocabulary: JointVocabulary) -> bool:
        """Return whether there is a rest to breathe in."""
        degree, _, duration = vocabulary.table.T
        return bool(((degree == REST_DEGREE) & (duration >= EIGHTH)).any())

    def pitch_logits(self, step: StepView, limits: Tensor) -> Tensor:
        """Forbid a note once the breath is spent."""
        from keras import ops

        ticks = step.history[..., HistoryColumn.PHRASE_TICKS, None]
        spent = ops.greater_equal(ticks, limits)  # (…, 1)
        return ops.where(ops.logical_and(spent, ~_IS_REST), MASKED, 0.0)

    def pitch_weights(self, step: StepView, limits: Sequence[float]) -> Weights | None:
        """Forbid a note once the breath is spent."""
        return _REST_ONLY if step.history[HistoryColumn.PHRASE_TICKS] >= limits[0] else None

    def duration_logits(
        self, step: StepView, pitch: Tensor, durations: NDArray[np.int32], limits: Tensor
    ) -> Tensor:
        """Forbid a rest too short to breathe in."""
        from keras import ops

        return ops.where(ops.logical_and(ops.equal(pitch, REST), durations < EIGHTH), MASKED, 0.0)

    def duration_weights(
        self, step: StepView, pitch: int, limits: Sequence[float]
    ) -> Weights | None:
        """Forbid a rest too short to breathe in."""
        return _NOT_SHORT if pitch == REST else None


class RegisterBias(Constraint):
    """The lower (-1) or the upper (1) end of the range is favoured: a bell curve around an aim."""

    name = "register"
    needed_columns = frozenset()
    width = 3
    steady = True
    joint = False

    def limits(self, sampling: SamplingConfig, tempo: float) -> tuple[float, ...] | None:
        """Return the setting and the range."""
        return (sampling.register, sampling.low, sampling.high) if sampling.register else None

    def pitch_logits(self, step: StepView, limits: Tensor) -> Tensor:
        """Favour pitches by their distance from the aim, squared."""
        from keras import ops

        register, low, high = (limits[..., n : n + 1] for n in range(3))
        aim = (low + high + register * (high - low)) / 2
        away = ops.arange(PITCH_CLASSES, dtype="float32") - aim
        bias = -REGISTER_GAIN * ops.abs(register) * ops.square(away)
        return ops.where(_IS_REST, 0.0, bias)

    def pitch_weights(self, step: StepView, limits: Sequence[float]) -> Weights:
        """Favour pitches by their distance from the aim, squared."""
        register, low, high = limits
        aim = (low + high + register * (high - low)) / 2
        away = np.arange(PITCH_CLASSES) - aim
        bias = np.exp(-REGISTER_GAIN * abs(register) * away**2)
        return np.where(_IS_REST, 1.0, bias).astype(np.float32)


class DensityBias(Constraint):
    """Longer (-1) or shorter (1) durations are favoured, by so much for each doubling."""

    name = "density"
    needed_columns = frozenset()
    steady = True
    joint = False

    def duration_logits(
        self, step: StepView, pitch: Tensor, durations: NDArray[np.int32], limits: Tensor
    ) -> Tensor:
        """Favour durations by their logarithm."""
        from keras import ops

        octaves = ops.log2(ops.cast(durations, "float32"))
        return -DENSITY_GAIN * limits * octaves

    def duration_weights(self, step: StepView, pitch: int, limits: Sequence[float]) -> Weights:
        """Favour durations by their logarithm."""
        octaves = np.log2(np.arange(1, DURATION_CLASSES + 1))
        return np.exp(-DENSITY_GAIN * limits[0] * octaves).astype(np.float32)


class MaxSilence(Constraint):
    """After `silence` quarter notes without a note a line must play, except close to the end."""

    name = "silence"
    needed_columns = frozenset()
    joint = False

    def limits(self, sampling: SamplingConfig, tempo: float) -> tuple[float, ...] | None:
        """Return the ticks of silence after which a line must play."""
        ticks = round(sampling.silence * TICKS_PER_QUARTER)
        return (ticks,) if ticks else None

    def pitch_logits(self, step: StepView, limits: Tensor) -> Tensor:
        """Forbid a rest once the silence was long enough."""
        from keras import ops

        # The chart table counts no further than END_FAR, so nothing is farther than that.
        near = ops.minimum(limits, END_FAR - 1.0)
        far = ops.greater(step.row[..., ChartColumn.TO_END, None], near)
        waiting = ops.logical_and(ops.greater_equal(step.silence[..., None], limits), far)
        return ops.where(ops.logical_and(waiting, _IS_REST), MASKED, 0.0)

    def pitch_weights(self, step: StepView, limits: Sequence[float]) -> Weights | None:
        """Forbid a rest once the silence was long enough."""
        ticks = limits[0]
        waiting = step.silence >= ticks and step.row[ChartColumn.TO_END] > min(ticks, END_FAR - 1)
        return _NOTES_ONLY if waiting else None


class ActiveConstraint(NamedTuple):
    """A rule that is on, and its limits."""

    rule: Constraint
    limits: tuple[float, ...]


class _Rules(Registry[Constraint]):
    """The registry of rules; a plug-in's rule also registers its setting."""

    def register(self, entry: Constraint) -> Constraint:
        super().register(entry)
        if entry.setting is not None:
            try:
                register_sampling_field(entry.name, entry.setting)
            except ConfigError:
                super().unregister(entry.name)
                raise
        return entry

    def unregister(self, name: str) -> None:
        if self[name].setting is None:
            raise ConfigError(f"{self.what} {name!r}: is built in")
        super().unregister(name)
        unregister_sampling_field(name)


CONSTRAINTS = _Rules(
    "sampling rule", (PitchRange(), Breath(), RegisterBias(), DensityBias(), MaxSilence())
)


def constraints() -> tuple[Constraint, ...]:
    """Return all registered rules, the built-in ones first."""
    return tuple(CONSTRAINTS.values())


def active_constraints(
    sampling: SamplingConfig, tempo: float, vocabulary: JointVocabulary | None = None
) -> tuple[ActiveConstraint, ...]:
    """Return the rules that settings switch on, with their limits.

    Args:
        sampling: The settings.
        tempo: Quarter notes per minute.
        vocabulary: The joint values, if the model draws those; then only rules that fit them
            are returned.
    """
    found = []
    for rule in constraints():
        limits = rule.limits(sampling, tempo)
        fits = vocabulary is None or (rule.joint and rule.fits(vocabulary))
        if limits is not None and fits:
            found.append(ActiveConstraint(rule, limits))
    return tuple(found)


def register_constraint(rule: Constraint) -> Constraint:
    """Add a rule to those that both engines run, and return it.

    Its setting becomes one of `SamplingConfig.extra`, and an option of the command line.

    Raises:
        ConfigError: The name is taken or no identifier, or the rule has no setting.
    """
    if rule.setting is None:
        raise ConfigError(f"sampling rule {rule.name!r}: expected a setting, a dataclasses.field")
    return CONSTRAINTS.register(rule)
