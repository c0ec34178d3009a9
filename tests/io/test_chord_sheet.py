"""ChordPro files, and sheets with chords above words, as charts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jazzgen.errors import ChartError
from jazzgen.io.chart_text.text import format_chart
from jazzgen.io.charts import pick_reading
from jazzgen.io.chord_sheet.chord_lines import as_chart_text, is_chord_line
from jazzgen.io.chord_sheet.sheet import looks_like_sheet, read_sheet
from jazzgen.music.timing import Meter

CHORDPRO = """{title: Made Up}
{artist: Nobody}
{key: G}
{tempo: 96}
# a remark
{start_of_verse: Verse 1}
[G]Some words [Em7]go to [C/G]here [*softly]
and [D7sus4]on they [N.C.]go
{end_of_verse}
{soc}
[C]La la [D]la
{eoc}
{sot}
e|--0--1--|
{eot}
{sog}
| G7 . | % . | D . . C |
|: C . D . | G . . . :|
{eog}
{chorus}
"""
ABOVE = """Made Up chords
by Nobody
Key: Am

[Intro]
Am  F  C  G   x2

[Verse 1]
Am              F
Words that are sung
       C          G
and more of the words

e|-----0-1---|
B|--1--------|

Chorus:
F - G - Em7-A7
Outro: | Am / F / | Am |
"""
NO_BARS = "chords without bar lines: each is taken for one bar"


def lines(chart):
    return format_chart(chart).split("\n\n")[1].splitlines()


def test_chordpro(tmp_path):
    file = tmp_path / "song.cho"
    file.write_text(CHORDPRO)
    reading = pick_reading(file)
    chart = reading.chart
    assert (chart.title, str(chart.key), chart.tempo) == ("Made Up", "G", 96)
    assert lines(chart) == [
        "[Verse 1] | G | Em7 | C/G | D7sus |",
        "| N.C. |",
        "[Chorus] | C | D | G7 | % |",
        "| D / / C | C D | G | C D |",
        "| G |",
        "[Chorus] | C | D |",
    ]
    assert reading.warnings == (NO_BARS,)
    assert reading.says_key


def test_chords_above_words(tmp_path):
    file = tmp_path / "song.txt"
    file.write_text(ABOVE)
    reading = pick_reading(file)
    assert (reading.chart.title, str(reading.chart.key)) == ("Made Up", "Am")
    assert lines(reading.chart) == [
        "[Intro] | Am | F | C | G |",
        "[Intro] | Am | F | C | G |",
        "[Verse 1] | Am | F | C | G |",
        "[Chorus] | F | G | Em7 | A7 |",
        "[Outro] | Am F | Am |",
    ]


def test_a_capo_is_told_and_a_transposition_done():
    told = read_sheet("{title: x}\n{capo: 2}\n{transpose: 2}\n[C]a [F]b")
    assert lines(told.chart) == ["| D | G |"]
    assert "--transpose 2 gives those that sound" in told.warnings[1]


def test_what_is_mistyped_is_told():
    reading = read_sheet("{key: H}\n{time: 40/4}\n[C]a [Gfoo]b [Dm]c")
    assert lines(reading.chart) == ["| C | G | Dm |"]
    assert [warning.split(":")[0] for warning in reading.warnings][-1] == "bar 2"
    assert len(reading.warnings) == 4


@pytest.mark.parametrize(
    ("words", "text"),
    [
        ("Am F x2", "|: Am | F :|x2"), ("Am-F-C", "| Am | F | C |"), ("C (3x)", "|: C :|x3"),
        ("| G7 . | % |", "| G7 / / / | % |"), ("|C|G|", "| C | G |"), ("|: C :|", "|: C :|"),
        ("C | F G | C", "C | F G | C |"), ("| C . F | G |", "| C F | G |"),
    ],
)  # fmt: skip
def test_lines_of_chords(words, text):
    line = as_chart_text(words, Meter(4, 4))
    assert line.replace("/ / / ", "/ / / ") == text


@pytest.mark.parametrize("line", ["Am F", "| Am | F |", "C/E  N.C.", "Dm7-G7", "C x4"])
def test_what_is_a_line_of_chords(line):
    assert is_chord_line(line)
    assert not is_chord_line(line + " and words")


@pytest.mark.parametrize(
    "content",
    [b"| C | F |\n[A] | G |", b"title: x\nkey: C\n[A]\n| C | F |", b"hello\nworld"],
)
def test_chart_text_is_no_chord_sheet(content):
    assert not looks_like_sheet(content)


@pytest.mark.parametrize("text", ["", "words only", "{title: x}", "{sot}\n[C]\n{eot}"])
def test_a_sheet_without_chords(text):
    with pytest.raises(ChartError, match="song: no chords"):
        read_sheet(text, "song")


@given(st.text(alphabet="[]{}|:.%CGm7x2 \n-") | st.text())
def test_anything_is_read_or_told(text):
    said = ""
    try:
        bars = read_sheet(text).chart.bars
    except ChartError as error:
        bars, said = (), str(error)
    assert bool(bars) != bool(said)
    assert "\n" not in said
