"""A target that cannot be written: one line that names it, and the old file stays as it was."""

import errno
import os

import pytest
from commands import tree

import jazzgen as package
from jazzgen.errors import OutputError
from jazzgen.evaluation.note_table import write_table
from jazzgen.music.solo import Note, Solo

NEEDED = {
    "mid": "", "musicxml": "", "dawproject": "", "rpp": "", "csv": "",
    "flac": "soundfile", "pdf": "verovio", "sheet.svg": "verovio",
}  # fmt: skip
"""The package that each target needs; "" for none."""


def write(file):
    solo = Solo((Note(0, 24, 62), Note(24, 24, 65)), package.chart("| Dm7 | G7 |"), "A Tune")
    if file.suffix == ".csv":
        return write_table(file, [solo], lambda _: [])
    return package.save(solo, file)


@pytest.fixture(params=NEEDED)
def name(request):
    if NEEDED[request.param]:
        pytest.importorskip(NEEDED[request.param])
    return f"solo.{request.param}"


@pytest.mark.usefixtures("small_soundfont")
def test_a_full_disk_leaves_the_old_file(name, tmp_path, monkeypatch):
    file = tmp_path / name
    file.write_bytes(b"jazzgen wrote this")

    def full(_):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError) as caught:
        write(file)
    assert str(caught.value) == f"{file}: cannot be written: {os.strerror(errno.ENOSPC)}"
    assert tree(tmp_path) == {name: b"jazzgen wrote this"}


def test_below_a_file_nothing_is_written(name, tmp_path):
    (tmp_path / "file").write_bytes(b"precious")
    with pytest.raises(OutputError) as caught:
        write(tmp_path / "file" / name)
    message = str(caught.value)
    assert message.endswith(f"cannot be written: {tmp_path / 'file'} is not a folder")
    assert "\n" not in message
    assert tree(tmp_path) == {"file": b"precious"}
