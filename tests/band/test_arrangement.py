"""Count-in, intro, heads and endings: one chart, with every bar where it belongs."""

from itertools import pairwise

import numpy as np
import pytest
from random_tunes import random_chart, random_notes

import jazzgen
from jazzgen.band.arrangement import PLAIN, Arrangement, arrange
from jazzgen.band.bar_plan import COUNT_IN, ENDING, HEAD, INTRO, plan_bars
from jazzgen.errors import ChartError, ConfigError, SoloError
from jazzgen.io.chart_text.text import format_chart, parse_chart
from jazzgen.music.solo import Note, Solo

BLUES = jazzgen.chart("blues")


def roles(chart):
    return [bar.role for bar in plan_bars(chart)]


def symbols(chart, first, last):
    return [[str(chord) for _, chord in bar.chords] for bar in chart.bars[first:last]]


def test_without_anything_around_it_a_layout_is_the_choruses():
    layout = arrange(BLUES, 3)
    assert layout.chart == layout.improvised == BLUES.repeat(3)
    solo = Solo((Note(0, 12, 60),), layout.improvised)
    assert layout.place(solo) is solo


def test_every_bar_has_its_role():
    layout = arrange(BLUES, 2, Arrangement(count_in=2, intro=4, ending="tag"))
    assert roles(layout.chart) == ([COUNT_IN] * 2 + [INTRO] * 4 + [""] * 24 + [ENDING] * 3)
    assert layout.chart.chorus_starts == (6, 18)
    assert layout.offset == 6 * 96
    assert len(layout.improvised.bars) == 27


def test_an_intro_is_the_end_of_the_form():
    layout = arrange(BLUES, 1, Arrangement(intro=4))
    assert symbols(layout.chart, 0, 4) == symbols(BLUES, 8, 12)
    assert layout.chart.chord_at(0) == BLUES.chord_at(8 * 96)


def test_an_intro_longer_than_the_form_repeats_it():
    layout = arrange(jazzgen.chart("ii-V-I"), 1, Arrangement(intro=6))
    assert symbols(layout.chart, 0, 6) == [
        ["Cmaj7"],
        ["Cmaj7"],
        ["Dm7"],
        ["G7"],
        ["Cmaj7"],
        ["Cmaj7"],
    ]


@pytest.mark.parametrize(
    ("name", "tag"),
    [
        ("blues", [["Am7", "D7b9"], ["Gm7", "C7"], ["F7"]]),
        ("rhythm-changes", [["Dm7", "G7b9"], ["Cm7", "F7"], ["Bb6"]]),
        ("minor-blues", [["Cm6", "Ab7"], ["Dm7b5", "G7b9"], ["Cm6"]]),
        ("waltz", [["Am7", "D7b9"], ["Gm7", "C7"], ["Fmaj7"]]),
        ("modal", [["Dm7", "Bb7"], ["Em7b5", "A7b9"], ["Dm7"]]),
    ],
)
def test_a_tag_turns_around_and_comes_home(name, tag):
    chart = arrange(jazzgen.chart(name), 1, Arrangement(ending="tag")).chart
    assert symbols(chart, -3, None) == tag
    final = arrange(jazzgen.chart(name), 1, Arrangement(ending="final")).chart
    assert symbols(final, -1, None) == tag[-1:]


def test_a_ritardando_slows_down_beat_by_beat():
    layout = arrange(BLUES, 2, Arrangement(count_in=1, ending="ritardando"))
    changes = layout.chart.tempo_changes
    assert [tick for tick, _ in changes] == [25 * 96 + 24 * beat for beat in range(9)]
    tempi = [BLUES.tempo, *(tempo for _, tempo in changes)]
    assert all(a > b for a, b in pairwise(tempi))
    assert tempi[-1] == pytest.approx(0.72 * BLUES.tempo, abs=0.01)
    assert arrange(BLUES, 2, Arrangement(count_in=1, ending="tag")).chart.tempo_changes == ()


@pytest.mark.parametrize(("count_in", "bars"), [(0, 1), (1, 1), (2, 2)])
def test_a_pickup_stands_before_the_first_head(count_in, bars):
    head = (Note(-24, 24, 60), Note(0, 48, 65), Note(96, 24, 67))
    layout = arrange(BLUES, 1, Arrangement(count_in=count_in, ending="none"), head)
    begin = bars * BLUES.bars[0].meter.bar_ticks
    assert len(layout.chart.bars) == bars + 3 * len(BLUES.bars)
    assert [note.onset for note in layout.written] == [
        begin - 24, begin, begin + 96, begin + 2 * BLUES.ticks, begin + 2 * BLUES.ticks + 96,
    ]  # fmt: skip
    assert str(layout.chart.chord_at(begin)) == str(BLUES.chord_at(0))


def test_a_pickup_longer_than_a_bar_has_two_bars():
    head = (Note(-300, 24, 50), Note(-144, 24, 60), Note(-24, 24, 62), Note(0, 48, 65))
    layout = arrange(BLUES, 1, Arrangement(ending="none"), head)
    assert len(layout.chart.bars) == 2 + 3 * len(BLUES.bars)
    assert [note.onset for note in layout.written][:3] == [48, 168, 192]  # without the intro's


def test_a_head_comes_before_and_after_the_solo():
    head = (Note(0, 48, 65), Note(96, 24, 67))
    layout = arrange(BLUES, 2, Arrangement(count_in=1, ending="final"), head)
    assert roles(layout.chart) == [COUNT_IN] + [HEAD] * 12 + [""] * 24 + [HEAD] * 12 + [ENDING]
    assert layout.improvised == BLUES.repeat(2)
    solo = layout.place(Solo((Note(12, 12, 70),), layout.improvised))
    first, chorus = 96, 12 * 96
    assert [(note.onset, note.pitch) for note in solo.notes] == [
        (first, 65),
        (first + 96, 67),
        (first + chorus + 12, 70),
        (first + 3 * chorus, 65),
        (first + 3 * chorus + 96, 67),
    ]
    assert solo.chart == layout.chart


def test_a_head_that_is_longer_than_the_form():
    with pytest.raises(SoloError, match="ends in bar 5; the form has 4 bars"):
        arrange(jazzgen.chart("ii-V-I"), 1, PLAIN, (Note(380, 12, 60),))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"count_in": -1}, "count_in -1"),
        ({"intro": 65}, "intro 65: expected 0 to 64 bars"),
        ({"ending": "fade"}, "ending 'fade': expected one of none"),
    ],
)
def test_settings_out_of_range_are_refused(given, message):
    with pytest.raises(ConfigError, match=message):
        Arrangement(**given)
    with pytest.raises(ChartError, match="0 choruses"):
        arrange(BLUES, 0)


@pytest.mark.parametrize("seed", range(60))
def test_lengths_add_up_and_chart_texts_keep_everything(seed):
    generator = np.random.default_rng([seed, 9])
    form = random_chart(generator)
    around = Arrangement(
        count_in=seed % 3,
        intro=seed % 7,
        ending=("none", "final", "tag", "ritardando")[seed % 4],
    )
    head = random_notes(generator, form.ticks) if seed % 2 else ()
    layout = arrange(form, 2, around, head)
    end = {"none": 0, "final": 1, "tag": 3, "ritardando": 3}[around.ending]
    choruses = 2 + 2 * bool(head)
    assert len(layout.chart.bars) == seed % 3 + seed % 7 + choruses * len(form.bars) + end
    assert len(layout.chart.chorus_starts) == choruses
    for start in layout.chart.chorus_starts:
        bars = layout.chart.bars[start : start + len(form.bars)]
        assert [bar.chords for bar in bars] == [bar.chords for bar in form.bars]
    offset = layout.chart.bar_starts[layout.chart.bar_at(layout.offset)]
    assert offset == layout.offset
    assert parse_chart(format_chart(layout.chart)) == layout.chart
