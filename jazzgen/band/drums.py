"""Drums: the groove of the style, comping on the snare, fills at the ends of sections."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from jazzgen.band import drum_kit as kit
from jazzgen.band.bar_plan import COUNT_IN, ENDING, BarPlan
from jazzgen.band.drum_kit import Stroke
from jazzgen.band.rhythm_cells import group_pulses, tick_of
from jazzgen.band.styles import Style, find_style
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


def drum_part(chart: Chart, plan: Sequence[BarPlan], seed: int) -> Part:
    """Return what the drums play, chord or no chord.

    Args:
        chart: The chart, for its feel and its tempo.
        plan: Its bars.
        seed: The same seed gives the same part.
    """
    generator = np.random.default_rng([seed, DRUM_CHANNEL])
    style = find_style(chart.feel)
    struck: dict[tuple[int, int], tuple[int, int]] = {}
    for bar in plan:
        last = bar.number > 0 and plan[bar.number - 1].role == COUNT_IN
        for tick, pitch, velocity in _bar_strokes(style, chart.tempo, bar, last, generator):
            place = bar.start + tick, pitch
            louder = max(velocity, struck.get(place, (0, 0))[0])
            struck[place] = louder, RING if bar.is_final else LENGTH
    notes = tuple(
        Note(tick, min(length, chart.ticks - tick), pitch, velocity)
        for (tick, pitch), (velocity, length) in sorted(struck.items())
    )
    return Part("Drums", DRUM_CHANNEL, style.kit, notes)


def _bar_strokes(
    style: Style, tempo: float, bar: BarPlan, after_count: bool, generator: np.random.Generator
) -> Iterator[tuple[int, int, int]]:
    """Yield tick after the bar line, percussion and velocity of each stroke of a bar."""
    if bar.role == COUNT_IN:
        yield from _counted(bar)
        return
    if bar.is_final:
        for pitch in _final(style):
            yield 0, pitch, FINAL_VELOCITY
        return
    groups = list(group_pulses(bar))
    fills = bar.closes and not bar.is_last and bar.role != ENDING
    for place, group in enumerate(groups):
        filled = fills and place == len(groups) - 1
        for stroke in _strokes(style, tempo, bar, group, filled, generator):
            if generator.random() < stroke.chance:
                yield _placed(bar, group, stroke, generator)
    if bar.opens and style.crashes and not after_count and bar.number:
        yield 0, kit.CRASH, _level(CRASH_VELOCITY, bar, generator)


def _placed(
    bar: BarPlan, group: Sequence[Pulse], stroke: Stroke, generator: np.random.Generator
) -> tuple[int, int, int]:
    return tick_of(group, stroke.place), stroke.pitch, _level(stroke.velocity, bar, generator)


def _strokes(
    style: Style,
    tempo: float,
    bar: BarPlan,
    group: Sequence[Pulse],
    filled: bool,
    generator: np.random.Generator,
) -> Iterator[Stroke]:
    """Yield what may be struck in a group of pulses."""
    size = len(group)
    groove = style.grooves[bar.number % len(style.grooves)]
    unfeathered = style.feathered and tempo >= TOO_FAST_TO_FEATHER
    for stroke in groove[size]:
        if not (unfeathered and stroke.pitch == kit.BASS_DRUM):
            yield _thinned(tempo, stroke)
    if filled and style.fills:
        yield from _one(style.fills[size], generator)
    elif style.drum_comping and generator.random() < _talk(bar):
        yield from _one(style.drum_comping[size], generator)


def _one(cells: Sequence[tuple[Stroke, ...]], generator: np.random.Generator) -> tuple[Stroke, ...]:
    return cells[int(generator.integers(len(cells)))]


def _thinned(tempo: float, stroke: Stroke) -> Stroke:
    """Return a stroke of the ride, less often where it would be too fast to play."""
    off_beat = stroke.place % 1 != 0
    if stroke.pitch == kit.RIDE and off_beat and tempo >= UP_TEMPO:
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


def _final(style: Style) -> tuple[int, ...]:
    """Return what is struck last; brushes do not crash."""
    return (kit.BASS_DRUM, kit.RIDE if style.kit == kit.BRUSHES else kit.CRASH)
