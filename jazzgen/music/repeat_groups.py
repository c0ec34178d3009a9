"""Repeats as other people write them: groups of bars with their passes.

A group is what is played between two repeat signs: a body, and endings by pass. Unlike
`repeats`, which is strict about our own chart text, this copes with what notation programs and
their users leave out or number wrongly.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

__all__ = ["Ending", "RepeatBar", "RepeatGroup", "open_groups", "played_bars", "repeat_groups"]

MAX_DEPTH = 4
"""How deep repeats may be nested; what is nested deeper is played once."""


@dataclass(frozen=True, kw_only=True)
class RepeatBar:
    """The repeat signs of a written bar.

    Args:
        opens: Whether a repeat begins with it.
        ending: The passes of the ending that begins with it, such as (1, 2); empty if none does.
            Numbers that do not fit together are replaced by the order of the endings.
        times: How often the repeat is played that closes after it; 0 if none does.
        closes: Whether a section ends after it, at a double bar line or a repeat sign.
    """

    opens: bool = False
    ending: tuple[int, ...] = ()
    times: int = 0
    closes: bool = False


@dataclass
class Ending:
    """An ending of a group: bars from `first` up to, not including, `stop`.

    Args:
        numbers: Its passes as they are written.
        first: The index of its first bar.
        stop: The index of the bar behind it; the last ending reaches to the next group.
        times: How often the repeat is played that closes after it; 0 if none does.
    """

    numbers: tuple[int, ...]
    first: int
    stop: int
    times: int = 0


@dataclass
class RepeatGroup:
    """Bars that are repeated together; without repeat signs they are played once.

    Args:
        first: The index of its first bar.
        stop: The index of the bar behind its last one.
        opened: Whether it begins with the sign of a repeat.
        endings: Its endings as they are written.
        times: How often it is played by the sign that closes it; 0 without one.
    """

    first: int
    stop: int
    opened: bool = False
    endings: list[Ending] = field(default_factory=list)
    times: int = 0

    @property
    def body_stop(self) -> int:
        """The index of the bar behind its body."""
        return self.endings[0].first if self.endings else self.stop

    @property
    def is_open(self) -> bool:
        """Whether its repeat begins, but has no end."""
        return self.opened and not self.times and len(self.endings) < 2

    @property
    def passes(self) -> list[Ending | None]:
        """The ending of each pass, in the order in which they are played."""
        if not self.endings:
            return [None] * max(self.times, 1)
        by_pass = self._by_pass()
        if len(self.endings) == 1:
            # With a first ending alone, the last pass skips it and goes on behind it.
            turns = max(len(by_pass) + 1, self.times) if self.times else len(by_pass)
            one = self.endings[0]
            return [*[one] * (turns - 1), None] if self.times else [one] * turns
        extra = self.times - len(by_pass)
        if extra <= 0:
            return list(by_pass)
        if self.endings[-1].times > 2:  # the endings are played in turn, over and over
            return [by_pass[turn % len(by_pass)] for turn in range(self.times)]
        return [*[by_pass[0]] * extra, *by_pass]

    def _by_pass(self) -> list[Ending]:
        """Return the ending of each pass.

        The numbers count where each pass but the last leads back; endings that are numbered in
        another way count in their order.
        """
        numbered = {number: one for one in self.endings for number in one.numbers}
        passes = [numbered[number] for number in sorted(numbered)]
        total = sum(len(one.numbers) for one in self.endings)
        if sorted(numbered) == list(range(1, total + 1)) and all(one.times for one in passes[:-1]):
            return passes
        return [one for one in self.endings for _ in one.numbers]

    def ending_at(self, bar: int) -> Ending | None:
        """Return the ending that a bar belongs to; None for one of the body."""
        return next((one for one in self.endings if one.first <= bar < one.stop), None)


def played_bars(groups: Sequence[RepeatGroup]) -> Iterator[int]:
    """Yield the indices of bars in playing order, with all passes of all groups.

    Args:
        groups: All groups, one behind the other. A group whose repeat has no end and a later one
            whose repeat has no beginning stand at the ends of a repeat around others.
    """
    yield from _played(groups, _outer_repeats(groups), 0, len(groups))


def open_groups(groups: Sequence[RepeatGroup]) -> list[RepeatGroup]:
    """Return the groups whose repeat begins and never ends.

    Args:
        groups: All groups, one behind the other.
    """
    outer = _outer_repeats(groups)
    return [group for index, group in enumerate(groups) if group.is_open and index not in outer]


def _played(
    groups: Sequence[RepeatGroup], outer: dict[int, int], first: int, stop: int
) -> Iterator[int]:
    """Yield the bars of groups from `first` up to, not including, `stop`.

    Args:
        groups: All groups.
        outer: The repeats around other groups (see `_outer_repeats`).
        first: The index of the first group.
        stop: The index of the group behind the last one.
    """
    index = first
    while index < stop:
        last = outer.get(index, index)
        inner = {start: end for start, end in outer.items() if start > index}
        for ending in groups[last].passes:
            if last > index:
                yield from range(groups[index].first, groups[index].stop)
                yield from _played(groups, inner, index + 1, last)
            yield from range(groups[last].first, groups[last].body_stop)
            if ending:
                yield from range(ending.first, ending.stop)
        index = last + 1


def _outer_repeats(groups: Sequence[RepeatGroup]) -> dict[int, int]:
    """Return the first and the last group of each repeat that holds other groups."""
    found: dict[int, int] = {}
    begun: list[int] = []
    for index, group in enumerate(groups):
        if group.is_open:
            begun.append(index)
        elif begun and group.times and not group.opened:
            found[begun.pop()] = index
    return found if len(found) <= MAX_DEPTH else {}


def repeat_groups(written: Sequence[RepeatBar], first: int, stop: int) -> list[RepeatGroup]:
    """Return the groups of a stretch of bars, one behind the other without gaps.

    A sign that closes a repeat which nothing opens goes back to the end of the group before it.

    Args:
        written: All bars.
        first: The index of the first bar of the stretch.
        stop: The index of the bar behind its last one.
    """
    groups = [RepeatGroup(first, stop)]
    for number in range(first, stop):
        bar = written[number]
        _begin(groups, written, number)
        group = groups[-1]
        if bar.ending:
            if group.endings:
                group.endings[-1].stop = number
            group.endings.append(Ending(bar.ending, number, stop))
        if bar.times and (end := _section_end(group, written, number)) is not None:
            group = _split(groups, end + 1)
        if bar.times:
            # Endings that follow belong to the same repeat, and keep the number of its passes.
            group.times = max(group.times, bar.times)
            if group.endings:
                group.endings[-1].times = bar.times
    return groups


def _begin(groups: list[RepeatGroup], written: Sequence[RepeatBar], number: int) -> None:
    """Add a group that begins with a bar, or, where endings start over, before it."""
    bar, group = written[number], groups[-1]
    start = number
    if bar.ending and len(group.endings) > 1 and min(bar.ending) <= 1:
        # Endings start over without the sign of a new repeat: it began at the last section.
        ends = range(group.endings[-1].first, number)
        start = next((end + 1 for end in ends if written[end].closes), number)
    if len(group.endings) > 1 and bar.ending and (begun := _other_section(group, written, number)):
        start = begun
    # A first ending behind a repeat that has none is the first one of a repeat around that.
    begins_endings = 1 in bar.ending and not group.endings
    closed = number > group.first and written[number - 1].times
    over = closed and (not bar.ending or begins_endings)
    if not (bar.opens or over or start < number):
        return
    if start == group.first:
        group.opened |= bar.opens
    else:
        _split(groups, start, bar.opens)


def _other_section(group: RepeatGroup, written: Sequence[RepeatBar], number: int) -> int | None:
    """Return the bar with which the section of an ending begins, if it is a later one.

    After "A, endings 1 and 2, B" the last A is often written out, with an ending 3 of its own.

    Args:
        group: The group with the endings before it.
        written: All bars.
        number: The bar with which the ending begins.
    """
    inside = range(group.endings[-1].first, number)
    ends = [bar for bar in inside if written[bar].closes]
    return ends[-1] + 1 if ends and ends[-1] < number - 1 else None


def _split(groups: list[RepeatGroup], start: int, opened: bool = False) -> RepeatGroup:
    """Let the last group end before a bar with which another one begins, and return that.

    Args:
        groups: The groups so far.
        start: The index of the bar.
        opened: Whether the sign of a repeat stands there.
    """
    before = groups[-1]
    following = RepeatGroup(start, before.stop, opened)
    before.stop = start
    if before.endings:
        before.endings[-1].stop = start
    groups.append(following)
    return following


def _section_end(group: RepeatGroup, written: Sequence[RepeatBar], number: int) -> int | None:
    """Return the bar with which the last ending of a group has ended before a later repeat does.

    Args:
        group: The group.
        written: All bars.
        number: The bar with which the later repeat ends.
    """
    if len(group.endings) < 2:
        return None
    bars = range(group.endings[-1].first, number)
    return next((bar for bar in bars if written[bar].closes), None)
