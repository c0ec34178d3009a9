import math

import numpy as np
import pytest
from small_models import classic, improviser, outspoken, sequences

from jazzgen.encoding.chart_table import ChartColumn
from jazzgen.errors import DatasetError
from jazzgen.evaluation.predictive import evaluate, wrong_chords
from jazzgen.nn.keras_engine.graphs import training_graph
from jazzgen.nn.keras_engine.likelihood import likelihoods


@pytest.fixture(scope="module")
def model():
    """The layers of a model that recalls nothing, and its graph, traced once."""
    layers = outspoken(improviser(layers=1, encoder=0), rests=0)
    layers.weights["pitch_head_0/weigh/bias"].assign(np.float32([-50.0, -50.0]))
    return layers, training_graph(layers)


@pytest.fixture(scope="module")
def found(model):
    layers, graph = model
    return evaluate(layers, sequences(3), sequences(2), graph=graph)


def test_the_parts_add_up(found):
    assert found.pitch.bits + found.time.bits == pytest.approx(found.bits_per_note)
    assert found.solos == 3
    assert found.notes == sum(sequence.notes - 1 for sequence in sequences(3))


def test_an_untrained_model_knows_no_more_than_its_alphabets(found):
    ways = math.log2(129) + math.log2(96)
    assert ways - 1.5 < found.bits_per_note < 1.5 * ways
    assert 0 <= found.pitch.top1 < 0.3


def test_every_measure_lies_in_its_interval(found):
    sure = dict(found.intervals)
    for name, value in (
        ("bits_per_note", found.bits_per_note),
        ("pitch_bits", found.pitch.bits),
        ("time_bits", found.time.bits),
        ("pitch_perplexity_notes_only", found.pitch.perplexity_notes_only),
        ("pitch_top1", found.pitch.top1),
        ("time_top1", found.time.top1),
        ("wrong_chord_delta_bits", found.wrong_chord_delta_bits),
    ):
        low, high = sure.pop(name)
        assert low <= value <= high, name
        assert low < high or value == 0, name
    assert sure == {}


def test_the_figures_are_those_of_the_steps(model):
    layers, graph = model
    solos = sequences(2)
    found = evaluate(layers, solos, graph=graph)
    steps = likelihoods(graph, [layers.example(solo) for solo in solos])
    pitch = np.concatenate([one.note_pitch[one.counted & one.notes] for one in steps])
    assert found.pitch.perplexity_notes_only == pytest.approx(np.exp(pitch.mean()))
    assert found.baselines is None
    assert found.to_json()["floors"] == {}


def test_the_classic_preset_is_measured_too():
    found = evaluate(classic(), sequences(2), sequences(2))
    assert 4 < found.bits_per_note < 9
    assert set(found.to_json()["floors"]) == {
        "pitch_perplexity_notes_only", "pitch_top1", "mixture_pitch_perplexity_notes_only",
        "mixture_pitch_top1", "bits_per_note", "onset_perplexity", "onset_top1",
    }  # fmt: skip


def test_wrong_chords_move_every_root_alike_and_leave_the_line():
    for number, sequence in enumerate(sequences(4)):
        wrong = wrong_chords(sequence, [0, number])
        for column in (ChartColumn.ROOT, ChartColumn.NEXT_ROOT):
            moved = (wrong.rows[:, column] - sequence.rows[:, column]) % 12
            assert len(set(moved.tolist())) == 1
            assert moved[0] != 0
        np.testing.assert_array_equal(wrong.pitch, sequence.pitch)
        np.testing.assert_array_equal(
            wrong.rows[:, ChartColumn.TONES], sequence.rows[:, ChartColumn.TONES]
        )


def test_a_solo_without_notes_cannot_be_measured():
    with pytest.raises(DatasetError, match="nothing to measure"):
        evaluate(classic(), [])
