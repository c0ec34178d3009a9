import numpy as np
from keras import ops

from jazzgen.band.drummer import Drummer, drummer_shapes, next_drift, step_input
from jazzgen.band.drummer_conditions import BarConditions, condition_row
from jazzgen.band.drummer_habits import Habits
from jazzgen.band.stroke_values import BAR_LINE, DRUMS, MOST_STROKES, DrumStroke
from jazzgen.nn.keras_engine.drummer import DrummerLayers

HABITS = {
    name: Habits(((0.1, 0.2),) * 3, (2.0,) * DRUMS, (90.0, 140.0)) for name in ("swing", "bossa")
}
UNITS, WIDTH, BARS_PLAYED = 10, 7, 3


def test_both_graphs_and_the_drummer_in_numpy_are_one_network():
    rng = np.random.default_rng(3)
    shapes = drummer_shapes(UNITS, WIDTH, len(HABITS))
    tensors = {name: rng.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}
    tensors["value/bias"][BAR_LINE] = 4  # short bars
    drummer = Drummer(tensors, HABITS)
    layers = DrummerLayers(UNITS, WIDTH, len(HABITS))
    assert {name: one.shape for name, one in layers.weights.items()} == shapes
    layers.set_weights(tensors)
    graph = layers.inference_graph()
    memory, states = drummer.begin(), [np.zeros((1, UNITS), np.float32)] * 2
    steps, drawn_at = [], []
    for bar in range(BARS_PLAYED):
        conditions = BarConditions(
            style=1 + bar % 2, tempo=100.0 + 50 * bar, swings=True, beats=4, energy=bar, number=bar
        )
        row = condition_row(conditions, len(HABITS))
        uniforms = rng.random((MOST_STROKES, 3))
        played, after = drummer.play(memory, row, uniforms)
        before, drift = None, memory.drift
        bars = memory.bars.astype(np.uint8)
        for number, stroke in enumerate((*played, DrumStroke(BAR_LINE, 0, 0))):
            last = -1 if before is None else before.value
            x = np.concatenate([step_input(before, drift), row])
            drawn = graph.predict_on_batch({
                "last": np.array([last], np.int32),
                "bars": bars[None],
                "x": x[None],
                "uniforms": uniforms[number : number + 1].astype(np.float32),
                "states": states,
            })  # fmt: skip
            assert drawn["value"][0] == stroke.value, (bar, number)
            if stroke.value != BAR_LINE:
                assert (drawn["velocity"][0], drawn["late"][0]) == stroke[1:], (bar, number)
                drift = next_drift(drift, stroke)
            states, before = drawn["states"], stroke
            steps.append((x, last, bars, stroke))
            drawn_at.append(uniforms[number])
        memory = after
    check_training_graph(layers, steps, np.array(drawn_at))


def check_training_graph(layers, steps, uniforms):
    """Over the same strokes, the training graph finds what was drawn where it was drawn."""
    x, last, bars, strokes = zip(*steps, strict=True)
    targets = np.array(strokes)
    logits = layers.training_graph().predict_on_batch({
        "x": np.stack(x)[None],
        "last": np.array(last, np.int32)[None],
        "bars": np.stack(bars)[None],
        "struck": targets[None, :, 0].astype(np.int32),
        "loud": targets[None, :, 1].astype(np.int32),
    })  # fmt: skip
    struck = targets[:, 0] != BAR_LINE
    for kind, name in enumerate(("value", "velocity", "late")):
        shares = np.cumsum(np.asarray(ops.softmax(logits[name][0], axis=-1), np.float64), axis=-1)
        found = (shares <= uniforms[:, kind, None] * shares[:, -1:]).sum(axis=1)
        counts = struck if kind else slice(None)
        assert (found == targets[:, kind])[counts].mean() > 0.98, "but for rounding at the bounds"
