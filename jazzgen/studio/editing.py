"""Notes that a page has drawn: they become a line that sounds where they were drawn.

A note has a place on the grid, where notation writes it, and a deviation from there, by which it
sounds earlier or later. So a note can be put anywhere, and the score stays readable.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from jazzgen.errors import SoloError
from jazzgen.music.chart import Chart
from jazzgen.music.solo import Note
from jazzgen.music.swing import Swing, sounding_spans
from jazzgen.music.timing import TICKS_PER_QUARTER
from jazzgen.studio.fields import check_value, field_of
from jazzgen.studio.locks import still_locked
from jazzgen.studio.performed import Performance
from jazzgen.studio.take import MOST_NOTES, KeptTake

__all__ = ["edited"]

SAME = 0.002
"""The largest difference in seconds of two times that a page did not change."""
GRID = TICKS_PER_QUARTER // 12
"""The grid on which drawn notes are written, in ticks: it has triplets and sixteenths."""
HEARD = 0.05
"""The smallest shift in ticks that is made up for."""


class _Drawn(NamedTuple):
    """A note of a page: as it is written, when it is to sound, and whether it was left in place."""

    note: Note
    target: float
    known: bool


def edited(take: KeptTake, request: Mapping[str, Any]) -> KeptTake:
    """Return a take with the notes that a page has drawn.

    Args:
        take: The take.
        request: "notes", each a list of onset and duration in seconds, pitch and velocity. A note
            that was not moved stays as it is to the tick; others sound where they were drawn,
            and end where the next one begins; "lock", the players who do not answer the change.

    Raises:
        InputError: A note cannot be.
    """
    rows: list[Any] = field_of(request, "notes", list)
    if len(rows) > MOST_NOTES:
        raise SoloError(f"notes: {len(rows):,}; expected at most {MOST_NOTES:,}")
    solo = take.solo()
    playback = take.playback(solo)
    performance = Performance(solo, playback)
    swing = playback.swing_of(solo)
    before = {
        (note.pitch, round(row[0], 2)): (row, note)
        for row, note in zip(performance.solo_notes(), solo.notes, strict=True)
    }
    drawn: list[_Drawn] = []
    for row in rows:
        onset, duration, pitch, velocity = _checked(row)
        known = _unchanged(before, onset, pitch)
        target = performance.tick(onset)
        begin = known[1].onset if known else _snapped(swing.straightened(target, solo.chart))
        if known and abs(known[0][1] - duration) <= SAME:
            length = known[1].duration
        else:
            length = max(round(performance.tick(onset + duration) - target), 1)
        deviation = known[1].deviation if known else 0.0
        note = Note(begin, length, pitch, velocity, deviation)
        drawn.append(_Drawn(note, target, known is not None))
    line = _as_line(drawn, solo.chart.ticks)
    changed = take.with_solo(solo.with_notes(_sounding_there(line, solo.chart, swing)))
    return replace(changed, locked=still_locked(take, request))


def _checked(row: object) -> tuple[float, float, int, int]:
    if not isinstance(row, list) or len(row) != 4:
        raise SoloError("notes: expected onset, duration, pitch and velocity of each")
    onset, duration = (check_value("notes", one, float) for one in row[:2])
    pitch, velocity = (check_value("notes", one, int) for one in row[2:])
    if onset < 0 or duration <= 0 or not 0 <= pitch <= 127 or not 1 <= velocity <= 127:
        raise SoloError(f"notes: {row} is out of range")
    return onset, duration, pitch, velocity


def _unchanged(
    before: Mapping[tuple[int, float], tuple[list[float], Note]], onset: float, pitch: int
) -> tuple[list[float], Note] | None:
    # A rounded time may lie on either side of the rounding's edge.
    for near in (onset, onset - SAME, onset + SAME):
        known = before.get((pitch, round(near, 2)))
        if known and abs(known[0][0] - onset) <= SAME:
            return known
    return None


def _snapped(tick: float) -> int:
    return max(math.floor(tick / GRID + 0.5) * GRID, 0)


def _as_line(drawn: Sequence[_Drawn], end: int) -> list[tuple[Note, float]]:
    """Return notes as a line, in the order in which they sound, none over the next.

    A note that was drawn between others is written between them too, at the nearest place of the
    grid that lies there, or at the nearest tick. Where there is none it is left out.

    Args:
        drawn: The notes.
        end: The tick at which the tune ends, before which a line begins its last note.
    """
    inner = sorted(drawn, key=lambda one: one.target)
    line: list[tuple[Note, float]] = []
    for number, one in enumerate(inner):
        onset = one.note.onset
        if not one.known:
            after = [later.note.onset for later in inner[number + 1 :] if later.known]
            low = line[-1][0].onset + 1 if line else 0
            high = min([*after, end]) - 1
            onset = min(max(onset, low), high)
            if onset < low:
                continue
        elif onset >= end:
            continue
        line.append((replace(one.note, onset=onset), one.target))
    ends = [*(note.onset for note, _ in line[1:]), end]
    return [
        (replace(note, duration=min(note.duration, stop - note.onset)), target)
        for (note, target), stop in zip(line, ends, strict=False)
    ]


def _sounding_there(line: Sequence[tuple[Note, float]], chart: Chart, swing: Swing) -> list[Note]:
    """Return the notes of a line, which deviate so that each sounds where it is to sound.

    How a beat swings depends on all notes in it. So a note that is put beside others would move
    them too, unless they make up for it.

    Args:
        line: The notes, each with the tick at which it is to sound.
        chart: Their chart.
        swing: The swing that all players share.
    """
    notes = [note for note, _ in line]
    if not any(note.deviation for note in notes):
        return notes  # a line on the grid, whose players lag by habit: it stays on the grid
    later = [replace(note, deviation=note.deviation + 1) for note in notes]
    placed = []
    for note, (_, target), (now, _), (then, _) in zip(
        notes,
        line,
        sounding_spans(notes, chart, swing),
        sounding_spans(later, chart, swing),
        strict=True,
    ):
        wrong = target - now
        by = wrong / (then - now) if abs(wrong) > HEARD else 0.0
        placed.append(replace(note, deviation=round(note.deviation + by, 2)))
    return placed
