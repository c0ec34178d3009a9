"""The rows of the human table: each metric of a set of solos beside that of a reference.

Conventions: a row's *distance* is (mean - reference mean) ÷ the reference's standard deviation;
0 is human, the sign says which way. Its *overlap* is the area that both distributions share, its
*ceiling* that of two halves of the reference (`overlap`). Means are taken over solos, or over
phrases for the metrics of phrases, where the median is worth a look too. Metrics of shared runs
(`sharing`) are computed where training solos are given; each solo is compared with those over
other tunes.

Grooving similarity depends almost wholly on note density: `grooving_at_density` is its distance
after subtracting what density predicts, by a line fitted to the reference.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from math import nan

import numpy as np
from numpy.typing import NDArray

from jazzgen.evaluation.metric_table import metrics_for
from jazzgen.evaluation.metrics import Metric, SoloSet
from jazzgen.evaluation.overlap import ceiling, overlap_area
from jazzgen.evaluation.positions import mean, tune_of
from jazzgen.evaluation.rhythm import grooving_similarity, notes_per_beat
from jazzgen.music.solo import Solo

__all__ = [
    "Row",
    "compare",
    "compare_with_human",
    "grooving_at_density",
    "mean_distance",
    "mean_overlap",
    "row_values",
]

Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Row:
    """One metric of a set of solos beside that of a reference; NaN where there is none.

    Args:
        mean: Mean of the set.
        std: Standard deviation of the set.
        median: Median of the set.
        reference_mean: Mean of the reference.
        reference_std: Standard deviation of the reference.
        reference_median: Median of the reference.
        distance: Difference of the means, in standard deviations of the reference.
        overlap: Area that both distributions share, from 0 to 1.
        ceiling: Overlap of two halves of the reference.
    """

    mean: float
    std: float
    median: float
    reference_mean: float
    reference_std: float
    reference_median: float
    distance: float
    overlap: float
    ceiling: float

    def to_json(self) -> dict[str, float]:
        """Return the figures by name."""
        return asdict(self)


def row_values(solos: SoloSet) -> dict[str, Floats]:
    """Return, for each metric, the values that a row's figures are taken over."""
    return {metric.name: metric.values(solos) for metric in metrics_for(solos)}


def compare(solos: SoloSet, reference: SoloSet, seed: int = 0) -> dict[str, Row]:
    """Compare two sets of solos metric by metric.

    Args:
        solos: The set that is judged.
        reference: The set that it is compared with, with the same training solos.
        seed: Draws the halves of the reference for the ceilings.
    """
    return {metric.name: _row(metric, solos, reference, seed) for metric in metrics_for(solos)}


def compare_with_human(solos: SoloSet) -> dict[str, Row]:
    """Compare a set of solos with the human reference of each metric."""
    return {metric.name: _human_row(metric, solos) for metric in metrics_for(solos)}


def mean_distance(rows: Mapping[str, Row]) -> float:
    """Return the mean absolute distance of a table's rows, without those that are NaN."""
    return _mean(abs(row.distance) for row in rows.values())


def mean_overlap(rows: Mapping[str, Row]) -> float:
    """Return the mean overlap of a table's rows, without those that are NaN."""
    return _mean(row.overlap for row in rows.values())


def grooving_at_density(generated: Sequence[Solo], reference: Sequence[Solo]) -> float:
    """Return the distance of grooving similarity after subtracting what density predicts.

    Args:
        generated: The set that is judged.
        reference: The set that it is compared with.

    Returns:
        The mean residual from the reference's least-squares line over notes per beat, in
        standard deviations of the reference's residuals; NaN where fewer than three solos
        of the reference can be counted.
    """
    ours, theirs = _groove(generated), _groove(reference)
    if len(theirs) < 3 or not len(ours) or np.ptp(theirs[:, 0]) == 0:
        return nan
    slope, level = np.polyfit(theirs[:, 0], theirs[:, 1], 1)
    ours_left, theirs_left = (g[:, 1] - slope * g[:, 0] - level for g in (ours, theirs))
    return _distance(float(ours_left.mean()), 0.0, float(theirs_left.std()))


def _row(metric: Metric, solos: SoloSet, reference: SoloSet, seed: int) -> Row:
    ours, theirs = metric.values(solos), metric.values(reference)
    # A tune's solos are alike: they stay in one half. Where a value could not be counted,
    # nobody knows any more whose the others are, and each is on its own.
    groups: Sequence[Hashable] = [
        tune_of(solo)
        for solo, values in zip(reference.solos, metric.observed(reference), strict=True)
        for _ in values
    ]
    if len(groups) != len(theirs):
        groups = range(len(theirs))
    return _compare(ours, theirs, *_figures(theirs), ceiling(theirs, groups, seed))


def _human_row(metric: Metric, solos: SoloSet) -> Row:
    ours, human = metric.values(solos), metric.reference
    if human is None:
        return _compare(ours, np.array([]), nan, nan, nan, nan)
    best = ceiling(human.sample, range(len(human.sample)))
    return _compare(ours, human.sample, human.mean, human.std, human.median, best)


def _compare(
    ours: Floats, theirs: Floats, their_mean: float, their_std: float, their_median: float,
    best: float,
) -> Row:  # fmt: skip
    """A row, the reference's figures being those given: a sample only resembles them."""
    own_mean, std, median = _figures(ours)
    return Row(
        mean=own_mean,
        std=std,
        median=median,
        reference_mean=their_mean,
        reference_std=their_std,
        reference_median=their_median,
        distance=_distance(own_mean, their_mean, their_std),
        overlap=overlap_area(ours, theirs),
        ceiling=best,
    )


def _mean(values: Iterable[float]) -> float:
    return mean(value for value in values if not np.isnan(value))


def _groove(solos: Sequence[Solo]) -> Floats:
    """Notes per beat and grooving similarity of the solos that have both, shape (n, 2)."""
    pairs = np.array([(notes_per_beat(s), grooving_similarity(s)) for s in solos]).reshape(-1, 2)
    return np.asarray(pairs[~np.isnan(pairs).any(axis=1)])


def _figures(values: Floats) -> tuple[float, float, float]:
    """Mean, standard deviation and median."""
    if not len(values):
        return nan, nan, nan
    return float(values.mean()), float(values.std()), float(np.median(values))


def _distance(value: float, reference: float, std: float) -> float:
    if value == reference:
        return 0.0
    return (value - reference) / std if std > 0 else nan
