"""Rows of structure, on solos small enough to count by hand."""

from math import isnan

import pytest

from jazzgen.evaluation import structure
from jazzgen.music.chart import Chart
from jazzgen.music.solo import Note, Solo


def bars(*counts_and_pitches):
    """A solo with so many eighths of one pitch in each bar."""
    chart = Chart.of_chords([["C6"]] * len(counts_and_pitches))
    notes = [
        Note(96 * bar + 12 * k, 12, pitch)
        for bar, (count, pitch) in enumerate(counts_and_pitches)
        for k in range(count)
    ]
    return Solo(tuple(notes), chart)


BUILDING = bars(*[(1, 60)] * 4, *[(2, 64)] * 4, *[(3, 68)] * 4, *[(4, 72)] * 4)


def test_a_solo_that_builds():
    assert structure.density_trend(BUILDING) == pytest.approx(1.0)
    assert structure.register_trend(BUILDING) == pytest.approx(1.0)
    assert structure.neighbouring_density(BUILDING) == pytest.approx(1.0)
    assert structure.density_variation(BUILDING) == pytest.approx((1.25 / 16) ** 0.5)
    assert structure.register_variation(BUILDING) == pytest.approx(20**0.5)


def test_a_solo_that_never_changes():
    flat = bars(*[(2, 60)] * 16)
    assert structure.density_trend(flat) == structure.register_trend(flat) == 0.0
    assert structure.density_variation(flat) == structure.register_variation(flat) == 0.0


def test_two_windows_are_too_few():
    short = bars(*[(2, 60)] * 11)
    for row in ("density_trend", "register_trend", "density_variation", "neighbouring_density"):
        assert isnan(getattr(structure, row)(short))


def test_a_motif_comes_back_in_another_key():
    chart = Chart.of_chords([["C6"]] * 2)
    pitches = [60, 62, 64, 65, 62, 64, 66, 67]  # the second four are the first, a tone up
    solo = Solo(tuple(Note(12 * k, 12, pitch) for k, pitch in enumerate(pitches)), chart)
    assert structure.motif_recurrence(solo) == pytest.approx(1 / 5)
    longer = Solo((*solo.notes[:7], Note(96, 12, 67)), chart)  # the rhythm differs
    assert structure.motif_recurrence(longer) == 0.0
    assert isnan(structure.motif_recurrence(Solo(solo.notes[:3], chart)))
