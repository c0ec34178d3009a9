"""A line of the improviser preset in NumPy: its values, and what the network must know of them.

What the inference graph carries in tensors of a batch (history, repeats, cache, licks), a line
keeps here in Python's own numbers, lists and dictionaries. For one line at a time these are far
quicker than arrays, whose calls cost more than the arithmetic.
"""

from __future__ import annotations

from typing import Any, Self

from jazzgen.encoding.cache import CacheMemory
from jazzgen.encoding.lick_ngrams import LickNgrams
from jazzgen.encoding.place_features import PlaceMemory
from jazzgen.encoding.repeat_features import MEMORY, REST_TOKEN, WIDEST, RepeatMemory
from jazzgen.encoding.sequence import EMPTY_HISTORY, NO_PITCH, HistoryColumn, advance
from jazzgen.encoding.values import REST
from jazzgen.nn.engine import Compass, Conditions
from jazzgen.nn.numpy_engine.player import LightLine
from jazzgen.nn.player import Played
from jazzgen.rnn.cell import States

__all__ = ["ImproviserLine"]


class ImproviserLine(LightLine):
    """A line, and the features that the network computes from its values.

    Args:
        seed: The seed of its noise.
        conditions: Its conditions.
        compass: The compass of its soloist.
        states: The states of each member's cells before the first step, each of shape (1, U).
        licks: The lick n-grams of the training corpus.
        places: Whether to remember what was played at earlier places of the form.
    """

    def __init__(
        self,
        seed: int,
        conditions: Conditions,
        compass: Compass,
        states: list[States],
        licks: LickNgrams,
        places: bool = False,
    ) -> None:
        super().__init__(seed, conditions, compass, states)
        self.history: tuple[int, ...] = (*EMPTY_HISTORY[: HistoryColumn.PERFORMER], *conditions)
        self.repeats, self.cache = RepeatMemory(), CacheMemory()
        self.places = PlaceMemory() if places else None
        self.lick = 0  # the state in the lick n-grams
        self._follow = licks.follow

    def branch(self, seed: int) -> Self:
        """See `Line.branch`."""
        line = super().branch(seed)
        # All else is replaced at a step and never changed, and may be shared. These two are changed
        # in place, as it would cost too much to copy them for each value.
        line.repeats, line.cache = self.repeats.copy(), self.cache.copy()
        line.places = self.places.copy() if self.places else None
        return line

    def snapshot(self) -> tuple[Any, ...]:
        """See `LightLine.snapshot`."""
        # Without `repeats` and `cache`: they are large, and `restore` rebuilds them.
        return self.history, self.lick

    def restore(self, snapshot: tuple[Any, ...]) -> None:
        """See `LightLine.restore`."""
        self.history, self.lick = snapshot
        self.repeats, self.cache = RepeatMemory(), CacheMemory()
        if self.places:
            self.places.cut(len(self.played))
        # Both look back over `MEMORY` values: only the last so many are added. But the first of
        # them needs the last note before it, however many rests lie between.
        last = NO_PITCH
        for index, (pitch, duration, *_) in enumerate(self.played, MEMORY - len(self.played)):
            if index >= 0:
                interval = _interval(pitch, last)
                self.repeats.add(interval, duration)
                self.cache.add(interval)
            last = last if pitch == REST else pitch

    def add(self, value: Played) -> None:
        """Append a value to the line; how a rest is played has no effect."""
        pitch, duration, loudness, timing, gate, _ = value
        last = self.history[HistoryColumn.LAST]
        interval = _interval(pitch, last)
        if pitch == REST:
            value = (REST, duration, 0, 0, 0, 0)
        elif last != NO_PITCH:
            # Licks are n-grams of intervals between notes: a rest does not interrupt them, and the
            # first note of a line has no interval yet.
            kind = min(max(interval, -WIDEST), WIDEST) + WIDEST
            self.lick = int(self._follow[self.lick, kind])
        self.repeats.add(interval, duration)
        self.cache.add(interval)
        if self.places:
            self.places.add(pitch, interval, duration)
        # A rest leaves the expression in the history as it is.
        self.history = advance(self.history, pitch, duration, loudness, timing, gate)
        self.clock += duration
        self.played.append(value)


def _interval(pitch: int, last: int) -> int:
    """The interval of a value from the last note, in semitones (see `repeat_features.intervals`).

    Args:
        pitch: The value's pitch or `REST`.
        last: The pitch of the last note or `NO_PITCH`.
    """
    if pitch == REST:
        return REST_TOKEN
    return 0 if last == NO_PITCH else pitch - last
