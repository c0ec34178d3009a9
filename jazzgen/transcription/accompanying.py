"""The parts of a piece that accompany its soloists."""

from __future__ import annotations

from jazzgen.io.midi.line import part_called
from jazzgen.io.midi.part import MidiPart
from jazzgen.io.midi.score import MidiScore
from jazzgen.transcription.melody import find_soloists
from jazzgen.transcription.trade import find_trade

__all__ = ["accompanying"]


def accompanying(score: MidiScore, track: int | str | None) -> list[MidiPart]:
    """Return the parts of a piece that accompany its soloists, without drums.

    Args:
        score: The piece.
        track: The part that plays the solo; by default it is found.

    Raises:
        MidiError: The piece has no such part, or only drums.
    """
    if track is not None:
        playing = [part_called(score, track)]
    elif traded := find_trade(score):
        playing = list(traded.sounding)
    else:
        playing = [soloist.part for soloist in find_soloists(score)]
    taken = {id(part) for part in playing}
    return [part for part in score.parts if not part.is_drums and id(part) not in taken]
