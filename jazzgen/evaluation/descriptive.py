"""Descriptive metrics of a solo: what a listener could count.

Source: the usual descriptors of jazz-solo research, named in the modules that compute them
(`harmony`, `melody`, `rhythm`, `phrases`, `loops`). `metrics` lists them.

Each was calibrated on the Weimar Jazz Database, so that its value there agrees with what is
published of it.

Conventions: a metric takes a `Solo` and returns a float, NaN where nothing can be counted.
"""

from __future__ import annotations

from collections.abc import Sequence

from jazzgen.errors import DatasetError
from jazzgen.evaluation.human import Figure
from jazzgen.evaluation.metric_table import solo_metrics
from jazzgen.music.solo import Solo

__all__ = ["Figure", "describe", "human_figures", "validate"]


def validate(solos: Sequence[Solo]) -> None:
    """Check that there is something to describe.

    Raises:
        DatasetError: None of the solos has two notes.
    """
    if not any(len(solo.notes) >= 2 for solo in solos):
        raise DatasetError(
            f"nothing to measure: expected a solo of at least two notes, got {len(solos)} without"
        )


def describe(solo: Solo) -> dict[str, float]:
    """Return every metric that is computed from a solo alone.

    Args:
        solo: A solo over a chart with chords.

    Returns:
        Name to value, in the order of tables; NaN where the solo has nothing to count (no
        notes, or no chords).
    """
    return {metric.name: metric.measure(solo) for metric in solo_metrics()}


def human_figures() -> dict[str, Figure]:
    """Return the mean and standard deviation of each metric of `describe` over human solos.

    Metrics without a human reference are left out.
    """
    return {
        metric.name: Figure(metric.reference.mean, metric.reference.std)
        for metric in solo_metrics()
        if metric.reference is not None
    }
