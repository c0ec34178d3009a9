"""What the texts of a MIDI file mean: chord symbols, sections, choruses, properties.

A section is the marker `[A]`, a chorus the marker `Chorus 2`, a property the text `feel: swing`.
In files of other programs brackets may hold chords instead. A marker that is a chord symbol (see
`chord_texts`) is one, and so is an event of Yamaha's (see `yamaha_xf`). A bare `A` is a chord as
well, except where it is a rehearsal letter in a file of another program (see `rehearsal_letters`).
There, chord symbols count only if they cover the piece: a remark such as `Bb7 sus` in one of many
bars is no harmony. Text, lyric and cue events may be chord symbols or words, and "A" and "Am" are
both. So the events of one kind in one track are read as chord symbols only if most of them are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from jazzgen.io.midi.chord_evidence import are_note_names
from jazzgen.io.midi.chord_texts import chord_of, in_letters
from jazzgen.io.midi.own_texts import PROPERTIES, SOFTWARE
from jazzgen.io.midi.rehearsal_letters import (
    Piece,
    is_letter,
    letter_of,
    rehearsal_letters,
)
from jazzgen.io.midi.score import Timed
from jazzgen.io.midi.section_labels import Label, label_of
from jazzgen.io.midi.track import MidiTrack
from jazzgen.io.midi.yamaha_xf import xf_chord
from jazzgen.music.chord import ChordSymbol
from jazzgen.music.part import DRUM_CHANNEL
from jazzgen.music.pitch import Key
from jazzgen.runtime.wording import counted

__all__ = ["Texts", "read_texts"]

BRACKETED = re.compile(r"\[(.*)\]", re.DOTALL)
TOLD = 3
"""The number of chord symbols that a warning names."""


@dataclass
class Texts:
    """The texts of a file by what they mean, each kind in the order of the tracks."""

    chords: list[Timed[ChordSymbol]] = field(default_factory=list)
    sections: list[Timed[str]] = field(default_factory=list)
    choruses: list[int] = field(default_factory=list)
    others: list[Timed[str]] = field(default_factory=list)
    properties: dict[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)


@dataclass
class _Stream:
    """The texts of one kind in one track: chord symbols and letters, and labels of sections."""

    symbols: list[Timed[str]]
    bracketed: list[Timed[str]] = field(default_factory=list)
    labels: list[Timed[Label]] = field(default_factory=list)


def read_texts(tracks: Sequence[MidiTrack], ppq: int, key: Key | None = None) -> Texts:
    """Sort the texts of a file by what they mean.

    Args:
        tracks: The tracks of the file.
        ppq: File ticks per quarter note.
        key: Its key, in which chords as numbers are read; None if it does not say any.

    Returns:
        The texts, with chords in the order of their ticks. At a tick with a chord from a marker
        and one from another text, the marker's is kept.
    """
    texts = Texts()
    markers: list[_Stream] = []
    loose: list[_Stream] = []
    for track in tracks:
        by_kind: dict[str, list[Timed[str]]] = {}
        for tick, message in track.metas:
            if hasattr(message, "text"):
                by_kind.setdefault(message.type, []).append(Timed(tick, message.text))
        for kind, events in by_kind.items():
            if kind == "marker":
                markers.append(_markers(texts, in_letters(events, key)))
            else:
                rest = in_letters(_without_properties(texts, events), key)
                loose.append(_Stream(_loose_symbols(rest, kind == "lyrics", track)))
        loose.append(_Stream(_xf_symbols(track)))
    foreign = texts.properties.get("software") != SOFTWARE
    _open_brackets(texts, markers, foreign)
    marked = any(stream.symbols for stream in (*markers, *loose))
    piece = _piece(tracks, ppq, marked)
    if foreign:
        _take_letters(texts, [*markers, *loose], piece)
    _take_labels(texts, markers)
    texts.chords = _chords(texts, markers)
    taken = {tick for tick, _ in texts.chords}
    texts.chords += [chord for chord in _chords(texts, loose) if chord.tick not in taken]
    texts.chords.sort(key=lambda chord: chord.tick)
    if foreign and texts.chords and not piece.is_harmony(texts.chords):
        _drop_remarks(texts)
    return texts


def _piece(tracks: Iterable[MidiTrack], ppq: int, marked: bool) -> Piece:
    """Return where a piece sounds, and if it has marks what; else nobody asks for the notes."""
    sounding = [track for track in tracks if track.notes]
    first = min((track.notes[0][0] for track in sounding), default=0)
    last = max((track.notes[-1][0] for track in sounding), default=0)
    if not marked:
        return Piece(ppq, first, last)
    notes = np.concatenate([_onsets(track) for track in sounding] or [np.zeros((0, 2), np.int64)])
    return Piece(ppq, first, last, notes[np.argsort(notes[:, 0], kind="stable")])


def _onsets(track: MidiTrack) -> NDArray[np.int64]:
    """Return the notes of a track without drums, as rows of start and pitch."""
    events = np.array(track.notes, np.int64).reshape(-1, 4)
    begun: NDArray[np.int64] = events[(events[:, 1] != DRUM_CHANNEL) & (events[:, 3] > 0)]
    return begun[:, [0, 2]]


def _drop_remarks(texts: Texts) -> None:
    """Move chord symbols that do not cover the piece to the other texts, and tell."""
    told = ", ".join(str(chord) for _, chord in texts.chords[:TOLD])
    more = ", …" if len(texts.chords) > TOLD else ""
    texts.warnings.append(
        f"{counted(len(texts.chords), 'chord symbol')} for a small part of the piece "
        f"({told}{more}): not used"
    )
    texts.others += [Timed(tick, str(chord)) for tick, chord in texts.chords]
    texts.chords = []


def _take_labels(texts: Texts, streams: Iterable[_Stream]) -> None:
    """Move the labels of sections to the sections, and the choruses that begin there."""
    numbers: set[int] = set()
    for tick, label in (label for stream in streams for label in stream.labels):
        texts.sections.append(Timed(tick, label.section))
        if label.chorus and label.chorus not in numbers:
            numbers.add(label.chorus)
            texts.choruses.append(tick)


def _markers(texts: Texts, events: Iterable[Timed[str]]) -> _Stream:
    """Sort the markers of a track; return its chord symbols, letters and labels."""
    stream = _Stream([])
    for event in events:
        tick, text = event
        if BRACKETED.fullmatch(text):
            stream.bracketed.append(event)
        elif re.fullmatch(r"\s*chorus\s*\d+\s*", text, re.IGNORECASE):
            texts.choruses.append(tick)
        elif is_letter(text) or chord_of(text) is not None:
            stream.symbols.append(event)
        elif label := label_of(text):
            stream.labels.append(Timed(tick, label))
        else:
            texts.others.append(event)
    return stream


def _open_brackets(texts: Texts, streams: Iterable[_Stream], foreign: bool) -> None:
    """Move what is in brackets to the sections, or to the symbols if it may be a chord.

    Args:
        texts: The texts of the file.
        streams: Its streams of markers.
        foreign: Whether another program has written the file; ours puts sections in brackets.
    """
    for stream in streams:
        inside = [Timed(tick, text[1:-1]) for tick, text in stream.bracketed]
        chords = foreign and any(
            not is_letter(text) and chord_of(text) is not None for _, text in inside
        )
        for event in inside:
            if chords and (is_letter(event.value) or chord_of(event.value) is not None):
                stream.symbols.append(event)
            else:
                texts.sections.append(event)
        stream.symbols.sort(key=lambda symbol: symbol.tick)


def _take_letters(texts: Texts, streams: Sequence[_Stream], piece: Piece) -> None:
    """Move rehearsal letters from the symbols to the sections."""
    found = rehearsal_letters(
        [stream.symbols for stream in streams], piece, [stream.labels for stream in streams]
    )
    for stream, letters in zip(streams, found, strict=True):
        taken = (symbol for symbol in stream.symbols if symbol in letters)
        texts.sections += [Timed(tick, letter_of(text)) for tick, text in taken]
        stream.symbols = [symbol for symbol in stream.symbols if symbol not in letters]


def _chords(texts: Texts, streams: Iterable[_Stream]) -> list[Timed[ChordSymbol]]:
    """Return the chords of streams; move symbols such as `A1`, which are none, to other texts."""
    chords = []
    for symbol in (symbol for stream in streams for symbol in stream.symbols):
        chord = chord_of(symbol.value)
        if chord is None:
            texts.others.append(symbol)
        else:
            chords.append(Timed(symbol.tick, chord))
    return chords


def _without_properties(texts: Texts, events: Iterable[Timed[str]]) -> list[Timed[str]]:
    """Move the properties at the beginning of the file to `texts`; return all other events."""
    rest = []
    for event in events:
        name, colon, value = event.value.partition(": ")
        if event.tick == 0 and colon and name in PROPERTIES:
            texts.properties.setdefault(name, value)
        else:
            rest.append(event)
    return rest


def _xf_symbols(track: MidiTrack) -> list[Timed[str]]:
    """Return the chord symbols of a track's sequencer-specific events."""
    events = (event for event in track.metas if event.message.type == "sequencer_specific")
    symbols = (Timed(tick, xf_chord(message.data)) for tick, message in events)
    return [Timed(tick, symbol) for tick, symbol in symbols if symbol is not None]


def _loose_symbols(events: Sequence[Timed[str]], sung: bool, track: MidiTrack) -> list[Timed[str]]:
    """Return the chord symbols among the texts of one kind in one track, or none.

    Among lyrics, words that parse as chords ("A", "Am") are surrounded by words that do not; names
    of notes are bare letters throughout, or stand at the notes that they name. Credits are at the
    beginning of a file.
    """
    symbols: list[Timed[str]] = []
    words, telling = 0, False
    for event in events:
        tick, text = event
        if chord_of(text) is not None:
            symbols.append(event)
            telling = telling or len(text.strip()) > 1
        elif tick > 0 and text.strip():
            words += 1
    trusted = telling or (not sung and not words)
    if not trusted or len(symbols) <= words:
        return []
    notes = _onsets(track)
    return [] if len(notes) and are_note_names(symbols, notes) else symbols
