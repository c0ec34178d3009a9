#!/usr/bin/env python3
"""Measure how well a classifier tells the seams of regenerated bars from people's bar lines.

    scripts/measure_seams.py valid.jsonl --model improviser --draws 1 8
    scripts/measure_seams.py train.jsonl --count

Bars are drawn from each solo, and regenerated with each number of draws. The classifier hears two
notes on either side of each seam, and of the same bar lines and others in the solos as they were;
it is asked about tunes that it has not heard. 0.5 is guessing. `--count` prints the table of
`jazzgen/encoding/seam_intervals.py` instead: how often people step by each interval across a bar
line.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from jazzgen.datasets.corpus import load_corpus
from jazzgen.errors import InputError
from jazzgen.evaluation.seams import Seam, count_intervals, tell_seams
from jazzgen.improviser import DEFAULT_MODEL, Improviser, load
from jazzgen.music.solo import Solo

__all__ = ["Chosen", "choose_bars", "main", "measure"]

LENGTHS = (1, 2, 4)
"""The numbers of bars that are regenerated at once."""
FIRST = 3
"""The first bar that may be regenerated: before it, there are notes on most charts."""


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """Bars of a solo that are regenerated.

    Args:
        solo: The solo.
        first: The first bar, counted from 1.
        last: The last bar.
    """

    solo: Solo
    first: int
    last: int

    def seams(self, solo: Solo) -> list[Seam]:
        """Return the places of both seams in this solo, or in one with new bars."""
        starts, tune = self.solo.chart.bar_starts, self.solo.tune or self.solo.title
        ticks = (starts[self.first - 1], starts[self.last])
        return [Seam(solo=solo, tick=tick, tune=tune) for tick in ticks]


def choose_bars(solos: Sequence[Solo], each: int, seed: int) -> list[Chosen]:
    """Return bars of solos, drawn by a seed; solos of few bars are left out.

    Args:
        solos: The solos.
        each: How many times bars of each solo are drawn.
        seed: The seed.
    """
    draw = np.random.default_rng(seed)
    chosen = []
    for solo in solos:
        latest = len(solo.chart.bars) - max(LENGTHS) - 1
        for _ in range(each if latest >= FIRST else 0):
            first, length = int(draw.integers(FIRST, latest + 1)), int(draw.choice(LENGTHS))
            chosen.append(Chosen(solo=solo, first=first, last=first + length - 1))
    return chosen


def measure(
    improviser: Improviser, chosen: Sequence[Chosen], seeds: int, draws: int, seed: int = 0
) -> tuple[float, float, float]:
    """Return the areas under the curve for the first seams, the second, and both.

    Args:
        improviser: The model.
        chosen: The bars that are regenerated.
        seeds: How many times they are.
        draws: How many times each time's bars are drawn, of which one draw is kept.
        seed: Draws the further bar lines, deals the folds and grows the forest.
    """
    new: list[list[Seam]] = []
    old: list[list[Seam]] = []
    further = np.random.default_rng(seed)
    for one in chosen:
        bars = (one.first, one.last)
        played = improviser.regenerate(one.solo, bars, range(seeds), draws=draws)
        new += [one.seams(solo) for solo in played]
        old.append(one.seams(one.solo))
        lines = further.choice(one.solo.chart.bar_starts[FIRST:-1], 2).tolist()
        old.append([Seam(solo=one.solo, tick=tick, tune=old[-1][0].tune) for tick in lines])

    def area(*sides: int) -> float:
        seams, lines = ([pair[side] for pair in pairs for side in sides] for pairs in (new, old))
        return tell_seams(seams, lines, seed)

    return area(0), area(1), area(0, 1)


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("solos", help="a dataset of people's solos")
    parser.add_argument("--count", action="store_true", help="print the table of intervals")
    parser.add_argument("--model", default=DEFAULT_MODEL)
    parser.add_argument("--draws", type=int, nargs="+", default=[1, 8])
    parser.add_argument("--each", type=int, default=3, help="regenerated parts of each solo")
    parser.add_argument("--seeds", type=int, default=2, help="times that each is regenerated")
    arguments = parser.parse_args()
    try:
        solos = list(load_corpus(arguments.solos).solos)
        if arguments.count:
            print(*count_intervals(solos), sep=", ")
            return 0
        improviser, chosen = load(arguments.model), choose_bars(solos, arguments.each, 0)
        for draws in arguments.draws:
            begun = time.process_time()
            areas = measure(improviser, chosen, arguments.seeds, draws)
            first, second, both = (f"{area:.3f}" for area in areas)
            seconds = time.process_time() - begun
            print(f"{draws} draws: AUC of first seams {first}, second {second}, both {both} "
                  f"({2 * len(chosen) * arguments.seeds} seams, {seconds:.0f} s)")  # fmt: skip
    except InputError as error:
        print(f"measure_seams: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
