"""Chord symbols: what they mean, how they are written, what is refused."""

import itertools
import json
import os
import sqlite3
from pathlib import Path

import pytest
from effort import assert_effort
from hypothesis import given
from hypothesis import strategies as st

from jazzgen.errors import ChordError
from jazzgen.music.chord import FAMILIES, NO_CHORD, ChordSymbol
from jazzgen.music.chord_degrees import altered_degree, normalised
from jazzgen.music.chord_quality import SEMITONES, TENSIONS, Quality
from jazzgen.music.chord_reader import parse_quality

# spelling: canonical spelling, chord tones, tensions
MEANINGS = {
    "C": ("C", {0, 4, 7}, set()),
    "CM": ("C", {0, 4, 7}, set()),
    "Cmaj": ("C", {0, 4, 7}, set()),
    "C major": ("C", {0, 4, 7}, set()),
    "Cm": ("Cm", {0, 3, 7}, set()),
    "C-": ("Cm", {0, 3, 7}, set()),
    "Cmin": ("Cm", {0, 3, 7}, set()),
    "CM7": ("Cmaj7", {0, 4, 7, 11}, set()),
    "CΔ": ("Cmaj7", {0, 4, 7, 11}, set()),
    "CΔ7": ("Cmaj7", {0, 4, 7, 11}, set()),
    "C△7": ("Cmaj7", {0, 4, 7, 11}, set()),
    "C∆": ("Cmaj7", {0, 4, 7, 11}, set()),
    "C^7": ("Cmaj7", {0, 4, 7, 11}, set()),
    "Cj7": ("Cmaj7", {0, 4, 7, 11}, set()),
    "Cma7": ("Cmaj7", {0, 4, 7, 11}, set()),
    "CMA7": ("Cmaj7", {0, 4, 7, 11}, set()),
    "C7M": ("Cmaj7", {0, 4, 7, 11}, set()),
    "Cmaj9": ("Cmaj9", {0, 4, 7, 11}, {2}),
    "Cmaj7#11": ("Cmaj7#11", {0, 4, 7, 11}, {6}),
    "Cj7911#": ("Cmaj9#11", {0, 4, 7, 11}, {2, 6}),
    "Cmaj13": ("Cmaj13", {0, 4, 7, 11}, {2, 9}),
    "C6(maj7)": ("Cmaj7add13", {0, 4, 7, 11}, {9}),
    "C6": ("C6", {0, 4, 7, 9}, set()),
    "C6/9": ("C69", {0, 4, 7, 9}, {2}),
    "C69": ("C69", {0, 4, 7, 9}, {2}),
    "C6(9)": ("C69", {0, 4, 7, 9}, {2}),
    "C6911#": ("C69#11", {0, 4, 7, 9}, {2, 6}),
    "C6/9/#11": ("C69#11", {0, 4, 7, 9}, {2, 6}),
    "C-6911#": ("Cm69#11", {0, 3, 7, 9}, {2, 6}),
    "C611#": ("C6#11", {0, 4, 7, 9}, {6}),
    "Cadd9": ("Cadd9", {0, 4, 7}, {2}),
    "C2": ("Cadd9", {0, 4, 7}, {2}),
    "C5": ("C5", {0, 7}, set()),
    "C7": ("C7", {0, 4, 7, 10}, set()),
    "Bb7": ("Bb7", {10, 2, 5, 8}, set()),
    "B♭7": ("Bb7", {10, 2, 5, 8}, set()),
    "C9": ("C9", {0, 4, 7, 10}, {2}),
    "C79": ("C9", {0, 4, 7, 10}, {2}),
    "C11": ("C11", {0, 4, 7, 10}, {2, 5}),
    "C7911": ("C11", {0, 4, 7, 10}, {2, 5}),
    "C13": ("C13", {0, 4, 7, 10}, {2, 9}),
    "C7913": ("C13", {0, 4, 7, 10}, {2, 9}),
    "C13#11": ("C13#11", {0, 4, 7, 10}, {2, 6, 9}),
    "C7b9": ("C7b9", {0, 4, 7, 10}, {1}),
    "C79b": ("C7b9", {0, 4, 7, 10}, {1}),
    "C7(b9)": ("C7b9", {0, 4, 7, 10}, {1}),
    "C7-9": ("C7b9", {0, 4, 7, 10}, {1}),
    "C7♭9": ("C7b9", {0, 4, 7, 10}, {1}),
    "C79#": ("C7#9", {0, 4, 7, 10}, {3}),
    "C7+9": ("C7#9", {0, 4, 7, 10}, {3}),
    "C7(b9,#11)": ("C7b9#11", {0, 4, 7, 10}, {1, 6}),
    "C7b9b13": ("C7b9b13", {0, 4, 7, 10}, {1, 8}),
    "C79b13b": ("C7b9b13", {0, 4, 7, 10}, {1, 8}),
    "C79b13": ("C13b9", {0, 4, 7, 10}, {1, 9}),
    "C7b9(13)": ("C13b9", {0, 4, 7, 10}, {1, 9}),
    "C7913b": ("C9b13", {0, 4, 7, 10}, {2, 8}),
    "C9b13": ("C9b13", {0, 4, 7, 10}, {2, 8}),
    "C7911#": ("C9#11", {0, 4, 7, 10}, {2, 6}),
    "C79#11#": ("C7#9#11", {0, 4, 7, 10}, {3, 6}),
    "C7b5": ("C7b5", {0, 4, 6, 10}, set()),
    "C7#5": ("C7#5", {0, 4, 8, 10}, set()),
    "C7+": ("C7#5", {0, 4, 8, 10}, set()),
    "C+7": ("C7#5", {0, 4, 8, 10}, set()),
    "Caug7": ("C7#5", {0, 4, 8, 10}, set()),
    "C+79#": ("C7#5#9", {0, 4, 8, 10}, {3}),
    "C7b5#5": ("C7b5#5", {0, 4, 6, 8, 10}, set()),
    "C7alt": ("C7alt", {0, 4, 8, 10}, {1, 3, 6}),
    "Calt": ("C7alt", {0, 4, 8, 10}, {1, 3, 6}),
    "C+": ("Caug", {0, 4, 8}, set()),
    "Caug": ("Caug", {0, 4, 8}, set()),
    "C(#5)": ("Caug", {0, 4, 8}, set()),
    "C+j7": ("Cmaj7#5", {0, 4, 8, 11}, set()),
    "C(b5)": ("C(b5)", {0, 4, 6}, set()),
    "Cb5": ("Cb5", {11, 6}, set()),
    "C-7": ("Cm7", {0, 3, 7, 10}, set()),
    "C–7": ("Cm7", {0, 3, 7, 10}, set()),
    "Cmi7": ("Cm7", {0, 3, 7, 10}, set()),
    "CMI7": ("Cm7", {0, 3, 7, 10}, set()),
    "C-7911": ("Cm11", {0, 3, 7, 10}, {2, 5}),
    "Cm6": ("Cm6", {0, 3, 7, 9}, set()),
    "Cm6/9": ("Cm69", {0, 3, 7, 9}, {2}),
    "Cmb6": ("Cmb6", {0, 3, 7}, {8}),
    "Cmadd9": ("Cmadd9", {0, 3, 7}, {2}),
    "Cm2": ("Cmadd9", {0, 3, 7}, {2}),
    "C-2": ("Cmadd9", {0, 3, 7}, {2}),
    "Cmaug": ("Cm#5", {0, 3, 8}, set()),
    "Cm(maj7)": ("CmMaj7", {0, 3, 7, 11}, set()),
    "C-Δ7": ("CmMaj7", {0, 3, 7, 11}, set()),
    "C-j7": ("CmMaj7", {0, 3, 7, 11}, set()),
    "Cm/maj7": ("CmMaj7", {0, 3, 7, 11}, set()),
    "Cm+7": ("CmMaj7", {0, 3, 7, 11}, set()),
    "C-j7911#": ("CmMaj9#11", {0, 3, 7, 11}, {2, 6}),
    "Cm7b5": ("Cm7b5", {0, 3, 6, 10}, set()),
    "Cm7♭5": ("Cm7b5", {0, 3, 6, 10}, set()),
    "C-7-5": ("Cm7b5", {0, 3, 6, 10}, set()),
    "Cø": ("Cm7b5", {0, 3, 6, 10}, set()),
    "CØ7": ("Cm7b5", {0, 3, 6, 10}, set()),
    "Cdim": ("Cdim", {0, 3, 6}, set()),
    "C°": ("Cdim", {0, 3, 6}, set()),
    "C0": ("Cdim", {0, 3, 6}, set()),
    "Co7": ("Cdim7", {0, 3, 6, 9}, set()),
    "C°7": ("Cdim7", {0, 3, 6, 9}, set()),
    "Ab07": ("Abdim7", {8, 11, 2, 5}, set()),
    "Cm6b5": ("Cdim7", {0, 3, 6, 9}, set()),
    "CdimMaj7": ("CdimMaj7", {0, 3, 6, 11}, set()),
    "Cdim7(maj7)": ("Cdim7addMaj7", {0, 3, 6, 9, 11}, set()),
    "Csus": ("Csus", {0, 5, 7}, set()),
    "Csus4": ("Csus", {0, 5, 7}, set()),
    "Csus2": ("Csus2", {0, 2, 7}, set()),
    "C7sus4": ("C7sus", {0, 5, 7, 10}, set()),
    "C9sus": ("C9sus", {0, 5, 7, 10}, {2}),
    "Csus7913": ("C13sus", {0, 5, 7, 10}, {2, 9}),
    "C7b9sus": ("C7b9sus", {0, 5, 7, 10}, {1}),
    "C7susadd3": ("C7add11", {0, 4, 7, 10}, {5}),
    "C7no3": ("C7no3", {0, 7, 10}, set()),
    "C7(no 5)": ("C7no5", {0, 4, 10}, set()),
    "C7/Bb": ("C7/Bb", {0, 4, 7, 10}, set()),
    "Cadd9/Bb": ("Cadd9/Bb", {0, 4, 7}, {2}),
    "C6/9/E": ("C69/E", {0, 4, 7, 9}, {2}),
    "C/C": ("C", {0, 4, 7}, set()),
    "C6(Am7)": ("C6", {0, 4, 7, 9}, set()),
    "(Dm7)": ("Dm7", {2, 5, 9, 0}, set()),
    "Bbm6/Eb(Gm7b5)": ("Bbm6/Eb", {10, 1, 5, 7}, set()),
    "F#-7/E": ("F#m7/E", {6, 9, 1, 4}, set()),
    "C⁷": ("C7", {0, 4, 7, 10}, set()),
    "C⁶⁄₉": ("C69", {0, 4, 7, 9}, {2}),
    "C７": ("C7", {0, 4, 7, 10}, set()),
    "Cᵐ⁷⁽♭⁵⁾": ("Cm7b5", {0, 3, 6, 10}, set()),
    "C\u200b\u00ad7": ("C7", {0, 4, 7, 10}, set()),
    "\u0421\u043c7": ("Cm7", {0, 3, 7, 10}, set()),
    "C\ue8737": ("Cmaj7", {0, 4, 7, 11}, set()),
    "CΦ7": ("Cm7b5", {0, 3, 6, 10}, set()),
    "C½dim7": ("Cm7b5", {0, 3, 6, 10}, set()),
    "F\uff037": ("F#7", {6, 10, 1, 4}, set()),
    "Cm(♮7)": ("CmMaj7", {0, 3, 7, 11}, set()),
    "C♮m7": ("Cm7", {0, 3, 7, 10}, set()),
    "Cmaj#11": ("Cmaj7#11", {0, 4, 7, 11}, {6}),
    "C7(4/9)": ("C9sus", {0, 5, 7, 10}, {2}),
    "C4/7": ("C7sus", {0, 5, 7, 10}, set()),
    "C9/6": ("C69", {0, 4, 7, 9}, {2}),
    "C6/7": ("C7add13", {0, 4, 7, 10}, {9}),
    "Am/9": ("Amadd9", {9, 0, 4}, {11}),
    "Bb7alt.": ("Bb7alt", {10, 2, 6, 8}, {11, 1, 4}),
    "Cmin.7": ("Cm7", {0, 3, 7, 10}, set()),
    "Cmj7": ("Cmaj7", {0, 4, 7, 11}, set()),
    "C7[b9]": ("C7b9", {0, 4, 7, 10}, {1}),
    "C7flat9": ("C7b9", {0, 4, 7, 10}, {1}),
    "Cdominant7": ("C7", {0, 4, 7, 10}, set()),
    "C half-diminished": ("Cm7b5", {0, 3, 6, 10}, set()),
    "C11(add3)": ("C11", {0, 4, 7, 10}, {2, 5}),
    "C(add♭6)": ("Caddb13", {0, 4, 7}, {8}),
    "C7♯13": ("C7", {0, 4, 7, 10}, set()),
    "Cm7(addb11)": ("C7#9", {0, 4, 7, 10}, {3}),
    "C7add2": ("C9", {0, 4, 7, 10}, {2}),
    "C7add4": ("C7add11", {0, 4, 7, 10}, {5}),
    "Csus2sus4": ("Csusadd9", {0, 5, 7}, {2}),
    "C7(omit3,5)": ("C7no3no5", {0, 10}, set()),
    "C13omit5": ("C13no5", {0, 4, 10}, {2, 9}),
    "C9omit7": ("Cadd9", {0, 4, 7}, {2}),
    "C7no5th": ("C7no5", {0, 4, 10}, set()),
    "Cdim7omit5": ("Cm6no5", {0, 3, 9}, set()),
    "NC": ("N.C.", set(), set()),
    "n.c.": ("N.C.", set(), set()),
    "No Chord": ("N.C.", set(), set()),
}


@pytest.mark.parametrize("text", MEANINGS)
def test_meaning(text):
    chord = ChordSymbol.parse(text)
    assert (str(chord), chord.chord_tones, chord.tensions) == MEANINGS[text]
    assert ChordSymbol.parse(str(chord)) == chord


@pytest.mark.parametrize("text", [
    "", "  ", "Cfoo", "H7", "C7b", "C7#", "C13b", "Cmaj7xyz", "c7", "CC", "Cmm", "Cminmin", "C5m",
    "C7maj7", "Cmaj7maj7", "Caltmaj7", "Cmaj7alt", "Cdim7sus", "C79b5", "C6(foo)", "C6(Hm7)",
    "C6(Am7)(Dm7)", "(C6)(Dm7)", "(Dm7", "Dm7)", "C()", "C7(", "C7,", "C7(b9,)", "C/", "C//", "C/H",
    "/C", "Dm7 G7", "%", "/", "|", "Dm7|", "Cb3", "Cadd", "Cno", "Csus3", "C8", "C10", "C15",
    "Cm5", "Cm2maj7", "Cm72", "Cmb52", "Cmsus22", "C69b", "C6911b", "Cmmaj6911#",
    "B#b7", "Cbbb7", "0", "-7", "\x00", "C\x007", "C7\nG7",
])  # fmt: skip
def test_what_is_no_chord_symbol(text):
    with pytest.raises(ChordError) as error:
        ChordSymbol.parse(text)
    assert str(error.value).startswith(f"{text!r} is not a chord symbol: ")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "text", ["C" * 10**6, "C" + "(" * 10**5, "C7" + "b9" * 10**5, "C" + " " * 10**6]
)
def test_long_input_is_refused_at_once(text):
    def refuse():
        with pytest.raises(ChordError, match=r"is not a chord symbol: \d+ characters") as error:
            ChordSymbol.parse(text)
        assert len(str(error.value)) < 100

    assert_effort(refuse, 5_000_000)


@given(st.text(max_size=64))
def test_junk_is_a_chord_or_a_chord_error(text):
    try:
        chord = ChordSymbol.parse(text)
    except ChordError:
        return
    assert ChordSymbol.parse(str(chord)) == chord


PARTS = ["b9", "#9", "#11", "b13", "9", "11", "13", "7", "6", "69", "m", "maj", "M", "-", "+", "o",
         "ø", "Δ", "^", "j", "sus", "sus2", "add9", "add", "add3", "no3", "no5", "alt", "b5", "#5",
         "(", ")", ",", "/", "b", "#", "2", "4", "5", "dim", "aug", "0", "dom", "b6",
         "min"]  # fmt: skip


def test_every_combination_of_parts_keeps_its_meaning_when_written():
    understood = 0
    for parts in itertools.chain.from_iterable(
        itertools.product(PARTS, repeat=n) for n in (1, 2, 3)
    ):
        try:
            quality = parse_quality.__wrapped__("".join(parts))
        except ChordError:
            continue
        understood += 1
        assert parse_quality.__wrapped__(str(quality)) == quality, parts
    assert understood > 10_000


@given(st.sets(st.sampled_from(sorted(SEMITONES)), max_size=8))
def test_any_degrees_have_a_name_that_is_read_back(degrees):
    quality = Quality(normalised({"1", *degrees}))
    assert parse_quality.__wrapped__(str(quality)) == quality


def test_every_degree_can_be_named_by_number():
    semitones = {"b": -1, "": 0, "#": 1}
    for name, size in SEMITONES.items():
        if name not in ("7", "bb7", "b7"):
            sign, number = name.rstrip("0123456789"), name.lstrip("b#")
            assert SEMITONES[altered_degree(int(number), semitones[sign])] == size
    assert [altered_degree(7, alteration) for alteration in (-1, 0, 1)] == ["b7", "b7", "1"]


DEGREES = st.builds(
    lambda third, fifth, seventh, tensions: "".join((third, seventh, fifth, *tensions)),
    st.sampled_from(["", "m"]),
    st.sampled_from(["", "b5", "#5"]),
    st.sampled_from(["6", "7", "9", "11", "13", "maj7", "Maj9"]),
    st.lists(st.sampled_from([t for t in TENSIONS if t[0] in "b#"]), unique=True),
)
ROOTS = st.builds(str.__add__, st.sampled_from("CDEFGAB"), st.sampled_from(["", "b", "#"]))
CHORDS = st.builds(
    lambda root, quality, bass: ChordSymbol(root, quality, bass),
    ROOTS,
    DEGREES,
    st.none() | ROOTS,
)


@given(CHORDS)
def test_written_and_read_back(chord):
    assert ChordSymbol.parse(str(chord)) == chord
    assert hash(ChordSymbol.parse(str(chord))) == hash(chord)


@given(CHORDS)
def test_an_octave_keeps_the_spelling(chord):
    assert chord.transpose(12) == chord.transpose(-24) == chord.transpose(0) == chord


@given(CHORDS, st.integers(-30, 30), st.sampled_from([None, True, False]))
def test_there_and_back(chord, semitones, flats):
    moved = chord.transpose(semitones, flats)
    back = moved.transpose(-semitones)
    assert (back.root_pc, back.bass_pc, back.chord_tones, back.scale) == (
        chord.root_pc,
        chord.bass_pc,
        chord.chord_tones,
        chord.scale,
    )
    assert moved.root_pc == (chord.root_pc + semitones) % 12
    assert moved.tones_mask == chord.tones_mask


@given(CHORDS)
def test_what_belongs_together(chord):
    assert chord.chord_tones | chord.tensions | {chord.bass_pc} <= chord.scale
    assert chord.guide_tones <= chord.chord_tones
    assert chord.family in FAMILIES
    relative = {(tone - chord.root_pc) % 12 for tone in chord.chord_tones}
    assert {bit for bit in range(12) if chord.tones_mask >> bit & 1} == relative


def test_equal_meaning_is_equal():
    spellings = ("C-7", "Cmin7", "Cm7", "Cmi7", "CMI7", "C–7")
    assert len({ChordSymbol.parse(text) for text in spellings}) == 1
    assert ChordSymbol("C", "min7", "B#") == ChordSymbol.parse("Cm7")
    assert ChordSymbol.parse("C#7") != ChordSymbol.parse("Db7")
    assert ChordSymbol.parse("C7") != ChordSymbol.parse("Cmaj7")


def test_order():
    chords = [ChordSymbol.parse(text) for text in ("Dm7", "N.C.", "C7", "C")]
    assert [str(chord) for chord in sorted(chords)] == ["N.C.", "C", "C7", "Dm7"]


def test_no_chord():
    assert ChordSymbol.parse("N.C.") == NO_CHORD == ChordSymbol(None)
    assert (NO_CHORD.root_pc, NO_CHORD.bass_pc, NO_CHORD.tones_mask) == (None, None, 0)
    assert NO_CHORD.chord_tones == NO_CHORD.scale == NO_CHORD.guide_tones == frozenset()
    assert NO_CHORD.family == "none"
    assert NO_CHORD.transpose(3) == NO_CHORD
    with pytest.raises(ChordError, match="no chord, but quality 'm7'"):
        ChordSymbol(None, "m7")


@pytest.mark.parametrize(("root", "bass"), [("H", None), ("c", None), ("", None), ("C", "x")])
def test_wrong_notes(root, bass):
    with pytest.raises(ChordError, match="is not a note name"):
        ChordSymbol(root, "7", bass)


@pytest.mark.parametrize(("text", "family"), [
    ("C", "maj"), ("C6", "maj"), ("Cmaj7", "maj"), ("Cmaj7#11", "maj"), ("C5", "maj"),
    ("Cm", "min"), ("Cm7", "min"), ("Cm6", "min"), ("CmMaj7", "minmaj"), ("C7", "dom"),
    ("C13b9", "dom"), ("C7#5", "dom"), ("C7alt", "dom"), ("Cm7b5", "hdim"), ("Cdim", "dim"),
    ("Cdim7", "dim"), ("Caug", "aug"), ("Cmaj7#5", "aug"), ("C7sus", "sus"), ("Csus2", "sus"),
])  # fmt: skip
def test_family(text, family):
    assert ChordSymbol.parse(text).family == family


@pytest.mark.parametrize(("text", "guides"), [
    ("C7", {4, 10}), ("Cmaj7", {4, 11}), ("Cm6", {3, 9}), ("C7sus", {5, 10}), ("Cm7b5", {3, 10}),
    ("Cdim7", {3, 9}), ("C", {4}), ("C7alt", {4, 10}), ("C5", {7}),
])  # fmt: skip
def test_guide_tones(text, guides):
    assert ChordSymbol.parse(text).guide_tones == guides


@pytest.mark.parametrize(("text", "scale"), [
    ("C", {0, 2, 4, 5, 7, 9, 11}),  # ionian
    ("Cmaj7", {0, 2, 4, 5, 7, 9, 11}),
    ("Cmaj7#11", {0, 2, 4, 6, 7, 9, 11}),  # lydian
    ("Cmaj7#5", {0, 2, 4, 6, 8, 9, 11}),  # lydian augmented
    ("Cm7", {0, 2, 3, 5, 7, 9, 10}),  # dorian
    ("Cm7b13", {0, 2, 3, 5, 7, 8, 10}),  # aeolian
    ("Cm6", {0, 2, 3, 5, 7, 9, 11}),  # melodic minor
    ("CmMaj7", {0, 2, 3, 5, 7, 9, 11}),
    ("C7", {0, 2, 4, 5, 7, 9, 10}),  # mixolydian
    ("C13", {0, 2, 4, 5, 7, 9, 10}),
    ("C7#11", {0, 2, 4, 6, 7, 9, 10}),  # lydian dominant
    ("C7b9", {0, 1, 4, 5, 7, 8, 10}),  # phrygian dominant
    ("C13b9", {0, 1, 3, 4, 6, 7, 9, 10}),  # half-whole
    ("C7#9", {0, 1, 3, 4, 6, 7, 9, 10}),
    ("C7alt", {0, 1, 3, 4, 6, 8, 10}),  # altered
    ("C7#5#9", {0, 1, 3, 4, 6, 8, 10}),
    ("C7#5", {0, 2, 4, 6, 8, 10}),  # whole tone
    ("Caug", {0, 2, 4, 6, 8, 10}),
    ("C7b13", {0, 2, 4, 5, 7, 8, 10}),  # mixolydian b6
    ("Cm7b5", {0, 1, 3, 5, 6, 8, 10}),  # locrian
    ("Cm9b5", {0, 2, 3, 5, 6, 8, 10}),  # locrian #2
    ("Cdim7", {0, 2, 3, 5, 6, 8, 9, 11}),  # whole-half
    ("C7sus", {0, 2, 4, 5, 7, 9, 10}),
    ("C7b9sus", {0, 1, 3, 5, 7, 8, 10}),  # phrygian
    ("C/Bb", {0, 2, 4, 5, 7, 9, 10}),  # the bass is a b7
    ("Dm7", {2, 4, 5, 7, 9, 11, 0}),
])  # fmt: skip
def test_chord_scale(text, scale):
    assert ChordSymbol.parse(text).scale == scale


def _chart_spellings(path):
    for song in json.loads(Path(path).read_text(encoding="utf-8")):
        for section in song["Sections"]:
            for segment in (section["MainSegment"], *(section.get("Endings") or [])):
                for bar in segment["Chords"].split("|"):
                    yield from filter(None, bar.split(","))


@pytest.mark.skipif("JAZZGEN_CHARTS" not in os.environ, reason="needs JAZZGEN_CHARTS")
def test_every_spelling_of_the_standards():
    spellings = set(_chart_spellings(os.environ["JAZZGEN_CHARTS"]))
    assert len(spellings) > 600
    for text in spellings:
        chord = ChordSymbol.parse(text)
        assert ChordSymbol.parse(str(chord)) == chord


@pytest.mark.skipif("JAZZGEN_WJAZZD" not in os.environ, reason="needs JAZZGEN_WJAZZD")
def test_every_spelling_of_the_weimar_jazz_database():
    with sqlite3.connect(f"file:{os.environ['JAZZGEN_WJAZZD']}?mode=ro", uri=True) as database:
        rows = database.execute("SELECT DISTINCT chord FROM beats WHERE chord > ''").fetchall()
    database.close()
    assert len(rows) > 300
    for (text,) in rows:
        chord = ChordSymbol.parse(text)
        assert ChordSymbol.parse(str(chord)) == chord
