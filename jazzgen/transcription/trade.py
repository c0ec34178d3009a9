"""Reading the soloists of a file in which they trade, as jazzgen writes it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

from jazzgen.io.midi.line import upper_line
from jazzgen.io.midi.own_texts import read_turns
from jazzgen.io.midi.part import MidiPart
from jazzgen.io.midi.score import MidiScore
from jazzgen.io.midi.write import TRADE_CHANNELS
from jazzgen.music.chart import Chart
from jazzgen.music.solo import Note, Solo
from jazzgen.music.trade import Trade, Turn
from jazzgen.transcription.played_on import instrument_of, said_by_label, said_of

__all__ = ["TradeParts", "find_trade"]


@dataclass(frozen=True, kw_only=True)
class TradeParts:
    """The parts of soloists who trade.

    Args:
        parts: The part of each; None for one who plays no note.
        lines: What each plays.
        turns: Whose bars are whose.
    """

    parts: tuple[MidiPart | None, ...]
    lines: tuple[tuple[Note, ...], ...]
    turns: tuple[Turn, ...]

    @property
    def sounding(self) -> list[MidiPart]:
        """The parts that have notes."""
        return [part for part in self.parts if part is not None]

    @property
    def notes(self) -> tuple[Note, ...]:
        """What all of them play, by onset."""
        return tuple(sorted((note for line in self.lines for note in line), key=_onset))

    def over(self, chart: Chart, title: str, performer: str, source: str) -> Trade:
        """Return the trade over a chart.

        Args:
            chart: The chart.
            title: The title of the tune.
            performer: The performer who is named in the file, or "".
            source: Where it comes from.
        """
        solos = tuple(
            Solo(
                line,
                chart,
                title,
                performer,
                source,
                instrument=instrument_of(part, is_ours=True),
            )
            for line, part in zip(self.lines, self.parts, strict=True)
        )
        bars = len(chart.bars)  # of a file that somebody may have shortened
        turns = [
            replace(turn, last=min(turn.last, bars))
            for turn in self.turns
            if 1 <= turn.first <= min(turn.last, bars)
        ]
        return Trade(solos=solos, names=tuple(map(_name, self.parts)), turns=tuple(turns))


def find_trade(score: MidiScore) -> TradeParts | None:
    """Return the soloists of a file that trade; None if it is another file, or no longer a trade.

    Args:
        score: The file. In one that jazzgen has written, a text says whose bars are whose, and
            the soloists have the first tracks after the one with the tempi.
    """
    turns = read_turns(score.properties.get("turns", "")) if score.is_ours else ()
    players = max((turn.player for turn in turns), default=0) + 1
    if not 2 <= players <= len(TRADE_CHANNELS):
        return None
    by_track = {part.track: part for part in score.parts if not part.is_drums}
    parts = tuple(by_track.get(number + 1) for number in range(players))
    found = TradeParts(
        parts=parts,
        lines=tuple(upper_line(score, part) if part else () for part in parts),
        turns=turns,
    )
    notes = found.notes
    # Somebody may have edited the file: soloists who play together do not trade.
    apart = all(note.end <= after.onset for note, after in pairwise(notes))
    return found if notes and apart else None


def _onset(note: Note) -> int:
    return note.onset


def _name(part: MidiPart | None) -> str:
    """Return whom a part is played like; "" for nobody in particular."""
    return "" if said_of(part) else said_by_label(part)
