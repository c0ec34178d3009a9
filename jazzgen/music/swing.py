"""Swing: where the off-beat eighths lie, and how a soloist stands against the ride cymbal.

A swing ratio is the length of a beat's first eighth over that of its second: 1 is even,
2 a triplet's. Drummers play the smaller a ratio the faster the tune: about two at medium
tempi, one towards 300 quarter notes a minute (Friberg and Sundström, "Swing Ratios and
Ensemble Timing in Jazz Performance", Music Perception 19, 2002). Soloists play their
off-beats with the drummer, and their notes on the beat some 30 ms behind (the same; Nelias
et al., "Downbeat Delays Are a Key Component of Swing in Jazz", Communications Physics 5,
2022). So the whole band shares a ratio here, and the soloist lags on the beat alone.

A line's off-beat eighth is what stands halfway through a beat, or two thirds through it
with nothing on the first third: swung eighths are transcribed both ways. Sixteenths all
through a beat, triplets and everything else stay as they stand.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from jazzgen.errors import ConfigError
from jazzgen.music.chart import Chart
from jazzgen.music.solo import Note
from jazzgen.music.styles import find_feel
from jazzgen.music.timing import TICKS_PER_QUARTER

__all__ = [
    "LARGEST_RATIO",
    "STRAIGHT",
    "Swing",
    "check_ratio",
    "hundredths",
    "solo_places",
    "swing_ratio",
]

LARGEST_RATIO = 5.0
RATIOS = ((50.0, 2.3), (120.0, 2.0), (190.0, 1.8), (240.0, 1.6), (300.0, 1.3), (340.0, 1.0))
"""Tempo in quarter notes a minute, and the ratio there; between them lines."""

HALF, TWO_THIRDS, SIXTEENTH = 12, 16, 6
SIXTEENTHS = frozenset({0, 6, 12, 18})
LAG_SECONDS, LARGEST_LAG = 0.03, 1.5
"""How far behind the ride a soloist plays on the beat, in seconds, and in ticks at most."""
OFF_BEAT_LATENESS = 1.1
"""The mean deviation of off-beat eighths in the Weimar Jazz Database, in ticks."""
OFF_BEAT_FREEDOM = 0.5
"""How much of an off-beat's own deviation is kept; the rest of it is the swing."""


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
    if not find_feel(feel).swings:
        return STRAIGHT.ratio
    place = bisect_right(RATIOS, (tempo, float("inf")))
    if place in (0, len(RATIOS)):
        return RATIOS[min(place, len(RATIOS) - 1)][1]
    (slower, high), (faster, low) = RATIOS[place - 1 : place + 1]
    return round(high + (low - high) * (tempo - slower) / (faster - slower), 4)


def check_ratio(ratio: float, source: str = "swing") -> float:
    """Return a swing ratio if it is one that can be played.

    Raises:
        ConfigError: Below 1 or above `LARGEST_RATIO`, or not a number.
    """
    if not 1 <= ratio <= LARGEST_RATIO:
        raise ConfigError(
            f"{source} {ratio:g}: expected a ratio from 1 (even) to {LARGEST_RATIO:g}"
        )
    return float(ratio)


@dataclass(frozen=True)
class Swing:
    """Where the ticks of a chart sound at a swing ratio.

    Args:
        ratio: The ratio, from 1 to `LARGEST_RATIO`.

    Raises:
        ConfigError: The ratio is out of range.
    """

    ratio: float = 1.0

    def __post_init__(self) -> None:
        check_ratio(self.ratio)

    @property
    def off_beat(self) -> float:
        """Where an off-beat eighth sounds, in ticks after its beat."""
        return TICKS_PER_QUARTER * self.ratio / (1 + self.ratio)

    def places(self, ticks: Iterable[int], chart: Chart) -> list[float]:
        """Return where the ticks of an accompaniment sound: those halfway through a beat swing."""
        if self.ratio == 1:
            return [float(tick) for tick in ticks]
        shift = self.off_beat - HALF
        return [tick + shift * (_in_quarter(chart, tick) == HALF) for tick in ticks]

    def ends(self, ticks: Iterable[int], chart: Chart) -> list[float]:
        """Return where notes of an accompaniment end: each half of a beat is stretched."""
        if self.ratio == 1:
            return [float(tick) for tick in ticks]
        return [self._stretched(tick, _quarter(chart, tick)) for tick in ticks]

    def _stretched(self, tick: int, start: int | None) -> float:
        return float(tick) if start is None else start + self.bent(tick - start, HALF)

    def bent(self, place: int, knot: int) -> float:
        """Return where a place within a quarter sounds if one of its places, the knot, swings."""
        if place <= knot:
            return place * self.off_beat / knot
        left = TICKS_PER_QUARTER - knot
        return self.off_beat + (place - knot) * (TICKS_PER_QUARTER - self.off_beat) / left

    def straightened(self, tick: float, chart: Chart) -> float:
        """Return where a swung off-beat would be without swing; other ticks as they are."""
        start = _quarter(chart, int(tick))
        if self.ratio == 1 or start is None:
            return tick
        shift = self.off_beat - HALF
        return tick - shift if abs(tick - start - self.off_beat) <= min(1.5, shift) else tick


STRAIGHT = Swing()


def solo_places(notes: Sequence[Note], chart: Chart, swing: Swing) -> list[tuple[float, float]]:
    """Return from where to where a soloist's notes sound over swing, in ticks.

    An off-beat eighth lies where the band has it, give or take half its own deviation
    from what is usual there; every other note as far off its place as its deviation
    says. Who has no deviations at all plays behind the beat on the beat.

    Args:
        notes: The notes of a line by onset.
        chart: Their chart.
        swing: The swing that all players share.
    """
    ticks = sorted({tick for note in notes for tick in (note.onset, note.end)})
    swung = dict(
        zip(ticks, _swung(ticks, {note.onset for note in notes}, chart, swing), strict=True)
    )
    timed = any(note.deviation for note in notes)
    lag = min(LAG_SECONDS * chart.tempo / 60 * TICKS_PER_QUARTER, LARGEST_LAG)
    places = []
    for note in notes:
        moved = swung[note.onset] != note.onset
        own = _own(hundredths(note.deviation), moved) if timed else 0.0 if moved else lag
        places.append((swung[note.onset] + own, swung[note.end] + own))
    return places


def hundredths(deviation: float) -> float:
    """Return a deviation as files keep it, to a hundredth of a tick."""
    return round(deviation * 100) / 100


def _own(deviation: float, moved: bool) -> float:
    return OFF_BEAT_FREEDOM * (deviation - OFF_BEAT_LATENESS) if moved else deviation


def _swung(ticks: Sequence[int], onsets: set[int], chart: Chart, swing: Swing) -> list[float]:
    """Return where the ticks of a line sound, deviations aside."""
    beats: dict[int, set[int]] = {}
    for onset in onsets:
        if (start := _quarter(chart, onset)) is not None:
            beats.setdefault(start, set()).add(onset - start)
    sounding = []
    for tick in ticks:
        start = _quarter(chart, tick)
        place = 0.0 if start is None else _bent(tick - start, beats.get(start, set()), swing)
        sounding.append(tick if start is None else start + place)
    return sounding


def _bent(place: int, struck: set[int], swing: Swing) -> float:
    """Return where a place within a quarter sounds, given where the line strikes in it."""
    if TWO_THIRDS in struck and struck <= {0, TWO_THIRDS}:
        knot = TWO_THIRDS
    elif struck <= SIXTEENTHS and not struck >= {SIXTEENTH, HALF + SIXTEENTH}:
        knot = HALF
    else:
        return place
    return swing.bent(place, knot)


def _in_quarter(chart: Chart, tick: int) -> int | None:
    start = _quarter(chart, tick)
    return None if start is None else tick - start


def _quarter(chart: Chart, tick: int) -> int | None:
    """Return where the quarter begins in which a tick lies; None where eighths do not swing."""
    bar = chart.bar_at(tick)
    meter, start = chart.bars[bar].meter, chart.bar_starts[bar]
    if meter.denominator > 4:
        return None
    return start + (tick - start) // TICKS_PER_QUARTER * TICKS_PER_QUARTER
