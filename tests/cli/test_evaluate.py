"""`jazzgen evaluate`: the measures of a model as JSON and as a table."""

import json
import math
import shutil

import pytest
from commands import ROOT, succeed

from jazzgen.transcription.read import read

pytestmark = pytest.mark.usefixtures("models_loaded_once")


@pytest.fixture(scope="module")
def found(tiny_model, small_corpus):
    return succeed(
        "evaluate", "--model", tiny_model, small_corpus / "clockwise-wren.mid",
        "--training", small_corpus, "--json",
    ).json  # fmt: skip


def test_the_keys_are_the_contract_s(found):
    assert found.keys() == {
        "solos", "notes", "bits_per_note", "pitch", "time", "wrong_chord_delta_bits", "floors",
        "floors_same_training",
        "intervals", "reference_solos", "rows", "row_distance", "row_overlap",
        "grooving_at_density", "overlap", "memorisation", "listener", "loops",
    }  # fmt: skip
    assert found["pitch"].keys() == {"bits", "perplexity_notes_only", "top1"}
    assert found["time"].keys() == {"bits", "top1"}
    assert {"bits_per_note", "pitch_perplexity_notes_only"} <= found["floors"].keys()


def test_the_figures_fit_one_another(found, small_corpus):
    solo = read(small_corpus / "clockwise-wren.mid")
    assert found["solos"] == 1
    assert 0 < found["notes"] <= len(solo.notes)
    assert found["bits_per_note"] == pytest.approx(found["pitch"]["bits"] + found["time"]["bits"])
    assert found["pitch"]["perplexity_notes_only"] > 1
    assert all(0 <= found[part]["top1"] <= 1 for part in ("pitch", "time"))
    assert math.isfinite(found["wrong_chord_delta_bits"])


def test_without_training_solos_there_are_no_baselines(tiny_model, small_corpus):
    file = small_corpus / "clockwise-wren.mid"
    assert succeed("evaluate", "--model", tiny_model, file, "--json").json["floors"] == {}


def test_a_dataset_and_its_files_measure_alike(found, tiny_model, small_corpus, tmp_path):
    dataset = tmp_path / "solos.jsonl"
    succeed("prepare", small_corpus / "clockwise-wren.mid", "--out", dataset)
    again = succeed("evaluate", "--model", tiny_model, dataset, "--json").json
    assert again["bits_per_note"] == pytest.approx(found["bits_per_note"])


def test_the_held_out_tunes_of_a_manifest(tiny_model, small_corpus, tmp_path):
    shutil.copytree(small_corpus, tmp_path, dirs_exist_ok=True)
    rows = json.loads((ROOT / "midi_data" / "manifest.json").read_text())["solos"]
    for row in rows:
        row["split"] = "held-out" if row["title"] == "Clockwise" else "train"
    (tmp_path / "manifest.json").write_text(json.dumps({"solos": rows}))
    outcome = succeed("evaluate", "--model", tiny_model, tmp_path, "--held-out")
    table = {line[:30].strip(): line[30:].split() for line in outcome.out.splitlines()}
    value, low, _, high = table["bits per note"]
    assert 0 < float(low) <= float(value) <= float(high)
    assert any(name.startswith("baseline: ") for name in table)
    assert "2 solos, " in outcome.out
    assert outcome.err == ""
