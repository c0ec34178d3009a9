"""The scan computes what `keras.layers.RNN` computes, over the very same variables."""

from __future__ import annotations

import keras
import numpy as np
import pytest
from keras import ops

from jazzgen.errors import ConfigError
from jazzgen.nn.keras_engine.recurrence import (
    Scan,
    make_cell,
    scan_cells,
    state_sizes,
    step_cells,
    zero_states,
)

KINDS = ["lstm", "gru", "rnn"]
B, T, F, U = 3, 5, 4, 6


def _cells(kind: str, layers: int = 1, features: int = F, units: int = U) -> list[keras.Layer]:
    keras.utils.set_random_seed(11)
    cells = [make_cell(kind, units, f"cell_{n}") for n in range(layers)]
    for number, cell in enumerate(cells):
        cell.build((None, features if number == 0 else units))
        cell.bias.assign(np.random.default_rng(number).normal(size=cell.bias.shape))
    return cells


def _noise(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


def _array(tensor: object) -> np.ndarray:
    return np.array(ops.convert_to_numpy(tensor))


def _oracle(cells: list[keras.Layer]) -> keras.Model:
    """Keras's own RNN layers over the same cells, one layer on the other."""
    inputs = keras.Input((None, F))
    outputs = inputs
    for cell in cells:
        outputs = keras.layers.RNN(cell, return_sequences=True)(outputs)
    return keras.Model(inputs, outputs)


def _model(cells: list[keras.Layer], **kwargs: object) -> keras.Model:
    inputs = keras.Input((None, F))
    return keras.Model(inputs, Scan(cells, **kwargs)(inputs))


def _weights_after_a_step(
    model: keras.Model, x: np.ndarray, *, eagerly: bool = False
) -> list[np.ndarray]:
    """Gradients, as the weights before a step of plain descent less those after it."""
    before = [np.array(weight) for weight in model.get_weights()]
    model.compile(keras.optimizers.SGD(1.0), "mse", run_eagerly=eagerly)
    model.train_on_batch(x, _noise(len(x), x.shape[1], U, seed=5))
    moved = [old - new for old, new in zip(before, model.get_weights(), strict=True)]
    model.set_weights(before)
    return moved


@pytest.mark.parametrize(("kind", "layers"), [("lstm", 1), *((kind, 2) for kind in KINDS)])
def test_outputs_and_gradients_are_those_of_keras(kind: str, layers: int) -> None:
    cells = _cells(kind, layers)
    ours, oracle, x = _model(cells), _oracle(cells), _noise(B, T, F)
    np.testing.assert_allclose(ours.predict_on_batch(x), _array(oracle(x)), atol=1e-5)
    gradients = _weights_after_a_step(ours, x)
    assert min(np.abs(gradient).max() for gradient in gradients) > 1e-3
    wanted = _weights_after_a_step(oracle, x, eagerly=keras.backend.backend() == "tensorflow")
    for got, expected in zip(gradients, wanted, strict=True):
        np.testing.assert_allclose(got, expected, atol=1e-5)


@pytest.mark.parametrize("layers", [1, 2])
@pytest.mark.parametrize("kind", KINDS)
def test_steps_one_by_one_are_the_scan(kind: str, layers: int) -> None:
    cells, x = _cells(kind, layers), _noise(B, T, F)
    outputs, after = scan_cells(cells, ops.convert_to_tensor(x))
    states = zero_states(cells, B)
    for t in range(T):
        output, states = step_cells(cells, ops.convert_to_tensor(x[:, t]), states)
        np.testing.assert_allclose(_array(output), _array(outputs[:, t]), atol=1e-5)
    for got, expected in zip(states, after, strict=True):
        np.testing.assert_allclose(_array(got), _array(expected), atol=1e-5)


@pytest.mark.parametrize("kind", KINDS)
def test_two_halves_make_the_whole(kind: str) -> None:
    cells = _cells(kind, 2)
    inputs = keras.Input((None, F))
    begin = [keras.Input((size,)) for size in state_sizes(cells)]
    outputs, after = scan_cells(cells, inputs, begin)
    model = keras.Model([inputs, begin], [outputs, after])
    x, zeros = _noise(B, 8, F), [np.zeros((B, U), np.float32) for _ in begin]
    whole, whole_states = model.predict_on_batch([x, zeros])
    first, states = model.predict_on_batch([x[:, :3], zeros])
    second, states = model.predict_on_batch([x[:, 3:], states])
    np.testing.assert_allclose(np.concatenate([first, second], axis=1), whole, atol=1e-5)
    for got, expected in zip(states, whole_states, strict=True):
        np.testing.assert_allclose(got, expected, atol=1e-5)


def test_an_lstm_of_64_over_90_values_has_39_680_parameters() -> None:
    cells = [make_cell("lstm", 64, "cell")]
    inputs = keras.Input((None, 90))
    model = keras.Model(inputs, Scan(cells)(inputs))
    assert model.count_params() == 39_680


@pytest.mark.parametrize("kind", KINDS)
def test_the_variables_are_the_cells_own_and_counted_once(kind: str) -> None:
    cells = _cells(kind, 2)
    own = {id(weight) for cell in cells for weight in cell.weights}
    inputs = keras.Input((None, F))
    outputs, _ = scan_cells(cells, inputs)
    model = keras.Model(inputs, [outputs, Scan(cells)(inputs)])  # the same cells twice
    assert len(model.weights) == len(own) == 6
    assert {id(weight) for weight in model.weights} == own
    assert {id(weight) for weight in model.trainable_weights} == own


def test_training_the_scan_moves_what_the_steps_use() -> None:
    cells, x = _cells("lstm"), _noise(B, T, F)
    first = ops.convert_to_tensor(x[:, 0])
    before = _array(step_cells(cells, first, zero_states(cells, B))[0])
    model = _model(cells)
    model.compile("sgd", "mse")
    model.fit(x, _noise(B, T, U, seed=5), epochs=2, verbose=0)
    after = _array(step_cells(cells, first, zero_states(cells, B))[0])
    assert np.abs(after - before).max() > 1e-5


def test_cells_without_variables_are_built_by_the_scan() -> None:
    cells = [make_cell("lstm", U, "below"), make_cell("gru", 7, "above")]
    inputs = keras.Input((None, F))
    outputs, states = scan_cells(cells, inputs)
    assert outputs.shape == (None, None, 7)
    assert [state.shape for state in states] == [(None, U), (None, U), (None, 7)]
    assert [tuple(cell.kernel.shape) for cell in cells] == [(F, 4 * U), (U, 3 * 7)]


@pytest.mark.parametrize("steps", [1, 2000])
def test_any_length_trains_through_one_graph(steps: int) -> None:
    cells, x = _cells("lstm"), _noise(1, steps, F)
    model = _model(cells)
    np.testing.assert_allclose(
        model.predict_on_batch(x), _oracle(cells).predict_on_batch(x), atol=1e-5
    )
    model.compile("sgd", "mse")
    assert np.isfinite(model.train_on_batch(x, _noise(1, steps, U)))


def test_batch_and_length_vary_from_call_to_call() -> None:
    cells = _cells("gru")
    model, oracle = _model(cells), _oracle(cells)
    for batch, steps in [(1, 9), (5, 2), (2, 31)]:
        x = _noise(batch, steps, F)
        np.testing.assert_allclose(_array(model(x)), _array(oracle(x)), atol=1e-5)


def _dropped(rate: float, x: np.ndarray, training: bool, seed: int = 3) -> np.ndarray:
    cells = _cells("rnn", layers=3)
    scan = Scan(cells, rate, seed=seed)
    return _array(scan(ops.convert_to_tensor(x), training=training))


def test_dropout_between_the_cells_is_for_training_only() -> None:
    x = _noise(B, T, F)
    whole = _dropped(0.0, x, training=True)
    np.testing.assert_array_equal(_dropped(0.5, x, training=False), whole)
    dropped = _dropped(0.5, x, training=True)
    assert np.abs(dropped - whole).max() > 1e-2
    np.testing.assert_array_equal(_dropped(0.5, x, training=True), dropped)
    assert np.abs(_dropped(0.5, x, training=True, seed=4) - dropped).max() > 1e-2


def test_dropout_scales_what_it_keeps_and_spares_the_last_output() -> None:
    below, above = make_cell("rnn", 400, "below"), make_cell("rnn", 2, "above")
    scan = Scan([below, above], 0.25, seed=1)
    scan.build((None, 1, F))
    above.activation = keras.activations.linear
    above.kernel.assign(np.tile([[1.0, 0.0]], (400, 1)))  # sums its input; nothing else
    above.bias.assign([0.0, 1.0])
    below.kernel.assign(np.zeros((F, 400)))
    below.bias.assign(np.full(400, 0.5))
    outputs = _array(scan(ops.zeros((50, 1, F)), training=True))[:, 0]  # (50, 2)
    kept = outputs[:, 0] / np.tanh(0.5) * 0.75  # units kept, of 400
    np.testing.assert_allclose(kept, np.round(kept), atol=1e-2)
    assert 290 < kept.mean() < 310
    assert kept.std() > 3
    np.testing.assert_array_equal(outputs[:, 1], 1.0)


def test_dropout_trains_in_a_graph_and_draws_anew_each_step() -> None:
    cells = _cells("lstm", 2)
    model = _model(cells, dropout=0.5)
    assert len(model.weights) == 6
    x = _noise(B, T, F)
    model.compile(keras.optimizers.SGD(0.0), "mse")
    targets = _noise(B, T, U, seed=5)
    losses = {float(model.train_on_batch(x, targets)) for _ in range(3)}
    assert len(losses) > 1


def test_states_come_in_the_cells_order() -> None:
    cells = [make_cell("lstm", 5, "below"), make_cell("rnn", 2, "above")]
    assert state_sizes(cells) == [5, 5, 2]
    zeros = zero_states(cells, 3)
    assert [tuple(state.shape) for state in zeros] == [(3, 5), (3, 5), (3, 2)]
    assert not any(_array(state).any() for state in zeros)


def test_gru_has_its_reset_gate_behind_the_product() -> None:
    assert make_cell("gru", 3, "cell").reset_after


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: make_cell("elman", 4, "cell"), r"cell: expected one of rnn, lstm, gru, got 'elm"),
        (lambda: make_cell("gru", 0, "cell"), "units: expected 1 or more, got 0"),
        (lambda: Scan([]), "cells: expected one or more, got none"),
        (
            lambda: Scan([make_cell("rnn", 2, "cell")], 1.0),
            r"dropout: expected 0 or more.*got 1\.0",
        ),
    ],
)
def test_what_cannot_be_is_refused(make: object, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        make()  # type: ignore[operator]
