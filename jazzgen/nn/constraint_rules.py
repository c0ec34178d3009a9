"""The built-in sampling rules; `constraints` describes what rules are and registers them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from jazzgen.config import SamplingConfig
from jazzgen.encoding.chart_table import END_FAR, ChartColumn
from jazzgen.encoding.sequence import HistoryColumn
from jazzgen.encoding.values import MAX_DURATION, REST
from jazzgen.encoding.vocabulary import REST_DEGREE
from jazzgen.music.timing import EIGHTH, TICKS_PER_QUARTER
from jazzgen.nn.constraint_base import Constraint, StepView, Weights, weighed
from jazzgen.nn.sizes import (
    DENSITY_GAIN,
    DURATION_CLASSES,
    MASKED,
    PITCH_CLASSES,
    REGISTER_GAIN,
)
from jazzgen.nn.tensor import Ops, Tensor

if TYPE_CHECKING:
    from jazzgen.encoding.vocabulary import JointVocabulary

__all__ = [
    "APPROACH",
    "IS_REST",
    "NOTES_ONLY",
    "REST_ONLY",
    "UNBROKEN",
    "Breath",
    "DensityBias",
    "Edges",
    "MaxSilence",
    "PitchRange",
    "RegisterBias",
    "among",
    "landing_ticks",
    "rarer_rest",
]

IS_REST = np.arange(PITCH_CLASSES) == REST
"""Which class is the rest, shape (PITCH_CLASSES,); the two below forbid notes, or rests."""
REST_ONLY: Weights = IS_REST.astype(np.float32)
NOTES_ONLY: Weights = (~IS_REST).astype(np.float32)
_NOT_SHORT: Weights = (np.arange(1, DURATION_CLASSES + 1) >= EIGHTH).astype(np.float32)

EDGE = 3
"""How many semitones at either end of a range are its edge."""

APPROACH = TICKS_PER_QUARTER
"""The ticks before the last chord in which a line that lands on it does not rest."""
UNBROKEN = APPROACH + EIGHTH - 1
"""The ticks before it in which no rest begins: a shorter one than an eighth would be left."""
_LONGEST_CHORD = END_FAR - DURATION_CLASSES
"""The length in ticks of the longest chord to land on: no value that begins where the end is too
far away to be told may sound into it."""


def among(ops: Ops, pitches: Tensor, tones: Tensor, root: Tensor) -> Tensor:
    """Return whether pitches are among the tones of chords, bool, shapes broadcast.

    Args:
        ops: `keras.ops` or `numpy`.
        pitches: MIDI pitches, integers.
        tones: Sets of pitch classes above the root, bit k for k semitones.
        root: The pitch classes of the roots.
    """
    bits = 2 ** np.arange(12, dtype=np.int32)
    return ops.mod(tones // ops.take(bits, ops.mod(pitches - root, 12), axis=0), 2) > 0


@cache
def rarer_rest(strength: float) -> Weights:
    """Return the factors of all pitches and the rest, where a rest is rarer.

    Args:
        strength: What is taken from its logit.
    """
    return weighed(IS_REST, -strength)


def landing_ticks(sampling: SamplingConfig) -> int:
    """Return the length in ticks of the chord to land on; 0 if there is none, or it is too long."""
    ticks = round(sampling.landing * TICKS_PER_QUARTER)
    return ticks if ticks <= _LONGEST_CHORD else 0


class PitchRange(Constraint):
    """No pitch below `low` or above `high`."""

    name = "range"
    needed_columns = frozenset()
    width = 2
    steady = True

    def limits(self, sampling: SamplingConfig, tempo: float) -> tuple[float, ...]:
        """Return the lowest and the highest pitch.

        Args:
            sampling: The settings.
            tempo: Not used.
        """
        return sampling.compass(None)

    def pitch_logits(self, step: StepView, limits: Tensor) -> Tensor:
        """Forbid the pitches outside.

        Args:
            step: Not used.
            limits: The lowest and the highest pitch, shape (…, 2).
        """
        from keras import ops

        pitches = np.arange(PITCH_CLASSES, dtype=np.float32)
        outside = ops.logical_or(pitches < limits[..., 0:1], pitches > limits[..., 1:2])
        return ops.where(ops.logical_and(outside, ~IS_REST), MASKED, 0.0)

    def pitch_weights(self, step: StepView, limits: Sequence[float]) -> Weights:
        """Forbid the pitches outside.

        Args:
            step: Not used.
            limits: The lowest and the highest pitch.
        """
        pitches = np.arange(PITCH_CLASSES)
        inside = (pitches >= limits[0]) & (pitches <= limits[1])
        weights: Weights = (inside | IS_REST).astype(np.float32)
        return weights


class Breath(Constraint):
    """A phrase must end after `breath` seconds, with a rest of an eighth note or longer.

    On the last steps to the chord on which the line lands there is no breath: see `Landing`.
    """

    name = "breath"
    needed_columns = frozenset({HistoryColumn.PHRASE_TICKS, HistoryColumn.DURATION})
    width = 2

    def limits(self, sampling: SamplingConfig, tempo: float) -> tuple[float, ...] | None:
        """Return the ticks after which a phrase must end, and those before the end without breath.

        Args:
            sampling: The settings.
            tempo: Quarter notes per minute.
        """
        ticks = round(sampling.breath * tempo / 60 * TICKS_PER_QUARTER)
        landing = landing_ticks(sampling)
        return (ticks, landing + UNBROKEN if landing else 0) if ticks else None

    def fits(self, vocabulary: JointVocabulary) -> bool:
        """Return whether there is a rest to breathe in."""
        degree, _, duration = vocabulary.table.T
        return bool(((degree == REST_DEGREE) & (duration >= EIGHTH)).any())

    def pitch_logits(self, step: StepView, limits: Tensor) -> Tensor:
        """Forbid a note once the breath is spent.

        Args:
            step: What is known of the lines.
            limits: The longest phrase and the end without breath in ticks, shape (…, 2).
        """
        from keras import ops

        ticks = step.of_line(HistoryColumn.PHRASE_TICKS)
        left = step.of_chart(ChartColumn.TO_END)
        spent = ops.logical_and(
            ops.greater_equal(ticks, limits[..., 0:1]), ops.greater(left, limits[..., 1:2])
        )  # (…, 1)
        return ops.where(ops.logical_and(spent, ~IS_REST), MASKED, 0.0)

    def pitch_weights(self, step: StepView, limits: Sequence[float]) -> Weights | None:
        """Forbid a note once the breath is spent.

        Args:
            step: What is known of the line.
            limits: The longest phrase and the end without breath in ticks.
        """
        longest, unbroken = limits
        if step.history[HistoryColumn.PHRASE_TICKS] < longest:
            return None
        return REST_ONLY if step.row[ChartColumn.TO_END] > unbroken else None

    def duration_logits(
        self, step: StepView, pitch: Tensor, durations: NDArray[np.int32], limits: Tensor
    ) -> Tensor:
        """Forbid a rest too short to breathe in, but for one that goes on with a longest value.

        Args:
            step: What is known of the lines.
            pitch: The new pitches or `REST`, shape (…, 1) or (…, D).
            durations: The durations in ticks, shape (D,).
            limits: Not used.
        """
        from keras import ops

        short = ops.logical_and(ops.equal(pitch, REST), durations < EIGHTH)
        goes_on = ops.equal(step.of_line(HistoryColumn.DURATION), MAX_DURATION)
        return ops.where(ops.logical_and(short, ops.logical_not(goes_on)), MASKED, 0.0)

    def duration_weights(
        self, step: StepView, pitch: int, limits: Sequence[float]
    ) -> Weights | None:
        """Forbid a rest too short to breathe in, but for one that goes on with a longest value.

        Args:
            step: What is known of the line.
            pitch: The new pitch or `REST`.
            limits: Not used.
        """
        goes_on = step.history[HistoryColumn.DURATION] == MAX_DURATION
        return _NOT_SHORT if pitch == REST and not goes_on else None


class RegisterBias(Constraint):
    """The lower (-1) or the upper (1) end of the range is favoured: a bell curve around an aim."""

    name = "register"
    needed_columns = frozenset()
    width = 3
    steady = True
    joint = False

    def limits(self, sampling: SamplingConfig, tempo: float) -> tuple[float, ...] | None:
        """Return the setting and the range.

        Args:
            sampling: The settings.
            tempo: Not used.
        """
        return (sampling.register, *sampling.compass(None)) if sampling.register else None

    def pitch_logits(self, step: StepView, limits: Tensor) -> Tensor:
        """Favour pitches by their distance from the aim, squared.

        Args:
            step: Not used.
            limits: The setting, the lowest and the highest pitch, shape (…, 3).
        """
        from keras import ops

        register, low, high = (limits[..., n : n + 1] for n in range(3))
        aim = (low + high + register * (high - low)) / 2
        away = np.arange(PITCH_CLASSES, dtype=np.float32) - aim
        bias = -REGISTER_GAIN * ops.abs(register) * ops.square(away)
        return ops.where(IS_REST, 0.0, bias)

    def pitch_weights(self, step: StepView, limits: Sequence[float]) -> Weights:
        """Favour pitches by their distance from the aim, squared.

        Args:
            step: Not used.
            limits: The setting, the lowest and the highest pitch.
        """
        register, low, high = limits
        aim = (low + high + register * (high - low)) / 2
        away = np.arange(PITCH_CLASSES) - aim
        bias = np.exp(-REGISTER_GAIN * abs(register) * away**2)
        return np.where(IS_REST, 1.0, bias).astype(np.float32)


class Edges(Constraint):
    """The outermost three semitones of the range are rarer, each more than the one within.

    A player's range is wider than most of what he plays, and he hardly ever touches its ends: in
    half of all solos the highest note comes once. A line that may not leave a range, but does not
    know it, hits the ends all the time.
    """

    name = "edges"
    needed_columns = frozenset()
    width = 3
    steady = True
    joint = False

    def limits(self, sampling: SamplingConfig, tempo: float) -> tuple[float, ...] | None:
        """Return the setting and the range.

        Args:
            sampling: The settings.
            tempo: Not used.
        """
        return (sampling.edges, *sampling.compass(None)) if sampling.edges else None

    def pitch_logits(self, step: StepView, limits: Tensor) -> Tensor:
        """Make pitches rarer by how far they lie within the edges.

        Args:
            step: Not used.
            limits: The setting, the lowest and the highest pitch, shape (…, 3).
        """
        from keras import ops

        edges, low, high = (limits[..., n : n + 1] for n in range(3))
        pitches = np.arange(PITCH_CLASSES, dtype=np.float32)
        inward = ops.minimum(pitches - low, high - pitches)
        return ops.where(IS_REST, 0.0, -edges * ops.clip(EDGE - inward, 0, EDGE))

    def pitch_weights(self, step: StepView, limits: Sequence[float]) -> Weights:
        """Make pitches rarer by how far they lie within the edges.

        Args:
            step: Not used.
            limits: The setting, the lowest and the highest pitch.
        """
        edges, low, high = limits
        pitches = np.arange(PITCH_CLASSES)
        inward = np.minimum(pitches - low, high - pitches)
        weights = np.exp(-edges * np.clip(EDGE - inward, 0, EDGE))
        return np.where(IS_REST, 1.0, weights).astype(np.float32)


class DensityBias(Constraint):
    """Longer (-1) or shorter (1) durations are favoured, by so much for each doubling."""

    name = "density"
    needed_columns = frozenset()
    steady = True
    joint = False

    def duration_logits(
        self, step: StepView, pitch: Tensor, durations: NDArray[np.int32], limits: Tensor
    ) -> Tensor:
        """Favour durations by their logarithm.

        Args:
            step: Not used.
            pitch: Not used.
            durations: The durations in ticks, shape (D,).
            limits: The setting, shape (…, 1).
        """
        from keras import ops

        octaves = ops.log2(ops.cast(durations, "float32"))
        return -DENSITY_GAIN * limits * octaves

    def duration_weights(self, step: StepView, pitch: int, limits: Sequence[float]) -> Weights:
        """Favour durations by their logarithm.

        Args:
            step: Not used.
            pitch: Not used.
            limits: The setting.
        """
        octaves = np.log2(np.arange(1, DURATION_CLASSES + 1))
        return np.exp(-DENSITY_GAIN * limits[0] * octaves).astype(np.float32)


class MaxSilence(Constraint):
    """After `silence` quarter notes without a note a line must play, except close to the end."""

    name = "silence"
    needed_columns = frozenset()
    joint = False

    def limits(self, sampling: SamplingConfig, tempo: float) -> tuple[float, ...] | None:
        """Return the ticks of silence after which a line must play.

        Args:
            sampling: The settings.
            tempo: Not used.
        """
        ticks = round(sampling.silence * TICKS_PER_QUARTER)
        return (ticks,) if ticks else None

    def pitch_logits(self, step: StepView, limits: Tensor) -> Tensor:
        """Forbid a rest once the silence was long enough.

        Args:
            step: What is known of the lines.
            limits: The longest silence in ticks, shape (…, 1).
        """
        from keras import ops

        # The chart table counts no further than END_FAR, so nothing is farther than that.
        near = ops.minimum(limits, END_FAR - 1.0)
        far = ops.greater(step.of_chart(ChartColumn.TO_END), near)
        waiting = ops.logical_and(ops.greater_equal(step.silence[..., None], limits), far)
        return ops.where(ops.logical_and(waiting, IS_REST), MASKED, 0.0)

    def pitch_weights(self, step: StepView, limits: Sequence[float]) -> Weights | None:
        """Forbid a rest once the silence was long enough.

        Args:
            step: What is known of the line.
            limits: The longest silence in ticks.
        """
        ticks = limits[0]
        waiting = step.silence >= ticks and step.row[ChartColumn.TO_END] > min(ticks, END_FAR - 1)
        return NOTES_ONLY if waiting else None
