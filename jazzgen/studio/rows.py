"""Notes of a take as rows of JSON: onset, duration, pitch, velocity and deviation, in ticks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from jazzgen.errors import ConfigError
from jazzgen.music.solo import Note
from jazzgen.studio.fields import check_value

__all__ = ["note_of", "row_of"]


def row_of(note: Note) -> list[Any]:
    """Return a note as a row."""
    return [note.onset, note.duration, note.pitch, note.velocity, note.deviation]


def note_of(row: object) -> Note:
    """Return the note of a row.

    Args:
        row: The row, which a page may have changed.

    Raises:
        ConfigError: It is none.
    """
    values: Sequence[object] = row if isinstance(row, list) else ()
    if len(values) != len(Note.__dataclass_fields__):
        raise ConfigError("notes: expected onset, duration, pitch, velocity and deviation of each")
    onset, duration, pitch, velocity = (check_value("notes", one, int) for one in values[:4])
    return Note(onset, duration, pitch, velocity, check_value("notes", values[4], float))
