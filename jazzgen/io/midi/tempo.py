"""Tempi as MIDI counts them: in microseconds per quarter note."""

from __future__ import annotations

from jazzgen.errors import ChartError
from jazzgen.music.timing import MAX_TEMPO, MIN_TEMPO

__all__ = ["DEFAULT_TEMPO", "MICROSECONDS_PER_MINUTE", "midi_tempo", "nearest_tempo", "tempo_of"]

MICROSECONDS_PER_MINUTE = 60_000_000
DEFAULT_TEMPO = 120.0
"""The tempo of a file without one, in quarter notes per minute."""


def midi_tempo(tempo: float) -> int:
    """Return a tempo in microseconds per quarter note.

    Args:
        tempo: Quarter notes per minute.
    """
    return round(MICROSECONDS_PER_MINUTE / tempo)


def nearest_tempo(tempo: float) -> float:
    """Return the tempo nearest to one, in quarter notes per minute, that a chart can have."""
    return min(max(tempo, MIN_TEMPO), MAX_TEMPO)


def tempo_of(microseconds: int) -> float:
    """Return the shortest decimal tempo that MIDI writes as `microseconds`.

    MIDI rounds tempi to a microsecond per quarter note, so that 145 would come back as
    145.00004. At least two decimals are kept.

    >>> tempo_of(midi_tempo(145)), tempo_of(midi_tempo(132.25))
    (145.0, 132.25)

    Args:
        microseconds: The length of a quarter note.

    Returns:
        Quarter notes per minute.

    Raises:
        ChartError: A quarter note lasts zero microseconds.
    """
    if microseconds == 0:
        raise ChartError("a tempo of 0 microseconds per quarter note")
    tempo = MICROSECONDS_PER_MINUTE / microseconds
    shorter = (round(tempo, digits) for digits in range(6))
    return next((t for t in shorter if t and midi_tempo(t) == microseconds), tempo)
