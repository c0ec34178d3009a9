"""The corpus measured: its figures beside human solos, and runs that recur."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np

from jazzgen.evaluation.descriptive import Figure, describe, human_figures
from jazzgen.music.solo import Solo

__all__ = ["corpus_figures", "most_common_run", "table"]

RUN = 8  # notes


def corpus_figures(solos: Sequence[Solo]) -> dict[str, Figure]:
    """Return mean and standard deviation of every metric over the solos."""
    rows = [describe(solo) for solo in solos]
    columns = {name: np.array([row[name] for row in rows]) for name in rows[0]}
    return {name: Figure(float(np.nanmean(v)), float(np.nanstd(v))) for name, v in columns.items()}


def most_common_run(solos: Sequence[Solo]) -> tuple[float, tuple[tuple[int, int], ...]]:
    """Return the eight-note run (intervals with rhythm) that comes most often, and its share."""
    counts = Counter(run for solo in solos for run in _runs(solo))
    run, count = counts.most_common(1)[0]
    return count / counts.total(), run


def table(solos: Sequence[Solo]) -> str:
    """Return the corpus's figures beside the human row, as a Markdown table."""
    human = human_figures()
    lines = ["| metric | corpus | human | distance in human std |", "|---|---|---|---|"]
    for name, ours in corpus_figures(solos).items():
        theirs = human[name]
        # Without a deviation in human solos, as of a metric that is 0 in all of them, none is told.
        distance = f"{(ours.mean - theirs.mean) / theirs.std:+.2f}" if theirs.std else "–"
        lines.append(f"| {name} | {ours.mean:.3f} ± {ours.std:.3f} | {theirs.mean:g} ± "
                     f"{theirs.std:g} | {distance} |")  # fmt: skip
    share, run = most_common_run(solos)
    lines += ["", f"{len(solos)} solos, {sum(len(solo.notes) for solo in solos)} notes, "
              f"{sum(len(solo.chart.bars) for solo in solos)} bars.",
              f"The commonest eight-note run is {share:.2%} of all: {run}."]  # fmt: skip
    return "\n".join(lines)


def _runs(solo: Solo) -> Iterator[tuple[tuple[int, int], ...]]:
    steps = [(b.pitch - a.pitch, b.onset - a.onset)
             for a, b in zip(solo.notes, solo.notes[1:], strict=False)]  # fmt: skip
    for k in range(len(steps) - RUN + 2):
        yield tuple(steps[k : k + RUN - 1])
