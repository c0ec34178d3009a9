"""Make a chart, on the grid of ticks, from the meters, tempi and markers of a MIDI file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from jazzgen.errors import ChartError
from jazzgen.io.midi.score import MidiScore
from jazzgen.io.midi.tempo import DEFAULT_TEMPO, nearest_tempo
from jazzgen.music.chart import Bar, Chart, PlacedChord, TempoChange
from jazzgen.music.chord import ChordSymbol
from jazzgen.music.pitch import Key
from jazzgen.music.styles import feel_names
from jazzgen.music.timing import FOUR_FOUR, Meter

__all__ = ["MAX_BARS", "chart_of", "cover"]

MAX_BARS = 10_000
"""The largest number of bars in a file."""
SIXTEENTH = 6
"""Ticks of a sixteenth note."""


def chart_of(score: MidiScore, last: int) -> Chart:
    """Make the chart of a MIDI file.

    Its bars follow the meters of the file. The chart ends with the last bar that the file fills,
    but not before the last note.

    Args:
        score: The file.
        last: The tick (1/24 quarter) at which the last note ends.

    Raises:
        ChartError: More than `MAX_BARS` bars.
    """
    bars = _with_markers(score, _meters(score, last))
    chart = Chart(tuple(bars), title=score.properties.get("tune", score.title), key=_key(score))
    starts = sorted({chart.bar_at(score.grid(tick)) for tick in score.choruses}) or [0]
    feel = score.feel if score.feel in feel_names() else chart.feel
    return with_tempo(score, replace(chart, chorus_starts=tuple(starts), feel=feel))


def cover(chart: Chart, last: int, lead_in: int = 0) -> Chart:
    """Return a chart that is repeated, or cut at a bar line, so that it just covers a line.

    Args:
        chart: The chart of one chorus.
        last: The tick at which the last note of the line ends.
        lead_in: The tick at which the chart begins; bars without chords, such as that of a
            pickup, go before it.

    Raises:
        ChartError: More than `MAX_BARS` bars.
    """
    if lead_in:
        _check_length(lead_in // chart.bars[0].meter.bar_ticks)
        return _after_silence(cover(chart, last - lead_in), lead_in)
    choruses = max(1, -(-last // chart.ticks))
    _check_length(choruses * len(chart.bars))
    repeated = chart.repeat(choruses)
    bars = repeated.bars[: repeated.bar_at(max(last - 1, 0)) + 1]
    starts = tuple(start for start in repeated.chorus_starts if start < len(bars))
    return replace(repeated, bars=bars, chorus_starts=starts or (0,))


def _after_silence(chart: Chart, ticks: int) -> Chart:
    """Return a chart after some ticks without chords: bars of its first meter, a rest before."""
    first = chart.bars[0].meter
    number, rest = divmod(ticks, first.bar_ticks)
    meters = [*([_meter_of_length(rest)] if rest else []), *[first] * number]
    return replace(
        chart,
        bars=(*(Bar(meter=meter) for meter in meters), *chart.bars),
        chorus_starts=tuple(start + len(meters) for start in chart.chorus_starts),
        tempo_changes=tuple(
            change._replace(tick=change.tick + ticks) for change in chart.tempo_changes
        ),
        key_changes=tuple(
            change._replace(bar=change.bar + len(meters)) for change in chart.key_changes
        ),
    )


def with_tempo(score: MidiScore, chart: Chart) -> Chart:
    """Return a chart with the tempi of a MIDI file.

    Args:
        score: The file.
        chart: The chart, whose own tempi are dropped.
    """
    tempos = {0: DEFAULT_TEMPO} | {
        score.grid(tick): nearest_tempo(tempo) for tick, tempo in score.tempos
    }
    changes = tuple(
        TempoChange(tick, tempo) for tick, tempo in sorted(tempos.items()) if 0 < tick < chart.ticks
    )
    return replace(chart, tempo=tempos[0], tempo_changes=changes)


def _key(score: MidiScore) -> Key:
    """Return the key: from the text if the signature cannot express it, else the signature's."""
    if "key" in score.properties:
        return Key.parse(score.properties["key"])
    return score.key or Key()


def _meters(score: MidiScore, last: int) -> list[Meter]:
    """Return the meter of every bar."""
    meters: list[Meter] = []
    tick, file_end = 0, score.grid(score.end)
    for start, end, meter in _stretches(score):
        tick = start
        while tick < last or tick + meter.bar_ticks <= file_end or not meters:
            if end is not None and tick + meter.bar_ticks > end:
                break
            meters.append(meter)
            _check_length(len(meters))
            tick += meter.bar_ticks
        if end is not None and tick < min(end, max(last, file_end)):
            meters.append(_meter_of_length(end - tick))
    return meters


def _stretches(score: MidiScore) -> Iterator[tuple[int, int | None, Meter]]:
    """Yield the first tick of each meter, the tick at which it ends (None for the last), and it."""
    changes: dict[int, Meter] = {0: FOUR_FOUR}
    for tick, meter in score.meters:
        # A bar line between sixteenths would leave a fraction of a bar for which there is no meter.
        changes[round(score.grid(tick) / SIXTEENTH) * SIXTEENTH] = meter
    kept: list[tuple[int, Meter]] = []
    for tick, meter in sorted(changes.items()):
        if not kept or kept[-1][1] != meter:
            kept.append((tick, meter))
    ends = [tick for tick, _ in kept[1:]]
    for (tick, meter), end in zip(kept, [*ends, None], strict=True):
        yield tick, end, meter


def _meter_of_length(ticks: int) -> Meter:
    """Return the meter of a bar that a new meter cuts short, such as 3/8 for a dotted quarter."""
    for denominator in (4, 8, 16):
        unit = 96 // denominator
        if ticks % unit == 0 and ticks // unit <= 32:
            return Meter(ticks // unit, denominator)
    raise ChartError(f"a meter changes {ticks} ticks after a bar line")


def _with_markers(score: MidiScore, meters: list[Meter]) -> list[Bar]:
    """Put chords and sections into bars."""
    if not score.chords and not score.sections:
        return [Bar(meter=meter) for meter in meters]
    plain = Chart(tuple(Bar(meter=meter) for meter in meters))
    chords: list[dict[int, ChordSymbol]] = [{} for _ in meters]
    for tick, chord in score.chords:
        onset = score.grid(tick)
        if onset < plain.ticks:
            bar = plain.bar_at(onset)
            chords[bar][onset - plain.bar_starts[bar]] = chord
    sections = {plain.bar_at(score.grid(tick)): label for tick, label in score.sections}
    return [
        Bar(
            tuple(PlacedChord(*item) for item in sorted(written.items())),
            meter,
            sections.get(number, ""),
        )
        for number, (meter, written) in enumerate(zip(meters, chords, strict=True))
    ]


def _check_length(bars: int) -> None:
    if bars > MAX_BARS:
        raise ChartError(f"more than {MAX_BARS:,} bars")
