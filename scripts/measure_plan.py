#!/usr/bin/env python3
"""Measure how closely a model follows its plans, and which ideas return with and without them.

    scripts/measure_plan.py valid.jsonl --model improviser --seeds 3

The model improvises over the charts of solos. For each group of four bars the planned density,
register, loudness and share of silence are compared with those that were played, for each phrase
its planned length, and for each bar that was to return to an idea, whether it does.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from jazzgen.datasets.corpus import load_corpus
from jazzgen.encoding.chart_table import BARS_BACK, PLACES, ChartColumn
from jazzgen.encoding.performance import solo_of
from jazzgen.encoding.plan import AheadColumn, BreathColumn, Plan, PlanColumn
from jazzgen.encoding.sequence import ValueSequence, value_sequence
from jazzgen.errors import InputError
from jazzgen.evaluation.motifs import METRICS
from jazzgen.improviser import DEFAULT_MODEL, Improviser, load
from jazzgen.music.solo import Solo

__all__ = ["main", "measure"]

PLACE_NAMES = (*(f"{bars} bars back" for bars in BARS_BACK), "a chorus back")


def measure(improviser: Improviser, solos: Sequence[Solo], seeds: int) -> dict[str, float]:
    """Return the figures of a model's plans.

    Args:
        improviser: The model.
        solos: The solos whose charts are played over.
        seeds: The number of solos per chart.

    Raises:
        ModelError: The model plans nothing.
    """
    planned: list[Plan] = []
    played: list[ValueSequence] = []
    with_plan, without = [], []
    for solo in solos:
        numbers = range(seeds)
        soloists = improviser.choose_soloists(solo.chart, numbers)
        task = improviser.task(solo.chart, numbers, None, soloists)
        free = [
            None if plan is None else replace(plan, recalls=np.zeros_like(plan.recalls))
            for plan in task.plans
        ]
        takes, others = (
            [solo_of(values, solo.chart, ()) for values in improviser.engine.play(one)]
            for one in (task, replace(task, plans=free))
        )
        planned += [plan for plan in task.plans if plan is not None]
        played += map(value_sequence, takes)
        with_plan += takes
        without += others
    figures = _followed(planned, played)
    for metric in METRICS:
        for name, group in (("", with_plan), (", nothing recalled", without)):
            values = np.array([metric.measure(solo) for solo in group])
            figures[f"{metric.label}{name}"] = float(np.nanmean(values))
    return figures


def _followed(planned: Sequence[Plan], played: Sequence[ValueSequence]) -> dict[str, float]:
    """How what was played goes with what was planned."""
    figures: dict[str, float] = {}
    wanted = np.concatenate([plan.groups for plan in planned])
    found = np.concatenate([sequence.plan for sequence in played])
    for column in PlanColumn:
        both = (wanted[:, column] > 0) & (found[:, column] > 0)
        figures[f"{column.name.lower()}, correlation"] = _correlation(
            wanted[both, column], found[both, column]
        )
    for column, name in ((BreathColumn.PHRASE, "phrases"), (BreathColumn.SILENCE, "silences")):
        pairs = np.array([
            (plan.breaths[row[AheadColumn.PHRASE] - 1, column], row[2 + column])
            for plan, sequence in zip(planned, played, strict=True)
            for row in np.unique(sequence.ahead, axis=0)
            if 0 < row[AheadColumn.PHRASE] <= len(plan.breaths) and row[2 + column] > 0
        ])  # fmt: skip
        figures[f"lengths of {name}, correlation of logarithms"] = _correlation(
            *np.log(np.maximum(pairs.T, 1))
        )
    asked, done = np.zeros(PLACES), np.zeros(PLACES)
    for plan, sequence in zip(planned, played, strict=True):
        bars = np.zeros(len(plan.recalls), np.int64)
        bars[sequence.rows[:, ChartColumn.NUMBER]] = sequence.ahead[:, AheadColumn.RECALL]
        for place in range(PLACES):
            here = plan.recalls == place + 1
            asked[place] += here.sum()
            done[place] += (bars[here] == place + 1).sum()
    for place, name in enumerate(PLACE_NAMES):
        figures[f"ideas recalled from {name}, share played"] = float(
            done[place] / max(asked[place], 1)
        )
    return figures


def _correlation(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    return float(np.corrcoef(one, other)[0, 1]) if len(one) > 2 else float("nan")


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("solos", help="a dataset, a database, a MIDI file or a folder")
    parser.add_argument("--model", default=DEFAULT_MODEL)
    parser.add_argument("--seeds", type=int, default=3)
    arguments = parser.parse_args()
    try:
        solos = list(load_corpus(arguments.solos).solos)
        for name, figure in measure(load(arguments.model), solos, arguments.seeds).items():
            print(f"{name}: {figure:.3f}")
    except InputError as error:
        print(f"measure_plan: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
