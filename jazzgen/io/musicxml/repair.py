"""Repair the measures of a MusicXML score whose notes are to be played.

People write cadenzas, long pickups and whole lines into one measure. Programs that play scores
cope with that, and so does this module.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from jazzgen.errors import ChartError
from jazzgen.io.musicxml.measures import Measure
from jazzgen.music.timing import TICKS_PER_QUARTER, Meter
from jazzgen.runtime.wording import counted

__all__ = ["MAX_BARS_OF_MEASURE", "repair_measures"]

MAX_BARS_OF_MEASURE = 8
"""The largest number of bars of its meter that the notes of a measure may fill."""
SIXTEENTH = 6
"""Ticks of a sixteenth note; what is shorter, such as the rounding of tuplets, makes no measure
longer."""


def repair_measures(measures: Sequence[Measure]) -> tuple[str, ...]:
    """Make measures as long as their notes.

    A measure that is too long becomes several bars of its meter if its notes fill them, or else
    one bar of a longer meter.

    Args:
        measures: All written measures; they are changed in place.

    Returns:
        Warnings about what was changed.

    Raises:
        ChartError: The notes of a measure are too long for it, and no meter fits them; the message
            names the measure.
    """
    longer = list(_lengthen(measures))
    if len(longer) > 1:
        longer = [f"{len(longer)} measures are longer than their meter, such as {longer[0]}"]
    return tuple(longer)


def _lengthen(measures: Sequence[Measure]) -> Iterator[str]:
    """Extend each measure to the one or more bars that its notes fill."""
    for number, measure in enumerate(measures, 1):
        ticks, meter = measure.length * TICKS_PER_QUARTER, measure.meter
        if ticks <= meter.bar_ticks:
            continue
        what = f"measure {number}: {float(measure.length):.6g} quarter notes in {meter}"
        bars, rest = divmod(ticks, meter.bar_ticks)
        if rest == 0 and bars <= MAX_BARS_OF_MEASURE:
            measure.bars = int(bars)
            yield f"{what}: taken as {counted(int(bars), 'bar')}"
        elif bars and rest < SIXTEENTH:
            measure.length -= rest / TICKS_PER_QUARTER
            measure.bars = int(bars)
            yield f"{what}: taken as {counted(int(bars), 'bar')}"
        elif longer := _meter_of(measure):
            measure.meter = longer
            yield f"{what}: taken as {longer}"
        else:
            raise ChartError(what)
        measure.is_pickup = False  # a pickup is shorter than a bar


def _meter_of(measure: Measure) -> Meter | None:
    """Return a meter as long as the notes of a measure, with the largest unit that fits."""
    unit = measure.meter.denominator
    while unit <= 16:
        beats = measure.length * unit / 4
        if beats.denominator == 1:
            return Meter(int(beats), unit) if beats <= 32 else None
        unit *= 2
    return None
