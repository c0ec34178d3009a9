"""How a solo that ends by itself stops: the rule `closing`."""

import numpy as np
import pytest

import jazzgen
from jazzgen.nn.constraint_closing import LATEST

CHART = jazzgen.chart("blues").repeat(2)
SEEDS = range(24)


@pytest.fixture(scope="module")
def improviser():
    return jazzgen.load()


def last_onsets(solos):
    return np.array([CHART.ticks - solo.notes[-1].onset for solo in solos])


def test_no_note_begins_just_before_the_end(improviser):
    ends = last_onsets(improviser.takes(CHART, SEEDS, draws=1))
    assert ends.min() > LATEST
    assert last_onsets(improviser.takes(CHART, SEEDS, draws=1, closing=0)).min() <= LATEST


def test_where_the_solo_goes_on_or_lands_nothing_changes(improviser):
    for ending in ({"goes_on": True}, {"landing": 4}):
        plain, firm = (
            improviser.takes(CHART, SEEDS[:6], draws=1, closing=strength, **ending)
            for strength in (0, 12)
        )
        assert plain == firm


def test_who_has_stopped_comes_back_more_rarely(improviser):
    """Of those who are silent four quarters before the end."""

    def returns(closing):
        came = []
        for solo in improviser.takes(CHART, SEEDS, draws=1, closing=closing):
            at = CHART.ticks - 4 * 24
            before = [note for note in solo.notes if note.onset < at]
            if before[-1].end <= at - 24:
                came.append(len(before) < len(solo.notes))
        return sum(came) / len(came)

    assert returns(7) < returns(0) / 2
