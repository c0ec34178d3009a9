"""`jazzgen prepare --shard` and `jazzgen merge`: what they write is what one process writes."""

import signal

import pytest
from commands import jazzgen, succeed

from jazzgen.datasets.dataset import write_dataset
from jazzgen.datasets.journal import Journal
from jazzgen.datasets.shards.manifest import Manifest
from jazzgen.music.chart import Chart
from jazzgen.music.solo import Note, Solo


@pytest.fixture(scope="module")
def sources(tmp_path_factory):
    """Datasets, which need no processes to be read, one that is damaged, and the first again."""
    folder, chart = tmp_path_factory.mktemp("sources"), Chart.of_chords([["Dm7", "G7"]])
    paths = []
    for number in range(6):
        solo = Solo((Note(0, 12, 60 + number), Note(12, 12, 62)), chart, title=f"Tune {number}")
        paths.append(write_dataset(folder / f"{number}.jsonl", [solo, solo.transpose(12)]))
    damaged = folder / "damaged.jsonl"
    damaged.write_bytes(paths[0].read_bytes() + b"[1]\n")
    return [*paths, damaged, paths[0]]


@pytest.fixture(scope="module")
def whole(sources, tmp_path_factory):
    """The dataset and the report of one process."""
    out = tmp_path_factory.mktemp("whole") / "solos.jsonl"
    return out, succeed("prepare", *sources, "--out", out, "--json").json


@pytest.fixture(scope="module")
def made(sources, tmp_path_factory):
    """The shards that two jobs wrote, and the outcome of each job."""
    out = tmp_path_factory.mktemp("made") / "shards"
    command = ("prepare", *sources, "--out", out, "--files-per-shard", 2, "--json")
    return out, [succeed(*command, "--shard", f"{job}/2") for job in (1, 2)]


def test_the_jobs_of_an_array_write_what_one_process_writes(whole, made, tmp_path):
    out = tmp_path / "merged.jsonl"
    merged = succeed("merge", made[0], "--out", out, "--json").json
    assert out.read_bytes() == whole[0].read_bytes()
    assert merged == whole[1]


def test_each_job_reports_on_its_part(whole, made):
    first, last = (outcome.json for outcome in made[1])
    assert first["shards"]["done"] < last["shards"]["done"] == last["shards"]["total"]
    for name in ("files", "solos", "notes"):
        assert first[name] + last[name] == whole[1][name]
    rows = [tuple(row.items()) for job in (first, last) for row in job["rejected"]]
    assert rows == [tuple(row.items()) for row in whole[1]["rejected"]]
    told = [outcome.err for outcome in made[1]]
    assert "shards are left to other jobs than 1/2" in told[0]
    assert "left" not in told[1]


def test_shards_are_solos_like_any_others(whole, made, tmp_path):
    out = tmp_path / "again.jsonl"
    succeed("prepare", made[0], "--out", out)
    assert out.read_bytes() == whole[0].read_bytes()


def test_a_job_that_was_stopped_resumes(sources, made, tmp_path, monkeypatch):
    add, done = Journal.add, []

    def interrupted(journal, file, lines, outcomes):
        if len(done) == 5:
            signal.raise_signal(signal.SIGINT)
        done.append(file.path)
        add(journal, file, lines, outcomes)

    out = tmp_path / "shards"
    command = ("prepare", *sources, "--out", out, "--files-per-shard", 2, "--shard", "1/1")
    monkeypatch.setattr(Journal, "add", interrupted)
    stopped = jazzgen(*command)
    assert (stopped.code, stopped.out) == (130, "")
    assert stopped.err.endswith(f"done and kept in {out}; the same command resumes from there\n")
    done.append("the one that raised")
    resumed = succeed(*command)
    assert resumed.err.startswith("resuming: ")
    assert len(done) == 1 + 8
    total = Manifest.complete(out).total
    for number in range(total):
        name = f"shard-{number:05}.jsonl"
        assert (out / name).read_bytes() == (made[0] / name).read_bytes()


@pytest.mark.parametrize("part", ["0/2", "3/2", "1", "a/b", "1/0", "-1/2", ""])
def test_a_part_that_there_is_not(part, sources, tmp_path):
    complaint = jazzgen("prepare", *sources, "--out", tmp_path / "a", "--shard", part).complaint
    assert complaint.startswith(f"jazzgen: --shard {part!r}: expected K/N, with K from 1 to N")


def test_a_dataset_file_is_no_folder_for_shards(whole, sources):
    complaint = jazzgen("prepare", *sources, "--out", whole[0], "--shard", "1/2").complaint
    assert complaint.endswith("cannot be written: it is a file, not a folder")


def test_a_source_that_is_not_there_leaves_the_shards_of_others(made, tmp_path):
    before = {path.name: path.read_bytes() for path in made[0].iterdir()}
    command = ("prepare", tmp_path / "typo", "--out", made[0])
    for way in (("--shard", "1/1"), ("--cluster", "local:1")):
        complaint = jazzgen(*command, *way).complaint
        assert complaint.endswith("typo: no such file or folder")
    assert {path.name: path.read_bytes() for path in made[0].iterdir()} == before


def test_strict_jobs_fail_by_their_own_files_alone(sources, made):
    command = ("prepare", *sources, "--out", made[0], "--files-per-shard", 2, "--strict")
    codes = [jazzgen(*command, "--shard", f"{job}/2").code for job in (1, 2)]
    assert sorted(codes) == [0, 2]


def test_what_is_not_there_cannot_be_merged(sources, tmp_path):
    complaint = jazzgen("merge", sources[0].parent, "--out", tmp_path / "a.jsonl").complaint
    assert complaint.endswith("manifest.json: No such file or directory; expected shards")
    assert list(tmp_path.iterdir()) == []
