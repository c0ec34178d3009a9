"""iReal Pro links: scrambling, signs, repeats and jumps; and damage of every kind."""

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jazzgen.errors import ChartError
from jazzgen.io.chart_text.text import parse_chart
from jazzgen.io.ireal.link import SCRAMBLED, scramble
from jazzgen.io.ireal.songs import parse_ireal

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
        ("{T44C   |F   }<3x> Z", "| C | F | C | F |"),
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
