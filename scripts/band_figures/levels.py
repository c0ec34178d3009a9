"""Rows of the mix: how loud the stems of the band are beside the solo's.

A chorus of blues in each style, under a solo of the shipped model on tenor, trumpet and alto
in turn, is played with FluidSynth and the soundfont that is found; the figures hold for
FluidR3 GM. Without a soundfont they cannot be told.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from statistics import fmean

import numpy as np

import jazzgen
from band_figures.table import Played, Row, at_most, near
from jazzgen.band.styles import Style, styles
from jazzgen.errors import ConfigError
from jazzgen.music.chart import Bar, Chart
from jazzgen.music.solo import Solo
from jazzgen.render.audio import sounds_of
from jazzgen.render.midi import stems_of
from jazzgen.render.playback import PLAYERS, Playback
from jazzgen.render.sound import Sound

__all__ = ["ROWS", "levels_of_styles"]

INSTRUMENTS = ("tenor", "trumpet", "alto")
WANTED = {"bass": (-4.0, 2.0), "piano": (-8.0, 3.0), "drums": (-9.0, 3.0)}
"""The level of each stem in dB beside the solo's, as on records of small groups, and how far from
it a style may be."""
RATE = 22_050
"""Samples per second; levels need no more."""


def _form(style: Style) -> Chart:
    """Return a blues in the first meter of a style."""
    chart = jazzgen.chart("blues")
    if style.meters and not style.plays(chart.bars[0].meter):
        meter = style.meters[0]
        bars = tuple(Bar(bar.chords[:1], meter) for bar in chart.bars)
        chart = Chart(bars, key=chart.key, title=chart.title)
    return replace(chart, feel=style.name, tempo=style.tempo)


def _root_mean_square(sound: Sound) -> float:
    """Return the level of a sound in dB; minus infinity for silence."""
    power = float((sound.samples.astype(np.float64) ** 2).mean())
    return 10 * math.log10(power) if power else -math.inf


def _beside_solo(solo: Solo, seed: int) -> dict[str, float]:
    """Return how much louder than the solo each stem of the band is, in dB, by player."""
    _, parts = sounds_of(stems_of(solo, Playback(seed=seed)), rate=RATE)
    alone, *band = map(_root_mean_square, parts)
    return {name: level - alone for name, level in zip(PLAYERS, band, strict=True)}


@cache
def levels_of_styles() -> dict[str, dict[str, float]]:
    """Return the level of each player beside the solo in each style, in dB; empty without sound."""
    model = jazzgen.load("improviser")
    levels: dict[str, dict[str, float]] = {}
    try:
        for style in styles():
            solos = [
                model.improvise(_form(style), seed=seed, instrument=name)
                for seed, name in enumerate(INSTRUMENTS, 1)
            ]
            found = [_beside_solo(solo, seed) for seed, solo in enumerate(solos, 1)]
            levels[style.name] = {name: fmean(one[name] for one in found) for name in PLAYERS}
    except ConfigError:  # nothing that plays, or no soundfont
        return {}
    return levels


def _mean(player: str) -> Callable[[Sequence[Played]], float]:
    def measure(_tunes: Sequence[Played]) -> float:
        levels = [one[player] for one in levels_of_styles().values()]
        return fmean(levels) if levels else math.nan

    return measure


def _outside(player: str) -> Callable[[Sequence[Played]], float]:
    wanted, within = WANTED[player]

    def measure(_tunes: Sequence[Played]) -> float:
        levels = [one[player] for one in levels_of_styles().values()]
        return sum(abs(level - wanted) > within for level in levels) if levels else math.nan

    return measure


ROWS = tuple(
    row
    for player, (wanted, within) in WANTED.items()
    for row in (
        Row(
            name=f"level_{player}",
            text=f"dB of the {player} beside the solo, mean over all styles",
            measure=_mean(player),
            target=near(wanted, within),
            is_own=True,
        ),
        Row(
            name=f"level_{player}_missed",
            text=f"styles in which the {player} is further from {wanted:g} dB than {within:g}",
            measure=_outside(player),
            target=at_most(0),
            is_own=True,
        ),
    )
)
