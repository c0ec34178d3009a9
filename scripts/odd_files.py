"""Odd files, and every option and argument of the command line that takes a file.

The parameters are found in the command line itself, so that a new one is among them. Each is
given each odd file in turn; the command is to refuse it in one line, or to do without it.

    python scripts/odd_files.py          # the parameters, as JSON
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

__all__ = ["ODD", "FileParameter", "arguments_for", "file_parameters", "odd_file", "wrong_with"]

NAMES_FILES = re.compile(r"FILE|DIR|STEM|DATASET|SOLO|SRC|MIDI")
"""Matches the metavars of parameters that take the name of a file."""

CHEAP = {
    "fetch": ["wjazzd", "--url", "file:///nowhere"],
    "train": ["--epochs", "1", "--units", "8"],
    "train --from": ["--epochs", "1"],
    "train --rehearse": ["--epochs", "1", "--from", "small"],
    "train-titles": ["--epochs", "1", "--units", "2"],
    "evaluate": ["--no-model", "--no-listener"],
    "evaluate --model": [],
    "titles": ["--count", "1"],
    "generate": ["--chart", "| C |", "--choruses", "1", "--out", "{out}"],
    "generate --chart": ["--choruses", "1", "--out", "{out}"],
    "generate --out": ["--chart", "| C |", "--choruses", "1"],
    "generate --solo": ["--bars", "1", "--out", "{out}"],
    "render": ["--to", "musicxml", "--out", "{out}"],
    "render --out": ["--to", "musicxml"],
    "render --soundfont": ["--out", "{out}"],
    "charts --out": ["blues"],
    "diagnose gradients": ["--steps", "1"],
}
"""Further arguments by command, or command and option, with which it takes little time."""

SUFFIXES = {"--picture": ".png", "--html": ".html", "--out": ".txt"}
"""The suffix that an option requires, by option; others take any."""


@dataclass(frozen=True)
class FileParameter:
    """An option or an argument that takes a file.

    Args:
        command: The words of its command.
        flag: The option, such as "--out"; nothing for an argument.
        others: The other arguments that the command needs; "{}" stands for a valid file.
    """

    command: tuple[str, ...]
    flag: str
    others: tuple[str, ...]

    def __str__(self) -> str:
        return " ".join((*self.command, self.flag or "FILE"))


def file_parameters() -> list[FileParameter]:
    """Return all parameters of the command line that take a file."""
    import typer

    from jazzgen.cli.main import app

    return list(_of_group(typer.main.get_command(app), ()))


def _of_group(group: Any, words: tuple[str, ...]) -> Iterator[FileParameter]:
    context = group.make_context("jazzgen", [], resilient_parsing=True)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if hasattr(command, "list_commands"):
            yield from _of_group(command, (*words, name))
            continue
        for one in command.params:
            if _takes_file(one):
                needed = [other for other in command.params if other.required and other is not one]
                others = [word for other in needed for word in _good(other)]
                flag = "" if one.param_type_name == "argument" else max(one.opts, key=len)
                yield FileParameter((*words, name), flag, tuple(others))


def _takes_file(parameter: Any) -> bool:
    return parameter.type.name in ("path", "file", "directory") or bool(
        NAMES_FILES.search(parameter.metavar or "")
    )


def _good(parameter: Any) -> list[str]:
    value = "{}" if _takes_file(parameter) else "1"
    if parameter.param_type_name != "argument":
        return [parameter.opts[0], value.replace("{}", "{out}")]
    return [] if hasattr(parameter.type, "choices") else [value]


def arguments_for(parameter: FileParameter, odd: Path, solo: Path, out: Path) -> list[str]:
    """Return the arguments of a command that is given an odd file.

    Args:
        parameter: The parameter that takes the odd file.
        odd: The odd file.
        solo: A valid solo, for the other arguments.
        out: A file to which the command may write.
    """
    command = " ".join(parameter.command)
    cheap = CHEAP.get(f"{command} {parameter.flag}", CHEAP.get(command, []))
    given = [parameter.flag, str(odd)] if parameter.flag else [str(odd)]
    words = (*parameter.command, *cheap, *parameter.others, *given)
    return [word.replace("{out}", str(out)).replace("{}", str(solo)) for word in words]


def wrong_with(code: int, err: str) -> str:
    """Return what is wrong with the end of a command; "" if it refused in one line, or ran.

    Args:
        code: Its exit code.
        err: What it printed to standard error.
    """
    if "Traceback" in err or "internal error" in err or "Warning" in err:
        return f"exit code {code}: {err.rstrip().rpartition(chr(10))[2]}"
    if code not in (0, 2):
        return f"exit code {code}"
    complaints = [line for line in err.splitlines() if line.startswith("jazzgen: ")]
    return f"{len(complaints)} lines say why" if code == 2 and len(complaints) != 1 else ""


def _pipe(path: Path) -> None:
    os.mkfifo(path)


def _endless(path: Path) -> None:
    path.symlink_to("/dev/zero")


def _unreadable(path: Path) -> None:
    path.write_bytes(b"secret")
    path.chmod(0)


def _closed(path: Path) -> None:
    path.mkdir()
    path.chmod(0)


def _loop(path: Path) -> None:
    path.symlink_to(path.name)


def _huge(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(2**40)  # it takes no room on the disk


ODD: dict[str, Callable[[Path], None]] = {
    "pipe": _pipe,
    "endless": _endless,
    "folder": Path.mkdir,
    "unreadable": _unreadable,
    "closed": _closed,
    "loop": _loop,
    "long": lambda _: None,
    "longer": lambda _: None,
    "empty": Path.touch,
    "huge": _huge,
}
"""The functions that make odd files, by kind."""

LENGTHS = {"long": 255, "longer": 256}
"""The length in bytes of names that are odd for their length alone, by kind."""


def odd_file(kind: str, folder: Path, parameter: FileParameter) -> Path:
    """Make an odd file, and return it.

    Args:
        kind: One of `ODD`.
        folder: The folder in which it is made.
        parameter: The parameter that takes it.
    """
    suffix = SUFFIXES.get(parameter.flag, "")
    name = kind.ljust(LENGTHS.get(kind, 0) - len(suffix), "n") + suffix
    ODD[kind](folder / name)
    return folder / name / "file" if kind == "closed" else folder / name


if __name__ == "__main__":
    print(json.dumps([asdict(one) for one in file_parameters()]))
