"""A player that works with notes and bars, for the studio, the live mode and notebooks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from jazzgen.config import SamplingConfig
from jazzgen.encoding.performance import Column, given_values, played_notes
from jazzgen.encoding.values import REST
from jazzgen.errors import SoloError
from jazzgen.music.chart import Chart
from jazzgen.music.solo import Note, Solo
from jazzgen.nn.engine import Player
from jazzgen.runtime.wording import counted

__all__ = ["SoloPlayer"]


class SoloPlayer:
    """Plays a solo piece by piece; made by `Improviser.player`.

    Positions are ticks from the chart's beginning; bars are numbered from 1. Playing on takes
    the same time however long the solo is. The solo ends with the chart.

    Args:
        player: An engine's player of one line, which is empty.
    """

    def __init__(self, player: Player) -> None:
        self._player = player
        self._position = 0
        self._notes: list[Note] = []
        # Whether each note has no loudness of its own, but one that follows from its neighbours.
        self._shaped: list[bool] = []
        # How long the value of each note that the model played lasts, which is known before its
        # gate is; 0 for the notes of others.
        self._values: list[int] = []

    def __repr__(self) -> str:
        """Return what it plays over, and how far it has come."""
        bar = self.chart.bar_at(self.position) + 1
        notes = counted(len(self._notes), "note")
        return f"<SoloPlayer in bar {bar}, {notes} so far: {self.chart.summary}>"

    @property
    def chart(self) -> Chart:
        """The chart of the solo."""
        return self._player.task.chart

    @property
    def position(self) -> int:
        """The tick up to which the solo has come; a note may sound beyond it."""
        return self._position

    @property
    def solo(self) -> Solo:
        """The solo so far, played and heard."""
        return Solo(tuple(self._notes), self.chart, self.chart.title)

    def hear(self, notes: Sequence[Note], until: int | None = None) -> None:
        """Continue the solo with notes that somebody else has played.

        If the first of them begins before the present position, the solo is cut there.

        Args:
            notes: The notes, by onset.
            until: The tick to which the solo then has come at least; by default the end of the
                last note.

        Raises:
            SoloError: There are no notes and `until` lies before the present position, or a
                note is out of range or order.
        """
        if not notes and (until is None or until < self._position):
            raise SoloError(
                f"expected notes, or a tick to listen until from the solo's "
                f"{self._position} on, got {until}"
            )
        heard_solo = Solo(tuple(notes), self.chart)
        end = max(until or 0, notes[-1].end if notes else 0)
        if notes:
            self._cut(notes[0].onset)
        self._player.hear(given_values(heard_solo, self._player.clocks[0], end))
        self._notes += notes
        self._shaped += [False] * len(notes)
        self._values += [0] * len(notes)
        self._position = min(end, self.chart.ticks)

    def play(self, bars: int = 4) -> tuple[Note, ...]:
        """Play on for some bars.

        A bar that has begun counts as one. Playing stops at the chart's end; the last note may
        sound beyond it. The length of the last note may change when the next one is played,
        and so may its loudness if that follows from the notes around it (see `solo`).

        Args:
            bars: The number of bars.

        Returns:
            The notes that were played by this call.

        Raises:
            SoloError: `bars` is less than 1.
        """
        if bars < 1:
            raise SoloError(f"{bars} bars: expected 1 or more")
        starts = self.chart.bar_starts
        return self.play_until(
            starts[min(self.chart.bar_at(self._position) + bars, len(self.chart.bars))]
        )

    def play_until(self, tick: int) -> tuple[Note, ...]:
        """Play on up to a tick, which need not be a bar line (see `play`).

        Args:
            tick: The tick; at or before the present position, nothing is played.

        Returns:
            The notes that were played by this call.
        """
        if tick <= self._position:
            return ()
        until, begin = min(tick, self.chart.ticks), self._player.clocks[0]
        values = self._player.play(until)[0]
        before = self._notes[-2:]
        if before and self._values[-1]:
            before[-1] = replace(before[-1], duration=self._values[-1])
        played = played_notes(values, self.chart, begin, before)
        notes = played[len(before) :]
        if before:
            last, again = self._notes[-1], played[len(before) - 1]
            self._notes[-1] = replace(
                last,
                velocity=again.velocity if self._shaped[-1] else last.velocity,
                duration=again.duration if self._values[-1] else last.duration,
            )
        self._notes += notes
        sounding = values[values[:, Column.PITCH] != REST]
        self._shaped += (sounding[:, Column.LOUDNESS] == 0).tolist()
        self._values += sounding[:, Column.DURATION].tolist()
        self._position = until
        return notes

    def stop(self, tick: int) -> None:
        """End the solo at a tick: cut the note that sounds there, and drop the later ones.

        Args:
            tick: The tick; the solo stays as it is if it has not come that far.
        """
        self._cut(tick)
        self._position = min(self._position, tick)

    def branch(self, seed: int | None = None, sampling: SamplingConfig | None = None) -> SoloPlayer:
        """Return another player with the same solo so far, which continues independently.

        Args:
            seed: The seed of what follows; by default it plays what this player would.
            sampling: How to draw from now on; by default as before.
        """
        other = SoloPlayer(self._player.branch(None if seed is None else [seed], sampling=sampling))
        other._position = self._position
        other._notes, other._shaped = list(self._notes), list(self._shaped)
        other._values = list(self._values)
        return other

    def rewind(self, bar: int) -> None:
        """Go back to the beginning of a bar.

        A note that begins before the bar and sounds into it stays.

        Args:
            bar: The number of the bar, from 1.

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
        if self._notes:
            self._values[-1] = min(self._values[-1], tick - self._notes[-1].onset)

    def _keep_before(self, tick: int) -> None:
        """Remove the notes that begin at a tick or later."""
        while self._notes and self._notes[-1].onset >= tick:
            self._notes.pop()
            self._shaped.pop()
            self._values.pop()
