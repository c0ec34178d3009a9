"""Rows of motifs, on solos small enough to count by hand."""

from dataclasses import replace
from math import isnan

import pytest

from jazzgen.evaluation import motifs
from jazzgen.evaluation.metric_table import METRICS
from jazzgen.music.chart import Chart
from jazzgen.music.solo import Note, Solo

FIGURE = (60, 62, 64, 67, 65)
OTHER = (72, 71, 69, 60, 61)


def over(bars, *placed, starts=(0,)):
    """A solo of figures, each in eighths from an eighth of a bar: (bar, eighth, pitches)."""
    notes = [
        Note(96 * bar + 12 * eighth + 12 * k, 12, pitch)
        for bar, eighth, pitches in placed
        for k, pitch in enumerate(pitches)
    ]
    chart = replace(Chart.of_chords([["C6"]] * bars), chorus_starts=starts)
    return Solo(tuple(notes), chart)


def moved(pitches, semitones):
    return tuple(pitch + semitones for pitch in pitches)


def test_a_figure_comes_back_in_another_key_and_rhythm():
    solo = over(2, (0, 0, FIGURE), (1, 2, moved(FIGURE, 5)))
    # Of the six figures of ten notes the first and the last are the same.
    assert motifs.figure_recurrence(solo) == pytest.approx(2 / 6)
    longer = Solo((*solo.notes[:-1], replace(solo.notes[-1], duration=24)), solo.chart)
    assert motifs.figure_recurrence(longer) == pytest.approx(2 / 6)
    assert motifs.figure_recurrence(over(2, (0, 0, FIGURE), (1, 0, OTHER))) == 0
    assert isnan(motifs.figure_recurrence(over(1, (0, 0, FIGURE[:4]))))


@pytest.mark.parametrize("bars", motifs.DISTANCES)
def test_a_figure_comes_back_after_some_bars(bars):
    solo = over(bars + 1, (0, 1, FIGURE), (bars, 1, moved(FIGURE, 2)))
    assert motifs.figures_later(solo, bars) == pytest.approx(1 / 2)  # the first had none before
    assert METRICS[f"figures_{bars}_later"].measure(solo) == pytest.approx(1 / 2)
    assert motifs.figures_later(solo, bars + 1) == 0


def test_a_figure_elsewhere_in_the_bar_is_not_at_the_same_place():
    solo = over(2, (0, 0, FIGURE), (1, 1, FIGURE))
    assert motifs.figures_later(solo, 1) == 0
    late = [replace(note, onset=note.onset + 5, duration=7) for note in solo.notes[5:]]
    early = over(2, (0, 1, FIGURE)).notes
    assert motifs.figures_later(Solo((*early, *late), solo.chart), 1) == pytest.approx(1 / 2)


def test_only_figures_that_come_back_are_counted():
    assert isnan(motifs.figures_later(over(2, (0, 0, FIGURE), (1, 0, OTHER)), 1))


def test_a_figure_comes_back_a_chorus_later_though_choruses_differ_in_length():
    solo = over(9, (1, 0, FIGURE), (4, 0, FIGURE), (8, 0, OTHER), starts=(0, 3, 7))
    assert motifs.chorus_later(solo) == pytest.approx(1 / 2)
    assert motifs.figures_later(solo, 3) == pytest.approx(1 / 2)
    # The fourth bar of the second chorus is none of the first, which has three: what is three
    # bars before is in the same chorus.
    within = over(9, (3, 0, FIGURE), (6, 0, FIGURE), starts=(0, 3, 7))
    assert motifs.figures_later(within, 3) == pytest.approx(1 / 2)
    assert motifs.chorus_later(within) == 0
    assert isnan(motifs.chorus_later(over(9, (1, 0, FIGURE), (4, 0, FIGURE))))


def test_a_pickup_bar_before_the_first_chorus_repeats_nothing():
    solo = over(9, (0, 0, FIGURE), (3, 0, FIGURE), (5, 0, FIGURE), starts=(1, 5))
    assert motifs.chorus_later(solo) == 0


def test_bars_that_repeat_a_former_bar():
    solo = over(5, (0, 0, FIGURE), (2, 0, OTHER), (3, 0, FIGURE), (4, 1, FIGURE))
    assert motifs.exact_bars(solo) == pytest.approx(1 / 4)
    assert motifs.exact_bars(over(2, (0, 0, FIGURE), (1, 0, moved(FIGURE, 1)))) == 0
    assert isnan(motifs.exact_bars(over(1)))
