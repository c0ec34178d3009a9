"""The cells against central differences and against Keras."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from jazzgen.errors import ConfigError, ModelError
from jazzgen.rnn.activations import sigmoid, softmax
from jazzgen.rnn.cells import LSTMCell, cell_of, make_cell
from jazzgen.rnn.registry import CELLS
from jazzgen.rnn.sequences import (
    clip_by_norm,
    clip_by_value,
    global_norm,
    run,
    run_back,
    run_both,
    run_both_back,
    run_stack,
    run_stack_back,
)

B, T, F, U = 3, 5, 4, 6
KERAS = {"rnn": keras.layers.SimpleRNN, "lstm": keras.layers.LSTM, "gru": keras.layers.GRU}
EPSILON = 1e-5


def floats(*shape, seed=0, dtype=np.float64):
    return np.random.default_rng(seed).normal(size=shape).astype(dtype)


def restless(kind, features=F, units=U, seed=0, dtype=np.float64):
    """A cell whose biases are not 0 either."""
    cell = make_cell(kind, features, units, seed, dtype)
    cell.bias += floats(*cell.bias.shape, seed=seed + 9, dtype=dtype) * 0.3
    return cell


def states_of(cell, seed=5, dtype=np.float64):
    return tuple(floats(B, U, seed=seed + n, dtype=dtype) for n in range(cell.state_count))


def assert_gradient(loss, variable, gradient):
    """Central differences of every number of `variable`, which `loss` reads."""
    numeric = np.zeros_like(variable)
    for index in np.ndindex(variable.shape):
        kept = variable[index]
        variable[index] = kept + EPSILON
        above = loss()
        variable[index] = kept - EPSILON
        below = loss()
        variable[index] = kept
        numeric[index] = (above - below) / (2 * EPSILON)
    error = np.linalg.norm(gradient - numeric)
    assert error <= 1e-7 * (np.linalg.norm(gradient) + np.linalg.norm(numeric)), error
    assert np.linalg.norm(gradient) > 1e-6


@pytest.mark.parametrize("kind", CELLS)
def test_one_step_back(kind):
    cell, x = restless(kind), floats(B, F, seed=1)
    states = states_of(cell)
    weigh = [floats(B, U, seed=20 + n) for n in range(cell.state_count)]

    def loss():
        after, _ = cell.step(x, states)
        return sum(float((w * s).sum()) for w, s in zip(weigh, after, strict=True))

    _, trace = cell.step(x, states)
    dx, d_states, gradients = cell.step_back(tuple(weigh), trace)
    assert_gradient(loss, x, dx)
    for state, d_state in zip(states, d_states, strict=True):
        assert_gradient(loss, state, d_state)
    assert gradients.keys() == cell.weights.keys()
    for name, gradient in gradients.items():
        assert_gradient(loss, cell.weights[name], gradient)


@pytest.mark.parametrize("kind", CELLS)
def test_back_through_time(kind):
    cell, x = restless(kind), floats(B, T, F, seed=1)
    states = states_of(cell)
    weigh = floats(B, T, U, seed=2)
    last = [floats(B, U, seed=30 + n) for n in range(cell.state_count)]

    def loss():
        ran = run(cell, x, states)
        ends = sum(float((w * s).sum()) for w, s in zip(last, ran.states, strict=True))
        return float((weigh * ran.outputs).sum()) + ends

    dx, d_states, gradients = run_back(cell, run(cell, x, states), weigh, tuple(last))
    assert_gradient(loss, x, dx)
    for state, d_state in zip(states, d_states, strict=True):
        assert_gradient(loss, state, d_state)
    for name, gradient in gradients.items():
        assert_gradient(loss, cell.weights[name], gradient)


@pytest.mark.parametrize("kind", CELLS)
def test_back_through_a_bidirectional_pair(kind):
    forward, backward, x = restless(kind), restless(kind, seed=3), floats(B, T, F, seed=1)
    weigh = floats(B, T, 2 * U, seed=2)

    def loss():
        return float((weigh * run_both(forward, backward, x).outputs).sum())

    dx, gradients = run_both_back(forward, backward, run_both(forward, backward, x), weigh)
    assert_gradient(loss, x, dx)
    for name, gradient in gradients.items():
        side, weight = name.split("/")
        cell = {"forward": forward, "backward": backward}[side]
        assert_gradient(loss, cell.weights[weight], gradient)
    assert len(gradients) == 6


@pytest.mark.parametrize("kinds", [("rnn", "rnn"), ("lstm", "lstm"), ("gru", "gru"), tuple(CELLS)])
def test_back_through_stacked_cells(kinds):
    cells = [restless(kind, F if n == 0 else U, seed=n) for n, kind in enumerate(kinds)]
    x, weigh = floats(B, T, F, seed=1), floats(B, T, U, seed=2)
    states = [states_of(cell, seed=40 + n) for n, cell in enumerate(cells)]

    def loss():
        return float((weigh * run_stack(cells, x, states)[-1].outputs).sum())

    dx, d_states, gradients = run_stack_back(cells, run_stack(cells, x, states), weigh)
    assert_gradient(loss, x, dx)
    for own, errors in zip(states, d_states, strict=True):
        for state, error in zip(own, errors, strict=True):
            assert_gradient(loss, state, error)
    for name, gradient in gradients.items():
        number, weight = name.split("/")
        assert_gradient(loss, cells[int(number)].weights[weight], gradient)
    assert len(gradients) == 3 * len(cells)


@pytest.fixture(params=CELLS)
def pair(request):
    """A cell, Keras's layer with the same weights, and inputs and states for both."""
    cell = restless(request.param, dtype=np.float32)
    layer = KERAS[request.param](U, return_sequences=True, return_state=True)
    layer.build((B, T, F))
    layer.set_weights(list(cell.weights.values()))
    return cell, layer, floats(B, T, F, dtype=np.float32), states_of(cell, dtype=np.float32)


def test_forward_is_what_keras_s_layers_say(pair):
    cell, layer, x, states = pair
    ran = run(cell, x, states)
    outputs, *after = layer(x, initial_state=list(states))
    np.testing.assert_allclose(ran.outputs, outputs, atol=1e-6)
    for own, theirs in zip(ran.states, after, strict=True):
        np.testing.assert_allclose(own, theirs, atol=1e-6)
    assert ran.outputs.dtype == np.float32


def test_steps_are_what_the_sequence_says(pair):
    cell, _, x, states = pair
    ran = run(cell, x, states)
    for step in range(T):
        states, _ = cell.step(x[:, step], states)
        np.testing.assert_allclose(states[0], ran.outputs[:, step], atol=1e-6)


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="needs TensorFlow's tape")
def test_gradients_are_those_of_the_backend(pair):
    cell, layer, x, states = pair
    weigh = floats(B, T, U, seed=2, dtype=np.float32)
    given = [tf.Variable(array) for array in (x, *states)]
    with tf.GradientTape() as tape:
        outputs, *_ = layer(given[0], initial_state=list(given[1:]))
        loss = tf.reduce_sum(outputs * weigh)
    theirs = tape.gradient(loss, [*given, *(w.value for w in layer.trainable_weights)])
    dx, d_states, gradients = run_back(cell, run(cell, x, states), weigh)
    for own, other in zip([dx, *d_states, *gradients.values()], theirs, strict=True):
        np.testing.assert_allclose(own, other, atol=1e-5 * max(1, np.abs(own).max()))


def test_weights_pass_over_both_ways(pair):
    cell, layer, x, _ = pair
    names = [variable.name for variable in layer.trainable_weights]
    kind = next(kind for kind, one in CELLS.items() if type(cell) is one.in_numpy)
    back = cell_of(kind, dict(zip(names, layer.get_weights(), strict=True)))
    np.testing.assert_array_equal(run(back, x).outputs, run(cell, x).outputs)


def test_both_ways_is_what_keras_s_bidirectional_says():
    forward, backward = (restless("gru", seed=seed, dtype=np.float32) for seed in (0, 1))
    both = keras.layers.Bidirectional(keras.layers.GRU(U, return_sequences=True))
    both.build((B, T, F))
    both.set_weights([*forward.weights.values(), *backward.weights.values()])
    x = floats(B, T, F, dtype=np.float32)
    np.testing.assert_allclose(run_both(forward, backward, x).outputs, both(x), atol=1e-6)


@pytest.mark.parametrize("kind", CELLS)
def test_fresh_weights_are_distributed_as_keras_s(kind):
    cell, layer = make_cell(kind, 40, 60, seed=1), KERAS[kind](60)
    layer.build((None, None, 40))
    kernel, recurrent, bias = layer.get_weights()
    assert {name: value.dtype for name, value in cell.weights.items()} == dict.fromkeys(
        cell.weights, np.float32
    )
    assert cell.kernel.std() == pytest.approx(kernel.std(), rel=0.05)
    assert np.abs(cell.kernel).max() == pytest.approx(np.abs(kernel).max(), rel=0.05)
    for one in (cell.recurrent_kernel, recurrent):
        np.testing.assert_allclose(one @ one.T, np.eye(60), atol=1e-5)
    np.testing.assert_array_equal(cell.bias, bias)
    again = make_cell(kind, 40, 60, seed=1)
    np.testing.assert_array_equal(again.kernel, cell.kernel)
    assert (make_cell(kind, 40, 60, seed=2).kernel != cell.kernel).any()


def test_clipping_by_value():
    clipped = clip_by_value({"a": np.array([-3.0, 0.5]), "b": np.array([[7.0]])}, 1.0)
    assert clipped["a"].tolist() == [-1.0, 0.5]
    assert clipped["b"].tolist() == [[1.0]]


def test_clipping_by_norm_keeps_the_direction():
    gradients = {"a": np.array([3.0, 0.0]), "b": np.array([[4.0]])}
    assert global_norm(gradients) == 5.0
    clipped = clip_by_norm(gradients, 1.0)
    assert global_norm(clipped) == pytest.approx(1.0)
    np.testing.assert_allclose(clipped["a"] / clipped["b"][0], gradients["a"] / 4.0)
    np.testing.assert_array_equal(clip_by_norm(gradients, 6.0)["a"], gradients["a"])


@pytest.mark.parametrize("clip", [clip_by_value, clip_by_norm])
@pytest.mark.parametrize("limit", [0.0, -1.0, float("nan")])
def test_a_limit_that_clips_everything_away_is_refused(clip, limit):
    with pytest.raises(ConfigError, match=r"clipping: expected a limit above 0, got (0|-1|nan)"):
        clip({"a": np.ones(2)}, limit)


def test_sigmoid_and_softmax_do_not_overflow():
    assert sigmoid(np.array([-1e4, 0.0, 1e4])).tolist() == [0.0, 0.5, 1.0]
    np.testing.assert_allclose(softmax(np.array([[1e4, 0.0], [2.0, 2.0]])), [[1, 0], [0.5, 0.5]])


@pytest.mark.parametrize("shape", [(B, 0, F), (B, T, F + 1), (T, F)])
def test_a_sequence_of_another_shape_or_of_no_steps_is_refused(shape):
    with pytest.raises(
        ConfigError, match=r"sequence: expected shape \(B, T, 4\) with at least one step"
    ):
        run(make_cell("gru", F, U), np.zeros(shape, np.float32))


@pytest.mark.parametrize("kind", CELLS)
@pytest.mark.parametrize("name", ["kernel", "recurrent_kernel", "bias"])
def test_weights_that_do_not_fit_are_refused(kind, name):
    weights = make_cell(kind, F, U).weights
    for change, reason in (
        (lambda a: a[..., :-1], "expected shape"),
        (lambda a: a.astype(np.int64), "got int64"),
        (lambda a: a * np.float32("nan"), "not every number is finite"),
    ):
        with pytest.raises(ModelError, match=f"{reason}"):
            cell_of(kind, {**weights, name: change(weights[name])})
    with pytest.raises(ModelError, match="expected kernel, recurrent_kernel, bias, got"):
        cell_of(kind, {other: weights[other] for other in weights if other != name})


def test_cells_that_there_are_not():
    weights = make_cell("gru", F, U).weights
    for make in (lambda: make_cell("tlstm", 2, 3), lambda: cell_of("tlstm", weights)):
        with pytest.raises(ConfigError, match="expected one of rnn, lstm, gru, got 'tlstm'"):
            make()
    with pytest.raises(ConfigError, match="expected at least 1 feature and 1 unit, got 2 and 0"):
        make_cell("lstm", 2, 0)
    with pytest.raises(ModelError, match="LSTMCell: kernel: expected shape"):
        LSTMCell(*make_cell("gru", F, U).weights.values())
