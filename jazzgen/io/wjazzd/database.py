"""The SQLite file of the Weimar Jazz Database: checking it, and reading its rows by solo.

The schema is that of the published `wjazzd.db`. Only the columns in `SCHEMA` are needed, and
those that a solo can do without may be empty.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from jazzgen.errors import DatasetError
from jazzgen.io.wjazzd.names import NAME_SUFFIX
from jazzgen.io.wjazzd.rows import SoloRows, text_of
from jazzgen.runtime.files import open_file

__all__ = ["check_wjazzd", "columns_of", "connected", "names_of", "read_rows"]

SCHEMA = {
    "solo_info": (
        "melid",
        "performer",
        "title",
        "avgtempo",
        "tempoclass",
        "rhythmfeel",
        "key",
        "instrument",
        "style",
        "signature",
    ),
    "transcription_info": ("melid", "filename_sv"),
    "beats": ("beatid", "melid", "onset", "bar", "beat", "signature", "chord", "form", "chorus_id"),
    "melody": (
        "eventid",
        "melid",
        "onset",
        "pitch",
        "duration",
        "division",
        "bar",
        "beat",
        "tatum",
        "loud_med",
    ),
    "sections": ("melid", "type", "start"),
}
BEAT_COLUMNS = "beatid, onset, bar, beat, signature, chord, form, chorus_id"
NOTE_COLUMNS = "eventid, onset, pitch, duration, bar, beat, division, tatum, loud_med"


def check_wjazzd(path: str | Path) -> tuple[int, int]:
    """Check that a file is the complete database.

    Returns:
        The numbers of its solos and of its notes.

    Raises:
        DatasetError: The file is missing, not this database, damaged, or without solos.
    """
    with connected(Path(path)) as connection:
        _check_schema(path, connection)
        [[verdict]] = connection.execute("pragma quick_check(1)").fetchall()
        if verdict != "ok":
            raise DatasetError(f"{path}: a damaged database: {verdict}")
        [solos] = connection.execute("select count(*) from solo_info").fetchone()
        [notes] = connection.execute("select count(*) from melody").fetchone()
    if not solos:
        raise DatasetError(f"{path}: a database without solos")
    return solos, notes


def read_rows(path: str | Path, names: Collection[str] | None = None) -> list[SoloRows]:
    """Read the rows of solos.

    Args:
        path: The database file.
        names: The names of the solos to read (see `SoloRows.name`); by default all.

    Returns:
        The solos in the order of the database; their values are not checked yet.

    Raises:
        DatasetError: The file is missing, not this database, or damaged.
    """
    with connected(Path(path)) as connection:
        _check_schema(path, connection)
        titles = dict(names_of(connection))
        wanted = {melid: name for melid, name in titles.items() if names is None or name in names}
        beats = _grouped(connection, "beats", BEAT_COLUMNS, "beatid", wanted)
        notes = _grouped(connection, "melody", NOTE_COLUMNS, "eventid", wanted)
        phrases = _grouped(connection, "sections where type = 'PHRASE'", "start", "start", wanted)
        return [
            SoloRows(wanted[solo], info, beats[solo], notes[solo], phrases[solo])
            for info in _infos(connection)
            if (solo := info["melid"]) in wanted
        ]


@contextmanager
def connected(path: Path) -> Iterator[sqlite3.Connection]:
    """Open the database for reading.

    Raises:
        DatasetError: The file is missing, not a database, or damaged; also in the block.
    """
    try:
        open_file(path).close()  # SQLite would wait for a pipe, and create a missing file
    except FileNotFoundError:
        raise DatasetError(f"{path}: no such file") from None
    except OSError as error:
        raise DatasetError(f"{path}: {error.strerror or error}") from error
    try:
        uri = path.absolute().as_uri() + "?mode=ro"
        with closing(sqlite3.connect(uri, uri=True)) as connection:
            # A solo is kept even if its title is not valid UTF-8.
            connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
            yield connection
    except sqlite3.Error as error:
        raise DatasetError(
            f"{path}: not a Weimar Jazz Database that can be read: {error}"
        ) from error


def _check_schema(path: str | Path, connection: sqlite3.Connection) -> None:
    for table, columns in SCHEMA.items():
        there = columns_of(connection, table)
        if not there:
            raise DatasetError(f"{path}: not the Weimar Jazz Database: it has no table {table}")
        missing = [column for column in columns if column not in there]
        if missing:
            raise DatasetError(
                f"{path}: not the Weimar Jazz Database: its table {table} has no column "
                f"{', '.join(missing)}"
            )


def columns_of(connection: sqlite3.Connection, table: str) -> set[str]:
    """Return the names of a table's columns; none if there is no such table.

    Args:
        connection: The database.
        table: The name of the table, which must be one of ours.
    """
    return {row[1] for row in connection.execute(f"pragma table_info({table})")}


def names_of(connection: sqlite3.Connection) -> Iterator[tuple[Any, str]]:
    """Yield the id and the name of each solo: the name of its file without `_FINAL.sv`."""
    rows = connection.execute(
        "select s.melid, min(t.filename_sv) from solo_info s"
        " left join transcription_info t on t.melid = s.melid group by s.melid"
    )
    for melid, file in rows:
        yield melid, text_of(file).removesuffix(NAME_SUFFIX) or f"melid-{melid}"


def _infos(connection: sqlite3.Connection) -> Iterator[dict[str, Any]]:
    columns = SCHEMA["solo_info"]
    rows = connection.execute(f"select {', '.join(columns)} from solo_info order by melid")  # noqa: S608 - our own names
    for row in rows:
        yield dict(zip(columns, row, strict=True))


def _grouped(
    connection: sqlite3.Connection, table: str, columns: str, order: str, wanted: Collection[Any]
) -> dict[Any, list[tuple[Any, ...]]]:
    """Return the rows of a table by solo.

    The table is read once, since the published file has no index on `melid`.
    """
    rows: dict[Any, list[tuple[Any, ...]]] = defaultdict(list)
    query = f"select melid, {columns} from {table} order by {order}"  # noqa: S608 - our own names
    for melid, *values in connection.execute(query):
        if melid in wanted:
            rows[melid].append(tuple(values))
    return rows
