"""The onsets of chords in one bar of chart text, and the chords of a bar as text.

- `Dm7 G7`: the chords share the beats evenly. If the beats do not divide evenly, the first
  chords get one more: three chords in 4/4 last 2 + 1 + 1 beats. If there are more chords than
  beats, they share half beats in the same way.
- `Dm7 / / G7`: with slashes, every chord and every slash is one beat (or half a beat, if there
  are twice as many as the bar has beats). With a slash at the beginning, the chord before the
  bar line continues.
- `C6 (Am7) Dm7`: parentheses after a chord belong to it, as in `C6(Am7)`: an alternative chord
  (see `ChordSymbol.parse`), which takes no beat, or as in `C7 (b9)`.
- `Dm7 G7@84`: `@` gives the onset of a chord, in ticks after the bar line.

In 6/8, 9/8 and 12/8 a beat is a dotted quarter.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise

from jazzgen.errors import ChartError
from jazzgen.music.chart import PlacedChord
from jazzgen.music.chord import ChordSymbol
from jazzgen.music.timing import Meter

__all__ = ["one_slash_a_beat", "place_chords", "write_chords"]

ReadChord = Callable[[str], ChordSymbol | None]
"""Reads a chord symbol; None if it is none."""
PLACED = re.compile(r"(.+)@(\d{1,5})", re.DOTALL)


def place_chords(
    tokens: Sequence[str], meter: Meter, read: ReadChord = ChordSymbol.parse
) -> tuple[PlacedChord, ...]:
    """Return the chords of one bar with their onsets.

    Args:
        tokens: Chord symbols, slashes, chords with `@`, parentheses.
        meter: The bar's meter.
        read: Reads a chord symbol; where it returns None, the chord before goes on.

    Raises:
        ChartError: The beats do not add up.
        ChordError: `read` raises it.
    """
    # "//" is two slashes.
    slots = [slot for text in tokens for slot in (text if set(text) == {"/"} else [text])]
    slots = _with_brackets(slots)
    if any("@" in slot for slot in slots):
        return _placed(slots, read)
    if "/" in slots:
        onsets = _slash_onsets(len(slots), meter)
    else:
        onsets = meter.share(len(slots)) if slots else ()
    chords = ((onset, read(slot)) for onset, slot in zip(onsets, slots, strict=True) if slot != "/")
    return tuple(PlacedChord(onset, chord) for onset, chord in chords if chord is not None)


def one_slash_a_beat(slots: Sequence[str], beats: int) -> list[str]:
    """Return slots in which a chord is a beat of its own; in some charts the slashes are all beats.

    >>> one_slash_a_beat(["C", "/", "/", "/", "F", "/"], 4)
    ['C', '/', '/', 'F']

    Args:
        slots: Chords and single slashes.
        beats: The number of beats of the bar.
    """
    slashes = slots.count("/")
    followed = [after == "/" for slot, after in pairwise([*slots, ""]) if slot != "/"]
    if slashes != beats or not followed or not all(followed) or slots[0] == "/":
        return list(slots)
    return [slot for before, slot in pairwise(["/", *slots]) if slot != "/" or before == "/"]


def _with_brackets(slots: Sequence[str]) -> list[str]:
    """Join each text in parentheses to the chord before it."""
    joined: list[str] = []
    for slot in slots:
        if joined and joined[-1] != "/" and slot.startswith("(") and slot.endswith(")"):
            name, at, onset = joined[-1].partition("@")
            joined[-1] = name + slot + at + onset
        else:
            joined.append(slot)
    return joined


def _slash_onsets(slots: int, meter: Meter) -> tuple[int, ...]:
    if slots not in (meter.beats, 2 * meter.beats):
        raise ChartError(f"{slots} beats written with slashes: a bar of {meter} has {meter.beats}")
    return tuple(index * meter.bar_ticks // slots for index in range(slots))


def _placed(tokens: Sequence[str], read: ReadChord) -> tuple[PlacedChord, ...]:
    placed = []
    for token in tokens:
        match = PLACED.fullmatch(token)
        name, tick = (match[1], int(match[2])) if match else (token, 0)
        if (chord := read(name)) is not None:
            placed.append(PlacedChord(tick, chord))
    return tuple(placed)


def write_chords(chords: Sequence[PlacedChord], meter: Meter) -> str:
    """Return the chords of one bar as text, in the shortest form that keeps their onsets.

    >>> c, g = ChordSymbol.parse("C"), ChordSymbol.parse("G7")
    >>> write_chords([PlacedChord(0, c), PlacedChord(72, g)], Meter(4, 4))
    'C / / G7'

    Args:
        chords: The chords of the bar.
        meter: The meter of the bar.
    """
    onsets = [onset for onset, _ in chords]
    if 0 < len(chords) <= 2 * meter.beats and onsets == [*meter.share(len(chords))]:
        return " ".join(str(chord) for _, chord in chords)
    for slots in (meter.beats, 2 * meter.beats):
        unit = meter.bar_ticks // slots
        if all(onset % unit == 0 for onset in onsets):
            names = {onset // unit: str(chord) for onset, chord in chords}
            return " ".join(names.get(slot, "/") for slot in range(slots)) if names else ""
    return " ".join(f"{chord}@{onset}" for onset, chord in chords)
