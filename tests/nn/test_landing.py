"""Where a solo lands: on a tone of the chart's last chord, whatever the chart, seed and rules."""

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from platforms import slow
from small_models import BLUES, shared_pair
from strategies import charts

from jazzgen.config import SamplingConfig
from jazzgen.encoding.chart_table import CHART_COLUMNS, END_FAR, ChartColumn, chart_table
from jazzgen.music.chart import Bar, Chart, PlacedChord
from jazzgen.music.chord import ChordSymbol
from jazzgen.music.solo import Note, Solo
from jazzgen.music.timing import EIGHTH, TICKS_PER_QUARTER, Meter

COMMON = Meter(4, 4)
FINAL = COMMON.bar_ticks


def soloists():
    """A small improviser on both engines, which plays long phrases and rests too."""
    return shared_pair(rests=1)


def with_final_bar(chart, symbol="F6", meter=COMMON):
    """Return a chart with a bar of one chord at the end."""
    bar = Bar((PlacedChord(0, ChordSymbol.parse(symbol)),), meter)
    return Chart((*chart.bars, bar), key=chart.key, tempo=chart.tempo)


def check_landing(chart, solo, length):
    """Check what is promised of the last note of a solo over a chart with a last chord."""
    begin, last = chart.ticks - length, solo.notes[-1]
    assert begin - EIGHTH <= last.onset <= begin, "with the chord, or an eighth ahead of it"
    assert last.end <= chart.ticks
    assert last.end - begin >= min(TICKS_PER_QUARTER, length), "held"
    row = chart_table(chart)[begin]
    if row[ChartColumn.TONES]:
        degree = (last.pitch - row[ChartColumn.ROOT]) % 12
        assert row[ChartColumn.TONES] >> degree & 1, "a chord tone"
    gap = solo.notes[-1].onset - solo.notes[-2].end if len(solo.notes) > 1 else 0
    within = len(solo.notes) > 1 and begin > TICKS_PER_QUARTER
    if within and solo.notes[-2].end > begin - TICKS_PER_QUARTER:
        assert gap < EIGHTH, "no rest in the beat before it"


RULES = {
    "by default": {},
    "out of breath": {"breath": 0.7},
    "never out of breath": {"breath": 0.0, "silence": 0.0},
    "never silent": {"silence": 0.5, "breath": 2.0},
    "high and sparse": {"register": 1.0, "density": -1.0},
    "narrow": {"low": 60, "high": 71},
    "safe": {"temperature": 0.0},
    "bold": {"temperature": 3.0, "top_p": 1.0, "min_p": 0.0},
}


@pytest.mark.parametrize("rules", RULES.values(), ids=RULES)
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(charts(max_bars=8), st.sampled_from(["F6", "N.C.", "Cm7", "Bb7"]), st.integers(0, 10**6))
def test_a_solo_lands_on_any_chart(rules, chart, symbol, seed):
    tune = with_final_bar(chart, symbol)
    sampling = SamplingConfig(landing=FINAL / TICKS_PER_QUARTER, **rules)
    for solo in soloists()["light"].takes(tune, [seed, seed + 1], sampling):
        check_landing(tune, solo, FINAL)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(charts(max_bars=4), st.integers(1, 12), st.sampled_from([2, 4, 8]), st.integers(0, 999))
@example(Chart.of_chords([["C7"]]), 1, 8, 0)  # an eighth
@example(Chart.of_chords([["C7"]]), 12, 4, 0)  # the longest
def test_a_solo_lands_on_chords_of_any_length(chart, numerator, denominator, seed):
    meter = Meter(numerator, denominator)
    tune, length = with_final_bar(chart, "F6", meter), meter.bar_ticks
    sampling = SamplingConfig(landing=length / TICKS_PER_QUARTER)
    solo = soloists()["light"].improvise(tune, seed, sampling)
    if length <= END_FAR - FINAL:
        check_landing(tune, solo, length)
    else:
        assert solo.notes, "too long to land on, but no reason to be silent"


@pytest.mark.parametrize(
    "name",
    [
        "by default",
        "out of breath",
        pytest.param("high and sparse", marks=slow),
        "narrow",
        pytest.param("safe", marks=slow),
    ],
)
def test_both_engines_land_alike(name):
    rules = RULES[name]
    tune, seeds = with_final_bar(BLUES), range(4)
    sampling = SamplingConfig(landing=4, **rules)
    takes = {name: one.takes(tune, seeds, sampling) for name, one in soloists().items()}
    assert takes["light"] == takes["keras"]
    for solo in takes["keras"]:
        check_landing(tune, solo, FINAL)


def test_without_a_landing_a_solo_ends_anywhere():
    """The tests above could not fail if solos landed by themselves."""
    tune = with_final_bar(BLUES)
    ends = [
        solo.notes[-1].onset - (tune.ticks - FINAL)
        for solo in soloists()["light"].takes(tune, range(12))
    ]
    assert sum(-EIGHTH <= one <= 0 for one in ends) < 4


@pytest.mark.parametrize("landing", [16, 16.5, 32, 64])
def test_a_chord_that_is_longer_than_the_table_tells_silences_nobody(landing):
    tune = Chart.of_chords([["F6"]] * 40)
    sampling = SamplingConfig(landing=landing)
    plain = soloists()["light"].improvise(tune, 1, SamplingConfig())
    assert soloists()["light"].improvise(tune, 1, sampling) == plain


def test_a_primer_that_sounds_into_the_last_chord_is_all():
    tune = with_final_bar(Chart.of_chords([["C7"]]))
    primer = Solo((Note(0, 90, 60), Note(90, 30, 62)), tune)
    for soloist in soloists().values():
        assert soloist.improvise(tune, 1, SamplingConfig(landing=4), primer).notes == primer.notes


@pytest.mark.parametrize("goes_on", [False, True])
def test_a_solo_that_goes_on_is_not_told_of_the_end(goes_on):
    sampling = SamplingConfig(goes_on=goes_on)
    task = soloists()["light"].task(BLUES, [1], sampling)
    left, table = task.chart_table()[:, ChartColumn.TO_END], chart_table(BLUES)
    if goes_on:
        assert set(left.tolist()) == {END_FAR}
    else:
        assert left.tolist() == table[:, ChartColumn.TO_END].tolist()
    others = [column for column in range(CHART_COLUMNS) if column != ChartColumn.TO_END]
    assert (task.chart_table()[:, others] == table[:, others]).all()


def test_both_engines_go_on_alike_and_otherwise_than_to_an_end():
    takes = {
        (name, goes_on): one.takes(BLUES, range(4), SamplingConfig(goes_on=goes_on))
        for name, one in soloists().items()
        for goes_on in (False, True)
    }
    for goes_on in (False, True):
        assert takes["light", goes_on] == takes["keras", goes_on]
    assert takes["light", False] != takes["light", True]
    begun = [
        [[note for note in take.notes if note.onset < BLUES.ticks - END_FAR - FINAL]
         for take in takes["light", goes_on]]
        for goes_on in (False, True)
    ]  # fmt: skip
    assert begun[0] == begun[1], "the end was heard where it was too far away"
