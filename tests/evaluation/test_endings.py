"""Rows of endings, on solos small enough to count by hand."""

from math import isnan

import pytest

from jazzgen.evaluation import endings
from jazzgen.music.chart import Bar, Chart, PlacedChord
from jazzgen.music.chord import ChordSymbol
from jazzgen.music.solo import Note, Solo
from jazzgen.music.timing import Meter

CHART = Chart.of_chords([["Dm7"], ["G7"]])


def ending(*notes, chart=CHART):
    solo = Solo(notes, chart)
    return {metric.name: metric.measure(solo) for metric in endings.METRICS}


def test_a_solo_that_stops_in_the_last_bar():
    assert ending(Note(0, 12, 62), Note(108, 36, 71)) == {
        "beats_left": 3.5,
        "ends_in_last_beat": 0.0,
        "last_note_beats": 1.5,
        "last_note_chord_tone": 1.0,
    }


@pytest.mark.parametrize(("onset", "late"), [(167, 0.0), (168, 1.0), (191, 1.0)])
def test_the_last_beat_begins_on_its_tick(onset, late):
    assert ending(Note(onset, 1, 60))["ends_in_last_beat"] == late


def test_the_last_beat_is_one_of_the_meter():
    chart = Chart((Bar((PlacedChord(0, ChordSymbol.parse("C6")),), Meter(12, 8)),))
    assert ending(Note(108, 12, 60), chart=chart)["ends_in_last_beat"] == 1.0
    assert ending(Note(107, 12, 60), chart=chart)["ends_in_last_beat"] == 0.0


def test_the_chord_is_the_one_under_the_last_note():
    assert ending(Note(0, 12, 71), Note(95, 12, 62))["last_note_chord_tone"] == 1.0
    assert ending(Note(0, 12, 62), Note(96, 12, 60))["last_note_chord_tone"] == 0.0
    chart = Chart.of_chords([["C6"], ["N.C."]])
    assert isnan(ending(Note(96, 12, 60), chart=chart)["last_note_chord_tone"])


def test_an_empty_solo_has_no_ending():
    assert all(isnan(value) for value in ending().values())
