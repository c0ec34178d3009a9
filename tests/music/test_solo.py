"""Notes and solos: what is a solo and what is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jazzgen.errors import SoloError
from jazzgen.music.chart import Chart
from jazzgen.music.solo import Note, Solo

CHART = Chart.of_chords([["C"], ["G7"]])  # 192 ticks


def test_a_solo():
    notes = (Note(0, 24, 60), Note(24, 12, 62, velocity=1, deviation=-2.5), Note(180, 12, 127))
    solo = Solo(notes, CHART, title="T", performer="P", source="s.mid")
    assert [note.end for note in solo.notes] == [24, 36, 192]
    assert (solo.name, Solo((), CHART, title="T").name, Solo((), CHART).name) == (
        "s.mid",
        "T",
        "solo",
    )


@pytest.mark.parametrize(
    "note",
    [
        Note(-1, 5, 60),
        Note(0, 0, 60),
        Note(0, -4, 60),
        Note(0, 4, -1),
        Note(0, 4, 128),
        Note(0, 4, 60, 0),
        Note(0, 4, 60, 128),
        Note(0, 4, 60, deviation=float("nan")),
        Note(0, 4, 60, deviation=float("inf")),
    ],
)
def test_values_out_of_range(note):
    with pytest.raises(SoloError, match=r"s.mid: note 1 is out of range: Note"):
        Solo((note,), CHART, source="s.mid")


@pytest.mark.parametrize("onset", [0, 12, 23])
def test_notes_that_overlap_or_go_back(onset):
    with pytest.raises(SoloError, match=f"note 2 begins at tick {onset}, before tick 24 where"):
        Solo((Note(0, 24, 60), Note(onset, 24, 62)), CHART)


def test_notes_after_the_end():
    with pytest.raises(
        SoloError, match="the last note ends at tick 193, after the chart's 192 ticks"
    ):
        Solo((Note(180, 13, 60),), CHART)


@given(
    st.lists(st.tuples(st.integers(1, 12), st.integers(20, 100)), max_size=16), st.integers(-20, 27)
)
def test_transpose(steps, semitones):
    notes, onset = [], 0
    for duration, pitch in steps:
        notes.append(Note(onset, duration, pitch))
        onset += duration
    solo = Solo(tuple(notes), CHART)
    moved = solo.transpose(semitones)
    assert [note.pitch - semitones for note in moved.notes] == [note.pitch for note in notes]
    assert moved.chart == CHART.transpose(semitones)
    assert moved.transpose(-semitones).notes == solo.notes


def test_transpose_out_of_range():
    with pytest.raises(SoloError, match="note 1 is out of range"):
        Solo((Note(0, 4, 120),), CHART).transpose(8)


def test_with_notes():
    solo = Solo((Note(0, 4, 60),), CHART, title="T", performer="P")
    changed = solo.with_notes([Note(4, 4, 61)])
    assert changed.notes == (Note(4, 4, 61),)
    assert (changed.title, changed.performer, changed.chart) == ("T", "P", CHART)
    with pytest.raises(SoloError, match="note 1"):
        solo.with_notes([Note(0, 0, 60)])


LINE = tuple(Note(onset, 6, 60) for onset in (0, 12, 48))


def test_phrases_stay_with_their_notes():
    solo = Solo(LINE, CHART, phrase_starts=(0, 2))
    assert solo.transpose(2).phrase_starts == (0, 2)
    assert solo.with_notes(solo.transpose(2).notes).phrase_starts == (0, 2)
    assert solo.with_notes(LINE[:2]).phrase_starts == ()


@pytest.mark.parametrize(
    ("starts", "reason"),
    [
        ((0, 3), "s.mid: .*begins at note index 3; expected an index of its 3 notes"),
        ((-1,), "s.mid: .*begins at note index -1"),
        ((1.0,), r"phrase_starts \(1\.0,\): expected a list, each a whole number"),
        ((1, 1), r"phrases out of order: \(1, 1\)"),
        ((2, 0), "phrases out of order"),
    ],
)
def test_phrases_that_begin_at_no_note(starts, reason):
    with pytest.raises(SoloError, match=reason):
        Solo(LINE, CHART, source="s.mid", phrase_starts=starts)
