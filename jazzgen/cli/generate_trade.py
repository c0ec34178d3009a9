"""`jazzgen generate --trade`: who trades, and what they play, or play again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from jazzgen.cli.generate_tasks import titled
from jazzgen.cli.output import naming
from jazzgen.errors import ConfigError, SoloError
from jazzgen.music.trade import CHORUS, Trade, Turn, share_turns
from jazzgen.runtime.wording import counted

if TYPE_CHECKING:
    from jazzgen.cli.generate_requests import SoloistRequest
    from jazzgen.cli.generate_tasks import FullSolo, Regeneration
    from jazzgen.config import SamplingConfig
    from jazzgen.improviser import Improviser
    from jazzgen.music.chart import Chart
    from jazzgen.music.instrument import Instrument
    from jazzgen.music.solo import Solo
    from jazzgen.nn.soloists import Soloist

__all__ = [
    "FullTrade",
    "TradeRegeneration",
    "TradeRequest",
    "trade_request",
    "traded",
    "turn_length",
]

USUAL = 2
"""The number of soloists who trade if none is named."""
MOST = 13
"""The largest number of soloists: MIDI has 16 channels, and the band plays on three of them."""


@dataclass(frozen=True, kw_only=True)
class TradeRequest:
    """Who trades.

    Args:
        length: The number of bars of a turn, or `CHORUS`.
        performers: The performer of each soloist: a name, "" for nobody in particular, or None
            for one that the seed draws.
        instruments: The instrument of each, or None for the performer's.
        styles: The style of each, or "" for the performer's.
    """

    length: int | str
    performers: Sequence[str | None]
    instruments: Sequence[Instrument | None]
    styles: Sequence[str]

    @property
    def asked(self) -> list[tuple[str | None, str, str]]:
        """What `Improviser.choose_traders` asks for."""
        instruments = [one.name if one else "" for one in self.instruments]
        return list(zip(self.performers, instruments, self.styles, strict=True))


def trade_request(who: SoloistRequest) -> TradeRequest | None:
    """Return who trades, or None for a single soloist.

    Args:
        who: The options about the soloist, or the soloists.

    Raises:
        ConfigError: The length of a turn is none, there is no such instrument, or different
            options name different numbers of soloists.
    """
    from jazzgen.music.instrument import find_instrument

    if who.trade is None:
        if "," in who.instrument:
            raise ConfigError(
                f"--instrument {who.instrument!r}: several soloists take turns; say of how many "
                "bars, such as --trade 4"
            )
        return None
    length = turn_length(who.trade)
    options = {"performer": who.performer, "instrument": who.instrument, "style": who.style}
    named = {name: _names(text) for name, text in options.items() if text is not None}
    longest = max(named, key=lambda name: len(named[name]), default="")
    count = max([USUAL, *map(len, named.values())])
    if count > MOST:
        raise ConfigError(f"--{longest}: {count} soloists; expected at most {MOST}")
    for name, given in named.items():
        if len(given) not in (1, count):
            raise ConfigError(
                f"--{name} names {len(given)} of {count} soloists of --{longest}; expected one "
                "for each, or one for all"
            )
    each = {name: given * (count // len(given)) for name, given in named.items()}
    with naming("--instrument"):
        instruments = [find_instrument(name) if name else None for name in each["instrument"]]
    return TradeRequest(
        length=length,
        performers=each.get("performer", [None] * count),
        instruments=instruments,
        styles=each["style"],
    )


def turn_length(text: str) -> int | str:
    """Return the length of a turn: a number of bars, or `CHORUS`.

    Raises:
        ConfigError: It is none.
    """
    if text.strip().casefold() in (CHORUS, "choruses"):
        return CHORUS
    if re.fullmatch(r"\s*0*[1-9]\d{0,3}\s*", text):
        return int(text)
    raise ConfigError(f"--trade {text}: expected the bars of a turn, such as 4, or {CHORUS}")


def _names(text: str) -> list[str]:
    return [name.strip() for name in text.split(",")]


@dataclass(frozen=True)
class FullTrade:
    """A trade to be played over a whole chart.

    Args:
        solo: The chart that is improvised over, and what is played around it.
        turns: Whose bars are whose, in bars of that chart.
    """

    solo: FullSolo
    turns: tuple[Turn, ...]

    @property
    def chart(self) -> Chart:
        """The chart that is improvised over."""
        return self.solo.chart

    def play(
        self,
        improviser: Improviser,
        seeds: Sequence[int],
        samplings: Sequence[SamplingConfig],
        soloists: Sequence[Sequence[Soloist]],
    ) -> list[Trade]:
        """Play a trade for each seed.

        Args:
            improviser: The model.
            seeds: The seeds.
            samplings: How each player's values are drawn.
            soloists: For each trade, whom its players are played like.

        Returns:
            The trades, each with an invented title unless there is a given one.
        """
        trades = [
            improviser.play_trade(self.chart, self.turns, seed, cast, samplings, self.solo.primer)
            for seed, cast in zip(seeds, soloists, strict=True)
        ]
        titles = self.solo.titles(seeds)
        return [
            trade.each(partial(titled, title=title, overrules=self.solo.has_title))
            for trade, title in zip(trades, titles, strict=True)
        ]

    def plain(self, trade: Trade) -> Trade:
        """Return a trade with all notes on the grid and equally loud."""
        return trade.each(self.solo.plain)

    def placed(self, trade: Trade) -> Trade:
        """Return a trade with what is played around it; the first soloist plays the head."""
        layout = self.solo.layout
        others = replace(layout, written=())
        solos: list[Solo] = [
            (others if number else layout).place(solo) for number, solo in enumerate(trade.solos)
        ]
        before = layout.chart.bar_at(layout.offset)
        turns = [
            replace(turn, first=turn.first + before, last=turn.last + before)
            for turn in trade.turns
        ]
        return replace(trade, solos=tuple(solos), turns=tuple(turns))


@dataclass(frozen=True)
class TradeRegeneration:
    """Bars of a trade to be played again, differently; its other bars stay as they are.

    Args:
        line: The line of all soloists, and which of its bars are played again.
        trade: The solos of the soloists.
    """

    line: Regeneration
    trade: Trade

    @property
    def player(self) -> int | None:
        """The index of the player who has all of the bars; None if several have some."""
        begin, end = self.line.span
        starts = self.trade.chart.bar_starts
        players = {self.trade.player_at(tick) for tick in starts if begin <= tick < end}
        return players.pop() if len(players) == 1 else None

    def with_line(self, line: Solo) -> Trade:
        """Return the trade with the new bars of a line."""
        return self.trade.with_line(line, *self.line.span)

    def plain(self, trade: Trade) -> Trade:
        """Return a trade with the notes of the new bars on the grid and equally loud."""
        return self.with_line(self.line.plain(trade.line))

    def placed(self, trade: Trade) -> Trade:
        """Return the trade as it is: nothing is played around one that was given."""
        return trade


def traded(solo: FullSolo, request: TradeRequest) -> FullTrade:
    """Return the task of trading over a chart.

    Args:
        solo: The chart, and what is played around it.
        request: Who trades.

    Raises:
        SoloError: There are more soloists than turns, or the primer is longer than the first.
    """
    with naming("--trade"):
        turns = share_turns(solo.chart, len(request.performers), request.length, solo.bars)
    end = solo.chart.bar_starts[turns[0].last]
    if solo.primer and any(note.end > end for note in solo.primer.notes):
        raise SoloError(
            f"--primer: reaches past the first turn, which has {counted(turns[0].last, 'bar')}"
        )
    return FullTrade(solo, turns)
