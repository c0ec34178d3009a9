"""Beats of a band that played without a click."""

import numpy as np
import pytest
from strangers import band, conductor, line, saved, tempo, track

import jazzgen
from jazzgen.band.trio import accompany
from jazzgen.datasets.corpus import load_corpus
from jazzgen.io.midi.read import read_midi
from jazzgen.music.solo import Note, Solo
from jazzgen.music.swing import Swing
from jazzgen.transcription.beats import beat_times, find_beats, is_on_beat, on_beats


def wandering(chart, bpm, path, seed=0):
    """Write a band with a drifting tempo to a file whose tempo is 120, and return its beats."""
    beats = chart.ticks // 24 + 1
    lengths = 60 / bpm * (1 + 0.05 * np.sin(np.arange(beats) / 9))
    seconds = 0.7 + np.concatenate([[0], np.cumsum(lengths)])
    chance = np.random.default_rng(seed)

    def when(tick):
        place = np.interp(tick / 24, np.arange(beats + 1), seconds) + chance.normal(0, 0.006)
        return float(place) * 48  # 48 ticks per second

    solo = Solo((Note(0, 24, 60),), chart)
    tracks = []
    for part in accompany(solo, seed):
        places = Swing(1.6).sounding_onsets([note.onset for note in part.notes], chart)
        tracks.append(track(part.name, 0, [
            (when(place), when(place + note.duration), note.pitch, note.velocity)
            for place, note in zip(places, part.notes, strict=True)
        ], part.channel))  # fmt: skip
    saved(path, *tracks)
    return seconds[:-1]


@pytest.mark.parametrize(
    ("name", "bpm"), [("blues", 90), ("rhythm-changes", 170), ("blues", 270), ("bossa", 130)]
)
def test_a_band_that_drifts(tmp_path, name, bpm):
    chart = jazzgen.chart(name).repeat(2)
    path = tmp_path / "x.mid"
    beats = wandering(chart, bpm, path)
    score = read_midi(path)
    assert not is_on_beat(score)
    found = beat_times(score)
    near = np.abs(beats[:, None] - found).min(1) < 0.07
    assert near.mean() > 0.9
    assert len(found) < 1.1 * len(beats)
    timed = on_beats(score)
    assert is_on_beat(timed)
    assert timed.tempos[0].value == pytest.approx(bpm, rel=0.05)


def test_bars_begin_where_chords_change(tmp_path):
    chart = jazzgen.chart("ii-V-I-keys")
    path = tmp_path / "x.mid"
    beats = wandering(chart, 150, path)
    timed = on_beats(read_midi(path))
    first = min(note.start for part in timed.parts for note in part.notes)
    assert round(first / timed.ppq) % 4 == 0
    assert len(beats) > 100


def test_files_on_their_own_beats(tmp_path, request):
    for number, solo in enumerate(load_corpus(request.config.rootpath / "midi_data").solos[::15]):
        swing = Swing((1.0, 1.5, 2.2)[number % 3])
        path = saved(tmp_path / "x.mid", conductor(tempo(solo.chart.tempo)), *band(solo, swing),
                     line(solo, swing=swing))  # fmt: skip
        assert is_on_beat(read_midi(path))


def test_too_little_to_tell():
    assert len(find_beats(np.zeros(3), np.ones(3), np.zeros(3, bool))) == 0
    assert len(find_beats(np.ones(40), np.ones(40), np.zeros(40, bool))) == 0
