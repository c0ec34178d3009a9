"""The takes of `jazzgen generate`: played by one soloist or by several in turn, and ranked."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from jazzgen.cli.generate_report import Draws
from jazzgen.cli.generate_tasks import FullSolo, Regeneration, titled
from jazzgen.cli.generate_trade import FullTrade, TradeRegeneration, TradeRequest
from jazzgen.errors import ConfigError, ModelError
from jazzgen.improviser.arguments import draws_of
from jazzgen.music.solo import Solo
from jazzgen.music.trade import Trade, line_of
from jazzgen.nn.draws import Choice, choose_draws, draw_seeds

if TYPE_CHECKING:
    from jazzgen.cli.generate_requests import OutputRequest, SoloistRequest
    from jazzgen.config import SamplingConfig
    from jazzgen.improviser import Improviser
    from jazzgen.music.instrument import Instrument
    from jazzgen.nn.planning import DrawnPlan
    from jazzgen.nn.soloists import Soloist

__all__ = ["SoloPlan", "Take", "TradePlan", "TradeRegenerationPlan"]

Music = TypeVar("Music", Solo, Trade)


@dataclass(frozen=True, kw_only=True)
class Take(Generic[Music]):
    """A solo that has been played, or a trade.

    Args:
        music: The solo, or the trade.
        seed: Its seed.
        soloists: Whom it is played like; several take turns.
        judgement: Its bits per note, as JSON shows them; empty for a single take.
        plan: What it follows; None if nothing was planned, or each of several soloists has a plan.
        draws: How it was chosen among several solos; None if only one was drawn.
    """

    music: Music
    seed: int
    soloists: Sequence[Soloist]
    judgement: dict[str, float | None]
    plan: DrawnPlan | None = None
    draws: Draws | None = None

    @property
    def played_seed(self) -> int:
        """The seed with which it was played, which is another one for a further draw."""
        return self.draws.seed if self.draws else self.seed


class _Task(Protocol[Music]):
    """What is played."""

    def plain(self, music: Music, /) -> Music:
        """Return it with all new notes on the grid and equally loud."""

    def placed(self, music: Music, /) -> Music:
        """Return it with what is played around it."""


class _Plan(ABC, Generic[Music]):
    """How takes are played."""

    task: _Task[Music]

    @abstractmethod
    def play(self, improviser: Improviser, seeds: Sequence[int]) -> list[Take[Music]]:
        """Play a take for each seed.

        Args:
            improviser: The model.
            seeds: The seeds.
        """

    def takes(
        self, improviser: Improviser, output: OutputRequest, *, mechanical: bool
    ) -> list[Take[Music]]:
        """Play all takes, and return them in the order in which they are written.

        Args:
            improviser: The model.
            output: How many there are, and their seeds.
            mechanical: Whether all notes are put on the grid and equally loud.
        """
        seeds = range(output.seed, output.seed + output.takes)
        ranked = _ranked(improviser, self.play(improviser, seeds))
        # They are judged as the model played them, and changed only afterwards.
        if mechanical:
            ranked = [replace(take, music=self.task.plain(take.music)) for take in ranked]
        return [replace(take, music=self.task.placed(take.music)) for take in ranked]


@dataclass(frozen=True, kw_only=True)
class SoloPlan(_Plan[Solo]):
    """How the takes of a single soloist are played.

    Args:
        task: What is played.
        who: Who plays.
        instrument: The instrument that was asked for, or None.
        sampling: How values are drawn.
    """

    task: FullSolo | Regeneration
    who: SoloistRequest
    instrument: Instrument | None
    sampling: SamplingConfig

    @property
    def program(self) -> int | None:
        """The General MIDI program of the solo, or None for that of the soloist's instrument."""
        return self.instrument.program if self.instrument else self.task.program

    @property
    def swing(self) -> float | None:
        """The swing ratio of a given file, or None."""
        return self.task.swing

    def play(self, improviser: Improviser, seeds: Sequence[int]) -> list[Take[Solo]]:
        """See `_Plan.play`.

        Raises:
            ConfigError: The performer is several, and nothing says how they take turns.
        """
        task, who, sampling = self.task, self.who, self.sampling
        if who.performer and "," in who.performer and who.performer not in improviser.performers:
            raise ConfigError(
                f"--performer {who.performer!r}: several soloists take turns; say of how many "
                "bars, such as --trade 4"
            )
        draws = _draws(who.draws, improviser) if task.judged else 1
        drawn = [one for seed in seeds for one in draw_seeds(seed, draws)]
        soloists = improviser.choose_soloists(
            task.chart, drawn, sampling, task.begun, who.performer, who.instrument, who.style
        )
        soloists = _asked(soloists, task.energies)
        plans: Sequence[DrawnPlan | None] = [None] * len(drawn)
        if isinstance(task, FullSolo):
            plans = task.plans(improviser, drawn, sampling, soloists)
            solos = task.play(improviser, drawn, sampling, soloists, plans)
        else:
            solos = task.play(improviser, drawn, sampling, soloists)
        choices = choose_draws(improviser.judge, solos, seeds, draws)
        kept = [take * draws + choice.draw for take, choice in enumerate(choices)]
        own_seeds = [drawn[index] for index in kept]
        return [
            Take(
                music=titled(solos[index], title, overrules=task.has_title),
                seed=seed,
                soloists=[soloists[index]],
                judgement={},
                plan=plans[index],
                draws=_told(choice, draws, own),
            )
            for seed, own, index, title, choice in zip(
                seeds, own_seeds, kept, task.titles(own_seeds), choices, strict=True
            )
        ]


@dataclass(frozen=True, kw_only=True)
class TradePlan(_Plan[Trade]):
    """How the takes of soloists who take turns are played.

    Args:
        task: What is played.
        request: Who plays.
        samplings: How each soloist's values are drawn.
    """

    task: FullTrade
    request: TradeRequest
    samplings: Sequence[SamplingConfig]
    program = None
    """Each has the program of his own instrument."""
    swing = None

    def play(self, improviser: Improviser, seeds: Sequence[int]) -> list[Take[Trade]]:
        """See `_Plan.play`."""
        task, asked, primer = self.task, self.request.asked, self.task.solo.primer
        soloists = [
            _asked(
                improviser.choose_traders(task.chart, seed, asked, self.samplings[0], primer),
                task.solo.energies,
            )
            for seed in seeds
        ]
        trades = task.play(improviser, seeds, self.samplings, soloists)
        return [
            Take(music=trade, seed=seed, soloists=who, judgement={})
            for trade, seed, who in zip(trades, seeds, soloists, strict=True)
        ]


def _asked(soloists: Sequence[Soloist], energies: tuple[int, ...]) -> list[Soloist]:
    """Return soloists who are asked for the energy of each group of four bars."""
    return [replace(soloist, energies=energies) for soloist in soloists]


@dataclass(frozen=True, kw_only=True)
class TradeRegenerationPlan(_Plan[Trade]):
    """How bars of a trade are played again, by whoever has them.

    Args:
        task: What is played.
        line: How they are played as bars of one line.
    """

    task: TradeRegeneration
    line: SoloPlan
    program = None
    """Each has the program of his own instrument, whatever the new bars are played on."""

    @property
    def swing(self) -> float | None:
        """The swing ratio of the file."""
        return self.line.swing

    def play(self, improviser: Improviser, seeds: Sequence[int]) -> list[Take[Trade]]:
        """See `_Plan.play`."""
        from jazzgen.nn.soloists import Soloist

        trade, plan, player = self.task.trade, self.line, self.task.player
        if player is not None and not plan.who.instrument:
            own = replace(plan.who, instrument=trade.solos[player].instrument)
            plan = replace(plan, who=own)
        played = [
            Soloist(performer=name, instrument=solo.instrument)
            for name, solo in zip(trade.names, trade.solos, strict=True)
        ]
        return [
            Take(
                music=self.task.with_line(take.music),
                seed=take.seed,
                soloists=played,
                judgement={},
            )
            for take in plan.play(improviser, seeds)
        ]


def _told(choice: Choice, draws: int, seed: int) -> Draws | None:
    """Return what is told of a choice; None if there was nothing to choose from.

    Args:
        choice: The choice.
        draws: The number of draws.
        seed: The seed of the one that was kept.
    """
    if choice.score is None:
        return None
    return Draws(count=draws, draw=choice.draw, score=choice.score, seed=seed)


def _draws(asked: int | None, improviser: Improviser) -> int:
    """Return the number of draws of each take.

    Args:
        asked: The number that was asked for, or None.
        improviser: The model.

    Raises:
        ModelError: Several draws are asked for, and the model has no judge.
    """
    if asked is not None and asked > 1 and improviser.judge is None:
        raise ModelError(
            f"--draws {asked}: {improviser.name} has no judge that could choose; leave out "
            "--draws, or choose another model"
        )
    return draws_of(asked, improviser.judge)


def _ranked(improviser: Improviser, takes: Sequence[Take[Music]]) -> list[Take[Music]]:
    """Return the takes from the best to the worst, with their bits per note.

    Best is what the judge says, or without draws the likeliest. A single take is not ranked.
    """
    if len(takes) == 1:
        return list(takes)
    # The line of soloists who trade is nobody's in particular.
    performers = [take.soloists[0].performer if len(take.soloists) == 1 else "" for take in takes]
    bits = improviser.bits_per_note([line_of(take.music) for take in takes], performers)
    costs = [-take.draws.score if take.draws else bits[n] for n, take in enumerate(takes)]
    return [
        # JSON has no infinity, which is what a solo without notes has.
        replace(
            takes[n],
            judgement={"bits_per_note": round(bits[n], 4) if math.isfinite(bits[n]) else None},
        )
        for n in sorted(range(len(takes)), key=costs.__getitem__)
    ]
