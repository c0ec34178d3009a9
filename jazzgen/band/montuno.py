"""Montunos: the piano of son and mambo, octaves and the tones between them in turn.

Both hands play one line: a tone of the chord in octaves, then two tones that lie inside of the
octave, and so on through the rhythm of the guajeo (Rebeca Mauleón, "Salsa Guidebook", 1993). The
last strike of a bar is an octave: it is the one that comes before the bar line, with the next
chord. From octave to octave the line goes through a contour of two bars, which stays until the
section ends, around a tone that each chord has near the one before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from jazzgen.band.comping_rhythm import CHANNEL, Strike
from jazzgen.band.voice_leading import Register
from jazzgen.band.voicing_families import Voicing
from jazzgen.music.chord import ChordSymbol

__all__ = ["montuno_voicings"]

OCTAVE = 12
MIDDLES: dict[Register, int] = {"low": 56, "high": 63}
"""The MIDI pitch around which the lower tone of the octaves lies: A flat 3 and E flat 4."""
WANDER = 3.0
"""The standard deviation of that pitch from section to section, in semitones."""
LOWEST, HIGHEST = 49, 66
"""The bounds of the lower tone, as MIDI pitches."""
CONTOURS = (
    (0, 1, 0, -1, 0), (0, 0, 1, 0, 0), (0, -1, 0, 1, 0), (0, 1, 1, 0, -1), (0, 0, -1, -1, 0),
    (0, 1, 0, 0, -1), (0, -1, -1, 0, 0),
)  # fmt: skip
"""How many tones of the chord the octaves of two bars lie above the chord's own tone."""
OCTAVES, IN_FIRST_BAR = 5, 3
"""The number of octaves in two bars, and in the first of them."""
MARK = 12
"""What marks the chance of montunos."""


def montuno_voicings(
    strikes: Sequence[Strike], registers: Sequence[Register], sections: Sequence[int], seed: int
) -> list[Voicing]:
    """Return what is struck.

    Args:
        strikes: The strikes, in order.
        registers: Where the hands lie in each of them.
        sections: The number of the section of each bar of the tune.
        seed: The same seed gives the same notes.
    """
    voicings: list[Voicing] = []
    for strike, register, place in zip(strikes, registers, _places(strikes), strict=True):
        generator = np.random.default_rng([seed, CHANNEL, MARK, sections[strike.bar.number]])
        middle = MIDDLES[register] + WANDER * float(generator.normal())
        contour = CONTOURS[int(generator.integers(len(CONTOURS)))]
        tones = _tones(strike.chord)
        home = min(range(len(tones)), key=lambda one: abs(tones[one] - middle))
        after, odd = place
        # The contour ends with the last octave of the second bar; the first bar has three of them.
        step = contour[((OCTAVES if odd else IN_FIRST_BAR) - 1 - after // 2) % OCTAVES]
        low = tones[min(max(home + step, 0), len(tones) - 1)]
        inner = _inside(strike.chord, low)
        if after % 2 and inner:
            voicings.append(inner)
        else:  # the octave that comes before the bar line is the fullest
            voicings.append((low, *(() if after else inner[:1]), low + OCTAVE))
    return voicings


def _places(strikes: Sequence[Strike]) -> Iterator[tuple[int, int]]:
    """Yield how many strikes follow each of them in its bar, and whether its bar is odd."""
    last: dict[int, int] = {}
    for index, strike in enumerate(strikes):
        last[strike.bar.number] = index
    for index, strike in enumerate(strikes):
        yield last[strike.bar.number] - index, strike.bar.turn % 2


def _tones(chord: ChordSymbol) -> list[int]:
    """Return the tones of a chord within the bounds of the octaves, ascending."""
    return [pitch for pitch in range(LOWEST, HIGHEST + 1) if pitch % OCTAVE in chord.chord_tones]


def _inside(chord: ChordSymbol, low: int) -> Voicing:
    """Return two tones of a chord within an octave, guide tones if there are any.

    Args:
        chord: The chord.
        low: The lower tone of the octave, as a MIDI pitch.
    """
    inside = [low + step for step in range(3, 10) if (low + step) % OCTAVE in chord.chord_tones]
    guides = [pitch for pitch in inside if pitch % OCTAVE in chord.guide_tones]
    kept = guides if len(guides) > 1 else inside
    pairs = [(a, b) for a in kept for b in kept if b - a > 2]
    return min(pairs, key=lambda pair: abs(sum(pair) / 2 - low - OCTAVE / 2), default=())
