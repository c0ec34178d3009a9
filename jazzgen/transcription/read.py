"""Read one solo of a file that anybody made."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from jazzgen.errors import MidiError
from jazzgen.io.registry import carried, formats
from jazzgen.music.chart import Chart
from jazzgen.music.solo import Solo
from jazzgen.runtime.pool import Pool, Rejected
from jazzgen.transcription.solos import Found, read_solos

__all__ = ["read", "read_found"]


def read(path: str | Path, *, track: int | str | None = None, chart: Chart | None = None) -> Solo:
    """Read a solo from a file, such as MIDI or MusicXML (see `io.registry`).

    Of several soloists it is the likeliest. Files of jazzgen come back as they were written.

    Args:
        path: The file.
        track: Number (from 0) or name of the part that plays the solo; by default it is
            found.
        chart: What it is played over; by default the chords that the file names, those of a
            chart beside it, or those that are heard.

    Raises:
        MidiError: The file cannot be used, takes too long or too much memory to read, or has
            no such track.
        ChartError: A chart beside it cannot be read.
    """
    return read_found(path, track=track, chart=chart).solo


def read_found(
    path: str | Path, *, track: int | str | None = None, chart: Chart | None = None
) -> Found:
    """Read a solo as `read` does, and say how it was found.

    A file of a format that says so, such as MusicXML, is read in a process of its own,
    which can be ended.
    """
    first = partial(_first, track=track, chart=chart)
    if not formats().of_music(Path(path)).isolate:
        return first(str(path))
    with Pool(carried(first)) as pool:
        [(_, found)] = pool.outcomes([str(path)])
    if isinstance(found, Rejected):
        raise MidiError(found.reason)
    return found


def _first(path: str, track: int | str | None, chart: Chart | None) -> Found:
    return read_solos(path, track=track, chart=chart)[0]
