"""`jazzgen prepare` that is stopped: the same command resumes, and the result is the same."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from commands import jazzgen, largest_file, succeed, tree
from platforms import posix
from waiting import PATIENCE, wait_until

from jazzgen.cli import prepare as prepare_command
from jazzgen.datasets.dataset import read_dataset
from jazzgen.datasets.journal import Journal
from jazzgen.io.midi.write import write_solo
from jazzgen.music.chart import Chart
from jazzgen.music.solo import Note, Solo
from jazzgen.runtime.wording import counted

CHART = Chart.of_chords([["Dm7", "G7"]])
MANY = 240


def write(path, pitch=60):
    write_solo(Solo((Note(0, 12, pitch), Note(12, 12, 62)), CHART, title=path.stem), path)


@pytest.fixture
def solos(tmp_path):
    """A folder of six solos and one file that is no solo."""
    for number in range(6):
        write(tmp_path / "solos" / f"{number}.mid", 60 + number)
    (tmp_path / "solos" / "3-bad.mid").write_bytes(b"not MIDI")
    return tmp_path / "solos"


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out.jsonl"


@pytest.fixture
def stopped_after(monkeypatch):
    """Run a command that is interrupted in the middle of a file, after some others."""

    def stopped_after(count, *arguments):
        add, done = Journal.add, []

        def interrupted(journal, file, lines, outcomes):
            if len(done) == count:
                next(iter(lines), None)
                journal._solos.write(b'{"title":')  # a line that was under way
                signal.raise_signal(signal.SIGINT)
            done.append(file)
            add(journal, file, lines, outcomes)

        with monkeypatch.context() as patch:
            patch.setattr(Journal, "add", interrupted)
            outcome = jazzgen(*arguments)
        assert outcome.code == 130
        return outcome

    return stopped_after


@pytest.fixture
def whole(solos, tmp_path):
    """Return the dataset and the result of an uninterrupted run."""

    def whole(*options):
        path = tmp_path / "whole.jsonl"
        result = succeed("prepare", solos, "--out", path, "--json", *options)
        return path.read_bytes(), result.json

    return whole


@pytest.mark.parametrize("count", [0, 1, 4, 6])
def test_the_same_command_resumes(count, solos, out, whole, stopped_after):
    command = ("prepare", solos, "--out", out, "--json")
    stopped = stopped_after(count, *command)
    assert stopped.out == ""
    kept = (
        f"; {counted(count, 'file')} done and kept in {out}.partial; the same command resumes "
        "from there"
    )
    assert stopped.err.splitlines()[-1] == f"jazzgen: interrupted{kept if count else ''}"
    assert not out.exists()
    assert out.with_name("out.jsonl.partial").exists() == (count > 0)
    found = succeed(*command)
    assert (f"resuming: {count} of 7 files already done" in found.err) == (count > 0)
    assert (out.read_bytes(), found.json) == whole()
    assert not out.with_name("out.jsonl.partial").exists()


def test_what_is_done_is_not_read_again(solos, out, stopped_after):
    command = ("prepare", solos, "--out", out)
    stopped_after(2, *command)
    for name in ("0.mid", "4.mid"):  # made another while it looks the same from outside
        path = solos / name
        before = path.stat()
        write(path, 80)
        assert path.stat().st_size == before.st_size
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    succeed(*command)
    assert [solo.notes[0].pitch for solo in read_dataset(out)] == [60, 61, 62, 63, 80, 65]


def test_a_file_that_changed_is_read_again(solos, out, whole, stopped_after):
    command = ("prepare", solos, "--out", out, "--json")
    stopped_after(5, *command)
    write(solos / "1.mid", 80)
    found = succeed(*command)
    assert [solo.notes[0].pitch for solo in read_dataset(out)] == [60, 80, 62, 63, 64, 65]
    assert (out.read_bytes(), found.json) == whole()


def test_what_did_not_change_is_not_read_again(solos, out, stopped_after):
    """This holds whatever changed before it, and however often the run is stopped."""
    command = ("prepare", solos, "--out", out)
    stopped_after(6, *command)
    write(solos / "0-new.mid", 80)
    write(solos / "1.mid", 81)  # which makes eight files
    for name in ("2.mid", "4.mid"):  # made another while it looks the same from outside
        before = (solos / name).stat()
        write(solos / name, 90)
        os.utime(solos / name, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert stopped_after(2, *command).err.startswith("resuming: 6 of 8 files already done\n")
    succeed(*command)
    assert [solo.notes[0].pitch for solo in read_dataset(out)] == [80, 60, 81, 62, 63, 64, 65]


def signals_at(monkeypatch, where, name):
    """Have a function send a signal to this process at its end."""
    function = getattr(where, name)

    def interrupted(*arguments, **options):
        result = function(*arguments, **options)
        signal.raise_signal(signal.SIGINT)
        return result

    monkeypatch.setattr(where, name, interrupted)


@pytest.mark.parametrize(
    ("where", "name"), [(os, "replace"), (prepare_command, "show_report")], ids=["moved", "told"]
)
def test_an_interrupt_behind_the_last_file(where, name, solos, out, whole, monkeypatch):
    content, _ = whole()
    with monkeypatch.context() as patch:
        signals_at(patch, where, name)
        outcome = jazzgen("prepare", solos, "--out", out)
    assert outcome.code == 130
    assert outcome.err.splitlines()[-1] == f"jazzgen: interrupted; {out} is complete"
    assert out.read_bytes() == content
    assert not out.with_name("out.jsonl.partial").exists()


@pytest.mark.parametrize("change", ["a new file", "one fewer", "all gone but one"])
def test_files_that_come_and_go(change, solos, out, whole, stopped_after):
    command = ("prepare", solos, "--out", out, "--json")
    stopped_after(5, *command)
    if change == "a new file":
        write(solos / "1-and-a-half.mid", 80)
    for path in sorted(solos.iterdir())[1 : {"one fewer": 2, "all gone but one": 9}.get(change, 1)]:
        path.unlink()
    found = succeed(*command)
    assert (out.read_bytes(), found.json) == whole()


@pytest.mark.parametrize(
    "options", [("--melody-track", "1"), ("--chart", "changes.txt"), ("--names", "names.txt")]
)
def test_other_options_start_again(
    options, solos, out, whole, stopped_after, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    Path("names.txt").write_text("1\n2\n")
    Path("changes.txt").write_text("| C |\n")
    stopped_after(3, "prepare", solos, "--out", out)
    found = succeed("prepare", solos, "--out", out, "--json", *options)
    assert found.err.startswith(
        f"{out}.partial: was begun with other options or sources; starting over"
    )
    assert (out.read_bytes(), found.json) == whole(*options)


def test_other_sources_start_again(solos, out, stopped_after):
    stopped_after(3, "prepare", solos, "--out", out)
    found = succeed("prepare", solos / "5.mid", "--out", out)
    assert "starting over" in found.err
    assert [solo.notes[0].pitch for solo in read_dataset(out)] == [65]


@pytest.mark.parametrize("jobs", [1, 3])
def test_jobs_may_differ(jobs, solos, out, whole, stopped_after):
    stopped_after(3, "prepare", solos, "--out", out, "--jobs", 2)
    found = succeed("prepare", solos, "--out", out, "--json", "--jobs", jobs)
    assert "resuming" in found.err
    assert (out.read_bytes(), found.json) == whole()


def test_a_journal_that_is_torn_anywhere_or_damaged(solos, out, whole, stopped_after):
    """The journal is cut anywhere, as by a power failure, or has any byte changed."""
    expected = whole()
    command = ("prepare", solos, "--out", out, "--json", "--jobs", 1)
    draw = random.Random(1)
    for _ in range(6):
        stopped_after(5, *command)
        path = out.with_name("out.jsonl.partial") / draw.choice(["solos.jsonl", "files.jsonl"])
        content = bytearray(path.read_bytes())
        place = draw.randrange(len(content))
        if draw.random() < 0.6:
            del content[place:]
        else:
            content[place] ^= 1 << draw.randrange(7)
        path.write_bytes(content)
        found = succeed(*command)
        assert (out.read_bytes(), found.json) == expected
        out.unlink()


def test_the_dataset_before_stays_until_the_new_one_is_there(solos, out, stopped_after):
    out.write_text('{"format":"jazzgen-dataset"} and what else is precious')
    before = out.read_bytes()
    stopped_after(3, "prepare", solos, "--out", out)
    assert out.read_bytes() == before
    succeed("prepare", solos, "--out", out)
    assert len(read_dataset(out)) == 6


def test_a_disk_that_fills_later_costs_nothing(solos, out, whole):
    with largest_file(1000):
        outcome = jazzgen("prepare", solos, "--out", out)
    assert f"{out}: cannot be written: File too large; " in outcome.complaint
    assert f"files done and kept in {out}.partial; the same command" in outcome.complaint
    assert not out.exists()
    found = succeed("prepare", solos, "--out", out, "--json")
    assert "resuming" in found.err
    assert (out.read_bytes(), found.json) == whole()


def test_somebody_else_s_files_stay(solos, out, stopped_after):
    folder = out.with_name("out.jsonl.partial")
    folder.mkdir()
    (folder / "diary.txt").write_text("precious")
    stopped_after(3, "prepare", solos, "--out", out)
    succeed("prepare", solos, "--out", out)
    assert tree(folder) == {"diary.txt": b"precious"}


def test_two_at_a_time_are_one_too_many(solos, out):
    with Journal(out, "other work"):
        before = tree(out.parent)
        complaint = jazzgen("prepare", solos, "--out", out).complaint
        assert complaint == f"jazzgen: {out}: cannot be written: another run is writing it"
        assert tree(out.parent) == before
    assert not out.exists()


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """A folder with many small files, and the dataset made from them."""
    folder = tmp_path_factory.mktemp("many")
    write(folder / "solos" / "0.mid")
    content = (folder / "solos" / "0.mid").read_bytes()
    for number in range(1, MANY):
        (folder / "solos" / f"{number}.mid").write_bytes(content)
    succeed("prepare", folder / "solos", "--out", folder / "whole.jsonl")
    return folder


def start(many, out):
    command = ["prepare", str(many / "solos"), "--out", str(out), "--jobs", "2", "--json"]
    return subprocess.Popen(
        [sys.executable, "-m", "jazzgen", *command],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip


def stop(run, out, number, whole_group=False):
    """Send a signal when some files are done, at a random moment."""
    records = out.with_name(f"{out.name}.partial") / "files.jsonl"
    least = random.randrange(2, MANY // 5)
    wait_until(
        lambda: (
            run.poll() is not None
            or (records.exists() and records.read_bytes().count(b"\n") >= least)
        ),
        pause=0.005,
    )
    time.sleep(random.random() / 50)
    os.killpg(run.pid, number) if whole_group else run.send_signal(number)
    return run.communicate(timeout=PATIENCE)


def stopped_midway(many, out, number, whole_group=False):
    """Return a run that a signal stopped, and what it printed.

    Where this process is kept waiting, the run may be through before its signal comes. Then its
    dataset must be whole, and the next one is stopped.
    """
    for _ in range(20):
        run = start(many, out)
        said, complaints = stop(run, out, number, whole_group)
        if not out.exists():
            return run, said, complaints
        assert out.read_bytes() == (many / "whole.jsonl").read_bytes()
        out.unlink()
    pytest.fail("each run was through before its signal came")


def group(run):
    """Return the processes of a run that are still alive; zombies are not."""
    found = subprocess.run(
        ["ps", "-o", "stat=,args=", "-g", str(run.pid)], capture_output=True, text=True, check=False
    )
    return [line for line in found.stdout.splitlines() if not line.lstrip().startswith("Z")]


@posix
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("whole_group", [False, True], ids=["parent", "terminal"])
def test_a_signal_at_a_random_moment(number, whole_group, many, tmp_path):
    if number == signal.SIGTERM and whole_group:
        pytest.skip("a terminal sends Ctrl-C alone")
    out = tmp_path / "out.jsonl"
    run, said, complaints = stopped_midway(many, out, number, whole_group)
    assert (run.returncode, said) == (128 + number, ""), complaints
    assert complaints.startswith("jazzgen: interrupted")
    assert complaints.count("\n") == 1
    assert group(run) == []
    found = succeed("prepare", many / "solos", "--out", out, "--jobs", "2", "--json")
    assert "resuming: " in found.err
    assert out.read_bytes() == (many / "whole.jsonl").read_bytes()
    assert found.json["files"] == MANY
    assert tree(tmp_path).keys() == {"out.jsonl"}


@posix
def test_kills_at_random_moments(many, tmp_path):
    out = tmp_path / "out.jsonl"
    for _ in range(2):
        run, *_ = stopped_midway(many, out, signal.SIGKILL)
        assert run.returncode == -signal.SIGKILL
    wait_until(lambda: not group(run))
    assert not out.exists()
    found = succeed("prepare", many / "solos", "--out", out, "--jobs", "2", "--json")
    assert "resuming: " in found.err
    assert out.read_bytes() == (many / "whole.jsonl").read_bytes()
    assert json.dumps(found.json).count('"file"') == MANY
