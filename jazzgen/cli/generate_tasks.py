"""What `jazzgen generate` plays: a solo over a whole chart, or some bars of a given solo."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, ClassVar

from jazzgen.cli.output import say
from jazzgen.encoding.performance import primer_values
from jazzgen.errors import ModelError

if TYPE_CHECKING:
    from jazzgen.band.arrangement import Layout
    from jazzgen.config import SamplingConfig
    from jazzgen.improviser import Improviser
    from jazzgen.music.bar_range import BarRange
    from jazzgen.music.chart import Chart
    from jazzgen.music.solo import Note, Solo
    from jazzgen.music.trade import Trade
    from jazzgen.nn.planning import DrawnPlan
    from jazzgen.nn.soloists import Soloist
    from jazzgen.render.roll_plan import PlannedBars

__all__ = ["FullSolo", "Regeneration", "titled"]


@dataclass(frozen=True)
class FullSolo:
    """A solo to be played over a whole chart.

    Args:
        layout: The chart that is improvised over, and what is played around it.
        primer: The phrase that the solo begins with, or None.
        program: The General MIDI program of the solo, or None for the default one.
        title: The title of the solo; None for one that is invented.
        swing: The swing ratio, or None for the usual one.
        bars: The number of bars of all choruses that are improvised, without an ending.
        energies: The energy that is asked for in each group of four bars; empty if the seed
            draws it.
    """

    layout: Layout
    primer: Solo | None = None
    program: int | None = None
    title: str | None = None
    swing: float | None = None
    bars: int | None = None
    energies: tuple[int, ...] = ()
    soloists = 1
    judged = True
    """Several solos may be drawn for a take, of which the judge keeps one."""

    @property
    def chart(self) -> Chart:
        """The chart that is improvised over."""
        return self.layout.improvised

    @property
    def landing(self) -> float:
        """The length in quarter notes of the final chord on which the solo lands; 0 without one."""
        return self.layout.landing

    @property
    def goes_on(self) -> bool:
        """Whether the solo plays on at the end: nothing follows that would end the tune."""
        return not self.layout.final and not self.layout.written

    @property
    def bar_energies(self) -> tuple[int, ...]:
        """The energy that is asked for in each bar of the whole tune; 0 where none is."""
        if not self.energies:
            return ()
        before = self.layout.chart.bar_at(self.layout.offset)
        starts = (*self.chart.groups, self.bars or len(self.chart.bars))
        asked = [
            energy
            for energy, (start, stop) in zip(self.energies, pairwise(starts), strict=False)
            for _ in range(start, stop)
        ]
        return (*(0 for _ in range(before)), *asked)

    def placed(self, solo: Solo) -> Solo:
        """Return an improvised solo with what is played around it."""
        return self.layout.place(solo)

    @property
    def begun(self) -> Solo | None:
        """The phrase that was given, and that the model did not play."""
        return self.primer

    def play(
        self,
        improviser: Improviser,
        seeds: Sequence[int],
        sampling: SamplingConfig,
        soloists: Sequence[Soloist],
        plans: Sequence[DrawnPlan | None] | None = None,
    ) -> list[Solo]:
        """Play a solo for each seed.

        Args:
            improviser: The model.
            seeds: The seeds.
            sampling: How values are drawn.
            soloists: Whom each solo is played like.
            plans: What each solo plans (see `plans`); by default it is drawn.

        Returns:
            The solos, still without titles of their own.
        """
        return improviser.play(self.chart, seeds, soloists, sampling, self.primer, plans)

    def plans(
        self,
        improviser: Improviser,
        seeds: Sequence[int],
        sampling: SamplingConfig,
        soloists: Sequence[Soloist],
    ) -> list[DrawnPlan | None]:
        """Return what the solo of each seed plans; None for all if the model plans nothing.

        Args:
            improviser: The model.
            seeds: The seeds.
            sampling: How values are drawn.
            soloists: Whom each solo is played like.
        """
        opening = primer_values(self.primer, self.chart)
        return improviser.plans(self.chart, seeds, soloists, sampling, opening)

    def planned_bars(self, plan: DrawnPlan | None) -> list[PlannedBars]:
        """Return a plan as it is drawn, in bars of the whole tune.

        Args:
            plan: The plan; None if nothing was planned.
        """
        from jazzgen.render.roll_plan import PlannedBars

        before = self.layout.chart.bar_at(self.layout.offset)
        return [
            PlannedBars(
                first=before + told["bars"][0] - 1,
                last=before + told["bars"][1],
                energy=told["energy"],
                pitch=told["pitch"],
            )
            for told in (plan.to_json() if plan else [])
        ]

    @property
    def has_title(self) -> bool:
        """Whether the user has given a title."""
        return self.title is not None

    def titles(self, seeds: Sequence[int]) -> list[str | None]:
        """Return a title for each seed, the given one or one that is invented; None for none."""
        if self.title is not None:
            return [self.title] * len(seeds)
        invent = _inventor(self.chart)
        return [invent(seed) or None for seed in seeds]

    def plain(self, solo: Solo) -> Solo:
        """Return a solo with all notes on the grid and equally loud."""
        from jazzgen.encoding.performance import mechanical

        return mechanical(solo)


def titled(solo: Solo, title: str | None, *, overrules: bool = False) -> Solo:
    """Return a solo with a title; with its own if there is none.

    Args:
        solo: The solo.
        title: The title, or None.
        overrules: Whether the user has given it, so that the chart's title does not stand beside
            it.
    """
    if title is None:
        return solo
    chart = replace(solo.chart, title=title) if overrules and title else solo.chart
    return replace(solo, title=title, chart=chart)


def _inventor(chart: Chart) -> Callable[[int], str]:
    """Return a function that invents a title for each seed; "" without a model of titles."""
    from jazzgen.nn.registry import find_title_model
    from jazzgen.titles.model import TitleModel

    try:
        model = TitleModel.load(find_title_model())
    except ModelError as error:
        say(f"no title invented: {error}")
        return lambda _: ""
    over = zlib.crc32(f"{chart.title}\n{chart.key}\n{len(chart.bars)}".encode())
    return lambda seed: model.invent([seed, over])


@dataclass(frozen=True)
class Regeneration:
    """Bars of a given solo to be played again, differently; its other bars stay as they are.

    Args:
        solo: The solo.
        bars: The bars.
        draws: How many times the bars are drawn, of which one draw is kept.
        program: The General MIDI program of the solo in its file.
        swing: The swing ratio of that file, so that the other bars sound as before.
        trade: The solos of the soloists who trade in that file, if they do; `solo` is the line
            of all of them.
        band: How the band of the file was made (see `render.band_text`); "" if it does not say.
    """

    solo: Solo
    bars: BarRange
    draws: int
    program: int | None = None
    swing: float | None = None
    trade: Trade | None = None
    band: str = ""
    landing = 0.0
    """It does not land: its last bars stay as they are, or are played as they were."""
    goes_on = False
    energies: ClassVar[tuple[int, ...]] = ()
    """The energy is that of the bars around."""

    @property
    def soloists(self) -> int:
        """The number of soloists in the file."""
        return len(self.trade.solos) if self.trade else 1

    has_title = False
    """It keeps the title that it has."""
    judged = False
    """Its new bars are no solo of their own."""

    def placed(self, solo: Solo) -> Solo:
        """Return the solo as it is: nothing is played around a solo that was given."""
        return solo

    @property
    def chart(self) -> Chart:
        """The chart, choruses unfolded."""
        return self.solo.chart

    @property
    def span(self) -> tuple[int, int]:
        """The ticks at which the bars begin and end."""
        return self.bars.ticks(self.chart)

    @property
    def begun(self) -> Solo:
        """The solo that was given; only the regenerated bars are the model's."""
        return self.solo

    def play(
        self,
        improviser: Improviser,
        seeds: Sequence[int],
        sampling: SamplingConfig,
        soloists: Sequence[Soloist],
    ) -> list[Solo]:
        """Regenerate the bars once for each seed.

        Args:
            improviser: The model.
            seeds: The seeds.
            sampling: How values are drawn.
            soloists: Whom the bars of each are played like.

        Returns:
            The full solos, with the bars that were not regenerated.
        """
        return improviser.fill(self.solo, self.bars, seeds, soloists, sampling, self.draws)

    def titles(self, seeds: Sequence[int]) -> list[str | None]:
        """Return that no solo has a title other than its own."""
        return [None] * len(seeds)

    def plain(self, solo: Solo) -> Solo:
        """Return a solo with the notes of the new bars on the grid and equally loud."""
        from jazzgen.encoding.performance import mechanical

        begin, end = self.span

        def chosen(pair: tuple[Note, Note]) -> Note:
            return pair[begin <= pair[0].onset < end]

        pairs = zip(solo.notes, mechanical(solo).notes, strict=True)
        return solo.with_notes([chosen(pair) for pair in pairs])
