"""The first track of a MIDI file: tempi, meters, the key, and markers for everything else."""

from __future__ import annotations

from typing import Any

from jazzgen.io.midi.grid import FILE_TICKS
from jazzgen.io.midi.own_texts import SOFTWARE, chorus_marker, property_text, section_marker
from jazzgen.io.midi.tempo import midi_tempo
from jazzgen.io.midi.written import key_signature as signature_event
from jazzgen.io.midi.written import set_tempo, text_event, time_signature
from jazzgen.music.chart import Chart, TempoChange
from jazzgen.music.pitch import Key
from jazzgen.music.solo import Solo
from jazzgen.music.swing import STRAIGHT, Swing
from jazzgen.music.timing import Meter

__all__ = ["FIRST", "OFF", "ON", "Timeline", "conductor", "key_signature", "track_name"]

# From seven flats to seven sharps.
MAJOR_KEYS = ("Cb", "Gb", "Db", "Ab", "Eb", "Bb", "F", "C", "G", "D", "A", "E", "B", "F#", "C#")
MINOR_KEYS = ("Abm", "Ebm", "Bbm", "Fm", "Cm", "Gm", "Dm", "Am", "Em", "Bm", "F#m", "C#m", "G#m",
              "D#m", "A#m")  # fmt: skip

# Messages at one tick: conductor's and programs first, then note-offs before note-ons.
FIRST, OFF, ON = range(3)

Timeline = list[tuple[int, int, Any]]
"""(tick of the file, rank among those at one tick, `encode.KeyStroke` or a message as bytes)."""


def conductor(solo: Solo, swing: Swing, turns: str = "", band: str = "") -> Timeline:
    """Return the messages of the first track.

    Args:
        solo: What is improvised, for its chart and its properties.
        swing: How it swings.
        turns: Whose bars are whose (see `own_texts.turns_text`); "" for a single soloist.
        band: How the band was made (see `render.band_text`); "" without one.
    """
    chart = solo.chart
    timeline: Timeline = [(0, FIRST, track_name(solo.full_title))] if solo.title else []
    timeline += [
        (0, FIRST, text_event("text", text)) for text in _properties(solo, swing, turns, band)
    ]
    for bar, key in ((0, chart.key), *chart.key_changes):
        tick = chart.bar_starts[bar] * FILE_TICKS
        timeline.append((tick, FIRST, signature_event(key.fifths, minor=key.mode == "minor")))
    for tick, tempo in (TempoChange(0, chart.tempo), *chart.tempo_changes):
        timeline.append((tick * FILE_TICKS, FIRST, set_tempo(midi_tempo(tempo))))
    return timeline + _bar_lines(chart) + _chords(chart)


def _properties(solo: Solo, swing: Swing, turns: str, band: str) -> list[str]:
    """Return texts for properties that have no MIDI event."""
    chart = solo.chart
    said = {
        "software": SOFTWARE,
        "feel": chart.feel,
        "performer": solo.performer,
        "source": solo.source,
        "turns": turns,
        "band": band,
    }
    if swing != STRAIGHT:
        said["swing"] = repr(swing.ratio)
    if Key.parse(key_signature(chart.key)) != chart.key:
        said["key"] = str(chart.key)
    if chart.title != solo.title:
        said["tune"] = chart.title
    always = ("software", "feel", "tune")
    return [property_text(name, text) for name, text in said.items() if text or name in always]


def key_signature(key: Key) -> str:
    """Return the name that MIDI has for the signature of a key."""
    return (MAJOR_KEYS if key.mode == "major" else MINOR_KEYS)[key.fifths + 7]


def _bar_lines(chart: Chart) -> Timeline:
    """Return the messages at bar lines: meters, choruses, sections."""
    timeline: Timeline = []
    meter: Meter | None = None
    # A single chorus that begins with the first bar needs no marker.
    starts = () if chart.chorus_starts == (0,) else chart.chorus_starts
    for number, (tick, bar) in enumerate(zip(chart.bar_starts, chart.bars, strict=False)):
        messages = []
        if bar.meter != meter:
            messages.append(time_signature(bar.meter))
        if number in starts:
            messages.append(text_event("marker", chorus_marker(starts.index(number) + 1)))
        if bar.section:
            messages.append(text_event("marker", section_marker(bar.section)))
        timeline += [(tick * FILE_TICKS, FIRST, message) for message in messages]
        meter = bar.meter
    return timeline


def _chords(chart: Chart) -> Timeline:
    return [
        (tick * FILE_TICKS, FIRST, text_event("marker", str(chord)))
        for tick, chord in chart.placed_chords()
    ]


def track_name(text: str) -> bytes:
    """Return the message that names a track."""
    return text_event("track_name", text)
