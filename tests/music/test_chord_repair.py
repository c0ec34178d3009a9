"""Mistyped chord symbols: what is meant, and what is said about it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jazzgen.errors import ChordError
from jazzgen.music.chord import ChordSymbol
from jazzgen.music.chord_repair import is_alternate, read_symbol
from jazzgen.music.pitch import Key
from jazzgen.music.roman_numerals import is_numeral, read_numeral

MISTYPED = {
    "Gq7": "G7", "Gzz9": "G9",
    "Cmja7": "Cmaj7", "Cmni7": "Cm7", "Cdmi7": "Cdim7", "Gsuss": "Gsus", "Gsu4": "Gsus",
    "Cmaj77": "Cmaj7", "Cmm": "Cm", "Cfoo": "C", "Cxyz7": "C", "Cmaj7#1": "Cmaj7", "C7b": "C7",
    "C7(b9": "C7b9", "C7b9)": "C7b9", "C7,": "C7", "C7?": "C7", "Dm7|": "Dm7", "C(7(b9))": "C7b9",
    "dm7": "Dm7", "bbmaj7": "Bbmaj7", "b7": "B7", "H7": "B7", "Cis7": "C#7", "Fism7": "F#m7",
    "As7": "Ab7", "C/e": "C/E", "C/Bb7": "C/Bb", "C7foo/E": "C7/E", "C/H": "C/B", "C7th": "C7",
    "Clydian": "Cmaj7#11", "C phryg": "C7b9sus", "C6(A7)(B7)": "C6", "Dm7G7": "Dm7",
}  # fmt: skip


@pytest.mark.parametrize(("text", "meant"), MISTYPED.items())
def test_what_is_meant_is_read_and_told(text, meant):
    chord, remark = read_symbol(text)
    assert str(chord) == meant
    assert remark == f"{text!r} is read as {meant}"


@pytest.mark.parametrize(
    "text",
    [
        "Break",
        "Drums",
        "bass",
        "D.C.",
        "D.S. al Coda",
        "Fine",
        "A section",
        "Ad lib",
        "x",
        "%",
        "",
        "Sim.",
        "Solo",
        "Refrain",
        "Last",
    ],
)
def test_a_word_is_no_chord(text):
    chord, remark = read_symbol(text)
    assert chord is None
    assert remark.endswith("is not a chord symbol; the chord before it is held")


@pytest.mark.parametrize(
    ("text", "chord"),
    [
        ("Solm7", "Gm7"), ("Sib7", "Bb7"), ("Fa#m7", "F#m7"), ("Dom7", "Cm7"), ("Ré-7", "Dm7"),
        ("C:min7/b3", "Cm7/Eb"), ("A:maj/3", "A/C#"), ("G:7/b7", "G7/F"), ("[C7]", "C7"),
        ("N", "N.C."), ("none", "N.C."),
    ],
)  # fmt: skip
def test_symbols_of_other_countries_and_data_sets(text, chord):
    assert read_symbol(text) == (ChordSymbol.parse(chord), f"{text!r} is read as {chord}")


@pytest.mark.parametrize(
    ("text", "chord"),
    [("C♮7", "C7"), ("CJ7", "Cmaj7"), ("Csus24", "Csusadd9"), ("Cm9(maj7)", "CmMaj9")],
)
def test_rare_spellings(text, chord):
    assert read_symbol(text) == (ChordSymbol.parse(chord), "")


@pytest.mark.parametrize("text", ["Esus", "Asus4", "Bbb7", "C7alt", "N.C.", "Am7/G"])
def test_what_is_well_written_is_read_without_a_word(text):
    assert read_symbol(text) == (ChordSymbol.parse(text), "")


@given(st.text(max_size=80))
def test_anything_is_read_as_a_chord_or_as_none(text):
    chord, remark = read_symbol(text)
    assert chord is not None or remark
    assert "\n" not in remark
    assert len(remark) < 350


def test_an_alternate_stands_in_brackets():
    assert all(map(is_alternate, ["(A7b9)", " (Dm7(b5)) ", "(N.C.)"]))
    assert not any(map(is_alternate, ["A7(b9)", "(b9)", "C6(Am7)", "(A7)(D7)", "C"]))


NUMERALS = {
    "Imaj7": "Bbmaj7", "ii7": "Cm7", "II-7": "Cm7", "II7": "C7", "iii": "Dm", "IV": "Eb",
    "V7b9": "F7b9", "vi7": "Gm7", "vii°7": "Adim7", "viiø7": "Am7b5", "bVII7": "Ab7",
    "♯iv°": "Edim", "subV7": "B7", "subV7/II": "Db7", "Ⅱm7": "Cm7",
    "IV/V": "Eb/F", "I/3": "Bb/D", "vi/3": "Gm/Bb", "V7/b7": "F7/Eb", "bVII/I": "Ab/Bb",
    "bIIImaj7": "Dbmaj7", "V7/V": "C7", "V7/ii": "G7", "bII7": "B7",
}  # fmt: skip


@pytest.mark.parametrize(("text", "chord"), NUMERALS.items())
def test_a_roman_numeral_in_a_major_key(text, chord):
    assert str(read_numeral(text, Key("Bb"))) == chord
    assert is_numeral(text)
    assert read_symbol(text, Key("Bb")) == (ChordSymbol.parse(chord), "")


@pytest.mark.parametrize(
    ("text", "chord"),
    [("i", "Cm"), ("iv7", "Fm7"), ("III", "Eb"), ("VImaj7", "Abmaj7"), ("VII7", "Bb7"),
     ("vii°7", "Bdim7"), ("V7", "G7"), ("iiø7", "Dm7b5"), ("bVI7", "Ab7")],
)  # fmt: skip
def test_a_roman_numeral_in_a_minor_key(text, chord):
    assert str(read_numeral(text, Key("C", "minor"))) == chord


@pytest.mark.parametrize("text", ["Iron", "Ivory", "Verse", "Vamp", "C7", "", "VIII", "IVfoo"])
def test_what_is_no_roman_numeral(text):
    assert not is_numeral(text)
    with pytest.raises(ChordError):
        read_numeral(text, Key())


def test_a_numeral_without_a_key_is_read_in_c():
    assert read_symbol("V7").remark == "'V7' is read as G7 in C, since no key is given"


@pytest.mark.parametrize(
    ("text", "chord"),
    [
        ("Csus(b7)", "C7sus"), ("Cm(b7)", "Cm7"), ("C:hdim7", "Cm7b5"),
        ("Bes7", "Bb7"), ("C▵7", "Cmaj7"), ("C—7", "Cm7"), ("C⌀7", "Cm7b5"),
        ("Am/Gis", "Am/G#"), ("D/Fis", "D/F#"), ("C/h", "C/B"), ("C/Es", "C/Eb"),
        ("hm7", "Bm7"), ("fism7", "F#m7"), ("es7", "Eb7"), ("Hdim", "Bdim"), ("H-Dur", "B"),
        ("C over E", "C/E"), ("Dm7 on G", "Dm7/G"), ("C/(E)", "C/E"), ("C(Bass E)", "C/E"),
        ("C7/3", "C7/E"), ("Am/5", "Am/E"), ("C/b7", "C/Bb"),
        ("B flat 7", "Bb7"), ("Eflat maj7", "Ebmaj7"), ("F #m7", "F#m7"), ("B b7", "Bb7"),
        ("C sharp minor", "C#m"), ("C dominant seventh", "C7"), ("C minor seventh", "Cm7"),
        ("C7 flat nine", "C7b9"), ("[N.C.]", "N.C."), ("C #11", "Cadd#11"),
    ],
)  # fmt: skip
def test_spellings_of_other_programs_and_countries(text, chord):
    assert str(read_symbol(text).chord) == chord
