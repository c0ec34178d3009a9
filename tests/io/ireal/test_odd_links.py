"""iReal Pro links as people and programs write them: read, with a warning where it was a guess."""

from urllib.parse import quote

import pytest

from jazzgen.errors import ChartError
from jazzgen.io.ireal.fields import SCRAMBLED, scramble
from jazzgen.io.ireal.songs import parse_ireal, read_links

BARS = "[*AT44C6   |A-7   |D-7   |G7   Z"


def plain(progression, title="A Tune", key="C"):
    """Return a plain link."""
    return "irealbook://" + "=".join([title, "Some Body", "Medium Swing", key, "n", progression])


def hidden(title="A Tune", composer="Some Body", key="C"):
    """Return a song with all ten fields."""
    fields = [
        title,
        composer,
        "",
        "Medium Swing",
        key,
        "",
        SCRAMBLED + scramble(BARS),
        "",
        "0",
        "0",
    ]
    return "=".join(fields)


def played(reading):
    """Return the chords of a reading, bar by bar."""
    return " | ".join(
        " ".join(str(chord) for _, chord in bar.chords) for bar in reading.required().bars
    )


@pytest.mark.parametrize(
    ("progression", "bars", "warning"),
    [
        ("C6/9   |D7(b9)   |G7/b9   |C*Maj9*   Z", "C69 | D7b9 | G7b9 | Cmaj9", ""),
        ("C∆7   |Dø7   |G7♭9   |B♭°7   Z", "Cmaj7 | Dm7b5 | G7b9 | Bbdim7", ""),
        ("C(A-7)   |D7(no3)   |GMaj7   Z", "C | D7no3 | Gmaj7", ""),
        ("C6   |/G   |W/E   |C/e   Z", "C6 | C6/G | C6/E | C/E", "bar 4: 'C/e' is read as C/E"),
        ("C6   |N.C.   |NC|G7   Z", "C6 | N.C. | N.C. | G7", ""),
        ("C6   |d-7 g7 |G7   Z", "C6 | Dm7 G7 | G7",
         "bar 2: 'd-7' is read as Dm7"),
        ("C6   |A-7 ? |G7   Z", "C6 | Am7 | G7", "bar 2: '?' is not a sign of iReal Pro: passed"),
        ("C6   |<solos |G7   Z", "C6 | G7", "bar 2: '<solos ' is not closed by '>'"),
        ("C6   |(A-7  |G7   Z", "C6 | Am7 | G7", "bar 2: '(' is not a sign"),
        ("T00C6   |G7   Z", "C6 | G7", "bar 1: meter 0/0 is not known: 4/4 continues"),
        ("x   |C6   Z", " | C6", "bar 1: repeats 1 bar before it, but there are none"),
        ("C6   |r|    |G7   Z", "C6 | C6 | C6 | G7", "bar 2: repeats 2 bars before it"),
        ("C6   |x G7|C6   Z", "C6 | G7 | C6", "bar 2: 'x' beside chords repeats no bar"),
        ("C,D,E,F,G,A,B,C,D|C6   Z", "C D E F G A B C D | C6", "bar 1: 9 chords in 4 beats: they"),
        ("{C   <20x>}Z", " | ".join(["C"] * 16), "bar 1: <20x>: expected 2x to 16x; played 16"),
        ("}C6   |G7   Z", "C6 | G7", "bar 1: a repeat ends with no bar before it: passed over"),
        ("[C   <3x>][G7   ]Z", "C | G7", "bar 1: 3x, but no repeat ends here: played once"),
        ("[C   <3x>]{G7   }Z", "C | G7 | G7 | G7", ""),
        ("[C   |G7   <3x>Z", "C | G7", "bar 2: 3x, but no repeat ends here: played once"),
        ("C6   |G7   ", "C6 | G7", "no bar line at the end"),
    ],
)  # fmt: skip
def test_what_is_no_sign_costs_no_song(progression, bars, warning):
    [reading] = read_links(plain(progression))
    assert played(reading) == bars
    assert [said[: len(warning)] for said in reading.warnings[:1]] == [warning] * bool(warning)


@pytest.mark.parametrize("progression", ["C6/9   Z", "c7   Z", "C6 ? Z", "C6   |G7   "])
def test_a_strict_reader_takes_only_what_the_app_writes(progression):
    with pytest.raises(ChartError, match=r"not a sign|breaks off"):
        parse_ireal(plain(progression))


@pytest.mark.parametrize(
    ("link", "titles"),
    [
        ("irealb://" + hidden("E = mc2"), ["E = mc2"]),
        ("irealb://" + quote("===".join([hidden("A=B"), hidden(), "Mine"])), ["A=B", "A Tune"]),
        ("irealb://" + quote(quote(hidden())), ["A Tune"]),
        ("irealb://" + quote(hidden("Caf\xe9"), encoding="latin-1"), ["Caf\xe9"]),
        ("irealb://" + hidden().replace(" ", "+"), ["A Tune"]),
        ("see irealb://" + quote(hidden()) + "\nand irealb://" + quote(hidden("B")) + " too",
         ["A Tune", "B"]),
        ("Hello,\nirealb://" + quote(hidden()).replace("%3D", "%3D=\n", 3) + "\nBye!", ["A Tune"]),
        ('{"url": "irealb://' + quote(hidden()) + '"}', ["A Tune"]),
        (plain(BARS, title="A=B"), ["A=B"]),
        ("irealbook://" + "===".join([plain(BARS)[12:]] * 2), ["A Tune", "A Tune"]),
        ("irealbook://" + hidden(), ["A Tune"]),
        ("irealb://" + plain(BARS)[12:], ["A Tune"]),
    ],
)  # fmt: skip
def test_songs_are_found_however_a_link_is_passed_on(link, titles):
    readings = read_links(link)
    assert [reading.title for reading in readings] == titles
    assert {played(reading) for reading in readings} == {"C6 | Am7 | Dm7 | G7"}


@pytest.mark.parametrize(
    ("key", "expected", "said"),
    [
        ("A-", "Am", ()),
        ("", "C", ()),
        ("H", "B", ("key 'H' is read as B",)),
        ("?", "C", ("'?' is not a key: the key is guessed from the chords",)),
    ],
)
def test_a_key_that_is_none_is_guessed(key, expected, said):
    [reading] = read_links("irealb://" + quote(hidden(key=key)))
    assert (reading.says_key, str(reading.required().key)) == (key in ("A-", "H"), expected)
    assert reading.warnings == said


def test_words_behind_the_end_of_a_section_begin_the_next_one():
    text = "[T44C   |F <To Coda>  |G7   <D.C. al Coda>]<Coda>[A-   |D-   Z"
    assert played(*read_links(plain(text))) == "C | F | G7 | C | F | Am | Dm"


def test_the_sign_for_the_end_is_the_fine_of_a_jump_that_needs_one():
    text = "[T44C   |F  U]*B[G   |A7   <D.C. al Fine>Z"
    assert played(*read_links(plain(text))) == "C | F | G | A7 | C | F"
    assert played(*read_links(plain(text.replace("C   |", "C <Fine>|")))) == "C | F | G | A7 | C"
    assert played(*read_links(plain(text.replace(" al Fine", "")))) == (
        "C | F | G | A7 | C | F | G | A7"
    )


def test_a_last_a_that_is_written_out_has_the_third_ending():
    text = "*A{T44C   |N1F   }|N2G   ]*B[A-   |D7   ]*A[C   |N3E-   Z"
    assert played(*read_links(plain(text))) == "C | F | C | G | Am | D7 | C | Em"
