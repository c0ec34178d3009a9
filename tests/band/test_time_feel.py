"""How players keep time: around the grid, with a memory, and never away from it."""

from dataclasses import replace

import numpy as np
import pytest

import jazzgen
from jazzgen.band.time_feel import FURTHEST, feel_of, loosened, tightened, wandering
from jazzgen.band.trio import accompany
from jazzgen.music.part import Part
from jazzgen.music.solo import Note, Solo

CHART = replace(jazzgen.chart("blues"), tempo=120.0).repeat(30)
BEATS = Part("Bass", 2, 32, tuple(Note(tick, 20, 40) for tick in range(0, CHART.ticks, 24)))
TICKS_PER_SECOND = 48


def autocorrelation(series, lag):
    centered = series - series.mean()
    return (centered[:-lag] * centered[lag:]).mean() / centered.var()


def test_a_player_wanders_around_its_lag_and_keeps_the_tempo():
    late = np.array([note.deviation for note in loosened(BEATS, CHART, 1).notes]) / TICKS_PER_SECOND
    feel = feel_of("Bass")
    assert late.mean() == pytest.approx(feel.lag, abs=0.003)
    assert late.std() == pytest.approx(np.hypot(feel.slow, feel.jitter), rel=0.2)
    # Neighbors are alike, and far beats are not: no drift, and no white noise.
    assert autocorrelation(late, 1) > 0.15
    assert abs(autocorrelation(late, 200)) < 0.15
    halves = np.array_split(late, 2)
    assert halves[0].mean() == pytest.approx(halves[1].mean(), abs=0.005)


def test_wandering_is_the_same_for_a_longer_tune():
    np.testing.assert_array_equal(wandering([3, 1], 50), wandering([3, 1], 90)[:50])
    assert wandering([3, 1], 20_000).std() == pytest.approx(1, abs=0.1)


def test_what_is_struck_together_stays_together_and_others_do_not():
    chord = Part("Piano", 1, 0, tuple(Note(24 * (n // 3), 20, 60 + n % 3) for n in range(300)))
    late = [note.deviation for note in loosened(chord, CHART, 1).notes]
    assert late[0::3] == late[1::3] == late[2::3]
    assert len(set(late)) > 50


def test_chance_is_drawn_bar_by_bar():
    moved = replace(BEATS, notes=(Note(0, 5, 40), Note(12, 5, 40), *BEATS.notes[1:]))
    one, other = (loosened(part, CHART, 4).notes for part in (BEATS, moved))
    assert one[1:] == other[2:]


def test_swung_off_beats_wander_together_for_all_players():
    straight = replace(CHART, feel="straight")
    for name, channel in (("Bass", 2), ("Piano", 1)):
        notes = tuple(Note(tick, 5, 40) for tick in range(12, CHART.ticks, 24))
        part = Part(name, channel, 0, notes)
        swung, even = (
            np.array([note.deviation for note in loosened(part, chart, 1).notes])
            for chart in (CHART, straight)
        )
        moved = swung - even
        assert moved.std() > 0.2
        if channel == 2:
            first = moved
    unbounded = (np.abs(moved) < 0.5) & (np.abs(first) < 0.5)
    assert np.corrcoef(first[unbounded], moved[unbounded])[0, 1] > 0.9


def test_a_tight_player_is_nearer_and_at_last_on_the_grid():
    loose = loosened(BEATS, CHART, 1)
    half, on_it = tightened(loose, 0.5), tightened(loose, 1.0)
    assert [2 * note.deviation for note in half.notes] == [note.deviation for note in loose.notes]
    assert {note.deviation for note in on_it.notes} == {0.0}


@pytest.mark.parametrize("feel", ["swing", "ballad", "samba"])
def test_nobody_in_the_band_begins_before_the_tune_or_far_from_what_is_written(feel):
    chart = replace(jazzgen.chart("blues"), feel=feel)
    parts = accompany(Solo((), chart), 3)
    for part in parts:
        assert all(abs(note.deviation) <= FURTHEST for note in part.notes)
        assert all(note.onset + note.deviation >= 0 for note in part.notes)
        assert len({note.deviation for note in part.notes}) > 10
    exact = accompany(Solo((), chart), 3, tight=1.0)
    assert {note.deviation for part in exact for note in part.notes} == {0.0}
    assert [len(part.notes) for part in parts] == [len(part.notes) for part in exact]
