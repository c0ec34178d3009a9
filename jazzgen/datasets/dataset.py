"""Datasets: many solos in one file, one JSON object per line.

The first line holds the format and its version; each other line is a solo with its chart. A
dataset consists of numbers, names and chord symbols, so that nothing in it can be executed.

A dataset may be larger than memory: `Dataset` knows where each line begins (see `line_index`),
and reads a solo when it is asked for. It may also be a folder of shards (see `shards.manifest`),
each of which is such a file.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, overload

from jazzgen.datasets.formats import BEGINNING, FORMAT
from jazzgen.datasets.line_index import VERSION, LineIndex, index_dataset, naming_line
from jazzgen.datasets.shards.manifest import is_shards
from jazzgen.errors import DatasetError
from jazzgen.music.chart import Bar, Chart, PlacedChord, TempoChange
from jazzgen.music.chord import ChordSymbol
from jazzgen.music.pitch import Key
from jazzgen.music.solo import Note, Solo
from jazzgen.music.timing import Meter
from jazzgen.runtime.atomic import write_parts
from jazzgen.runtime.files import open_file

__all__ = [
    "Dataset",
    "dataset_head",
    "dataset_line",
    "is_dataset",
    "json_line",
    "read_collection",
    "read_dataset",
    "solo_from_json",
    "solo_to_json",
    "write_dataset",
]


def write_dataset(path: str | Path, solos: Iterable[Solo]) -> Path:
    """Write solos to a dataset file, one at a time.

    Args:
        path: The file. It is replaced only when all solos have been written.
        solos: The solos; they are iterated over once.

    Returns:
        The path of the file.

    Raises:
        OutputError: The file cannot be written.
    """
    return write_parts(path, chain([dataset_head()], map(dataset_line, solos)))


def dataset_head() -> bytes:
    """Return the first line of a dataset."""
    return json_line({"format": FORMAT, "version": VERSION})


def dataset_line(solo: Solo) -> bytes:
    """Return the line of a solo in a dataset."""
    return json_line(solo_to_json(solo))


def json_line(value: Any) -> bytes:
    """Return a value as a line of JSON, in UTF-8.

    Lone surrogates, which UTF-8 cannot encode and names of old files may have, are escaped as
    in JSON.
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "backslashreplace") + b"\n"


def is_dataset(path: Path) -> bool:
    """Return whether a file begins as a dataset does, or a folder holds the shards of one."""
    if is_shards(path):
        return True
    try:
        with open_file(path) as file:
            return file.read(len(BEGINNING)) == BEGINNING
    except OSError:
        return False


class Dataset(Sequence[Solo]):
    """The solos of a dataset, each read when it is asked for.

    Args:
        path: The file, or a folder of shards, which is one dataset like any other.
        index: Where the solos are; by default it is made by reading the dataset once.

    Raises:
        DatasetError: The dataset is missing, is none, is of a later version, or has a line
            that is not JSON; a shard is missing or damaged. Impossible solos are found only when
            they are asked for.
    """

    def __init__(self, path: str | Path, index: LineIndex | None = None) -> None:
        self.path = Path(path)
        self._index = index_dataset(self.path) if index is None else index

    @property
    def tunes(self) -> list[str]:
        """The tune of each solo."""
        return self._index.tunes

    def subset(self, numbers: Iterable[int]) -> Dataset:
        """Return the dataset of the solos with these numbers, counted from 0."""
        return Dataset(self.path, self._index.subset(list(numbers)))

    def __len__(self) -> int:
        return len(self._index)

    @overload
    def __getitem__(self, number: int) -> Solo: ...
    @overload
    def __getitem__(self, number: slice) -> Dataset: ...
    def __getitem__(self, number: int | slice) -> Solo | Dataset:
        if isinstance(number, slice):
            return Dataset(self.path, self._index.subset(number))
        line = self._index[number]
        try:
            with open_file(line.file) as file:
                file.seek(line.offset)
                text = file.readline()
        except OSError as error:
            raise DatasetError(f"{line.file}: {error.strerror or error}") from error
        with naming_line(line.file, line.number):
            return solo_from_json(json.loads(text))


def read_dataset(path: str | Path) -> list[Solo]:
    """Read all solos of a dataset file.

    Raises:
        DatasetError: The file is missing, is no dataset, is of a later version, or is damaged.
    """
    return list(Dataset(path))


def read_collection(
    path: str | Path,
    names: Collection[str] | None = None,  # noqa: ARG001 - solos of a dataset have none
    on_solo: Callable[[int, int], None] | None = None,  # noqa: ARG001 - reading them is quick
) -> Iterator[tuple[str, Solo]]:
    """Read the solos of a dataset file: the reader of collections that `Format` asks for.

    Args:
        path: The file.
        names: Ignored.
        on_solo: Ignored.

    Yields:
        An empty name and a solo.

    Raises:
        DatasetError: The file has no solos, or a damaged one; it is raised before any solo is
            yielded.
    """
    solos = Dataset(path)
    if not solos:
        raise DatasetError(f"{path}: a dataset without solos")
    # A damaged solo rejects the file, so all are read first, but not kept: they may be many.
    for _ in solos:
        pass
    for solo in solos:
        yield "", solo


def solo_to_json(solo: Solo) -> dict[str, Any]:
    """Return a solo as JSON data: `solo_from_json` gives it back."""
    chart = solo.chart
    return {
        "title": solo.title,
        "performer": solo.performer,
        "source": solo.source,
        "notes": [
            [note.onset, note.duration, note.pitch, note.velocity]
            + ([note.deviation] if note.deviation else [])
            for note in solo.notes
        ],
        **({"phrases": solo.phrase_starts} if solo.phrase_starts else {}),
        **({"instrument": solo.instrument} if solo.instrument else {}),
        **({"style": solo.style} if solo.style else {}),
        "chart": {
            "title": chart.title,
            "key": [chart.key.tonic, chart.key.mode],
            "tempo": chart.tempo,
            "feel": chart.feel,
            "choruses": chart.chorus_starts,
            "tempo_changes": chart.tempo_changes,
            "bars": [
                [
                    str(bar.meter),
                    bar.section,
                    [[onset, str(chord)] for onset, chord in bar.chords],
                ]
                for bar in chart.bars
            ],
        },
    }


def solo_from_json(data: dict[str, Any]) -> Solo:
    """Return the solo that `solo_to_json` turned into JSON data.

    Raises:
        InputError: A value is out of range for a solo or a chart.
    """
    chart = data["chart"]
    bars = tuple(
        Bar(
            tuple(PlacedChord(onset, ChordSymbol.parse(text)) for onset, text in chords),
            Meter.parse(meter),
            section,
        )
        for meter, section, chords in chart["bars"]
    )
    return Solo(
        tuple(Note(*row) for row in data["notes"]),
        Chart(
            bars,
            chart["title"],
            Key(*chart["key"]),
            chart["tempo"],
            chart["feel"],
            tuple(chart["choruses"]),
            tuple(TempoChange(*change) for change in chart["tempo_changes"]),
        ),
        data["title"],
        data["performer"],
        data["source"],
        tuple(data.get("phrases", ())),
        _name(data.get("instrument")),
        _name(data.get("style")),
    )


def _name(value: object) -> str:
    """Return a name that another program may have written, or "" if it is none."""
    return value if isinstance(value, str) else ""
