"""Listener test: can a classifier tell generated solos from human ones?

Source: the classifier two-sample test (Lopez-Paz and Oquab, *Revisiting classifier
two-sample tests*, ICLR 2017).

Conventions
-----------
- Three listeners: logistic regression and a random forest on the rows of the human
  table (one row of figures a solo), and logistic regression on the n-grams (n = 1, 2, 3)
  of a solo's intervals and note lengths.
- Each solo is judged by listeners that were trained on solos over other tunes: folds are
  made of whole tunes, three times over, and the scores are averaged.
- The figure is the ROC-AUC: the chance that a generated solo is found more machine-like
  than a human one. 0.5 means that they cannot be told apart. `auc` is the higher of the
  two listeners on the rows; `sequence` stands beside it. Its interval (95 %) draws whole
  tunes again.

scikit-learn does the learning; it comes with the extra `evaluate`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jazzgen.evaluation.bootstrap import interval
from jazzgen.evaluation.descriptive import describe
from jazzgen.evaluation.distances import length_classes
from jazzgen.evaluation.positions import tune_of
from jazzgen.evaluation.sharing import shared_rows
from jazzgen.music.solo import Solo
from jazzgen.runtime.extras import require

__all__ = ["evaluate", "judge", "roc_auc", "validate"]

Floats = NDArray[np.float64]

FOLDS, REPEATS = 5, 3
TREES = 100
DRAWS = 500
OCTAVE = 12


def validate() -> None:
    """Check that scikit-learn is there.

    Raises:
        MissingPackageError: It is not.
    """
    require("the listener test needs", "sklearn")


def evaluate(
    generated: Sequence[Solo],
    human: Sequence[Solo],
    training: Sequence[Solo] = (),
    seed: int = 0,
) -> dict[str, Any]:
    """Let the listeners tell generated from human solos.

    Args:
        generated: Solos of a model.
        human: Solos of people.
        training: What the model was trained on; with it the rows of shared runs count.
        seed: Deals the folds and grows the forest.

    Returns:
        `auc`, `interval` (low, high), `listener` (the name of the one that heard more),
        `linear`, `forest` and `sequence` (the AUC of each), `sequence_interval`, and
        `tells`: the rows that give most away, with their weights in the linear one.
        `auc` is None, and `reason` says why, where there are too few solos or tunes.

    Raises:
        ConfigError: scikit-learn is missing.
    """
    validate()
    sets = [[solo for solo in one if len(solo.notes) >= 2] for one in (generated, human)]
    solos = [*sets[0], *sets[1]]
    labels = np.repeat([1, 0], [len(one) for one in sets])
    tunes = [tune_of(solo) for solo in solos]
    reason = _obstacle(labels, tunes)
    if reason:
        return {"auc": None, "reason": reason}
    names, rows = _table(solos, training)
    scores = {
        "linear": judge(_linear, rows, labels, tunes, seed),
        "forest": judge(lambda: _forest(seed), rows, labels, tunes, seed),
        "sequence": judge(_sequence, _ngrams(solos), labels, tunes, seed),
    }
    return _result(scores, labels, tunes, seed) | {"tells": _tells(names, rows, labels)}


def judge(
    make: Callable[[], Any],
    inputs: Any,
    labels: NDArray[np.int64],
    tunes: Sequence[str],
    seed: int = 0,
) -> Floats:
    """Return how machine-like listeners find each solo who have not heard its tune.

    Args:
        make: Makes a classifier of scikit-learn's kind.
        inputs: What it hears of each solo, shape (solos, …), dense or sparse.
        labels: 1 for generated, shape (solos,).
        tunes: The tune of each solo.
        seed: Deals the folds.

    Returns:
        Scores 0 to 1, mean over `REPEATS`, shape (solos,).
    """
    from sklearn.model_selection import StratifiedGroupKFold

    folds = min(FOLDS, *(len({t for t, b in zip(tunes, labels, strict=True) if b == side})
                         for side in (0, 1)))  # fmt: skip
    scores = np.zeros(len(labels))
    for repeat in range(REPEATS):
        dealer = StratifiedGroupKFold(folds, shuffle=True, random_state=seed + repeat)
        for known, heard in dealer.split(np.zeros(len(labels)), labels, tunes):
            if len(set(labels[known])) < 2:
                scores[heard] += 0.5 / REPEATS
                continue
            listener = make().fit(inputs[known], labels[known])
            scores[heard] += listener.predict_proba(inputs[heard])[:, 1] / REPEATS
    return scores


def roc_auc(scores: Floats, labels: NDArray[np.int64]) -> float:
    """Return the chance that a solo of label 1 scores above one of label 0; ties are half.

    >>> roc_auc(np.array([0.9, 0.4, 0.4, 0.1]), np.array([1, 1, 0, 0]))
    0.875
    """
    ones, zeros = scores[labels == 1], np.sort(scores[labels == 0])
    if not len(ones) or not len(zeros):
        return float("nan")
    below = np.searchsorted(zeros, ones, "left") + np.searchsorted(zeros, ones, "right")
    return float(below.mean() / 2 / len(zeros))


def _obstacle(labels: NDArray[np.int64], tunes: Sequence[str]) -> str:
    for side, name in ((1, "generated"), (0, "human")):
        count = len({tune for tune, label in zip(tunes, labels, strict=True) if label == side})
        if count < 2:
            return f"{name} solos over {count} tunes; expected 2 or more"
    return ""


def _result(
    scores: Mapping[str, Floats], labels: NDArray[np.int64], tunes: Sequence[str], seed: int
) -> dict[str, Any]:
    areas = {name: roc_auc(one, labels) for name, one in scores.items()}
    best = max(("linear", "forest"), key=areas.__getitem__)
    return {
        "auc": areas[best],
        "interval": _by_tune(scores[best], labels, tunes, seed),
        "listener": best,
        **areas,
        "sequence_interval": _by_tune(scores["sequence"], labels, tunes, seed),
    }


def _by_tune(
    scores: Floats, labels: NDArray[np.int64], tunes: Sequence[str], seed: int
) -> tuple[float, float]:
    names = sorted(set(tunes))
    members = [np.flatnonzero(np.array(tunes) == name) for name in names]

    def area(drawn: NDArray[np.int64]) -> float:
        chosen = np.concatenate([members[tune] for tune in drawn])
        return roc_auc(scores[chosen], labels[chosen])

    return interval(area, len(names), seed, DRAWS)


def _table(solos: Sequence[Solo], training: Sequence[Solo]) -> tuple[list[str], Floats]:
    """The rows' names, and their values for each solo, shape (solos, rows)."""
    described = [describe(solo) for solo in solos]
    columns = {name: np.array([row[name] for row in described]) for name in described[0]}
    if training:
        columns |= shared_rows(solos, training)
    kept = {name: values for name, values in columns.items() if not np.isnan(values).all()}
    return list(kept), np.stack(list(kept.values()), axis=1)


def _linear() -> Any:
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    return make_pipeline(
        SimpleImputer(strategy="median", keep_empty_features=True),
        StandardScaler(),
        LogisticRegression(C=0.3, class_weight="balanced", max_iter=2000),
    )


def _forest(seed: int) -> Any:
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline

    return make_pipeline(
        SimpleImputer(strategy="median", keep_empty_features=True),
        RandomForestClassifier(
            TREES, min_samples_leaf=2, class_weight="balanced", random_state=seed
        ),
    )


def _sequence() -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=10, class_weight="balanced", solver="liblinear", max_iter=1000)


def _ngrams(solos: Sequence[Solo]) -> Any:
    """How much of each n-gram a solo has, sparse, shape (solos, n-grams).

    Its weights (tf-idf) are over all solos: they know nothing of labels.
    """
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(analyzer=_as_it_is, min_df=2, sublinear_tf=True)
    return vectorizer.fit_transform([_words(solo) for solo in solos])


def _as_it_is(words: Sequence[Any]) -> Sequence[Any]:
    return words


def _words(solo: Solo) -> list[tuple[int, ...]]:
    """The n-grams of a solo, each step being an interval (an octave at most) and a length."""
    lengths = length_classes(solo)[1:].tolist()
    sizes = [max(-OCTAVE - 1, min(OCTAVE + 1, b.pitch - a.pitch)) for a, b in pairwise(solo.notes)]
    steps = list(zip(sizes, lengths, strict=True))
    alone = [(0, *step) for step in steps]
    return alone + [
        (n, *(part for step in steps[k : k + n] for part in step))
        for n in (2, 3)
        for k in range(len(steps) - n + 1)
    ]


def _tells(names: Sequence[str], rows: Floats, labels: NDArray[np.int64]) -> dict[str, float]:
    """The five rows of the greatest weight in the linear listener, trained on all solos."""
    weights = _linear().fit(rows, labels)[-1].coef_[0]
    chosen = np.argsort(-np.abs(weights), kind="stable")[:5]
    return {names[k]: float(weights[k]) for k in chosen}
