"""Listener test: can a classifier tell generated solos from human ones?

Source: the classifier two-sample test (Lopez-Paz and Oquab, *Revisiting classifier
two-sample tests*, ICLR 2017).

Conventions
-----------
- Three listeners: logistic regression and a random forest on the rows of the human
  table that lie in the notes (all groups of `descriptive.GROUPS` but `PERFORMANCE`), and
  logistic regression on the n-grams (n = 1, 2, 3) of a solo's intervals and note lengths.
- Beside them, listeners that hear one group of rows only, articulation and dynamics
  among them: what gives a machine away at once must not hide what else does.
- A control: the same listeners on human solos against other human solos, which nobody can
  tell apart. The others are drawn from the training solos, as many as were generated;
  without these, the reference is dealt into two halves by tune.
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
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jazzgen.evaluation.bootstrap import interval
from jazzgen.evaluation.descriptive import GROUPS, METRICS, PERFORMANCE, describe
from jazzgen.evaluation.distances import length_classes
from jazzgen.evaluation.positions import tune_of
from jazzgen.evaluation.sharing import shared_rows
from jazzgen.music.solo import Solo
from jazzgen.runtime.extras import require

__all__ = ["Panel", "evaluate", "judge", "roc_auc", "validate"]

Floats = NDArray[np.float64]

OCTAVE = 12
PLAYED = {metric.__name__ for group in PERFORMANCE for metric in GROUPS[group]}
"""The rows that say how the notes are played, not which they are."""


@dataclass(frozen=True, kw_only=True)
class Panel:
    """How thoroughly the listeners listen.

    Args:
        folds: Into how many folds the tunes are dealt.
        repeats: How often they are dealt anew for the listeners on all rows; those on one
            group of rows hear one dealing.
        trees: Trees of a random forest.
        draws: Bootstrap samples behind an interval.
    """

    folds: int = 5
    repeats: int = 3
    trees: int = 100
    draws: int = 500


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
    panel: Panel = Panel(),
) -> dict[str, Any]:
    """Let the listeners tell generated from human solos.

    Args:
        generated: Solos of a model.
        human: Solos of people.
        training: What the model was trained on; with it the rows of shared runs count.
        seed: Deals the folds and grows the forest.
        panel: How thoroughly they listen.

    Returns:
        `auc`, `interval` (low, high), `listener` (the name of the one that heard more),
        `linear`, `forest` and `sequence` (the AUC of each), `sequence_interval`,
        `tells`: the rows that give most away, with their weights in the linear one,
        `groups`: the higher AUC of the two listeners that hear one group of rows only, by
        group, and `control`: `auc`, `interval` and `listener` of human solos against
        other human ones, None where there are too few tunes for it.
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
    columns = _columns(solos, training)
    in_notes = {name: rows for name, rows in columns.items() if name not in PLAYED}
    scores = _scores(in_notes, labels, tunes, seed, panel)
    scores["sequence"] = judge(_sequence, _ngrams(solos), labels, tunes, seed, panel)
    once = replace(panel, repeats=1)
    return _result(scores, labels, tunes, seed, panel) | {
        "tells": _tells(in_notes, labels),
        "groups": {
            group: _higher(_scores(one, labels, tunes, seed, once), labels)
            for group, one in _by_group(columns).items()
        },
        "control": _control(sets[1], len(sets[0]), training, seed, panel),
    }


def judge(
    make: Callable[[], Any],
    inputs: Any,
    labels: NDArray[np.int64],
    tunes: Sequence[str],
    seed: int = 0,
    panel: Panel = Panel(),
) -> Floats:
    """Return how machine-like listeners find each solo who have not heard its tune.

    Args:
        make: Makes a classifier of scikit-learn's kind.
        inputs: What it hears of each solo, shape (solos, …), dense or sparse.
        labels: 1 for generated, shape (solos,).
        tunes: The tune of each solo.
        seed: Deals the folds.
        panel: How many folds, and how often they are dealt.

    Returns:
        Scores 0 to 1, mean over the dealings, shape (solos,).
    """
    from sklearn.model_selection import StratifiedGroupKFold

    folds = min(panel.folds, *(len({t for t, b in zip(tunes, labels, strict=True) if b == side})
                         for side in (0, 1)))  # fmt: skip
    scores = np.zeros(len(labels))
    for repeat in range(panel.repeats):
        dealer = StratifiedGroupKFold(folds, shuffle=True, random_state=seed + repeat)
        for known, heard in dealer.split(np.zeros(len(labels)), labels, tunes):
            if len(set(labels[known])) < 2:
                scores[heard] += 0.5 / panel.repeats
                continue
            listener = make().fit(inputs[known], labels[known])
            scores[heard] += listener.predict_proba(inputs[heard])[:, 1] / panel.repeats
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
    scores: Mapping[str, Floats],
    labels: NDArray[np.int64],
    tunes: Sequence[str],
    seed: int,
    panel: Panel,
) -> dict[str, Any]:
    areas = {name: roc_auc(one, labels) for name, one in scores.items()}
    best = max(("linear", "forest"), key=areas.__getitem__)
    return {
        "auc": areas[best],
        "interval": _by_tune(scores[best], labels, tunes, seed, panel.draws),
        "listener": best,
        **areas,
        **(
            {"sequence_interval": _by_tune(scores["sequence"], labels, tunes, seed, panel.draws)}
            if "sequence" in scores
            else {}
        ),
    }


def _by_tune(
    scores: Floats, labels: NDArray[np.int64], tunes: Sequence[str], seed: int, draws: int
) -> tuple[float, float]:
    names = sorted(set(tunes))
    members = [np.flatnonzero(np.array(tunes) == name) for name in names]

    def area(drawn: NDArray[np.int64]) -> float:
        chosen = np.concatenate([members[tune] for tune in drawn])
        return roc_auc(scores[chosen], labels[chosen])

    return interval(area, len(names), seed, draws)


def _columns(solos: Sequence[Solo], training: Sequence[Solo]) -> dict[str, Floats]:
    """The rows' values for each solo, (solos,) by name; rows that count nothing are left out."""
    described = [describe(solo) for solo in solos]
    columns = {name: np.array([row[name] for row in described]) for name in described[0]}
    if training:
        columns |= shared_rows(solos, training)
    return {name: values for name, values in columns.items() if not np.isnan(values).all()}


def _by_group(columns: Mapping[str, Floats]) -> dict[str, dict[str, Floats]]:
    """The columns of each group; those of shared runs are one more."""
    names = {group: {metric.__name__ for metric in members} for group, members in GROUPS.items()}
    names["sharing"] = set(columns) - METRICS.keys()
    found = {
        group: {name: columns[name] for name in columns if name in members}
        for group, members in names.items()
    }
    return {group: members for group, members in found.items() if members}


def _scores(
    columns: Mapping[str, Floats],
    labels: NDArray[np.int64],
    tunes: Sequence[str],
    seed: int,
    panel: Panel,
) -> dict[str, Floats]:
    """How machine-like both listeners on rows find each solo, (solos,) by listener."""
    rows = np.stack(list(columns.values()), axis=1)  # (solos, rows)
    return {
        "linear": judge(_linear, rows, labels, tunes, seed, panel),
        "forest": judge(lambda: _forest(panel.trees, seed), rows, labels, tunes, seed, panel),
    }


def _higher(scores: Mapping[str, Floats], labels: NDArray[np.int64]) -> float:
    return max(roc_auc(one, labels) for one in scores.values())


def _control(
    human: Sequence[Solo], count: int, training: Sequence[Solo], seed: int, panel: Panel
) -> dict[str, Any] | None:
    """Let the listeners tell human solos from other human ones."""
    draw = np.random.default_rng(seed)
    ours, others = list(human), _other_tunes(training, human)
    if others:
        chosen = np.sort(draw.permutation(len(others))[:count])
        ours = [*(others[k] for k in chosen), *human]
        labels = np.repeat([1, 0], [len(chosen), len(human)])
    else:
        names = sorted({tune_of(solo) for solo in human})
        half = {names[k] for k in draw.permutation(len(names))[: len(names) // 2]}
        labels = np.array([int(tune_of(solo) in half) for solo in human])
    tunes = [tune_of(solo) for solo in ours]
    if _obstacle(labels, tunes):
        return None
    columns = {name: rows for name, rows in _columns(ours, ()).items() if name not in PLAYED}
    found = _result(_scores(columns, labels, tunes, seed, panel), labels, tunes, seed, panel)
    return {key: found[key] for key in ("auc", "interval", "listener")}


def _other_tunes(solos: Sequence[Solo], human: Sequence[Solo]) -> list[Solo]:
    """The solos of two notes or more over tunes that are none of the human solos'."""
    known = {tune_of(solo) for solo in human}
    return [solo for solo in solos if len(solo.notes) >= 2 and tune_of(solo) not in known]


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


def _forest(trees: int, seed: int) -> Any:
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline

    return make_pipeline(
        SimpleImputer(strategy="median", keep_empty_features=True),
        RandomForestClassifier(
            trees, min_samples_leaf=2, class_weight="balanced", random_state=seed
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


def _tells(columns: Mapping[str, Floats], labels: NDArray[np.int64]) -> dict[str, float]:
    """The five rows of the greatest weight in the linear listener, trained on all solos."""
    names, rows = list(columns), np.stack(list(columns.values()), axis=1)
    weights = _linear().fit(rows, labels)[-1].coef_[0]
    chosen = np.argsort(-np.abs(weights), kind="stable")[:5]
    return {names[k]: float(weights[k]) for k in chosen}
