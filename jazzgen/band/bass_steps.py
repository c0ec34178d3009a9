"""What a bass player knows before each note: the changes, the beat, and the line so far.

All of it is told as zeros and ones in blocks, and since few of them are ones, as the list of the
indices of the ones. Everything about harmony is counted from the root of a chord, so that what is
learnt in one key is known in all; only the register is absolute, for it has the open strings.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from jazzgen.music.chart import Chart
from jazzgen.music.chord import FAMILIES, ChordSymbol
from jazzgen.music.timing import TICKS_PER_QUARTER

__all__ = [
    "FEATURES",
    "FOLLOWING_CLASSES",
    "HIGH",
    "LOW",
    "PITCHES",
    "STEPS",
    "BassPlace",
    "find_places",
    "heard_so_far",
    "step_class",
]

LOW, HIGH = 28, 55
"""The lowest and the highest MIDI pitch: E1, which is the lowest string, and G3."""
PITCHES = HIGH - LOW + 1
WIDEST = 13
"""The interval, in semitones, from which on all intervals are one class."""
STEPS = 2 * WIDEST + 1
"""The number of classes of an interval."""
TEMPI = (100.0, 140.0, 180.0, 220.0, 270.0)
"""The tempi, in quarter notes per minute, at which the classes of tempo begin, but the first."""
LEFT, SINCE, BEATS = (1, 2, 3, 4, 5, 9), (0, 1, 2, 3, 4, 8), 6
"""The least number of notes of each class: until the chord changes, and since it did; and the
number of beats of a bar that are told apart."""
FOLLOWING_CLASSES = 5
"""The number of classes of how closely a line follows the changes."""

BLOCKS = {
    "last pitch": PITCHES + 1, "last interval": STEPS + 1, "interval before": STEPS + 1,
    "interval of four notes": STEPS + 1, "degree": 13, "degree in next chord": 13,
    "family": len(FAMILIES), "next family": len(FAMILIES), "chord tones": 12, "scale": 12,
    "root movement": 13, "left": len(LEFT), "since": len(SINCE), "beat": BEATS,
    "opens": 2, "tempo": len(TEMPI) + 1, "following": FOLLOWING_CLASSES,
}  # fmt: skip
"""The blocks of the input and their sizes; the last class of an interval, a degree or a movement
means that there is none."""
FIRST = dict(zip(BLOCKS, accumulate(BLOCKS.values(), initial=0), strict=False))
FEATURES = sum(BLOCKS.values())
"""F, the number of zeros and ones."""


@dataclass(frozen=True, kw_only=True)
class BassPlace:
    """A place in a chart where the bass may play, and what is known there before the line is.

    Args:
        tick: Its onset, in ticks of the chart.
        chord: The chord that sounds.
        following: The next chord; the same one if none follows.
        left: The number of notes, this one among them, until that chord comes; 0 for never.
        begins: Whether the chord begins here.
        is_downbeat: Whether a bar begins here.
        told: The indices of the ones.
    """

    tick: int
    chord: ChordSymbol
    following: ChordSymbol
    left: int
    begins: bool
    is_downbeat: bool
    told: tuple[int, ...]


def find_places(chart: Chart, ticks: Sequence[int], following: int) -> list[BassPlace]:
    """Return what is known at some onsets, without those where there is no chord.

    Args:
        chart: The chart, choruses unfolded.
        ticks: Onsets in ticks of the chart, ascending.
        following: How closely the line follows the changes, 0 to `FOLLOWING_CLASSES` - 1.
    """
    spans = chart.chord_spans
    numbers = [chart.span_at(tick) for tick in ticks]
    tempo = FIRST["tempo"] + bisect_right(TEMPI, chart.tempo)
    places = []
    for index, (tick, number) in enumerate(zip(ticks, numbers, strict=True)):
        chord = spans[number].chord
        if chord.root is None:
            continue
        after = spans[number + 1].chord if number + 1 < len(spans) else chord
        after = chord if after.root is None else after
        first = bisect_right(numbers, number - 1)
        left = bisect_right(numbers, number) - index if after != chord else 0
        told = [
            tempo,
            FIRST["following"] + following,
            *_told_of_chords(chord, after),
            *_told_of_time(chart, tick, left, index - first),
        ]
        places.append(
            BassPlace(
                tick=tick,
                chord=chord,
                following=after,
                left=left,
                begins=index == first,
                is_downbeat=chart.bar_starts[chart.bar_at(tick)] == tick,
                told=tuple(told),
            )
        )
    return places


def _told_of_chords(chord: ChordSymbol, after: ChordSymbol) -> list[int]:
    root, coming = chord.bass_pc or 0, after.bass_pc or 0
    movement = (coming - root) % 12 if after != chord else 12
    return [
        FIRST["family"] + FAMILIES.index(chord.family),
        FIRST["next family"] + FAMILIES.index(after.family),
        FIRST["root movement"] + movement,
        *sorted(FIRST["chord tones"] + (tone - root) % 12 for tone in chord.chord_tones),
        *sorted(FIRST["scale"] + (tone - root) % 12 for tone in chord.scale),
    ]


def _told_of_time(chart: Chart, tick: int, left: int, since: int) -> list[int]:
    bar = chart.bar_at(tick)
    beat = (tick - chart.bar_starts[bar]) // TICKS_PER_QUARTER
    opens = bar in chart.chorus_starts or bool(chart.bars[bar].section)
    return [
        FIRST["left"] + (bisect_right(LEFT, left) - 1 if left else len(LEFT) - 1),
        FIRST["since"] + bisect_right(SINCE, since) - 1,
        FIRST["beat"] + min(beat, BEATS - 1),
        FIRST["opens"] + opens,
    ]


def step_class(interval: int) -> int:
    """Return the class of an interval in semitones, upward if positive."""
    return min(max(interval, -WIDEST), WIDEST) + WIDEST


def heard_so_far(line: Sequence[int], place: BassPlace) -> list[int]:
    """Return the indices of the ones that tell of the line.

    Args:
        line: The MIDI pitches before the note, the latest last; only four of them are heard.
        place: Where the note is to be played.
    """
    last = line[-1] if line else None
    none = STEPS
    root, coming = place.chord.bass_pc or 0, place.following.bass_pc or 0
    return [
        FIRST["last pitch"] + (PITCHES if last is None else last - LOW),
        FIRST["last interval"] + (step_class(line[-1] - line[-2]) if len(line) > 1 else none),
        FIRST["interval before"] + (step_class(line[-2] - line[-3]) if len(line) > 2 else none),
        FIRST["interval of four notes"]
        + (step_class(line[-1] - line[-4]) if len(line) > 3 else none),
        FIRST["degree"] + (12 if last is None else (last - root) % 12),
        FIRST["degree in next chord"] + (12 if last is None else (last - coming) % 12),
    ]
