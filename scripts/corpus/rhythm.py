"""The rhythm of a phrase.

A phrase is filled with units of two beats (or one, to fill up a bar of three),
each taken from a texture: lines of eighths, triplets, double time, syncopation,
long notes. The grid is straight: swing is added in rendering.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from corpus.players import Player
from jazzgen.music.timing import EIGHTH, TICKS_PER_QUARTER

__all__ = ["Onsets", "phrase_onsets"]

BEAT = TICKS_PER_QUARTER

# Onsets within two beats, with weights.
UNITS: dict[str, tuple[tuple[tuple[int, ...], float], ...]] = {
    "line": (
        ((0, 12, 24, 36), 11),
        ((0, 8, 16, 24, 36), 1.6),
        ((0, 12, 24, 32, 40), 1.6),
        ((0, 6, 12, 24, 36), 0.8),
        ((0, 4, 8, 12, 24, 36), 0.7),
        ((0, 12, 24, 30, 36), 0.6),
        ((0, 12, 36), 1.0),
        ((12, 24, 36), 2.2),
        ((0, 24, 36), 0.5),
        ((0, 12, 24), 0.4),
        ((12, 24, 28, 32, 36), 0.4),
    ),
    "triplet": (
        ((0, 8, 16, 24, 32, 40), 3),
        ((0, 8, 16, 24, 36), 3),
        ((0, 12, 24, 32, 40), 2.5),
        ((12, 24, 32, 40), 1.5),
        ((8, 16, 24, 36), 1.2),
        ((0, 8, 16, 36), 1),
        ((0, 8, 16, 32), 0.6),
        ((0, 16, 32), 0.4),
        ((8, 16, 32, 40), 0.8),
    ),
    "double": (
        ((0, 6, 12, 18, 24, 30, 36, 42), 4),
        ((0, 6, 12, 18, 24, 36), 2),
        ((0, 12, 18, 24, 30, 36, 42), 1.5),
        ((0, 6, 12, 24, 30, 36, 42), 1),
        ((6, 12, 18, 24, 30, 36, 42), 1.2),
        ((0, 12, 24, 30, 36, 42), 1.2),
        ((0, 8, 16, 24, 30, 36, 42), 1),
        ((12, 18, 24, 30, 36), 1),
        ((0, 4, 8, 12, 18, 24, 30, 36, 42), 0.5),
    ),
    "sync": (
        ((0, 36), 1.2),
        ((12, 36), 2.2),
        ((0, 12, 36), 2),
        ((12, 24, 36), 2),
        ((12,), 0.8),
        ((0, 18, 36), 0.15),
        ((0, 12, 30, 36), 0.5),
        ((12, 18, 36), 0.6),
        ((8, 16, 36), 0.7),
        ((0, 24, 36), 0.6),
    ),
    "sparse": (
        ((0,), 1.2),
        ((0, 36), 1.2),
        ((12,), 1.5),
        ((12, 36), 1.2),
        ((0, 24), 0.8),
        ((0, 16, 24), 0.5),
        ((12, 24), 0.6),
    ),
}

# How a tempo changes the liking for textures: (slow, at 90; fast, at 220).
TEMPO_FACTORS = {"line": (0.5, 2.0), "triplet": (1.4, 0.45), "double": (3.0, 0.04),
                 "sync": (0.8, 1.3), "sparse": (0.7, 0.9)}  # fmt: skip
SLOW, FAST = 90.0, 220.0

# How likely a texture gives way to another after two beats.
CHANGE = {"line": 0.25, "triplet": 0.35, "double": 0.35, "sync": 0.42, "sparse": 0.6}


@dataclass(frozen=True)
class Onsets:
    """The rhythm of a phrase: ticks of its onsets and the length of its last note."""

    ticks: tuple[int, ...]
    last: int


def phrase_onsets(
    start: int, end: int, bar: int, tempo: float, player: Player, rng: Random
) -> Onsets:
    """Return onsets from `start` to `end` (ticks), the last note's length with them.

    Args:
        start: Where the phrase begins; may be off the beat.
        end: Where its last note begins at the latest.
        bar: Ticks in a bar.
        tempo: Quarter notes per minute.
        player: The player whose textures are used.
        rng: The source of random choices.
    """
    weights = _texture_weights(player, tempo)
    ticks: list[int] = [start]
    texture = _choose(weights, rng)
    at = start // bar * bar
    while at <= end:
        size = 2 * BEAT if (at % bar) + 2 * BEAT <= bar else BEAT
        if rng.random() < CHANGE[texture]:
            texture = _choose(weights, rng)
        unit = _unit(texture, rng)
        ticks += [at + onset for onset in unit if onset < size and start < at + onset <= end]
        at += size
    ticks = _evened(ticks)
    return Onsets(tuple(ticks), _last_length(ticks, rng))


def _evened(ticks: list[int]) -> list[int]:
    """Let a phrase that begins inside a triplet finish that triplet."""
    start = ticks[0]
    if start % BEAT not in (8, 16):
        return ticks
    beat_end = start // BEAT * BEAT + BEAT
    within = [tick for tick in range(start + 8, beat_end, 8) if tick <= ticks[-1]]
    return [start, *within, *(tick for tick in ticks if tick >= beat_end)]


def _texture_weights(player: Player, tempo: float) -> dict[str, float]:
    speed = min(max((tempo - SLOW) / (FAST - SLOW), 0.0), 1.0)
    weights = {}
    for texture, weight in player.textures.items():
        slow, fast = TEMPO_FACTORS[texture]
        weights[texture] = weight * slow ** (1 - speed) * fast**speed
    return weights


def _choose(weights: dict[str, float], rng: Random) -> str:
    return rng.choices(tuple(weights), tuple(weights.values()))[0]


def _unit(texture: str, rng: Random) -> tuple[int, ...]:
    menu = UNITS[texture]
    return rng.choices([unit for unit, _ in menu], [weight for _, weight in menu])[0]


def _last_length(ticks: list[int], rng: Random) -> int:
    """Return the length of the last note: clipped after a run, or left to ring."""
    if ticks[-1] % BEAT and len(ticks) > 1 and ticks[-1] - ticks[-2] <= EIGHTH:
        return rng.choices((8, 12, 24, 36), (2, 5, 2, 1.5))[0]
    return rng.choices((12, 24, 36, 48, 60), (3, 4, 3, 2, 1))[0]
