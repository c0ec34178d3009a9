"""ChordPro files, and sheets with chords above words, as charts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jazzgen.errors import ChartError
from jazzgen.io.chart_text.text import format_chart, read_chart
from jazzgen.io.charts import pick_reading
from jazzgen.io.chord_sheet.chord_lines import as_chart_text, is_chord_line
from jazzgen.io.chord_sheet.sheet import looks_like_sheet, read_charts, read_sheet
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


def chords_of(text):
    """Return the chords of a sheet in one line, and its warnings without that about bar lines."""
    reading = read_sheet(text)
    bars = reading.required().bars
    said = [warning for warning in reading.warnings if warning != NO_BARS]
    return " ".join(str(chord) for bar in bars for _, chord in bar.chords), said


@pytest.mark.parametrize(
    ("text", "chords", "said"),
    [
        ("{t: x} {key: G}\n[G]a [C]b", "G C", ""),
        ("[Verse]\nC F\nla la\nD.C.\nG", "C F C F G", ""),
        ("{t: x}\n[C]la [G]la x2\n[F]lo", "C G C G F", ""),
        ("{t: x}\n[(C)]a [G*]b [/A]c", "C G G/A", ""),
        ("{t: x}\n{sog: 4x4}\nA | G . . . | C . D . | twice\n{eog}", "G C D", ""),
        ("{t: x}\n{sog}\n| G . . . | C . . . | x2\n{eog}", "G C G C", ""),
        ("{t: x}\n[Bb|C]a [F]b", "Bb/C F", ""),
        ("Capo 3\nG Em\nSome words", "G Em", "capo 3: the chords are those that are fingered"),
        ("H7 Em\nSome words here\nAm Fism7\nmore words", "B7 Em Am F#m7", "bar 1: 'H7' is read"),
        ("C7 x 3 F7 G7 x2\nSome words here", "C7 C7 C7 F7 G7 G7", ""),
        ("Bb Maj7  Eb 7\nSome words here", "Bbmaj7 Eb7", ""),
        ("{t: x}\n{c: Intro: G C}\n[D]a", "G C D", ""),
        ("{t: x}\n[C]a\n{transpose: 2}\n[F]b", "C F", "a transposition within the song is passed"),
        ("{t: x}\n{key: C}\n[C]a\n{key: D}\n[F]b", "C F", "the key changes to D: the chart"),
        ("G  Em  (hold)\nSome words\nC* D'\nmore words", "G Em C D", ""),
        ("G  Em  let ring\nSome words here", "G Em", "'let ring' among chords is passed over"),
        ("G Emm C D\nSome words here", "G Em C D", "bar 2: 'Emm' is read as Em"),
        ("G...Em...C\nla la la", "G Em C", ""),
        ("<pre>\nG  Em\nSome words\n</pre>", "G Em", ""),
        ("[Chorus]\nC G\nla la\n[Verse 1]\nAm F\nda da\n[Verse 2]\ndu du\n[Chorus]\n[Outro]\nD",
         "C G Am F Am F C G D", "Verse 2 has no chords: those of the first verse are played"),
    ],
)  # fmt: skip
def test_sheets_as_people_write_them(text, chords, said):
    played, warnings = chords_of(text)
    assert played == chords
    assert [warning[: len(said)] for warning in warnings[:1]] == [said] * bool(said)


def test_a_meter_may_change_in_a_sheet():
    bars = read_sheet("{time: 3/4}\n[C]a [G]b\n{time: 4/4}\n[F]c").required().bars
    assert [str(bar.meter) for bar in bars] == ["3/4", "3/4", "4/4"]


def test_a_file_may_hold_several_songs():
    text = b"{t: One}\n[G]a\n{new_song}\n{t: Two}\nonly words\n{ns}\n{t: Three}\n[C]b [F]c"
    readings = read_charts(text, "songs.cho")
    assert [reading.title for reading in readings] == ["One", "Two", "Three"]
    assert [reading.chart is None for reading in readings] == [False, True, False]
    assert str(readings[1].error) == "songs.cho: song 2: no chords"


@pytest.mark.parametrize(
    ("bar", "onsets"),
    [("C /// F /", [0, 72]), ("C// F//", [0, 48]), ("C / / F", [0, 72]), ("C////", [0])],
)
def test_slashes_are_beats_of_their_own_or_more_beats_of_a_chord(bar, onsets):
    for reading in (read_sheet(f"{{t: x}}\n{{sog}}\n| {bar} |\n{{eog}}"), read_chart(f"| {bar} |")):
        assert [onset for onset, _ in reading.required().bars[0].chords] == onsets
        assert not reading.warnings


def test_lines_without_bar_lines_have_a_chord_in_each_bar():
    assert looks_like_sheet(b"Dm7 G7\nC6")
    assert chords_of("Dm7 G7\nC6")[0] == "Dm7 G7 C6"


def test_a_sheet_may_say_its_style():
    chart = read_sheet("A Tune\nStyle: Bossa Nova\n\nG  Em\nSome words").required()
    assert (chart.title, chart.feel) == ("A Tune", "bossa")
