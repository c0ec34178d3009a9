"""What became of a file that solos were read from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from jazzgen.music.solo import Solo
from jazzgen.runtime.pool import Rejected

__all__ = ["Accepted", "Decision", "Outcome", "Rejected"]

Decision = str | int | float


@dataclass(frozen=True)
class Accepted:
    """A solo that was read.

    Args:
        file: The file; of a database `FILE#NAME`.
        solo: The solo.
        decisions: What the reader chose where the file left a choice, by name.
        warnings: What may be wrong with the solo, a line each that does not name the file.
    """

    file: str
    solo: Solo
    decisions: Mapping[str, Decision] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


Outcome = Accepted | Rejected
