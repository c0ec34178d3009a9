"""Double time: the same sound in values twice as long, where players read that more easily."""

from dataclasses import replace

import pytest

import jazzgen
from jazzgen.errors import ConfigError
from jazzgen.io.musicxml.read import parse_musicxml
from jazzgen.io.musicxml.solo import solo_to_musicxml
from jazzgen.music.chart import Bar, Chart, KeyChange, PlacedChord, TempoChange
from jazzgen.music.chord import ChordSymbol
from jazzgen.music.pitch import Key
from jazzgen.music.solo import Note, Solo
from jazzgen.music.timing import Meter
from jazzgen.music.trade import Trade, share_turns
from jazzgen.notation.double_time import fits_double_time, in_double_time, is_read_in_double_time
from jazzgen.notation.readable import choose_readable
from jazzgen.render.notation_targets import write_notation
from jazzgen.render.target import Look


def placed(**chords):
    return tuple(PlacedChord(int(at[1:]), ChordSymbol.parse(text)) for at, text in chords.items())


CHART = Chart(
    (Bar(placed(t0="Dm7", t72="G7"), section="A"), Bar(placed(t48="C")), Bar(section="B")),
    tempo=60.0,
    feel="ballad",
    chorus_starts=(1,),
    tempo_changes=(TempoChange(96, 55.0),),
    key_changes=(KeyChange(1, Key.parse("F")),),
)


def runs(every=3, **fields):
    """A line of even notes through three bars."""
    chart = Chart((Bar(),) * 3, **{"tempo": 60.0, "feel": "ballad"} | fields)
    return Solo(tuple(Note(on, every, 60) for on in range(0, 288, every)), chart)


def test_all_of_a_chart_is_twice_as_long():
    doubled = in_double_time(Solo((Note(90, 6, 60, deviation=-1.5),), CHART))
    assert doubled.chart == Chart(
        (
            Bar(placed(t0="Dm7"), section="A"),
            Bar(placed(t48="G7")),
            Bar(),
            Bar(placed(t0="C")),
            Bar(section="B"),
            Bar(),
        ),
        tempo=120.0,
        feel="ballad",
        chorus_starts=(2,),
        tempo_changes=(TempoChange(192, 110.0),),
        key_changes=(KeyChange(2, Key.parse("F")),),
    )
    assert doubled.notes == (Note(180, 12, 60, deviation=-3.0),)
    assert doubled.chart.seconds == CHART.seconds


def test_thirty_seconds_of_a_ballad_are_written_as_sixteenths():
    assert is_read_in_double_time(runs())
    assert not choose_readable(in_double_time(runs())).graces
    assert choose_readable(in_double_time(runs())).positions == tuple(range(0, 576, 6))


@pytest.mark.parametrize(
    "solo", [runs(6), runs(tempo=100.0), Solo((), CHART), Solo((), Chart((Bar(),), tempo=300.0))]
)
def test_what_is_read_well_is_left_in_the_values_of_the_chart(solo):
    assert not is_read_in_double_time(solo)


def test_a_slow_waltz_stays_in_its_meter():
    waltz = Chart((Bar(meter=Meter(3, 4)),) * 4, tempo=60.0)
    assert not is_read_in_double_time(Solo(runs().notes, waltz))
    with pytest.raises(ConfigError, match="--double-time always: expected music in 4/4 or 2/4"):
        write_notation(Solo((), waltz), None, Look(double_time="always"))
    assert not fits_double_time(Chart((Bar(),), tempo=251.0))


def test_soloists_who_trade_keep_their_turns():
    first, second = Solo((Note(0, 24, 60),), CHART), Solo((Note(96, 24, 64),), CHART)
    trade = Trade(solos=(first, second), names=("", ""), turns=share_turns(CHART, 2, 1))
    doubled = in_double_time(trade)
    assert [(turn.first, turn.last) for turn in doubled.turns] == [(1, 2), (3, 4), (5, 6)]
    assert [solo.notes[0].onset for solo in doubled.solos] == [0, 192]


@pytest.mark.parametrize(
    ("look", "bars"),
    [
        (Look(), 6),
        (Look(double_time="never"), 3),
        (Look(notation="literal"), 3),
        (Look(notation="literal", double_time="always"), 6),
    ],
)
def test_a_page_is_in_double_time_where_that_helps_or_is_asked_for(tmp_path, look, bars):
    write_notation(runs(), tmp_path / "a.musicxml", look)
    page = (tmp_path / "a.musicxml").read_text()
    assert page.count("<measure ") == bars
    assert ("Ballad, in double time" in page) == (bars == 6)


def test_the_tempo_is_marked_in_half_notes():
    page = solo_to_musicxml(in_double_time(runs()), double_time=True).decode()
    assert "<beat-unit>half</beat-unit>" in page
    assert "<per-minute>60</per-minute>" in page
    assert '<sound tempo="120.0"' in page


def test_what_is_written_in_double_time_is_read_back_as_it_was(tmp_path):
    chart = replace(CHART, bars=CHART.bars[:1] * 4, chorus_starts=(0,), key_changes=())
    solo = replace(runs(), chart=chart, title="Slow")
    write_notation(solo, tmp_path / "a.musicxml", Look(double_time="always"))
    back = jazzgen.read(tmp_path / "a.musicxml")
    assert [(note.onset, note.duration) for note in back.notes] == [
        (note.onset, note.duration) for note in solo.notes
    ]
    assert back.chart.bars == chart.bars
    assert back.chart.tempo == 60
    assert parse_musicxml((tmp_path / "a.musicxml").read_bytes()).bars == chart.bars
