"""The bass lines of the Weimar Jazz Database: one MIDI pitch a beat, behind each solo.

They come from an automatic transcription of the recordings (`beats.bass_pitch`; Abeßer, Balke,
Frieler, Pfleiderer and Müller, "Deep Learning for Jazz Walking Bass Transcription", AES
International Conference on Semantic Audio, 2017), which errs about once in six beats. Lengths,
ghost notes and notes between the beats are not in it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jazzgen.errors import DatasetError, InputError
from jazzgen.io.wjazzd.database import columns_of, connected, names_of, read_rows
from jazzgen.io.wjazzd.grid import Grid
from jazzgen.io.wjazzd.rows import SoloRows
from jazzgen.io.wjazzd.solos import solo_of_rows
from jazzgen.music.chart import Chart

__all__ = ["BassLine", "read_bass_lines"]


@dataclass(frozen=True, kw_only=True)
class BassLine:
    """The bass behind a solo.

    Args:
        name: The name of the solo, its `Solo.source`.
        rhythm: The feel of the rhythm section as the database has it, such as "SWING".
        chart: The chart of the solo.
        pitches: The MIDI pitch of each beat by its tick; beats without one are left out.
    """

    name: str
    rhythm: str
    chart: Chart
    pitches: dict[int, int]


def read_bass_lines(path: str | Path) -> Iterator[BassLine]:
    """Yield the bass lines behind the solos that can be read, in the order of the database.

    Args:
        path: The SQLite file.

    Raises:
        DatasetError: The file is missing, not this database, or damaged; or it has no bass lines.
    """
    pitches = _pitches(Path(path))
    for rows in read_rows(path):
        try:
            yield _line(rows, pitches[rows.name])
        except InputError:
            continue  # what cannot be read is reported where solos are read


def _line(rows: SoloRows, pitches: dict[tuple[int, int], int]) -> BassLine:
    chart = solo_of_rows(rows).chart
    grid = Grid(rows.beats(), rows.notes(), rows.text("signature"), chart.tempo)
    found = {grid.beat(bar, beat): pitch for (bar, beat), pitch in pitches.items()}
    return BassLine(name=rows.name, rhythm=rows.text("rhythmfeel"), chart=chart, pitches=found)


def _pitches(path: Path) -> dict[str, dict[tuple[int, int], int]]:
    """Return the pitches of the beats by the name of the solo, and by bar and beat."""
    found: dict[str, dict[tuple[int, int], int]] = defaultdict(dict)
    with connected(path) as connection:
        if "bass_pitch" not in columns_of(connection, "beats"):
            raise DatasetError(f"{path}: its table beats has no column bass_pitch")
        names: dict[Any, str] = dict(names_of(connection))
        for solo, bar, beat, pitch in connection.execute(
            "select melid, bar, beat, bass_pitch from beats order by beatid"
        ):
            if isinstance(pitch, int) and 0 < pitch < 128 and solo in names:
                found[names[solo]][bar, beat] = pitch
    return found
