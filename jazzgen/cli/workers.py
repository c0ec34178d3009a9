"""The processes of `jazzgen train --workers auto`: how they join, and how they leave."""

from __future__ import annotations

import atexit
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from jazzgen.errors import ConfigError, JazzgenError
from jazzgen.runtime.interrupts import Interrupted

if TYPE_CHECKING:
    from jazzgen.training.workers import Workers

__all__ = ["choose_backend", "joined"]


def choose_backend() -> None:
    """Let Keras run on JAX, as several processes need; before Keras is loaded.

    Raises:
        ConfigError: Another backend was asked for.
        MissingPackageError: JAX is not installed.
    """
    from jazzgen.runtime.extras import require

    backend = os.environ.setdefault("KERAS_BACKEND", "jax")
    if backend != "jax":
        raise ConfigError(f"--workers needs KERAS_BACKEND=jax, not {backend}")
    require("--workers needs", "jax")


@contextmanager
def joined(wanted: bool) -> Iterator[Workers]:
    """Join the other processes of a run for a block, and return all of them.

    Args:
        wanted: Whether there are any; if not, this process is alone.

    Raises:
        ConfigError: Nothing tells where the processes are.
        WorkerError: They do not find each other.
    """
    from jazzgen.training.workers import Workers

    if not wanted:
        yield Workers()
        return
    from jazzgen.training.jax_workers import join

    try:
        yield join()
    except BaseException as error:
        # JAX waits at the end for the processes that are still at work, and they for this one.
        atexit.register(_leave, _code(error))
        raise


def _code(error: BaseException) -> int:
    """The exit code after an error, as `cli.main.run` gives it."""
    if isinstance(error, Interrupted):
        return error.code
    return 2 if isinstance(error, JazzgenError) else 1


def _leave(code: int) -> None:
    """End the process without waiting for anything."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
