"""Some bars of a solo, in another key, at another tempo."""

from dataclasses import replace

import pytest

import jazzgen
from jazzgen.errors import ConfigError
from jazzgen.music.chart import Bar, TempoChange
from jazzgen.music.excerpt import Excerpt, excerpt_of
from jazzgen.music.solo import Note, Solo
from jazzgen.music.trade import Trade, Turn

CHART = jazzgen.chart("title: T\ntempo: 120\n[A] | Dm7 G7 | % | (3/4) Cmaj7 | (4/4) A7 |").repeat(2)
NOTES = tuple(Note(onset, 30, 60 + n % 9, 70 + n, 0.5) for n, onset in enumerate(range(0, 696, 32)))
SOLO = Solo(NOTES, CHART, "T", phrase_starts=(0, 5, 9))


def test_bars_keep_their_chords_meters_and_choruses():
    bars = (CHART.bars[0], Bar(), *CHART.bars[2:])
    part = excerpt_of(replace(SOLO, chart=replace(CHART, bars=bars)), Excerpt(from_bar=2, to_bar=6))
    assert part.chart.bars[1:] == CHART.bars[2:6]
    assert [str(chord) for _, chord in part.chart.bars[0].chords] == ["G7"]  # as it still sounds
    assert part.chart.chorus_starts == (3,)
    begin, end = CHART.bar_starts[1], CHART.bar_starts[6]
    kept = [note for note in NOTES if begin <= note.onset < end]
    assert [note.onset + begin for note in part.notes] == [note.onset for note in kept]
    assert [note.velocity for note in part.notes] == [note.velocity for note in kept]
    assert part.notes[-1].end <= part.chart.ticks
    assert [kept[start] for start in part.phrase_starts] == [NOTES[5], NOTES[9]]


def test_a_note_is_cut_at_the_last_bar_line():
    whole = Solo((Note(90, 30, 60),), CHART)
    assert excerpt_of(whole, Excerpt(to_bar=1)).notes == (Note(90, 6, 60),)
    assert excerpt_of(whole, Excerpt(from_bar=2)).notes == ()


def test_later_tempi_keep_their_ratio():
    chart = jazzgen.Chart(
        CHART.bars, tempo=100, tempo_changes=(TempoChange(96, 150.0), TempoChange(500, 50.0))
    )
    chart = excerpt_of(Solo((), chart), Excerpt(tempo=80, from_bar=2)).chart
    assert chart.tempo == 80  # where the excerpt begins, the tempo was 150
    assert [(tick, round(tempo, 3)) for tick, tempo in chart.tempo_changes] == [(404, 26.667)]


def test_another_key():
    moved = excerpt_of(SOLO, Excerpt(transpose=-2))
    assert [note.pitch + 2 for note in moved.notes] == [note.pitch for note in NOTES]
    assert str(moved.chart.chord_at(0)) == "Cm7"


def test_who_trades_which_bars():
    one = Solo(NOTES[:3], CHART, instrument="trumpet")
    two = Solo(NOTES[4:6], CHART)
    turns = (Turn(player=0, first=1, last=1), Turn(player=1, first=2, last=8))
    trade = Trade(solos=(one, two), names=("Ann", "Bob"), turns=turns)
    part = excerpt_of(trade, Excerpt(from_bar=2, to_bar=3))
    assert part.turns == (Turn(player=1, first=1, last=2),)
    assert [len(solo.notes) for solo in part.solos] == [0, 2]
    assert part.solos[0].instrument == "trumpet"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"from_bar": 9}, "from_bar 9: T has 8 bars"),
        ({"from_bar": 2, "to_bar": 20}, "to_bar 20: T has 8 bars"),
        ({"from_bar": 3, "to_bar": 2}, "from_bar 3: comes after to_bar 2"),
        ({"tempo": 600.0}, "tempo 600: expected 20 to 500 bpm"),
    ],
)
def test_what_there_is_not(given, message):
    with pytest.raises(ConfigError, match=message):
        excerpt_of(SOLO, Excerpt(**given))
