"""Drums: the groove of the feel, comping on the snare, fills at the ends of sections."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from jazzgen.band import drum_kit as kit
from jazzgen.band.bar_plan import COUNT_IN, ENDING, BarPlan
from jazzgen.band.drum_kit import Stroke
from jazzgen.band.rhythm_cells import group_pulses, tick_of
from jazzgen.music.chart import Chart
from jazzgen.music.part import DRUM_CHANNEL, Part
from jazzgen.music.pulse import Pulse
from jazzgen.music.solo import Note

__all__ = ["drum_part"]

LENGTH, RING = 5, 90
"""Ticks of a stroke, and of one that may ring: percussion does not end by note-offs."""
ENERGY, UNEVEN, SOFTEST, LOUDEST = 30, 2.5, 14, 118
BUSIER, LEAST_TALK = 0.9, 0.1
"""How often a bar has comping on the snare: at energy 1 and 0."""
CRASH_VELOCITY, FINAL_VELOCITY, COUNT_VELOCITY = 84, 88, 80
UP_TEMPO, SIMPLER = 240.0, 0.45
"""From this tempo on the ride leaves out so many of its off-beats."""
TOO_FAST_TO_FEATHER = 260.0
SWUNG = ("swing", "waltz")


def drum_part(chart: Chart, plan: Sequence[BarPlan], seed: int) -> Part:
    """Return what the drums play, chord or no chord.

    Args:
        chart: The chart, for its feel and its tempo.
        plan: Its bars.
        seed: The same seed gives the same part.
    """
    generator = np.random.default_rng([seed, DRUM_CHANNEL])
    struck: dict[tuple[int, int], tuple[int, int]] = {}
    for number, bar in enumerate(plan):
        last = number > 0 and plan[number - 1].role == COUNT_IN
        for tick, pitch, velocity in _bar_strokes(chart, bar, number, last, generator):
            place = bar.start + tick, pitch
            louder = max(velocity, struck.get(place, (0, 0))[0])
            struck[place] = louder, RING if bar.is_final else LENGTH
    notes = tuple(
        Note(tick, min(length, chart.ticks - tick), pitch, velocity)
        for (tick, pitch), (velocity, length) in sorted(struck.items())
    )
    program = kit.BRUSHES if chart.feel == "ballad" else kit.STANDARD_KIT
    return Part("Drums", DRUM_CHANNEL, program, notes)


def _bar_strokes(
    chart: Chart, bar: BarPlan, number: int, after_count: bool, generator: np.random.Generator
) -> Iterator[tuple[int, int, int]]:
    """Yield tick after the bar line, percussion and velocity of each stroke of a bar."""
    if bar.role == COUNT_IN:
        yield from _counted(bar)
        return
    if bar.is_final:
        for pitch in _final(chart.feel):
            yield 0, pitch, FINAL_VELOCITY
        return
    groups = list(group_pulses(bar))
    fills = bar.closes and not bar.is_last and bar.role != ENDING
    for place, group in enumerate(groups):
        filled = fills and place == len(groups) - 1
        for stroke in _strokes(chart, bar, number, group, filled, generator):
            if generator.random() < stroke.chance:
                yield _placed(bar, group, stroke, generator)
    if bar.opens and chart.feel in (*SWUNG, "straight") and not after_count and number:
        yield 0, kit.CRASH, _level(CRASH_VELOCITY, bar, generator)


def _placed(
    bar: BarPlan, group: Sequence[Pulse], stroke: Stroke, generator: np.random.Generator
) -> tuple[int, int, int]:
    return tick_of(group, stroke.place), stroke.pitch, _level(stroke.velocity, bar, generator)


def _strokes(
    chart: Chart,
    bar: BarPlan,
    number: int,
    group: Sequence[Pulse],
    filled: bool,
    generator: np.random.Generator,
) -> Iterator[Stroke]:
    """Yield what may be struck in a group of pulses."""
    size = len(group)
    yield from (
        _thinned(chart, stroke) for stroke in kit.GROOVES[chart.feel][size]
        if not (stroke.pitch == kit.BASS_DRUM and chart.feel in SWUNG
                and chart.tempo >= TOO_FAST_TO_FEATHER)
    )  # fmt: skip
    if chart.feel == "bossa":
        yield from kit.BOSSA_CLAVE[number % 2][size]
    elif filled and chart.feel != "ballad":
        yield from _one(kit.FILLS[size], generator)
    elif chart.feel in SWUNG and generator.random() < _talk(bar):
        yield from _one(kit.COMPING[size], generator)


def _one(cells: Sequence[tuple[Stroke, ...]], generator: np.random.Generator) -> tuple[Stroke, ...]:
    return cells[int(generator.integers(len(cells)))]


def _thinned(chart: Chart, stroke: Stroke) -> Stroke:
    """Return a stroke of the ride, less often where it would be too fast to play."""
    off_beat = stroke.place % 1 != 0
    if stroke.pitch == kit.RIDE and off_beat and chart.tempo >= UP_TEMPO:
        return stroke._replace(chance=stroke.chance * (1 - SIMPLER))
    return stroke


def _talk(bar: BarPlan) -> float:
    """Return how likely the drummer says something of their own in a bar."""
    return LEAST_TALK + (BUSIER - LEAST_TALK) * bar.energy * (0.6 if bar.is_busy else 1.0)


def _level(velocity: int, bar: BarPlan, generator: np.random.Generator) -> int:
    level = velocity + ENERGY * (bar.energy - 0.5) * velocity / 80 + generator.normal(0, UNEVEN)
    return round(min(max(level, SOFTEST), LOUDEST))


def _counted(bar: BarPlan) -> Iterator[tuple[int, int, int]]:
    """Yield a click on every pulse, the first of them louder."""
    for place, pulse in enumerate(bar.pulses):
        yield pulse.tick, kit.STICKS, COUNT_VELOCITY + (10 if place == 0 else 0)


def _final(feel: str) -> tuple[int, ...]:
    return (kit.BASS_DRUM, kit.RIDE) if feel == "ballad" else (kit.BASS_DRUM, kit.CRASH)
