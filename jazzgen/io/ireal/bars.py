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
| `S` `Q` | segno, coda |
| `<D.C. al Coda>` | a text above the staff (see `staff_text`) |
| `( … )` `s` `l` `Y` `,` `U` `f` | ignored: alternative chords, sizes, spaces, fermata |

Blank cells between bar lines are a bar in which the chord before goes on, but behind the end of a
section they only fill the line. The second bar of `r` is blank too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from jazzgen.errors import ChartError
from jazzgen.io.chart_symbols import ChartSymbols
from jazzgen.io.ireal.cells import CellReader
from jazzgen.io.ireal.staff_text import NO_TEXT, StaffText, read_staff_text
from jazzgen.music.chart import Bar
from jazzgen.music.repeats import MAX_BARS
from jazzgen.music.timing import FOUR_FOUR, Meter

__all__ = ["IRealBar", "read_progression"]

QUALITY = r"(?:sus|add|alt|dim|maj|min|aug|[-^+ohmMb#\d])*"
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
METERS = {"12": "12/8"}
"""Meters that are not written as two digits, numerator and denominator."""
SECTIONS = {"i": "Intro", "v": "Verse", "V": "Verse"}
"""Names of the sections that have a sign of their own."""
MAX_TIMES = 16
"""The largest number of times that a repeat is played."""
BLANK_BAR = 3
"""The number of blank cells from which they are a bar."""


@dataclass
class IRealBar:
    """A bar as it is written.

    Args:
        bar: Its chords, meter and section.
        opens: Whether a repeat begins with it.
        ending: The number of the ending that begins with it, 0 for one without a number.
        times: How often the repeat that ends after it is played; 0 if none ends there.
        closes: Whether a section or a repeat ends after it.
        segno: Whether it has a segno.
        coda_before: Whether it has a coda sign at its beginning.
        coda_after: Whether it has a coda sign after its chords.
        text: What the texts above it say.
        goes_on: Whether it only repeats the bar before, or has no chord of its own.
    """

    bar: Bar
    opens: bool = False
    ending: int | None = None
    times: int = 0
    closes: bool = False
    segno: bool = False
    coda_before: bool = False
    coda_after: bool = False
    text: StaffText = NO_TEXT
    goes_on: bool = False


@dataclass
class _Reader:
    """The bars so far, and the signs that have been read for the next one.

    Args:
        where: The names of file and song in messages.
        chords: Reads the cells of each bar.
        bars: The bars so far.
        meter: The meter in force.
        section: The section that the next bar begins, or "".
        cells: The cells of the next bar so far.
        has_alternate: Whether it has alternative chords.
        marks: The other signs of the next bar.
        behind: The texts behind the end of a section, until it is clear which bar they belong to.
        times: How often the next repeat that ends is played, if a text says so.
        after_section: Whether the last bar line has ended a section.
        fills: Whether the next bar, if it is blank, belongs to a repetition of two bars.
    """

    where: str
    chords: CellReader
    bars: list[IRealBar] = field(default_factory=list)
    meter: Meter = FOUR_FOUR
    section: str = ""
    cells: list[str] = field(default_factory=list)
    has_alternate: bool = False
    marks: IRealBar = field(default_factory=lambda: IRealBar(Bar()))
    behind: StaffText = NO_TEXT
    times: int = 0
    after_section: bool = True
    fills: bool = False

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
            self._begin_section(match["section"])
        elif kind == "meter":
            self.meter = self._meter(match["meter"])
        elif kind == "ending":
            self.marks.ending = int(match["ending"])
        elif kind == "comment":
            self._comment(text[1:-1])
        elif kind == "alternate":
            self.has_alternate = True
        elif kind in ("chord", "space"):
            self._add_cell(text)
        elif kind == "sign":
            self._sign(text)

    def _begin_section(self, label: str) -> None:
        self.section = SECTIONS.get(label, label)
        self._settle_behind(to_last=True)
        self._end_section()

    def _add_cell(self, text: str) -> None:
        self.cells.append(text)
        if text != " ":
            self._settle_behind(to_last=False)

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
            self._add_cell(sign)

    def _comment(self, text: str) -> None:
        said = read_staff_text(text)
        if said.times > MAX_TIMES:
            words = " ".join(text.split())[:20]
            raise ChartError(f"{self.bar_name}: <{words}>: expected 2x to {MAX_TIMES}x")
        if self.after_section and self.bars and not self.has_content:
            self.behind = self.behind.joined(said)
        else:
            self.times = said.times or self.times
            self.marks.text = self.marks.text.joined(said)

    def _settle_behind(self, *, to_last: bool) -> None:
        """Give the texts behind the end of a section to the bar before them, or to the next one.

        A number of times belongs to the repeat that has just ended, unless another one begins.

        Args:
            to_last: Whether they belong to the bar before them.
        """
        if self.behind is NO_TEXT:
            return
        said, self.behind = self.behind, NO_TEXT
        if said.times and self.bars and self.bars[-1].times and not self.marks.opens:
            self.bars[-1].times = said.times
        else:
            self.times = said.times or self.times
        bar = self.bars[-1] if to_last and self.bars else self.marks
        bar.text = bar.text.joined(said.without_times())

    def bar_line(self, line: str) -> None:
        """End the current bar, unless it is empty."""
        if self.has_content or self._is_blank_bar(line):
            self._close_bar()
        self.cells, self.has_alternate = [], False
        if line in "]}Z" and self.bars:  # a text before it has no bar of its own
            self.bars[-1].text = self.bars[-1].text.joined(self.marks.text.without_times())
            self.marks.text = NO_TEXT
        self.marks.opens |= line == "{"
        self._settle_behind(to_last=True)
        if line == "}":
            if not self.bars:
                raise ChartError(f"{self.bar_name}: a repeat ends with no bar before it")
            self.bars[-1].times, self.times = self.times or 2, 0
        if line != "|":
            self._end_section()
        self.after_section = line in "]}Z"

    def _is_blank_bar(self, line: str) -> bool:
        """Return whether the cells before a bar line are a bar, though none holds a chord."""
        if self.after_section or line in "[{":
            return False
        fills, self.fills = self.fills, False
        enough = min(BLANK_BAR, self.meter.beats)
        return self.has_alternate or (self.cells.count(" ") >= enough and not fills)

    def _end_section(self) -> None:
        """Note that a section ends before whatever is read next."""
        if self.bars and not self.has_content:
            self.bars[-1].closes = True

    def _close_bar(self) -> None:
        marks, self.marks = self.marks, IRealBar(Bar())
        if marks.text.jump and marks.coda_before and self.bars:
            # The text is written between the bar from which to jump and the coda.
            before = self.bars[-1]
            before.text = replace(before.text, jump=before.text.jump or marks.text.jump)
            marks.text = replace(marks.text, jump=None)
        said, marks.text = marks.text, NO_TEXT
        self.fills = "r" in self.cells
        for bar in self.chords.bars(self.cells, self.meter, self.bar_name):
            labelled = replace(bar, section=self.section) if self.section else bar
            goes_on = bar.chords == () or "x" in self.cells
            self.bars.append(replace(marks, bar=labelled, goes_on=goes_on))
            self.section, marks = "", IRealBar(Bar())
            if len(self.bars) > MAX_BARS:
                raise ChartError(f"{self.where}: more than {MAX_BARS} bars")
        self.bars[-1].text = said


def read_progression(text: str, where: str, symbols: ChartSymbols) -> list[IRealBar]:
    """Return the bars of a progression as they are written.

    Args:
        text: The progression, unscrambled (see `link`).
        where: The names of file and song in messages.
        symbols: Reads the chord symbols, and keeps warnings about them.

    Raises:
        ChartError: A sign, a chord or a bar cannot be read.
    """
    reader = _Reader(where, CellReader(symbols))
    index = 0
    while index < len(text):
        match = TOKEN.match(text, index)
        if match is None:
            sign = text[index : index + 8]
            raise ChartError(f"{reader.bar_name}: {sign!r} is not a sign of iReal Pro")
        reader.take(match)
        index = match.end()
    if not reader.has_content:
        reader.cells = []  # blanks at the end only fill the line
    reader.bar_line("Z")
    if not reader.bars:
        raise ChartError(f"{where}: no bars")
    return reader.bars
