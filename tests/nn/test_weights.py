"""The shapes of weights, as the light engine expects them and as the layers have them."""

import pytest
from small_models import classic, improviser

from jazzgen.nn.weights import weight_shapes

MODELS = {
    "classic": (classic, {"cell": "gru", "layers": 2}, 0, 90),
    "improviser": (improviser, {"members": 2, "layers": 2, "performers": ("A", "B")}, 2, 0),
    "rnn without an encoder": (improviser, {"encoder": 0, "cell": "rnn"}, 0, 0),
}


@pytest.mark.parametrize("name", MODELS)
def test_they_are_those_of_the_layers(name):
    make, changes, performers, values = MODELS[name]
    layers = make(**changes)
    expected = {key: tuple(variable.shape) for key, variable in layers.weights.items()}
    assert weight_shapes(layers.config, performers, values) == expected
