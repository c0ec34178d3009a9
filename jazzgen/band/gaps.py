"""Gaps: bars in which the band is silent, since they are those of whoever plays along.

With turns of four bars, the band plays four bars and leaves the next four, and so on through all
choruses. Counts-in, intros, heads and endings have no gaps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from jazzgen.band.bar_plan import BarPlan, plan_bars
from jazzgen.errors import SoloError
from jazzgen.music.chart import Chart
from jazzgen.music.part import Part
from jazzgen.music.solo import Note
from jazzgen.music.trade import CHORUS
from jazzgen.runtime.wording import counted

__all__ = ["gaps_of", "with_gaps"]


def gaps_of(chart: Chart, length: int | str) -> tuple[tuple[int, int], ...]:
    """Return the ticks at which the gaps of a backing track begin and end.

    Args:
        chart: The whole tune, choruses unfolded; count-in, intro and ending are sections of it.
        length: The number of bars of a turn, or `CHORUS`; the band has the first turn.

    Raises:
        SoloError: A turn is longer than the form, or there is no second turn.
    """
    bars = [bar for bar in plan_bars(chart) if not bar.role]
    choruses = _turns(bars)
    form = len(choruses[0])
    if isinstance(length, int) and length > form:
        raise SoloError(f"longer than the form, which has {counted(form, 'bar')}")
    turns = choruses if length == CHORUS else _split(bars, int(length))
    if len(turns) < 2:
        raise SoloError("leaves no turn to you; play more choruses, or take shorter turns")
    return tuple((turn[0].start, turn[-1].end) for turn in turns[1::2])


def _turns(bars: Sequence[BarPlan]) -> list[list[BarPlan]]:
    """Return the bars of each chorus."""
    choruses: list[list[BarPlan]] = []
    for bar in bars:
        if bar.opens or not choruses:
            choruses.append([])
        choruses[-1].append(bar)
    return choruses


def _split(bars: Sequence[BarPlan], length: int) -> list[list[BarPlan]]:
    """Return the bars in turns of a length; the last turn may be shorter."""
    return [list(bars[first : first + length]) for first in range(0, len(bars), length)]


def with_gaps(part: Part, gaps: Sequence[tuple[int, int]]) -> Part:
    """Return a part without what it plays in gaps; what rings on into a gap ends where it begins.

    Args:
        part: The part.
        gaps: The ticks at which each gap begins and ends, in order.
    """
    return replace(part, notes=tuple(_outside(part.notes, gaps)))


def _outside(notes: Sequence[Note], gaps: Sequence[tuple[int, int]]) -> list[Note]:
    """Return the notes that begin outside of gaps, cut where a gap begins."""
    kept, upcoming = [], 0
    for note in notes:
        while upcoming < len(gaps) and gaps[upcoming][1] <= note.onset:
            upcoming += 1
        begin = gaps[upcoming][0] if upcoming < len(gaps) else note.end
        if note.onset < begin:
            kept.append(replace(note, duration=min(note.end, begin) - note.onset))
        elif upcoming == len(gaps):
            kept.append(note)
    return kept
