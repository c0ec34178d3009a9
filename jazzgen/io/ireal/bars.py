"""The progression of an iReal Pro song: from its signs to written bars.

A line has sixteen cells, and a bar usually four; a cell is a chord or blank. If a bar has as
many cells as beats, each chord falls on the beat of its cell; otherwise the chords share the bar
evenly. Source: iReal Pro, "Custom Chord Chart Protocol".

| sign | meaning |
|---|---|
| `|` `[` `]` `{` `}` `Z` | bar lines: single, double, beginning and end of a repeat, final |
| `T44` `T34` `T12` | meter; `T12` is 12/8 |
| `*A` `*i` | a section |
| `N1` `N2` `N0` | an ending |
| `x` `r` | a repetition of the bar before, or of the two bars before |
| `n` `p` | no chord; one more beat of the chord before |
| `W/C` | the chord before, over another bass |
| `S` `Q` `<D.C. al Coda>` | segno, coda, and jumps |
| `( … )` `s` `l` `Y` `,` `U` `f` | ignored: alternative chords, sizes, spaces, fermata |
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from jazzgen.errors import ChartError, ChordError
from jazzgen.music.chart import Bar, PlacedChord
from jazzgen.music.chord import NO_CHORD, ChordSymbol
from jazzgen.music.repeats import MAX_BARS
from jazzgen.music.timing import FOUR_FOUR, Meter
from jazzgen.runtime.wording import counted

__all__ = ["IRealBar", "read_progression"]

QUALITY = r"(?:sus|add|alt|dim|maj|min|aug|[-^+ohb#\d])*"
TOKEN = re.compile(
    rf"""
    (?P<comment><[^>]*>)
    | (?P<alternate>\([^()]*\))
    | \*(?P<section>[A-Za-z])
    | T(?P<meter>\d\d)
    | N(?P<ending>\d)
    | (?P<line>[|\[\]{{}}Z])
    | (?P<chord>(?:[A-G][b\#]?(?:\*[^*]{{0,30}}\*|{QUALITY})|W)(?:/[A-G][b\#]?)?)
    | (?P<sign>[xrnpSQUf])
    | (?P<space>\ )
    | (?P<nothing>[slY,\s])
    """,
    re.VERBOSE,
)
JUMP = re.compile(r"(D\.?\s?[CS])\.?\s*(?:al\s+(.*))?", re.IGNORECASE)
TIMES = re.compile(r"(\d{1,2})\s*x", re.IGNORECASE)
METERS = {"12": "12/8"}
"""Meters that are not written as two digits, numerator and denominator."""
MAX_TIMES = 16
"""The largest number of times that a repeat is played."""


@dataclass
class IRealBar:
    """A bar as it is written.

    Args:
        bar: Its chords, meter and section.
        opens: Whether a repeat begins with it.
        ending: The number of the ending that begins with it, 0 for one without a number.
        times: How often the repeat that ends after it is played; 0 if none ends there.
        segno: Whether it has a segno.
        coda_before: Whether it has a coda sign at its beginning.
        coda_after: Whether it has a coda sign after its chords.
        fine: Whether it is marked as the last bar, after a jump.
        jump: Its jump, such as "D.C. al Coda", or "".
    """

    bar: Bar
    opens: bool = False
    ending: int | None = None
    times: int = 0
    segno: bool = False
    coda_before: bool = False
    coda_after: bool = False
    fine: bool = False
    jump: str = ""


@dataclass
class _Reader:
    """The bars so far, and the signs that have been read for the next one."""

    where: str
    bars: list[IRealBar] = field(default_factory=list)
    meter: Meter = FOUR_FOUR
    section: str = ""
    cells: list[str] = field(default_factory=list)
    marks: IRealBar = field(default_factory=lambda: IRealBar(Bar()))
    times: int = 2
    last: ChordSymbol = NO_CHORD

    @property
    def bar_name(self) -> str:
        return f"{self.where}: bar {len(self.bars) + 1}"

    @property
    def has_content(self) -> bool:
        return any(cell != " " for cell in self.cells)

    def take(self, match: re.Match[str]) -> None:
        """Read one sign."""
        kind, text = match.lastgroup or "", match[0]
        if kind == "line":
            self.bar_line(text)
        elif kind == "section":
            label = match["section"]
            self.section = {"i": "Intro", "v": "Verse"}.get(label, label)
        elif kind == "meter":
            self.meter = self._meter(match["meter"])
        elif kind == "ending":
            self.marks.ending = int(match["ending"])
        elif kind == "comment":
            self._comment(text[1:-1])
        elif kind in ("chord", "space"):
            self.cells.append(text)
        elif kind == "sign":
            self._sign(text)

    def _meter(self, digits: str) -> Meter:
        try:
            return Meter.parse(METERS.get(digits, f"{digits[0]}/{digits[1]}"))
        except ChartError as error:
            raise ChartError(f"{self.bar_name}: {error}") from None

    def _sign(self, sign: str) -> None:
        if sign == "S":
            self.marks.segno = True
        elif sign == "Q":
            if self.has_content:
                self.marks.coda_after = True
            else:
                self.marks.coda_before = True
        elif sign in "xrnp":
            self.cells.append(sign)

    def _comment(self, text: str) -> None:
        words = " ".join(text.split())
        if jump := JUMP.search(words):
            self.marks.jump = jump[0]
        elif words.lower().strip(". ") == "fine":
            self.marks.fine = True
        elif times := TIMES.search(words):
            self.times = int(times[1])
            if not 2 <= self.times <= MAX_TIMES:
                raise ChartError(f"{self.bar_name}: <{words[:20]}>: expected 2x to {MAX_TIMES}x")

    def bar_line(self, line: str) -> None:
        """End the current bar, unless it is empty."""
        if self.has_content:
            self._close_bar()
        self.cells = []
        if line == "}":
            if not self.bars:
                raise ChartError(f"{self.bar_name}: a repeat ends with no bar before it")
            self.bars[-1].times, self.times = self.times, 2
        if line == "{":
            self.marks.opens = True

    def _close_bar(self) -> None:
        marks, self.marks = self.marks, IRealBar(Bar())
        if marks.jump and marks.coda_before and self.bars:
            # The text is written between the bar from which to jump and the coda.
            self.bars[-1].jump, marks.jump = marks.jump, ""
        for bar in self._read_cells():
            labelled = replace(bar, section=self.section)
            self.bars.append(replace(marks, bar=labelled))
            self.section = ""
            marks = IRealBar(Bar(), fine=marks.fine, jump=marks.jump)
            if len(self.bars) > MAX_BARS:
                raise ChartError(f"{self.where}: more than {MAX_BARS} bars")

    def _read_cells(self) -> list[Bar]:
        """Return the bar of the cells; two bars if the cells repeat the two before."""
        signs = [cell for cell in self.cells if cell != " "]
        if signs[0] in ("x", "r"):
            number = 2 if signs[0] == "r" else 1
            before = [written.bar for written in self.bars[-number:]]
            if len(before) < number:
                raise ChartError(
                    f"{self.bar_name}: repeats {counted(number, 'bar')} before it, but there "
                    f"{'is' if len(before) == 1 else 'are'} {len(before) or 'none'}"
                )
            return [replace(bar, section="") for bar in before]
        beats = self.meter.beats
        on_beats = len(self.cells) == beats
        cells = self.cells if on_beats else [cell for cell in signs if cell != " "]
        if len(cells) > 2 * beats:
            raise ChartError(f"{self.bar_name}: {len(cells)} chords in {beats} beats")
        onsets = self.meter.share(len(cells))
        placed = [
            PlacedChord(onset, self._chord(cell))
            for onset, cell in zip(onsets, cells, strict=True)
            if cell not in (" ", "p")
        ]
        return [Bar(tuple(placed), self.meter)]

    def _chord(self, text: str) -> ChordSymbol:
        try:
            if text == "n":
                self.last = NO_CHORD
            elif text.startswith("W"):
                if "/" in text and self.last.root is not None:
                    self.last = ChordSymbol(self.last.root, self.last.quality, text[2:])
            else:
                self.last = ChordSymbol.parse(text.replace("*", ""))
        except ChordError as error:
            raise ChartError(f"{self.bar_name}: {error}") from None
        return self.last


def read_progression(text: str, where: str) -> list[IRealBar]:
    """Return the bars of a progression as they are written.

    Args:
        text: The progression, unscrambled (see `link`).
        where: The names of file and song in messages.

    Raises:
        ChartError: A sign, a chord or a bar cannot be read.
    """
    reader = _Reader(where)
    index = 0
    while index < len(text):
        match = TOKEN.match(text, index)
        if match is None:
            sign = text[index : index + 8]
            raise ChartError(f"{reader.bar_name}: {sign!r} is not a sign of iReal Pro")
        reader.take(match)
        index = match.end()
    reader.bar_line("Z")
    if not reader.bars:
        raise ChartError(f"{where}: no bars")
    last = reader.bars[-1]  # signs after the last bar line belong to the bar before it
    last.jump, last.fine = last.jump or reader.marks.jump, last.fine or reader.marks.fine
    return reader.bars
