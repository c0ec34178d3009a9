"""What the README tells people to type exists."""

import re
import shlex

import pytest
import typer
from commands import ROOT

from jazzgen.cli.main import app

README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = typer.main.get_command(app).commands


def marked(name, text=README):
    """Return the lines of the fenced block right after a marker."""
    match = re.search(rf"^<!-- {name} -->\n```\w*\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return match[1].splitlines() if match else None


def jazzgen_commands(text=README):
    """Return the arguments of every `jazzgen …` in blocks of shell commands."""
    blocks = re.findall(r"^```(?:bash|sh|shell|console)\n(.*?)^```$", text, re.M | re.S)
    lines = "\n".join(blocks).replace("\\\n", " ").splitlines()
    found = []
    for line in lines:
        words = shlex.split(line.removeprefix("$ "), comments=True)
        for number, word in enumerate(words):
            if word.rsplit("/", 1)[-1] == "jazzgen" and words[number - 1] not in ("install", "-e"):
                rest = words[number + 1 :]
                stops = [i for i, other in enumerate(rest) if other in ("&&", "|", ";", ">")]
                found.append(rest[: min(stops, default=len(rest))])
    return found


def mistakes(arguments):
    """Return what of a command line does not exist: the command, or options of it."""
    if not arguments or arguments[0] in ("--version", "--help", "-h"):
        return []
    if arguments[0] not in COMMANDS:
        return [arguments[0]]
    command, words = COMMANDS[arguments[0]], arguments[1:]
    if hasattr(command, "commands"):  # a group of commands
        if not words or words[0] not in command.commands:
            return words[:1] or [arguments[0]]
        command, words = command.commands[words[0]], words[1:]
    known = {flag for parameter in command.params for flag in parameter.opts}
    given = [word.split("=")[0] for word in words if re.match(r"--?[a-z]", word)]
    return [flag for flag in given if flag not in known | {"--help", "-h"}]


@pytest.mark.parametrize("name", ["main command", "test command"])
def test_a_marked_command_is_one_line(name):
    [line] = marked(name)
    assert line.startswith("python3 -m venv .venv && ")


def test_the_test_command_installs_what_it_runs():
    [line] = marked("test command")
    assert ".[dev]" in line
    assert line.endswith("scripts/check")


def test_the_main_command_makes_a_solo():
    [line] = marked("main command")
    assert jazzgen_commands(f"```bash\n{line}\n```\n") == [["generate"]]


def test_every_command_and_option_exists():
    commands = jazzgen_commands()
    assert commands
    assert [(line, mistakes(line)) for line in commands if mistakes(line)] == []


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("jazzgen generate --chart blues --seed 7", []),
        ("$ .venv/bin/jazzgen train midi_data --out=models/mine", []),
        ("pip install -q jazzgen", []),
        ("jazzgen generate --loudness 7  # loud", ["--loudness"]),
        ("jazzgen improvise", ["improvise"]),
        ("jazzgen diagnose gradients --cell gru", []),
        ("jazzgen diagnose gradient", ["gradient"]),
        ("cd x && jazzgen train x --outt y && ls --all", ["--outt"]),
        ("jazzgen generate \\\n  --speed 3", ["--speed"]),
    ],
)
def test_the_reading_of_commands_is_right(line, wrong):
    found = jazzgen_commands(f"```bash\n{line}\n```\n")
    assert [flag for command in found for flag in mistakes(command)] == wrong


def test_the_reading_of_markers_is_right():
    assert marked("x", "a\n<!-- x -->\n```bash\nb c\n```\nd\n") == ["b c"]
    assert marked("x", "a\n<!-- x -->\n\n```bash\nb c\n```\n") is None
    assert marked("x", "a\n") is None
