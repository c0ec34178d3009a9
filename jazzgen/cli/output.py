"""What commands say, and where."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sized
from typing import Any

import typer

from jazzgen.errors import InputError, OutputError
from jazzgen.nn.keras_engine.threads import share_cores
from jazzgen.runtime.interrupts import Interrupted

__all__ = [
    "naming",
    "printable",
    "quiet_import",
    "say",
    "saying_what_is_written",
    "show",
    "show_json",
    "show_json_lists",
    "show_pieces",
]


def say(message: str) -> None:
    """Print a message to standard error."""
    typer.echo(message, err=True)


def printable(text: str) -> str:
    """Return a text as one line that cannot move the cursor, whatever names are in it."""
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode()
        for letter in text
    )


def show(line: str) -> None:
    """Print a line of the result to standard output, if anybody still reads it.

    Raises:
        OutputError: It cannot be written: the disk is full, for example.
    """
    show_pieces([line])


def show_pieces(pieces: Iterable[str]) -> None:
    """Print a long line of the result piece by piece (see `show`)."""
    try:
        for piece in pieces:
            # What UTF-8 cannot hold, as in the names of old files, is escaped.
            sys.stdout.write(piece.encode("utf-8", "backslashreplace").decode())
        sys.stdout.write("\n")
        sys.stdout.flush()
    except BrokenPipeError:
        _drop_output()
    except OSError as error:
        _drop_output()
        raise OutputError(f"standard output: {error.strerror or error}") from error


def show_json(result: Any) -> None:
    """Print a result to standard output as JSON (see `show`)."""
    show(json.dumps(result, ensure_ascii=False))


def show_json_lists(head: dict[str, Any], lists: Mapping[str, Iterable[Any]]) -> None:
    """Print JSON with lists that may be longer than memory (see `show_json`).

    Args:
        head: What the result begins with: one value at least.
        lists: The lists that follow, by name.
    """
    show_pieces(_pieces(head, lists))


def _pieces(head: dict[str, Any], lists: Mapping[str, Iterable[Any]]) -> Iterator[str]:
    yield json.dumps(head, ensure_ascii=False)[:-1]
    for name, items in lists.items():
        yield f", {json.dumps(name)}: ["
        for number, item in enumerate(items):
            yield (", " if number else "") + json.dumps(item, ensure_ascii=False)
        yield "]"
    yield "}"


def _drop_output() -> None:
    """Send what is left of standard output nowhere, so that Python can end in peace."""
    with open(os.devnull, "wb") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())


@contextlib.contextmanager
def naming(option: str) -> Iterator[None]:
    """Put the option's name before what is wrong with its value.

    Raises:
        InputError: Whatever the block raises, of the same class.
    """
    try:
        yield
    except InputError as error:
        raise type(error)(f"{option}: {error}") from error


@contextlib.contextmanager
def saying_what_is_written(written: Sized, planned: int) -> Iterator[None]:
    """Let an interrupt say how many files the command has written before it, each of them whole.

    Args:
        written: What was written so far; it grows in the block.
        planned: How many there are to be.
    """
    try:
        yield
    except Interrupted as stop:
        if written:
            stop.add_note(f"{len(written)} of {planned} files are written")
        raise


@contextlib.contextmanager
def quiet_import() -> Iterator[None]:
    """Let TensorFlow load well: its cores shared out, and without a word.

    Its libraries write to the file descriptor of standard error itself, before any
    setting can stop them. Python's own exceptions still come through.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    share_cores()
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
        # Solos of many lengths are traced anew; nobody need be warned of that.
        logging.getLogger("tensorflow").setLevel(logging.ERROR)
