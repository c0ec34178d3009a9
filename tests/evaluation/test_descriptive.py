"""The metrics, on solos small enough to count by hand."""

from __future__ import annotations

import os
import sqlite3
from dataclasses import replace
from math import isnan, log2

import pytest

from jazzgen.errors import DatasetError
from jazzgen.evaluation.descriptive import describe, human_figures, validate
from jazzgen.evaluation.metric_table import METRICS, solo_metrics
from jazzgen.evaluation.metrics import SoloSet
from jazzgen.evaluation.phrases import PHRASE_GAP, gaps, phrases
from jazzgen.music.chart import Bar, Chart, PlacedChord
from jazzgen.music.chord import ChordSymbol
from jazzgen.music.solo import Note, Solo
from jazzgen.music.timing import Meter

# | Cmaj7                               | G7             |
#   C4 D4  E4 Eb4 (triplet)  G4    rest   B4  B4  F5
#   C  -   C  -              C            C   C   C
CHART = Chart.of_chords([["Cmaj7"], ["G7"]])
NOTES = (
    Note(0, 12, 60),
    Note(12, 12, 62),
    Note(24, 8, 64),
    Note(32, 8, 63),
    Note(40, 8, 67),
    Note(96, 12, 71),
    Note(108, 12, 71),
    Note(132, 12, 77),
)
SOLO = Solo(NOTES, CHART)

COUNTED = {
    "chord_tone_ratio": 6 / 8,
    "on_beat_chord_tones": 3 / 3,  # ticks 0, 24, 96
    "off_beat_chord_tones": 3 / 5,
    "phrase_end_chord_tones": 2 / 2,
    "scale_tone_ratio": 7 / 8,
    "resolved_ratio": 1 / 2,  # D4 to E4 is a step, E flat to G is not
    "avoid_notes": 0 / 2,  # C over C, B over G
    "step_ratio": 3 / 7,
    "repeat_ratio": 1 / 7,
    "leap_ratio": 1 / 7,
    "pitch_range": 17.0,
    "bar_entropy": (log2(5) + (2 / 3 * log2(3 / 2) + 1 / 3 * log2(3))) / 2,
    "four_bar_entropy": float("nan"),
    "octave_leaps": 0.0,
    "enclosures": 0.0,
    "off_beat_ratio": 5 / 8,
    "triplet_off_beats": 1 / 5,
    "notes_a_beat": 8 / 8,
    "silence": (48 + 12) / 144,
    "grooving_similarity": 1 - 4 / 64,  # ticks 24, 32, 40 in one bar, 36 in the other
    "phrase_notes": 4.0,
    "phrase_beats": 2.0,
    "phrase_gap": 2.0,
    "phrase_variation": 1 / 4,  # five notes and three
    "short_phrases": 0.0,
    "longest_phrase": 1.0,
    "long_phrases": 0.0,
    "longest_gap": 2.0,
    "repeated_bars": 0.0,
    "beats_left": 2.5,
    "ends_in_last_beat": 0.0,
    "last_note_chord_tone": 1.0,
    "last_note_beats": 0.5,
    "density_variation": float("nan"),
    "density_trend": float("nan"),
    "neighbouring_density": float("nan"),
    "register_variation": float("nan"),
    "register_trend": float("nan"),
    "motif_recurrence": 0.0,
    "figure_recurrence": 0.0,
    "figures_1_later": float("nan"),
    "figures_4_later": float("nan"),
    "figures_16_later": float("nan"),
    "figures_chorus_later": float("nan"),
    "exact_bars": 0.0,
    "pitch_rise": 73 - 63.2,
    "peak_position": 1.0,
    "sounding_share": 5.5 / 6,  # the last but one is half of its quarter
    "legato_eighths": 1.0,
    "legato_repeats": 1.0,
    "velocities": 1.0,
    "velocity_follows_pitch": float("nan"),
    "phrase_accent": 0.0,
    "loudness_rise": 0.0,
    "chorus_loudness": float("nan"),
    "neighbouring_loudness": float("nan"),
}


@pytest.mark.parametrize("name", COUNTED)
def test_metric_is_what_one_counts_by_hand(name):
    assert describe(SOLO)[name] == pytest.approx(COUNTED[name], abs=1e-12, nan_ok=True)


def test_every_metric_has_a_human_figure():
    names = [metric.name for metric in solo_metrics()]
    assert list(human_figures()) == names == list(describe(SOLO)) == list(COUNTED)


def test_four_bar_entropy_looks_at_every_window():
    chart = Chart.of_chords([["C6"]] * 5)
    solo = Solo(tuple(Note(96 * bar, 24, 60 + bar) for bar in range(5)), chart)
    assert describe(solo)["four_bar_entropy"] == pytest.approx(2.0)
    once = Solo((*solo.notes[:4], replace(solo.notes[4], pitch=63)), chart)
    assert describe(once)["four_bar_entropy"] == pytest.approx((2.0 + 1.5) / 2)


def test_grooving_similarity_is_over_every_pair_of_bars():
    """Three bars with onsets in slots {0, 16}, {0, 32}, {}: pairs differ in 2, 2 and 2 of 64."""
    chart = Chart.of_chords([["C6"]] * 4)
    notes = (Note(0, 24, 60), Note(24, 24, 62), Note(96, 48, 60), Note(144, 24, 62),
             Note(288, 24, 60))  # fmt: skip
    solo = Solo(notes, chart)  # the fourth bar has {0}: it differs in 1, 1 and 1
    assert describe(solo)["grooving_similarity"] == pytest.approx(
        1 - (2 + 2 + 2 + 1 + 1 + 1) / 6 / 64
    )


def test_grooving_similarity_of_a_waltz_has_64_slots_too():
    chart = Chart((Bar((PlacedChord(0, ChordSymbol.parse("C6")),), Meter(3, 4)),) * 2)
    solo = Solo((Note(0, 24, 60), Note(72, 1, 60), Note(73, 12, 60)), chart)  # ticks 72, 73: slot 0
    assert describe(solo)["grooving_similarity"] == 1.0


def test_sixth_and_seventh_are_chord_tones_and_extensions_are_not():
    chart = Chart.of_chords([["C6"], ["C13"]])
    notes = [Note(0, 12, 69), Note(12, 12, 71), Note(96, 12, 69), Note(108, 12, 70)]
    assert describe(Solo(tuple(notes), chart))["chord_tone_ratio"] == 2 / 4


def test_notes_without_a_chord_are_left_out_of_harmony():
    chart = Chart.of_chords([["N.C."], ["C6"]])
    figures = describe(Solo((Note(0, 96, 61), Note(96, 12, 60)), chart))
    assert figures["chord_tone_ratio"] == 1.0
    assert isnan(figures["resolved_ratio"])
    assert figures["notes_a_beat"] == 2 / 8


def test_the_chord_is_the_one_at_the_onset():
    chart = Chart.of_chords([["C6", "Db6"]])
    assert describe(Solo((Note(36, 24, 64), Note(60, 12, 65)), chart))["chord_tone_ratio"] == 1.0


@pytest.mark.parametrize(
    ("meter", "onset", "on_beat"),
    [(Meter(3, 4), 72, True), (Meter(12, 8), 36, True), (Meter(12, 8), 24, False)],
)
def test_beats_are_those_of_the_meter(meter, onset, on_beat):
    chart = Chart((Bar((PlacedChord(0, ChordSymbol.parse("C6")),), meter),) * 2)
    assert describe(Solo((Note(onset, 6, 60),), chart))["off_beat_ratio"] == (not on_beat)


def test_a_phrase_ends_where_the_gap_is_long_enough():
    def lengths(gap):
        return [len(p) for p in phrases(Solo((Note(0, 12, 60), Note(12 + gap, 12, 60)), CHART))]

    assert lengths(PHRASE_GAP - 1) == [2]
    assert lengths(PHRASE_GAP) == [1, 1]
    assert gaps(SOLO) == [0, 0, 0, 0, 48, 0, 12]


def test_an_empty_solo_has_nothing_to_count():
    assert phrases(Solo((), CHART)) == []
    found = describe(Solo((), CHART))
    assert found.pop("repeated_bars") == 0
    assert all(isnan(value) for value in found.values())


def test_moving_a_solo_with_its_chart_changes_nothing():
    assert describe(SOLO.transpose(5)) == pytest.approx(describe(SOLO), nan_ok=True)


def test_rows_of_phrases_are_over_phrases_and_the_others_over_solos():
    solos = SoloSet([SOLO, SOLO, Solo((), CHART)])
    found = {metric.name: metric.values(solos) for metric in solo_metrics()}
    assert found["phrase_notes"].tolist() == [5, 3, 5, 3]
    assert found["phrase_beats"].tolist() == [2, 2, 2, 2]
    assert found["phrase_gap"].tolist() == [2, 2]
    assert found["pitch_range"].tolist() == [17, 17]
    assert found["four_bar_entropy"].size == 0


def test_solos_without_notes_cannot_be_described():
    with pytest.raises(DatasetError, match=r"nothing to measure: .* got 1 without"):
        validate([Solo((), CHART)])
    validate([Solo((), CHART), SOLO])


UNREAD = {
    "longest_phrase",
    "long_phrases",
    "beats_left",
    "figures_chorus_later",
    *(name for name, metric in METRICS.items() if metric.group == "dynamics"),
}
"""Metrics of what the small reader below leaves out: tempo, loudness, the rest of the last bar."""

DATABASE = os.environ.get("JAZZGEN_WJAZZD")


@pytest.mark.skipif(not DATABASE, reason="JAZZGEN_WJAZZD names no database")
def test_human_solos_have_the_human_figures():
    solos = list(_database_solos(DATABASE, every=5))
    read = {name: human for name, human in human_figures().items() if name not in UNREAD}
    for name, human in read.items():
        metric = METRICS[name]
        values = [value for solo in solos if not isnan(value := metric.measure(solo))]
        allowed = 0.2 if metric.each is None else 0.5
        assert sum(values) / len(values) == pytest.approx(
            human.mean, abs=allowed * human.std + 1e-9
        ), name


def _database_solos(path, every):
    with sqlite3.connect(path) as database:
        numbers = database.execute("SELECT melid FROM solo_info ORDER BY melid").fetchall()
        for (number,) in numbers[::every]:
            beats = database.execute(
                "SELECT bar, beat, chord FROM beats WHERE melid = ? ORDER BY beatid", (number,)
            ).fetchall()
            chart = _chart(beats)
            starts = {(bar, beat): 24 * k for k, (bar, beat, _) in enumerate(beats)}
            rows = database.execute(
                "SELECT bar, beat, division, tatum, duration / beatdur, pitch FROM melody "
                "WHERE melid = ? ORDER BY eventid", (number,)
            )  # fmt: skip
            notes = [
                Note(starts[bar, beat] + round(24 * (tatum - 1) / division),
                     max(round(24 * length), 1), int(pitch))
                for bar, beat, division, tatum, length, pitch in rows if (bar, beat) in starts
            ]  # fmt: skip
            yield Solo(_one_after_the_other(notes, chart.ticks), chart, source=str(number))


def _chart(beats):
    bars = {}
    for bar, _, chord in beats:
        bars.setdefault(bar, []).append(chord)
    return Chart(tuple(
        Bar(tuple(
            PlacedChord(24 * k, ChordSymbol.parse(text)) for k, text in enumerate(chords) if text
        ), Meter(len(chords), 4))
        for chords in bars.values()
    ))  # fmt: skip


def _one_after_the_other(notes, end):
    ends = [*(note.onset for note in notes[1:]), end]
    return tuple(
        replace(note, duration=min(note.duration, until - note.onset))
        for note, until in zip(notes, ends, strict=True)
        if note.onset < until
    )
