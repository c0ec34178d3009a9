"""The rule by which a phrase is not broken up by rests."""

import numpy as np
import pytest

from jazzgen.encoding.plan import HeardColumn, left_of
from jazzgen.encoding.sequence import EMPTY_HISTORY, HistoryColumn
from jazzgen.encoding.values import REST
from jazzgen.music.timing import EIGHTH
from jazzgen.nn.constraint_base import StepView
from jazzgen.nn.constraint_flow import Flow
from jazzgen.nn.sizes import PITCH_CLASSES


def weights(left, rested=0):
    """What the rule says with so many ticks left in the phrase; None for an open one."""
    history = list(EMPTY_HISTORY)
    history[HistoryColumn.RESTED] = rested
    if left is not None:
        history[HistoryColumn.PLAN + HeardColumn.PHRASE_LEFT] = left_of(200, 200 - left)
    return Flow().pitch_weights(StepView(history, (0,) * 19, 0), (0.5,))


@pytest.mark.parametrize("left", [EIGHTH, 48, 190])
def test_a_rest_is_rarer_while_the_phrase_goes_on(left):
    expected = np.ones(PITCH_CLASSES)
    expected[REST] = np.exp(-0.5)
    np.testing.assert_allclose(weights(left), expected, rtol=1e-6)


def test_a_phrase_may_end_when_it_is_due_or_open():
    assert weights(0) is None
    assert weights(-30) is None
    assert weights(None) is None


def test_a_rest_that_has_begun_goes_on_as_it_would():
    assert weights(96, rested=1) is None
