"""The rule by which a figure comes back in its own rhythm."""

from itertools import pairwise

import numpy as np
import pytest

import jazzgen
from jazzgen.encoding.repeat_features import WIDEST, RepeatClass
from jazzgen.encoding.sequence import EMPTY_HISTORY, HistoryColumn
from jazzgen.encoding.values import REST
from jazzgen.nn.constraint_base import StepView
from jazzgen.nn.constraint_echo import Echo


def lasting(pitch, *known):
    """The duration that is more likely where some orders expect an interval class and a duration.

    They are given for `repeat_features.ORDERS`, in their order; the last note was a C.
    """
    history = list(EMPTY_HISTORY)
    history[HistoryColumn.LAST] = 60
    first = HistoryColumn.REPEAT
    history[first : first + 2 * len(known)] = [number for one in known for number in one]
    weights = Echo().duration_weights(StepView(history, (0,) * 19, 0), pitch, (1.0,))
    if weights is None:
        return None
    [ticks] = np.flatnonzero(weights != 1) + 1
    assert weights[ticks - 1] == pytest.approx(np.e)
    return ticks


UP, DOWN, NOTHING = WIDEST + 2, WIDEST - 2, (RepeatClass.NONE, 0)


def test_a_note_that_goes_on_as_before_lasts_as_long_as_then():
    assert lasting(62, (UP, 8), (DOWN, 12)) == 8
    assert lasting(58, (UP, 8), (DOWN, 12)) == 12
    assert lasting(REST, (RepeatClass.REST, 24)) == 24


def test_the_longest_figure_counts():
    assert lasting(62, (UP, 8), (UP, 12), NOTHING, (UP, 18)) == 18


def test_a_note_that_leaves_the_figure_is_free():
    assert lasting(61, (UP, 8), (DOWN, 12)) is None
    assert lasting(62) is None


def rhythmic_returns(echo):
    """How many figures of four notes come back in their own rhythm."""
    count = 0
    for solo in jazzgen.load().takes(
        jazzgen.chart("blues").repeat(4), range(8), draws=1, echo=echo
    ):
        notes = solo.notes
        figures = [
            tuple((b.pitch - a.pitch, b.onset - a.onset) for a, b in pairwise(four))
            for four in (notes[n : n + 4] for n in range(len(notes) - 3))
        ]
        count += len(figures) - len(set(figures))
    return count


def test_figures_come_back_in_their_rhythm_more_often():
    assert rhythmic_returns(4) > 1.5 * rhythmic_returns(0)
