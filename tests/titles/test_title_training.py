import math

import keras
import numpy as np
import pytest

from jazzgen.config import TitleConfig
from jazzgen.errors import ConfigError
from jazzgen.nn.keras_engine.compiled import Graph
from jazzgen.rnn.optimizers import OPTIMIZERS
from jazzgen.rnn.registry import CELLS
from jazzgen.titles.model import TitleModel
from jazzgen.titles.text import JAZZ_TITLES, read_lines
from jazzgen.titles.training import train, train_step

KERAS = {"rnn": keras.layers.SimpleRNN, "lstm": keras.layers.LSTM, "gru": keras.layers.GRU}
STEPS, BATCH, UNITS = 30, 16, 24
RATES = {"sgd": 0.5, "adam": 0.01}
LINES = read_lines(JAZZ_TITLES)[::5]


def keras_twin(model, kind, optimizer, config):
    """The same model in Keras, with the same weights."""
    size = len(model.alphabet)
    hidden = KERAS[kind](UNITS, return_sequences=True)
    dense = keras.layers.Dense(size)
    inputs = keras.Input((None, size))
    twin = Graph(inputs, dense(hidden(inputs)))  # traced once for lines of every length
    hidden.set_weights(list(model.cell.weights.values()))
    dense.set_weights([model.kernel, model.bias])
    rule = {"sgd": keras.optimizers.SGD, "adam": keras.optimizers.Adam}[optimizer]
    twin.compile(
        rule(
            RATES[optimizer],
            global_clipnorm=config.clip_norm or None,
            clipvalue=config.clip_value or None,
        ),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    return twin


COMPARED = [("rnn", "sgd"), ("lstm", "adam"), ("gru", "sgd")]
CLIPS = {"sgd": {"clip_norm": 0.5}, "adam": {"clip_norm": 0.0, "clip_value": 0.01}}


def test_every_cell_and_optimizer_is_compared_with_keras():
    assert {kind for kind, _ in COMPARED} == set(CELLS)
    assert {optimizer for _, optimizer in COMPARED} == set(OPTIMIZERS)


@pytest.mark.parametrize(("kind", "optimizer"), COMPARED)
def test_the_loss_falls_step_by_step_as_keras_s(kind, optimizer):
    clip = CLIPS[optimizer]
    config = TitleConfig(optimizer=optimizer, **clip)
    model = TitleModel.fresh(LINES, kind, UNITS, seed=1)
    twin = keras_twin(model, kind, optimizer, config)
    ours, theirs, own = [], [], OPTIMIZERS[optimizer]()
    size = len(model.alphabet)
    eye = np.eye(size + 1, size, dtype=np.float32)
    for step in range(STEPS):
        batch = [LINES[(step * BATCH + n) % len(LINES)] for n in range(BATCH)]
        sheet = model.alphabet.encode(batch)
        x = eye[np.where(sheet.inputs < 0, size, sheet.inputs)]
        # Keras's loss sums over all, padding included, and divides by their number.
        weights = (sheet.counted * sheet.counted.size / sheet.counted.sum()).astype(np.float32)
        twin.reset_metrics()
        theirs.append(float(twin.train_on_batch(x, sheet.targets, sample_weight=weights)))
        ours.append(train_step(model, batch, own, RATES[optimizer], config))
    np.testing.assert_allclose(ours, theirs, atol=1e-4)
    assert ours[-1] < ours[0] - 0.01


def test_it_learns_titles_and_keeps_the_best_epoch():
    told = []
    model, figures = train(
        LINES, TitleConfig(units=48, learning_rate=0.02, batch_size=8, epochs=12), told.append
    )
    assert told == figures
    assert [one.epoch for one in figures] == list(range(1, 13))
    assert figures[-1].loss < 2.7 < figures[0].loss
    assert all(one.samples for one in figures)
    held_out = np.random.default_rng([0, 2]).permutation(len(LINES))[: len(LINES) // 20]
    judged = model.loss(model.alphabet.encode([LINES[number] for number in held_out]))
    assert judged == pytest.approx(min(one.held_out for one in figures), rel=1e-5)


def test_the_same_seed_gives_the_same_weights():
    config = TitleConfig(units=8, epochs=2)
    first, again, other = (
        train(LINES[:60], one)[0].weights for one in (config, config, TitleConfig(units=8, seed=1))
    )
    for name, value in first.items():
        np.testing.assert_array_equal(value, again[name])
    assert any((value != other[name]).any() for name, value in first.items())


def test_it_stops_when_it_gets_no_better():
    _, figures = train(
        LINES[:40], TitleConfig(units=8, learning_rate=50.0, epochs=50, patience=2, clip_norm=0.0)
    )
    assert len(figures) < 50


def test_a_few_lines_can_be_learnt_by_heart():
    lines = ["Oleo", "Solar"]
    model, figures = train(lines, TitleConfig(units=16, learning_rate=0.05, epochs=80, patience=80))
    assert math.isnan(figures[0].held_out)
    drawn = {model.sample(np.random.default_rng(seed), 0.3) for seed in range(20)}
    assert drawn == set(lines)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"units": 0}, "units 0: expected 1 to 4096"),
        ({"learning_rate": float("nan")}, "learning_rate nan"),
        ({"cell": "tlstm"}, "cell 'tlstm': expected one of rnn, lstm, gru"),
        ({"optimizer": "adagrad"}, "optimizer 'adagrad': expected one of adam, sgd"),
        ({"clip_value": 1.0}, "not both"),
        ({"epochs": 0}, "epochs 0"),
    ],
)
def test_settings_that_cannot_be(changes, reason):
    with pytest.raises(ConfigError, match=reason):
        TitleConfig(**changes)
