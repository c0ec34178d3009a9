"""Play MIDI with the Python package `midirenderer`: bytes in, samples out, no system package.

It stops at the last event of the file, in the middle of what still sounds. So it gets a track
more, which is empty and lasts until the sounds have died away.
"""

from __future__ import annotations

import io
import wave
from math import gcd
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from jazzgen.errors import ConfigError, MidiError
from jazzgen.io.midi.events import MidiEvents, parse_events
from jazzgen.io.midi.tempo import DEFAULT_TEMPO, MICROSECONDS_PER_MINUTE
from jazzgen.render.duration import checked_seconds
from jazzgen.runtime.extras import needing
from jazzgen.runtime.files import read_file

__all__ = ["play_with_midirenderer"]

TAIL = 6.0
"""The seconds after the last event in which sounds die away."""
FADE = 1.0
"""The length in seconds of the fade with which those end that have not."""
FULL_SCALE = 32_768.0
MAX_SOUNDFONT = 2**31
"""The size of the largest soundfont in bytes; all of it is read into memory."""
LONGEST_DELTA = 2**28 - 1
"""The largest number of ticks that one event can wait."""
HEADER = b"MThd"


def play_with_midirenderer(
    midi: bytes, soundfont: Path, rate: int, source: str = "MIDI"
) -> NDArray[np.float32]:
    """Play a MIDI file until its last sound has died away.

    Args:
        midi: The bytes of the file.
        soundfont: The soundfont that plays, an .sf2 file.
        rate: Samples a second.
        source: The name of the MIDI in messages.

    Returns:
        The samples, shape (samples, 2); full scale is 1.

    Raises:
        ConfigError: The soundfont cannot be used.
        MidiError: The MIDI is damaged, or plays for longer than half an hour.
        MissingPackageError: `midirenderer` is not installed.
    """
    checked_seconds(midi, source)
    with needing("sound needs"):
        from midirenderer import render_wave_from
    font = read_file(soundfont, MAX_SOUNDFONT, ConfigError, "a soundfont")
    try:
        content = render_wave_from(font, _with_tail(midi, parse_events(midi, source)))
    except RuntimeError as error:
        if "SoundFont" in str(error):
            raise ConfigError(f"{soundfont}: midirenderer cannot load this soundfont") from error
        raise MidiError(f"{source}: midirenderer cannot play this MIDI: {error}") from error
    except BaseException as error:
        # A panic of its Rust code, which is no `Exception`.
        if type(error).__name__ != "PanicException":
            raise
        raise ConfigError(f"{soundfont}: midirenderer fails with this soundfont") from error
    return _resampled(*_samples(content), rate)


def _with_tail(midi: bytes, events: MidiEvents) -> bytes:
    """Return a MIDI file with an empty first track that lasts `TAIL` seconds longer."""
    tempi = sorted(
        (event.tick, event.message.tempo)
        for track in events.tracks
        for event in track.metas
        if event.message.type == "set_tempo" and event.message.tempo
    )
    quarter = (tempi[-1][1] if tempi else MICROSECONDS_PER_MINUTE / DEFAULT_TEMPO) / 1e6
    end = max((track.end for track in events.tracks), default=0)
    start = midi.index(HEADER)  # after the head of RIFF, say
    body = start + 8 + int.from_bytes(midi[start + 4 : start + 8])
    division = midi[start + 12 : start + 14]
    ppq = int.from_bytes(division) if division[0] < 0x80 else events.ppq
    ticks = min(end + round(TAIL / quarter * ppq), LONGEST_DELTA)
    silent = _quantity(ticks) + b"\xff\x2f\x00"
    count = min(len(events.tracks) + 1, 0xFFFF)
    head = HEADER + (6).to_bytes(4) + (1).to_bytes(2) + count.to_bytes(2) + division
    return head + b"MTrk" + len(silent).to_bytes(4) + silent + midi[body:]


def _quantity(value: int) -> bytes:
    """Return a number as MIDI writes it: seven bits a byte, the first bit set on all but the last.

    Four bytes are always allowed, so that leading ones of 0 do no harm.
    """
    return bytes(value >> shift & 0x7F | (0x80 if shift else 0) for shift in (21, 14, 7, 0))


def _samples(content: bytes) -> tuple[NDArray[np.float32], int]:
    """Return the samples of a WAV file of 16 bits, with a fade at their end, and their rate."""
    with wave.open(io.BytesIO(content)) as file:
        rate, channels = file.getframerate(), file.getnchannels()
        found = np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, channels)
    samples = found.astype(np.float32) / np.float32(FULL_SCALE)
    length = min(round(FADE * rate), len(samples))
    samples[len(samples) - length :] *= np.linspace(1, 0, length, dtype=np.float32)[:, None]
    return samples, rate


def _resampled(samples: NDArray[np.float32], own: int, rate: int) -> NDArray[np.float32]:
    """Return samples at another rate."""
    if own == rate:
        return samples
    with needing("sound needs"):
        from scipy.signal import resample_poly
    common = gcd(own, rate)
    return np.asarray(resample_poly(samples, rate // common, own // common), np.float32)
