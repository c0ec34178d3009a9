"""The rule by which a quarter note is divided as players divide it."""

import numpy as np
import pytest
from small_models import BLUES

import jazzgen
from jazzgen.encoding.beat_rhythms import RHYTHMS, rhythm_of, rhythms_of
from jazzgen.encoding.chart_table import CHART_COLUMNS, ChartColumn
from jazzgen.encoding.sequence import EMPTY_HISTORY, HistoryColumn, advance
from jazzgen.encoding.values import REST
from jazzgen.nn.constraint_base import StepView
from jazzgen.nn.constraint_rhythms import Rhythms

RARER = pytest.approx(np.exp(-2))


def after(*values):
    """What the rule knows of a line with these pitches and durations, from a bar line on."""
    history = EMPTY_HISTORY
    for pitch, duration in values:
        history = advance(history, pitch, duration)
    row = [0] * CHART_COLUMNS
    row[ChartColumn.IN_BAR] = sum(duration for _, duration in values) % 96
    return StepView(history, row, history[HistoryColumn.SILENCE])


def durations(pitch, *values):
    """The durations of the next value, up to a half note, that are not made rarer."""
    weights = Rhythms().duration_weights(after(*values), pitch, (2.0,))
    if weights is None:
        return set(range(1, 49))
    assert set(np.unique(weights).tolist()) <= {1.0, float(np.exp(np.float32(-2)))}
    return {ticks for ticks in range(1, 49) if weights[ticks - 1] == 1}


def test_a_note_on_the_second_sixteenth_is_not_alone():
    lasting = durations(60, (REST, 6))
    assert {6, 12} <= lasting  # the third sixteenth, or the fourth
    assert not lasting & set(range(18, 49))


def test_a_note_on_the_beat_may_last():
    assert {6, 8, 12, 18, 24, 36, 48} <= durations(60)


def test_a_triplet_goes_on_in_triplets():
    lasting = durations(62, (60, 8))
    assert {8, 16} <= lasting
    assert 10 not in lasting  # the fourth sixteenth


def test_a_rest_does_not_leave_a_note_alone():
    alone, beside = after((REST, 6), (60, 6)), after((60, 6), (60, 6))
    weights = Rhythms().pitch_weights(alone, (2.0,))
    assert weights[REST] == RARER
    assert (weights[:REST] == 1).all()
    assert Rhythms().pitch_weights(beside, (2.0,)) is None


def test_a_rest_ends_where_a_rhythm_begins():
    lasting = durations(REST, (60, 24))
    assert {12, 18, 24} <= lasting
    assert 13 not in lasting


def odd(rhythms):
    return sum(
        np.mean([rhythm not in RHYTHMS for rhythm in rhythms_of(solo).tolist()])
        for solo in jazzgen.load().takes(BLUES.repeat(2), range(12), draws=1, rhythms=rhythms)
    )


def test_the_model_plays_fewer_rhythms_that_nobody_plays():
    assert odd(6) < odd(0) / 4


def test_lone_weak_sixteenths_and_mixed_rhythms_are_none_that_players_play():
    played = {"0", "c", "i", "0c", "06ci", "08g", "8g", "6i", "48cgk", "0369cfil"}
    assert set(map(rhythm_of, played)) <= RHYTHMS
    assert not set(map(rhythm_of, {"6", "8", "g", "08c", "04", "13"})) & RHYTHMS
