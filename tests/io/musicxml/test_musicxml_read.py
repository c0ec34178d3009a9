"""Changes of MusicXML lead sheets: ours come back, others' unfold, damaged ones are told."""

import warnings
import zipfile
from dataclasses import replace
from io import BytesIO

import pytest
from hypothesis import given, settings
from strategies import charts

import jazzgen
from jazzgen.errors import ChartError
from jazzgen.io.musicxml.chart import chart_to_musicxml
from jazzgen.io.musicxml.read import parse_musicxml, read_charts
from jazzgen.io.musicxml.solo import solo_to_musicxml
from jazzgen.music.chart import TempoChange
from jazzgen.music.solo import Note, Solo

LIBRARY = ("blues", "rhythm-changes", "waltz", "bossa", "five", "ballad", "pedal", "straight")


def has_chords(chart):
    return any(chord.root for _, chord in chart.placed_chords())


@given(charts())
@settings(deadline=None)
def test_a_chart_comes_back_as_it_was(chart):
    if has_chords(chart):
        assert parse_musicxml(chart_to_musicxml(chart)) == replace(chart, title="Untitled")


@pytest.mark.parametrize("name", LIBRARY)
def test_the_library_comes_back(name):
    chart = jazzgen.chart(name)
    assert parse_musicxml(chart_to_musicxml(chart)) == chart


def test_later_tempi_come_back():
    chart = replace(jazzgen.chart("blues"), tempo_changes=(TempoChange(36, 90.5),
                    TempoChange(192, 70.0)))  # fmt: skip
    assert parse_musicxml(chart_to_musicxml(chart)) == chart


def test_the_changes_of_a_solos_lead_sheet():
    chart = jazzgen.chart("blues")
    solo = Solo(tuple(Note(8 * n, 8, 60 + n % 12) for n in range(100)), chart)
    assert parse_musicxml(solo_to_musicxml(solo)) == chart


HARMONY = "<harmony><root><root-step>{}</root-step></root><kind>{}</kind></harmony>"


def measure(chord="", inside="", before="", after=""):
    """A measure of four quarters: a chord such as C7, and more before it and behind."""
    kinds = {"": "major", "7": "dominant", "m": "minor"}
    harmony = HARMONY.format(chord[0], kinds[chord[1:]]) if chord else ""
    whole = "<note><rest/><duration>4</duration></note>"
    return f"<measure>{before}{harmony}{inside}{whole}{after}</measure>"


def score(*measures, attributes="<divisions>1</divisions>"):
    first = measures[0].replace("<measure>", f"<measure><attributes>{attributes}</attributes>", 1)
    body = "".join([first, *measures[1:]])
    return f"<score-partwise><part id='P1'>{body}</part></score-partwise>".encode()


def symbols(content):
    chart = parse_musicxml(content)
    return [" ".join(str(chord) for _, chord in bar.chords) for bar in chart.bars]


def line(kind, number="1"):
    texts = {
        "forward": "<repeat direction='forward'/>", "backward": "<repeat direction='backward'/>",
        "three": "<repeat direction='backward' times='3'/>",
        "start": f"<ending number='{number}' type='start'/>",
        "stop": f"<ending number='{number}' type='stop'/><repeat direction='backward'/>",
        "end": f"<ending number='{number}' type='discontinue'/>",
    }  # fmt: skip
    return f"<barline>{texts[kind]}</barline>"


def sound(attributes):
    words = "<direction-type><words>x</words></direction-type>"
    return f"<direction>{words}<sound {attributes}/></direction>"


@pytest.mark.parametrize(
    ("measures", "played"),
    [
        ([measure("C"), measure(), measure("G7")], "C|| G7"),
        ([measure("C", before=line("forward")), measure("F", after=line("backward")),
          measure("G")], "C F C F G"),
        ([measure("C"), measure("F", after=line("three")), measure("G")], "C F C F C F G"),
        ([measure("C"), measure("F", before=line("start"), after=line("stop")),
          measure("G", before=line("start", 2), after=line("end", 2)), measure("A")], "C F C G A"),
        ([measure("C"), measure("F", after=sound("fine='yes'")), measure("G"),
          measure("A", after=sound("dacapo='yes'"))], "C F G A C F"),
        ([measure("C"), measure("D", before=sound("segno='s'")), measure("E", after=sound(
          "tocoda='c'")), measure("F", after=sound("dalsegno='s'")), measure("G", before=sound(
          "coda='c'"))], "C D E F D E G"),
        ([measure("C"), measure("D", before=line("start"), after=line("stop")),
          measure("E", before=line("start", 2)), measure("F", after=sound("dacapo='yes'"))],
         "C D C E F C E F"),
    ],
)  # fmt: skip
def test_repeats_and_jumps(measures, played):
    expected = [bar.replace("|", "") for bar in played.replace("||", " |").split(" ")]
    assert symbols(score(*measures)) == expected


def test_a_chord_stands_where_its_offset_says():
    late = HARMONY.format("F", "major").replace("</harmony>", "<offset>2</offset></harmony>")
    chart = parse_musicxml(score(measure("C", inside=late)))
    assert [tick for tick, _ in chart.bars[0].chords] == [0, 48]


def test_voices_and_parts_come_together():
    second = "<note><rest/><duration>4</duration></note><backup><duration>4</duration></backup>"
    content = score(measure("C", inside=second), measure("G7"))
    other = "<part id='P2'><measure>" + HARMONY.format("A", "minor") + "</measure></part>"
    both = content.replace(b"</score", other.encode() + b"</score")
    assert symbols(both) == ["C", "G7"]


def readings(content):
    (reading,) = read_charts(content, "tune.xml")
    return reading


def test_a_chord_behind_the_last_note_belongs_to_the_next_bar():
    behind = HARMONY.format("F", "major")
    reading = readings(score(measure("C", after=behind), measure(), measure("G7", after=behind)))
    assert symbols_of(reading.chart) == ["C", "F", "G7"]
    assert reading.warnings == (
        "measure 1: F is written behind the end of its bar; it is read at the next bar line",
        "measure 3: F is written behind the end of its bar; it is left out",
    )
    taken = readings(score(measure("C", after=behind), measure("Dm")))
    assert symbols_of(taken.chart) == ["C", "Dm"]
    assert "it is left out" in taken.warnings[0]


def test_a_chord_that_cannot_be_read_does_not_cost_the_others():
    odd = "<harmony><kind>major</kind></harmony>"
    reading = readings(score(measure("C"), measure(before=odd), measure("G7"), measure(before=odd)))
    assert symbols_of(reading.chart) == ["C", "", "G7", ""]
    assert reading.warnings == (
        "measures 2, 4: a chord symbol without a root; the chord before it is held",
    )


def symbols_of(chart):
    return [" ".join(str(chord) for _, chord in bar.chords) for bar in chart.bars]


def test_a_pickup_is_left_out():
    pickup = (
        "<measure implicit='yes' number='0'><note><rest/><duration>1</duration></note></measure>"
    )
    content = score(pickup, measure("C"), measure("G7"))
    assert symbols(content) == ["C", "G7"]


def test_the_chord_of_a_pickup_goes_on():
    pickup = (
        '<measure number="0" implicit="yes">' + HARMONY.format("G", "dominant")
        + "<note><rest/><duration>1</duration></note></measure>"
    )  # fmt: skip
    assert symbols_of(readings(score(pickup, measure(), measure("C"))).chart) == ["G7", "C"]
    assert symbols_of(readings(score(pickup, measure("F"), measure("C"))).chart) == ["F", "C"]


def test_key_meter_tempo_feel_and_title():
    attributes = ("<divisions>2</divisions><key><fifths>-3</fifths><mode>minor</mode></key>"
                  "<time><beats>3</beats><beat-type>4</beat-type></time>")  # fmt: skip
    content = score(
        measure("C", before=sound("tempo='92'").replace(">x<", ">Jazz waltz<")),
        attributes=attributes,
    ).replace(b"<part id", b"<work><work-title>A  Tune</work-title></work><part id", 1)
    chart = parse_musicxml(content)
    assert (str(chart.key), str(chart.bars[0].meter), chart.tempo) == ("Cm", "3/4", 92.0)
    assert (chart.feel, chart.title) == ("waltz", "A Tune")


def test_a_compressed_score():
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr("score.xml", chart_to_musicxml(jazzgen.chart("blues")))
    assert parse_musicxml(packed.getvalue()) == jazzgen.chart("blues")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (score(measure(), measure()), "no chord symbols: expected a lead sheet"),
        (b"<score-timewise/>", "no measures"),
        (b"<html/>", "not 'html'"),
        (b"<score-partwise/>", "no measures"),
        (score(measure("C"), attributes="<divisions>0</divisions>"), "measure 1: 0 divisions"),
        (score(measure("C"), attributes="<divisions>x</divisions>"), "'x' where a number"),
        (score(measure("C"), attributes="<divisions>1e9</divisions>"), "'1e9' where a number"),
        (score(measure("C"), attributes="<divisions>1</divisions><time><beats>40</beats>"
               "<beat-type>4</beat-type></time>"), "meter 40/4"),
        (score(measure("C"), attributes="<divisions>1</divisions><time><beats>x</beats>"
               "<beat-type>4</beat-type></time>"), "no meter: 'x' over '4'"),
        (score(measure("C"), *[measure()] * 2001), "more than 2000 measures"),
        (score(measure("C"), *[measure()] * 1200 + [measure(after=line("backward"))]),
         "more than 2000 bars"),
        (score(measure("C", before=line("start"))), "no|ending"),
    ],
)  # fmt: skip
def test_what_cannot_be_read(content, message):
    if message == "no|ending":  # an ending that nothing repeats is played
        assert symbols(content) == ["C"]
        return
    with pytest.raises(ChartError, match=message) as told:
        parse_musicxml(content, "sheet.musicxml")
    assert str(told.value).startswith("sheet.musicxml: ")


def test_music21s_own_lead_sheets_are_read():
    """Files that nobody made for us."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from music21 import corpus
    paths = [path for path in corpus.getPaths() if "leadSheet" in str(path)]
    read = [path for path in paths if path.suffix == ".mxl"]
    assert len(read) >= 2
    for path in read:
        chart = parse_musicxml(path.read_bytes(), path.name)
        assert has_chords(chart)
        assert len(chart.bars) >= 8
