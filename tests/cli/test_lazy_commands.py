"""Commands are loaded when they are asked for, and then look like any other command."""

import sys

import pytest
import typer
from commands import jazzgen

from jazzgen.cli.lazy_commands import LazyCommands, lazy_group

SOURCE = '''
import typer
def play(times: int = 1):
    """Play a tune."""
    print("played", times)
group = typer.Typer(name="group", help="A group.")
@group.command()
def one(): print("one")
@group.command()
def two(): print("two")
'''
COMMANDS = {"play": "made_up_commands:play", "group": "made_up_commands:group"}


@pytest.fixture
def module(tmp_path, monkeypatch):
    """A module of commands that has not been loaded."""
    (tmp_path / "made_up_commands.py").write_text(SOURCE)
    monkeypatch.syspath_prepend(tmp_path)
    yield "made_up_commands"
    sys.modules.pop("made_up_commands", None)


def test_a_command_is_loaded_when_it_is_asked_for(module):
    commands = LazyCommands(COMMANDS)
    assert list(commands) == ["play", "group"]
    assert len(commands) == 2
    assert "play" in commands
    assert "sing" not in commands
    assert module not in sys.modules
    assert commands["play"].help == "Play a tune."
    assert module in sys.modules
    assert commands["play"] is commands["play"]
    assert list(commands["group"].commands) == ["one", "two"]


@pytest.mark.usefixtures("module")
def test_an_application_runs_and_lists_them(capsys):
    app = typer.Typer(cls=lazy_group(COMMANDS), add_completion=False)

    @app.callback()
    def about() -> None:
        """Make music."""

    app(["play", "--times", "3"], standalone_mode=False)
    app(["group", "two"], standalone_mode=False)
    assert capsys.readouterr().out == "played 3\ntwo\n"
    app(["--help"], standalone_mode=False)
    out = capsys.readouterr().out
    assert "Play a tune." in out
    assert "A group." in out


def test_a_mistyped_command_is_told_what_it_is_like():
    assert "'generate'" in jazzgen("genrate").err
