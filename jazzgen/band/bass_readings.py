"""What a bass makes of the line that it has in mind: walking, in two, a pedal, or a pattern.

A reading says when notes begin within a chord, and which ones they are. Its rules are what bass
methods teach (Ed Friedland, *Building Walking Bass Lines*, 1993; Rufus Reid, *The Evolving
Bassist*, 1974), since the data from which the line was learnt tell one pitch a beat and nothing of
rhythm:

- **Walking**: the line, note for note; where it repeats a note, the note may ring for two beats.
- **In two**: the line's note on the first beat, then fifth, third, octave or the line's own tone;
  often a pick-up into the next bar.
- **Pedal**: where chords change above one bass note, the bass stays, in rhythm.
- **Patterns**: of the style; root on strong places, fifth above or below, pick-ups into both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from jazzgen.band.bar_plan import HEAD, INTRO, BarPlan
from jazzgen.band.bass_steps import HIGH, LOW
from jazzgen.band.rhythm_cells import choose_cells, random_pick, tick_of
from jazzgen.band.styles import Bass
from jazzgen.music.chart import ChordSpan
from jazzgen.music.chord import ChordSymbol
from jazzgen.music.timing import TICKS_PER_QUARTER

__all__ = ["Line", "Rhythm", "fifth_of", "is_in_two", "is_pedal", "nearest", "read_span"]

Line = Mapping[int, int]
"""MIDI pitches by tick of the chart."""
Rhythm = list[tuple[int, int]]
"""Onsets in ticks of the chart, and MIDI pitches."""

SHORTEST = 6
"""The shortest time from the beginning of a chord to the next note, in ticks."""
TIES = 0.35
"""The chance that a repeated note of a walking line rings on instead."""
QUARTER_PICK_UP, EIGHTH_PICK_UP = 0.3, 0.25
"""The chances that a bass in two leads into the next bar with a quarter, and with an eighth."""
SECOND_NOTES = {"fifth": 0.45, "line": 0.25, "octave": 0.1, "third": 0.2}
"""What a bass in two plays on the second strong beat of a chord, and how often."""
PEDALS = ((0.0, 1.5), (0.0, 2.5, 3.0), (0.0, 1.5, 3.0), (0.0, 1.5, 2.5), (0.0,), (0.0, 3.5))
"""The rhythms of a pedal, in quarters after the bar line."""
OCTAVES = 0.2
"""The chance that a note of a pedal, other than the first of a bar, is an octave away."""
ABOVE = 40
"""The MIDI pitch of a root, E2, below which its fifth is played above it."""
OTHER_SIDE = 0.2
"""The chance that the fifth is played on the other side."""


def read_span(
    bass: Bass,
    bar: BarPlan,
    span: ChordSpan,
    line: Line,
    pedal: bool,
    leads: bool,
    figure: Sequence[int],
    generator: np.random.Generator,
) -> Rhythm:
    """Return the notes of a chord within one bar; the first one begins with it.

    Args:
        bass: How the style's bass plays.
        bar: The bar.
        span: The chord, cut at the bar lines.
        line: The walking line: the MIDI pitch of each pulse of the chart, and of each chord's
            beginning.
        pedal: Whether the bass stays on one note while the chords change.
        leads: Whether another chord follows at the end of this one.
        figure: The seed of the rhythm of a pattern: the same one where a figure comes again.
        generator: The source of all other chance.
    """
    if bar.is_final:  # a tune ends on the bass note of its chord, even if the chord is not new
        return [(span.start, nearest(span.chord.bass_pc or 0, line[span.start]))]
    if pedal:
        return _pedal(bar, span, line, generator)
    if bass.patterns:
        return _pattern(bass, bar, span, line, leads, figure, generator)
    if is_in_two(bass, bar):
        return _two(bar, span, line, generator)
    return _walk(bar, span, line, generator)


def is_in_two(bass: Bass, bar: BarPlan) -> bool:
    """Whether the bass plays strong pulses only, as in heads, ballads and quiet waltzes.

    Args:
        bass: How the style's bass plays.
        bar: The bar.
    """
    return bar.role in (HEAD, INTRO) or bar.form_energy < bass.in_two_below


def is_pedal(before: ChordSymbol | None, chord: ChordSymbol, after: ChordSymbol | None) -> bool:
    """Whether a chord stands above a pedal: a neighbour has its bass, and the bass is no root.

    Args:
        before: The chord before it.
        chord: The chord.
        after: The chord after it.
    """
    return any(
        other is not None
        and other != chord
        and other.bass_pc == chord.bass_pc
        and (other.bass is not None or chord.bass is not None)
        for other in (before, after)
    )


def nearest(pitch_class: int, pitch: float) -> int:
    """Return the note of a pitch class that is nearest to a pitch, within the range of the bass.

    Args:
        pitch_class: 0 to 11.
        pitch: A MIDI pitch.
    """
    notes = [note for note in range(LOW, HIGH + 1) if note % 12 == pitch_class]
    return min(notes, key=lambda note: (abs(note - pitch), note))


def _walk(bar: BarPlan, span: ChordSpan, line: Line, generator: np.random.Generator) -> Rhythm:
    rhythm = [(span.start, line[span.start])]
    for pulse in bar.pulses:
        tick = bar.start + pulse.tick
        if not span.start + SHORTEST <= tick < span.end:
            continue
        repeats = line[tick] == rhythm[-1][1] and tick - rhythm[-1][0] == TICKS_PER_QUARTER
        if not (repeats and generator.random() < TIES):
            rhythm.append((tick, line[tick]))
    return rhythm


def _two(bar: BarPlan, span: ChordSpan, line: Line, generator: np.random.Generator) -> Rhythm:
    rhythm = [(span.start, _first_note(span.chord, line[span.start]))]
    for pulse in bar.pulses:
        tick = bar.start + pulse.tick
        if pulse.is_strong and span.start + SHORTEST <= tick < span.end:
            rhythm.append((tick, _second_note(span.chord, rhythm[-1][1], line[tick], generator)))
    last = bar.start + bar.pulses[-1].tick
    chance = generator.random()
    # Only the last chord of a bar leads into the next one, and only if it has had its first note.
    if span.end == bar.end and last - rhythm[-1][0] >= TICKS_PER_QUARTER:
        if chance < QUARTER_PICK_UP:
            rhythm.append((last, line.get(last, rhythm[-1][1])))
        elif chance < QUARTER_PICK_UP + EIGHTH_PICK_UP:
            rhythm.append((bar.start + bar.pulses[-1].off_beat, line.get(last, rhythm[-1][1])))
    return rhythm


def _first_note(chord: ChordSymbol, planned: int) -> int:
    """Return what a bass in two plays on one: root or fifth, also where a chord goes on.

    Args:
        chord: The chord.
        planned: What the walking line plays there.
    """
    firm = [chord.bass_pc or 0, *(() if chord.bass is not None else _tones(chord, 6, 7, 8))]
    if planned % 12 in firm:
        return planned
    return min((nearest(tone, planned) for tone in firm), key=lambda note: abs(note - planned))


def _second_note(
    chord: ChordSymbol, first: int, planned: int, generator: np.random.Generator
) -> int:
    """Return the second note of a chord in two.

    Args:
        chord: The chord.
        first: The MIDI pitch of its first note.
        planned: What the walking line plays here.
        generator: The source of chance.
    """
    kind = generator.choice(list(SECOND_NOTES), p=list(SECOND_NOTES.values()))
    if kind == "line" and planned % 12 in chord.chord_tones and planned != first:
        return planned
    if kind == "octave" and first - 12 >= LOW:
        return first - 12
    tones = _tones(chord, 3, 4) if kind == "third" else []
    between = (first + planned) / 2
    return nearest((tones or _tones(chord, 6, 7, 8) or [chord.bass_pc or 0])[0], between)


def _tones(chord: ChordSymbol, *semitones: int) -> list[int]:
    """Return the chord tones at these distances above the root, as pitch classes."""
    root = chord.root_pc or 0
    return sorted(tone for tone in chord.chord_tones if (tone - root) % 12 in semitones)


def _pedal(bar: BarPlan, span: ChordSpan, line: Line, generator: np.random.Generator) -> Rhythm:
    root = nearest(span.chord.bass_pc or 0, line[span.start])
    rhythm = [(span.start, root)]
    for quarters in PEDALS[int(generator.integers(len(PEDALS)))]:
        tick = bar.start + round(quarters * TICKS_PER_QUARTER)
        if span.start + SHORTEST <= tick < span.end:
            away = root - 12 if root - 12 >= LOW else root + 12
            rhythm.append((tick, away if generator.random() < OCTAVES else root))
    return rhythm


def _pattern(
    bass: Bass,
    bar: BarPlan,
    span: ChordSpan,
    line: Line,
    leads: bool,
    figure: Sequence[int],
    generator: np.random.Generator,
) -> Rhythm:
    root = nearest(span.chord.bass_pc or 0, min(line[span.start], HIGH - 7))
    fifth = fifth_of(span.chord, root, generator)
    rhythm = [(span.start, root)]
    cells = choose_cells(bar, bass.patterns, random_pick(np.random.default_rng(list(figure))))
    places = [(group, place) for group, cell in cells for place in cell]
    for group, place in places:
        tick = bar.start + tick_of(group, place)
        left_out = place % 1 and generator.random() < bass.freedom
        if span.start + SHORTEST <= tick < span.end and not left_out:
            # The second half of a group has the fifth, and so has the pick-up into it.
            second = len(group) / 2 - 0.5 <= place < len(group) - 0.5 and place > 0
            note = fifth if second else root
            if rhythm[-1][1] == note and generator.random() < bass.color:
                note = _color(span.chord, note, above=second)
            rhythm.append((tick, note))
    # The walking line leads into another chord; where none comes, its last note is a tone like any.
    last = bar.start + bar.pulses[-1].tick
    leads = leads and len(rhythm) > 1 and rhythm[-1][0] >= last
    if leads and span.end == bar.end and generator.random() < bass.freedom:
        rhythm[-1] = rhythm[-1][0], line.get(last, root)
    return rhythm


def _color(chord: ChordSymbol, note: int, above: bool) -> int:
    """Return what is played instead of a note that would come again: third, sixth or octave.

    Args:
        chord: The chord.
        note: The MIDI pitch of its root or fifth.
        above: Whether it is the fifth, after which a sixth or the root above comes.
    """
    tones = [*_tones(chord, 9), chord.root_pc or 0] if above else _tones(chord, 3, 4)
    if not tones or chord.bass is not None:
        return note
    higher = note + (tones[0] - note) % 12
    return higher if higher <= HIGH else higher - 12


def fifth_of(chord: ChordSymbol, root: int, generator: np.random.Generator) -> int:
    """Return the fifth above or below a root, or the root where the chord has none.

    Args:
        chord: The chord.
        root: The MIDI pitch of its bass note.
        generator: Decides on which side.
    """
    tones = _tones(chord, 6, 7, 8)
    if not tones or chord.bass is not None:
        return root
    # A chord with a diminished and an augmented fifth has the one next to a perfect fifth above.
    above = root + (tones[0] - root) % 12
    below = above - 12
    up = (root < ABOVE) != (generator.random() < OTHER_SIDE)
    return above if (up and above <= HIGH) or below < LOW else below
