"""Phrases begin as the one before them did."""

import jazzgen
from jazzgen.encoding.plan import BREATH_TICKS

SEEDS = range(10)


def phrases(solo):
    """The pitches of each phrase."""
    found, end = [], -BREATH_TICKS
    for note in solo.notes:
        if note.onset - end >= BREATH_TICKS:
            found.append([])
        found[-1].append(note.pitch)
        end = max(end, note.end)
    return found


def alike(soloist, opening):
    """How many phrases have the first two notes of the one before."""
    chart = jazzgen.chart("blues").repeat(4)
    solos = soloist.takes(chart, SEEDS, draws=1, opening=opening, hold=0)
    both = [pair for solo in solos for pair in zip(phrases(solo), phrases(solo)[1:], strict=False)]
    return sum(one[:2] == other[:2] for one, other in both) / len(both)


def test_more_phrases_begin_as_the_one_before():
    soloist = jazzgen.load("improviser")
    without, usual, most = (alike(soloist, opening) for opening in (0, 1.2, 4))
    assert without < usual < most
    assert most > 0.2
