"""The licks in the inference graph are those of `encoding.lick_ngrams`, line by line."""

import numpy as np
from keras import ops
from small_models import BLUES, improviser

from jazzgen.encoding.chart_table import chart_table, chord_table
from jazzgen.encoding.lick_counts import collect_licks
from jazzgen.encoding.lick_ngrams import STEPS
from jazzgen.encoding.plan import BAR_COLUMNS, BreathColumn
from jazzgen.encoding.sequence import NO_PITCH
from jazzgen.encoding.values import REST
from jazzgen.nn.keras_engine.graphs import inference_graph
from jazzgen.nn.keras_engine.lick_ngrams import Licks
from jazzgen.nn.keras_engine.line_state import Line, opening_line
from jazzgen.nn.keras_engine.recurrence import state_sizes
from jazzgen.nn.keras_engine.repeat_features import empty_memory
from jazzgen.nn.keras_engine.sampling import Sampler
from jazzgen.nn.sizes import DRAWS, FORCED

LINES, VALUES = 4, 80


def lines(seed):
    rng = np.random.default_rng(seed)
    return rng.choice([60, 62, 62, 64, 65, 95, REST], size=(LINES, VALUES)).astype(np.int32)


def ngrams():
    return collect_licks(list(lines(0)), list("ABAB"))[0]


def test_the_tables_say_what_the_book_says():
    licks, pitch = Licks(ngrams()), lines(1)
    predicted = np.stack([ngrams().expect(line) for line in pitch])
    assert predicted[..., STEPS].max() >= 4
    state, last = np.zeros(LINES, np.int32), np.full(LINES, NO_PITCH, np.int32)
    for step in range(VALUES):
        found = ops.convert_to_numpy(licks.expect(state))
        np.testing.assert_allclose(found, predicted[:, step], atol=1e-6, err_msg=f"value {step}")
        state = licks.follow(state, pitch[:, step], last)
        last = np.where(pitch[:, step] == REST, last, pitch[:, step])


def test_the_loop_knows_which_lick_a_line_is_in_the_midst_of():
    layers = improviser()
    layers.licks = Licks(ngrams())
    pitch = lines(2)[:1]
    forced = np.full((1, VALUES, FORCED), -1, np.int32)
    forced[..., 0], forced[..., 1] = pitch, 6
    played = inference_graph(layers, Sampler()).predict_on_batch({
        "uniforms": np.zeros((1, VALUES, DRAWS), np.float32), "forced": forced,
        "chart": chart_table(BLUES)[None], "chords": chord_table(BLUES)[None],
        "limits": np.zeros((1, 0), np.float32),
        "plan": np.zeros((1, 12, BAR_COLUMNS), np.int32),
        "breaths": np.zeros((1, 1, len(BreathColumn)), np.int32),
        "line": opening_line(1, BLUES.ticks), "memory": empty_memory(1),
        "states": [np.zeros((1, size), np.float32) for size in state_sizes(layers.cells)],
    })  # fmt: skip
    after = ops.convert_to_numpy(layers.licks.expect(played["line"][:, Line.LICK]))
    followed = ngrams().expect(np.append(pitch[0], REST).astype(np.int32))[-1]
    assert followed[STEPS] > 0
    np.testing.assert_allclose(after[0], followed, atol=1e-6)


def test_licks_are_heard_and_not_trained():
    layers = improviser()
    assert not any("licks" in name for name in layers.weights)
    assert layers.licks.trainable_variables == []
    graph = inference_graph(layers, Sampler())
    assert {"after", "expectations"} <= {variable.name for variable in graph.variables}
