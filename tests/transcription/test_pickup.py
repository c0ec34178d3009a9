"""Bar 1 is the first full bar; a pickup has a bar before it, whatever chart is laid over a file."""

from dataclasses import replace

import pytest
from mido import MetaMessage
from strangers import conductor, saved, tempo, track

from jazzgen.music.chart import Chart, TempoChange
from jazzgen.music.timing import Meter
from jazzgen.transcription.solos import read_solos

CHART = Chart.of_chords([["Dm7"], ["G7"], ["Cmaj7"], ["A7"]], title="Four")


def meter(tick, numerator, denominator=4):
    return tick, MetaMessage("time_signature", numerator=numerator, denominator=denominator)


def tune(start, end):
    """Return quarter notes from one tick to another."""
    notes = [(tick, tick + 22, 60 + tick // 24 % 7, 80) for tick in range(start, end, 24)]
    return track("Alto", 65, notes)


@pytest.mark.parametrize(
    ("first", "full"),
    [((1, 4), 4), ((2, 4), 4), ((3, 4), 4), ((3, 8), 4), ((1, 8), 4), ((1, 4), 3), ((2, 4), 3)],
)
@pytest.mark.parametrize("given", [True, False])
def test_a_first_bar_of_a_shorter_meter_is_a_pickup(tmp_path, first, full, given):
    short, bar = Meter(*first).bar_ticks, 24 * full
    head = conductor(tempo(120), meter(0, *first), meter(short, full), (short + bar, tempo(90)[1]))
    path = saved(tmp_path / "take.mid", head, tune(short % 24, short + 8 * bar))
    bars = tuple(replace(one, meter=Meter(full, 4)) for one in CHART.bars)
    chart = replace(CHART, bars=bars)
    [found] = read_solos(path, chart=chart if given else None)
    form = found.solo.chart
    assert found.lead_in == bar
    assert [bar.meter for bar in form.bars] == [Meter(full, 4)] * 9
    assert form.chorus_starts == ((1, 5) if given else (1,))
    assert form.tempo_changes == (TempoChange(2 * bar, 90.0),)
    assert found.solo.notes[0].onset == bar - short + short % 24
    if given:
        assert [str(chord) for _, chord in form.placed_chords()][:2] == ["Dm7", "G7"]
        assert str(form.chord_at(bar)) == "Dm7"
        assert str(form.chord_at(0)) == "N.C."


def test_chords_and_sections_move_along(tmp_path):
    words = [(0, MetaMessage("marker", text="[A]")), (24, MetaMessage("marker", text="Dm7")),
             (120, MetaMessage("marker", text="G7"))]  # fmt: skip
    head = conductor(tempo(120), meter(0, 1), words[0], meter(24, 4), *words[1:])
    [found] = read_solos(saved(tmp_path / "take.mid", head, tune(0, 24 + 2 * 96)))
    assert [(tick, str(chord)) for tick, chord in found.solo.chart.placed_chords()] == [
        (96, "Dm7"), (192, "G7"),
    ]  # fmt: skip
    assert [bar.section for bar in found.solo.chart.bars] == ["", "A", ""]


@pytest.mark.parametrize(
    "meters",
    [
        [meter(0, 4), meter(96, 3)],  # longer
        [meter(0, 2), meter(96, 4)],  # two bars
        [meter(0, 4), meter(24, 4)],
        [meter(0, 4)],
    ],
)
def test_other_meters_begin_with_bar_1(tmp_path, meters):
    path = saved(tmp_path / "take.mid", conductor(tempo(120), *meters), tune(0, 480))
    [found] = read_solos(path)
    assert (found.lead_in, found.solo.notes[0].onset) == (0, 0)


@pytest.mark.parametrize(
    ("start", "bars", "lead_in"),
    [(72, 5, 96), (48, 9, 96), (72, 8, 0), (24, 5, 0), (0, 5, 0), (72, 7, 0)],
)
def test_a_pickup_after_rests_goes_before_the_chart(tmp_path, start, bars, lead_in):
    path = saved(tmp_path / "take.mid", conductor(tempo(120)), tune(start, 96 * bars))
    [found] = read_solos(path, chart=CHART)
    assert found.lead_in == lead_in
    assert str(found.solo.chart.chord_at(lead_in)) == "Dm7"
    assert found.solo.notes[0].onset == start
