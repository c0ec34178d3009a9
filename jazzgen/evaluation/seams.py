"""The seam test: can a classifier tell the seams of regenerated bars from people's bar lines?

A *seam* is where new notes meet notes that stay. The test hears two notes on either side of it,
and on either side of bar lines that nobody has touched; an area under the curve of 0.5 is guessing.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from jazzgen.encoding.seam_intervals import INTERVAL_COUNTS, interval_class
from jazzgen.encoding.values import MAX_DURATION
from jazzgen.evaluation.listener import PANEL, Panel, judge, roc_auc, validate
from jazzgen.evaluation.listener_models import forest, linear
from jazzgen.music.solo import Note, Solo
from jazzgen.music.timing import EIGHTH, TICKS_PER_QUARTER

__all__ = ["FEATURES", "Seam", "count_intervals", "seam_features", "tell_seams"]

FEATURES = (
    "interval", "size", "interval before", "interval after", "size before", "size after", "rest",
    "time between onsets", "onset after", "onset before", "on a beat", "on an eighth",
    "contour before", "contour after",
)  # fmt: skip
"""The names of what `seam_features` returns."""

SILENCE = 2 * MAX_DURATION
"""The largest number of ticks between the onsets on both sides of a seam: two bars of 4/4."""


@dataclass(frozen=True, kw_only=True)
class Seam:
    """A place in a solo where new notes meet notes that stay, or a bar line.

    Args:
        solo: The solo.
        tick: The place.
        tune: The tune of the solo; a classifier is asked about tunes that it has not heard.
    """

    solo: Solo
    tick: int
    tune: str


def tell_seams(
    seams: Sequence[Seam], lines: Sequence[Seam], seed: int = 0, panel: Panel = PANEL
) -> float:
    """Return how well the better of two classifiers tells seams from people's bar lines.

    Args:
        seams: The seams. Those around which there is silence are left out.
        lines: The bar lines, likewise.
        seed: Deals the folds, and grows the forest.
        panel: How thoroughly the classifiers listen.

    Returns:
        The area under the curve, 0.5 for guessing.

    Raises:
        MissingPackageError: scikit-learn is missing.
    """
    validate()
    heard = [
        (features, label, one.tune)
        for label, places in ((1, seams), (0, lines))
        for one in places
        if (features := seam_features(one.solo, one.tick)) is not None
    ]
    rows, labels = np.array([one[0] for one in heard]), np.array([one[1] for one in heard])
    tunes = [one[2] for one in heard]
    classifiers = (linear, lambda: forest(seed, panel.trees))
    return max(
        roc_auc(judge(make, rows, labels, tunes, seed, panel), labels) for make in classifiers
    )


def seam_features(solo: Solo, tick: int) -> tuple[float, ...] | None:
    """Return what can be heard of a seam or a bar line, as numbers.

    Args:
        solo: The solo.
        tick: The tick of the seam.

    Returns:
        The `FEATURES`; None if there are fewer than two notes before or after the seam, or
        silence around it for more than two bars of 4/4.
    """
    around = _around(solo.notes, tick)
    if not around:
        return None
    last, first = around[1:3]
    before, across, after = (b.pitch - a.pitch for a, b in pairwise(around))
    silence = first.onset - last.end
    return (
        across, abs(across), before, after, abs(before), abs(after),
        silence if silence >= EIGHTH else 0,
        first.onset - last.onset, first.onset - tick, tick - last.onset,
        first.onset % TICKS_PER_QUARTER == 0, first.onset % EIGHTH == 0,
        _sign(across) * _sign(before), _sign(across) * _sign(after),
    )  # fmt: skip


def count_intervals(solos: Iterable[Solo]) -> tuple[int, ...]:
    """Return how often each interval crosses a bar line, as `INTERVAL_COUNTS` does."""
    counts: Counter[int] = Counter()
    for solo in solos:
        for line in solo.chart.bar_starts[1:-1]:
            around = _around(solo.notes, line)
            if around:
                counts[interval_class(around[2].pitch - around[1].pitch)] += 1
    return tuple(counts[number] for number in range(len(INTERVAL_COUNTS)))


def _around(notes: Sequence[Note], tick: int) -> Sequence[Note]:
    """The last two notes before a tick and the first two after it, unless there is silence."""
    first = bisect_left(notes, tick, key=lambda note: note.onset)
    around = notes[max(first - 2, 0) : first + 2]
    if first < 2 or len(around) < 4 or around[2].onset - around[1].onset > SILENCE:
        return ()
    return around


def _sign(interval: int) -> int:
    return (interval > 0) - (interval < 0)
