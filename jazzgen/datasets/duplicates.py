"""Near-duplicates: solos of the same notes, in any key and under any title.

The sketch of a solo is the set of the smallest hashes of its interval n-grams. The share of
their sketches that two solos have in common estimates the share of their n-grams (Broder, "On
the Resemblance and Containment of Documents", 1997). The sketches of all solos are divided by
their hashes and compared bucket by bucket, so any number of solos takes the same memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from jazzgen.music.solo import Solo
from jazzgen.runtime.buckets import MEMORY, Buckets

__all__ = ["merge_tunes", "sketch"]

NGRAM = 12
"""Intervals in an n-gram: more than a lick has that players share."""
HASH_BITS = 48
SIZE = 24
"""Hashes in a sketch."""
ALIKE = 0.5
"""The share of their sketches that near-duplicates have in common, at least."""
SOLOS_PER_HASH = 16
"""Solos with one hash that others are compared with, at most, so that a common one costs little."""


def sketch(solo: Solo) -> tuple[int, ...]:
    """Return the `SIZE` smallest hashes of a solo's interval n-grams, in order.

    A solo with fewer different n-grams has none: something so simple, such as a scale, may well
    be played twice.
    """
    intervals = np.diff([note.pitch for note in solo.notes]).astype(np.int8).tobytes()
    ngrams = {intervals[start : start + NGRAM] for start in range(len(intervals) - NGRAM + 1)}
    if len(ngrams) < SIZE:
        return ()
    hashes = (
        int.from_bytes(blake2b(ngram, digest_size=HASH_BITS // 8).digest()) for ngram in ngrams
    )
    return tuple(sorted(hashes)[:SIZE])


def merge_tunes(solos: Iterable[Solo], tunes: Sequence[str], *, memory: int = MEMORY) -> list[str]:
    """Return the tune of each solo, where tunes that have a near-duplicate in common are one.

    Args:
        solos: The solos; they are iterated over once.
        tunes: The tune of each solo, by title.
        memory: Bytes to take for sketches, beside the titles; where they are more, they are on
            disk. The result does not depend on it.

    Returns:
        A title for each solo: of tunes that are one, the first in alphabetical order.
    """
    merged: dict[str, str] = {}
    with (
        Buckets(columns=2, rows=SIZE * len(tunes), limit=2**HASH_BITS, memory=memory) as hashes,
        Buckets(columns=2, rows=SIZE * len(tunes), limit=len(tunes), memory=memory) as pairs,
    ):
        for number, solo in enumerate(solos):
            own = sketch(solo)
            hashes.add(np.array([own, [number] * len(own)], np.uint64).T)
        for rows in hashes.sorted():
            for found in _pairs(rows):
                pairs.add(found)
        for rows in pairs.sorted():
            for one, other in _alike(rows):
                _merge(merged, tunes[one], tunes[other])
    return [_representative(merged, tune) for tune in tunes]


def _pairs(rows: NDArray[np.uint64]) -> Iterator[NDArray[np.uint64]]:
    """Yield pairs of solos that have a hash in common.

    Args:
        rows: A hash and a solo that has it, sorted, shape (rows, 2).

    Yields:
        Pairs, the later solo first, shape (pairs, 2): each solo with the first
        `SOLOS_PER_HASH` that have one of its hashes.
    """
    hashes, solos = rows.T
    first = np.searchsorted(hashes, hashes)  # where the solos with the same hash begin
    rank = np.arange(len(hashes)) - first
    for number in range(min(SOLOS_PER_HASH, int(rank.max(initial=0)))):
        later = np.flatnonzero(rank > number)
        yield np.stack([solos[later], solos[first[later] + number]], axis=1)


def _alike(rows: NDArray[np.uint64]) -> list[tuple[int, int]]:
    """Return the pairs of near-duplicates among pairs that are sorted, shape (pairs, 2)."""
    pairs, counts = np.unique(rows, axis=0, return_counts=True)
    return [(one, other) for one, other in pairs[counts > ALIKE * SIZE].tolist()]


def _merge(merged: dict[str, str], one: str, other: str) -> None:
    one, other = sorted((_representative(merged, one), _representative(merged, other)))
    if one != other:
        merged[other] = one


def _representative(merged: dict[str, str], tune: str) -> str:
    """Return the title that stands for a tune and all that are merged with it."""
    while tune in merged:
        tune = merged[tune]
    return tune
