"""New bars within a given solo."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from jazzgen.config import SamplingConfig
from jazzgen.config.sampling import FILL_DRAWS
from jazzgen.encoding.gap import Gap
from jazzgen.encoding.performance import Column, given_values
from jazzgen.encoding.plan_measures import breath_of
from jazzgen.improviser.arguments import check_draws, checked_seeds
from jazzgen.improviser.model import PlayingModel
from jazzgen.music.bar_range import BarRange
from jazzgen.music.instrument import is_instrument
from jazzgen.music.solo import Solo
from jazzgen.nn.infill import fill_gap
from jazzgen.nn.soloists import Soloist
from jazzgen.runtime.arguments import checked

__all__ = ["Regenerates"]


class Regenerates(PlayingModel):
    """A model that plays some bars of a solo again."""

    @checked
    def regenerate(
        self,
        solo: Solo,
        bars: BarRange | str | tuple[int, int],
        seeds: Sequence[int],
        sampling: SamplingConfig | None = None,
        performer: str = "",
        instrument: str = "",
        style: str = "",
        draws: int = FILL_DRAWS,
    ) -> list[Solo]:
        """Replace some bars of a solo by new ones, and leave its other notes as they are.

        The model hears what comes before these bars. Of several candidates the one is kept
        after which the notes behind the bars are likeliest, within the solo's own range. What
        sounds into the first of the bars for at most two quarter notes is left so, and the
        last new note may sound up to the first note behind the bars.

        Args:
            solo: The solo.
            bars: The first and the last bar to regenerate, counted from 1; or their text, such
                as "5-8", or with beats: "5.3-8.2" is from beat 3 of bar 5 to beat 2 of bar 8,
                which is included.
            seeds: The seeds, one for each result.
            sampling: How values are drawn.
            performer: The performer to play like; "" for nobody in particular.
            instrument: The instrument; by default the solo's own, if that is one that we know.
            style: The style; by default the solo's own, if the model knows it.
            draws: The number of candidates. With 1, nothing behind the bars is heard: a note
                that sounds into them is cut, and the last new note ends with them.

        Returns:
            For each seed the whole solo, with its new bars.

        Raises:
            ConfigError: There is no such instrument, or no candidate is asked for.
            ModelError: The model does not know the performer.
            SoloError: The solo's chart has no such bars or beats.
        """
        instrument = instrument or (solo.instrument if is_instrument(solo.instrument) else "")
        style = style or self._known_style(solo)
        seeds = checked_seeds(seeds)
        soloists = self.choose_soloists(
            solo.chart, seeds, sampling, solo, performer, instrument, style
        )
        return self.fill(solo, bars, seeds, soloists, sampling, draws)

    @checked
    def fill(
        self,
        solo: Solo,
        bars: BarRange | str | tuple[int, int],
        seeds: Sequence[int],
        soloists: Sequence[Soloist],
        sampling: SamplingConfig | None = None,
        draws: int = FILL_DRAWS,
    ) -> list[Solo]:
        """Do what `regenerate` does, each time like a soloist of its own.

        Args:
            solo: The solo.
            bars: The bars to regenerate (see `regenerate`).
            seeds: The seeds, one for each result.
            soloists: Whom the bars of each are played like.
            sampling: How values are drawn.
            draws: The number of candidates (see `regenerate`).

        Raises:
            ConfigError: No candidate is asked for, or too many.
            ModelError: The model does not know a performer.
            SoloError: The solo's chart has no such bars or beats.
        """
        check_draws(draws)
        gap = Gap.of_bars(solo, bars, seamless=draws > 1)
        if draws > 1 and solo.notes:
            pitches = [note.pitch for note in solo.notes]
            soloists = [one.within(min(pitches), max(pitches)) for one in soloists]
        values = given_values(solo, 0, solo.chart.ticks)
        # The new bars are planned between those that stay, and breathe like the rest of the solo.
        breath = breath_of(values[:, Column.PITCH], values[:, Column.DURATION])
        soloists = [one if one.breath else replace(one, breath=breath) for one in soloists]
        # Bars that are asked for are played, also where a solo would end by itself.
        sampling = replace(sampling or SamplingConfig(), closing=0)
        plans = self.plans(solo.chart, seeds, soloists, sampling, values, (gap.begin, gap.end))
        task = self.task(solo.chart, seeds, sampling, soloists, opening=gap.opening, plans=plans)
        return fill_gap(self.engine, gap, task, draws)

    def _known_style(self, solo: Solo) -> str:
        return solo.style if solo.style in self.engine.assets.styles else ""
