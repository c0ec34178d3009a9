"""Rows of articulation and dynamics, on solos small enough to count by hand."""

from math import isnan, sqrt

import pytest

from jazzgen.evaluation import articulation, dynamics
from jazzgen.music.chart import Chart
from jazzgen.music.solo import Note, Solo

CHART = Chart.of_chords([["C6"], ["G7"]])


def rows(module, *notes):
    solo = Solo(notes, CHART)
    return {metric.name: metric.measure(solo) for metric in module.METRICS}


def test_eighths_and_repeated_notes():
    found = rows(
        articulation,
        Note(0, 12, 60),  # an eighth, legato, repeated
        Note(12, 6, 60),  # an eighth, half of it
        Note(24, 18, 62),  # a quarter, three quarters of it, repeated
        Note(48, 12, 62),  # a half note: a rest follows
        Note(96, 12, 64),  # the last
    )
    assert found == {
        "legato_eighths": 1 / 2,
        "legato_repeats": 1 / 2,
        "sounding_share": pytest.approx((1 + 0.5 + 0.75) / 3),
    }


def test_where_nothing_follows_there_is_no_articulation():
    assert all(isnan(value) for value in rows(articulation, Note(0, 12, 60)).values())


def test_velocities_that_follow_the_pitch():
    found = rows(
        dynamics,
        Note(0, 12, 60, velocity=70),
        Note(12, 12, 62, velocity=80),
        Note(24, 12, 64, velocity=90),
        Note(96, 12, 62, velocity=80),  # begins a phrase
    )
    assert found == {
        "phrase_accent": 75 - 80,
        "velocities": 3.0,
        "velocity_follows_pitch": pytest.approx(1.0),
    }


def test_a_correlation_as_defined():
    """Deviations from the means: pitch -2, 0, 2; velocity 0, -10, 10."""
    played = zip((60, 62, 64), (70, 60, 80), strict=True)
    notes = [Note(12 * k, 12, pitch, velocity=v) for k, (pitch, v) in enumerate(played)]
    assert rows(dynamics, *notes)["velocity_follows_pitch"] == pytest.approx(20 / sqrt(8 * 200))


def test_mechanical_velocities_follow_nothing():
    found = rows(dynamics, *(Note(12 * k, 12, 60 + k) for k in range(4)))
    assert found["velocities"] == 1.0
    assert found["phrase_accent"] == 0.0
    assert isnan(found["velocity_follows_pitch"])
