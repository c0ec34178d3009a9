"""The rule by which notes outside the chord resolve."""

import numpy as np
import pytest

from jazzgen.encoding.chart_table import CHART_COLUMNS, ChartColumn
from jazzgen.encoding.sequence import EMPTY_HISTORY, HistoryColumn
from jazzgen.nn.constraint_base import StepView
from jazzgen.nn.constraint_resolve import Resolve

C_MAJOR = 0b10010001


def over(last, tones=C_MAJOR, rested=0):
    history, row = list(EMPTY_HISTORY), [0] * CHART_COLUMNS
    history[HistoryColumn.LAST], history[HistoryColumn.RESTED] = last, rested
    row[ChartColumn.TONES] = tones
    return StepView(history, row, 0)


def likelier(step):
    weights = Resolve().pitch_weights(step, (0.5,))
    if weights is None:
        return []
    found = np.flatnonzero(weights != 1)
    assert weights[found] == pytest.approx(np.exp(0.5))
    return found.tolist()


def test_a_note_beside_a_chord_tone_leads_to_it():
    assert likelier(over(65)) == [64]
    assert likelier(over(63)) == [64]
    assert likelier(over(66)) == [67]


def test_a_chord_tone_a_far_note_and_a_rest_lead_nowhere():
    assert likelier(over(64)) == likelier(over(69)) == likelier(over(65, rested=1)) == []
    assert likelier(over(65, tones=0)) == []
