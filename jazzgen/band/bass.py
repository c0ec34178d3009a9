"""The bass: a line that was learnt, read as its style wants it, and played by a hand.

First the whole walking line is drawn (`walking`), which knows the chart only. Then each bar is read
from it (`bass_readings`), and a hand plays it: lengths, ghost notes, accents. The recordings from
which the line was learnt do not tell these; they are rules after what bass methods teach (see
`bass_readings`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from jazzgen.band.bar_plan import COUNT_IN, BarPlan, section_numbers
from jazzgen.band.bass_file import shipped_bass
from jazzgen.band.bass_readings import Line, Rhythm, is_in_two, is_pedal, read_span
from jazzgen.band.styles import Bass, find_style
from jazzgen.band.tumbao import held_until, read_tumbao
from jazzgen.band.walking import walking_line
from jazzgen.music.chart import Chart
from jazzgen.music.part import Part
from jazzgen.music.solo import Note
from jazzgen.music.timing import EIGHTH, TICKS_PER_QUARTER

__all__ = ["bass_part"]

CHANNEL, PROGRAM = 2, 32
"""The MIDI channel, counted from 0, and the General MIDI program: acoustic bass."""
LEVEL, ENERGY, OPENING, BACK_BEAT, GHOST = 78, 18, 4, 3, -26
"""MIDI velocities: of a usual note, and what energy, a new chord, a weak pulse and a ghost add: a
walking bass leans on two and four, with the hi-hat."""
UNEVEN = 4.0
"""The standard deviation of MIDI velocities from note to note."""
SOFTEST, LOUDEST = 24, 112
"""The bounds of MIDI velocities."""
SOUNDS, SPREAD, BRIEFEST, LONGEST = 0.92, 0.06, 0.6, 1.0
"""The share of its time that a note sounds: its mean, its standard deviation, its bounds."""
SAME_STRING, SHIFT = -0.08, -0.12
"""What is added to the share before the same note, which is plucked again, and before a leap of a
fifth or more, for which the hand shifts."""
SKIPS, TRIPLETS, RAKES = 0.16, 0.05, 0.04
"""The chances of what may follow a walking note, at full energy: a ghost on the off-beat; two
ghosts that fall down the strings in triplets; an open string, plucked dead, into the next note."""
FASTEST_TRIPLETS = 190.0
"""The tempo in quarter notes per minute up to which triplets are played."""
TRIPLET = TICKS_PER_QUARTER // 3
GHOST_TICKS = 5
"""The length of a ghost note in ticks."""
OPEN_STRINGS = (28, 33, 38, 43)
"""The open strings as MIDI pitches: E1, A1, D2, G2."""
OCTAVE, FIFTH = 12, 7
FIGURE = 13
"""What marks the chance of the rhythms of patterns."""


@dataclass(frozen=True, kw_only=True)
class Stroke:
    """A note of the bass.

    Args:
        tick: Its onset, in ticks of the chart.
        end: The tick at which the next one begins, or its chord ends.
        pitch: Its MIDI pitch.
        bar: Its bar.
        opens: Whether a new chord or a chorus begins with it.
        ghost: Whether it is felt more than heard.
        uneven: What chance adds to its MIDI velocity.
        sounds: The share of its time that it sounds.
    """

    tick: int
    end: int
    pitch: int
    bar: BarPlan
    opens: bool = False
    ghost: bool = False
    uneven: float = 0.0
    sounds: float = SOUNDS


def bass_part(chart: Chart, plan: Sequence[BarPlan], seed: int) -> Part:
    """Return what the bass plays; it rests where there is no chord.

    Args:
        chart: The chart, for its feel, tempo and chords.
        plan: Its bars.
        seed: The same seed gives the same line.

    Raises:
        ModelError: The bass that ships with jazzgen is missing or damaged.
    """
    line = walking_line(shipped_bass(), chart, _onsets(chart, plan), [seed, CHANNEL])
    strokes: list[Stroke] = []
    for stroke in _strokes(chart, find_style(chart.feel).bass, plan, line, seed):
        if strokes:  # a note that is tied into a bar ends where that bar has its first one
            strokes[-1] = replace(strokes[-1], end=min(strokes[-1].end, stroke.tick))
        strokes.append(_within_an_octave(stroke, strokes[-1] if strokes else None))
    return Part("Bass", CHANNEL, PROGRAM, tuple(map(_note, strokes)))


def _onsets(chart: Chart, plan: Sequence[BarPlan]) -> list[int]:
    """Return the onsets of the walking line: all pulses, and where chords begin beside them."""
    ticks = {bar.start + pulse.tick for bar in plan for pulse in bar.pulses}
    return sorted(ticks | {span.start for span in chart.chord_spans})


def _strokes(
    chart: Chart, bass: Bass, plan: Sequence[BarPlan], line: Line, seed: int
) -> Iterator[Stroke]:
    """Yield all notes, in order."""
    sections, style = section_numbers(plan), find_style(chart.feel)
    for before, bar, after in zip([None, *plan[:-1]], plan, [*plan[1:], None], strict=True):
        generator = bar.generator(seed, CHANNEL)
        # A rhythm comes again until the section ends; what leads out of it is free.
        place = bar.turn % style.holds if not bar.closes else style.holds + bar.number
        figure = (seed, CHANNEL, FIGURE, sections[bar.number], place)
        ahead = read_tumbao(before, bar, after, line, generator) if bass.anticipates else []
        if ahead:
            yield from _timed(bar, ahead, held_until(bar, after), bar.opens, generator)
        elif bar.role != COUNT_IN:
            yield from _bar_strokes(chart, bass, bar, line, figure, generator)


def _bar_strokes(
    chart: Chart,
    bass: Bass,
    bar: BarPlan,
    line: Line,
    figure: tuple[int, ...],
    generator: np.random.Generator,
) -> Iterator[Stroke]:
    """Yield the notes of a bar in which each chord is played from where it begins.

    Args:
        chart: The chart.
        bass: How the style's bass plays.
        bar: The bar.
        line: The walking line.
        figure: The seed of the rhythm of a pattern.
        generator: The source of all other chance.
    """
    for span in bar.chords:
        if span.chord.root is None:
            continue
        number = chart.span_at(span.start)
        around = (
            chart.chord_spans[max(number - 1, 0)],
            *chart.chord_spans[number + 1 : number + 2],
        )
        pedal = any(is_pedal(one.chord, span.chord, None) for one in around)
        leads = span.end == chart.chord_spans[number].end < chart.ticks
        rhythm = read_span(bass, bar, span, line, pedal, leads, figure, generator)
        begins = chart.chord_spans[number].start == span.start
        walks = not (bass.patterns or pedal or bar.is_final or is_in_two(bass, bar))
        strokes = _timed(bar, rhythm, span.end, begins or bar.opens, generator)
        yield from _decorated(strokes, chart.tempo, generator) if walks else strokes


def _timed(
    bar: BarPlan, rhythm: Rhythm, end: int, opens: bool, generator: np.random.Generator
) -> list[Stroke]:
    """Return notes with ends, accents and lengths."""
    strokes = []
    nexts = [*rhythm[1:], (end, rhythm[-1][1])]
    for number, ((tick, pitch), (limit, after)) in enumerate(zip(rhythm, nexts, strict=True)):
        sounds = SOUNDS + SPREAD * float(generator.normal())
        sounds += SAME_STRING * (after == pitch and limit < end)
        sounds += SHIFT * (abs(after - pitch) >= FIFTH)
        strokes.append(
            Stroke(
                tick=tick,
                end=limit,
                pitch=pitch,
                bar=bar,
                opens=opens and number == 0,
                uneven=UNEVEN * float(generator.normal()),
                sounds=LONGEST if bar.is_final else min(max(sounds, BRIEFEST), LONGEST),
            )
        )
    return strokes


def _decorated(
    strokes: Sequence[Stroke], tempo: float, generator: np.random.Generator
) -> Iterator[Stroke]:
    """Yield walking notes, some with ghost notes after them."""
    for stroke in strokes:
        chance = generator.random() / max(stroke.bar.energy, 0.01)
        if stroke.end - stroke.tick != TICKS_PER_QUARTER:
            yield stroke
        elif chance < SKIPS:
            yield from _with_ghosts(stroke, (EIGHTH, stroke.pitch))
        elif chance < SKIPS + TRIPLETS and tempo <= FASTEST_TRIPLETS:
            lower = _open_string(stroke.pitch)
            yield from _with_ghosts(stroke, (TRIPLET, stroke.pitch), (2 * TRIPLET, lower))
        elif SKIPS + TRIPLETS <= chance < SKIPS + TRIPLETS + RAKES:
            yield from _with_ghosts(stroke, (EIGHTH, _open_string(stroke.pitch)))
        else:
            yield stroke


def _with_ghosts(stroke: Stroke, *ghosts: tuple[int, int]) -> Iterator[Stroke]:
    """Yield a note that ends where its ghosts begin, and the ghosts.

    Args:
        stroke: The note.
        ghosts: Ticks after its onset, and MIDI pitches.
    """
    yield replace(stroke, end=stroke.tick + ghosts[0][0])
    for after, pitch in ghosts:
        tick = stroke.tick + after
        yield replace(
            stroke, tick=tick, end=tick + GHOST_TICKS, pitch=pitch, opens=False, ghost=True
        )


def _open_string(pitch: int) -> int:
    """Return the open string at or below a pitch, at most an octave away."""
    return max((string for string in OPEN_STRINGS if string <= pitch), default=OPEN_STRINGS[0])


def _within_an_octave(stroke: Stroke, before: Stroke | None) -> Stroke:
    """Return a note, in another octave if it is more than an octave from the note before."""
    if before is None or abs(stroke.pitch - before.pitch) <= OCTAVE:
        return stroke
    octave = OCTAVE if stroke.pitch < before.pitch else -OCTAVE
    return _within_an_octave(replace(stroke, pitch=stroke.pitch + octave), before)


def _note(stroke: Stroke) -> Note:
    weak = (stroke.tick - stroke.bar.start) // TICKS_PER_QUARTER % 2
    level = LEVEL + ENERGY * (stroke.bar.energy - 0.5) + stroke.uneven
    level += GHOST if stroke.ghost else OPENING * stroke.opens + BACK_BEAT * weak
    length = max(round((stroke.end - stroke.tick) * stroke.sounds), 1)
    return Note(stroke.tick, length, stroke.pitch, round(min(max(level, SOFTEST), LOUDEST)))
