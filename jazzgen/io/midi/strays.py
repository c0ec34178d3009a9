"""Notes far from all others: a key touched long after the music, while the recording goes on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from jazzgen.io.midi.part import MidiPart, table_of
from jazzgen.runtime.wording import counted

__all__ = ["without_strays"]

FAR = 64
"""Quarter notes of silence that part stray notes from the music."""
FEW, SHARE = 8, 0.05
"""The largest number of stray notes on either side of a silence, and their share of all notes."""


def without_strays(
    parts: Sequence[MidiPart], ppq: int, warnings: list[str]
) -> tuple[MidiPart, ...]:
    """Return parts without a few notes far before or behind all others.

    Args:
        parts: The parts of a piece.
        ppq: File ticks per quarter note.
        warnings: Gets a line on what was left out.
    """
    notes = table_of(parts)
    notes = notes[np.argsort(notes[:, 0], kind="stable")]
    until = np.maximum.accumulate(notes[:, 1])
    silences = np.flatnonzero(notes[1:, 0] - until[:-1] >= FAR * ppq) + 1
    most = min(FEW, SHARE * len(notes))
    before = max((at for at in silences.tolist() if at <= most), default=0)
    behind = min((at for at in silences.tolist() if len(notes) - at <= most), default=len(notes))
    if behind - before == len(notes):
        return tuple(parts)
    first = notes[before, 0]
    last = notes[behind - 1, 0]
    for number, where in ((before, "before"), (len(notes) - behind, "behind")):
        if number:
            warnings.append(f"{counted(number, 'note')} far {where} all others: left out")
    kept = (
        replace(part, notes=tuple(note for note in part.notes if first <= note.start <= last))
        for part in parts
    )
    return tuple(part for part in kept if part.notes)
