"""Swing: when off-beat eighths sound, and how a soloist plays against the ride cymbal.

A swing ratio is the length of a beat's first eighth divided by that of its second: 1 is even,
2 is a triplet feel. The faster the tune, the smaller the ratio that drummers play: about two at
medium tempi, one towards 300 quarter notes per minute (Friberg and Sundström, "Swing Ratios and
Ensemble Timing in Jazz Performance", Music Perception 19, 2002). Soloists play their off-beats
together with the drummer, but their notes on the beat some 30 ms behind (ibid.; Nelias et al.,
"Downbeat Delays Are a Key Component of Swing in Jazz", Communications Physics 5, 2022). So here
the whole band shares one ratio, and the soloist is late on the beat only.

The off-beat eighth of a line is written in two ways, since swung eighths are transcribed in
both: halfway through a beat, or two thirds through it with nothing on the first third. Running
sixteenths, triplets and everything else are played as written.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from jazzgen.errors import ConfigError
from jazzgen.music.chart import Chart
from jazzgen.music.solo import Note
from jazzgen.music.styles import find_feel
from jazzgen.music.timing import EIGHTH, TICKS_PER_QUARTER

__all__ = [
    "LARGEST_RATIO",
    "STRAIGHT",
    "Swing",
    "check_ratio",
    "hundredths",
    "sounding_spans",
    "swing_ratio",
]

LARGEST_RATIO = 5.0
RATIOS = ((50.0, 2.3), (120.0, 2.0), (190.0, 1.8), (240.0, 1.6), (300.0, 1.3), (340.0, 1.0))
"""Pairs of a tempo, in quarter notes per minute, and its ratio; between them it is linear."""

TWO_THIRDS = 2 * TICKS_PER_QUARTER // 3
SIXTEENTH = TICKS_PER_QUARTER // 4
SIXTEENTHS = frozenset(range(0, TICKS_PER_QUARTER, SIXTEENTH))
LAG_SECONDS, LARGEST_LAG = 0.03, 1.5
"""The delay of a soloist's notes on the beat: in seconds, and its upper bound in ticks."""
OFF_BEAT_LATENESS = 1.1
"""The mean deviation of off-beat eighths in the Weimar Jazz Database, in ticks."""
OFF_BEAT_FREEDOM = 0.5
"""The share of an off-beat's own deviation that is kept; the swing accounts for the rest."""
SWUNG_TOLERANCE = 1.5
"""The distance in ticks from a swung off-beat within which a note counts as one."""


def swing_ratio(feel: str, tempo: float) -> float:
    """Return the usual swing ratio of a feel at a tempo.

    >>> swing_ratio("swing", 120), swing_ratio("swing", 215), swing_ratio("bossa", 120)
    (2.0, 1.7, 1.0)

    Args:
        feel: The name of the feel.
        tempo: Quarter notes per minute.

    Raises:
        ChartError: There is no such feel.
    """
    played = find_feel(feel)
    if not played.swings:
        return STRAIGHT.ratio
    if played.swing is not None:
        return played.swing
    index = bisect_right(RATIOS, (tempo, float("inf")))
    if index in (0, len(RATIOS)):
        return RATIOS[min(index, len(RATIOS) - 1)][1]
    (slower, high), (faster, low) = RATIOS[index - 1 : index + 1]
    return round(high + (low - high) * (tempo - slower) / (faster - slower), 4)


def check_ratio(ratio: float, source: str = "swing") -> float:
    """Return a swing ratio if it can be played.

    Args:
        ratio: The ratio of a beat's first eighth to its second.
        source: The name of the setting, for the message.

    Raises:
        ConfigError: It is below 1 or above `LARGEST_RATIO`, or not a number.
    """
    if not 1 <= ratio <= LARGEST_RATIO:
        raise ConfigError(
            f"{source} {ratio:g}: expected a ratio from 1 (even) to {LARGEST_RATIO:g}"
        )
    return float(ratio)


@dataclass(frozen=True)
class Swing:
    """A swing ratio, and when the written ticks of a chart sound at it.

    Times that sound are in ticks too, but fractional ones.

    Args:
        ratio: The ratio of a beat's first eighth to its second, 1 to `LARGEST_RATIO`.

    Raises:
        ConfigError: The ratio is out of range.
    """

    ratio: float = 1.0

    def __post_init__(self) -> None:
        check_ratio(self.ratio)

    @property
    def off_beat(self) -> float:
        """The time at which an off-beat eighth sounds, in ticks after its beat."""
        return TICKS_PER_QUARTER * self.ratio / (1 + self.ratio)

    def sounding_onsets(self, ticks: Iterable[int], chart: Chart) -> list[float]:
        """Return when the onsets of an accompaniment sound.

        Only what stands halfway through a beat moves: a rhythm section plays its sixteenths
        and triplets evenly.

        Args:
            ticks: Onsets as written, in ticks of the chart.
            chart: The chart, for its meters.
        """
        if self.ratio == 1:
            return [float(tick) for tick in ticks]
        shift = self.off_beat - EIGHTH
        return [tick + shift * (_in_quarter(chart, tick) == EIGHTH) for tick in ticks]

    def sounding_ends(self, ticks: Iterable[int], chart: Chart) -> list[float]:
        """Return when the notes of an accompaniment end.

        Each half of a beat is stretched or squeezed evenly, so that a note neither runs into
        the swung onset after it nor leaves a gap before it.

        Args:
            ticks: Ends as written, in ticks of the chart.
            chart: The chart, for its meters.
        """
        if self.ratio == 1:
            return [float(tick) for tick in ticks]
        return [self._stretched(tick, _quarter(chart, tick)) for tick in ticks]

    def _stretched(self, tick: int, start: int | None) -> float:
        return float(tick) if start is None else start + self.warped(tick - start, EIGHTH)

    def warped(self, offset: int, knot: int) -> float:
        """Return when an offset within a quarter sounds, in ticks after the quarter's beginning.

        Written time is mapped to sounding time by two straight lines that meet at the knot.

        Args:
            offset: Ticks after the quarter's beginning, as written.
            knot: The written offset that sounds at `off_beat`.
        """
        if offset <= knot:
            return offset * self.off_beat / knot
        left = TICKS_PER_QUARTER - knot
        return self.off_beat + (offset - knot) * (TICKS_PER_QUARTER - self.off_beat) / left

    def straightened(self, tick: float, chart: Chart) -> float:
        """Return the time at which a swung off-beat would sound without swing.

        Args:
            tick: When a note sounds, in ticks of the chart. What is no swung off-beat is
                returned as it is.
            chart: The chart, for its meters.
        """
        start = _quarter(chart, int(tick))
        if self.ratio == 1 or start is None:
            return tick
        shift = self.off_beat - EIGHTH
        # At a ratio near 1 the even eighth lies within the tolerance too: it must not move.
        tolerance = min(SWUNG_TOLERANCE, shift)
        return tick - shift if abs(tick - start - self.off_beat) <= tolerance else tick


STRAIGHT = Swing()


def sounding_spans(notes: Sequence[Note], chart: Chart, swing: Swing) -> list[tuple[float, float]]:
    """Return when the notes of a soloist begin and end over swing.

    An off-beat eighth sounds with the band's, give or take half of the amount by which its own
    deviation differs from what is usual there. Every other note is as early or late as its
    deviation says. In a line without any deviations, notes on the beat sound a little behind it.

    Args:
        notes: The notes of a line by onset.
        chart: Their chart.
        swing: The swing that all players share.

    Returns:
        Begin and end of each note, in ticks of the chart.
    """
    ticks = sorted({tick for note in notes for tick in (note.onset, note.end)})
    swung = dict(
        zip(ticks, _swung(ticks, {note.onset for note in notes}, chart, swing), strict=True)
    )
    timed = any(note.deviation for note in notes)
    lag = min(LAG_SECONDS * chart.tempo / 60 * TICKS_PER_QUARTER, LARGEST_LAG)
    spans = []
    for note in notes:
        moved = swung[note.onset] != note.onset
        # A line that was played knows how late its notes are. One that a program wrote lags on
        # the beat, as soloists do; its off-beats lie with the drummer's.
        own = _own(hundredths(note.deviation), moved) if timed else 0.0 if moved else lag
        spans.append((swung[note.onset] + own, swung[note.end] + own))
    return spans


def hundredths(deviation: float) -> float:
    """Return a deviation in ticks, rounded to the hundredth that files keep."""
    return round(deviation * 100) / 100


def _own(deviation: float, moved: bool) -> float:
    # A deviation is measured from the even grid. That of a swung off-beat is mostly the swing,
    # which the band's ratio gives already: what counts is how it differs from the usual.
    return OFF_BEAT_FREEDOM * (deviation - OFF_BEAT_LATENESS) if moved else deviation


def _swung(ticks: Sequence[int], onsets: set[int], chart: Chart, swing: Swing) -> list[float]:
    """Return when the ticks of a line sound, its deviations left aside."""
    beats: dict[int, set[int]] = {}
    for onset in onsets:
        if (start := _quarter(chart, onset)) is not None:
            beats.setdefault(start, set()).add(onset - start)
    sounding = []
    for tick in ticks:
        start = _quarter(chart, tick)
        offset = 0.0 if start is None else _warped(tick - start, beats.get(start, set()), swing)
        sounding.append(tick if start is None else start + offset)
    return sounding


def _warped(offset: int, struck: set[int], swing: Swing) -> float:
    """Return when an offset within a quarter sounds, given all onsets of the line in it."""
    if TWO_THIRDS in struck and struck <= {0, TWO_THIRDS}:
        knot = TWO_THIRDS  # swung eighths that were written as a triplet
    elif struck <= SIXTEENTHS and not struck >= {SIXTEENTH, EIGHTH + SIXTEENTH}:
        knot = EIGHTH
    else:
        return offset  # triplets, or sixteenths throughout, which are played evenly
    return swing.warped(offset, knot)


def _in_quarter(chart: Chart, tick: int) -> int | None:
    start = _quarter(chart, tick)
    return None if start is None else tick - start


def _quarter(chart: Chart, tick: int) -> int | None:
    """Return the beginning of the quarter that holds a tick; None where eighths do not swing."""
    bar = chart.bar_at(tick)
    meter, start = chart.bars[bar].meter, chart.bar_starts[bar]
    if meter.denominator > 4:  # in 6/8 or 7/8 the eighth is itself a beat, or a part of three
        return None
    return start + (tick - start) // TICKS_PER_QUARTER * TICKS_PER_QUARTER
