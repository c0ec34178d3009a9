"""`jazzgen train`, and what the other commands then find."""

import csv
import json
import re
import shutil

import pytest
from commands import jazzgen, succeed, tree

import jazzgen as package
from jazzgen.config import ModelConfig
from jazzgen.datasets.corpus import load_corpus
from jazzgen.nn.folder import read_model_folder
from jazzgen.nn.keras_engine.layers import make_layers
from jazzgen.nn.keras_engine.store import save_model
from jazzgen.training.compiled_corpus import compile_corpus
from jazzgen.training.run import training_folder

QUICK = ("--preset", "classic", "--units", "8")
"""Options of a model whose graphs are built in no time, for what does not concern the network."""


def test_the_json_of_a_run(training):
    outcome, folder = training
    found = outcome.json
    assert found.keys() == {
        "model", "epochs", "best_epoch", "parameters", "bits_per_note",
        "pitch_perplexity_notes_only", "trigram_floor_bits_per_note",
        "trigram_floor_pitch_perplexity", "wrong_chord_delta_bits",
    }  # fmt: skip
    assert (found["model"], found["epochs"], found["best_epoch"]) == (str(folder), 1, 1)
    assert found["bits_per_note"] > 0
    assert found["parameters"] == json.loads((folder / "manifest.json").read_text())["parameters"]


def test_messages_and_figures_of_epochs_go_to_standard_error(training):
    lines = training[0].err.splitlines()
    assert lines[0] == "4 solos to train on, 2 held out"
    assert re.fullmatch(
        r"epoch 1: bits per note [0-9.]+ in training, [0-9.]+ held out, [0-9.]+ s", lines[1]
    )
    assert len(lines) == 2


def test_the_folder_holds_what_a_model_is_and_no_more(tiny_model):
    assert sorted(tree(tiny_model)) == [
        "README.md", "config.json", "licks.safetensors", "manifest.json", "weights.safetensors",
    ]  # fmt: skip
    assert sorted(path.name for path in tiny_model.parent.iterdir()) == ["tiny", "tiny.training"]


def test_what_was_compiled_is_not_kept(tiny_model):
    found = {path.name for path in training_folder(tiny_model).iterdir()}
    assert found == {"checkpoints", "log.csv", "tensorboard"}


def test_the_log_has_a_line_for_each_epoch(tiny_model):
    with open(training_folder(tiny_model) / "log.csv", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["epoch"] for row in rows] == ["1"]


@pytest.fixture(scope="module")
def quick(small_corpus, tmp_path_factory):
    """The outcome of a run of one epoch whose graphs are built in no time, and its folder."""
    folder = tmp_path_factory.mktemp("quick") / "model"
    return succeed("train", small_corpus, "--out", folder, *QUICK, "--epochs", 1, "--json"), folder


def test_the_same_seed_gives_the_same_weights(quick, small_corpus, tmp_path):
    outcome, folder = quick
    again = tmp_path / "model"
    found = succeed("train", small_corpus, "--out", again, *QUICK, "--epochs", 1, "--json").json
    assert {**found, "model": ""} == {**outcome.json, "model": ""}
    weights = "weights.safetensors"
    assert (again / weights).read_bytes() == (folder / weights).read_bytes()


def test_a_classic_model_learns_from_a_dataset_and_plays(small_corpus, tmp_path):
    dataset, folder = tmp_path / "solos.jsonl", tmp_path / "classic"
    succeed("prepare", small_corpus, "--out", dataset)
    options = ("--preset", "classic", "--cell", "gru", "--units", 8, "--epochs", 1)
    valid = ("--valid", small_corpus / "clockwise-wren.mid")
    outcome = succeed("train", dataset, "--out", folder, *options, *valid)
    assert outcome.out.splitlines()[-1] == f"next: jazzgen generate --model {folder}"
    assert outcome.err.startswith("6 solos to train on, 1 held out\n")
    solo = tmp_path / "solo.mid"
    succeed("generate", "--model", folder, "--chart", "ii-V-I", "--out", solo)
    assert package.read(solo).notes


@pytest.mark.parametrize("holds", ["text", "corpus"])
def test_a_folder_that_is_no_model_is_never_replaced(holds, small_corpus, tmp_path):
    folder = tmp_path / "mine"
    folder.mkdir()
    if holds == "text":
        (folder / "diary.txt").write_text("precious")
    else:
        (folder / "manifest.json").write_text('{"licence": "Apache-2.0", "solos": []}')
    before = tree(folder)
    outcome = jazzgen("train", small_corpus, "--out", folder, "--epochs", 1)
    assert outcome.code == 2
    assert f"jazzgen: {folder}: will not be replaced" in outcome.err
    assert "epoch 1" not in outcome.err, "told only after the work was done"
    assert tree(folder) == before


def test_a_finished_run_is_resumed(quick, small_corpus, tmp_path):
    """More epochs than before: the history continues, and the new model replaces the old one."""
    folder = shutil.copytree(quick[1], tmp_path / "model")
    shutil.copytree(training_folder(quick[1]), training_folder(folder))
    before = (folder / "weights.safetensors").read_bytes()
    options = (*QUICK, "--epochs", 2, "--resume", "--json")
    found = succeed("train", small_corpus, "--out", folder, *options)
    assert found.json["epochs"] == 2
    assert "epoch 2: " in found.err
    assert "epoch 1: " not in found.err
    assert (folder / "weights.safetensors").read_bytes() != before


def test_a_trained_model_is_replaced_only_if_told(model_copy, small_corpus):
    before = tree(model_copy.parent)
    command = ("train", small_corpus, "--out", model_copy, *QUICK, "--epochs", 1)
    outcome = jazzgen(*command)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.complaint == (
        f"jazzgen: {model_copy}: holds a trained model: replace it with --overwrite, or choose "
        "another --out"
    )
    assert tree(model_copy.parent) == before
    succeed(*command, "--overwrite")
    assert read_model_folder(model_copy).config.preset == "classic"


def test_a_model_whose_run_is_gone_is_not_replaced_by_resuming(model_copy, small_corpus):
    shutil.rmtree(training_folder(model_copy))
    command = ("train", small_corpus, "--out", model_copy, *QUICK, "--epochs", 1, "--resume")
    assert "holds a trained model" in jazzgen(*command).complaint


def test_another_run_is_not_resumed(model_copy, small_corpus):
    before = tree(model_copy)
    outcome = jazzgen(
        "train", small_corpus, "--out", model_copy, "--units", 8, "--seed", 3, "--resume"
    )
    assert outcome.code == 2
    assert "the run was begun with units 16, not 8" in outcome.err.splitlines()[-1]
    assert tree(model_copy) == before


def test_one_tune_and_nothing_to_resume_are_said(small_corpus, tmp_path):
    (tmp_path / "one").mkdir()
    file = sorted(small_corpus.glob("*.mid"))[0]
    (tmp_path / "one" / file.name).write_bytes(file.read_bytes())
    outcome = succeed(
        "train", tmp_path / "one", "--out", tmp_path / "m", *QUICK, "--epochs", 1, "--resume"
    )
    lines = outcome.err.splitlines()
    assert lines[0] == "1 solo to train on, 0 held out"
    assert lines[1] == "there is only one tune, so all figures are measured on the training solos"
    assert lines[2] == f"{tmp_path / 'm.training'}: nothing to resume; a new run begins"


def test_what_is_left_out_of_the_held_out_solos_is_said_too(small_corpus, tmp_path):
    (tmp_path / "valid").mkdir()
    (tmp_path / "valid" / "bad.mid").write_bytes(b"not MIDI")
    file = sorted(small_corpus.glob("*.mid"))[0]
    (tmp_path / "valid" / file.name).write_bytes(file.read_bytes())
    outcome = succeed(
        "train", small_corpus, "--valid", tmp_path / "valid", "--out", tmp_path / "m",
        *QUICK, "--epochs", 1,
    )  # fmt: skip
    assert "left out: " in outcome.err
    assert "bad.mid" in outcome.err
    assert "6 solos to train on, 1 held out" in outcome.err


def test_a_model_knows_what_its_training_solos_name_and_no_odd_names(small_corpus, tmp_path):
    dataset, folder = tmp_path / "solos.jsonl", tmp_path / "model"
    succeed("prepare", small_corpus, "--out", dataset)
    head, *lines = dataset.read_text().splitlines()
    named = [
        {"instrument": "trumpet", "style": "cool"}, {"instrument": "oud", "style": "cool"},
        {"instrument": "trumpet", "style": "bebop"}, {"instrument": "a\nb", "style": "x" * 500},
        {"instrument": 5, "style": ["bebop"]}, {},
    ]  # fmt: skip
    rows = [{**json.loads(line), **one} for line, one in zip(lines, named, strict=True)]
    lines = [json.dumps(row, separators=(",", ":")) for row in rows]
    dataset.write_text("\n".join([head, *lines]) + "\n")
    sizes = ModelConfig(units=8, embedding=16, encoder=4)
    solos = load_corpus(dataset).solos
    corpus = compile_corpus(tmp_path, sizes, solos, [])  # what a run begins with
    save_model(folder, make_layers(sizes, corpus.assets), {}, "# A card\n")
    assets = read_model_folder(folder).assets
    assert (assets.instruments, assets.styles) == (("oud", "trumpet"), ("bebop", "cool"))
    assert sorted(profile[1:3] for profile in assets.profiles) == sorted(
        [("trumpet", "cool"), ("oud", "cool"), ("trumpet", "bebop"), ("", ""), ("", ""), ("", "")]
    )
    given = ("generate", "--model", folder, "--out", tmp_path / "solo.mid", "--json", "--no-band")
    given += ("--chart", "| Dm7 | G7 |", "--choruses", 1)
    drawn = {succeed(*given, "--seed", seed).json["instrument"] for seed in range(12)}
    assert drawn == {"trumpet", "oud", ""}
    found = succeed(*given, "--instrument", "cornet", "--style", "bebop").json
    assert [found[name] for name in ("instrument", "played_like", "style")] == [
        "cornet", "trumpet", "bebop"
    ]  # fmt: skip


def test_a_solo_that_cannot_be_is_named_with_its_line(small_corpus, tmp_path):
    dataset = tmp_path / "solos.jsonl"
    succeed("prepare", small_corpus, "--out", dataset)
    lines = dataset.read_text().splitlines()
    lines[2] = lines[2].replace('"notes":[[', '"notes":[[-1,1,60,80],[', 1)
    dataset.write_text("\n".join(lines))
    before = tree(tmp_path)
    outcome = jazzgen("train", dataset, "--out", tmp_path / "m", "--epochs", 1)
    assert (outcome.code, outcome.out) == (2, "")
    *_, last = outcome.err.splitlines()
    assert last.startswith(f"jazzgen: {dataset}: line 3: ")
    assert "note 1 is out of range" in last
    assert tree(tmp_path) == before
