"""The result of `jazzgen prepare`, read from the journal file by file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jazzgen.cli.output import printable, say, show, show_json_lists
from jazzgen.runtime.files import is_folder
from jazzgen.runtime.wording import counted

if TYPE_CHECKING:
    from jazzgen.datasets.journal_records import Record
    from jazzgen.datasets.outcome import Rejected, SummaryOfSolo

__all__ = ["Totals", "names_not_found", "say_problems", "show_report", "why_none"]

Records = Callable[[], Iterable["Record"]]
"""Reads the records again from the first one; a journal may have more than memory holds."""


@dataclass(kw_only=True)
class Totals:
    """The sums over all files.

    Args:
        missing: Names that were asked for and not found so far.
        files: Music files accepted or rejected, and sources that do not exist.
        solos: Solos in the dataset.
        notes: Their notes.
        rejected: Files and solos that were rejected.
        first_reason: The reason why the first was rejected.
    """

    missing: set[str] = field(default_factory=set)
    files: int = 0
    solos: int = 0
    notes: int = 0
    rejected: int = 0
    first_reason: str = ""

    def add(self, record: Record) -> None:
        """Add the record of a file."""
        from jazzgen.datasets.outcome import Rejected
        from jazzgen.datasets.preparation import names_of

        if record.file.kind in ("music", "nothing") and record.outcomes:
            self.files += 1
        for outcome in record.outcomes:
            if isinstance(outcome, Rejected):
                self.rejected += 1
                self.first_reason = self.first_reason or outcome.reason
                self.missing -= {Path(outcome.file).stem, outcome.file.rpartition("#")[2]}
            else:
                self.solos += 1
                self.notes += outcome.notes
                self.missing -= names_of(outcome.file, outcome.source)


def names_not_found(names: Path | None, totals: Totals) -> list[Rejected]:
    """Return a rejection for each name that no solo has, whether read or rejected.

    Args:
        names: The file that the names are from.
        totals: The sums over all files.
    """
    from jazzgen.datasets.outcome import Rejected

    return [
        Rejected(name, f"{names}: {name}: no solo has this name") for name in sorted(totals.missing)
    ]


def why_none(sources: Sequence[str], totals: Totals, missing: Sequence[Rejected]) -> str:
    """Return the message of a command that has found no solo.

    Args:
        sources: The files and folders that were named.
        totals: The sums over all files.
        missing: Names that were asked for and not found.
    """
    reason = totals.first_reason or missing[0].reason
    if totals.files > 1 or any(is_folder(source) for source in sources):
        reason = f"without solos ({counted(totals.files, 'file')}, none usable; {reason})"
    return f"no solo in {', '.join(sources)}: {reason}"


def say_problems(records: Records, missing: Sequence[Rejected]) -> None:
    """Say which files were rejected, and what may be wrong with the solos of others.

    Args:
        records: Reads the records of all files.
        missing: Names that were asked for and not found.
    """
    for rejected in _rejected(records, missing):
        say(printable(f"rejected: {rejected.reason}"))
    for accepted in _accepted(records):
        for warning in accepted.warnings:
            say(printable(f"{accepted.file}: {warning}"))


def show_report(
    out: Path | str,
    totals: Totals,
    records: Records,
    missing: Sequence[Rejected],
    *,
    json: bool,
    shards: Mapping[str, int] | None = None,
) -> None:
    """Print the result: one line of sums, or JSON with all files.

    Args:
        out: The dataset.
        totals: The sums over all files.
        records: Reads the records of all files.
        missing: Names that were asked for and not found.
        json: Whether to print JSON.
        shards: The number of shards and of those that are done, for a dataset in shards.
    """
    if not json:
        rejected = totals.rejected + len(missing)
        show(
            f"{printable(str(out))}: {counted(totals.solos, 'solo')}, "
            f"{counted(totals.notes, 'note')}; {counted(rejected, 'file')} rejected"
        )
        return
    head: dict[str, Any] = {
        "files": totals.files,
        "solos": totals.solos,
        "notes": totals.notes,
        **({"shards": shards} if shards else {}),
    }
    show_json_lists(
        head,
        {
            "accepted": (one.to_json() for one in _accepted(records)),
            "rejected": (vars(one) for one in _rejected(records, missing)),
        },
    )


def _accepted(records: Records) -> Iterator[SummaryOfSolo]:
    from jazzgen.datasets.outcome import SummaryOfSolo

    for record in records():
        for outcome in record.outcomes:
            if isinstance(outcome, SummaryOfSolo):
                yield outcome


def _rejected(records: Records, missing: Sequence[Rejected]) -> Iterator[Rejected]:
    from jazzgen.datasets.outcome import Rejected

    for record in records():
        for outcome in record.outcomes:
            if isinstance(outcome, Rejected):
                yield outcome
    yield from missing
