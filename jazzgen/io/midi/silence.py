"""Where notes end that no event of their own ends.

Some programs end notes with a controller that silences the whole channel, and some lose an event
now and then.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence

from jazzgen.io.midi.part import MidiNote
from jazzgen.io.midi.track import NoteEvent, SilenceEvent

__all__ = ["shortened", "with_silences"]

FEW = 0.25
"""The largest share of notes without an end in a part in which each is a loss."""


def with_silences(
    notes: Sequence[NoteEvent], silences: Sequence[SilenceEvent]
) -> Sequence[NoteEvent]:
    """Return the note events of a track, with an end for each note that a controller ends.

    Args:
        notes: The beginnings and ends of notes, by tick.
        silences: Where all notes of a channel end, by tick.
    """
    if not silences:
        return notes
    done: list[NoteEvent] = []
    sounding: Counter[int] = Counter()
    place = 0
    for tick, channel, number in silences:
        for event in notes[place:number]:
            key = event[1] << 7 | event[2]
            sounding[key] = max(sounding[key] + (1 if event[3] else -1), 0)
            done.append(event)
        place = number
        for key in [key for key in sounding if key >> 7 == channel]:
            done += [(tick, channel, key & 0x7F, 0)] * sounding.pop(key)
    done += notes[place:]
    return done


def shortened(
    unended: Sequence[MidiNote], ended: Sequence[MidiNote], ppq: int
) -> Sequence[MidiNote]:
    """Return notes without an end of their own, each only until the next note of its part.

    Where many notes have none, as in a strummed guitar part, they are left as they are.

    Args:
        unended: The notes; they end where their key is struck again, or with the track.
        ended: The other notes of the part.
        ppq: File ticks per quarter note.
    """
    if len(unended) > FEW * len(ended):
        return unended
    starts = sorted(note.start for note in (*unended, *ended))
    together = ppq // 12
    found = []
    for note in unended:
        after = bisect_right(starts, note.start + together)
        end = starts[after] if after < len(starts) else note.end
        found.append(note._replace(end=min(note.end, end)))
    return found
