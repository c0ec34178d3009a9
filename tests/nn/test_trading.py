"""Players who trade: whose notes are where, and that each hears the others."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_models import BLUES, classic, improviser, outspoken, scale_solo

from jazzgen.band.arrangement import Arrangement, arrange
from jazzgen.config import SamplingConfig
from jazzgen.errors import ConfigError, ModelError, SoloError
from jazzgen.improviser import Improviser
from jazzgen.music.instrument import find_instrument
from jazzgen.music.solo import Note
from jazzgen.music.timing import TICKS_PER_QUARTER
from jazzgen.music.trade import share_turns
from jazzgen.nn import trading
from jazzgen.nn.assets import Profile
from jazzgen.nn.keras_engine.store import files_of
from jazzgen.nn.numpy_engine.engine import LightEngine
from jazzgen.nn.soloists import BEYOND
from jazzgen.nn.trading import OVER, PICKUP, SHARE, Trader, draw_traders, trade_turns

CHART = BLUES.repeat(2)
TENOR, TRUMPET = "tenor saxophone", "trumpet"
PROFILES = (
    Profile("Ann", TENOR, "bebop", 45, 75),
    Profile("Ben", TRUMPET, "cool", 55, 80),
    Profile("Cleo", TENOR, "hard bop", 44, 70),
)


@pytest.fixture(scope="module")
def layers():
    return outspoken(improviser(performers=("Ann", "Ben", "Cleo"), profiles=PROFILES), rests=2)


@pytest.fixture(scope="module")
def model(layers):
    return Improviser(LightEngine(files_of(layers)), "little")


def around(chart, turn, length):
    """Return the ticks between which the notes of a turn lie."""
    begin, end = chart.bar_starts[turn.first - 1], chart.bar_starts[turn.last]
    return begin - min(PICKUP, length // SHARE), end + min(OVER, length // SHARE)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    length=st.sampled_from([1, 2, 3, 4, 5, 8, "chorus"]),
    players=st.integers(2, 3),
    seed=st.integers(0, 99),
)
def test_everybody_plays_in_his_turns_and_nobody_together(model, length, players, seed):
    chart = BLUES.repeat(3)
    trade = model.trade(chart, length, seed, performers=[None] * players)
    assert len(set(trade.names)) == players
    ticks = 96 * (12 if length == "chorus" else length)
    for player, solo in enumerate(trade.solos):
        spans = [around(chart, turn, ticks) for turn in trade.turns if turn.player == player]
        assert solo.notes
        for note in solo.notes:
            assert any(begin <= note.onset and note.end <= end for begin, end in spans)
        profile = next(one for one in PROFILES if one.performer == trade.names[player])
        assert (solo.instrument, solo.style) == (profile.instrument, profile.style)
        pitches = {note.pitch for note in solo.notes}
        assert profile.low - BEYOND <= min(pitches) <= max(pitches) <= profile.high + BEYOND
    line = trade.line.notes  # which overlap nowhere, or there were no line
    assert len(line) == sum(len(solo.notes) for solo in trade.solos)


def test_both_engines_trade_the_same(layers, model):
    graph = Improviser(layers)
    for length in (5, 2):
        assert graph.trade(BLUES, length, 2) == model.trade(BLUES, length, 2)


def test_a_seed_decides_and_another_one_decides_otherwise(model):
    trade = model.trade(CHART, 4, 5)
    assert model.trade(CHART, 4, 5) == trade
    others = [model.trade(CHART, 4, seed) for seed in range(6, 9)]
    assert all(other.line != trade.line for other in others)
    assert len({other.names for other in [trade, *others]}) > 1


def test_what_one_plays_changes_what_the_other_answers(model):
    """The first player begins with one of two phrases of the same length."""
    phrase = scale_solo(chart=CHART)
    first = phrase.with_notes([note for note in phrase.notes if note.end <= CHART.bar_starts[4]])
    second = first.with_notes(
        [replace(note, pitch=note.pitch + note.onset % 5) for note in first.notes]
    )
    asked = {"performers": ["Ann", "Ben"], "sampling": SamplingConfig(temperature=0.01)}
    one, other = (model.trade(CHART, 4, 1, primer=primer, **asked) for primer in (first, second))
    assert one.solos[0].notes[:25] == first.notes[:25]
    begin = CHART.bar_starts[4] + OVER
    answers = [
        [
            note
            for note in trade.solos[1].notes
            if begin <= note.onset < CHART.bar_starts[8] - PICKUP
        ]
        for trade in (one, other)
    ]
    assert all(answers)
    assert answers[0] != answers[1]


def test_the_answer_is_that_of_a_player_who_heard_it(model):
    """The second turn is what the player's own model plays after the first."""
    soloists = model.choose_traders(CHART, 3, [("Ann", "", ""), ("Cleo", "", "")])
    turns = share_turns(BLUES.repeat(1), 2, 6)
    chart = BLUES
    sampling = SamplingConfig()
    trade = model.play_trade(chart, turns, 3, soloists, [sampling] * 2)
    heard = trade.solos[0].notes
    answer = trade.solos[1].notes
    player = model.player(
        chart,
        trading.derived_seed(trading.NOISE, 3, 1),
        trading.sampling_of_turns(sampling, 24),
        performer="Cleo",
    )
    begin = max(heard[-1].end + 12, chart.bar_starts[6] - PICKUP)
    player.hear(heard, begin)
    player.play(99)
    assert [note for note in player.solo.notes if note.onset >= begin] == list(answer)


def test_others_are_heard_in_one_s_own_octave(model):
    chart = BLUES
    low, high, near = (
        Trader(model.player(chart, 1), compass, 1) for compass in ((40, 60), (64, 86), (42, 63))
    )
    notes = [Note(0, 24, 45), Note(24, 24, 52)]
    high.hear(notes, 96, low)
    near.hear(notes, 96, low)
    assert [note.pitch for note in high.player.solo.notes] == [69, 76]
    assert [note.pitch for note in near.player.solo.notes] == [45, 52]
    assert high.player.position == near.player.position == 96


def test_most_phrases_end_with_their_turn(model):
    """A turn that is played straight through is broken off far more often."""
    ends, cut = 0, 0
    for seed in range(6):
        trade = model.trade(CHART, 4, seed)
        for turn in trade.turns[:-1]:
            end = CHART.bar_starts[turn.last]
            last = max(note.end for note in trade.solos[turn.player].notes if note.onset < end)
            broken_off = last == end
            cut += broken_off
            ends += not broken_off
    assert ends > 2 * cut


@pytest.mark.parametrize("ending", ["final", "tag"])
def test_who_plays_last_lands_and_nobody_else(model, ending):
    for seed in range(3):
        layout = arrange(BLUES, 2, Arrangement(ending=ending))
        chart = layout.improvised
        turns = share_turns(chart, 2, 4, 24)
        asked = [("Ann", "", ""), ("Ben", "", "")]
        soloists = model.choose_traders(chart, seed, asked)
        sampling = SamplingConfig(landing=layout.landing)
        trade = model.play_trade(chart, turns, seed, soloists, [sampling] * 2)
        begin = chart.ticks - layout.final
        last = trade.solos[1].notes[-1]
        assert begin - 12 <= last.onset <= begin
        assert last.end >= begin + TICKS_PER_QUARTER
        assert last.pitch % 12 in chart.chord_at(begin).chord_tones
        assert trade.solos[0].notes[-1].end <= chart.bar_starts[20] + OVER


def test_performers_who_are_drawn_differ_as_long_as_there_are_enough(model):
    soloists = model._soloists
    for seed in range(20):
        found = draw_traders(soloists, CHART, [seed, seed, seed], [(None, "", "")] * 3)
        assert {one.performer for one in found} == {"Ann", "Ben", "Cleo"}
    tenors = draw_traders(soloists, CHART, [1, 2, 3], [(None, "tenor", "")] * 3)
    assert {one.performer for one in tenors[:2]} == {"Ann", "Cleo"}
    assert tenors[2].instrument == TENOR
    nobody = draw_traders(soloists, CHART, [None, None], [(None, "", "")] * 2)
    assert [one.performer for one in nobody] == ["", ""]


def test_settings_hold_for_every_player(model):
    trade = model.trade(
        CHART, 2, 1, SamplingConfig(low=60, high=72), instruments=("trumpet", "trumpet")
    )
    pitches = [note.pitch for note in trade.line.notes]
    assert 60 <= min(pitches) <= max(pitches) <= 72
    assert {solo.instrument for solo in trade.solos} == {find_instrument("trumpet").name}


def test_silence_is_as_long_as_asked_for_where_turns_leave_room():
    sampling = SamplingConfig(silence=3)
    assert trading.sampling_of_turns(sampling, 48).silence == 3
    assert trading.sampling_of_turns(sampling, 8).silence == 2
    assert trading.sampling_of_turns(sampling, 2).silence == 1
    assert trading.sampling_of_turns(SamplingConfig(silence=0), 8).silence == 0


def test_turns_are_played_in_order(model):
    chart = BLUES
    traders = [Trader(model.player(chart, n), (44, 75), n) for n in range(2)]
    trade_turns(traders, share_turns(chart, 2, 6))
    assert [trader.player.position for trader in traders] == [chart.ticks] * 2
    onsets = [[note.onset for note in trader.player.solo.notes] for trader in traders]
    assert onsets[0] == onsets[1]


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"bars": 24}, SoloError, "2 soloists, but only 1 turn of 24 bars"),
        ({"bars": 0}, SoloError, "0: expected the bars of a turn"),
        ({"performers": ["Ann", "Zoe"]}, ModelError, "performer 'Zoe': the model does not know"),
        ({"instruments": ["trumpet", "kazoo"]}, ConfigError, "'kazoo' is not an instrument"),
        (
            {"instruments": ["trumpet"]},
            ConfigError,
            "2 performers, 1 instrument, 2 styles: expected as",
        ),
        (
            {"primer": scale_solo(chart=CHART)},
            SoloError,
            "the primer reaches past the first turn, which ends with bar 4",
        ),
        (
            {"primer": scale_solo(chart=CHART).with_notes([])},
            SoloError,
            "a primer without notes",
        ),
    ],
)
def test_what_cannot_be_traded(model, options, error, message):
    with pytest.raises(error, match=message):
        model.trade(CHART, **{"bars": 4, **options})


def test_a_model_that_knows_nobody_cannot_trade():
    model = Improviser(LightEngine(files_of(classic())), "old")
    with pytest.raises(ModelError, match="old: knows no soloists who could trade; choose another"):
        model.trade(CHART)
