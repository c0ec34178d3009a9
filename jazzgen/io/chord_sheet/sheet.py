"""Chord sheets: ChordPro files, and words with chords above them.

    {title: A Song}                        A Song
    {key: G}                               Key: G
    {start_of_verse}
    [G]Some [Em]words to [C]sing           [Verse]
    {end_of_verse}                         G     Em       C
                                           Some  words to sing

A sheet has no beats. Where there are bar lines, as in a grid, they hold; elsewhere each chord is
one bar, and a warning says so. Source of the directives: ChordPro 6, "Directives".
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import ClassVar

from jazzgen.errors import ChartError
from jazzgen.io.chart_reading import ChartReading
from jazzgen.io.chart_symbols import ChartSymbols
from jazzgen.io.chart_text.jump_signs import played
from jazzgen.io.chart_text.lines import read_bars
from jazzgen.io.chord_sheet.chord_lines import (
    as_chart_text,
    inline_chords,
    is_chord_line,
    is_tab,
    without_label,
)
from jazzgen.io.decoding import beginning, decode
from jazzgen.io.said_key import read_key
from jazzgen.music.chart import Chart
from jazzgen.music.chord import is_chord
from jazzgen.music.key_estimation import guess_key
from jazzgen.music.pitch import Key
from jazzgen.music.timing import FOUR_FOUR, MAX_TEMPO, MIN_TEMPO, Meter

__all__ = ["looks_like_sheet", "read_charts", "read_sheet"]

SNIFFED = 20_000
"""The number of bytes by which a sheet is recognised."""
MAX_LINES = 20_000
DIRECTIVE = re.compile(r"\s*\{\s*([A-Za-z_-]{1,30})\s*(?:[:\s]\s*(.*?))?\s*\}\s*")
SECTION = re.compile(
    r"\s*\[?\s*((?:pre-?|post-?)?\s*(?:intro|verse|chorus|bridge|refrain|interlude|instrumental|"
    r"solo|outro|ending|coda|hook|break|tag|vamp|head|turnaround|part|section)\b[^\[\]|]{0,24}?)"
    r"\s*\]?\s*:?\s*",
    re.IGNORECASE,
)
FIELD = re.compile(
    r"\s*(title|song|key|tonality|tempo|bpm|time|meter|capo|artist|composer|by|tuning)\s*[:=]\s*"
    r"(.*)",
    re.IGNORECASE,
)
OPENED = {
    "sov": "Verse", "soc": "Chorus", "sob": "Bridge", "start_of_verse": "Verse",
    "start_of_chorus": "Chorus", "start_of_bridge": "Bridge", "start_of_part": "",
}  # fmt: skip
"""The names of sections by the directives that begin them."""
SKIPPED = (
    "sot",
    "start_of_tab",
    "start_of_abc",
    "start_of_ly",
    "start_of_svg",
    "start_of_textblock",
)
"""Directives that begin what holds no chords."""
KNOWN = (
    *OPENED, *SKIPPED, "title", "t", "subtitle", "st", "artist", "composer", "key", "tempo", "time",
    "capo", "comment", "c", "ci", "cb", "sog", "start_of_grid", "define", "eoc", "eov", "chorus",
    "new_song", "ns", "meta", "transpose",
)  # fmt: skip
"""Directives by which a ChordPro file is recognised."""


def looks_like_sheet(content: bytes) -> bool:
    """Return whether a file is a chord sheet: directives, or chords together with words."""
    lines = beginning(content, SNIFFED).splitlines()
    directives = (DIRECTIVE.fullmatch(line) for line in lines)
    if any(one and one[1].lower().replace("-", "_") in KNOWN for one in directives):
        return True
    chords = sum(is_chord_line(without_label(line)[1]) for line in lines)
    inline = sum(bool(_words_with_chords(line)) for line in lines)
    words = sum(_is_words(line) for line in lines)
    has_bars = any("|" in line for line in lines)
    return inline > 1 or (chords > 0 and (words > 0 or not has_bars))


def _words_with_chords(line: str) -> list[str]:
    """Return the chords in brackets in a line that has words too."""
    rest = re.sub(r"\[[^\[\]]*\]", "", line)
    found = inline_chords(line) if "|" not in line and re.search(r"[A-Za-z]{2}", rest) else []
    return found if found and all(map(is_chord, found)) else []


def _is_words(line: str) -> bool:
    """Return whether a line is one of words to sing, or the name of a section."""
    if "|" in line or line.lstrip().startswith(("#", "<", "{", '"')):
        return False
    if SECTION.fullmatch(line):
        return True
    if is_chord_line(line):
        return False
    return len(re.findall(r"[A-Za-z']{2,}", line)) > 1 and not re.match(r"\s*\w+\s*:", line)


def read_charts(content: bytes, source: str) -> tuple[ChartReading, ...]:
    """Read the chart of a chord sheet.

    Args:
        content: The bytes of the file.
        source: The file's name, for messages.

    Raises:
        ChartError: See `read_sheet`; or the file is no text.
    """
    return (read_sheet(decode(content, source), source),)


def read_sheet(text: str, source: str = "chart") -> ChartReading:
    """Read the chords of a chord sheet.

    Args:
        text: The text of the file.
        source: The file's name, for messages.

    Raises:
        ChartError: It has no chords, or bars that cannot be read.
    """
    lines = text.splitlines()
    if len(lines) > MAX_LINES:
        raise ChartError(f"{source}: more than {MAX_LINES:,} lines")
    sheet = _Sheet(is_chordpro=any(DIRECTIVE.fullmatch(line) for line in lines))
    for line in lines:
        sheet.take(line)
    symbols = ChartSymbols(sheet.key)
    written = read_bars(sheet.bars, sheet.meter, source, symbols)
    if not written:
        raise ChartError(f"{source}: no chords")
    try:
        symbols.check()
        bars, doubts = played(written)
        key = sheet.key or guess_key(bars)
        chart = Chart(bars, sheet.title, key, sheet.tempo).transpose(sheet.up)
    except ChartError as error:
        raise ChartError(f"{source}: {error}") from None
    warnings = (*sheet.warnings(), *symbols.warnings, *doubts)
    return ChartReading.of(chart, warnings, says_key=sheet.key is not None)


@dataclass
class _Sheet:
    """What has been read of a sheet; its bars are lines of chart text.

    Args:
        is_chordpro: Whether the file has directives, so that chords stand in square brackets.
    """

    is_chordpro: bool
    title: str = ""
    key: Key | None = None
    tempo: float = 120.0
    meter: Meter = FOUR_FOUR
    capo: str = ""
    up: int = 0
    bars: list[str] = field(default_factory=list)
    chorus: list[str] = field(default_factory=list)
    in_chorus: bool = False
    skips: bool = False
    lacks_bar_lines: bool = False
    repairs: list[str] = field(default_factory=list)

    def take(self, line: str) -> None:
        """Read a line."""
        directive = DIRECTIVE.fullmatch(line)
        if directive:
            self._directive(directive[1].lower().replace("-", "_"), directive[2] or "")
        elif not self.skips and line.strip() and not line.lstrip().startswith("#"):
            self._line(line)

    def _directive(self, name: str, value: str) -> None:
        if name in SKIPPED:
            self.skips = True
        elif name.startswith(("end_of_", "eo")):
            self.skips = self.in_chorus = False
        elif name in OPENED:
            self._begin(value.removeprefix("label=").strip('"') or OPENED[name])
            self.in_chorus = OPENED[name] == "Chorus"
            self.chorus = [] if self.in_chorus else self.chorus
        elif name == "chorus":
            self.bars += ["[Chorus]", *self.chorus]
        elif name in ("comment", "c", "ci", "cb", "highlight"):
            if SECTION.fullmatch(value):
                self._begin(value)
        elif name == "meta":
            self._field(*value.partition(" ")[::2])
        else:
            self._field(name, value)

    def _line(self, line: str) -> None:
        chords = inline_chords(line)
        if self.is_chordpro and chords:
            self._add(" ".join(chords))
            return
        if told := FIELD.fullmatch(line):
            self._field(told[1].lower(), told[2])
            return
        label, rest = without_label(line)
        if is_chord_line(rest) and not is_tab(line):
            self._begin(label)
            self._add(rest)
        elif SECTION.fullmatch(line):
            self._begin(line)
        elif chords and all(map(is_chord, chords)):
            self._add(" ".join(chords))
        elif not self.bars and not self.title and not is_tab(line):
            self.title = re.sub(r"(?i)\s*\b(?:guitar\s+)?chords\b.*", "", line).strip()[:80]

    def _begin(self, label: str) -> None:
        """Begin a section."""
        label = " ".join(re.sub(r"[\[\]|:]", " ", label).split())
        if label:
            self.bars.append(f"[{label}]")

    def _add(self, chords: str) -> None:
        self.lacks_bar_lines |= "|" not in chords
        text = as_chart_text(chords, self.meter)
        self.bars.append(text)
        if self.in_chorus:
            self.chorus.append(text)

    FIELDS: ClassVar[dict[str, str]] = {
        "title": "title", "t": "title", "song": "title", "key": "key", "tonality": "key",
        "tempo": "tempo", "bpm": "tempo", "time": "meter", "meter": "meter", "capo": "capo",
        "transpose": "up",
    }  # fmt: skip
    """The names of what a sheet says about the song, by those that it uses."""

    def _field(self, name: str, value: str) -> None:
        value = " ".join(value.split())
        known = self.FIELDS.get(name.lower())
        try:
            if known == "title":
                self.title = value[:200]
            elif known == "key" and value:
                self._take_key(value)
            elif known == "meter" and value:
                self.meter = Meter.parse(value)
            elif known == "tempo" and (number := re.match(r"\d{2,3}(\.\d+)?", value)):
                self.tempo = min(max(float(number[0]), MIN_TEMPO), MAX_TEMPO)
            elif known == "capo" and (number := re.search(r"[1-9]|1\d", value)):
                self.capo = number[0]
            elif known == "up" and re.fullmatch(r"[+-]?\d{1,2}", value):
                self.up = int(value)
        except ChartError as error:
            self.repairs.append(f"{error}; passed over")

    def _take_key(self, value: str) -> None:
        self.key, remark = read_key(value)
        if remark:
            self.repairs.append(remark)

    def warnings(self) -> tuple[str, ...]:
        """Return what was guessed."""
        said = list(self.repairs)
        if self.lacks_bar_lines:
            said.append("chords without bar lines: each is taken for one bar")
        if self.capo:
            said.append(
                f"capo {self.capo}: the chords are those that are fingered; "
                f"--transpose {self.capo} gives those that sound"
            )
        return tuple(said)
