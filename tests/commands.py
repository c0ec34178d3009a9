"""Runs jazzgen's commands in the process of the test, and looks at the files they leave."""

import contextlib
import io
import json
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from jazzgen.cli.main import app, run

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Outcome:
    """The outcome of a command: its exit code and what it printed."""

    code: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)

    @property
    def complaint(self):
        """The one line of an error; anything else about the outcome fails."""
        assert self.code == 2, self
        assert self.out == ""
        assert self.err.startswith("jazzgen: ")
        assert self.err.count("\n") == 1
        assert "internal error" not in self.err
        return self.err.rstrip("\n")


def jazzgen(*arguments):
    """Run `jazzgen` with arguments; its standard streams are caught."""
    out, err = io.StringIO(), io.StringIO()
    with (
        pytest.MonkeyPatch.context() as patch,
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        patch.setattr(sys, "argv", ["jazzgen", *map(str, arguments)])
        # Messages name the program as it was called: under `python -m pytest` that would be pytest.
        patch.setattr(sys.modules["__main__"], "__package__", None)
        patch.delenv("JAZZGEN_DEBUG", raising=False)
        code = run(app)
    return Outcome(code, out.getvalue(), err.getvalue())


def succeed(*arguments):
    """Run `jazzgen` with arguments; anything but success fails."""
    outcome = jazzgen(*arguments)
    assert outcome.code == 0, outcome
    return outcome


def tree(folder):
    """Return every path below a folder, hidden ones too, with the content of files."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else None
        for path in sorted(folder.rglob("*"))
    }


@contextlib.contextmanager
def largest_file(size):
    """Let the system refuse to make a file longer than `size` bytes, as a full disk does."""
    resource = pytest.importorskip("resource", reason="Windows does not limit the size of a file")

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
