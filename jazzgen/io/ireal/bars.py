"""The progression of an iReal Pro song: from its signs to written bars.

A line has sixteen cells, and a bar usually four; a cell is a chord or blank. If a bar has as
many cells as beats, each chord falls on the beat of its cell; otherwise the chords share the bar
evenly. Source: iReal Pro, "Custom Chord Chart Protocol".

The signs are those of `signs`. Blank cells between bar lines are a bar in which the chord before
goes on, but behind the end of a section they only fill the line. The second bar of `r` is blank
too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from jazzgen.errors import ChartError
from jazzgen.io.chart_symbols import ChartSymbols
from jazzgen.io.ireal.cells import CellReader
from jazzgen.io.ireal.signs import match_at, odd_at
from jazzgen.io.ireal.staff_text import NO_TEXT, StaffText, read_staff_text
from jazzgen.io.ireal.written_bar import IRealBar
from jazzgen.music.chart import Bar
from jazzgen.music.repeats import MAX_BARS
from jazzgen.music.timing import FOUR_FOUR, Meter

__all__ = ["read_progression"]

METERS = {"12": "12/8", "128": "12/8", "4": "4/4", "3": "3/4", "2": "2/4", "5": "5/4", "6": "6/8"}
"""Meters that are not written as two digits, numerator and denominator."""
CELLS = {"chord": "{}", "space": "{}", "bass": "W{}", "silence": "n"}
"""The cells that signs stand for, by their kinds."""
SECTIONS = {"i": "Intro", "v": "Verse", "V": "Verse"}
"""Names of the sections that have a sign of their own."""
MAX_TIMES = 16
"""The largest number of times that a repeat is played."""
SHOWN = 24
"""The largest number of characters of a text that a warning shows."""
BLANK_BAR = 3
"""The number of blank cells from which they are a bar."""


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
        in_repeat: Whether a repeat has begun that has not ended.
        said_times: The number of bars up to where that text stands.
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
    said_times: int = 0
    in_repeat: bool = False
    after_section: bool = True
    fills: bool = False

    @property
    def bar_name(self) -> str:
        return f"{self.where}: bar {len(self.bars) + 1}"

    @property
    def is_strict(self) -> bool:
        return self.chords.symbols.strict

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
        elif kind in CELLS:
            self._add_cell(CELLS[kind].format(text))
        elif kind == "sign":
            self._sign(text)

    def take_odd(self, text: str) -> None:
        """Read what is no sign: a chord as the app does not spell it, or a slip of the finger."""
        if text.startswith("<"):
            self._remark(f"{text[:SHOWN]!r} is not closed by '>'")
            self._comment(text[1:])
        elif any(map(str.isalnum, text)):
            chord = self.chords.symbols.read(text, len(self.bars) + 1)
            self._add_cell(str(chord) if chord else "p")
        else:
            self._remark(f"{text[:SHOWN]!r} is not a sign of iReal Pro: passed over")

    def _begin_section(self, label: str) -> None:
        self.section = SECTIONS.get(label, label)
        self._settle_behind(to_last=True)
        self._end_section()

    def _add_cell(self, text: str) -> None:
        self.cells.append(text)
        if text != " ":
            self._settle_behind(to_last=False)

    def _meter(self, digits: str) -> Meter:
        written = METERS.get(digits, f"{digits[0]}/{digits[1:]}")
        try:
            return Meter.parse(written)
        except ChartError as error:
            if self.is_strict:
                raise ChartError(f"{self.bar_name}: {error}") from None
            self._remark(f"meter {written} is not known: {self.meter} continues")
            return self.meter

    def _sign(self, sign: str) -> None:
        if sign == "S":
            self.marks.segno = True
        elif sign == "U":
            self.marks.ends = True
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
            what = f"<{' '.join(text.split())[:20]}>: expected 2x to {MAX_TIMES}x"
            if self.is_strict:
                raise ChartError(f"{self.bar_name}: {what}")
            self._remark(f"{what}; played {MAX_TIMES} times")
            said = replace(said, times=MAX_TIMES)
        if self.after_section and self.bars and not self.has_content:
            self.behind = self.behind.joined(said)
        else:
            self._keep_times(said)
            self.marks.text = self.marks.text.joined(said)

    def _keep_times(self, said: StaffText) -> None:
        if said.times:
            belongs = self.has_content or not self.bars  # to the bar that is being read
            self.times, self.said_times = said.times, len(self.bars) + belongs

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
            self._keep_times(said)
        if to_last and self.bars:  # a coda and a segno begin what follows
            self.bars[-1].text = self.bars[-1].text.joined(said.of_end())
            said = said.of_beginning()
        self.marks.text = self.marks.text.joined(said.without_times())

    def bar_line(self, line: str) -> None:
        """End the current bar, unless it is empty."""
        if self.has_content or self._is_blank_bar(line):
            if self.after_section and line != "}":
                self.forget_times()
            self._close_bar()
        self.cells, self.has_alternate = [], False
        if line in "]}Z" and self.bars:  # a text before it has no bar of its own
            self.bars[-1].text = self.bars[-1].text.joined(self.marks.text.of_end())
            self.marks.text = self.marks.text.of_beginning()
        self.marks.opens |= line == "{"
        self._settle_behind(to_last=True)
        if line in "{}":
            self.in_repeat = line == "{"
        if line == "}":
            self._close_repeat()
        if line != "|":
            self._end_section()
        self.after_section = line in "]}Z"

    def _close_repeat(self) -> None:
        if self.bars:
            self.bars[-1].times, self.times = self.times or 2, 0
        elif self.is_strict:
            raise ChartError(f"{self.bar_name}: a repeat ends with no bar before it")
        else:
            self._remark("a repeat ends with no bar before it: passed over")

    def forget_times(self) -> None:
        """Forget a number of times for which there is no repeat."""
        if self.times and not self.in_repeat and self.said_times <= len(self.bars):
            what = f"{self.times}x, but no repeat ends here: played once"
            self.chords.symbols.remark(what, self.said_times)
            self.times = 0

    def _remark(self, remark: str) -> None:
        """Add a warning about the bar that is being read."""
        self.chords.symbols.remark(remark, len(self.bars) + 1)

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
    index, last_end = 0, text.rfind(">")
    while index < len(text):
        opens = text[index] == "<" and index > last_end  # a text that is not closed
        match = None if opens else match_at(text, index, strict=symbols.strict)
        if match is not None:
            reader.take(match)
            index = match.end()
        elif symbols.strict:
            sign = text[index : index + 8]
            raise ChartError(f"{reader.bar_name}: {sign!r} is not a sign of iReal Pro")
        else:
            odd = odd_at(text, index)
            reader.take_odd(odd)
            index += len(odd)
    if not reader.has_content:
        reader.cells = []  # blanks at the end only fill the line
    reader.bar_line("Z")
    reader.forget_times()
    if not reader.bars:
        raise ChartError(f"{where}: no bars")
    return reader.bars
