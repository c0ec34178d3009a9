"""Which channels and tracks of a MIDI file belong to one instrument.

A guitar often has a channel for each string, an expressive controller (MPE) one for each note
that sounds, and some programs give a track a second channel for bends. Other programs write each
recorded region as a track of its own. All of these are one instrument, whose line would otherwise
fall apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from jazzgen.io.midi.part import MidiNote, MidiPart
from jazzgen.music.part import DRUM_CHANNEL

__all__ = ["Channel", "join_channels", "join_tracks"]

Ints = NDArray[np.int64]

TOGETHER = 12
"""The share of a quarter note, as its divisor, within which notes begin together."""
SHARED_ONSETS = 0.1
"""The largest share of notes of a line that begin together with one of another channel."""
LEAP, LEAPS = 12, 0.12
"""The largest interval of a line in semitones, and the largest share of greater ones."""
RUN = 12
"""The largest mean number of successive notes on one channel, if a line moves between several."""
ONE_STRING = 0.05
"""The largest share of overlapping notes on one string."""
REGISTER = 14
"""The largest distance in semitones of a channel or track from the mean pitch of all of them."""
OVERLAPPING = 0.03
"""The largest share of overlapping notes in tracks that play in turn."""
MEMBERS = 3
"""The number of other channels, at least, beside which channel 10 has no drums (MPE)."""
UNEVEN = 3
"""How many times as many notes as its neighbours channel 10 may have, if it has no drums."""
SEAM = 4
"""Quarter notes, at most, for which the last note of a region sounds into the next one."""
TURN = 3
"""The least mean number of onsets in a turn of each of two tracks that play in turn."""
NUMBERING = re.compile(
    r"\b[a-h]\d?\b|\d+|\b(?:copy|take|region|clip|loop|phrase|chorus|verse|refrain|bridge|head|theme|solo|intro|outro"
    r"|coda|interlude|ending|tag|bars?|part|section|track|midi|merged)\b"
)
"""What tells regions of one track apart."""


@dataclass(frozen=True)
class Channel:
    """What a track plays on one channel.

    Args:
        part: The part.
        program: The program that the file gives the channel in this track; None if it gives none.
    """

    part: MidiPart
    program: int | None


def join_channels(
    channels: Sequence[Channel], ppq: int, *, alone: bool, parted: bool
) -> list[Channel]:
    """Return the channels of a track, with those of one instrument joined.

    Args:
        channels: The channels of the track that have notes.
        ppq: File ticks per quarter note.
        alone: Whether no other track of the file has notes. Then its channels may be those of a
            whole band, and are joined only where they play one line or the strings of a guitar.
        parted: Whether the file has one track only, in which each channel is a part (format 0).
            Then a line must move between its channels all the time, unlike players in turn.
    """
    if len(channels) < 2:
        return list(channels)
    groups: dict[int | None, list[Channel]] = {}
    programs = {one.program for one in channels if one.program is not None}
    shared = programs.pop() if len(programs) == 1 else None
    for one in channels:
        drums = one.part.is_drums and not _is_member(one, channels)
        program = one.program if one.program is not None else shared
        # Without a program of its own a channel belongs to the only instrument there is.
        apart = drums or (program is None and len(programs) > 0 and not alone)
        groups.setdefault(-1 - one.part.channel if apart else program, []).append(one)
    joined = []
    for group in groups.values():
        parts = [one.part for one in group]
        line = alone and _is_line(parts, ppq, moves=parted)
        if len(group) > 1 and (not alone or line or _are_strings(parts)):
            joined.append(Channel(_joined(parts, ppq), group[0].program))
        else:
            joined += group
    return sorted(joined, key=lambda one: one.part.channel)


def join_tracks(channels: Sequence[Channel], ppq: int) -> tuple[MidiPart, ...]:
    """Return the parts of a file, with tracks joined that play one instrument in turn.

    Args:
        channels: The channels of all tracks, in the order of the tracks.
        ppq: File ticks per quarter note.
    """
    groups: list[list[Channel]] = []
    for one in channels:
        fitting = (group for group in groups if _plays_on(one, group, ppq))
        if group := next(fitting, None):
            group.append(one)
        else:
            groups.append([one])
    return tuple(_joined([one.part for one in group], ppq) for group in groups)


def _plays_on(one: Channel, group: Sequence[Channel], ppq: int) -> bool:
    """Return whether a track plays the instrument of earlier ones, when these are silent."""
    first = group[0]
    if one.part.track == first.part.track or one.program != first.program:
        return False
    if one.part.is_drums != first.part.is_drums:
        return False
    name, other = one.part.name.strip().lower(), first.part.name.strip().lower()
    if _stem(name) != _stem(other):
        return False
    others = [member.part for member in group]
    parts = [*others, one.part]
    if one.part.channel == first.part.channel or name == other:
        near = bool(name and name == other) or _is_in_register(parts)
        if near and _take_turns(one.part, others, ppq):
            return True
    # Strings as tracks: a line that moves between numbered tracks all the time.
    known = bool(_stem(name)) and one.program is not None
    return (known or not (name or other)) and _is_line(parts, ppq)


def _stem(name: str) -> str:
    """Return a name without what tells regions of one track apart, such as numbers.

    >>> _stem("tenor sax #02"), _stem("chorus 2"), _stem("lead.1 copy")
    ('tenor sax', '', 'lead')
    """
    return " ".join(re.findall(r"[^\W_]+", NUMBERING.sub(" ", name)))


def _take_turns(part: MidiPart, others: Iterable[MidiPart], ppq: int) -> bool:
    """Return whether a part plays when others are silent.

    The last note of a turn may sound into the next turn.

    Args:
        part: The part.
        others: The others, at least one.
        ppq: File ticks per quarter note.
    """
    before = np.concatenate([other.table for other in others])
    beside = (before[:, 1] > part.table[0, 0]) & (before[:, 0] <= part.table[-1, 0])
    rows = np.concatenate([before[beside], part.table])
    order = np.argsort(rows[:, 0], kind="stable")
    rows, ours = rows[order], order >= beside.sum()
    seams = np.flatnonzero(ours[1:] != ours[:-1])
    following = rows[seams + 1, 0]
    rings = (rows[seams, 1] > following) & (rows[seams, 1] <= following + SEAM * ppq)
    rows[seams[rings], 1] = following[rings]
    onsets = [len(np.unique(rows[of, 0])) for of in (ours, ~ours)]
    turns = [int(ours[0]) + int((~ours[seams]).sum()), int(not ours[0]) + int(ours[seams].sum())]
    if any(few < TURN * many > TURN for few, many in zip(onsets, turns, strict=True)):
        return False
    starts, ends = np.sort(rows[~ours, 0]), np.sort(rows[~ours, 1])
    # Of a note's first half; a note that is held a little into the next region is no overlap.
    middle = rows[ours, :2].sum(1) // 2
    sounding = np.searchsorted(starts, middle, "right") - np.searchsorted(ends, middle, "right")
    return bool((sounding > 0).mean() <= OVERLAPPING)


def _is_in_register(parts: Sequence[MidiPart]) -> bool:
    means = [part.table[:, 2].mean() for part in parts]
    return bool(max(means) - min(means) <= REGISTER)


def _is_member(drums: Channel, channels: Sequence[Channel]) -> bool:
    """Return whether channel 10 is one of those over which an MPE instrument spreads its notes."""
    others = [one for one in channels if one is not drums]
    usual = np.median([len(one.part.notes) for one in others])
    return (
        drums.program is None
        and len(others) >= MEMBERS
        and any(abs(one.part.channel - DRUM_CHANNEL) == 1 for one in others)
        and len(drums.part.notes) <= UNEVEN * usual
        and _are_strings([one.part for one in channels])
    )


def _are_strings(parts: Sequence[MidiPart]) -> bool:
    """Return whether each part plays one note at a time, near the others, as strings do."""
    if len(parts) < MEMBERS or any(_overlaps(part.table) > ONE_STRING for part in parts):
        return False
    middle = np.concatenate([part.table for part in parts])[:, 2].mean()
    return all(abs(part.table[:, 2].mean() - middle) <= REGISTER for part in parts)


def _overlaps(table: Ints) -> float:
    """Return the share of notes that sound beyond the middle of the next one."""
    if len(table) < 2:
        return 0.0
    middle = (table[1:, 0] + table[1:, 1]) // 2
    return float((table[:-1, 1] > middle).mean())


def _is_line(parts: Sequence[MidiPart], ppq: int, *, moves: bool = True) -> bool:
    """Return whether parts share one line.

    Args:
        parts: The parts, at least two.
        ppq: File ticks per quarter note.
        moves: Whether it must move between them all the time.
    """
    if any(_overlaps(part.table) > ONE_STRING for part in parts):
        return False
    rows, owner = _in_order(parts)
    changes = np.diff(owner) != 0
    together = changes & (np.diff(rows[:, 0]) * TOGETHER < ppq)
    leaps = np.abs(np.diff(rows[:, 2])) > LEAP
    return bool(
        (changes.sum() * RUN >= len(rows) or not moves)
        and together.mean() <= SHARED_ONSETS
        and leaps.mean() <= LEAPS
    )


def _in_order(parts: Sequence[MidiPart]) -> tuple[Ints, Ints]:
    """Return the notes of parts by start, shape (N, 4), and the part of each, shape (N,)."""
    rows = np.concatenate([part.table for part in parts])
    owner = np.repeat(np.arange(len(parts)), [len(part.notes) for part in parts])
    order = np.lexsort((rows[:, 2], rows[:, 0]))
    return rows[order], owner[order]


def _joined(parts: Sequence[MidiPart], ppq: int) -> MidiPart:
    """Return parts as one; the strings of a line ring until the next note and no longer."""
    if len(parts) == 1:
        return parts[0]
    first = next((part for part in parts if not part.is_drums), parts[0])
    notes = tuple(sorted(chain.from_iterable(part.notes for part in parts)))
    if _is_line(parts, ppq, moves=False):
        rows, _ = _in_order(parts)
        following = np.append(rows[1:, 0], np.iinfo(np.int64).max)
        rings = (following > rows[:, 0]) & (following < rows[:, 1])
        rows[rings, 1] = following[rings]
        notes = tuple(map(MidiNote._make, rows.tolist()))
    further = {part.track for part in parts} | set(chain.from_iterable(p.joined for p in parts))
    return replace(first, notes=notes, joined=tuple(sorted(further - {first.track})), grid=b"")
