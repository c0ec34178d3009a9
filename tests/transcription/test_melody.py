"""The solo is found among the band, whatever the tracks are called."""

import pytest
from strangers import band, conductor, line, saved, tempo, track

import jazzgen
from jazzgen.datasets.corpus import load_corpus
from jazzgen.errors import MidiError
from jazzgen.io.midi.read import read_midi
from jazzgen.music.swing import Swing
from jazzgen.transcription.melody import find_soloists


@pytest.fixture(scope="module")
def solos(request):
    return load_corpus(request.config.rootpath / "midi_data").solos[::9]


def names(*tracks, folder):
    score = read_midi(saved(folder / "x.mid", conductor(tempo(160)), *tracks))
    return [one.part.name for one in find_soloists(score)]


@pytest.mark.parametrize("hidden", [False, True])
def test_a_solo_among_a_band(solos, hidden, tmp_path):
    for number, solo in enumerate(solos):
        called = (
            (("x", "y", "z"), (0, 0, 0)) if hidden else (("Piano", "Bass", "Drums"), (0, 32, 0))
        )
        tracks = band(solo, Swing(1.6), *called)
        tracks.insert(number % 4, line(solo, "it", 0 if hidden else 66))
        assert names(*tracks, folder=tmp_path) == ["it"]


SCALE = [(24 * n, 24 * n + 24, 60 + n % 7, 80) for n in range(32)]
CHORDS = [(48 * n, 48 * n + 40, pitch, 70) for n in range(16) for pitch in (52, 55, 58)]
LOW = [(24 * n, 24 * n + 22, 36 + n % 5, 80) for n in range(32)]


@pytest.mark.parametrize(
    ("tracks", "expected"),
    [
        ([("", 0, SCALE), ("", 0, CHORDS), ("", 0, LOW)], 0),
        ([("", 0, CHORDS), ("", 48, SCALE), ("Lead", 0, SCALE[1:])], 2),
        ([("Piano Comp", 0, SCALE), ("Trumpet", 56, SCALE[::2])], 1),
        ([("Bass Clarinet", 71, LOW), ("comp", 0, CHORDS)], 0),
        ([("Solo Bass", 33, LOW), ("Alto", 65, SCALE)], 1),
    ],
)  # fmt: skip
def test_who_plays_the_solo(tracks, expected, tmp_path):
    tracks = [(f"{name}~{n}", program, notes) for n, (name, program, notes) in enumerate(tracks)]
    found = names(*(track(*one) for one in tracks), folder=tmp_path)
    assert found[0] == tracks[expected][0]


def moved(notes, ticks, up=0):
    return [(a + ticks, b + ticks, pitch + up, v) for a, b, pitch, v in notes]


def test_soloists_in_turn(tmp_path):
    found = names(
        track("Alto", 65, SCALE), track("Trumpet", 56, moved(SCALE, 768)),
        track("Bass", 32, LOW + moved(LOW, 768)), folder=tmp_path,
    )  # fmt: skip
    assert sorted(found) == ["Alto", "Trumpet"]


def test_two_that_play_at_once_are_not_two_soloists(tmp_path):
    found = names(
        track("Alto", 65, SCALE), track("Tenor", 66, moved(SCALE, 6, -4)), folder=tmp_path
    )
    assert len(found) == 1


def test_a_doubled_line_is_one(tmp_path):
    path = saved(tmp_path / "x.mid", conductor(tempo(120)), track("Alto", 65, SCALE),
                 track("Octave", 66, moved(SCALE, 0, -12)))  # fmt: skip
    [one] = find_soloists(read_midi(path))
    assert one.part.name == "Alto"
    assert one.doubles == ("Octave",)


def test_people_who_double_a_line_do_not_begin_notes_together(tmp_path):
    apart = [(start + (n * 7 % 5 - 2), end, pitch - 12, loud)
             for n, (start, end, pitch, loud) in enumerate(moved(SCALE, 4))]  # fmt: skip
    path = saved(tmp_path / "x.mid", conductor(tempo(120)), track("Alto", 65, moved(SCALE, 4)),
                 track("Octave", 66, apart))  # fmt: skip
    [one] = find_soloists(read_midi(path))
    assert one.doubles == ("Octave",)


def test_drums_alone(tmp_path):
    path = saved(tmp_path / "x.mid", track("Drums", 0, LOW, channel=9))
    with pytest.raises(MidiError, match=r"x\.mid: has only drums"):
        find_soloists(read_midi(path))


def test_a_solo_of_ours_is_read_however_low_it_is(tmp_path):
    chart = jazzgen.chart("ii-V-I").repeat(2)
    notes = tuple(jazzgen.Note(16 * n, 14, n % 7) for n in range(40))
    file = jazzgen.Solo(notes, chart).save(tmp_path / "low.mid")
    assert [note.pitch for note in jazzgen.read(file).notes] == [note.pitch for note in notes]
