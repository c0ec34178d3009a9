"""Charts as iReal Pro links: the app's reader gives the same chords at the same beats."""

import pytest
from hypothesis import given, settings
from strategies import charts

import jazzgen
from jazzgen.errors import ChartError
from jazzgen.io.ireal.songs import read_charts, read_links
from jazzgen.io.ireal.write import chart_to_ireal, ireal_link
from jazzgen.library import library_names
from jazzgen.music.chart import Bar, Chart, PlacedChord
from jazzgen.music.chord import ChordSymbol
from jazzgen.music.timing import Meter


@pytest.mark.parametrize("name", library_names())
def test_the_library_comes_back(name):
    chart = jazzgen.chart(name)
    [reading] = read_charts(chart_to_ireal(chart), "page.html")
    assert reading.warnings == ()
    assert reading.chart.chord_spans == chart.chord_spans
    assert (reading.chart.title, reading.chart.key) == (chart.title, chart.key)
    assert [bar.meter for bar in reading.chart.bars] == [bar.meter for bar in chart.bars]


def test_equal_choruses_are_one():
    chart = jazzgen.chart("blues")
    assert ireal_link(chart.repeat(3)) == ireal_link(chart)


@pytest.mark.parametrize("quality", ["maj7", "m7", "m7b5", "dim7", "mMaj7", "7alt", "7sus", "69",
                                     "m6", "7b9#11", "aug", "add9", ""])  # fmt: skip
def test_a_quality_comes_back(quality):
    chord = ChordSymbol.parse(f"Eb{quality}/Bb")
    chart = Chart((Bar((PlacedChord(0, chord),)),))
    [reading] = read_links(ireal_link(chart))
    assert reading.chart.chord_at(0) == chord


def test_a_title_cannot_end_its_field():
    chart = Chart.of_chords([["C"]], title='a=b "c" <d> & \x07e')
    [reading] = read_charts(chart_to_ireal(chart), "page.html")
    assert reading.chart.title == 'a-b "c" <d> & e'


@given(charts())
@settings(deadline=None, max_examples=30)
def test_bars_and_meters_come_back(chart):
    if any(bar.meter.numerator > 9 and str(bar.meter) != "12/8" for bar in chart.bars):
        with pytest.raises(ChartError, match="has no meter"):
            ireal_link(chart)
        return
    [reading] = read_links(ireal_link(chart))
    assert [bar.meter for bar in reading.required().bars] == [bar.meter for bar in chart.bars]


def test_a_meter_that_the_app_lacks_is_refused():
    with pytest.raises(ChartError, match="iReal Pro has no meter 11/8"):
        ireal_link(Chart((Bar(meter=Meter(11, 8)),)))
