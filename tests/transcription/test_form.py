"""Choruses where the form repeats."""

import pytest

import jazzgen
from jazzgen.music.chart import Bar, Chart
from jazzgen.transcription.form import chorus_starts


@pytest.mark.parametrize("name", ["blues", "minor-blues", "rhythm-changes", "bossa", "blues-waltz"])
@pytest.mark.parametrize("times", [2, 3])
def test_a_form_that_is_repeated(name, times):
    chart = jazzgen.chart(name)
    assert chorus_starts(chart.repeat(times)) == tuple(
        range(0, times * len(chart.bars), len(chart.bars))
    )


def test_bars_before_the_first_chord_are_no_chorus():
    blues = jazzgen.chart("blues").repeat(2)
    assert chorus_starts(Chart((Bar(), Bar(), *blues.bars))) == (0, 2, 14)


def test_nothing_repeats():
    assert chorus_starts(jazzgen.chart("blues")) == (0,)
    assert chorus_starts(jazzgen.chart("| C |").repeat(40)) == (0,)
    assert chorus_starts(Chart((Bar(),) * 30)) == (0,)
