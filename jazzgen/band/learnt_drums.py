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

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from jazzgen.band import drum_kit as kit
from jazzgen.band.bar_plan import COUNT_IN, ENDING, BarPlan
from jazzgen.band.drummer import Drummer, Memory
from jazzgen.band.drummer_conditions import ENERGIES, BarConditions, condition_row
from jazzgen.band.kept_strokes import Kept, kept_strokes
from jazzgen.band.stroke_values import (
    LATE_CLASSES,
    LATE_STEP,
    MOST_STROKES,
    PLACES,
    VELOCITY_STEP,
    DrumStroke,
)
from jazzgen.band.styles import Style
from jazzgen.music.part import DRUM_CHANNEL

__all__ = ["PlayedStroke", "can_play", "learnt_bars"]

LEARNT_METERS = {"4/4": 4, "2/2": 4, "3/4": 3}
"""The meters that the drummer has learnt, and the quarter notes of their bars."""
BOLD = 0.8
"""The temperature of what is struck where: people's slips are left out."""
ENERGY = 24
"""What energy adds to a MIDI velocity, from energy 0 to 1."""
CALMER = 0.2
"""How many more strokes than usual are played for each class of energy above the middle one, as a
share."""
THINNER, MOST_EXTRA = 0.4, 5
"""How much less likely a drum is for each stroke that it had more than usual in the last bar, in
logits, and for how many strokes at most."""
WEAKER = 24
"""How much softer than usual what keeps the time may be, in MIDI velocities."""
WARM_UP, WARMING_UP = 3, 11
"""The number of bars that a drummer has played before the tune begins, and what marks their
chance."""
FILL_INTO_CRASH, FILL_INTO_SECTION = 0.65, 0.5
"""The share of bars before a crash that hold a fill, which is people's, and the least one of bars
before a section: the data do not tell where people's sections begin."""
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
    knows = [bar for bar in plan if _is_learnt(drummer, style, bar)]
    if not knows:
        return
    memory, number = _warmed_up(drummer, style, tempo, knows[0], seed), 0
    for bar in knows:
        generator = bar.generator(seed, DRUM_CHANNEL)
        dither = generator.random((MOST_STROKES, 2))
        between = float(generator.random())
        form = _conditions(drummer, style, tempo, plan, bar, number, generator, between)
        turn = _Turn(
            drummer=drummer,
            begin=memory,
            kept=kept_strokes(style.keeps, bar, form.fill, generator),
            uniforms=generator.random((MOST_STROKES, 3)),
        )
        strokes, memory = turn.played(form)
        heard = _energy_class(_heard(bar), between)
        if heard != form.energy:
            strokes, _ = turn.played(replace(form, energy=heard))
        yield bar, _louder(_played(strokes, turn.kept.velocities, form.crash, dither), bar.energy)
        number = 0 if bar.closes else number + 1


def _is_learnt(drummer: Drummer, style: Style, bar: BarPlan) -> bool:
    return bar.role != COUNT_IN and not bar.is_final and can_play(drummer, style, bar)


@dataclass(frozen=True, kw_only=True)
class _Turn:
    """A bar that may be played in several ways, all from the same memory and chance."""

    drummer: Drummer
    begin: Memory
    kept: Kept
    uniforms: NDArray[np.float64]

    def played(self, conditions: BarConditions) -> tuple[list[DrumStroke], Memory]:
        """Return the strokes under some conditions, and what is remembered of them."""
        usual = np.array(self.drummer.habits[self.drummer.styles[conditions.style - 1]].strokes)
        more = 1 + CALMER * (conditions.energy - ENERGIES // 2)
        # What was played in the last bar is more or less repeated: without restraint, a busy bar
        # leads to one that is busier.
        extra = (self.begin.bars[0].sum(axis=0) - more * usual).clip(0, MOST_EXTRA)
        bias = self.kept.bias.copy()
        bias[:-1] -= np.tile(THINNER * extra, PLACES).astype(np.float32)
        return self.drummer.play(
            self.begin,
            condition_row(conditions, len(self.drummer.styles)),
            self.uniforms,
            kept=sorted(self.kept.velocities),
            bias=bias,
            beats=conditions.beats,
            bold=BOLD,
        )


def _warmed_up(drummer: Drummer, style: Style, tempo: float, first: BarPlan, seed: int) -> Memory:
    """Return what a drummer remembers who has played the groove for some bars, unheard."""
    memory = drummer.begin()
    for number in range(WARM_UP):
        generator = np.random.default_rng([seed, DRUM_CHANNEL, WARMING_UP, number])
        grooves = style.grooves[number % len(style.grooves) :][:1]
        conditions = BarConditions(
            style=drummer.styles.index(style.drummer) + 1,
            tempo=drummer.habits[style.drummer].nearest_tempo(tempo),
            swings=style.swings,
            beats=LEARNT_METERS[str(first.meter)],
            energy=_energy_class(first.form_energy, 0.5),
            number=number,
        )
        _, memory = _Turn(
            drummer=drummer,
            begin=memory,
            kept=kept_strokes(grooves, first, 0, generator),
            uniforms=generator.random((MOST_STROKES, 3)),
        ).played(conditions)
    return memory


def _conditions(
    drummer: Drummer,
    style: Style,
    tempo: float,
    plan: Sequence[BarPlan],
    bar: BarPlan,
    number: int,
    generator: np.random.Generator,
    between: float,
) -> BarConditions:
    """Return what the drummer knows about a bar where nobody plays a solo."""
    after = plan[bar.number + 1] if bar.number + 1 < len(plan) else None
    crash_next = after is not None and _crashes(style, plan, after)
    return BarConditions(
        style=drummer.styles.index(style.drummer) + 1,
        tempo=drummer.habits[style.drummer].nearest_tempo(tempo),
        swings=style.swings,
        beats=LEARNT_METERS[str(bar.meter)],
        energy=_energy_class(bar.form_energy, between),
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
    rates = drummer.habits[style.drummer].fills
    short, long = rates[2 if bar.closes else 1 if number % 4 == 3 else 0]
    least = FILL_INTO_CRASH if crash_next else FILL_INTO_SECTION if bar.closes else 0.0
    if 0 < short + long < least:
        short, long = (least * one / (short + long) for one in (short, long))
    return 1 if uniform < short else 2 if uniform < short + long else 0


def _energy_class(energy: float, between: float) -> int:
    """Return the class of an energy; between two classes a number from 0 to 1 decides."""
    return min(max(int(energy * ENERGIES - 0.5 + between), 0), ENERGIES - 1)


def _heard(bar: BarPlan) -> float:
    """Return the energy of a bar as the drummer plays it: more of it where the soloist rests."""
    if not bar.solo:
        return bar.energy
    rests = bar.solo[-1].end <= bar.end - ROOM * (bar.end - bar.start)
    return bar.energy + (1 / ENERGIES if rests else 0)


def _louder(strokes: Sequence[PlayedStroke], energy: float) -> list[PlayedStroke]:
    """Return strokes that are louder the more energy a bar has: its class says it roughly only."""
    more = round(ENERGY * (energy - 0.5))
    return [one._replace(velocity=min(max(one.velocity + more, 1), 127)) for one in strokes]


def _velocity(stroke: DrumStroke, dither: float, least: int) -> int:
    """Return a MIDI velocity of the stroke's class, but not below the least one."""
    own = VELOCITY_STEP * (stroke.velocity + dither)
    return round(min(max(own, least + VELOCITY_STEP * dither, 1), 127))


def _played(
    strokes: Sequence[DrumStroke],
    kept: Mapping[int, int],
    crash: bool,
    dither: NDArray[np.float64],
) -> list[PlayedStroke]:
    """Return strokes as they sound; within a class, chance decides.

    Args:
        strokes: The strokes.
        kept: The MIDI velocity around which what is kept is played at least.
        crash: Whether a crash opens the bar.
        dither: Random numbers from 0 to 1, shape (strokes at least, 2).
    """
    found = [
        PlayedStroke(
            stroke.tick,
            stroke.pitch,
            _velocity(stroke, float(loud), kept.get(stroke.value, 0) - WEAKER),
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
