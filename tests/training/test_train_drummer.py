"""A drummer that learns from performances made up for these tests."""

import csv

import numpy as np
import pytest
from mido import Message, MidiFile, MidiTrack

from jazzgen.band.drummer import Drummer
from jazzgen.band.drummer_conditions import ENERGIES
from jazzgen.band.stroke_values import IN_BEAT, LATE_CLASSES, PITCHES
from jazzgen.config.drummer import DrummerConfig
from jazzgen.datasets.groove import COLUMNS, Hit, read_groove, without_bounces
from jazzgen.errors import DatasetError
from jazzgen.training.drum_bars import drum_bars, style_names, swung_off_beat
from jazzgen.training.drum_habits import drum_habits
from jazzgen.training.drum_ngrams import ngram_bits
from jazzgen.training.drummer import train_drummer

SWUNG = 0.64
RIDE, PEDAL, TOM, SNARE, CRASH = 51, 44, 45, 38, 49
BARS = 12


def strokes(late=0.0):
    """Swing in quarters, a tom fill every fourth bar and a crash after it; all a little late."""
    rng = np.random.default_rng(1)
    for bar in range(BARS):
        begin = 4 * bar + late
        places = [0, 1, 1 + SWUNG, 2, 3, 3 + SWUNG]
        yield from ((begin + place, RIDE, int(rng.integers(60, 100))) for place in places)
        yield from ((begin + place, PEDAL, 70) for place in (1, 3))
        if bar % 4 == 3:
            yield from ((begin + 2 + n / 4, TOM, 90) for n in range(8))
        if bar and bar % 4 == 0:
            yield begin, CRASH, 110


@pytest.fixture(scope="module")
def groove(tmp_path_factory):
    folder = tmp_path_factory.mktemp("groove")
    rows = []
    for number, split in enumerate(("train", "train", "validation")):
        track, now = MidiTrack(), 0
        for quarter, pitch, velocity in sorted(strokes(late=0.02)):
            tick = round(480 * quarter)
            track.append(Message("note_on", note=pitch, velocity=velocity, time=tick - now))
            now = tick
        name = f"{number}.mid"
        MidiFile(ticks_per_beat=480, tracks=[track]).save(folder / name)
        rows.append(("jazz/swing", "120", "beat", "4-4", name, split))
    rows.append(("latin", "162", "beat", "5-8", "none.mid", "train"))
    with (folder / "info.csv").open("w", newline="") as file:
        csv.writer(file).writerows([COLUMNS, *rows])
    return folder


@pytest.fixture(scope="module")
def bars(groove):
    return drum_bars(list(read_groove(groove)), ("swing",))


def test_performances_are_read_and_fives_are_left_out(groove):
    found = list(read_groove(groove))
    assert [one.split for one in found] == ["train", "train", "validation"]
    assert style_names(found) == ("swing",)
    assert swung_off_beat(found[0].hits) == pytest.approx(SWUNG + 0.02, abs=0.01)


def test_strokes_are_placed_and_the_latency_of_the_kit_is_left_out(bars):
    (first, *_) = bars[0]
    ticks = sorted({IN_BEAT[one.place % 8] + 24 * (one.place // 8) for one in first.strokes})
    assert ticks == [0, 24, 36, 48, 72, 84]
    assert all(abs(one.late - LATE_CLASSES // 2) <= 1 for one in first.strokes)
    assert first.conditions.swings


def test_fills_crashes_and_energy_are_found(bars):
    fills = [bar.conditions.fill for bar in bars[0]]
    assert [number for number, fill in enumerate(fills) if fill] == [3, 7, 11]
    assert [n for n, bar in enumerate(bars[0]) if bar.conditions.crash] == [4, 8]
    assert all(bars[0][n - 1].conditions.crash_next for n in (4, 8))
    assert {bar.conditions.energy for bar in bars[0]} <= set(range(ENERGIES))
    habits = drum_habits(bars, ("swing",))["swing"]
    assert habits.fills[0][0] < 0.05 < habits.fills[1][0]
    assert habits.tempi == (), "too short"
    assert habits.strokes[PITCHES.index(RIDE)] == 6


def test_a_drummer_learns(bars):
    config = DrummerConfig(units=8, width=4, epochs=3, window=64, batch_size=4, learning_rate=0.05)
    told = []

    def on_epoch(figures, best):
        told.append((figures.held_out.total, best is not None))

    tensors, bits = train_drummer(bars[:2], bars[2:], ("swing",), config, on_epoch)
    assert bits.total == min(total for total, _ in told) < told[0][0]
    assert Drummer(tensors, drum_habits(bars, ("swing",))).styles == ("swing",)


def test_ngrams_know_what_they_have_counted(bars):
    known, little = (ngram_bits(part, bars[2:]) for part in (bars[:2], [bars[0][:1]]))
    assert 0 < known.value < little.value
    assert 0 < known.velocity < little.velocity


def test_what_cannot_be_learnt_from_is_named(groove, tmp_path):
    with pytest.raises(DatasetError, match="no performance"):
        train_drummer([], [], ())
    with pytest.raises(DatasetError, match=r"info\.csv: no such file"):
        list(read_groove(tmp_path))
    (tmp_path / "info.csv").write_text("style,bpm\nfunk,100\n")
    with pytest.raises(DatasetError, match=r"info\.csv: line 2"):
        list(read_groove(tmp_path))
    rows = (groove / "info.csv").read_text()
    (tmp_path / "info.csv").write_text(rows)
    (tmp_path / "0.mid").write_bytes(b"no MIDI")
    with pytest.raises(DatasetError, match=r"0\.mid: cannot be read"):
        list(read_groove(tmp_path))


def test_a_bass_drum_that_its_pedal_has_struck_again_is_left_out():
    stroke, bounce = Hit(0.0, 0, 80), Hit(0.12, 0, 50)
    snare, double = Hit(0.12, 1, 50), Hit(0.15, 0, 78)
    assert without_bounces([stroke, snare, bounce], 130.0) == [stroke, snare]
    assert without_bounces([stroke, double], 130.0) == [stroke, double], "two strokes of a foot"
    assert without_bounces([stroke, bounce], 60.0) == [stroke, bounce], "slowly"
