"""Trades: several players take turns, and each hears the others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from jazzgen.config import SamplingConfig
from jazzgen.config.sampling import sampling_with
from jazzgen.encoding.performance import primer_values
from jazzgen.errors import ConfigError, ModelError, SoloError
from jazzgen.improviser.arguments import changes_of, checked_seeds
from jazzgen.improviser.model import DEFAULT_MODEL, PlayingModel
from jazzgen.music.chart import Chart
from jazzgen.music.solo import Solo
from jazzgen.music.timing import TICKS_PER_QUARTER
from jazzgen.music.trade import Trade, Turn, share_turns
from jazzgen.nn.presets import preset_of
from jazzgen.nn.solo_player import SoloPlayer
from jazzgen.nn.soloists import Soloist
from jazzgen.nn.trading import (
    NOISE,
    WHO,
    Trader,
    derived_seed,
    draw_traders,
    sampling_of_turns,
    trade_turns,
)
from jazzgen.runtime.arguments import checked
from jazzgen.runtime.wording import counted

__all__ = ["PlaysTrades"]


class PlaysTrades(PlayingModel):
    """A model that lets several players take turns."""

    @checked
    def trade(
        self,
        chart: Chart | str,
        bars: int | str = 4,
        seed: int = 0,
        sampling: SamplingConfig | None = None,
        primer: Solo | None = None,
        performers: Sequence[str | None] = (None, None),
        instruments: Sequence[str] = (),
        styles: Sequence[str] = (),
        *,
        choruses: int = 1,
        tempo: float | None = None,
        key: str | None = None,
        feel: str | None = None,
        **settings: Any,
    ) -> Trade:
        """Let several players take turns, each of whom hears what the others play.

        `jazzgen.save` writes the trade with a track for each player.

        Args:
            chart: The changes (see `improvise`).
            bars: The bars of a turn, or "chorus".
            seed: The same seed gives the same trade.
            sampling: How values are drawn.
            primer: A phrase with which the first player begins.
            performers: For each player the name of a performer to play like; "" for nobody in
                particular, None for one that the seed draws. Those differ from each other.
            instruments: The name of each player's instrument; by default the performers'.
            styles: The name of each player's style; by default the performers'.
            choruses: The number of times through the chart (this and the rest: see `improvise`).
            tempo: Quarter notes per minute.
            key: The key (see `library.played_chart`).
            feel: How the band plays.
            settings: Settings of sampling.

        Raises:
            ChartError: There is no such chart, or it cannot be played so.
            ConfigError: There is no such instrument, there are not as many instruments or
                styles as performers, or a setting is out of range.
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
        changes = changes_of(chart, choruses, tempo, key, feel)
        [seed] = checked_seeds([seed])
        turns = share_turns(changes, len(performers), bars)
        sampling = sampling_with(sampling, settings) or SamplingConfig()
        soloists = self.choose_traders(changes, seed, asked, sampling, primer)
        return self.play_trade(changes, turns, seed, soloists, [sampling] * len(asked), primer)

    @checked
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

    @checked
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
