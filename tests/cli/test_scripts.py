"""`scripts/train.py` and `scripts/generate.py` are the commands under another name."""

import runpy
import sys

import pytest
import typer
from commands import ROOT

from jazzgen.cli import main


def options(command):
    """Return the kind, flags, default and help of each parameter of a command."""
    return {
        parameter.name: (
            parameter.param_type_name, tuple(parameter.opts), parameter.default, parameter.required,
            getattr(parameter, "help", None),
        )
        for parameter in command.params
    }  # fmt: skip


@pytest.mark.parametrize("name", ["train", "generate"])
def test_the_flags_are_the_same(name, monkeypatch):
    applications = []
    monkeypatch.setattr(main, "run", lambda application: applications.append(application) or 0)
    monkeypatch.setattr(sys, "argv", [f"{name}.py"])
    with pytest.raises(SystemExit, match="0"):
        runpy.run_path(str(ROOT / "scripts" / f"{name}.py"), run_name="__main__")
    script = typer.main.get_command(applications[0])
    command = typer.main.get_command(main.app).commands[name]
    assert options(script) == options(command)
    assert len(options(script)) > 10
