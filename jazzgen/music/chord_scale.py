"""Chord-scales: the scale that a player improvises on over a chord.

The scales of each family of chords are listed in order of preference. A chord takes the first
one that has all its notes and its bass. If none has, it takes the one that lacks the fewest of
them, and they are added to it.

The choices that could be argued about:

- **maj7: ionian.** Its fourth is a passing note, but it is what players play; lydian is taken
  for a #11.
- **7b9: phrygian dominant** (the harmonic minor of the chord that it resolves to), since
  7b9 mostly leads to a minor chord; half-whole is taken for a 13 or a #9.
- **m7b5: locrian**, the scale of the minor key whose second degree it is; locrian with a
  natural 9 is taken for a 9.
- **m6 and m(maj7): melodic minor**; m7 and the plain minor triad: dorian.
"""

from __future__ import annotations

from functools import lru_cache

from jazzgen.music.chord_quality import SEMITONES, Quality

__all__ = ["SCALES", "chord_scale"]

SCALES: dict[str, frozenset[int]] = {
    name: frozenset(semitones)
    for name, semitones in {
        "ionian": (0, 2, 4, 5, 7, 9, 11),
        "dorian": (0, 2, 3, 5, 7, 9, 10),
        "phrygian": (0, 1, 3, 5, 7, 8, 10),
        "lydian": (0, 2, 4, 6, 7, 9, 11),
        "mixolydian": (0, 2, 4, 5, 7, 9, 10),
        "aeolian": (0, 2, 3, 5, 7, 8, 10),
        "locrian": (0, 1, 3, 5, 6, 8, 10),
        "melodic minor": (0, 2, 3, 5, 7, 9, 11),
        "dorian b2": (0, 1, 3, 5, 7, 9, 10),
        "lydian augmented": (0, 2, 4, 6, 8, 9, 11),
        "lydian dominant": (0, 2, 4, 6, 7, 9, 10),
        "mixolydian b6": (0, 2, 4, 5, 7, 8, 10),
        "locrian #2": (0, 2, 3, 5, 6, 8, 10),
        "altered": (0, 1, 3, 4, 6, 8, 10),
        "harmonic minor": (0, 2, 3, 5, 7, 8, 11),
        "dorian #4": (0, 2, 3, 6, 7, 9, 10),
        "phrygian dominant": (0, 1, 4, 5, 7, 8, 10),
        "lydian #2": (0, 3, 4, 6, 7, 9, 11),
        "harmonic major": (0, 2, 4, 5, 7, 8, 11),
        "whole tone": (0, 2, 4, 6, 8, 10),
        "half-whole": (0, 1, 3, 4, 6, 7, 9, 10),
        "whole-half": (0, 2, 3, 5, 6, 8, 9, 11),
    }.items()
}

PREFERRED: dict[str, tuple[str, ...]] = {
    "maj": ("ionian", "lydian", "mixolydian", "lydian #2", "harmonic major", "lydian augmented"),
    "min": ("dorian", "aeolian", "phrygian", "dorian b2", "dorian #4", "melodic minor"),
    "minmaj": ("melodic minor", "harmonic minor"),
    # Scales without a natural fifth may stand before others: a chord that has one skips them.
    "dom": ("mixolydian", "lydian dominant", "whole tone", "altered", "mixolydian b6",
            "phrygian dominant", "half-whole"),
    "hdim": ("locrian", "locrian #2"),
    "dim": ("whole-half",),
    "aug": ("whole tone", "lydian augmented"),
    "sus": ("mixolydian", "phrygian", "dorian b2", "dorian", "ionian", "lydian"),
}  # fmt: skip


@lru_cache(maxsize=4096)
def chord_scale(quality: Quality, bass: int | None = None) -> frozenset[int]:
    """Return the chord-scale, in semitones above the root.

    Args:
        quality: The chord's quality.
        bass: The bass, in semitones above the root; None if the root is the bass.
    """
    needed = {SEMITONES[degree] for degree in quality.degrees}
    needed |= set() if bass is None else {bass % 12}
    names = PREFERRED[quality.family]
    # A minor sixth chord is a tonic: its seventh is the leading note, not dorian's flat seventh.
    if quality.family == "min" and quality.seventh == "6":
        names = ("melodic minor", *names)
    best = min((SCALES[name] for name in names), key=lambda scale: len(needed - scale))
    return best | needed
