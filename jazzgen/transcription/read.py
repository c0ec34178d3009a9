"""Read the solo of a file of any origin."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from jazzgen.errors import MidiError
from jazzgen.io.registry import carried, formats
from jazzgen.music.chart import Chart
from jazzgen.music.solo import Solo
from jazzgen.runtime.pool import Limits, Pool, Rejected
from jazzgen.transcription.solos import Transcription, read_solos

__all__ = ["read", "read_transcription"]


def read(path: str | Path, *, track: int | str | None = None, chart: Chart | None = None) -> Solo:
    """Read a solo from a file, such as MIDI or MusicXML (see `io.registry`).

    If there are several soloists, the likeliest one is read. Solos that jazzgen has written
    come back as they were.

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


def read_transcription(
    path: str | Path,
    *,
    track: int | str | None = None,
    chart: Chart | None = None,
    limits: Limits | None = None,
) -> Transcription:
    """Read a solo as `read` does, and return with it how it was found.

    Files of formats with `isolate`, such as MusicXML, are read in a process of their own, so
    that it can be stopped.

    Args:
        path: The file.
        track: See `read`.
        chart: See `read`.
        limits: The time and the memory that such a process may take.

    Raises:
        MidiError: See `read`.
        ChartError: See `read`.
    """
    first = partial(_first, track=track, chart=chart)
    if not formats().of_music(Path(path)).isolate:
        return first(str(path))
    with Pool(carried(first), limits=limits) as pool:
        [(_, found)] = pool.outcomes([str(path)])
    if isinstance(found, Rejected):
        raise MidiError(found.reason)
    return found


def _first(path: str, track: int | str | None, chart: Chart | None) -> Transcription:
    return read_solos(path, track=track, chart=chart)[0]
