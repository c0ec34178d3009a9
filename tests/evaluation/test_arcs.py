"""Rows of arcs, on solos small enough to count by hand."""

from dataclasses import replace
from math import isnan

import pytest

from jazzgen.evaluation import arcs
from jazzgen.music.chart import Chart
from jazzgen.music.solo import Note, Solo


def quarters(pitches, velocities=None, chorus=4):
    """A solo in quarter notes over choruses of some bars."""
    bars = -(-len(pitches) // 4)
    chart = Chart.of_chords([["C6"]] * bars)
    chart = replace(chart, chorus_starts=tuple(range(0, bars, chorus)))
    loud = velocities or [80] * len(pitches)
    notes = [Note(24 * k, 24, *note) for k, note in enumerate(zip(pitches, loud, strict=True))]
    return Solo(tuple(notes), chart)


def test_a_solo_rises_by_the_difference_of_its_thirds():
    solo = quarters([60, 62, 70, 50, 66, 68, 70], [50, 60, 1, 1, 80, 90, 70])
    # The thirds are of time: the third note lies on the border and belongs to the second.
    assert arcs.pitch_rise(solo) == pytest.approx(68 - 61)
    assert arcs.loudness_rise(solo) == pytest.approx(80 - 55)
    assert isnan(arcs.pitch_rise(quarters([60])))
    assert isnan(arcs.loudness_rise(quarters([60])))


def test_the_first_of_the_peak_positions_counts():
    assert arcs.peak_position(quarters([60, 72, 61, 72, 60])) == pytest.approx(0.25)
    assert arcs.peak_position(quarters([60, 61])) == 1.0
    assert isnan(arcs.peak_position(quarters([60])))


def test_choruses_grow_louder():
    loud = [*[60] * 16, *[90, 70] * 8, *[100] * 16]
    assert arcs.chorus_loudness(quarters([60] * 48, loud)) == pytest.approx(1.0)
    assert arcs.chorus_loudness(quarters([60] * 48, loud[::-1])) == pytest.approx(-1.0)
    assert arcs.chorus_loudness(quarters([60] * 48)) == 0.0
    assert isnan(arcs.chorus_loudness(quarters([60] * 32, loud[:32])))


def test_a_note_in_a_chorus_that_is_not_played_does_not_count():
    loud = [*[60] * 16, *[80] * 16, *[100] * 16]
    assert arcs.chorus_loudness(quarters([60] * 49, [*loud, 1])) == pytest.approx(1.0)
    assert arcs.chorus_loudness(quarters([60] * 52, [*loud, 1, 1, 1, 1])) < 0


def test_a_pickup_belongs_to_the_first_chorus():
    solo = quarters([60] * 52, [*[60] * 20, *[80] * 16, *[100] * 16])
    shifted = replace(solo, chart=replace(solo.chart, chorus_starts=(1, 5, 9)))
    assert arcs.chorus_loudness(shifted) == pytest.approx(1.0)


def test_loudness_of_neighbouring_windows():
    blocks = quarters([60] * 80, [loud for loud in (40, 40, 80, 80, 40) for _ in range(16)])
    # Of the four pairs of neighbours, two are equal and two are not.
    assert arcs.neighbouring_loudness(blocks) == pytest.approx(0.0)
    alternating = quarters([60] * 80, [loud for loud in (40, 80) * 2 + (40,) for _ in range(16)])
    assert arcs.neighbouring_loudness(alternating) == pytest.approx(-1.0)
    assert isnan(arcs.neighbouring_loudness(quarters([60] * 48)))
