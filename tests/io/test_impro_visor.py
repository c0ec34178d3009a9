"""Lead sheets of Impro-Visor as charts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jazzgen.errors import ChartError
from jazzgen.io.charts import pick_reading
from jazzgen.io.impro_visor.sheet import read_sheet

SHEET = """
(title Round (About) a Tune)
(composer Nobody)
(show )
(meter 4 4)
(key -3)
(tempo 160.0)
(playback-transpose 0)
(layout 4 4 4)
(part
    (type chords)
    (title )
    (key -3)
)
(section (style bossa)) Cm7 | / | Fm7 Bb7 | EbM7 / / AbM7 |
(phrase (style )) Dm7b5 | G7#5#9 / | Cm6 CmM7 Cm7 F7 | NC |
(part
    (type melody)
)
c4 d8 e- f4 r4 | g1 |
"""


def played(chart):
    return [" ".join(f"{chord}@{tick}" for tick, chord in bar.chords) for bar in chart.bars]


def test_a_lead_sheet(tmp_path):
    file = tmp_path / "tune.ls"
    file.write_text(SHEET)
    reading = pick_reading(file)
    chart = reading.chart
    assert (chart.title, str(chart.key), chart.tempo) == ("Round (About) a Tune", "Cm", 160)
    assert chart.feel == "bossa"
    assert played(chart) == [
        "Cm7@0", "", "Fm7@0 Bb7@48", "Ebmaj7@0 Abmaj7@72", "Dm7b5@0", "G7#5#9@0",
        "Cm6@0 CmMaj7@24 Cm7@48 F7@72", "N.C.@0",
    ]  # fmt: skip
    assert reading.warnings == ()
    assert reading.says_key


@pytest.mark.parametrize(
    ("text", "bars"),
    [
        ("(title Old) (meter 3 4)\nC | c4 d e- | Fm7 CM7 G7, C6 |", 3),
        ("(title No last bar line) Dm7 | G7 | C", 3),
        ("(meter 4 4)\nC | F |\n| G7 |\n", 3),
        ("(part (type melody)) c1 (part (type chords)) C | F | (part (type melody)) d1", 2),
        ("(title Open (part (type chords) C | F |", 2),
        ("(title Open (part (type melody) C | F |", None),
    ],
)
def test_variants(text, bars):
    if bars is None:
        with pytest.raises(ChartError, match=r"x.ls: no chords: expected a part with chords"):
            read_sheet(text, "x.ls")
    else:
        assert len(read_sheet(text, "x.ls").chart.bars) == bars


def test_a_key_of_0_is_no_key():
    reading = read_sheet("(title x) (key 0) Dm7 Bb7 | Gm7 A7 | Dm6 |")
    assert str(reading.chart.key) == "Dm"
    assert not reading.says_key


def test_what_is_odd_is_told():
    reading = read_sheet("(title x)(meter 99 4)(tempo 9999)(key 12) C7foo | F\\G | CBlues | Solo |")
    assert played(reading.chart) == ["C7@0", "F/G@0", "C7@0", ""]
    assert reading.warnings[0].endswith("read in 4/4")
    assert len(reading.warnings) == 5


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("(title x)", "no chords"),
        ("(" * 1000, "more than 20 parentheses"),
        ("(title x) " + "C " * 50 + "|", "bar 1: 50 chords: expected at most 24"),
        ("(title x) " + "C | " * 3000, "more than 2000 bars"),
    ],
)
def test_what_is_no_lead_sheet(text, message):
    with pytest.raises(ChartError, match=message):
        read_sheet(text)


@given(st.text(alphabet="()|/ CmM7b\n(title") | st.text())
def test_anything_is_read_or_told(text):
    said = ""
    try:
        bars = read_sheet(text).chart.bars
    except ChartError as error:
        bars, said = (), str(error)
    assert bool(bars) != bool(said)
    assert "\n" not in said


@pytest.mark.parametrize(
    "text",
    [
        "(title A Tune)(comments an (open one)(meter 4 4)(part (type chords)) C7 | F7 |",
        "(title A Tune)(part (type chords)(title )(section (style swing)) C7 | F7 |\n"
        "(part (type melody)) c4",
    ],
)
def test_parentheses_that_do_not_match_hide_no_chords(text):
    reading = read_sheet(text)
    bars = reading.required().bars
    assert [str(bar.chords[0].chord) for bar in bars] == ["C7", "F7"]
    assert reading.required().title == "A Tune"
    assert reading.warnings == ("the parentheses do not match: only title and chords are read",)


def test_a_title_may_be_quoted():
    assert read_sheet('(title "A Tune") Dm7 | G7 |').required().title == "A Tune"
