"""Ordinary files are read up to a bound; pipes, devices and links in circles are refused."""

import ast
import os
from pathlib import Path

import pytest

import jazzgen
from jazzgen.errors import ChartError
from jazzgen.runtime.atomic import check_writable, write_bytes
from jazzgen.runtime.files import is_file, is_folder, is_there, open_file, read_file

ROOT = Path(jazzgen.__file__).parent


def test_a_file_is_read_up_to_its_bound(tmp_path):
    file = tmp_path / "file"
    file.write_bytes(b"12345")
    assert read_file(file, 5) == b"12345"
    with pytest.raises(ChartError, match="file: has 5 bytes; expected at most 4"):
        read_file(file, 4, ChartError)


def test_a_file_that_says_that_it_is_empty_is_read_up_to_its_bound_too():
    """Those of the kernel do, however much is in them."""
    assert len(read_file("/proc/self/status", 100_000)) > 100
    with pytest.raises(ChartError, match="has more than 9 bytes"):
        read_file("/proc/self/status", 9, ChartError)


@pytest.fixture
def odd(tmp_path):
    """A path for each way not to be a file that can be read, with what is said of it."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "astray").symlink_to("nowhere")
    return {
        tmp_path / "pipe": "a pipe or a device",
        Path("/dev/zero"): "a pipe or a device",
        tmp_path: "is a folder; expected a tune",
        tmp_path / "loop": "Too many levels of symbolic links",
        tmp_path / "astray": "no such file",
        tmp_path / ("n" * 256): "File name too long",
        tmp_path / "nul\0": "embedded null byte",
    }


def test_what_is_no_ordinary_file_is_refused(odd):
    for path, reason in odd.items():
        with pytest.raises(ChartError, match=reason) as refused:
            read_file(path, 100, ChartError, "a tune")
        assert str(path) in str(refused.value)


def test_a_pipe_that_takes_a_file_s_place_is_not_waited_for(tmp_path, monkeypatch):
    file, pipe = tmp_path / "file", tmp_path / "pipe"
    file.touch()
    os.mkfifo(pipe)
    opened = os.open
    monkeypatch.setattr(os, "open", lambda _path, flags: opened(pipe, flags))
    with pytest.raises(OSError, match="a pipe or a device"):
        open_file(file)


def test_questions_raise_nothing(odd, tmp_path, monkeypatch):
    for path in odd:
        assert not is_file(path)
        assert is_folder(path) == (path == tmp_path)

    def denied(path):
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr(os, "lstat", denied)
    assert is_there("anything")


@pytest.mark.parametrize("length", [238, 255, 256, 5000])
def test_a_name_too_long_for_what_is_made_of_it_is_refused_before(tmp_path, length):
    with pytest.raises(Exception, match="cannot be written: File name too long"):
        check_writable(tmp_path / ("n" * length))


def test_the_longest_name_that_passes_is_written(tmp_path):
    path = tmp_path / ("n" * (255 - len("..01234567.partial")))
    check_writable(path)
    assert write_bytes(path, b"1").read_bytes() == b"1"
    with pytest.raises(Exception, match="File name too long"):
        check_writable(f"{path}n")


def test_a_read_only_file_is_not_replaced_even_by_root(tmp_path):
    file = tmp_path / "kept"
    file.write_bytes(b"old")
    file.chmod(0o444)
    for write in (check_writable, lambda path: write_bytes(path, b"new")):
        with pytest.raises(Exception, match="kept: cannot be written: it is read-only"):
            write(file)
    assert file.read_bytes() == b"old"


def test_a_pipe_or_device_is_not_replaced(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", "/dev/null"):
        with pytest.raises(Exception, match="a pipe or a device"):
            check_writable(path)


OPENING = {"open", "read_bytes", "read_text", "safe_open"}
ASKING = {"exists", "is_file", "is_dir", "resolve"}
"""Methods of pathlib that raise where a folder may not be entered, or a link leads in a circle."""
MAY = {
    "runtime/files.py": OPENING,  # it is the one that opens
    "runtime/atomic.py": {"open"},  # what it has made itself
    "runtime/replace_folder.py": {"open"},  # to flush it
    "runtime/locks.py": {"open"},  # to lock it
    "runtime/worker.py": {"open", "read_text"},  # the kernel's
    "runtime/tables.py": {"open"},  # to write
    "runtime/download.py": {"open"},  # to write
    "runtime/column_writer.py": {"open"},  # to write
    "runtime/store.py": {"open", "exists"},  # a file system of fsspec
    "datasets/shards/folder.py": {"open"},  # a file of a store
    "datasets/shards/merging.py": {"open"},  # likewise
    "datasets/staging.py": {"open"},  # to write
    "render/fluidsynth.py": OPENING,  # in a folder that it has made itself
    "render/sound.py": {"open"},  # a WAV in memory
    "render/midirenderer.py": {"open"},  # likewise
    "datasets/journal.py": {"open"},  # to write
    "cli/output.py": {"open"},  # nowhere
    "cli/main.py": {"open"},  # likewise
    "library.py": {"read_text"},  # what comes with jazzgen
    "studio/app.py": {"open"},  # the studio itself
    "studio/folder.py": {"read_bytes"},  # what it has made itself
    "studio/jobs.py": {"read_text"},  # a chart that was sent
    "studio/serve.py": {"open"},  # a browser
    "studio/writing.py": {"read_bytes"},  # what it has made itself
    "evaluation/human.py": {"read_text"},
    "transcription/chords.py": {"read_bytes"},
    "transcription/subdivision.py": {"read_bytes"},
    "io/musicxml/mxl.py": {"open"},  # a member of an archive in memory
    "io/format_set.py": {"is_file"},  # an entry of a folder
    "datasets/sources.py": {"is_dir"},  # likewise
}


def opened_by(path):
    """The functions by which a module opens files, or asks for them."""
    called = [
        one.func for one in ast.walk(ast.parse(path.read_text())) if isinstance(one, ast.Call)
    ]
    methods = {call.attr for call in called if isinstance(call, ast.Attribute)}
    functions = {call.id for call in called if isinstance(call, ast.Name)}
    return (methods & (OPENING | ASKING)) | (functions & OPENING)


def test_files_are_opened_in_one_place():
    modules = {path.relative_to(ROOT).as_posix(): path for path in sorted(ROOT.rglob("*.py"))}
    found = {module: opened_by(path) - MAY.get(module, set()) for module, path in modules.items()}
    assert {module: names for module, names in found.items() if names} == {}, "use runtime.files"
