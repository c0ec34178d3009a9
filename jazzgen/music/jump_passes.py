"""The bars that are played before and after a jump, taken from the repeats of a tune."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from jazzgen.music.jump_words import Jump
from jazzgen.music.repeat_groups import Ending, RepeatGroup, played_bars
from jazzgen.music.repeats import MAX_BARS

__all__ = ["MAX_TIMES", "all_passes", "is_repeat", "one_pass"]

MAX_TIMES = 16
"""The largest number of times that readers let a repeat be played."""


def all_passes(groups: Sequence[RepeatGroup]) -> list[int]:
    """Return the indices of bars with all their repeats, as far as a tune may be long."""
    return list(islice(played_bars(groups), MAX_TIMES * MAX_BARS))


def is_repeat(groups: Sequence[RepeatGroup], number: int, jump: Jump) -> bool:
    """Return whether a jump only says what the endings around it say: "al 2nd ending" in the first.

    Args:
        groups: All bars by repeats.
        number: The bar with the jump.
        jump: The jump.
    """
    group = next(group for group in groups if number < group.stop)
    here = group.ending_at(number)
    later = len(group.endings) - group.endings.index(here) - 1 if here else 0
    return bool(here and later and jump.ending > max(here.numbers))


def one_pass(
    groups: Sequence[RepeatGroup], start: int, stop: int, wanted: Ending | None
) -> list[int]:
    """Return bars without their repeats, from `start` to `stop` and with both of them.

    Args:
        groups: All bars by repeats.
        start: The first bar.
        stop: The last bar; of several endings the one that holds it is played.
        wanted: The ending that is played wherever that may be, if any.
    """
    bars: list[int] = []
    for group in groups:
        if group.stop <= start:
            continue
        ending = group.ending_at(start) or group.ending_at(stop) or group.passes[-1]
        if wanted in group.endings:
            ending = wanted
        bars += range(max(group.first, start), group.body_stop)
        if ending:
            bars += range(max(ending.first, start), ending.stop)
        if stop in bars:
            return bars[: bars.index(stop) + 1]
    return bars
