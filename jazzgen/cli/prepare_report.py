"""What `jazzgen prepare` says in the end, read from the journal file by file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jazzgen.cli.output import printable, say, show, show_json_lists

if TYPE_CHECKING:
    from jazzgen.datasets.journal_records import Record
    from jazzgen.datasets.outcome import Outcome
    from jazzgen.music.solo import Solo

__all__ = ["Totals", "names_of", "row_of", "say_problems", "show_report"]

Records = Callable[[], Iterable["Record"]]


@dataclass
class Totals:
    """The sums over all files.

    Args:
        missing: Names that were asked for; those that were found go.
        files: Files of music accepted or rejected, and sources that are not there.
        solos: Solos in the dataset.
        notes: Their notes.
        rejected: Files, solos and names rejected.
        first: The first reason.
    """

    missing: set[str] = field(default_factory=set)
    files: int = 0
    solos: int = 0
    notes: int = 0
    rejected: int = 0
    first: str = ""

    def add(self, record: Record) -> None:
        """Count a file in."""
        if record.file.kind in ("music", "nothing") and record.outcomes:
            self.files += 1
        for row in record.outcomes:
            if accepted := row.get("accepted"):
                self.solos += 1
                self.notes += accepted["notes"]
                self.missing -= names_of(accepted["file"], row["source"])
            else:
                file = row["rejected"]["file"]
                self.rejected += 1
                self.first = self.first or row["rejected"]["reason"]
                self.missing -= {Path(file).stem, file.rpartition("#")[2]}


def names_of(file: str, source: str) -> set[str]:
    """Return the names by which a solo can be asked for."""
    return {Path(file).stem, Path(source).stem, source}


def row_of(outcome: Outcome, solo: Solo | None) -> dict[str, Any]:
    """Return an outcome as the journal keeps it.

    Args:
        outcome: The outcome.
        solo: Its solo as it stands in the dataset; none where it is rejected.
    """
    from jazzgen.datasets.outcome import Rejected

    if isinstance(outcome, Rejected) or solo is None:
        return {"rejected": vars(outcome)}
    accepted = {
        "file": outcome.file, "notes": len(solo.notes), "title": solo.title,
        "bars": len(solo.chart.bars), **outcome.decisions, "warnings": list(outcome.warnings),
    }  # fmt: skip
    return {"accepted": accepted, "source": solo.source}


def say_problems(records: Records, missing: list[dict[str, str]]) -> None:
    """Say which files were rejected, and what may be wrong with the others."""
    for one in _rejected(records, missing):
        say(printable(f"rejected: {one['reason']}"))
    for one in _accepted(records):
        for warning in one["warnings"]:
            say(printable(f"{one['file']}: {warning}"))


def show_report(
    out: Path, totals: Totals, records: Records, missing: list[dict[str, str]], json: bool
) -> None:
    """Print the result: sums for people, or all files as JSON."""
    rejected = totals.rejected + len(missing)
    if not json:
        text = f"{totals.solos:,} solos, {totals.notes:,} notes; {rejected:,} files rejected"
        show(f"{printable(str(out))}: {text}")
        return
    head = {"files": totals.files, "solos": totals.solos, "notes": totals.notes}
    lists = {"accepted": _accepted(records), "rejected": _rejected(records, missing)}
    show_json_lists(head, lists)


def _accepted(records: Records) -> Iterator[dict[str, Any]]:
    for record in records():
        for row in record.outcomes:
            if "accepted" in row:
                yield row["accepted"]


def _rejected(records: Records, missing: list[dict[str, str]]) -> Iterator[dict[str, str]]:
    for record in records():
        for row in record.outcomes:
            if "rejected" in row:
                yield row["rejected"]
    yield from missing
