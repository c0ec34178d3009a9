"""Datasets: solos in one file, a JSON object a line.

The first line says what the file is; every other one is a solo with its chart.
Everything is integers, names and chord symbols: nothing in it can run.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from jazzgen.atomic import write_bytes
from jazzgen.errors import DatasetError, InputError
from jazzgen.music.chart import Bar, Chart, PlacedChord, TempoChange
from jazzgen.music.chord import ChordSymbol
from jazzgen.music.pitch import Key
from jazzgen.music.solo import Note, Solo
from jazzgen.music.timing import Meter

__all__ = [
    "dataset_head",
    "dataset_line",
    "is_dataset",
    "json_line",
    "read_dataset",
    "solo_from_json",
    "solo_to_json",
    "write_dataset",
]

FORMAT = "jazzgen-dataset"
VERSION = 1


def write_dataset(path: str | Path, solos: Iterable[Solo]) -> Path:
    """Write solos to a dataset file.

    Raises:
        OutputError: The file cannot be written.
    """
    return write_bytes(path, b"".join([dataset_head(), *map(dataset_line, solos)]))


def dataset_head() -> bytes:
    """Return the first line of a dataset."""
    return json_line({"format": FORMAT, "version": VERSION})


def dataset_line(solo: Solo) -> bytes:
    """Return a solo's line of a dataset."""
    return json_line(solo_to_json(solo))


def json_line(value: Any) -> bytes:
    """Return a value as a line of JSON, in UTF-8.

    What UTF-8 cannot hold, as in the names of old files, is escaped as JSON escapes it.
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "backslashreplace") + b"\n"


def is_dataset(path: Path) -> bool:
    """Return whether a file begins as a dataset does."""
    try:
        with open(path, "rb") as file:
            return file.read(64).startswith(b'{"format":"' + FORMAT.encode())
    except OSError:
        return False


def read_dataset(path: str | Path) -> list[Solo]:
    """Read the solos of a dataset file.

    Raises:
        DatasetError: Missing, not a dataset, of a later version, or damaged.
    """
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
        head = json.loads(lines[0]) if lines else None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not a dataset"
        raise DatasetError(f"{path}: {reason}") from error
    if not isinstance(head, dict) or head.get("format") != FORMAT:
        raise DatasetError(f"{path}: not a dataset (expected a file that `prepare` wrote)")
    if head.get("version") != VERSION:
        raise DatasetError(f"{path}: dataset version {head.get('version')}; expected {VERSION}")
    return [_read_line(path, number, line) for number, line in enumerate(lines[1:], 2)]


def _read_line(path: str | Path, number: int, line: str) -> Solo:
    try:
        return solo_from_json(json.loads(line))
    except InputError as error:
        raise DatasetError(f"{path}: line {number}: {error}") from error
    except (ValueError, TypeError, KeyError, IndexError, AttributeError) as error:
        raise DatasetError(f"{path}: line {number}: not a solo") from error


def solo_to_json(solo: Solo) -> dict[str, Any]:
    """Return a solo as what JSON holds."""
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
    """Return the solo that `solo_to_json` described.

    Raises:
        InputError: A value that no solo or chart can have.
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
    )
