"""Tunes in JSON as other programs write them."""

import json

import pytest

from jazzgen.errors import ChartError
from jazzgen.io.chart_json import parse_json_charts, read_charts

TWO = ["C", "F G7"]


def tune(chords, **fields):
    return {"Title": "A Tune", "Sections": [{"MainSegment": {"Chords": chords}, **fields}]}


def played(found):
    """Return the titles and the bars of JSON, as text or as what it holds."""
    text = found if isinstance(found, str) else json.dumps(found)
    charts = [reading.required() for reading in read_charts(text.encode(), "tunes.json")]
    return [chart.title for chart in charts], [
        " ".join(str(chord) for _, chord in bar.chords) for chart in charts for bar in chart.bars
    ]


@pytest.mark.parametrize(
    "found",
    [
        {"title": "A Tune", "chords": "C|F,G7"},
        {"name": "A Tune", "changes": "| C | F G7 |"},
        {"song": "A Tune", "bars": ["C", ["F", "G7"]]},
        {"title": "A Tune", "measures": [{"chords": ["C"]}, {"chords": ["F", "G7"]}]},
        {"title": "A Tune", "music": {"measures": [["C"], ["F", "G7"]]}},
        {"title": "A Tune", "measures": [[{"chord": "C"}], [{"symbol": "F"}, {"symbol": "G7"}]]},
        {"title": "A Tune", "sections": {"A": "C", "B": "F,G7"}},
        {"title": "A Tune", "sections": ["C", None, "F,G7"]},
        {"title": "A Tune", "sections": [{"name": "A", "chords": ["C", ["F", "G7"]]}]},
        {"songs": [{"title": "A Tune", "chords": ["C", ["F", "G7"]]}]},
        {"A Tune": {"chords": ["C", ["F", "G7"]]}},
        '{"title": "A Tune", "chords": ["C", ["F", "G7"],],}',
    ],
)
def test_other_shapes(found):
    assert played(found) == (["A Tune"], TWO)


@pytest.mark.parametrize(
    ("beats", "time", "bars"),
    [
        ((2, 2, 4), "4/4", ["C@0 F@48", "G7@0"]),
        ((6, 2, 1), "3/4", ["C@0", "C@0", "F@0 G7@48"]),
        ((8, 3, "1"), "4/4", ["C@0", "C@0", "F@0 G7@72"]),
        ((4, "x", 2), "4/4", ["C@0", "F@0", "G7@0"]),
    ],
)
def test_chords_may_say_how_many_beats_they_last(beats, time, bars):
    chords = [{"chord": c, "beats": n} for c, n in zip(("C", "F", "G7"), beats, strict=True)]
    found = {"title": "A Tune", "time": time, "progression": chords}
    [reading] = read_charts(json.dumps(found).encode(), "tunes.json")
    assert [
        " ".join(f"{chord}@{onset}" for onset, chord in bar.chords)
        for bar in reading.required().bars
    ] == bars


def test_a_tune_on_each_line():
    lines = [json.dumps({"title": title, "chords": "C|F"}) for title in ("One", "Two")]
    assert played("\n".join(lines)) == (["One", "Two"], ["C", "F"] * 2)


@pytest.mark.parametrize("repeats", ["1", 1.0, True])
def test_a_number_of_repeats_may_be_no_integer(repeats):
    assert played([tune("C", Repeats=repeats)])[1] == ["C", "C"]


def test_endings_may_be_texts():
    assert played([tune("C", Endings=["F", "G7"])])[1] == ["C", "F", "C", "G7"]


def test_a_sign_alone_repeats_the_bar():
    assert played([tune("C,F|%|x|n")])[1] == ["C F", "C F", "C F", "N.C."]


@pytest.mark.parametrize(
    ("fields", "meter", "tempo", "key"),
    [
        ({"time": [3, 4], "bpm": "96", "key": "E-"}, "3/4", 96, "Em"),
        ({"timeSignature": "34", "tempo": 9999}, "3/4", 140, "C"),
        ({"meter": {"beats": 6, "unit": 8}, "Tempo": 100.5}, "6/8", 100.5, "C"),
    ],
)
def test_fields_by_other_names(fields, meter, tempo, key):
    [reading] = read_charts(json.dumps({"chords": "C|G7", **fields}).encode(), "x")
    chart = reading.required()
    assert (str(chart.bars[0].meter), chart.tempo, str(chart.key)) == (meter, tempo, key)


def test_a_strict_reader_takes_only_the_usual_form():
    with pytest.raises(ChartError, match="Sections: expected a list"):
        parse_json_charts(json.dumps({"title": "A Tune", "chords": "C|F"}))
