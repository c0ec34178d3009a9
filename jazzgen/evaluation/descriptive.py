"""Descriptive metrics of a solo: what a listener could count.

Source
------
The usual descriptors of jazz-solo research, named in the modules that hold them. Each
module is a *group* of metrics (`GROUPS`):

| module | metrics |
|---|---|
| `harmony` | `chord_tone_ratio`, `on_beat_chord_tones`, `off_beat_chord_tones`, |
| | `phrase_end_chord_tones`, `scale_tone_ratio`, `resolved_ratio`, `avoid_notes` |
| `melody` | `step_ratio`, `repeat_ratio`, `leap_ratio`, `pitch_range`, `bar_entropy` (H1), |
| | `four_bar_entropy` (H4), `octave_leaps`, `enclosures` |
| `rhythm` | `off_beat_ratio`, `triplet_off_beats`, `notes_a_beat`, `silence`, |
| | `grooving_similarity` |
| `phrases` | `phrase_notes`, `phrase_beats`, `phrase_gap`, `phrase_variation`, |
| | `short_phrases`, `longest_phrase`, `long_phrases`, `longest_gap` |
| `loops` | `repeated_bars` |
| `endings` | `beats_left`, `ends_in_last_beat`, `last_note_chord_tone`, `last_note_beats` |
| `structure` | `density_variation`, `density_trend`, `neighbouring_density`, |
| | `register_variation`, `register_trend`, `motif_recurrence` |
| `articulation` | `sounding_share`, `legato_eighths`, `legato_repeats` |
| `dynamics` | `velocities`, `velocity_follows_pitch`, `phrase_accent` |

The last two are about how the notes are played (`PERFORMANCE`), all others about the
notes themselves.

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
from jazzgen.evaluation import (
    articulation,
    dynamics,
    endings,
    harmony,
    loops,
    melody,
    phrases,
    rhythm,
    structure,
)
from jazzgen.evaluation.human import Figure, human_rows
from jazzgen.music.solo import Solo

__all__ = [
    "GROUPS",
    "METRICS",
    "PERFORMANCE",
    "POOLED",
    "Figure",
    "describe",
    "human_figures",
    "observations",
    "validate",
]

Metric = Callable[[Solo], float]

GROUPS: dict[str, tuple[Metric, ...]] = {
    "harmony": (
        harmony.chord_tone_ratio,
        harmony.on_beat_chord_tones,
        harmony.off_beat_chord_tones,
        harmony.phrase_end_chord_tones,
        harmony.scale_tone_ratio,
        harmony.resolved_ratio,
        harmony.avoid_notes,
    ),
    "melody": (
        melody.step_ratio,
        melody.repeat_ratio,
        melody.leap_ratio,
        melody.pitch_range,
        melody.bar_entropy,
        melody.four_bar_entropy,
        melody.octave_leaps,
        melody.enclosures,
    ),
    "rhythm": (
        rhythm.off_beat_ratio,
        rhythm.triplet_off_beats,
        rhythm.notes_a_beat,
        rhythm.silence,
        rhythm.grooving_similarity,
    ),
    "phrases": (
        phrases.phrase_notes,
        phrases.phrase_beats,
        phrases.phrase_gap,
        phrases.phrase_variation,
        phrases.short_phrases,
        phrases.longest_phrase,
        phrases.long_phrases,
        phrases.longest_gap,
    ),
    "loops": (loops.repeated_bars,),
    "endings": (
        endings.beats_left,
        endings.ends_in_last_beat,
        endings.last_note_chord_tone,
        endings.last_note_beats,
    ),
    "structure": (
        structure.density_variation,
        structure.density_trend,
        structure.neighbouring_density,
        structure.register_variation,
        structure.register_trend,
        structure.motif_recurrence,
    ),
    "articulation": (
        articulation.sounding_share,
        articulation.legato_eighths,
        articulation.legato_repeats,
    ),
    "dynamics": (
        dynamics.velocities,
        dynamics.velocity_follows_pitch,
        dynamics.phrase_accent,
    ),
}

PERFORMANCE = ("articulation", "dynamics")
"""The groups that say how the notes are played."""

METRICS: dict[str, Metric] = {
    metric.__name__: metric for group in GROUPS.values() for metric in group
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
