"""A cell that somebody else made: registered, trained, saved, and played by both engines."""

import keras
import numpy as np
import pytest
from commands import jazzgen, succeed
from keras import ops
from small_models import BLUES, classic, improviser, outspoken

from jazzgen.config import ModelConfig, TitleConfig
from jazzgen.errors import ConfigError
from jazzgen.improviser import Improviser, load
from jazzgen.nn.keras_engine.recurrence import make_cell as make_keras_cell
from jazzgen.nn.keras_engine.store import files_of
from jazzgen.nn.numpy_engine.engine import LightEngine
from jazzgen.nn.presets import preset_of
from jazzgen.rnn.activations import sigmoid
from jazzgen.rnn.cell import Cell, Retreat
from jazzgen.rnn.cells import make_cell
from jazzgen.rnn.registry import CELLS, CellKind, register_cell
from jazzgen.rnn.sequences import run, run_back
from jazzgen.titles.model import TitleModel


class MinimalCell(Cell):
    """Minimal gated unit (Zhou et al. 2016): h' = (1 - f) h + f g, the gate behind the product."""

    gates = 2

    def advance(self, projected, states):
        (h,), units = states, self.units
        recurrent = h @ self.recurrent_kernel
        f = sigmoid(projected[..., :units] + recurrent[..., :units])
        inner = recurrent[..., units:]
        g = np.tanh(projected[..., units:] + f * inner)
        return ((1 - f) * h + f * g,), (f, g, inner)

    def retreat(self, errors, states, trace):
        (dh,), (h,), (f, g, inner) = errors, states, trace
        dg = dh * f * (1 - g**2)
        df = (dh * (g - h) + dg * inner) * f * (1 - f)
        recurrent = np.concatenate([df, dg * f], axis=-1)
        before = (recurrent @ self.recurrent_kernel.T + dh * (1 - f),)
        return Retreat(np.concatenate([df, dg], axis=-1), recurrent, before)


class KerasMinimalCell(keras.layers.Layer):
    """The same in Keras."""

    def __init__(self, units, **kwargs):
        super().__init__(**kwargs)
        self.units = self.state_size = self.output_size = units

    def build(self, shape):
        self.kernel = self.add_weight(name="kernel", shape=(shape[-1], 2 * self.units))
        self.recurrent_kernel = self.add_weight(
            name="recurrent_kernel", shape=(self.units, 2 * self.units), initializer="orthogonal"
        )
        self.bias = self.add_weight(name="bias", shape=(2 * self.units,), initializer="zeros")

    def call(self, x, states):
        h = states[0]
        projected = ops.matmul(x, self.kernel) + self.bias
        recurrent = ops.matmul(h, self.recurrent_kernel)
        f = ops.sigmoid(projected[:, : self.units] + recurrent[:, : self.units])
        g = ops.tanh(projected[:, self.units :] + f * recurrent[:, self.units :])
        h = (1 - f) * h + f * g
        return h, [h]


@pytest.fixture(autouse=True)
def mgu():
    """The cell, as a plug-in registers it."""
    kind = register_cell(CellKind(name="mgu", numpy_cell=MinimalCell, keras_cell=KerasMinimalCell))
    yield kind
    CELLS.unregister("mgu")


def test_it_flows_back_through_time_as_keras_does():
    cell = make_cell("mgu", 3, 5, seed=1, dtype=np.float64)
    x = np.random.default_rng(0).normal(size=(2, 6, 3))
    layer = keras.layers.RNN(
        KerasMinimalCell(5, dtype="float64"), return_sequences=True, dtype="float64"
    )
    layer.build(x.shape)
    layer.set_weights(list(cell.weights.values()))
    ran = run(cell, x)
    np.testing.assert_allclose(ran.outputs, ops.convert_to_numpy(layer(x)), atol=1e-12)
    ones = np.ones_like(ran.outputs)
    _, _, gradients = run_back(cell, ran, ones)
    for name, gradient in gradients.items():
        weights = cell.weights[name]
        index = np.unravel_index(np.abs(gradient).argmax(), gradient.shape)
        losses = []
        for change in (1e-5, -2e-5):
            weights[index] += change
            losses.append(run(cell, x).outputs.sum())
        np.testing.assert_allclose(gradient[index], (losses[0] - losses[1]) / 2e-5, rtol=1e-6)
        weights[index] += 1e-5


@pytest.mark.parametrize(
    "layers",
    [
        lambda: outspoken(improviser(cell="mgu", layers=2)),
        lambda: classic(cell="mgu", units=16),
    ],
)
def test_both_engines_play_the_same_notes_on_it(layers):
    layers = layers()
    light, graph = Improviser(LightEngine(files_of(layers))), Improviser(layers)
    assert light.takes(BLUES, range(4)) == graph.takes(BLUES, range(4))


def test_its_weights_have_the_shapes_that_are_checked():
    layers = improviser(cell="mgu", layers=2)
    shapes = preset_of(layers.config).weight_shapes(layers.config, layers.assets)
    assert {name: tuple(one.shape) for name, one in layers.weights.items()} == shapes
    assert shapes["cell_0_1/kernel"] == (16, 32)


def test_the_command_line_trains_saves_and_plays_it(small_corpus, tmp_path):
    folder = tmp_path / "model"
    options = ("--cell", "mgu", "--preset", "classic", "--units", 8, "--epochs", 1, "--json")
    found = succeed("train", small_corpus, "--out", folder, *options).json
    assert found["bits_per_note"] > 0
    assert load(folder).engine.config.cell == "mgu"
    assert "1 × MGU of 8 units" in (folder / "README.md").read_text()
    solos = [tmp_path / "light.mid", tmp_path / "keras.mid"]
    for solo in solos:
        succeed("generate", "--model", folder, "--engine", solo.stem, "--out", solo, "--seed", 2)
    assert solos[0].read_bytes() == solos[1].read_bytes()


def test_the_command_line_lists_it():
    for command in (("train",), ("train-titles",), ("diagnose", "gradients")):
        assert "mgu" in succeed(*command, "--help").out
    complaint = jazzgen("train", "midi_data", "--out", "m", "--cell", "tlstm").complaint
    assert "'tlstm' is not one of 'rnn', 'lstm', 'gru', 'mgu'" in complaint


def test_titles_learn_with_it(tmp_path):
    assert TitleConfig(cell="mgu").cell == "mgu"
    model = TitleModel.fresh(["Blue Monk", "Blue Train"], "mgu", 4)
    read = TitleModel.load(model.save(tmp_path / "titles.safetensors"))
    assert type(read.cell) is MinimalCell


def test_nothing_is_known_of_it_when_it_is_gone(mgu):
    CELLS.unregister("mgu")
    with pytest.raises(ConfigError, match="cell 'mgu': expected one of rnn, lstm, gru"):
        ModelConfig(cell="mgu")
    with pytest.raises(ConfigError, match="cell: expected one of rnn, lstm, gru, got 'mgu'"):
        CELLS.unregister("mgu")
    register_cell(mgu)


def test_a_name_that_is_taken_or_is_none_is_refused(mgu):
    with pytest.raises(ConfigError, match="cell 'mgu': the name is already taken"):
        register_cell(mgu)
    with pytest.raises(ConfigError, match="cell 'two words': expected a name of letters"):
        register_cell(CellKind(name="two words", numpy_cell=MinimalCell, keras_cell="keras:Layer"))


def test_cells_with_different_numbers_of_states_are_refused():
    register_cell(CellKind(name="odd", numpy_cell=MinimalCell, keras_cell="keras.layers:LSTMCell"))
    try:
        with pytest.raises(ConfigError, match="cell odd: 1 states in NumPy, 2 in Keras"):
            make_keras_cell("odd", 4, "cell")
    finally:
        CELLS.unregister("odd")
