"""The players: imaginary soloists, so that the corpus has more than one voice."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from random import Random

__all__ = ["PLAYERS", "Player", "on_the_day"]


@dataclass(frozen=True)
class Player:
    """The settings of one soloist.

    Args:
        name: What the player is called.
        instrument: For the reader.
        program: General MIDI program.
        low: Lowest pitch the player uses.
        high: Highest.
        phrase_beats: Median length of a phrase.
        phrase_spread: Standard deviation of the logarithm of that length.
        gap_beats: Median rest between phrases.
        textures: Weight of each rhythmic texture at a medium tempo.
        cells: Weight of each family of cells, 1 where not named.
        outside: How readily dominants are altered, 0 to 1.
        motif: How often a phrase takes up an earlier one, 0 to 1.
        inside: How strongly chord tones are wanted on the beat.
        leaps: Liking for wide intervals; 0 is neutral.
        velocity: Usual velocity.
    """

    name: str
    instrument: str
    program: int
    low: int
    high: int
    phrase_beats: float
    phrase_spread: float
    gap_beats: float
    textures: dict[str, float]
    cells: dict[str, float] = field(default_factory=dict)
    outside: float = 0.3
    motif: float = 0.3
    inside: float = 0.5
    leaps: float = 0.0
    velocity: int = 78


PLAYERS = {
    player.name: player
    for player in (
        Player(
            "Wren", "alto saxophone, bebop", 65, 50, 80, 7.5, 0.75, 1.2,
            {"line": 5, "triplet": 2, "sync": 2, "double": 1.5},
            {"approach": 1.6, "arpeggio": 1.4, "bebop": 1.6, "pattern": 1.0},
            outside=0.3, motif=0.25, inside=-0.1, velocity=84,
        ),
        Player(
            "Cobalt", "tenor saxophone, long lines", 66, 45, 77, 9.5, 0.75, 1.2,
            {"line": 6, "triplet": 1.5, "sync": 1.5, "double": 2.5},
            {"approach": 1.3, "pattern": 1.6, "bebop": 1.3, "chromatic": 1.4},
            outside=0.65, motif=0.2, inside=-0.1, velocity=82,
        ),
        Player(
            "Marlow", "trumpet, spare and tuneful", 56, 53, 82, 5.0, 0.65, 1.7,
            {"line": 2.5, "triplet": 1.2, "sync": 4, "sparse": 2},
            {"arpeggio": 1.3, "repeat": 1.3, "pattern": 0.8},
            outside=0.15, motif=0.5, inside=0.3, leaps=0.2, velocity=76,
        ),
        Player(
            "Juno", "tenor saxophone, blues", 66, 45, 76, 6.0, 0.75, 1.5,
            {"line": 3, "triplet": 3, "sync": 3, "double": 1, "sparse": 1},
            {"blues": 2.5, "repeat": 1.2, "bebop": 0.8},
            outside=0.15, motif=0.4, inside=0.1, velocity=88,
        ),
        Player(
            "Pilar", "flugelhorn, lyrical", 60, 52, 79, 6.5, 0.7, 1.5,
            {"line": 2.5, "triplet": 3.5, "sync": 2, "double": 1, "sparse": 1.5},
            {"arpeggio": 1.5, "scale": 1.2, "approach": 1.2},
            outside=0.25, motif=0.4, inside=0.3, leaps=0.15, velocity=72,
        ),
        Player(
            "Sorrel", "alto saxophone, fourths and pentatonics", 65, 50, 81, 6.5, 0.8, 1.3,
            {"line": 4, "triplet": 1, "sync": 3, "double": 3},
            {"pentatonic": 2.5, "fourths": 2.0, "pattern": 1.3, "bebop": 0.5},
            outside=0.45, motif=0.35, inside=-0.1, leaps=0.5, velocity=80,
        ),
    )
}  # fmt: skip


def on_the_day(player: Player, rng: Random) -> Player:
    """Return a player with settings varied at random, as nobody plays alike twice."""
    return replace(
        player,
        textures={t: w * math.exp(rng.gauss(0, 0.75)) for t, w in player.textures.items()},
        cells=player.cells
        | {"repeat": player.cells.get("repeat", 1) * math.exp(rng.gauss(0, 0.6))},
        phrase_beats=player.phrase_beats * math.exp(rng.gauss(0, 0.25)),
        gap_beats=player.gap_beats * math.exp(rng.gauss(0, 0.3)),
        inside=player.inside + rng.gauss(0, 0.2),
        outside=min(max(player.outside + rng.gauss(0, 0.15), 0.0), 0.9),
        leaps=player.leaps + rng.gauss(0, 0.3),
    )
