"""Turns share out the bars, and the solos of a trade make one line."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jazzgen.errors import SoloError
from jazzgen.music.chart import Chart
from jazzgen.music.solo import Note, Solo
from jazzgen.music.trade import CHORUS, Trade, Turn, bars_of_turns, share_turns

FOUR = Chart.of_chords([["Dm7"], ["G7"], ["Cmaj7"], ["C6"]])
CHART = FOUR.repeat(4)
TURNS = share_turns(CHART, 2, 4)
ANN = Solo((Note(0, 24, 60), Note(800, 24, 61)), CHART, "Tune", instrument="trumpet")
BEN = Solo((Note(380, 24, 50),), CHART, "Tune", instrument="trombone")
TRADE = Trade(solos=(ANN, BEN), names=("Ann", ""), turns=TURNS)


@given(st.integers(1, 40), st.integers(2, 5), st.integers(1, 9), st.integers(0, 3))
def test_every_bar_is_in_one_turn_and_players_come_in_order(bars, players, length, ending):
    chart = Chart.of_chords([["C6"]] * (bars + ending))
    if -(-bars // length) < players:
        with pytest.raises(SoloError, match=f"{players} soloists, but only "):
            share_turns(chart, players, length, bars)
        return
    turns = share_turns(chart, players, length, bars)
    shared = [bar for turn in turns for bar in range(turn.first, turn.last + 1)]
    assert shared == list(range(1, bars + ending + 1))
    assert [turn.player for turn in turns] == [n % players for n in range(len(turns))]
    assert all(turn.last - turn.first + 1 == length for turn in turns[:-1])
    assert turns[-1].first <= bars  # an ending is no turn of its own


def test_choruses_are_shared_and_the_ending_is_the_last_player_s():
    chart = replace(FOUR.repeat(3), bars=(*FOUR.repeat(3).bars, *FOUR.bars[:2]))
    turns = share_turns(chart, 2, CHORUS, 12)
    assert [(turn.player, turn.first, turn.last) for turn in turns] == [
        (0, 1, 4), (1, 5, 8), (0, 9, 14),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("players", "length", "message"),
    [
        (2, 0, "0: expected the bars of a turn, 1 or more, or chorus"),
        (2, "solo", "solo: expected the bars of a turn"),
        (2, 16, "2 soloists, but only 1 turn of 16 bars; play more choruses, or take shorter"),
        (5, 4, "5 soloists, but only 4 turns of 16 bars"),
        (5, CHORUS, "5 soloists, but only 4 choruses to trade; play more of them"),
        (1, 4, "1 soloist: it takes two or more to trade"),
    ],
)
def test_turns_that_cannot_be(players, length, message):
    with pytest.raises(SoloError, match=message):
        share_turns(CHART, players, length)


def test_the_line_is_all_that_is_played():
    line = TRADE.line
    assert line.notes == (ANN.notes[0], BEN.notes[0], ANN.notes[1])
    assert (line.title, line.chart, line.instrument) == ("Tune", CHART, "")
    assert TRADE.labels == ("Solo 1: Ann", "Solo 2: trombone")
    assert TRADE.bars_of(1) == ((5, 8), (13, 16))
    assert bars_of_turns(((1, 4), (9, 9))) == "1-4, 9"


def test_all_solos_change_alike():
    up = TRADE.each(lambda solo: solo.transpose(2))
    assert [solo.notes[0].pitch for solo in up.solos] == [62, 52]
    assert up.turns == TRADE.turns


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"solos": (ANN,), "names": ("",)}, "1 solo and 1 name: expected two solos or more"),
        ({"names": ("Ann",)}, "2 solos and 1 name"),
        ({"solos": (ANN, replace(BEN, chart=FOUR.repeat(5)))}, "have different charts"),
        ({"turns": (Turn(player=2, first=1, last=4),)}, "a turn of none of the 2 players"),
        ({"turns": (Turn(player=0, first=16, last=17),)}, "a turn outside the chart's 16 bars"),
        ({"turns": (Turn(player=0, first=3, last=2),)}, "a turn outside the chart's 16 bars"),
        ({"solos": (ANN, BEN.with_notes([Note(12, 24, 50)]))}, "note 2 begins at tick 12, before"),
    ],
)
def test_what_is_no_trade(changes, message):
    with pytest.raises(SoloError, match=message):
        replace(TRADE, **changes)
