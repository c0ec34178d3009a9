"""One BLAS thread for small matrices.

A step of a recurrent cell multiplies small matrices. More threads make it no faster on an idle
machine, and on a busy one they wait for each other and for whatever else runs there, such as a
DAW.

With another number of threads sums are rounded in another order, so a solo may, seldom, differ.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

__all__ = ["one_blas_thread", "start_with_one_blas_thread"]

VARIABLES = (
    "OPENBLAS_NUM_THREADS",
    "GOTO_NUM_THREADS",
    "MKL_NUM_THREADS",
    "BLIS_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "OMP_NUM_THREADS",
)
"""Environment variables by which users choose the threads of a BLAS library."""

OURS = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
"""Those that NumPy's BLAS reads; `OMP_NUM_THREADS` would take threads from TensorFlow too."""


def start_with_one_blas_thread() -> None:
    """Let NumPy start with one BLAS thread, where it is not loaded yet and the user has no say.

    For the command line: it costs nothing, while `one_blas_thread` has to look for libraries.
    """
    if "numpy" in sys.modules or any(name in os.environ for name in VARIABLES):
        return
    os.environ.update(dict.fromkeys(OURS, "1"))


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Run with one BLAS thread, unless the user has set the number of threads.

    Works where NumPy is loaded already, as in a notebook; afterwards the number of threads is
    what it was. Networks of Keras have threads of their own and are not touched.
    """
    if any(name in os.environ for name in VARIABLES):  # the user's choice, or ours at the start
        yield
        return
    with _controller().limit(limits=1, user_api="blas"):
        yield


@lru_cache(maxsize=1)
def _controller() -> Any:
    """The BLAS libraries of this process; NumPy has been loaded when this is asked for."""
    import numpy as np  # noqa: F401 - what is not loaded cannot be found
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()
