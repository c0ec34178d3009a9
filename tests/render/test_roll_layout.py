from itertools import pairwise

import pytest

from jazzgen.music.chart import Bar, Chart
from jazzgen.music.solo import Note, Solo
from jazzgen.music.timing import Meter
from jazzgen.render.roll_layout import (
    CHORD_POINTS,
    Row,
    bar_labels,
    chord_size,
    pitch_range,
    rows_of,
    shortened,
)


def chart(bars, *starts):
    return Chart((Bar(),) * bars, chorus_starts=starts or (0,))


@pytest.mark.parametrize(
    ("bars", "starts", "firsts"),
    [
        (12, (0,), [0, 4, 8]),
        (13, (0,), [0, 4, 8, 12]),
        (24, (0, 12), [0, 4, 8, 12, 16, 20]),
        (18, (0, 9), [0, 4, 8, 9, 13, 17]),  # a chorus begins a row
        (14, (2,), [0, 2, 6, 10]),  # so the form stands as it is after bars that count in
        (8, (0, 2, 4, 6), [0, 4]),  # unless it is shorter than a row
        (3, (0,), [0]),
    ],
)
def test_rows(bars, starts, firsts):
    rows = rows_of(chart(bars, *starts), 4)
    assert [row.first for row in rows] == firsts
    assert [row.last for row in rows] == [*firsts[1:], bars]
    assert [row.start for row in rows] == [96 * first for first in firsts]
    assert rows[-1].end == 96 * bars


def labels(bars, longest=None, starts=(0,)):
    row = Row(Chart(tuple(bars), chorus_starts=starts), 0, len(bars))
    return list(bar_labels(row, longest or row.end))


def test_what_begins_stands_beside_the_number():
    bars = [Bar(section="A"), Bar(), Bar(meter=Meter(3, 4)), Bar(section="B")]
    assert labels(bars, starts=(0, 3)) == [
        (0, "1 · A · chorus 1 · 4/4"), (1, "2"), (2, "3 · 3/4"), (3, "4 · B · chorus 2 · 4/4"),
    ]  # fmt: skip


def test_a_long_label_takes_the_place_of_plain_numbers():
    name = "A section with quite a long name that goes on over a bar line"
    found = labels([Bar(section=name), *[Bar()] * 3])
    assert found == [(0, f"1 · {name} · 4/4"), (2, "3"), (3, "4")]


def test_a_long_label_is_cut_where_another_one_follows():
    name = "A section with quite a long name that goes on over a bar line"
    found = dict(labels([Bar(section=name), Bar(section="B"), Bar(), Bar()]))
    assert found[0].startswith("1 · A section with quite a lo")
    assert found[0].endswith("…")
    assert (found[1], found[2]) == ("2 · B", "3")
    last = dict(labels([*[Bar()] * 3, Bar(section=name)]))
    assert len(last[3]) < len(name)


def test_labels_never_meet():
    bars = [Bar(section="Section" * (n % 5), meter=Meter(2 + n % 3, 4)) for n in range(16)]
    found = labels(bars)
    row = Row(Chart(tuple(bars)), 0, 16)
    starts = [row.chart.bar_starts[number] for number, _ in found] + [row.end]
    room = [(b - a) * 12 / row.end for a, b in pairwise(starts)]
    assert all(len(text) * 0.065 <= inches for (_, text), inches in zip(found, room, strict=True))


def test_chord_symbols_shrink_until_they_keep_apart():
    row = Row(chart(4), 0, 4)
    wide = {0: "Cmaj7", 192: "G7"}
    assert chord_size(wide, row, row.end) == CHORD_POINTS
    close = {0: "Cmaj7♯11", 24: "G7", 48: "F♯m7♭5/E"}
    assert 5 < chord_size(close, row, row.end) < CHORD_POINTS
    assert chord_size({0: "Cmaj7♯11", 6: "G7"}, row, row.end) == 5
    assert chord_size(close, row, row.end) > chord_size(close, row, 2 * row.end)


def test_the_range_is_an_octave_at_least():
    def shown(*pitches):
        notes = tuple(Note(24 * n, 24, pitch) for n, pitch in enumerate(pitches))
        return pitch_range(Solo(notes, chart(4)))

    assert shown() == (59, 73)
    assert shown(60) == (53, 67)
    assert shown(50, 70) == (49, 71)


@pytest.mark.parametrize(
    ("most", "text"), [(9, "So · What"), (8, "So · Wh…"), (6, "So…"), (2, "S…"), (0, "S…")]
)
def test_a_text_that_is_too_long(most, text):
    assert shortened("So · What", most) == text
