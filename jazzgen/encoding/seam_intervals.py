"""How people step across a bar line: how often each interval does, from note to note.

A *seam* is where new notes meet notes that stay. So that nobody hears it, the step across it
should be one that people take across any bar line.
"""

from __future__ import annotations

import math

__all__ = ["INTERVAL_COUNTS", "WIDEST", "interval_class", "interval_likelihood"]

WIDEST = 13
"""The widest interval of the table, in semitones; wider ones count as this one."""

INTERVAL_COUNTS = (
    175, 113, 57, 126, 199, 204, 449, 263, 969, 1251, 1902, 3415, 3496,
    2103,
    3033, 2655, 1950, 1007, 1185, 428, 659, 336, 377, 243, 169, 243, 494,
)  # fmt: skip
"""How often each interval, from 13 semitones or more down to 13 or more up, crosses a bar line in
the 364 training solos of the Weimar Jazz Database (ODbL 1.0), which holds nothing of the solos
themselves. `scripts/measure_seams.py --count` prints it."""


def interval_class(interval: int) -> int:
    """Return the index of an interval in `INTERVAL_COUNTS`."""
    return min(max(interval, -WIDEST), WIDEST) + WIDEST


def interval_likelihood(before: int, after: int) -> float:
    """Return the natural logarithm of the probability that people step so across a bar line.

    Args:
        before: The pitch of the last note before it.
        after: The pitch of the first note after it.
    """
    return math.log(INTERVAL_COUNTS[interval_class(after - before)] / sum(INTERVAL_COUNTS))
