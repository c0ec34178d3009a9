"""How long a MIDI file plays, and that it does not play for too long."""

from __future__ import annotations

from math import ceil, inf

from jazzgen.errors import MidiError
from jazzgen.io.midi.events import MidiEvents, parse_events
from jazzgen.io.midi.score import Timed, seconds_at
from jazzgen.io.midi.tempo import MICROSECONDS_PER_MINUTE

__all__ = ["LONGEST", "checked_seconds", "seconds_of"]

LONGEST = 1800.0
"""The longest duration of a MIDI file that is made into sound, in seconds."""


def seconds_of(events: MidiEvents) -> float:
    """Return the duration of a MIDI file: the seconds until the last event of its longest track."""
    end = max((track.end for track in events.tracks), default=0)
    merged = (event for track in events.tracks for event in track.metas)
    changes = sorted((e.tick, e.message.tempo) for e in merged if e.message.type == "set_tempo")
    tempos = [
        Timed(tick, MICROSECONDS_PER_MINUTE / tempo if tempo else inf) for tick, tempo in changes
    ]
    return float(seconds_at(end, events.ppq, tempos))


def checked_seconds(midi: bytes, source: str) -> float:
    """Return the duration of a MIDI file in seconds.

    Args:
        midi: The bytes of the file.
        source: What messages call it.

    Raises:
        MidiError: The MIDI is damaged, or plays for longer than `LONGEST`.
    """
    seconds = seconds_of(parse_events(midi, source))
    if seconds > LONGEST:
        raise MidiError(
            f"{source}: plays for {ceil(seconds / 60)} minutes; expected at most {LONGEST / 60:.0f}"
        )
    return seconds
