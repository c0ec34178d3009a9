"""`jazzgen evaluate` beside human solos: reports, held-out tunes, and what it refuses."""

import json
import sys

import pytest
from commands import jazzgen, succeed, tree

from jazzgen.cli.evaluation_tables import tables
from jazzgen.datasets.corpus import load_corpus, split_by_tune
from jazzgen.datasets.dataset import write_dataset
from jazzgen.evaluation.generated import evaluate as compare_with_human
from jazzgen.evaluation.listener import Panel
from jazzgen.runtime.ownership import is_ours

SEED = 3  # of the tiny model's training
QUICK = Panel(folds=3, repeats=1, trees=8, draws=20)

pytestmark = pytest.mark.usefixtures("models_loaded_once")


@pytest.fixture(scope="module")
def sets(small_corpus, tmp_path_factory):
    """Two datasets with one solo over each of the same three tunes."""
    folder = tmp_path_factory.mktemp("sets")
    solos = load_corpus(small_corpus).solos
    return (write_dataset(folder / "one.jsonl", solos[::2]),
            write_dataset(folder / "two.jsonl", solos[1::2]))  # fmt: skip


@pytest.fixture(scope="module")
def judged(sets, tmp_path_factory):
    """Return the JSON of a full evaluation without a model, and its report."""
    one, two = sets
    report = tmp_path_factory.mktemp("report") / "report.html"
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(compare_with_human.__kwdefaults__, "panel", QUICK)
        outcome = succeed("evaluate", "--no-model", one, "--reference", two, "--training", two,
                          "--html", report, "--json")  # fmt: skip
    assert outcome.err == f"report: {report}\n"
    return outcome.json, report


def test_solos_are_compared_with_a_reference(judged):
    found, _ = judged
    assert "bits_per_note" not in found
    assert found["solos"] == found["reference_solos"] == 3
    assert found["rows"]["chord_tone_ratio"].keys() >= {"mean", "std", "distance", "overlap"}
    assert 0 <= found["listener"]["auc"] <= 1
    assert found["memorisation"]["interval"]["longest"]["steps"] > 0
    assert 0 < found["overlap"]["mean"]["overlap"] <= 1


def test_the_report_stands_alone(judged):
    _, report = judged
    text = report.read_text(encoding="utf-8")
    assert text.startswith("<!DOCTYPE html>")
    assert text.count("<svg") == 2
    assert "chord tones" in text
    assert "<script" not in text
    assert [path.name for path in report.parent.iterdir()] == ["report.html"]
    assert is_ours(report)  # so that the next report may replace it


def test_the_tables_say_what_the_json_says(sets, judged):
    one, two = sets
    options = "--reference", two, "--training", two, "--no-listener"
    out = succeed("evaluate", "--no-model", one, *options).out
    rows = {line.rpartition("  ")[0][:31].strip(): line.split() for line in out.splitlines()}
    row = judged[0]["rows"]["chord_tone_ratio"]
    assert f"{row['mean']:.3f}" in rows["chord tones"]
    assert f"{row['distance']:+.2f}" in rows["chord tones"]
    assert "listener test" not in out
    assert "…" not in out  # no heading is cut off
    assert "bars repeated literally in a row" in out


def test_the_table_of_the_listener_test(small_corpus):
    solos = load_corpus(small_corpus).solos
    found = compare_with_human(solos[::2], solos[1::2], panel=QUICK)
    [line] = [line for line in tables(found, None) if line.startswith("listener test")]
    assert line.startswith(f"listener test, ROC-AUC: {found.listener.auc:.3f} (")
    assert f"on sequences {found.listener.sequence:.3f} (" in line


def test_json_holds_no_nan(sets):
    one, _ = sets
    text = succeed("evaluate", "--no-model", one, "--json").out
    json.loads(text, parse_constant=lambda name: pytest.fail(name))


def test_the_model_s_own_split_is_held_out(tiny_model, small_corpus, tmp_path):
    corpus = load_corpus(small_corpus)
    learnt, held = split_by_tune(corpus, seed=SEED)
    assert held != split_by_tune(corpus, seed=0)[1]  # else this test would hold nothing
    by_hand = [write_dataset(tmp_path / f"{name}.jsonl", side)
               for name, side in (("held", held), ("learnt", learnt))]  # fmt: skip
    outcome = succeed("evaluate", "--model", tiny_model, small_corpus, "--held-out", "--json")
    expected = succeed("evaluate", "--model", tiny_model, by_hand[0], "--training", by_hand[1],
                       "--json").json  # fmt: skip
    assert outcome.json == expected
    assert outcome.err == ""


def test_solos_that_the_model_was_not_trained_on_are_told_of(tiny_model, sets):
    outcome = succeed("evaluate", "--model", tiny_model, sets[0], "--held-out", "--json")
    assert "not the solos that the model was trained on" in outcome.err
    assert outcome.err.count("\n") == 1


def test_a_model_that_names_no_seed_cannot_say_what_was_held_out(model_copy, small_corpus):
    manifest = json.loads((model_copy / "manifest.json").read_text())
    manifest.pop("checksum")
    del manifest["training"]["seed"]
    (model_copy / "manifest.json").write_text(json.dumps(manifest))
    complaint = jazzgen("evaluate", "--model", model_copy, small_corpus, "--held-out").complaint
    assert "--held-out" in complaint
    assert "does not name a seed" in complaint


def test_without_a_model_a_manifest_has_to_say_what_is_held_out(small_corpus):
    complaint = jazzgen("evaluate", "--no-model", small_corpus, "--held-out").complaint
    assert str(small_corpus) in complaint
    assert "no manifest names them, and there is no model" in complaint


def test_of_one_tune_nothing_can_be_held_out(tiny_model, small_corpus):
    file = small_corpus / "clockwise-wren.mid"
    complaint = jazzgen("evaluate", "--model", tiny_model, file, "--held-out").complaint
    assert "one tune only" in complaint
    assert str(file) in complaint


@pytest.mark.parametrize("option", ["--reference", "--training"])
def test_solos_that_are_not_there_are_named_with_their_option(option, sets):
    complaint = jazzgen("evaluate", "--no-model", sets[0], option, "gone.jsonl").complaint
    assert f"{option}: gone.jsonl: no such file" in complaint


def test_a_report_that_cannot_be_written_is_told_of_before_the_work(sets, tmp_path):
    (tmp_path / "file").write_text("")
    for html in (tmp_path, tmp_path / "file" / "report.html"):
        complaint = jazzgen("evaluate", "--no-model", sets[0], "--html", html).complaint
        assert "cannot be written" in complaint
    assert tree(tmp_path) == {"file": b""}


@pytest.mark.parametrize(
    ("module", "option", "words"),
    [
        ("sklearn", "--reference", ["scikit-learn", "jazzgen[evaluate]", "--no-listener"]),
        ("matplotlib", "--html", ["--html", "matplotlib", "jazzgen[plot]"]),
    ],
)
def test_what_is_not_installed_is_named(module, option, words, sets, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, module, None)
    value = sets[1] if option == "--reference" else tmp_path / "report.html"
    complaint = jazzgen("evaluate", "--no-model", sets[0], option, value).complaint
    assert [word for word in words if word not in complaint] == []


def test_the_listener_can_be_left_out(sets, monkeypatch):
    monkeypatch.setitem(sys.modules, "sklearn", None)
    found = succeed("evaluate", "--no-model", sets[0], "--reference", sets[1], "--no-listener",
                    "--json").json  # fmt: skip
    assert found["listener"] is None
    assert found["overlap"]["mean"]


def test_a_report_replaces_no_file_of_the_user(sets, tmp_path):
    report = tmp_path / "essay.html"
    report.write_text("<p>mine</p>")
    given = ["evaluate", "--no-model", sets[0], "--html", report]
    assert "essay.html: exists, and jazzgen did not write it" in jazzgen(*given).complaint
    assert report.read_text() == "<p>mine</p>"
