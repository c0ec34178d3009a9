"""The report: one HTML page that holds everything and loads nothing.

Its pictures stand in it as SVG; there is no script and no address of another file.
Whatever comes from solos (names, titles) is escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from jazzgen.evaluation import plots
from jazzgen.evaluation.human import human_rows
from jazzgen.evaluation.labels import FEATURE_LABELS, number, row_label
from jazzgen.evaluation.rows import set_rows
from jazzgen.music.solo import Solo

__all__ = ["page"]

STYLE = """
body { font: 15px/1.45 system-ui, sans-serif; color: #20262c; max-width: 62rem;
       margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; font-size: 13px; margin: .5rem 0 1.5rem; }
th, td { padding: .2rem .7rem; text-align: right; border-bottom: 1px solid #e3e7ea; }
th:first-child, td:first-child { text-align: left; }
td.far { color: #c0392b; font-weight: 600; }
svg { max-width: 100%; height: auto; }
.ours { color: #c0392b; } .theirs { color: #1f5fa8; }
"""
FAR = 1.0  # human standard deviations

Cells = Sequence[str]


def page(
    result: Mapping[str, Any],
    generated: Sequence[Solo],
    reference: Sequence[Solo] = (),
    training: Sequence[Solo] = (),
    title: str = "Solos beside human ones",
) -> str:
    """Return the report of an evaluation as HTML.

    Args:
        result: What `generated.evaluate` returned; with the measures of `predictive`
            beside it, these are shown too.
        generated: The solos that it judged.
        reference: Those that they were held against.
        training: Those that the model was trained on.
        title: The page's heading.

    Raises:
        ConfigError: matplotlib is missing.
    """
    plots.validate()
    theirs = (set_rows(reference, training) if reference
              else {name: row.sample for name, row in human_rows().items()})  # fmt: skip
    parts = [
        _summary(result),
        _model(result),
        _rows(result["rows"]),
        plots.distance_plot(result["rows"]),
        '<h2>Distributions</h2><p><span class="ours">red: these solos</span>, '
        '<span class="theirs">blue: human solos</span></p>',
        plots.distribution_plot(set_rows(generated, training), theirs),
        _overlap(result["overlap"]),
        _memorisation(result["memorisation"]),
        _listener(result["listener"]),
        _loops(result["loops"]),
    ]
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        f"<h1>{escape(title)}</h1>\n" + "\n".join(filter(None, parts)) + "\n</body>\n</html>\n"
    )


def _summary(result: Mapping[str, Any]) -> str:
    against = result["reference_solos"]
    held = f"{against} human solos" if against else "the built-in human figures"
    return (f"<p>{result['solos']} solos, {result['notes']:,} notes, beside {held}. Mean distance "
            f"{number(result['row_distance'], 2)} human standard deviations, mean overlap "
            f"{number(result['row_overlap'], 2)}.</p>")  # fmt: skip


def _model(result: Mapping[str, Any]) -> str:
    if "bits_per_note" not in result:
        return ""
    sure = result["intervals"]
    cells = [
        ("bits a note", result["bits_per_note"], sure["bits_per_note"]),
        ("of them pitch", result["pitch"]["bits"], sure["pitch_bits"]),
        ("of them time", result["time"]["bits"], sure["time_bits"]),
        ("pitch perplexity, notes only", result["pitch"]["perplexity_notes_only"],
         sure["pitch_perplexity_notes_only"]),
        ("pitch right at first guess", result["pitch"]["top1"], sure["pitch_top1"]),
        ("duration right at first guess", result["time"]["top1"], sure["time_top1"]),
        ("lost with wrong chords, bits", result["wrong_chord_delta_bits"],
         sure["wrong_chord_delta_bits"]),
    ]  # fmt: skip
    rows = [(name, number(value), _between(pair)) for name, value, pair in cells]
    rows += [(f"floor: {name.replace('_', ' ')}", number(value), "")
             for name, value in result["floors"].items()]  # fmt: skip
    return "<h2>Foreseeing these solos</h2>" + _table(("measure", "value", "95 %"), rows)


def _rows(rows: Mapping[str, Mapping[str, float]]) -> str:
    head = ("row", "mean", "± std", "human", "± std", "distance", "overlap", "ceiling")
    lines = [
        (row_label(name), number(row["mean"]), number(row["std"]), number(row["reference_mean"]),
         number(row["reference_std"]), number(row["distance"], 2, sign=True),
         number(row["overlap"], 2), number(row["ceiling"], 2))
        for name, row in rows.items()
    ]  # fmt: skip
    far = {k for k, row in enumerate(rows.values()) if abs(row["distance"]) > FAR}
    return "<h2>Rows</h2>" + _table(head, lines, far)


def _overlap(overlap: Mapping[str, Mapping[str, float]] | None) -> str:
    if overlap is None:
        return ""
    head = ("distances between solos, by", "overlap", "of the human solos", "ceiling")
    lines = [
        (FEATURE_LABELS[name], *(number(row[key]) for key in ("overlap", "reference", "ceiling")))
        for name, row in overlap.items()
    ]
    return "<h2>Distances within and between the sets</h2>" + _table(head, lines)


def _memorisation(found: Mapping[str, Any] | None) -> str:
    if found is None:
        return ""
    head = ("solo", "bar", "steps", "training solo", "bar")
    text = "<h2>Shared with the training solos</h2>"
    for kind, label in (("interval", "intervals"), ("rhythm", "intervals with rhythm")):
        longest = sorted(found[kind]["solos"], key=lambda row: -row["steps"])[:10]
        lines = [
            (row["solo"], str(row["bar"] or "–"), str(row["steps"]), row["source"] or "–",
             str(row["source_bar"] or "–"))
            for row in longest
        ]  # fmt: skip
        shares = ", ".join(f"{n}: {number(s)}" for n, s in found[kind]["shares"].items())
        text += f"<h3>Longest runs, {label}</h3>{_table(head, lines)}"
        text += f"<p>n-grams shared: {escape(shares)}</p>"
    return text


def _listener(found: Mapping[str, Any] | None) -> str:
    if found is None:
        return ""
    if found["auc"] is None:
        return f"<h2>Listener test</h2><p>Not possible: {escape(found['reason'])}.</p>"
    lines = [
        (f"rows ({found['listener']}, the better of two)", number(found["auc"]),
         _between(found["interval"])),
        ("sequences", number(found["sequence"]), _between(found["sequence_interval"])),
    ]  # fmt: skip
    if found["control"]:
        control = found["control"]
        lines.append(("control: human against human", number(control["auc"]),
                      _between(control["interval"])))  # fmt: skip
    lines += [
        (f"{name} alone", number(auc), "")
        for name, auc in sorted(found["groups"].items(), key=lambda group: -group[1])
    ]
    tells = ", ".join(f"{row_label(name)} ({weight:+.2f})"
                      for name, weight in found["tells"].items())  # fmt: skip
    return ("<h2>Listener test</h2>" + _table(("listener", "ROC-AUC", "95 %"), lines)
            + f"<p>0.5: cannot be told apart. Most telling: {escape(tells)}</p>")  # fmt: skip


def _loops(found: Mapping[str, Any]) -> str:
    text = "no bar repeats literally"
    if found["bars"]:
        text = (f"at most {found['bars']} bars in a row (period {found['period']}), in "
                f"{found['solo']} from bar {found['bar']}; {found['over']} solos have more than "
                f"{found['limit']}")  # fmt: skip
    return f"<h2>Literal repetition</h2><p>{escape(text)}.</p>"


def _between(pair: Sequence[float]) -> str:
    return f"{number(pair[0])} to {number(pair[1])}"


def _table(head: Cells, lines: Iterable[Cells], far: Iterable[int] = ()) -> str:
    marked = set(far)
    rows = "".join(
        f"<tr>{_cells(line, 'td', number_ in marked)}</tr>\n" for number_, line in enumerate(lines)
    )
    return f"<table>\n<tr>{_cells(head, 'th')}</tr>\n{rows}</table>"


def _cells(texts: Cells, tag: str, far: bool = False) -> str:
    mark = ' class="far"' if far else ""
    return "".join(f"<{tag}{mark}>{escape(text)}</{tag}>" for text in texts)
