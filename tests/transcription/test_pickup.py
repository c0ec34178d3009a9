"""Bar 1 is the first full bar; a pickup has a bar before it, whatever chart is laid over a file."""

from dataclasses import replace

import pytest
from mido import MetaMessage
from strangers import conductor, saved, tempo, track

import jazzgen
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


BLUES = Chart.of_chords(
    [["C7"], ["F7"], ["C7"], ["Gm7", "C7"], ["F7"], ["F#dim7"], ["C7"], ["Em7b5", "A7b9"],
     ["Dm7"], ["G7"], ["C7", "A7"], ["Dm7", "G7"]],
    title="Twelve",
)  # fmt: skip


def over(chart, begin, choruses=2, before=0):
    """Return quarter notes up and down the chords of a chart, and some ticks of pickup."""
    notes = [
        (begin - tick, begin - tick + 12, 67 - tick // 12, 80) for tick in range(before, 0, -12)
    ]
    for tick in range(0, choruses * chart.ticks, 24):
        tones = sorted(chart.chord_at(tick % chart.ticks).chord_tones)
        pitch = 60 + tones[(tick // 24) % len(tones)]
        notes.append((begin + tick, begin + tick + 22, pitch, 80))
    return track("Alto", 65, notes)


def bass(chart, begin, choruses=2):
    """Return the root of each half bar."""
    pitches = [(tick, 36 + chart.chord_at(tick % chart.ticks).bass_pc)
               for tick in range(0, choruses * chart.ticks, 48)]  # fmt: skip
    notes = [(begin + tick, begin + tick + 44, pitch, 80) for tick, pitch in pitches]
    return track("Bass", 32, notes, channel=1)


def clicks(end):
    return track("Click", 0, [(tick, tick + 4, 37, 100) for tick in range(0, end, 24)], channel=9)


@pytest.mark.parametrize("accompanied", [True, False])
@pytest.mark.parametrize("before", [0, 24, 72, 144])
@pytest.mark.parametrize("bar", [2, 5])
def test_a_chart_begins_where_the_notes_fit_it(tmp_path, bar, before, accompanied):
    band = [bass(BLUES, 96 * bar)] if accompanied else []
    head = conductor(tempo(120), meter(0, 4))
    path = saved(tmp_path / "take.mid", head, over(BLUES, 96 * bar, before=before), *band)
    [found] = read_solos(path, chart=BLUES)
    assert found.lead_in == 96 * bar
    assert found.solo.chart.chorus_starts == (bar, bar + 12)
    assert str(found.solo.chart.chord_at(96 * bar - 1)) == "N.C."
    assert any(
        warning.startswith(f"chart laid from bar {bar + 1} on") for warning in found.warnings
    )


def test_a_chart_begins_after_the_clicks_that_count_in(tmp_path):
    vamp = Chart.of_chords([["Dm7"]] * 8)
    path = saved(tmp_path / "take.mid", conductor(tempo(120)), clicks(192), over(vamp, 192))
    [found] = read_solos(path, chart=vamp)
    assert found.lead_in == 192
    assert "chart laid from bar 3 on: the music begins there" in found.warnings


def test_over_one_chord_a_line_alone_begins_with_the_file(tmp_path):
    vamp = Chart.of_chords([["Dm7"]] * 8)
    path = saved(tmp_path / "take.mid", conductor(tempo(120)), over(vamp, 192))
    [found] = read_solos(path, chart=vamp)
    assert found.lead_in == 0
    assert not any("laid" in warning for warning in found.warnings)


def test_a_file_that_begins_with_its_pickup(tmp_path):
    path = saved(
        tmp_path / "take.mid", conductor(tempo(120)), over(BLUES, 48, before=48), bass(BLUES, 48)
    )
    [found] = read_solos(path, chart=BLUES)
    assert found.lead_in == 96
    assert found.solo.notes[0].onset == 48
    assert "chart laid from beat 3 on: the notes fit it there" in found.warnings


def test_a_chart_of_another_tune_begins_with_the_file(tmp_path):
    path = saved(tmp_path / "take.mid", conductor(tempo(120)), over(BLUES, 0), bass(BLUES, 0))
    [found] = read_solos(path, chart=jazzgen.chart("ballad"))
    assert found.lead_in == 0


@pytest.mark.parametrize("before", [0, 24, 72])
def test_chord_markers_that_begin_later_begin_bar_1(tmp_path, before):
    words = [(96 + tick, MetaMessage("marker", text=str(chord)))
             for tick, chord in BLUES.repeat(2).placed_chords()]  # fmt: skip
    head = conductor(tempo(120), meter(0, 4), *words)
    [found] = read_solos(saved(tmp_path / "take.mid", head, over(BLUES, 96, before=before)))
    assert found.lead_in == 96
    assert found.solo.chart.chorus_starts == (1, 13)
