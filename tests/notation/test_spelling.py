"""Names of notes over chords and keys, as a copyist would write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import SYMBOLS

from jazzgen.music.chord import NO_CHORD, ChordSymbol
from jazzgen.music.pitch import FLAT_NAMES, Key, parse_pitch_class
from jazzgen.notation.clashes import without_clashes
from jazzgen.notation.spelling import RARE, octave_of, spell_note


@pytest.mark.parametrize(
    ("symbol", "pitch", "name"),
    [
        ("D7", 66, "F#"), ("Ebm7", 66, "Gb"), ("E7", 68, "G#"), ("G7b9", 68, "Ab"),
        ("C7", 70, "Bb"), ("C7#11", 66, "F#"), ("Cm7b5", 66, "Gb"), ("A7alt", 60, "C"),
        ("A7alt", 65, "F"), ("B7", 63, "D#"), ("F#m7", 64, "E"),
        ("Bbm7", 61, "Db"), ("A7", 61, "C#"), ("C#m7b5", 67, "G"), ("Abmaj7", 60, "C"),
        ("Caug", 68, "G#"), ("E7#9", 67, "G"), ("Dbmaj7", 65, "F"), ("F#7", 70, "A#"),
        ("G7#9", 70, "A#"), ("G7b13", 63, "Eb"), ("Dbm7", 64, "Fb"), ("Cdim7", 69, "A"),
    ],
)  # fmt: skip
def test_the_chord_decides(symbol, pitch, name):
    for key in (Key("C"), Key("Bb"), Key("E"), Key("D", "minor")):
        assert spell_note(pitch, ChordSymbol.parse(symbol), key) == name


@pytest.mark.parametrize(
    ("symbol", "pitch", "name"),
    [
        # Tensions that the symbol does not name, in a key of sharps, left by a leap.
        ("A7", 70, "Bb"), ("A7", 72, "C"), ("A7", 65, "F"), ("Am7", 63, "Eb"), ("G7", 68, "Ab"),
        ("Dm7", 61, "C#"), ("E7", 70, "A#"),
    ],
)  # fmt: skip
def test_a_leap_is_heard_above_the_root(symbol, pitch, name):
    assert spell_note(pitch, ChordSymbol.parse(symbol), Key("D"), pitch - 5) == name


def test_the_signature_keeps_its_names_unless_the_chord_is_foreign_to_it():
    assert spell_note(63, ChordSymbol.parse("A7"), Key("Bb"), 70) == "Eb"
    assert spell_note(68, ChordSymbol.parse("Cm7"), Key("E"), 60) == "Ab"
    assert spell_note(63, ChordSymbol.parse("C7"), Key("Bb"), 64) == "Eb"


def test_a_sharp_ninth_that_falls_is_a_minor_third():
    chord = ChordSymbol.parse("G7alt")
    assert [spell_note(70, chord, Key("C"), to) for to in (None, 71, 69, 68, 62)] == [
        "A#",
        "A#",
        "Bb",
        "Bb",
        "A#",
    ]


def test_a_rare_name_stands_where_the_chord_has_it():
    assert spell_note(59, ChordSymbol.parse("Abm7"), Key("C")) == "Cb"
    assert [spell_note(59, ChordSymbol.parse("Gb7"), Key(tonic)) for tonic in ("Gb", "C")] == [
        "Cb",
        "B",
    ]
    assert spell_note(65, ChordSymbol.parse("C#7"), Key("C")) == "E#"
    assert spell_note(59, ChordSymbol.parse("Fm7"), Key("C"), 60) == "B"


@pytest.mark.parametrize(
    ("pitch", "following", "name"), [(61, 62, "C#"), (61, 60, "Db"), (63, 64, "D#"), (63, 62, "Eb")]
)
def test_a_chromatic_note_leads_where_it_goes(pitch, following, name):
    assert spell_note(pitch, ChordSymbol.parse("Cmaj7"), Key("C"), following) == name


@pytest.mark.parametrize(
    ("symbol", "tonic", "pitch", "name"),
    [
        ("Cdim7", "F#", 63, "D#"), ("Cdim7", "F#", 68, "G#"), ("Edim7", "Db", 68, "Ab"),
        ("Edim7", "Bb", 61, "Db"), ("Bdim7", "C", 68, "Ab"),
    ],
)  # fmt: skip
def test_a_diminished_chord_that_passes_leaves_the_key_its_names(symbol, tonic, pitch, name):
    assert spell_note(pitch, ChordSymbol.parse(symbol), Key(tonic), pitch - 2) == name


@pytest.mark.parametrize(
    ("pitches", "names", "fixed", "read"),
    [
        ((61, 63, 64), ["Db", "D#", "E"], (True, False, True), ["Db", "Eb", "E"]),
        ((63, 61, 60), ["D#", "Db", "C"], (False, True, False), ["Eb", "Db", "C"]),
        ((70, 71), ["A#", "Cb"], (False, True), ["Bb", "Cb"]),
        ((61, 63), ["Db", "D#"], (True, True), ["Db", "D#"]),  # the chord has both
        ((61, 63, 62), ["C#", "Eb", "D"], (False,) * 3, ["C#", "Eb", "D"]),  # they surround D
        ((63, 64), ["Eb", "E"], (False, True), ["Eb", "E"]),
    ],
)
def test_neighbours_show_the_interval_that_is_heard(pitches, names, fixed, read):
    assert without_clashes(names, pitches, fixed) == read


def test_without_a_chord_the_key_decides():
    assert spell_note(66, NO_CHORD, Key("G")) == "F#"
    assert spell_note(66, NO_CHORD, Key("Db")) == "Gb"
    assert spell_note(61, NO_CHORD, Key("F"), 67) == "Db"


@given(
    st.integers(0, 127),
    st.sampled_from(FLAT_NAMES),
    st.sampled_from(SYMBOLS),
    st.integers(0, 11),
    st.none() | st.integers(0, 127),
)
def test_any_name_is_the_pitch_and_has_one_accidental_at_most(pitch, tonic, symbol, up, after):
    chord = ChordSymbol.parse(symbol).transpose(up)
    name = spell_note(pitch, chord, Key(tonic), after)
    assert parse_pitch_class(name) == pitch % 12
    assert len(name) <= 2
    if name in RARE and name not in Key(tonic).signature:
        assert pitch % 12 in chord.chord_tones
    letter = parse_pitch_class(name[0]) + 12 * (octave_of(pitch, name) + 1)
    assert letter + name.count("#") - name.count("b") == pitch
