"""Charts in JSON: a list of tunes with sections and endings.

    [{"Title": "A Tune", "Key": "Amin", "Rhythm": "Waltz", "TimeSignature": "3/4",
      "Sections": [{"Label": "A", "Repeats": 1, "MainSegment": {"Chords": "Am7|D7,G7"},
                    "Endings": [{"Chords": "Cmaj7"}, {"Chords": "C6"}]}]}]

Bars are separated by `|`, the chords of a bar by commas; the chords share the beats of the bar,
and an empty text between two commas means that the chord before continues. `Repeats` is how many
more times a section is played; a section with endings is played once with each. `Composer` is
ignored. A single tune needs no list around it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Any

from jazzgen.errors import ChartError, ChordError
from jazzgen.io.chart_reading import ChartReading, bounded_readings, required_charts
from jazzgen.io.decoding import beginning, decode
from jazzgen.io.format import HEAD_BYTES
from jazzgen.music.chart import Bar, Chart, PlacedChord
from jazzgen.music.chord import ChordSymbol
from jazzgen.music.key_estimation import guess_key
from jazzgen.music.pitch import Key
from jazzgen.music.repeats import MAX_BARS
from jazzgen.music.styles import style_of
from jazzgen.music.timing import FOUR_FOUR, Meter

__all__ = ["begins_like_charts", "parse_json_charts", "read_charts"]

MAX_TUNES = 10_000
"""The largest number of tunes in a file."""
MAX_REPEATS = 32
"""The largest number of repeats of a section."""
MAX_CHORDS = 16
"""The largest number of chords in a bar."""
BEGINNING = re.compile(r"\s*[\[{]\s*([{\"]|\])")
"""The beginning of a tune or of a list of tunes; that of chart text may be a section, `[A]`."""


def begins_like_charts(content: bytes) -> bool:
    """Return whether a file begins like JSON that may hold charts."""
    return BEGINNING.match(beginning(content, HEAD_BYTES)) is not None


def read_charts(content: bytes, source: str) -> tuple[ChartReading, ...]:
    """Read the charts of a JSON file (see the description of this module).

    Args:
        content: The bytes of the file.
        source: The file's name in messages.

    Returns:
        A reading for each tune.

    Raises:
        ChartError: The file is no text or no JSON, or has no tunes.
    """
    return tuple(_readings(decode(content, source), source))


def parse_json_charts(text: str, source: str = "chart") -> tuple[Chart, ...]:
    """Read charts from JSON, all of which must be readable.

    Args:
        text: The JSON (see the description of this module).
        source: What messages call it, usually the file's name.

    Returns:
        The charts, with sections unfolded.

    Raises:
        ChartError: The text is no JSON, or a tune cannot be read; the message names the tune and
            the bar, counted in the order in which bars are played.
    """
    return required_charts(_readings(text, source))


def _readings(text: str, source: str) -> Iterator[ChartReading]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ChartError(f"{source}: no JSON: {_first_line(error)}") from None
    tunes = found if isinstance(found, list) else [found]
    if not tunes:
        raise ChartError(f"{source}: no charts")
    if len(tunes) > MAX_TUNES:
        raise ChartError(f"{source}: more than {MAX_TUNES:,} charts")
    read = (_reading(tune, number, source) for number, tune in enumerate(tunes, 1))
    yield from bounded_readings(read, source)


def _reading(tune: Any, number: int, source: str) -> ChartReading:
    try:
        return ChartReading.of(_chart(tune, number, source))
    except ChartError as error:
        return ChartReading(title=_title(tune), error=error)


def _title(tune: Any) -> str:
    """Return the title of a tune that cannot be read, or "" where it has none."""
    try:
        return _text(tune, "Title") if isinstance(tune, dict) else ""
    except ChartError:
        return ""


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:80]


def _chart(tune: Any, number: int, source: str) -> Chart:
    if not isinstance(tune, dict):
        raise ChartError(f"{source}: tune {number}: expected an object with Title and Sections")
    where = f"{source}: tune {number}"
    try:
        title = _text(tune, "Title")
        where += f" ({title[:60]})" if title else ""
        meter = Meter.parse(_text(tune, "TimeSignature") or str(FOUR_FOUR))
        bars = tuple(_bars(tune, meter))
        if not bars:
            raise ChartError("no bars: expected Sections with chords")
        key = _text(tune, "Key")
        feel, tempo = style_of(_text(tune, "Rhythm"), meter)
        return Chart(bars, title, Key.parse(key) if key else guess_key(bars), tempo, feel)
    except ChartError as error:
        raise ChartError(f"{where}: {error}") from None


def _text(fields: dict[str, Any], name: str) -> str:
    """Return a text with spaces for line breaks, and `?` for halves of surrogate pairs."""
    value = fields.get(name) or ""
    if not isinstance(value, str):
        raise ChartError(f"{name}: expected a text")
    return " ".join(value.encode("utf-8", "replace").decode().split())


def _bars(tune: dict[str, Any], meter: Meter) -> Iterator[Bar]:
    """Yield the bars as they are played."""
    sections = tune.get("Sections")
    if not isinstance(sections, list):
        raise ChartError("Sections: expected a list")
    played = 0
    for section in sections:
        if not isinstance(section, dict):
            raise ChartError("Sections: expected objects with a MainSegment")
        label = _text(section, "Label")
        for chords in _passes(section):
            for number, bar in enumerate(chords.split("|")):
                played += 1
                if played > MAX_BARS:
                    raise ChartError(f"more than {MAX_BARS} bars")
                try:
                    written = _bar(bar, meter)
                except (ChartError, ChordError) as error:
                    raise ChartError(f"bar {played}: {error}") from None
                yield written if number or not label else replace(written, section=label)


def _passes(section: dict[str, Any]) -> Iterator[str]:
    """Yield the chords of each pass through a section, including its ending."""
    main = _chords(section.get("MainSegment"))
    endings = section.get("Endings") or []
    repeats = section.get("Repeats") or 0
    if not isinstance(endings, list) or type(repeats) is not int:
        raise ChartError("expected Endings to be a list and Repeats an integer")
    if not 0 <= repeats <= MAX_REPEATS:
        raise ChartError(f"Repeats {repeats}: expected 0 to {MAX_REPEATS}")
    if endings and repeats:
        raise ChartError("a section with Endings and Repeats: expected one of them")
    if not endings:
        yield from [main] * (1 + repeats)
    for ending in endings:
        yield f"{main}|{_chords(ending)}"


def _chords(segment: Any) -> str:
    chords = segment.get("Chords") if isinstance(segment, dict) else None
    if not isinstance(chords, str):
        raise ChartError("a section without Chords")
    return chords


def _onsets(number: int, meter: Meter) -> tuple[int, ...]:
    """Return the onsets of chords that share a bar: on beats, half beats or else any ticks."""
    if number <= 2 * meter.beats:
        return meter.share(number)
    if number > MAX_CHORDS:
        raise ChartError(f"{number} chords: expected {MAX_CHORDS} or fewer")
    return tuple(index * meter.bar_ticks // number for index in range(number))


@lru_cache(maxsize=4096)
def _bar(text: str, meter: Meter) -> Bar:
    tokens = [token.strip() for token in text.split(",")]
    onsets = _onsets(len(tokens), meter)
    return Bar(
        tuple(
            PlacedChord(onset, ChordSymbol.parse(token))
            for onset, token in zip(onsets, tokens, strict=True)
            if token
        ),
        meter,
    )
