"""Solos as MusicXML lead sheets, at concert pitch or for transposing instruments.

Note values are chosen by `notation.notate`, note names by `notation.spelling`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from jazzgen.io.musicxml.notes import Spelled, bar_notes
from jazzgen.io.musicxml.score import Clef, Staff, lead_sheet
from jazzgen.music.chart import Chart
from jazzgen.music.instrument import Instrument, find_instrument, is_instrument
from jazzgen.music.solo import Solo
from jazzgen.music.trade import Trade
from jazzgen.notation.choices import Notation
from jazzgen.notation.clashes import without_clashes
from jazzgen.notation.notate import notate
from jazzgen.notation.slurs import slurs_of
from jazzgen.notation.spelling import spell_note

__all__ = ["solo_to_musicxml", "trade_to_musicxml"]

ALTO_SAX = 65
MIDDLE_LINES: dict[Clef, int] = {"treble": 71, "bass": 50, "octave treble": 59}
"""The pitch of the middle line in each clef."""
BASS_CLEF_BELOW = 55
"""The mean written pitch below which a line is in the bass clef that its player does not transpose:
one for no known instrument, or for a transposing one in concert pitch, as of a baritone sax."""


def solo_to_musicxml(
    solo: Solo,
    instrument: Instrument | None = None,
    *,
    concert: bool = False,
    notation: Notation = "readable",
    credit: str = "",
    double_time: bool = False,
) -> bytes:
    """Return a solo as a MusicXML lead sheet.

    Args:
        solo: The solo.
        instrument: The instrument of the part: it gives the part its name, and notes, key and
            chords their transposition. By default they are not transposed.
        concert: Whether the part is in concert pitch even for a transposing instrument.
        notation: How rhythm is written (see `notation.notate`).
        credit: Who it is by, for the head of the page; by default the performer.
        double_time: Whether the music was put in double time (see `notation.double_time`), so
            that its tempo is marked in half notes.

    Returns:
        The bytes of an uncompressed MusicXML file.
    """
    name = part_name(solo, instrument, concert=concert)
    program = _program(solo, instrument)
    staff = _staff(solo, name, program, instrument, concert=concert, notation=notation)
    return lead_sheet(replace(staff, double_time=double_time), credit=credit)


def part_name(solo: Solo, instrument: Instrument | None, *, concert: bool) -> str:
    """Return the name of the part of a solo.

    Args:
        solo: The solo.
        instrument: The instrument that reads it, or None for one that does not transpose.
        concert: Whether it is in concert pitch even for a transposing instrument.
    """
    reader = instrument or _own_instrument(solo)
    if reader is None:
        return "Solo"
    in_concert = (instrument is None or concert) and reader.transposition % 12
    return f"{reader.label.partition(' in ')[0]} (concert pitch)" if in_concert else reader.label


def _own_instrument(solo: Solo) -> Instrument | None:
    return find_instrument(solo.instrument) if is_instrument(solo.instrument) else None


def trade_to_musicxml(
    trade: Trade,
    instruments: Sequence[Instrument | None] = (),
    *,
    concert: bool = False,
    notation: Notation = "readable",
    credit: str = "",
    double_time: bool = False,
) -> bytes:
    """Return the solos of soloists who trade as a MusicXML score with a part for each.

    Every part has the chord symbols, and rests while others play.

    Args:
        trade: The solos.
        instruments: The instrument of each part (see `solo_to_musicxml`); by default none is
            transposed, and each sounds like its soloist's own instrument.
        concert: Whether the parts are in concert pitch even for transposing instruments.
        notation: How rhythm is written (see `notation.notate`).
        credit: Who it is by, for the head of the page; by default the performer.
        double_time: Whether the music was put in double time (see `notation.double_time`), so
            that its tempo is marked in half notes.

    Returns:
        The bytes of an uncompressed MusicXML file.
    """
    instruments = instruments or [None] * len(trade.solos)
    parts = zip(trade.solos, trade.labels, instruments, strict=True)
    staves = (
        _staff(
            solo,
            _traded_part_name(label, reader, concert=concert),
            _program(solo, reader),
            reader,
            concert=concert,
            notation=notation,
        )
        for solo, label, reader in parts
    )
    return lead_sheet(*(replace(one, double_time=double_time) for one in staves), credit=credit)


def _traded_part_name(label: str, reader: Instrument | None, *, concert: bool) -> str:
    """Return the name of the part of one soloist among several.

    Args:
        label: Who plays it.
        reader: The instrument that reads it, or None for one that does not transpose.
        concert: Whether it is in concert pitch even for a transposing instrument.
    """
    if reader is None or concert or not reader.transposition % 12:
        return label
    return f"{label}, {reader.label[0].lower()}{reader.label[1:]}"


def _program(solo: Solo, instrument: Instrument | None) -> int:
    """Return the General MIDI program of a part."""
    known = instrument or _own_instrument(solo)
    return known.program if known else ALTO_SAX


def _staff(
    solo: Solo,
    name: str,
    program: int,
    instrument: Instrument | None,
    *,
    concert: bool,
    notation: Notation,
) -> Staff:
    """Return a solo as it is written.

    Args:
        solo: The solo.
        name: The name of the part.
        program: Its General MIDI program.
        instrument: The instrument that reads it, or None for one that does not transpose.
        concert: Whether it is in concert pitch even for a transposing instrument.
        notation: How rhythm is written.
    """
    up = 0 if instrument is None or concert else instrument.transposition
    chart = solo.chart.transpose(up % 12)
    bars = notate(solo, notation)
    clef = _clef(solo, instrument or _own_instrument(solo), up)
    spelled = _spelled(solo, chart, up, clef)
    content = [
        bar_notes(bar, start, spelled, chart.key_at(number))
        for number, (bar, start) in enumerate(zip(bars, chart.bar_starts, strict=False))
    ]
    return Staff(chart, bars, content, solo.full_title, name, solo.performer, program, up, clef)


def _clef(solo: Solo, reader: Instrument | None, up: int) -> Clef:
    """Return the clef of a solo.

    Args:
        solo: The solo.
        reader: The instrument that reads it, or that it is played on; None if nobody knows.
        up: The semitones by which notes are written higher than they sound.
    """
    mean = sum(note.pitch + up for note in solo.notes) / max(len(solo.notes), 1)
    deep = bool(solo.notes) and mean < BASS_CLEF_BELOW
    if reader is None or reader.reads_both:
        return "bass" if deep else "treble"
    if reader.bass_clef:
        return "bass"
    if reader.sounds_octave_lower and not up:
        return "octave treble"
    in_its_clef = up % 12 == reader.transposition % 12
    return "bass" if deep and not in_its_clef else "treble"


def _spelled(solo: Solo, chart: Chart, up: int, clef: Clef) -> list[Spelled]:
    """Return each note of a solo, spelled by the chord over which it lies.

    Args:
        solo: The solo.
        chart: Its chart, transposed as the notes are.
        up: The semitones by which notes are written higher than they sound.
        clef: The clef in which they are written.
    """
    slurred: dict[int, tuple[str, ...]] = {}
    high: set[int] = set()
    for first, last in slurs_of(solo):
        slurred[first], slurred[last] = ("start",), ("stop",)
        under = [note.pitch + up for note in solo.notes[first : last + 1]]
        if sum(under) >= len(under) * MIDDLE_LINES[clef]:
            high.add(first)
    names = _names(solo, chart, up)
    return [
        Spelled(name, note.pitch + up, note.onset, note.end, slurred.get(index, ()), index in high)
        for index, (name, note) in enumerate(zip(names, solo.notes, strict=True))
    ]


def _names(solo: Solo, chart: Chart, up: int) -> list[str]:
    """Return the name of each note of a solo (see `_spelled`)."""
    names: list[str] = []
    onward: int | None = None
    later = None
    for note in reversed(solo.notes):
        if later is not None and later.pitch != note.pitch:
            onward = later.pitch + up  # repeated notes are spelled by the pitch after them
        key = chart.key_at(chart.bar_at(note.onset))
        names.append(spell_note(note.pitch + up, chart.chord_at(note.onset), key, onward))
        later = note
    pitches = [note.pitch + up for note in solo.notes]
    called_for = [
        pitch % 12 in chart.chord_at(note.onset).chord_tones
        for pitch, note in zip(pitches, solo.notes, strict=True)
    ]
    return without_clashes(names[::-1], pitches, called_for)
