import numpy as np
import pytest
from random_lines import arpeggio, random_line

from jazzgen.evaluation.distances import FEATURES, LENGTH_CLASSES, evaluate, length_classes
from jazzgen.music.chart import Chart
from jazzgen.music.solo import Note, Solo

CHART = Chart.of_chords([["C6"]] * 4)
LINE = Solo((Note(0, 24, 60), Note(24, 8, 62), Note(32, 16, 60), Note(96, 48, 67)), CHART)


def test_length_classes_reach_over_small_gaps_and_are_the_nearest():
    assert [LENGTH_CLASSES[k] for k in length_classes(LINE)] == [24, 8, 16, 48]
    gapped = Solo((Note(0, 20, 60), Note(24, 10, 62), Note(48, 5, 60)), CHART)
    assert [LENGTH_CLASSES[k] for k in length_classes(gapped)] == [24, 9, 6]


def test_features_by_hand():
    found = {name: feature(LINE) for name, feature in FEATURES.items()}
    assert found["range"].tolist() == [7]
    assert found["interval"].tolist() == pytest.approx([11 / 3])
    assert found["inter_onset_interval"].tolist() == pytest.approx([4 / 3])
    assert found["pitch_class_histogram"][[0, 2, 7]].tolist() == [0.5, 0.25, 0.25]
    transitions = found["pitch_class_transitions"].reshape(12, 12)
    assert transitions[0, 2] == transitions[2, 0] == transitions[0, 7] == pytest.approx(1 / 3)
    assert [found[name].sum() for name in found if "_h" in name or "trans" in name] == (
        pytest.approx([1] * 4)
    )


def test_a_set_beside_itself_overlaps_and_another_kind_does_not():
    lines = [random_line(seed) for seed in range(12)]
    same = evaluate(lines, lines)
    assert same["mean"].overlap == same["mean"].reference > 0.85
    assert same["mean"].ceiling < same["mean"].overlap
    others = evaluate([arpeggio(seed) for seed in range(12)], lines)
    assert others["mean"].overlap < 0.5 < same["mean"].ceiling
    assert list(others) == [*FEATURES, "mean"]


def test_solos_of_one_note_are_left_out():
    lines = [random_line(seed) for seed in range(4)]
    lone = lines[0].with_notes(lines[0].notes[:1])
    assert evaluate([*lines, lone], lines) == evaluate(lines, lines)


def test_one_solo_alone_has_no_distances():
    found = evaluate([random_line(1)], [random_line(1)])
    assert all(np.isnan(found[name].overlap) for name in found)
