"""Slurs follow from how long notes last, where that is known."""

from xml.etree import ElementTree

from jazzgen.io.musicxml.solo import solo_to_musicxml
from jazzgen.music.chart import Chart
from jazzgen.music.solo import Note, Solo
from jazzgen.notation.slurs import slurs_of

CHART = Chart.of_chords([["C"], ["F"]])


def line(*durations, pitches=None):
    notes = (
        Note(12 * n, last, 60 + n if pitches is None else pitches[n])
        for n, last in enumerate(durations)
    )
    return Solo(tuple(notes), CHART)


def test_notes_that_touch_are_slurred():
    assert slurs_of(line(12, 12, 12, 6, 6, 12, 12, 5, 6)) == [(0, 3), (5, 7)]


def test_a_pair_and_a_repeated_pitch_have_none():
    assert slurs_of(line(12, 6, 6, 12, 6, 6)) == []
    assert slurs_of(line(12, 12, 6, 6, pitches=(60, 60, 62, 64))) == []


def test_where_all_notes_touch_nobody_has_said_so():
    assert slurs_of(line(*[12] * 12)) == []
    rests = [Note(24 * n, 12, 60 + n % 3) for n in range(4)]
    repeated = [Note(96 + 12 * n, 12, 60 + n // 2) for n in range(6)]
    assert slurs_of(Solo((*rests, *repeated), CHART)) == []


def test_they_begin_and_end_on_the_page():
    sheet = ElementTree.fromstring(solo_to_musicxml(line(12, 12, 12, 6, 6, 6)))
    assert [slur.get("type") for slur in sheet.iter("slur")] == ["start", "stop"]
