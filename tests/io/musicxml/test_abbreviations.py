"""Signs of repetition and slashes in MusicXML: the measures before them are played again."""

from xml.etree import ElementTree

import pytest
from test_musicxml_parts import HARMONY, measure, note, part, score

from jazzgen.errors import ChartError
from jazzgen.io.musicxml.abbreviations import write_out
from jazzgen.io.musicxml.parts import read_musicxml
from jazzgen.io.musicxml.read import parse_musicxml

WHOLE = note("r", 16)


def style(inside):
    return f"<attributes><measure-style>{inside}</measure-style></attributes>"


def repeat(number=1):
    return style(f"<measure-repeat type='start'>{number}</measure-repeat>")


STOP = style("<measure-repeat type='stop'/>")
II_V = (HARMONY.format("D", "minor"), note("D5", 8), HARMONY.format("G", "dominant"),
        note("F5", 8))  # fmt: skip


def chord(root):
    return HARMONY.format(root, "major")


def chords(*measures):
    chart = parse_musicxml(score(part(*measures)).encode())
    sounding = ""
    told = []
    for bar in chart.bars:
        symbols = {place.onset: str(place.chord) for place in bar.chords}
        told.append(" ".join(symbols[tick] for tick in sorted(symbols)) or sounding)
        sounding = told[-1].split()[-1]
    return told


@pytest.mark.parametrize(
    ("measures", "told"),
    [
        ([measure(*II_V), measure(repeat(), WHOLE), measure(WHOLE),
          measure(STOP, chord("C"), WHOLE)], ["Dm G7", "Dm G7", "Dm G7", "C"]),
        ([measure(chord("C"), WHOLE), measure(chord("F"), WHOLE), measure(repeat(2), WHOLE),
          measure(WHOLE), measure(WHOLE), measure(WHOLE), measure(STOP, chord("G"), WHOLE)],
         ["C", "F", "C", "F", "C", "F", "G"]),
        # The chord that goes on into the repeated measures has changed since.
        ([measure(chord("C"), WHOLE), measure(WHOLE), measure(chord("F"), WHOLE),
          measure(repeat(2), WHOLE), measure(WHOLE)], ["C", "C", "F", "C", "F"]),
        ([measure(*II_V), measure(repeat(), chord("E"), WHOLE)], ["Dm G7", "E"]),
        ([measure(repeat(), WHOLE), measure(chord("C"), WHOLE)], ["", "C"]),
        ([measure(chord("C"), WHOLE), measure(repeat("x"), WHOLE)], ["C", "C"]),
    ],
)  # fmt: skip
def test_chords_of_repeated_measures(measures, told):
    if told[0] == "":
        chart = parse_musicxml(score(part(*measures)).encode())
        assert [len(bar.chords) for bar in chart.bars] == [0, 1]
        return
    assert chords(*measures) == told


def played(tmp_path, *measures):
    path = tmp_path / "tune.musicxml"
    path.write_text(score(part(*measures)))
    [line] = read_musicxml(path).parts
    return [(one.start // 10_080, one.pitch) for one in line.notes]


def test_notes_of_repeated_measures(tmp_path):
    bars = [measure(*II_V), measure(repeat(), WHOLE), measure(STOP, note("C5", 16))]
    assert played(tmp_path, *bars) == [(0, 74), (2, 77), (4, 74), (6, 77), (8, 72)]


def test_a_measure_with_notes_of_its_own_is_none_that_is_repeated(tmp_path):
    bars = [measure(note("C5", 16)), measure(repeat(), note("D5", 16)), measure(WHOLE)]
    assert played(tmp_path, *bars) == [(0, 72), (4, 74)]


def test_notes_under_slashes_are_not_played(tmp_path):
    start, stop = (style(f"<slash type='{kind}'/>") for kind in ("start", "stop"))
    bars = [
        measure(note("C5", 16)), measure(start, note("B4", 4) * 4), measure(note("B4", 16)),
        measure(stop, note("D5", 16)),
    ]  # fmt: skip
    assert played(tmp_path, *bars) == [(0, 72), (12, 74)]


@pytest.mark.parametrize("more", [0, 1])
def test_what_is_written_out_is_bounded(more):
    root = ElementTree.fromstring(score(part(measure(note("C5", 16)), measure(repeat(), WHOLE),
                                             *[measure(WHOLE)] * (9 + more))))  # fmt: skip
    if more:
        with pytest.raises(ChartError, match="x: too many notes"):
            write_out(root, "x", max_copied=10)
    else:
        write_out(root, "x", max_copied=10)
        assert len(root.findall("part/measure/note/pitch")) == 11
