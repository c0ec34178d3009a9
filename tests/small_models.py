"""Small models and corpora for the tests of networks."""

from contextlib import contextmanager
from functools import cache

import keras
import numpy as np
import pytest

from jazzgen.config import ModelConfig
from jazzgen.encoding.lick_counts import collect_licks
from jazzgen.encoding.sequence import value_sequence
from jazzgen.encoding.vocabulary import JointValue, JointVocabulary
from jazzgen.improviser import Improviser
from jazzgen.music.chart import Chart
from jazzgen.music.solo import Note, Solo
from jazzgen.nn import player as players
from jazzgen.nn.assets import Assets
from jazzgen.nn.keras_engine import player as keras_players
from jazzgen.nn.keras_engine.graphs import training_graph
from jazzgen.nn.keras_engine.layers import make_layers
from jazzgen.nn.keras_engine.store import files_of
from jazzgen.nn.numpy_engine.engine import LightEngine

BLUES = Chart.of_chords(
    [["F7"], ["Bb7"], ["F7"], ["Cm7", "F7"], ["Bb7"], ["Bdim7"], ["F7"], ["D7"],
     ["Gm7"], ["C7"], ["F7", "D7"], ["Gm7", "C7"]],
    title="A Blues",
)  # fmt: skip


def ninety_values():
    """A vocabulary of 90 values: twelve degrees and a rest, in several durations."""
    notes = [
        JointValue(degree, 0, ticks) for degree in range(12) for ticks in (4, 6, 8, 12, 24, 36, 48)
    ]
    rests = [JointValue(12, 0, ticks) for ticks in (6, 12, 24, 36, 48, 96)]
    values = tuple(sorted(notes + rests))
    return JointVocabulary(values, tuple(int(value.degree < 12) for value in values))


def scale_solo(seed=0, chart=BLUES, title="A Blues"):
    """Return a line of eighths that goes up and down, with a rest now and then."""
    notes = tuple(
        Note(12 * step, 12, 60 + (step * (3 + seed % 4)) % 19)
        for step in range(chart.ticks // 12)
        if (step + seed) % 9
    )
    return Solo(notes, chart, title=title)


def sequences(count=4):
    """Value sequences of several solos."""
    return [value_sequence(scale_solo(seed, title=f"Tune {seed}")) for seed in range(count)]


def sounding_values():
    """Return those of the ninety values that are notes."""
    values = tuple(value for value in ninety_values().values if value.degree < 12)
    return JointVocabulary(values, tuple(1 for _ in values))


def classic(vocabulary=None, **changes):
    """Layers of the classic preset, by default over ninety values; always the same weights."""
    keras.utils.set_random_seed(1)
    config = ModelConfig.for_preset("classic", **changes)
    return make_layers(config, Assets(vocabulary=vocabulary or ninety_values()))


INSTRUMENTS = ("tenor saxophone", "trumpet")
STYLES = ("bebop", "cool", "hard bop")
FEELS = ("straight", "swing")
"""What small improvisers know beside performers."""


def improviser(rests=True, performers=(), profiles=(), **changes):
    """Layers of a small improviser, one that never rests if asked; always the same weights.

    Args:
        rests: Whether it may rest.
        performers: The performers that it knows.
        profiles: The profiles of its training solos.
        changes: Settings of the model that are not the default. It is of the second edition,
            whose graph is built sooner, unless a test asks for the third.
    """
    keras.utils.set_random_seed(1)
    config = ModelConfig.for_preset(
        "improviser", **{"units": 16, "embedding": 32, "encoder": 8, "edition": 2, **changes}
    )
    known = {"instruments": INSTRUMENTS, "styles": STYLES, "feels": FEELS}
    assets = Assets(
        performers=tuple(performers),
        profiles=tuple(profiles),
        licks=lick_ngrams_of_walks(),
        **(known if config.edition > 1 else {}),
    )
    layers = make_layers(config, assets)
    if not rests:
        for member in range(layers.config.members):
            bias = layers.weights[f"pitch_head_{member}/project/bias"]
            bias.assign(np.array([*[0.0] * (bias.shape[0] - 1), -50.0], np.float32))
            # nor does it come back to the rests that it is made to play
            layers.weights[f"pitch_head_{member}/weigh/bias"].assign(np.float32([-50.0, 0.0]))
    return layers


def lick_ngrams_of_walks():
    """Return the lick n-grams of four random walks over two tunes."""
    steps = np.random.default_rng(0).integers(-4, 5, size=(4, 200))
    return collect_licks(list((60 + steps.cumsum(axis=1)).astype(np.int32) % 128), list("ABAB"))[0]


def outspoken(layers, rests=4):
    """Scale weights up, so that inputs and chart have more effect, and rest now and then."""
    for name, variable in layers.weights.items():
        if "kernel" in name:
            variable.assign(variable * 2)
        if name.startswith("pitch_head") and name.endswith("project/bias"):
            variable.assign(np.eye(variable.shape[0], dtype=np.float32)[-1] * rests)
    return layers


@cache
def shared_soloist(make=improviser, **changes):
    """Return the soloist of a small model on Keras, whose graphs are built once for many tests.

    Args:
        make: The function that makes its layers, which no test may change.
        changes: What the function is called with.
    """
    return Improviser(make(**changes))


def light(layers, name="model"):
    """Return the soloist of a model on the light engine, which has no graph to build.

    Args:
        layers: The model.
        name: Its name.
    """
    return Improviser(LightEngine(files_of(layers)), name)


@contextmanager
def short_chunks(steps):
    """Let players draw and play few steps at a time, so that a short line needs several calls.

    What they play does not depend on it.

    Args:
        steps: The number of steps, an even one.
    """
    with pytest.MonkeyPatch.context() as patch:
        for module in (players, keras_players):
            patch.setattr(module, "CHUNK", steps)
        yield


@cache
def shared_training(make=improviser, **changes):
    """Return a small model's layers and its training graph, neither of which a test may change."""
    layers = make(**changes)
    return layers, training_graph(layers)


@cache
def shared_pair(rests, **changes):
    """Return an outspoken improviser on each engine, which no test may change.

    Args:
        rests: See `outspoken`.
        changes: See `improviser`.
    """
    return pair_of(outspoken(improviser(**changes), rests))


def pair_of(layers):
    """Return the soloist of a model on each engine."""
    return {"light": light(layers), "keras": Improviser(layers)}
