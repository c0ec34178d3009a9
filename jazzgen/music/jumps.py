"""Da capo, dal segno, coda and fine: the order in which written bars are played.

Up to the jump all repeats are played, and it is taken when its bar is passed for the last time.
After it repeats are not played, unless it says so: of several endings the one is taken that leads
to where the jump ends, or else the last one. The coda is then played with its repeats.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from jazzgen.errors import ChartError
from jazzgen.music.jump_passes import all_passes, is_repeat, one_pass
from jazzgen.music.jump_words import Jump
from jazzgen.music.repeat_groups import (
    Ending,
    RepeatBar,
    RepeatGroup,
    open_groups,
    repeat_groups,
)
from jazzgen.music.repeats import MAX_BARS

__all__ = ["JumpBar", "PlayingOrder", "playing_order"]

DOUBLE_SIGN = re.compile(r"d\s?\.?\s?s\s?\.?\s?s\b", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class JumpBar(RepeatBar):
    """The signs at a written bar that decide what is played after it.

    Args:
        segno: Whether a segno stands at it.
        coda_before: Whether a coda sign stands at its beginning.
        coda_after: Whether a coda sign stands after its chords.
        to_coda: Whether words or data say that the coda follows it once the jump has been made.
        fine: Whether the tune ends with it once the jump has been made.
        jump: The jump that follows it, if any.
    """

    segno: bool = False
    coda_before: bool = False
    coda_after: bool = False
    to_coda: bool = False
    fine: bool = False
    jump: Jump | None = None

    @property
    def has_coda_sign(self) -> bool:
        """Whether a coda sign stands at it."""
        return self.coda_before or self.coda_after


@dataclass(frozen=True, kw_only=True)
class PlayingOrder:
    """The order in which written bars are played.

    Args:
        bars: The index of each bar that is played.
        doubts: What the signs leave open, each with the index of the bar to which it belongs.
    """

    bars: list[int]
    doubts: list[tuple[int, str]]


def playing_order(written: Sequence[JumpBar], max_bars: int = MAX_BARS) -> PlayingOrder:
    """Return the order in which bars are played.

    A sign that is missing costs no bars: without a segno the jump leads to the beginning, a coda
    without a sign begins behind the jump, and a repeat that is never closed is played once.

    Args:
        written: The bars as they are written.
        max_bars: The largest number of bars that are played.

    Raises:
        ChartError: There are more.
    """
    tune = _Tune(written)
    bars = tune.played()
    if len(bars) > max_bars:
        raise ChartError(f"more than {max_bars} bars")
    return PlayingOrder(bars=bars, doubts=sorted(set(tune.doubts)))


@dataclass
class _Tune:
    """A tune as it is written, and the doubts that come up while it is played."""

    written: Sequence[JumpBar]
    doubts: list[tuple[int, str]] = field(default_factory=list)
    left: list[int] = field(default_factory=list)
    """The bars after which a jump has left for a coda."""
    codas: list[int] = field(default_factory=list)
    """The first bars of the codas that have been played."""

    def played(self) -> list[int]:
        """Return the indices of the bars in playing order."""
        order = self._order()
        self._tell_unplayed(order)
        return order

    def _tell_unplayed(self, order: Sequence[int]) -> None:
        """Note which bars are never played, a run of them at a time."""
        heard = set(order)
        silent = [number for number in range(len(self.written)) if number not in heard]
        for first in (number for number in silent if number - 1 not in silent):
            last = first
            while last + 1 in silent:
                last += 1
            more = f", nor {'is' if last == first + 1 else 'are'} the {last - first} after it"
            self._doubt(first, "is never played" + (more if last > first else ""))

    def _order(self) -> list[int]:
        groups = self._groups(0)
        order: list[int] = []
        start: int | None = 0
        while start is not None:
            onward = [bar for bar in all_passes(groups) if bar >= start]
            number = self._next_jump(groups, start)
            if number is None:
                return order + onward
            bar, jump = self._taken_after(number)
            passes = [index for index, played in enumerate(onward) if played == bar]
            order += onward[: passes[-1] + 1] if passes else onward
            again, start = self._after(groups, bar, jump)
            order += again
            if start is not None and start <= number:
                start = number + 1  # no jump is taken twice
        return order

    def _groups(self, first: int) -> list[RepeatGroup]:
        groups = repeat_groups(self.written, first, len(self.written))
        for group in open_groups(groups):
            self._doubt(group.first, "the repeat that begins here has no end: played once")
        return groups

    def _doubt(self, bar: int, text: str) -> None:
        self.doubts.append((bar, text))

    def _next_jump(self, groups: Sequence[RepeatGroup], start: int) -> int | None:
        """Return the index of the first bar from `start` with a jump that is not a mere repeat."""
        for number in range(start, len(self.written)):
            jump = self.written[number].jump
            if jump and not is_repeat(groups, number, jump):
                return number
        return None

    def _taken_after(self, number: int) -> tuple[int, Jump]:
        """Return the bar after which the jump at a bar is taken, and the jump.

        A text that stands in the coda belongs to the bar before it.
        """
        jump = self.written[number].jump or Jump(text="")
        signs = self._coda_signs(number)
        leaves = len(signs) > 1 or any(bar.to_coda for bar in self.written)
        if (
            jump.target != "fine"
            and not jump.ending
            and leaves
            and signs
            and 0 < signs[-1] <= number
        ):
            return signs[-1] - 1, jump
        return number, jump

    def _after(
        self, groups: Sequence[RepeatGroup], number: int, jump: Jump
    ) -> tuple[list[int], int | None]:
        """Return the bars that follow a jump, and the bar with which the tune then goes on.

        Args:
            groups: All bars by repeats.
            number: The bar after which the jump is taken.
            jump: The jump.
        """
        start = self._target(number, jump)
        leave, coda = self._coda(start, number, jump)
        if leave is not None and coda is not None:
            again = self._again(groups, start, leave, jump)
            self.left.append(leave)
            self.codas.append(coda)
            if self._leads_on(max(coda, number + 1), jump):
                return again, coda
            return [*again, *all_passes(self._groups(coda))], None
        ending = self._ending(groups, start, number, jump)
        fine = self._fine(ending.first if ending else start)
        if fine is not None and not (
            fine > number and jump.is_plain and self._jumps_behind(number)
        ):
            return self._again(groups, start, fine, jump, ending), None
        if ending is not None:
            return self._again(groups, start, self._end_of(ending, number), jump, ending), None
        if jump.target == "fine":
            self._doubt(number, f"{jump.text}: no fine is marked")
        behind = number + 1 if number + 1 < len(self.written) else None
        return self._again(groups, start, number, jump), behind

    def _leads_on(self, coda: int, led: Jump) -> bool:
        """Return whether a jump in a coda leads to another coda; any other one is told.

        Args:
            coda: The first bar of the coda.
            led: The jump that has led to it, whose text may stand there.
        """
        for number in range(coda, len(self.written)):
            jump = self.written[number].jump
            if jump is None or jump is led:
                continue
            if any(
                self.written[later].coda_before for later in range(number + 1, len(self.written))
            ):
                return True
            self._doubt(number, f"{jump.text}: a jump inside the coda: not taken")
        return False

    def _jumps_behind(self, number: int) -> bool:
        """Return whether another jump stands behind a bar."""
        return any(bar.jump for bar in self.written[number + 1 :])

    def _target(self, number: int, jump: Jump) -> int:
        """Return the bar to which a jump leads; of several segnos, the nearest one before it.

        D.S.S. leads to the second segno; where a tune has one, D.S. leads to the first.
        """
        if not jump.to_segno:
            return 0
        signs = [index for index in range(number + 1) if self.written[index].segno]
        if not signs:
            self._doubt(number, f"{jump.text}: no segno is marked: played from the beginning")
            return 0
        if any(bar.jump and _is_double(bar.jump) for bar in self.written):
            return signs[min(int(_is_double(jump)), len(signs) - 1)]
        return signs[-1]

    def _coda(self, start: int, number: int, jump: Jump) -> tuple[int | None, int | None]:
        """Return the bar after which the player leaves for the coda, and where that begins."""
        if jump.target == "fine" or jump.ending:
            return None, None
        bars = self.written
        signs = [sign for sign in self._coda_signs(number) if sign not in self.codas]
        leaves = [index for index, bar in enumerate(bars) if bar.to_coda]
        behind = [sign for sign in signs if sign > number]
        coda = self._coda_start((behind or signs)[0 if behind else -1]) if signs else None
        if not leaves and len(signs) > 1:
            leaves = [index - (not bars[index].coda_after) for index in signs[:-1]]
        elif not leaves and signs and signs[0] <= number:  # the only one marks where to leave
            leaves, coda = [signs[0] - (not bars[signs[0]].coda_after)], None
        if not leaves and jump.target != "coda":
            return None, None
        if not leaves:
            fine = self._fine(start)
            leaves = [number if fine is None else fine]
            if fine is None:
                self._doubt(number, f"{jump.text}: nothing marks where to leave for the coda")
        # Each jump leaves at a sign of its own, if there are so many.
        fresh = [index for index in leaves if start <= index <= number]
        fresh = [index for index in fresh if index not in self.left] or fresh
        leave = next(iter(fresh), number)
        if coda is None or coda <= leave:
            self._doubt(number, f"{jump.text}: the beginning of the coda is not marked")
            coda = number + 1 if number + 1 < len(bars) else None
        return leave, coda

    def _coda_signs(self, number: int) -> list[int]:
        """Return the bars with a coda sign, without one that only names the goal of a jump.

        Args:
            number: The bar of the jump.
        """
        signs = [index for index, bar in enumerate(self.written) if bar.has_coda_sign]
        if len(signs) > 1 and signs[-1] == number and not self.written[number].coda_before:
            signs.pop()
        return signs

    def _coda_start(self, sign: int) -> int:
        """Return the bar with which the coda begins that a sign marks."""
        bar = self.written[sign]
        behind = bar.coda_after and not bar.coda_before and bar.closes
        return sign + 1 if behind and sign + 1 < len(self.written) else sign

    def _fine(self, start: int) -> int | None:
        """Return the first bar from `start` with a fine, where a jump may end."""
        bars = range(start, len(self.written))
        return next((index for index in bars if self.written[index].fine), None)

    def _ending(
        self, groups: Sequence[RepeatGroup], start: int, number: int, jump: Jump
    ) -> Ending | None:
        """Return the ending that a jump names."""
        if not jump.ending:
            return None
        for group in groups:
            passes = group.passes
            place = jump.ending - 1 if jump.ending > 0 else len(passes) - 1
            if group.stop > start and group.endings and place < len(passes):
                return passes[place]
        self._doubt(number, f"{jump.text}: there is no such ending")
        return None

    def _end_of(self, ending: Ending, number: int) -> int:
        """Return the last bar of an ending without a fine, to which a jump leads."""
        if ending.first > number:  # it is played by the jump alone, and leads on
            return len(self.written) - 1
        bars = range(ending.first, ending.stop)
        closing = (index for index in bars if self.written[index].closes)
        return next(closing, number if number in bars else ending.stop - 1)

    def _again(
        self,
        groups: Sequence[RepeatGroup],
        start: int,
        stop: int,
        jump: Jump,
        ending: Ending | None = None,
    ) -> list[int]:
        """Return the bars after a jump, from `start` to `stop` and with both of them."""
        if not jump.repeats:
            return one_pass(groups, start, stop, ending)
        bars = [bar for bar in all_passes(groups) if bar >= start]
        passes = [index for index, bar in enumerate(bars) if bar == stop]
        return bars[: passes[-1] + 1] if passes else bars


def _is_double(jump: Jump) -> bool:
    """Return whether a jump is a "D.S.S.", which leads to the second segno."""
    return jump.to_segno and DOUBLE_SIGN.match(jump.text) is not None
