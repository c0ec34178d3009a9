"""`jazzgen prepare` on many and hostile files: one outcome each, bounded memory."""

import io
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from commands import jazzgen, succeed

from jazzgen.cli.output import printable
from jazzgen.cli.reading_progress import reading_progress
from jazzgen.datasets.dataset import read_dataset
from jazzgen.datasets.outcome import Accepted, Rejected
from jazzgen.datasets.solo_files import read_solo_file
from jazzgen.io.midi.write import write_solo
from jazzgen.io.musicxml.chart import chart_to_musicxml
from jazzgen.io.musicxml.solo import solo_to_musicxml
from jazzgen.music.chart import Chart
from jazzgen.music.instrument import find_instrument
from jazzgen.music.solo import Note, Solo
from jazzgen.runtime.pool import Limits, Pool

SOLO = Solo((Note(0, 12, 60), Note(12, 12, 62)), Chart.of_chords([["Dm7", "G7"]]), title="Tune")


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out.jsonl"


@pytest.fixture
def folder(tmp_path):
    """A folder, and in it one solo."""
    write_solo(SOLO, tmp_path / "solos" / "m.mid")
    return tmp_path / "solos"


def reads_strangely(path, track, chart):
    """Read a file in the way that its name says."""
    [outcome] = read_solo_file(path, track, chart)
    name = os.path.basename(path)  # noqa: PTH119
    if name.startswith("slow"):
        time.sleep(3600)
    if name.startswith("fault"):
        raise RuntimeError("never thought of that")
    if name.startswith("two"):
        return [outcome, outcome, Rejected(path, f"{path}: the third is none")]
    if name.startswith("guessed"):
        decisions = {"track": 1, "tempo": 120.5, "melody": "by name"}
        return [Accepted(path, outcome.solo, decisions, ("no chords", "late\x1b[2J"))]
    return [outcome]


@pytest.fixture
def strange(monkeypatch):
    """Read files in the ways that their names say, with little time for each."""
    monkeypatch.setattr("jazzgen.datasets.solo_files.read_solo_file", reads_strangely)
    monkeypatch.setattr(
        "jazzgen.runtime.pool.Pool", lambda read, jobs: Pool(read, jobs, Limits(wall=1.5))
    )


def copies(folder, *names):
    content = (folder / "m.mid").read_bytes()
    for name in names:
        (folder / name).write_bytes(content)


@pytest.mark.usefixtures("strange")
def test_each_of_many_has_its_outcome_whatever_happens(folder, out):
    copies(folder, *(f"{n}.mid" for n in range(20)), "slow.mid", "fault.mid")
    (folder / "bad.mid").write_bytes(b"no")
    outcome = jazzgen("prepare", folder, "--out", out, "--json", "--strict", "--jobs", 2)
    assert outcome.code == 2
    found = outcome.json
    assert (found["files"], found["solos"], len(found["accepted"])) == (24, 21, 21)
    assert [row["reason"].removeprefix(f"{folder}/") for row in found["rejected"]] == [
        "bad.mid: not a Standard MIDI File",
        "fault.mid: internal error: RuntimeError: never thought of that",
        "slow.mid: took more than 1.5 seconds to read",
    ]
    assert len(read_dataset(out)) == 21
    files = [row["file"] for row in found["accepted"]]
    assert files == sorted(files)


@pytest.mark.usefixtures("strange")
def test_a_file_may_hold_several_solos(folder, out):
    copies(folder, "two.mid")
    found = succeed("prepare", folder, "--out", out, "--json").json
    assert (found["files"], found["solos"], len(found["rejected"])) == (2, 3, 1)
    assert [row["file"] for row in found["accepted"]] == [
        str(folder / name) for name in ("m.mid", "two.mid", "two.mid")
    ]


@pytest.mark.usefixtures("strange")
def test_decisions_and_warnings_are_reported(folder, out):
    copies(folder, "guessed.mid")
    path = folder / "guessed.mid"
    outcome = succeed("prepare", path, "--out", out, "--json")
    assert outcome.json["accepted"] == [{
        "file": str(path), "notes": 2, "title": "Tune", "bars": 1, "track": 1, "tempo": 120.5,
        "melody": "by name", "warnings": ["no chords", "late\x1b[2J"],
    }]  # fmt: skip
    assert outcome.err == f"{path}: no chords\n{path}: late\\x1b[2J\n"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("\x1b[2J\x1b[31mred.mid", "\\x1b[2J\\x1b[31mred.mid"),
        ("a\nrejected: b.mid", "a\\nrejected: b.mid"),
        ("a\rb\tc\x07\x9b.mid", "a\\rb\\tc\\x07\\x9b.mid"),
        ("\u202edim.mid", "\\u202edim.mid"),
        ("ünï 音.mid", "ünï 音.mid"),
        (os.fsdecode(b"latin-\xfc.mid"), "latin-\\udcfc.mid"),
    ],
)
def test_names_cannot_move_the_cursor(name, shown, folder, out):
    bad = folder / name
    bad.write_bytes(b"no")
    outcome = succeed("prepare", folder, "--out", out)
    assert outcome.err == f"rejected: {folder}/{shown}: not a Standard MIDI File\n"
    alone = jazzgen("prepare", bad, "--out", out)
    assert alone.complaint.endswith(": not a Standard MIDI File")
    assert alone.complaint.isprintable()


def test_a_name_that_is_no_utf8_goes_all_the_way(folder, out):
    name = os.fsdecode(b"latin-\xfc.mid")
    (folder / "m.mid").rename(folder / name)
    done = subprocess.run(
        [sys.executable, "-m", "jazzgen", "prepare", folder, "--out", out, "--json"],
        capture_output=True, check=True,
    )  # fmt: skip
    assert json.loads(done.stdout)["accepted"][0]["file"] == str(folder / name)
    assert len(read_dataset(out)) == 1


def test_what_is_printable_stays():
    assert printable("plain, ünï, 音, `'\\ \"") == "plain, ünï, 音, `'\\ \""


def test_a_folder_without_midi_files_is_rejected_beside_others(folder, out, tmp_path):
    (tmp_path / "empty").mkdir()
    outcome = jazzgen("prepare", tmp_path / "empty", folder, "--out", out, "--json", "--strict")
    assert outcome.code == 2
    [rejected] = outcome.json["rejected"]
    assert rejected["reason"] == f"{tmp_path / 'empty'}: a folder without MIDI or MusicXML files"
    assert outcome.json["files"] == 2


def test_where_nothing_is_usable_nothing_is_left(folder, out, tmp_path):
    (folder / "m.mid").write_bytes(b"no")
    assert "1 file, none usable" in jazzgen("prepare", folder, "--out", out).complaint
    assert [path.name for path in tmp_path.iterdir()] == ["solos"]


class Terminal(io.StringIO):
    """A standard error that is a terminal."""

    def isatty(self):
        return True


def test_the_bar_shows_files_speed_and_time_left(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setattr(sys, "stderr", terminal := Terminal())
    with reading_progress(100, 1000, seconds_per_frame=0) as show:
        for done in range(101, 111):
            time.sleep(0.01)
            show(done)
    drawn = terminal.getvalue()
    assert "100/1000" in drawn
    assert "110/1000" in drawn
    assert re.search(r"\d+ files/s", drawn)
    assert re.search(r"0:00:\d\d", drawn)


def test_without_a_terminal_there_is_no_bar(folder, out, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert succeed("prepare", folder, "--out", out).err == ""


# What getrusage says would be the tests' own memory, if that was more before it became this one.
MEASURED = """
import re, sys
from pathlib import Path
from jazzgen.cli.main import app, run
sys.argv[1:] = ["prepare", sys.argv[1], "--out", sys.argv[2], "--json", "--jobs", "1"]
code = run(app)
sys.stderr.write(re.search(r"VmHWM:\\s*(\\d+) kB", Path("/proc/self/status").read_text())[1])
sys.exit(code)
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="no /proc")
def test_memory_does_not_grow_with_the_files(folder, tmp_path):
    peaks = []
    for count in (200, 2000):
        copies(folder, *(f"{number}.mid" for number in range(count)))
        done = subprocess.run(
            [sys.executable, "-c", MEASURED, folder, tmp_path / "out.jsonl"],
            capture_output=True, check=True, text=True,
        )  # fmt: skip
        assert json.loads(done.stdout)["files"] == count + 1
        peaks.append(int(done.stderr))
    assert peaks[1] < 1.1 * peaks[0]
    assert peaks[1] < 200 * 2**10


def test_scores_lie_among_midi_files(folder, out):
    (folder / "a.musicxml").write_bytes(solo_to_musicxml(SOLO, find_instrument("alto")))
    (folder / "b.mxl").write_bytes(b"PK\x03\x04")
    (folder / "m.musicxml").write_bytes(chart_to_musicxml(Chart.of_chords([["C7"]])))
    told = succeed("prepare", folder, "--out", out, "--json").json
    first, second = told["accepted"]
    assert (first["grid"], first["chords"]) == ("written", "symbols")
    assert second["chords"] == "markers"
    [rejected] = told["rejected"]
    assert rejected["reason"].startswith(f"{folder / 'b.mxl'}: a damaged archive")
    written, played = read_dataset(out)
    assert [(n.onset, n.pitch) for n in written.notes] == [(n.onset, n.pitch) for n in SOLO.notes]
    assert written.chart.chord_spans == played.chart.chord_spans
    assert written.source == "a.musicxml"


def test_a_name_as_long_as_can_be(folder, out):
    copies(folder, "x" * 251 + ".mid")
    assert succeed("prepare", folder, "--out", out, "--json").json["solos"] == 2


def test_there_is_one_process_per_core_by_default(folder, out, monkeypatch):
    asked = []

    def pool(read, jobs):
        asked.append(jobs)
        return Pool(read, jobs)

    monkeypatch.setattr("jazzgen.runtime.pool.Pool", pool)
    monkeypatch.setattr("jazzgen.runtime.cores.usable_cores", lambda: 5)
    succeed("prepare", folder, "--out", out)
    succeed("prepare", folder, "--out", out, "--jobs", 3)
    assert asked == [5, 3]
