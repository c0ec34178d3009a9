"""Memorisation: what generated solos have copied from the training solos.

Conventions: as in `sharing`, but solos over the same tune count too: a model is most likely to
recall a line over the tune that it has learned it from. Bars are numbered from 1 in the unfolded
chart. Human solos share runs of a dozen intervals with solos over other tunes (the metrics
`interval_run` and `rhythm_run`); far longer ones are copies.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from jazzgen.errors import DatasetError
from jazzgen.evaluation.positions import mean
from jazzgen.evaluation.sharing import KINDS, NGRAMS, Match, match_solos
from jazzgen.music.solo import Solo

__all__ = ["CopiedRun", "CopiedRuns", "evaluate", "validate"]


@dataclass(frozen=True, kw_only=True)
class CopiedRun:
    """The longest run of a solo that a training solo has too.

    Args:
        solo: Name of the solo.
        title: Title of its tune.
        steps: Length of the run in intervals; 0 if nothing is shared.
        bar: Bar of the solo in which the run begins, from 1; None if nothing is shared, as
            is all that follows.
        source: Name of the training solo.
        source_title: Title of its tune.
        source_performer: Its performer.
        source_bar: Bar of the training solo in which the run begins.
    """

    solo: str
    title: str
    steps: int
    bar: int | None = None
    source: str | None = None
    source_title: str | None = None
    source_performer: str | None = None
    source_bar: int | None = None


@dataclass(frozen=True, kw_only=True)
class CopiedRuns:
    """What solos share with the training solos, in one kind of steps.

    Args:
        longest: The longest run of all; None without solos.
        shares: For each n the mean share of n-grams that a training solo has too.
        solos: The longest run of each solo.
    """

    longest: CopiedRun | None
    shares: dict[int, float]
    solos: list[CopiedRun]

    def to_json(self) -> dict[str, Any]:
        """Return it as `jazzgen evaluate --json` prints it."""
        return asdict(self)


def validate(training: Sequence[Solo]) -> None:
    """Check that there is something to compare with.

    Raises:
        DatasetError: No training solo has two notes.
    """
    if not any(len(solo.notes) >= 2 for solo in training):
        raise DatasetError("memorisation: expected a training solo of at least two notes")


def evaluate(solos: Sequence[Solo], training: Sequence[Solo]) -> dict[str, CopiedRuns]:
    """Find, for each solo, the longest run that a training solo has too.

    Args:
        solos: The solos that may have copied.
        training: The solos that they may have copied from.

    Returns:
        What they share in each of `sharing.KINDS`: `interval`, and `rhythm` (intervals with
        their rhythm).

    Raises:
        DatasetError: No training solo has two notes.
    """
    validate(training)
    return {kind: _evaluate(solos, training, kind) for kind in KINDS}


def _evaluate(solos: Sequence[Solo], training: Sequence[Solo], kind: str) -> CopiedRuns:
    found = match_solos(solos, training, kind, own_tune=True)
    runs = [_run(solo, one, training) for solo, one in zip(solos, found, strict=True)]
    return CopiedRuns(
        longest=max(runs, key=lambda run: run.steps, default=None),
        shares={n: mean(one.shares[n] for one in found if n in one.shares) for n in NGRAMS},
        solos=runs,
    )


def _run(solo: Solo, found: Match, training: Sequence[Solo]) -> CopiedRun:
    if not found.length:
        return CopiedRun(solo=solo.name, title=solo.title, steps=0)
    source = training[found.source]
    return CopiedRun(
        solo=solo.name,
        title=solo.title,
        steps=found.length,
        bar=_bar(solo, found.start),
        source=source.name,
        source_title=source.title,
        source_performer=source.performer,
        source_bar=_bar(source, found.source_start),
    )


def _bar(solo: Solo, note: int) -> int:
    """The number, from 1, of the bar in which a note begins."""
    return solo.chart.bar_at(solo.notes[note].onset) + 1
