"""Comping: what the piano plays under a soloist.

`comping_rhythm` says when it strikes, `voice_leading` which voicings its hands go through, low and
high. Here the two come together: the hands keep out of the soloist's register, and the notes of a
chord are neither equally loud nor quite at the same time.

The hammer of a louder note reaches the string sooner, so that the voice that is brought out sounds
some milliseconds before the others (Werner Goebl, "Melody lead in piano performance: expressive
device or artifact?", Journal of the Acoustical Society of America 110, 2001). Fingers add a few
milliseconds of their own, and long chords of ballads are now and then rolled.

A guitar stays low, and is strummed: down on the beat, up between beats, and harder on two and four.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

import numpy as np

from jazzgen.band.bar_plan import BarPlan, section_numbers
from jazzgen.band.comping_rhythm import CHANNEL, Strike, find_strikes
from jazzgen.band.montuno import montuno_voicings
from jazzgen.band.styles import find_style
from jazzgen.band.voice_leading import Register, find_slots, lead_voices
from jazzgen.band.voicing_families import Voicing
from jazzgen.music.chart import Chart
from jazzgen.music.part import Part
from jazzgen.music.solo import Note
from jazzgen.music.timing import TICKS_PER_QUARTER

__all__ = ["comping_part"]

PROGRAM = 0
"""The General MIDI program: grand piano."""
LEVEL, ENERGY, ANTICIPATION = 57, 22, 6
"""MIDI velocities: of a usual note, and what energy and an anticipation add."""
TOP_VOICE, TOP_SPREAD, FINGERS, UNEVEN = 5.0, 4.0, 2.5, 4.0
"""MIDI velocities: what the top voice adds, its standard deviation, and those of the fingers within
a chord and of whole chords."""
SOFTEST, LOUDEST = 28, 104
"""The bounds of MIDI velocities."""
AIR = 1
"""The silence after each strike, in ticks."""
LEAD, FINGER_SPREAD, LARGEST_SPREAD = 0.0009, 0.0045, 0.025
"""In seconds: how much sooner a note sounds for each step of its velocity; the standard deviation
of a finger's time; and the largest distance from the chord's time."""
ROLLS, SLOW, ROLLED, FINGER_STEP = 0.25, 80.0, 36, 0.028
"""The chance that a chord is rolled; the fastest tempo and the least length in ticks at which it
may be; and the seconds from note to note."""
STRUM, BACK_BEAT = 0.006, 9
"""The seconds from string to string of a guitar, and the MIDI velocities that two and four add."""
ABOVE, BELOW = 60.0, 66.0
"""The mean MIDI pitch of a bar of the solo below which the piano plays high, and the one above
which it plays low; between them, and where the soloist rests, the section decides."""
HIGH_SECTIONS = 0.4
"""The chance that a section is played high."""


def comping_part(chart: Chart, plan: Sequence[BarPlan], seed: int) -> Part:
    """Return what the piano plays; it rests where there is no chord.

    Args:
        chart: The chart, for its feel and its tempo.
        plan: Its bars.
        seed: The same seed gives the same part.
    """
    strikes, style = find_strikes(chart, plan, seed), find_style(chart.feel)
    sections = section_numbers(plan)
    registers: list[Register] = [
        "low" if style.has_guitar else _register(one.bar, sections[one.bar.number], seed)
        for one in strikes
    ]
    if style.montuno:
        voicings = montuno_voicings(strikes, registers, sections, seed)
    else:
        voicings = _led(chart, strikes, registers, seed)
    notes: list[Note] = []
    for strike, pitches in zip(strikes, voicings, strict=True):
        generator = np.random.default_rng([seed, CHANNEL, strike.bar.number, strike.tick])
        notes += _struck(strike, pitches, chart.tempo, style.has_guitar, generator)
    return Part("Piano", CHANNEL, PROGRAM, tuple(notes))


def _led(
    chart: Chart, strikes: Sequence[Strike], registers: Sequence[Register], seed: int
) -> list[Voicing]:
    """Return voicings that lead into each other.

    Args:
        chart: The chart.
        strikes: The strikes, in order.
        registers: Where the hands lie in each of them.
        seed: The seed of the band.
    """
    slots = find_slots(chart)
    ticks = [slot.tick for slot in slots]
    style = find_style(chart.feel)
    led = {
        register: lead_voices(
            slots, chart.tempo, register, [seed, CHANNEL], style.voicings, style.has_guitar
        )
        for register in dict.fromkeys(registers)
    }
    voicings = []
    for strike, register in zip(strikes, registers, strict=True):
        slot = bisect_right(ticks, strike.tick) - 1
        if strike.early:
            slot = next(n for n in range(slot + 1, len(slots)) if slots[n].chord == strike.chord)
        voicings.append(led[register][slot])
    return voicings


def _register(bar: BarPlan, section: int, seed: int) -> Register:
    """Return where the piano keeps out of the soloist's way.

    Args:
        bar: The bar.
        section: The number of its section, through which hands stay where nobody is in their way.
        seed: The seed of the band.
    """
    if bar.solo:
        pitch = sum(note.pitch for note in bar.solo) / len(bar.solo)
        if not ABOVE <= pitch <= BELOW:
            return "high" if pitch < ABOVE else "low"
    chance = np.random.default_rng([seed, CHANNEL, section, 1]).random()
    return "high" if chance < HIGH_SECTIONS else "low"


def _struck(
    strike: Strike, pitches: Voicing, tempo: float, guitar: bool, generator: np.random.Generator
) -> list[Note]:
    """Return the notes of a strike, the lowest first."""
    beat, between = divmod(strike.tick - strike.bar.start, TICKS_PER_QUARTER)
    level = LEVEL + ENERGY * (strike.bar.energy - 0.5) + ANTICIPATION * strike.early
    if guitar and not between:
        level += BACK_BEAT * (beat % 2)
    velocities = level + UNEVEN * generator.normal() + FINGERS * generator.normal(size=len(pitches))
    velocities[-1] += TOP_VOICE + TOP_SPREAD * generator.normal()
    velocities = np.clip(velocities, SOFTEST, LOUDEST)
    late = FINGER_SPREAD * generator.normal(size=len(pitches))
    late -= LEAD * (velocities - velocities.mean())
    late = np.clip(late - late.mean(), -LARGEST_SPREAD, LARGEST_SPREAD)
    if guitar:
        late = late / 4 + STRUM * np.arange(len(pitches))[:: -1 if between else 1]
    length = max(strike.end - strike.tick - AIR, 1)
    if tempo <= SLOW and length >= ROLLED and generator.random() < ROLLS:
        late += FINGER_STEP * np.arange(len(pitches))
    if strike.tick == 0:
        late -= late.min()  # nothing sounds before the beginning of the file
    ticks = late * tempo / 60 * TICKS_PER_QUARTER
    return [
        Note(strike.tick, length, pitch, round(float(velocity)), round(float(after), 2))
        for pitch, velocity, after in zip(pitches, velocities, ticks, strict=True)
    ]
