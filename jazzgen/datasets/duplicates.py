"""Near-duplicates: solos of the same notes, in any key and under any title.

The sketch of a solo is the set of the smallest hashes of its interval n-grams. The share of
their sketches that two solos have in common estimates the share of their n-grams (Broder, "On
the Resemblance and Containment of Documents", 1997). Sketches are small, so any number of solos
can be compared while they are read one by one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from hashlib import blake2b

import numpy as np

from jazzgen.music.solo import Solo

__all__ = ["merge_tunes", "sketch"]

NGRAM = 12
"""Intervals in an n-gram: more than a lick has that players share."""
SIZE = 24
"""Hashes in a sketch."""
ALIKE = 0.5
"""The share of their sketches that near-duplicates have in common, at least."""
SOLOS_PER_HASH = 16
"""Solos that are remembered for one hash, at most, so that a common one costs little."""


def sketch(solo: Solo) -> tuple[int, ...]:
    """Return the `SIZE` smallest hashes of a solo's interval n-grams, in order.

    A solo with fewer different n-grams has none: something so simple, such as a scale, may well
    be played twice.
    """
    intervals = np.diff([note.pitch for note in solo.notes]).astype(np.int8).tobytes()
    ngrams = {intervals[start : start + NGRAM] for start in range(len(intervals) - NGRAM + 1)}
    if len(ngrams) < SIZE:
        return ()
    hashes = (int.from_bytes(blake2b(ngram, digest_size=6).digest()) for ngram in ngrams)
    return tuple(sorted(hashes)[:SIZE])


def merge_tunes(solos: Iterable[Solo], tunes: Sequence[str]) -> list[str]:
    """Return the tune of each solo, where tunes that have a near-duplicate in common are one.

    Args:
        solos: The solos; they are iterated over once.
        tunes: The tune of each solo, by title.

    Returns:
        A title for each solo: of tunes that are one, the first in alphabetical order.
    """
    solos_of_hash: dict[int, list[int]] = {}
    merged: dict[str, str] = {}
    for number, solo in enumerate(solos):
        own = sketch(solo)
        shared = Counter(other for hashed in own for other in solos_of_hash.get(hashed, ()))
        for other, count in shared.items():
            if count > ALIKE * SIZE:
                _merge(merged, tunes[number], tunes[other])
        for hashed in own:
            if len(known := solos_of_hash.setdefault(hashed, [])) < SOLOS_PER_HASH:
                known.append(number)
    return [_representative(merged, tune) for tune in tunes]


def _merge(merged: dict[str, str], one: str, other: str) -> None:
    one, other = sorted((_representative(merged, one), _representative(merged, other)))
    if one != other:
        merged[other] = one


def _representative(merged: dict[str, str], tune: str) -> str:
    """Return the title that stands for a tune and all that are merged with it."""
    while tune in merged:
        tune = merged[tune]
    return tune
