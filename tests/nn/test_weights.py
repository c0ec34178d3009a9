"""The shapes of weights, as the light engine expects them and as the layers have them."""

import pytest
from small_models import classic, improviser

from jazzgen.nn.presets import preset_of

MODELS = {
    "classic": (classic, {"cell": "gru", "layers": 2}),
    "improviser": (improviser, {"members": 2, "layers": 2, "performers": ("A", "B")}),
    "rnn without an encoder": (improviser, {"encoder": 0, "cell": "rnn"}),
}


@pytest.mark.parametrize("name", MODELS)
def test_they_are_those_of_the_layers(name):
    make, changes = MODELS[name]
    layers = make(**changes)
    expected = {key: tuple(variable.shape) for key, variable in layers.weights.items()}
    assert preset_of(layers.config).weight_shapes(layers.config, layers.assets) == expected
