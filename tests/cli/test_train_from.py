"""`jazzgen train --from`: a trained model goes on learning from somebody's solos."""

import json
import shutil

import pytest
from commands import jazzgen, succeed, tree

from jazzgen.nn.folder import read_model_folder


@pytest.fixture(scope="module")
def tuning(tiny_model, small_corpus, tmp_path_factory):
    """The outcome of a tuning, and the folder that it wrote."""
    out = tmp_path_factory.mktemp("tuned") / "mine"
    outcome = succeed(
        "train", small_corpus, "--from", tiny_model, "--out", out, "--performer-name", "Ann B.",
        "--rehearse", small_corpus, "--epochs", 2, "--forgetting", 5,
    )  # fmt: skip
    return outcome, out


def test_what_is_said(tuning, tiny_model):
    outcome, out = tuning
    figures = json.loads((out / "manifest.json").read_text())["figures"]
    lines = outcome.out.splitlines()
    forgotten = figures["rehearsal_bits_per_note"] - figures["rehearsal_bits_per_note_before"]
    assert lines[1] == (
        f"{tiny_model} had {figures['bits_per_note_before']:.3f} bits per note; what it rehearsed "
        f"costs {forgotten:+.3f}"
    )
    assert lines[2] == f"next: jazzgen generate --model {out} --performer 'Ann B.'"
    assert " rehearsed, " in outcome.err.splitlines()[-1]
    assert figures["bits_per_note"] < figures["bits_per_note_before"]


def test_the_new_model_knows_more_and_forgets_no_name(tuning, tiny_model):
    before, after = (read_model_folder(folder).assets for folder in (tiny_model, tuning[1]))
    assert after.performers == tuple(sorted([*before.performers, "Ann B."]))
    hers = [profile for profile in after.profiles if profile.performer == "Ann B."]
    others = [profile for profile in after.profiles if profile.performer != "Ann B."]
    assert others == list(before.profiles)
    assert len(hers) == 4
    assert all(any(profile.touch) for profile in hers)
    assert after.licks == before.licks or len(after.licks) == len(before.licks)


def test_it_plays_like_her_on_both_engines(tuning, tmp_path):
    solos = [tmp_path / f"{engine}.mid" for engine in ("light", "keras")]
    given = ("--chart", "| Dm7 | G7 |", "--no-band", "--performer", "ann b.", "--json")
    for solo in solos:
        found = succeed(
            "generate", "--model", tuning[1], *given, "--engine", solo.stem, "--out", solo
        )
        assert found.json["performer"] == "Ann B."
    assert solos[0].read_bytes() == solos[1].read_bytes()


def test_card_and_manifest_say_where_it_comes_from(tuning, tiny_model):
    data = json.loads((tuning[1] / "manifest.json").read_text())["data"]
    assert data["tuned_from"]["model"] == tiny_model.name
    assert data["tuned_from"]["rehearsed_solos"] == 6
    card = (tuning[1] / "README.md").read_text()
    assert f"It is the model **{tiny_model.name}**, tuned on the solos above." in card
    assert "it rehearsed 6 solos,\nso that it does not forget" in card


def said_before_training(*options):
    """What is said before the rehearsal is read, which here holds no solo and ends the run."""
    (folder := options[0].parent / "no solos").mkdir()
    outcome = jazzgen("train", *options, "--rehearse", folder, "--out", folder / "model")
    *said, complaint = outcome.err.splitlines()
    assert (outcome.code, outcome.out) == (2, "")
    assert str(folder) in complaint
    return said


def test_a_performer_that_the_model_knows(tiny_model, small_corpus, tmp_path):
    corpus = shutil.copytree(small_corpus, tmp_path / "solos")
    name = read_model_folder(tiny_model).assets.performers[0]
    first, *_ = said_before_training(corpus, "--from", tiny_model, "--performer-name", name.upper())
    assert first == f"{tiny_model} knows {name} already: it learns more of that performer"


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--from", "classic"], ["--from classic: expected a model of the improviser preset"]),
        (["--from", "gone"], ["gone: no such model; there are: "]),
        (["--from", "{tiny}", "--performer-name", ""], ["--performer-name '': expected a name"]),
        (["--from", "{tiny}", "--units", "8"], ["--units: not with --from: a tuned model has"]),
        (
            ["--from", "{tiny}", "--cell", "gru", "--preset", "improviser"],
            ["--preset and --cell: not with --from"],
        ),
        (["--from", "{tiny}", "--teacher", "{tiny}"], ["--teacher: not with --from"]),
        (["--from", "{tiny}", "--forgetting", "-1"], ["--forgetting -1", "expected 0 to 10"]),
        (["--from", "{tiny}", "--rehearse", "nowhere"], ["nowhere: no such file"]),
        (["--performer-name", "Ann"], ["--performer-name: only with --from"]),
        (["--distillation", "0.5"], ["--distillation needs a --teacher"]),
    ],
    ids=lambda value: " ".join(value[::2]),
)
def test_what_cannot_be(options, words, tiny_model, small_corpus, tmp_path):
    given = [option.format(tiny=tiny_model) for option in options]
    outcome = jazzgen("train", small_corpus, "--out", tmp_path / "mine", *given)
    assert (outcome.code, outcome.out) == (2, "")
    *_, last = outcome.err.splitlines()
    assert last.startswith("jazzgen: ")
    assert all(word in last for word in words), last
    assert not list(tmp_path.iterdir())


def test_two_solos_are_too_few(tiny_model, small_corpus, tmp_path):
    few = tmp_path / "few"
    few.mkdir()
    for file in sorted(small_corpus.glob("*.mid"))[:2]:
        shutil.copy(file, few)
    complaint = jazzgen("train", few, "--from", tiny_model, "--out", tmp_path / "m").complaint
    assert complaint == (
        f"jazzgen: {few}: expected at least 3 solos to tune a model on, got 2: add some, or leave "
        "out --from to train a model of your own"
    )


def test_a_damaged_model_is_not_tuned(model_copy, small_corpus, tmp_path):
    weights = model_copy / "weights.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1])
    outcome = jazzgen("train", small_corpus, "--from", model_copy, "--out", tmp_path / "mine")
    assert outcome.complaint.startswith(f"jazzgen: {weights}: damaged")


def test_a_model_is_not_replaced_by_its_own_tuning(model_copy, small_corpus):
    before = tree(model_copy)
    outcome = jazzgen(
        "train", small_corpus, "--from", model_copy, "--out", model_copy, "--overwrite"
    )
    assert "is the model to start from; choose another folder" in outcome.complaint
    assert tree(model_copy) == before


def test_names_that_the_model_lacks_are_said_in_one_line(tiny_model, small_corpus, tmp_path):
    dataset = tmp_path / "solos.jsonl"
    succeed("prepare", small_corpus, "--out", dataset)
    head, *lines = dataset.read_text().splitlines()
    rows = [{**json.loads(line), "instrument": "oud", "performer": "Zoë"} for line in lines]
    solos = [json.dumps(row, separators=(",", ":")) for row in rows]
    dataset.write_text("\n".join([head, *solos]) + "\n")
    first, second, *_ = said_before_training(dataset, "--from", tiny_model)
    assert first == "new performers: Zoë"
    assert second.startswith(f"{tiny_model} does not know ")
    assert "instrument oud (6 solos)" in second
