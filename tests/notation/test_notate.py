"""A line as it is written: bars are full, no note is lost, values are those of copyists."""

import os
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import charts, solos

from jazzgen.io.musicxml.solo import solo_to_musicxml
from jazzgen.io.wjazzd.solos import read_wjazzd
from jazzgen.music.chart import Bar, Chart
from jazzgen.music.solo import Note, Solo
from jazzgen.music.timing import FOUR_FOUR, Meter
from jazzgen.notation.notate import notate
from jazzgen.notation.note_values import dotted_value


def line(*notes, meter=FOUR_FOUR, bars=1):
    """Notes as (onset, duration) or (onset, duration, pitch)."""
    played = tuple(Note(on, last, *(pitch or [60])) for on, last, *pitch in notes)
    return Solo(played, Chart(tuple(Bar(meter=meter) for _ in range(bars))))


def text(solo, bar=0, notation="literal"):
    """Return a bar as text: values, `.` for dots, r for rests, 3 and 6 for tuplets, ~ for ties."""
    short = {
        "whole": "1",
        "half": "2",
        "quarter": "4",
        "eighth": "8",
        "16th": "16",
        "32nd": "32",
        "64th": "64",
        "breve": "0",
    }
    return " ".join(
        ("r" if item.pitch is None else "")
        + short[item.value]
        + "." * item.dots
        + (f"/{item.tuplet.actual}" if item.tuplet else "")
        + ("~" if item.tied else "")
        for item in notate(solo, notation)[bar].content
    )


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
        ([(0, 48), (48, 36), (84, 12)], "2 4. 8"),
        ([(0, 18), (18, 6), (24, 72)], "8. 16 2."),
        ([(9, 3), (12, 84)], "r16 r32 32 4.~ 2"),
        ([(0, 8), (8, 8), (16, 8), (24, 72)], "8/3 8/3 8/3 2."),
        ([(0, 16), (16, 8), (24, 72)], "4/3 8/3 2."),
        ([(n, 4) for n in range(0, 24, 4)] + [(24, 72)], "16/6 " * 6 + "2."),
        # A quarter whose halves are divided differently.
        ([(0, 12), (12, 4), (16, 4), (20, 4), (24, 72)], "8 16/3 16/3 16/3 2."),
        ([(0, 6), (6, 6), (12, 4), (16, 8), (24, 72)], "16 16 16/3 8/3 2."),
        ([(0, 4), (4, 16), (20, 4), (24, 72)], "16/6 8/6~ 8/6 16/6 2."),
        ([(20, 4), (24, 72)], "r8 r8/3 16/3 2."),
        # A triplet whose last eighth is divided is no pair of halves.
        ([(0, 8), (8, 8), (16, 4), (20, 4), (24, 72)], "8/6 8/6 16/6 16/6 2."),
        ([(0, 3), (3, 9), (12, 9), (21, 3), (24, 72)], "32 16. 16. 32 2."),
        # Triplets of quarters, and what only looks like one.
        ([(0, 16), (16, 16), (32, 16), (48, 48)], "4/3 4/3 4/3 2"),
        ([(16, 16), (32, 16), (48, 48)], "r4/3 4/3 4/3 2"),
        ([(0, 24), (24, 16), (40, 16), (56, 16), (72, 24)], "4 4/3 8/3~ 8/3 4/3 4"),
        ([(0, 16), (16, 16), (32, 8), (40, 8), (48, 48)], "4/3 8/3~ 8/3 8/3 8/3 2"),
        # Nearly there: what a player's fingers do is not written.
        ([(1, 10), (11, 13), (24, 72)], "8 8 2."),
        ([(0, 9), (12, 9), (24, 24)], "8 8 4 r2"),
        ([(0, 13), (24, 72)], "4 2."),
        ([(23, 20), (48, 48)], "r4 4 2"),
        ([(23, 1), (72, 24)], "r4 8 r8 r4 4"),
        ([(23, 2), (25, 23), (48, 48)], "r8 r8/3 16/3 4 2"),
        # A rest begins where it reads well.
        ([(0, 5), (24, 72)], "8 r8 2."),
        ([(0, 30), (48, 48)], "4. r8 2"),
        ([(0, 27), (48, 48)], "4 r4 2"),
        ([(0, 19), (48, 48)], "4 r4 2"),
        ([(18, 3), (60, 36)], "r8. 16 r4 r8 4."),
        ([(0, 8), (8, 3), (24, 72)], "8/3 8/3 r8/3 2."),
        ([(18, 6), (24, 72)], "r8. 16 2."),
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
        (Meter(5, 4), [(72, 48)], "r2. 2"),
        (Meter(5, 4), [(60, 24), (84, 36)], "r2 r8 8~ 8 4."),
        (Meter(7, 8), [(0, 24), (24, 24), (48, 36)], "4 4 4."),
        (Meter(6, 8), [(0, 18), (18, 6), (24, 12), (36, 36)], "8. 16 8 4."),
        (Meter(6, 8), [(0, 12), (12, 4), (16, 4), (20, 4), (24, 48)], "8 16/3 16/3 16/3 8~ 4."),
        (Meter(6, 8), [(0, 12), (12, 36), (48, 24)], "8 4~ 8 4"),
        (Meter(6, 8), [(0, 12), (36, 36)], "8 r8 r8 4."),
        # Two dotted eighths halve a dotted quarter; a rest of that length hides its eighths.
        (Meter(6, 8), [(0, 18), (18, 18), (36, 36)], "8. 8. 4."),
        (Meter(6, 8), [(18, 18), (36, 36)], "r8 r16 8. 4."),
        (Meter(7, 4), [(0, 60), (60, 48), (108, 60)], "2~ 8 4.~ 8 4.~ 4"),
        (Meter(12, 8), [(0, 24), (36, 24), (60, 12), (72, 72)], "4 r8 4 8 2."),
        (Meter(9, 8), [(0, 108)], "2.~ 4."),
        (Meter(6, 4), [(0, 144)], "1."),
        (Meter(2, 2), [(12, 24), (36, 60)], "r8 4 8~ 2"),
        (Meter(3, 16), [(0, 6), (6, 12)], "16 8"),
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


@st.composite
def lines(draw):
    """Lines with notes on any ticks, close together: more than any division can hold."""
    chart = draw(charts(max_bars=2))
    ticks = st.sets(st.integers(0, chart.ticks - 1), max_size=draw(st.sampled_from([3, 12, 60])))
    onsets = sorted(draw(ticks))
    ends = [*onsets[1:], chart.ticks]
    return Solo(
        tuple(
            Note(onset, draw(st.integers(1, end - onset)), 60)
            for onset, end in zip(onsets, ends, strict=False)
        ),
        chart,
    )


NOTATIONS = st.sampled_from(["readable", "literal"])


@given(lines() | solos(), NOTATIONS)
@settings(deadline=None)
def test_every_bar_is_full_and_every_value_is_one(solo, notation):
    for bar, written in zip(solo.chart.bars, notate(solo, notation), strict=True):
        place = 0
        for item in written.content:
            assert item.onset == place
            place += item.ticks
            full = item.ticks == bar.meter.bar_ticks
            if item.tuplet:
                alone = Fraction(item.ticks * item.tuplet.actual, item.tuplet.normal)
                assert dotted_value(alone) == (item.value, item.dots)
            elif not (full and item.pitch is None):
                assert dotted_value(item.ticks) == (item.value, item.dots)
        assert place == bar.meter.bar_ticks


@given(lines(), NOTATIONS)
@settings(deadline=None)
def test_brackets_open_and_close(solo, notation):
    for bar in notate(solo, notation):
        inside = Fraction(0)
        for item in bar.content:
            if item.tuplet is None:
                assert inside == 0
                continue
            assert item.tuplet.opens == (inside == 0)
            unit = {"quarter": 24, "eighth": 12, "16th": 6, "32nd": 3, "64th": Fraction(3, 2)}
            inside += Fraction(item.ticks) / (item.tuplet.normal * unit[item.tuplet.of])
            assert item.tuplet.closes == (inside == 1)
            inside %= 1
        assert inside == 0


@given(lines() | solos(), NOTATIONS)
@settings(deadline=None)
def test_ties_join_the_parts_of_one_note(solo, notation):
    items = [item for bar in notate(solo, notation) for item in bar.content]
    for before, after in pairwise(items):
        assert before.tied == after.held
        if before.tied:
            assert (before.pitch, before.source) == (after.pitch, after.source)


@st.composite
def written_lines(draw):
    """Lines that can be written exactly: eighths, triplets, sixteenths."""
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
def test_lines_that_can_be_written_exactly_are(solo):
    found = []
    for start, bar in zip(solo.chart.bar_starts, notate(solo, "literal"), strict=False):
        found += [
            (start + item.onset, item.pitch)
            for item in bar.content
            if item.pitch is not None and not item.held
        ]
    assert found == [(note.onset, note.pitch) for note in solo.notes]


@given(lines())
@settings(deadline=None)
def test_no_note_is_lost_or_moved_far(solo):
    found = sounded(solo)
    assert [source for source, _ in found] == list(range(len(solo.notes)))
    for note, (_, place) in zip(solo.notes, found, strict=True):
        assert abs(note.onset - place) <= 4


def sounded(solo):
    """Return (index of the note, tick) of everything that is struck."""
    return [
        (item.source, start + item.onset)
        for start, bar in zip(solo.chart.bar_starts, notate(solo, "literal"), strict=False)
        for item in bar.content
        if item.pitch is not None and not item.held
    ]


@pytest.mark.parametrize("meter", [FOUR_FOUR, Meter(6, 8), Meter(7, 8), Meter(3, 16)])
def test_even_a_note_on_every_tick_is_written(meter):
    solo = line(*((tick, 1) for tick in range(meter.bar_ticks)), meter=meter)
    assert sounded(solo) == [(tick, tick) for tick in range(meter.bar_ticks)]


@pytest.mark.skipif("JAZZGEN_WJAZZD" not in os.environ, reason="no Weimar Jazz Database")
def test_nothing_of_real_solos_is_lost():
    names = ["JohnColtrane_BodyAndSoul", "DonByas_OutOfNowhere", "StanGetz_BodyAndSoul"]
    for _, solo in read_wjazzd(os.environ["JAZZGEN_WJAZZD"], names):
        found = sounded(solo)
        assert [source for source, _ in found] == list(range(len(solo.notes)))
        assert all(abs(solo.notes[source].onset - place) <= 4 for source, place in found)
        for bar in notate(solo, "literal"):
            assert sum(item.ticks for item in bar.content) == bar.meter.bar_ticks


@pytest.mark.parametrize(
    ("notes", "short"),
    [
        ([(0, 12), (12, 12), (24, 24)], [False, False, False]),
        ([(0, 6), (12, 7), (24, 24)], [True, False, False]),
        ([(0, 13), (24, 12), (48, 24)], [False, False, False]),  # a rest, and half a rest
        ([(0, 20), (48, 24)], [False, False]),
    ],
)
def test_short_notes_are_staccato(notes, short):
    content = [item for item in notate(line(*notes))[0].content if item.pitch is not None]
    assert [item.short for item in content] == short


def test_a_staccato_note_stands_on_the_page():
    assert solo_to_musicxml(line((0, 6), (12, 12), (24, 24))).count(b"<staccato") == 1
