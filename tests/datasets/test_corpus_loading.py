import json
from dataclasses import replace

import pytest

from jazzgen.datasets.corpus import Corpus, corpus_hash, load_corpus, split_by_tune
from jazzgen.datasets.dataset import write_dataset
from jazzgen.errors import DatasetError
from jazzgen.io.midi.write import write_solo
from jazzgen.music.chart import Chart
from jazzgen.music.solo import Note, Solo

CHART = Chart.of_chords([["Dm7", "G7"], ["Cmaj7"]])


def solo(title, pitch=60):
    return Solo((Note(0, 12, pitch), Note(12, 12, pitch + 4)), CHART, title=title)


def corpus(*titles, **fields):
    return Corpus(tuple(solo(title, 50 + n) for n, title in enumerate(titles)), **fields)


TUNES = [f"Tune {number // 2}" for number in range(32)]  # two solos over each


@pytest.mark.parametrize("seed", range(5))
def test_all_solos_over_a_tune_lie_on_one_side(seed):
    training, held_out = split_by_tune(corpus(*TUNES), seed=seed)
    assert len(training) + len(held_out) == len(TUNES)
    assert len(held_out) == 4  # an eighth of the tunes
    assert not {one.title for one in training} & {one.title for one in held_out}


def test_another_seed_is_another_split_and_the_same_the_same():
    splits = [
        tuple(sorted({one.title for one in split_by_tune(corpus(*TUNES), seed=seed)[1]}))
        for seed in (0, 0, 1, 2, 3)
    ]
    assert splits[0] == splits[1]
    assert len(set(splits)) > 1


def test_one_tune_alone_is_not_held_out():
    assert split_by_tune(corpus("A", "A"))[1] == []


def test_a_manifest_decides_the_split(tmp_path):
    for number, title in enumerate(["A", "B", "B", "C"]):
        write_solo(solo(title, 50 + number), tmp_path / f"{number}.mid")
    rows = [{"title": title, "split": "held-out" if title == "B" else "train"} for title in "ABC"]
    (tmp_path / "manifest.json").write_text(json.dumps({"solos": rows}))
    training, held_out = split_by_tune(load_corpus(tmp_path))
    assert [one.title for one in training] == ["A", "C"]
    assert [one.title for one in held_out] == ["B", "B"]


def test_a_folder_is_read_with_its_folders_in_the_order_of_names(tmp_path):
    for name in ("b/2.mid", "a/1.MID", "c.midi", "notes.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        write_solo(solo(name), tmp_path / name)
    found = load_corpus(tmp_path)
    assert [one.title for one in found.solos] == ["a/1.MID", "b/2.mid", "c.midi"]


def test_a_file_that_is_no_solo_is_rejected_and_the_others_are_read(tmp_path):
    write_solo(solo("A"), tmp_path / "a.mid")
    write_solo(replace(solo("One"), notes=(Note(0, 12, 60),)), tmp_path / "one.mid")
    (tmp_path / "bad.mid").write_bytes(b"not MIDI")
    found = load_corpus(tmp_path)
    assert [one.title for one in found.solos] == ["A"]
    assert [one.file.rsplit("/", 1)[-1] for one in found.rejected] == ["bad.mid", "one.mid"]
    assert "1 notes; expected at least 2" in found.rejected[1].reason


def test_a_folder_without_solos_says_why(tmp_path):
    (tmp_path / "bad.mid").write_bytes(b"not MIDI")
    with pytest.raises(DatasetError, match=r"folder without solos \(1 files.*bad\.mid"):
        load_corpus(tmp_path)
    with pytest.raises(DatasetError, match="no such file or folder"):
        load_corpus(tmp_path / "nowhere")


def test_a_dataset_and_its_folder_are_the_same_corpus(tmp_path):
    for title in "AB":
        write_solo(solo(title), tmp_path / "midi" / f"{title}.mid")
    solos = load_corpus(tmp_path / "midi").solos
    again = load_corpus(write_dataset(tmp_path / "d.jsonl", solos)).solos
    assert tuple(again) == solos
    assert corpus_hash(again) == corpus_hash([replace(one, source="elsewhere") for one in solos])
    assert corpus_hash(again) != corpus_hash(again[:1])
