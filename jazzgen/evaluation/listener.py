"""Listener test: can a classifier tell generated solos from human ones?

Source: the classifier two-sample test (Lopez-Paz and Oquab, *Revisiting classifier
two-sample tests*, ICLR 2017).

Conventions
-----------
- Three listeners: logistic regression and a random forest on the metrics of the notes
  (all groups but those of `metrics.PERFORMANCE`), and logistic regression on the n-grams
  (n = 1, 2, 3) of a solo's intervals and note lengths (see `listener_models`).
- Beside them, listeners that hear one group of metrics only, articulation and dynamics
  among them: what gives a machine away at once must not hide what else does.
- A control: the same listeners on human solos against other human solos, which cannot be
  told apart. The others are drawn from the training solos, as many as were generated;
  without training solos, the reference is divided into two halves by tune.
- Each solo is judged by listeners that were trained on solos over other tunes: folds are
  made of whole tunes. This is done three times, and the scores are averaged.
- The figure is the ROC-AUC: the probability that a generated solo is found more
  machine-like than a human one. 0.5 means that they cannot be told apart. `auc` is the
  higher of the two listeners on metrics; `sequence` stands beside it. For its interval
  (95 %) whole tunes are resampled.

scikit-learn does the learning; it comes with the extra `evaluate`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jazzgen.evaluation.bootstrap import interval
from jazzgen.evaluation.listener_models import forest, linear, ngram_weights, on_ngrams
from jazzgen.evaluation.listener_results import Control, ListenerTest, NoListenerTest
from jazzgen.evaluation.metric_table import METRICS, metrics_for
from jazzgen.evaluation.metrics import PERFORMANCE, SoloSet
from jazzgen.evaluation.positions import tune_of
from jazzgen.music.solo import Solo
from jazzgen.runtime.extras import require
from jazzgen.runtime.wording import counted

__all__ = ["Panel", "evaluate", "judge", "roc_auc", "validate"]

Floats = NDArray[np.float64]
Labels = NDArray[np.int64]

TELLS = 5
"""Metrics that are named as giving most away."""


@dataclass(frozen=True, kw_only=True)
class Panel:
    """How thoroughly the listeners listen.

    Args:
        folds: Folds of whole tunes, at most.
        repeats: How often tunes are dealt into folds for the listeners on all metrics; for
            those on one group it is once.
        trees: Trees of a random forest.
        draws: Bootstrap samples for an interval.
    """

    folds: int = 5
    repeats: int = 3
    trees: int = 100
    draws: int = 500


PANEL = Panel()
"""The panel by default."""


@dataclass(frozen=True, kw_only=True)
class _Trial:
    """Solos of two kinds that listeners are to tell apart.

    Args:
        labels: 1 for one kind, 0 for the other, shape (solos,).
        tunes: The tune of each solo.
        seed: Deals the folds, grows the forest and resamples tunes.
        panel: How thoroughly the listeners listen.
    """

    labels: Labels
    tunes: Sequence[str]
    seed: int
    panel: Panel

    def judge(self, make: Callable[[], Any], inputs: Any) -> Floats:
        """How machine-like each solo sounds to listeners of one kind, shape (solos,)."""
        return judge(make, inputs, self.labels, self.tunes, self.seed, self.panel)

    def judge_metrics(self, columns: Mapping[str, Floats]) -> dict[str, Floats]:
        """How machine-like each solo sounds to both listeners on metrics, by listener."""
        rows = np.stack(list(columns.values()), axis=1)  # (solos, metrics)
        return {
            "linear": self.judge(linear, rows),
            "forest": self.judge(lambda: forest(self.seed, self.panel.trees), rows),
        }

    def interval(self, scores: Floats) -> tuple[float, float]:
        """The 95 % interval of the area when whole tunes are resampled."""
        names = sorted(set(self.tunes))
        members = [np.flatnonzero(np.array(self.tunes) == name) for name in names]

        def area(drawn: NDArray[np.int64]) -> float:
            chosen = np.concatenate([members[tune] for tune in drawn])
            return roc_auc(scores[chosen], self.labels[chosen])

        return interval(area, len(names), self.seed, self.panel.draws)

    def best(self, columns: Mapping[str, Floats]) -> tuple[Control, dict[str, float]]:
        """The better listener on metrics, and the areas of both."""
        scores = self.judge_metrics(columns)
        areas = {name: roc_auc(one, self.labels) for name, one in scores.items()}
        best = max(areas, key=areas.__getitem__)
        found = Control(auc=areas[best], interval=self.interval(scores[best]), listener=best)
        return found, areas


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
    panel: Panel = PANEL,
) -> ListenerTest | NoListenerTest:
    """Let the listeners tell generated from human solos.

    Args:
        generated: Solos of a model.
        human: Solos of people.
        training: The solos that the model was trained on; where they are given, metrics of
            shared runs count too.
        seed: Deals the folds, grows the forest, draws the control and resamples tunes.
        panel: How thoroughly they listen.

    Raises:
        MissingPackageError: scikit-learn is missing.
    """
    validate()
    sets = [[solo for solo in one if len(solo.notes) >= 2] for one in (generated, human)]
    solos = [*sets[0], *sets[1]]
    labels = np.repeat([1, 0], [len(one) for one in sets])
    trial = _Trial(labels=labels, tunes=[tune_of(s) for s in solos], seed=seed, panel=panel)
    reason = _obstacle(trial)
    if reason:
        return NoListenerTest(reason)
    columns = _columns(SoloSet(solos, training))
    of_notes = _of_notes(columns)
    best, areas = trial.best(of_notes)
    sequence = trial.judge(on_ngrams, ngram_weights(solos))
    return ListenerTest(
        auc=best.auc,
        interval=best.interval,
        listener=best.listener,
        **areas,
        sequence=roc_auc(sequence, labels),
        sequence_interval=trial.interval(sequence),
        tells=_tells(of_notes, labels),
        groups=_groups(columns, replace(trial, panel=replace(panel, repeats=1))),
        control=_control(sets[1], len(sets[0]), training, seed, panel),
    )


def judge(
    make: Callable[[], Any],
    inputs: Any,
    labels: Labels,
    tunes: Sequence[str],
    seed: int = 0,
    panel: Panel = PANEL,
) -> Floats:
    """Return how machine-like each solo sounds to listeners that have not heard its tune.

    Args:
        make: Makes a classifier as scikit-learn's are.
        inputs: What it hears of each solo, shape (solos, …), dense or sparse.
        labels: 1 for generated, 0 for human, shape (solos,).
        tunes: The tune of each solo.
        seed: Deals the folds.
        panel: How many folds, and how often tunes are dealt.

    Returns:
        Scores from 0 to 1, the mean over all repeats, shape (solos,).
    """
    from sklearn.model_selection import StratifiedGroupKFold

    folds = min(panel.folds, *(_count_tunes(side, labels, tunes) for side in (0, 1)))
    scores = np.zeros(len(labels))
    for repeat in range(panel.repeats):
        dealer = StratifiedGroupKFold(folds, shuffle=True, random_state=seed + repeat)
        for known, judged in dealer.split(np.zeros(len(labels)), labels, tunes):
            if len(set(labels[known])) < 2:  # who knows one kind only can but guess
                scores[judged] += 0.5 / panel.repeats
                continue
            listener = make().fit(inputs[known], labels[known])
            scores[judged] += listener.predict_proba(inputs[judged])[:, 1] / panel.repeats
    return scores


def roc_auc(scores: Floats, labels: Labels) -> float:
    """Return the probability that a solo of label 1 scores above one of label 0; ties count half.

    Args:
        scores: Scores, shape (solos,).
        labels: 1 or 0, shape (solos,).

    >>> roc_auc(np.array([0.9, 0.4, 0.4, 0.1]), np.array([1, 1, 0, 0]))
    0.875
    """
    ones, zeros = scores[labels == 1], np.sort(scores[labels == 0])
    if not len(ones) or not len(zeros):
        return float("nan")
    below = np.searchsorted(zeros, ones, "left") + np.searchsorted(zeros, ones, "right")
    return float(below.mean() / 2 / len(zeros))


def _count_tunes(side: int, labels: Labels, tunes: Sequence[str]) -> int:
    return len({tune for tune, label in zip(tunes, labels, strict=True) if label == side})


def _obstacle(trial: _Trial) -> str:
    """Why a trial is not possible; empty if it is."""
    for side, name in ((1, "generated"), (0, "human")):
        count = _count_tunes(side, trial.labels, trial.tunes)
        if count < 2:
            return f"{name} solos over {counted(count, 'tune')}; expected at least 2"
    return ""


def _columns(solos: SoloSet) -> dict[str, Floats]:
    """The values of each metric, shape (solos,); metrics that count nothing are left out."""
    columns = {metric.name: metric.by_solo(solos) for metric in metrics_for(solos)}
    return {name: values for name, values in columns.items() if not np.isnan(values).all()}


def _of_notes(columns: Mapping[str, Floats]) -> dict[str, Floats]:
    """The columns that say which notes are played, not how."""
    return {
        name: values for name, values in columns.items() if METRICS[name].group not in PERFORMANCE
    }


def _groups(columns: Mapping[str, Floats], trial: _Trial) -> dict[str, float]:
    """The higher area of the two listeners that hear one group of metrics, by group."""
    groups: dict[str, dict[str, Floats]] = {}
    for name, values in columns.items():
        groups.setdefault(METRICS[name].group, {})[name] = values
    return {
        group: max(roc_auc(one, trial.labels) for one in trial.judge_metrics(members).values())
        for group, members in groups.items()
    }


def _control(
    human: Sequence[Solo], count: int, training: Sequence[Solo], seed: int, panel: Panel
) -> Control | None:
    """Let the listeners tell human solos from other human solos."""
    draw = np.random.default_rng(seed)
    solos, others = list(human), _over_other_tunes(training, human)
    if others:
        chosen = np.sort(draw.permutation(len(others))[:count])
        solos = [*(others[k] for k in chosen), *human]
        labels = np.repeat([1, 0], [len(chosen), len(human)])
    else:
        names = sorted({tune_of(solo) for solo in human})
        half = {names[k] for k in draw.permutation(len(names))[: len(names) // 2]}
        labels = np.array([int(tune_of(solo) in half) for solo in human])
    trial = _Trial(labels=labels, tunes=[tune_of(s) for s in solos], seed=seed, panel=panel)
    if _obstacle(trial):
        return None
    return trial.best(_of_notes(_columns(SoloSet(solos))))[0]


def _over_other_tunes(solos: Sequence[Solo], human: Sequence[Solo]) -> list[Solo]:
    """The solos of at least two notes over tunes that none of the human solos is over."""
    known = {tune_of(solo) for solo in human}
    return [solo for solo in solos if len(solo.notes) >= 2 and tune_of(solo) not in known]


def _tells(columns: Mapping[str, Floats], labels: Labels) -> dict[str, float]:
    """The metrics of the greatest weight in the linear listener, trained on all solos."""
    names, rows = list(columns), np.stack(list(columns.values()), axis=1)
    weights = linear().fit(rows, labels)[-1].coef_[0]
    chosen = np.argsort(-np.abs(weights), kind="stable")[:TELLS]
    return {names[k]: float(weights[k]) for k in chosen}
