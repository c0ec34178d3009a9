"""Writing to the terminal: results to standard output, messages to standard error."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sized
from typing import Any

import typer

from jazzgen.errors import InputError, OutputError
from jazzgen.nn.keras_engine.threads import share_cores
from jazzgen.runtime.interrupts import Interrupted
from jazzgen.runtime.wording import counted

__all__ = [
    "drop_output",
    "is_flushed",
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
    """Print a message to standard error; where that cannot be written, nobody is told."""
    with contextlib.suppress(OSError):
        typer.echo(message, err=True)


def printable(text: str) -> str:
    """Return a text on one line, with control characters escaped: names of files may hold any."""
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode()
        for letter in text
    )


def show(line: str) -> None:
    """Print a line of the result to standard output; a closed pipe is no error.

    Raises:
        OutputError: The line cannot be written, for example because the disk is full.
    """
    show_pieces([line])


def show_pieces(pieces: Iterable[str]) -> None:
    """Print a long line of the result piece by piece (see `show`)."""
    if sys.stdout is None:  # it was closed before the program began: nobody wants to read
        return
    try:
        for piece in pieces:
            # Old file names can hold bytes that are not UTF-8; these are escaped.
            sys.stdout.write(piece.encode("utf-8", "backslashreplace").decode())
        sys.stdout.write("\n")
        sys.stdout.flush()
    except BrokenPipeError:
        drop_output()
    except OSError as error:
        drop_output()
        raise OutputError(f"standard output: {error.strerror or error}") from error


def show_json(result: Any) -> None:
    """Print a result to standard output as JSON (see `show`)."""
    show(_json(result))


def show_json_lists(head: dict[str, Any], lists: Mapping[str, Iterable[Any]]) -> None:
    """Print a JSON object whose lists may be larger than memory (see `show_json`).

    Args:
        head: The first entries of the object, at least one.
        lists: The lists that follow, by name; each is read once.
    """
    show_pieces(_pieces(head, lists))


def _json(value: Any) -> str:
    """Return a value as JSON, with letters escaped that standard output may not have."""
    return json.dumps(value, ensure_ascii=not _is_unicode())


def _is_unicode() -> bool:
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    return encoding.lower().replace("-", "").startswith("utf")


def _pieces(head: dict[str, Any], lists: Mapping[str, Iterable[Any]]) -> Iterator[str]:
    yield _json(head)[:-1]
    for name, items in lists.items():
        yield f", {json.dumps(name)}: ["
        for number, item in enumerate(items):
            yield (", " if number else "") + _json(item)
        yield "]"
    yield "}"


def drop_output() -> None:
    """Discard the rest of standard output, which Python would fail to flush at its exit."""
    with open(os.devnull, "wb") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())


def is_flushed() -> bool:
    """Return whether all of the result has been written; Python says so if it cannot be.

    Nobody could be told that a message cannot be written, and the exit code stays what it was.
    """
    broken = (AttributeError, OSError, ValueError)  # a stream is missing, full or closed
    with contextlib.suppress(*broken):
        sys.stderr.flush()
    try:
        sys.stdout.flush()
    except broken:
        return False
    return True


@contextlib.contextmanager
def naming(option: str) -> Iterator[None]:
    """Put the name of an option before the error messages of a block.

    Args:
        option: The option as it is typed, such as "--key".

    Raises:
        InputError: The error of the block, of the same class, with the longer message.
    """
    try:
        yield
    except InputError as error:
        raise type(error)(f"{option}: {error}") from error


@contextlib.contextmanager
def saying_what_is_written(written: Sized, planned: int) -> Iterator[None]:
    """Add to the message of an interrupt how many complete files the command has written.

    Args:
        written: The files written so far; it grows within the block.
        planned: The number of files to write.
    """
    try:
        yield
    except Interrupted as stop:
        if written:
            stop.add_note(f"{len(written)} of {counted(planned, 'file')} written")
        raise


@contextlib.contextmanager
def quiet_import() -> Iterator[None]:
    """Import TensorFlow in a block without its messages, and with the cores shared out.

    Its libraries write directly to the file descriptor of standard error, before any setting
    can stop them. Python's own exceptions still come through.
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
        import logging  # which is not there yet where no TensorFlow is

        # TensorFlow warns of retracing, but solos of many lengths need it.
        logging.getLogger("tensorflow").setLevel(logging.ERROR)
