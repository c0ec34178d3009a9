"""The report: one HTML page that holds everything and loads nothing.

Its pictures are SVG within the page; there is no script and no address of another file.
Names and titles, which come from solos, are escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape

from jazzgen.evaluation import plots
from jazzgen.evaluation.distances import Overlap, feature_label
from jazzgen.evaluation.generated import Comparison
from jazzgen.evaluation.labels import ROW_HEAD, number, row_cells, row_label
from jazzgen.evaluation.listener_results import ListenerTest, NoListenerTest
from jazzgen.evaluation.loops import LoopReport
from jazzgen.evaluation.memorisation import CopiedRuns
from jazzgen.evaluation.metric_table import METRICS, metrics_for
from jazzgen.evaluation.metrics import SoloSet
from jazzgen.evaluation.prediction import Prediction
from jazzgen.evaluation.rows import Row, row_values
from jazzgen.music.solo import Solo
from jazzgen.runtime.ownership import PROGRAM
from jazzgen.runtime.wording import counted

__all__ = ["page"]

STYLE = """
body { font: 15px/1.45 system-ui, sans-serif; color: #20262c; max-width: 62rem;
       margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; font-size: 13px; margin: .5rem 0 1.5rem; }
th, td { padding: .2rem .7rem; text-align: right; border-bottom: 1px solid #e3e7ea; }
th:first-child, td:first-child, details td, details th { text-align: left; }
td.far { color: #c0392b; font-weight: 600; }
svg { max-width: 100%; height: auto; }
.ours { color: #c0392b; } .theirs { color: #1f5fa8; }
"""
FAR = 1.0
"""Human standard deviations beyond which a row is marked."""
LONGEST_RUNS = 10
"""Solos that are listed with what they have copied, at most."""

Cells = Sequence[str]


def page(
    comparison: Comparison,
    generated: Sequence[Solo],
    reference: Sequence[Solo] = (),
    training: Sequence[Solo] = (),
    title: str = "Solos beside human ones",
    prediction: Prediction | None = None,
) -> str:
    """Return the report of an evaluation as HTML.

    Args:
        comparison: What `generated.evaluate` returned.
        generated: The solos that it judged.
        reference: The solos that it compared them with.
        training: The solos that the model was trained on.
        title: The page's heading.
        prediction: How well a model predicts the solos, if one was asked.

    Raises:
        MissingPackageError: matplotlib is missing.
    """
    plots.validate()
    ours = SoloSet(generated, training)
    parts = [
        _summary(comparison),
        "" if prediction is None else _prediction(prediction),
        _rows(comparison.rows),
        plots.distance_plot(comparison.rows),
        _glossary(comparison.rows),
        '<h2>Distributions</h2><p><span class="ours">red: these solos</span>, '
        '<span class="theirs">blue: human solos</span></p>',
        plots.distribution_plot(row_values(ours), _human_values(ours, reference)),
        _overlap(comparison.overlap),
        _memorisation(comparison.memorisation),
        _listener(comparison.listener),
        _loops(comparison.loops),
    ]
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="generator" content="{PROGRAM}">\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        f"<h1>{escape(title)}</h1>\n" + "\n".join(filter(None, parts)) + "\n</body>\n</html>\n"
    )


def _human_values(ours: SoloSet, reference: Sequence[Solo]) -> Mapping[str, plots.Floats]:
    """What the human distributions are drawn from: the reference, or the built-in figures."""
    if reference:
        return row_values(SoloSet(reference, ours.training))
    found = {metric.name: metric.reference for metric in metrics_for(ours)}
    return {name: row.sample for name, row in found.items() if row is not None}


def _summary(found: Comparison) -> str:
    against = found.reference_solos
    human = counted(against, "human solo") if against else "the built-in human figures"
    return (
        f"<p>{counted(found.solos, 'solo')}, {counted(found.notes, 'note')}, compared with "
        f"{human}. Mean distance "
        f"{number(found.row_distance, 2)} human standard deviations, mean overlap "
        f"{number(found.row_overlap, 2)}.</p>"
    )


def _prediction(found: Prediction) -> str:
    lines = [(one.label, number(one.value), _between(one.interval)) for one in found.measures]
    baselines = found.baselines.to_json() if found.baselines else {}
    lines += [
        (f"baseline: {name.replace('_', ' ')}", number(value), "")
        for name, value in baselines.items()
    ]
    return "<h2>Predicting these solos</h2>" + _table(("measure", "value", "95 %"), lines)


def _rows(rows: Mapping[str, Row]) -> str:
    head = ("row", *ROW_HEAD)
    lines = [row_cells(name, row) for name, row in rows.items()]
    far = {index for index, row in enumerate(rows.values()) if abs(row.distance) > FAR}
    return "<h2>Rows</h2>" + _table(head, lines, far)


def _glossary(rows: Iterable[str]) -> str:
    """What each row measures, folded away."""
    lines = [(METRICS[name].heading, METRICS[name].text) for name in rows]
    return (
        "<details><summary>What the rows measure</summary>"
        f"{_table(('row', 'what it measures'), lines)}</details>"
    )


def _overlap(overlap: Mapping[str, Overlap] | None) -> str:
    if overlap is None:
        return ""
    head = ("distances between solos, by", "overlap", "of the human solos", "ceiling")
    lines = [
        (feature_label(name), *map(number, (row.overlap, row.reference, row.ceiling)))
        for name, row in overlap.items()
    ]
    return "<h2>Distances within and between the sets</h2>" + _table(head, lines)


def _memorisation(found: Mapping[str, CopiedRuns] | None) -> str:
    if found is None:
        return ""
    head = ("solo", "bar", "steps", "training solo", "bar")
    text = "<h2>Shared with the training solos</h2>"
    for kind, label in (("interval", "intervals"), ("rhythm", "intervals with rhythm")):
        longest = sorted(found[kind].solos, key=lambda run: -run.steps)[:LONGEST_RUNS]
        lines = [
            (
                run.solo,
                str(run.bar or "–"),
                str(run.steps),
                run.source or "–",
                str(run.source_bar or "–"),
            )
            for run in longest
        ]
        shares = ", ".join(f"{n}: {number(share)}" for n, share in found[kind].shares.items())
        text += f"<h3>Longest runs, {label}</h3>{_table(head, lines)}"
        text += f"<p>n-grams shared: {escape(shares)}</p>"
    return text


def _listener(found: ListenerTest | NoListenerTest | None) -> str:
    if found is None:
        return ""
    if isinstance(found, NoListenerTest):
        return f"<h2>Listener test</h2><p>Not possible: {escape(found.reason)}.</p>"
    lines = [
        (
            f"metrics ({found.listener}, the better of two)",
            number(found.auc),
            _between(found.interval),
        ),
        ("sequences", number(found.sequence), _between(found.sequence_interval)),
    ]
    if found.control is not None:
        interval = _between(found.control.interval)
        lines.append(("control: human against human", number(found.control.auc), interval))
    lines += [
        (f"{name} alone", number(auc), "")
        for name, auc in sorted(found.groups.items(), key=lambda group: -group[1])
    ]
    tells = ", ".join(f"{row_label(name)} ({weight:+.2f})" for name, weight in found.tells.items())
    return (
        "<h2>Listener test</h2>"
        + _table(("listener", "ROC-AUC", "95 %"), lines)
        + f"<p>0.5: cannot be told apart. Most telling: {escape(tells)}</p>"
    )


def _loops(found: LoopReport) -> str:
    text = "no bar repeats literally"
    if found.bars:
        text = (
            f"at most {counted(found.bars, 'bar')} in a row (period {found.period}), in "
            f"{found.solo} from bar {found.bar}; {counted(found.over, 'solo')} with more than "
            f"{found.limit}"
        )
    return f"<h2>Literal repetition</h2><p>{escape(text)}.</p>"


def _between(pair: Sequence[float]) -> str:
    return f"{number(pair[0])} to {number(pair[1])}"


def _table(head: Cells, lines: Iterable[Cells], far: Iterable[int] = ()) -> str:
    marked = set(far)
    rows = "".join(
        f"<tr>{_cells(line, 'td', index in marked)}</tr>\n" for index, line in enumerate(lines)
    )
    return f"<table>\n<tr>{_cells(head, 'th')}</tr>\n{rows}</table>"


def _cells(texts: Cells, tag: str, far: bool = False) -> str:
    mark = ' class="far"' if far else ""
    return "".join(f"<{tag}{mark}>{escape(text)}</{tag}>" for text in texts)
