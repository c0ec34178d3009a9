"""A player in notes and bars, for whoever plays along: a page, a live mode, a notebook."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from jazzgen.config import SamplingConfig
from jazzgen.encoding.performance import given_values, played_notes
from jazzgen.encoding.values import REST
from jazzgen.errors import SoloError
from jazzgen.music.chart import Chart
from jazzgen.music.solo import Note, Solo
from jazzgen.nn.engine import Player

__all__ = ["SoloPlayer"]


class SoloPlayer:
    """A soloist in the midst of a solo; made by `Improviser.player`.

    Places are ticks from the chart's beginning; bars are numbered from 1. To go on costs the
    same wherever the solo stands. The chart's end is the solo's.

    Args:
        player: An engine's player of one line that has played nothing yet.
    """

    def __init__(self, player: Player) -> None:
        self._player = player
        self._position = 0
        self._notes: list[Note] = []
        self._shaped: list[bool] = []  # of each note, whether its loudness is that of its shape

    @property
    def chart(self) -> Chart:
        """The chart that is played over."""
        return self._player.task.chart

    @property
    def position(self) -> int:
        """The tick up to which it has played and heard; a note may sound beyond it."""
        return self._position

    @property
    def solo(self) -> Solo:
        """Everything that was played and heard so far."""
        return Solo(tuple(self._notes), self.chart, self.chart.title)

    def hear(self, notes: Sequence[Note], until: int | None = None) -> None:
        """Listen to somebody else, who goes on with the solo.

        Who comes in early ends what is there: it is cut where the first of the notes begins,
        and forgotten from there on.

        Args:
            notes: The notes, by onset.
            until: The tick until which it listens, at least; by default until the last note
                ends.

        Raises:
            SoloError: Nothing to listen to, or a note out of range or order.
        """
        if not notes and (until is None or until < self._position):
            raise SoloError(f"expected notes, or a tick to listen until from the solo's "
                            f"{self._position} on, got {until}")  # fmt: skip
        heard = Solo(tuple(notes), self.chart)
        end = max(until or 0, notes[-1].end if notes else 0)
        if notes:
            self._cut(notes[0].onset)
        self._player.hear(given_values(heard, self._player.clocks[0], end))
        self._notes += notes
        self._shaped += [False] * len(notes)
        self._position = min(end, self.chart.ticks)

    def play(self, bars: int = 4) -> tuple[Note, ...]:
        """Play on, until so many bars have ended.

        A bar that has begun counts as one; the chart's end ends the last one. The last note may
        sound beyond. How loud a note is follows from the notes around it where the model does
        not say: the loudness of the last note is settled when another one follows (see `solo`).

        Args:
            bars: How many bars.

        Returns:
            The notes played now.

        Raises:
            SoloError: Fewer than one bar.
        """
        if bars < 1:
            raise SoloError(f"{bars} bars: expected 1 or more")
        starts = self.chart.bar_starts
        until = starts[min(self.chart.bar_at(self._position) + bars, len(self.chart.bars))]
        begin = self._player.clocks[0]
        values = self._player.play(until)[0]
        before = self._notes[-2:]
        shaped = played_notes(values, self.chart, begin, before)
        notes = shaped[len(before) :]
        if before and self._shaped[-1]:
            self._notes[-1] = shaped[len(before) - 1]
        self._notes += notes
        self._shaped += (values[values[:, 0] != REST, 2] == 0).tolist()
        self._position = until
        return notes

    def branch(self, seed: int | None = None, sampling: SamplingConfig | None = None) -> SoloPlayer:
        """Return another player who has played and heard the same, and goes on by itself.

        Args:
            seed: What it plays depends on; by default it plays what this one would.
            sampling: How it draws; by default as this one.
        """
        other = SoloPlayer(self._player.branch(None if seed is None else [seed], sampling=sampling))
        other._position = self._position
        other._notes, other._shaped = list(self._notes), list(self._shaped)
        return other

    def rewind(self, bar: int) -> None:
        """Go back to the line that a bar begins with.

        A note that sounds beyond that line stays.

        Args:
            bar: The bar, from 1.

        Raises:
            SoloError: There is no such bar, or the solo has not come that far.
        """
        starts = self.chart.bar_starts
        if not 1 <= bar <= len(starts) or starts[bar - 1] > self._position:
            here = self.chart.bar_at(self._position) + 1
            raise SoloError(f"bar {bar}: expected one from 1 to {here}, where the solo stands")
        self._player.rewind(bar - 1)
        self._keep_before(starts[bar - 1])
        self._position = starts[bar - 1]

    def _cut(self, tick: int) -> None:
        self._player.cut(tick)
        self._keep_before(tick)
        if self._notes and self._notes[-1].end > tick:
            last = self._notes[-1]
            self._notes[-1] = replace(last, duration=tick - last.onset)

    def _keep_before(self, tick: int) -> None:
        """Forget notes that begin at a tick or later."""
        while self._notes and self._notes[-1].onset >= tick:
            self._notes.pop()
            self._shaped.pop()
