"""The likelihood of an ensemble's mixture, and the loss that its members learn from."""

import math
from dataclasses import replace

import keras
import numpy as np
import pytest
from keras import ops
from small_models import BLUES, FEELS, INSTRUMENTS, STYLES, improviser, scale_solo

from jazzgen.encoding.examples import make_example
from jazzgen.encoding.sequence import CONDITIONS, value_sequence
from jazzgen.encoding.values import REST
from jazzgen.music.chart import Chart
from jazzgen.nn.editions import CHORD, EDITIONS
from jazzgen.nn.keras_engine.graphs import training_graph
from jazzgen.nn.keras_engine.likelihood import bits_per_note, likelihoods
from jazzgen.nn.sizes import REGISTERS
from jazzgen.training.trainer import cross_entropy

LATE = EDITIONS[2]
LINE = LATE.line
_, REGISTER = LINE.part(lambda one: one.name == "register")
"""Where the table says the register of the last note."""
PERFORMERS = ("Ann", "Ben")


@pytest.fixture(scope="module")
def ensemble():
    """Layers of an ensemble of two, and their training graph."""
    layers = improviser(members=2, performers=PERFORMERS)
    return layers, training_graph(layers)


def expressive(chart=BLUES):
    """Ben's solo with loudness and timing."""
    solo = scale_solo(2, chart)
    told = {"performer": "Ben", "instrument": "trumpet", "style": "cool"}
    return replace(solo, **told, notes=tuple(
        replace(note, duration=7 + n % 5, velocity=70 + 5 * (n % 4), deviation=(n % 3) * 0.8)
        for n, note in enumerate(solo.notes)
    ))  # fmt: skip


def example_of(solo):
    known = {"performer": PERFORMERS, "instrument": INSTRUMENTS, "style": STYLES, "feel": FEELS}
    return make_example(value_sequence(solo), None, known)


def outputs_of(graph, example):
    inputs = {**example.inputs, "chords": example.chords}
    return graph.predict_on_batch({name: array[None] for name, array in inputs.items()})


def test_an_ensemble_s_likelihood_is_that_of_its_mean_share(ensemble):
    _, graph = ensemble
    example = example_of(expressive())
    found = likelihoods(graph, [example])[0]
    outputs = outputs_of(graph, example)
    for name, column in (("pitch", found.pitch), ("duration", found.time)):
        logits = outputs[name][0].astype(np.float64)  # (T, M, V)
        for step, target in enumerate(example.targets[name]):
            members = [math.exp(row[target]) / np.exp(row).sum() for row in logits[step]]
            assert column[step] == pytest.approx(-math.log(sum(members) / 2), abs=1e-6)
    logits = outputs["pitch"][0].astype(np.float64)
    share = np.exp(logits) / np.exp(logits).sum(axis=-1, keepdims=True)
    notes = share.mean(axis=1)[:, :REST]
    assert (found.pitch_right == (notes.argmax(axis=-1) == example.targets["pitch"])).all()
    expected = -np.log(notes / notes.sum(axis=-1, keepdims=True))
    for step in np.flatnonzero(found.notes):
        pitch = example.targets["pitch"][step]
        assert found.note_pitch[step] == pytest.approx(expected[step, pitch], abs=1e-6)


def test_a_mixture_is_likelier_than_its_members_are_on_average(ensemble):
    _, graph = ensemble
    example = example_of(expressive())
    pitch = outputs_of(graph, example)["pitch"]
    mean = np.asarray(cross_entropy(example.targets["pitch"][None], pitch))[0]
    found = likelihoods(graph, [example])[0]
    assert (found.pitch <= mean + 1e-5).all()
    assert (found.pitch < mean - 1e-5).any()


def test_what_everything_costs_is_shared_by_the_counted_notes(ensemble):
    found = likelihoods(ensemble[1], [example_of(expressive())])
    one = found[0]
    nats = (one.pitch + one.time)[one.counted].sum()
    assert bits_per_note(found) == pytest.approx(nats / math.log(2) / (one.notes.sum() - 1))


@pytest.mark.parametrize("members", [1, 3])
def test_the_loss_is_keras_s_own_averaged_over_the_members(members):
    rng = np.random.default_rng(0)
    logits = rng.normal(size=(2, 5, members, 7)).astype(np.float32) * 3
    target = rng.integers(7, size=(2, 5)).astype(np.float32)  # as Keras hands it on
    own = [
        keras.losses.sparse_categorical_crossentropy(target, logits[:, :, one], from_logits=True)
        for one in range(members)
    ]
    expected = np.mean([ops.convert_to_numpy(one) for one in own], axis=0)
    found = ops.convert_to_numpy(cross_entropy(target, logits))
    assert found.shape == (2, 5)
    np.testing.assert_allclose(found, expected, atol=1e-5)
    if members == 1:
        alone = ops.convert_to_numpy(cross_entropy(target, logits[:, :, 0]))
        np.testing.assert_allclose(alone, found, atol=1e-5)


NEAR = (-5, 1, 4)  # farther off the ends of MIDI's range begin to show in the fifth digit


def test_a_transposed_solo_looks_the_same_but_for_its_register():
    solo = expressive(Chart.of_chords([["F7", "Bb7"], ["N.C."], ["Cm7b5", "F7alt"]] * 4))
    plain, moved = (example_of(one) for one in (solo, solo.transpose(5)))
    for features in (LATE.context.tensor, LATE.tempo.tensor):
        np.testing.assert_array_equal(
            features(moved.inputs["rows"]), features(plain.inputs["rows"])
        )
    np.testing.assert_array_equal(CHORD.tensor(moved.chords), CHORD.tensor(plain.chords))
    lines = [
        np.asarray(LINE.tensor(one.inputs["history"], one.inputs["rows"])) for one in (plain, moved)
    ]
    columns = np.arange(lines[0].shape[1])[REGISTER]
    assert (np.delete(lines[0], columns, axis=1) == np.delete(lines[1], columns, axis=1)).all()
    assert (lines[0] != lines[1])[:, columns].any(), "not the register"


def test_the_likelihood_of_a_transposed_solo_is_the_same_but_for_its_register(ensemble):
    layers, graph = ensemble
    before = layers.get_weights()
    for number in range(2):
        kernel = layers.weights[f"embed_{number}/kernel"]
        silent = before[f"embed_{number}/kernel"].copy()
        silent[REGISTER] = 0
        kernel.assign(silent)
    silent = before["expression_head/hidden/kernel"].copy()
    silent[-REGISTERS:] = 0
    layers.weights["expression_head/hidden/kernel"].assign(silent)
    solo = expressive()
    plain, moved = (
        [outputs_and_likelihood(graph, solo.transpose(semitones)) for semitones in steps]
        for steps in ((0,), NEAR)
    )
    layers.set_weights(before)
    (before, found), counted = plain[0], plain[0][1].counted
    for other, likelihood in moved:
        for column in ("pitch", "time", "total"):
            np.testing.assert_allclose(
                getattr(likelihood, column)[counted], getattr(found, column)[counted], atol=1e-5
            )
        for name in ("loudness", "timing", "gate", "duration"):
            np.testing.assert_allclose(other[name][0][counted], before[name][0][counted], atol=1e-5)
    # With the register as an input, a transposed solo is another solo.
    _, high = outputs_and_likelihood(graph, solo.transpose(5))
    _, low = outputs_and_likelihood(graph, solo)
    assert np.abs(high.total - low.total)[counted].max() > 1e-3


def outputs_and_likelihood(graph, solo):
    example = example_of(solo)
    return outputs_of(graph, example), likelihoods(graph, [example])[0]


@pytest.mark.parametrize("condition", CONDITIONS)
def test_who_plays_and_on_what_changes_what_is_likely(ensemble, condition):
    _, graph = ensemble
    told = example_of(expressive())
    hidden = told.without(condition)
    for name in ("pitch", "duration", "loudness", "gate"):
        ben, nobody = (outputs_of(graph, example)[name] for example in (told, hidden))
        assert np.abs(ben - nobody).max() > 1e-3


def test_the_rests_after_the_last_note_are_learnt_but_not_counted(ensemble):
    layers, graph = ensemble
    solo = expressive().with_notes(expressive().notes[:40])
    example, found = example_of(solo), likelihoods(graph, [example_of(solo)])[0]
    behind = np.arange(len(example)) > np.flatnonzero(example.notes)[-1]
    assert behind.sum() > 2
    assert (example.targets["pitch"][behind] == REST).all()
    assert not found.counted[behind].any()
    cut = layers.example(value_sequence(solo).to_last_note())
    figure = bits_per_note(likelihoods(graph, [cut]))
    assert bits_per_note(found_of(graph, layers, solo)) == pytest.approx(figure, rel=1e-4)


def found_of(graph, layers, solo):
    return likelihoods(graph, [layers.example(value_sequence(solo))])
