"""Bars that are cut out of a solo, and new ones that replace them."""

from dataclasses import replace

import numpy as np
import pytest

from jazzgen.encoding.gap import Gap
from jazzgen.encoding.performance import Column, primer_values
from jazzgen.encoding.values import REST
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
    gap = Gap.of_bars(SOLO, (2, 3))
    assert (gap.begin, gap.end) == (96, 288)
    assert gap.before == (SOLO.notes[0], replace(SOLO.notes[1], duration=48))
    assert gap.after == SOLO.notes[3:]


def test_the_opening_reaches_to_the_gap():
    opening = Gap.of_bars(SOLO, (3, 4)).opening
    assert opening[:, 1].sum() == 192
    assert (opening[:2] == primer_values(SOLO.with_notes(SOLO.notes[:2]), CHART)).all()


def test_a_filled_gap_keeps_what_is_around_it():
    gap = Gap.of_bars(SOLO, (2, 3))
    played = SOLO.with_notes((*gap.before, Note(96, 96, 71), Note(192, 96, 72)))
    solo = gap.filled(primer_values(played, CHART))
    assert solo.notes[:2] == gap.before
    assert solo.notes[-1] == SOLO.notes[-1]
    assert [(note.onset, note.pitch) for note in solo.notes[2:4]] == [(96, 71), (192, 72)]
    assert (solo.chart, solo.source, solo.phrase_starts) == (CHART, "here.mid", ())


@pytest.mark.parametrize("bars", [(0, 1), (3, 2), (4, 5)])
def test_bars_that_the_chart_does_not_have(bars):
    with pytest.raises(SoloError, match=rf"here\.mid: bars {bars[0]}-{bars[1]}: .*from 1 to 4"):
        Gap.of_bars(SOLO, bars)


FULL = SOLO.with_notes(
    [
        Note(0, 24, 60), Note(24, 66, 62), Note(90, 18, 64), Note(108, 84, 65), Note(197, 20, 67),
        Note(217, 55, 69), Note(288, 24, 71), Note(312, 24, 72),
    ]
)  # fmt: skip
"""Notes across the first and the second bar line, and a rest across the third."""


@pytest.mark.parametrize(
    ("bars", "begin", "length"),
    [
        ((2, 2), 108, 18),  # a note that sounds into the bar, up to the next onset
        ((3, 4), 197, 84),  # a note that ends with the bar, and the next one begins late
        ((4, 4), 288, 55),  # a rest before the bar
        ("2.1-2.1", 108, 18),
        ("1.3-1.4", 48, 24),
        ("2.2-2.3", 120, 12),  # a note that sounds through half of the beats is cut
        ((1, 2), 0, None),
    ],
)
def test_a_seamless_gap_begins_where_what_lasts_into_it_ends(bars, begin, length):
    gap = Gap.of_bars(FULL, bars, seamless=True)
    assert gap.begin == begin
    assert (gap.before[-1].duration if gap.before else None) == length
    assert gap.before[:-1] == FULL.notes[: max(len(gap.before) - 1, 0)]


def test_a_long_rest_is_not_kept_in_a_seamless_gap():
    late = FULL.with_notes([*FULL.notes[:2], *FULL.notes[4:]])
    assert Gap.of_bars(late, (2, 3), seamless=True).begin == 96


GAP = Gap.of_bars(FULL, (2, 2))  # 96 to 192; the first note that stays begins at 197


@pytest.mark.parametrize(
    ("drawn", "new"),
    [
        ([(60, 48), (61, 60)], [(60, 48), (61, 53)]),  # cut at the note that stays
        ([(60, 48), (61, 48)], [(60, 48), (61, 53)]),  # no rest of five ticks
        ([(60, 48), (61, 41)], [(60, 48), (61, 41), (REST, 12)]),
        ([(60, 30), (REST, 90)], [(60, 30), (REST, 71)]),
        ([(60, 30), (REST, 30), (REST, 50)], [(60, 30), (REST, 71)]),
        ([(REST, 96), (60, 10)], [(REST, 96), (REST, 5)]),  # a note behind the gap's end
        ([(60, 48), (61, 48), (62, 0), (REST, 0)], [(60, 48), (61, 53)]),
    ],
)
def test_new_values_lead_to_the_first_note_that_stays(drawn, new):
    values = np.array([[*value, 0, 0, 0, 0] for value in drawn], np.int32)
    found = GAP.new_values(values)
    assert [tuple(row) for row in found[:, :2].tolist()] == new
    assert (values[:, :2] == drawn).all(), "changed what it was given"
    solo = GAP.replaced(found)
    assert solo.notes[: len(GAP.before)] == GAP.before
    assert solo.notes[-len(GAP.after) :] == GAP.after
    inside = solo.notes[len(GAP.before) : -len(GAP.after)]
    assert [note.pitch for note in inside] == [one for one, _ in new if one != REST]


def test_the_gate_of_the_note_that_stays_tells_how_long_the_last_new_one_sounds():
    """The note before it, which is replaced, sounded for half of the time up to it."""
    gap = Gap.of_bars(SOLO.with_notes([Note(0, 48, 60), Note(96, 48, 62), Note(192, 24, 64)]), "2")
    assert gap.limit == 192
    joined = gap.new_values(np.array([[60, 96, 0, 0, 0, 0]], np.int32))
    assert gap.heard_after(joined, gap.following(1))[0, Column.GATE] == 0
    short = SOLO.with_notes([Note(0, 48, 60), Note(96, 86, 62), Note(192, 24, 64)])
    gap = Gap.of_bars(short, "2")
    [_, new, _] = gap.replaced(joined).notes
    assert 80 <= new.duration < 96
    rested = gap.new_values(np.array([[60, 48, 0, 0, 0, 0]], np.int32))
    assert gap.heard_after(rested, gap.following(1))[0, Column.GATE] == 0
    assert gap.replaced(rested).notes[1].duration == 48


def test_what_follows_begins_with_the_first_note_that_stays():
    following = GAP.following(16)
    assert [tuple(row) for row in following[:, :2].tolist()] == [
        (67, 20), (69, 55), (REST, 16), (71, 24), (72, 24),
    ]  # fmt: skip
    assert len(GAP.following(3)) == 2, "ends with a rest"
    assert len(Gap.of_bars(FULL, (4, 4)).following(16)) == 0
