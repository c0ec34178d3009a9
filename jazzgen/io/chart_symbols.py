"""The chord symbols of one chart: read one by one, with a warning for each that is mistyped.

A reader of a format asks `ChartSymbols` for each symbol, and at the end for the warnings. A text in
which most symbols are no chords is no chart.
"""

from __future__ import annotations

import re

from jazzgen.errors import ChartError
from jazzgen.music.chord import NO_CHORD, ChordSymbol
from jazzgen.music.pitch import Key
from jazzgen.runtime.wording import counted, plural

__all__ = ["ChartSymbols"]

LISTED = 3
"""The number of bars that a warning lists."""


class ChartSymbols:
    """Reads the chord symbols of a chart.

    Args:
        key: The key in which Roman numerals are read; None if the chart does not name one.
        strict: Whether a symbol that is not well written is refused.
        unit: What warnings count: "bar" or "measure".
    """

    def __init__(self, key: Key | None = None, *, strict: bool = False, unit: str = "bar") -> None:
        self.key = key
        self.unit = unit
        self.strict = strict
        self._bars: dict[str, list[str]] = {}
        self._read = 0
        self._last = NO_CHORD
        self._passed_over: list[tuple[str, int | str]] = []

    def read(self, text: str, bar: int | str) -> ChordSymbol | None:
        """Return the chord of a symbol, or None if it is no chord and the one before it goes on.

        Args:
            text: The symbol.
            bar: The number of its bar, from 1, or the name of its measure.

        Raises:
            ChordError: It is not well written, and this reader is strict.
        """
        if self.strict:
            return ChordSymbol.parse(text)
        chord, remark = self._over_bass(text) or self._repaired(text)
        if chord is None:
            self._passed_over.append((text, bar))
        else:
            self._read += 1
            self._last = chord
        if remark:
            self.remark(remark, bar)
        return chord

    def _repaired(self, text: str) -> tuple[ChordSymbol | None, str]:
        from jazzgen.music.chord_repair import read_symbol  # a strict reader repairs nothing

        return read_symbol(text, self.key)

    def _over_bass(self, text: str) -> tuple[ChordSymbol, str] | None:
        """Return the chord before over another bass, if that is all that a symbol says: "/A"."""
        bass = re.fullmatch(r"\s*/\s*([A-G][b#]?)\s*", text)
        if bass is None or self._last.root is None:
            return None
        return ChordSymbol(self._last.root, self._last.quality, bass[1]), ""

    def remark(self, remark: str, bar: int | str) -> None:
        """Add a warning about a bar.

        Args:
            remark: What was done, without the bar.
            bar: The number of the bar, from 1, or the name of the measure.
        """
        bars = self._bars.setdefault(remark, [])
        if str(bar) not in bars:
            bars.append(str(bar))

    @property
    def warnings(self) -> tuple[str, ...]:
        """What was repaired or passed over, each with its bars."""
        return tuple(f"{self._listed(bars)}: {remark}" for remark, bars in self._bars.items())

    def check(self) -> None:
        """Check that the text is a chart.

        Raises:
            ChartError: Most of its symbols are no chords.
        """
        number = len(self._passed_over)
        if number <= self._read:
            return
        text, bar = self._passed_over[0]
        raise ChartError(
            f"bar {bar}: {text[:24]!r} is not a chord symbol "
            f"({number} of {counted(number + self._read, 'symbol')} are none)"
        )

    def _listed(self, bars: list[str]) -> str:
        shown = ", ".join(bars[:LISTED])
        rest = len(bars) - LISTED
        return f"{plural(len(bars), self.unit)} {shown}" + (f" and {rest} more" if rest > 0 else "")
