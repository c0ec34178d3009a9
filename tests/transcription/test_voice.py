"""The melody of two hands is the right hand's line, whatever the left hand plays."""

import numpy as np
import pytest
from strangers import conductor, saved, tempo, track

from jazzgen.errors import MidiError
from jazzgen.io.midi.read import read_midi
from jazzgen.transcription.solos import read_solos
from jazzgen.transcription.voice import has_voices, melody_voice

MELODY = [74, 77, 81, 84, 83, 79, 77, 74, 71, 74, 77, 80, 79, 75, 72, 69] * 6
CHORDS = ((48, 55, 60, 64), (43, 53, 59, 62), (45, 52, 57, 60))


def right(rests=()):
    """Return the melody in eighths, without the bars of its rests."""
    return [(12 * n, 12 * n + 11, pitch, 85) for n, pitch in enumerate(MELODY)
            if n // 8 not in rests]  # fmt: skip


def block_chords(every=48):
    return [(at, at + every - 4, pitch, 60)
            for n, at in enumerate(range(0, 1152, every)) for pitch in CHORDS[n % 3]]  # fmt: skip


def stride():
    low = [(at, at + 20, 36 + at // 48 % 12, 70) for at in range(0, 1152, 48)]
    return low + [(at + 24, at + 44, pitch, 60)
                  for at in range(0, 1152, 48) for pitch in (52, 55, 60)]  # fmt: skip


def arpeggios():
    return [(12 * n + 6, 12 * n + 40, (40, 47, 52, 56, 59)[n % 5], 55) for n in range(96)]


def shells():
    return [(at + 30, at + 60, pitch, 60) for at in range(0, 1152, 96) for pitch in (51, 57)]


def pianist(folder, *hands, name="Piano"):
    notes = sorted(note for hand in hands for note in hand)
    return saved(folder / "solo.mid", conductor(tempo(140)), track(name, 0, notes))


@pytest.mark.parametrize("left", [block_chords, stride, arpeggios, shells])
@pytest.mark.parametrize("rests", [(), (2, 5, 6)])
def test_the_right_hand_is_the_melody(tmp_path, left, rests):
    [found] = read_solos(pianist(tmp_path, right(rests), left()))
    wanted = [(start, pitch) for start, _, pitch, _ in right(rests)]
    got = {(note.onset, note.pitch) for note in found.solo.notes}
    assert np.mean([note in got for note in wanted]) > 0.97
    assert np.mean([note in wanted for note in got]) > 0.95
    steps = np.abs(np.diff([note.pitch for note in found.solo.notes]))
    assert (steps > 12).mean() < 0.02
    if "melody_confidence" in found.decisions:
        assert found.decisions["melody_confidence"] > 0.8


def test_a_melody_in_octaves_is_its_upper_voice(tmp_path):
    low = [(start, end, pitch - 12, loud) for start, end, pitch, loud in right()]
    [found] = read_solos(pianist(tmp_path, right(), low, name="Sax Section"))
    assert [note.pitch for note in found.solo.notes] == MELODY


def test_the_left_hand_tells_the_chords(tmp_path):
    [found] = read_solos(pianist(tmp_path, right(), block_chords(96)))
    assert found.decisions["chords"] == "inferred"
    roots = [str(found.solo.chart.chord_at(at))[0] for at in (12, 108, 204, 300)]
    assert roots == ["C", "G", "A", "C"]


def test_inner_voices_of_the_right_hand_are_no_melody(tmp_path):
    thirds = [(start, end, pitch - 4, 60) for start, end, pitch, _ in right()[::2]]
    [found] = read_solos(pianist(tmp_path, right(), thirds, stride()))
    assert [note.pitch for note in found.solo.notes] == MELODY


def played(notes, velocity):
    return [(start, end, pitch, velocity) for start, end, pitch, _ in notes]


@pytest.mark.parametrize("above", [5, 24])
def test_a_melody_that_is_louder_than_all_around_it_is_found_in_the_middle(tmp_path, above):
    line = [(start, end, pitch - 16, 95) for start, end, pitch, _ in right()]
    high = [(start, end, pitch + 24 + above, 50) for start, end, pitch, _ in arpeggios()]
    [found] = read_solos(pianist(tmp_path, line, high, played(stride(), 55)))
    assert [note.pitch for note in found.solo.notes] == [pitch - 16 for pitch in MELODY]


def test_a_pedal_hides_no_note_of_the_melody(tmp_path):
    held = [(start, 96 * (start // 96 + 1), pitch, velocity)
            for start, _, pitch, velocity in [*right(), *block_chords()]]  # fmt: skip
    again = {}
    for note in sorted(held, reverse=True):
        again.setdefault(note[2], []).append(note)
    ends = [(start, min([end, *(other[0] for other in again[pitch] if other[0] > start)]), pitch, v)
            for start, end, pitch, v in held]  # fmt: skip
    [found] = read_solos(pianist(tmp_path, ends))
    wanted = [(start, pitch) for start, _, pitch, _ in right()]
    got = {(note.onset, note.pitch) for note in found.solo.notes}
    assert np.mean([note in got for note in wanted]) > 0.9


@pytest.mark.parametrize("notes", [
    [(at, at + 90, pitch, 60) for at in range(0, 1920, 96) for pitch in (60, 64, 67, 71)],
    [(at, at + 6, (36, 42, 42, 38)[at // 12 % 4], 90) for at in range(0, 1920, 12)],
    [(at, at + 10, 60 + 3 * (at % 48 == 36), 90) for at in range(0, 1920, 12)],
])  # fmt: skip
def test_close_chords_percussion_and_ostinatos_are_told_and_left_out(tmp_path, notes):
    with pytest.raises(MidiError, match="no part plays a line"):
        read_solos(pianist(tmp_path, notes))


def test_broken_chords_are_doubtful(tmp_path):
    notes = [(at, at + 10, (60, 67, 64, 67)[at // 12 % 4] + 5 * (at // 384 % 2), 90)
             for at in range(0, 1920, 12)]  # fmt: skip
    [found] = read_solos(pianist(tmp_path, notes))
    assert any("is doubtful" in warning for warning in found.warnings)


def test_chords_alone_are_told_and_left_out(tmp_path):
    path = pianist(tmp_path, [(at, at + 40, pitch, 60) for at in range(0, 1152, 48)
                              for pitch in (43, 52, 59, 64)])  # fmt: skip
    with pytest.raises(MidiError, match=r"solo\.mid: no part plays a line, .* is Piano"):
        read_solos(path)
    [found] = read_solos(path, track="Piano")
    assert "the melody of Piano is doubtful (confidence 0.00)" in found.warnings


def test_a_horn_has_one_voice(tmp_path):
    legato = [(start, end + 3, pitch, loud) for start, end, pitch, loud in right()]
    [part] = read_midi(pianist(tmp_path, legato, name="Sax")).parts
    assert not has_voices(part)
    assert "melody_confidence" not in read_solos(tmp_path / "solo.mid")[0].decisions


def test_one_note_is_no_line():
    assert melody_voice(np.array([[0, 10, 60, 80]]), np.ones(1)).confidence == 0
