"""Piano voicings: rootless ones and shells for every chord, led from one to the next.

A rootless voicing is what pianists have played since Bill Evans and Red Garland: third and
seventh, with the ninth, the fifth or the thirteenth between and above them, for the bass
has the root (Mark Levine, "The Jazz Piano Book", 1989). A shell is third and seventh
alone. Of all the ways to lay a chord's voices between C3 and G4 the path through the
changes is taken that moves the hand the least (Viterbi).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import combinations, pairwise, product

import numpy as np
from numpy.typing import NDArray

from jazzgen.music.chord import ChordSymbol
from jazzgen.music.chord_quality import SEMITONES, Quality

__all__ = ["HIGH", "LOW", "Voicing", "lead_voices", "voicings"]

Voicing = tuple[int, ...]

LOW, HIGH = 48, 67
"""C3 to G4."""
VOICES = 4
MUDDY, NARROW = 53, 3
"""Below F3 voices lie three semitones apart at least."""
WIDEST, CENTRE = 15, 57.5
MUDDY_COST, CLUSTER, HIDDEN, WIDE, OFF_CENTRE, POORER = 40.0, 8.0, 6.0, 0.6, 0.08, 0.8

# Voices of a rootless voicing by the chord's family, in the order in which they are wanted;
# what a symbol names itself comes before them.
COLOURS = {
    "maj": ("9", "5", "6", "1"), "min": ("9", "5", "11", "1"), "dom": ("13", "9", "5", "1"),
    "hdim": ("1", "b5", "11"), "dim": ("1", "b5"), "aug": ("#5", "9", "1"),
    "sus": ("9", "5", "13", "1"), "minmaj": ("9", "5", "1"),
}  # fmt: skip
FIFTHS = ("b5", "5", "#5")


def lead_voices(chords: Sequence[ChordSymbol], shells: bool = False) -> list[Voicing]:
    """Return a voicing for each chord, so that the voices move as little as they can.

    Args:
        chords: The chords in the order in which they are played; none of them N.C.
        shells: Whether to play third and seventh alone.

    Returns:
        Ascending MIDI pitches within C3 to G4.
    """
    if not chords:
        return []
    choices = [voicings(chord, shells) for chord in chords]
    best = choices[0][1]
    behind: list[NDArray[np.intp]] = []
    for (before, _), (after, costs) in pairwise(choices):
        moves = best[:, None] + _moves(before, after)
        behind.append(moves.argmin(axis=0))
        best = moves.min(axis=0) + costs
    place = int(best.argmin())
    path = [place]
    for back in reversed(behind):
        place = int(back[place])
        path.append(place)
    return [found[place] for (found, _), place in zip(choices, reversed(path), strict=True)]


@lru_cache(maxsize=1024)
def voicings(
    chord: ChordSymbol, shell: bool = False
) -> tuple[tuple[Voicing, ...], NDArray[np.float64]]:
    """Return the ways to voice a chord, and what each of them costs.

    Args:
        chord: The chord; not N.C.
        shell: Whether to voice third and seventh alone.
    """
    found: dict[Voicing, float] = {}
    for poorer, tones in enumerate(_tone_sets(chord, shell)):
        for pitches in _laid_out(tones):
            found.setdefault(pitches, _cost(pitches) + POORER * poorer)
    # What rubs is left out wherever the chord can be had without.
    clean = {pitches: cost for pitches, cost in found.items() if cost < MUDDY_COST}
    kept = clean or found
    return tuple(kept), np.array(list(kept.values()))


@lru_cache(maxsize=4096)
def _moves(before: Sequence[Voicing], after: Sequence[Voicing]) -> NDArray[np.float64]:
    """Return how far the voices move from each voicing to each, in semitones a voice."""
    sizes = len(before[0]), len(after[0])
    if sizes[0] == sizes[1]:
        a, b = np.array(before), np.array(after)
        return np.asarray(np.abs(a[:, None, :] - b[None, :, :]).mean(axis=2), dtype=np.float64)
    return np.array([[_movement(one, other) for other in after] for one in before])


def _movement(before: Voicing, after: Voicing) -> float:
    """Return the movement between voicings of different size: voices part or meet."""
    fewer, more = sorted((before, after), key=len)
    return sum(min(abs(pitch - other) for other in fewer) for pitch in more) / len(more)


def _tone_sets(chord: ChordSymbol, shell: bool) -> Iterator[tuple[int, ...]]:
    """Yield sets of pitch classes to voice, the best first."""
    quality, root = chord.degrees, chord.root_pc
    if quality is None or root is None:
        return
    guides = sorted(quality.guide_tones)
    named = _named(quality)
    rest = [
        tone
        for tone in _colours(quality)
        if tone not in guides
        # What nobody has named must go with the scale, and so with a bass of its own.
        and (tone in named or (root + tone) % 12 in chord.scale | chord.chord_tones)
    ]
    number = (2 if shell else VOICES) - len(guides)
    wanted = rest[: max(number, 0)]
    yield _absolute(root, [*guides, *wanted])
    if not shell:
        for others in combinations(rest[:4], max(number, 0)):
            if list(others) != wanted and set(named) <= {*guides, *others}:
                yield _absolute(root, [*guides, *others])


def _absolute(root: int, tones: Sequence[int]) -> tuple[int, ...]:
    return tuple(sorted({(root + tone) % 12 for tone in tones}))


def _colours(quality: Quality) -> list[int]:
    """Return what may be voiced beside the guide tones, in semitones, the best first."""
    names = [SEMITONES[name] for name in COLOURS[quality.family] if _fits(quality, name)]
    rest = [*sorted(quality.chord_tones - {0}), 0]
    return list(dict.fromkeys([*_named(quality), *names, *rest]))


def _named(quality: Quality) -> list[int]:
    """Return what makes the chord what it is: tensions and an altered fifth, two at most."""
    altered = [name for name in quality.fifths if name != "5"]
    names = [*quality.tensions, *altered]
    if quality.is_altered:
        names = ["#9", "#5"]
    # Altered tensions say more than plain ones, and high ones more than low ones.
    telling = sorted(names, key=lambda name: (name[0] not in "b#", -SEMITONES[name]))
    return [SEMITONES[name] for name in telling[:2]]


def _fits(quality: Quality, name: str) -> bool:
    """Whether a colour goes with a chord's quality."""
    degrees = quality.degrees
    if name in degrees:
        return True
    if name in (*FIFTHS, "6"):
        # A sixth beside a seventh would be a thirteenth, which major chords take by name.
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
    """Yield every way to lay pitch classes between the lowest and the highest pitch."""
    places = [[pitch for pitch in range(LOW, HIGH + 1) if pitch % 12 == tone] for tone in tones]
    for pitches in product(*places):
        yield tuple(sorted(pitches))


def _cost(pitches: Voicing) -> float:
    """Rate how a voicing sounds by itself."""
    steps = [high - low for low, high in pairwise(pitches)]
    muddy = any(low < MUDDY and step < NARROW for low, step in zip(pitches, steps, strict=False))
    clusters = sum(a + b < 4 for a, b in pairwise(steps))
    hidden = steps[-1:] == [1]  # a semitone at the top hides the upper of the two
    wide = max(0, pitches[-1] - pitches[0] - WIDEST)
    off = abs(sum(pitches) / len(pitches) - CENTRE)
    return (
        MUDDY_COST * muddy + CLUSTER * clusters + HIDDEN * hidden + WIDE * wide + OFF_CENTRE * off
    )
