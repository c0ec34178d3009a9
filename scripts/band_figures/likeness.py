#!/usr/bin/env python3
"""Measure how much the drummer's bars are like people's, learnt and by rule.

    python scripts/band_figures/likeness.py GROOVE

A profile says how often each drum is struck at each place of a bar, ghost notes left out. The
distance of two profiles is the sum of their differences as a share of all strokes: 0 for the same,
1 for nothing in common. It is shown between people (the first and the second half of their bars in
the Groove MIDI Dataset, mostly other drummers), and between people and the band: as it plays, and
by rule alone.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import jazzgen
from jazzgen.band.bar_plan import plan_bars
from jazzgen.band.drummer_file import shipped_drummer
from jazzgen.band.drummer_form import can_play
from jazzgen.band.drums import drum_part
from jazzgen.band.stroke_values import (
    DRUMS,
    IN_BEAT,
    PITCHES,
    PLACES,
    VELOCITY_STEP,
)
from jazzgen.band.styles import Style, register_style, styles, unregister_style
from jazzgen.datasets.groove import read_groove
from jazzgen.music.timing import TICKS_PER_QUARTER
from jazzgen.training.drum_bars import drum_bars, style_name, style_names

__all__ = ["main"]

GHOST, SEEDS, CHORUSES = 25, 4, 3
"""The MIDI velocity below which a stroke is a ghost note; the seeds and the choruses that are
played."""
BAR = 4 * TICKS_PER_QUARTER
Profile = NDArray[np.float64]
"""How often each drum is struck at each place of a bar, shape (PLACES, DRUMS)."""


def profile_of(bars: Iterable[Iterable[tuple[int, int, int]]]) -> Profile:
    """Return the profile of bars, each with the place, the drum and the velocity of its strokes."""
    found, number = np.zeros((PLACES, DRUMS)), 0
    for bar in bars:
        number += 1
        for place, drum, velocity in bar:
            found[place, drum] += velocity >= GHOST
    return found / max(number, 1)


def distance(one: Profile, other: Profile) -> float:
    """Return the distance of two profiles, 0 to 1."""
    return float(np.abs(one - other).sum() / (one.sum() + other.sum()))


def people(folder: Path) -> dict[str, tuple[Profile, Profile, Profile]]:
    """Return the profiles of people's bars by style: of all, and of each half.

    Args:
        folder: The folder of the dataset.
    """
    performances = [one for one in read_groove(folder) if not one.is_fill and one.beats == 4]
    names = style_names(performances)
    own: dict[str, list[list[tuple[int, int, int]]]] = defaultdict(list)
    for one, bars in zip(performances, drum_bars(performances, names), strict=True):
        own[style_name(one.style)] += [
            [(s.place, s.value % DRUMS, VELOCITY_STEP * s.velocity + 1) for s in bar.strokes]
            for bar in bars
        ]
    return {
        name: (
            profile_of(bars),
            profile_of(bars[: len(bars) // 2]),
            profile_of(bars[len(bars) // 2 :]),
        )
        for name, bars in own.items()
    }


def played(style: Style) -> Profile:
    """Return the profile of the band's bars in a style, in the drummer's own bars."""
    form = replace(jazzgen.chart("rhythm-changes"), feel=style.name, tempo=style.tempo)
    chart = form.repeat(CHORUSES)
    bars: dict[tuple[int, int], list[tuple[int, int, int]]] = defaultdict(list)
    for seed in range(SEEDS):
        for note in drum_part(chart, plan_bars(chart), seed).notes:
            number, tick = divmod(note.onset, BAR * style.drummer_bars)
            beat, rest = divmod(tick / style.drummer_bars, TICKS_PER_QUARTER)
            place = min(range(len(IN_BEAT)), key=lambda one: abs(IN_BEAT[one] - rest))
            if note.pitch in PITCHES:
                drum = PITCHES.index(note.pitch)
                where = int(beat) * len(IN_BEAT) + place
                bars[seed, number].append((where, drum, note.velocity))
    return profile_of(bars.values())


def by_rule(style: Style) -> Profile:
    """Return the profile of a style if nothing in it were learnt."""
    unregister_style(style.name)
    register_style(replace(style, drummer=""))
    try:
        return played(style)
    finally:
        unregister_style(style.name)
        register_style(style)


def main() -> None:
    """Measure, and print a table."""
    found, drummer = people(Path(sys.argv[1])), shipped_drummer()
    (bar, *_) = plan_bars(jazzgen.chart("blues"))
    print(f"{'style':<14} {'strokes':>8} {'people':>8} {'ours':>8} {'rules':>8}")
    for style in [one for one in styles() if can_play(drummer, one, bar) and one.plays(bar.meter)]:
        whole, *halves = found[style.drummer]
        figures = (
            distance(halves[0], halves[1]),
            distance(whole, played(style)),
            distance(whole, by_rule(style)),
        )
        print(
            f"{style.name:<14} {whole.sum():>8.1f} " + " ".join(f"{one:>8.3f}" for one in figures)
        )


if __name__ == "__main__":
    main()
