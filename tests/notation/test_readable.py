"""Rhythm for players: swung pairs are eighths, ornaments are grace notes, nothing is lost."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import charts, solos

from jazzgen.music.chart import Bar, Chart
from jazzgen.music.solo import Note, Solo
from jazzgen.music.timing import Meter
from jazzgen.notation.notate import notate
from jazzgen.notation.own_swing import own_off_beat
from jazzgen.notation.readable import choose_readable

SHORT = {"whole": "1", "half": "2", "quarter": "4", "eighth": "8", "16th": "16", "32nd": "32"}


def line(onsets, *, tempo=150.0, feel="swing", bars=2, meter=None):
    """A line in which each note lasts until the next one."""
    chart = Chart((Bar(meter=meter or Meter(4, 4)),) * bars, tempo=tempo, feel=feel)
    ends = [*onsets[1:], chart.ticks]
    return Solo(tuple(Note(on, end - on, 60) for on, end in zip(onsets, ends, strict=True)), chart)


def text(solo, bar=0):
    """A bar as text: values, `g` for each grace note, `r` for rests, /3 for triplets."""
    return " ".join(
        "g" * len(item.graces)
        + ("r" if item.pitch is None else "")
        + SHORT[item.value]
        + "." * item.dots
        + (f"/{item.tuplet.actual}" if item.tuplet else "")
        for item in notate(solo)[bar].content
    )


def test_runs_of_a_ballad_are_written_out_where_quick_tempi_have_grace_notes():
    run = [0, 2, 6, 8, 12, 14, 18, 20]
    slow, quick = (line(run, tempo=tempo, bars=1) for tempo in (60.0, 180.0))
    assert not choose_readable(slow).graces
    assert choose_readable(quick).graces
    twelve = choose_readable(line(range(0, 24, 2), tempo=60.0, feel="ballad", bars=1))
    assert twelve.positions == tuple(range(0, 24, 2))
    assert not twelve.graces


def test_few_notes_of_a_ballad_are_sixteenths():
    layout = choose_readable(line([0, 3, 12, 21, 24], tempo=60.0, feel="ballad", bars=1))
    assert layout.positions == (0, 6, 12, 18, 24)


@pytest.mark.parametrize("off_beat", [12, 13, 14, 16])
def test_swung_pairs_are_eighths_however_they_swing(off_beat):
    onsets = [24 * beat + place for beat in range(8) for place in (0, off_beat)]
    assert text(line(onsets)) == " ".join(["8"] * 8)


def test_a_dotted_pair_among_swung_eighths_is_one_of_them():
    assert text(line([0, 16, 24, 42, 48, 60, 72, 88, 96])) == " ".join(["8"] * 8)


def test_without_swing_the_same_places_are_what_they_are():
    assert text(line([0, 16, 24, 42, 48], feel="bossa")) == "4/3 8/3 8. 16 2"


@pytest.mark.parametrize(
    ("onsets", "written"),
    [
        ([0, 8, 16, 24, 48], "8/3 8/3 8/3 4 2"),
        ([0, 6, 12, 18, 24, 30, 36, 42, 48], "16 16 16 16 16 16 16 16 2"),
        ([0, 12, 24, 46, 48, 72], "8 8 4 g4 4"),  # a grace note to the third beat
        ([0, 21, 24, 48], "4 g4 2"),
        ([0, 12, 23, 48], "8 8 4 2"),  # a tick early is on the beat
        ([0, 16, 32, 48], "4/3 4/3 4/3 2"),
    ],
)
def test_what_is_heard_is_written(onsets, written):
    assert text(line(onsets, tempo=200.0)) == written


def test_a_quick_turn_is_a_grace_note_and_a_slow_one_is_written():
    onsets = [0, 12, 24, 44, 48]
    assert "g" in text(line(onsets, tempo=240.0))
    assert "g" not in text(line(onsets, tempo=50.0))


def test_double_time_in_a_ballad_is_sixteenths_that_swing():
    onsets = [0, 7, 12, 19, 24, 31, 36, 43, 48]
    assert text(line(onsets, tempo=60.0, feel="ballad")) == " ".join(["16"] * 8) + " 2"


def test_a_note_that_stops_before_a_triplet_is_not_tied_into_it():
    notes = (Note(0, 12, 60), Note(12, 11, 62), Note(32, 8, 64), Note(40, 8, 65), Note(48, 48, 67))
    solo = Solo(notes, Chart((Bar(),), tempo=150.0))
    assert text(solo) == "8 8 r8/3 8/3 8/3 2"


def test_a_solo_swings_where_most_of_its_off_beats_are():
    pairs = [(0, 12)] * 4 + [(0, 16)] * 6
    onsets = [24 * beat + place for beat, pair in enumerate(pairs) for place in pair]
    assert own_off_beat(line(onsets, bars=3)) == 14
    assert own_off_beat(line(onsets, bars=3, feel="straight")) == 12
    assert own_off_beat(line([0, 12], tempo=120.0)) == 16  # as usual at that tempo


@st.composite
def crowds(draw):
    """Lines with notes on any ticks, in any meter and tempo: more than any cell can hold."""
    chart = draw(charts(max_bars=2))
    onsets = sorted(draw(st.sets(st.integers(0, chart.ticks - 1), max_size=60)))
    ends = [*onsets[1:], chart.ticks]
    notes = (
        Note(on, draw(st.integers(1, end - on)), 60) for on, end in zip(onsets, ends, strict=False)
    )
    return Solo(tuple(notes), chart)


@given(crowds() | solos())
@settings(deadline=None, max_examples=50)
def test_every_note_is_written_once_and_in_order(solo):
    found = []
    for bar in notate(solo):
        for item in bar.content:
            found += item.graces
            if item.pitch is not None and not item.held:
                found.append(item.source)
    assert found == list(range(len(solo.notes)))


@given(crowds())
@settings(deadline=None, max_examples=50)
def test_positions_ascend_and_only_grace_notes_share_them(solo):
    layout = choose_readable(solo)
    struck = [at for index, at in enumerate(layout.positions) if index not in layout.graces]
    assert struck == sorted(set(struck))
    for index in layout.graces:
        assert layout.positions[index] == layout.positions[index + 1]


@pytest.mark.parametrize(
    ("chords", "rests"),
    [
        (("C", "F"), "r1"),
        (("Cmaj7", "Cmaj7/E"), "r2 r2"),
        (("C", "F", "G"), "r2 r4 r4"),
        (("C", "F", "G", "Am"), "r4 r4 r4 r4"),
    ],
)
def test_a_silent_bar_has_room_for_its_chords(chords, rests):
    chart = Chart.of_chords([chords, ["C"]])
    assert text(Solo((Note(96, 24, 60),), chart)) == rests
