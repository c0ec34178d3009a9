"""The listeners of the listener test: classifiers of scikit-learn, and what they hear.

scikit-learn loads when a listener is made.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from jazzgen.evaluation.distances import length_classes
from jazzgen.music.solo import Solo

__all__ = ["forest", "linear", "ngram_weights", "on_ngrams"]

OCTAVE = 12
"""Semitones: larger intervals are one symbol up and one down."""


def linear() -> Any:
    """Return logistic regression on metrics; what is missing is filled in with the median."""
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(
        SimpleImputer(strategy="median", keep_empty_features=True),
        StandardScaler(),
        LogisticRegression(C=0.3, class_weight="balanced", max_iter=2000),
    )


def forest(seed: int, trees: int) -> Any:
    """Return a random forest on metrics.

    Args:
        seed: Grows the forest.
        trees: Trees of the forest.
    """
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline

    return make_pipeline(
        SimpleImputer(strategy="median", keep_empty_features=True),
        RandomForestClassifier(
            trees, min_samples_leaf=2, class_weight="balanced", random_state=seed
        ),
    )


def on_ngrams() -> Any:
    """Return logistic regression on the n-grams of `ngram_weights`."""
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=10, class_weight="balanced", solver="liblinear", max_iter=1000)


def ngram_weights(solos: Sequence[Solo]) -> Any:
    """Return the weight (tf-idf) of each n-gram in each solo, sparse, shape (solos, n-grams).

    The weights are computed over all solos, those that are judged too; they know nothing of
    labels.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(analyzer=_as_it_is, min_df=2, sublinear_tf=True)
    return vectorizer.fit_transform([_ngrams(solo) for solo in solos])


def _as_it_is(ngrams: Sequence[Any]) -> Sequence[Any]:
    return ngrams


def _ngrams(solo: Solo) -> list[tuple[int, ...]]:
    """The n-grams of a solo, n = 1, 2 and 3; a step is an interval and a note length."""
    lengths = length_classes(solo)[1:].tolist()
    sizes = [max(-OCTAVE - 1, min(OCTAVE + 1, b.pitch - a.pitch)) for a, b in pairwise(solo.notes)]
    steps = list(zip(sizes, lengths, strict=True))
    alone = [(0, *step) for step in steps]
    return alone + [
        (n, *(part for step in steps[k : k + n] for part in step))
        for n in (2, 3)
        for k in range(len(steps) - n + 1)
    ]
