"""Read the solo of a file of any origin."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from jazzgen.errors import MidiError
from jazzgen.io.registry import FORMATS, carried
from jazzgen.music.chart import Chart
from jazzgen.music.solo import Solo
from jazzgen.runtime.arguments import checked
from jazzgen.runtime.pool import Limits, Pool, Rejected
from jazzgen.transcription.solos import Transcription, iter_solos

__all__ = ["SMALL", "read", "read_transcription"]

SMALL = 100_000
"""The size in bytes of a file that is read without limits: the longest solos have a third of it."""


@checked
def read(path: str | Path, *, track: int | str | None = None, chart: Chart | None = None) -> Solo:
    """Read a solo from a file, such as MIDI or MusicXML (see `io.registry`).

    If there are several soloists, the likeliest one is read. Solos that jazzgen has written
    come back as they were; soloists who trade come back as one line (`read_transcription` also
    gives the solo of each).

    Args:
        path: The file.
        track: Number (from 0) or name of the part that plays the solo; by default it is found.
        chart: The chart of the solo; by default from the chords that the file names, from a
            chart beside it, or from the chords that its parts play.

    Raises:
        MidiError: The file cannot be used, takes too much time or memory to read, or has no
            such track.
        ChartError: The chart beside it cannot be read.
    """
    return read_transcription(path, track=track, chart=chart).solo


@checked
def read_transcription(
    path: str | Path,
    *,
    track: int | str | None = None,
    chart: Chart | None = None,
    limits: Limits | None = None,
) -> Transcription:
    """Read a solo as `read` does, and say how it was found.

    A file of a format that says so, such as MusicXML, and any file of more than `SMALL` bytes
    is read in a process of its own, which can be ended.

    Args:
        path: See `read`.
        track: See `read`.
        chart: See `read`.
        limits: The time and the memory that it may take, if it is read in such a process.

    Raises:
        MidiError: See `read`.
        ChartError: See `read`.
    """
    first = partial(_first, track=track, chart=chart)
    if not FORMATS.of_music(Path(path)).isolate and _is_small(Path(path)):
        return first(str(path))
    with Pool(carried(first), limits=limits) as pool:
        [(_, found)] = pool.outcomes([str(path)])
    if isinstance(found, Rejected):
        raise MidiError(found.reason)
    return found


def _is_small(path: Path) -> bool:
    """Return whether a file is too small to take long; one that cannot be read is."""
    try:
        return path.stat().st_size <= SMALL
    except (OSError, ValueError):
        return True


def _first(path: str, track: int | str | None, chart: Chart | None) -> Transcription:
    found = next(iter_solos(path, track=track, chart=chart), None)
    if found is None:
        raise MidiError(f"{path}: has no solo")
    return found
