"""A part alone: its file's own beats, a steady beat that is found, or a word that none was."""

import numpy as np
import pytest
from strangers import conductor, saved, tempo, track

from jazzgen.transcription.solos import read_solos
from jazzgen.transcription.steady_beat import find_steady_beat, grid_evidence

RHYTHM = np.cumsum([0, *[12, 12, 24, 12, 12, 12, 12, 36, 12, 12, 24, 8, 8, 8, 12, 36] * 8])
PITCHES = [62, 65, 69, 72, 71, 67, 65, 62, 59, 62, 65, 68, 67, 63, 60, 55]


def played(bpm, jitter=0.008, seed=0):
    """Return the onsets of a line at a tempo, in seconds, as somebody plays them."""
    late = np.random.default_rng(seed).normal(0, jitter, len(RHYTHM))
    return np.sort(RHYTHM / 24 * 60 / bpm + 0.4 + late)


def file_of(path, seconds, said=120):
    """Write a line of onsets in seconds into a file that states a tempo."""
    onsets = seconds * 24 * said / 60
    notes = [(at, at + 5, PITCHES[n % 16], 80) for n, at in enumerate(onsets)]
    return saved(path, conductor(tempo(said)), track("Alto", 65, notes))


@pytest.mark.parametrize("bpm", [92, 137, 160, 184, 231])
def test_a_steady_line_in_a_file_that_says_120(tmp_path, bpm):
    [found] = read_solos(file_of(tmp_path / "take.mid", played(bpm)))
    assert found.decisions["grid"] == "estimated"
    assert found.solo.chart.tempo == pytest.approx(bpm, rel=0.01)
    told = f"the notes have no relation to the file's beats; a steady {bpm} a minute is taken"
    assert told in found.warnings
    steps = np.diff([note.onset for note in found.solo.notes])
    assert (steps == np.diff(RHYTHM)).mean() > 0.9


@pytest.mark.parametrize("bpm", [80, 120, 200])
def test_a_line_on_the_beats_of_its_file_stays_there(tmp_path, bpm):
    [found] = read_solos(file_of(tmp_path / "take.mid", played(bpm), said=bpm))
    assert found.decisions["grid"] == "given"
    assert not any("relation" in warning for warning in found.warnings)


def test_a_line_in_triplets_stays_there(tmp_path):
    triplets = [(8 * n, 8 * n + 7, PITCHES[n % 16], 80) for n in range(96)]
    path = saved(tmp_path / "take.mid", conductor(tempo(120)), track("Alto", 65, triplets))
    assert read_solos(path)[0].decisions["grid"] == "given"


def test_a_line_on_a_fine_grid_stays_there(tmp_path):
    sextuplets = [(4 * n, 4 * n + 3, 60 + n % 7, 80) for n in range(96)]
    path = saved(tmp_path / "take.mid", conductor(tempo(60)), track("Alto", 65, sextuplets))
    [found] = read_solos(path)
    assert found.decisions["grid"] == "given"
    assert [note.onset for note in found.solo.notes] == [4 * n for n in range(96)]


def test_where_there_is_no_beat_it_is_said(tmp_path):
    chance = np.random.default_rng(3)
    seconds = np.cumsum(chance.uniform(0.1, 0.9, 120))
    [found] = read_solos(file_of(tmp_path / "take.mid", seconds))
    assert found.decisions["grid"] == "unknown"
    assert any("no steady beat was found either" in warning for warning in found.warnings)


def test_a_few_notes_are_believed(tmp_path):
    [found] = read_solos(file_of(tmp_path / "take.mid", played(184)[:12]))
    assert found.decisions["grid"] == "given"


def test_a_left_hand_tells_the_beat(tmp_path):
    """The tempo changes all the time, so that only tracking beat by beat can follow it."""
    beats = np.cumsum(0.5 + 0.2 * np.sin(np.arange(96) / 15))
    onsets = beats * 24 * 2
    bass = [(at, at + 20, 36 + n * 5 % 12, 80) for n, at in enumerate(onsets)]
    chords = [(at, at + 20, pitch, 60) for at in onsets[::2] for pitch in (55, 59, 64, 76)]
    path = saved(tmp_path / "take.mid", conductor(tempo(120)), track("Piano", 0, bass + chords))
    [found] = read_solos(path, track="Piano")
    assert found.decisions["grid"] == "estimated"
    assert any("beats are estimated" in warning for warning in found.warnings)


def test_hands_that_are_not_quite_together_do_not_double_the_tempo():
    chance = np.random.default_rng(1)
    eighths = np.arange(0, 160) * 30 / 140
    quarters = np.repeat(eighths[::2], 3)
    times = np.sort(np.concatenate([eighths, quarters]) + chance.normal(0, 0.012, 400) + 1)
    found = find_steady_beat(times)
    assert 60 / found.period == pytest.approx(140, rel=0.01)


def test_evidence_for_beats():
    on = np.arange(64) / 2
    assert grid_evidence(on) > 50
    assert grid_evidence(on * 0.617) < 5
    assert find_steady_beat(on * 0.4).period == pytest.approx(0.4, rel=0.01)
    assert find_steady_beat(np.zeros(3)) is None
