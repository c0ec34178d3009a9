"""Finding the parts of a file that play the solo.

What makes a part a soloist is its name, its sound and the way it plays: one note at a time, in
a singer's register, with varied rhythms, and above the others. Parts that play in turn are all
soloists; parts that play the same notes are one soloist.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from jazzgen.errors import MidiError
from jazzgen.io.midi.line import count_overlaps
from jazzgen.io.midi.own_texts import SOLO
from jazzgen.io.midi.part import MidiPart
from jazzgen.io.midi.score import MidiScore

__all__ = ["Soloist", "find_soloists"]

SOLO_NAMES = r"\bsolo|\bmelod|\blead\b|\bimpro|\btheme\b|\bvoc|\bvoice"
WIND_NAMES = (
    r"sax|\balto\b|\btenor\b|\bsoprano\b|\bbari(tone)?\b|trumpet|trombone|clarinet|flute|cornet|horn\b"
    r"|\bvib|violin|harmonica|oboe"
)
BAND_NAMES = (
    r"piano|\bpno|keys|rhodes|organ|guitar|\bgtr|comp|chord|string|\bpad|rhythm|accomp|backing"
    r"|\bbass\b(?! (clarinet|flute|trombone|sax))|drum|percussion|click|metronome|harmony"
)
WINDS, LEADS, BASSES = range(56, 80), range(80, 88), range(32, 40)
CARPETS = (*range(48, 56), *range(88, 120))
"""Programs of ensembles, pads, effects and percussion."""

MIDDLE, WIDTH = 69, 12
"""The mean pitch of solos, and its standard deviation in semitones."""
LOW = 50
"""The mean pitch below which the lowest part is taken for a bass."""
MIN_NOTES = 8
"""The number of notes that a second soloist must have."""
OVERLAP = 0.2
"""The largest share of its bars in which another soloist may play with a likelier one."""
NEAR = 2.5
"""The largest distance, in logits, of another soloist's score from the likeliest one's."""
NEARBY = 12
"""The part of a quarter note within which people who play together begin a note, or two of them."""
DOUBLED = 0.9
"""The least share of common notes in two parts that play the same."""


@dataclass(frozen=True)
class Soloist:
    """A part that plays the solo.

    Args:
        part: The part.
        score: How likely it is to be a soloist, as a logit.
        doubles: The names of parts that play the same notes.
    """

    part: MidiPart
    score: float
    doubles: tuple[str, ...] = ()


def find_soloists(score: MidiScore) -> list[Soloist]:
    """Return the soloists of a file, the likeliest first.

    Raises:
        MidiError: The file has only drums.
    """
    pitched = [part for part in score.parts if not part.is_drums]
    if not pitched:
        raise MidiError(f"{score.source}: has only drums; expected a melody")
    means = [_mean_pitch(part) for part in pitched]
    rated = sorted(
        (
            (_rate(part, mean, means), -number, part)
            for number, (part, mean) in enumerate(zip(pitched, means, strict=True))
        ),
        # In a file of jazzgen's the names are true, however low the solo is.
        key=lambda row: (score.is_ours and row[2].name.startswith(SOLO), *row[:2]),
        reverse=True,
    )
    chosen: list[Soloist] = []
    for rating, _, part in rated:
        if not chosen:
            chosen.append(Soloist(part, rating))
        elif any(doubled := [_is_double(part, one.part, score.ppq) for one in chosen]):
            chosen = [
                replace(one, doubles=(*one.doubles, part.name)) if double else one
                for one, double in zip(chosen, doubled, strict=True)
            ]
        elif rating > max(chosen[0].score - NEAR, 0) and _takes_turns(score, part, chosen):
            chosen.append(Soloist(part, rating))
    return chosen


def _rate(part: MidiPart, mean: float, means: Sequence[float]) -> float:
    """Return the logit of a part's being a soloist: above 0 it is likelier than not."""
    alone = 1 - count_overlaps(part) / len(part.notes)
    rating = 6 * (alone - 0.7) - ((mean - MIDDLE) / WIDTH) ** 2 / 2
    called = _name_says(part) + _program_says(part)
    rating += called if len(means) > 1 else max(called, 0.0)  # a lone guitar is no rhythm guitar
    rating += 1.5 * min(_variety(part), 2.0) - 2
    rating += 0.6 * min(math.log(len(part.notes) / 16), 3)
    if len(means) > 1:
        rating += mean == max(means)
        rating -= 3 * (mean == min(means) and mean < LOW)
    return rating


def _name_says(part: MidiPart) -> float:
    for pattern, weight in ((SOLO_NAMES, 4.0), (BAND_NAMES, -3.0), (WIND_NAMES, 2.0)):
        if re.search(pattern, part.name, re.IGNORECASE):
            return weight
    return 0.0


def _program_says(part: MidiPart) -> float:
    if part.program in WINDS or part.program in LEADS:
        return 2.0
    if part.program in BASSES:
        return -4.0
    return -2.0 if part.program in CARPETS else 0.0


def _variety(part: MidiPart) -> float:
    """Return the entropy of inter-onset intervals, in nats; a walking bass has little."""
    steps = np.diff(part.table[:, 0])
    if not len(steps):
        return 0.0
    mean = max(float(steps.mean()), 1.0)
    classes = np.minimum(np.rint(2 * np.log2(steps / mean + 1 / 8)), 4).astype(np.int64)
    share = np.bincount(classes + 6) / len(steps)
    share = share[share > 0]
    return float(-(share * np.log(share)).sum())


def _mean_pitch(part: MidiPart) -> float:
    return float(part.table[:, 2].mean())


def _is_double(part: MidiPart, other: MidiPart, ppq: int) -> bool:
    """Return whether two parts play the same notes, perhaps octaves apart."""
    fewer, more = sorted([len(part.notes), len(other.notes)])
    if fewer <= DOUBLED * more:
        return False
    cell = max(ppq // NEARBY, 1)
    near = {
        (note.start // cell + shift, note.pitch % 12)
        for note in other.notes
        for shift in (-1, 0, 1)
    }
    same = sum((note.start // cell, note.pitch % 12) in near for note in part.notes)
    return same > DOUBLED * more


def _takes_turns(score: MidiScore, part: MidiPart, chosen: Sequence[Soloist]) -> bool:
    """Return whether a part plays in bars in which the chosen ones hardly do."""
    bars = _bars(score, part)
    taken = set().union(*(_bars(score, one.part) for one in chosen))
    return len(part.notes) >= MIN_NOTES and len(bars & taken) <= OVERLAP * len(bars)


def _bars(score: MidiScore, part: MidiPart) -> set[int]:
    return {note.start // (4 * score.ppq) for note in part.notes}
