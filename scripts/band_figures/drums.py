"""Figures of the drummer.

People's figures are those of the Groove MIDI Dataset (performances to a click; Gillick et al.,
ICML 2019), and `python scripts/band_figures/drums.py GROOVE` measures them. Ours are measured in
the same way: strokes are placed as they sound, to a twelfth of a quarter, and strokes softer than
velocity 25 are ghost notes, which do not count where bars are compared.
"""

from __future__ import annotations

import math
import sys
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parent.parent))

from band_figures.table import Played, Row, at_least, at_most, near
from jazzgen.band.bar_plan import plan_bars
from jazzgen.band.stroke_values import (
    LATE_CLASSES,
    LATE_STEP,
    PITCHES,
    VELOCITY_STEP,
    DrumStroke,
    is_value,
    late_class,
    value_of,
    velocity_class,
)
from jazzgen.music.timing import TICKS_PER_QUARTER

__all__ = ["ROWS", "Bar", "Take", "take_figures"]

GHOST = 25
"""The MIDI velocity below which a stroke is a ghost note."""
PER_QUARTER = 12
PHRASE = 8
"""The least number of bars of a section before which a fill is looked for."""
PEOPLE = {"distinct": 0.986, "in_a_row": 3, "spread_ms": 19.0, "autocorrelation": 0.517,
          "drift_ms": 3.26, "places": 480, "velocities": 124, "fills": 0.357,
          "unevenness": 15.0}  # fmt: skip
DISTINCT = {"swing": 0.998, "up-tempo": 0.998, "shuffle": 1.0, "funk": 0.981, "bossa": 0.998,
            "samba": 1.0, "second-line": 1.0}  # fmt: skip
"""The share of people's bars that are unlike all others of a performance, by our styles."""


class Struck(NamedTuple):
    """A stroke: quarters after the bar line, its drum, its velocity, its lateness in seconds."""

    quarter: float
    pitch: int
    velocity: int
    late: float


Bar = tuple[Struck, ...]


class Take(NamedTuple):
    """What a drummer has played.

    Args:
        style: The style.
        tempo: Quarter notes per minute.
        bars: The strokes of each bar.
        fills: Whether each bar holds a fill.
        ends: The numbers of the bars that end a section.
    """

    style: str
    tempo: float
    bars: tuple[Bar, ...]
    fills: tuple[bool, ...] = ()
    ends: tuple[int, ...] = ()


@cache
def take_of(tune: Played) -> Take:
    """Return what the drummer plays in the choruses of a tune, as it sounds with its swing."""
    from jazzgen.training.drum_bars import find_fills  # it needs the training extra's packages

    chart = tune.chart
    bars, values, ends = [], [], []
    plan = [bar for bar in plan_bars(chart) if not bar.role and not bar.is_final]
    since = 0
    for bar in plan:
        notes = [n for n in tune.parts["Drums"].notes if bar.start <= n.onset < bar.end]
        sounding = tune.swing.sounding_onsets([n.onset for n in notes], chart)
        bars.append(
            tuple(
                Struck(
                    (begin + note.deviation - bar.start) / TICKS_PER_QUARTER,
                    note.pitch,
                    note.velocity,
                    note.deviation / TICKS_PER_QUARTER * 60 / chart.tempo,
                )
                for note, begin in zip(notes, sounding, strict=True)
            )
        )
        values.append([_value(note.onset - bar.start, note.pitch, note.velocity) for note in notes])
        since += 1
        if bar.closes:
            ends += [len(bars) - 1] if since >= PHRASE else []
            since = 0
    known = [[one for one in bar if one is not None] for bar in values]
    fills = find_fills(known, plan[0].meter.beats) if bars else []
    return Take(chart.feel, chart.tempo, tuple(bars), tuple(map(bool, fills)), tuple(ends))


def _value(tick: int, pitch: int, velocity: int) -> DrumStroke | None:
    if not is_value(tick, pitch):
        return None
    return DrumStroke(value_of(tick, pitch), velocity_class(velocity), late_class(0.0))


def shape(bar: Bar) -> frozenset[tuple[int, int]]:
    """Return which drum is struck where in a bar, without ghost notes."""
    return frozenset(
        (round(one.quarter * PER_QUARTER), one.pitch) for one in bar if one.velocity >= GHOST
    )


def take_figures(takes: Sequence[Take]) -> dict[str, float]:
    """Return the figures of takes.

    Args:
        takes: The takes.
    """
    distinct, runs = [], [1]
    late: list[float] = []
    after: list[tuple[float, float]] = []
    slow: list[float] = []
    places: set[int] = set()
    loud: set[int] = set()
    uneven: list[float] = []
    fills: list[bool] = []
    for take in takes:
        shapes = [shape(bar) for bar in take.bars]
        if len(shapes) >= PHRASE:
            distinct.append(len(set(shapes)) / len(shapes))
        run = 1
        for one, other in pairwise(shapes):
            run = run + 1 if one == other else 1
            runs.append(run)
        beats = _by_beat(take)
        after += [(a, b) for a, b in pairwise(beats) if not math.isnan(a + b)]
        heard = [one for one in beats if not math.isnan(one)]
        slow += [
            abs(float(np.mean(part))) for part in np.array_split(heard, max(len(heard) // 64, 1))
        ]
        strokes = [one for bar in take.bars for one in bar]
        late += [one.late for one in strokes if one.velocity >= GHOST]
        places |= {round(one.quarter % 1 * 480) for one in strokes}
        loud |= {one.velocity for one in strokes}
        uneven += _unevenness(take)
        fills += [take.fills[end] for end in take.ends]
    return {
        "distinct": float(np.mean(distinct)) if distinct else math.nan,
        "in_a_row": float(max(runs)),
        "spread_ms": 1000 * float(np.std(late)),
        "autocorrelation": float(np.corrcoef(np.array(after).T)[0, 1])
        if len(after) > 9
        else math.nan,
        "drift_ms": 1000 * float(np.mean(slow)),
        "places": float(len(places)),
        "velocities": float(len(loud)),
        "unevenness": float(np.mean(uneven)) if uneven else math.nan,
        "fills": float(np.mean(fills)) if fills else math.nan,
    }


def _unevenness(take: Take) -> list[float]:
    """Return the standard deviation of the velocities of each drum at each place of the bar."""
    found: dict[tuple[int, int], list[int]] = defaultdict(list)
    for bar in take.bars:
        for one in bar:
            found[round(one.quarter * PER_QUARTER), one.pitch].append(one.velocity)
    return [float(np.std(own)) for own in found.values() if len(own) >= PHRASE]


def _by_beat(take: Take) -> list[float]:
    """Return the mean lateness of each beat's strokes; NaN where nothing is struck."""
    beats = []
    for bar in take.bars:
        by_beat: dict[int, list[float]] = defaultdict(list)
        for one in bar:
            by_beat[int(max(one.quarter, 0) + 0.1)].append(one.late)
        beats += [float(np.mean(by_beat[n])) if n in by_beat else math.nan for n in range(4)]
    return beats


def people(folder: Path) -> dict[str, dict[str, float]]:
    """Return people's figures by style.

    Args:
        folder: The folder of the dataset.
    """
    from jazzgen.datasets.groove import read_groove
    from jazzgen.training.drum_bars import drum_bars, style_name, style_names

    performances = [one for one in read_groove(folder) if not one.is_fill]
    styles = style_names(performances)
    takes: dict[str, list[Take]] = defaultdict(list)
    for one, bars in zip(performances, drum_bars(performances, styles), strict=True):
        own: dict[int, list[Struck]] = defaultdict(list)
        for hit in one.hits:
            bar = int(hit.quarter // one.beats)
            quarter = hit.quarter - bar * one.beats
            own[bar].append(Struck(quarter, PITCHES[hit.drum], hit.velocity, 0.0))
        # Lateness is measured from the places, which the latency of the kit is taken out of.
        placed = tuple(
            tuple(
                Struck(
                    stroke.tick / TICKS_PER_QUARTER,
                    stroke.pitch,
                    VELOCITY_STEP * stroke.velocity + 1,
                    LATE_STEP * (stroke.late - LATE_CLASSES // 2),
                )
                for stroke in bar.strokes
            )
            for bar in bars
        )
        fills = tuple(bool(bar.conditions.fill) for bar in bars)
        ends = tuple(n for n, bar in enumerate(bars) if n % PHRASE == PHRASE - 1)
        raw = tuple(tuple(own[bar]) for bar in range(len(bars)))
        takes[style_name(one.style)].append(Take(one.style, one.tempo, raw, fills, ends))
        takes["placed " + style_name(one.style)].append(
            Take(one.style, one.tempo, placed, fills, ends)
        )
        takes["all"].append(Take(one.style, one.tempo, raw, fills, ends))
        takes["placed all"].append(Take(one.style, one.tempo, placed, fills, ends))
    found = {name: take_figures(own) for name, own in takes.items()}
    timing = ("spread_ms", "autocorrelation", "drift_ms")
    return {
        name: {**figures, **{key: found[f"placed {name}"][key] for key in timing}}
        for name, figures in found.items()
        if not name.startswith("placed")
    }


def _takes(tunes: Sequence[Played]) -> list[Take]:
    return [take_of(tune) for tune in tunes]


def _figure(name: str) -> Callable[[Sequence[Played]], float]:
    def measure(tunes: Sequence[Played]) -> float:
        return take_figures(_takes(tunes))[name]

    return measure


def _distinct(style: str) -> Callable[[Sequence[Played]], float]:
    def measure(tunes: Sequence[Played]) -> float:
        return take_figures(_takes([tune for tune in tunes if tune.style == style]))["distinct"]

    return measure


def _least_distinct(tunes: Sequence[Played]) -> float:
    """The least share of distinct bars of a style that people's data do not have."""
    others = sorted({tune.style for tune in tunes} - set(DISTINCT))
    return min((_distinct(style)(tunes) for style in others), default=math.nan)


ROWS: tuple[Row, ...] = (
    *(
        Row(
            name=f"drums_distinct_{style.replace('-', '_')}",
            text=f"bars unlike all others of the tune, {style}",
            measure=_distinct(style),
            people=share,
            target=at_least(0.9 * share),
        )
        for style, share in DISTINCT.items()
    ),
    Row(
        name="drums_distinct_least",
        text="the same, least of the other styles",
        measure=_least_distinct,
        target=at_least(0.6),
    ),
    Row(
        name="drums_in_a_row",
        text="equal bars in a row, the longest run",
        measure=_figure("in_a_row"),
        people=PEOPLE["in_a_row"],
        target=at_most(PEOPLE["in_a_row"]),
    ),
    Row(
        name="drums_spread_ms",
        text="standard deviation of strokes around their places, ms",
        measure=_figure("spread_ms"),
        people=PEOPLE["spread_ms"],
        target=near(PEOPLE["spread_ms"], 0.35 * PEOPLE["spread_ms"]),
    ),
    Row(
        name="drums_autocorrelation",
        text="correlation of the lateness of neighboring beats",
        measure=_figure("autocorrelation"),
        people=PEOPLE["autocorrelation"],
        target=near(PEOPLE["autocorrelation"], 0.25),
    ),
    Row(
        name="drums_drift_ms",
        text="mean lateness of 64 beats, without its sign, ms",
        measure=_figure("drift_ms"),
        people=PEOPLE["drift_ms"],
        target=at_most(5),
    ),
    Row(
        name="drums_places",
        text="onset places in the beat, of 480",
        measure=_figure("places"),
        people=PEOPLE["places"],
        target=at_least(14),
    ),
    Row(
        name="drums_velocities",
        text="different velocities",
        measure=_figure("velocities"),
        people=PEOPLE["velocities"],
        target=at_least(50),
    ),
    Row(
        name="drums_unevenness",
        text="standard deviation of the velocities of a drum at a place of the bar, in a tune",
        measure=_figure("unevenness"),
        people=PEOPLE["unevenness"],
        target=near(PEOPLE["unevenness"], 0.35 * PEOPLE["unevenness"]),
    ),
    Row(
        name="drums_fills",
        text="fills at the ends of sections of eight bars or more",
        measure=_figure("fills"),
        people=PEOPLE["fills"],
        target=at_least(0.9 * PEOPLE["fills"]),
    ),
)


if __name__ == "__main__":
    for name, figures in people(Path(sys.argv[1])).items():
        print(name, {key: round(value, 3) for key, value in figures.items()})
