"""Ranges of bars and beats, as they are written and as ticks of a chart."""

import pytest

from jazzgen.errors import SoloError
from jazzgen.music.bar_range import BarRange
from jazzgen.music.chart import Bar, Chart
from jazzgen.music.timing import Meter

MIXED = Chart((Bar(), Bar(meter=Meter(3, 4)), Bar(meter=Meter(6, 8)), Bar()))  # 96, 72, 72, 96


@pytest.mark.parametrize(
    ("text", "ticks"),
    [
        ("1", (0, 96)),
        ("1-2", (0, 168)),
        (" 2 - 4 ", (96, 336)),
        ("1.3-2", (48, 168)),
        ("1.3-2.1", (48, 120)),
        ("1-2.3", (0, 168)),
        ("2.2", (120, 144)),
        ("3.2", (204, 240)),
        ("3.1-4.4", (168, 336)),
    ],
)
def test_a_range_s_last_bar_or_beat_belongs_to_it(text, ticks):
    assert BarRange.parse(text).ticks(MIXED) == ticks


def test_a_range_is_written_as_it_is_read():
    for text in ("1-2", "1.3-2", "5.3-8.2", "7-7.1"):
        assert str(BarRange.parse(text)) == text
        assert BarRange.of(text) == BarRange.parse(text)
    assert str(BarRange.parse("3")) == "3-3"
    assert BarRange.of((5, 8)) == BarRange.parse("5-8")
    assert BarRange.of(BarRange.parse("5-8.1")) == BarRange.parse("5-8.1")


@pytest.mark.parametrize(
    "text", ["", "three", "1-2-3", "1.2.3", "1.", ".1", "-1", "1--2", "²", "1-", "1,2", "9999999"]
)
def test_what_is_no_range_is_refused(text):
    with pytest.raises(SoloError, match=r"expected two bars, such as 5-8, or with beats 5\.3-8\.2"):
        BarRange.parse(text)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("0-2", "expected bars from 1 to 4, the first one first"),
        ("3-2", "expected bars from 1 to 4, the first one first"),
        ("2-5", "expected bars from 1 to 4, the first one first"),
        ("1.0-2", "expected beats from 1 to 4 in bar 1"),
        ("1.5-2", "expected beats from 1 to 4 in bar 1"),
        ("1-2.4", "expected beats from 1 to 3 in bar 2"),
        ("1-3.3", "expected beats from 1 to 2 in bar 3"),
        ("1.3-1.2", "expected two beats, the first one first"),
    ],
)
def test_bars_and_beats_that_a_chart_does_not_have(text, message):
    with pytest.raises(SoloError, match=message):
        BarRange.parse(text).ticks(MIXED)


def test_what_has_the_bars_is_named():
    with pytest.raises(SoloError, match=r"expected bars from 1 to 4 of my\.mid, the first"):
        BarRange.parse("4-5").ticks(MIXED, "my.mid")
