"""Block chords: the plain accompaniment that shows a solo's harmony.

The bass note lies in the octave C2 to B2; above it, from C3 to G4, three or four
voices with the guide tones among them, which move as little as they can.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise, product

from jazzgen.music.chart import Chart
from jazzgen.music.chord import ChordSymbol
from jazzgen.music.part import Part
from jazzgen.music.solo import Note

__all__ = ["block_chords", "voicing"]

PIANO, CHANNEL = 0, 1
BASS_LOW = 36
LOW, HIGH = 48, 67
CENTRE = 57.5
VOICES = 4
WIDEST = 16
MUDDY = 53
UGLY = 8
BASS_VELOCITY, VELOCITY = 50, 46

Voicing = tuple[int, ...]


def block_chords(chart: Chart) -> Part:
    """Return block chords on the piano, struck at every chord and every bar line.

    Args:
        chart: The chart.

    Returns:
        A part on channel 1. Nothing sounds where there is no chord.
    """
    notes: list[Note] = []
    voices: Voicing = ()
    for start, end, chord in _strikes(chart):
        if chord.root_pc is None or chord.bass_pc is None:
            continue
        voices = voicing(chord, voices)
        notes.append(Note(start, end - start, BASS_LOW + chord.bass_pc, BASS_VELOCITY))
        notes += [Note(start, end - start, pitch, VELOCITY) for pitch in voices]
    return Part("Chords", CHANNEL, PIANO, tuple(notes))


def voicing(chord: ChordSymbol, before: Voicing = ()) -> Voicing:
    """Voice a chord above its bass.

    Args:
        chord: The chord; not N.C.
        before: The voicing that it follows, if there is one.

    Returns:
        Ascending MIDI pitches within C3 to G4, each pitch class once.
    """
    places = [
        [pitch for pitch in range(LOW, HIGH + 1) if pitch % 12 == tone] for tone in _voices(chord)
    ]
    return min((tuple(sorted(pitches)) for pitches in product(*places)),
               key=lambda pitches: (_cost(pitches, before), pitches))  # fmt: skip


def _strikes(chart: Chart) -> Iterator[tuple[int, int, ChordSymbol]]:
    """Yield the chords as they sound, cut at the bar lines."""
    places = {*chart.bar_starts, *(span.start for span in chart.chord_spans)}
    for start, end in pairwise(sorted(places)):
        yield start, end, chart.chord_at(start)


def _voices(chord: ChordSymbol) -> list[int]:
    """Return the pitch classes to voice, at most four.

    The guide tones first, then named tensions, then the fifth (and what is left);
    what the bass has already comes in only where the voices would be two.
    """
    tensions = sorted(chord.tensions)
    rest = sorted(chord.chord_tones - chord.guide_tones, key=lambda tone: tone == chord.bass_pc)
    voices = sorted(chord.guide_tones)
    for tone in [*tensions, *rest]:
        needed = tone != chord.bass_pc or len(voices) < 3
        if tone not in voices and needed and len(voices) < VOICES:
            voices.append(tone)
    return voices


def _cost(pitches: Voicing, before: Voicing) -> float:
    """Rate a voicing: movement, distance from the centre, a wide spread, mud, rubbing voices."""
    moved = sum(min(abs(pitch - other) for other in before) for pitch in pitches) if before else 0
    middle = abs(sum(pitches) / len(pitches) - CENTRE) / 2
    spread = max(0, pitches[-1] - pitches[0] - WIDEST)
    steps = [high - low for low, high in pairwise(pitches)]
    mud = sum(low < MUDDY and step < 3 for low, step in zip(pitches, steps, strict=False))
    # A semitone at the top hides the upper of the two; two seconds in a row are a cluster.
    hidden = steps[-1:] == [1]
    clusters = sum(a + b < 4 for a, b in pairwise(steps))
    return moved + middle + spread + UGLY * (mud + hidden + clusters)
