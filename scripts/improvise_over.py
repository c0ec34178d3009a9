#!/usr/bin/env python3
"""Improvise over the charts of solos, as many choruses as they have, and write a dataset.

    scripts/improvise_over.py valid.jsonl --model improviser --seeds 3 --out generated.jsonl

`jazzgen evaluate --no-model generated.jsonl --reference valid.jsonl` compares the result with
human solos over the same tunes. No solo is picked or left out by hand: the dataset has one for
every chart and seed, played as `jazzgen generate` plays by default: the best of several draws, with
a final chord on which it lands.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from dataclasses import replace

from jazzgen.band.arrangement import Arrangement, arrange
from jazzgen.config import SamplingConfig
from jazzgen.config.sampling import DRAWS
from jazzgen.datasets.corpus import load_corpus
from jazzgen.datasets.dataset import write_dataset
from jazzgen.errors import InputError
from jazzgen.improviser import DEFAULT_MODEL, Improviser, load
from jazzgen.music.solo import Solo

__all__ = ["improvise_over", "main"]


def improvise_over(
    improviser: Improviser,
    solos: list[Solo],
    seeds: int,
    sampling: SamplingConfig | None = None,
    *,
    like: bool = False,
    draws: int = 1,
) -> Iterator[Solo]:
    """Yield one solo for each chart and seed.

    Args:
        improviser: The model.
        solos: The solos whose charts are played over.
        seeds: The number of solos per chart; the seeds are 0, 1, ….
        sampling: How values are drawn; None for default settings.
        like: Whether to play like the performer of each solo, if the model knows that one.
        draws: The number of draws of each solo, of which the model's judge keeps one.
    """
    for solo in solos:
        performer = solo.performer if like and solo.performer in improviser.performers else None
        layout = arrange(solo.chart, 1, Arrangement())
        own = replace(sampling or SamplingConfig(), landing=layout.landing)
        takes = improviser.takes(
            layout.improvised, range(seeds), own, performer=performer, draws=draws
        )
        for seed, take in enumerate(takes):
            yield replace(take, title=solo.title, source=f"{solo.source or solo.title}-{seed}")


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("solos", help="a dataset, a database, a MIDI file or a folder")
    parser.add_argument("--model", default=DEFAULT_MODEL)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument(
        "--draws", type=int, help="draws of each solo; by default as many as `generate` draws"
    )
    parser.add_argument("--like", action="store_true", help="play like each solo's performer")
    parser.add_argument("--out", required=True)
    arguments = parser.parse_args()
    try:
        corpus = load_corpus(arguments.solos)
        improviser = load(arguments.model)
        draws = arguments.draws or (DRAWS if improviser.judge else 1)
        played = list(
            improvise_over(
                improviser,
                list(corpus.solos),
                arguments.seeds,
                like=arguments.like,
                draws=draws,
            )
        )
        write_dataset(arguments.out, played)
    except InputError as error:
        print(f"improvise_over: {error}", file=sys.stderr)
        return 2
    print(f"{arguments.out}: {len(played)} solos, {sum(len(solo.notes) for solo in played)} notes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
