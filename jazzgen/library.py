"""The charts that come with jazzgen: progressions that every jazz musician knows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from jazzgen.errors import ChartError, InputError
from jazzgen.io.chart_reading import ChartReading
from jazzgen.io.chart_text.text import parse_chart, read_chart
from jazzgen.io.ireal.scheme import has_link
from jazzgen.music.chart import Chart
from jazzgen.music.pitch import Key
from jazzgen.music.styles import find_feel
from jazzgen.music.timing import check_tempo
from jazzgen.runtime.arguments import checked
from jazzgen.runtime.files import is_there
from jazzgen.runtime.folders import package_folder
from jazzgen.runtime.wording import did_you_mean

__all__ = [
    "find_chart",
    "find_reading",
    "library_chart",
    "library_names",
    "library_text",
    "played_chart",
    "read_changes",
]

SUFFIX = ".txt"


def library_names() -> tuple[str, ...]:
    """Return the names of the charts, sorted."""
    folder = package_folder().joinpath("charts")
    names = (entry.name for entry in folder.iterdir())
    return tuple(sorted(name.removesuffix(SUFFIX) for name in names if name.endswith(SUFFIX)))


def library_chart(name: str, key: str | Key | None = None) -> Chart:
    """Return a chart of the library.

    >>> str(library_chart("blues", key="Bb").chord_at(0))
    'Bb7'

    Args:
        name: One of `library_names()`; capitals do not matter.
        key: The key to play it in; by default the one it is written in.

    Raises:
        ChartError: No such chart, or a key of the other mode.
    """
    chart = parse_chart(library_text(name), name)
    return chart if key is None else chart.in_key(key if isinstance(key, Key) else Key.parse(key))


def library_text(name: str) -> str:
    """Return a chart of the library as it is written, with its repeats.

    Args:
        name: One of `library_names()`; capitals do not matter.

    Raises:
        ChartError: No such chart.
    """
    names = {known.lower(): known for known in library_names()}
    known = names.get(name.strip().lower())
    if known is None:
        raise ChartError(
            f"{name!r} is not a chart of the library: expected one of "
            f"{', '.join(sorted(names.values()))}"
        )
    return package_folder().joinpath("charts", known + SUFFIX).read_text(encoding="utf-8")


@checked
def find_chart(text: str, source: str = "chart") -> Chart:
    """Return the chart that a text names, as a user would say it.

    >>> find_chart("| Dm7 | G7 | Cmaj7 | % |").bars == find_chart("ii-V-I").bars
    True

    Args:
        text: A name of the library; the path of a file with charts (see `io.charts`) or with a
            solo, whose chords are named or inferred; with `#3` or `#Title` behind it where it
            holds several; an iReal Pro link; or the changes themselves, between bar lines or
            with one chord for each bar.
        source: What to call the text in a message.

    Raises:
        ChartError: No such chart or file, nothing at all, or changes that cannot be
            read.
    """
    return find_reading(text, source).required()


def find_reading(text: str, source: str = "chart", key: Key | None = None) -> ChartReading:
    """Return the chart that a text names, with what its reader has to say about it.

    Args:
        text: See `find_chart`.
        source: What to call the text in a message.
        key: The key of Roman numerals in changes that name none; by default C.

    Raises:
        ChartError: See `find_chart`.
    """
    if found := _without_file(text, source, key):
        return _only(found, source)
    if text.strip() and is_there(Path(text)):
        return _of_file(text)
    path, mark, which = text.rpartition("#")
    if mark and which.strip() and is_there(Path(path)):
        from jazzgen.io.charts import pick_reading

        return pick_reading(path, which)
    if bars := _bar_by_bar(text):
        return read_chart(bars, source, key)
    what = "no such file, and no chart of that name" if text.strip() else "no chart is named"
    raise ChartError(
        f"{source} {text!r}: {what}: expected changes such as '| Dm7 | G7 |', or one of "
        f"{', '.join(library_names())}{did_you_mean(text, library_names())}"
    )


def read_changes(text: str, source: str = "chart", key: Key | None = None) -> list[ChartReading]:
    """Return the charts of a text that names no file, whatever files there are.

    Args:
        text: A name of the library, an iReal Pro link, which may hold a playlist, or changes.
        source: What to call the text in a message.
        key: The key of Roman numerals in changes that name none; by default C.

    Raises:
        ChartError: The text is none of these, or changes that cannot be read.
    """
    if found := _without_file(text, source, key):
        return list(found)
    if bars := _bar_by_bar(text):
        return [read_chart(bars, source, key)]
    raise ChartError(
        f"{source}: expected changes such as '| Dm7 | G7 |', an iReal Pro link, or a chart of the "
        "library"
    )


def _without_file(text: str, source: str, key: Key | None) -> tuple[ChartReading, ...]:
    """Return the charts of a link, of changes with bar lines or of a name; none of other texts."""
    if has_link(text):
        from jazzgen.io.ireal.songs import read_links  # most charts are named, not linked

        return read_links(text, source)
    if "|" in text:
        return (read_chart(text, source, key),)
    if text.strip().lower() in {name.lower() for name in library_names()}:
        return (ChartReading.of(library_chart(text)),)
    return ()


def _of_file(path: str) -> ChartReading:
    """Return the one chart of a file, or that of the solo that it holds."""
    from jazzgen.io.charts import pick_reading
    from jazzgen.io.registry import FORMATS
    from jazzgen.transcription.chart_of_music import read_music_chart

    music = FORMATS.recognised_music(Path(path))
    if music is not None and not music.charts:
        return read_music_chart(path)
    try:
        return pick_reading(path)
    except ChartError:
        if music is None:
            raise
        try:
            return read_music_chart(path)  # a score without chord symbols
        except InputError:
            pass  # what is wrong with it as a chart says more
        raise


def _bar_by_bar(text: str) -> str:
    """Return changes without bar lines with one chord in each bar; "" if they are no changes."""
    from jazzgen.io.chart_text.spacing import with_usual_blanks
    from jazzgen.music.chord_repair import is_symbol
    from jazzgen.music.number_chords import is_number

    words = re.split(r"[\s,;]+", with_usual_blanks(text))
    symbols = [word for word in words if word.strip("-–→>")]
    numbers = len(symbols) > 2 and all(word == "%" or is_number(word) for word in symbols)
    if not symbols or not (numbers or all(word == "%" or is_symbol(word) for word in symbols)):
        return ""
    return f"| {' | '.join(symbols)} |"


def played_chart(
    chart: Chart | str,
    *,
    choruses: int = 1,
    tempo: float | None = None,
    key: str | Key | None = None,
    feel: str | None = None,
) -> Chart:
    """Return a chart as it is to be played.

    >>> played_chart("| Cm7 | F7 |", choruses=2, tempo=140, key="Bb")
    <Chart 'untitled': 4 bars in Bb, swing, 140 bpm>
    >>> str(_.chord_at(0)), str(played_chart("ii-V-I", key="Bb").chord_at(0))
    ('Cm7', 'Cm7')

    Args:
        chart: The chart, or the text of one (see `find_chart`).
        choruses: How often it is played.
        tempo: Quarter notes per minute throughout; by default its own.
        key: The key that it is played in; by default its own. It is transposed to it, but the
            chords of a text that names no key are taken to be in it and stay, as with `--key` on
            the command line.
        feel: How the band plays; by default as the chart says.

    Raises:
        InputError: There is no such chart, or an argument cannot be; the message names it.
    """
    with _naming_key():
        asked = Key.parse(key) if isinstance(key, str) else key
    found, says_key = chart, True
    if isinstance(found, str):
        reading = find_reading(found, key=asked)
        found, says_key = reading.required(), reading.says_key
    if asked is not None:
        with _naming_key():
            found = found.in_key(asked) if says_key else replace(found, key=asked)
    if tempo is not None:
        found = replace(found, tempo=check_tempo(tempo, "tempo"), tempo_changes=())
    if feel is not None:
        found = replace(found, feel=find_feel(feel.strip().lower()).name)
    return found if choruses == 1 else found.repeat(choruses)


@contextmanager
def _naming_key() -> Iterator[None]:
    """Say of the argument `key` what is wrong in a block."""
    try:
        yield
    except ChartError as error:
        raise ChartError(f"key: {error}") from error


def _only(readings: tuple[ChartReading, ...], source: str) -> ChartReading:
    if len(readings) > 1:
        raise ChartError(
            f"{source}: the link holds {len(readings)} songs: save it to a file, and "
            "name one of them as FILE#3 or FILE#Title"
        )
    readings[0].required()
    return readings[0]
