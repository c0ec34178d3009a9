"""The rule by which trills and chromatic runs do not go on for ever."""

import numpy as np
import pytest

import jazzgen
from jazzgen.encoding.sequence import EMPTY_HISTORY, HistoryColumn
from jazzgen.nn.constraint_base import StepView
from jazzgen.nn.constraint_trills import Trills


def rarer(*latest):
    """The pitch that is rarer after some notes, the last of them first."""
    history = list(EMPTY_HISTORY)
    history[HistoryColumn.LAST : HistoryColumn.LAST + len(latest)] = latest
    weights = Trills().pitch_weights(StepView(history, (0,) * 19, 0), (0.5,))
    if weights is None:
        return None
    [pitch] = np.flatnonzero(weights != 1)
    assert weights[pitch] == pytest.approx(np.exp(-0.5))
    return pitch


def test_the_note_with_which_a_trill_goes_on_is_rarer():
    assert rarer(60, 62, 60, 62, 60, 62, 71) == 62
    assert rarer(62, 60, 62, 60, 62, 60, 62) == 60


def test_a_repeated_note_a_shorter_trill_and_a_line_that_begins_are_none():
    assert rarer(60, 60, 60, 60, 60, 60) is None
    assert rarer(60, 62, 60, 62, 60, 64) is None
    assert rarer() is None


def test_the_note_with_which_a_chromatic_run_goes_on_is_rarer():
    assert rarer(64, 63, 62, 61, 60) == 65
    assert rarer(60, 61, 62, 63, 64, 64) == 59
    assert rarer(64, 63, 62, 61) is None
    assert rarer(64, 63, 62, 61, 59) is None
    assert rarer(3, 2, 1, 0) is None  # behind them, the line had not begun


def longest_trill(solo):
    pitches = [note.pitch for note in solo.notes]
    longest = now = 2
    for before, one, other in zip(pitches, pitches[1:], pitches[2:], strict=False):
        now = now + 1 if before == other != one else 2
        longest = max(longest, now)
    return longest


def test_trills_are_shorter_than_the_model_would_play_them():
    improviser, chart = jazzgen.load(), jazzgen.chart("modal").repeat(2)
    free, guarded = (
        [longest_trill(solo) for solo in improviser.takes(chart, range(6), draws=1, trills=trills)]
        for trills in (0, 3)
    )
    assert max(guarded) < max(free)
    assert sum(guarded) < sum(free) - 6
