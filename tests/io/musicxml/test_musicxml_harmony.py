"""Chord symbols to MusicXML and back."""

import json
import os
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jazzgen.errors import ChordError
from jazzgen.io.musicxml.harmony import KIND_NAMES, harmony_element
from jazzgen.io.musicxml.harmony_reader import chord_of, read_harmony
from jazzgen.music.chord import ChordSymbol
from jazzgen.music.pitch import Key

CHARTS = os.environ.get("JAZZGEN_CHARTS")
QUALITIES = (
    "", "m", "7", "maj7", "m7", "m7b5", "dim7", "dim", "aug", "6", "m6", "69", "9", "maj9", "m9",
    "11", "m11", "13", "maj13", "m13", "7b9", "7#9", "7#11", "7b13", "7b9#11", "13b9", "7alt",
    "7#5", "7b5", "7#5#9", "maj7#11", "maj7#5", "mMaj7", "7sus", "9sus", "13sus", "7b9sus", "sus",
    "sus2", "5", "add9", "madd9", "mb6", "7no5", "dimMaj7", "7b5#5",
)  # fmt: skip


@given(
    st.sampled_from(["C", "Db", "F#", "Bb", "Cb", "E#"]), st.sampled_from(QUALITIES),
    st.sampled_from([None, "G", "Ab", "D#"]),
)  # fmt: skip
def test_every_chord_comes_back(root, quality, bass):
    chord = ChordSymbol(root, quality, bass)
    assert chord_of(harmony_element(chord)) == chord


def test_no_chord_comes_back():
    none = ChordSymbol.parse("N.C.")
    assert chord_of(harmony_element(none)) == none


@pytest.mark.skipif(CHARTS is None, reason="JAZZGEN_CHARTS is not set")
def test_the_chords_of_three_hundred_standards_come_back():
    symbols = set()
    for tune in json.loads(Path(CHARTS).read_text()):
        for section in tune["Sections"]:
            for part in (section["MainSegment"], *section.get("Endings", [])):
                symbols |= set(part["Chords"].replace("|", ",").split(","))
    chords = [ChordSymbol.parse(symbol) for symbol in symbols if symbol.strip()]
    assert len(chords) > 500
    assert [chord_of(harmony_element(chord)) for chord in chords] == chords


@pytest.mark.parametrize(("kind", "name"), KIND_NAMES.items())
def test_a_kind_alone_is_what_other_programs_write(kind, name):
    harmony = element(f"<root><root-step>B</root-step><root-alter>-1</root-alter></root>"
                      f"<kind>{kind}</kind>")  # fmt: skip
    assert chord_of(harmony) == ChordSymbol("Bb", name)


@pytest.mark.parametrize(
    ("inside", "symbol"),
    [
        ("<kind>dominant</kind>" + "<degree><degree-value>9</degree-value><degree-alter>-1"
         "</degree-alter><degree-type>add</degree-type></degree>", "C7b9"),
        ("<kind>dominant</kind>" + "<degree><degree-value>5</degree-value><degree-alter>1"
         "</degree-alter><degree-type>alter</degree-type></degree>", "C7#5"),
        ("<kind>major</kind>" + "<degree><degree-value>9</degree-value><degree-alter>0"
         "</degree-alter><degree-type>add</degree-type></degree>", "Cadd9"),
        ("<kind text='7alt'>other</kind>", "C7alt"),
        ("<kind text='7'>dominant</kind>" + "".join(
            f"<degree><degree-value>{value}</degree-value><degree-alter>{alter}</degree-alter>"
            f"<degree-type>{how}</degree-type></degree>"
            for value, alter, how in [
                (5, -1, "alter"), (5, 1, "add"), (9, -1, "add"), (9, 1, "add"),
            ]
        ), "C7alt"),
        ("<kind>minor-seventh</kind><bass><bass-step>B</bass-step><bass-alter>-1</bass-alter>"
         "</bass>", "Cm7/Bb"),
    ],
)  # fmt: skip
def test_what_other_programs_write(inside, symbol):
    harmony = element(f"<root><root-step>C</root-step></root>{inside}")
    assert chord_of(harmony) == ChordSymbol.parse(symbol)


def degree(value, alter=0, how="add"):
    return (
        f"<degree><degree-value>{value}</degree-value><degree-alter>{alter}</degree-alter>"
        f"<degree-type>{how}</degree-type></degree>"
    )


MEANT = {
    "<kind>suspended-fourth</kind>" + degree(7, -1): "C7sus",
    "<kind>suspended-fourth</kind>" + degree(7): "C7sus",
    "<kind>suspended-fourth</kind>" + degree(7) + degree(13): "C13sus",
    "<kind text='13sus'>suspended-fourth</kind>" + degree(7): "C13sus",
    "<kind text='7sus4'>dominant</kind>": "C7sus",
    "<kind text='7b5'>dominant</kind>": "C7b5",
    "<kind text='7'>minor-seventh</kind>": "Cm7",
    "<kind>diminished</kind>" + degree(7, -1): "Cdim7",
    "<kind>major</kind>" + degree(2): "Cadd9",
    "<kind>major</kind>" + degree(4): "Cadd11",
    "<kind>minor</kind>" + degree(2): "Cmadd9",
    "<kind text='m'>minor</kind>" + degree(6, -1): "Cmb6",
    "<kind>dominant</kind>" + degree(13, 1): "C7",
    "<kind>minor-seventh</kind>" + degree(11, -1): "C7#9",
    "<kind>dominant</kind>" + degree(5, 0, "subtract"): "C7no5",
    "<kind>major</kind>" + degree(7, 1): "Cmaj7",
    "<kind>major</kind>" + degree(3, 0, "subtract") + degree(4): "Csus",
    "<kind>suspended-fourth</kind>" + degree(2): "Csusadd9",
    "<kind>half-diminished-seventh</kind>": "Cm7b5",
    "<kind text='C13'>other</kind>": "C13",
    "<kind text='⁷'>other</kind>": "C7",
}


@pytest.mark.parametrize(("inside", "symbol"), MEANT.items())
def test_what_degrees_and_texts_mean(inside, symbol):
    harmony = element(f"<root><root-step>C</root-step></root>{inside}")
    assert read_harmony(harmony) == (ChordSymbol.parse(symbol), "")


REPAIRED = {
    "<kind text='zz'>other</kind>": ("C", "'Czz' is read as C"),
    "<kind>Fantasy</kind>": ("C", "the kind 'Fantasy' is not known: read as C"),
    "<kind>dominant</kind>" + degree("x"): ("C7", "a degree 'x' of a chord is left out"),
    "<kind>dominant</kind><bass><bass-step>?</bass-step></bass>":
        ("C7", "a chord symbol with the bass '?'"),
}  # fmt: skip


@pytest.mark.parametrize(("inside", "read"), REPAIRED.items())
def test_what_is_repaired_is_told(inside, read):
    chord, remark = read_harmony(element(f"<root><root-step>C</root-step></root>{inside}"))
    assert (str(chord), remark) == read


def test_a_function_is_read_in_the_key():
    chord, remark = read_harmony(element("<function>V</function><kind>dominant</kind>"), Key("Bb"))
    assert (str(chord), remark) == ("F7", "")


@pytest.mark.parametrize(
    "inside",
    [
        "<kind>major</kind>", "<root><root-step>H</root-step></root><kind>major</kind>",
        "<root><root-step>C</root-step><root-alter>5</root-alter></root><kind>major</kind>",
        "<root><root-step>C</root-step><root-alter>x</root-alter></root><kind>major</kind>",
        "<root><root-step>C</root-step></root><kind>Fantasy</kind>",
        "<root><root-step>C</root-step></root><kind text='zz'>other</kind>",
        "<root><root-step>C</root-step></root><kind>major</kind><degree><degree-value>88"
        "</degree-value></degree>",
        "<root><root-step>C</root-step></root><kind>major</kind><degree><degree-value>9"
        "</degree-value><degree-alter>1e999</degree-alter></degree>",
    ],
)  # fmt: skip
def test_what_is_no_chord(inside):
    with pytest.raises(ChordError):
        chord_of(element(inside))


def element(inside):
    return ElementTree.fromstring(f"<harmony>{inside}</harmony>")


@pytest.mark.parametrize(
    ("symbol", "kind", "text", "degrees"),
    [
        ("B7alt", "other", "7alt", []),
        ("G7b9", "dominant", "7", ["-1"]),
        ("G13b9", "dominant-13th", "13", ["-1"]),
        ("Dm7b5", "half-diminished", "m7♭5", []),
        ("C7#11", "other", "7♯11", []),
        ("C7sus", "other", "7sus", []),
    ],
)
def test_a_symbol_prints_once_as_it_stands_on_the_chart(symbol, kind, text, degrees):
    """Programs append the degrees to the text of the kind, even those not to be printed."""
    harmony = harmony_element(ChordSymbol.parse(symbol))
    assert harmony.findtext("kind") == kind
    assert harmony.find("kind").get("text") == text
    assert [one.text for one in harmony.findall("degree/degree-alter")] == degrees
    assert str(chord_of(harmony)) == symbol
