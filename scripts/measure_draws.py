#!/usr/bin/env python3
"""Measure what choosing among several draws brings: the listener test with 1, 2 and 8 of them.

    scripts/measure_draws.py valid.jsonl --model improviser --draws 1 2 8

The model plays over the charts of the given solos, which neither it nor its judge should know,
and for each number of draws listeners are to tell what the judge has kept from these solos. Needs
scikit-learn.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from itertools import cycle

from jazzgen.datasets.corpus import load_corpus
from jazzgen.errors import InputError
from jazzgen.evaluation.listener import evaluate
from jazzgen.evaluation.listener_results import ListenerTest, NoListenerTest
from jazzgen.improviser import DEFAULT_MODEL, Improviser, load
from jazzgen.music.solo import Solo
from jazzgen.nn.draws import choose_draws, draw_seeds

__all__ = ["draw_over", "kept", "main"]


def draw_over(
    improviser: Improviser, solos: Sequence[Solo], seeds: Sequence[int], draws: int
) -> list[list[Solo]]:
    """Return the draws of each take: one take for each chart and seed.

    Args:
        improviser: The model.
        solos: The solos whose charts are played over.
        seeds: The seeds of the takes over each chart.
        draws: The number of draws of each take.
    """
    found = []
    for solo in solos:
        drawn = [one for seed in seeds for one in draw_seeds(seed, draws)]
        played = [
            replace(take, title=solo.title) for take in improviser.takes(solo.chart, drawn, draws=1)
        ]
        found += [played[first : first + draws] for first in range(0, len(played), draws)]
    return found


def kept(
    improviser: Improviser, takes: Sequence[Sequence[Solo]], seeds: Sequence[int], draws: int
) -> list[Solo]:
    """Return the solo that is kept of each take if it has so many draws.

    Args:
        improviser: The model, with its judge.
        takes: The draws of each take, at least as many as asked for: one take for each chart and
            seed.
        seeds: The seeds.
        draws: The number of draws, of which the first ones are taken.
    """
    chosen = []
    for take, seed in zip(takes, cycle(seeds)):
        [choice] = choose_draws(improviser.judge, take[:draws], [seed], draws)
        chosen.append(take[choice.draw])
    return chosen


def line(draws: int, test: ListenerTest | NoListenerTest) -> str:
    """Return what is printed of a listener test.

    Args:
        draws: The number of draws.
        test: What the listeners found.
    """
    if isinstance(test, NoListenerTest):
        return f"draws {draws}: no listener test: {test.reason}"
    low, high = test.interval
    groups = ", ".join(f"{group} {auc:.3f}" for group, auc in test.groups.items())
    return (
        f"draws {draws}: listener {test.auc:.3f} ({low:.3f} to {high:.3f}), "
        f"sequence {test.sequence:.3f}; {groups}"
    )


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("solos", help="solos that neither the model nor its judge knows")
    parser.add_argument("--model", default=DEFAULT_MODEL, help="the model's name or folder")
    parser.add_argument("--draws", type=int, nargs="+", default=[1, 2, 8])
    parser.add_argument("--seeds", type=int, default=3, help="takes over each chart")
    parser.add_argument("--training", help="the training solos, for the control and for copies")
    arguments = parser.parse_args()
    try:
        solos = load_corpus(arguments.solos).solos
        training = load_corpus(arguments.training).solos if arguments.training else ()
        improviser = load(arguments.model)
        most = max(arguments.draws)
        seeds = range(arguments.seeds)
        takes = draw_over(improviser, solos, seeds, most)
        for draws in arguments.draws:
            test = evaluate(kept(improviser, takes, seeds, draws), solos, training)
            print(line(draws, test), flush=True)
        if isinstance(test, ListenerTest) and test.control:
            low, high = test.control.interval
            print(f"players beside players: {test.control.auc:.3f} ({low:.3f} to {high:.3f})")
    except InputError as error:
        print(f"measure_draws: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
