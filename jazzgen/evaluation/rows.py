"""The rows of the human table, for generated solos and for a reference set.

Conventions: a row's *distance* is (mean - reference mean) ÷ the reference's standard
deviation; 0 is human, the sign says which way. Its *overlap* is the area that both
distributions share, its *ceiling* that of two halves of the reference (`overlap`).
Means are over solos; over phrases in rows of phrases, where the median is worth a look
too. Rows of shared runs (`sharing`) are there where training solos are given; both sets
are then compared with those over other tunes.

Grooving similarity is almost note density: `grooving_at_density` is its distance after
what density foretells is taken away, by the line fitted on the reference.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from jazzgen.evaluation.descriptive import POOLED, observations
from jazzgen.evaluation.human import human_rows
from jazzgen.evaluation.overlap import ceiling, overlap_area
from jazzgen.evaluation.positions import mean, tune_of
from jazzgen.evaluation.rhythm import grooving_similarity, notes_a_beat
from jazzgen.evaluation.sharing import shared_rows
from jazzgen.music.solo import Solo

__all__ = ["compare", "compare_with_human", "grooving_at_density", "set_rows", "summary"]

Values = NDArray[np.float64]


def set_rows(
    solos: Sequence[Solo], training: Sequence[Solo] = ()
) -> dict[str, NDArray[np.float64]]:
    """Return what every row of a set of solos is over: values by row."""
    rows = observations(solos)
    if training:
        shared = shared_rows(solos, training)
        rows |= {name: values[~np.isnan(values)] for name, values in shared.items()}
    return rows


def compare(
    generated: Sequence[Solo],
    reference: Sequence[Solo],
    training: Sequence[Solo] = (),
    seed: int = 0,
) -> dict[str, dict[str, float]]:
    """Compare two sets of solos row by row.

    Returns:
        For each row `mean`, `std`, `median`, `reference_mean`, `reference_std`,
        `reference_median`, `distance`, `overlap` and `ceiling`.
    """
    ours, theirs = set_rows(generated, training), set_rows(reference, training)
    found = {name: _compare(ours[name], theirs[name]) for name in ours}
    for name, row in found.items():
        groups = [tune_of(s) for s in reference for _ in range(_count(s, name))]
        known = len(groups) == len(theirs[name])
        row["ceiling"] = ceiling(theirs[name], groups if known else range(len(theirs[name])), seed)
    return found


def compare_with_human(
    generated: Sequence[Solo], training: Sequence[Solo] = ()
) -> dict[str, dict[str, float]]:
    """Compare a set of solos with the built-in human row (see `compare`)."""
    ours, human = set_rows(generated, training), human_rows()
    found = {}
    for name, values in ours.items():
        row = _compare(values, human[name].sample)
        row |= {
            "reference_mean": human[name].mean,
            "reference_std": human[name].std,
            "reference_median": human[name].median,
        }
        row["distance"] = _distance(row["mean"], human[name].mean, human[name].std)
        found[name] = row | {"ceiling": ceiling(human[name].sample, range(len(human[name].sample)))}
    return found


def summary(table: Mapping[str, Mapping[str, float]]) -> dict[str, float]:
    """Return a table's mean absolute distance and mean overlap; NaN rows are left out."""
    distances = np.array([abs(row["distance"]) for row in table.values()])
    overlaps = np.array([row["overlap"] for row in table.values()])
    return {"row_distance": _mean(distances), "row_overlap": _mean(overlaps)}


def grooving_at_density(generated: Sequence[Solo], reference: Sequence[Solo]) -> float:
    """Return how far grooving similarity is from the reference's at like density.

    Returns:
        The mean of what is left after the reference's least-squares line over notes a
        beat, in standard deviations of what the reference has left; NaN where fewer
        than three solos of the reference can be counted.
    """
    ours, theirs = _groove(generated), _groove(reference)
    if len(theirs) < 3 or not len(ours) or np.ptp(theirs[:, 0]) == 0:
        return float("nan")
    slope, level = np.polyfit(theirs[:, 0], theirs[:, 1], 1)
    ours_left, theirs_left = (g[:, 1] - slope * g[:, 0] - level for g in (ours, theirs))
    return _distance(float(ours_left.mean()), 0.0, float(theirs_left.std()))


def _mean(values: Values) -> float:
    return mean(values[~np.isnan(values)].tolist())


def _groove(solos: Sequence[Solo]) -> Values:
    pairs = np.array([(notes_a_beat(s), grooving_similarity(s)) for s in solos]).reshape(-1, 2)
    return np.asarray(pairs[~np.isnan(pairs).any(axis=1)])


def _count(solo: Solo, name: str) -> int:
    return len(POOLED[name](solo)) if name in POOLED else 1


def _compare(ours: NDArray[np.float64], theirs: Values) -> dict[str, float]:
    (own_mean, std, median), (their_mean, their_std, their_median) = (
        _figures(ours), _figures(theirs)
    )  # fmt: skip
    return {
        "mean": own_mean,
        "std": std,
        "median": median,
        "reference_mean": their_mean,
        "reference_std": their_std,
        "reference_median": their_median,
        "distance": _distance(own_mean, their_mean, their_std),
        "overlap": overlap_area(ours, theirs),
    }


def _figures(values: Values) -> tuple[float, float, float]:
    if not len(values):
        return float("nan"), float("nan"), float("nan")
    return float(values.mean()), float(values.std()), float(np.median(values))


def _distance(value: float, reference: float, std: float) -> float:
    if value == reference:
        return 0.0
    return (value - reference) / std if std > 0 else float("nan")
