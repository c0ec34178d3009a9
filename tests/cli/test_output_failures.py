"""Output that cannot be written: exit code 2, one line, and no incomplete file."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import warnings

import pytest
from commands import jazzgen, largest_file, succeed, tree
from platforms import posix, unprivileged

from jazzgen.cli.main import main
from jazzgen.errors import OutputError
from jazzgen.nn.folder import read_model_folder, write_model_folder

CHANGES = ["--chart", "| Dm7 | G7 | Cmaj7 | C6 |", "--choruses", 1]


@pytest.fixture
def writers(tiny_model, small_corpus):
    """The arguments of each command but for the file to write."""
    return {
        "prepare": ("prepare", small_corpus, "--out"),
        "generate": ("generate", "--model", tiny_model, *CHANGES, "--out"),
        "train": ("train", small_corpus, "--units", 8, "--epochs", 1, "--out"),
    }


@pytest.fixture
def small_disk(tmp_path):
    """A disk of its own with 64 KiB; only root may mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount")
    options = ["-t", "tmpfs", "-o", "size=64k", "none", folder]
    root = os.name == "posix" and os.geteuid() == 0
    if not root or not mount or subprocess.run([mount, *options], check=False).returncode:
        pytest.skip("cannot mount a disk here: needs root")
    yield folder
    subprocess.run(["umount", folder], check=True)


def fill(folder):
    """Fill a disk to the last byte."""
    with open(folder / "filler", "wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(1024))


@pytest.mark.parametrize("command", ["prepare", "generate", "train"])
class TestPlacesThatCannotBeWritten:
    def test_below_a_file(self, command, writers, tmp_path):
        (tmp_path / "file").write_text("precious")
        complaint = jazzgen(*writers[command], tmp_path / "file" / "out").complaint
        assert f"{tmp_path / 'file'} is not a folder" in complaint
        assert (tmp_path / "file").read_text() == "precious"

    def test_a_path_without_a_name(self, command, writers, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        for path in (".", "..", "/"):
            assert "cannot be written" in jazzgen(*writers[command], path).complaint
        assert tree(tmp_path) == {}

    def test_something_of_the_other_kind(self, command, writers, tmp_path):
        out = tmp_path / "out"
        out.write_text("precious") if command == "train" else out.mkdir()
        before = tree(tmp_path)
        assert f"{out}: cannot be written: it is a f" in jazzgen(*writers[command], out).complaint
        assert tree(tmp_path) == before

    @posix  # Windows says it in other words
    def test_a_name_that_is_too_long(self, command, writers, tmp_path):
        out = tmp_path / ("n" * 300)
        assert "cannot be written: File name too long" in jazzgen(*writers[command], out).complaint
        assert tree(tmp_path) == {}

    def test_a_disk_that_cannot_be_written(self, command, writers, small_disk):
        subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
        complaint = jazzgen(*writers[command], small_disk / "out").complaint
        assert f"{small_disk / 'out'}: cannot be written" in complaint


@unprivileged
def test_a_folder_without_permission(writers, tmp_path):
    tmp_path.chmod(0o500)
    complaint = jazzgen(*writers["prepare"], tmp_path / "out").complaint
    tmp_path.chmod(0o700)
    assert "no permission" in complaint


@pytest.mark.parametrize("command", ["prepare", "generate"])
@pytest.mark.parametrize("before", [None, b"what jazzgen wrote"], ids=["new", "there already"])
def test_a_file_that_gets_too_long(command, before, writers, tmp_path):
    if before is not None:
        (tmp_path / "out").write_bytes(before)
    with largest_file(100):
        outcome = jazzgen(*writers[command], tmp_path / "out")
    assert f"{tmp_path / 'out'}: cannot be written: File too large" in outcome.complaint
    assert tree(tmp_path) == ({} if before is None else {"out": before})


def test_a_disk_that_is_full(writers, small_disk):
    fill(small_disk)
    before = tree(small_disk)
    for command in ("prepare", "generate"):
        complaint = jazzgen(*writers[command], small_disk / "out").complaint
        assert "out: cannot be written: No space left on device" in complaint
        assert tree(small_disk) == before


def test_a_disk_that_fills_while_training(writers, small_disk):
    outcome = jazzgen(*writers["train"], small_disk / "model")
    assert (outcome.code, outcome.out) == (2, "")
    last = outcome.err.splitlines()[-1]
    assert last.startswith(f"jazzgen: {small_disk / 'model'}.training")
    assert "No space left on device" in last
    assert "internal error" not in outcome.err
    assert not (small_disk / "model").exists()
    names = [name for name in tree(small_disk) if "step-" in name or ".part" in name]
    assert names == [], "half a checkpoint"


def test_a_model_stays_while_its_successor_cannot_be_kept(writers, model_copy):
    before = tree(model_copy.parent)
    options = ("--units", 16, "--seed", 3, "--epochs", 1, "--resume")
    with largest_file(100_000):
        outcome = jazzgen("train", writers["train"][1], "--out", model_copy, *options)
    assert (outcome.code, outcome.out) == (2, "")
    assert "File too large" in outcome.err.splitlines()[-1]
    after = tree(model_copy.parent)
    assert {name: after.get(name) for name in before if "/tensorboard" not in name} == {
        name: content for name, content in before.items() if "/tensorboard" not in name
    }
    assert not [name for name in after if ".part" in name or ".old" in name]


def test_a_model_folder_is_replaced_whole_or_not_at_all(model_copy):
    files, before = read_model_folder(model_copy), tree(model_copy.parent)
    with largest_file(100_000), pytest.raises(OutputError, match=r"copy: .* File too large"):
        write_model_folder(model_copy, files, {}, "another card")
    assert tree(model_copy.parent) == before
    write_model_folder(model_copy, files, {}, "another card")
    assert (model_copy / "README.md").read_text() == "another card"
    assert tree(model_copy.parent).keys() == before.keys()


def test_a_model_folder_takes_no_other_folder_s_place(model_copy, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "diary.txt").write_text("precious")
    files, before = read_model_folder(model_copy), tree(tmp_path)
    with pytest.raises(OutputError, match="mine: will not be replaced"):
        write_model_folder(tmp_path / "mine", files, {}, "card")
    assert tree(tmp_path) == before


def test_no_take_is_written_when_one_of_them_is_blocked(tiny_model, tmp_path):
    blocked = tmp_path / "out-2.mid"
    blocked.mkdir()
    options = ("--takes", 3, "--out", tmp_path / "out.mid")
    assert str(blocked) in jazzgen("generate", "--model", tiny_model, *CHANGES, *options).complaint
    assert tree(tmp_path) == {"out-2.mid": None}
    blocked.rmdir()
    succeed("generate", "--model", tiny_model, *CHANGES, *options)
    assert sorted(tree(tmp_path)) == ["out-1.mid", "out-2.mid", "out-3.mid"]


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")  # noqa: PTH110
def test_standard_output_that_is_full():
    with open("/dev/full", "w") as full:
        done = _run("charts", stdout=full)
    assert done.returncode == 2
    assert done.stderr == "jazzgen: standard output: No space left on device\n"


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="no /dev/full here")  # noqa: PTH110
def test_help_and_messages_that_nobody_can_get():
    with open("/dev/full", "w") as full:
        helped, told = _run("--help", stdout=full), _run("charts", stderr=full)
        refused = _run("nonsense", stderr=full)
    assert helped.returncode == 2
    assert helped.stderr == "jazzgen: standard output: No space left on device\n"
    assert (told.returncode, refused.returncode) == (0, 2)
    assert "rhythm-changes" in told.stdout


def test_a_reader_that_has_gone():
    for command in ("charts", "--help"):
        read, write = os.pipe()
        os.close(read)
        done = _run(command, stdout=write)
        os.close(write)
        assert (done.returncode, done.stderr) == (0, "")


@posix
@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_standard_streams_that_were_closed_before(closed, small_corpus, tmp_path):
    out = tmp_path / "solos.jsonl"
    command = [sys.executable, "-m", "jazzgen", "prepare", small_corpus, "--out", out]
    done = subprocess.run(["sh", "-c", f'exec "$@" {closed}', "sh", *command], check=False)
    assert done.returncode == 0
    expected = tmp_path / "expected.jsonl"
    succeed("prepare", small_corpus, "--out", expected)
    assert out.read_bytes() == expected.read_bytes()


def _run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE):
    command = [sys.executable, "-m", "jazzgen", command]
    return subprocess.run(command, stdout=stdout, stderr=stderr, text=True, check=False)


def test_what_overflows_in_damaged_numbers_is_not_warned_of(monkeypatch):
    """The one line of the refusal is enough."""
    monkeypatch.setattr(sys, "argv", ["jazzgen", "--version"])
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        main()
        warnings.warn("overflow encountered in exp", RuntimeWarning, stacklevel=1)
        warnings.warn("something else", UserWarning, stacklevel=1)
    assert [str(one.message) for one in warned] == ["something else"]


@pytest.mark.parametrize("encoding", ["cp1252", "ascii"])
def test_letters_that_an_encoding_lacks_are_escaped(encoding, tmp_path):
    def listed(*options):
        command = [sys.executable, "-m", "jazzgen", "charts", "| Db7 |", *options]
        done = subprocess.run(
            command, capture_output=True, check=True, cwd=tmp_path,
            env={**os.environ, "PYTHONIOENCODING": encoding},
        )  # fmt: skip
        return done.stdout.decode(encoding)

    title = "title: Ćma♭\n| Db7 |"
    (tmp_path / "a.txt").write_text(title, encoding="utf-8")
    assert "\\u0106ma" in listed("a.txt")
    assert "Ćma♭" in json.dumps(json.loads(listed("a.txt", "--json")), ensure_ascii=False)


@posix
def test_a_folder_that_is_gone_is_told(tmp_path):
    gone = tmp_path / "gone"
    gone.mkdir()
    code = (
        "import os, sys; os.rmdir('../gone'); from jazzgen.cli.main import main; sys.exit(main())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "generate", "--choruses", "1"],
        cwd=gone, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stderr == "jazzgen: the current folder does not exist any more\n"
    assert done.returncode == 2
