"""Charts: a form of bars with chords, unfolded to the order in which it is played."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from jazzgen.errors import ChartError
from jazzgen.music.chord import NO_CHORD, ChordSymbol
from jazzgen.music.pitch import Key, move_name
from jazzgen.music.styles import DEFAULT_FEEL, find_feel
from jazzgen.music.timing import FOUR_FOUR, Meter, check_tempo

__all__ = ["Bar", "Chart", "ChordSpan", "PlacedChord", "TempoChange"]

C_MAJOR = Key()


class PlacedChord(NamedTuple):
    """A chord written in a bar, `onset` ticks after the bar line."""

    onset: int
    chord: ChordSymbol


class ChordSpan(NamedTuple):
    """A chord that sounds from tick `start` to tick `end` of the chart."""

    start: int
    end: int
    chord: ChordSymbol


class TempoChange(NamedTuple):
    """A new tempo (quarter notes a minute) from tick `tick` of the chart on."""

    tick: int
    tempo: float


@dataclass(frozen=True)
class Bar:
    """One bar.

    Args:
        chords: The chords written in it, by onset. Where a bar has none at its
            bar line, the chord before goes on.
        meter: Its meter.
        section: Label of the section that begins here, or nothing.

    Raises:
        ChartError: Chords out of order or outside the bar.
    """

    chords: tuple[PlacedChord, ...] = ()
    meter: Meter = FOUR_FOUR
    section: str = ""

    def __post_init__(self) -> None:
        onsets = [placed.onset for placed in self.chords]
        if any(a >= b for a, b in pairwise(onsets)):
            raise ChartError(f"chords out of order in a bar: onsets {onsets[:9]}")
        if onsets and (onsets[0] < 0 or onsets[-1] >= self.meter.bar_ticks):
            raise ChartError(
                f"a chord outside its bar of {self.meter.bar_ticks} ticks: {onsets[:9]}"
            )


@dataclass(frozen=True)
class Chart:
    """A chord chart, repeats and endings unfolded.

    Args:
        bars: The bars as they are played, at least one.
        title: Name of the tune.
        key: Its key.
        tempo: Quarter notes a minute at the beginning.
        feel: How it is played: one of `jazzgen.music.styles.feel_names`.
        chorus_starts: Bar numbers (from 0) where a chorus begins, ascending.
        tempo_changes: Later tempi, by tick.

    Raises:
        ChartError: No bars, or a value out of range or order.
    """

    bars: tuple[Bar, ...]
    title: str = ""
    key: Key = C_MAJOR
    tempo: float = 120.0
    feel: str = DEFAULT_FEEL
    chorus_starts: tuple[int, ...] = (0,)
    tempo_changes: tuple[TempoChange, ...] = ()

    def __post_init__(self) -> None:
        name = " ".join(self.title.split())[:60] or "chart"
        if not self.bars:
            raise ChartError(f"{name}: no bars")
        check_tempo(self.tempo, f"{name}: tempo")
        for change in self.tempo_changes:
            check_tempo(change.tempo, f"{name}: tempo at tick {change.tick}")
        ticks = [change.tick for change in self.tempo_changes]
        if any(tick < 0 for tick in ticks) or not _ascends(ticks):
            raise ChartError(f"{name}: tempo changes out of order: ticks {ticks[:9]}")
        find_feel(self.feel)  # complains if there is none
        if not self.chorus_starts or any(not 0 <= s < len(self.bars) for s in self.chorus_starts):
            raise ChartError(
                f"chorus starts {self.chorus_starts[:9]} outside {len(self.bars)} bars"
            )
        if not _ascends(self.chorus_starts):
            raise ChartError(f"chorus starts out of order: {self.chorus_starts[:9]}")

    @cached_property
    def bar_starts(self) -> tuple[int, ...]:
        """The tick of each bar line, and last the chart's end (bars + 1 values)."""
        starts = [0]
        for bar in self.bars:
            starts.append(starts[-1] + bar.meter.bar_ticks)
        return tuple(starts)

    @property
    def ticks(self) -> int:
        """Length of the chart in ticks."""
        return self.bar_starts[-1]

    @property
    def choruses(self) -> int:
        """How many choruses the chart holds."""
        return len(self.chorus_starts)

    @property
    def seconds(self) -> float:
        """Length of the chart in seconds."""
        changes = [TempoChange(0, self.tempo), *self.tempo_changes]
        ends = [min(change.tick, self.ticks) for change in changes[1:]] + [self.ticks]
        return sum(
            max(0, end - change.tick) * 60 / (24 * change.tempo)
            for change, end in zip(changes, ends, strict=True)
        )

    def bar_at(self, tick: int) -> int:
        """Return the number (from 0) of the bar in which a tick lies."""
        return min(max(bisect_right(self.bar_starts, tick) - 1, 0), len(self.bars) - 1)

    def placed_chords(self) -> Iterator[tuple[int, ChordSymbol]]:
        """Yield every written chord with its tick in the chart."""
        for start, bar in zip(self.bar_starts, self.bars, strict=False):
            for placed in bar.chords:
                yield start + placed.onset, placed.chord

    @cached_property
    def chord_spans(self) -> tuple[ChordSpan, ...]:
        """The chords as they sound: neighbours that are alike are one span."""
        changes: list[tuple[int, ChordSymbol]] = [(0, NO_CHORD)]
        for tick, chord in self.placed_chords():
            if tick == changes[-1][0]:
                changes.pop()
            if not changes or chord != changes[-1][1]:
                changes.append((tick, chord))
        ends = [tick for tick, _ in changes[1:]] + [self.ticks]
        return tuple(
            ChordSpan(start, end, chord) for (start, chord), end in zip(changes, ends, strict=True)
        )

    def span_at(self, tick: int) -> int:
        """Return the index in `chord_spans` of the span in which a tick lies."""
        return max(bisect_right(self._span_starts, tick) - 1, 0)

    @cached_property
    def _span_starts(self) -> tuple[int, ...]:
        return tuple(span.start for span in self.chord_spans)

    def chord_at(self, tick: int) -> ChordSymbol:
        """Return the chord that sounds at a tick."""
        return self.chord_spans[self.span_at(tick)].chord

    def transpose(self, semitones: int) -> Chart:
        """Return the chart moved by semitones, spelled as the new key asks."""
        return self._moved_to(self.key.transpose(semitones))

    def _moved_to(self, key: Key) -> Chart:
        if key == self.key:
            return self
        return replace(self, key=key, bars=tuple(self._moved_bar(bar, key) for bar in self.bars))

    def _moved_bar(self, bar: Bar, key: Key) -> Bar:
        chords = (
            PlacedChord(onset, _move_chord(chord, self.key, key)) for onset, chord in bar.chords
        )
        return replace(bar, chords=tuple(chords))

    def in_key(self, key: Key) -> Chart:
        """Return the chart moved to another key of the same mode, spelled as it asks.

        Raises:
            ChartError: The modes differ.
        """
        if key.mode != self.key.mode:
            raise ChartError(
                f"{self.title or 'the chart'} is in {self.key} ({self.key.mode}); "
                f"it cannot be moved to {key} ({key.mode})"
            )
        return self._moved_to(key)

    def repeat(self, choruses: int) -> Chart:
        """Return the chart played several times over, each time with its tempi.

        Raises:
            ChartError: Fewer than one chorus.
        """
        if choruses < 1:
            raise ChartError(f"{choruses} choruses: expected 1 or more")
        starts = [
            number * len(self.bars) + start
            for number in range(choruses)
            for start in self.chorus_starts
        ]
        return replace(
            self,
            bars=self.bars * choruses,
            chorus_starts=tuple(starts),
            tempo_changes=self._repeated_tempi(choruses),
        )

    def _repeated_tempi(self, choruses: int) -> tuple[TempoChange, ...]:
        if choruses == 1 or not self.tempo_changes:
            return self.tempo_changes
        tempi: dict[int, float] = {}
        for number in range(choruses):
            begin = number * self.ticks
            tempi[begin] = self.tempo
            tempi |= {
                begin + tick: tempo for tick, tempo in self.tempo_changes if tick < self.ticks
            }
        return tuple(TempoChange(tick, tempo) for tick, tempo in tempi.items() if tick)

    @classmethod
    def of_chords(cls, bars: Sequence[Sequence[str]], **fields: object) -> Chart:
        """Make a 4/4 chart from chord symbols; those of a bar share its beats.

        >>> chart = Chart.of_chords([["Dm7", "G7"], ["Cmaj7"]])
        >>> [str(chart.chord_at(tick)) for tick in (0, 48, 96)]
        ['Dm7', 'G7', 'Cmaj7']
        """
        made = tuple(_bar_of(bar) for bar in bars)
        return cls(made, **fields)  # type: ignore[arg-type]


def _bar_of(symbols: Sequence[str]) -> Bar:
    # A bar without symbols keeps the chord before it: nothing can share its beats.
    onsets = FOUR_FOUR.share(len(symbols)) if symbols else ()
    chords = (
        PlacedChord(onset, ChordSymbol.parse(text))
        for onset, text in zip(onsets, symbols, strict=True)
    )
    return Bar(tuple(chords))


def _ascends(numbers: Sequence[int]) -> bool:
    return all(a < b for a, b in pairwise(numbers))


def _move_chord(chord: ChordSymbol, old: Key, new: Key) -> ChordSymbol:
    if chord.root is None:
        return chord
    bass = None if chord.bass is None else move_name(chord.bass, old, new)
    return ChordSymbol(move_name(chord.root, old, new), chord.quality, bass)
