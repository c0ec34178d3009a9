"""How errors flow back through time, on numbers and as the command shows it."""

import numpy as np
import pytest
from commands import jazzgen, succeed
from small_models import classic, improviser, outspoken, sequences

from jazzgen.errors import ConfigError, DatasetError
from jazzgen.evaluation.gradient_flow import Experiment, flow_back, model_flow, scratch_flows
from jazzgen.evaluation.gradient_plot import draw_gradients
from jazzgen.nn.keras_engine.store import files_of
from jazzgen.nn.numpy_engine.engine import LightEngine
from jazzgen.rnn.cells import make_cell
from jazzgen.rnn.sequences import run

SMALL = Experiment(units=12, length=20, steps=12, batch=4, learning_rate=20.0)


@pytest.mark.parametrize("kind", ["rnn", "lstm", "gru"])
def test_norms_are_those_of_central_differences(kind):
    rng = np.random.default_rng(0)
    cell = make_cell(kind, 3, 4, 1, np.float64)
    x, weight = rng.normal(size=(1, 6, 3)), rng.normal(size=(1, 4))
    flow = flow_back(cell, run(cell, x), weight)
    for step in range(1, 6):
        states = run(cell, x[:, :step]).states

        def loss(states, step=step):
            return float((run(cell, x[:, step:], states).outputs[:, -1] * weight).sum())

        numeric = []
        for unit in range(4):
            nudge = 1e-6 * np.eye(4)[unit]
            up, down = ((states[0] + sign * nudge, *states[1:]) for sign in (1, -1))
            numeric.append((loss(up) - loss(down)) / 2e-6)
        assert np.linalg.norm(numeric) == pytest.approx(flow.hidden[step - 1], rel=1e-6)
    assert flow.hidden[-1] == pytest.approx(np.linalg.norm(weight))
    assert (flow.cell is None) == (kind != "lstm")


@pytest.fixture(scope="module")
def trainings():
    return scratch_flows(sequences(), SMALL)


def test_large_recurrent_weights_explode_and_clipping_holds_a_basic_cell(trainings):
    rnn = trainings["rnn"]
    large = scratch_flows(
        sequences(), Experiment(cells=("rnn",), units=12, length=20, batch=4, steps=0, gain=3.0)
    )["rnn"]
    assert large["scaled"].flow.hidden[0] > 20 * large["scaled"].flow.hidden[-1]
    assert rnn["fresh"].flow.hidden[0] < rnn["fresh"].flow.hidden[-1]
    assert rnn["unclipped"].norms.max() > rnn["clipped"].norms.max()
    assert rnn["clipped"].losses[-1] < rnn["unclipped"].losses[-1]


def test_both_trainings_begin_alike(trainings):
    for found in trainings.values():
        assert found["unclipped"].norms[0] == found["clipped"].norms[0]
        assert not len(found["fresh"].norms)


@pytest.mark.parametrize(
    "layers", [lambda: outspoken(improviser(members=2)), lambda: classic(cell="gru", units=8)]
)
def test_errors_flow_back_through_models(layers):
    flow = model_flow(LightEngine(files_of(layers())), sequences(), 10)
    assert flow.hidden.shape == (10,)
    assert (flow.hidden > 0).all()
    assert flow.hidden[0] < flow.hidden[-1]
    assert 1 <= flow.reach() <= 10


def test_a_window_longer_than_all_solos_is_refused():
    with pytest.raises(DatasetError, match="no solo has 5001 values, which a window takes; the"):
        scratch_flows(sequences(), Experiment(length=5000))
    with pytest.raises(DatasetError, match="no solo has more than 5000 values"):
        model_flow(LightEngine(files_of(improviser())), sequences(), 5000)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"length": 0}, "length 0: expected 2 to"),
        ({"units": 0}, "units 0: expected 1 to"),
        ({"steps": -1}, "steps -1: expected 0 to"),
        ({"clip_norm": 1.0, "clip_value": 1.0}, "by norm or by value, not both"),
        ({"clip_norm": 0.0}, "clip_norm 0: expected a limit"),
    ],
)
def test_settings_out_of_range_are_refused(changes, message):
    with pytest.raises(ConfigError, match=message):
        Experiment(**changes)


def test_a_picture_is_drawn_and_the_same_again(trainings, tmp_path):
    files = [tmp_path / name for name in ("a.svg", "b.svg", "a.png")]
    first, again, pixels = (draw_gradients(file, trainings, limit=1.0).read_bytes()
                            for file in files)  # fmt: skip
    assert first == again
    assert first.startswith(b"<?xml")
    assert pixels.startswith(b"\x89PNG")
    with pytest.raises(ConfigError, match=r"ending in \.png or \.svg"):
        draw_gradients(tmp_path / "a.jpg", trainings)


def test_the_command_prints_a_table_and_json(tmp_path):
    picture = tmp_path / "flow.png"
    found = succeed(
        "diagnose", "gradients", "--cell", "gru", "--units", "8", "--steps", "2", "--length", "12",
        "--picture", picture, "--json",
    ).json  # fmt: skip
    assert [row["how"] for row in found["windows"]] == ["fresh", "scaled", "unclipped", "clipped"]
    assert all(len(row["hidden"]) == 12 for row in found["windows"])
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_the_command_looks_into_a_model():
    table = succeed("diagnose", "gradients", "--model", "small", "--length", "16").out
    assert "small" in table
    assert "reach" in table


def test_a_picture_of_another_kind_is_refused_before_anything_is_done():
    refused = jazzgen("diagnose", "gradients", "--picture", "flow.gif")
    assert "flow.gif: expected a picture's name" in refused.complaint
