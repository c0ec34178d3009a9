"""Sizes and constants that the graphs and the light engine share; nothing here loads a network.

| group | used by |
|---|---|
| features | `feature_kinds`, `feature_table` |
| heads | `heads` of both |
| drawing | `sampling` of both |
"""

from __future__ import annotations

from jazzgen.encoding.lick_ngrams import LONGEST
from jazzgen.encoding.values import MAX_DURATION, REST

__all__ = [
    "BEATS",
    "BEGUN",
    "CHORD_BEATS",
    "CHORD_EIGHTHS",
    "COUNTS",
    "DENSITY_GAIN",
    "DRAWS",
    "DURATIONS",
    "DURATION_CLASSES",
    "DURATION_UNITS",
    "EXPRESSION_UNITS",
    "FALL_OFF",
    "FINISHED",
    "FORCED",
    "HYPERMETER",
    "INTERVALS",
    "KINDS",
    "LANDINGS",
    "LEAST",
    "LICK_FLOOR",
    "MASKED",
    "MAX_INTERVAL",
    "NONE",
    "PITCHES",
    "PITCH_CLASSES",
    "PITCH_UNITS",
    "PRIOR_LOGIT",
    "QUARTER",
    "REACH",
    "REGISTERS",
    "REGISTER_GAIN",
    "TICKS_IN_BEAT",
    "TO_END",
    "TO_NEXT",
    "WEIGHED",
]

MAX_INTERVAL = 24
"""Wider intervals, in semitones, are seen as this one."""
INTERVALS = 2 * MAX_INTERVAL + 1
NONE = INTERVALS
"""Class of an interval with no note to count from."""
DURATIONS = 97
"""0 at the beginning, 1 to 96 ticks."""
REGISTERS = 43
"""Three semitones each."""
TICKS_IN_BEAT = 48
"""Up to a half note."""
BEATS = 8
QUARTER = 24
TO_NEXT = 17
"""Eighths to the next chord."""
TO_END = 16
"""Quarters to the chart's end; as many or more are one class."""
HYPERMETER = 4
"""Jazz forms go by four bars."""
CHORD_EIGHTHS = 17
CHORD_BEATS = 4
REACH = 20
"""Semitones from the last note to the highest and the lowest of those remembered."""
COUNTS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 72, 108)
"""Where the classes of a count begin: of notes in a phrase, of eighths since it began."""

PITCH_UNITS = 256
DURATION_UNITS = 128
EXPRESSION_UNITS = 96
PITCHES = 128
PITCH_CLASSES = REST + 1
"""MIDI pitches 0 to 127, and the rest."""
DURATION_CLASSES = MAX_DURATION
"""Class k is a duration of k + 1 ticks."""
LANDINGS = 48
"""Places in a half bar at which a value may end."""
PRIOR_LOGIT = 2.5
"""Logit by which the network outweighs cache and licks before anything is learnt."""
WEIGHED = 2 + 2 + LONGEST + 2
"""What is known of cache and licks when they are weighed."""
FALL_OFF = 0.5
"""By how much the logit falls with each semitone beyond the widest interval class.

So that the ends of MIDI's range, which do not move with the music, weigh nothing.
"""
DENSITY_GAIN = 1.0
"""Logits per octave of duration at full density: what the density bias adds."""
REGISTER_GAIN = 0.02
"""Logits per semitone squared at full register: what the register bias adds."""

DRAWS = 4
"""Uniform numbers that a step takes: for pitch, duration, loudness and timing."""
FORCED = 4
"""Numbers that say what must be played: pitch, duration, loudness and timing class."""
MASKED = -1e9
"""The logit of what may not be drawn. Finite: a minus infinity breeds NaN in a softmax."""
LEAST = 1e-37
"""What a share is taken for at least: within what a float32 holds at full precision."""
KINDS = ((0, 0), (1, 2), (3, 4), (5, 127))
"""Kinds of intervals: a repeated note, a step, a third, a leap; in semitones, ends included."""
BEGUN, FINISHED = 4, 9
"""Intervals after which a known run is a lick that was begun, and one that may end."""
LICK_FLOOR = 0.02
"""Share that an interval is given when no lick goes on with it, so that it keeps a chance."""
