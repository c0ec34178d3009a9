"""`jazzgen render` of a file in which soloists trade: a part for each in notation."""

import warnings
from xml.etree import ElementTree

import pytest
from commands import jazzgen, succeed

import jazzgen as package
from jazzgen.music.instrument import find_instrument
from jazzgen.music.solo import Note, Solo
from jazzgen.music.trade import Trade, share_turns
from jazzgen.render.notebook import solo_html
from jazzgen.render.target import Target
from jazzgen.render.targets import TARGETS

CHART = package.chart("blues")
ANN = Solo(
    tuple(Note(96 * bar + 24 * beat, 24, 60 + bar) for bar in (0, 1, 4, 5) for beat in (0, 1, 2)),
    CHART,
    "Twos",
    instrument="trumpet",
)
BEN = Solo(
    tuple(Note(96 * bar + 48, 48, 50 + bar) for bar in (2, 3, 6, 7)),
    CHART,
    "Twos",
    instrument="tenor saxophone",
)
TRADE = Trade(solos=(ANN, BEN), names=("Ann", "Ben"), turns=share_turns(CHART, 2, 2))


@pytest.fixture
def file(tmp_path):
    return package.save(TRADE, tmp_path / "twos.mid")


def notation(file, *options):
    """Return the notation of a file as an element."""
    succeed("render", file, "--to", "musicxml", *options)
    return ElementTree.parse(file.with_suffix(".musicxml")).getroot()


def test_each_soloist_has_a_part_with_rests_and_all_chords(file):
    root = notation(file)
    heads = root.findall("part-list/score-part")
    assert [head.find("part-name").text for head in heads] == ["Solo 1: Ann", "Solo 2: Ben"]
    programs = [int(head.find("midi-instrument/midi-program").text) - 1 for head in heads]
    assert programs == [find_instrument(solo.instrument).program for solo in TRADE.solos]
    parts = root.findall("part")
    assert [part.get("id") for part in parts] == [head.get("id") for head in heads]
    changes = len(list(CHART.placed_chords()))
    for part, bars in zip(parts, ({0, 1, 4, 5}, {2, 3, 6, 7}), strict=True):
        measures = part.findall("measure")
        assert len(measures) == 12
        assert len(part.findall("measure/harmony")) == changes
        assert {n for n, one in enumerate(measures) if one.find("note/pitch") is not None} == bars
    assert len(root.findall(".//metronome")) == 1


def test_music21_reads_what_each_of_them_plays(file):
    notation(file)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from music21 import converter
    score = converter.parse(file.with_suffix(".musicxml"))
    for part, solo in zip(score.parts, TRADE.solos, strict=True):
        notes = [one for one in part.flatten().notes if one.isNote]
        assert [(one.offset * 24, one.pitch.midi) for one in notes] == [
            (note.onset, note.pitch) for note in solo.notes
        ]


@pytest.mark.parametrize(
    ("instrument", "chromatic"),
    [("tenor", ["-2", "-2"]), ("trombone,tenor", [None, "-2"]), ("alto, flute", ["-9", None])],
)
def test_parts_are_transposed_for_who_reads_them(file, instrument, chromatic):
    score = notation(file, "--instrument", instrument)
    parts = score.findall("part")
    assert [part.findtext(".//transpose/chromatic") for part in parts] == chromatic
    keys = [" sax in " in name.text for name in score.iter("part-name")]
    assert keys == [semitones is not None for semitones in chromatic]
    parts = notation(file, "--instrument", instrument, "--concert").findall("part")
    assert [part.findtext(".//transpose/chromatic") for part in parts] == [None, None]


def test_as_many_instruments_as_soloists(file, tmp_path):
    options = ("--to", "musicxml", "--instrument", "alto,tenor,flute")
    assert jazzgen("render", file, *options).complaint == (
        f"jazzgen: --instrument names 3 instruments, but {file} has 2 soloists"
    )
    alone = package.save(ANN, tmp_path / "alone.mid")
    assert jazzgen("render", alone, *options).complaint == (
        f"jazzgen: --instrument names 3 instruments, but {alone} has 1 soloist"
    )
    assert not list(tmp_path.glob("*.musicxml"))


def test_a_target_that_knows_nothing_of_trades_gets_the_line(file):
    written = []
    plain = Target(name="list", what="a list", write=lambda solo, *_: written.append(solo))
    with TARGETS.registered(plain):
        succeed("render", file, "--to", "list")
    assert [solo.notes for solo in written] == [TRADE.line.notes]


def test_a_picture_of_a_trade_names_the_soloists(file):
    pytest.importorskip("matplotlib")
    succeed("render", file, "--to", "svg")
    picture = file.with_suffix(".svg").read_bytes()
    package.save(TRADE.line, file)
    succeed("render", file, "--to", "svg")
    assert file.with_suffix(".svg").read_bytes() != picture


def test_a_notebook_shows_a_trade():
    html = TRADE._repr_html_()
    assert html == solo_html(TRADE)
    assert "Solo 1: Ann, Solo 2: Ben · 16 notes over 12 bars" in html
