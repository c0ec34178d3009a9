"""Where notes stand on the grid and where they sound: how a line is played in a file.

A player's notes lie off their metrical places, by more than half a tick where
somebody lays back, so that the places cannot be told from what sounds. Files that we
write say them beside: a sequencer-specific meta event in the line's track, at its
beginning, which other programs pass over. It holds `MARK`, then for each note the
ticks since the onset before, the duration in ticks and the deviation in hundredths of
a tick, as variable-length numbers (Standard MIDI Files 1.0, RP-001), deviations with
their sign in the last bit. Where the notes are not those of the event, because somebody
has edited the file, it counts for nothing; the notes are then read from the nearest
ticks, and none is lost, for those of a line sound a tick apart at least.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from jazzgen.music.solo import Note
from jazzgen.music.swing import hundredths
from jazzgen.music.timing import TICKS_PER_QUARTER

__all__ = ["FILE_TICKS", "MARK", "PPQ", "Place", "pack_grid", "played", "unpack_grid"]

PPQ = 480
FILE_TICKS = PPQ // TICKS_PER_QUARTER
MARK = b"\x7djazzgen\x01"
"""The manufacturer's number for no manufacturer, our name, and the layout's version."""
HUNDREDTHS = 100
Place = tuple[float, float]
"""From where to where a note should sound, in ticks."""
LONGEST_QUANTITY = 4  # bytes, as everywhere in a MIDI file


def played(notes: Sequence[Note], end: int, places: Sequence[Place] = ()) -> list[tuple[int, int]]:
    """Return from where to where each note of a line sounds, in ticks of the file.

    If a note reached to its successor, it still does; otherwise it keeps its length.
    Whatever the places: every note lasts, none begins before 0, overlaps its successor
    or ends after `end`, and those of different onsets begin a tick (1/24 quarter) apart
    at least.

    Args:
        notes: The notes of a line by onset.
        end: The end of the track, in ticks of the file.
        places: From where to where each should sound, in ticks; by default where it
            stands, moved by its deviation.
    """
    together = any(a.onset == b.onset for a, b in pairwise(notes))
    apart = 1 if together else FILE_TICKS
    wanted = places or [_moved(note) for note in notes]
    starts: list[int] = []
    for number, (begin, _) in enumerate(wanted):
        earliest = starts[-1] + apart if starts else 0
        start = max(round(begin * FILE_TICKS), earliest)
        starts.append(min(start, end - apart * (len(notes) - number)))
    spans = []
    for number, (note, (begin, stop)) in enumerate(zip(notes, wanted, strict=True)):
        last = number == len(notes) - 1
        limit = end if last else starts[number + 1]
        tied = not last and note.end >= notes[number + 1].onset
        length = max(round((stop - begin) * FILE_TICKS), 1)
        spans.append((starts[number], limit if tied else min(starts[number] + length, limit)))
    return spans


def _moved(note: Note) -> Place:
    """Return from where to where a note sounds, moved by its deviation, in ticks."""
    late = hundredths(note.deviation)
    return note.onset + late, note.end + late


def pack_grid(notes: Sequence[Note], swung: bool = False) -> bytes:
    """Return the content of the event; nothing, if every note is on its place.

    Args:
        notes: The notes of a line by onset.
        swung: Whether they sound elsewhere even without deviations.
    """
    if not notes or not (swung or any(note.deviation for note in notes)):
        return b""
    numbers, onset = [], 0
    for note in notes:
        deviation = round(note.deviation * HUNDREDTHS)
        signed = abs(deviation) << 1 | (deviation < 0)
        numbers += [note.onset - onset, note.duration, signed]
        onset = note.onset
    if max(numbers) >= 1 << 7 * LONGEST_QUANTITY:  # no place is a million ticks away
        return b""
    return MARK + b"".join(map(_quantity, numbers))


def unpack_grid(
    content: bytes,
    sounding: Sequence[tuple[int, int, int, int]],
    end: int,
    places: Callable[[Sequence[Note]], Sequence[Place]] | None = None,
) -> tuple[Note, ...]:
    """Return the notes that an event speaks of, if it is of these.

    Args:
        content: What `pack_grid` gave.
        sounding: What sounds: start and end in ticks of the file, pitch, velocity.
        end: The end of the track, in ticks of the file.
        places: What says where a line's notes should sound (see `played`).

    Returns:
        The notes with their places; none, if the event is damaged, not ours, or says
        that other notes sound than do.
    """
    numbers = _quantities(content[len(MARK) :]) if content.startswith(MARK) else []
    if len(numbers) != 3 * len(sounding):
        return ()
    notes, onset = [], 0
    for place, (_, _, pitch, velocity) in enumerate(sounding):
        step, duration, signed = numbers[3 * place : 3 * place + 3]
        onset += step
        deviation = (signed >> 1) * (-1 if signed & 1 else 1) / HUNDREDTHS
        notes.append(Note(onset, duration, pitch, velocity, deviation))
    if not _is_line(notes, end):
        return ()
    sound = played(notes, end, places(notes) if places else ())
    return tuple(notes) if sound == [(start, stop) for start, stop, _, _ in sounding] else ()


def _is_line(notes: Sequence[Note], end: int) -> bool:
    valid = all(note.is_valid for note in notes)
    ordered = all(a.end <= b.onset for a, b in pairwise(notes))
    return valid and ordered and bool(notes) and notes[-1].end * FILE_TICKS <= end


def _quantity(number: int) -> bytes:
    """A variable-length number: seven bits a byte, all but the last with the eighth set."""
    parts = [number & 0x7F]
    while number := number >> 7:
        parts.append(number & 0x7F | 0x80)
    return bytes(reversed(parts))


def _quantities(content: bytes) -> list[int]:
    """The variable-length numbers; none, if one is torn or too long."""
    numbers, number, length = [], 0, 0
    for byte in content:
        number, length = number << 7 | byte & 0x7F, length + 1
        if length > LONGEST_QUANTITY:
            return []
        if byte < 0x80:
            numbers.append(number)
            number, length = 0, 0
    return numbers if not length else []
