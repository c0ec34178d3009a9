"""What commands say, and where."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Iterator
from typing import Any

import typer

__all__ = ["quiet_import", "say", "show", "show_json"]


def say(message: str) -> None:
    """Print a message to standard error."""
    typer.echo(message, err=True)


def show(line: str) -> None:
    """Print a line of the result to standard output."""
    typer.echo(line)


def show_json(result: Any) -> None:
    """Print a result to standard output as JSON."""
    typer.echo(json.dumps(result, ensure_ascii=False))


@contextlib.contextmanager
def quiet_import() -> Iterator[None]:
    """Silence what TensorFlow's libraries write to standard error while they load.

    They write to the file descriptor itself, before any setting can stop them.
    Python's own exceptions still come through.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    sys.stderr.flush()
    try:
        saved = os.dup(2)
    except OSError:  # no standard error at all
        yield
        return
    try:
        with open(os.devnull, "wb") as nowhere:
            os.dup2(nowhere.fileno(), 2)
        yield
    finally:
        os.dup2(saved, 2)
        os.close(saved)
