"""The facade: load a model, improvise over a chart.

import jazzgen
solo = jazzgen.load("improviser").improvise(jazzgen.chart("blues").repeat(2), seed=7)
jazzgen.save(solo, "solo.mid")
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from jazzgen.config import SamplingConfig
from jazzgen.encoding.chart_table import chart_table
from jazzgen.encoding.performance import primer_values, solo_of, values_until
from jazzgen.encoding.sequence import value_sequence
from jazzgen.errors import ConfigError, ModelError, SoloError
from jazzgen.music.chart import Chart
from jazzgen.music.solo import Solo
from jazzgen.nn.engine import Engine, Task
from jazzgen.nn.folder import read_model_folder
from jazzgen.nn.registry import find_model
from jazzgen.nn.solo_player import SoloPlayer
from jazzgen.runtime.extras import needing

if TYPE_CHECKING:
    from jazzgen.nn.keras_engine.shared_layers import SharedLayers

__all__ = [
    "DEFAULT_MODEL",
    "Improviser",
    "list_performers",
    "load",
]

DEFAULT_MODEL = "improviser"


class Improviser:
    """A soloist: a trained model that plays over charts.

    Args:
        engine: What runs the model: an engine, or the model's shared layers, which the
            inference graph then runs.
        name: What to call it.
    """

    def __init__(self, engine: Engine | SharedLayers, name: str = "") -> None:
        if not isinstance(engine, Engine):
            from jazzgen.nn.keras_engine.engine import KerasEngine

            engine = KerasEngine(engine)
        self.engine = engine
        self.name = name

    @property
    def layers(self) -> SharedLayers:
        """The model's shared layers; a light engine loads the network library for them."""
        return self.engine.layers  # type: ignore[no-any-return]

    @property
    def performers(self) -> tuple[str, ...]:
        """Names that the model can be asked to play like, sorted; none for most models."""
        return self.engine.performers

    def improvise(
        self,
        chart: Chart,
        seed: int = 0,
        sampling: SamplingConfig | None = None,
        primer: Solo | None = None,
        performer: str | None = None,
    ) -> Solo:
        """Play one solo.

        Args:
            chart: The changes, choruses unfolded.
            seed: The same seed gives the same solo.
            sampling: How to draw.
            primer: A phrase to begin with: its notes are played as they stand,
                and the model goes on from there.
            performer: Whom to play like (see `performers`), "" for nobody in
                particular; by default whom `performer_for` draws (see `whom`).

        Raises:
            ModelError: The model does not know the performer.
            SoloError: The primer has no notes, or reaches past the chart's end.
        """
        return self.takes(chart, [seed], sampling, primer, performer)[0]

    def takes(
        self,
        chart: Chart,
        seeds: Sequence[int],
        sampling: SamplingConfig | None = None,
        primer: Solo | None = None,
        performer: str | None = None,
    ) -> list[Solo]:
        """Play one solo for each seed, all at once.

        Args:
            chart: The changes, choruses unfolded.
            seeds: One for each solo; a solo depends on its own seed alone.
            sampling: How to draw.
            primer: A phrase to begin with.
            performer: Whom to play like (see `improvise`).

        Raises:
            ModelError: The model does not know the performer.
            SoloError: The primer has no notes, or reaches past the chart's end.
        """
        sampling = sampling or SamplingConfig()
        performers = self.whom(chart, seeds, sampling, primer, performer)
        opening = primer_values(primer, chart)
        played = self.engine.play(self.task(chart, seeds, sampling, performers, opening=opening))
        begun = primer.notes if primer else ()
        return [solo_of(values, chart, begun) for values in played]

    def player(
        self,
        chart: Chart,
        seed: int = 0,
        sampling: SamplingConfig | None = None,
        performer: str | None = None,
    ) -> SoloPlayer:
        """Return a soloist to play along with, bar by bar: who hears, plays, branches, rewinds.

        What it plays is, in whatever pieces, what `improvise` plays; the chart's changes are
        read once, so give it as many choruses as may be needed.

        Args:
            chart: The changes, choruses unfolded.
            seed: The same seed, after the same notes, gives the same notes.
            sampling: How to draw.
            performer: Whom to play like (see `improvise`).

        Raises:
            ModelError: The model does not know the performer.
        """
        performers = self.whom(chart, [seed], sampling, None, performer)
        return SoloPlayer(self.engine.player(self.task(chart, [seed], sampling, performers)))

    def whom(
        self,
        chart: Chart,
        seeds: Sequence[int],
        sampling: SamplingConfig | None = None,
        primer: Solo | None = None,
        performer: str | None = None,
    ) -> list[str]:
        """Return whom each seed plays like, as `takes` does it.

        Args:
            chart: The changes.
            seeds: The seeds.
            sampling: How it draws; where it does not, a seed decides nothing.
            primer: What is played already; it is its own player's, not anybody else's.
            performer: Who is asked for: a name, "" for nobody, or None.
        """
        if performer is not None or primer is not None or (sampling and not sampling.temperature):
            return [performer or ""] * len(seeds)
        return self._drawn(chart, seeds)

    def performer_for(self, chart: Chart, seed: int) -> str:
        """Return whom a seed plays like over a chart where nobody is asked for.

        Solos differ from player to player more than from solo to solo; somebody who plays
        like the average of all plays like nobody. Who was heard more often is drawn more
        often. A model that knows no performers gives "".
        """
        return self._drawn(chart, [seed])[0]

    def _drawn(self, chart: Chart, seeds: Sequence[int]) -> list[str]:
        if not self.performers:
            return [""] * len(seeds)
        over = zlib.crc32(chart_table(chart).tobytes())
        heard = np.array(self.engine.heard or [1] * len(self.performers))
        return [
            str(np.random.default_rng([seed, over]).choice(self.performers, p=heard / heard.sum()))
            for seed in seeds
        ]

    def regenerate(
        self,
        solo: Solo,
        bars: tuple[int, int],
        seeds: Sequence[int],
        sampling: SamplingConfig | None = None,
        performer: str = "",
    ) -> list[Solo]:
        """Replace some bars of a solo by new ones; what stands around them stays as it is.

        The model hears what comes before. A note that sounds into the first of the bars
        is cut there.

        Args:
            solo: The solo.
            bars: The first and the last bar to regenerate, counted from 1.
            seeds: One for each result.
            sampling: How to draw.
            performer: Whom to play like.

        Raises:
            ModelError: The model does not know the performer.
            SoloError: The solo's chart has no such bars.
        """
        chart, (first, last) = solo.chart, bars
        if not 1 <= first <= last <= len(chart.bars):
            raise SoloError(
                f"{solo.name}: bars {first}-{last}: expected two bars of its "
                f"{len(chart.bars)}, the first one first"
            )
        borders = [*chart.bar_starts, chart.ticks]
        begin, end = borders[first - 1], borders[last]
        before = tuple(
            replace(note, duration=min(note.duration, begin - note.onset))
            for note in solo.notes
            if note.onset < begin
        )
        after = tuple(note for note in solo.notes if note.onset >= end)
        opening = values_until(replace(solo, notes=before, phrase_starts=()), begin)
        performers = [performer] * len(seeds)
        played = self.engine.play(
            self.task(chart, seeds, sampling, performers, opening=opening, end=end)
        )
        regenerated = [solo_of(values, chart, before).notes[len(before) :] for values in played]
        return [
            replace(solo, notes=(*before, *notes, *after), phrase_starts=())
            for notes in regenerated
        ]

    def bits_per_note(self, solos: Sequence[Solo], performers: Sequence[str] = ()) -> list[float]:
        """Return how surprising the model itself finds solos: the lower, the likelier.

        Args:
            solos: The solos, of two notes or more to be judged; infinite for others.
            performers: Whom each is meant to sound like; by default nobody.
        """
        meant = performers or [""] * len(solos)
        numbers = [self._performer_number(name) for name in meant]
        return self.engine.bits_per_note([value_sequence(solo) for solo in solos], numbers)

    def task(
        self,
        chart: Chart,
        seeds: Sequence[int],
        sampling: SamplingConfig | None = None,
        performers: Sequence[str] = (),
        *,
        opening: NDArray[np.int32] | None = None,
        end: int | None = None,
    ) -> Task:
        """Return what an engine is asked to play.

        Args:
            chart: The changes, choruses unfolded.
            seeds: One for each line.
            sampling: How to draw.
            performers: Whom each line plays like; by default nobody.
            opening: Values that each begins with, shape (T, FORCED).
            end: The tick at which they stop; by default the chart's end.

        Raises:
            ModelError: The model does not know a performer.
        """
        numbers = [self._performer_number(name) for name in performers or [""] * len(seeds)]
        begun = {} if opening is None else {"opening": opening}
        stop = chart.ticks if end is None else end
        return Task(chart, seeds, sampling or SamplingConfig(), numbers, stop, **begun)

    def _performer_number(self, name: str) -> int:
        if not name:
            return 0
        by_name = {known.casefold(): n for n, known in enumerate(self.performers, 1)}
        if name.casefold() in by_name:
            return by_name[name.casefold()]
        if not self.performers:
            raise ModelError(f"{self.name or 'the model'}: knows no performers by name")
        surnames = {known.split()[-1]: known for known in self.performers}
        near = get_close_matches(name, [*self.performers, *surnames], 3, 0.5)
        names = list(dict.fromkeys(surnames.get(one, one) for one in near)) or self.performers[:3]
        raise ModelError(
            f"performer {name!r}: the model does not know that one; nearest: {', '.join(names)}"
        )


def load(name: str | Path = DEFAULT_MODEL, engine: str = "light") -> Improviser:
    """Load a model by its name or its folder.

    Args:
        name: The name or the folder.
        engine: What runs it: "light", which starts at once, or "keras", the inference
            graph. Both play the same solos.

    Raises:
        ConfigError: There is no such engine, or what it needs is not installed.
        ModelError: No such model, or its folder is damaged.
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
    """Return whom a model can be asked to play like, sorted; no network library is loaded.

    Raises:
        ModelError: No such model, or its folder is damaged.
    """
    return read_model_folder(find_model(name)).performers
