"""Piano voicings, rootless or shells, with smooth voice leading from chord to chord.

Rootless voicings are what pianists have played since Bill Evans and Red Garland: third and
seventh, with the ninth, the fifth or the thirteenth between and above them, while the bass plays
the root (Mark Levine, "The Jazz Piano Book", 1989). A shell is third and seventh alone. Each
chord can be voiced in many ways between C3 and G4; those are chosen that move the hand least
over the whole tune (`cheapest_path`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import combinations, pairwise, product

import numpy as np
from numpy.typing import NDArray

from jazzgen.band.cheapest_path import cheapest_path
from jazzgen.music.chord import ChordSymbol
from jazzgen.music.chord_quality import SEMITONES, Quality

__all__ = ["HIGH", "LOW", "Voicing", "lead_voices", "voicings"]

Voicing = tuple[int, ...]

LOW, HIGH = 48, 67
"""The lowest and the highest MIDI pitch of a voicing: C3 and G4."""
VOICES = 4
"""The number of voices of a rootless voicing."""
MUDDY, NARROW = 53, 3
"""The MIDI pitch (F3) below which close voices sound muddy, and what is not close, in semitones."""
WIDEST = 15
"""The distance from the lowest to the highest voice, in semitones, that a hand spans easily."""
CENTER = 57.5
"""The MIDI pitch around which voicings lie best."""
MUDDY_COST, CLUSTER, HIDDEN, WIDE, OFF_CENTER, POORER = 40.0, 8.0, 6.0, 0.6, 0.08, 0.8
"""Costs, in semitones that a voice would have to move: of a muddy low interval, of three voices
within a minor third, of a semitone at the top, of each semitone beyond `WIDEST`, of each
semitone off the center, and of each rank of a less good choice of tones."""

# What a symbol names itself comes before these.
COLOR_TONES = {
    "maj": ("9", "5", "6", "1"), "min": ("9", "5", "11", "1"), "dom": ("13", "9", "5", "1"),
    "hdim": ("1", "b5", "11"), "dim": ("1", "b5"), "aug": ("#5", "9", "1"),
    "sus": ("9", "5", "13", "1"), "minmaj": ("9", "5", "1"),
}  # fmt: skip
"""Tones of a rootless voicing beside third and seventh, by the chord's family, the best first."""
FIFTHS = ("b5", "5", "#5")


def lead_voices(chords: Sequence[ChordSymbol], shells: bool = False) -> list[Voicing]:
    """Return a voicing for each chord, so that the voices move as little as possible.

    Args:
        chords: The chords in the order in which they are played; none of them is N.C.
        shells: Whether to play only third and seventh.

    Returns:
        For each chord, its MIDI pitches in ascending order, within C3 to G4.
    """
    choices = [voicings(chord, shells) for chord in chords]
    costs = [own for _, own in choices]
    moves = [_moves(before, after) for (before, _), (after, _) in pairwise(choices)]
    path = cheapest_path(costs, moves)
    return [found[choice] for (found, _), choice in zip(choices, path, strict=True)]


@lru_cache(maxsize=1024)
def voicings(
    chord: ChordSymbol, shell: bool = False
) -> tuple[tuple[Voicing, ...], NDArray[np.float64]]:
    """Return the ways to voice a chord, and the cost of each, shape (ways,).

    Args:
        chord: The chord; not N.C.
        shell: Whether to voice only third and seventh.
    """
    found: dict[Voicing, float] = {}
    for poorer, tones in enumerate(_tone_sets(chord, shell)):
        for pitches in _laid_out(tones):
            found.setdefault(pitches, _cost(pitches) + POORER * poorer)
    # Muddy voicings are left out, unless the chord cannot be voiced otherwise.
    clean = {pitches: cost for pitches, cost in found.items() if cost < MUDDY_COST}
    kept = clean or found
    return tuple(kept), np.array(list(kept.values()))


@lru_cache(maxsize=4096)
def _moves(before: Sequence[Voicing], after: Sequence[Voicing]) -> NDArray[np.float64]:
    """Return how far the voices move from each voicing to each other one.

    Returns:
        Mean distances in semitones per voice, shape (voicings before, voicings after).
    """
    sizes = len(before[0]), len(after[0])
    if sizes[0] == sizes[1]:
        a, b = np.array(before), np.array(after)
        return np.asarray(np.abs(a[:, None, :] - b[None, :, :]).mean(axis=2), dtype=np.float64)
    return np.array([[_movement(one, other) for other in after] for one in before])


def _movement(before: Voicing, after: Voicing) -> float:
    """Return the movement between voicings of different sizes, in semitones per voice.

    Each voice of the larger one comes from, or goes to, the nearest voice of the smaller one:
    voices part or merge.
    """
    fewer, more = sorted((before, after), key=len)
    return sum(min(abs(pitch - other) for other in fewer) for pitch in more) / len(more)


def _tone_sets(chord: ChordSymbol, shell: bool) -> Iterator[tuple[int, ...]]:
    """Yield sets of pitch classes that can stand for the chord, the best first."""
    quality, root = chord.degrees, chord.root_pc
    if quality is None or root is None:
        return
    guides = sorted(quality.guide_tones)
    named = _named(quality)
    rest = [
        tone
        for tone in _color_tones(quality)
        if tone not in guides
        # Tones that the symbol does not name must be in the chord-scale, which the bass of a
        # slash chord changes.
        and (tone in named or (root + tone) % 12 in chord.scale | chord.chord_tones)
    ]
    number = (2 if shell else VOICES) - len(guides)
    wanted = rest[: max(number, 0)]
    yield _absolute(root, [*guides, *wanted])
    if not shell:
        # Other choices may lead better, but what the symbol names must be among them.
        for others in combinations(rest[:4], max(number, 0)):
            if list(others) != wanted and set(named) <= {*guides, *others}:
                yield _absolute(root, [*guides, *others])


def _absolute(root: int, tones: Sequence[int]) -> tuple[int, ...]:
    return tuple(sorted({(root + tone) % 12 for tone in tones}))


def _color_tones(quality: Quality) -> list[int]:
    """Return the tones to voice beside the guide tones, in semitones, the best first."""
    names = [SEMITONES[name] for name in COLOR_TONES[quality.family] if _fits(quality, name)]
    rest = [*sorted(quality.chord_tones - {0}), 0]
    return list(dict.fromkeys([*_named(quality), *names, *rest]))


def _named(quality: Quality) -> list[int]:
    """Return the tones by which the symbol differs from a plain one, at most two, in semitones.

    These are its tensions and its altered fifth.
    """
    altered = [name for name in quality.fifths if name != "5"]
    names = [*quality.tensions, *altered]
    if quality.is_altered:
        names = ["#9", "#5"]
    # Altered tensions say more than plain ones, and high ones more than low ones.
    telling = sorted(names, key=lambda name: (name[0] not in "b#", -SEMITONES[name]))
    return [SEMITONES[name] for name in telling[:2]]


def _fits(quality: Quality, name: str) -> bool:
    """Whether a tone can be added to a chord of this quality."""
    degrees = quality.degrees
    if name in degrees:
        return True
    if name in (*FIFTHS, "6"):
        # A sixth beside a seventh would be a thirteenth, which only a symbol that names it has.
        third, free = quality.third, quality.seventh is None and "#5" not in degrees
        return name == "6" and third is not None and free
    if name == "9":
        return not degrees & {"b9", "#9"} and not quality.is_altered
    if name == "13":
        return not degrees & {"b13", "#5", "b9", "#9", "b5"} and quality.seventh == "b7"
    if name == "11":
        return (quality.third == "b3" and "b5" in degrees) or quality.seventh == "b7"
    return name == "1"


def _laid_out(tones: Sequence[int]) -> Iterator[Voicing]:
    """Yield each way to arrange pitch classes between the lowest and the highest pitch."""
    octaves = [[pitch for pitch in range(LOW, HIGH + 1) if pitch % 12 == tone] for tone in tones]
    for pitches in product(*octaves):
        yield tuple(sorted(pitches))


def _cost(pitches: Voicing) -> float:
    """Return the cost of a voicing by itself: how badly it sounds or lies under the hand."""
    steps = [high - low for low, high in pairwise(pitches)]
    muddy = any(low < MUDDY and step < NARROW for low, step in zip(pitches, steps, strict=False))
    clusters = sum(a + b < 4 for a, b in pairwise(steps))
    hidden = steps[-1:] == [1]  # a semitone below the top voice hides it
    wide = max(0, pitches[-1] - pitches[0] - WIDEST)
    off = abs(sum(pitches) / len(pitches) - CENTER)
    return (
        MUDDY_COST * muddy + CLUSTER * clusters + HIDDEN * hidden + WIDE * wide + OFF_CENTER * off
    )
