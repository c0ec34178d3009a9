"""Which tones of a chord a pianist plays: third and seventh, and the colors that suit the symbol.

Rootless voicings are what pianists have played since Bill Evans and Red Garland: third and
seventh, with the ninth, the fifth or the thirteenth between and above them, while the bass plays
the root (Mark Levine, "The Jazz Piano Book", 1989). A shell is third and seventh alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from jazzgen.music.chord import ChordSymbol
from jazzgen.music.chord_quality import SEMITONES, Quality

__all__ = ["named_tones", "tone_sets"]

VOICES = 4
"""The number of voices of a rootless voicing."""

# What a symbol names itself comes before these.
COLOR_TONES = {
    "maj": ("9", "5", "6", "1"), "min": ("9", "5", "11", "1"), "dom": ("13", "9", "5", "1"),
    "hdim": ("1", "b5", "11"), "dim": ("1", "b5"), "aug": ("#5", "9", "1"),
    "sus": ("9", "5", "13", "1"), "minmaj": ("9", "5", "1"),
}  # fmt: skip
"""Tones of a rootless voicing beside third and seventh, by the chord's family, the best first."""
FIFTHS = ("b5", "5", "#5")


def tone_sets(chord: ChordSymbol, only_guides: bool = False) -> Iterator[tuple[int, ...]]:
    """Yield sets of pitch classes that can stand for a chord, the best first.

    Args:
        chord: The chord; not N.C.
        only_guides: Whether only third and seventh are wanted.
    """
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
    number = (2 if only_guides else VOICES) - len(guides)
    wanted = rest[: max(number, 0)]
    yield _absolute(root, [*guides, *wanted])
    if not only_guides:
        # Other choices may lead better, but what the symbol names must be among them.
        for others in combinations(rest[:4], max(number, 0)):
            if list(others) != wanted and set(named) <= {*guides, *others}:
                yield _absolute(root, [*guides, *others])


def named_tones(chord: ChordSymbol) -> frozenset[int]:
    """Return the pitch classes that any voicing of a chord holds, as its symbol names them."""
    if chord.degrees is None or chord.root_pc is None:
        return frozenset()
    return frozenset(_absolute(chord.root_pc, _named(chord.degrees)))


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
