"""The feel of a line that says nothing of it."""

from dataclasses import replace

import pytest

from jazzgen.music.chart import Chart
from jazzgen.music.solo import Note
from jazzgen.transcription.feel import feel_of_line

SWING = Chart.of_chords([["C6"]] * 16)


def eighths(count):
    return [Note(12 * number, 10, 60) for number in range(count)]


def test_even_eighths_are_straight():
    assert feel_of_line(eighths(40), SWING, 1.0) == "straight"


def test_swung_eighths_keep_the_feel_of_the_chart():
    assert feel_of_line(eighths(40), SWING, 1.8) == "swing"


def test_a_few_off_beats_tell_nothing():
    assert feel_of_line(eighths(20), SWING, 1.0) == "swing"


def test_quarters_tell_nothing():
    assert feel_of_line([Note(24 * k, 20, 60) for k in range(60)], SWING, 1.0) == "swing"


@pytest.mark.parametrize("feel", ["bossa", "waltz"])
def test_a_feel_that_is_known_stays(feel):
    assert feel_of_line(eighths(40), replace(SWING, feel=feel), 1.0) == feel
