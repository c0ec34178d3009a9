"""An estimate of the key of a chart that does not name one, from its first and last chord."""

from __future__ import annotations

from collections.abc import Sequence

from jazzgen.music.chart import Bar
from jazzgen.music.chord import ChordSymbol
from jazzgen.music.pitch import Key

__all__ = ["guess_key"]

MINOR = ("min", "minmaj", "hdim", "dim")
"""Families of chords with a minor third."""
AT_REST = ("maj", "min", "minmaj", "aug")
"""Families of chords on which a tune can end; the others ask for a resolution."""


def guess_key(bars: Sequence[Bar]) -> Key:
    """Return the key that the first and the last chord suggest.

    1. If the last chord is one to rest on (major or minor), or has the root of the first chord
       (a blues in F begins and ends on F7), its root is the tonic.
    2. If the last chord is a dominant or sus chord, it is a turnaround that leads back to the
       beginning: the tonic lies a fifth below it. The first chord on that tonic tells whether
       the key is minor.
    3. Otherwise the root of the first chord is the tonic. Without any chord it is C major.

    Args:
        bars: The bars as they are played.
    """
    chords = [chord for bar in bars for _, chord in bar.chords if chord.root is not None]
    if not chords:
        return Key()
    first, last = chords[0], chords[-1]
    if last.family in AT_REST or last.root_pc == first.root_pc:
        return _key_on(last)
    if last.family in ("dom", "sus"):
        home = last.transpose(5)  # a fourth up, which is a fifth down
        return _key_on(next((chord for chord in chords if chord.root_pc == home.root_pc), home))
    return _key_on(first)


def _key_on(chord: ChordSymbol) -> Key:
    return Key(chord.root or "C", "minor" if chord.family in MINOR else "major")
