"""Value sequences as inputs and targets of a preset's training graph."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jazzgen.data.chart_table import Column
from jazzgen.data.encoding import REST
from jazzgen.data.sequence import NO_PITCH, Past, ValueSequence
from jazzgen.data.vocabulary import JointVocabulary

__all__ = ["Example", "make_example", "transpose_example"]


@dataclass(frozen=True)
class Example:
    """One solo as aligned steps: what the graph is given and what it must say.

    Args:
        inputs: By the graph's input names, each of shape (T, …), int32.
        targets: By its output names, each of shape (T,), int32.
        counted: Which steps a measure counts, shape (T,).
        notes: Which steps are notes, shape (T,).
        name: What to call the solo in a message.
    """

    inputs: dict[str, NDArray[np.int32]]
    targets: dict[str, NDArray[np.int32]]
    counted: NDArray[np.bool_]
    notes: NDArray[np.bool_]
    name: str = ""

    def __len__(self) -> int:
        return len(self.counted)

    def part(self, start: int, stop: int) -> Example:
        """Return the steps from `start` up to, not including, `stop`."""
        cut = slice(start, stop)
        return Example(
            {name: array[cut] for name, array in self.inputs.items()},
            {name: array[cut] for name, array in self.targets.items()},
            self.counted[cut],
            self.notes[cut],
            self.name,
        )


def make_example(sequence: ValueSequence, vocabulary: JointVocabulary | None = None) -> Example:
    """Return a sequence as an example of the classic preset (with a vocabulary) or the improviser.

    In the classic preset a step's input is a value and its target the next one,
    so that T is one less than the sequence's length; in the improviser a step's
    input is the past and its target what comes.
    """
    notes = sequence.pitch != REST
    if vocabulary is not None:
        value = vocabulary.encode(sequence)
        return Example({"value": value[:-1]}, {"value": value[1:]}, sequence.counted[1:],
                       notes[1:], sequence.name)  # fmt: skip
    inputs = {"history": sequence.history, "rows": sequence.rows, "pitch": sequence.pitch}
    targets = {"pitch": sequence.pitch, "duration": sequence.duration - 1}
    return Example(inputs, targets, sequence.counted, notes, sequence.name)


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
    history[:, : Past.DURATION] = _move(history[:, : Past.DURATION], semitones, NO_PITCH)
    rows = example.inputs["rows"].copy()
    for column in (Column.ROOT, Column.NEXT_ROOT):
        rows[:, column] = (rows[:, column] + semitones) % 12
    inputs = {"history": history, "rows": rows, "pitch": pitch}
    targets = {**example.targets, "pitch": pitch}
    return Example(inputs, targets, example.counted, example.notes, example.name)


def _move(pitches: NDArray[Any], semitones: int, but: int) -> NDArray[Any]:
    return np.where(pitches == but, pitches, pitches + semitones).astype(np.int32)
