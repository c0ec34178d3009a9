"""Lines of four bars, and a new line for each section and chorus."""

import pytest

from jazzgen.music.chart import Bar, Chart
from jazzgen.music.solo import Note, Solo
from jazzgen.notation.notate import notate
from jazzgen.notation.system_breaks import line_starts


def starts(lengths, notes=(), chorus_starts=(0,)):
    """Return the bars that begin a line, given the lengths of sections in bars."""
    bars = tuple(Bar(section="" if n else "A") for length in lengths for n in range(length))
    chart = Chart(bars, chorus_starts=chorus_starts)
    return sorted(line_starts(chart, notate(Solo(notes, chart))))


@pytest.mark.parametrize(
    ("sections", "lines"),
    [
        ([12], [4, 8]),
        ([8, 8], [4, 8, 12]),
        ([6, 4], [4, 6]),
        # One bar is no line; a pick-up stands before the first.
        ([5, 4], [5]),
        ([9], [4]),
        ([1, 8], [5]),
        ([2, 3], []),
        ([3, 4], [3]),
    ],
)
def test_lines_of_four(sections, lines):
    assert starts(sections) == lines


def test_a_chorus_begins_a_line():
    assert starts([10], chorus_starts=(0, 5)) == [5]


def test_crowded_bars_stand_two_on_a_line():
    sixteenths = tuple(Note(6 * n, 6, 60) for n in range(64))
    assert starts([8], sixteenths) == [2, 4]
