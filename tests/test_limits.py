"""The limits that are documented are those that hold."""

import re
from pathlib import Path

import pytest

import jazzgen
from jazzgen.errors import ChartError
from jazzgen.io import bounded
from jazzgen.io.chart_text import text as chart_text
from jazzgen.io.ireal import link as ireal_link
from jazzgen.io.midi import chart as midi_chart
from jazzgen.io.midi import events as midi_events
from jazzgen.io.midi import parts as midi_parts
from jazzgen.io.midi import read as midi_read
from jazzgen.io.midi import track as midi_track
from jazzgen.io.musicxml import abbreviations as musicxml_abbreviations
from jazzgen.io.musicxml import navigation as musicxml_navigation
from jazzgen.io.musicxml import parts as musicxml_parts
from jazzgen.io.musicxml import repair as musicxml_repair
from jazzgen.io.musicxml import xml_guard
from jazzgen.music import repeats, timing
from jazzgen.runtime.pool import Limits

PAGE = Path(jazzgen.__file__).parent / "docs" / "reading-files.md"
HOLDING = {
    "size of a file": bounded.MAX_BYTES,
    "processor time to read a file": Limits().seconds,
    "time on the clock to read a file": Limits().wall,
    "memory to read a file": Limits().memory / 2**20,
    "MIDI: events": midi_track.MAX_EVENTS,
    "MIDI: tracks": midi_events.MAX_TRACKS,
    "MIDI: length of a number": 4,  # tests/hostile holds it
    "MIDI: notes that never end, if hardly any does": midi_parts.MAX_HANGING,
    "MIDI: length of a piece": midi_read.LONGEST / 3600,
    "MIDI: bars": midi_chart.MAX_BARS,
    "MusicXML: size unpacked": xml_guard.LIMITS.unpacked,
    "MusicXML: unpacked ÷ packed": xml_guard.LIMITS.ratio,
    "MusicXML: files in an archive": xml_guard.LIMITS.members,
    "MusicXML: depth": xml_guard.LIMITS.depth,
    "MusicXML: elements": xml_guard.LIMITS.elements,
    "MusicXML: bars as played": repeats.MAX_BARS,
    "MusicXML: bars that the notes of a measure fill": musicxml_repair.MAX_BARS_OF_MEASURE,
    "MusicXML: times that a repeat is played": musicxml_navigation.MAX_TIMES,
    "MusicXML: notes that signs of repetition write out": musicxml_abbreviations.MAX_COPIED,
    "MusicXML: notes as played": musicxml_parts.MAX_NOTES,
    "charts: bytes of chart text": chart_text.MAX_BYTES,
    "charts: characters of an iReal Pro link or page": ireal_link.LIMITS.characters,
    "charts: characters of a song's progression": ireal_link.LIMITS.progression,
    "charts: songs of a playlist": ireal_link.LIMITS.songs,
    "slowest tempo": timing.MIN_TEMPO,
    "fastest tempo": timing.MAX_TEMPO,
    "beats of a bar": 32,
}


def test_the_page_tells_the_limits():
    rows = re.findall(r"^\| ([^|]+) \| ([\d,]+)[^|]*\|$", PAGE.read_text(encoding="utf-8"), re.M)
    assert {name: float(value.replace(",", "")) for name, value in rows} == HOLDING


@pytest.mark.parametrize(("beats", "holds"), [(31, True), (32, True), (33, False)])
def test_the_beats_of_a_bar(beats, holds):
    if holds:
        assert timing.Meter(beats, 4).numerator == beats
    else:
        with pytest.raises(ChartError, match="meter 33/4"):
            timing.Meter(beats, 4)
