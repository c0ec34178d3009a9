"""Ticks and meters.

A *tick* is 1/24 of a quarter note, the MIDI clock. It holds sixteenths,
thirty-seconds, triplets and sextuplets exactly.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from jazzgen.errors import ChartError
from jazzgen.runtime.arguments import check_fields

__all__ = [
    "EIGHTH",
    "FOUR_FOUR",
    "MAX_TEMPO",
    "MIN_TEMPO",
    "TICKS_PER_QUARTER",
    "Meter",
    "check_tempo",
]

TICKS_PER_QUARTER = 24
"""The length of a quarter note, in ticks."""
EIGHTH = TICKS_PER_QUARTER // 2
"""The length of an eighth note, in ticks."""
MIN_TEMPO = 20.0
"""The slowest tempo of a chart, in quarter notes per minute."""
MAX_TEMPO = 500.0
"""The fastest tempo of a chart, in quarter notes per minute."""


@dataclass(frozen=True)
class Meter:
    """A time signature.

    6/8, 9/8 and 12/8 are compound: their beat is the dotted quarter. In every
    other meter the beat is the note that the denominator names.

    Args:
        numerator: The number of notes in a bar, 1 to 32.
        denominator: The value of these notes: 2, 4, 8 or 16.

    Raises:
        ChartError: A meter outside those bounds.

    >>> Meter(12, 8).beats, Meter(12, 8).beat_ticks, Meter(12, 8).bar_ticks
    (4, 36, 144)
    """

    numerator: int
    denominator: int

    def __post_init__(self) -> None:
        check_fields(self, ChartError)
        if not 1 <= self.numerator <= 32 or self.denominator not in (2, 4, 8, 16):
            raise ChartError(
                f"meter {self.numerator}/{self.denominator}: expected 1 to 32 over 2, 4, 8 or 16"
            )

    @classmethod
    def parse(cls, text: str) -> Meter:
        """Read `"3/4"`.

        Raises:
            ChartError: The text is not a meter.
        """
        match = re.fullmatch(r"\s*(\d{1,2})\s*/\s*(\d{1,2})\s*", text)
        if match is None:
            raise ChartError(f"meter {text[:24]!r}: expected something like 4/4")
        return cls(int(match[1]), int(match[2]))

    def __str__(self) -> str:
        return f"{self.numerator}/{self.denominator}"

    @property
    def is_compound(self) -> bool:
        """Whether the beat is a dotted quarter (6/8, 9/8, 12/8)."""
        return self.denominator == 8 and self.numerator in (6, 9, 12)

    @cached_property
    def bar_ticks(self) -> int:
        """Ticks in a bar."""
        return self.numerator * 4 * TICKS_PER_QUARTER // self.denominator

    @cached_property
    def beat_ticks(self) -> int:
        """Ticks in a beat."""
        unit = 4 * TICKS_PER_QUARTER // self.denominator
        return 3 * unit if self.is_compound else unit

    @property
    def beats(self) -> int:
        """Beats in a bar."""
        return self.bar_ticks // self.beat_ticks

    def share(self, number: int) -> tuple[int, ...]:
        """Return the onsets of chords that share the beats of a bar.

        Where the beats cannot be shared evenly, the first chords get one beat more. Where
        there are more chords than beats, they share the half beats in the same way.

        >>> Meter(4, 4).share(3)
        (0, 48, 72)

        Args:
            number: The number of chords, at least 1.

        Returns:
            Their onsets, in ticks after the bar line.

        Raises:
            ChartError: More chords than half beats.
        """
        halves = 1 if number <= self.beats else 2
        slots = self.beats * halves
        if number > slots:
            raise ChartError(
                f"{number} chords in the {self.beats} beats of {self}: expected {slots} or fewer"
            )
        length, longer = divmod(slots, number)
        unit = self.beat_ticks // halves
        return tuple(unit * (length * index + min(index, longer)) for index in range(number))


FOUR_FOUR = Meter(4, 4)


def check_tempo(tempo: float, source: str = "tempo") -> float:
    """Return a tempo if it can be played.

    Args:
        tempo: Quarter notes per minute.
        source: The beginning of the message: what has this tempo.

    Raises:
        ChartError: The tempo is outside of 20 to 500 quarter notes per minute, or not a number.
    """
    if not MIN_TEMPO <= tempo <= MAX_TEMPO:
        raise ChartError(
            f"{source}: {tempo:g} quarter notes per minute; expected {MIN_TEMPO:g} to {MAX_TEMPO:g}"
        )
    return float(tempo)
