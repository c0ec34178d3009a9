"""What the inference graph draws is what the training graph would have drawn there.

Lines are played, then teacher-forced; each value must lie where its uniform number falls
in the distribution that the training graph gives. So history, repeat features, chart encoder,
ensemble and states must all be what they are in training, value for value.
"""

import numpy as np
import pytest
from platforms import slow
from small_models import BLUES, improviser, outspoken, short_chunks

from jazzgen.config import SamplingConfig
from jazzgen.encoding.cache import cache
from jazzgen.encoding.chart_table import chart_table, chord_table
from jazzgen.encoding.performance import SPREADS, Column
from jazzgen.encoding.place_features import place_features
from jazzgen.encoding.plan import UNPLANNED
from jazzgen.encoding.sequence import HistoryColumn, history_of
from jazzgen.encoding.values import REST
from jazzgen.improviser import Improviser
from jazzgen.nn.adaptation import PLAYING, adapt_solo
from jazzgen.nn.keras_engine.graphs import training_graph
from jazzgen.nn.sizes import DRAWS
from jazzgen.nn.soloists import Soloist

PERFORMERS = ("Ann", "Ben")
BEN = Soloist(performer="ben", played_like="tenor saxophone", style="hard bop", touch=(4, 0, 2, 1))
SEEDS = (3, 4)
CHUNK = 16
"""Steps of the graph at a time."""
CHART = BLUES.repeat(3)
WHOLE = SamplingConfig(
    temperature=1.0,
    top_p=1.0,
    min_p=0.0,
    low=0,
    high=127,
    breath=0,
    licks=0,
    silence=0,
    avoid=0,
    enclosures=0,
    edges=0,
    closing=0,
    flow=0,
    trills=0,
    echo=0,
    opening=0,
    contrast=0,
    resolve=0,
    rhythms=0,
    returns=0,
)

MODELS = {
    "an ensemble of stacked LSTM cells": {"members": 2, "layers": 2, "edition": 4},
    "three GRU cells without a chart encoder": {"cell": "gru", "layers": 3, "encoder": 0},
    "a basic RNN cell": {"cell": "rnn"},
}


SELDOM = ("a basic RNN cell", "three GRU cells without a chart encoder")
"""The models that differ from another in their cells alone, which `test_recurrence` compares."""


@pytest.fixture(
    scope="module",
    params=[pytest.param(name, marks=[slow] * (name in SELDOM)) for name in MODELS],
    ids=str,
)
def lines(request):
    """Values (B, T, FORCED), their uniforms (B, T, DRAWS), what the training graph expects."""
    layers = outspoken(improviser(performers=PERFORMERS, **MODELS[request.param]))
    forced = [
        (60, 24, 3, 5, 0, 0), (64, 6, 7, 8, 6, 9), (REST, 18, 0, 0, 0, 0), (64, 24, 0, 0, 0, 0),
    ]  # fmt: skip
    forced = np.array(forced * 2, np.int32)
    soloist = Improviser(layers)
    with short_chunks(CHUNK):
        values = soloist.engine.play(soloist.task(CHART, SEEDS, WHOLE, [BEN] * 2, opening=forced))
    uniforms = [_noise(seed, values.shape[1]) for seed in SEEDS]
    rows, graph = chart_table(CHART), training_graph(layers)
    predicted = []
    for line in values:
        pitch, duration = line.T[:2]
        history = history_of(*line.T[: Column.SPREAD])
        history[:, HistoryColumn.PERFORMER : HistoryColumn.REPEAT] = 2, 1, 3, 2, 4, 0, 2, 1
        clock = np.minimum(np.cumsum(duration) - duration, len(rows) - 1)
        history[:, HistoryColumn.PLACE : HistoryColumn.PLAN] = place_features(
            pitch, duration, rows[clock]
        )
        history[:, HistoryColumn.PLAN :] = UNPLANNED
        inputs = {
            "history": history, "rows": rows[clock], "chords": chord_table(CHART),
            "pitch": pitch, "duration": duration, "cache": cache(pitch),
            "licks": layers.licks.ngrams.expect(pitch),
        }  # fmt: skip
        outputs = graph.predict_on_batch({name: one[None] for name, one in inputs.items()})
        expected = {name: shares(one[0]) for name, one in outputs.items()}
        expected["members"] = outputs["pitch"][0]
        if layers.edition.adapts:
            expected["pitch"], expected["duration"] = adapt_solo(
                expected["pitch"],
                expected["duration"],
                history,
                rows[clock],
                (pitch, duration),
                PLAYING,
            )
        predicted.append(expected)
    return values, uniforms, predicted, len(forced)


def _noise(seed, length):
    chunks = -(-length // CHUNK)
    streams = []
    for own, width in ((seed, 4), ([seed, 1], DRAWS - 4)):
        rng = np.random.default_rng(own)
        parts = [rng.random((CHUNK, width), dtype=np.float32) for _ in range(chunks)]
        streams.append(np.concatenate(parts))
    return np.concatenate(streams, axis=1)


def shares(logits):
    """Softmax; that of an ensemble, (T, M, V), is the members' mean."""
    logits = logits.astype(np.float64)
    found = np.exp(logits - logits.max(axis=-1, keepdims=True))
    found /= found.sum(axis=-1, keepdims=True)
    return found.mean(axis=1) if found.ndim == 3 else found


def misses(share, drawn, uniform):
    """How far each uniform number lies outside its class's part of the distribution."""
    upper = np.cumsum(share, axis=-1)
    here = np.take_along_axis(upper, drawn[:, None], axis=-1)[:, 0]
    below = here - np.take_along_axis(share, drawn[:, None], axis=-1)[:, 0]
    return np.maximum(np.maximum(below - uniform, uniform - here), 0)


@pytest.mark.parametrize("number", range(len(SEEDS)))
def test_every_value_lies_where_its_uniform_number_falls(lines, number):
    values, uniforms, predicted, forced = lines
    line, noise, expected = values[number], uniforms[number], predicted[number]
    end = int((line[:, 1] > 0).sum()) - 1  # the last value is cut at the chart's end
    assert end > CHUNK + 10, "one call of the graph was enough"
    free = slice(forced, end)
    pitch, duration, loudness, timing, gate, spread = line[free].T
    notes = pitch != REST
    assert 0 < notes.sum() < len(notes)
    for name, drawn, draw in (("pitch", pitch, 0), ("duration", duration - 1, 1)):
        found = misses(expected[name][free], drawn, noise[free, draw])
        assert found.max() < 1e-4, name
    for name, drawn, draw in (("loudness", loudness, 2), ("timing", timing, 3)):
        share = expected[name][free][notes]
        assert misses(share, drawn[notes], noise[free, draw][notes]).max() < 1e-4, name
    joined = notes & (line[forced - 1 : end - 1, Column.PITCH] != REST)
    assert 0 < joined.sum() < notes.sum()
    share = expected["gate"][free][joined]
    assert misses(share, gate[joined], noise[free, Column.GATE][joined]).max() < 1e-4
    assert not gate[~joined].any()
    places = 1 + (noise[free, Column.SPREAD] * SPREADS).astype(int)
    np.testing.assert_array_equal(spread, np.where(notes, places, 0))


def test_the_forced_values_are_played_and_the_lines_then_part(lines):
    values, _, _, forced = lines
    np.testing.assert_array_equal(values[0, :forced], values[1, :forced])
    assert values[0, 0, :2].tolist() == [60, 24]
    assert (values[0, forced:40, 0] != values[1, forced:40, 0]).mean() > 0.5


def test_members_of_an_ensemble_are_not_the_same(lines):
    logits = lines[2][0]["members"]
    if logits.shape[1] > 1:
        assert np.abs(logits[:, 0] - logits[:, 1]).max() > 0.1
