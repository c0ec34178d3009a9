"""How often Python looks for garbage among its objects.

Loading a command, and playing solos, make many objects and hardly any garbage.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["collect_seldom", "collecting_seldom"]

NEW_OBJECTS = 200_000
"""How many more objects there are before Python looks for garbage again."""


def collect_seldom() -> None:
    """Let this process look for garbage less often from now on."""
    gc.set_threshold(NEW_OBJECTS)


@contextmanager
def collecting_seldom() -> Iterator[None]:
    """Let this process, and copies that it makes, look for garbage less often in the block.

    To look through all objects would also write to each, so that a copy's memory were copied too.
    """
    before = gc.get_threshold()
    if before[0]:  # not switched off
        gc.set_threshold(max(before[0], NEW_OBJECTS), *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
