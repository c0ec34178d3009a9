"""Charts in JSON: what unfolds to what, and what is refused."""

import json
import os
from pathlib import Path

import pytest

from jazzgen.errors import ChartError
from jazzgen.io.chart_json import parse_json_charts, read_charts
from jazzgen.io.chart_text.text import format_chart, parse_chart
from jazzgen.io.musicxml.chart import chart_to_musicxml
from jazzgen.io.musicxml.read import parse_musicxml
from jazzgen.music.key_estimation import guess_key

CHARTS = os.environ.get("JAZZGEN_CHARTS")
given_charts = pytest.mark.skipif(CHARTS is None, reason="JAZZGEN_CHARTS is not set")
TUNE = {
    "Title": "A Tune", "Key": "Amin", "Rhythm": "Medium Swing", "TimeSignature": "4/4",
    "Sections": [
        {"Label": "A", "Repeats": 1, "MainSegment": {"Chords": "Am7|D7,G7|Cmaj7,,,E7"}},
        {"Label": "B", "MainSegment": {"Chords": "F6"}, "Endings": [{"Chords": "E7|Am"},
                                                                     {"Chords": "N.C."}]},
    ],
}  # fmt: skip


def changed(**fields):
    return json.dumps([{**TUNE, **fields}])


def test_sections_repeats_and_endings_unfold():
    (chart,) = parse_json_charts(json.dumps([TUNE]))
    assert (chart.title, str(chart.key), chart.feel) == ("A Tune", "Am", "swing")
    found = [" ".join(f"{chord}@{tick}" for tick, chord in bar.chords) for bar in chart.bars]
    a = ["Am7@0", "D7@0 G7@48", "Cmaj7@0 E7@72"]
    assert found == [*a, *a, "F6@0", "E7@0", "Am@0", "F6@0", "N.C.@0"]
    assert [bar.section for bar in chart.bars] == ["A", "", "", "A", "", "", "B", "", "", "B", ""]


def test_one_tune_without_a_list():
    assert parse_json_charts(json.dumps(TUNE)) == parse_json_charts(json.dumps([TUNE]))


@pytest.mark.parametrize(
    ("rhythm", "meter", "feel"),
    [
        ("Bossa Nova", "4/4", "bossa"), ("Ballad", "4/4", "ballad"), ("Waltz", "3/4", "waltz"),
        ("Medium Swing", "3/4", "waltz"), ("Up Tempo Swing", "4/4", "up-tempo"),
        ("Even 8ths", "4/4", "straight"), ("Funk", "4/4", "funk"), ("", "4/4", "swing"),
    ],
)  # fmt: skip
def test_a_style_is_one_of_our_feels(rhythm, meter, feel):
    (chart,) = parse_json_charts(changed(Rhythm=rhythm, TimeSignature=meter))
    assert chart.feel == feel


def test_without_a_key_it_is_guessed_and_without_a_meter_it_is_four():
    tune = {name: value for name, value in TUNE.items() if name not in ("Key", "TimeSignature")}
    (chart,) = parse_json_charts(json.dumps([tune]))
    assert str(chart.bars[0].meter) == "4/4"
    assert chart.key == guess_key(chart.bars)


def independent_length(tune):
    """The bars of a tune as somebody else would count them."""
    bars = before = 0
    for section in tune["Sections"]:
        text = section["MainSegment"]["Chords"]
        main = text.count("|") + 1 if text else 0
        endings = [ending["Chords"].count("|") + 1 for ending in section.get("Endings", [])]
        passes = len(endings) or section.get("Repeats", 0) + 1
        # Without chords of its own, a section is the end of the one before, which is repeated.
        bars += main * passes + sum(endings) + (before * (passes - 1) if not main else 0)
        before = main
    return bars


@given_charts
def test_three_hundred_standards_unfold_to_the_right_number_of_bars():
    text = Path(CHARTS).read_text()
    charts = parse_json_charts(text)
    assert len(charts) == 300
    for chart, tune in zip(charts, json.loads(text), strict=True):
        assert len(chart.bars) == independent_length(tune)
        assert str(chart.bars[0].meter) == tune.get("TimeSignature", "4/4")


@given_charts
def test_they_survive_as_text_and_as_musicxml():
    for chart in parse_json_charts(Path(CHARTS).read_text())[::4]:
        assert parse_chart(format_chart(chart)) == chart
        assert parse_musicxml(chart_to_musicxml(chart)) == chart


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "tunes.json: no JSON"),
        ("[", "tunes.json: no JSON"),
        ("[" * 100_000, "tunes.json: no JSON"),
        ("[]", "tunes.json: no charts"),
        ("3", "tune 1: expected an object"),
        ("[{}]", "tune 1: Sections: expected a list"),
        (changed(Title=3), "tune 1: Title: expected a text"),
        (changed(Key="H"), "A Tune.*'H' is not a key"),
        (changed(Key=7), "tune 1"),
        (changed(TimeSignature="4"), "meter '4'"),
        (changed(TimeSignature="40/4"), "meter 40/4"),
        (changed(Sections=[]), "no bars"),
        (changed(Sections=[3]), "tune 1"),
        (changed(Sections=[{"MainSegment": {"Chords": "Am7|Hm7"}}]), "bar 2: 'Hm7' is not a chord"),
        (changed(Sections=[{"MainSegment": {"Chords": "C," * 40}}]), "bar 1: 41 chords"),
        (changed(Sections=[{"MainSegment": {}}]), "no bars"),
        (changed(Sections=[{"MainSegment": {"Chords": 3}}]), "Chords: expected a text"),
        (changed(Sections=[{"MainSegment": {"Chords": "C"}, "Repeats": 99}]), "Repeats 99"),
        (changed(Sections=[{"MainSegment": {"Chords": "C"}, "Repeats": "2"}]), "Repeats an int"),
        (changed(Sections=[{"MainSegment": {"Chords": "C"}, "Endings": 1}]), "Endings to be"),
        (changed(Sections=[{"MainSegment": {"Chords": "C|" * 1500}, "Repeats": 1}]), "than 2000"),
    ],
)
def test_what_is_no_chart(text, message):
    with pytest.raises(ChartError, match=message):
        parse_json_charts(text, "tunes.json")


def bars_of(*sections, **fields):
    content = changed(Sections=list(sections), **fields).encode()
    (reading,) = read_charts(content, "tunes.json")
    chart = reading.required()
    return [
        " ".join(f"{chord}@{tick}" for tick, chord in bar.chords) for bar in chart.bars
    ], reading


def test_what_is_mistyped_is_read_and_told():
    bars, reading = bars_of(
        {"MainSegment": {"Chords": "Am7|Hm7,E7foo|Dm7 G7,C|%,IV|Solo,C7"}}, Key="Blues",
        TimeSignature="5",
    )  # fmt: skip
    assert bars == ["Am7@0", "Bm7@0 E7@48", "Dm7@0 G7@48 C@72", "F@48", "C7@48"]
    assert reading.warnings == (
        "meter '5': expected something like 4/4; read in 4/4",
        "'Blues' is not a key: the key is guessed from the chords",
        "bar 2: 'Hm7' is read as Bm7",
        "bar 2: 'E7foo' is read as E7",
        "bar 4: 'IV' is read as F in C, since no key is given",
        "bar 5: 'Solo' is not a chord symbol; the chord before it is held",
    )


def test_an_alternate_by_itself_is_not_played():
    bars, reading = bars_of({"MainSegment": {"Chords": "Cm,,(Dm7b5),(G7)|(A7b9)|C6(Am7),(Dm7)"}})
    assert bars == ["Cm@0", "", "C6@0"]
    assert reading.warnings == ()


def test_a_section_without_chords_is_the_end_of_the_section_before():
    a, b = {"MainSegment": {"Chords": "C|F"}}, {"Chords": "G7"}
    ends = {"MainSegment": {"Chords": ""}, "Endings": [{"Chords": "Dm7|G7"}, {"Chords": "C6"}]}
    assert bars_of(a, ends)[0] == ["C@0", "F@0", "Dm7@0", "G7@0", "C@0", "F@0", "C6@0"]
    assert bars_of(a, {"MainSegment": None, "Repeats": 1})[0] == ["C@0", "F@0"] * 2
    assert bars_of(a, {"MainSegment": {"Chords": None}, "Endings": [b]})[0][2:] == ["G7@0"]


def test_endings_with_repeats_are_played_as_often_as_either_says():
    section = {"MainSegment": {"Chords": "C"}, "Repeats": 2,
               "Endings": [{"Chords": "F"}, {"Chords": "G"}]}  # fmt: skip
    assert bars_of(section)[0] == ["C@0", "F@0", "C@0", "F@0", "C@0", "G@0"]
    assert bars_of({**section, "Repeats": 1})[0] == ["C@0", "F@0", "C@0", "G@0"]
