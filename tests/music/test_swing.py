"""Swing: ratios by tempo, when off-beats sound, and how a soloist plays against them."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_models import BLUES
from strategies import solos

from jazzgen.errors import ConfigError
from jazzgen.music.chart import Bar, Chart
from jazzgen.music.solo import Note
from jazzgen.music.styles import feel_names
from jazzgen.music.swing import Swing, check_ratio, sounding_spans, swing_ratio
from jazzgen.music.timing import Meter

TWO = Swing(2.0)
CHART = BLUES


@pytest.mark.parametrize(
    ("tempo", "ratio"),
    [(20, 2.3), (50, 2.3), (85, 2.15), (120, 2.0), (190, 1.8), (215, 1.7), (240, 1.6), (340, 1.0),
     (500, 1.0)],
)  # fmt: skip
def test_the_ratio_falls_with_tempo(tempo, ratio):
    assert swing_ratio("swing", tempo) == pytest.approx(ratio)


@given(st.floats(20, 500), st.floats(20, 500), st.sampled_from(feel_names()))
def test_a_faster_tune_never_swings_more(a, b, feel):
    slow, fast = sorted((a, b))
    assert 1 <= swing_ratio(feel, fast) <= swing_ratio(feel, slow) <= 2.3


def test_bossa_and_straight_eighths_are_even():
    assert {swing_ratio(feel, 120) for feel in ("bossa", "straight")} == {1.0}


@pytest.mark.parametrize("ratio", [0.99, 5.01, -1, float("nan"), float("inf")])
def test_a_ratio_out_of_range(ratio):
    with pytest.raises(ConfigError, match="expected a ratio from 1"):
        Swing(ratio)
    with pytest.raises(ConfigError, match="--swing"):
        check_ratio(ratio, "--swing")


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0, 3.0, 5.0])
def test_the_off_beat_divides_the_beat_as_the_ratio_says(ratio):
    off = Swing(ratio).off_beat
    assert off / (24 - off) == pytest.approx(ratio)


def test_an_accompaniments_off_beats_swing_and_nothing_else_does():
    assert TWO.sounding_onsets([0, 6, 8, 12, 16, 18, 24, 36], CHART) == [
        0,
        6,
        8,
        16,
        16,
        18,
        24,
        40,
    ]


def test_notes_end_in_proportion_within_each_half_of_a_beat():
    assert TWO.sounding_ends([6, 12, 18, 24, 30], CHART) == [8, 16, 20, 24, 32]


@pytest.mark.parametrize("meter", [Meter(6, 8), Meter(12, 8), Meter(7, 8), Meter(9, 16)])
def test_eighths_that_are_beats_do_not_swing(meter):
    chart = Chart((Bar(meter=meter),) * 2)
    ticks = list(range(0, chart.ticks, 12))
    assert TWO.sounding_onsets(ticks, chart) == ticks


def test_off_beats_after_an_odd_bar_are_counted_from_its_bar_line():
    chart = Chart((Bar(meter=Meter(7, 8)), Bar()))
    assert TWO.sounding_onsets([84 + 12, 84 + 24], chart) == [84 + 16, 84 + 24]


def sounding(*onsets, swing=TWO, deviation=0.0, last=12):
    """Return when notes with these onsets begin to sound."""
    ends = [*onsets[1:], onsets[-1] + last]
    notes = [Note(on, end - on, 60, 80, deviation) for on, end in zip(onsets, ends, strict=True)]
    return [begin for begin, _ in sounding_spans(notes, CHART, swing)]


def test_eighths_swing_and_notes_on_the_beat_lag_behind_the_ride():
    lag = 0.03 * CHART.tempo / 60 * 24
    assert sounding(0, 12, 24, 36) == [lag, 16, 24 + lag, 40]


def test_the_lag_is_thirty_milliseconds_in_slow_tunes():
    slow = Chart((Bar(),), tempo=60)
    ((begin, _),) = sounding_spans([Note(0, 12, 60)], slow, TWO)
    assert begin / 24 * 60 / 60 == pytest.approx(0.03)


def test_an_off_beat_written_as_a_triplet_is_the_same_off_beat():
    assert sounding(0, 16, swing=Swing(1.5))[1] == pytest.approx(14.4)


def test_triplets_and_double_time_stay_even():
    late = 1.0  # so that no lag comes in
    assert sounding(0, 8, 16, deviation=late) == [1, 9, 17]
    assert sounding(0, 6, 12, 18, deviation=late) == [1, 7, 13, 19]


def test_sixteenths_before_an_off_beat_keep_their_order():
    assert sounding(0, 6, 12, deviation=0.0)[1:] == [8, 16]


def test_half_of_an_off_beats_own_deviation_is_kept():
    assert sounding(12, 24, deviation=3.1) == pytest.approx([16 + (3.1 - 1.1) / 2, 27.1])


@given(solos(), st.floats(1.001, 5))
@settings(deadline=None)
def test_no_note_overtakes_another(solo, ratio):
    """Without deviations and the lag, notes sound in the order of their onsets."""
    swing = Swing(round(ratio, 4))
    notes = [Note(n.onset, n.duration, n.pitch, 80, 1e-9) for n in solo.notes]
    places = sounding_spans(notes, solo.chart, swing)
    begins = [begin for begin, _ in places]
    assert all(a < b + 1 for a, b in pairwise(begins))
    assert all(stop > begin for begin, stop in places)


@pytest.mark.parametrize("ratio", [1.2, 1.6, 2.0, 2.3, 3.0])
def test_straightening_undoes_the_swing(ratio):
    swing = Swing(ratio)
    for tick in (0, 12, 24, 36, 108):
        (place,) = swing.sounding_onsets([tick], CHART)
        assert swing.straightened(place, CHART) == pytest.approx(tick)
    assert swing.straightened(8, CHART) == 8
