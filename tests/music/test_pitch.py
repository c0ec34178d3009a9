"""Note names, pitches and keys."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jazzgen.errors import ChartError
from jazzgen.music.pitch import (
    Key,
    move_name,
    parse_pitch,
    parse_pitch_class,
    pitch_name,
    prefers_flats,
    spell,
    transpose_name,
)

MAJOR = ("Cb", "Gb", "Db", "Ab", "Eb", "Bb", "F", "C", "G", "D", "A", "E", "B", "F#", "C#")
MINOR = ("Ab", "Eb", "Bb", "F", "C", "G", "D", "A", "E", "B", "F#", "C#", "G#", "D#", "A#")
THIRTY = [Key(tonic, "major") for tonic in MAJOR] + [Key(tonic, "minor") for tonic in MINOR]
NAMES = st.builds(
    str.__add__, st.sampled_from("CDEFGAB"), st.sampled_from(["", "b", "#", "bb", "##"])
)


@pytest.mark.parametrize(("name", "pitch_class"), [
    ("C", 0), ("Bb", 10), ("B♭", 10), ("F#", 6), ("F♯", 6), ("Cb", 11), ("B#", 0), ("Ebb", 2),
    ("F##", 7),
])  # fmt: skip
def test_pitch_class(name, pitch_class):
    assert parse_pitch_class(name) == pitch_class


@pytest.mark.parametrize("name", ["", "H", "c", "Cbb#", "C#b", "Cbbb", "C4", " C", "C\n"])
def test_what_is_no_note_name(name):
    with pytest.raises(ChartError, match="is not a note name"):
        parse_pitch_class(name)


@given(st.integers(-40, 140), st.booleans())
def test_spell(pitch_class, flats):
    name = spell(pitch_class, flats)
    assert parse_pitch_class(name) == pitch_class % 12
    assert ("#" if flats else "b") not in name


@given(st.integers(0, 127), st.booleans())
def test_pitch_names(pitch, flats):
    assert parse_pitch(pitch_name(pitch, flats)) == pitch
    assert parse_pitch(str(pitch)) == pitch


@pytest.mark.parametrize(("name", "pitch"), [
    ("C4", 60), ("A4", 69), ("bb3", 58), ("Cb4", 59), ("B#3", 60), ("C-1", 0), ("G9", 127),
    ("60", 60), (" E♭2 ", 39),
])  # fmt: skip
def test_pitch(name, pitch):
    assert parse_pitch(name) == pitch


@pytest.mark.parametrize("name", ["", "C", "H4", "C#b4", "C44", "1000", "-1", "4.0"])
def test_what_is_no_pitch(name):
    with pytest.raises(ChartError, match="is not a pitch"):
        parse_pitch(name)


@pytest.mark.parametrize("name", ["128", "G#9", "Cb-1"])
def test_pitches_out_of_range(name):
    with pytest.raises(ChartError, match=r"is MIDI pitch -?[0-9]+: expected 0 to 127"):
        parse_pitch(name)


@given(NAMES, st.integers(-30, 30), st.sampled_from([None, True, False]))
def test_transpose_name(name, semitones, flats):
    moved = transpose_name(name, semitones, flats)
    assert parse_pitch_class(moved) == (parse_pitch_class(name) + semitones) % 12
    assert transpose_name(name, 12) == name


@pytest.mark.parametrize(("text", "key"), [
    ("Bb", Key("Bb")), ("b♭", Key("Bb")), ("F#", Key("F#")), ("Fmin", Key("F", "minor")),
    ("C#m", Key("C#", "minor")), ("G minor", Key("G", "minor")), ("A-maj", Key("A")),
    ("EbM", Key("Eb")), ("a minor", Key("A", "minor")), (" D ", Key("D")), ("BbMajor", Key("Bb")),
    ("Bbm", Key("Bb", "minor")), ("b minor", Key("B", "minor")),
])  # fmt: skip
def test_key(text, key):
    assert Key.parse(text) == key


@pytest.mark.parametrize("text", ["", "H", "C dorian", "C#b", "7", "Cmm", "major"])
def test_what_is_no_key(text):
    with pytest.raises(ChartError, match="is not a key"):
        Key.parse(text)


def test_relative_keys_have_one_signature():
    for key in (
        Key(name, mode) for name in ("C", "Eb", "F#", "A", "D", "Bb") for mode in ("major", "minor")
    ):
        assert key.relative.signature == key.signature
        assert key.relative.mode != key.mode
        assert key.relative.relative == key


def test_keys_are_checked():
    with pytest.raises(ChartError, match="'H' is not a note name"):
        Key("H")
    with pytest.raises(ChartError, match="mode 'dorian': expected major or minor"):
        Key("C", "dorian")


def test_fifths_of_all_thirty_keys():
    assert [key.fifths for key in THIRTY] == [*range(-7, 8), *range(-7, 8)]


@pytest.mark.parametrize("key", THIRTY, ids=str)
def test_signature(key):
    assert len(key.signature) == 7
    assert key.tonic in key.signature
    assert sum("#" in name for name in key.signature) == max(key.fifths, 0)
    assert sum("b" in name for name in key.signature) == max(-key.fifths, 0)
    steps = (0, 2, 4, 5, 7, 9, 11) if key.mode == "major" else (0, 2, 3, 5, 7, 8, 10)
    assert {parse_pitch_class(n) for n in key.signature} == {
        (key.pitch_class + s) % 12 for s in steps
    }
    assert Key.parse(str(key)) == key


@given(st.sampled_from(THIRTY), st.integers(-30, 30))
def test_keys_go_there_and_back(key, semitones):
    moved = key.transpose(semitones)
    assert moved.pitch_class == (key.pitch_class + semitones) % 12
    assert moved.mode == key.mode
    assert abs(moved.fifths) <= 7
    assert moved.transpose(-semitones).pitch_class == key.pitch_class
    assert key.transpose(12) == key


@pytest.mark.parametrize(("key", "flats"), [
    (Key("F"), True), (Key("C"), True), (Key("G"), False), (Key("Gb"), True), (Key("F#"), False),
    (Key("D", "minor"), True), (Key("E", "minor"), False),
])  # fmt: skip
def test_prefers_flats(key, flats):
    assert prefers_flats(key) == flats


@pytest.mark.parametrize(("name", "old", "new", "moved"), [
    ("F#", "C", "Bb", "E"), ("G#", "Am", "Gm", "F#"), ("Bb", "C", "D", "C"), ("Db", "C", "Gb", "G"),
    ("F", "C", "Gb", "Cb"), ("B", "C", "F#", "E#"), ("Eb", "Bb", "B", "E"), ("E", "C", "Ab", "C"),
    ("C#", "C", "Eb", "E"), ("Bb", "Bb", "F#", "F#"),
])  # fmt: skip
def test_move_name(name, old, new, moved):
    assert move_name(name, Key.parse(old), Key.parse(new)) == moved


@given(NAMES, st.sampled_from(THIRTY), st.sampled_from(THIRTY))
def test_moved_names_sound_right(name, old, new):
    moved = move_name(name, old, new)
    distance = new.pitch_class - old.pitch_class
    assert parse_pitch_class(moved) == (parse_pitch_class(name) + distance) % 12
    assert len(moved) <= 2
    assert moved in new.signature or moved not in ("Cb", "Fb", "E#", "B#")


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("B flat", "Bb"), ("E-flat minor", "Eb minor"), ("F sharp", "F#"), ("H", "B"),
        ("Es", "Eb"), ("h-moll", "B minor"), ("Fis-Moll", "F# minor"), ("sol", "G"),
        ("do majeur", "C"), ("Si bémol", "Bb"),
    ],
)  # fmt: skip
def test_a_key_in_other_words_is_understood_and_proposed(given, meant):
    with pytest.raises(ChartError, match=rf"is not a key \(did you mean {meant}\?\): expected"):
        Key.parse(given)
    Key.parse(meant)


@pytest.mark.parametrize("given", ["blue", "Q", "high", "", "F#m7"])
def test_nothing_is_proposed_for_what_is_no_key_in_any_words(given):
    with pytest.raises(ChartError, match="is not a key: expected"):
        Key.parse(given)
