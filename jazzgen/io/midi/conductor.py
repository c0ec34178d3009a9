"""The first track of a MIDI file: tempi, meters, the key, and markers for everything else."""

from __future__ import annotations

from typing import Any

from mido import MetaMessage

from jazzgen.io.midi.grid import FILE_TICKS
from jazzgen.io.midi.own_texts import SOFTWARE, chorus_marker, property_text, section_marker
from jazzgen.io.midi.tempo import midi_tempo
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
"""(tick of the file, rank among those at one tick, message or `encode.KeyStroke`)."""


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
    timeline += [(0, FIRST, _text("text", text)) for text in _properties(solo, swing, turns, band)]
    for bar, key in ((0, chart.key), *chart.key_changes):
        tick = chart.bar_starts[bar] * FILE_TICKS
        timeline.append((tick, FIRST, MetaMessage("key_signature", key=key_signature(key))))
    for tick, tempo in (TempoChange(0, chart.tempo), *chart.tempo_changes):
        tempo_message = MetaMessage("set_tempo", tempo=midi_tempo(tempo))
        timeline.append((tick * FILE_TICKS, FIRST, tempo_message))
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
            messages.append(_time_signature(bar.meter))
        if number in starts:
            messages.append(_text("marker", chorus_marker(starts.index(number) + 1)))
        if bar.section:
            messages.append(_text("marker", section_marker(bar.section)))
        timeline += [(tick * FILE_TICKS, FIRST, message) for message in messages]
        meter = bar.meter
    return timeline


def _chords(chart: Chart) -> Timeline:
    return [
        (tick * FILE_TICKS, FIRST, _text("marker", str(chord)))
        for tick, chord in chart.placed_chords()
    ]


def _time_signature(meter: Meter) -> MetaMessage:
    """Return a time signature; the metronome clicks each beat (a tick is a MIDI clock)."""
    return MetaMessage(
        "time_signature",
        numerator=meter.numerator,
        denominator=meter.denominator,
        clocks_per_click=meter.beat_ticks,
        notated_32nd_notes_per_beat=8,
    )


def track_name(text: str) -> MetaMessage:
    """Return the message that names a track."""
    return MetaMessage("track_name", name=_utf8(text))


def _text(kind: str, text: str) -> MetaMessage:
    return MetaMessage(kind, text=_utf8(text))


def _utf8(text: str) -> str:
    """Return text that mido encodes as UTF-8.

    mido encodes by a setting of the whole process, Latin-1 by default, which leaves a text with
    one character for each byte of the UTF-8 unchanged.
    """
    return text.encode("utf-8", "replace").decode("latin-1")
