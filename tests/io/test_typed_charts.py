"""Charts in plain text as people type them: above the bars, in margins, between chords."""

import pytest

from jazzgen.io.charts import pick_reading
from jazzgen.io.chord_sheet.sheet import looks_like_sheet


def read(text, folder):
    path = folder / "typed.txt"
    path.write_text(text, encoding="utf-8")
    return pick_reading(path)


def bars_of(reading):
    bars = reading.required().bars
    return " ".join("+".join(str(chord) for _, chord in bar.chords) or "-" for bar in bars)


@pytest.mark.parametrize(
    ("text", "played"),
    [
        # repeats, endings, jumps and empty bars below a title
        ("My Tune\n|: Dm7 | G7 :| x3\n| C |", "Dm7 G7 Dm7 G7 Dm7 G7 C"),
        ("My Tune\nby Me\n\n|: Dm7 |1. G7 :|2. C |", "Dm7 G7 Dm7 C"),
        ("My Tune\n| Dm7 | G7 Fine | Em7 | A7 D.C. al Fine |", "Dm7 G7 Em7 A7 Dm7 G7"),
        ("My Tune\n| C7 | | F7 | ./. | Dm7 G7 | x |", "C7 - F7 F7 Dm7+G7 Dm7+G7"),
        ("My Tune\n(| Dm7 | G7 |) x2\n| C |", "Dm7 G7 Dm7 G7 C"),
        ("My Tune\n\nA\n| Dm7 | G7 |\nB\n| F | G |", "Dm7 G7 F G"),
        # blanks too many or too few
        ("| Bb Maj7 | E♭7 | C Δ | D – 7 | G 7 |", "Bbmaj7 Eb7 Cmaj7 Dm7 G7"),
        ("| Am7 (b5) D7 b9 | Gm 6 |", "Am7b5+D7b9 Gm6"),
        ("| Dm7-G7 | C→Am | F>G |", "Dm7+G7 C+Am F+G"),
        ("C→Am→F→G", "C Am F G"),
        ("C.Am.F.G", "C Am F G"),
        ("IIm7 V7 Imaj7", "Dm7 G7 Cmaj7"),
        ("H7 Em7 Fism7", "B7 Em7 F#m7"),
        # numbers and Roman numerals, with a key and without one
        ("key: Bb\n| 2-7 57 | 1maj7 | b7 | 57/2 |", "Cm7+F7 Bbmaj7 Ab F7/C"),
        ("key: G\n| 1 | 4 | #4dim | 1/5 |", "G C C#dim G/D"),
        ("key: Am\n| 1- | 4- | 57 | 6 |", "Am Dm E7 F"),
        ("key: Am\n| 6- | 2-7 | 37 | 6- |", "Am Dm7 E7 Am"),
        ("key: F\n1 4 57 1", "F Bb C7 F"),
        ("key: C\nVerse: 1 4 5 1\nChorus: 4 5 1 1", "C F G C F G C C"),
        ("| 2-7 | 57 | 1 |", "Dm7 G7 C"),
        ("key: C\n|: 1 | 4 |1 5 :|2 1 |", "C F G C F C"),
        ("key: C\n|: 1 | 4 |1. 5 :|2. 1 |", "C F G C F C"),
        ("key: Eb\n| IIm7 | V7 | IVdim | IImin7 |", "Fm7 Bb7 Abdim Fm7"),
        # chords in brackets, which are no names of sections
        ("[A] | [Dm7] [G7] | [C] | [C] |", "Dm7+G7 C C"),
        ("[A] | Dm7 | G7 | [B] C | F |", "Dm7 G7 C F"),
        # names of sections in margins
        ("A) Dm7 | G7\nB) F | G", "Dm7 G7 F G"),
        ("(A) Dm7 | G7\n(B) F | G", "Dm7 G7 F G"),
        ("A | Dm7 | G7 |\nB | F | G |", "Dm7 G7 F G"),
        ("A | D | E\nA | D | E", "A D E A D E"),
        ("A (8 bars): | C | F |\nB: | G |", "C F G"),
        ("| C | F |\nLast A\n| C | G |", "C F C G"),
        # the form
        ("Form: AABA\nA: | C | F |\nB: | G | C |", "C F C F G C C F"),
        ("Tune\n[A]\n| C | F |\n[B]\n| G | C |\nForm: A-A-B-A", "C F C F G C C F"),
        ("Form: AABA\nA: | C |\nA: | F |\nB: | G |\nA: | C |", "C F G C"),
        ("[A] | C | F |\n[B] | G | C |\n[A]", "C F G C C F"),
        # signs of other alphabets, bullets, endings for two passes
        ("𝄆 C | F 𝄇 G |", "C F C F G"),
        ("- | C | F |\n> | G | C |", "C F G C"),
        ("|: C |1.2. F :|3. G |", "C F C F C G"),
        # numbers of times
        ("2x: | Dm7 | G7 |\n| C |", "Dm7 G7 Dm7 G7 C"),
        ("C7 x4 | F7 x2 | G7", "C7 C7 C7 C7 F7 F7 G7"),
        ("[: Dm7 | G7 :] | C |", "Dm7 G7 Dm7 G7 C"),
        # what is no music
        ("// a comment\n; another one here\n| C | F |", "C F"),
        ("|Cm7 F7|Bb|  <- turnaround\n|Eb|", "Cm7+F7 Bb Eb"),
        ("| C | F |\nrepeat for solos\n| G |", "C F G"),
        ("e|---0---|-------|\nB|---1---|-------|\n| C | F |", "C F"),
    ],
)
def test_bars(text, played, tmp_path):
    assert bars_of(read(text, tmp_path)) == played


def test_numbers_without_a_key_are_told_to_be_in_c(tmp_path):
    assert read("| 2-7 | 57 | 1 |", tmp_path).warnings == (
        "chords as numbers are read in C, since no key is given",
    )


@pytest.mark.parametrize(
    ("above", "title", "key", "meter", "tempo", "feel"),
    [
        ("Blue Rain\nMedium Bossa, 150 bpm\nGm", "Blue Rain", "Gm", "4/4", 150, "bossa"),
        ("Blue Bossa", "Blue Bossa", "C", "4/4", 120, "swing"),
        ("A Rainy Day (Me)\n3/4, q=96\nKey of F", "A Rainy Day (Me)", "F", "3/4", 96, "swing"),
        ("Dm Blues\nby Rocky Soul", "Dm Blues", "C", "4/4", 120, "swing"),
        ("Medium Swing", "", "C", "4/4", 140, "swing"),
        ("Rain\n**Key:** Bb", "Rain", "Bb", "4/4", 120, "swing"),
        ("Rain\n\n[A]", "Rain", "C", "4/4", 120, "swing"),
        ("Bb", "", "Bb", "4/4", 120, "swing"),
    ],
)  # fmt: skip
def test_what_stands_above_the_bars(above, title, key, meter, tempo, feel, tmp_path):
    reading = read(f"{above}\n| Dm7 | G7 | C6 | % |", tmp_path)
    chart = reading.required()
    assert (chart.title, str(chart.key), chart.tempo, chart.feel) == (title, key, tempo, feel)
    assert bars_of(reading) == "Dm7 G7 C6 C6"
    assert str(chart.bars[0].meter) == meter
    assert reading.warnings == ()


def test_words_below_the_bars_are_told(tmp_path):
    reading = read("Rain\n| C | F |\nrepeat for solos\n", tmp_path)
    assert reading.warnings == ("line 3: 'repeat for solos' is passed over",)


def test_words_to_sing_make_a_sheet_of_bars():
    assert looks_like_sheet(b"Rain\n| C | F |\nsome words to sing\n| G | C |\nand some more\n")
    assert not looks_like_sheet(b"Rain\n| C | F |\n| G | C |\nonce more for solos\n")
