"""The bass: walking, in two, or in the patterns of its style."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from jazzgen.band.bar_plan import COUNT_IN, HEAD, INTRO, BarPlan
from jazzgen.band.rhythm_cells import chosen, random_pick, tick_of
from jazzgen.band.styles import Bass, find_style
from jazzgen.band.walking import Kind, Step, walk
from jazzgen.music.chart import Chart, ChordSpan
from jazzgen.music.part import Part
from jazzgen.music.solo import Note

__all__ = ["bass_part"]

CHANNEL, PROGRAM = 2, 32
LEVEL, ENERGY, ROOT_ACCENT, WEAKER, GHOST = 78, 18, 5, -5, -24
UNEVEN = 3.0
"""Standard deviation of velocities from stroke to stroke."""
SOFTEST, LOUDEST = 24, 112
AIR = 2
"""Ticks of silence after a note, so that a bass speaks."""
SKIPS = 0.2
"""How often a walking beat has a ghost note behind it, at full energy."""
LEAD_IN = 0.5
"""How often a bass in two walks into the next chord."""
SHORTEST = 6
"""Ticks between a chord's beginning and the next stroke, at least."""

Rhythm = list[tuple[int, Kind]]
"""Ticks after the bar line, and what may be played there."""


@dataclass(frozen=True)
class Stroke:
    """A note of the bass before it has a pitch.

    Args:
        tick: Where it begins, in the chart's ticks.
        end: Where it ends at the latest.
        step: What it may play.
        energy: How hot its bar is.
        accent: Louder or softer than usual, in velocities.
        again: Whether it repeats the pitch of the stroke before.
    """

    tick: int
    end: int
    step: Step
    energy: float
    accent: int = 0
    again: bool = False


def bass_part(chart: Chart, plan: Sequence[BarPlan], seed: int) -> Part:
    """Return what the bass plays: nothing where there is no chord.

    Args:
        chart: The chart, for its feel.
        plan: Its bars.
        seed: The same seed gives the same line.
    """
    generator = np.random.default_rng([seed, CHANNEL])
    strokes = list(_strokes(find_style(chart.feel).bass, plan, generator))
    pitches = iter(walk([stroke.step for stroke in strokes if not stroke.again], generator))
    uneven = generator.normal(0, UNEVEN, len(strokes))
    notes: list[Note] = []
    for stroke, off in zip(strokes, uneven, strict=True):
        pitch = notes[-1].pitch if stroke.again else next(pitches)
        level = LEVEL + ENERGY * (stroke.energy - 0.5) + stroke.accent + off
        length = max(stroke.end - stroke.tick - AIR, 1)
        notes.append(Note(stroke.tick, length, pitch, round(min(max(level, SOFTEST), LOUDEST))))
    return Part("Bass", CHANNEL, PROGRAM, tuple(notes))


def _strokes(
    manner: Bass, plan: Sequence[BarPlan], generator: np.random.Generator
) -> Iterator[Stroke]:
    for number, bar in enumerate(plan):
        if bar.role == COUNT_IN:
            continue
        before = plan[number - 1].chords[-1].chord if number else None
        after = plan[number + 1].chords[0].chord if number + 1 < len(plan) else None
        chords = [before, *(span.chord for span in bar.chords), after]
        for index, span in enumerate(bar.chords):
            if span.chord.root is None:
                continue
            following = chords[index + 2]
            leads = following not in (None, span.chord) and following.root is not None
            begins = chords[index] != span.chord
            rhythm = _rhythm(manner, bar, span, leads, generator)
            yield from _span_strokes(bar, span, begins, rhythm, generator)


def _span_strokes(
    bar: BarPlan, span: ChordSpan, begins: bool, rhythm: Rhythm, generator: np.random.Generator
) -> Iterator[Stroke]:
    """Yield the strokes of one chord within one bar; the first of them is at its beginning."""
    ends = [tick for tick, _ in rhythm[1:]] + [span.end]
    for number, ((tick, kind), end) in enumerate(zip(rhythm, ends, strict=True)):
        opens = number == 0 and (begins or bar.opens)
        step = Step(span.chord, "root" if opens else kind)
        accent = ROOT_ACCENT if opens else WEAKER if kind in ("weak", "approach") else 0
        ghost = tick + 12
        walks = kind in ("weak", "strong") and end - tick == 24
        if walks and generator.random() < SKIPS * bar.energy:
            yield Stroke(tick, ghost, step, bar.energy, accent)
            yield Stroke(ghost, ghost + SHORTEST + AIR, step, bar.energy, GHOST, again=True)
        else:
            yield Stroke(tick, end, step, bar.energy, accent)


def _rhythm(
    manner: Bass, bar: BarPlan, span: ChordSpan, leads: bool, generator: np.random.Generator
) -> Rhythm:
    """Return where a chord is struck, in the chart's ticks: its beginning first."""
    places: dict[int, Kind] = {span.start: "open" if manner.patterns else "strong"}
    if not bar.is_final:
        for tick, kind in _bar_rhythm(manner, bar, leads, generator):
            if span.start + SHORTEST <= bar.start + tick < span.end:
                places[bar.start + tick] = kind
    rhythm = sorted(places.items())
    if leads and len(rhythm) > 1 and rhythm[-1][1] == "weak":
        rhythm[-1] = (rhythm[-1][0], "approach")
    return rhythm


def _bar_rhythm(manner: Bass, bar: BarPlan, leads: bool, generator: np.random.Generator) -> Rhythm:
    """Return where the bass strikes in a bar, if the chords let it."""
    if manner.patterns:
        return [
            (tick_of(group, place), "open")
            for group, cell in chosen(bar, manner.patterns, random_pick(generator))
            for place in cell
        ]
    pulses = bar.pulses
    if not _in_two(manner, bar):
        return [(pulse.tick, "strong" if pulse.is_strong else "weak") for pulse in pulses]
    rhythm: Rhythm = [(pulse.tick, "strong") for pulse in pulses if pulse.is_strong]
    if leads and len(pulses) > 1 and generator.random() < LEAD_IN:
        rhythm.append((pulses[-1].tick, "weak"))
    return rhythm


def _in_two(manner: Bass, bar: BarPlan) -> bool:
    """Whether the bass plays the strong pulses only: ballads, heads, quiet waltzes."""
    return bar.role in (HEAD, INTRO) or bar.energy < manner.in_two_below
