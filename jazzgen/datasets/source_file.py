"""A file to read solos from, in its present state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Kind", "SourceFile"]

Kind = Literal["music", "collection", "nothing"]


@dataclass(frozen=True)
class SourceFile:
    """A file to read, in its present state.

    Args:
        path: The path or the address, as messages show it.
        kind: "music" for a file that the pool reads, "collection" for a file of many solos,
            such as a dataset, and "nothing" for a source without anything to read.
        size: The size in bytes of the file and of the chart beside it, if there is one.
        changed: The time when either was changed last, in nanoseconds since 1970; behind an
            address another number that changes with them.
        problem: For "nothing" the reason: one line that names the source.
        beside: Behind an address the endings of the files beside it that may be its chart.
    """

    path: str
    kind: Kind
    size: int = 0
    changed: int = 0
    problem: str = ""
    beside: tuple[str, ...] = ()
