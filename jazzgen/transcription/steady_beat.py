"""Finding the beat of a line alone that was recorded at a steady tempo.

Transcribers of recordings, and players without a click in their program, leave files in which
every onset is right and no beat is: the file states 120 whatever was played. If the tempo is
steady, the onsets gather at fractions of its beat, and the spectrum of the onsets has peaks at
the tempo and at two, three and four times it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["SteadyBeat", "find_steady_beat", "grid_evidence"]

Floats = NDArray[np.float64]

FRAMES = 200
"""Frames per second of the spectrum."""
FINENESS = 4
"""How many times finer than its resolution the spectrum is sampled."""
SLOWEST, FASTEST = 55.0, 320.0
"""The range of tempi, in beats per minute."""
USUAL, OCTAVES = 150.0, 0.7
"""The likeliest tempo in beats per minute, and the standard deviation around it in octaves."""
PRIOR = 2.5
"""The evidence against a tempo that is one standard deviation from the likeliest."""
DIVISIONS = (1, 2, 3, 4)
"""The equal parts of a beat at which onsets gather."""
WEIGHTS = (1.2, 1.0, 0.8, 0.4)
"""The weight of each division as evidence for a tempo."""
QUARTERS = 0.62
"""The median time between the onsets of a line, in beats, above which they are half beats: lines
are in eighths more often than in quarters."""
EVIDENCE = 16.0
"""The least evidence for a beat; by chance one line in a hundred has so much for its best tempo."""
TOGETHER = 0.04
"""Seconds within which onsets are those of one chord."""
LONG_NOTE = 4.0
"""How many times the median time between onsets a note may count for as the sign of a beat."""
NEAR, PHASE_STEP = 0.1, 0.02
"""The standard deviation of onsets around a beat, and the step in which beats are tried, as shares
of the beat."""
LONGEST = 1800.0
"""The longest piece in seconds; no tempo stays within a beat for longer."""


class SteadyBeat(NamedTuple):
    """A beat that keeps its tempo.

    Args:
        first: The time of a beat in seconds, at most one beat before the first onset.
        period: The seconds from beat to beat.
        evidence: The evidence for it (see `grid_evidence`).
    """

    first: float
    period: float
    evidence: float


def grid_evidence(phases: Floats) -> float:
    """Return the evidence that onsets gather at fractions of a beat.

    It adds up Rayleigh's statistics of the fractions: the number of onsets times the squared
    length of their mean phase vector, less the 1 that chance gives on average.

    Args:
        phases: The onsets in beats, shape (N,).
    """
    angles = 2j * np.pi * phases
    strengths = [len(phases) * abs(np.exp(division * angles).mean()) ** 2 for division in DIVISIONS]
    return _evidence(np.array(strengths)[:, None]).item()


def find_steady_beat(times: Floats) -> SteadyBeat | None:
    """Return the beat around which onsets gather; None if they gather around none.

    Args:
        times: The onsets of a line in seconds, ascending, shape (N,).
    """
    if not 0 < times[-1] - times[0] <= LONGEST:
        return None
    strength, step = _spectrum(times - times[0])
    tempi = np.arange(SLOWEST / 60, FASTEST / 60, step)
    evidence = _evidence(
        np.stack([strength[np.rint(part * tempi / step).astype(np.int64)] for part in DIVISIONS])
    )
    unusual = PRIOR * (np.log2(60 * tempi / USUAL) / OCTAVES) ** 2
    best = int((evidence - unusual).argmax())
    if evidence[best] < EVIDENCE:
        return None
    tempo = float(tempi[best])
    steps = np.diff(times)
    steps = steps[steps > TOGETHER]  # two hands never strike at quite the same time
    if len(steps) and float(np.median(steps)) * tempo > QUARTERS and tempo / 2 > SLOWEST / 60:
        tempo /= 2
    beats = (times - times[0]) * tempo
    phase = _phase(beats, np.diff(times, append=times[-1] + 1 / tempo))
    return SteadyBeat(float(times[0]) + (phase - 1) / tempo, 1 / tempo, grid_evidence(beats))


def _evidence(strengths: Floats) -> Floats:
    """Return the evidence of Rayleigh's statistics, shape (divisions, T), for T tempi."""
    beyond: Floats = np.array(WEIGHTS) @ np.maximum(strengths - 1, 0)
    return beyond


def _spectrum(times: Floats) -> tuple[Floats, float]:
    """Return the squared strength of the onsets' spectrum, 1 by chance, and its step in Hz."""
    frames = np.zeros(int(times[-1] * FRAMES) + 2)
    np.add.at(frames, np.rint(times * FRAMES).astype(np.int64), 1.0)
    size = 2 ** int(np.ceil(np.log2(FINENESS * max(len(frames), FRAMES))))
    strength: Floats = np.abs(np.fft.rfft(frames, size)) ** 2 / len(times)
    return strength, FRAMES / size


def _phase(beats: Floats, lasts: Floats) -> float:
    """Return at which fraction of a beat the beats are: where most begins.

    Notes count by how long they last, as long notes begin on beats rather than between them, and
    the first of two swung eighths is the longer one.

    Args:
        beats: The onsets in beats from the first one, shape (N,).
        lasts: The time from each onset to the next one, shape (N,).
    """
    weights = np.minimum(lasts, LONG_NOTE * float(np.median(lasts)) + 1e-9)
    phases = np.arange(0, 1, PHASE_STEP)
    off = (beats - phases[:, None] + 0.5) % 1.0 - 0.5
    begins = np.exp(-0.5 * (off / NEAR) ** 2) @ weights
    return float(phases[int(begins.argmax())])
