"""`jazzgen models`, `jazzgen charts`, `jazzgen --version`."""

import json
import shutil
from pathlib import Path

import pytest
from commands import jazzgen, succeed
from platforms import symlinks

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
    assert row.keys() == {
        "name", "preset", "parameters", "bits_per_note", "held_out_solos", "data", "folder",
    }  # fmt: skip
    assert (row["name"], row["preset"], row["folder"]) == ("tiny", "improviser", str(tiny_model))
    line = succeed("models").out
    assert line.startswith("tiny             improviser ")
    assert f" {row['parameters']:,} parameters  " in line
    figure, solos, data = row["bits_per_note"], row["held_out_solos"], row["data"]
    assert f" {figure:.2f} bits per note on {solos} solos held out of {data}" in line


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
    manifest = model_copy / "manifest.json"
    kept = {key: json.loads(manifest.read_text())[key] for key in ("format", "sha256")}
    manifest.write_text(json.dumps(kept))
    assert succeed("models").out.startswith("copy             None ")


def test_a_damaged_manifest_is_told(model_copy, monkeypatch):
    monkeypatch.setattr("jazzgen.nn.registry.model_folders", lambda: [model_copy.parent])
    (model_copy / "manifest.json").write_text(
        json.dumps({"format": FORMAT, "sha256": {}, "figures": 1})
    )
    assert str(model_copy / "manifest.json") in jazzgen("models").complaint


@pytest.fixture
def several(tiny_model, tmp_path, monkeypatch):
    """A folder of models: a valid one, and copies of it to be damaged."""
    monkeypatch.setattr("jazzgen.nn.registry.model_folders", lambda: [tmp_path])
    names = ("good", "broken")
    return [shutil.copytree(tiny_model, tmp_path / name) for name in names]


@pytest.mark.parametrize("file", ["manifest.json", "config.json", "weights.safetensors"])
def test_a_broken_model_is_named_beside_those_that_are_listed(file, several):
    (several[1] / file).unlink()
    for more in ([], ["--performers"]):
        outcome = succeed("models", "--json", *more)
        assert [row["name"] for row in outcome.json] == ["good"]
        assert outcome.err.startswith(f"left out: {several[1] / file}: ")
        assert outcome.err.count("\n") == 1


@pytest.mark.parametrize("file", ["config.json", "licks.safetensors", "weights.safetensors"])
def test_a_model_whose_files_are_damaged_is_named_too(file, several):
    content = (several[1] / file).read_bytes()
    for damaged in (content[:100], content[:-1] + b"?"):
        (several[1] / file).write_bytes(damaged)
        outcome = succeed("models", "--json")
        assert [row["name"] for row in outcome.json] == ["good"]
        assert outcome.err == (
            f"left out: {several[1] / file}: damaged: its SHA-256 is not the manifest's\n"
        )


@pytest.mark.parametrize("content", [b"", b"\xff", b"[]", b'{"format": 1}', b"{" * 10_000])
def test_a_manifest_of_anything_stops_no_listing(content, several):
    (several[1] / "manifest.json").write_bytes(content)
    outcome = succeed("models")
    assert outcome.out.startswith("good ")
    assert outcome.err.startswith(f"left out: {several[1] / 'manifest.json'}: ")


@symlinks
def test_a_link_to_a_model_that_is_gone_is_named(several, tmp_path):
    (tmp_path / "lost").symlink_to(tmp_path / "gone")
    (tmp_path / "notes").mkdir()  # no model, and nobody says so
    (tmp_path / "notes.txt").write_text("")
    outcome = succeed("models", "--json")
    assert [row["name"] for row in outcome.json] == sorted(path.name for path in several)
    assert outcome.err == f"left out: {tmp_path / 'lost'}: no such model folder\n"


def test_a_listing_of_nothing_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr("jazzgen.nn.registry.model_folders", lambda: [tmp_path / "gone"])
    outcome = succeed("models", "--json")
    assert (outcome.json, outcome.err) == ([], "no models\n")


def test_a_model_of_the_user_s_can_be_named_and_one_here_comes_first(
    tiny_model, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("jazzgen.nn.registry.user_folder", lambda kind: tmp_path / "user" / kind)
    shutil.copytree(tiny_model, tmp_path / "user" / "models" / "own")
    rows = {row["name"]: row["folder"] for row in succeed("models", "--json").json}
    assert rows["own"] == str(tmp_path / "user" / "models" / "own")
    assert {"classic", "improviser"} <= rows.keys()  # those that ship
    shutil.copytree(tiny_model, Path("models", "own"))
    rows = {row["name"]: row["folder"] for row in succeed("models", "--json").json}
    assert rows["own"] == str(Path("models", "own"))


def test_charts_are_listed():
    rows = succeed("charts", "--json").json
    told = {"name", "title", "key", "bars", "meter", "tempo", "feel", "warnings", "error"}
    assert rows[0].keys() == told
    blues = next(row for row in rows if row["name"] == "blues")
    assert blues["bars"] == len(package.chart("blues").bars)
    assert len(succeed("charts").out.splitlines()) == len(rows)


def test_the_version():
    assert succeed("--version").out == f"{package.__version__}\n"


def test_the_styles_of_the_band_are_listed():
    from jazzgen.music.styles import feel_names

    rows = succeed("styles", "--json").json
    assert [row["name"] for row in rows] == list(feel_names())
    samba = next(row for row in rows if row["name"] == "samba")
    assert (samba["meters"], samba["tempo"], samba["swings"]) == (["4/4", "2/2", "2/4"], 200, False)
    lines = succeed("styles").out.splitlines()
    assert len(lines) == len(rows)
    assert lines[0] == "swing          Swing               80 to 240 bpm, usually 140  any meter"
