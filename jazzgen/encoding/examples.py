"""Value sequences as inputs and targets of a preset's training graph."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jazzgen.encoding.cache import cache
from jazzgen.encoding.chart_table import END_FAR, PLACES, ChartColumn
from jazzgen.encoding.lick_ngrams import LICK_COLUMNS
from jazzgen.encoding.openings import moved_openings
from jazzgen.encoding.place_features import NOWHERE, PlaceColumn
from jazzgen.encoding.plan import UNPLANNED, HeardColumn, PlanColumn
from jazzgen.encoding.plan_in_training import heard_in_training
from jazzgen.encoding.sequence import CONDITIONS, NO_PITCH, HistoryColumn, ValueSequence
from jazzgen.encoding.values import REST
from jazzgen.encoding.vocabulary import JointVocabulary

__all__ = ["Example", "make_example", "transpose_example"]


CHORDS_BEFORE, CHORDS_AFTER = 4, 8
"""Chord changes that a part keeps before and after those of its own steps."""


@dataclass(frozen=True, kw_only=True)
class Example:
    """One solo as aligned steps: the inputs of the graph and its targets.

    Args:
        inputs: Arrays by the names of the graph's inputs, each of shape (T, …).
        targets: Arrays by the names of its outputs, each of shape (T,), int32.
        counted: Which steps figures count, shape (T,).
        notes: Which steps are notes, shape (T,).
        name: The solo's name in messages.
        chords: The chord table that the column `CHORD` of the steps' rows refers to (improviser
            only), shape (C, `CHORD_COLUMNS`), int32.
        plan: The plan that the solo might have followed (improviser only), shape (G,
            `PlanColumn`), for the column `GROUP` of the steps' rows; the history knows nothing
            of it.
        ahead: What the solo does after each step (improviser only), shape (T, `AheadColumn`).
        soft_targets: The distributions of a teacher in place of targets, by the names of
            outputs, each of shape (T, V) (see `training.teacher`).
    """

    inputs: dict[str, NDArray[Any]]
    targets: dict[str, NDArray[np.int32]]
    counted: NDArray[np.bool_]
    notes: NDArray[np.bool_]
    name: str = ""
    chords: NDArray[np.int32] | None = None
    plan: NDArray[np.int32] | None = None
    ahead: NDArray[np.int32] | None = None
    soft_targets: dict[str, NDArray[np.float16]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.counted)

    def part(self, start: int, stop: int) -> Example:
        """Return some of the steps, with the chord changes around them.

        Args:
            start: The first step.
            stop: The step after the last one.
        """
        cut = slice(start, stop)
        inputs = {name: array[cut] for name, array in self.inputs.items()}
        chords = self.chords
        if chords is not None:
            index = inputs["rows"][:, ChartColumn.CHORD]
            first = max(int(index.min()) - CHORDS_BEFORE, 0)
            chords = chords[first : int(index.max()) + CHORDS_AFTER + 1]
            inputs["rows"] = inputs["rows"].copy()
            inputs["rows"][:, ChartColumn.CHORD] -= first
        return Example(
            inputs=inputs,
            targets={name: array[cut] for name, array in self.targets.items()},
            counted=self.counted[cut],
            notes=self.notes[cut],
            name=self.name,
            chords=chords,
            plan=self.plan,
            ahead=None if self.ahead is None else self.ahead[cut],
            soft_targets={name: array[cut] for name, array in self.soft_targets.items()},
        )

    def without_expression(self) -> Example:
        """Return the example without the loudness, timing and gate of notes in its history."""
        return self._unknown(HistoryColumn.LOUDNESS, HistoryColumn.TIMING, HistoryColumn.GATE)

    def without(self, condition: str) -> Example:
        """Return the example without one of the `CONDITIONS` in its history."""
        return self._unknown(getattr(HistoryColumn, condition.upper()))

    def without_touch(self) -> Example:
        """Return the example without the player's touch in its history."""
        return self._unknown(*range(HistoryColumn.TOUCH, HistoryColumn.REPEAT))

    def without_end(self) -> Example:
        """Return the example without the distance to the chart's end, as if it went on."""
        if "rows" not in self.inputs:
            return self
        rows = self.inputs["rows"].copy()
        rows[:, ChartColumn.TO_END] = END_FAR
        return replace(self, inputs={**self.inputs, "rows": rows})

    def without_place(self, place: int) -> Example:
        """Return the example without what was played at an earlier place.

        Args:
            place: Its index among the places (see `chart_table.BARS_BACK`).
        """
        first = HistoryColumn.PLACE + place * len(PlaceColumn)
        return self._unknown(*range(first, first + len(PlaceColumn)), unknown=NOWHERE)

    def without_plan(self) -> Example:
        """Return the example without any plan."""
        columns = range(HistoryColumn.PLAN, HistoryColumn.PLAN + len(UNPLANNED))
        return replace(self._unknown(*columns, unknown=UNPLANNED), plan=None)

    def like_plan_of(self, other: Example) -> Example:
        """Return the example with the plan that another example of the same solo hears."""
        history = self.inputs["history"].copy()
        history[:, HistoryColumn.PLAN :] = other.inputs["history"][:, HistoryColumn.PLAN :]
        return replace(self, inputs={**self.inputs, "history": history}, plan=None)

    def with_plan(self, noise: np.random.Generator) -> Example:
        """Return the example with its plan, made coarser, in its history.

        Args:
            noise: The source of the plan's errors (see `plan.heard_in_training`).
        """
        if self.plan is None or self.ahead is None or not len(self.plan):
            return self
        history = self.inputs["history"].copy()
        history[:, HistoryColumn.PLAN :] = heard_in_training(
            self.plan,
            self.ahead,
            self.inputs["rows"][:, ChartColumn.GROUP],
            history[:, HistoryColumn.PLACE : HistoryColumn.PLAN],
            history[:, [HistoryColumn.BREATH_TIME, HistoryColumn.SILENCE]],
            noise,
        )
        return replace(self, inputs={**self.inputs, "history": history}, plan=None)

    def _unknown(self, *columns: int, unknown: int | Sequence[int] = 0) -> Example:
        """Return the example with columns of its history unknown; a classic one has no history.

        Args:
            columns: The columns.
            unknown: What stands for an unknown entry of all of them, or of each.
        """
        if "history" not in self.inputs:
            return self
        history = self.inputs["history"].copy()
        history[:, columns] = unknown
        return replace(self, inputs={**self.inputs, "history": history})


def make_example(
    sequence: ValueSequence,
    vocabulary: JointVocabulary | None = None,
    known: Mapping[str, Sequence[str]] | None = None,
    licks: NDArray[np.float32] | None = None,
) -> Example:
    """Return a value sequence as an example of the classic preset or of the improviser.

    In the classic preset the input of a step is a value and its target is the next value, so
    T is one less than the sequence's length. In the improviser the input of a step is the
    history, and its target is the value.

    Args:
        sequence: The solo.
        vocabulary: The values of the classic preset; without one it is an improviser's example.
        known: For each of the `CONDITIONS` the names that the model knows, in its order.
            Others count as unknown; by default all do.
        licks: What the lick n-grams expect at each step, shape (T, LICK_COLUMNS) (see
            `encoding.lick_ngrams`); by default nothing.
    """
    if vocabulary is not None:
        sequence = sequence.to_last_note()
        notes = sequence.pitch != REST
        value = vocabulary.encode(sequence)
        return Example(
            inputs={"value": value[:-1]},
            targets={"value": value[1:]},
            counted=sequence.counted[1:],
            notes=notes[1:],
            name=sequence.name,
        )
    notes, history = sequence.pitch != REST, sequence.history.copy()
    for column, condition in enumerate(CONDITIONS, HistoryColumn.PERFORMER):
        names, name = (known or {}).get(condition, ()), getattr(sequence, condition)
        history[:, column] = names.index(name) + 1 if name in names else 0
    if licks is None:
        licks = np.zeros((len(sequence), LICK_COLUMNS), np.float32)
    inputs = {
        "history": history,
        "rows": sequence.rows,
        "pitch": sequence.pitch,
        "duration": sequence.duration,
        "cache": cache(sequence.pitch),
        "licks": licks,
    }
    targets = {
        "pitch": sequence.pitch,
        "duration": sequence.duration - 1,  # classes begin at 0, durations at 1 tick
        "loudness": sequence.loudness,
        "timing": sequence.timing,
        "gate": sequence.gate,
    }
    return Example(
        inputs=inputs,
        targets=targets,
        counted=sequence.counted,
        notes=notes,
        name=sequence.name,
        chords=sequence.chords,
        plan=sequence.plan,
        ahead=sequence.ahead,
    )


def transpose_example(example: Example, semitones: int) -> Example:
    """Return an improviser's example transposed; a classic one does not depend on the key.

    An example with a pitch that would leave MIDI's range is returned unchanged.

    Args:
        example: The example.
        semitones: The interval, up or down.
    """
    if "history" not in example.inputs or semitones == 0:
        return example
    pitch = _move(example.inputs["pitch"], semitones, REST)
    if np.any((pitch < 0) | (pitch > REST)):
        return example
    history = example.inputs["history"].copy()
    for columns in _PITCHES:
        history[:, columns] = _move(history[:, columns], semitones, NO_PITCH)
    for columns in (HistoryColumn.OPENING, HistoryColumn.BEFORE):
        history[:, columns] = moved_openings(history[:, columns], semitones)
    rows = example.inputs["rows"].copy()
    for column in (ChartColumn.ROOT, ChartColumn.NEXT_ROOT):
        rows[:, column] = (rows[:, column] + semitones) % 12
    inputs = {**example.inputs, "history": history, "rows": rows, "pitch": pitch}
    soft_targets = dict(example.soft_targets)
    if "pitch" in soft_targets:
        notes = np.roll(soft_targets["pitch"][:, :REST], semitones, axis=1)
        soft_targets["pitch"] = np.concatenate([notes, soft_targets["pitch"][:, REST:]], axis=1)
    targets = {**example.targets, "pitch": pitch}
    plan = example.plan
    if plan is not None:
        plan = plan.copy()
        plan[:, PlanColumn.PITCH] = _move(plan[:, PlanColumn.PITCH], semitones, NO_PITCH)
    return replace(example, inputs=inputs, targets=targets, plan=plan, soft_targets=soft_targets)


_PITCHES = (
    *range(HistoryColumn.LAST, HistoryColumn.DURATION),
    HistoryColumn.PHRASE_PITCH,
    *(
        HistoryColumn.PLACE + place * len(PlaceColumn) + PlaceColumn.PITCH
        for place in range(PLACES)
    ),
    HistoryColumn.PLAN + HeardColumn.NOW + PlanColumn.PITCH,
    HistoryColumn.PLAN + HeardColumn.NEXT + PlanColumn.PITCH,
    HistoryColumn.PLAN + HeardColumn.RECALLED + PlaceColumn.PITCH,
)
"""The columns of a history that hold pitches."""


def _move(pitches: NDArray[Any], semitones: int, but: int) -> NDArray[Any]:
    return np.where(pitches == but, pitches, pitches + semitones).astype(np.int32)
