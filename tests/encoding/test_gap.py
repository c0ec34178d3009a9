"""Bars that are cut out of a solo, and new ones that replace them."""

from dataclasses import replace

import pytest

from jazzgen.encoding.gap import Gap
from jazzgen.encoding.performance import primer_values
from jazzgen.errors import SoloError
from jazzgen.music.chart import Chart
from jazzgen.music.solo import Note, Solo

CHART = Chart.of_chords([["Dm7"], ["G7"], ["Cmaj7"], ["C6"]])
SOLO = Solo(
    (Note(0, 48, 60, 70, 1.0), Note(48, 96, 62, 90, -1.0), Note(192, 24, 64), Note(300, 12, 65)),
    CHART,
    source="here.mid",
    phrase_starts=(0, 2),
)


def test_a_note_that_sounds_into_the_gap_is_cut():
    gap = Gap.of_bars(SOLO, 2, 3)
    assert (gap.begin, gap.end) == (96, 288)
    assert gap.before == (SOLO.notes[0], replace(SOLO.notes[1], duration=48))
    assert gap.after == SOLO.notes[3:]


def test_the_opening_reaches_to_the_gap():
    opening = Gap.of_bars(SOLO, 3, 4).opening
    assert opening[:, 1].sum() == 192
    assert (opening[:2] == primer_values(SOLO.with_notes(SOLO.notes[:2]), CHART)).all()


def test_a_filled_gap_keeps_what_is_around_it():
    gap = Gap.of_bars(SOLO, 2, 3)
    played = SOLO.with_notes((*gap.before, Note(96, 96, 71), Note(192, 96, 72)))
    solo = gap.filled(primer_values(played, CHART))
    assert solo.notes[:2] == gap.before
    assert solo.notes[-1] == SOLO.notes[-1]
    assert [(note.onset, note.pitch) for note in solo.notes[2:4]] == [(96, 71), (192, 72)]
    assert (solo.chart, solo.source, solo.phrase_starts) == (CHART, "here.mid", ())


@pytest.mark.parametrize("bars", [(0, 1), (3, 2), (4, 5)])
def test_bars_that_the_chart_does_not_have(bars):
    with pytest.raises(SoloError, match=rf"here\.mid: bars {bars[0]}-{bars[1]}: .* of its 4"):
        Gap.of_bars(SOLO, *bars)
