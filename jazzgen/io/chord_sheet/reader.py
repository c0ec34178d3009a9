"""Reads a chord sheet line by line: directives, names of sections, and lines with chords."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from jazzgen.errors import ChartError
from jazzgen.io.chart_text.jump_signs import is_sign
from jazzgen.io.chord_sheet.chord_lines import (
    as_chart_text,
    bars_of_grid,
    inline_chords,
    is_chord_line,
    is_tab,
    number_of_times,
    without_label,
    without_words,
)
from jazzgen.io.said_key import read_key
from jazzgen.music.chord import is_chord
from jazzgen.music.pitch import Key
from jazzgen.music.timing import FOUR_FOUR, MAX_TEMPO, MIN_TEMPO, Meter

__all__ = ["DIRECTIVE", "KNOWN", "SECTION", "Section", "SheetReader", "directives"]

DIRECTIVE = re.compile(r"\s*\{\s*([A-Za-z_-]{1,30})\s*(?:[:\s]\s*([^{}]*?))?\s*\}")
SECTION = re.compile(
    r"\s*\[?\s*((?:pre-?|post-?)?\s*(?:intro|verse|chorus|bridge|refrain|interlude|instrumental|"
    r"solo|outro|ending|coda|hook|break|tag|vamp|head|turnaround|part|section)\b[^\[\]|]{0,24}?)"
    r"\s*\]?\s*:?\s*",
    re.IGNORECASE,
)
FIELD = re.compile(
    r"\s*(title|song|key|tonality|tempo|bpm|time|meter|style|feel|groove|rhythm|capo|artist|composer"
    r"|by|tuning|flow)"
    r"\s*[:=]\s*(.*)",
    re.IGNORECASE,
)
CAPO = re.compile(
    r"\W*capo\s+(?:(?:on|at)\s+)?(\d{1,2}(?:st|nd|rd|th)?)(?:\s+fret)?\W*", re.IGNORECASE
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
GRIDS = ("sog", "start_of_grid")
KNOWN = (
    *OPENED, *SKIPPED, *GRIDS, "title", "t", "subtitle", "st", "artist", "composer", "key", "tempo",
    "time", "capo", "comment", "c", "ci", "cb", "define", "eoc", "eov", "chorus", "new_song", "ns",
    "meta", "transpose",
)  # fmt: skip
"""Directives by which a ChordPro file is recognised."""
FIELDS = {
    "title": "title", "t": "title", "song": "title", "key": "key", "tonality": "key",
    "tempo": "tempo", "bpm": "tempo", "time": "meter", "meter": "meter", "capo": "capo",
    "transpose": "up", "style": "style", "feel": "style", "groove": "style", "rhythm": "style",
}  # fmt: skip
"""The names of what a sheet says about the song, by those that it uses."""
TAG = re.compile(r"</?[A-Za-z][^<>]{0,80}>")
"""A tag of the page that a sheet was copied from."""


def directives(line: str) -> tuple[list[tuple[str, str]], str]:
    """Return the directives of a line, each with its value, and the rest of the line."""
    found = [
        (one[1].lower().replace("-", "_"), (one[2] or "").strip())
        for one in DIRECTIVE.finditer(line)
    ]
    return found, DIRECTIVE.sub("", line) if found else line


@dataclass
class Section:
    """A section of a sheet.

    Args:
        name: Its name, or "".
        bars: Its bars, as lines of chart text.
        is_sung: Whether it has lines of words.
    """

    name: str = ""
    bars: list[str] = field(default_factory=list)
    is_sung: bool = False

    @property
    def kind(self) -> str:
        """Its name without a number, in small letters: "verse" for "Verse 2"."""
        return re.sub(r"[\d\W]+.*", "", self.name).lower()


@dataclass
class SheetReader:
    """What has been read of a sheet.

    Args:
        is_chordpro: Whether the file has directives, so that chords stand in square brackets.
        first_meter: The meter of the first bar.
        meter: The meter of the next bar.
        up: The semitones by which the sheet says that all of it is transposed.
        repairs: What was guessed or passed over.
    """

    is_chordpro: bool
    title: str = ""
    key: Key | None = None
    tempo: float = 120.0
    first_meter: Meter = FOUR_FOUR
    meter: Meter = FOUR_FOUR
    capo: str = ""
    style: str = ""
    up: int = 0
    sections: list[Section] = field(default_factory=lambda: [Section()])
    skips: bool = False
    in_grid: bool = False
    lacks_bar_lines: bool = False
    repairs: list[str] = field(default_factory=list)

    @property
    def has_bars(self) -> bool:
        """Whether there has been a bar."""
        return any(section.bars for section in self.sections)

    def take(self, line: str) -> None:
        """Read a line."""
        found, rest = directives(line)
        for name, value in found:
            self._directive(name, value)
        rest = TAG.sub("", rest)
        if not self.skips and rest.strip() and not rest.lstrip().startswith("#"):
            self._line(rest)

    def lines(self) -> Iterator[str]:
        """Yield all bars as lines of chart text."""
        for number, section in enumerate(self.sections):
            bars = section.bars or self._bars_before(section, number)
            if bars and section.name:
                yield f"[{section.name}]"
            yield from bars

    def _bars_before(self, section: Section, number: int) -> list[str]:
        """Return the bars of a section that are written only where it comes for the first time."""
        if not section.kind or not (section.is_sung or section.kind == "chorus"):
            return []
        same = (one for one in self.sections[:number] if one.bars and one.kind == section.kind)
        first = next(same, None)
        if first is None:
            return []
        self.repairs.append(
            f"{section.name} has no chords: those of the first {section.kind} are played"
        )
        return first.bars

    def _directive(self, name: str, value: str) -> None:
        if name in SKIPPED:
            self.skips = True
        elif name in GRIDS:
            self.in_grid = True
        elif name.startswith(("end_of_", "eo")):
            self.skips = self.in_grid = False
            self.sections.append(Section())
        elif name in OPENED:
            self._begin(value.removeprefix("label=").strip('"') or OPENED[name])
        elif name == "chorus":
            choruses = [one for one in self.sections if one.kind == "chorus" and one.bars]
            self.sections += [Section("Chorus", choruses[-1].bars if choruses else []), Section()]
        elif name in ("comment", "c", "ci", "cb", "highlight"):
            if without_label(value)[0]:
                self._chord_line(value)
            elif SECTION.fullmatch(value):
                self._begin(value)
        elif name == "meta":
            self._field(*value.partition(" ")[::2])
        else:
            self._field(name, value)

    def _line(self, line: str) -> None:
        if self.in_grid:
            if bars := bars_of_grid(line):
                self._add(bars + _times(line))
        elif self.is_chordpro and (chords := inline_chords(line)):
            self._add(" ".join(chords) + _times(line))
        elif told := FIELD.fullmatch(line):
            self._field(told[1].lower(), told[2])
        elif capo := CAPO.fullmatch(line):
            self._field("capo", capo[1])
        elif is_sign(line):
            self.sections[-1].bars.append(line)
        elif not self._chord_line(line):
            self._words(line)

    def _chord_line(self, line: str) -> bool:
        """Read a line of chords, with the name of a section before it; return whether it is one."""
        label, rest = without_label(line)
        words: list[str] = []
        if not is_chord_line(rest):
            rest, words = without_words(rest)
        if not rest or is_tab(line):
            return False
        self._begin(label)
        self._add(rest)
        if words:
            self.repairs.append(f"{' '.join(words)[:24]!r} among chords is passed over")
        return True

    def _words(self, line: str) -> None:
        """Read a line that has more than chords: the name of a section, words or the title."""
        chords = inline_chords(line)
        if SECTION.fullmatch(line):
            self._begin(line)
        elif chords and all(map(is_chord, chords)):
            self._add(" ".join(chords) + _times(line))
        elif not self.has_bars and not self.title and not is_tab(line):
            self.title = re.sub(r"(?i)\s*\b(?:guitar\s+)?chords\b.*", "", line).strip()[:80]
        else:
            self.sections[-1].is_sung = True

    def _begin(self, label: str) -> None:
        """Begin a section."""
        label = " ".join(re.sub(r"[\[\]|:]", " ", label).split())
        if label:
            self.sections.append(Section(label))

    def _add(self, chords: str) -> None:
        self.lacks_bar_lines |= "|" not in chords
        if text := as_chart_text(chords, self.meter):
            self.sections[-1].bars.append(text)

    def _field(self, name: str, value: str) -> None:
        value = " ".join(value.split())
        known = FIELDS.get(name.lower())
        try:
            if known == "title":
                self.title = value[:200]
            elif known == "key" and value:
                self._take_key(value)
            elif known == "meter" and value:
                self._take_meter(Meter.parse(value))
            elif known == "tempo" and (number := re.search(r"\d{2,3}(\.\d+)?", value)):
                self.tempo = min(max(float(number[0]), MIN_TEMPO), MAX_TEMPO)
            elif known == "capo" and (number := re.search(r"[1-9]|1\d", value)):
                self.capo = number[0]
            elif known == "style":
                self.style = value
            elif known == "up":
                self._transpose(value)
        except ChartError as error:
            self.repairs.append(f"{error}; passed over")

    def _take_key(self, value: str) -> None:
        if self.has_bars and self.key is not None:
            self.repairs.append(f"the key changes to {value[:12]}: the chart keeps {self.key}")
            return
        self.key, remark = read_key(value)
        if remark:
            self.repairs.append(remark)

    def _take_meter(self, meter: Meter) -> None:
        if self.has_bars and meter != self.meter:
            self.sections[-1].bars.append(f"({meter})")
        elif not self.has_bars:
            self.first_meter = meter
        self.meter = meter

    def _transpose(self, value: str) -> None:
        if self.has_bars:
            self.repairs.append("a transposition within the song is passed over")
        elif re.fullmatch(r"[+-]?\d{1,2}", value):
            self.up = int(value)

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


def _times(line: str) -> str:
    """Return how often a line is played, as it is written at its end; "" for once."""
    times = number_of_times(line)
    return f" x{times}" if times > 1 else ""
