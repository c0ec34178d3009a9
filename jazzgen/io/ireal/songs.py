"""iReal Pro charts: links and playlists to charts, repeats and jumps unfolded."""

from __future__ import annotations

from collections.abc import Iterator

from jazzgen.errors import ChartError
from jazzgen.io.chart_reading import ChartReading, bounded_readings, required_charts
from jazzgen.io.chart_symbols import ChartSymbols
from jazzgen.io.decoding import decode
from jazzgen.io.ireal.bars import read_progression
from jazzgen.io.ireal.fields import IRealSong
from jazzgen.io.ireal.link import LIMITS, LinkLimits, songs_of
from jazzgen.io.ireal.played import played_bars
from jazzgen.io.ireal.scheme import has_link
from jazzgen.io.said_key import read_key
from jazzgen.music.chart import Chart
from jazzgen.music.key_estimation import guess_key
from jazzgen.music.styles import style_of
from jazzgen.music.timing import MAX_TEMPO, MIN_TEMPO

__all__ = ["holds_link", "parse_ireal", "read_charts", "read_links"]


def holds_link(content: bytes) -> bool:
    """Return whether a file is text with an iReal Pro link anywhere in it."""
    if b"irealb" not in content.replace(b"\0", b"").lower():  # a quick look, in UTF-16 too
        return False
    try:
        return has_link(decode(content, ""))
    except ChartError:
        return False


def read_charts(content: bytes, source: str) -> tuple[ChartReading, ...]:
    """Read the songs of a file with links.

    Args:
        content: The bytes of the file.
        source: The file's name in messages.

    Returns:
        A reading for each song.

    Raises:
        ChartError: The file is no text, or has no songs.
    """
    return read_links(decode(content, source), source)


def read_links(text: str, source: str = "chart") -> tuple[ChartReading, ...]:
    """Read the songs of iReal Pro links one by one (see `parse_ireal`).

    Args:
        text: A link, a playlist, or a text or page with some.
        source: What messages call it, usually the file's name.

    Returns:
        A reading for each song, in the order of the links.

    Raises:
        ChartError: There are no songs, or more than the limits allow.
    """
    return tuple(_readings(text, source, LIMITS, strict=False))


def parse_ireal(text: str, source: str = "chart", limits: LinkLimits = LIMITS) -> tuple[Chart, ...]:
    """Read the songs of iReal Pro links, all of which must be readable.

    Args:
        text: A link, a playlist, or a text or page with some.
        source: What messages call it, usually the file's name.
        limits: How large it may be.

    Returns:
        The charts, with repeats and jumps unfolded.

    Raises:
        ChartError: A link breaks off, or a song cannot be read as it is written. The message names
            the number of the bar as bars are written.
    """
    return required_charts(_readings(text, source, limits, strict=True))


def _readings(
    text: str, source: str, limits: LinkLimits, *, strict: bool
) -> Iterator[ChartReading]:
    songs = songs_of(text, source, limits)
    yield from bounded_readings((_reading(song, source, strict) for song in songs), source)


def _reading(song: IRealSong, source: str, strict: bool) -> ChartReading:
    try:
        return _read(song, source, strict)
    except ChartError as error:
        return ChartReading(title=song.title, error=error)


def _read(song: IRealSong, source: str, strict: bool) -> ChartReading:
    where = f"{source}: {song.title[:60] or 'a song'}"
    if song.fault:
        raise ChartError(f"{source}: {song.fault}")
    if not song.is_whole and (strict or not song.is_plain or not song.progression.strip()):
        raise ChartError(f"{where}: the iReal Pro link breaks off in its progression")
    remarks = [] if song.is_whole else ["no bar line at the end: the link may have lost bars"]
    symbols = ChartSymbols(strict=strict)
    written = read_progression(song.progression, where, symbols)
    try:
        symbols.check()
        bars, warnings = played_bars(written)
        feel, tempo = style_of(song.style, bars[0].meter)
        if MIN_TEMPO <= song.tempo <= MAX_TEMPO:
            tempo = float(song.tempo)
        key, remark = read_key(song.key) if song.key else (None, "")
        remarks += [remark] * bool(remark)
        chart = Chart(bars, song.title, key or guess_key(bars), tempo, feel)
        warnings = [*remarks, *symbols.warnings, *warnings]
        return ChartReading.of(chart, warnings, says_key=key is not None)
    except ChartError as error:
        raise ChartError(f"{where}: {error}") from None
