"""`jazzgen models`, `jazzgen charts`, `jazzgen --version`."""

import json

import pytest
from commands import jazzgen, succeed

import jazzgen as package
from jazzgen.nn.folder import FORMAT


@pytest.fixture
def here(tiny_model, monkeypatch):
    """Work where `models/` holds the tiny model."""
    monkeypatch.chdir(tiny_model.parent.parent)
    monkeypatch.setattr("jazzgen.nn.registry.model_folders", lambda: [tiny_model.parent])


@pytest.mark.usefixtures("here")
def test_models_are_listed(tiny_model):
    [row] = succeed("models", "--json").json
    assert row.keys() == {"name", "preset", "parameters", "bits_per_note", "folder"}
    assert (row["name"], row["preset"], row["folder"]) == ("tiny", "improviser", str(tiny_model))
    assert succeed("models").out.startswith("tiny             improviser ")


@pytest.mark.usefixtures("here")
def test_an_unknown_model_is_answered_with_the_names_that_there_are(tmp_path):
    outcome = jazzgen("generate", "--model", "nobody", "--out", tmp_path / "solo.mid")
    assert outcome.complaint == "jazzgen: nobody: no such model; there are: tiny"


@pytest.mark.usefixtures("here")
def test_a_model_can_be_named(tmp_path):
    out = tmp_path / "solo.mid"
    found = succeed("generate", "--model", "tiny", "--chart", "ii-V-I", "--out", out, "--json")
    assert found.json["model"] == "tiny"


def test_a_manifest_with_less_than_usual_is_listed_all_the_same(model_copy, monkeypatch):
    monkeypatch.setattr("jazzgen.nn.registry.model_folders", lambda: [model_copy.parent])
    (model_copy / "manifest.json").write_text(json.dumps({"format": FORMAT, "sha256": {}}))
    assert succeed("models").out.startswith("copy             None ")


def test_a_damaged_manifest_is_told(model_copy, monkeypatch):
    monkeypatch.setattr("jazzgen.nn.registry.model_folders", lambda: [model_copy.parent])
    (model_copy / "manifest.json").write_text(
        json.dumps({"format": FORMAT, "sha256": {}, "figures": 1})
    )
    assert str(model_copy / "manifest.json") in jazzgen("models").complaint


def test_charts_are_listed():
    rows = succeed("charts", "--json").json
    assert rows[0].keys() == {"name", "title", "key", "bars", "meter", "tempo", "feel"}
    blues = next(row for row in rows if row["name"] == "blues")
    assert blues["bars"] == len(package.chart("blues").bars)
    assert len(succeed("charts").out.splitlines()) == len(rows)


def test_the_version():
    assert succeed("--version").out == f"{package.__version__}\n"
