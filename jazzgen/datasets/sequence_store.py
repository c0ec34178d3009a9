"""Value sequences and examples of more solos than memory holds: compiled once, then mapped."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from numpy.typing import NDArray

from jazzgen.datasets.corpus import CorpusHash
from jazzgen.encoding.examples import Example
from jazzgen.encoding.sequence import ValueSequence, value_sequence
from jazzgen.music.solo import Solo
from jazzgen.runtime.lazy import LazySequence
from jazzgen.runtime.tables import Table, TableWriter

__all__ = ["Names", "SequenceStore", "read_examples", "store_examples", "store_sequences"]

NAMES, STEPS, CHORDS = "names.json", "steps", "chords"
COLUMNS = ("pitch", "duration", "clock", "history", "rows", "loudness", "timing")
GROUPS = ("inputs", "targets", "taught")


class Names(NamedTuple):
    """What a `ValueSequence` is called, and who played it."""

    tune: str
    name: str
    performer: str


def store_sequences(folder: Path, solos: Iterable[Solo]) -> str:
    """Compile solos to value sequences in a new folder, one solo at a time.

    Returns:
        The `corpus_hash` of the solos.
    """
    folder.mkdir()
    found, names = CorpusHash(), []
    with TableWriter(folder / STEPS) as steps, TableWriter(folder / CHORDS) as chords:
        for number, solo in enumerate(solos):
            found.add(solo)
            one = value_sequence(solo)
            steps.add(number, {column: getattr(one, column) for column in COLUMNS})
            chords.add(number, {CHORDS: one.chords})
            names.append(Names(one.tune, one.name, one.performer))
    _write_json(folder / NAMES, names)
    return found.hexdigest()


class SequenceStore:
    """What `store_sequences` compiled.

    Args:
        folder: Where it lies.

    Raises:
        DatasetError: It is not there, or damaged.
    """

    def __init__(self, folder: Path) -> None:
        self._steps, self._chords = Table(folder / STEPS), Table(folder / CHORDS)
        self.names = [Names(*row) for row in _read_json(folder / NAMES)]
        self.sequences = LazySequence(self._sequence, len(self.names))

    @property
    def lines(self) -> Sequence[NDArray[Any]]:
        """The pitches of each solo."""
        return LazySequence(lambda number: self._steps.rows(number)["pitch"], len(self.names))

    def _sequence(self, number: int) -> ValueSequence:
        columns = {**self._steps.rows(number), **self._chords.rows(number)}
        tune, name, performer = self.names[number]
        return ValueSequence(**columns, tune=tune, name=name, performer=performer)


def store_examples(folder: Path, examples: Iterable[tuple[int, Example]]) -> None:
    """Write examples to a new folder, one at a time.

    Args:
        folder: Where to.
        examples: The examples with their numbers from 0, in any order.
    """
    folder.mkdir()
    names: dict[int, str] = {}
    with TableWriter(folder / STEPS) as steps, TableWriter(folder / CHORDS) as chords:
        for number, example in examples:
            steps.add(number, dict(_columns(example)))
            if example.chords is not None:
                chords.add(number, {CHORDS: example.chords})
            names[number] = example.name
    _write_json(folder / NAMES, [names[number] for number in range(len(names))])


def read_examples(folder: Path) -> Sequence[Example]:
    """Return the examples that `store_examples` wrote.

    Raises:
        DatasetError: They are not there, or damaged.
    """
    steps, chords = Table(folder / STEPS), Table(folder / CHORDS)
    names = _read_json(folder / NAMES)
    groups = [
        [(column.removeprefix(f"{group}."), column)
         for column in steps.columns if column.startswith(f"{group}.")]
        for group in GROUPS
    ]  # fmt: skip

    def example(number: int) -> Example:
        rows = steps.rows(number)
        changes = chords.rows(number)[CHORDS] if len(chords) else None
        inputs, targets, taught = [
            {name: rows[column] for name, column in group} for group in groups
        ]
        counted, notes = rows["counted"], rows["notes"]
        return Example(inputs, targets, counted, notes, names[number], changes, taught)

    return LazySequence(example, len(names))


def _columns(example: Example) -> Iterable[tuple[str, NDArray[Any]]]:
    for group in GROUPS:
        for name, values in getattr(example, group).items():
            yield f"{group}.{name}", values
    yield "counted", example.counted
    yield "notes", example.notes


def _write_json(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content), encoding="utf-8")


def _read_json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
