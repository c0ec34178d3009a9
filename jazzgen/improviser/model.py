"""A trained model, and the tasks that it is given: whom it plays like, and by what plan."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from jazzgen.config import SamplingConfig
from jazzgen.errors import ModelError
from jazzgen.improviser.arguments import naming_argument
from jazzgen.judging.judge import Judge
from jazzgen.music.chart import Chart
from jazzgen.music.instrument import find_instrument
from jazzgen.music.solo import Solo
from jazzgen.nn.engine import Engine, Task
from jazzgen.nn.planning import DrawnPlan, draw_plan
from jazzgen.nn.soloists import ANYBODY, Soloist, Soloists
from jazzgen.runtime.arguments import checked
from jazzgen.runtime.wording import counted

if TYPE_CHECKING:
    from jazzgen.nn.keras_engine.shared_layers import SharedLayers

__all__ = ["DEFAULT_MODEL", "PlayingModel"]

DEFAULT_MODEL = "improviser"
"""The name of the model that plays if none is named."""


class PlayingModel:
    """A trained model, and what it is asked to play.

    Args:
        engine: The engine that runs the model; or the model's shared layers, which the Keras
            engine then runs.
        name: The name of the model, for messages.
    """

    def __init__(self, engine: Engine | SharedLayers, name: str = "") -> None:
        if not isinstance(engine, Engine):
            from jazzgen.nn.keras_engine.engine import KerasEngine

            engine = KerasEngine(engine)
        self.engine = engine
        self.name = name

    def __repr__(self) -> str:
        """Return its name, and how many performers it knows."""
        known = counted(len(self.performers), "performer")
        return f"<{type(self).__name__} {self.name or 'unnamed'!r}: {known}>"

    @property
    def layers(self) -> SharedLayers:
        """The model's shared layers; for a light engine, this loads Keras."""
        return self.engine.layers  # type: ignore[no-any-return]

    @property
    def performers(self) -> tuple[str, ...]:
        """The names of the performers that the model can play like, sorted; mostly none."""
        return self.engine.assets.performers

    @property
    def judge(self) -> Judge | None:
        """What chooses among several draws; None if the model has no judge."""
        return self.engine.assets.judge

    @checked
    def choose_soloists(
        self,
        chart: Chart,
        seeds: Sequence[int],
        sampling: SamplingConfig | None = None,
        primer: Solo | None = None,
        performer: str | None = None,
        instrument: str = "",
        style: str = "",
    ) -> list[Soloist]:
        """Return whom each seed plays like, as `takes` chooses them.

        Args:
            chart: The changes.
            seeds: The seeds.
            sampling: How values are drawn. At temperature 0 none are, so that a seed decides
                nothing, not even the performer.
            primer: A phrase to begin with. Whoever plays it, the model continues in its
                manner, so that no performer is drawn.
            performer: The performer that is asked for: a name, "" for nobody in particular, or
                None for one that the seed draws.
            instrument: The instrument that is asked for; empty for any.
            style: The style that is asked for; empty for any.

        Raises:
            ConfigError: There is no such instrument.
            ModelError: The model does not know the performer or the style.
        """
        draws = primer is None and (sampling is None or bool(sampling.temperature))
        if instrument:
            with naming_argument("instrument"):
                find_instrument(instrument)
        return [
            self._soloists.choose(chart, seed if draws else None, performer, instrument, style)
            for seed in seeds
        ]

    @property
    def _soloists(self) -> Soloists:
        return Soloists(assets=self.engine.assets, model=self.name)

    @checked
    def plans(
        self,
        chart: Chart,
        seeds: Sequence[int],
        soloists: Sequence[Soloist],
        sampling: SamplingConfig | None = None,
        played: NDArray[np.int32] | None = None,
        free: tuple[int, int] | None = None,
    ) -> list[DrawnPlan | None]:
        """Return what the solo of each seed plans, as `play` plans it.

        Args:
            chart: The changes, choruses unfolded.
            seeds: The seeds.
            soloists: Whom each solo is played like; a plan has the energies they are asked for.
            sampling: How values are drawn; at temperature 0 all seeds have one plan.
            played: Values that are given (see `planning.draw_plan`).
            free: The ticks between which the plan is drawn (see `planning.draw_plan`).

        Returns:
            A plan for each seed; None for all if the model has no planner.

        Raises:
            ModelError: Energies are asked for, and the model has no planner.
        """
        draws = sampling is None or bool(sampling.temperature)
        try:
            return [
                draw_plan(self.engine.assets, chart, seed if draws else 0, soloist, played, free)
                for seed, soloist in zip(seeds, soloists, strict=True)
            ]
        except ModelError as error:
            raise ModelError(f"{self.name or 'the model'}: {error}") from error

    @checked
    def task(
        self,
        chart: Chart,
        seeds: Sequence[int],
        sampling: SamplingConfig | None = None,
        soloists: Sequence[Soloist] = (),
        *,
        opening: NDArray[np.int32] | None = None,
        end: int | None = None,
        plans: Sequence[DrawnPlan | None] | None = None,
    ) -> Task:
        """Return a task for an engine.

        Args:
            chart: The changes, choruses unfolded.
            seeds: The seeds, one for each line.
            sampling: How values are drawn.
            soloists: Whom each line is played like; by default nobody in particular.
            opening: The values with which each line begins, shape (T, FORCED).
            end: The tick at which the lines end; by default the end of the chart.
            plans: What each line plans; by default it is drawn (see `plans`).

        Raises:
            ModelError: The model does not know a performer.
        """
        sampling, soloists = sampling or SamplingConfig(), soloists or [ANYBODY] * len(seeds)
        begun: dict[str, Any] = {} if opening is None else {"opening": opening}
        stop = chart.ticks if end is None else end
        if plans is None:
            plans = self.plans(chart, seeds, soloists, sampling, opening)
        return Task(
            chart=chart,
            seeds=seeds,
            sampling=sampling,
            conditions=[self._soloists.conditions(one, chart) for one in soloists],
            compasses=[one.compass for one in soloists],
            plans=[None if plan is None else plan.table for plan in plans],
            end=stop,
            **begun,
        )
