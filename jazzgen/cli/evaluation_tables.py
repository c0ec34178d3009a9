"""What `jazzgen evaluate` prints: the measures of a model, and solos beside human ones."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

from jazzgen.evaluation.labels import FEATURE_LABELS, number, row_label

__all__ = ["tables", "without_nan"]

WIDTH = 100


def tables(result: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines that say a result.

    Args:
        result: Of `generated.evaluate`, with or without that of `predictive`.
    """
    if "bits_per_note" in result:
        yield from _model(result)
        yield ""
    yield from _rows(result)
    if result["overlap"]:
        yield from _overlap(result["overlap"])
    if result["memorisation"]:
        yield from _memorisation(result["memorisation"])
    if result["listener"]:
        yield from _listener(result["listener"])
    yield from _loops(result["loops"])


def without_nan(result: Any) -> Any:
    """Return a result as JSON can hold it: None for NaN."""
    if isinstance(result, Mapping):
        return {key: without_nan(value) for key, value in result.items()}
    if isinstance(result, list | tuple):
        return [without_nan(value) for value in result]
    return None if isinstance(result, float) and not math.isfinite(result) else result


def _model(result: Mapping[str, Any]) -> Iterator[str]:
    pitch, time, sure = result["pitch"], result["time"], result["intervals"]
    yield f"{result['solos']} solos, {result['notes']:,} notes counted; 95 % intervals by solo"
    for name, value, key, form in (
        ("bits a note", result["bits_per_note"], "bits_per_note", "8.3f"),
        ("  of them pitch", pitch["bits"], "pitch_bits", "8.3f"),
        ("  of them time", time["bits"], "time_bits", "8.3f"),
        ("pitch perplexity, notes only", pitch["perplexity_notes_only"],
         "pitch_perplexity_notes_only", "8.3f"),
        ("pitch right at first guess", pitch["top1"], "pitch_top1", "8.1%"),
        ("duration right at first guess", time["top1"], "time_top1", "8.1%"),
        ("lost with wrong chords, bits", result["wrong_chord_delta_bits"],
         "wrong_chord_delta_bits", "8.3f"),
    ):  # fmt: skip
        low, high = sure[key]
        yield f"{name:<30} {value:{form}}  {low:{form}} to{high:{form}}"
    for name, value in result["floors"].items():
        yield f"floor: {name.replace('_', ' '):<36} {value:8.3f}"


def _rows(result: Mapping[str, Any]) -> Iterator[str]:
    against = result["reference_solos"]
    held = f"{against} human solos" if against else "the built-in human figures"
    yield f"beside {held}"
    yield from _table(
        ("", "mean", "± std", "human", "± std", "distance", "overlap", "ceiling"),
        [
            (row_label(name), number(row["mean"]), number(row["std"]),
             number(row["reference_mean"]), number(row["reference_std"]),
             number(row["distance"], 2, sign=True), number(row["overlap"], 2),
             number(row["ceiling"], 2))
            for name, row in result["rows"].items()
        ],
    )  # fmt: skip
    yield (f"mean distance {number(result['row_distance'], 2)} human standard deviations, "
           f"mean overlap {number(result['row_overlap'], 2)}")  # fmt: skip
    if result["grooving_at_density"] is not None:
        groove = number(result["grooving_at_density"], 2, sign=True)
        yield f"grooving similarity at like density {groove}"


def _overlap(overlap: Mapping[str, Mapping[str, float]]) -> Iterator[str]:
    yield from _table(
        ("distances between solos", "overlap", "of the human solos", "ceiling"),
        [
            (FEATURE_LABELS[name], *map(number, (row["overlap"], row["reference"], row["ceiling"])))
            for name, row in overlap.items()
        ],
    )


def _memorisation(found: Mapping[str, Any]) -> Iterator[str]:
    for kind, label in (("interval", "intervals"), ("rhythm", "intervals with rhythm")):
        one = found[kind]["longest"]
        if one and one["steps"]:
            yield (f"longest run of a training solo, {label}: {one['steps']}, in {one['solo']} "
                   f"from bar {one['bar']}, as in {one['source']} from bar {one['source_bar']}"
                   )  # fmt: skip


def _listener(found: Mapping[str, Any]) -> Iterator[str]:
    if found["auc"] is None:
        yield f"listener test: not possible: {found['reason']}"
        return
    yield (f"listener test, ROC-AUC: {number(found['auc'])} ({_between(found['interval'])}, "
           f"{found['listener']}), on sequences {number(found['sequence'])} "
           f"({_between(found['sequence_interval'])}); 0.5 cannot tell them apart")  # fmt: skip
    groups = sorted(found["groups"].items(), key=lambda group: -group[1])
    yield "  by one group of rows: " + ", ".join(f"{name} {number(auc)}" for name, auc in groups)
    if found["control"]:
        control = found["control"]
        yield (f"  human solos against other human solos: {number(control['auc'])} "
               f"({_between(control['interval'])})")  # fmt: skip


def _loops(found: Mapping[str, Any]) -> Iterator[str]:
    where = f", in {found['solo']} from bar {found['bar']}" if found["bars"] else ""
    yield (f"bars repeated literally in a row: {found['bars']} at most{where}; "
           f"{found['over']} solos with more than {found['limit']}")  # fmt: skip


def _between(pair: Sequence[float]) -> str:
    return f"{number(pair[0])} to {number(pair[1])}"


def _table(head: Sequence[str], lines: Sequence[Sequence[str]]) -> Iterator[str]:
    table = Table(box=SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for number_, name in enumerate(head):
        table.add_column(name, justify="right" if number_ else "left", no_wrap=True)
    for line in lines:
        table.add_row(*line)
    written = io.StringIO()
    Console(file=written, width=WIDTH, color_system=None, markup=False).print(table)
    yield from (line.rstrip() for line in written.getvalue().splitlines())
