"""The bars of an iReal Pro song as they are played.

The text of a jump stands where there is room for it. The jump is taken where the section ends in
which it stands, and after all passes of a repeat. Sources: iReal Pro, "Repeats, Endings & Jumps"
and "How the Coda Symbol Works".
"""

from __future__ import annotations

from collections.abc import Sequence

from jazzgen.io.ireal.written_bar import IRealBar
from jazzgen.music.chart import Bar
from jazzgen.music.jump_words import Jump
from jazzgen.music.jumps import JumpBar, playing_order

__all__ = ["played_bars"]


def played_bars(written: Sequence[IRealBar]) -> tuple[tuple[Bar, ...], list[str]]:
    """Return the bars in the order in which they are played, and what their signs leave open.

    Args:
        written: The bars as they are written.

    Raises:
        ChartError: There are more than 2,000 bars.
    """
    written, warnings = _without_outro(written)
    jumps: dict[int, Jump] = {}
    for number, bar in enumerate(written):
        if bar.text.jump:
            jumps.setdefault(_taken_after(written, number, bar.text.jump), bar.text.jump)
    marked = [number for number, bar in enumerate(written) if bar.text.fine]
    if not marked and any(jump.target == "fine" for jump in jumps.values()):
        marked = [number for number, bar in enumerate(written) if bar.ends]
    fines = {_fine_after(written, number) for number in marked}
    # A coda in words counts only where the signs do not mark both of its ends.
    in_words = sum(bar.coda_before or bar.coda_after for bar in written) < 2
    order = playing_order(
        [
            JumpBar(
                opens=bar.opens,
                ending=() if bar.ending is None else (bar.ending,),
                times=bar.times,
                closes=bar.closes,
                segno=bar.segno or bar.text.segno,
                to_coda=in_words and bar.text.to_coda,
                coda_before=bar.coda_before or (in_words and bar.text.coda),
                coda_after=bar.coda_after,
                fine=number in fines,
                jump=jumps.get(number),
            )
            for number, bar in enumerate(written)
        ]
    )
    bars = tuple(written[number].bar for number in order.bars)
    return bars, [*warnings, *(f"bar {number + 1}: {doubt}" for number, doubt in order.doubts)]


def _without_outro(written: Sequence[IRealBar]) -> tuple[Sequence[IRealBar], list[str]]:
    """Return the bars of a chorus, and what was left out.

    A coda to which no jump leads is played once, at the end of the last chorus, and is no part of
    the form.

    Args:
        written: The bars as they are written.
    """
    signs = [number for number, bar in enumerate(written) if bar.coda_before]
    if not signs or any(bar.text.jump for bar in written):
        return written, []
    coda = signs[-1]
    if 2 * coda < len(written) or not coda or not written[coda - 1].closes:
        return written, []
    return written[:coda], [f"bar {coda + 1}: the coda ends the last chorus only: left out"]


def _taken_after(written: Sequence[IRealBar], number: int, jump: Jump) -> int:
    """Return the bar after which a jump is taken: the last one of its section.

    Args:
        written: The bars as they are written.
        number: The bar at which the text stands.
        jump: What the text says.
    """
    last = len(written) - 1
    for bar in range(number, last):
        before_ending = written[bar + 1].ending is not None
        if before_ending and jump.ending:
            return bar  # "al 2nd ending" at the end of the first one
        # A text that begins in a first ending has room there, but the jump comes after the last.
        if written[bar].closes and not (before_ending and written[bar].times):
            return bar
    return last


def _fine_after(written: Sequence[IRealBar], number: int) -> int:
    """Return the bar with which a tune ends whose fine stands at a bar.

    Where the chord is held through one more bar of the section, that one is the last.

    Args:
        written: The bars as they are written.
        number: The bar at which the fine stands.
    """
    if written[number].closes or number + 1 == len(written):
        return number
    following = written[number + 1]
    return number + (following.goes_on and following.closes)
