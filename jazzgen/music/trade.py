"""Solos of several players who take turns, as when they trade fours."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from jazzgen.errors import SoloError
from jazzgen.music.chart import Chart
from jazzgen.music.outlets import Outlets
from jazzgen.music.solo import Note, Solo
from jazzgen.runtime.wording import counted

__all__ = ["CHORUS", "Trade", "Turn", "bars_of_turns", "line_of", "share_turns"]

CHORUS = "chorus"
"""The length of a turn that is a whole chorus."""


@dataclass(frozen=True, kw_only=True)
class Turn:
    """The bars that one player has.

    Args:
        player: The index of the player, from 0.
        first: The first bar, counted from 1.
        last: The last bar.
    """

    player: int
    first: int
    last: int


@dataclass(frozen=True, kw_only=True, repr=False)
class Trade(Outlets):
    """The solos of players who take turns over one chart.

    A phrase may begin as a pickup before its turn, and a last note may ring over into the next
    one, but no two players sound at a time.

    Args:
        solos: What each player plays, over the same chart.
        names: Whom each is played like; empty for nobody in particular.
        turns: Whose bars are whose, in order.

    Raises:
        SoloError: There are fewer than two solos or not as many names, they have different
            charts, a turn is nobody's or has no bars of the chart, or two players sound at a
            time.
    """

    solos: tuple[Solo, ...]
    names: tuple[str, ...]
    turns: tuple[Turn, ...]

    def __post_init__(self) -> None:
        count = len(self.solos)
        if count < 2 or len(self.names) != count:
            raise SoloError(
                f"{counted(count, 'solo')} and {counted(len(self.names), 'name')}: expected two "
                "solos or more, and a name for each"
            )
        if any(solo.chart != self.chart for solo in self.solos):
            raise SoloError(f"{self.solos[0].name}: the solos of a trade have different charts")
        if any(not 0 <= turn.player < count for turn in self.turns):
            raise SoloError(f"{self.solos[0].name}: a turn of none of the {count} players")
        bars = len(self.chart.bars)
        if any(not 1 <= turn.first <= turn.last <= bars for turn in self.turns):
            raise SoloError(f"{self.solos[0].name}: a turn outside the chart's {bars} bars")
        _ = self.line  # which refuses notes that sound together

    def __repr__(self) -> str:
        """Return who plays and its size."""
        return f"<Trade of {', '.join(self.labels)}: {self.chart.summary}>"

    @property
    def chart(self) -> Chart:
        """The chart that all of them play over, choruses unfolded."""
        return self.solos[0].chart

    @property
    def line(self) -> Solo:
        """All that is played, as the one line that the band hears."""
        notes = sorted(
            (note for solo in self.solos for note in solo.notes), key=lambda note: note.onset
        )
        performers = dict.fromkeys(solo.performer for solo in self.solos if solo.performer)
        return replace(
            self.solos[0],
            notes=tuple(notes),
            performer=", ".join(performers),
            phrase_starts=(),
            instrument="",
            style="",
        )

    @property
    def labels(self) -> tuple[str, ...]:
        """The name of each player's track and staff, such as "Solo 1: Lester Young"."""
        known = [name or solo.instrument for name, solo in zip(self.names, self.solos, strict=True)]
        return tuple(
            f"Solo {number}: {name}" if name else f"Solo {number}"
            for number, name in enumerate(known, 1)
        )

    def each(self, change: Callable[[Solo], Solo]) -> Trade:
        """Return the trade with every solo changed in the same way.

        Args:
            change: What is done to each solo.
        """
        return replace(self, solos=tuple(map(change, self.solos)))

    def player_at(self, tick: int) -> int:
        """Return whose bar it is at a tick: the first player's in bars that nobody has."""
        bar = self.chart.bar_at(tick) + 1
        turns = (turn.player for turn in self.turns if turn.first <= bar <= turn.last)
        return next(turns, 0)

    def with_line(self, line: Solo, begin: int, end: int) -> Trade:
        """Return the trade with other notes in some of its bars, which go to whoever has the bars.

        Args:
            line: The line with the other notes; outside of these bars it has the trade's own.
            begin: The tick at which the bars begin.
            end: The tick at which they end.
        """
        played = {
            note.onset: number for number, solo in enumerate(self.solos) for note in solo.notes
        }
        notes: list[list[Note]] = [[] for _ in self.solos]
        for note in line.notes:
            new = begin <= note.onset < end
            notes[self.player_at(note.onset) if new else played[note.onset]].append(note)
        solos = [
            replace(solo.with_notes(own), title=line.title, chart=line.chart)
            for solo, own in zip(self.solos, notes, strict=True)
        ]
        return replace(self, solos=tuple(solos))

    def bars_of(self, player: int) -> tuple[tuple[int, int], ...]:
        """Return the first and the last bar of each of a player's turns.

        Args:
            player: The index of the player, from 0.
        """
        return tuple((turn.first, turn.last) for turn in self.turns if turn.player == player)


def line_of(music: Solo | Trade) -> Solo:
    """Return a solo as it is, and the one line of a trade."""
    return music.line if isinstance(music, Trade) else music


def share_turns(
    chart: Chart, players: int, length: int | str, bars: int | None = None
) -> tuple[Turn, ...]:
    """Share the bars of a chart among players who take turns.

    Args:
        chart: The chart, choruses unfolded.
        players: The number of players.
        length: The number of bars of a turn, or `CHORUS`.
        bars: The number of bars that are shared; by default all. The last turn goes on to the
            chart's end, since an ending belongs to whoever plays last.

    Returns:
        The turns, the players in order again and again. If the bars do not come out even, the
        last turn is shorter.

    Raises:
        SoloError: A turn has less than one bar, or there are more players than turns.
    """
    if players < 2:
        raise SoloError(f"{counted(players, 'soloist')}: it takes two or more to trade")
    bars = len(chart.bars) if bars is None else bars
    if length == CHORUS:
        starts = [start for start in chart.chorus_starts if start < bars]
    elif isinstance(length, int) and length >= 1:
        starts = list(range(0, bars, length))
    else:
        raise SoloError(f"{length}: expected the bars of a turn, 1 or more, or {CHORUS}")
    if len(starts) < players:
        if length == CHORUS:
            found = "1 chorus" if len(starts) == 1 else f"{len(starts)} choruses"
            raise SoloError(f"{players} soloists, but only {found} to trade; play more of them")
        raise SoloError(
            f"{players} soloists, but only {counted(len(starts), 'turn')} of {bars} bars; play "
            "more choruses, or take shorter turns"
        )
    return tuple(
        Turn(player=number % players, first=start + 1, last=stop)
        for number, (start, stop) in enumerate(pairwise([*starts, len(chart.bars)]))
    )


def bars_of_turns(bars: Sequence[tuple[int, int]]) -> str:
    """Return turns as a text, such as "1-4, 9-12"."""
    return ", ".join(f"{first}-{last}" if first < last else str(first) for first, last in bars)
