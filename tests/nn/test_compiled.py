"""A graph is compiled once for batches of every size."""

import keras
import numpy as np
import pytest
from keras import ops

from jazzgen.nn.keras_engine.compiled import Graph


class Sums(keras.layers.Layer):
    """Sums over time and counts how often Python runs it."""

    runs = 0

    def call(self, x, scale=1.0):
        self.runs += 1
        return ops.cumsum(x, axis=1) * scale

    def compute_output_spec(self, x, *_):
        return keras.KerasTensor(x.shape, x.dtype)


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="JAX compiles for each size")
def test_other_sizes_are_not_traced_again():
    inputs = {"x": keras.Input((None, 2), name="x"), "scale": keras.Input((1, 1), name="scale")}
    sums = Sums()
    graph = Graph(inputs, {"sums": [sums(inputs["x"], inputs["scale"])]})
    rng = np.random.default_rng(0)
    for batch, length in ((1, 3), (2, 3), (5, 1), (1, 70)):
        x = rng.normal(size=(batch, length, 2)).astype(np.float32)
        given = {"x": x, "scale": np.full((batch, 1, 1), 2, np.float32)}
        (found,) = graph.predict_on_batch(given)["sums"]
        assert isinstance(found, np.ndarray)
        np.testing.assert_allclose(found, 2 * x.cumsum(axis=1), atol=1e-5)
    assert sums.runs == 1


def test_weights_that_change_later_are_those_it_predicts_with():
    x = keras.Input((3,))
    dense = keras.layers.Dense(2)
    graph = Graph(x, dense(x))
    given = np.ones((1, 3), np.float32)
    first = graph.predict_on_batch(given)
    dense.kernel.assign(2 * dense.kernel)
    np.testing.assert_allclose(graph.predict_on_batch(given), 2 * first, atol=1e-6)


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="JAX compiles for each size")
@pytest.mark.parametrize("weighted", [True, False])
def test_it_is_traced_once_for_training_too_and_learns_what_keras_would(weighted):
    graphs, sums = [], []
    for kind in (Graph, keras.Model):
        keras.utils.set_random_seed(1)
        x = keras.Input((None, 2), name="x")
        sums.append(Sums())
        graphs.append(kind({"x": x}, {"y": keras.layers.Dense(3)(sums[-1](x))}))
        graphs[-1].compile("adam", loss={"y": "mse"}, jit_compile=False)
    sums[0].runs = 0  # it ran when the graph was made
    rng = np.random.default_rng(0)
    for batch, length in ((4, 5), (3, 5), (4, 9), (1, 1)):
        given = {"x": rng.normal(size=(batch, length, 2)).astype(np.float32)}
        wanted = {"y": rng.normal(size=(batch, length, 3)).astype(np.float32)}
        weight = {"y": rng.uniform(size=(batch, length)).astype(np.float32)} if weighted else None
        ours, theirs = (
            graph.train_on_batch(given, wanted, sample_weight=weight, return_dict=True)
            for graph in graphs
        )
        assert ours == pytest.approx(theirs, rel=1e-5)
    assert sums[0].runs == 1
    for one, other in zip(*(graph.get_weights() for graph in graphs), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-6)
