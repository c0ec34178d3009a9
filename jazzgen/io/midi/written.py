"""What jazzgen writes into MIDI files besides notes, as bytes: meta events and channel messages.

mido would encode them too, but to load it takes longer than to write a solo.
Source: "Standard MIDI Files 1.0", MIDI Manufacturers Association, RP-001.
"""

from __future__ import annotations

import struct

from jazzgen.music.timing import Meter

__all__ = [
    "END_OF_TRACK",
    "control_change",
    "key_signature",
    "program_change",
    "sequencer_specific",
    "set_tempo",
    "text_event",
    "time_signature",
    "variable_length",
]

TEXTS = {"text": 1, "track_name": 3, "marker": 6}
"""The meta events that hold a text, by the names that mido gives them."""
LONGEST_TEMPO = 2**24 - 1
"""The longest quarter note in microseconds that a file can hold."""


def variable_length(value: int) -> bytes:
    """Return a number as MIDI files have it: seven bits a byte, all but the last above 127.

    Raises:
        ValueError: It is negative.
    """
    if value < 0:
        raise ValueError(f"delta time {value}: expected no negative time")
    found = [value & 0x7F]
    while value := value >> 7:
        found.append(0x80 | (value & 0x7F))
    return bytes(reversed(found))


def _meta(kind: int, data: bytes) -> bytes:
    return bytes((0xFF, kind)) + variable_length(len(data)) + data


END_OF_TRACK = _meta(0x2F, b"")


def text_event(kind: str, text: str) -> bytes:
    """Return a text in UTF-8.

    Args:
        kind: One of `TEXTS`.
        text: The text; what UTF-8 cannot encode becomes a question mark.
    """
    return _meta(TEXTS[kind], text.encode("utf-8", "replace"))


def set_tempo(tempo: int) -> bytes:
    """Return a tempo.

    Args:
        tempo: Microseconds per quarter note.

    Raises:
        ValueError: No file can hold it.
    """
    if not 0 <= tempo <= LONGEST_TEMPO:
        raise ValueError(f"tempo {tempo}: expected 0 to {LONGEST_TEMPO}")
    return _meta(0x51, tempo.to_bytes(3, "big"))


def time_signature(meter: Meter) -> bytes:
    """Return a meter; the metronome clicks each beat (a tick is a MIDI clock)."""
    power = meter.denominator.bit_length() - 1
    return _meta(0x58, bytes((meter.numerator, power, meter.beat_ticks, 8)))


def key_signature(fifths: int, *, minor: bool) -> bytes:
    """Return the signature of a key.

    Args:
        fifths: The number of sharps, or minus the number of flats.
        minor: Whether the key is a minor one.
    """
    return _meta(0x59, struct.pack("bB", fifths, minor))


def sequencer_specific(data: bytes) -> bytes:
    """Return data that only the program understands that has written them."""
    return _meta(0x7F, data)


def program_change(channel: int, program: int) -> bytes:
    """Return what chooses a channel's sound.

    Args:
        channel: The MIDI channel, counted from 0.
        program: The General MIDI program, 0 to 127.
    """
    return bytes((0xC0 | channel, program))


def control_change(channel: int, control: int, value: int) -> bytes:
    """Return what sets a controller of a channel.

    Args:
        channel: The MIDI channel, counted from 0.
        control: The number of the controller.
        value: Its value, 0 to 127.
    """
    return bytes((0xB0 | channel, control, value))
