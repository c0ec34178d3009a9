"""The values of a drummer: which drum is struck where in the bar, how loudly and how late.

A stroke has three values. The first one says where and what: one of `PLACES` places in the bar and
one of the drums, or the bar line that ends the bar. Within a bar these values ascend, so that a
bar has one order only: by place, and by drum where several are struck together. The second value
is a class of velocities, and the third a class of deviations from the place in time.

A beat has eight places: its sixteenths, its triplets and its sextuplets. The place halfway through
it is its off-beat; where the drummer swings, it is the swung one.
"""

from __future__ import annotations

from functools import cache
from itertools import takewhile
from typing import NamedTuple

from jazzgen.band import drum_kit as kit
from jazzgen.music.timing import TICKS_PER_QUARTER

__all__ = [
    "BAR_LINE",
    "BEATS",
    "DRUMS",
    "IN_BEAT",
    "LATE_CLASSES",
    "LATE_STEP",
    "MOST_STROKES",
    "OFF_BEAT",
    "PITCHES",
    "PLACES",
    "VALUES",
    "VELOCITY_CLASSES",
    "VELOCITY_STEP",
    "DrumStroke",
    "bounces_after",
    "is_value",
    "late_class",
    "value_of",
    "velocity_class",
]

IN_BEAT = (0, 4, 6, 8, 12, 16, 18, 20)
"""The places of a beat, in ticks."""
OFF_BEAT = 4
"""The number of the place halfway through the beat."""
BEATS = 4
"""The largest number of beats of a bar."""
PLACES = BEATS * len(IN_BEAT)
PITCHES = (
    kit.BASS_DRUM,
    kit.SNARE,
    kit.SIDE_STICK,
    kit.CLOSED_HAT,
    kit.OPEN_HAT,
    kit.HAT_PEDAL,
    kit.LOW_TOM,
    kit.MID_TOM,
    kit.HIGH_TOM,
    kit.CRASH,
    kit.RIDE,
    kit.RIDE_BELL,
)
"""The MIDI pitch of each drum, in the order in which strokes at the same place are written."""
DRUMS = len(PITCHES)
VALUES = PLACES * DRUMS + 1
"""The number of first values."""
BAR_LINE = VALUES - 1
"""The value that ends a bar."""
VELOCITY_STEP, VELOCITY_CLASSES = 8, 16
"""The width of a class of MIDI velocities, and the number of classes."""
LATE_STEP, LATE_CLASSES = 0.005, 25
"""The width of a class of deviations in seconds, and the number of classes; the one in the middle
is on time."""
BOUNCE = 4
"""The ticks within which the bass drum is struck once only."""
MOST_STROKES = 56
"""The largest number of strokes in a bar."""


class DrumStroke(NamedTuple):
    """A stroke by the drummer's values.

    Args:
        value: Where and what, 0 to `BAR_LINE` (excluded).
        velocity: The class of its velocity.
        late: The class of its deviation.
    """

    value: int
    velocity: int
    late: int

    @property
    def place(self) -> int:
        """Its place in the bar."""
        return self.value // DRUMS

    @property
    def tick(self) -> int:
        """Its written tick after the bar line."""
        beat, place = divmod(self.place, len(IN_BEAT))
        return TICKS_PER_QUARTER * beat + IN_BEAT[place]

    @property
    def pitch(self) -> int:
        """The MIDI pitch of its drum."""
        return PITCHES[self.value % DRUMS]


def velocity_class(velocity: int) -> int:
    """Return the class of a MIDI velocity, 0 to 127."""
    return min(velocity // VELOCITY_STEP, VELOCITY_CLASSES - 1)


def late_class(seconds: float) -> int:
    """Return the class of a deviation in seconds; outermost ones hold what lies beyond."""
    middle = LATE_CLASSES // 2
    return min(max(round(seconds / LATE_STEP), -middle), middle) + middle


def is_value(tick: int, pitch: int) -> bool:
    """Return whether a stroke has a first value.

    Args:
        tick: Its written tick after the bar line.
        pitch: The MIDI pitch of its drum.
    """
    return tick % TICKS_PER_QUARTER in IN_BEAT and pitch in PITCHES


def value_of(tick: int, pitch: int) -> int:
    """Return the first value of a stroke.

    Args:
        tick: Its written tick after the bar line; one of the places.
        pitch: The MIDI pitch of its drum.
    """
    beat, place = divmod(tick, TICKS_PER_QUARTER)
    return (beat * len(IN_BEAT) + IN_BEAT.index(place)) * DRUMS + PITCHES.index(pitch)


@cache
def bounces_after(value: int) -> tuple[int, ...]:
    """Return the first values that only a pedal makes that bounces back after a stroke.

    The kit of the data has an electronic pad for a bass drum, on which the beater bounces, and the
    drummer has learnt that with the rest. No foot is so fast.

    Args:
        value: The first value of the stroke.
    """
    stroke = DrumStroke(value, 0, 0)
    if stroke.pitch != kit.BASS_DRUM:
        return ()
    last = stroke.tick + BOUNCE
    later = range(value + DRUMS, BAR_LINE, DRUMS)
    return tuple(takewhile(lambda one: DrumStroke(one, 0, 0).tick <= last, later))
