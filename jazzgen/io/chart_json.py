"""Charts in JSON: a list of tunes with sections and endings.

    [{"Title": "A Tune", "Key": "Amin", "Rhythm": "Waltz", "TimeSignature": "3/4",
      "Sections": [{"Label": "A", "Repeats": 1, "MainSegment": {"Chords": "Am7|D7,G7"},
                    "Endings": [{"Chords": "Cmaj7"}, {"Chords": "C6"}]}]}]

Bars are separated by `|`, the chords of a bar by commas; the chords share the beats of the bar,
and an empty text between two commas means that the chord before continues, as does an alternate in
brackets by itself. `Repeats` is how many more times a section is played; a section with endings is
played once with each. A section without chords of its own goes on where the section before ended,
and a repeat of it returns to that section. `Composer` is ignored. A single tune needs no list
around it.
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
from jazzgen.io.chart_symbols import ChartSymbols
from jazzgen.io.decoding import beginning, decode
from jazzgen.io.format import HEAD_BYTES
from jazzgen.io.json_passes import chords_of, passes
from jazzgen.io.json_tunes import json_of, usual_tunes
from jazzgen.io.said_key import read_key
from jazzgen.music.chart import Bar, Chart, PlacedChord
from jazzgen.music.chord import ChordSymbol
from jazzgen.music.chord_repair import is_alternate
from jazzgen.music.key_estimation import guess_key
from jazzgen.music.pitch import Key
from jazzgen.music.repeats import MAX_BARS
from jazzgen.music.styles import style_of
from jazzgen.music.timing import FOUR_FOUR, MAX_TEMPO, MIN_TEMPO, Meter
from jazzgen.runtime.wording import tidy

__all__ = ["begins_like_charts", "parse_json_charts", "read_charts"]

MAX_TUNES = 10_000
"""The largest number of tunes in a file."""
MAX_CHORDS = 16
"""The largest number of chords in a bar."""
CONTINUED = frozenset({"", "%", "/", "x", "r", "p", "-", "W"})
"""Signs at which the chord before goes on; "" is a beat without a chord."""
SAME = frozenset({"%", "x", "./.", "sim.", "𝄎"})
"""Signs for the whole bar before, where they stand in a bar alone."""
CUT_METERS = {"C": "4/4", "C|": "2/2"}
"""The meters that have a sign of their own."""
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
    return required_charts(_readings(text, source, strict=True))


def _readings(text: str, source: str, strict: bool = False) -> Iterator[ChartReading]:
    try:
        found = json.loads(text) if strict else json_of(text)
    except (ValueError, RecursionError) as error:
        raise ChartError(f"{source}: no JSON: {_first_line(error)}") from None
    listed = found if isinstance(found, list) else [found]
    tunes = listed if strict else usual_tunes(found)
    if not tunes:
        raise ChartError(f"{source}: no charts")
    if len(tunes) > MAX_TUNES:
        raise ChartError(f"{source}: more than {MAX_TUNES:,} charts")
    read = (_reading(tune, number, source, strict) for number, tune in enumerate(tunes, 1))
    yield from bounded_readings(read, source)


def _reading(tune: Any, number: int, source: str, strict: bool) -> ChartReading:
    where = f"{source}: tune {number}"
    try:
        if not isinstance(tune, dict):
            raise ChartError("expected an object with Title and Sections")
        title = _text(tune, "Title")
        where += f" ({title[:60]})" if title else ""
        return _Tune(tune, strict).reading(title)
    except ChartError as error:
        told = ChartError(f"{where}: {error}")
        return ChartReading(title=_title(tune), error=told)


def _title(tune: Any) -> str:
    """Return the title of a tune that cannot be read, or "" where it has none."""
    try:
        return _text(tune, "Title") if isinstance(tune, dict) else ""
    except ChartError:
        return ""


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:80]


def _text(fields: dict[str, Any], name: str) -> str:
    """Return a text with spaces for line breaks, and `?` for halves of surrogate pairs."""
    value = fields.get(name) or ""
    if not isinstance(value, str):
        raise ChartError(f"{name}: expected a text")
    return tidy(" ".join(value.encode("utf-8", "replace").decode().split()))


class _Tune:
    """A tune that is being read: what it says, and what was repaired in it.

    Args:
        tune: The tune as it is in JSON.
        strict: Whether what is not well written is refused.
    """

    def __init__(self, tune: dict[str, Any], strict: bool) -> None:
        self.tune = tune
        self.repairs: list[str] = []
        self.strict = strict
        self.meter = self._meter()
        self.key = self._key()
        self.symbols = ChartSymbols(self.key, strict=strict)

    def reading(self, title: str) -> ChartReading:
        """Return the chart.

        Args:
            title: Its title.

        Raises:
            ChartError: It has no bars, or one that cannot be read.
        """
        bars = tuple(self._bars())
        if not bars:
            raise ChartError("no bars: expected Sections with chords")
        self.symbols.check()
        feel, tempo = style_of(_text(self.tune, "Rhythm"), self.meter)
        said = re.search(r"\d{2,3}(\.\d{1,4})?", str(self.tune.get("Tempo") or ""))
        if said and MIN_TEMPO <= float(said[0]) <= MAX_TEMPO:
            tempo = float(said[0])
        chart = Chart(bars, title, self.key or guess_key(bars), tempo, feel)
        warnings = (*self.repairs, *self.symbols.warnings)
        return ChartReading.of(chart, warnings, says_key=self.key is not None)

    def _meter(self) -> Meter:
        written = _text(self.tune, "TimeSignature") or str(FOUR_FOUR)
        try:
            return Meter.parse(CUT_METERS.get(written, written))
        except ChartError as error:
            self._repaired(error, f"read in {FOUR_FOUR}")
            return FOUR_FOUR

    def _key(self) -> Key | None:
        written = _text(self.tune, "Key")
        if not written or self.strict:
            return Key.parse(written) if written else None
        key, remark = read_key(written)
        if remark:
            self.repairs.append(remark)
        return key

    def _repaired(self, error: ChartError, repair: str) -> None:
        """Note what was done about a fault.

        Raises:
            ChartError: The reader is strict.
        """
        if self.strict:
            raise error
        self.repairs.append(f"{error}; {repair}")

    def _bars(self) -> Iterator[Bar]:
        """Yield the bars as they are played."""
        sections = self.tune.get("Sections")
        if not isinstance(sections, list):
            raise ChartError("Sections: expected a list")
        played, before, last = 0, "", None
        for section in sections:
            if not isinstance(section, dict):
                raise ChartError("Sections: expected objects with a MainSegment")
            label = _text(section, "Label")
            for chords in passes(section, before):
                for number, text in enumerate(chords.split("|")):
                    played += 1
                    if played > MAX_BARS:
                        raise ChartError(f"more than {MAX_BARS} bars")
                    bar = last if text.strip() in SAME and last else self._bar(text, played)
                    last = replace(bar, section="")
                    yield bar if number or not label else replace(bar, section=label)
            before = chords_of(section.get("MainSegment"))

    def _bar(self, text: str, number: int) -> Bar:
        """Return a bar.

        Args:
            text: Its chords.
            number: Its number, from 1, as it is played.
        """
        tokens = tuple("N.C." if word == "n" else word for word in _tokens(text))
        try:
            placed = (
                (onset, self.symbols.read(token, number))
                for onset, token in zip(_onsets(len(tokens), self.meter), tokens, strict=True)
                if token not in CONTINUED and not is_alternate(token)
            )
            chords = tuple(PlacedChord(onset, chord) for onset, chord in placed if chord)
            return Bar(chords, self.meter)
        except (ChartError, ChordError) as error:
            raise ChartError(f"bar {number}: {error}") from None


def _onsets(number: int, meter: Meter) -> tuple[int, ...]:
    """Return the onsets of chords that share a bar: on beats, half beats or else any ticks."""
    if number <= 2 * meter.beats:
        return meter.share(number)
    if number > MAX_CHORDS:
        raise ChartError(f"{number} chords: expected {MAX_CHORDS} or fewer")
    return tuple(index * meter.bar_ticks // number for index in range(number))


@lru_cache(maxsize=4096)
def _tokens(text: str) -> tuple[str, ...]:
    """Return the symbols of a bar; where two stand between commas, both."""
    tokens: list[str] = []
    for token in (token.strip() for token in text.split(",")):
        words = token.split()
        several = len(words) > 1 and all(_is_chord(word) for word in words)
        tokens.extend(words if several else [token])
    return tuple(tokens)


def _is_chord(text: str) -> bool:
    try:
        return ChordSymbol.parse(text).root is not None
    except ChordError:
        return False
