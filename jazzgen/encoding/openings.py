"""The first notes of a phrase, packed into one integer, as a history carries them.

Soloists begin a phrase as they began the one before, and go on from there. To tell whether a line
does so, a history has the pitches and durations of the first notes of the latest phrase and of the
one before. A packed opening has the number of each note as a digit in base 128, that of the first
note lowest, and a 1 on top: so 1 is an opening without notes.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["EMPTY", "LENGTH", "LONGEST", "SIZES", "goes_on", "longer", "moved_openings"]

LENGTH = 4
"""The number of notes in an opening."""
BITS = 7
"""The number of bits of each note, which hold any pitch."""
SIZES = tuple(1 << BITS * notes for notes in range(LENGTH + 1))
"""The least packed opening of each number of notes."""
LONGEST = SIZES[1] - 1
"""The longest duration that an opening tells, in ticks; longer ones count as this one."""
EMPTY = 1
"""An opening without notes."""


def longer(opening: int, number: int) -> int:
    """Return an opening with one more note, or the same if it has all its notes.

    Args:
        opening: The packed opening.
        number: The pitch of the note, or its duration in ticks.
    """
    if opening >= SIZES[LENGTH]:
        return opening
    # The 1 moves up by a digit, and the number takes its place.
    return opening + (number + LONGEST << opening.bit_length() - 1)


def goes_on(opening: int, before: int) -> tuple[int, int] | None:
    """Return how an opening goes on that is like another so far.

    >>> f_g = longer(longer(EMPTY, 65), 67)
    >>> goes_on(f_g, longer(f_g, 69)), goes_on(longer(f_g, 68), longer(longer(f_g, 69), 72))
    ((2, 69), None)

    Args:
        opening: The packed opening.
        before: The packed opening of the phrase before.

    Returns:
        The number of notes so far, and the number of the note that came next; None if they
        differ, or nothing came next.
    """
    if opening >= SIZES[LENGTH]:
        return None
    bits = opening.bit_length() - 1
    if before < 1 << bits + BITS or (before - opening) & (1 << bits) - 1:
        return None
    return bits // BITS, before >> bits & LONGEST


def moved_openings(openings: NDArray[np.int32], semitones: int) -> NDArray[np.int32]:
    """Return packed openings of pitches, all transposed.

    Args:
        openings: The packed openings, shape (T,).
        semitones: The interval, up or down, which must lead to no pitch outside MIDI's range.
    """
    # Each note that there is moves its own digit.
    steps = sum(np.where(openings >= SIZES[n + 1], SIZES[n], 0) for n in range(LENGTH))
    return (openings + semitones * steps).astype(np.int32)
