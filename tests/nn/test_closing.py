"""How a solo that ends by itself stops: the rule `closing`."""

import numpy as np
import pytest

import jazzgen
from jazzgen.music.timing import TICKS_PER_QUARTER
from jazzgen.nn.constraint_closing import LATEST

CHART = jazzgen.chart("blues")
SEEDS = range(48)


@pytest.fixture(scope="module")
def improviser():
    return jazzgen.load()


@pytest.fixture(scope="module")
def solos(improviser):
    """Solos with the rule, and the same without it."""
    return {
        strength: improviser.takes(CHART, SEEDS, draws=1, closing=strength) for strength in (7, 0)
    }


def last_onset(solos):
    """The ticks from the last note of all to the end of the chart."""
    return min(CHART.ticks - solo.notes[-1].onset for solo in solos)


def test_no_note_begins_just_before_the_end(solos):
    assert last_onset(solos[7]) > LATEST >= last_onset(solos[0])


def test_where_the_solo_goes_on_or_lands_nothing_changes(improviser):
    for ending in ({"goes_on": True}, {"landing": 4}):
        plain, firm = (
            improviser.takes(CHART, SEEDS[:4], draws=1, closing=strength, **ending)
            for strength in (0, 12)
        )
        assert plain == firm


def test_who_has_stopped_comes_back_more_rarely(solos):
    """Of those who are silent four quarters before the end."""

    def returns(solos):
        came, at = [], CHART.ticks - 4 * TICKS_PER_QUARTER
        for solo in solos:
            before = [note for note in solo.notes if note.onset < at]
            if before and before[-1].end <= at - TICKS_PER_QUARTER:
                came.append(len(before) < len(solo.notes))
        return np.mean(came)

    assert returns(solos[7]) < returns(solos[0]) / 2


def test_last_notes_are_shorter(solos):
    lengths = {
        strength: np.mean([solo.notes[-1].duration for solo in own])
        for strength, own in solos.items()
    }
    assert lengths[7] < lengths[0]
