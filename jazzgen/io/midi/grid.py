"""The written and the sounding onsets of a line in a MIDI file.

A player's notes deviate from their written onsets, by more than half a tick where somebody lays
back, so the written onsets cannot be inferred from the sounding ones. Files that jazzgen writes
hold both: the written ones in a sequencer-specific meta event at the beginning of the line's
track, which other programs ignore. It holds `MARK`, then for each note the ticks since the onset
before, the duration in ticks and the deviation in hundredths of a tick, as variable-length
numbers (Standard MIDI Files 1.0, RP-001), deviations with their sign in the last bit. If somebody
has edited the notes, they differ from those of the event, which is then ignored; the notes are
read from the nearest ticks, and none is lost, since those of a line are at least a tick apart.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from jazzgen.music.solo import Note
from jazzgen.music.swing import hundredths
from jazzgen.music.timing import TICKS_PER_QUARTER

__all__ = ["FILE_TICKS", "MARK", "PPQ", "Span", "pack_grid", "played", "unpack_grid"]

PPQ = 480
"""File ticks per quarter note of the files that jazzgen writes."""
FILE_TICKS = PPQ // TICKS_PER_QUARTER
"""File ticks per tick."""
MARK = b"\x7djazzgen\x01"
"""The number for events of no manufacturer, the name of the program, the version of the layout."""
HUNDREDTHS = 100
Span = tuple[float, float]
"""The beginning and the end of a note's sound, in ticks."""
LONGEST_QUANTITY = 4
"""The largest number of bytes in a variable-length number."""


def played(notes: Sequence[Note], end: int, wanted: Sequence[Span] = ()) -> list[tuple[int, int]]:
    """Return the beginning and the end of each note of a line, in ticks of the file.

    A note that reaches to its successor still does so; any other keeps its duration. Whatever is
    wanted, each note has a duration, none begins before 0, overlaps its successor or ends after
    `end`, and notes of different onsets begin at least a tick (1/24 quarter) apart.

    Args:
        notes: The notes of a line by onset.
        end: The end of the track, in ticks of the file.
        wanted: When each note should sound; by default when it is written, moved by its
            deviation.
    """
    together = any(a.onset == b.onset for a, b in pairwise(notes))
    apart = 1 if together else FILE_TICKS
    wanted = wanted or [_moved(note) for note in notes]
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


def _moved(note: Note) -> Span:
    """Return when a note sounds that is moved by its deviation."""
    late = hundredths(note.deviation)
    return note.onset + late, note.end + late


def pack_grid(notes: Sequence[Note], swung: bool = False) -> bytes:
    """Return the content of the event; b"" if every note sounds when it is written.

    Args:
        notes: The notes of a line by onset.
        swung: Whether swing moves notes even without deviations.
    """
    if not notes or not (swung or any(note.deviation for note in notes)):
        return b""
    numbers, onset = [], 0
    for note in notes:
        deviation = round(note.deviation * HUNDREDTHS)
        signed = abs(deviation) << 1 | (deviation < 0)
        numbers += [note.onset - onset, note.duration, signed]
        onset = note.onset
    if max(numbers) >= 1 << 7 * LONGEST_QUANTITY:  # too large for a chart
        return b""
    return MARK + b"".join(map(_quantity, numbers))


def unpack_grid(
    content: bytes,
    sounding: Sequence[tuple[int, int, int, int]],
    end: int,
    spans: Callable[[Sequence[Note]], Sequence[Span]] | None = None,
) -> tuple[Note, ...]:
    """Return the notes that an event describes, if they are the ones that sound.

    Args:
        content: The content of the event, from `pack_grid`.
        sounding: The notes that sound: start and end in ticks of the file, pitch, velocity.
        end: The end of the track, in ticks of the file.
        spans: A function that returns when the notes of a line should sound (see `played`).

    Returns:
        The notes with their written onsets; none if the event is damaged, from another program,
        or describes other notes than those that sound.
    """
    numbers = _quantities(content[len(MARK) :]) if content.startswith(MARK) else []
    if len(numbers) != 3 * len(sounding):
        return ()
    notes, onset = [], 0
    for index, (_, _, pitch, velocity) in enumerate(sounding):
        step, duration, signed = numbers[3 * index : 3 * index + 3]
        onset += step
        deviation = (signed >> 1) * (-1 if signed & 1 else 1) / HUNDREDTHS
        notes.append(Note(onset, duration, pitch, velocity, deviation))
    if not _is_line(notes, end):
        return ()
    sound = played(notes, end, spans(notes) if spans else ())
    return tuple(notes) if sound == [(start, stop) for start, stop, _, _ in sounding] else ()


def _is_line(notes: Sequence[Note], end: int) -> bool:
    valid = all(note.is_valid for note in notes)
    ordered = all(a.end <= b.onset for a, b in pairwise(notes))
    return valid and ordered and bool(notes) and notes[-1].end * FILE_TICKS <= end


def _quantity(number: int) -> bytes:
    """Return a variable-length number: seven bits per byte, the eighth set in all but the last."""
    parts = [number & 0x7F]
    while number := number >> 7:
        parts.append(number & 0x7F | 0x80)
    return bytes(reversed(parts))


def _quantities(content: bytes) -> list[int]:
    """Return the variable-length numbers of some bytes; none if one is incomplete or too long."""
    numbers, number, length = [], 0, 0
    for byte in content:
        number, length = number << 7 | byte & 0x7F, length + 1
        if length > LONGEST_QUANTITY:
            return []
        if byte < 0x80:
            numbers.append(number)
            number, length = 0, 0
    return numbers if not length else []
