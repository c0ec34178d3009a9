"""Value sequences and examples on disk, for corpora larger than memory."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from numpy.typing import NDArray

from jazzgen.datasets.corpus import CorpusHash
from jazzgen.encoding.examples import Example
from jazzgen.encoding.plan_measures import breath_of
from jazzgen.encoding.sequence import HistoryColumn, ValueSequence, value_sequence
from jazzgen.encoding.values import REST
from jazzgen.music.solo import Solo
from jazzgen.runtime.files import open_file
from jazzgen.runtime.lazy import LazySequence
from jazzgen.runtime.tables import Table, TableWriter

__all__ = ["Names", "SequenceStore", "read_examples", "store_examples", "store_sequences"]

NAMES, STEPS, CHORDS, PLANS = "names.json", "steps", "chords", "plans"
COLUMNS = ("pitch", "duration", "clock", "history", "rows", "loudness", "timing", "gate", "ahead")
GROUPS = {"inputs": "inputs", "targets": "targets", "taught": "soft_targets"}
"""The groups of an example's columns: their name on disk, and the field of `Example`."""


class Names(NamedTuple):
    """The names in a `ValueSequence`."""

    tune: str
    name: str
    performer: str
    instrument: str
    style: str
    feel: str

    @classmethod
    def of(cls, sequence: ValueSequence) -> Names:
        """Return the names in a sequence."""
        return cls(*(getattr(sequence, name) for name in cls._fields))


def store_sequences(folder: Path, solos: Iterable[Solo]) -> str:
    """Write the value sequences of solos to a new folder, one solo at a time.

    Args:
        folder: The folder; it is created.
        solos: The solos; they are iterated over once.

    Returns:
        The `corpus_hash` of the solos.
    """
    folder.mkdir()
    digest, names = CorpusHash(), []
    with (
        TableWriter(folder / STEPS) as steps,
        TableWriter(folder / CHORDS) as chords,
        TableWriter(folder / PLANS) as plans,
    ):
        for number, solo in enumerate(solos):
            digest.add(solo)
            sequence = value_sequence(solo)
            steps.add(number, {column: getattr(sequence, column) for column in COLUMNS})
            chords.add(number, {CHORDS: sequence.chords})
            plans.add(number, {"plan": sequence.plan})
            names.append(Names.of(sequence))
    _write_json(folder / NAMES, names)
    return digest.hexdigest()


class SequenceStore:
    """The value sequences that `store_sequences` wrote.

    Args:
        folder: The folder.

    Raises:
        DatasetError: It is missing or damaged.
    """

    def __init__(self, folder: Path) -> None:
        self._steps, self._chords = Table(folder / STEPS), Table(folder / CHORDS)
        self._plans = Table(folder / PLANS)
        self.names = [Names(*row) for row in _read_json(folder / NAMES)]
        self.sequences = LazySequence(self._sequence, len(self.names))

    @property
    def lines(self) -> Sequence[NDArray[Any]]:
        """The pitches of each solo, each of shape (T,)."""
        return LazySequence(partial(self._steps.column, "pitch"), len(self.names))

    def manners(self) -> Iterator[tuple[int, int, tuple[int, ...], tuple[int, ...]] | None]:
        """Yield the lowest and the highest pitch of each solo, the player's touch and breath.

        A solo without notes has neither: None.
        """
        for number in range(len(self.names)):
            line, durations, history = (
                self._steps.column(name, number) for name in ("pitch", "duration", "history")
            )
            pitches = line[line != REST]
            if not len(pitches):
                yield None
                continue
            touch = history[0, HistoryColumn.TOUCH : HistoryColumn.REPEAT]
            breath = breath_of(line, durations)
            yield int(pitches.min()), int(pitches.max()), tuple(touch.tolist()), breath

    def _sequence(self, number: int) -> ValueSequence:
        tables = (self._steps, self._chords, self._plans)
        columns: dict[str, Any] = {
            name: rows for one in tables for name, rows in one.rows(number).items()
        }
        return ValueSequence(**columns, **self.names[number]._asdict())


def store_examples(folder: Path, examples: Iterable[tuple[int, Example]]) -> None:
    """Write examples to a new folder, one at a time.

    Args:
        folder: The folder; it is created.
        examples: Pairs of a number, from 0, and its example, in any order.
    """
    folder.mkdir()
    names: dict[int, str] = {}
    with (
        TableWriter(folder / STEPS) as steps,
        TableWriter(folder / CHORDS) as chords,
        TableWriter(folder / PLANS) as plans,
    ):
        for number, example in examples:
            steps.add(number, dict(_columns(example)))
            if example.chords is not None:
                chords.add(number, {CHORDS: example.chords})
            if example.plan is not None:
                plans.add(number, {"plan": example.plan})
            names[number] = example.name
    _write_json(folder / NAMES, [names[number] for number in range(len(names))])


def read_examples(folder: Path) -> Sequence[Example]:
    """Return the examples that `store_examples` wrote.

    Raises:
        DatasetError: The folder is missing or damaged.
    """
    steps, chords, plans = (Table(folder / name) for name in (STEPS, CHORDS, PLANS))
    names = _read_json(folder / NAMES)
    groups = [
        [
            (column.removeprefix(f"{group}."), column)
            for column in steps.columns
            if column.startswith(f"{group}.")
        ]
        for group in GROUPS
    ]

    def example(number: int) -> Example:
        rows = steps.rows(number)
        changes = chords.rows(number)[CHORDS] if len(chords) else None
        plan = plans.rows(number)["plan"] if len(plans) else None
        inputs, targets, soft_targets = [
            {name: rows[column] for name, column in group} for group in groups
        ]
        return Example(
            inputs=inputs,
            targets=targets,
            counted=rows["counted"],
            notes=rows["notes"],
            name=names[number],
            chords=changes,
            plan=plan,
            ahead=rows.get("ahead"),
            soft_targets=soft_targets,
        )

    return LazySequence(example, len(names))


def _columns(example: Example) -> Iterable[tuple[str, NDArray[Any]]]:
    for group, field in GROUPS.items():
        for name, values in getattr(example, field).items():
            yield f"{group}.{name}", values
    if example.ahead is not None:
        yield "ahead", example.ahead
    yield "counted", example.counted
    yield "notes", example.notes


def _write_json(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content), encoding="utf-8")


def _read_json(path: Path) -> Any:
    with open_file(path) as file:
        return json.load(file)
