"""A model as an ONNX file plays what the model plays."""

import json
import re

import numpy as np
import pytest
from commands import ROOT, jazzgen, succeed
from platforms import slow
from small_models import BLUES, classic, outspoken

from jazzgen.config import SamplingConfig
from jazzgen.export.onnx_graph import onnx_graph
from jazzgen.export.onnx_model import FACTS, onnx_model
from jazzgen.improviser import Improviser, load
from jazzgen.nn.constraints import constraints
from jazzgen.nn.keras_engine.engine import KerasEngine
from jazzgen.nn.keras_engine.store import files_of, load_model, save_model
from jazzgen.nn.numpy_engine.engine import LightEngine
from jazzgen.runtime.folders import shipped

onnx = pytest.importorskip("onnx", reason="onnx is not installed")
runtime = pytest.importorskip("onnxruntime", reason="onnxruntime is not installed")
pytest.importorskip("tf2onnx", reason="tf2onnx is not installed")


def session(content):
    settings = runtime.SessionOptions()
    settings.log_severity_level = 2  # warnings are printed, and the test that looks for them reads
    return runtime.InferenceSession(content, settings, providers=["CPUExecutionProvider"])


class OnnxGraph:
    """An ONNX file in the place of an inference graph."""

    def __init__(self, content):
        self.session = session(content)

    def predict_on_batch(self, given):
        states = {f"states_{number}": one for number, one in enumerate(given["states"])}
        tables = {**given, **states}
        names = [one.name for one in self.session.get_outputs()]
        asked = {one.name: tables[one.name] for one in self.session.get_inputs()}
        found = dict(zip(names, self.session.run(names, asked), strict=True))
        return {
            "values": found["values"],
            "line": found["line_after"],
            "memory": found.get("memory_after", given["memory"]),
            "states": [found[f"{name}_after"] for name in states],
        }


class OnnxEngine(KerasEngine):
    """The Keras engine, but its graph is a file of the same model."""

    def __init__(self, layers, sampling):
        super().__init__(layers)
        self.content = onnx_model(layers, sampling, "small")
        self.file = OnnxGraph(self.content)

    def graph(self, *_):
        return self.file


@pytest.fixture(scope="module")
def small_classic():
    return outspoken(classic(layers=2))


@pytest.fixture(scope="module")
def exported(small_classic):
    return OnnxEngine(small_classic, SamplingConfig())


@slow
def test_it_plays_the_same_solos(small_classic, exported):
    chart = BLUES.repeat(6)
    ours, theirs = Improviser(LightEngine(files_of(small_classic))), Improviser(exported)
    solos = ours.takes(chart, range(4))
    assert theirs.takes(chart, range(4)) == solos
    assert sum(len(solo.notes) for solo in solos) > 512


@slow
def test_the_shipped_improviser_plays_the_same_solo():
    chart, theirs = (
        BLUES.repeat(3),
        OnnxEngine(load_model(shipped("models/improviser")), SamplingConfig()),
    )
    solo = load("improviser").improvise(chart, seed=1)
    assert Improviser(theirs).improvise(chart, seed=1) == solo
    assert len(solo.notes) > 128


@slow
def test_it_has_what_a_program_needs_and_nothing_else(exported):
    model = onnx.load_from_string(exported.content)
    onnx.checker.check_model(model, full_check=True)
    assert [one.name for one in model.graph.input] == [
        "chart", "forced", "limits", "line", "states_0", "states_1", "states_2", "states_3",
        "uniforms",
    ]  # fmt: skip
    axes = model.graph.input[0].type.tensor_type.shape.dim
    assert [one.dim_param or one.dim_value for one in axes] == ["lines", "ticks", 19]
    [entry] = model.metadata_props
    facts = json.loads(entry.value)
    assert (entry.key, facts["preset"], model.producer_name) == (FACTS, "classic", "jazzgen")
    width = model.graph.input[2].type.tensor_type.shape.dim[1].dim_value
    assert sum(len(rule["at_120_bpm"]) for rule in facts["limits"]) == width
    assert len(facts["line"]) == model.graph.input[3].type.tensor_type.shape.dim[1].dim_value


def test_the_page_tells_the_limits_of_every_built_in_rule():
    page = (ROOT / "jazzgen" / "docs" / "export.md").read_text(encoding="utf-8")
    table = page[page.index("| rule | its limits |") :].partition("\n\n")[0]
    told = set(re.findall(r"`(\w+)`", table))
    assert told == {rule.name for rule in constraints()}


def test_integers_are_divided_downwards():
    import keras
    from keras import ops

    x = keras.Input((7,), dtype="int32", name="x")
    graph = keras.Model({"x": x}, {"rest": ops.mod(x, 12), "share": ops.floor_divide(x, 12)})
    given = np.array([[-25, -24, -1, 0, 1, 12, 127]], np.int32)
    found = session(onnx_graph(graph).SerializeToString()).run(["rest", "share"], {"x": given})
    np.testing.assert_array_equal(found, [given % 12, given // 12])


def test_a_file_is_written(tmp_path, small_classic, monkeypatch):
    monkeypatch.chdir(tmp_path)
    save_model("mine", small_classic, {}, "a card")
    monkeypatch.setattr(  # the other tests convert
        "jazzgen.export.onnx_model.onnx_model",
        lambda layers, sampling, name: f"{name} {layers.config.units} {sampling.low}".encode(),
    )
    told = succeed("export", "mine", "--low", 50, "--json").json
    assert told == {"file": "mine.onnx", "bytes": len(b"mine 64 50")}
    assert (tmp_path / "mine.onnx").read_bytes() == b"mine 64 50"
    assert succeed("export", "mine", "--out", "a/b.onnx").out == "a/b.onnx: 0.0 MB\n"


def test_what_is_not_ours_is_not_replaced(tmp_path, small_classic):
    notes = tmp_path / "notes.txt"
    notes.write_text("mine")
    save_model(tmp_path / "model", small_classic, {}, "a card")
    told = jazzgen("export", tmp_path / "model", "--out", notes)
    assert told.complaint.startswith(f"jazzgen: {notes}: exists, and jazzgen did not write it")
    assert notes.read_text() == "mine"
