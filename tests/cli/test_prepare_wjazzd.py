"""`jazzgen prepare wjazzd.db`: the chosen solos of the Weimar Jazz Database, each accounted for."""

import os
from pathlib import Path

import pytest
from commands import ROOT, jazzgen, succeed
from weimar import Transcription, database, transcribed

from jazzgen.datasets.corpus import load_corpus
from jazzgen.datasets.dataset import read_dataset
from jazzgen.errors import DatasetError
from jazzgen.io.wjazzd.solos import read_wjazzd
from jazzgen.transcription.read import read

NAMES = ("AnyBody_Mr.P.C.", "SomeBody_It'sAll-1", "SomeBody_It'sAll-2")


def transcription(name):
    of = Transcription(name, title=name.partition("_")[2]).bars(1, 2)
    return of.note(1, 1, pitch=60).note(1, 2, onset=0.5, pitch=64).note(2, 1, onset=2, pitch=67)


@pytest.fixture
def db(tmp_path):
    return database(tmp_path / "wjazzd.db", *map(transcription, NAMES))


@pytest.fixture
def broken(tmp_path):
    """A database of which one solo has no beats and one a single note."""
    rows = [transcription(name) for name in (*NAMES, "Lonely_Note")]
    rows[1].beats.clear()
    del rows[3].notes[1:]
    return database(tmp_path / "wjazzd.db", *rows)


def test_all_solos_come_through(db, tmp_path):
    out = tmp_path / "all.jsonl"
    found = succeed("prepare", db, "--out", out, "--json").json
    assert (found["solos"], found["notes"], found["rejected"]) == (3, 9, [])
    assert found["accepted"][0] == {
        "file": f"{db}#AnyBody_Mr.P.C.", "notes": 3, "title": "Mr.P.C.", "bars": 2,
        "warnings": [],
    }  # fmt: skip
    assert [row["file"] for row in found["accepted"]] == [f"{db}#{name}" for name in NAMES]


def test_what_is_written_is_what_was_read(db, tmp_path):
    out = tmp_path / "all.jsonl"
    succeed("prepare", db, "--out", out)
    assert read_dataset(out) == [solo for _, solo in read_wjazzd(db)]


def test_a_solo_of_our_own_goes_all_the_way(tmp_path):
    path = min((ROOT / "midi_data").rglob("*.mid"))
    of = transcribed(read(path), path.stem)
    of.phrases = [0, 3, 7]
    out = tmp_path / "one.jsonl"
    succeed("prepare", database(tmp_path / "w.db", of), "--out", out)
    [solo] = read_dataset(out)
    assert solo.source == path.stem
    assert solo.phrase_starts == (0, 3, 7)
    assert [note.pitch for note in solo.notes] == [note["pitch"] for note in of.notes]


def test_only_the_names_asked_for(db, tmp_path):
    names, out = tmp_path / "names.txt", tmp_path / "some.jsonl"
    names.write_text(f"{NAMES[2]}\n\n  {NAMES[0]}_FINAL.sv  \n")
    outcome = succeed("prepare", db, "--names", names, "--out", out, "--json", "--strict")
    assert [row["file"] for row in outcome.json["accepted"]] == [
        f"{db}#{NAMES[0]}", f"{db}#{NAMES[2]}",
    ]  # fmt: skip
    assert [solo.source for solo in read_dataset(out)] == [NAMES[0], NAMES[2]]
    assert outcome.err == ""


def test_a_name_that_does_not_exist_is_reported(db, tmp_path):
    names, out = tmp_path / "names.txt", tmp_path / "some.jsonl"
    names.write_text(f"{NAMES[0]}\nNo_Body\nAnyBody_Mr\n")
    arguments = ("prepare", db, "--names", names, "--out", out, "--json")
    outcome = succeed(*arguments)
    assert outcome.json["solos"] == 1
    assert outcome.json["rejected"] == [
        {"file": name, "reason": f"{names}: {name}: no solo has this name"}
        for name in ("AnyBody_Mr", "No_Body")
    ]
    assert f"rejected: {names}: No_Body: no solo has this name\n" in outcome.err
    assert jazzgen(*arguments, "--strict").code == 2


def test_names_that_are_all_not_there(db, tmp_path):
    names, out = tmp_path / "names.txt", tmp_path / "some.jsonl"
    names.write_text("No_Body\n")
    complaint = jazzgen("prepare", db, "--names", names, "--out", out).complaint
    assert f"no solo in {db}: " in complaint
    assert not out.exists()


def test_a_dataset_is_asked_by_the_same_names(db, tmp_path):
    names, every, some = tmp_path / "names.txt", tmp_path / "every.jsonl", tmp_path / "some.jsonl"
    names.write_text(f"{NAMES[0]}\n")
    succeed("prepare", db, "--out", every)
    found = succeed("prepare", every, "--names", names, "--out", some, "--json").json
    assert (found["solos"], found["rejected"]) == (1, [])
    assert [solo.source for solo in read_dataset(some)] == [NAMES[0]]


def test_a_broken_solo_is_reported_and_the_others_are_taken(broken, tmp_path):
    out = tmp_path / "all.jsonl"
    outcome = succeed("prepare", broken, "--out", out, "--json")
    assert [row["file"] for row in outcome.json["accepted"]] == [
        f"{broken}#{NAMES[0]}", f"{broken}#{NAMES[2]}",
    ]  # fmt: skip
    reasons = [
        f"{broken}: {NAMES[1]}: no beats",
        f"{broken}: Lonely_Note: 1 notes; expected at least 2, one after another",
    ]
    assert [row["reason"] for row in outcome.json["rejected"]] == reasons
    assert outcome.err == "".join(f"rejected: {reason}\n" for reason in reasons)
    strict = jazzgen("prepare", broken, "--out", out, "--strict")
    assert (strict.code, len(read_dataset(out))) == (2, 2)
    assert strict.out.endswith("2 solos, 6 notes; 2 files rejected\n")


def test_a_broken_solo_that_was_asked_for_is_reported_once(broken, tmp_path):
    names, out = tmp_path / "names.txt", tmp_path / "some.jsonl"
    names.write_text(f"{NAMES[0]}\n{NAMES[1]}\n")
    found = succeed("prepare", broken, "--names", names, "--out", out, "--json").json
    assert [row["reason"] for row in found["rejected"]] == [f"{broken}: {NAMES[1]}: no beats"]


@pytest.mark.parametrize(
    ("without", "content", "reason"),
    [("melody", None, "no table melody"), ("beats.chord", None, "no column chord"),
     (None, b"hello" * 99, "not a Weimar Jazz Database that can be read"),
     (None, b"", "no table solo_info")],
)  # fmt: skip
def test_another_file_of_that_name(without, content, reason, tmp_path):
    file, out = tmp_path / "wjazzd.db", tmp_path / "all.jsonl"
    if without:
        database(file, transcription("Any"), without=[without])
    else:
        file.write_bytes(content)
    complaint = jazzgen("prepare", file, "--out", out).complaint
    assert str(file) in complaint
    assert reason in complaint
    assert not out.exists()


def test_nothing_usable_says_why(tmp_path):
    of = transcription("Any_Tune")
    of.notes.clear()
    with pytest.raises(DatasetError, match=r"1 rejected; .*w\.db: Any_Tune: no notes"):
        load_corpus(database(tmp_path / "w.db", of))


def test_other_sources_beside_it(db, tmp_path, small_corpus):
    out = tmp_path / "both.jsonl"
    found = succeed("prepare", db, small_corpus, tmp_path / "gone.db", "--out", out, "--json").json
    assert found["solos"] == 9
    assert [row["file"] for row in found["rejected"]] == [str(tmp_path / "gone.db")]


def test_training_and_measuring_take_it_directly(tmp_path, tiny_model):
    rows = [transcribed(read(path), path.stem)
            for path in sorted((ROOT / "midi_data").rglob("*.mid"))[:40:13]]  # fmt: skip
    file = database(tmp_path / "w.db", *rows)
    corpus = load_corpus(file)
    assert len(corpus.solos) == len(corpus.files) == 4
    result = succeed("evaluate", file, "--model", tiny_model, "--json").json
    assert result["solos"] == 4


DATABASE = Path(os.environ.get("JAZZGEN_WJAZZD", ""))
LIST = DATABASE.with_name("train.txt") if DATABASE.name else DATABASE


@pytest.mark.skipif(not LIST.is_file(), reason="no names beside a wjazzd.db of JAZZGEN_WJAZZD")
def test_the_solos_to_learn_from(tmp_path):
    out = tmp_path / "train.jsonl"
    found = succeed("prepare", DATABASE, "--names", LIST, "--out", out, "--json", "--strict").json
    names = LIST.read_text(encoding="utf-8").split("\n")
    assert found["solos"] == len(found["accepted"]) == len([name for name in names if name])
    assert found["notes"] > 150_000
    assert {solo.source for solo in read_dataset(out)} == set(names) - {""}
