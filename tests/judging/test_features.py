"""What the judge hears, on solos in which one can hear it."""

from dataclasses import replace
from math import isnan

import numpy as np
import pytest

from jazzgen.judging.features import FEWEST_NOTES, feature_names, features_of
from jazzgen.music.chart import Chart
from jazzgen.music.solo import Note, Solo


def line(pitches, velocities=None, length=12, wait=12, chorus=None):
    """A line of notes that begin every `wait` ticks, over choruses of some bars."""
    bars = -(-len(pitches) * wait // 96) + 1
    chart = Chart.of_chords(
        [["C6"]] * bars, chorus_starts=tuple(range(0, bars, chorus)) if chorus else (0,)
    )
    loud = velocities or [80] * len(pitches)
    notes = [Note(wait * k, length, *one) for k, one in enumerate(zip(pitches, loud, strict=True))]
    return Solo(tuple(notes), chart)


def wandering(seed, count=128):
    draw = np.random.default_rng(seed)
    return (60 + np.cumsum(draw.integers(-4, 5, count)) % 24).tolist()


def test_every_solo_has_the_same_features():
    names = feature_names()
    assert len(names) == len(set(names)) > 50
    for solo in (line(wandering(1)), line(wandering(2), wait=36), line([60] * 40), line([60])):
        assert tuple(features_of(solo)) == names
        assert not any(np.isinf(value) for value in features_of(solo).values())


def test_too_few_notes_have_no_features():
    assert all(map(isnan, features_of(line([60] * (FEWEST_NOTES - 1))).values()))
    assert not all(map(isnan, features_of(line([60] * FEWEST_NOTES)).values()))


def test_they_do_not_depend_on_the_key():
    solo = line(wandering(3))
    assert features_of(solo.transpose(3)) == pytest.approx(features_of(solo), nan_ok=True)


def test_an_idea_that_returns_is_heard():
    idea = wandering(4, 8)
    again = features_of(line([*idea, *wandering(5, 24), *idea, *wandering(6, 24)], chorus=4))
    never = features_of(line([*idea, *wandering(5, 24), *wandering(7, 8), *wandering(6, 24)]))
    assert again["pitches_4_back"] > never["pitches_4_back"]
    assert again["figures_4"] > never["figures_4"]
    assert again["figures_chorus"] == again["figures_4"]
    assert isnan(never["figures_chorus"])


def test_a_rise_is_heard():
    up = features_of(line([50 + k // 8 for k in range(128)], [50 + k // 4 for k in range(128)]))
    assert (up["pitch_slope"], up["loud_slope"]) == pytest.approx((1, 1), abs=0.01)
    assert up["peak_at"] > 0.9 > 0.1 > up["bottom_at"]
    down = features_of(line([90 - k // 8 for k in range(128)]))
    assert down["pitch_slope"] == pytest.approx(-1, abs=0.01)
    assert down["peak_at"] == 0


def test_phrases_are_heard():
    solo = line(wandering(8))
    notes = [note for k, note in enumerate(solo.notes) if k % 16 < 12]
    found = features_of(solo.with_notes(notes))
    assert found["phrase_log_notes"] == pytest.approx(np.log2(12))
    assert found["phrase_log_spread"] == pytest.approx(0, abs=1e-9)
    assert found["gap_mean"] == 2.0
    assert features_of(solo)["phrase_longest_share"] == 1.0


def test_the_ending_is_heard():
    solo = line(wandering(9, 64))
    later = replace(solo, chart=Chart.of_chords([["C6"]] * 12))
    assert features_of(later)["beats_left"] - features_of(solo)["beats_left"] == 12
