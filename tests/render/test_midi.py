"""What a saved file sounds like: swing measured back, straight notes, stems."""

import io
from collections import Counter
from dataclasses import replace

import pytest
from midi_lines import solo_in
from mido import MidiFile
from small_models import BLUES

import jazzgen
from jazzgen.errors import ConfigError
from jazzgen.io.midi.read import read_midi
from jazzgen.music.solo import Note, Solo
from jazzgen.music.swing import swing_ratio
from jazzgen.render.midi import midi_of, stem_files
from jazzgen.render.playback import Playback
from jazzgen.render.saving import write_stems

RIDE = 51
CHART = BLUES.repeat(2)
EIGHTHS = tuple(Note(12 * n, 12, 60 + n % 7, 80, 0.0) for n in range(CHART.ticks // 12))
SOLO = Solo(EIGHTHS, CHART, "Eighths")


def onsets(content, track, pitch=None):
    """Return the file's ticks at which notes of a track begin."""
    tracks = {track.name: track for track in MidiFile(file=io.BytesIO(content)).tracks}
    now, found = 0, []
    for message in tracks[track]:
        now += message.time
        if message.type == "note_on" and pitch in (None, message.note):
            found.append(now)
    return found


@pytest.mark.parametrize("ratio", [1.0, 1.3, 1.618, 2.0, 2.3, 3.0, 5.0])
def test_swing_measured_back_is_what_was_asked_to_a_tick(ratio):
    content = midi_of(SOLO, Playback(swing=ratio, tight=1.0))
    off_beat = round(480 * ratio / (1 + ratio))
    for track, pitch in (("Drums", RIDE), ("Solo", None)):
        places = Counter(tick % 480 for tick in onsets(content, track, pitch))
        assert sum(places[off_beat + more] for more in (-1, 0, 1)) > 20
        assert ratio == 1 or not places[240], "every off-beat is swung"


@pytest.mark.parametrize("tempo", [50, 120, 190, 240])
def test_by_default_the_tempo_decides(tempo):
    solo = Solo(EIGHTHS[:96], replace(CHART, tempo=float(tempo)))
    ratio = swing_ratio("swing", tempo)
    places = Counter(
        tick % 480 for tick in onsets(midi_of(solo, Playback(tight=1.0)), "Drums", RIDE)
    )
    assert {place for place, _ in places.most_common(2)} == {0, round(480 * ratio / (1 + ratio))}


def test_the_soloist_lags_on_the_beat_and_only_there():
    content = midi_of(SOLO, Playback(swing=2.0, tight=1.0))
    on_beat = {tick % 480 for tick in onsets(content, "Solo")} - {320}
    (lag,) = on_beat
    assert lag / 480 * 60 / CHART.tempo == pytest.approx(0.03, abs=0.001)
    assert {tick % 480 for tick in onsets(content, "Bass")} <= {0, 160, 320}  # 160: a skip


def test_straight_notes_stand_on_the_grid():
    late = SOLO.with_notes([replace(note, deviation=1.5) for note in EIGHTHS])
    content = midi_of(late, Playback(straight=True))
    assert onsets(content, "Solo") == [240 * n for n in range(len(EIGHTHS))]
    for track in ("Piano", "Bass", "Drums"):
        assert {tick % 20 for tick in onsets(content, track)} == {0}
    off_beats = Counter(tick % 480 for tick in onsets(content, "Drums", RIDE)).most_common(2)
    assert {place for place, _ in off_beats} == {0, 240}


def test_a_tight_band_is_nearer_to_the_grid():
    spread = [
        sum(abs(tick - 20 * round(tick / 20)) for tick in onsets(midi_of(SOLO, mix), "Bass"))
        for mix in (Playback(swing=1), Playback(swing=1, tight=0.7), Playback(swing=1, tight=1))
    ]
    assert spread[0] > 2 * spread[1] > spread[2] == 0


@pytest.mark.parametrize(
    "mix", [Playback(), Playback(swing=1.5), Playback(band=False), Playback(swing=3.0)]
)
def test_the_solo_reads_back_as_it_was(tmp_path, mix):
    notes = [replace(n, deviation=(n.onset % 7) / 4 - 0.5) for n in EIGHTHS]
    path = tmp_path / "solo.mid"
    for solo in (SOLO, SOLO.with_notes(notes)):
        path.write_bytes(midi_of(solo, mix))
        assert solo_in(path) == solo


def test_an_edited_file_is_read_from_its_notes(tmp_path):
    """A note was deleted, so the exact notes stored beside the MIDI notes no longer apply."""
    file = MidiFile(file=io.BytesIO(midi_of(SOLO, Playback(swing=2.0, band=False))))
    track = file.tracks[1]
    first = next(n for n, message in enumerate(track) if message.type == "note_off")
    assert track[first].time > 0
    track[first + 1].time += track[first].time + track[first - 1].time
    del track[first - 1 : first + 1]
    path = tmp_path / "edited.mid"
    file.save(path)
    found = solo_in(path).notes
    assert len(found) == len(EIGHTHS) - 1
    # Who lags on the beat by more than half a tick is read a tick late there.
    for note, played in zip(EIGHTHS[2:], found[1:], strict=True):
        assert played.onset - note.onset == (note.onset % 24 == 0)


@pytest.mark.parametrize(
    ("settings", "message"),
    [({"swing": 0.5}, "swing 0.5"), ({"swing": 2.0, "straight": True}, "straight notes have none")],
)
def test_a_mix_that_nobody_can_play(settings, message):
    with pytest.raises(ConfigError, match=message):
        Playback(**settings)


@pytest.mark.parametrize("band", [True, False])
def test_stems_together_are_the_whole(tmp_path, band):
    mix = Playback(band=band, seed=3)
    whole = jazzgen.save(SOLO, tmp_path / "tune.mid", band=band, seed=3)
    stems, _ = write_stems(SOLO, tmp_path / "tune.mid", mix)
    assert stems == stem_files(whole, mix)
    assert [path.name for path in stems][:2] == ["tune-solo.mid", "tune-piano.mid"][: 1 + band]
    parts = [part for path in stems for part in read_midi(path).parts]
    assert [replace(part, track=0) for part in parts] == [
        replace(part, track=0) for part in read_midi(whole).parts
    ]
    ends = {read_midi(path).end for path in (whole, *stems)}
    assert ends == {CHART.ticks * 20}


def test_the_seed_decides_the_band_and_not_the_solo():
    contents = [midi_of(SOLO, Playback(seed=seed)) for seed in (1, 1, 2)]
    assert contents[0] == contents[1] != contents[2]
    solos = [onsets(content, "Solo") for content in contents]
    assert solos[0] == solos[2]


@pytest.mark.parametrize(
    ("instrument", "program", "expected"),
    [("", None, 65), ("trumpet", None, 56), ("trumpet", 11, 11), ("oud", None, 65)],
)
def test_a_solo_sounds_like_its_instrument(instrument, program, expected):
    content = midi_of(replace(SOLO, instrument=instrument), Playback(program=program, band=False))
    tracks = MidiFile(file=io.BytesIO(content)).tracks
    changes = [
        message.program for track in tracks for message in track if message.type == "program_change"
    ]
    assert changes == [expected]
