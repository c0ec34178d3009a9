"""The rhythm section: piano, bass and drums under a solo."""

from __future__ import annotations

from jazzgen.band.bar_plan import plan_bars
from jazzgen.band.bass import bass_part
from jazzgen.band.comping import comping_part
from jazzgen.band.drums import drum_part
from jazzgen.band.endings import with_ending
from jazzgen.band.listening import Hearing
from jazzgen.band.mix import mixed
from jazzgen.band.styles import find_style
from jazzgen.band.time_feel import loosened, tightened
from jazzgen.music.part import Part
from jazzgen.music.solo import Solo
from jazzgen.runtime.forks import side_by_side

__all__ = ["accompany"]


def accompany(
    solo: Solo, seed: int = 0, hearing: Hearing | None = None, tight: float = 0.0
) -> tuple[Part, ...]:
    """Return what the band plays under a solo.

    The notes are written on the straight grid, and their deviations say how the players keep time
    around it (see `time_feel`); swing is added when they are written to MIDI.

    Args:
        solo: The solo. Count-in, intro and ending are sections of its chart (see
            `arrangement`). The band follows its energy, and the piano plays less where it is busy.
        seed: The same seed gives the same parts. Where a solo differs in some bars, the band
            differs in these bars and in those next to them.
        hearing: What the band hears; by default the solo, by the range of its instrument.
        tight: How near to the grid they play: 0 as people do, 1 on it.

    Returns:
        Piano, bass and drums, on channels 1, 2 and 9 (counted from 0).
    """
    plan = plan_bars(solo.chart, solo.notes, hearing or Hearing.of(solo))

    def piano_and_bass() -> tuple[Part, ...]:
        parts = comping_part(solo.chart, plan, seed), bass_part(solo.chart, plan, seed)
        return tuple(loosened(part, solo.chart, seed) for part in parts)

    def drums() -> tuple[Part, ...]:
        return (drum_part(solo.chart, plan, seed),)

    # The drums take as long as the two others.
    parts = [part for both in side_by_side([piano_and_bass, drums]) for part in both]
    style = find_style(solo.chart.feel)
    played = [with_ending(tightened(part, tight), plan, style.ending) for part in parts]
    return mixed(played, style)
