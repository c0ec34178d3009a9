"""Parts: what one instrument of the band plays."""

from __future__ import annotations

from dataclasses import dataclass

from jazzgen.errors import SoloError
from jazzgen.music.solo import Note

__all__ = ["DRUM_CHANNEL", "Mix", "Part"]

DRUM_CHANNEL = 9
"""The MIDI channel of the drums, counted from 0 (General MIDI's channel 10)."""


@dataclass(frozen=True, kw_only=True)
class Mix:
    """Where a part stands in the mix, as MIDI controllers say it.

    Args:
        volume: Controller 7, 0 to 127. General MIDI makes it 40 log10(volume / 127) dB.
        pan: Controller 10: 0 is left, 64 the middle, 127 right.
        reverb: Controller 91: how much of the part goes into the room, 0 to 127.

    Raises:
        SoloError: A value is out of range.
    """

    volume: int = 100
    pan: int = 64
    reverb: int = 40

    def __post_init__(self) -> None:
        for name, value in vars(self).items():
            if not 0 <= value <= 127:
                raise SoloError(f"mix: {name} {value}: expected 0 to 127")


@dataclass(frozen=True)
class Part:
    """The notes of one instrument, which may sound together.

    Args:
        name: Its name, which a DAW shows at its track.
        channel: MIDI channel, 0 to 15; the drums are on 9.
        program: General MIDI program, 0 to 127.
        notes: The notes by onset.
        mix: Where it stands in the mix; None if nothing says so.

    Raises:
        SoloError: The channel, the program or a note is out of range, or notes out of order.
    """

    name: str
    channel: int
    program: int
    notes: tuple[Note, ...]
    mix: Mix | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.channel <= 15 or not 0 <= self.program <= 127:
            raise SoloError(
                f"part {self.name!r}: channel {self.channel}, program {self.program}; "
                "expected 0 to 15 and 0 to 127"
            )
        onset = 0
        for number, note in enumerate(self.notes, 1):
            if note.duration < 1 or not 0 <= note.pitch <= 127 or not 1 <= note.velocity <= 127:
                raise SoloError(f"part {self.name!r}: note {number} is out of range: {note}")
            if note.onset < onset:
                raise SoloError(
                    f"part {self.name!r}: note {number} begins at tick {note.onset}, "
                    f"before tick {onset} of the one before it"
                )
            onset = note.onset

    @property
    def is_drums(self) -> bool:
        """Whether this is the drums' part."""
        return self.channel == DRUM_CHANNEL
