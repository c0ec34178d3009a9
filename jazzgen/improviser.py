"""The facade: load a model and improvise over a chart.

import jazzgen
solo = jazzgen.load().improvise("blues", seed=7, choruses=2, temperature=0.9)
solo.save("solo.mid")
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from jazzgen.config import SamplingConfig
from jazzgen.config.sampling import FILL_DRAWS, sampling_with
from jazzgen.encoding.gap import Gap
from jazzgen.encoding.performance import Column, given_values, primer_values, solo_of
from jazzgen.encoding.plan import breath_of
from jazzgen.encoding.sequence import value_sequence
from jazzgen.errors import ConfigError, ModelError, SoloError
from jazzgen.judging.judge import Judge
from jazzgen.library import played_chart
from jazzgen.music.bar_range import BarRange
from jazzgen.music.chart import Chart
from jazzgen.music.instrument import is_instrument
from jazzgen.music.shape import Shape
from jazzgen.music.solo import Solo
from jazzgen.music.timing import TICKS_PER_QUARTER
from jazzgen.music.trade import Trade, Turn, share_turns
from jazzgen.nn.draws import choose_draws, draw_seeds
from jazzgen.nn.engine import Engine, Task
from jazzgen.nn.folder import read_model_folder
from jazzgen.nn.infill import fill_gap
from jazzgen.nn.planning import DrawnPlan, draw_plan
from jazzgen.nn.presets import preset_of
from jazzgen.nn.registry import find_model
from jazzgen.nn.solo_player import SoloPlayer
from jazzgen.nn.soloists import ANYBODY, Soloist, Soloists
from jazzgen.nn.trading import (
    NOISE,
    WHO,
    Trader,
    derived_seed,
    draw_traders,
    sampling_of_turns,
    trade_turns,
)
from jazzgen.runtime.extras import needing
from jazzgen.runtime.wording import counted

if TYPE_CHECKING:
    from jazzgen.nn.keras_engine.shared_layers import SharedLayers
    from jazzgen.nn.surprise import NoteSurprise

__all__ = [
    "DEFAULT_MODEL",
    "Improviser",
    "list_performers",
    "load",
]

DEFAULT_MODEL = "improviser"
"""The name of the model that plays if none is named."""


class Improviser:
    """A soloist: a trained model that plays over charts.

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

    def improvise(
        self,
        chart: Chart | str,
        seed: int = 0,
        sampling: SamplingConfig | None = None,
        primer: Solo | None = None,
        performer: str | None = None,
        instrument: str = "",
        style: str = "",
        shape: Shape | str | None = None,
        draws: int = 1,
        *,
        choruses: int = 1,
        tempo: float | None = None,
        key: str | None = None,
        feel: str | None = None,
        **settings: Any,
    ) -> Solo:
        """Play one solo.

        Args:
            chart: The changes: a chart, its name in the library, its file, or its text, such as
                "| Dm7 | G7 | Cmaj7 | % |".
            seed: The same seed gives the same solo.
            sampling: How values are drawn.
            primer: A phrase to begin with. Its notes are played as they are, and the model
                continues.
            performer: The name of a performer to play like (see `performers`); "" for nobody
                in particular; by default one that the seed draws (see `choose_soloists`).
            instrument: The name of the instrument; by default the performer's.
            style: The name of the style; by default the performer's.
            shape: How energy rises and falls: a name, energies or a file (see `music.shape.Shape`);
                by default the seed draws it.
            draws: The number of solos that are played, the best of which is returned
                (see `takes`).
            choruses: The number of times through the chart.
            tempo: Quarter notes per minute; by default the chart's.
            key: The key that the chart is transposed to, such as "Bb"; by default its own.
            feel: How the band plays, such as "bossa"; by default as the chart says.
            settings: Settings of sampling, such as `temperature=0.9` (see `SamplingConfig`).

        Raises:
            ChartError: There is no such chart, or it cannot be played so.
            ConfigError: There is no such instrument, the shape does not fit the chart, or a
                setting is out of range.
            ModelError: The model does not know the performer or the style, plans nothing, or has
                no judge to choose among several draws.
            SoloError: The primer has no notes, or reaches past the chart's end.
        """
        changes = played_chart(chart, choruses=choruses, tempo=tempo, key=key, feel=feel)
        sampling = sampling_with(sampling, settings)
        return self.takes(
            changes, [seed], sampling, primer, performer, instrument, style, shape, draws
        )[0]

    def takes(
        self,
        chart: Chart,
        seeds: Sequence[int],
        sampling: SamplingConfig | None = None,
        primer: Solo | None = None,
        performer: str | None = None,
        instrument: str = "",
        style: str = "",
        shape: Shape | str | None = None,
        draws: int = 1,
    ) -> list[Solo]:
        """Play one solo for each seed, all at once.

        Args:
            chart: The changes, choruses unfolded.
            seeds: The seeds. A solo depends on its own seed alone.
            sampling: How values are drawn.
            primer: A phrase to begin with.
            performer: The performer to play like (see `improvise`).
            instrument: The instrument (see `improvise`).
            style: The style (see `improvise`).
            shape: The shape (see `improvise`).
            draws: The number of solos that are played for each seed. The model's judge keeps
                the one that reads most like a player's; the first is the one that is played
                with `draws=1` (see `nn.draws`).

        Returns:
            A solo for each seed.

        Raises:
            ConfigError: There is no such instrument, or the shape does not fit the chart.
            ModelError: The model does not know the performer or the style, plans nothing, or has
                no judge to choose among several draws.
            SoloError: The primer has no notes, or reaches past the chart's end.
        """
        sampling = sampling or SamplingConfig()
        drawn = [one for seed in seeds for one in draw_seeds(seed, draws)]
        soloists = self.choose_soloists(
            chart, drawn, sampling, primer, performer, instrument, style
        )
        soloists = _shaped(soloists, chart, shape)
        solos = self.play(chart, drawn, soloists, sampling, primer)
        chosen = choose_draws(self.judge, solos, draws)
        return [solos[take * draws + choice.draw] for take, choice in enumerate(chosen)]

    def play(
        self,
        chart: Chart,
        seeds: Sequence[int],
        soloists: Sequence[Soloist],
        sampling: SamplingConfig | None = None,
        primer: Solo | None = None,
    ) -> list[Solo]:
        """Play one solo for each seed, each by a soloist of its own.

        Args:
            chart: The changes, choruses unfolded.
            seeds: The seeds.
            soloists: Whom each solo is played like.
            sampling: How values are drawn.
            primer: A phrase to begin with.

        Raises:
            ModelError: The model does not know a performer.
            SoloError: The primer has no notes, or reaches past the chart's end.
        """
        opening = primer_values(primer, chart)
        played = self.engine.play(self.task(chart, seeds, sampling, soloists, opening=opening))
        begun = primer.notes if primer else ()
        return [
            replace(
                solo_of(values, chart, begun),
                instrument=soloist.instrument,
                style=soloist.style,
            )
            for values, soloist in zip(played, soloists, strict=True)
        ]

    def player(
        self,
        chart: Chart,
        seed: int = 0,
        sampling: SamplingConfig | None = None,
        performer: str | None = None,
        instrument: str = "",
        style: str = "",
        shape: Shape | str | None = None,
    ) -> SoloPlayer:
        """Return a player that plays a solo piece by piece, and hears what others play.

        It can branch into several continuations, and rewind. In pieces of any size it plays
        the same solo as `improvise`. It reads the changes only once, so give it as many
        choruses as may be needed.

        Args:
            chart: The changes, choruses unfolded.
            seed: The same seed, after the same notes, gives the same notes.
            sampling: How values are drawn.
            performer: The performer to play like (see `improvise`).
            instrument: The instrument (see `improvise`).
            style: The style (see `improvise`).
            shape: The shape (see `improvise`).

        Raises:
            ConfigError: There is no such instrument.
            ModelError: The model does not know the performer or the style.
        """
        soloists = self.choose_soloists(chart, [seed], sampling, None, performer, instrument, style)
        soloists = _shaped(soloists, chart, shape)
        return SoloPlayer(self.engine.player(self.task(chart, [seed], sampling, soloists)))

    def trade(
        self,
        chart: Chart,
        bars: int | str = 4,
        seed: int = 0,
        sampling: SamplingConfig | None = None,
        primer: Solo | None = None,
        performers: Sequence[str | None] = (None, None),
        instruments: Sequence[str] = (),
        styles: Sequence[str] = (),
    ) -> Trade:
        """Let several players take turns, each of whom hears what the others play.

        `jazzgen.save` writes the trade with a track for each player.

        Args:
            chart: The changes, choruses unfolded.
            bars: The bars of a turn, or "chorus".
            seed: The same seed gives the same trade.
            sampling: How values are drawn.
            primer: A phrase with which the first player begins.
            performers: For each player the name of a performer to play like; "" for nobody in
                particular, None for one that the seed draws. Those differ from each other.
            instruments: The name of each player's instrument; by default the performers'.
            styles: The name of each player's style; by default the performers'.

        Raises:
            ConfigError: There is no such instrument, or there are not as many instruments or
                styles as performers.
            ModelError: The model does not know a performer or a style, or none at all.
            SoloError: There are more players than turns or fewer than two, a turn has no bars,
                or the primer has no notes or reaches past the first turn.
        """
        nobody = [""] * len(performers)
        instruments, styles = instruments or nobody, styles or nobody
        if not len(performers) == len(instruments) == len(styles):
            given = {"performer": performers, "instrument": instruments, "style": styles}
            said = ", ".join(counted(len(names), name) for name, names in given.items())
            raise ConfigError(f"{said}: expected as many of each")
        asked = list(zip(performers, instruments, styles, strict=True))
        turns = share_turns(chart, len(performers), bars)
        sampling = sampling or SamplingConfig()
        soloists = self.choose_traders(chart, seed, asked, sampling, primer)
        return self.play_trade(chart, turns, seed, soloists, [sampling] * len(asked), primer)

    def choose_traders(
        self,
        chart: Chart,
        seed: int,
        asked: Sequence[tuple[str | None, str, str]],
        sampling: SamplingConfig | None = None,
        primer: Solo | None = None,
    ) -> list[Soloist]:
        """Return whom the players of a trade play like, as `trade` chooses them.

        Args:
            chart: The changes.
            seed: The seed.
            asked: The performer, the instrument and the style of each player (see `trade`).
            sampling: How values are drawn (see `choose_soloists`).
            primer: A phrase with which the first player begins, like nobody in particular.

        Raises:
            ConfigError: There is no such instrument.
            ModelError: The model does not know a performer or a style, or none at all.
        """
        if not preset_of(self.engine.config).expressive:
            raise ModelError(
                f"{self.name or 'the model'}: knows no soloists who could trade; choose another "
                f"model, such as {DEFAULT_MODEL}"
            )
        draws = sampling is None or bool(sampling.temperature)
        seeds = [
            derived_seed(WHO, seed, number) if draws and (number or primer is None) else None
            for number in range(len(asked))
        ]
        return draw_traders(self._soloists, chart, seeds, asked)

    def play_trade(
        self,
        chart: Chart,
        turns: Sequence[Turn],
        seed: int,
        soloists: Sequence[Soloist],
        samplings: Sequence[SamplingConfig],
        primer: Solo | None = None,
    ) -> Trade:
        """Do what `trade` does, with given turns and soloists.

        Args:
            chart: The changes, choruses unfolded.
            turns: Whose bars are whose (see `music.trade.share_turns`).
            seed: The seed.
            soloists: Whom each player plays like.
            samplings: How each player's values are drawn.
            primer: A phrase with which the first player begins.

        Raises:
            ModelError: The model does not know a performer.
            SoloError: The primer has no notes, or reaches past the first turn.
        """
        first_end = chart.bar_starts[turns[0].last]
        primer_values(primer, chart)  # which refuses a primer without notes
        if primer and primer.notes[-1].end > first_end:
            raise SoloError(
                f"{primer.name}: the primer reaches past the first turn, which ends with bar "
                f"{turns[0].last}"
            )
        quarters = first_end / TICKS_PER_QUARTER
        traders = []
        for number, (soloist, own) in enumerate(zip(soloists, samplings, strict=True)):
            noise, drawn = derived_seed(NOISE, seed, number), sampling_of_turns(own, quarters)
            player = SoloPlayer(self.engine.player(self.task(chart, [noise], drawn, [soloist])))
            traders.append(Trader(player, drawn.compass(soloist.compass), noise))
        trade_turns(traders, turns, primer.notes if primer else ())
        solos = [
            Solo(
                tuple(trader.notes),
                chart,
                chart.title,
                instrument=soloist.instrument,
                style=soloist.style,
            )
            for trader, soloist in zip(traders, soloists, strict=True)
        ]
        names = tuple(soloist.performer for soloist in soloists)
        return Trade(solos=tuple(solos), names=names, turns=tuple(turns))

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
        return [
            self._soloists.choose(chart, seed if draws else None, performer, instrument, style)
            for seed in seeds
        ]

    @property
    def _soloists(self) -> Soloists:
        return Soloists(assets=self.engine.assets, model=self.name)

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
        soloists = self.choose_soloists(
            solo.chart, seeds, sampling, solo, performer, instrument, style
        )
        return self.fill(solo, bars, seeds, soloists, sampling, draws)

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
            ConfigError: No candidate is asked for.
            ModelError: The model does not know a performer.
            SoloError: The solo's chart has no such bars or beats.
        """
        if draws < 1:
            raise ConfigError(f"draws {draws}: expected at least 1")
        gap = Gap.of_bars(solo, bars, seamless=draws > 1)
        if draws > 1 and solo.notes:
            pitches = [note.pitch for note in solo.notes]
            soloists = [one.within(min(pitches), max(pitches)) for one in soloists]
        values = given_values(solo, 0, solo.chart.ticks)
        # The new bars are planned between those that stay, and breathe like the rest of the solo.
        breath = breath_of(values[:, Column.PITCH], values[:, Column.DURATION])
        soloists = [one if one.breath else replace(one, breath=breath) for one in soloists]
        plans = self.plans(solo.chart, seeds, soloists, sampling, values, (gap.begin, gap.end))
        task = self.task(solo.chart, seeds, sampling, soloists, opening=gap.opening, plans=plans)
        return fill_gap(self.engine, gap, task, draws)

    def bits_per_note(self, solos: Sequence[Solo], performers: Sequence[str] = ()) -> list[float]:
        """Return how surprising solos are to the model: the lower, the likelier.

        Args:
            solos: The solos.
            performers: The performer that each is meant to sound like; by default nobody.

        Returns:
            Bits per note of each solo; infinite for one with fewer than two notes.

        Raises:
            ModelError: The model does not know a performer.
        """
        meant = performers or [""] * len(solos)
        conditions = [
            self._soloists.conditions(
                Soloist(performer=name, played_like=solo.instrument, style=solo.style), solo.chart
            )
            for solo, name in zip(solos, meant, strict=True)
        ]
        return self.engine.bits_per_note([value_sequence(solo) for solo in solos], conditions)

    def surprise(self, solo: Solo) -> list[NoteSurprise]:
        """Return how surprising each note of a solo is, and what the model expected instead.

        The light engine reads it, whatever engine plays. Unlike `bits_per_note`, it takes the
        solo as played by the performer that the solo names, if the model knows that name.

        Args:
            solo: The solo.

        Raises:
            ModelError: The model cannot tell, as it draws pitch and duration together.
        """
        from jazzgen.nn.numpy_engine.engine import LightEngine

        engine = self.engine
        if not isinstance(engine, LightEngine):
            from jazzgen.nn.keras_engine.store import files_of

            engine = LightEngine(files_of(self.layers))
        try:
            return engine.note_surprises(solo)
        except ModelError as error:
            raise ModelError(f"{self.name or 'the model'}: {error}") from error

    def _known_style(self, solo: Solo) -> str:
        return solo.style if solo.style in self.engine.assets.styles else ""

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


def _shaped(soloists: Sequence[Soloist], chart: Chart, shape: Shape | str | None) -> list[Soloist]:
    """Return soloists who are asked for the energies of a shape."""
    if shape is None:
        return list(soloists)
    drawn = Shape.parse(shape) if isinstance(shape, str) else shape
    return [replace(one, energies=drawn.spread(chart)) for one in soloists]


def load(name: str | Path = DEFAULT_MODEL, engine: str = "light") -> Improviser:
    """Load a model by its name or its folder.

    Args:
        name: The name or the folder of a model.
        engine: The engine that runs it: "light", which starts at once, or "keras", which runs
            the inference graph. Both play the same solos.

    Raises:
        ConfigError: There is no such engine, or a package that it needs is not installed.
        ModelError: There is no such model, or its folder is damaged.
    """
    folder = find_model(name)
    if engine == "keras":
        with needing("the Keras engine needs"):
            from jazzgen.nn.keras_engine.store import load_model

        return Improviser(load_model(folder), folder.name)
    if engine != "light":
        raise ConfigError(f"engine {engine!r}: expected light or keras")
    from jazzgen.nn.numpy_engine.engine import LightEngine

    try:
        return Improviser(LightEngine(read_model_folder(folder)), folder.name)
    except ModelError as error:
        if str(error).startswith(str(folder)):
            raise
        raise ModelError(f"{folder}: {error}") from error


def list_performers(name: str | Path = DEFAULT_MODEL) -> tuple[str, ...]:
    """Return the names of the performers that a model can play like, sorted.

    This reads the model's folder without loading Keras.

    Args:
        name: The name or the folder of a model.

    Raises:
        ModelError: There is no such model, or its folder is damaged.
    """
    return read_model_folder(find_model(name)).assets.performers
