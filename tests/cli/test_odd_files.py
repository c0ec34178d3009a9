"""Every option and argument that takes a file is given a pipe, a device and other odd files."""

import signal
import sys
from contextlib import contextmanager

import pytest
from commands import ROOT, jazzgen

sys.path.insert(0, str(ROOT / "scripts"))

from odd_files import ODD, arguments_for, file_parameters, odd_file, wrong_with
from without_override import without_override

PARAMETERS = {str(one): one for one in file_parameters()}
PATIENCE = 60
"""Seconds after which a command hangs."""
SLOW = {
    "train --teacher", "train --valid", "train --out", "train FILE", "diagnose gradients --model",
    "diagnose gradients --picture", "evaluate --model", "evaluate --html", "evaluate --reference",
    "evaluate --training",
}  # fmt: skip
"""What does much before it looks at the file; `scripts/inject_faults.py` tries it too."""


def test_the_parameters_are_found():
    assert {
        "prepare FILE", "prepare --names", "generate --chart", "generate --primer", "charts FILE",
        "render --soundfont", "train-titles FILE", "diagnose gradients --picture", "train --out",
    } <= PARAMETERS.keys()  # fmt: skip


@contextmanager
def alarm():
    """Fail a test that waits for ever."""

    def ring(*_):
        raise TimeoutError("hangs")

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(PATIENCE)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@pytest.mark.parametrize("name", sorted(PARAMETERS.keys() - SLOW))
def test_odd_files(name, tmp_path, small_corpus, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "odd").mkdir()
    solo = min(small_corpus.glob("*.mid"))
    for kind in ODD:
        odd = odd_file(kind, tmp_path / "odd", PARAMETERS[name])
        before = _mode(odd)
        with alarm(), without_override():
            outcome = jazzgen(*arguments_for(PARAMETERS[name], odd, solo, tmp_path / "out"))
        assert not wrong_with(outcome.code, outcome.err), (kind, outcome)
        assert _mode(odd) == before or kind in ("long", "empty", "folder"), f"{kind} was replaced"


def _mode(path):
    try:
        return path.lstat().st_mode
    except OSError:
        return None
