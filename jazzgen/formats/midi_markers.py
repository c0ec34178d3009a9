"""What the texts of a MIDI file mean: chord symbols, sections, choruses, properties.

A section is the marker `[A]`, a chorus the marker `Chorus 2`, a property the text
`feel: swing`; a bare `A` is the chord. A marker that parses as a chord symbol is
one. Text, lyric and cue events are read as chord symbols too, but they also hold
words, and "A" or "Be" may be either; so those of one kind in one track count only
together, when most of them are chord symbols.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from jazzgen.errors import ChordError
from jazzgen.formats.midi_events import MidiTrack
from jazzgen.formats.midi_score import Timed
from jazzgen.music.chord import ChordSymbol

__all__ = ["Texts", "chorus_marker", "property_text", "read_texts", "section_marker"]

LONGEST_SYMBOL = 32
PROPERTIES = ("software", "feel", "performer", "source", "key", "tune")


@dataclass
class Texts:
    """The texts of a file by what they mean, each in the order of its tracks."""

    chords: list[Timed[ChordSymbol]] = field(default_factory=list)
    sections: list[Timed[str]] = field(default_factory=list)
    choruses: list[int] = field(default_factory=list)
    others: list[Timed[str]] = field(default_factory=list)
    properties: dict[str, str] = field(default_factory=dict)


def section_marker(label: str) -> str:
    """Return the marker of a section."""
    return f"[{label}]"


def chorus_marker(number: int) -> str:
    """Return the marker of a chorus, counted from 1."""
    return f"Chorus {number}"


def property_text(name: str, value: str) -> str:
    """Return the text event of a property."""
    return f"{name}: {value}"


def read_texts(tracks: Iterable[MidiTrack]) -> Texts:
    """Sort the texts of a file by what they mean.

    Args:
        tracks: The tracks of the file.

    Returns:
        Chords by tick, of two at one tick the marker; and all the rest.
    """
    texts = Texts()
    loose: list[Timed[ChordSymbol]] = []
    for track in tracks:
        by_kind: dict[str, list[Timed[str]]] = {}
        for tick, message in track.events:
            if message.is_meta and hasattr(message, "text"):
                by_kind.setdefault(message.type, []).append(Timed(tick, message.text))
        for kind, events in by_kind.items():
            if kind == "marker":
                _markers(texts, events)
            else:
                loose += _loose_chords(_without_properties(texts, events), kind == "lyrics")
    taken = {tick for tick, _ in texts.chords}
    texts.chords += [chord for chord in loose if chord.tick not in taken]
    texts.chords.sort(key=lambda chord: chord.tick)
    return texts


def _markers(texts: Texts, events: Iterable[Timed[str]]) -> None:
    for tick, text in events:
        if section := re.fullmatch(r"\[(.*)\]", text, re.DOTALL):
            texts.sections.append(Timed(tick, section[1]))
        elif re.fullmatch(r"\s*chorus\s*\d+\s*", text, re.IGNORECASE):
            texts.choruses.append(tick)
        elif (chord := _chord(text)) is not None:
            texts.chords.append(Timed(tick, chord))
        else:
            texts.others.append(Timed(tick, text))


def _without_properties(texts: Texts, events: Iterable[Timed[str]]) -> list[Timed[str]]:
    """Move the properties at the beginning of the file to `texts`; return the rest."""
    rest = []
    for event in events:
        name, colon, value = event.value.partition(": ")
        if event.tick == 0 and colon and name in PROPERTIES:
            texts.properties.setdefault(name, value)
        else:
            rest.append(event)
    return rest


def _loose_chords(events: Sequence[Timed[str]], sung: bool) -> list[Timed[ChordSymbol]]:
    """Return the chord symbols among the texts of one kind in one track, or none.

    Words that parse ("A", "Be") stand among words that do not. Names of notes, as
    in solfège, are bare letters throughout. Credits stand at the beginning.
    """
    chords: list[Timed[ChordSymbol]] = []
    words, telling = 0, False
    for tick, text in events:
        chord = _chord(text)
        if chord is not None:
            chords.append(Timed(tick, chord))
            telling = telling or len(text.strip()) > 1
        elif tick > 0 and text.strip():
            words += 1
    trusted = telling or (not sung and not words)
    return chords if trusted and len(chords) > words else []


def _chord(text: str) -> ChordSymbol | None:
    symbol = text.strip()
    if not symbol or len(symbol) > LONGEST_SYMBOL:
        return None
    try:
        return ChordSymbol.parse(symbol)
    except ChordError:
        return None
