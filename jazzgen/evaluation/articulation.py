"""Articulation: how long a note sounds of the time until the next one.

Source: the *key overlap ratio* of performance research (Bresin and Battel, *Articulation
strategies in expressive piano performance*, Journal of New Music Research 29, 2000): a
note's length ÷ the interval between its onset and the next.

Conventions: inter-onset intervals up to a quarter note are counted; in longer ones
articulation cannot be told from a rest. The last note of a solo has no successor and is
left out. NaN where nothing can be counted.
"""

from __future__ import annotations

from itertools import pairwise

from jazzgen.evaluation.metrics import SoloMetric
from jazzgen.evaluation.positions import mean
from jazzgen.music.solo import Note, Solo
from jazzgen.music.timing import EIGHTH, TICKS_PER_QUARTER

__all__ = ["METRICS", "legato_eighths", "legato_repeats", "sounding_share"]


def sounding_share(solo: Solo) -> float:
    """Return the sounding part of the inter-onset intervals up to a quarter, mean over notes."""
    return mean(
        min(note.duration / interval, 1.0)
        for note, interval, _ in _successions(solo)
        if interval <= TICKS_PER_QUARTER
    )


def legato_eighths(solo: Solo) -> float:
    """Return the share of eighths that sound until the next note begins."""
    return mean(
        note.duration >= interval for note, interval, _ in _successions(solo) if interval == EIGHTH
    )


def legato_repeats(solo: Solo) -> float:
    """Return the share of repeated pitches that follow without a gap."""
    return mean(
        note.duration >= interval
        for note, interval, repeats in _successions(solo)
        if repeats and interval <= TICKS_PER_QUARTER
    )


def _successions(solo: Solo) -> list[tuple[Note, int, bool]]:
    """Each note but the last, the ticks to the next onset, and whether the next has its pitch."""
    return [
        (note, after.onset - note.onset, note.pitch == after.pitch)
        for note, after in pairwise(solo.notes)
    ]


METRICS = (
    SoloMetric(
        name="sounding_share",
        group="articulation",
        label="sounding part of a note",
        text="sounding part of the inter-onset intervals up to a quarter, mean over notes",
        measure=sounding_share,
    ),
    SoloMetric(
        name="legato_eighths",
        group="articulation",
        label="eighths without a gap",
        text="share of eighths that sound until the next note begins",
        measure=legato_eighths,
    ),
    SoloMetric(
        name="legato_repeats",
        group="articulation",
        label="repeats without a gap",
        text="share of repeated pitches that follow without a gap",
        measure=legato_repeats,
    ),
)
"""The metrics of articulation, in the order of the tables."""
