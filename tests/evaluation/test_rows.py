import math

import numpy as np
import pytest
from random_lines import arpeggio, random_line

from jazzgen.evaluation.human import HumanRow, human_rows, summarise
from jazzgen.evaluation.metric_table import METRICS, solo_metrics
from jazzgen.evaluation.metrics import SoloSet
from jazzgen.evaluation.rows import (
    compare,
    compare_with_human,
    grooving_at_density,
    mean_distance,
    mean_overlap,
    row_values,
)

LINES = [random_line(seed) for seed in range(10)]


def test_a_set_beside_itself():
    rows = compare(SoloSet(LINES, LINES), SoloSet(LINES, LINES))
    assert list(rows) == list(METRICS)
    for name, row in rows.items():
        assert row.distance == 0, name
        assert row.overlap == pytest.approx(1), name
    assert (mean_distance(rows), mean_overlap(rows)) == (0, pytest.approx(1))


def test_the_figures_are_those_of_the_values():
    others = [random_line(seed, widest=9) for seed in range(20, 28)]
    row = compare(SoloSet(others), SoloSet(LINES))["step_ratio"]
    ours, theirs = (row_values(SoloSet(one))["step_ratio"] for one in (others, LINES))
    assert row.mean == pytest.approx(np.mean(ours))
    assert row.std == pytest.approx(np.std(ours))
    assert row.reference_median == pytest.approx(np.median(theirs))
    assert row.distance == pytest.approx((ours.mean() - theirs.mean()) / theirs.std())
    assert row.distance < -1
    assert row.overlap < row.ceiling < 1


def test_arpeggios_score_one_and_that_is_far_from_human():
    row = compare_with_human(SoloSet([arpeggio(seed) for seed in range(4)]))["chord_tone_ratio"]
    assert row.mean == 1.0
    assert row.distance > 5
    assert row.overlap < 0.05


def test_without_training_solos_there_are_no_shared_runs():
    found = compare(SoloSet(LINES), SoloSet(LINES))
    assert list(found) == [metric.name for metric in solo_metrics()]


def test_grooving_is_compared_at_like_density():
    assert grooving_at_density(LINES, LINES) == pytest.approx(0, abs=1e-9)
    twice = [random_line(seed, rest=0.6) for seed in range(10)]
    plain = compare(SoloSet(twice), SoloSet(LINES))["grooving_similarity"].distance
    assert abs(grooving_at_density(twice, LINES)) < abs(plain)
    assert grooving_at_density([arpeggio(seed) for seed in range(4)], LINES) > 2  # all bars alike
    assert math.isnan(grooving_at_density(LINES, LINES[:2]))


def test_the_human_row_is_drawn_again_from_its_slices():
    values = {"a": np.random.default_rng(0).gamma(2, size=400), "none": np.array([])}
    [(name, row)] = summarise(values).items()
    assert name == "a"
    assert row.count == 400
    assert row.mean == pytest.approx(values["a"].mean(), abs=1e-4)
    assert len(row.slices) == 48
    assert list(row.slices) == sorted(row.slices)
    assert len(row.sample) == 400
    assert row.sample.mean() == pytest.approx(row.mean, abs=1e-3)
    assert row.sample.std() == pytest.approx(row.std, rel=0.03)
    assert HumanRow.of_values(np.array([1.0, 2.0])).slices == (1.0, 2.0)


# What is published of all 456 solos of the database; the built-in row is of 410 of them.
PUBLISHED = {
    "bar_entropy": (1.92, 0.38), "four_bar_entropy": (2.88, 0.30),
    "chord_tone_ratio": (0.505, 0.074), "on_beat_chord_tones": (0.523, 0.091),
    "off_beat_chord_tones": (0.494, 0.078), "phrase_end_chord_tones": (0.623, 0.17),
    "scale_tone_ratio": (0.787, 0.072), "step_ratio": (0.539, 0.093),
    "repeat_ratio": (0.055, 0.045), "leap_ratio": (0.145, 0.051), "resolved_ratio": (0.393, 0.092),
    "notes_a_beat": (1.67, 0.71), "pitch_range": (28.7, 6.1), "silence": (0.215, 0.078),
    "phrase_notes": (18.1, 15.4), "phrase_beats": (9.4, 8.1), "phrase_gap": (2.36, 1.92),
    "off_beat_ratio": (0.670, 0.103), "grooving_similarity": (0.862, 0.063),
    "interval_run": (12.2, 4.2), "rhythm_run": (7.3, 2.1),
}  # fmt: skip


@pytest.mark.parametrize("name", PUBLISHED)
def test_the_built_in_row_agrees_with_what_is_published(name):
    mean, std = PUBLISHED[name]
    row = human_rows()[name]
    assert abs(row.mean - mean) < 0.12 * std
    assert row.sample.mean() == pytest.approx(row.mean, abs=0.03 * row.std)
    assert row.count >= 400


def test_the_built_in_row_knows_every_row():
    assert list(human_rows()) == list(METRICS)
