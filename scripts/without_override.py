"""Make the modes of files hold for root too, so that tests can run as root."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["without_override"]

VERSION_3 = 0x20080522
OVERRIDE = 1 << 1 | 1 << 2  # CAP_DAC_OVERRIDE and CAP_DAC_READ_SEARCH


@contextmanager
def without_override() -> Iterator[None]:
    """In a block, take root's right to read and write every file, whatever its mode.

    Child processes have it again. On systems without capabilities nothing changes.
    """
    if sys.platform != "linux" or os.geteuid():
        yield
        return
    libc = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(VERSION_3, 0)
    rights = (ctypes.c_uint32 * 6)()  # effective, permitted, inheritable; twice
    if libc.capget(header, rights):
        raise OSError(ctypes.get_errno(), "capget")
    before = rights[0]
    rights[0] &= ~OVERRIDE
    _set(libc, header, rights)
    try:
        yield
    finally:
        rights[0] = before
        _set(libc, header, rights)


def _set(libc: ctypes.CDLL, header: object, rights: object) -> None:
    if libc.capset(header, rights):
        raise OSError(ctypes.get_errno(), "capset")
