"""iReal Pro links: scrambling, signs, repeats and jumps; and damage of every kind."""

import html
from contextlib import suppress
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jazzgen.errors import ChartError
from jazzgen.io.chart_text.text import parse_chart
from jazzgen.io.ireal.fields import SCRAMBLED, scramble
from jazzgen.io.ireal.songs import parse_ireal, read_links

# Made by the rules of the app: blocks of fifty turned about, short for usual texts.
PROGRESSION = "*A{T44D-7   |G7   |N1C^7   |A7b9 }|N2C^7   | x  ]*B[F-7 Bb7 |Eb^7   |D-7 G7,|C6   Z"


def link(progression=PROGRESSION, style="Medium Swing", key="C", tail="=Jazz-Swing=140=3"):
    short = progression.replace("   ", "XyQ").replace(" |", "LZ").replace("| x", "Kcl")
    song = f"A Tune=Body Some==={style}={key}==".replace("===", "==") + SCRAMBLED
    return "irealb://" + quote(song + scramble(short) + tail)


def book(progression, style="Medium Swing", key="C"):
    return f"irealbook://A Tune=Body Some={style}={key}=n={progression}"


def bars(text):
    """Return the chords of each bar, and where a section begins."""
    (chart,) = parse_ireal(text)
    return [
        (f"[{bar.section}] " if bar.section else "")
        + " ".join(str(chord) for _, chord in bar.chords)
        for bar in chart.bars
    ]


@given(st.text("abcdefgh|^-7 {}", max_size=220))
def test_scrambling_twice_gives_the_same_text(text):
    assert scramble(scramble(text)) == text
    assert sorted(scramble(text)) == sorted(text)


def test_a_scrambled_link_is_the_plain_one():
    (scrambled,), (plain,) = parse_ireal(link()), parse_ireal(book(PROGRESSION))
    assert scrambled.bars == plain.bars
    assert (scrambled.title, scrambled.tempo, scrambled.feel) == ("A Tune", 140.0, "swing")
    assert PROGRESSION[:50] not in link()


def test_what_the_signs_say():
    assert bars(link()) == [
        "[A] Dm7", "G7", "Cmaj7", "A7b9", "[A] Dm7", "G7", "Cmaj7", "Cmaj7",
        "[B] Fm7 Bb7", "Ebmaj7", "Dm7 G7", "C6",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("progression", "text"),
    [
        ("T44C   |F   |G   Z", "| C | F | G |"),
        ("[T44C^7,A-7,D-7,G7|C^7 p W/B A-7|Z", "| Cmaj7 Am7 Dm7 G7 | Cmaj7 / Cmaj7/B Am7 |"),
        ("T44C   |F   |r|n   |pppp|G7   Z", "| C | F | C | F | N.C. | | G7 |"),
        ("T34C  |G7  |T44C F |G7   Z", "(3/4) | C | G7 | (4/4) C F | G7 |"),
        ("T12C   |F   Z", "(12/8) | C | F |"),
        ("T54C    |C F  Z", "(5/4) | C | C / F / / |"),
        ("T68C     |C  F  |C FZ", "(6/8) | C | C F | C F |"),
        ("{T44C   |F   }<3x> Z", "| C | F | C | F | C | F |"),
        ("{T44C   |<3x>F   }Z", "| C | F | C | F | C | F |"),
        ("{C   |N1F   }|N2G   }|N3A   Z", "| C | F | C | G | C | A |"),
        ("{C   |N0F   }|N0G   Z", "| C | F | C | G |"),
        ("[C   |(A-7)D-7   |sG7,lC,Y|F   U Z", "| C | Dm7 | G7 C | F |"),
        ("*i[C   ]*v[F   ]*B[G   Z", "[Intro] | C | [Verse] F | [B] G |"),
        ("T44C*-7*   |Ch7   |Co7   |C7alt   Z", "| Cm7 | Cm7b5 | Cdim7 | C7alt |"),
        ("Bb^7/D   |F#-7b5   |W/E   Z", "| Bbmaj7/D | F#m7b5 | F#m7b5/E |"),
        # Jumps.
        ("[C   |F   <Fine>|G   |A   <D.C. al Fine>Z", "| C | F | G | A | C | F |"),
        ("[C   |SF   |Q|G   <D.S. al Coda>|QA   Z".replace("|Q|", " Q|"),
         "| C | F | G | F | A |"),
        ("[SC   |D   |QE   |F   <D.S. al Coda>][QG   |A   Z", "| C | D | E | F | C | D | G | A |"),
        ("{C   |D   |N1E   }|N2F   |G   <D.C. al 2nd End.>]", "| C | D | E | C | D | F | G | C | D "
         "| F | G |"),
        ("{C   |D   }[E   <D.C.>Z", "| C | D | C | D | E | C | D | E |"),
    ],
)  # fmt: skip
def test_progressions(progression, text):
    (chart,) = parse_ireal(book(progression))
    assert chart.bars == parse_chart(text).bars


@pytest.mark.parametrize(
    ("key", "tonic"), [("C", "C"), ("A-", "Am"), ("Bb", "Bb"), ("F#-", "F#m"), ("?", "C")]
)
def test_keys(key, tonic):
    (chart,) = parse_ireal(book("C   |G7   |C   Z", key=key))
    assert str(chart.key) == tonic


def test_a_playlist_and_its_name():
    songs = "===".join(link().removeprefix("irealb://") for _ in range(3))
    charts = parse_ireal(f"irealb://{songs}===My%20Playlist")
    assert len(charts) == 3
    plain = book("C   Z") + "=" + book("F   Z").removeprefix("irealbook://") + "=A List"
    assert [str(chart.chord_at(0)) for chart in parse_ireal(plain)] == ["C", "F"]


def test_an_exported_page_holds_links():
    page = f'<html><body><p>Mine</p><a href="{link()}">A Tune</a> <a href="x">y</a></body></html>'
    assert parse_ireal(page) == parse_ireal(link())


@pytest.mark.parametrize("title", ["A Tune", "Don't", "Tea &amp; &quot;Rum&quot;", "A > B"])
def test_a_link_in_a_page_need_not_be_encoded(title):
    plain = book("[T44C   <3x>|F   Z").replace("A Tune", title)
    page = f'<p class="x"><a href="{plain}">A Tune</a> <a href="{link()}">B</a></p>'
    one, two = parse_ireal(page)
    assert (one.title, len(one.bars)) == (html.unescape(title), 2)
    assert two.bars == parse_ireal(link())[0].bars


def test_a_transposition_and_a_missing_composer():
    number = link().replace(quote("=C=="), quote("=C=-3="), 1)
    nobody = link().replace(quote("Body Some"), "", 1)
    for text in (number, nobody):
        (chart,) = parse_ireal(text)
        assert (chart.title, str(chart.key), len(chart.bars)) == ("A Tune", "C", 12)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("irealb://", "no song in the iReal Pro link"),
        ("irealbook://", "breaks off"),
        ("irealbook://A Tune=Body", "breaks off .A Tune."),
        (book("C   |F  "), "A Tune: the iReal Pro link breaks off in its progression"),
        (book("C   |Hm7 Z"), "A Tune: bar 2: 'Hm7 Z' is not a sign"),
        (book("C   |x   |r   Z").replace("C   |x   |", ""), "repeats 2 bars"),
        (book("x   Z"), "repeats 1 bar before it, but there are none"),
        (book("}C   Z"), "a repeat ends with no bar"),
        (book("Z"), "no bars"),
        (book("T99C   Z"), "meter 9/9"),
        (book("{C   <99x>}Z"), "expected 2x to 16x"),
        (book("C,C,C,C,C,C,C,C,C,C   Z"), "bar 1: 10 chords in 4 beats"),
        (book("{C   |D   Z"), "| the repeat"),
        (book("C   |" * 2100 + "Z"), "more than 2000 bars"),
        ("irealb://" + "=" * 100, "no song"),
    ],
)
def test_what_is_no_song(text, message):
    if message == "| the repeat":  # a repeat that is never closed is played once
        assert len(parse_ireal(text)[0].bars) == 2
        return
    with pytest.raises(ChartError, match=message):
        parse_ireal(text, "tune.html")


@pytest.mark.parametrize("whole", [link(), book(PROGRESSION)], ids=["irealb", "irealbook"])
def test_a_link_that_is_cut_anywhere_is_told_or_right(whole):
    right = parse_ireal(whole)[0].bars
    told = 0
    for place in range(len(whole) - 1):
        played, said = (), "cut: "
        try:
            played = parse_ireal(whole[:place], "cut")[0].bars
        except ChartError as error:
            said = str(error)
            told += 1
        assert said.startswith("cut: ")
        assert played == right[: len(played)]
    assert told > 0.85 * len(whole)


A = "C^7   |A7   |D-7   |G7   |E-7   |A7   "
B = "G-7   |C7   |F^7   | x  |A-7   |D7   |D-7   |G7   "
AABA = f"*A{{T44{A}|N1D-7   |G7   }}|N2D-7 G7 |C6  <Fine> ]*B[{B}"
BLUES = "C7   |F7   |C7   | x  |F7   | x  |C7   |A7   |D-7   |G7   |C7 A7 |D-7 G7 "


@pytest.mark.parametrize(
    ("progression", "number"),
    [
        (f"[*AT44{BLUES}Z", 12),
        (f"{{*AT44{BLUES}}}", 24),
        (f"{AABA}<D.C. al 2nd ending>Z", 32),
        (AABA.replace("G-7   |", "<D.C. al 2nd End.>G-7   |") + "Z", 32),
        (AABA.replace("A-7   |", "A-7   |<*66D.C. al 2nd End.>") + "]", 32),
        (f"{AABA}]<D.C. al 2nd End.>", 32),
        (f"{AABA}]<D.C. al 2nd End.> Y", 32),
        (AABA.replace(" <Fine>", "") + "<D.C. al 2nd End.>Z", 32),
        (AABA.replace("C6  <Fine>", "C6 <Fine>| x  ") + "<D.C. al Fine>Z", 34),
        # The ending of the last A is written behind the bridge.
        (AABA.replace("<Fine>", "") + "<D.C. al 3rd End.>][N3D-7   |G7 C6 Z", 32),
        # The coda is behind it, and is left for in the last A.
        (f"[*AST44{A}Q|D-7   |G7   ][*B{B}<D.S. al Coda>][QD-7   |C6   Z", 24),
        (f"[*AST44{A}Q|D-7   |G7   ][*B{B}][<D.S. al Coda>QD-7   |C6   Z", 24),
        (f"[*AST44{A}Q|D-7   |G7   ][*B{B.replace('F^7', '<D.S. al Coda>F^7')}][QD-7   |C6   Z",
         24),
        (f"[*AST44{A}<To Coda>|D-7   |G7   ][*B{B}<D.S. al Coda>][<Coda>D-7   |C6   Z", 24),
        (f"[*AST44{A}Q|D-7   |G7   ][*B{B}<D.S. al Coda>][D-7   |C6   Z", 24),
        (f"[*AT44{A}|D-7   |G7   ][*B{B}<D.C. al Coda>][QD-7   |C6   Z", 34),
        # Sixteen bars twice, a bridge of sixteen, and the second ending again.
        (f"{{*AT44{B}|C^7   | x  | x  | x  |N1D-7   |G7   |C^7   | x  }}|N2D-7   |G7   |C6   "
         f"| x  <Fine>][*B{B}|{B}<D.C. al 2nd ending>Z", 64),
        # The text begins in the first ending, where there is room for it.
        (f"{{*AT44{A}|N1D-7 <D.C. al Coda>|G7   }}|N2D-7 Q|G7   ][QD-7   |C6   Z", 25),
        # Without a jump the coda ends the last chorus only.
        (f"[*AT44{A}Q|D-7   |G7   ][*B{B}][QD-7   |C6   |C6   Z", 16),
        (f"[*AT44{A}|D-7   |G7   ][*B{B}Z[QD-7   |C6   |C6   Z", 16),
        (f"*i[T44C   |G7   ]*A{{S{A}|D-7   |G7   }}[*B{B}<D.S. al Fine>]", 42),
    ],
)  # fmt: skip
def test_forms_have_all_their_bars(progression, number):
    (chart,) = parse_ireal(book(progression))
    assert len(chart.bars) == number


@pytest.mark.parametrize(
    ("progression", "text"),
    [
        # Numbers of times, as people write them.
        *((f"[T44C   ]{{F   |<{said}>G   }}Z", f"| C |{' F | G |' * times}") for said, times in (
            ("3x", 3), ("x3", 3), ("3 x", 3), ("*643x", 3), ("*16x3", 3), ("*00 3X", 3),
            ("3 times", 3), ("Play 3x", 3), ("(3x)", 3), ("3x's", 3), ("x4", 4), ("16x", 16),
            ("2x only", 2), ("1x", 2), ("last 3x", 2), ("12/8", 2), ("*64", 2), ("", 2),
        )),
        ("{T44C   |N1F   |<3x>}|N2G   Z", "| C | F | C | F | C | G |"),
        ("{T44C   |N1F   }|N2G   <4x>}[A   Z", "| C | F | C | G | C | F | C | G | A |"),
        ("{T44<3x>C   }{F   }Z", "| C | C | C | F | F |"),
        ("{T44C   }<3x>{F   }Z", "| C | C | F | F | F |"),
        ("[T44C   <3x>]{F   }Z", "| C | F | F | F |"),
        # Texts that are none of the signs whose letters they have.
        *((f"[T44C   |<{said}>F   |G   Z", "| C | F | G |") for said in (
            "chords", "Verse and Chorus", "*74Heads Stop", "D C bass", "Refine", "To Finish",
            "D.C. for solos", "Coda", "Fine", "2nd chorus", "dance",
        )),
        # Jumps, as people write them.
        *((f"[T44C   |F   <{fine}>][G   |<{said}>A   Z", "| C | F | G | A | C | F |")
          for fine in ("Fine", "*18Fine", "FINE", "(Fine)") for said in (
            "D.C. al Fine", "*66D.C. al Fine", "d.c. al fine", "DC al Fine", "D.C.al Fine",
            "Da Capo al Fine", "D. C. al Fine", "After solos, D.C. al Fine", "D.C.",
        )),
        ("[T44C   |SF   Q][G   |A   <D.S. al Coda with repeats>][QE   Z",
         "| C | F | G | A | F | E |"),
        ("{T44C   Q}[G   <D.C. al Coda (with repeats)>][QE   Z", "| C | C | G | C | C | E |"),
        ("{T44C   Q}[G   <D.C. al Coda>][QE   Z", "| C | C | G | C | E |"),
        ("{T44C   |N1F   <Fine>}|N2G   ][A   <D.C. al 1st End.>Z", "| C | F | C | G | A | C | F |"),
        ("{T44C   |N1F   <D.C. al 2nd ending>|N2G   Z", "| C | F | C | G |"),
        ("{T44C   |N1F   }|N2G   ][A   <D.C. al Ending 2>Z", "| C | F | C | G | A | C | G |"),
        ("[T44C   |F   |<D.C. al Fine> ][G   Z", "| C | F | C | F | G |"),
        ("[T44C   |F   ]*B<Fine>[G   |<D.C. al Fine>Z", "| C | F | G | C | F |"),
        ("[T44C   <D.C.>][F   <D.S.>]", "| C | C | F | C | F |"),
        # Repeats.
        ("{T44C   ]{F   }[G   Z", "| C | F | F | G |"),
        ("{T44C   |N1F   }|N2G   ][A   |N1F   }|N2E   Z",
         "| C | F | C | G | A | F | A | E |"),
        # A repeat around another one.
        ("{T44C   {F   }G   }[A   Z", "| C | F | F | G | C | F | F | G | A |"),
        ("{T44C   {F   }|N1G   }|N2A   Z", "| C | F | F | G | C | F | F | A |"),
        ("{T44C   {F   |N1G   }|N2A   ]E   }Z",
         "| C | F | G | F | A | E | C | F | G | F | A | E |"),
        ("{T44C   {F   }G   <3x>}[A   <D.C.>Z",
         "| C | F | F | G | C | F | F | G | C | F | F | G | A | C | F | G | A |"),
        # Blank bars, and alternatives in place of chords.
        ("[T44C   |    |G7   Z", "| C | | G7 |"),
        ("[T44C   |(A7)   |G7   Z", "| C | | G7 |"),
        ("{T44C   |F   |N1G   }            |N2A   ]    [C   Z   ", "| C | F | G | C | F | A | C |"),
        ("[T44C   |F   |   r|    |G7   Z", "| C | F | C | F | G7 |"),
        ("[T44C   |    |F   |r|G7   Z", "| C | | F | C | F | G7 |"),
        ("[T44C   |    | x  |F   Z", "| C | | | F |"),
        ("[T44Cm7   |CM7   Z", "| Cm7 | Cmaj7 |"),
    ],
)  # fmt: skip
def test_texts_and_lines_as_people_write_them(progression, text):
    (chart,) = parse_ireal(book(progression))
    assert [bar.chords for bar in chart.bars] == [bar.chords for bar in parse_chart(text).bars]


@pytest.mark.parametrize(
    ("progression", "warning"),
    [
        ("{T44C   ]{F   }[G   Z", "bar 1: the repeat that begins here has no end: played once"),
        ("[T44C   <D.C. al Fine>Z", "bar 1: D.C. al Fine: no fine is marked"),
        ("[T44C   <D.S.>Z", "bar 1: D.S.: no segno is marked: played from the beginning"),
        ("[T44C   <D.C. al Coda>][QF   Z", "nothing marks where to leave for the coda"),
        ("[T44C   Q<D.C. al Coda>][F   Z", "the beginning of the coda is not marked"),
        ("[T44C   |F   ][QG   Z", "bar 3: the coda ends the last chorus only: left out"),
        ("[T44C   <D.C. al 2nd End.>Z", "bar 1: D.C. al 2nd End.: there is no such ending"),
    ],
)
def test_what_signs_leave_open_is_told(progression, warning):
    (reading,) = read_links(book(progression))
    [said] = reading.warnings
    assert warning in said


def test_a_chord_of_ones_own_that_is_none_costs_no_song():
    (reading,) = read_links(book("[T44C*7what*   |F7   |C7   |G7   Z"))
    assert [str(chord) for _, chord in reading.required().placed_chords()][1:] == ["F7", "C7", "G7"]
    [warning] = reading.warnings
    assert warning.startswith("bar 1: ")


def test_each_eighth_of_a_compound_bar_may_have_a_cell():
    (chart,) = parse_ireal(book("T68C ppF |C     Z"))
    assert [onset for onset, _ in chart.bars[0].chords] == [0, 48]


def test_repeats_upon_repeats_end_soon():
    nested = "{C   |" * 30 + "F   " + "}G   " * 30
    for tune in (nested, "{C   |" * 4 + "F   " + "<16x>}G   " * 5):
        with suppress(ChartError):
            assert len(parse_ireal(book(f"[T44{tune}Z"))[0].bars) <= 2000
