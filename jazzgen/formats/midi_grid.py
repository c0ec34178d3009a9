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

from collections.abc import Sequence
from itertools import pairwise

from jazzgen.music.solo import Note
from jazzgen.music.timing import TICKS_PER_QUARTER

__all__ = ["FILE_TICKS", "MARK", "PPQ", "pack_grid", "played", "unpack_grid"]

PPQ = 480
FILE_TICKS = PPQ // TICKS_PER_QUARTER
MARK = b"\x7djazzgen\x01"
"""The manufacturer's number for no manufacturer, our name, and the layout's version."""
HUNDREDTHS = 100
LONGEST_QUANTITY = 4  # bytes, as everywhere in a MIDI file


def played(notes: Sequence[Note], end: int) -> list[tuple[int, int]]:
    """Return from where to where each note of a line sounds, in ticks of the file.

    A note is moved by its deviation. If it reached to its successor, it still
    does; otherwise it keeps its length. Whatever the deviations: every note
    lasts, none begins before 0, overlaps its successor or ends after `end`, and
    those of different onsets begin a tick (1/24 quarter) apart at least.

    Args:
        notes: The notes of a line by onset.
        end: The end of the track, in ticks of the file.
    """
    together = any(a.onset == b.onset for a, b in pairwise(notes))
    apart = 1 if together else FILE_TICKS
    starts: list[int] = []
    for number, note in enumerate(notes):
        # By hundredths, as they are stored, so that both round alike.
        start = note.onset * FILE_TICKS + round(_hundredths(note) * FILE_TICKS / HUNDREDTHS)
        earliest = starts[-1] + apart if starts else 0
        starts.append(min(max(start, earliest), end - apart * (len(notes) - number)))
    spans = []
    for number, (note, start) in enumerate(zip(notes, starts, strict=True)):
        last = number == len(notes) - 1
        limit = end if last else starts[number + 1]
        tied = not last and note.end >= notes[number + 1].onset
        stop = limit if tied else min(start + note.duration * FILE_TICKS, limit)
        spans.append((start, stop))
    return spans


def pack_grid(notes: Sequence[Note]) -> bytes:
    """Return the content of the event; nothing, if every note is on its place."""
    if not any(note.deviation for note in notes):
        return b""
    numbers, onset = [], 0
    for note in notes:
        deviation = _hundredths(note)
        signed = abs(deviation) << 1 | (deviation < 0)
        numbers += [note.onset - onset, note.duration, signed]
        onset = note.onset
    if max(numbers) >= 1 << 7 * LONGEST_QUANTITY:  # no place is a million ticks away
        return b""
    return MARK + b"".join(map(_quantity, numbers))


def unpack_grid(
    content: bytes, sounding: Sequence[tuple[int, int, int, int]], end: int
) -> tuple[Note, ...]:
    """Return the notes that an event speaks of, if it is of these.

    Args:
        content: What `pack_grid` gave.
        sounding: What sounds: start and end in ticks of the file, pitch, velocity.
        end: The end of the track, in ticks of the file.

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
    return tuple(notes) if _sound_so(notes, sounding, end) else ()


def _sound_so(
    notes: Sequence[Note], sounding: Sequence[tuple[int, int, int, int]], end: int
) -> bool:
    """Whether these notes are a line that, played, would sound as the file does."""
    valid = all(note.is_valid for note in notes)
    ordered = all(a.end <= b.onset for a, b in pairwise(notes))
    if not (valid and ordered and notes and notes[-1].end * FILE_TICKS <= end):
        return False
    return played(notes, end) == [(start, stop) for start, stop, _, _ in sounding]


def _hundredths(note: Note) -> int:
    return round(note.deviation * HUNDREDTHS)


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
