"""A guess at the key of a chart that does not name one."""

from __future__ import annotations

from collections.abc import Sequence

from jazzgen.music.chart import Bar
from jazzgen.music.chord import ChordSymbol
from jazzgen.music.pitch import Key

__all__ = ["guess_key"]

MINOR = ("min", "minmaj", "hdim", "dim")
AT_REST = ("maj", "min", "minmaj", "aug")


def guess_key(bars: Sequence[Bar]) -> Key:
    """Return the key that the first and the last chord suggest.

    1. The last chord names the key if it is one to rest on (major or minor), or
       if it has the root of the first (a blues ends on F7).
    2. A dominant or sus chord at the end leads back to the beginning: the key is
       a fifth below it, minor if the first chord there is.
    3. Otherwise the first chord names the key. Without a chord it is C major.

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
        home = last.transpose(5)
        return _key_on(next((chord for chord in chords if chord.root_pc == home.root_pc), home))
    return _key_on(first)


def _key_on(chord: ChordSymbol) -> Key:
    return Key(chord.root or "C", "minor" if chord.family in MINOR else "major")
