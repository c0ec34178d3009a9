"""What the learnt drummer plays on a chart: from bars to strokes.

The drummer remembers what it has played, and it hears the energy of the soloist. Both together
would carry a change in the solo through the rest of the tune. So it plays twice. Once it plays the
whole tune as the form asks for it; that line depends on the chart and the seed only. A bar to which
the soloist gives another energy than the form does is then played again, from what the drummer
remembers of the form's line at its beginning, and with the same random numbers. So every bar
follows the soloist, and no bar depends on the solo of an earlier one.

Where charts write as eighths what drummers think of as sixteenths, in samba and second line, two
bars of the tune are one bar of the drummer's, at half the tempo.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from jazzgen.band import drum_kit as kit
from jazzgen.band.bar_plan import COUNT_IN, BarPlan
from jazzgen.band.drummer import Drummer, Memory
from jazzgen.band.drummer_conditions import ENERGIES, BarConditions, condition_row
from jazzgen.band.drummer_form import (
    LEARNT_METERS,
    can_play,
    conditions_of,
    energy_class,
    heard_by_drummer,
)
from jazzgen.band.drummer_touch import Touch
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

__all__ = ["PlayedStroke", "learnt_bars"]

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


def learnt_bars(
    drummer: Drummer,
    style: Style,
    tempo: float,
    plan: Sequence[BarPlan],
    seed: int,
    touch: Sequence[Touch] = (),
) -> Iterator[tuple[BarPlan, list[PlayedStroke]]]:
    """Yield the bars that the learnt drummer plays, and its strokes.

    Args:
        drummer: The drummer.
        style: The style.
        tempo: Quarter notes per minute.
        plan: All bars of the tune.
        seed: The same seed gives the same strokes.
        touch: How hard each drum is struck in each bar; empty if chance alone decides.
    """
    knows = [bar for bar in plan if _is_learnt(drummer, style, bar)]
    if not knows:
        return
    tempo /= style.drummer_bars
    memory, number = _warmed_up(drummer, style, tempo, knows[0], seed), 0
    for bars in _taken_together(knows, style.drummer_bars):
        generator = bars[0].generator(seed, DRUM_CHANNEL)
        dither = generator.random((MOST_STROKES, 2))
        between = float(generator.random())
        form = conditions_of(drummer, style, tempo, plan, bars, number, generator, between)
        turn = _Turn(
            drummer=drummer,
            begin=memory,
            kept=kept_strokes(style.keeps, bars[0], form.fill, generator),
            uniforms=generator.random((MOST_STROKES, 3)),
            touch=touch[bars[0].number] if touch else None,
        )
        strokes, memory = turn.played(form)
        for index, bar in enumerate(bars):
            heard, own = energy_class(heard_by_drummer(bar), between), strokes
            if heard != form.energy:
                own, _ = turn.played(replace(form, energy=heard))
            sounding = _played(own, turn.kept.velocities, form.crash, dither)
            part = _part_of(sounding, index, style.drummer_bars, bar)
            yield bar, _louder(part, bar.energy)
        number = 0 if bars[-1].closes else number + 1


def _taken_together(bars: Sequence[BarPlan], size: int) -> Iterator[tuple[BarPlan, ...]]:
    """Yield bars in order, as many together as are one bar of the drummer's.

    Args:
        bars: The bars.
        size: That number. At the end of a section, and before a bar that the drummer does not
            play, there may be fewer.
    """
    together: list[BarPlan] = []
    for bar in bars:
        if together and bar.number != together[-1].number + 1:
            yield tuple(together)
            together = []
        together.append(bar)
        if len(together) == size or bar.closes:
            yield tuple(together)
            together = []
    if together:
        yield tuple(together)


def _part_of(
    strokes: Sequence[PlayedStroke], index: int, size: int, bar: BarPlan
) -> list[PlayedStroke]:
    """Return the strokes of one of several bars that are one of the drummer's.

    Args:
        strokes: The strokes of the drummer's bar.
        index: The index of the bar among them.
        size: Their number.
        bar: The bar.
    """
    length = bar.end - bar.start
    placed = (one._replace(tick=one.tick * size - index * length) for one in strokes)
    return [one for one in placed if 0 <= one.tick < length]


def _is_learnt(drummer: Drummer, style: Style, bar: BarPlan) -> bool:
    return bar.role != COUNT_IN and not bar.is_final and can_play(drummer, style, bar)


@dataclass(frozen=True, kw_only=True)
class _Turn:
    """A bar that may be played in several ways, all from the same memory and chance."""

    drummer: Drummer
    begin: Memory
    kept: Kept
    uniforms: NDArray[np.float64]
    touch: Touch | None = None

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
            touch=self.touch,
        )


def _warmed_up(drummer: Drummer, style: Style, tempo: float, first: BarPlan, seed: int) -> Memory:
    """Return what a drummer remembers who has played the groove for some bars, unheard."""
    memory = drummer.begin()
    for number in range(WARM_UP):
        generator = np.random.default_rng([seed, DRUM_CHANNEL, WARMING_UP, number])
        # Grooves are written for bars of the tune: where two are one, they would be too slow.
        grooves = style.grooves[number % len(style.grooves) :][: style.drummer_bars == 1]
        conditions = BarConditions(
            style=drummer.styles.index(style.drummer) + 1,
            tempo=drummer.habits[style.drummer].nearest_tempo(tempo),
            swings=style.swings,
            beats=LEARNT_METERS[str(first.meter)],
            energy=energy_class(first.form_energy, 0.5),
            number=number,
        )
        _, memory = _Turn(
            drummer=drummer,
            begin=memory,
            kept=kept_strokes(grooves, first, 0, generator),
            uniforms=generator.random((MOST_STROKES, 3)),
        ).played(conditions)
    return memory


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
