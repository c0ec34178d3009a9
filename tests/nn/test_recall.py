"""The rule by which ideas return where the plan recalls them."""

import numpy as np
import pytest

from jazzgen.config import SamplingConfig
from jazzgen.encoding.place_features import PlaceColumn
from jazzgen.encoding.plan import HeardColumn
from jazzgen.encoding.repeat_features import RepeatClass
from jazzgen.encoding.sequence import EMPTY_HISTORY, NO_PITCH, HistoryColumn
from jazzgen.encoding.values import MAX_DURATION
from jazzgen.nn.constraint_base import StepView
from jazzgen.nn.constraint_recall import Recall
from jazzgen.nn.sizes import DURATION_CLASSES

ROW = (0,) * 19
DURATIONS = np.arange(1, DURATION_CLASSES + 1, dtype=np.int32)
UP = 24 + 3
"""The class of an interval of three semitones up."""


def history(recall=1, interval=UP, duration=12, wait=0, last=60):
    found = list(EMPTY_HISTORY)
    found[HistoryColumn.LAST] = last
    plan = HistoryColumn.PLAN
    found[plan + HeardColumn.RECALL] = recall
    first = plan + HeardColumn.RECALLED
    found[first + PlaceColumn.INTERVAL] = interval
    found[first + PlaceColumn.DURATION] = duration
    found[first + PlaceColumn.WAIT] = wait
    return found


def raised(weights):
    """The classes that are more likely, with their factor."""
    if weights is None:
        return {}
    return {int(n): round(float(weights[n]), 4) for n in np.flatnonzero(weights != 1)}


def test_the_next_note_of_the_idea_is_more_likely_in_any_key():
    rule, step = Recall(), StepView(history(), ROW, 0)
    assert raised(rule.pitch_weights(step, (2.0,))) == {63: round(float(np.exp(2)), 4)}
    assert list(raised(rule.duration_weights(step, 63, (2.0,)))) == [12 - 1]


def test_a_line_that_is_late_comes_in_with_the_next_note():
    rule, step = Recall(), StepView(history(wait=6), ROW, 0)
    assert raised(rule.pitch_weights(step, (2.0,))) == {}
    assert list(raised(rule.duration_weights(step, 63, (2.0,)))) == [6 - 1]


@pytest.mark.parametrize(
    "changes",
    [
        {"recall": 0},
        {"interval": RepeatClass.REST},
        {"interval": RepeatClass.NONE},
        {"last": NO_PITCH},
        {"last": 126},
    ],
)
def test_where_there_is_no_idea_no_pitch_is_more_likely(changes):
    step = StepView(history(**changes), ROW, 0)
    assert raised(Recall().pitch_weights(step, (2.0,))) == {}


@pytest.mark.parametrize(
    "changes",
    [
        {}, {"recall": 0}, {"wait": 6}, {"wait": 500}, {"interval": RepeatClass.REST},
        {"interval": RepeatClass.NONE, "duration": 0}, {"last": NO_PITCH}, {"last": 126},
        {"interval": 0, "last": 10}, {"duration": MAX_DURATION},
    ],
)  # fmt: skip
def test_both_forms_agree(changes):
    rule, past = Recall(), history(**changes)
    step = StepView(past, ROW, 0)
    tensors = StepView(np.array([past], np.int32), np.array([ROW], np.int32), np.zeros(1, np.int32))
    limits = np.array([[2.5]], np.float32)
    pitches = np.asarray(rule.pitch_logits(tensors, limits))[0]
    weights = rule.pitch_weights(step, (2.5,))
    np.testing.assert_allclose(np.exp(pitches), 1 if weights is None else weights, rtol=1e-6)
    logits = np.asarray(rule.duration_logits(tensors, np.array([[63]]), DURATIONS, limits))[0]
    weights = rule.duration_weights(step, 63, (2.5,))
    np.testing.assert_allclose(np.exp(logits), 1 if weights is None else weights, rtol=1e-6)


def test_the_setting_switches_it_off():
    assert Recall().limits(SamplingConfig(recall=0), 120) is None
    assert Recall().limits(SamplingConfig(recall=2), 120) == (2.0,)
