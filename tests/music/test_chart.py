"""Charts: bars, chord spans, choruses, keys and seconds."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jazzgen.errors import ChartError
from jazzgen.io.chart_text.text import parse_chart
from jazzgen.music.chart import Bar, Chart, ChordSpan, PlacedChord, TempoChange
from jazzgen.music.chord import NO_CHORD, ChordSymbol
from jazzgen.music.pitch import Key
from jazzgen.music.timing import Meter

C, F, G7 = (ChordSymbol.parse(text) for text in ("C", "F", "G7"))
BLUES = Chart.of_chords([["F7"], ["Bb7"], ["F7"], ["Cm7", "F7"]], key=Key("F"), tempo=60)


def symbols(chart):
    return [str(span.chord) for span in chart.chord_spans]


def test_chord_spans():
    bars = (
        Bar(),
        Bar((PlacedChord(0, C), PlacedChord(48, C), PlacedChord(72, G7))),
        Bar((), Meter(3, 4)),
        Bar((PlacedChord(0, G7), PlacedChord(24, F))),
    )
    chart = Chart(bars)
    assert chart.chord_spans == (
        ChordSpan(0, 96, NO_CHORD),
        ChordSpan(96, 168, C),
        ChordSpan(168, 288, G7),
        ChordSpan(288, 360, F),
    )
    assert chart.bar_starts == (0, 96, 192, 264, 360)
    assert chart.ticks == 360


CELLS = st.lists(st.sampled_from(["C", "F", "G7", "N.C."]), max_size=4)


@given(st.lists(CELLS, min_size=1, max_size=6))
def test_chord_spans_cover_the_chart_and_change(cells):
    chart = Chart.of_chords(cells)
    spans = chart.chord_spans
    assert spans[0].start == 0
    assert spans[-1].end == chart.ticks
    for before, after in pairwise(spans):
        assert before.end == after.start
        assert before.chord != after.chord
    for tick, chord in chart.placed_chords():
        assert chart.chord_at(tick) == chord
    assert all(span.start < span.end for span in spans)


def test_where_a_tick_lies():
    assert [BLUES.bar_at(tick) for tick in (-5, 0, 95, 96, 383, 384, 10_000)] == [
        0,
        0,
        0,
        1,
        3,
        3,
        3,
    ]
    assert [str(BLUES.chord_at(tick)) for tick in (-5, 0, 95, 96, 335, 336, 10_000)] == [
        "F7",
        "F7",
        "F7",
        "Bb7",
        "Cm7",
        "F7",
        "F7",
    ]
    assert BLUES.span_at(96) == 1


def test_repeat():
    chart = BLUES.repeat(3)
    assert len(chart.bars) == 12
    assert chart.chorus_starts == (0, 4, 8)
    assert chart.choruses == 3
    assert chart.ticks == 3 * BLUES.ticks
    assert BLUES.repeat(1) == BLUES
    assert BLUES.repeat(2).repeat(2) == BLUES.repeat(4)
    with pytest.raises(ChartError, match="0 choruses: expected at least 1"):
        BLUES.repeat(0)


def test_repeat_takes_the_tempi_along():
    chart = Chart((Bar(), Bar()), tempo=60, tempo_changes=(TempoChange(96, 120),))
    assert chart.repeat(2).tempo_changes == (
        TempoChange(96, 120),
        TempoChange(192, 60),
        TempoChange(288, 120),
    )
    assert chart.repeat(3).seconds == pytest.approx(3 * chart.seconds)
    assert chart.repeat(1) == chart


@pytest.mark.parametrize(
    ("changes", "seconds"),
    [
        ((), 8.0),
        ((TempoChange(96, 120),), 6.0),
        ((TempoChange(0, 120),), 4.0),
        ((TempoChange(48, 120), TempoChange(144, 30)), 2 + 2 + 4),
        ((TempoChange(192, 30),), 8.0),
        ((TempoChange(5000, 30),), 8.0),
    ],
)
def test_seconds(changes, seconds):
    assert Chart((Bar(), Bar()), tempo=60, tempo_changes=changes).seconds == pytest.approx(seconds)


def test_transpose():
    up = BLUES.transpose(5)
    assert up.key == Key("Bb")
    assert symbols(up) == ["Bb7", "Eb7", "Bb7", "Fm7", "Bb7"]
    assert BLUES.transpose(12) == BLUES.transpose(0) == BLUES
    assert symbols(BLUES.transpose(-3)) == ["D7", "G7", "D7", "Am7", "D7"]


def test_transpose_spells_as_the_key_asks():
    chart = Chart.of_chords([["Am6"], ["G#dim7"], ["N.C."], ["F#m7b5/C"]], key=Key("A", "minor"))
    assert symbols(chart.transpose(-2)) == ["Gm6", "F#dim7", "N.C.", "Em7b5/Bb"]
    assert symbols(chart.transpose(4)) == ["C#m6", "Cdim7", "N.C.", "A#m7b5/E"]


TONICS = st.sampled_from(["C", "Db", "D", "Eb", "E", "F", "F#", "Gb", "G", "Ab", "A", "Bb", "B"])


@given(TONICS, TONICS)
def test_in_key(first, second):
    chart = BLUES.in_key(Key(first))
    moved = chart.in_key(Key(second))
    assert moved.key == Key(second)
    assert str(moved.chord_at(0)) == f"{second}7"
    back = moved.in_key(Key("F"))
    assert [s.chord.root_pc for s in back.chord_spans] == [
        s.chord.root_pc for s in BLUES.chord_spans
    ]
    assert BLUES.in_key(Key("F")) is BLUES


def test_in_key_spells_the_same_pitch_otherwise():
    chart = BLUES.in_key(Key("Gb"))
    assert symbols(chart.in_key(Key("F#"))) == ["F#7", "B7", "F#7", "C#m7", "F#7"]


def test_in_key_keeps_the_mode():
    with pytest.raises(ChartError, match=r"is in F .major.; it cannot be transposed to Dm .minor."):
        BLUES.in_key(Key("D", "minor"))


@pytest.mark.parametrize("onsets", [(-1,), (96,), (0, 0), (48, 24)])
def test_bars_are_checked(onsets):
    with pytest.raises(ChartError, match=r"in a bar|outside its bar"):
        Bar(tuple(PlacedChord(onset, C) for onset in onsets))


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"bars": ()}, "T: no bars"),
        ({"tempo": 10}, "T: tempo: 10 quarter notes per minute"),
        ({"tempo": float("nan")}, "tempo nan: expected a number"),
        ({"tempo_changes": (TempoChange(5, 900),)}, "T: tempo at tick 5: 900"),
        ({"tempo_changes": (TempoChange(-1, 90),)}, "tempo changes out of order"),
        ({"tempo_changes": (TempoChange(9, 90), TempoChange(9, 80))}, "tempo changes out of order"),
        ({"feel": "polka"}, "feel 'polka': expected one of swing"),
        ({"chorus_starts": ()}, "chorus starts"),
        ({"chorus_starts": (1,)}, "outside the 1 bar"),
        ({"chorus_starts": (-1,)}, "outside the 1 bar"),
        ({"chorus_starts": (0, 0)}, "chorus starts out of order"),
    ],
)
def test_charts_are_checked(fields, message):
    with pytest.raises(ChartError, match=message):
        Chart(**{"bars": (Bar(),), "title": "T", **fields})


def test_of_chords():
    chart = Chart.of_chords([["C", "F", "G7"], []], title="T")
    assert [onset for onset, _ in chart.bars[0].chords] == [0, 48, 72]
    assert chart.bars[1] == Bar()
    assert chart.title == "T"


def test_charts_are_values():
    assert Chart.of_chords([["C"]]) == Chart.of_chords([["Cmaj"]])
    assert len({Chart.of_chords([["C"]]), Chart.of_chords([["C"]]), Chart.of_chords([["F"]])}) == 2


@pytest.mark.parametrize(
    ("key", "chords"),
    [
        ("B", "G#m7 Emaj7 Fm7b5 Bb7 Ebmaj7 D#m7 G#7 D#7"),
        ("F#", "D#m7 Bmaj7 Cm7b5 F7 Bbmaj7 A#m7 D#7 A#7"),
        ("E", "C#m7 Amaj7 Bbm7b5 Eb7 Abmaj7 G#m7 C#7 G#7"),
        ("A", "F#m7 Dmaj7 D#m7b5 G#7 C#maj7 C#m7 F#7 C#7"),
    ],
)
def test_no_major_seventh_is_spelled_with_double_sharps(key, chords):
    flat = parse_chart("key: Ab\n| Fm7 | Dbmaj7 | Dm7b5 | G7 | Cmaj7 | Cm7 | F7 | C7 |")
    moved = flat.in_key(Key(key))
    assert " ".join(str(chord) for _, chord in moved.placed_chords()) == chords
    assert moved.in_key(Key("Ab")) == flat
