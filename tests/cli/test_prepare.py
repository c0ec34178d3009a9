"""`jazzgen prepare`: every file is accounted for."""

import shutil

import mido
import pytest
from commands import jazzgen, succeed

from jazzgen.datasets.dataset import read_dataset
from jazzgen.transcription.read import read


@pytest.fixture
def mixed(small_corpus, tmp_path):
    """The corpus with a file that is not valid MIDI and a file of another kind."""
    folder = shutil.copytree(small_corpus, tmp_path / "mixed")
    (folder / "broken.mid").write_bytes(b"MThd, but no more")
    (folder / "notes.txt").write_text("not looked at")
    return folder


def test_counts_add_up(mixed, tmp_path):
    out = tmp_path / "solos.jsonl"
    found = succeed("prepare", mixed, "--out", out, "--json").json
    assert found.keys() == {"files", "solos", "notes", "accepted", "rejected"}
    assert found["solos"] == len(found["accepted"]) == len(read_dataset(out)) == 6
    assert found["notes"] == sum(row["notes"] for row in found["accepted"])
    assert found["notes"] == sum(len(solo.notes) for solo in read_dataset(out))
    assert len(found["accepted"]) + len(found["rejected"]) == found["files"]
    assert found["files"] == len(list(mixed.glob("*.mid")))


def test_an_accepted_file_is_described(small_corpus, tmp_path):
    file = small_corpus / "clockwise-wren.mid"
    found = succeed("prepare", file, "--out", tmp_path / "solos.jsonl", "--json").json
    solo = read(file)
    assert found["accepted"] == [{
        "file": str(file), "notes": len(solo.notes), "title": solo.title,
        "bars": len(solo.chart.bars), "melody": "Solo", "swing": 1.0, "chords": "markers",
        "grid": "given", "warnings": [],
    }]  # fmt: skip


def test_a_chord_that_is_held_is_no_solo(tmp_path):
    file, out = tmp_path / "held.mid", tmp_path / "solos.jsonl"
    chord = [mido.Message("note_on", note=pitch) for pitch in (40, 47, 52)]
    silent = [
        mido.Message("note_off", note=pitch, time=960 * (pitch == 40)) for pitch in (40, 47, 52)
    ]
    mido.MidiFile(ticks_per_beat=480, tracks=[mido.MidiTrack([*chord, *silent])]).save(file)
    assert jazzgen("prepare", file, "--out", out).complaint == (
        f"jazzgen: no solo in {file}: {file}: 1 notes; expected at least 2, one after another"
    )
    assert not out.exists()


def test_a_rejected_file_is_named_with_its_reason(mixed, tmp_path):
    outcome = succeed("prepare", mixed, "--out", tmp_path / "solos.jsonl", "--json")
    [rejected] = outcome.json["rejected"]
    assert rejected["file"] == str(mixed / "broken.mid")
    assert str(mixed / "broken.mid") in rejected["reason"]
    assert outcome.err == f"rejected: {rejected['reason']}\n"


def test_strict_is_told_by_the_exit_code_alone(mixed, small_corpus, tmp_path):
    out = tmp_path / "solos.jsonl"
    strict = jazzgen("prepare", mixed, "--out", out, "--strict", "--json")
    assert (strict.code, strict.json["solos"], len(read_dataset(out))) == (2, 6, 6)
    assert jazzgen("prepare", small_corpus, "--out", out, "--strict").code == 0


def test_without_json_a_line_for_people(mixed, tmp_path):
    out = tmp_path / "solos.jsonl"
    outcome = succeed("prepare", mixed, "--out", out)
    assert outcome.out.startswith(f"{out}: 6 solos, ")
    assert outcome.out.endswith(" notes; 1 file rejected\n")


def test_only_the_names_asked_for(small_corpus, tmp_path):
    names = tmp_path / "names.txt"
    names.write_text("second-kettle-wren\n\nclockwise-juno\nnobody\n")
    out = tmp_path / "solos.jsonl"
    found = succeed("prepare", small_corpus, "--out", out, "--names", names, "--json").json
    assert [row["title"] for row in found["accepted"]] == ["Clockwise", "Second Kettle"]


def test_a_chart_replaces_the_files_own(small_corpus, tmp_path):
    chart = tmp_path / "changes.txt"
    chart.write_text("| Abmaj7 | Db7 |\n")
    out = tmp_path / "solos.jsonl"
    succeed("prepare", small_corpus / "clockwise-wren.mid", "--out", out, "--chart", chart)
    [solo] = read_dataset(out)
    assert {str(chord) for _, chord in solo.chart.placed_chords()} == {"Abmaj7", "Db7"}


def test_a_melody_track_by_number_and_by_name(small_corpus, tmp_path):
    file, out = small_corpus / "clockwise-wren.mid", tmp_path / "solos.jsonl"
    for track in ("1", "Solo"):
        assert succeed("prepare", file, "--out", out, "--melody-track", track, "--json").json[
            "solos"
        ] == 1  # fmt: skip
    assert "no track 7" in jazzgen("prepare", file, "--out", out, "--melody-track", 7).complaint


def test_datasets_and_files_come_together(small_corpus, tmp_path):
    first, both = tmp_path / "first.jsonl", tmp_path / "both.jsonl"
    succeed("prepare", small_corpus / "clockwise-wren.mid", "--out", first)
    sources = (first, small_corpus / "clockwise-juno.mid")
    assert succeed("prepare", *sources, "--out", both, "--json").json["solos"] == 2


def test_the_same_solos_give_the_same_bytes(small_corpus, tmp_path):
    files = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    for file in files:
        succeed("prepare", small_corpus, "--out", file)
    assert files[0].read_bytes() == files[1].read_bytes()


def test_a_source_that_is_missing_does_not_hide_the_others(small_corpus, tmp_path):
    out = tmp_path / "solos.jsonl"
    found = succeed("prepare", tmp_path / "gone", small_corpus, "--out", out, "--json").json
    assert found["solos"] == 6
    assert found["rejected"] == [
        {"file": str(tmp_path / "gone"), "reason": f"{tmp_path / 'gone'}: no such file or folder"}
    ]


def test_processes_side_by_side_change_nothing(mixed, tmp_path):
    outcomes = [
        succeed("prepare", mixed, "--out", tmp_path / f"{jobs}.jsonl", "--jobs", jobs, "--json")
        for jobs in (1, 2)
    ]
    assert outcomes[0].json == outcomes[1].json
    assert (tmp_path / "1.jsonl").read_bytes() == (tmp_path / "2.jsonl").read_bytes()
