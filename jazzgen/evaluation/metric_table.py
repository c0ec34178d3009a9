"""The metrics of solos: the table from which tables, JSON, report, listeners and help are made.

The metrics of a solo alone stand in the modules that compute them, with their sources and
conventions: each module has a tuple `METRICS`. Plug-ins register further ones.
"""

from __future__ import annotations

from collections.abc import Callable

from jazzgen.evaluation import (
    arcs,
    articulation,
    dynamics,
    endings,
    harmony,
    loops,
    melody,
    motifs,
    phrases,
    rhythm,
    structure,
)
from jazzgen.evaluation.metrics import Metric, RunMetric, SoloMetric, SoloSet
from jazzgen.evaluation.sharing import NGRAMS, Match
from jazzgen.runtime.registry import Registry

__all__ = ["METRICS", "metrics_for", "register_metric", "solo_metrics"]


def _shared(n: int) -> Callable[[Match], float]:
    return lambda match: match.shares.get(n, float("nan"))


def _run_metrics(kind: str, what: str, run: str) -> list[Metric]:
    """The metrics of one kind of steps: the longest shared run, and shared n-grams."""
    longest = RunMetric(
        name=f"{kind}_run",
        group="sharing",
        label=run,
        unit="intervals",
        text=f"longest run of {what} that a training solo over another tune has too",
        kind=kind,
        measure=lambda match: float(match.length),
    )
    shares = [
        RunMetric(
            name=f"{kind}_shared_{n}",
            group="sharing",
            label=f"{n}-grams shared, {what}",
            text=f"share of runs of {n} {what} that training solos over other tunes have too",
            kind=kind,
            measure=_shared(n),
        )
        for n in NGRAMS
    ]
    return [longest, *shares]


BUILT_IN: tuple[Metric, ...] = (
    *harmony.METRICS,
    *melody.METRICS,
    *rhythm.METRICS,
    *phrases.METRICS,
    *loops.METRICS,
    *endings.METRICS,
    *structure.METRICS,
    *motifs.METRICS,
    *arcs.METRICS,
    *articulation.METRICS,
    *dynamics.METRICS,
    *arcs.LOUDNESS_METRICS,
    *_run_metrics("interval", "intervals", "shared run"),
    *_run_metrics("rhythm", "intervals with rhythm", "shared run with rhythm"),
)
"""The metrics that come with jazzgen, in the order of the tables."""

METRICS: Registry[Metric] = Registry("metric", BUILT_IN)
"""All metrics by name, with those that plug-ins have registered."""


def register_metric(metric: Metric) -> Metric:
    """Add a metric to the tables, JSON, report and help, and return it.

    Raises:
        ConfigError: Its name is taken, or is not made of letters, digits, `-` and `_`.
    """
    return METRICS.register(metric)


def solo_metrics() -> list[SoloMetric]:
    """Return the metrics that are computed from a solo alone, in the order of tables."""
    return [metric for metric in METRICS.values() if isinstance(metric, SoloMetric)]


def metrics_for(solos: SoloSet) -> list[Metric]:
    """Return the metrics that can be computed of solos, with or without training solos."""
    return [metric for metric in METRICS.values() if solos.training or not metric.needs_training]
