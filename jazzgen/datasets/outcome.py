"""Outcomes of reading files: solos that were accepted, files that were rejected."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from jazzgen.music.solo import Solo
from jazzgen.runtime.pool import Rejected

__all__ = ["Accepted", "Decision", "Outcome", "Rejected", "Summary", "SummaryOfSolo"]

Decision = str | int | float


@dataclass(frozen=True)
class Accepted:
    """A solo that was read.

    Args:
        file: The file; in a database `FILE#NAME`.
        solo: The solo.
        decisions: What the reader decided where the file left a choice, by name.
        warnings: What may be wrong with the solo: lines that do not name the file.
    """

    file: str
    solo: Solo
    decisions: Mapping[str, Decision] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


Outcome = Accepted | Rejected


@dataclass(frozen=True, kw_only=True)
class SummaryOfSolo:
    """What a journal and a report say of a solo that is in the dataset.

    Args:
        file: The file that it was read from; in a database `FILE#NAME`.
        notes: The number of its notes.
        title: Its title.
        bars: The number of its bars.
        decisions: What the reader decided, by name.
        warnings: What may be wrong with it.
        source: The source that the solo itself names.
    """

    file: str
    notes: int
    title: str
    bars: int
    decisions: Mapping[str, Decision]
    warnings: tuple[str, ...]
    source: str

    @classmethod
    def of(cls, outcome: Accepted, solo: Solo) -> SummaryOfSolo:
        """Return the summary of a solo.

        Args:
            outcome: How it was read.
            solo: The solo as it is in the dataset.
        """
        return cls(
            file=outcome.file,
            notes=len(solo.notes),
            title=solo.title,
            bars=len(solo.chart.bars),
            decisions=dict(outcome.decisions),
            warnings=outcome.warnings,
            source=solo.source,
        )

    def to_json(self) -> dict[str, Any]:
        """Return the row of a report; the source is not in it."""
        return {
            "file": self.file,
            "notes": self.notes,
            "title": self.title,
            "bars": self.bars,
            **self.decisions,
            "warnings": list(self.warnings),
        }

    @classmethod
    def from_json(cls, row: Mapping[str, Any], source: str) -> SummaryOfSolo:
        """Return the summary that `to_json` turned into a row.

        Args:
            row: The row.
            source: The source that the solo itself names.

        Raises:
            KeyError: Something is missing from the row.
        """
        decisions = dict(row)
        known = {name: decisions.pop(name) for name in ("file", "notes", "title", "bars")}
        warnings = tuple(decisions.pop("warnings"))
        return cls(**known, decisions=decisions, warnings=warnings, source=source)


Summary = SummaryOfSolo | Rejected
