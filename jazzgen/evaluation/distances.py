"""Distances between solos, within a set and between sets.

Source: Yang and Lerch, *On the evaluation of generative models in music*, Neural
Computing and Applications 32, 2020. Each solo is described by a feature; Euclidean
distances between the solos of the generated set (intra-set) and from them to those of
the reference set (inter-set) are two distributions. If they overlap wholly, the
generated solos differ from the human ones no more than from one another.

Conventions
-----------
- Features, each a vector for a solo: pitch-class histogram (12), pitch-class transition
  matrix (12 × 12), range (semitones), inter-onset interval (mean, quarters), note-length
  histogram (12 classes), note-length transition matrix (12 × 12), interval (mean size,
  semitones). Histograms and matrices add up to 1.
- Note lengths reach to the next onset unless the gap is at least an eighth, and fall in
  the nearest (by ratio) of twelve classes: whole, half, quarter, eighth, sixteenth; the
  dotted ones of the last four; triplets of half, quarter and eighth.
- Intra-set distances are between all pairs of different solos.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from jazzgen.encoding.values import quantize
from jazzgen.evaluation.overlap import halves, overlap_area
from jazzgen.evaluation.positions import mean, tune_of
from jazzgen.music.solo import Solo
from jazzgen.music.timing import TICKS_PER_QUARTER

__all__ = ["FEATURES", "LENGTH_CLASSES", "Overlap", "evaluate", "feature_label", "length_classes"]

Floats = NDArray[np.float64]

LENGTH_CLASSES = (6, 8, 9, 12, 16, 18, 24, 32, 36, 48, 72, 96)
"""Ticks of the classes of note lengths."""
EDGES = np.sqrt(np.array(LENGTH_CLASSES[:-1]) * np.array(LENGTH_CLASSES[1:]))
"""Ticks between neighbouring classes: their geometric means."""


@dataclass(frozen=True, kw_only=True)
class Overlap:
    """Overlap areas of distances between solos, for one feature.

    Args:
        overlap: Intra-set distances of the generated solos with inter-set distances.
        reference: Intra-set distances of the reference with inter-set distances.
        ceiling: `overlap` of one half of the reference compared with the other.
    """

    overlap: float
    reference: float
    ceiling: float

    def to_json(self) -> dict[str, float]:
        """Return the areas by name."""
        return asdict(self)


def length_classes(solo: Solo) -> NDArray[np.int64]:
    """Return the class of each note's length, 0 to 11, shape (notes,)."""
    return np.digitize([note.duration for note in quantize(solo).notes], EDGES)


def _pitch_classes(solo: Solo) -> NDArray[np.int64]:
    return np.array([note.pitch % 12 for note in solo.notes], dtype=np.int64)


def _histogram(classes: NDArray[np.int64]) -> Floats:
    return np.bincount(classes, minlength=12) / max(len(classes), 1)


def _transitions(classes: NDArray[np.int64]) -> Floats:
    pairs = classes[:-1] * 12 + classes[1:]
    return np.bincount(pairs, minlength=144) / max(len(pairs), 1)


def _range(solo: Solo) -> Floats:
    return np.array([float(np.ptp([note.pitch for note in solo.notes]))])


def _onset_interval(solo: Solo) -> Floats:
    onsets = np.array([note.onset for note in solo.notes])
    return np.array([np.diff(onsets).mean() / TICKS_PER_QUARTER])


def _interval(solo: Solo) -> Floats:
    return np.array([np.abs(np.diff([note.pitch for note in solo.notes])).mean()])


FEATURES: dict[str, Callable[[Solo], Floats]] = {
    "pitch_class_histogram": lambda solo: _histogram(_pitch_classes(solo)),
    "pitch_class_transitions": lambda solo: _transitions(_pitch_classes(solo)),
    "range": _range,
    "inter_onset_interval": _onset_interval,
    "note_length_histogram": lambda solo: _histogram(length_classes(solo)),
    "note_length_transitions": lambda solo: _transitions(length_classes(solo)),
    "interval": _interval,
}

LABELS = {
    "pitch_class_histogram": "pitch classes",
    "pitch_class_transitions": "pitch-class transitions",
    "inter_onset_interval": "inter-onset interval",
    "note_length_histogram": "note lengths",
    "note_length_transitions": "note-length transitions",
}


def feature_label(name: str) -> str:
    """Return the name of a feature in tables."""
    return LABELS.get(name, name)


def evaluate(
    generated: Sequence[Solo], reference: Sequence[Solo], seed: int = 0
) -> dict[str, Overlap]:
    """Return the overlap area of intra-set and inter-set distances, feature by feature.

    Args:
        generated: The set that is judged.
        reference: The set that it is compared with.
        seed: Draws the halves of the reference for the ceiling.

    Returns:
        The areas for each of `FEATURES`, and their means under `mean`. Solos of fewer than
        two notes are left out.
    """
    ours, theirs = (
        [solo for solo in one if len(solo.notes) >= 2] for one in (generated, reference)
    )
    masks = halves([tune_of(solo) for solo in theirs], seed)
    found = {name: _evaluate(feature, ours, theirs, masks) for name, feature in FEATURES.items()}
    found["mean"] = Overlap(
        overlap=mean(row.overlap for row in found.values()),
        reference=mean(row.reference for row in found.values()),
        ceiling=mean(row.ceiling for row in found.values()),
    )
    return found


def _evaluate(
    feature: Callable[[Solo], Floats],
    generated: Sequence[Solo],
    reference: Sequence[Solo],
    masks: Sequence[NDArray[np.bool_]],
) -> Overlap:
    ours, theirs = (np.array([feature(solo) for solo in one]) for one in (generated, reference))
    between = _between(ours, theirs).ravel()
    return Overlap(
        overlap=overlap_area(_within(ours), between),
        reference=overlap_area(_within(theirs), between),
        ceiling=mean(
            overlap_area(_within(theirs[half]), _between(theirs[half], theirs[~half]).ravel())
            for half in masks
        ),
    )


def _within(rows: Floats) -> Floats:
    """Distances between different rows, shape (n · (n - 1) / 2,)."""
    return _between(rows, rows)[np.triu_indices(len(rows), 1)]


def _between(ours: Floats, theirs: Floats) -> Floats:
    """Distances from each of our rows to each of theirs, shape (n, m)."""
    if not len(ours) or not len(theirs):
        return np.zeros((len(ours), len(theirs)))
    # |a - b|² = |a|² + |b|² - 2ab, which rounding can make slightly negative.
    squares = (ours**2).sum(1)[:, None] + (theirs**2).sum(1) - 2 * ours @ theirs.T
    return np.asarray(np.sqrt(np.maximum(squares, 0)))
