"""Near-duplicates: solos that play the same notes, in any key, whatever they are called.

A solo's sketch is the least of the hashes of its runs of intervals; two solos that share
half of their sketches share about as much of their runs (Broder, "On the Resemblance and
Containment of Documents", 1997). Sketches are small, so that any number of solos can be held
against each other while they are read one by one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from hashlib import blake2b

import numpy as np

from jazzgen.music.solo import Solo

__all__ = ["sketch", "together"]

RUN = 12
"""Intervals in a run: more than players share in licks."""
SIZE = 24
ALIKE = 0.5
OFTEN = 16
"""Solos that a run is remembered for."""


def sketch(solo: Solo) -> tuple[int, ...]:
    """Return the `SIZE` least hashes of a solo's runs of intervals; nothing for a short one.

    What has fewer runs, such as a scale, may well be played twice.
    """
    intervals = np.diff([note.pitch for note in solo.notes]).astype(np.int8).tobytes()
    runs = {intervals[start : start + RUN] for start in range(len(intervals) - RUN + 1)}
    if len(runs) < SIZE:
        return ()
    return tuple(
        sorted(int.from_bytes(blake2b(run, digest_size=6).digest()) for run in runs)[:SIZE]
    )


def together(solos: Iterable[Solo], tunes: Sequence[str]) -> list[str]:
    """Return a tune for each solo, the same one for tunes that have a solo in common.

    Args:
        solos: The solos; each is looked at once.
        tunes: What each is over.
    """
    known: dict[int, list[int]] = {}
    same: dict[str, str] = {}
    for number, solo in enumerate(solos):
        own = sketch(solo)
        shared = Counter(other for run in own for other in known.get(run, ()))
        for other, count in shared.items():
            if count > ALIKE * SIZE:
                _join(same, tunes[number], tunes[other])
        for run in own:
            if len(where := known.setdefault(run, [])) < OFTEN:
                where.append(number)
    return [_first(same, tune) for tune in tunes]


def _join(same: dict[str, str], one: str, other: str) -> None:
    one, other = sorted((_first(same, one), _first(same, other)))
    if one != other:
        same[other] = one


def _first(same: dict[str, str], tune: str) -> str:
    """Return the tune that stands for one and all that are the same."""
    while tune in same:
        tune = same[tune]
    return tune
