"""Drums: what the learnt drummer plays where it knows the style, and grooves by rule elsewhere.

By rule there is the groove of the style, comping on the snare, and fills at the ends of sections;
counts-in and final chords are always played by rule.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from jazzgen.band import drum_kit as kit
from jazzgen.band.bar_plan import COUNT_IN, ENDING, BarPlan
from jazzgen.band.drum_kit import Stroke
from jazzgen.band.drummer_file import shipped_drummer
from jazzgen.band.drummer_touch import Touch, touches
from jazzgen.band.learnt_drums import learnt_bars
from jazzgen.band.rhythm_cells import group_pulses, tick_of
from jazzgen.band.styles import Style, find_style
from jazzgen.band.time_feel import late_note, late_ticks, loosened
from jazzgen.music.chart import Chart
from jazzgen.music.part import DRUM_CHANNEL, Part
from jazzgen.music.pulse import Pulse
from jazzgen.music.solo import Note
from jazzgen.music.swing import swing_ratio
from jazzgen.music.timing import EIGHTH, TICKS_PER_QUARTER

__all__ = ["drum_part"]

LENGTH, RING = 5, 90
"""The length of a stroke and of a final one, in ticks; percussion rings on after its note-off."""
ENERGY = 30
"""What energy adds to a stroke of MIDI velocity 80, from energy 0 to 1."""
UNEVEN, TOUCHING = 0.2, 14
"""The standard deviation of MIDI velocities over all drummers, as a share of the usual one; what
marks the chance of a touch."""
SOFTEST, LOUDEST = 14, 118
"""The bounds of MIDI velocities."""
MOST_COMPING, LEAST_COMPING = 0.9, 0.1
"""The chance of comping on the snare in a group of pulses, at energy 1 and at energy 0."""
UNDER_BUSY = 0.6
"""The factor on what energy adds to that chance, where the soloist is busy."""
CRASH_VELOCITY, FINAL_VELOCITY, COUNT_VELOCITY = 84, 88, 80
"""MIDI velocities of the crash that opens a chorus, of the last stroke, and of a count-in."""
UP_TEMPO, SIMPLER = 240.0, 0.45
"""The tempo, in quarter notes per minute, from which the ride leaves out off-beats, and the share
of them that it leaves out."""
TOO_FAST_TO_FEATHER = 260.0
"""The tempo, in quarter notes per minute, from which the bass drum is not feathered any more."""


def drum_part(chart: Chart, plan: Sequence[BarPlan], seed: int) -> Part:
    """Return what the drums play; they play also where there is no chord.

    Args:
        chart: The chart, for its feel and its tempo.
        plan: Its bars.
        seed: The same seed gives the same part.

    Raises:
        ModelError: The drummer that ships with jazzgen is missing or damaged.
    """
    style = find_style(chart.feel)
    touch = touches([seed, DRUM_CHANNEL, TOUCHING], len(plan))
    learnt = _learnt_notes(style, chart, plan, touch, seed)
    by_rule = [bar for bar in plan if bar.number not in learnt]
    played = _notes_by_rule(style, chart, by_rule, plan, touch, seed)
    part = Part("Drums", DRUM_CHANNEL, style.kit, played)
    notes = [*loosened(part, chart, seed).notes, *(one for bar in learnt.values() for one in bar)]
    return replace(part, notes=tuple(sorted(notes, key=lambda note: (note.onset, note.pitch))))


def _learnt_notes(
    style: Style, chart: Chart, plan: Sequence[BarPlan], touch: Sequence[Touch], seed: int
) -> dict[int, list[Note]]:
    """Return what the learnt drummer plays, by the number of the bar."""
    if not style.drummer:
        return {}
    # Sixteenths that drummers swing are swung in what they have learnt already.
    own_swing = swing_ratio(chart.feel, chart.tempo) if style.drummer_bars > 1 else 1.0
    early = (own_swing / (1 + own_swing) - 0.5) * TICKS_PER_QUARTER
    played = learnt_bars(shipped_drummer(), style, chart.tempo, plan, seed, touch)
    return {
        bar.number: [
            late_note(
                Note(bar.start + one.tick, LENGTH, one.pitch, one.velocity),
                late_ticks(one.late, chart.tempo)
                - (early if one.tick % TICKS_PER_QUARTER == EIGHTH else 0.0),
            )
            for one in strokes
        ]
        for bar, strokes in played
    }


def _notes_by_rule(
    style: Style,
    chart: Chart,
    bars: Sequence[BarPlan],
    plan: Sequence[BarPlan],
    touch: Sequence[Touch],
    seed: int,
) -> tuple[Note, ...]:
    """Return what the drums play by rule in some bars of the plan."""
    struck: dict[tuple[int, int], tuple[int, int]] = {}
    for bar in bars:
        generator = bar.generator(seed, DRUM_CHANNEL)
        counted = bar.number > 0 and plan[bar.number - 1].role == COUNT_IN
        hand = _Hand(bar, touch[bar.number], generator)
        for tick, pitch, velocity in _bar_strokes(style, chart.tempo, bar, counted, hand):
            # Groove, comping and fill may strike the same drum together: the loudest is heard.
            stroke = bar.start + tick, pitch
            loudest = max(velocity, struck.get(stroke, (0, 0))[0])
            struck[stroke] = loudest, RING if bar.is_final else LENGTH
    return tuple(
        Note(tick, min(length, chart.ticks - tick), pitch, velocity)
        for (tick, pitch), (velocity, length) in sorted(struck.items())
    )


class _Hand(NamedTuple):
    """What decides about chance in a bar."""

    bar: BarPlan
    touch: Touch
    generator: np.random.Generator

    def level(self, pitch: int, velocity: int) -> int:
        """Return how hard a drum is struck that is usually struck at a velocity."""
        harder = UNEVEN * self.touch.harder(pitch, float(self.generator.standard_normal()))
        level = velocity * (1 + ENERGY * (self.bar.energy - 0.5) / 80 + harder)
        return round(min(max(level, SOFTEST), LOUDEST))


def _bar_strokes(
    style: Style, tempo: float, bar: BarPlan, after_count: bool, hand: _Hand
) -> Iterator[tuple[int, int, int]]:
    """Yield the tick after the bar line, the drum and the velocity of each stroke of a bar."""
    if bar.role == COUNT_IN:
        yield from _counted(bar)
        return
    if bar.is_final:
        for pitch in _final(style):
            yield 0, pitch, FINAL_VELOCITY
        return
    groups = list(group_pulses(bar))
    fills = bar.closes and not bar.is_last and bar.role != ENDING
    for number, group in enumerate(groups):
        filled = fills and number == len(groups) - 1
        for stroke in _strokes(style, tempo, bar, group, filled, hand.generator):
            if hand.generator.random() < stroke.chance:
                level = hand.level(stroke.pitch, stroke.velocity)
                yield tick_of(group, stroke.position), stroke.pitch, level
    if bar.opens and style.crashes and not after_count and bar.number:
        yield 0, kit.CRASH, hand.level(kit.CRASH, CRASH_VELOCITY)


def _strokes(
    style: Style,
    tempo: float,
    bar: BarPlan,
    group: Sequence[Pulse],
    filled: bool,
    generator: np.random.Generator,
) -> Iterator[Stroke]:
    """Yield the strokes that may be played in a group of pulses, each with its chance."""
    size = len(group)
    groove = style.grooves[bar.turn % len(style.grooves)]
    unfeathered = style.feathered and tempo >= TOO_FAST_TO_FEATHER
    for stroke in groove[size]:
        if not (unfeathered and stroke.pitch == kit.BASS_DRUM):
            yield _thinned(tempo, stroke)
    if filled and style.fills:
        yield from _one(style.fills[size], generator)
    elif style.drum_comping and generator.random() < _comping_chance(bar):
        yield from _one(style.drum_comping[size], generator)


def _one(cells: Sequence[tuple[Stroke, ...]], generator: np.random.Generator) -> tuple[Stroke, ...]:
    return cells[int(generator.integers(len(cells)))]


def _thinned(tempo: float, stroke: Stroke) -> Stroke:
    """Return a stroke, of the ride with a smaller chance where its off-beats would be too fast."""
    off_beat = stroke.position % 1 != 0
    if stroke.pitch == kit.RIDE and off_beat and tempo >= UP_TEMPO:
        return stroke._replace(chance=stroke.chance * (1 - SIMPLER))
    return stroke


def _comping_chance(bar: BarPlan) -> float:
    """Return the chance that the drummer comps in a group of pulses of a bar."""
    more = (MOST_COMPING - LEAST_COMPING) * bar.energy
    return LEAST_COMPING + more * (UNDER_BUSY if bar.is_busy else 1.0)


def _counted(bar: BarPlan) -> Iterator[tuple[int, int, int]]:
    """Yield a click on every pulse, the first one louder."""
    for number, pulse in enumerate(bar.pulses):
        yield pulse.tick, kit.STICKS, COUNT_VELOCITY + (10 if number == 0 else 0)


def _final(style: Style) -> tuple[int, ...]:
    """Return the drums that are struck last, as MIDI pitches; brushes do not crash."""
    return (kit.BASS_DRUM, kit.RIDE if style.kit == kit.BRUSHES else kit.CRASH)
