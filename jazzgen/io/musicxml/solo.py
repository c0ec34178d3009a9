"""A solo as a MusicXML lead sheet, at concert pitch or for a transposing instrument.

Note values are chosen by `notation.notate`, note names by `notation.spelling`.
"""

from __future__ import annotations

from collections.abc import Sequence

from jazzgen.io.musicxml.notes import bar_notes
from jazzgen.io.musicxml.score import Staff, lead_sheet
from jazzgen.music.chart import Chart
from jazzgen.music.instrument import Instrument
from jazzgen.music.solo import Solo
from jazzgen.notation.notate import Written, notate
from jazzgen.notation.spelling import spell_note

__all__ = ["solo_to_musicxml"]

ALTO_SAX = 65
BASS_CLEF_BELOW = 55
"""The mean written pitch below which a line is in the bass clef."""


def solo_to_musicxml(
    solo: Solo, instrument: Instrument | None = None, *, concert: bool = False
) -> bytes:
    """Return a solo as a MusicXML lead sheet.

    Args:
        solo: The solo.
        instrument: The instrument of the part: it gives the part its name, and notes, key and
            chords their transposition. By default they are not transposed.
        concert: Whether the part is in concert pitch even for a transposing instrument.

    Returns:
        The bytes of an uncompressed MusicXML file.
    """
    up = 0 if instrument is None or concert else instrument.transposition
    chart = solo.chart.transpose(up % 12)
    bars = notate(solo)
    names = _names(solo, chart, up)
    content = [
        bar_notes(
            bar,
            [_name(item, names) for item in bar.content],
            [(item.pitch or 0) + up for item in bar.content],
            chart.key,
        )
        for bar in bars
    ]
    mean = sum(note.pitch + up for note in solo.notes) / max(len(solo.notes), 1)
    low = bool(solo.notes) and mean < BASS_CLEF_BELOW
    name = instrument.name.capitalize() if instrument else "Solo"
    title = solo.title or chart.title
    program = instrument.program if instrument else ALTO_SAX
    return lead_sheet(Staff(chart, bars, content, title, name, solo.performer, program, up, low))


def _names(solo: Solo, chart: Chart, up: int) -> list[str]:
    """Return the name of each note, spelled by the chord over which it is written."""
    names: list[str] = []
    onward: int | None = None
    later = None
    for note in reversed(solo.notes):
        if later is not None and later.pitch != note.pitch:
            onward = later.pitch + up  # repeated notes are spelled by the pitch after them
        names.append(spell_note(note.pitch + up, chart.chord_at(note.onset), chart.key, onward))
        later = note
    return names[::-1]


def _name(item: Written, names: Sequence[str]) -> str:
    return "" if item.source is None else names[item.source]
