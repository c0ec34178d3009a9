"""The chords of an Impro-Visor lead sheet (`.ls`).

    (title A Tune) (meter 4 4) (key -1) (tempo 140.0)
    (part (type chords))
    (section (style swing)) Gm7 C7 | FM7 | Dm7 / / G7 | C7 |
    (part (type melody)) a4 c+4 d+2

Bars end with `|`; the chords and slashes of a bar share its time evenly, and a slash is one more
share of the chord before. The key is a number of sharps, or of flats if it is negative; whether it
is major or minor, the chords tell. The melody is not read: words that begin with a small letter are
notes, in old sheets between the chords.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from jazzgen.errors import ChartError
from jazzgen.io.chart_reading import ChartReading
from jazzgen.io.chart_symbols import ChartSymbols
from jazzgen.io.decoding import beginning, decode
from jazzgen.io.format import HEAD_BYTES
from jazzgen.io.impro_visor.items import Listed, has_chords_part, read_items, without_lists
from jazzgen.music.chart import Bar, Chart, PlacedChord
from jazzgen.music.key_estimation import guess_key
from jazzgen.music.pitch import Key
from jazzgen.music.repeats import MAX_BARS
from jazzgen.music.styles import style_of
from jazzgen.music.timing import FOUR_FOUR, MAX_TEMPO, MIN_TEMPO, Meter

__all__ = ["looks_like_sheet", "read_charts", "read_sheet"]

BEGINNING = re.compile(
    r"\s*\(\s*(title|composer|show|year|comments|meter|key|tempo|part|section|volume|"
    r"playback-transpose|breakpoint|layout|style)\b"
)
FLAT_TONICS = ("C", "F", "Bb", "Eb", "Ab", "Db", "Gb", "Cb")
SHARP_TONICS = ("C", "G", "D", "A", "E", "B", "F#", "C#")
"""The tonics of major keys by the number of flats or sharps."""
MOST_SHARES = 24
"""The largest number of chords and slashes in a bar."""


def looks_like_sheet(content: bytes) -> bool:
    """Return whether a file begins like a lead sheet of Impro-Visor."""
    return BEGINNING.match(beginning(content, HEAD_BYTES)) is not None


def read_charts(content: bytes, source: str) -> tuple[ChartReading, ...]:
    """Read the chart of a lead sheet.

    Args:
        content: The bytes of the file.
        source: The file's name, for messages.

    Raises:
        ChartError: See `read_sheet`; or the file is no text.
    """
    return (read_sheet(decode(content, source), source),)


def read_sheet(text: str, source: str = "chart") -> ChartReading:
    """Read the chords of a lead sheet.

    Args:
        text: The text of the file.
        source: The file's name, for messages.

    Raises:
        ChartError: It has no chords, or a bar that cannot be read.
    """
    sheet = _read(text, source)
    if not sheet.has_chords and has_chords_part(text):
        # A parenthesis too many or too few hides the chords.
        sheet = _read(without_lists(text), source)
        sheet.repairs.insert(0, "the parentheses do not match: only title and chords are read")
    try:
        return sheet.reading()
    except ChartError as error:
        raise ChartError(f"{source}: {error}") from None


def _read(text: str, source: str) -> _Sheet:
    sheet = _Sheet()
    for item in read_items(text, source):
        try:
            sheet.take(item)
        except ChartError as error:
            raise ChartError(f"{source}: {error}") from None
    return sheet


@dataclass
class _Sheet:
    """What has been read of a sheet."""

    title: str = ""
    meter: Meter = FOUR_FOUR
    key: Key | None = None
    tempo: float | None = None
    style: str = ""
    in_chords: bool = True
    shares: list[str] = field(default_factory=list)
    bars: list[Bar] = field(default_factory=list)
    symbols: ChartSymbols = field(default_factory=ChartSymbols)
    repairs: list[str] = field(default_factory=list)

    @property
    def has_chords(self) -> bool:
        """Whether there has been any chord."""
        return bool(self.bars or self.shares)

    def take(self, item: Listed | str) -> None:
        """Read an item."""
        if isinstance(item, Listed):
            self._take_list(item)
        elif self.in_chords:
            self._take_word(item)

    def _take_word(self, word: str) -> None:
        if word == "|":
            self._close_bar()
        elif word[0].isupper() or word == "/":
            self.shares.append(word)

    def _take_list(self, item: Listed) -> None:
        if item.name == "part":
            kind = item.value("type")
            self.in_chords = kind is None or "chord" in kind
            self.title = self.title or ("" if not self.in_chords else item.value("title") or "")
        elif item.name in ("section", "phrase", "style"):
            self.style = self.style or item.value("style") or item.text
        elif item.name in ("title", "meter", "key", "tempo"):
            getattr(self, f"_take_{item.name}")(item.text)

    def _take_title(self, text: str) -> None:
        text = text.strip()
        quoted = len(text) > 2 and text[0] == text[-1] == '"'
        self.title = self.title or (text[1:-1] if quoted else text)

    def _take_meter(self, text: str) -> None:
        try:
            self.meter = Meter.parse("/".join(re.split(r"[\s/]+", text.strip())))
        except ChartError as error:
            self.repairs.append(f"{error}; read in {self.meter}")

    def _take_key(self, text: str) -> None:
        # 0 is also written where nobody has thought of a key: the chords tell then.
        if re.fullmatch(r"[+-]?[1-7]", text.strip()):
            number = int(text)
            self.key = Key(SHARP_TONICS[number] if number > 0 else FLAT_TONICS[-number])

    def _take_tempo(self, text: str) -> None:
        if re.fullmatch(r"\d{1,3}(\.\d{0,6})?", text.strip()):
            tempo = float(text)
            self.tempo = tempo if MIN_TEMPO <= tempo <= MAX_TEMPO else None

    def _close_bar(self) -> None:
        """End a bar; nothing between two bar lines, as at the end of a line, is none."""
        if not self.shares:
            return
        if len(self.shares) > MOST_SHARES:
            raise ChartError(
                f"bar {len(self.bars) + 1}: {len(self.shares)} chords: expected at most "
                f"{MOST_SHARES}"
            )
        if len(self.bars) >= MAX_BARS:
            raise ChartError(f"more than {MAX_BARS} bars")
        self.bars.append(self._bar())
        self.shares = []

    def _bar(self) -> Bar:
        number, ticks = len(self.shares), self.meter.bar_ticks
        onsets = (
            self.meter.share(number)
            if "/" not in self.shares and number <= 2 * self.meter.beats
            else tuple(index * ticks // number for index in range(number))
        )
        read = (
            (onset, self.symbols.read(share, len(self.bars) + 1))
            for onset, share in zip(onsets, self.shares, strict=True)
            if share != "/"
        )
        chords = tuple(PlacedChord(onset, chord) for onset, chord in read if chord is not None)
        return Bar(chords, self.meter)

    def reading(self) -> ChartReading:
        """Return the chart.

        Raises:
            ChartError: It has no chords.
        """
        self._close_bar()
        bars = tuple(self.bars)
        if not any(chord.root for bar in bars for _, chord in bar.chords):
            raise ChartError("no chords: expected a part with chords between bar lines")
        self.symbols.check()
        feel, usual = style_of(self.style, bars[0].meter)
        key = guess_key(bars, (self.key, self.key.relative) if self.key else ())
        chart = Chart(bars, " ".join(self.title.split()), key, self.tempo or usual, feel)
        warnings = (*self.repairs, *self.symbols.warnings)
        return ChartReading.of(chart, warnings, says_key=self.key is not None)
