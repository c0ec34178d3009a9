"""Play MIDI as sound: 16 bits, as loud as EBU R 128 has it, and never clipping."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from jazzgen.render.duration import checked_seconds
from jazzgen.render.mastering import mastered
from jazzgen.render.sound import Levels, Sound
from jazzgen.render.synthesizer import find_synthesizer
from jazzgen.runtime import atomic

__all__ = ["RATE", "sound_of", "sounds_of", "write_wav"]

RATE = 44_100
"""The usual number of samples per second."""


def write_wav(
    midi: bytes,
    path: str | Path,
    *,
    soundfont: Path | None = None,
    rate: int = RATE,
    source: str = "MIDI",
) -> Levels:
    """Play a MIDI file into a WAV file: stereo, 16 bits, -16 LUFS where its peaks allow it.

    Args:
        midi: The bytes of the MIDI file.
        path: Where to write.
        soundfont: The soundfont that plays; by default see `find_soundfont`.
        rate: Samples a second, 8000 to 96,000.
        source: What to call the MIDI in a message.

    Returns:
        The levels of what was written.

    Raises:
        ConfigError: Nothing that plays or no soundfont, one that cannot be used, or a rate out
            of range (see `find_synthesizer`).
        MidiError: The MIDI is damaged, or plays for longer than half an hour.
        OutputError: The file cannot be written.
    """
    sound = sound_of(midi, soundfont=soundfont, rate=rate, source=source)
    atomic.write_bytes(path, sound.wav())
    return sound.levels


def sound_of(
    midi: bytes,
    *,
    soundfont: Path | None = None,
    rate: int = RATE,
    source: str = "MIDI",
    loop: bool = False,
) -> Sound:
    """Return the sound of a MIDI file (see `write_wav`).

    The sound lasts until the last note has died away, with at most a second and a half of
    silence after it.

    Args:
        midi: See `write_wav`.
        soundfont: See `write_wav`.
        rate: See `write_wav`.
        source: See `write_wav`.
        loop: Whether it is exactly as long as the MIDI instead, and what still rings at its end
            sounds at its beginning, as it does when it is repeated.

    Raises:
        ConfigError: See `write_wav`.
        MidiError: See `write_wav`.
        OutputError: There is no room for temporary files.
    """
    return sounds_of([midi], soundfont=soundfont, rate=rate, source=source, loop=loop)[0]


def sounds_of(
    parts: Sequence[bytes],
    *,
    soundfont: Path | None = None,
    rate: int = RATE,
    source: str = "MIDI",
    loop: bool = False,
) -> tuple[Sound, list[Sound]]:
    """Return the sound of parts that are played together, and of each of them.

    All have one gain, which is that of the sum, and one length. The sum of the parts' samples is
    the sum, to the bit.

    Args:
        parts: The MIDI file of each part, at least one.
        soundfont: See `write_wav`.
        rate: See `write_wav`.
        source: See `write_wav`.
        loop: See `sound_of`.

    Raises:
        ConfigError: See `write_wav`.
        MidiError: See `write_wav`.
        OutputError: There is no room for temporary files.
    """
    player = find_synthesizer(soundfont)
    length = round(max(checked_seconds(midi, source) for midi in parts) * rate) if loop else None
    played = [player.play(midi, rate, source) for midi in parts]
    return mastered(played, rate, str(player), length)
