"""Some bars of a solo, or all of it in another key or at another tempo."""

from __future__ import annotations

from dataclasses import dataclass, replace

from jazzgen.errors import ConfigError
from jazzgen.music.chart import Bar, Chart, PlacedChord, TempoChange
from jazzgen.music.solo import Note, Solo
from jazzgen.music.timing import MAX_TEMPO, MIN_TEMPO, check_tempo
from jazzgen.music.trade import Trade, Turn
from jazzgen.runtime.settings import check_settings, setting

__all__ = ["Excerpt", "bars_between", "chart_at_tempo", "excerpt_of"]


@dataclass(frozen=True, kw_only=True)
class Excerpt:
    """What is heard or seen of a solo: which bars, in which key, at which tempo.

    Args:
        tempo: The tempo at its beginning in quarter notes per minute, to which later ones keep
            their ratio; None for its own.
        transpose: The semitones by which everything but the drums is higher.
        from_bar: Its first bar, counted from 1.
        to_bar: Its last bar; None for the last one of the file.

    Raises:
        ConfigError: A value is out of range, or the first bar comes after the last.
    """

    tempo: float | None = setting(
        None,
        MIN_TEMPO,
        MAX_TEMPO,
        unit="bpm",
        text="Play it at this tempo; by default at its own.",
    )
    transpose: int = setting(
        0, -48, 48, unit="semitones", text="Transpose everything but the drums."
    )
    from_bar: int | None = setting(
        None, 1, metavar="BAR", usual="1", text="The first bar, counted as a DAW counts them."
    )
    to_bar: int | None = setting(None, 1, metavar="BAR", usual="the last", text="The last bar.")

    def __post_init__(self) -> None:
        check_settings(self)
        if self.from_bar and self.to_bar and self.from_bar > self.to_bar:
            raise ConfigError(f"from_bar {self.from_bar}: comes after to_bar {self.to_bar}")

    @property
    def cuts(self) -> bool:
        """Whether there are fewer bars than the solo may have."""
        return (self.from_bar, self.to_bar) != (None, None)

    @property
    def changes(self) -> bool:
        """Whether it is anything but the solo as it is."""
        return self.cuts or self.tempo is not None or bool(self.transpose)

    def bars(self, count: int, source: str) -> tuple[int, int]:
        """Return the indices of the first bar and of the one after the last.

        Args:
            count: The number of bars that there are.
            source: What has them, for messages.

        Raises:
            ConfigError: There are fewer.
        """
        first, last = self.from_bar or 1, self.to_bar or count
        if max(first, last) > count:
            name = "from_bar" if first > count else "to_bar"
            raise ConfigError(f"{name} {max(first, last)}: {source} has {count} bars")
        return first - 1, last


def excerpt_of(music: Solo | Trade, excerpt: Excerpt, source: str = "") -> Solo | Trade:
    """Return what is left of a solo, or of the solos of soloists who trade.

    Args:
        music: The solo, or the trade.
        excerpt: What is left.
        source: What messages call it; by default its name.

    Raises:
        ConfigError: There are no such bars, or a tempo would be out of range.
        SoloError: A note would leave MIDI's range.
    """
    if isinstance(music, Trade):
        first, end = excerpt.bars(len(music.chart.bars), source)
        turns = [
            Turn(
                player=turn.player,
                first=max(turn.first - first, 1),
                last=min(turn.last, end) - first,
            )
            for turn in music.turns
            if turn.last > first and turn.first <= end
        ]
        solos = tuple(_excerpt(solo, excerpt, source) for solo in music.solos)
        return replace(music, solos=solos, turns=tuple(turns))
    return _excerpt(music, excerpt, source or music.name)


def _excerpt(solo: Solo, excerpt: Excerpt, source: str) -> Solo:
    if excerpt.cuts:
        first, end = excerpt.bars(len(solo.chart.bars), source)
        solo = _cut(solo, first, end)
    if excerpt.tempo is not None:
        solo = replace(solo, chart=chart_at_tempo(solo.chart, excerpt.tempo))
    return solo.transpose(excerpt.transpose) if excerpt.transpose else solo


def _cut(solo: Solo, first: int, end: int) -> Solo:
    begin, stop = solo.chart.bar_starts[first], solo.chart.bar_starts[end]
    kept = {
        index: Note(
            note.onset - begin,
            min(note.end, stop) - note.onset,
            note.pitch,
            note.velocity,
            note.deviation,
        )
        for index, note in enumerate(solo.notes)
        if begin <= note.onset < stop
    }
    numbers = {index: number for number, index in enumerate(kept)}
    return replace(
        solo,
        notes=tuple(kept.values()),
        chart=bars_between(solo.chart, first, end),
        phrase_starts=tuple(numbers[start] for start in solo.phrase_starts if start in numbers),
    )


def bars_between(chart: Chart, first: int, end: int) -> Chart:
    """Return some bars of a chart.

    Args:
        chart: The chart.
        first: The index of the first bar.
        end: The index of the bar after the last.
    """
    begin = chart.bar_starts[first]
    bars = [_begun(chart, first), *chart.bars[first + 1 : end]]
    tempi = [(0, chart.tempo), *chart.tempo_changes]
    before = [tempo for tick, tempo in tempi if tick <= begin]
    changes = [
        TempoChange(tick - begin, tempo)
        for tick, tempo in chart.tempo_changes
        if begin < tick < chart.bar_starts[end]
    ]
    choruses = [start - first for start in chart.chorus_starts if first <= start < end]
    return replace(
        chart,
        bars=tuple(bars),
        tempo=before[-1],
        tempo_changes=tuple(changes),
        chorus_starts=tuple(choruses) or (0,),
    )


def _begun(chart: Chart, index: int) -> Bar:
    """Return a bar with the chord that sounds at its bar line, wherever it is written."""
    bar, tick = chart.bars[index], chart.bar_starts[index]
    if bar.chords and not bar.chords[0].onset:
        return bar
    return replace(bar, chords=(PlacedChord(0, chart.chord_at(tick)), *bar.chords))


def chart_at_tempo(chart: Chart, tempo: float) -> Chart:
    """Return a chart at another tempo, to which its later tempi keep their ratio.

    Args:
        chart: The chart.
        tempo: Quarter notes per minute at its beginning.

    Raises:
        ChartError: A tempo would be out of range.
    """
    ratio = check_tempo(tempo) / chart.tempo
    changes = [TempoChange(tick, other * ratio) for tick, other in chart.tempo_changes]
    return replace(chart, tempo=tempo, tempo_changes=tuple(changes))
