"""Solos as a table with a row for each note: how surprising it is to a model.

The columns of the CSV file:

| column | content |
|---|---|
| `number`, `solo` | the number of the solo, from 1, and its name: its source, or its title |
| `bar`, `beat` | where the note begins, both counted from 1; a beat may have a fraction |
| `onset`, `duration` | in quarter notes |
| `pitch`, `name` | the MIDI pitch, and the note as it is spelled over its chord |
| `chord` | the chord under it |
| `pitch_bits`, `time_bits` | the cost of its pitch, and of its duration given the pitch |
| `rest_bits` | the cost of the rests between the note before and this one |
| `rank` | the place of its pitch among all pitches, 1 for the likeliest |
| `expected_1` … `expected_5` | the likeliest MIDI pitches |
| `counted` | 1 if it counts in bits per note; 0 for the first note of a solo |

The three costs of all counted notes, divided by their number, are the model's bits per note.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from jazzgen.errors import ConfigError, OutputError
from jazzgen.music.solo import Solo
from jazzgen.music.timing import TICKS_PER_QUARTER
from jazzgen.nn.surprise import EXPECTED, NoteSurprise
from jazzgen.notation.spelling import octave_of, spell_note
from jazzgen.runtime.atomic import check_writable, write_parts
from jazzgen.runtime.files import open_file

__all__ = ["COLUMNS", "check_table", "write_table"]

COLUMNS = (
    "number", "solo", "bar", "beat", "onset", "duration", "pitch", "name", "chord",
    "pitch_bits", "time_bits", "rest_bits", "rank",
    *(f"expected_{place}" for place in range(1, EXPECTED + 1)), "counted",
)  # fmt: skip


def check_table(path: Path) -> None:
    """Check, before long work begins, that a table can be written.

    Raises:
        ConfigError: The file is no CSV file by its name.
        OutputError: It cannot be written, or exists and is no such table.
    """
    if path.suffix.lower() != ".csv":
        raise ConfigError(f"{path}: expected a file that ends in .csv")
    check_writable(path)
    head = _line(COLUMNS)
    try:
        with open_file(path) as file:
            begin = file.read(len(head))
    except OSError:  # nothing is there: what cannot be written is known already
        return
    if begin and begin != head:
        raise OutputError(f"{path}: exists, and is no table of notes; name another file")


def write_table(
    path: Path, solos: Iterable[Solo], surprises: Callable[[Solo], Sequence[NoteSurprise]]
) -> int:
    """Write the table of some solos, one solo after the other, completely or not at all.

    Args:
        path: The CSV file.
        solos: The solos.
        surprises: Tells how surprising the notes of a solo are.

    Returns:
        The number of notes.

    Raises:
        OutputError: The file cannot be written.
    """
    count = 0

    def parts() -> Iterator[bytes]:
        nonlocal count
        yield _line(COLUMNS)
        for number, solo in enumerate(solos, 1):
            found = surprises(solo)
            count += len(found)
            yield b"".join(_line(row) for row in _rows(number, solo, found))

    write_parts(path, parts())
    return count


def _line(cells: Sequence[object]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(cells)
    # Old file names can hold bytes that are not UTF-8; these are escaped.
    return text.getvalue().encode("utf-8", "backslashreplace")


def _rows(number: int, solo: Solo, found: Sequence[NoteSurprise]) -> Iterator[Sequence[object]]:
    chart = solo.chart
    following = [*(one.note.pitch for one in found[1:]), None]
    # The last note has none behind it; a solo without notes has not even that one.
    for one, next_pitch in zip(found, following, strict=False):
        note = one.note
        bar, chord = chart.bar_at(note.onset), chart.chord_at(note.onset)
        beat = 1 + (note.onset - chart.bar_starts[bar]) / chart.bars[bar].meter.beat_ticks
        name = spell_note(note.pitch, chord, chart.key, next_pitch)
        yield (
            number,
            solo.name,
            bar + 1,
            f"{beat:.6g}",
            f"{note.onset / TICKS_PER_QUARTER:.8g}",
            f"{note.duration / TICKS_PER_QUARTER:.6g}",
            note.pitch,
            f"{name}{octave_of(note.pitch, name)}",
            chord,
            *(f"{bits:.4f}" for bits in (one.pitch_bits, one.time_bits, one.rest_bits)),
            one.rank,
            *one.expected,
            int(one.counted),
        )
