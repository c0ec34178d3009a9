"""Charts: the bars of a form and their chords, unfolded to the order in which they are played."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from operator import attrgetter
from typing import NamedTuple

from jazzgen.errors import ChartError
from jazzgen.music.chord import NO_CHORD, ChordSymbol
from jazzgen.music.pitch import Key, move_name
from jazzgen.music.styles import DEFAULT_FEEL, find_feel
from jazzgen.music.timing import FOUR_FOUR, TICKS_PER_QUARTER, Meter, check_tempo
from jazzgen.runtime.arguments import check_fields, checked
from jazzgen.runtime.kinds import shown
from jazzgen.runtime.wording import counted, well_formed

__all__ = ["MOST_BARS", "Bar", "Chart", "ChordSpan", "KeyChange", "PlacedChord", "TempoChange"]

C_MAJOR = Key()
MOST_BARS = 100_000
"""The largest number of bars to which a chart can be repeated: two days of music."""
HARD_NAMES = {"D#", "E#", "G#", "A#", "B#"}
"""Roots whose major third needs a double sharp."""
GROUP_BARS = 4
"""The number of bars in a group, the unit of most jazz forms."""


class PlacedChord(NamedTuple):
    """A chord that is written in a bar, `onset` ticks after the bar line."""

    onset: int
    chord: ChordSymbol


class ChordSpan(NamedTuple):
    """A chord that sounds from tick `start` to tick `end` of the chart."""

    start: int
    end: int
    chord: ChordSymbol


class TempoChange(NamedTuple):
    """A new tempo, in quarter notes per minute, that holds from tick `tick` of the chart on."""

    tick: int
    tempo: float


class KeyChange(NamedTuple):
    """A new key signature, which holds from the bar with the index `bar` on."""

    bar: int
    key: Key


@dataclass(frozen=True)
class Bar:
    """One bar.

    Args:
        chords: The chords that are written in it, by onset. Where none stands at the bar
            line, the chord before it continues.
        meter: Its meter.
        section: The label of the section that begins here; empty if none does.

    Raises:
        ChartError: Its chords are out of order, or one lies outside of it.
    """

    chords: tuple[PlacedChord, ...] = ()
    meter: Meter = FOUR_FOUR
    section: str = ""

    def __post_init__(self) -> None:
        check_fields(self, ChartError)
        onsets = [placed.onset for placed in self.chords]
        if any(a >= b for a, b in pairwise(onsets)):
            raise ChartError(f"chords out of order in a bar: onsets {onsets[:9]}")
        if onsets and (onsets[0] < 0 or onsets[-1] >= self.meter.bar_ticks):
            raise ChartError(
                f"a chord outside its bar of {self.meter.bar_ticks} ticks: {onsets[:9]}"
            )


@dataclass(frozen=True, repr=False)
class Chart:
    """A chord chart whose repeats and endings are unfolded.

    Args:
        bars: The bars as they are played, at least one.
        title: The name of the tune.
        key: Its key.
        tempo: Its tempo at the beginning, in quarter notes per minute.
        feel: How it is played: one of `jazzgen.music.styles.feel_names`.
        chorus_starts: The indices of the bars that begin a chorus, ascending.
        tempo_changes: The later tempi, by tick.
        key_changes: The later key signatures, by bar.

    Raises:
        ChartError: It has no bars, or a value is out of range or out of order.
    """

    bars: tuple[Bar, ...]
    title: str = ""
    key: Key = C_MAJOR
    tempo: float = 120.0
    feel: str = DEFAULT_FEEL
    chorus_starts: tuple[int, ...] = (0,)
    tempo_changes: tuple[TempoChange, ...] = ()
    key_changes: tuple[KeyChange, ...] = ()

    def __post_init__(self) -> None:
        check_fields(self, ChartError)
        object.__setattr__(self, "title", well_formed(self.title))
        name = " ".join(self.title.split())[:60] or "chart"
        if not self.bars:
            raise ChartError(f"{name}: no bars")
        check_tempo(self.tempo, f"{name}: tempo")
        for change in self.tempo_changes:
            check_tempo(change.tempo, f"{name}: tempo at tick {change.tick}")
        ticks = [change.tick for change in self.tempo_changes]
        if any(tick < 0 for tick in ticks) or not _ascends(ticks):
            raise ChartError(f"{name}: tempo changes out of order: ticks {ticks[:9]}")
        changed = [change.bar for change in self.key_changes]
        if any(not 0 < bar < len(self.bars) for bar in changed) or not _ascends(changed):
            raise ChartError(f"{name}: key changes out of order: bars {changed[:9]}")
        find_feel(self.feel)  # raises an error if there is none
        if not self.chorus_starts or any(not 0 <= s < len(self.bars) for s in self.chorus_starts):
            raise ChartError(
                f"chorus starts {self.chorus_starts[:9]} outside the "
                f"{counted(len(self.bars), 'bar')}"
            )
        if not _ascends(self.chorus_starts):
            raise ChartError(f"chorus starts out of order: {self.chorus_starts[:9]}")

    def __repr__(self) -> str:
        """Return its title and its size: a chart may have hundreds of bars."""
        return f"<Chart {self.title or 'untitled'!r}: {self.summary}>"

    @property
    def summary(self) -> str:
        """Its bars, key, feel and tempo in a few words: "12 bars in F, swing, 140 bpm"."""
        bars = counted(len(self.bars), "bar")
        return f"{bars} in {self.key}, {self.feel}, {self.tempo:g} bpm"

    @cached_property
    def bar_starts(self) -> tuple[int, ...]:
        """The tick of each bar line, then that of the chart's end: one value more than bars."""
        starts = [0]
        for bar in self.bars:
            starts.append(starts[-1] + bar.meter.bar_ticks)
        return tuple(starts)

    @cached_property
    def groups(self) -> tuple[int, ...]:
        """The index of the bar with which each group of four bars begins.

        A chorus begins a group, so that its last one may be shorter.
        """
        found, begun = [], 0
        for number in range(len(self.bars)):
            begun = number if number in self.chorus_starts else begun
            if (number - begun) % GROUP_BARS == 0:
                found.append(number)
        return tuple(found)

    @cached_property
    def group_numbers(self) -> tuple[int, ...]:
        """The index in `groups` of the group that each bar belongs to."""
        ends = (*self.groups[1:], len(self.bars))
        return tuple(
            number
            for number, (first, end) in enumerate(zip(self.groups, ends, strict=True))
            for _ in range(first, end)
        )

    @property
    def ticks(self) -> int:
        """The length of the chart, in ticks."""
        return self.bar_starts[-1]

    @property
    def choruses(self) -> int:
        """The number of choruses in the chart."""
        return len(self.chorus_starts)

    @property
    def seconds(self) -> float:
        """The length of the chart, in seconds."""
        changes = [TempoChange(0, self.tempo), *self.tempo_changes]
        ends = [min(change.tick, self.ticks) for change in changes[1:]] + [self.ticks]
        return sum(
            max(0, end - change.tick) * 60 / (TICKS_PER_QUARTER * change.tempo)
            for change, end in zip(changes, ends, strict=True)
        )

    def bar_at(self, tick: int) -> int:
        """Return the index of the bar that holds a tick, or of the bar nearest to it."""
        return min(max(bisect_right(self.bar_starts, tick) - 1, 0), len(self.bars) - 1)

    def placed_chords(self) -> Iterator[tuple[int, ChordSymbol]]:
        """Yield each written chord, with its tick in the chart."""
        for start, bar in zip(self.bar_starts, self.bars, strict=False):
            for placed in bar.chords:
                yield start + placed.onset, placed.chord

    @cached_property
    def chord_spans(self) -> tuple[ChordSpan, ...]:
        """The chords as they sound: one span, however often the same chord is written again."""
        changes: list[tuple[int, ChordSymbol]] = [(0, NO_CHORD)]
        for tick, chord in self.placed_chords():
            if tick == changes[-1][0]:  # a chord at tick 0 takes the place of "no chord"
                changes.pop()
            if not changes or chord != changes[-1][1]:
                changes.append((tick, chord))
        ends = [tick for tick, _ in changes[1:]] + [self.ticks]
        return tuple(
            ChordSpan(start, end, chord) for (start, chord), end in zip(changes, ends, strict=True)
        )

    def span_at(self, tick: int) -> int:
        """Return the index in `chord_spans` of the span that holds a tick."""
        return max(bisect_right(self._span_starts, tick) - 1, 0)

    @cached_property
    def _span_starts(self) -> tuple[int, ...]:
        return tuple(span.start for span in self.chord_spans)

    def chord_at(self, tick: int) -> ChordSymbol:
        """Return the chord that sounds at a tick."""
        return self.chord_spans[self.span_at(tick)].chord

    @checked
    def transpose(self, semitones: int) -> Chart:
        """Return the chart transposed by semitones, and spelled as in its new key."""
        return self._moved_to(self.key.transpose(semitones))

    def _moved_to(self, key: Key) -> Chart:
        if key == self.key:
            return self
        steps = (key.pitch_class - self.key.pitch_class) % 12
        bars = []
        for number, bar in enumerate(self.bars):
            old = self.key_at(number)
            bars.append(_moved_bar(bar, old, key if old == self.key else old.transpose(steps)))
        bars = _without_hard_names(bars)
        changes = tuple(
            KeyChange(bar, key if old == self.key else old.transpose(steps))
            for bar, old in self.key_changes
        )
        return replace(self, key=key, bars=tuple(bars), key_changes=changes)

    def key_at(self, bar: int) -> Key:
        """Return the key of the bar with an index."""
        number = bisect_right(self.key_changes, bar, key=attrgetter("bar"))
        return self.key_changes[number - 1].key if number else self.key

    @checked
    def in_key(self, key: Key) -> Chart:
        """Return the chart transposed to another key of the same mode, and spelled as in that.

        Raises:
            ChartError: One key is major, the other minor.
        """
        if key.mode != self.key.mode:
            raise ChartError(
                f"{self.title or 'the chart'} is in {self.key} ({self.key.mode}); "
                f"it cannot be transposed to {key} ({key.mode})"
            )
        return self._moved_to(key)

    @checked
    def repeat(self, choruses: int) -> Chart:
        """Return the chart played several times, each time with its changes of tempo.

        Raises:
            ChartError: The number is less than 1, or the chart would have too many bars.
        """
        if choruses * len(self.bars) > MOST_BARS:
            raise ChartError(
                f"{shown(choruses)} choruses of {counted(len(self.bars), 'bar')}: more than "
                f"{MOST_BARS:,} bars"
            )
        if choruses < 1:
            raise ChartError(f"{choruses} choruses: expected at least 1")
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
            key_changes=self._repeated_keys(choruses),
        )

    def _repeated_keys(self, choruses: int) -> tuple[KeyChange, ...]:
        if choruses == 1 or not self.key_changes:
            return self.key_changes
        keys = (KeyChange(0, self.key), *self.key_changes)  # each time begins in the first again
        moved = (
            KeyChange(number * len(self.bars) + bar, key)
            for number in range(choruses)
            for bar, key in keys
        )
        return tuple(moved)[1:]

    def _repeated_tempi(self, choruses: int) -> tuple[TempoChange, ...]:
        if choruses == 1 or not self.tempo_changes:
            return self.tempo_changes
        tempi: dict[int, float] = {}
        for number in range(choruses):
            begin = number * self.ticks
            tempi[begin] = self.tempo  # each time begins at the first tempo again
            tempi |= {
                begin + tick: tempo for tick, tempo in self.tempo_changes if tick < self.ticks
            }
        return tuple(TempoChange(tick, tempo) for tick, tempo in tempi.items() if tick)

    @classmethod
    @checked
    def of_chords(cls, bars: Sequence[Sequence[str]], **fields: object) -> Chart:
        """Make a chart in 4/4 from chord symbols; the symbols of a bar share its beats.

        >>> chart = Chart.of_chords([["Dm7", "G7"], ["Cmaj7"]])
        >>> [str(chart.chord_at(tick)) for tick in (0, 48, 96)]
        ['Dm7', 'G7', 'Cmaj7']

        Args:
            bars: The symbols of each bar; a bar without any continues the chord before it.
            fields: Other fields of the chart, such as `title` or `tempo`.

        Raises:
            ChordError: A symbol cannot be read.
            ChartError: A bar has more than eight symbols, or a field is out of range.
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


def _moved_bar(bar: Bar, old: Key, new: Key) -> Bar:
    chords = (PlacedChord(onset, _move_chord(chord, old, new)) for onset, chord in bar.chords)
    return replace(bar, chords=tuple(chords))


def _without_hard_names(bars: Sequence[Bar]) -> list[Bar]:
    """Return moved bars in which neither a major seventh nor what leads to it has a hard name.

    Kept scale degrees would make the Cmaj7 of a tune in Ab a D#maj7 in B, whose third needs a
    double sharp: it is an Ebmaj7, and the chords that go to it in fifths are Bb7 and Fm7.

    Args:
        bars: The bars.
    """
    spelled, following, in_chain = list[Bar](), NO_CHORD, False
    for bar in reversed(bars):
        chords = list[PlacedChord]()
        for onset, chord in reversed(bar.chords):
            leads = in_chain and chord.root_pc == ((following.root_pc or 0) + 7) % 12
            is_hard = chord.root in HARD_NAMES and (leads or _is_major_seventh(chord))
            following = chord.transpose(0, flats=True) if is_hard else chord
            in_chain = leads or is_hard
            chords.append(PlacedChord(onset, following))
        spelled.append(replace(bar, chords=tuple(reversed(chords))))
    return spelled[::-1]


def _is_major_seventh(chord: ChordSymbol) -> bool:
    """Return whether a chord has a major third with a major seventh, or with a sixth alone."""
    above = {(tone - (chord.root_pc or 0)) % 12 for tone in chord.chord_tones}
    return 4 in above and 10 not in above and not above.isdisjoint({9, 11})


def _move_chord(chord: ChordSymbol, old: Key, new: Key) -> ChordSymbol:
    if chord.root is None:
        return chord
    bass = None if chord.bass is None else move_name(chord.bass, old, new)
    return ChordSymbol(move_name(chord.root, old, new), chord.quality, bass)
