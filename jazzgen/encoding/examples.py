"""Value sequences as inputs and targets of a preset's training graph."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jazzgen.encoding.cache import cache
from jazzgen.encoding.chart_table import ChartColumn
from jazzgen.encoding.lick_ngrams import LICK_COLUMNS
from jazzgen.encoding.sequence import NO_PITCH, HistoryColumn, ValueSequence
from jazzgen.encoding.values import REST
from jazzgen.encoding.vocabulary import JointVocabulary

__all__ = ["Example", "make_example", "transpose_example"]


CHORDS_BEFORE, CHORDS_AFTER = 4, 8  # changes that a part keeps around its own


@dataclass(frozen=True)
class Example:
    """One solo as aligned steps: what the graph is given and what it must say.

    Args:
        inputs: By the graph's input names, each of shape (T, …).
        targets: By its output names, each of shape (T,), int32.
        counted: Which steps a measure counts, shape (T,).
        notes: Which steps are notes, shape (T,).
        name: What to call the solo in a message.
        chords: The changes that the steps' rows point into (improviser only), shape
            (C, `CHORD_COLUMNS`), int32.
        soft_targets: By output names, what a teacher expects in place of the targets, each of
            shape (T, V) (see `nn.teacher`).
    """

    inputs: dict[str, NDArray[Any]]
    targets: dict[str, NDArray[np.int32]]
    counted: NDArray[np.bool_]
    notes: NDArray[np.bool_]
    name: str = ""
    chords: NDArray[np.int32] | None = None
    soft_targets: dict[str, NDArray[np.float16]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.counted)

    def part(self, start: int, stop: int) -> Example:
        """Return the steps from `start` up to, not including, `stop`.

        Of the changes it keeps a few before and after those that sound.
        """
        cut = slice(start, stop)
        inputs = {name: array[cut] for name, array in self.inputs.items()}
        chords = self.chords
        if chords is not None:
            place = inputs["rows"][:, ChartColumn.CHORD]
            first = max(int(place.min()) - CHORDS_BEFORE, 0)
            chords = chords[first : int(place.max()) + CHORDS_AFTER + 1]
            inputs["rows"] = inputs["rows"].copy()
            inputs["rows"][:, ChartColumn.CHORD] -= first
        targets = {name: array[cut] for name, array in self.targets.items()}
        counted, notes = self.counted[cut], self.notes[cut]
        soft_targets = {name: array[cut] for name, array in self.soft_targets.items()}
        return Example(inputs, targets, counted, notes, self.name, chords, soft_targets)

    def without_expression(self) -> Example:
        """Return the example with its notes' loudness and timing unknown to what comes after."""
        return self._unknown(HistoryColumn.LOUDNESS, HistoryColumn.TIMING)

    def without_performer(self) -> Example:
        """Return the example as nobody's in particular."""
        return self._unknown(HistoryColumn.PERFORMER)

    def _unknown(self, *columns: HistoryColumn) -> Example:
        """The example with columns of its history 0; a classic one has no history."""
        if "history" not in self.inputs:
            return self
        history = self.inputs["history"].copy()
        history[:, columns] = 0
        return replace(self, inputs={**self.inputs, "history": history})


def make_example(
    sequence: ValueSequence,
    vocabulary: JointVocabulary | None = None,
    performers: Sequence[str] = (),
    licks: NDArray[np.float32] | None = None,
) -> Example:
    """Return a sequence as an example of the classic preset (with a vocabulary) or the improviser.

    In the classic preset a step's input is a value and its target the next one,
    so that T is one less than the sequence's length; in the improviser a step's
    input is the past and its target what comes.

    Args:
        sequence: The solo.
        vocabulary: The classic preset's values.
        performers: Names that the improviser knows; anybody else is nobody.
        licks: What players do at each step, shape (T, LICK_COLUMNS) (see
            `encoding.lick_ngrams`); by default nothing is known of that.
    """
    notes = sequence.pitch != REST
    if vocabulary is not None:
        value = vocabulary.encode(sequence)
        return Example({"value": value[:-1]}, {"value": value[1:]}, sequence.counted[1:],
                       notes[1:], sequence.name)  # fmt: skip
    history = sequence.history.copy()
    known = sequence.performer in performers
    history[:, HistoryColumn.PERFORMER] = performers.index(sequence.performer) + 1 if known else 0
    if licks is None:
        licks = np.zeros((len(sequence), LICK_COLUMNS), np.float32)
    inputs = {
        "history": history, "rows": sequence.rows, "pitch": sequence.pitch,
        "duration": sequence.duration, "cache": cache(sequence.pitch), "licks": licks,
    }  # fmt: skip
    targets = {
        "pitch": sequence.pitch, "duration": sequence.duration - 1,
        "loudness": sequence.loudness, "timing": sequence.timing,
    }  # fmt: skip
    return Example(inputs, targets, sequence.counted, notes, sequence.name, sequence.chords)


def transpose_example(example: Example, semitones: int) -> Example:
    """Return an improviser's example moved by semitones; a classic one has no pitch to move.

    A move that would leave MIDI's range is not made.
    """
    if "history" not in example.inputs or semitones == 0:
        return example
    pitch = _move(example.inputs["pitch"], semitones, REST)
    if np.any((pitch < 0) | (pitch > REST)):
        return example
    history = example.inputs["history"].copy()
    for columns in (slice(HistoryColumn.LAST, HistoryColumn.DURATION), HistoryColumn.PHRASE_PITCH):
        history[:, columns] = _move(history[:, columns], semitones, NO_PITCH)
    rows = example.inputs["rows"].copy()
    for column in (ChartColumn.ROOT, ChartColumn.NEXT_ROOT):
        rows[:, column] = (rows[:, column] + semitones) % 12
    inputs = {**example.inputs, "history": history, "rows": rows, "pitch": pitch}
    soft_targets = dict(example.soft_targets)
    if "pitch" in soft_targets:
        notes = np.roll(soft_targets["pitch"][:, :REST], semitones, axis=1)
        soft_targets["pitch"] = np.concatenate([notes, soft_targets["pitch"][:, REST:]], axis=1)
    targets = {**example.targets, "pitch": pitch}
    return replace(example, inputs=inputs, targets=targets, soft_targets=soft_targets)


def _move(pitches: NDArray[Any], semitones: int, but: int) -> NDArray[Any]:
    return np.where(pitches == but, pitches, pitches + semitones).astype(np.int32)
