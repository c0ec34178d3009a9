"""Figures of time: how far from the grid bass and piano play, and how that wanders.

Onsets are measured as they sound, with their swing. The drummer's own are in `drums`, where
people's figures stand beside: bass and piano keep time a little better than a drum kit with its
four limbs, and as steadily.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence

import numpy as np

from band_figures.table import Played, Row, at_least, at_most
from jazzgen.music.timing import TICKS_PER_QUARTER

__all__ = ["ROWS"]

FILE_TICKS = 20
"""The ticks of a MIDI file in one of ours."""
LONG = 64
"""The number of beats over which lateness must vanish for the tempo to stay."""


def _places(name: str) -> Callable[[Sequence[Played]], float]:
    """Return what counts the places in the beat at which a part begins notes."""

    def measure(tunes: Sequence[Played]) -> float:
        places = set()
        for tune in tunes:
            notes = tune.parts[name].notes
            onsets = tune.swing.sounding_onsets([note.onset for note in notes], tune.chart)
            for note, onset in zip(notes, onsets, strict=True):
                sounding = (onset + note.deviation) % TICKS_PER_QUARTER
                places.add(round(sounding * FILE_TICKS))
        return float(len(places))

    return measure


def _late(tune: Played, name: str) -> list[float]:
    """Return the mean lateness in seconds of each beat in which a part begins notes."""
    by_beat: dict[int, list[float]] = defaultdict(list)
    for note in tune.parts[name].notes:
        seconds = note.deviation / TICKS_PER_QUARTER * 60 / tune.chart.tempo
        by_beat[note.onset // TICKS_PER_QUARTER].append(seconds)
    return [float(np.mean(by_beat[beat])) for beat in sorted(by_beat)]


def _spread(name: str) -> Callable[[Sequence[Played]], float]:
    def measure(tunes: Sequence[Played]) -> float:
        return 1000 * float(np.std([one for tune in tunes for one in _late(tune, name)]))

    return measure


def _autocorrelation(name: str) -> Callable[[Sequence[Played]], float]:
    def measure(tunes: Sequence[Played]) -> float:
        late = [np.array(_late(tune, name)) for tune in tunes]
        before = np.concatenate([one[:-1] - one.mean() for one in late])
        after = np.concatenate([one[1:] - one.mean() for one in late])
        return float(np.corrcoef(before, after)[0, 1])

    return measure


def _drift(name: str) -> Callable[[Sequence[Played]], float]:
    """Return what finds how much later the second half of tunes is than the first, in ms."""

    def measure(tunes: Sequence[Played]) -> float:
        gaps = []
        for tune in tunes:
            late = _late(tune, name)
            if len(late) >= 2 * LONG:
                first, second = np.array_split(np.array(late), 2)
                gaps.append(second.mean() - first.mean())
        return 1000 * abs(float(np.mean(gaps)))

    return measure


ROWS: tuple[Row, ...] = tuple(
    row
    for name in ("Bass", "Piano")
    for row in (
        Row(
            name=f"{name.lower()}_places",
            text=f"onset places in the beat, of 480, {name.lower()}",
            measure=_places(name),
            target=at_least(14),
        ),
        Row(
            name=f"{name.lower()}_timing_ms",
            text=f"standard deviation of the lateness of beats, ms, {name.lower()}",
            measure=_spread(name),
            target=at_most(19),
        ),
        Row(
            name=f"{name.lower()}_timing_memory",
            text="correlation of the lateness of neighboring beats",
            measure=_autocorrelation(name),
            target=at_least(0.2),
        ),
        Row(
            name=f"{name.lower()}_drift_ms",
            text="how much later the second half of tunes is, ms",
            measure=_drift(name),
            target=at_most(6),
        ),
    )
)
