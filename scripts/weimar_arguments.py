"""Command-line arguments of the scripts that learn from the Weimar Jazz Database."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

from jazzgen.errors import JazzgenError
from jazzgen.io.wjazzd.names import read_names

__all__ = ["TrainingArguments", "names_of_solos", "parse_training_arguments"]


@dataclass(frozen=True, kw_only=True)
class TrainingArguments:
    """What a script learns from, and where it writes.

    Args:
        database: The database.
        names: The names of the solos to train on.
        valid: The names of the solos to measure the result on.
        out: The file of weights to write.
    """

    database: Path
    names: frozenset[str]
    valid: frozenset[str]
    out: Path


def names_of_solos(path: str) -> frozenset[str]:
    """Read a list of names, as the value of an argument.

    Raises:
        argparse.ArgumentTypeError: The file cannot be read.
    """
    try:
        return read_names(Path(path))
    except JazzgenError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def parse_training_arguments(
    about: str | None, out: Path, arguments: list[str] | None = None
) -> TrainingArguments:
    """Parse the arguments of a script that trains; wrong ones end the script with exit code 2.

    Args:
        about: The script's docstring; its first line is shown in the help.
        out: The file to write by default.
        arguments: The arguments; by default those of the command line.
    """
    parser = argparse.ArgumentParser(description=(about or "").partition("\n")[0])
    parser.add_argument("database", type=Path, help="wjazzd.db")
    for name, purpose in (("--names", "train on"), ("--valid", "measure the result on")):
        parser.add_argument(
            name,
            type=names_of_solos,
            required=True,
            metavar="FILE",
            help=f"a text file with the names of the solos to {purpose}, one per line",
        )
    parser.add_argument("--out", type=Path, default=out, help="the file of weights to write")
    return TrainingArguments(**vars(parser.parse_args(arguments)))
