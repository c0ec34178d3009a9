"""What the learnt drummer plays on a chart: from bars to strokes.

The drummer remembers what it has played, and it hears the energy of the soloist. Both together
would carry a change in the solo through the rest of the tune. So it plays twice. Once it plays the
whole tune as the form asks for it; that line depends on the chart and the seed only. A bar to which
the soloist gives another energy than the form does is then played again, from what the drummer
remembers of the form's line at its beginning, and with the same random numbers. So every bar
follows the soloist, and no bar depends on the solo of an earlier one.

The drummer does not invent the form. Here is decided which bars hold a fill, as often as people
play one in the style, and where a cymbal crash opens a chorus.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from jazzgen.band import drum_kit as kit
from jazzgen.band.bar_plan import COUNT_IN, ENDING, BarPlan
from jazzgen.band.drummer import Drummer
from jazzgen.band.drummer_conditions import ENERGIES, BarConditions, condition_row
from jazzgen.band.rhythm_cells import group_pulses, tick_of
from jazzgen.band.stroke_values import (
    LATE_CLASSES,
    LATE_STEP,
    MOST_STROKES,
    VELOCITY_STEP,
    DrumStroke,
    value_of,
)
from jazzgen.band.styles import Style
from jazzgen.music.part import DRUM_CHANNEL

__all__ = ["PlayedStroke", "can_play", "learnt_bars"]

LEARNT_METERS = {"4/4": 4, "2/2": 4, "3/4": 3}
"""The meters that the drummer has learnt, and the quarter notes of their bars."""
BOLD = 0.8
"""The temperature of what is struck where: people's slips are left out."""
FEET = (kit.HAT_PEDAL, kit.BASS_DRUM)
FILL_INTO_CRASH = 0.65
"""The share of people's bars before a crash that hold a fill."""
ROOM = 1 / 3
"""The share of a bar's end in which a soloist who plays nothing leaves room for an answer."""
CRASH_VELOCITY, KICK_VELOCITY = 92, 84
"""The MIDI velocities of a crash that opens a chorus, and of the bass drum under it, where the
drummer has not played them by itself."""


class PlayedStroke(NamedTuple):
    """A stroke on the kit.

    Args:
        tick: Its written tick after the bar line.
        pitch: The drum, as a MIDI pitch.
        velocity: Its MIDI velocity.
        late: How much later than written it sounds, in seconds; negative if earlier.
    """

    tick: int
    pitch: int
    velocity: int
    late: float


def can_play(drummer: Drummer, style: Style, bar: BarPlan) -> bool:
    """Return whether the learnt drummer knows a style and a bar's meter.

    Args:
        drummer: The drummer.
        style: The style.
        bar: The bar.
    """
    return style.drummer in drummer.styles and str(bar.meter) in LEARNT_METERS


def learnt_bars(
    drummer: Drummer, style: Style, tempo: float, plan: Sequence[BarPlan], seed: int
) -> Iterator[tuple[BarPlan, list[PlayedStroke]]]:
    """Yield the bars that the learnt drummer plays, and its strokes.

    Args:
        drummer: The drummer.
        style: The style.
        tempo: Quarter notes per minute.
        plan: All bars of the tune.
        seed: The same seed gives the same strokes.
    """
    memory, number = drummer.begin(), 0
    for bar in plan:
        if bar.role == COUNT_IN or bar.is_final or not can_play(drummer, style, bar):
            continue
        generator = bar.generator(seed, DRUM_CHANNEL)
        uniforms = generator.random((MOST_STROKES, 3))
        dither = generator.random((MOST_STROKES, 2))
        form = _conditions(drummer, style, tempo, plan, bar, number, generator)
        rows = len(drummer.styles)
        begin = memory
        kept = _kept_values(style, bar, form.fill)
        strokes, memory = drummer.play(begin, condition_row(form, rows), uniforms, kept, BOLD)
        heard = _energy_class(_heard(bar))
        if heard != form.energy:
            own = replace(form, energy=heard)
            strokes, _ = drummer.play(begin, condition_row(own, rows), uniforms, kept, BOLD)
        yield bar, _played(strokes, form.crash, dither)
        number = 0 if bar.closes else number + 1


def _kept_values(style: Style, bar: BarPlan, fill: int) -> list[int]:
    """Return the values of what is played in a bar whatever else is, in order.

    In a fill the hands are busy: only the feet keep what they play.
    """
    if not style.keeps:
        return []
    keeps = style.keeps[bar.number % len(style.keeps)]
    begin = {0: bar.end, 1: (bar.start + bar.end) // 2, 2: bar.start}[fill] - bar.start
    values = []
    for group in group_pulses(bar):
        for stroke in keeps[len(group)]:
            tick = tick_of(group, stroke.position)
            if tick < begin or stroke.pitch in FEET:
                values.append(value_of(tick, stroke.pitch))
    return sorted(values)


def _conditions(
    drummer: Drummer,
    style: Style,
    tempo: float,
    plan: Sequence[BarPlan],
    bar: BarPlan,
    number: int,
    generator: np.random.Generator,
) -> BarConditions:
    """Return what the drummer knows about a bar where nobody plays a solo."""
    after = plan[bar.number + 1] if bar.number + 1 < len(plan) else None
    crash_next = after is not None and _crashes(style, plan, after)
    return BarConditions(
        style=drummer.styles.index(style.drummer) + 1,
        tempo=tempo,
        swings=style.swings,
        beats=LEARNT_METERS[str(bar.meter)],
        energy=_energy_class(bar.form_energy),
        fill=_fill(drummer, style, bar, number, crash_next, generator.random()),
        crash=_crashes(style, plan, bar),
        crash_next=crash_next,
        number=number,
    )


def _crashes(style: Style, plan: Sequence[BarPlan], bar: BarPlan) -> bool:
    """Return whether a crash opens a bar: the beginning of a chorus, but not of the tune."""
    before = plan[bar.number - 1].role if bar.number else COUNT_IN
    return style.crashes and (bar.opens or bar.is_final) and before != COUNT_IN


def _fill(
    drummer: Drummer, style: Style, bar: BarPlan, number: int, crash_next: bool, uniform: float
) -> int:
    """Return the fill of a bar: 0 for none, 1 in its second half, 2 from its beginning on."""
    if bar.is_last or bar.role == ENDING:
        return 0
    rates = drummer.fills[style.drummer]
    short, long = rates[2 if bar.closes else 1 if number % 4 == 3 else 0]
    if crash_next and short + long > 0:
        scale = max(FILL_INTO_CRASH / (short + long), 1.0)
        short, long = short * scale, long * scale
    return 1 if uniform < short else 2 if uniform < short + long else 0


def _energy_class(energy: float) -> int:
    return min(int(energy * ENERGIES), ENERGIES - 1)


def _heard(bar: BarPlan) -> float:
    """Return the energy of a bar as the drummer plays it: more of it where the soloist rests."""
    if not bar.solo:
        return bar.energy
    rests = bar.solo[-1].end <= bar.end - ROOM * (bar.end - bar.start)
    return bar.energy + (1 / ENERGIES if rests else 0)


def _played(
    strokes: Sequence[DrumStroke], crash: bool, dither: NDArray[np.float64]
) -> list[PlayedStroke]:
    """Return strokes as they sound; within a class, chance decides."""
    found = [
        PlayedStroke(
            stroke.tick,
            stroke.pitch,
            min(max(round(VELOCITY_STEP * (stroke.velocity + float(loud))), 1), 127),
            LATE_STEP * (stroke.late - LATE_CLASSES // 2 + float(late) - 0.5),
        )
        for stroke, (loud, late) in zip(strokes, dither, strict=False)
    ]
    if crash:
        struck = {one.pitch for one in found if one.tick == 0}
        for pitch, velocity in ((kit.CRASH, CRASH_VELOCITY), (kit.BASS_DRUM, KICK_VELOCITY)):
            if pitch not in struck:
                found.append(PlayedStroke(0, pitch, velocity, 0.0))
    return found
