"""A first measure that is a pickup, though neither its number nor its attributes say so."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element

from jazzgen.io.musicxml.measures import Measure
from jazzgen.music.timing import TICKS_PER_QUARTER
from jazzgen.runtime.ownership import PROGRAM

__all__ = ["mark_pickup"]


def mark_pickup(measures: Sequence[Measure], root: Element) -> None:
    """Find out whether the first measure is a pickup though nothing says so.

    It is one if it is too short, and the last measure is what it lacks, or no chord stands in it;
    or if it is alone in its meter, which is shorter than that of the measures after it.

    Args:
        measures: All measures; the first one is changed.
        root: The score; those of jazzgen number their measures, and chord sheets have no pickups.
    """
    first, *others = measures
    if _has_meter_of_its_own(first, others) and _is_played(root):
        first.is_pickup = True
        return
    bar = first.meter.bar_ticks / TICKS_PER_QUARTER
    if first.is_pickup or not others or not 0 < first.length < bar or first.navigation.times:
        return
    is_full = others[0].length == bar and others[0].meter == first.meter
    completed = first.length + others[-1].length == bar
    first.is_pickup = is_full and (
        completed or (not first.chords and any(measure.chords for measure in others))
    )


def _has_meter_of_its_own(first: Measure, others: Sequence[Measure]) -> bool:
    """Return whether a first measure is short by its meter, such as 1/4 before 4/4."""
    if not others or first.navigation.times:
        return False
    after = {measure.meter for measure in others[:2]}
    return len(after) == 1 and first.meter.bar_ticks < others[0].meter.bar_ticks


def _is_played(root: Element) -> bool:
    """Return whether notes stand in the first measure of another program's score."""
    software = root.findtext("identification/encoding/software") or ""
    firsts = (part.find("measure") for part in root.findall("part"))
    notes = any(first is not None and first.find("note/pitch") is not None for first in firsts)
    return notes and not software.startswith(PROGRAM)
