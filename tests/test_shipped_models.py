"""The models that ship are what their cards say, and play without a network library."""

import pytest
from commands import ROOT, succeed

from jazzgen.nn.folder import read_manifest, read_model_folder

CLASSIC = ROOT / "models" / "classic"


def test_the_classic_model_has_the_course_s_shapes():
    files = read_model_folder(CLASSIC)
    assert (files.config.preset, files.config.cell, files.config.layers) == ("classic", "lstm", 1)
    assert len(files.assets.vocabulary) == 90
    shapes = [tensor.shape for tensor in files.tensors.values()]
    assert sum(tensor.size for tensor in files.tensors.values()) == 45_530
    assert (90, 4 * 64) in shapes  # from a value to the four gates
    assert (64, 90) in shapes  # from the hidden state to the values
    assert read_manifest(CLASSIC)["training"]["window"] == 30


@pytest.mark.parametrize("name", ["classic", "small"])
def test_a_card_has_the_manifest_s_figures_and_a_command_of_the_readme(name):
    card = (ROOT / "models" / name / "README.md").read_text(encoding="utf-8")
    figures = read_manifest(ROOT / "models" / name)["figures"]
    assert figures["bits_per_note"] < figures["trigram_floor_bits_per_note"]
    for figure, value in figures.items():
        assert f"| {figure.replace('_', ' ')} | {value} |" in card
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    [command] = [line for line in readme.splitlines() if f"--out models/{name} " in line]
    settings = read_manifest(ROOT / "models" / name)["training"]
    assert f"--dropout {settings['dropout']}" in command
    assert f"--epochs {settings['epochs']} " in f"{command} --epochs 30 "


def test_both_engines_play_the_classic_model_alike(tmp_path):
    for engine in ("light", "keras"):
        told = succeed(
            "generate", "--model", "classic", "--engine", engine, "--chart", "rhythm-changes",
            "--seed", 5, "--out", tmp_path / f"{engine}.mid", "--json",
        ).json  # fmt: skip
        assert told["notes"] > 50
    assert (tmp_path / "light.mid").read_bytes() == (tmp_path / "keras.mid").read_bytes()
