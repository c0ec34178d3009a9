"""The bars of chart text: from lines to written bars."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from jazzgen.errors import ChartError, ChordError
from jazzgen.io.chart_symbols import ChartSymbols
from jazzgen.io.chart_text.beats import one_slash_a_beat, place_chords
from jazzgen.io.chart_text.jump_signs import SignedBar, split_signs
from jazzgen.io.ireal.staff_text import NO_TEXT, StaffText, read_staff_text
from jazzgen.music.chart import Bar
from jazzgen.music.chord import ChordSymbol
from jazzgen.music.repeats import MAX_BARS
from jazzgen.music.timing import Meter
from jazzgen.runtime.wording import counted

__all__ = ["read_bars"]

# One bar line with its repeat signs: | || |] |: :| :|: and a count, :|x3.
BAR_LINE = re.compile(
    r"(?P<closes>:)?\|[|\]]{0,2}(?P<opens>:)?"
    r"(?(closes)(?:\s{0,8}\(?\s{0,2}(?:[x×]\s?(?P<times>\d{1,2})|(?P<number>\d{1,2})\s?[x×])\b\)?)?)"
)
ENDING = re.compile(
    r"(?:\[(?P<bracket>\d(?:[,-]\d)*)(?:\.|(?=\s))(?![^\[\]]*\])"
    r"|(?P<bare>\d(?:[,-]\d)*)(?:st|nd|rd|th)?(?:\.(?!\d)|\)|(?=\s|$)))\s*"
)
TOKEN = re.compile(r"\[[^\[\]]*\]|[^\s,;(\[]*\([^()]*(?:\([^()]*\)[^()]*)*\)[^\s,;\[]*|[^\s,;]+")
METER = re.compile(r"\(?(\d{1,2}/\d{1,2})\)?")
BEATS = frozenset({"-", "–", "—", "."})
"""Other signs than a slash for one more beat of the chord before."""
SAME = frozenset({"sim", "sim.", "simile", "./.", "·/.", "·/·", "𝄎", ":/:", "٪", "％", "x"})
"""Other signs than a per cent for the bar before; an "x" is one where there is a bar before."""


class _Slot(NamedTuple):
    """The text between two bar lines.

    Args:
        text: The text.
        opens: Whether the bar line before it begins a repeat.
        times: How often the repeat that ends at the bar line after it is played; 0 if none does.
        is_bar: Whether it is a bar; an empty bar has no text.
    """

    text: str
    opens: bool
    times: int
    is_bar: bool


@dataclass
class _Bars:
    """The bars so far, and the signs that have been read for the next one."""

    meter: Meter
    source: str
    symbols: ChartSymbols
    bars: list[SignedBar] = field(default_factory=list)
    said: StaffText = NO_TEXT
    section: str = ""
    opens: bool = False
    ending: tuple[int, ...] = ()

    @property
    def where(self) -> str:
        return f"{self.source}: bar {len(self.bars) + 1}"

    def add(self, slot: _Slot) -> None:
        """Read a slot: a bar, or signs for the next bar."""
        self.opens = self.opens or slot.opens
        text = slot.text
        ending = ENDING.match(text)
        if ending:
            self.ending = _passes(ending["bracket"] or ending["bare"], self.where)
            text = text[ending.end() :]
        if not self.symbols.strict:
            text, said = split_signs(text)
            self._hear(said, has_chords=bool(text))
        tokens = TOKEN.findall(text)
        chords = [token for token in tokens if not self._sign(token)]
        if chords or (slot.is_bar and not slot.text):
            self._add_bar(chords)
        if slot.times:
            self._close(slot.times)

    def _hear(self, said: StaffText, *, has_chords: bool) -> None:
        """Keep what words say, for the bar that begins or for the one that has ended.

        Args:
            said: What the words say.
            has_chords: Whether chords stand beside them.
        """
        if has_chords or not self.bars:
            self.said = self.said.joined(said)
            return
        before, begins = self.bars[-1], StaffText(coda=said.coda, segno=said.segno)
        before.said = before.said.joined(replace(said, coda=False, segno=False))
        self.said = self.said.joined(begins)

    def _sign(self, token: str) -> bool:
        """Read a section or a meter; return whether the token was one."""
        if token.startswith("[") and token.endswith("]"):
            self._begin_section(" ".join(token[1:-1].split()))
            return True
        meter = METER.fullmatch(token)
        if meter:
            try:
                self.meter = Meter.parse(meter[1])
            except ChartError as error:
                self.fault(str(error))
        return meter is not None

    def _begin_section(self, name: str) -> None:
        self.section = name
        if self.bars:
            self.bars[-1].closes = True
        if not self.symbols.strict:
            named = read_staff_text(name)
            self.said = self.said.joined(StaffText(coda=named.coda, segno=named.segno))

    def _add_bar(self, tokens: list[str]) -> None:
        if not self.symbols.strict:
            if len(tokens) == 1 and self._is_same(tokens[0].lower()):
                tokens = ["%"]
            if tokens not in (["%"], ["%%"]):
                tokens = self._usual(tokens)
        repeats = tokens in (["%"], ["%%"])
        copies = self._last(len(tokens[0])) if repeats else [self._bar(tokens)]
        for bar in copies:
            written = replace(bar, section=self.section)
            self.bars.append(SignedBar(written, self.opens, self.ending, said=self.said))
            self.section, self.opens, self.ending, self.said = "", False, (), NO_TEXT
        if len(self.bars) > MAX_BARS:
            raise ChartError(f"{self.source}: more than {MAX_BARS} bars")

    def _is_same(self, sign: str) -> bool:
        return sign in SAME and (sign != "x" or bool(self.bars))

    def _usual(self, tokens: list[str]) -> list[str]:
        """Return the chords and signs of a bar as they are usually written.

        Signs that cannot be shared among the beats are left out, and the chords share the bar.
        """
        beats = [
            slot
            for token in tokens
            if token not in ("[", "]")
            for slot in (["/"] if token in BEATS else _with_slashes(token))
        ]
        beats = one_slash_a_beat(beats, self.meter.beats)
        slots = "".join("/" if beat == "/" else "-" for beat in beats)
        number = sum(not beat.startswith("(") for beat in beats)
        if "-" not in slots:
            return []  # the chord before goes on
        if "%" in beats:  # beside chords, a share of the bar in which the chord before goes on
            onsets = self.meter.share(min(len(beats), 2 * self.meter.beats))
            return [
                f"{beat}@{onset}"
                for beat, onset in zip(beats, onsets, strict=False)
                if beat not in ("%", "/")
            ]
        if "/" not in slots or number in (self.meter.beats, 2 * self.meter.beats):
            return beats
        self.symbols.remark(
            f"{number} beats in a bar of {self.meter}: the chords share it evenly",
            len(self.bars) + 1,
        )
        return [beat for beat in beats if beat != "/"]

    def _bar(self, tokens: list[str]) -> Bar:
        try:
            return Bar(place_chords(tokens, self.meter, self._chord), self.meter)
        except (ChartError, ChordError) as error:
            raise ChartError(f"{self.where}: {error}") from None

    def _chord(self, text: str) -> ChordSymbol | None:
        return self.symbols.read(text, len(self.bars) + 1)

    def _last(self, number: int) -> list[Bar]:
        """Return copies of the last bars, for % and %%."""
        bars = [written.bar for written in self.bars[-number:]]
        missing = number - len(bars)
        if missing:
            self.fault(
                f"{'%' * number!r} repeats {counted(number, 'bar')} before it, "
                f"but there {'is' if len(bars) == 1 else 'are'} {len(bars) or 'none'}"
            )
        elif any(bar.meter != self.meter for bar in bars):
            self.fault(f"{'%' * number!r} after a change of meter")
        return [*bars[-1:] * missing, *bars] if bars else [Bar((), self.meter)] * number

    def fault(self, text: str) -> None:
        """Warn of a fault, or refuse it if this reader is strict."""
        if self.symbols.strict:
            raise ChartError(f"{self.where}: {text}")
        self.symbols.remark(text, len(self.bars) + 1)

    def _close(self, times: int) -> None:
        if not self.bars:
            raise ChartError(f"{self.where}: ':|' with no bar before it")
        self.bars[-1].times = times


def read_bars(
    lines: Iterable[str], meter: Meter, source: str, symbols: ChartSymbols
) -> list[SignedBar]:
    """Return the bars of some lines as they are written, before repeats are unfolded.

    Args:
        lines: Lines of chart text without its header and comments.
        meter: The meter of the first bar.
        source: What messages call the chart.
        symbols: Reads the chord symbols, and keeps warnings about them.

    Raises:
        ChartError: A bar cannot be read; the message names it, counting from 1.
    """
    bars = _Bars(meter, source, symbols)
    for line in lines:
        for slot in _slots(line, bars.where):
            bars.add(slot)
    if bars.opens or bars.ending:
        bars.fault("a repeat or an ending begins, but no bar follows")
    return bars.bars


def _with_slashes(token: str) -> list[str]:
    """Return a chord and the slashes behind it one by one, as in "C//"."""
    chord = token.rstrip("/")
    slashes = ["/"] * (len(token) - len(chord))
    return [chord, *slashes] if chord and len(slashes) != 1 else slashes or [token]


def _slots(line: str, source: str) -> Iterator[_Slot]:
    """Yield the slots of one line. Its beginning and its end are bar lines too."""
    left: re.Match[str] | None = None
    position = 0
    for right in (*BAR_LINE.finditer(line), None):
        text = line[position : right.start() if right else None].strip()
        opens = left is not None and left["opens"] is not None
        yield _Slot(text, opens, _times(right, source), bool(text) or _is_empty_bar(left, right))
        left, position = right, right.end() if right else 0


def _is_empty_bar(left: re.Match[str] | None, right: re.Match[str] | None) -> bool:
    """Return whether a blank between two bar lines is a bar: not in `:| |:`."""
    return bool(left and right and left["closes"] is None and right["opens"] is None)


def _times(bar_line: re.Match[str] | None, source: str) -> int:
    if bar_line is None or bar_line["closes"] is None:
        return 0
    times = int(bar_line["times"] or bar_line["number"] or 2)
    if times < 2:
        raise ChartError(f"{source}: ':|x{times}': expected x2 or more")
    return times


def _passes(text: str, where: str) -> tuple[int, ...]:
    """Return the passes of an ending: "1", "1,2" or "1-3"."""
    passes: list[int] = []
    for part in text.split(","):
        first, _, last = part.partition("-")
        passes.extend(range(int(first), int(last or first) + 1))
    if not passes:
        raise ChartError(f"{where}: ending {text[:24]!r}: expected something like 1 or 1,2")
    return tuple(passes)
