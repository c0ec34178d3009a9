"""How many processor cores there are to use."""

from __future__ import annotations

import os

__all__ = ["usable_cores"]


def usable_cores(most: int = 8) -> int:
    """Return the number of processor cores that this process may use, at most `most`."""
    if hasattr(os, "sched_getaffinity"):
        return min(len(os.sched_getaffinity(0)), most)
    return min(os.cpu_count() or 1, most)
