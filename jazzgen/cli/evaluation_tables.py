"""What `jazzgen evaluate` prints: the measures of a model, and solos beside human ones."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from jazzgen.evaluation.distances import Overlap, feature_label
from jazzgen.evaluation.generated import Comparison
from jazzgen.evaluation.labels import ROW_HEAD, number, row_cells
from jazzgen.evaluation.listener_results import ListenerTest, NoListenerTest
from jazzgen.evaluation.loops import LoopReport
from jazzgen.evaluation.memorisation import CopiedRuns
from jazzgen.evaluation.prediction import Prediction
from jazzgen.runtime.wording import counted

__all__ = ["tables", "without_nan"]

WIDTH = 200
"""The greatest width of a line in characters, at which no heading is cut off."""


def tables(comparison: Comparison, prediction: Prediction | None = None) -> Iterator[str]:
    """Yield the lines of the report.

    Args:
        comparison: The figures of the solos beside those of human ones.
        prediction: How well a model predicts them; None without a model.
    """
    if prediction is not None:
        yield from _prediction(prediction)
        yield ""
    yield from _rows(comparison)
    if comparison.overlap:
        yield from _overlap(comparison.overlap)
    if comparison.memorisation:
        yield from _memorisation(comparison.memorisation)
    if comparison.listener:
        yield from _listener(comparison.listener)
    yield from _loops(comparison.loops)


def without_nan(result: Any) -> Any:
    """Return a result as JSON can hold it: None for NaN."""
    if isinstance(result, Mapping):
        return {key: without_nan(value) for key, value in result.items()}
    if isinstance(result, list | tuple):
        return [without_nan(value) for value in result]
    return None if isinstance(result, float) and not math.isfinite(result) else result


def _prediction(found: Prediction) -> Iterator[str]:
    yield (
        f"{counted(found.solos, 'solo')}, {counted(found.notes, 'note')} counted; "
        "95 % intervals by solo"
    )
    for one in found.measures:
        form = "8.1%" if one.share else "8.3f"
        low, high = one.interval
        label = f"  {one.label}" if one.label.startswith("of them") else one.label
        yield f"{label:<30} {one.value:{form}}  {low:{form}} to{high:{form}}"
    if found.baselines and not found.same_training:
        yield "the model was trained on other solos than these baselines: no comparison"
    for name, value in (found.baselines.to_json() if found.baselines else {}).items():
        yield f"baseline: {name.replace('_', ' '):<36} {value:8.3f}"


def _rows(found: Comparison) -> Iterator[str]:
    against = found.reference_solos
    human = counted(against, "human solo") if against else "the built-in human figures"
    yield f"compared with {human}"
    yield from _table(
        ("", *ROW_HEAD),
        [row_cells(name, row) for name, row in found.rows.items()],
    )
    yield (
        f"mean distance {number(found.row_distance, 2)} human standard deviations, "
        f"mean overlap {number(found.row_overlap, 2)}"
    )
    if found.grooving_at_density is not None:
        groove = number(found.grooving_at_density, 2, sign=True)
        yield f"grooving similarity at equal density {groove}"


def _overlap(overlap: Mapping[str, Overlap]) -> Iterator[str]:
    yield from _table(
        ("distances between solos", "overlap", "of the human solos", "ceiling"),
        [
            (feature_label(name), *map(number, (row.overlap, row.reference, row.ceiling)))
            for name, row in overlap.items()
        ],
    )


def _memorisation(found: Mapping[str, CopiedRuns]) -> Iterator[str]:
    for kind, label in (("interval", "intervals"), ("rhythm", "intervals with rhythm")):
        run = found[kind].longest
        if run and run.steps:
            yield (
                f"longest run of a training solo, {label}: {run.steps}, in {run.solo} from bar "
                f"{run.bar}, as in {run.source} from bar {run.source_bar}"
            )


def _listener(found: ListenerTest | NoListenerTest) -> Iterator[str]:
    if isinstance(found, NoListenerTest):
        yield f"listener test: not possible: {found.reason}"
        return
    yield (
        f"listener test, ROC-AUC: {number(found.auc)} ({_between(found.interval)}, "
        f"{found.listener}), on sequences {number(found.sequence)} "
        f"({_between(found.sequence_interval)}); 0.5: cannot be told apart"
    )
    groups = sorted(found.groups.items(), key=lambda group: -group[1])
    yield "  by one group of metrics: " + ", ".join(f"{name} {number(auc)}" for name, auc in groups)
    if found.control is not None:
        yield (
            f"  human solos against other human solos: {number(found.control.auc)} "
            f"({_between(found.control.interval)})"
        )


def _loops(found: LoopReport) -> Iterator[str]:
    where = f", in {found.solo} from bar {found.bar}" if found.bars else ""
    yield (
        f"bars repeated literally in a row: at most {found.bars}{where}; "
        f"{counted(found.over, 'solo')} with more than {found.limit}"
    )


def _between(pair: Sequence[float]) -> str:
    return f"{number(pair[0])} to {number(pair[1])}"


def _table(head: Sequence[str], lines: Sequence[Sequence[str]]) -> Iterator[str]:
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for index, name in enumerate(head):
        table.add_column(name, justify="right" if index else "left", no_wrap=True)
    for line in lines:
        table.add_row(*line)
    written = io.StringIO()
    Console(file=written, width=WIDTH, color_system=None, markup=False).print(table)
    yield from (line.rstrip() for line in written.getvalue().splitlines())
