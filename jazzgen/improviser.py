"""The facade: load a model, improvise over a chart, save the solo.

import jazzgen
solo = jazzgen.load("improviser").improvise(jazzgen.chart("blues").repeat(2), seed=7)
jazzgen.save(solo, "solo.mid")
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Sequence
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from jazzgen.band.block_chords import block_chords
from jazzgen.config import SamplingConfig
from jazzgen.data.chart_table import chart_table, chord_table
from jazzgen.data.examples import Example
from jazzgen.data.sequence import value_sequence
from jazzgen.errors import ModelError, SoloError
from jazzgen.music.chart import Chart
from jazzgen.music.solo import Solo
from jazzgen.music.timing import TICKS_PER_QUARTER
from jazzgen.shelf import find_model
from jazzgen.values import primer_values, solo_of, values_until

if TYPE_CHECKING:
    import keras

    from jazzgen.data.vocabulary import JointVocabulary
    from jazzgen.nn.layers import SharedLayers
    from jazzgen.nn.sampling import Sampler

__all__ = [
    "DEFAULT_MODEL",
    "Improviser",
    "list_performers",
    "load",
    "save",
]

DEFAULT_MODEL = "improviser"
CHUNK = 128
"""Values that one call of the inference graph plays; longer solos take several."""


class Improviser:
    """A soloist: a trained model that plays over charts.

    Args:
        layers: The model's shared layers.
        name: What to call it.
    """

    def __init__(self, layers: SharedLayers, name: str = "") -> None:
        self.layers = layers
        self.name = name
        self._graphs: dict[Sampler, keras.Model] = {}

    @property
    def performers(self) -> tuple[str, ...]:
        """Names that the model can be asked to play like, sorted; none for most models."""
        return getattr(self.layers, "performers", ())

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
        opening = primer_values(primer, chart)
        performers = self.whom(chart, seeds, sampling, primer, performer)
        played = self._play(chart, seeds, sampling, opening, chart.ticks, performers)
        begun = primer.notes if primer else ()
        return [solo_of(values, chart, begun) for values in played]

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
        heard = np.array(getattr(self.layers, "heard", ()) or [1] * len(self.performers))
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
        """Play some bars of a solo anew; what stands around them stays as it is.

        The model hears what comes before. A note that sounds into the first of the bars
        is cut there.

        Args:
            solo: The solo.
            bars: The first and the last bar to play anew, from 1.
            seeds: One for each result.
            sampling: How to draw.
            performer: Whom to play like.

        Raises:
            ModelError: The model does not know the performer.
            SoloError: The solo's chart has no such bars.
        """
        chart, (first, last) = solo.chart, bars
        if not 1 <= first <= last <= len(chart.bars):
            raise SoloError(f"{solo.name}: bars {first}-{last}: expected two bars of its "
                            f"{len(chart.bars)}, the first one first")  # fmt: skip
        borders = [*chart.bar_starts, chart.ticks]
        begin, end = borders[first - 1], borders[last]
        before = tuple(
            replace(note, duration=min(note.duration, begin - note.onset))
            for note in solo.notes if note.onset < begin
        )  # fmt: skip
        after = tuple(note for note in solo.notes if note.onset >= end)
        opening = values_until(replace(solo, notes=before, phrase_starts=()), begin)
        sampling = sampling or SamplingConfig()
        performers = [performer] * len(seeds)
        played = self._play(chart, seeds, sampling, opening, end, performers)
        anew = [solo_of(values, chart, before).notes[len(before) :] for values in played]
        return [replace(solo, notes=(*before, *one, *after), phrase_starts=()) for one in anew]

    def bits_per_note(self, solos: Sequence[Solo], performers: Sequence[str] = ()) -> list[float]:
        """Return how surprising the model itself finds solos: the lower, the likelier.

        Args:
            solos: The solos, of two notes or more to be judged; infinite for others.
            performers: Whom each is meant to sound like; by default nobody.
        """
        from jazzgen.nn.graphs import training_graph
        from jazzgen.nn.likelihood import bits_per_note, likelihoods

        meant = performers or [""] * len(solos)
        examples = [
            self._example(replace(solo, performer=performer))
            for solo, performer in zip(solos, meant, strict=True)
        ]
        found = likelihoods(training_graph(self.layers), examples, self._vocabulary)
        return [
            bits_per_note([one]) if (one.counted & one.notes).any() else math.inf for one in found
        ]

    @property
    def _vocabulary(self) -> JointVocabulary | None:
        return getattr(self.layers, "vocabulary", None)

    def _example(self, solo: Solo) -> Example:
        return self.layers.example(value_sequence(solo))

    def _play(
        self,
        chart: Chart,
        seeds: Sequence[int],
        sampling: SamplingConfig,
        opening: NDArray[np.int32],
        end: int,
        performers: Sequence[str],
    ) -> NDArray[np.int32]:
        """Values until every line is at the end, (B, T, 4)."""
        from jazzgen.nn.echo import empty_memory
        from jazzgen.nn.loop import Line, opening_line
        from jazzgen.nn.recurrence import state_sizes
        from jazzgen.nn.shared_layers import DRAWS, FORCED

        graph = self._graph(sampling)
        batch = len(seeds)
        tables = {"chart": chart_table(chart), "chords": chord_table(chart)}
        tables = {name: np.repeat(table[None], batch, axis=0) for name, table in tables.items()}
        breath = round(sampling.breath * chart.tempo / 60 * TICKS_PER_QUARTER)
        numbers = [self._performer_number(name) for name in performers]
        line = opening_line(batch, end, sampling.low, sampling.high, breath, numbers)
        states: list[Any] = [
            np.zeros((batch, size), np.float32) for size in state_sizes(self.layers.cells)
        ]
        memory = empty_memory(batch, self.layers.memory)
        noise = [np.random.default_rng(seed) for seed in seeds]
        chunks: list[NDArray[np.int32]] = []
        while (line[:, Line.CLOCK] < line[:, Line.END]).any():
            uniforms = np.stack([rng.random((CHUNK, DRAWS), dtype=np.float32) for rng in noise])
            forced = np.full((batch, CHUNK, FORCED), -1, np.int32)
            begun = len(chunks) * CHUNK
            part = opening[begun : begun + CHUNK]
            forced[:, : len(part)] = part
            played = graph.predict_on_batch({
                "uniforms": uniforms, "forced": forced, **tables, "line": line,
                "memory": memory, "states": states,
            })  # fmt: skip
            chunks.append(played["values"])
            line, memory, states = played["line"], played["memory"], played["states"]
        return np.concatenate(chunks, axis=1)

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
        raise ModelError(f"performer {name!r}: the model does not know that one; nearest: "
                         f"{', '.join(names)}")  # fmt: skip

    def _graph(self, sampling: SamplingConfig) -> keras.Model:
        """The inference graph for a way of drawing; made once."""
        from jazzgen.nn.graphs import inference_graph
        from jazzgen.nn.sampling import Sampler

        sampler = Sampler(
            sampling.temperature, sampling.top_k, sampling.top_p, sampling.min_p,
            sampling.time_temperature, sampling.density, sampling.register, sampling.licks,
            round(sampling.silence * TICKS_PER_QUARTER),
        )  # fmt: skip
        if sampler not in self._graphs:
            self._graphs[sampler] = inference_graph(self.layers, sampler)
        return self._graphs[sampler]


def load(name: str | Path = DEFAULT_MODEL) -> Improviser:
    """Load a model by its name or its folder.

    Raises:
        ModelError: No such model, or its folder is damaged.
    """
    from jazzgen.nn.store import load_model

    folder = find_model(name)
    return Improviser(load_model(folder), folder.name)


def list_performers(name: str | Path = DEFAULT_MODEL) -> tuple[str, ...]:
    """Return whom a model can be asked to play like, sorted; no network library is loaded.

    Raises:
        ModelError: No such model, or its folder is damaged.
    """
    from jazzgen.nn.model_folder import read_model_folder

    return read_model_folder(find_model(name)).performers


def save(solo: Solo, path: str | Path, *, band: bool = True, program: int | None = None) -> Path:
    """Write a solo to a MIDI file that opens in a DAW, whole or not at all.

    Args:
        solo: The solo.
        path: Where to write.
        band: Whether to add a track that plays the chords.
        program: General MIDI program of the solo, 0 to 127; by default the alto
            saxophone's.

    Returns:
        The path that was written.

    Raises:
        ConfigError: The program is out of range.
        OutputError: The file cannot be written.
    """
    from jazzgen.formats.midi_write import ALTO_SAX, write_solo

    parts = (block_chords(solo.chart),) if band else ()
    return write_solo(
        solo, path, program=ALTO_SAX if program is None else program, accompaniment=parts
    )
