"""The cells of a bar of an iReal Pro song: chords, blanks, and signs that repeat bars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from jazzgen.errors import ChartError, ChordError
from jazzgen.io.chart_symbols import ChartSymbols
from jazzgen.music.chart import Bar, PlacedChord
from jazzgen.music.chord import NO_CHORD, ChordSymbol
from jazzgen.music.timing import Meter
from jazzgen.runtime.wording import counted

__all__ = ["CellReader"]

MAX_CHORDS = 24
"""The largest number of chords in a bar."""


@dataclass
class CellReader:
    """Reads the cells of one bar after the other.

    Args:
        symbols: Reads the chord symbols, and keeps warnings about them.
        last: The chord before, to which `W` and `p` refer.
        written: The bars so far.
    """

    symbols: ChartSymbols
    last: ChordSymbol = NO_CHORD
    written: list[Bar] = field(default_factory=list)

    def bars(self, cells: Sequence[str], meter: Meter, where: str) -> list[Bar]:
        """Return the bar of some cells; two bars if they repeat the two before.

        Args:
            cells: The chords, signs and blanks.
            meter: The meter in force.
            where: The name of the bar in messages.

        Raises:
            ChartError: It repeats bars that there are not, or has a chord that cannot be read or
                too many.
        """
        signs = [cell for cell in cells if cell != " "]
        if signs and signs[0] in ("x", "r") and (len(signs) == 1 or self.symbols.strict):
            bars = self._repeated(2 if signs[0] == "r" else 1, meter, where)
        else:
            if others := [sign for sign in signs if sign in ("x", "r")]:
                self._remark(f"{others[0]!r} beside chords repeats no bar")
                cells = ["p" if cell in others else cell for cell in cells]
                signs = [cell for cell in cells if cell != " "]
            bars = [Bar(self._placed(cells, signs, meter, where), meter)]
        self.written += bars
        return bars

    def _placed(
        self, cells: Sequence[str], signs: Sequence[str], meter: Meter, where: str
    ) -> tuple[PlacedChord, ...]:
        """Return the chords of a bar.

        Args:
            cells: Its cells.
            signs: Its cells without the blank ones.
            meter: Its meter.
            where: Its name in messages.
        """
        if not signs:
            return ()
        onsets: Sequence[int]
        if len(cells) == meter.numerator and len(cells) != meter.beats:  # a cell for each eighth
            unit = meter.bar_ticks // meter.numerator
            onsets, placed = range(0, meter.bar_ticks, unit), cells
        else:
            placed = cells if len(cells) == meter.beats else signs
            onsets = self._shared(len(placed), meter, where)
        return tuple(
            PlacedChord(onset, self._chord(cell, where))
            for onset, cell in zip(onsets, placed, strict=True)
            if cell not in (" ", "p")
        )

    def _shared(self, number: int, meter: Meter, where: str) -> Sequence[int]:
        """Return the onsets of chords that share a bar.

        Args:
            number: How many there are.
            meter: The bar's meter.
            where: Its name in messages.
        """
        if number <= 2 * meter.beats:
            return meter.share(number)
        what = f"{number} chords in {meter.beats} beats"
        if self.symbols.strict or number > MAX_CHORDS:
            raise ChartError(f"{where}: {what}")
        self._remark(f"{what}: they share the bar evenly")
        return tuple(index * meter.bar_ticks // number for index in range(number))

    def _remark(self, remark: str) -> None:
        self.symbols.remark(remark, len(self.written) + 1)

    def _repeated(self, number: int, meter: Meter, where: str) -> list[Bar]:
        """Return the last bars once more, without their sections; empty ones where there are none.

        Args:
            number: How many bars are repeated.
            meter: The meter in force.
            where: The name of the bar in messages.
        """
        before = self.written
        missing = number - len(before)
        if missing > 0:
            what = (
                f"repeats {counted(number, 'bar')} before it, but there "
                f"{'is' if len(before) == 1 else 'are'} {len(before) or 'none'}"
            )
            if self.symbols.strict:
                raise ChartError(f"{where}: {what}")
            self._remark(what)
        blank = [before[-1] if before else Bar((), meter)] * missing
        first, *others = (replace(bar, section="") for bar in (*blank, *before[-number:]))
        if not (first.chords and first.chords[0].onset == 0):
            # A chord that goes on into the bar may have been followed by another one since.
            then, now = _sounding(before[:-number]), _sounding(before)
            if then is not None and then != now:
                first = replace(first, chords=(PlacedChord(0, then), *first.chords))
        return [first, *others]

    def _chord(self, text: str, where: str) -> ChordSymbol:
        try:
            if text == "n":
                self.last = NO_CHORD
            elif text.startswith("W"):
                if "/" in text and self.last.root is not None:
                    self.last = ChordSymbol(self.last.root, self.last.quality, text[2:])
            else:
                number = len(self.written) + 1
                self.last = self.symbols.read(text.replace("*", ""), number) or self.last
        except ChordError as error:
            raise ChartError(f"{where}: {error}") from None
        return self.last


def _sounding(bars: Sequence[Bar]) -> ChordSymbol | None:
    """Return the chord that sounds at the end of bars, if any."""
    last = next((bar for bar in reversed(bars) if bar.chords), None)
    return last.chords[-1].chord if last else None
