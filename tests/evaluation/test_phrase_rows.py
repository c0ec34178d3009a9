"""Rows of phrases and of avoid notes, enclosures and swung off-beats, counted by hand."""

from math import isnan

import pytest

from jazzgen.evaluation import harmony, melody, phrases, rhythm
from jazzgen.music.chart import Bar, Chart, PlacedChord
from jazzgen.music.chord import ChordSymbol
from jazzgen.music.solo import Note, Solo
from jazzgen.music.timing import Meter

CHART = Chart.of_chords([["C6"]] * 4)


def line(*onsets, chart=CHART):
    return Solo(tuple(Note(onset, 6, 60) for onset in onsets), chart)


def test_unequal_phrases():
    solo = line(0, 12, 24, 36, 96, 192, 204)  # four notes, one, two
    assert phrases.phrase_variation(solo) == pytest.approx((14 / 9) ** 0.5 / (7 / 3))
    assert phrases.short_phrases(solo) == 2 / 3
    assert phrases.longest_gap(solo) == 90 / 24
    assert phrases.longest_phrase(solo) == pytest.approx(42 / 24 * 60 / 120)
    assert phrases.long_phrases(solo) == 0.0


def test_a_phrase_longer_than_a_breath():
    slow = Chart.of_chords([["C6"]] * 4, tempo=40.0)
    solo = line(*range(0, 264, 12), chart=slow)  # 258 ticks: 16.1 seconds
    assert phrases.longest_phrase(solo) == pytest.approx(258 / 24 * 1.5)
    assert phrases.long_phrases(solo) == 1.0


def test_no_notes_no_phrases():
    empty = Solo((), CHART)
    for row in ("phrase_variation", "short_phrases", "longest_phrase", "long_phrases",
                "longest_gap"):  # fmt: skip
        assert isnan(getattr(phrases, row)(empty)), row


@pytest.mark.parametrize(
    ("chord", "pitch", "avoided"),
    [
        ("Cmaj7", 65, 1.0),  # F over C major: the fourth above the third
        ("Cmaj7", 60, 0.0),  # the root lies a semitone above the seventh and is a chord tone
        ("Cmaj7", 66, 0.0),
        ("C7", 65, 1.0),
        ("C7", 61, 0.0),  # the flat ninth of a dominant
        ("Cm7", 61, 1.0),
        ("Cm7", 68, 1.0),
        ("C7", 68, 0.0),  # the flat thirteenth
    ],
)
def test_avoid_notes(chord, pitch, avoided):
    chart = Chart.of_chords([[chord]] * 2)
    assert harmony.avoid_notes(Solo((Note(48, 12, pitch),), chart)) == avoided


def test_avoid_notes_are_long_and_on_a_half_bar():
    notes = (Note(0, 6, 65), Note(12, 4, 65), Note(24, 24, 65), Note(48, 6, 65), Note(56, 6, 62))
    assert harmony.avoid_notes(Solo(notes, CHART)) == 1.0  # the first alone is counted
    waltz = Chart((Bar((PlacedChord(0, ChordSymbol.parse("C6")),), Meter(3, 4)),))
    assert isnan(harmony.avoid_notes(Solo((Note(0, 24, 65),), waltz)))


def melody_of(*pitches):
    return Solo(tuple(Note(12 * k, 12, pitch) for k, pitch in enumerate(pitches)), CHART)


@pytest.mark.parametrize(
    ("pitches", "found"),
    [
        ((65, 63, 64), 1),  # from above and below to the third
        ((62, 66, 64), 1),
        ((63, 63, 64), 0),  # the same side
        ((67, 63, 64), 0),  # three semitones away
        ((64, 66, 65), 0),  # to no chord tone
    ],
)
def test_enclosures(pitches, found):
    assert melody.enclosures(melody_of(*pitches)) == pytest.approx(100 * found / 3)


def test_octave_leaps():
    assert melody.octave_leaps(melody_of(60, 72, 59, 70)) == pytest.approx(50.0)
    assert isnan(melody.octave_leaps(melody_of(60)))


def test_off_beats_on_the_last_triplet():
    assert rhythm.triplet_off_beats(line(0, 16, 36, 64, 96 + 40)) == 3 / 4
    assert isnan(rhythm.triplet_off_beats(line(0, 24)))
