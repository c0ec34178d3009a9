"""Limiting BLAS, the library that multiplies NumPy's matrices, to one thread.

A step of a recurrent cell multiplies small matrices. More threads don't make it faster on an
idle machine, and on a busy one they wait for each other and for other programs, such as a DAW.

The number of threads also decides the order in which products are summed, and so the rounding:
in rare cases a solo differs from the one that another number of threads gives.
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
"""Environment variables with which users set the number of threads of a BLAS library."""

SET_AT_START = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
"""The variables that `start_with_one_blas_thread` sets: those of the libraries that NumPy uses.

`OMP_NUM_THREADS` is not among them because it would limit TensorFlow too.
"""


def start_with_one_blas_thread() -> None:
    """Let NumPy start with one BLAS thread, unless the user has set the number of threads.

    Has no effect once NumPy is loaded. The command line uses it because it takes no time, while
    `one_blas_thread` searches the process for libraries.
    """
    # BLAS reads the variables once, when it is loaded.
    if "numpy" in sys.modules or any(name in os.environ for name in VARIABLES):
        return
    os.environ.update(dict.fromkeys(SET_AT_START, "1"))


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Run the block with one BLAS thread, unless the user has set the number of threads.

    Works after NumPy has been loaded, as in a notebook, and restores the number of threads
    afterwards. Keras has threads of its own, which stay as they are.
    """
    if any(name in os.environ for name in VARIABLES):  # set by the user, or by us at the start
        yield
        return
    with _controller().limit(limits=1, user_api="blas"):
        yield


@lru_cache(maxsize=1)
def _controller() -> Any:
    """Return the controller of this process's BLAS libraries, which takes long to make."""
    import numpy as np  # noqa: F401 - the controller finds loaded libraries only
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()
