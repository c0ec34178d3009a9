"""Ticks, meters and tempi."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jazzgen.errors import ChartError
from jazzgen.music.timing import FOUR_FOUR, TICKS_PER_QUARTER, Meter, check_tempo


@pytest.mark.parametrize(("text", "beats", "beat_ticks", "bar_ticks"), [
    ("4/4", 4, 24, 96), ("3/4", 3, 24, 72), ("2/2", 2, 48, 96), ("5/4", 5, 24, 120),
    ("6/8", 2, 36, 72), ("9/8", 3, 36, 108), ("12/8", 4, 36, 144), ("7/8", 7, 12, 84),
    ("3/8", 3, 12, 36), ("6/4", 6, 24, 144), ("5/16", 5, 6, 30), (" 4 / 4 ", 4, 24, 96),
])  # fmt: skip
def test_meter(text, beats, beat_ticks, bar_ticks):
    meter = Meter.parse(text)
    assert (meter.beats, meter.beat_ticks, meter.bar_ticks) == (beats, beat_ticks, bar_ticks)
    assert meter.is_compound == (text in ("6/8", "9/8", "12/8"))


@given(st.integers(1, 32), st.sampled_from([2, 4, 8, 16]))
def test_beats_fill_the_bar(numerator, denominator):
    meter = Meter(numerator, denominator)
    assert meter.beats * meter.beat_ticks == meter.bar_ticks
    assert meter.bar_ticks * denominator == numerator * 4 * TICKS_PER_QUARTER
    assert Meter.parse(str(meter)) == meter


@given(st.integers(1, 12), st.sampled_from(["4/4", "3/4", "5/4", "7/8", "6/8", "12/8", "2/2"]))
def test_beats_are_shared_as_evenly_as_they_can_be(number, meter):
    meter = Meter.parse(meter)
    if number > 2 * meter.beats:
        with pytest.raises(ChartError, match=f"{number} chords in the {meter.beats} beats"):
            meter.share(number)
        return
    starts = meter.share(number)
    lengths = [b - a for a, b in zip(starts, [*starts[1:], meter.bar_ticks], strict=True)]
    unit = meter.beat_ticks if number <= meter.beats else meter.beat_ticks // 2
    assert starts[0] == 0
    assert min(lengths) >= unit
    assert all(length % unit == 0 for length in lengths)
    assert lengths == sorted(lengths, reverse=True)
    assert max(lengths) - min(lengths) <= unit


def test_meters_are_values():
    assert Meter(4, 4) == FOUR_FOUR
    assert len({Meter(6, 8), Meter(6, 8), Meter(3, 4)}) == 2


@pytest.mark.parametrize("text", ["", "4", "4/", "/4", "x/4", "4/4/4", "-3/4", "100/4", "4.5/4"])
def test_what_is_no_meter(text):
    with pytest.raises(ChartError, match="expected something like 4/4"):
        Meter.parse(text)


@pytest.mark.parametrize("text", ["0/4", "33/4", "4/0", "4/3", "4/32", "4/1"])
def test_meters_out_of_bounds(text):
    with pytest.raises(ChartError, match=f"meter {text}: expected 1 to 32 over 2, 4, 8 or 16"):
        Meter.parse(text)


@pytest.mark.parametrize("tempo", [20, 120, 499.5, 500])
def test_tempo(tempo):
    assert check_tempo(tempo) == float(tempo)
    assert isinstance(check_tempo(tempo), float)


@pytest.mark.parametrize("tempo", [0, -120, 19.99, 500.1, float("nan"), float("inf")])
def test_tempo_out_of_bounds(tempo):
    with pytest.raises(ChartError, match=r"--tempo: .* expected 20 to 500"):
        check_tempo(tempo, "--tempo")
