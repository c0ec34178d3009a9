"""Sizes and constants that the graphs and the light engine share; nothing here loads Keras.

| group | used by |
|---|---|
| features | `feature_kinds`, `line_features`, `editions` |
| heads | `heads` of both |
| drawing | `sampling` of both |
"""

from __future__ import annotations

from jazzgen.encoding.expression import GATE_CLASSES, LOUDNESS_CLASSES, LOUDNESS_REACH
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
    "FIT",
    "FORCED",
    "GATE_TURN",
    "HALF_SECONDS",
    "HYPERMETER",
    "INTERVALS",
    "KINDS",
    "LANDINGS",
    "LEAST",
    "LEAST_FIT",
    "LICK_FLOOR",
    "LOUDNESS_TILT",
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
    "WAITS",
    "WEIGHED",
]

MAX_INTERVAL = 24
"""The widest interval in semitones that has a class of its own; wider ones count as this."""
INTERVALS = 2 * MAX_INTERVAL + 1
"""The number of classes of intervals, down and up."""
NONE = INTERVALS
"""The class of an interval without a note from which to count it."""
DURATIONS = 97
"""The number of classes of a past duration: 0 before the first value, and 1 to 96 ticks."""
REGISTERS = 43
"""The number of registers, each three semitones wide."""
TICKS_IN_BEAT = 48
"""The number of classes of the tick in the beat: a beat has up to a half note."""
BEATS = 8
"""The number of classes of the beat in the bar."""
QUARTER = 24
"""The length of a quarter note in ticks."""
TO_NEXT = 17
"""The number of classes of the distance to the next chord, in eighth notes."""
TO_END = 16
"""The number of classes of the distance to the chart's end, in quarter notes."""
HYPERMETER = 4
"""The number of bars in a hypermeasure, the unit of most jazz forms."""
CHORD_EIGHTHS = 17
"""The number of classes of a chord's length, in eighth notes."""
CHORD_BEATS = 4
"""The number of classes of the beat on which a chord begins."""
REACH = 20
"""The number of classes of the distance, in semitones, from the last note to the highest or the
lowest of those remembered."""
COUNTS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 72, 108)
"""The least number of each class of a count: of the notes in a phrase, or its eighth notes."""
HALF_SECONDS = (1, 2, 3, 4, 6, 8, 10, 12, 16, 20, 24, 32, 40)
"""The least number of each class of a length of time, in half seconds."""
LOUDNESS_TILT = tuple(
    4.0 * (number - 1 - LOUDNESS_REACH) / LOUDNESS_REACH if number else 0.0
    for number in range(LOUDNESS_CLASSES)
)
"""What a lean of 1 adds to the logit of each loudness class for a note an octave above F4; large
enough that a lean is learned as quickly as the other weights."""
_FROM_MIDDLE = [(number - 6) / 2 if number else 0.0 for number in range(GATE_CLASSES)]
GATE_TURN = tuple(tuple(-before * after for after in _FROM_MIDDLE) for before in _FROM_MIDDLE)
"""What a contrast of 1 adds to the logit of each gate class behind each gate class."""

WAITS = (1, 4, 7, 13, 25, 49)
"""The least number of ticks of each class of the wait for a value after an earlier place."""

PITCH_UNITS = 256
DURATION_UNITS = 128
EXPRESSION_UNITS = 96
"""The units of the heads' hidden layers."""
PITCHES = 128
"""The number of MIDI pitches."""
PITCH_CLASSES = REST + 1
"""The number of classes that the pitch head chooses from: MIDI pitches 0 to 127, and the rest."""
DURATION_CLASSES = MAX_DURATION
"""The number of durations that a value can have; class k is a duration of k + 1 ticks."""
LANDINGS = 48
"""The number of ticks in a half bar of 4/4 at which a value may end."""
PRIOR_LOGIT = 2.5
"""The logit by which the network outweighs cache and lick n-grams before training."""
FIT = 0.3
"""How much it counts for what cache or licks predict that the network expects it: the exponent of
the network's own probability, 0 to trust them as they are."""
LEAST_FIT = 1e-6
"""The least probability by which the network is said to expect what cache or licks predict."""
WEIGHED = 2 + 2 + LONGEST + 2
"""The number of inputs, besides the cells', by which cache and lick n-grams are weighed."""
FALL_OFF = 0.5
"""The fall of a pitch's logit for each semitone beyond the widest interval class.

It makes pitches at the ends of MIDI's range negligible; else a transposed line would have other
probabilities, since the range does not move with it.
"""
DENSITY_GAIN = 1.0
"""The density bias at full density, in logits for each doubling of the duration."""
REGISTER_GAIN = 0.02
"""The register bias at full register, in logits per squared semitone from the aim."""

DRAWS = 6
"""The number of uniform numbers per step: for pitch, duration, loudness, timing, gate and
spread. It is even, since the generator gives two at a time."""
FORCED = 6
"""The number of columns of a given value: those of `encoding.performance.Column`."""
MASKED = -1e9
"""The logit of a forbidden class; finite, since a softmax turns minus infinities into NaN."""
LEAST = 1e-37
"""The least probability of which a logarithm is taken; a float32 holds it at full precision."""
KINDS = ((0, 0), (1, 2), (3, 4), (5, 9), (10, 127))
"""The kinds of intervals, from and to in semitones: a repeated note, a step, a third, a leap up to
a sixth, a wider one."""
BEGUN, FINISHED = 4, 9
"""The numbers of intervals from which a match counts as a lick, and as one that may end."""
LICK_FLOOR = 0.02
"""The probability added to every interval, so that those that continue no lick stay possible."""
