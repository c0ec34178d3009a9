"""Solos over a chart: whole ones, and one that is played piece by piece."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from jazzgen.config import SamplingConfig
from jazzgen.config.sampling import sampling_with
from jazzgen.encoding.performance import primer_values, solo_of
from jazzgen.improviser.arguments import changes_of, checked_seeds, draws_of, naming_argument
from jazzgen.improviser.model import PlayingModel
from jazzgen.music.chart import Chart
from jazzgen.music.shape import Shape
from jazzgen.music.solo import Solo
from jazzgen.nn.draws import choose_draws, draw_seeds
from jazzgen.nn.planning import DrawnPlan
from jazzgen.nn.solo_player import SoloPlayer
from jazzgen.nn.soloists import Soloist
from jazzgen.runtime.arguments import checked

__all__ = ["PlaysSolos"]


class PlaysSolos(PlayingModel):
    """A model that plays solos over charts."""

    @checked
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
        draws: int | None = None,
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
            draws: The number of solos that are played, of which one is returned (see `takes`).
            choruses: The number of times through the chart.
            tempo: Quarter notes per minute; by default the chart's.
            key: The key, such as "Bb"; by default the chart's (see `library.played_chart`).
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
        return self.takes(
            chart,
            [seed],
            sampling,
            primer,
            performer,
            instrument,
            style,
            shape,
            draws,
            choruses=choruses,
            tempo=tempo,
            key=key,
            feel=feel,
            **settings,
        )[0]

    @checked
    def takes(
        self,
        chart: Chart | str,
        seeds: Sequence[int],
        sampling: SamplingConfig | None = None,
        primer: Solo | None = None,
        performer: str | None = None,
        instrument: str = "",
        style: str = "",
        shape: Shape | str | None = None,
        draws: int | None = None,
        *,
        choruses: int = 1,
        tempo: float | None = None,
        key: str | None = None,
        feel: str | None = None,
        **settings: Any,
    ) -> list[Solo]:
        """Play one solo for each seed, all at once.

        Args:
            chart: The changes (see `improvise`).
            seeds: The seeds. A solo depends on its own seed alone.
            sampling: How values are drawn.
            primer: A phrase to begin with.
            performer: The performer to play like (see `improvise`).
            instrument: The instrument (see `improvise`).
            style: The style (see `improvise`).
            shape: The shape (see `improvise`).
            draws: The number of solos that are played for each seed. The model's judge chooses
                one, the likelier the more it reads like a player's; the first is the one that is
                played with `draws=1` (see `nn.draws`). By default 2, or 1 if the model has no
                judge.
            choruses: The number of times through the chart (this and the rest: see `improvise`).
            tempo: Quarter notes per minute.
            key: The key (see `library.played_chart`).
            feel: How the band plays.
            settings: Settings of sampling.

        Returns:
            A solo for each seed.

        Raises:
            ChartError: There is no such chart, or it cannot be played so.
            ConfigError: There is no such instrument, the shape does not fit the chart, or a
                setting is out of range.
            ModelError: The model does not know the performer or the style, plans nothing, or has
                no judge to choose among several draws.
            SoloError: The primer has no notes, or reaches past the chart's end.
        """
        draws = draws_of(draws, self.judge)
        changes = changes_of(chart, choruses, tempo, key, feel)
        sampling = sampling_with(sampling, settings) or SamplingConfig()
        seeds = checked_seeds(seeds)
        drawn = [one for seed in seeds for one in draw_seeds(seed, draws)]
        soloists = self.choose_soloists(
            changes, drawn, sampling, primer, performer, instrument, style
        )
        soloists = _shaped(soloists, changes, shape)
        solos = self.play(changes, drawn, soloists, sampling, primer)
        chosen = choose_draws(self.judge, solos, seeds, draws)
        return [solos[take * draws + choice.draw] for take, choice in enumerate(chosen)]

    @checked
    def play(
        self,
        chart: Chart,
        seeds: Sequence[int],
        soloists: Sequence[Soloist],
        sampling: SamplingConfig | None = None,
        primer: Solo | None = None,
        plans: Sequence[DrawnPlan | None] | None = None,
    ) -> list[Solo]:
        """Play one solo for each seed, each by a soloist of its own.

        Args:
            chart: The changes, choruses unfolded.
            seeds: The seeds.
            soloists: Whom each solo is played like.
            sampling: How values are drawn.
            primer: A phrase to begin with.
            plans: What each solo plans; by default it is drawn (see `plans`).

        Raises:
            ModelError: The model does not know a performer.
            SoloError: The primer has no notes, or reaches past the chart's end.
        """
        opening = primer_values(primer, chart)
        task = self.task(chart, seeds, sampling, soloists, opening=opening, plans=plans)
        played = self.engine.play(task)
        begun = primer.notes if primer else ()
        return [
            replace(
                solo_of(values, chart, begun),
                instrument=soloist.instrument,
                style=soloist.style,
            )
            for values, soloist in zip(played, soloists, strict=True)
        ]

    @checked
    def player(
        self,
        chart: Chart | str,
        seed: int = 0,
        sampling: SamplingConfig | None = None,
        performer: str | None = None,
        instrument: str = "",
        style: str = "",
        shape: Shape | str | None = None,
        *,
        choruses: int = 1,
        tempo: float | None = None,
        key: str | None = None,
        feel: str | None = None,
        **settings: Any,
    ) -> SoloPlayer:
        """Return a player that plays a solo piece by piece, and hears what others play.

        It can branch into several continuations, and rewind. In pieces of any size it plays
        the same solo as `improvise`. It reads the changes only once, so give it as many
        choruses as may be needed.

        Args:
            chart: The changes (see `improvise`).
            seed: The same seed, after the same notes, gives the same notes.
            sampling: How values are drawn.
            performer: The performer to play like (see `improvise`).
            instrument: The instrument (see `improvise`).
            style: The style (see `improvise`).
            shape: The shape (see `improvise`).
            choruses: The number of times through the chart (this and the rest: see `improvise`).
            tempo: Quarter notes per minute.
            key: The key (see `library.played_chart`).
            feel: How the band plays.
            settings: Settings of sampling.

        Raises:
            ChartError: There is no such chart, or it cannot be played so.
            ConfigError: There is no such instrument, or a setting is out of range.
            ModelError: The model does not know the performer or the style.
        """
        changes = changes_of(chart, choruses, tempo, key, feel)
        sampling, [seed] = sampling_with(sampling, settings), checked_seeds([seed])
        soloists = self.choose_soloists(
            changes, [seed], sampling, None, performer, instrument, style
        )
        soloists = _shaped(soloists, changes, shape)
        return SoloPlayer(self.engine.player(self.task(changes, [seed], sampling, soloists)))


def _shaped(soloists: Sequence[Soloist], chart: Chart, shape: Shape | str | None) -> list[Soloist]:
    """Return soloists who are asked for the energies of a shape."""
    if shape is None:
        return list(soloists)
    with naming_argument("shape"):
        drawn = Shape.parse(shape) if isinstance(shape, str) else shape
        energies = drawn.spread(chart)
    return [replace(one, energies=energies) for one in soloists]
