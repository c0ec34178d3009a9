"""The swing of a solo as it is transcribed: where its off-beat eighths lie within the beat."""

from __future__ import annotations

from collections import Counter, defaultdict

from jazzgen.music.solo import Solo
from jazzgen.music.styles import find_feel
from jazzgen.music.swing import Swing, swing_ratio
from jazzgen.music.timing import EIGHTH, TICKS_PER_QUARTER

__all__ = ["NEAR", "own_off_beat"]

LATEST = 3 * TICKS_PER_QUARTER // 4
"""The latest off-beat eighth: three times as long as its second, in ticks after the beat."""
NEAR = TICKS_PER_QUARTER // 12
"""The distance at which two onsets are heard as one place of the beat, in ticks."""
ENOUGH = 8
"""The number of off-beat eighths from which the swing of a solo is measured."""


def own_off_beat(solo: Solo) -> float:
    """Return where a swung off-beat eighth of a solo lies, in ticks after its beat.

    It is the place with the most off-beats within `NEAR` of it; of several such places, the one
    that lies nearest to them. A solo with too few off-beats has the swing that is usual for its
    feel and tempo. Where eighths do not swing, it is halfway.

    Args:
        solo: The solo.
    """
    if not find_feel(solo.chart.feel).swings:
        return float(EIGHTH)
    found = _off_beats(solo)
    if found.total() < ENOUGH:
        return Swing(swing_ratio(solo.chart.feel, solo.chart.tempo)).off_beat

    def rank(place: int) -> tuple[int, int]:
        near = {tick: number for tick, number in found.items() if abs(tick - place) <= NEAR}
        far = sum(number * (tick - place) ** 2 for tick, number in near.items())
        return sum(near.values()), -far

    return float(max(range(EIGHTH, LATEST + 1), key=rank))


def _off_beats(solo: Solo) -> Counter[int]:
    """Return how many off-beat eighths lie at each tick after their beats."""
    beats: dict[int, list[int]] = defaultdict(list)
    for note in solo.notes:
        beats[note.onset // TICKS_PER_QUARTER].append(note.onset % TICKS_PER_QUARTER)
    pairs = (struck for struck in beats.values() if len(struck) == 1 or struck[:-1] == [0])
    return Counter(struck[-1] for struck in pairs if EIGHTH <= struck[-1] <= LATEST)
