"""The cache: what the line itself played after the same intervals before.

A language model's cache (Kuhn and De Mori 1990) is a distribution counted over the text so
far. Here it is counted over the solo so far: what followed the last interval, the last two
intervals, and so on. The longest context that has occurred before gives the distribution its
counts as Witten and Bell (1991) do, and leaves a share to the next shorter context; the share
that the shortest context leaves belongs to the network.

Some contexts are *pitched*: they must have stood at the same pitch. Players come back to a figure
where it lies under their fingers far oftener than they move it elsewhere, so what followed it there
counts before what followed it anywhere.

In a context the first note behind a rest has no interval: whatever the phrase before it ended on, a
phrase that begins at the same pitch may go on in the same way.

A cache compares pitches with one another only, so it does not know the key. It does not know the
chords either: contexts with chords made a wrong chart as good as the right one, and took away from
what the network makes of the harmony.
"""

from __future__ import annotations

from itertools import accumulate
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from jazzgen.encoding.repeat_features import MEMORY, RepeatClass, interval_class, intervals, rise

__all__ = [
    "AT_PITCH",
    "BEGINNING",
    "CACHE_CLASSES",
    "CONTEXTS",
    "LONGEST",
    "CacheMemory",
    "Context",
    "cache",
]

CACHE_CLASSES = RepeatClass.REST + 1
"""The number of classes: intervals from -24 to 24 semitones, and a rest (see `RepeatClass`)."""

LONGEST = 4
"""The number of intervals and rests in the longest context."""

BEGINNING = CACHE_CLASSES
"""What stands for the first note behind a rest in a context."""


class Context(NamedTuple):
    """What must be the same for what came next to count.

    Args:
        length: The number of intervals and rests before it.
        pitched: Whether they must stand at the same pitch.
    """

    length: int
    pitched: bool


CONTEXTS = (
    Context(1, pitched=False),
    Context(2, pitched=False),
    Context(1, pitched=True),
    Context(3, pitched=False),
    Context(2, pitched=True),
    Context(4, pitched=False),
    Context(3, pitched=True),
)
"""The contexts that are looked up, each more telling than those before it."""
AT_PITCH = np.float32(3)
"""How often what followed a pitched context counts. For the likelihood of real solos, once would be
enough (by 0.002 bits per note), but a line that is drawn value by value returns too rarely."""

_WEIGHT = float(AT_PITCH)

HEIGHTS = 1 << 8
"""More than the number of heights above the first note, in semitones, that a line can have."""

BLOCK = 512
"""Steps that are compared with earlier ones at a time, so that the matrices stay small."""


def cache(
    pitch: NDArray[np.int32], *, memory: int = MEMORY, block: int = BLOCK
) -> NDArray[np.float32]:
    """Return the cache's distribution at each step of a line, given the values before it.

    Args:
        pitch: Pitches or `REST`, shape (T,).
        memory: The number of values that the cache looks back over.
        block: The number of steps that are computed at a time.

    Returns:
        The share of each class, shape (T, `CACHE_CLASSES`). A row sums to less than 1; the
        rest is the network's.
    """
    steps_up = intervals(pitch.tolist())
    token = np.array([interval_class(one) for one in steps_up], np.int64)
    known_by = np.array(list(map(_known_by, [None, *token], token)), np.int64)
    height = np.array(list(accumulate(map(rise, steps_up))), np.int64)
    found = np.zeros((len(pitch), CACHE_CLASSES), np.float32)
    for start in range(0, len(pitch), block):
        steps = np.arange(start, min(start + block, len(token)))
        found[steps] = _shares(token, known_by, height, steps, memory)
    return found


def _shares(
    token: NDArray[np.int64],
    known_by: NDArray[np.int64],
    height: NDArray[np.int64],
    now: NDArray[np.intp],
    memory: int,
) -> NDArray[np.float32]:
    """Return the distributions at the steps `now`, shape (len(now), CACHE_CLASSES).

    Args:
        token: The classes of the line's values.
        known_by: What they are in a context.
        height: How far above the first note the line is after each value, in semitones.
        now: The steps, in their order.
        memory: See `cache`.
    """
    then = np.arange(max(now[0] - memory, 0), now[-1])  # all earlier steps of any of them
    ago = now[:, None] - then  # (now, then)
    last, before = np.maximum(now - 1, 0)[:, None], np.maximum(then - 1, 0)
    level = height[last] == height[before]
    same = [ago > 0]  # whether the context before `now` is that before `then`, by its length
    for length in range(1, LONGEST + 1):
        alike = (
            known_by[np.maximum(now - length, 0)][:, None] == known_by[np.maximum(then - length, 0)]
        )
        # The values of the context must be in the memory too, and the one before them, which tells
        # whether the first of them is a beginning.
        same.append(same[-1] & alike & (ago < memory - length) & (then >= length))
    share = np.zeros((len(now), CACHE_CLASSES), np.float32)
    for length, pitched in CONTEXTS:
        found = same[length] & level if pitched else same[length]
        counts = _counts(found, token[then])
        share = _witten_bell(AT_PITCH * counts if pitched else counts, share)
    return share


def _counts(same: NDArray[np.bool_], played: NDArray[np.int64]) -> NDArray[np.float32]:
    """Count the classes that were played at the steps which each row marks, (…, CACHE_CLASSES).

    A product of matrices would give the same. But few steps are marked, and on busy cores the
    threads of such a product wait for one another.
    """
    row, column = np.nonzero(same)
    cells = row * CACHE_CLASSES + played[column]
    counts = np.bincount(cells, minlength=len(same) * CACHE_CLASSES)
    return counts.reshape(len(same), CACHE_CLASSES).astype(np.float32)


def _witten_bell(counts: NDArray[np.float32], shorter: NDArray[np.float32]) -> NDArray[np.float32]:
    """Smooth a context's counts with the distribution of the next shorter context.

    A context that was followed by n different classes leaves n of (total + n) to the shorter
    one (Witten and Bell 1991); a context that has not occurred leaves everything.
    """
    kinds = (counts > 0).sum(axis=-1, keepdims=True).astype(np.float32)
    total = counts.sum(axis=-1, keepdims=True) + kinds
    return np.where(total > 0, (counts + kinds * shorter) / np.maximum(total, 1), shorter)


class CacheMemory:
    """The cache of a line that is being played, value by value; `cache` does whole lines.

    It counts as it goes: for each context of each length what came after it. Most contexts come
    once, so that for these the class that followed is kept, and counts only for the others.
    """

    def __init__(self) -> None:
        self._played: list[int] = []
        self._known_by: list[int] = []
        self._height = 0
        self._counts: dict[int, int | _Counts] = {}
        # The contexts before each step, in the order of `CONTEXTS`, and those at the line's end.
        self._before: list[tuple[int, ...]] = []
        self._contexts: tuple[int, ...] = _NO_CONTEXTS

    def copy(self) -> CacheMemory:
        """Return an independent cache of the same line."""
        memory = CacheMemory()
        memory._played, memory._before = list(self._played), list(self._before)
        memory._known_by = list(self._known_by)
        memory._contexts, memory._height = self._contexts, self._height
        memory._counts = {
            context: after if isinstance(after, int) else after.copy()
            for context, after in self._counts.items()
        }
        return memory

    def add(self, interval: int) -> None:
        """Add the next value of the line by its interval (see `repeat_features.intervals`)."""
        kind, counts = interval_class(interval), self._counts
        for context in self._contexts:
            if not context:
                continue
            after = counts.get(context)
            if after is None:
                counts[context] = kind
            elif isinstance(after, int):
                counts[context] = _Counts(after, kind)
            else:
                after.total += 1
                of = after.of
                of[kind] = of[kind] + 1 if kind in of else 1
        self._known_by.append(_known_by(self._played[-1] if self._played else None, kind))
        self._played.append(kind)
        self._before.append(self._contexts)
        self._height += rise(interval)
        self._contexts = _packed(self._known_by[-LONGEST:], self._height)
        if len(self._played) >= MEMORY - LONGEST:
            self._forget()

    def _forget(self) -> None:
        """Uncount the one step that has just become too old for contexts of each length."""
        oldest = len(self._played) - MEMORY
        for number, (length, _) in enumerate(CONTEXTS):
            then = oldest + length
            if then < length:
                continue
            kind, context = self._played[then], self._before[then][number]
            after = self._counts[context]
            # Without the contexts that nothing follows, there are at most MEMORY of each length.
            if isinstance(after, int) or after.total == 1:
                del self._counts[context]
                continue
            after.total -= 1
            after.of[kind] -= 1
            if not after.of[kind]:
                del after.of[kind]

    def expect(self) -> tuple[dict[int, float], float]:
        """Return the share of each class that has one, and the share that is left over."""
        shares: dict[int, float] = {}
        left = 1.0
        for context in reversed(self._contexts):  # the most telling first
            counts = self._counts.get(context)
            if counts is None:
                continue
            weight = _WEIGHT if context < 0 else 1.0
            if isinstance(counts, int):  # one value of one class
                left /= weight + 1
                each = left * weight
                shares[counts] = shares[counts] + each if counts in shares else each
                continue
            of = counts.of
            part = left / (weight * counts.total + len(of))
            each = part * weight
            for kind, count in of.items():
                shares[kind] = shares[kind] + each * count if kind in shares else each * count
            left = part * len(of)
        return shares, left


class _Counts:
    """How often each class came after a context, and how often any did.

    Args:
        first: The class that came first.
        second: The class that came next.
    """

    __slots__ = ("of", "total")

    def __init__(self, first: int, second: int) -> None:
        self.of = {first: 1, second: 1} if first != second else {first: 2}
        self.total = 2

    def copy(self) -> _Counts:
        """Return independent counts with the same numbers."""
        counts = _Counts(0, 0)
        counts.of, counts.total = dict(self.of), self.total
        return counts


def _known_by(before: int | None, kind: int) -> int:
    """Return what a value is in a context: its class, or `BEGINNING`.

    Args:
        before: The class of the value before it, if there is one.
        kind: Its own.
    """
    begins = before == RepeatClass.REST != kind
    return BEGINNING if begins else kind


_NO_CONTEXTS = (0,) * len(CONTEXTS)


def _packed(latest: list[int], height: int) -> tuple[int, ...]:
    """Return the contexts at the end of a line, each packed into an integer; 0 for none.

    Args:
        latest: What the last values are in a context, at most `LONGEST`.
        height: How far above its first note the line is, in semitones.
    """
    packed, number = [], 0
    for kind in reversed(latest):
        # Six bits hold a class; adding 1 keeps contexts of different lengths different.
        number = number << 6 | kind + 1
        packed.append(number)
    if len(packed) < LONGEST:
        packed += [0] * (LONGEST - len(packed))
    # Pitched ones are below zero, so that they are no plain ones.
    above = height + HEIGHTS // 2
    return tuple([
        ~(packed[length - 1] * HEIGHTS + above) if pitched and packed[length - 1]
        else packed[length - 1]
        for length, pitched in CONTEXTS
    ])  # fmt: skip
