"""Time feel: how far from the written time the players of a band play, and how they drift.

Nobody in a rhythm section is on the grid, and nobody is at random around it. Beats of jazz
recordings vary by two processes that are both correlated over many beats: the placement of single
beats, and slow changes over more than eight of them (Sogorski, Geisel and Priesemann, "Correlated
Microtiming Deviations in Jazz and Rock Music", PLoS ONE 13, 2018); the same holds for a drummer's
hi-hat (Räsänen et al., PLoS ONE 10, 2015), and listeners prefer such fluctuations to independent
ones (Hennig et al., PLoS ONE 6, 2011). In jazz trios the hi-hat is ahead of the pulse by up to 26
ms, and listeners prefer asynchronies below 19 ms to larger ones and to none (Hofmann, Wesolowski
and Goebl, "The Tight-interlocked Rhythm Section", Journal of New Music Research 46, 2017).

So each player here has a usual lead or lag, a slow wandering around it, and a small independent
part for each onset. The wandering is a sum of three first-order autoregressive processes that
forget within one, four and sixteen beats: an approximation of 1/f noise. It is stationary: it
never moves the tempo, and after a hundred choruses the players are as close as in the first.

Swing wanders too, for all players together: swung off-beats come a little later or earlier than
the ratio says (Friberg and Sundström, Music Perception 19, 2002, for its range).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from jazzgen.band.styles import find_style
from jazzgen.music.chart import Chart
from jazzgen.music.part import Part
from jazzgen.music.solo import Note
from jazzgen.music.timing import EIGHTH, TICKS_PER_QUARTER

__all__ = ["Feel", "feel_of", "late_note", "late_ticks", "loosened", "tightened", "wandering"]

MEMORIES = (1.0, 4.0, 16.0)
"""How many beats each of the processes takes to forget most of where it was."""
SWING_WANDERS = 0.016
"""The standard deviation of the time of swung off-beats, in beats, for all players together."""
WANDERING, JITTER, SWINGING = 8, 9, 10
"""What the sources of chance are for."""
LARGEST = 0.045
"""The largest deviation in seconds."""
FURTHEST = 2.5
"""The largest deviation in ticks: it is less than the distance of two sextuplets."""


@dataclass(frozen=True, kw_only=True)
class Feel:
    """How a player keeps time.

    Args:
        lag: How much later than written it usually plays, in seconds; negative if earlier.
        slow: The standard deviation of its wandering, in seconds.
        jitter: The standard deviation of the independent part of each onset, in seconds.
    """

    lag: float
    slow: float
    jitter: float


FEELS = {
    "Piano": Feel(lag=0.008, slow=0.011, jitter=0.008),
    "Bass": Feel(lag=0.003, slow=0.009, jitter=0.007),
    "Drums": Feel(lag=0.0, slow=0.014, jitter=0.013),
}
"""The players of the band by the names of their parts."""
USUAL = Feel(lag=0.0, slow=0.008, jitter=0.008)


def feel_of(name: str) -> Feel:
    """Return how the player of a part keeps time, by the part's name."""
    return FEELS.get(name, USUAL)


def wandering(seed: Sequence[int], beats: int) -> NDArray[np.float64]:
    """Return a slow wandering of standard deviation 1, shape (beats,).

    It is the same for as many beats as two lengths have in common.

    Args:
        seed: The source of chance.
        beats: The number of beats.
    """
    noise = np.random.default_rng(list(seed)).standard_normal((beats, len(MEMORIES)))
    kept = np.exp(-1 / np.array(MEMORIES))
    level = np.empty_like(noise)
    now = np.zeros(len(MEMORIES))
    for beat in range(beats):
        # Where it begins it already has the variance that it keeps.
        now = noise[0] if beat == 0 else kept * now + np.sqrt(1 - kept**2) * noise[beat]
        level[beat] = now
    return np.asarray(level.sum(axis=1) / np.sqrt(len(MEMORIES)))


def loosened(
    part: Part,
    chart: Chart,
    seed: int,
) -> Part:
    """Return a part as its player keeps time.

    Args:
        part: The part; the deviations that its notes have already are added to.
        chart: The chart, for its tempo, its bars and whether it swings.
        seed: The same seed gives the same deviations; chance is drawn bar by bar.
    """
    feel = feel_of(part.name)
    beats = -(-chart.ticks // TICKS_PER_QUARTER)
    slow = feel.slow * wandering([seed, part.channel, WANDERING], beats)
    swing = SWING_WANDERS * wandering([seed, SWINGING], beats)
    swings = find_style(chart.feel).swings
    onset_noise = _onset_noise(part, chart, seed)
    notes = []
    for note in part.notes:
        beat, place = divmod(note.onset, TICKS_PER_QUARTER)
        seconds = feel.lag + slow[beat] + feel.jitter * onset_noise[note.onset]
        late = note.deviation + late_ticks(min(max(seconds, -LARGEST), LARGEST), chart.tempo)
        if swings and place == EIGHTH:
            late += swing[beat] * TICKS_PER_QUARTER
        notes.append(late_note(note, late))
    return replace(part, notes=tuple(notes))


def late_ticks(seconds: float, tempo: float) -> float:
    """Return a deviation in ticks.

    Args:
        seconds: The deviation in seconds.
        tempo: Quarter notes per minute.
    """
    return seconds * tempo / 60 * TICKS_PER_QUARTER


def late_note(note: Note, late: float) -> Note:
    """Return a note with a deviation, which leaves the order of onsets as it is.

    Args:
        note: The note.
        late: How much later than written it is to sound, in ticks; negative if earlier.
    """
    bound = min(float(note.onset), FURTHEST)
    return replace(note, deviation=float(min(max(late, -bound), FURTHEST)))


def tightened(part: Part, tight: float) -> Part:
    """Return a part nearer to the grid.

    Args:
        part: The part.
        tight: How near: 0 as it is, 1 on the grid.
    """
    notes = [replace(note, deviation=note.deviation * (1 - tight)) for note in part.notes]
    return replace(part, notes=tuple(notes))


def _onset_noise(part: Part, chart: Chart, seed: int) -> dict[int, float]:
    """Return noise of standard deviation 1 for each onset: what is struck together stays so."""
    by_bar: dict[int, list[int]] = {}
    for onset in sorted({note.onset for note in part.notes}):
        by_bar.setdefault(chart.bar_at(onset), []).append(onset)
    noise: dict[int, float] = {}
    for bar, onsets in by_bar.items():
        generator = np.random.default_rng([seed, part.channel, JITTER, bar])
        # Drawn for every tick: what is played elsewhere in the bar makes no difference.
        every = generator.standard_normal(chart.bars[bar].meter.bar_ticks)
        noise |= {onset: float(every[onset - chart.bar_starts[bar]]) for onset in onsets}
    return noise
