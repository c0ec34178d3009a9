"""What is written of a line: every bar full, every note there, values as copyists have them."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import charts, solos

from jazzgen.music.chart import Bar, Chart
from jazzgen.music.notation import BY_TICKS, notate
from jazzgen.music.solo import Note, Solo
from jazzgen.music.timing import FOUR_FOUR, Meter


def line(*notes, meter=FOUR_FOUR, bars=1):
    """Notes as (onset, duration) or (onset, duration, pitch)."""
    played = tuple(Note(on, last, *(pitch or [60])) for on, last, *pitch in notes)
    return Solo(played, Chart(tuple(Bar(meter=meter) for _ in range(bars))))


def text(solo, bar=0):
    """Return a bar as text: values, `.` for dots, r for rests, 3 and 6 for tuplets, ~ for ties."""
    short = {"whole": "1", "half": "2", "quarter": "4", "eighth": "8", "16th": "16", "32nd": "32"}
    return " ".join(
        ("r" if item.pitch is None else "") + short[item.value] + "." * item.dots
        + (f"/{item.tuplet.actual}" if item.tuplet else "") + ("~" if item.tied else "")
        for item in notate(solo)[bar].content
    )  # fmt: skip


@pytest.mark.parametrize(
    ("notes", "written"),
    [
        ([(0, 96)], "1"),
        ([(0, 48), (48, 48)], "2 2"),
        ([(0, 12), (12, 12), (24, 24), (48, 48)], "8 8 4 2"),
        ([(0, 36), (36, 12), (48, 48)], "4. 8 2"),
        ([(0, 12), (12, 24), (36, 12), (48, 48)], "8 4 8 2"),
        # The middle of the bar is seen.
        ([(0, 36), (36, 24), (60, 36)], "4. 8~ 8 4."),
        ([(0, 24), (24, 48), (72, 24)], "4 2 4"),
        ([(0, 18), (18, 6), (24, 72)], "8. 16 2."),
        ([(0, 8), (8, 8), (16, 8), (24, 72)], "8/3 8/3 8/3 2."),
        ([(0, 16), (16, 8), (24, 72)], "4/3 8/3 2."),
        (
            [(0, 4), (4, 4), (8, 4), (12, 4), (16, 4), (20, 4), (24, 72)],
            "16/6 16/6 16/6 16/6 16/6 16/6 2.",
        ),
        # Nearly there: what a player's fingers do is not written.
        ([(1, 10), (11, 13), (24, 72)], "8 8 2."),
        ([(0, 9), (12, 9), (24, 24)], "8 8 4 r2"),
        ([(0, 12), (24, 12), (48, 48)], "8 r8 8 r8 2"),
        ([(48, 24)], "r2 4 r4"),
        ([(72, 24)], "r2 r4 4"),
        ([(84, 12)], "r2 r4 r8 8"),
        # A triplet's neighbour is tied to it.
        ([(0, 16), (16, 32), (48, 48)], "4/3 8/3~ 4 2"),
    ],
)
def test_values(notes, written):
    assert text(line(*notes)) == written


@pytest.mark.parametrize(
    ("meter", "notes", "written"),
    [
        (Meter(3, 4), [(0, 72)], "2."),
        (Meter(3, 4), [(0, 36), (36, 36)], "4. 4."),
        (Meter(6, 8), [(0, 36), (36, 36)], "4. 4."),
        (Meter(6, 8), [(0, 24), (24, 12), (36, 12), (48, 24)], "4 8 8 4"),
        (Meter(12, 8), [(0, 72), (72, 72)], "2. 2."),
        (Meter(5, 4), [(0, 72), (72, 48)], "2. 2"),
        (Meter(5, 4), [(0, 120)], "2.~ 2"),
        (Meter(7, 8), [(0, 24), (24, 24), (48, 36)], "4 4 4."),
    ],
)
def test_values_in_other_meters(meter, notes, written):
    assert text(line(*notes, meter=meter)) == written


def test_a_note_over_the_bar_line_is_tied():
    solo = line((72, 48), bars=2)
    assert text(solo, 0) == "r2 r4 4~"
    assert text(solo, 1) == "4 r4 r2"
    assert notate(solo)[1].content[0].held


def test_an_empty_bar_is_one_rest():
    assert [text(line((0, 24), bars=2), n) for n in range(2)] == ["4 r4 r2", "r1"]


@given(solos())
@settings(deadline=None)
def test_every_bar_is_full_and_every_value_is_one(solo):
    for bar, written in zip(solo.chart.bars, notate(solo), strict=True):
        place = 0
        for item in written.content:
            assert item.onset == place
            place += item.ticks
            full = item.ticks == bar.meter.bar_ticks
            if item.tuplet:
                assert BY_TICKS[item.ticks * item.tuplet.actual // item.tuplet.normal] == (
                    item.value, item.dots,
                )  # fmt: skip
            elif not (full and item.pitch is None):
                assert BY_TICKS[item.ticks] == (item.value, item.dots)
        assert place == bar.meter.bar_ticks


@given(solos())
@settings(deadline=None)
def test_brackets_open_and_close(solo):
    for bar in notate(solo):
        inside = 0
        for item in bar.content:
            if item.tuplet:
                assert item.tuplet.opens == (inside == 0)
                inside += item.ticks
                assert item.tuplet.closes == (inside == 24)
                inside %= 24
            else:
                assert inside == 0


@given(solos())
@settings(deadline=None)
def test_ties_join_the_parts_of_one_note(solo):
    items = [item for bar in notate(solo) for item in bar.content]
    for before, after in pairwise(items):
        assert before.tied == after.held
        if before.tied:
            assert (before.pitch, before.source) == (after.pitch, after.source)


@st.composite
def written_lines(draw):
    """Lines on places that can be written as they are: eighths, triplets, sixteenths."""
    chart = draw(charts())
    notes = []
    for start, bar in zip(chart.bar_starts, chart.bars, strict=False):
        for beat in range(start, start + bar.meter.bar_ticks - 23, 24):
            unit = draw(st.sampled_from([24, 12, 6] + [8] * (bar.meter.denominator == 4)))
            places = draw(st.sets(st.integers(0, 24 // unit - 1)))
            notes += [(beat + unit * place, unit) for place in sorted(places)]
    ends = ([onset for onset, _ in notes[1:]] + [chart.ticks])[: len(notes)]
    return Solo(
        tuple(
            Note(onset, min(draw(st.sampled_from([unit, 96])), end - onset), 40 + onset % 50)
            for (onset, unit), end in zip(notes, ends, strict=True)
        ),
        chart,
    )


@given(written_lines())
@settings(deadline=None)
def test_what_can_be_written_is_written_as_it_is(solo):
    found = []
    for start, bar in zip(solo.chart.bar_starts, notate(solo), strict=False):
        found += [
            (start + item.onset, item.pitch)
            for item in bar.content
            if item.pitch is not None and not item.held
        ]
    assert found == [(note.onset, note.pitch) for note in solo.notes]


@given(solos())
@settings(deadline=None)
def test_no_note_is_lost(solo):
    """But where more than eight share a beat, which these lines do not do too often."""
    sounded = {item.source for bar in notate(solo) for item in bar.content} - {None}
    missing = set(range(len(solo.notes))) - sounded
    for index in missing:
        near = [n for n in solo.notes if abs(n.onset - solo.notes[index].onset) <= 24]
        assert len(near) > 4
