"""What drummers usually do in a style, counted in their performances."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from jazzgen.band.drummer_conditions import FILLS
from jazzgen.band.drummer_habits import Habits
from jazzgen.band.stroke_values import DRUMS
from jazzgen.training.drum_bars import DrumBar

__all__ = ["drum_habits"]

LONG = 16
"""The least number of bars of a performance by which a style is known at its tempo."""
PRIOR_BARS = 12
"""The weight of all styles together beside the bars of a style, in bars."""


def drum_habits(played: Sequence[Sequence[DrumBar]], styles: Sequence[str]) -> dict[str, Habits]:
    """Return what people usually do, by the name of the style.

    Args:
        played: The bars of performances that are no fills themselves.
        styles: The names of the styles, in the order of the bars' numbers.
    """
    counts = np.zeros((len(styles) + 1, 3, FILLS))
    strokes = np.zeros((len(styles) + 1, DRUMS))
    tempi: dict[int, set[float]] = defaultdict(set)
    for bars in played:
        if len(bars) >= LONG:
            tempi[bars[0].conditions.style].add(bars[0].conditions.tempo)
        for bar in bars:
            number, fill = bar.conditions.number, bar.conditions.fill
            where = 2 if number % 8 == 7 else 1 if number % 4 == 3 else 0
            counts[bar.conditions.style, where, fill] += 1
            for stroke in bar.strokes if not fill else ():
                strokes[bar.conditions.style, stroke.value % DRUMS] += 1
    everywhere = counts.sum(axis=0) / counts.sum(axis=(0, 2))[:, None].clip(1)
    # Of a style with few bars, little is known: it keeps to what is usual in all of them.
    smooth = counts + PRIOR_BARS * everywhere
    shares = smooth / smooth.sum(axis=2, keepdims=True).clip(1)
    means = strokes / counts[:, :, 0].sum(axis=1, keepdims=True).clip(1)
    return {
        name: Habits(
            fills=tuple(
                (round(float(row[1]), 3), round(float(row[2]), 3)) for row in shares[place]
            ),
            strokes=tuple(round(float(mean), 2) for mean in means[place]),
            tempi=tuple(sorted(tempi[place])),
        )
        for place, name in enumerate(styles, 1)
    }
