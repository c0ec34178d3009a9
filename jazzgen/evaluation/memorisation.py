"""Memorisation: what generated solos have taken whole from the training solos.

Conventions: as in `sharing`, but solos over the same tune count too: a line that was
learnt by heart is best remembered over its own tune. Bars are numbered from 1 in the
unfolded chart. Human solos share runs of a dozen intervals with solos over other tunes
(the rows `interval_run` and `rhythm_run`); far longer ones are copies.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from jazzgen.errors import DatasetError
from jazzgen.evaluation.positions import mean
from jazzgen.evaluation.sharing import KINDS, NGRAMS, Match, match_solos
from jazzgen.music.solo import Solo

__all__ = ["evaluate", "validate"]


def validate(training: Sequence[Solo]) -> None:
    """Check that there is something to compare with.

    Raises:
        DatasetError: No training solo has two notes.
    """
    if not any(len(solo.notes) >= 2 for solo in training):
        raise DatasetError("memorisation: expected a training solo of two notes or more")


def evaluate(solos: Sequence[Solo], training: Sequence[Solo]) -> dict[str, Any]:
    """Find, for each solo, the longest run that a training solo has too.

    Returns:
        For `interval` and `rhythm` (intervals with their rhythm): `longest`, the longest
        of all (None without solos); `solos`, one for each solo, of `solo`, `steps`,
        `bar`, `source`, `source_title`, `source_performer`, `source_bar`; and `shares`,
        the mean share of n-grams by n.

    Raises:
        DatasetError: No training solo has two notes.
    """
    validate(training)
    return {kind: _evaluate(solos, training, kind) for kind in KINDS}


def _evaluate(solos: Sequence[Solo], training: Sequence[Solo], kind: str) -> dict[str, Any]:
    found = match_solos(solos, training, kind, own_tune=True)
    rows = [_row(solo, one, training) for solo, one in zip(solos, found, strict=True)]
    return {
        "longest": max(rows, key=lambda row: row["steps"], default=None),
        "shares": {n: mean(one.shares[n] for one in found if n in one.shares) for n in NGRAMS},
        "solos": rows,
    }


def _row(solo: Solo, found: Match, training: Sequence[Solo]) -> dict[str, Any]:
    row: dict[str, Any] = {"solo": solo.name, "title": solo.title, "steps": found.length}
    if not found.length:
        return row | dict.fromkeys(
            ("bar", "source", "source_title", "source_performer", "source_bar")
        )
    source = training[found.source]
    return row | {
        "bar": _bar(solo, found.place),
        "source": source.name,
        "source_title": source.title,
        "source_performer": source.performer,
        "source_bar": _bar(source, found.source_place),
    }


def _bar(solo: Solo, note: int) -> int:
    return solo.chart.bar_at(solo.notes[note].onset) + 1
