"""`scripts/code_figures.py` counts what it says it counts."""

import json
import runpy
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parent.parent / "scripts" / "code_figures.py"

MODULE = '''"""A module."""

from typing import Any


def explained(a: int, b: int) -> int:
    """Add.

    Args:
        a: One.
        b: Another.
    """
    # A why-comment.
    return a + b


def unexplained(a, *rest):
    """Return the first."""
    return a  # noqa: RET504


def alone(a):
    return a


def _private(a, b):
    def inner(c, d):
        return c, d
    return inner


class Public:
    def method(self, a, **more): ...

    @classmethod
    def make(cls, a): ...


class _Private:
    def method(self, a, b): ...
'''
NETWORK = """from typing import Any

Tensor = Any
TABLE = [1, 2,
         3]  # fmt: skip


def step(x: Any) -> "list[int]":
    return x
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "nn").mkdir()
    (tmp_path / "module.py").write_text(MODULE, encoding="utf-8")
    (tmp_path / "nn" / "network.py").write_text(NETWORK, encoding="utf-8")
    return tmp_path


@pytest.fixture
def main():
    return runpy.run_path(str(SCRIPT))["main"]


def test_a_folder_is_measured(folder, main, capsys):
    assert main([str(folder), "--json"]) == 0
    length = len(MODULE.splitlines())
    assert json.loads(capsys.readouterr().out) == {
        "modules": 2,
        "lines": length + 9,
        "module_median": (length + 9) / 2,
        "module_largest": {"name": "module.py", "lines": length},
        "functions": 9,
        "function_median": 2,
        "function_largest": {"name": "module.py:explained", "lines": 9},
        "with_parameters": 3,
        "with_args": 0.3333,
        "comments": round(1 / (length + 9), 4),
        "fmt_skip": 1,
        "any_in_nn": 2,
    }


def test_the_table_says_the_same(folder, main, capsys):
    assert main([str(folder)]) == 0
    text = capsys.readouterr().out
    assert "module.py:explained" in text
    assert "33.3%   of 3 public functions" in text


def test_a_folder_without_code_is_refused(tmp_path, main, capsys):
    (tmp_path / "empty.py").write_text("", encoding="utf-8")
    assert main([str(tmp_path)]) == 2
    assert "expected Python files with functions" in capsys.readouterr().err
