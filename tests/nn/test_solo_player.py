"""A player in notes and bars: playing along is improvising, in pieces."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_models import BLUES, improviser, outspoken, scale_solo

from jazzgen.config import SamplingConfig
from jazzgen.errors import ModelError, SoloError
from jazzgen.improviser import Improviser
from jazzgen.music.solo import Note, Solo
from jazzgen.nn.keras_engine.store import files_of
from jazzgen.nn.numpy_engine.engine import LightEngine

CHART = BLUES.repeat(3)
STARTS = CHART.bar_starts
PHRASE = (Note(480, 20, 62, 90, 1.5), Note(504, 12, 65, 70, -1.0), Note(540, 24, 60, 100, 0.5))


@pytest.fixture(scope="module")
def soloist():
    """A small improviser that rests now and then."""
    layers = outspoken(improviser(performers=("Ann", "Ben")), rests=2)
    return Improviser(LightEngine(files_of(layers)))


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.integers(1, 9), max_size=12), st.integers(0, 3))
def test_bars_by_bars_it_is_the_solo_that_is_improvised(soloist, pieces, seed):
    player = soloist.player(CHART, seed)
    played = []
    for bars in (*pieces, len(CHART.bars)):
        before = player.position
        played += player.play(bars)
        assert player.position == STARTS[min(STARTS.index(before) + bars, len(CHART.bars))]
    whole = soloist.improvise(CHART, seed)
    assert player.solo == whole
    assert [(note.onset, note.pitch) for note in played] == [
        (note.onset, note.pitch) for note in whole.notes
    ]
    assert player.play(4) == ()


def test_settings_and_performer_are_those_of_improvise(soloist):
    sampling = SamplingConfig(temperature=0.6, low=60, high=72)
    player = soloist.player(CHART, 5, sampling, "ben")
    player.play(2)
    player.play(len(CHART.bars))
    assert player.solo == soloist.improvise(CHART, 5, sampling, performer="Ben")
    with pytest.raises(ModelError, match="performer 'Zoe'"):
        soloist.player(CHART, performer="Zoe")


def test_notes_that_are_heard_are_a_primer(soloist):
    primer = scale_solo(chart=CHART)
    primer = primer.with_notes(primer.notes[:9])
    player = soloist.player(CHART, 2, performer="")
    player.hear(primer.notes)
    assert player.position == primer.notes[-1].end
    player.play(len(CHART.bars))
    assert player.solo == soloist.improvise(CHART, 2, primer=primer)


def test_trading_fours(soloist):
    """What others play stands in the solo as they played it, and is answered."""
    player = soloist.player(CHART, 1)
    first = player.play(4)
    player.hear([Note(one.onset, one.duration, one.pitch, 99, 2.0) for one in PHRASE], STARTS[8])
    assert player.position == STARTS[8]
    answer = player.play(4)
    assert all(STARTS[8] <= note.onset < STARTS[12] for note in answer)
    notes = player.solo.notes
    assert [note.onset for note in notes[: len(first)]] == [note.onset for note in first]
    assert all(note in notes for note in (Note(480, 20, 62, 99, 2.0), Note(540, 24, 60, 99, 2.0)))
    other = soloist.player(CHART, 1)
    other.play(4)
    other.hear([Note(480, 60, 71)], STARTS[8])
    assert other.play(4) != answer


def test_a_branch_goes_its_own_way_and_one_is_kept(soloist):
    player = soloist.player(CHART, 1)
    player.play(4)
    before = player.solo
    tries = [player.branch(seed) for seed in (7, 8, 9)]
    answers = [one.play(4) for one in tries]
    assert len(set(answers)) > 1
    assert player.solo == before
    kept = tries[1]
    assert kept.solo.notes[: len(before.notes) - 1] == before.notes[:-1]
    kept.play(99)
    assert player.branch().play(99) == player.play(99)
    assert player.solo == soloist.improvise(CHART, 1)


def test_rewound_to_a_bar_it_plays_that_again(soloist):
    player = soloist.player(CHART, 3)
    player.play(4)
    begun = player.solo
    player.play(12)
    player.rewind(5)
    assert player.position == STARTS[4]
    assert player.solo.notes[:-1] == begun.notes[:-1]
    player.play(99)
    assert player.solo == soloist.improvise(CHART, 3)
    player.rewind(1)
    assert player.solo.notes == ()


def test_who_comes_in_early_ends_what_was_played(soloist):
    player = soloist.player(CHART, 1)
    player.play(8)
    onset = next(note for note in player.solo.notes[4:] if note.duration > 6).onset + 3
    earlier = [note for note in player.solo.notes if note.onset < onset]
    player.hear([Note(onset, 30, 60)])
    notes = player.solo.notes
    assert notes[-1] == Note(onset, 30, 60)
    assert notes[:-2] == tuple(earlier[:-1])
    assert (notes[-2].onset, notes[-2].end) == (earlier[-1].onset, onset)
    fresh = soloist.player(CHART, 1)
    fresh.play(1)
    fresh.hear(notes[:-1])
    assert fresh.solo.notes == notes[:-1]


def test_silence_can_be_heard(soloist):
    player = soloist.player(CHART, 1)
    player.play(2)
    count = len(player.solo.notes)
    player.hear([], STARTS[4])
    assert len(player.solo.notes) == count
    assert all(note.onset >= STARTS[4] for note in player.play(2))


def test_it_hears_to_the_chart_s_end_and_no_further(soloist):
    player = soloist.player(BLUES)
    player.hear([Note(BLUES.ticks - 12, 12, 60)], BLUES.ticks + 500)
    assert player.position == BLUES.ticks
    assert player.play() == ()
    assert player.solo == Solo((Note(BLUES.ticks - 12, 12, 60),), BLUES, BLUES.title)


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda player: player.play(0), "0 bars: expected 1 or more"),
        (lambda player: player.rewind(0), "bar 0: expected one from 1 to 5"),
        (lambda player: player.rewind(6), "bar 6: expected one from 1 to 5"),
        (lambda player: player.hear([]), "expected notes, or a tick .* 384 on, got None"),
        (lambda player: player.hear([], 100), "expected notes, or a tick .* 384 on, got 100"),
        (lambda player: player.hear([Note(9000, 9, 60)]), "after the chart's"),
        (lambda player: player.hear([Note(500, 9, 60), Note(504, 9, 60)]), "note 2 begins at"),
    ],
)
def test_what_cannot_be_done_is_refused_and_changes_nothing(soloist, wrong, message):
    player = soloist.player(CHART, 1)
    player.play(4)
    before = player.solo
    with pytest.raises(SoloError, match=message):
        wrong(player)
    assert player.solo == before
    player.play(99)
    assert player.solo == soloist.improvise(CHART, 1)


def test_how_short_a_note_is_played_is_known_with_the_next_one(soloist):
    """The length of the last note changes, if at all, to that of the solo that is improvised."""
    whole = soloist.improvise(CHART, 3)
    changed = 0
    player = soloist.player(CHART, 3)
    for _ in CHART.bars:
        before = player.solo.notes
        player.play(1)
        after = player.solo.notes[: len(before)]
        assert after[:-1] == before[:-1]
        if before:
            assert (after[-1].onset, after[-1].pitch) == (before[-1].onset, before[-1].pitch)
            assert after[-1].duration <= before[-1].duration
            changed += after[-1].duration < before[-1].duration
    assert changed > 1
    assert player.solo == whole


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.integers(1, 36), st.integers(1, 9)), min_size=1, max_size=6))
def test_however_often_it_is_rewound_and_branched_it_is_the_same_solo(soloist, steps):
    player = soloist.player(CHART, 2)
    for bar, bars in steps:
        player.play(bars)
        player = player.branch()
        player.rewind(min(bar, CHART.bar_at(player.position - 1) + 1))
    player.play(len(CHART.bars))
    assert player.solo == soloist.improvise(CHART, 2)
