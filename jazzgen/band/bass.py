"""The bass: walking, in two, or in the patterns of its style."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from jazzgen.band.bar_plan import COUNT_IN, HEAD, INTRO, BarPlan
from jazzgen.band.rhythm_cells import choose_cells, random_pick, tick_of
from jazzgen.band.styles import Bass, find_style
from jazzgen.band.walking import Kind, Step, walk
from jazzgen.music.chart import Chart, ChordSpan
from jazzgen.music.part import Part
from jazzgen.music.solo import Note
from jazzgen.music.timing import EIGHTH, TICKS_PER_QUARTER

__all__ = ["bass_part"]

CHANNEL, PROGRAM = 2, 32
"""The MIDI channel, counted from 0, and the General MIDI program: acoustic bass."""
LEVEL, ENERGY, ROOT_ACCENT, WEAKER, GHOST = 78, 18, 5, -5, -24
"""MIDI velocities: of a usual note, and what energy, a new root, a weak pulse and a ghost add."""
UNEVEN = 3.0
"""The standard deviation of MIDI velocities from note to note."""
SOFTEST, LOUDEST = 24, 112
"""The bounds of MIDI velocities."""
AIR = 2
"""The silence after each note, in ticks, without which a bass would sound like an organ."""
SKIPS = 0.2
"""The chance that a ghost note follows a walking quarter, at full energy."""
LEAD_IN = 0.5
"""The chance that a bass in two adds a weak pulse that leads into the next chord."""
SHORTEST = 6
"""The shortest time from the beginning of a chord to the next note, in ticks."""

Rhythm = list[tuple[int, Kind]]
"""Onsets in ticks, and what may be played at each."""


@dataclass(frozen=True)
class Stroke:
    """A note of the bass that has no pitch yet.

    Args:
        tick: Its onset, in ticks of the chart.
        end: The latest tick at which it may end.
        step: What it may play.
        energy: The energy of its bar, 0 to 1.
        accent: What is added to its MIDI velocity.
        repeats: Whether it has the same pitch as the note before it.
    """

    tick: int
    end: int
    step: Step
    energy: float
    accent: float = 0.0
    repeats: bool = False


def bass_part(chart: Chart, plan: Sequence[BarPlan], seed: int) -> Part:
    """Return what the bass plays; it rests where there is no chord.

    First the rhythm is drawn, then the whole line of pitches is found at once (`walking`), so
    that each note knows where the line goes after it.

    Args:
        chart: The chart, for its feel.
        plan: Its bars.
        seed: The same seed gives the same line.
    """
    strokes = list(_strokes(find_style(chart.feel).bass, plan, seed))
    steps = [stroke.step for stroke in strokes if not stroke.repeats]
    pitches = iter(walk(steps, np.random.default_rng([seed, CHANNEL])))
    notes: list[Note] = []
    for stroke in strokes:
        pitch = notes[-1].pitch if stroke.repeats else next(pitches)
        level = LEVEL + ENERGY * (stroke.energy - 0.5) + stroke.accent
        length = max(stroke.end - stroke.tick - AIR, 1)
        notes.append(Note(stroke.tick, length, pitch, round(min(max(level, SOFTEST), LOUDEST))))
    return Part("Bass", CHANNEL, PROGRAM, tuple(notes))


def _strokes(bass: Bass, plan: Sequence[BarPlan], seed: int) -> Iterator[Stroke]:
    """Yield all notes, in order."""
    for number, bar in enumerate(plan):
        if bar.role == COUNT_IN:
            continue
        generator = bar.generator(seed, CHANNEL)
        before = plan[number - 1].chords[-1].chord if number else None
        after = plan[number + 1].chords[0].chord if number + 1 < len(plan) else None
        # With its neighbors at both ends, each chord of the bar has one before and one after it.
        chords = [before, *(span.chord for span in bar.chords), after]
        for index, span in enumerate(bar.chords):
            if span.chord.root is None:
                continue
            following = chords[index + 2]
            leads = following not in (None, span.chord) and following.root is not None
            begins = chords[index] != span.chord
            rhythm = _rhythm(bass, bar, span, leads, generator)
            yield from _span_strokes(bar, span, begins, rhythm, generator)


def _span_strokes(
    bar: BarPlan, span: ChordSpan, begins: bool, rhythm: Rhythm, generator: np.random.Generator
) -> Iterator[Stroke]:
    """Yield the notes of one chord within one bar; the first one begins with it."""
    ends = [tick for tick, _ in rhythm[1:]] + [span.end]
    for number, ((tick, kind), end) in enumerate(zip(rhythm, ends, strict=True)):
        opens = number == 0 and (begins or bar.opens)
        step = Step(span.chord, "root" if opens else kind)
        accent: float = ROOT_ACCENT if opens else WEAKER if kind in ("weak", "approach") else 0
        accent += generator.normal(0, UNEVEN)
        ghost = tick + EIGHTH
        walks = kind in ("weak", "strong") and end - tick == TICKS_PER_QUARTER
        if walks and generator.random() < SKIPS * bar.energy:
            yield Stroke(tick, ghost, step, bar.energy, accent)
            yield Stroke(ghost, ghost + SHORTEST + AIR, step, bar.energy, GHOST, repeats=True)
        else:
            yield Stroke(tick, end, step, bar.energy, accent)


def _rhythm(
    bass: Bass, bar: BarPlan, span: ChordSpan, leads: bool, generator: np.random.Generator
) -> Rhythm:
    """Return the rhythm of a chord, in ticks of the chart; its first onset is the chord's."""
    onsets: dict[int, Kind] = {span.start: "open" if bass.patterns else "strong"}
    if not bar.is_final:
        for tick, kind in _bar_rhythm(bass, bar, leads, generator):
            if span.start + SHORTEST <= bar.start + tick < span.end:
                onsets[bar.start + tick] = kind
    rhythm = sorted(onsets.items())
    # The last note before a new chord leads into it, unless its own chord has just begun.
    if leads and len(rhythm) > 1 and rhythm[-1][1] == "weak":
        rhythm[-1] = (rhythm[-1][0], "approach")
    return rhythm


def _bar_rhythm(bass: Bass, bar: BarPlan, leads: bool, generator: np.random.Generator) -> Rhythm:
    """Return the rhythm of a bar whatever its chords are, in ticks after the bar line."""
    if bass.patterns:
        return [
            (tick_of(group, position), "open")
            for group, cell in choose_cells(bar, bass.patterns, random_pick(generator))
            for position in cell
        ]
    pulses = bar.pulses
    if not _in_two(bass, bar):
        return [(pulse.tick, "strong" if pulse.is_strong else "weak") for pulse in pulses]
    rhythm: Rhythm = [(pulse.tick, "strong") for pulse in pulses if pulse.is_strong]
    if leads and len(pulses) > 1 and generator.random() < LEAD_IN:
        rhythm.append((pulses[-1].tick, "weak"))
    return rhythm


def _in_two(bass: Bass, bar: BarPlan) -> bool:
    """Whether the bass plays strong pulses only, as in heads, ballads and quiet waltzes."""
    return bar.role in (HEAD, INTRO) or bar.form_energy < bass.in_two_below
