"""The Groove MIDI Dataset: drummers who play to a click on an electronic kit.

Gillick, Roberts, Engel, Eck and Bamman, "Learning to Groove with Inverse Sequence
Transformations", ICML 2019; https://magenta.tensorflow.org/datasets/groove, CC BY 4.0. The table
`info.csv` gives the style, the tempo, the meter and the part of the data (train, validation, test)
of each performance.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from mido import MidiFile

from jazzgen.errors import DatasetError
from jazzgen.runtime.files import read_file

__all__ = ["Hit", "Performance", "read_groove", "without_bounces"]

TABLE = "info.csv"
LARGEST_TABLE = 2**22
"""The most bytes of the table; that of the whole dataset has 0.2 MB."""
COLUMNS = ("style", "bpm", "beat_type", "time_signature", "midi_filename", "split")
DRUM_OF = {
    36: 0, 38: 1, 40: 1, 37: 2, 42: 3, 22: 3, 46: 4, 26: 4, 44: 5, 43: 6, 58: 6, 45: 7, 47: 7,
    48: 8, 50: 8, 49: 9, 52: 9, 55: 9, 57: 9, 51: 10, 59: 10, 53: 11,
}  # fmt: skip
"""The number of the drum in `band.stroke_values.PITCHES` for each pitch of the kit."""
BASS_DRUM = 0
BOUNCE, WEAKER = 0.09, 10
"""The seconds within which the beater of an electronic bass drum falls back on its pad, and how
much softer than the stroke that is at least, in MIDI velocities. In the bossa novas of the dataset
it does so at more than every third stroke, mostly after 55 milliseconds."""


class Hit(NamedTuple):
    """A stroke as it was played.

    Args:
        quarter: When, in quarter notes after the beginning.
        drum: The number of the drum in `band.stroke_values.PITCHES`.
        velocity: The MIDI velocity.
    """

    quarter: float
    drum: int
    velocity: int


class Performance(NamedTuple):
    """A performance.

    Args:
        name: The name of its file.
        style: The style, such as "jazz/swing".
        tempo: Quarter notes per minute.
        beats: The number of quarter notes in a bar.
        is_fill: Whether it is a fill and nothing else.
        split: The part of the data: "train", "validation" or "test".
        hits: Its strokes in the order of time.
    """

    name: str
    style: str
    tempo: float
    beats: int
    is_fill: bool
    split: str
    hits: tuple[Hit, ...]


def read_groove(folder: Path) -> Iterator[Performance]:
    """Read the performances in 3/4 and 4/4.

    Args:
        folder: The folder of the dataset, with `info.csv`.

    Raises:
        DatasetError: The table or a file in it cannot be read.
    """
    table = folder / TABLE
    content = read_file(table, LARGEST_TABLE, DatasetError, "the table of the dataset")
    rows = list(csv.DictReader(content.decode("utf-8", "replace").splitlines()))
    for number, row in enumerate(rows, 2):
        if any(row.get(column) is None for column in COLUMNS):
            raise DatasetError(f"{table}: line {number}: expected {', '.join(COLUMNS)}")
        if row["time_signature"] in ("3-4", "4-4"):
            yield _performance(folder, row)


def _performance(folder: Path, row: dict[str, str]) -> Performance:
    path = folder / row["midi_filename"]
    try:
        return Performance(
            name=row["midi_filename"],
            style=row["style"],
            tempo=float(row["bpm"]),
            beats=int(row["time_signature"][0]),
            is_fill=row["beat_type"] == "fill",
            split=row["split"],
            hits=tuple(without_bounces(list(_hits(MidiFile(path))), float(row["bpm"]))),
        )
    except (OSError, ValueError, EOFError, IndexError) as error:
        raise DatasetError(f"{path}: cannot be read: {error}") from error


def without_bounces(hits: Sequence[Hit], tempo: float) -> list[Hit]:
    """Return strokes without those of the bass drum that the pedal alone has made.

    Args:
        hits: The strokes in the order of time.
        tempo: Quarter notes per minute.
    """
    apart = BOUNCE * tempo / 60
    feet = [hit for hit in hits if hit.drum == BASS_DRUM]
    bounces = set()
    for one, other in pairwise(feet):
        if other.quarter - one.quarter < apart and abs(one.velocity - other.velocity) >= WEAKER:
            bounces.add(min(one, other, key=lambda hit: hit.velocity))
    return [hit for hit in hits if hit not in bounces]


def _hits(file: MidiFile) -> Iterator[Hit]:
    for track in file.tracks:
        now = 0
        for message in track:
            now += message.time
            if message.type == "note_on" and message.velocity and message.note in DRUM_OF:
                drum = DRUM_OF[message.note]
                yield Hit(now / file.ticks_per_beat, drum, message.velocity)
