"""Descriptive metrics of a solo: what a listener could count.

Source
------
The usual descriptors of jazz-solo research, named in the modules that hold them:

| module | metrics |
|---|---|
| `harmony` | `chord_tone_ratio`, `on_beat_chord_tones`, `off_beat_chord_tones`, |
| | `phrase_end_chord_tones`, `scale_tone_ratio`, `resolved_ratio` |
| `melody` | `step_ratio`, `repeat_ratio`, `leap_ratio`, `pitch_range`, `bar_entropy` (H1), |
| | `four_bar_entropy` (H4) |
| `rhythm` | `off_beat_ratio`, `notes_a_beat`, `silence`, `grooving_similarity` |
| `phrases` | `phrase_notes`, `phrase_beats`, `phrase_gap` |
| `loops` | `repeated_bars` |

Each was calibrated on the Weimar Jazz Database, so that its value there agrees with
what is published of it.

Conventions
-----------
Every metric takes a `Solo` and returns a float, NaN where nothing can be counted. Every
one is two-sided: more chord tones than a human plays is as wrong as fewer. Rows of
phrases (`POOLED`) are over single phrases, all others over solos.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from jazzgen.errors import DatasetError
from jazzgen.evaluation import harmony, loops, melody, phrases, rhythm
from jazzgen.evaluation.human import Figure, human_rows
from jazzgen.music.solo import Solo

__all__ = ["METRICS", "POOLED", "Figure", "describe", "human_figures", "observations", "validate"]

METRICS: dict[str, Callable[[Solo], float]] = {
    metric.__name__: metric
    for metric in (
        harmony.chord_tone_ratio,
        harmony.on_beat_chord_tones,
        harmony.off_beat_chord_tones,
        harmony.phrase_end_chord_tones,
        harmony.scale_tone_ratio,
        harmony.resolved_ratio,
        melody.step_ratio,
        melody.repeat_ratio,
        melody.leap_ratio,
        melody.pitch_range,
        melody.bar_entropy,
        melody.four_bar_entropy,
        rhythm.off_beat_ratio,
        rhythm.notes_a_beat,
        rhythm.silence,
        phrases.phrase_notes,
        phrases.phrase_beats,
        phrases.phrase_gap,
        rhythm.grooving_similarity,
        loops.repeated_bars,
    )
}

POOLED = phrases.LENGTHS


def validate(solos: Sequence[Solo]) -> None:
    """Check that there is something to describe.

    Raises:
        DatasetError: None of the solos has two notes.
    """
    if not any(len(solo.notes) >= 2 for solo in solos):
        raise DatasetError(f"nothing to measure: expected a solo of two notes or more, "
                           f"got {len(solos)} without")  # fmt: skip


def describe(solo: Solo) -> dict[str, float]:
    """Return every metric of a solo by name.

    Args:
        solo: A solo over a chart with chords.

    Returns:
        Name to value, in the order of `METRICS`; NaN where the solo has nothing
        to count (no notes, or no chords).
    """
    return {name: metric(solo) for name, metric in METRICS.items()}


def observations(solos: Sequence[Solo]) -> dict[str, NDArray[np.float64]]:
    """Return what each row's mean and standard deviation are taken over.

    Returns:
        Name to values, in the order of `METRICS`: one for each solo, or for each
        phrase in the rows of `POOLED`; what cannot be counted is left out.
    """
    found = {}
    for name, metric in METRICS.items():
        pooled = POOLED.get(name)
        values = [v for s in solos for v in pooled(s)] if pooled else [metric(s) for s in solos]
        column = np.array(values, dtype=np.float64)
        found[name] = column[~np.isnan(column)]
    return found


def human_figures() -> dict[str, Figure]:
    """Return mean and standard deviation of each metric over the solos of the built-in row."""
    rows = human_rows()
    return {name: Figure(rows[name].mean, rows[name].std) for name in METRICS}
