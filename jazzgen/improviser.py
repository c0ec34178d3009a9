"""The facade: load a model, improvise over a chart, save the solo.

import jazzgen
solo = jazzgen.load("improviser").improvise(jazzgen.chart("blues").repeat(2), seed=7)
jazzgen.save(solo, "solo.mid")
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from jazzgen.band.block_chords import block_chords
from jazzgen.band.dynamics import shape_dynamics
from jazzgen.config import SamplingConfig
from jazzgen.data.chart_table import chart_table, chord_table
from jazzgen.data.encoding import MAX_DURATION, REST, Value, decode, encode
from jazzgen.data.examples import Example, make_example
from jazzgen.data.expression import deviation_of, velocity_of
from jazzgen.data.sequence import value_sequence
from jazzgen.errors import ModelError, SoloError
from jazzgen.music.chart import Chart
from jazzgen.music.solo import Note, Solo
from jazzgen.music.timing import TICKS_PER_QUARTER

if TYPE_CHECKING:
    import keras

    from jazzgen.data.vocabulary import JointVocabulary
    from jazzgen.nn.layers import SharedLayers
    from jazzgen.nn.sampling import Sampler

__all__ = [
    "DEFAULT_MODEL",
    "Improviser",
    "find_model",
    "list_models",
    "list_performers",
    "load",
    "mechanical",
    "model_folders",
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
        performer: str = "",
    ) -> Solo:
        """Play one solo.

        Args:
            chart: The changes, choruses unfolded.
            seed: The same seed gives the same solo.
            sampling: How to draw.
            primer: A phrase to begin with: its notes are played as they stand,
                and the model goes on from there.
            performer: Whom to play like (see `performers`); by default nobody in
                particular.

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
        performer: str = "",
    ) -> list[Solo]:
        """Play one solo for each seed, all at once.

        Args:
            chart: The changes, choruses unfolded.
            seeds: One for each solo; a solo depends on its own seed alone.
            sampling: How to draw.
            primer: A phrase to begin with.
            performer: Whom to play like.

        Raises:
            ModelError: The model does not know the performer.
            SoloError: The primer has no notes, or reaches past the chart's end.
        """
        sampling = sampling or SamplingConfig()
        opening = _primer_values(primer, chart)
        played = self._play(chart, seeds, sampling, opening, chart.ticks, performer)
        begun = primer.notes if primer else ()
        return [_solo(values, chart, begun) for values in played]

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
        opening = _values_until(replace(solo, notes=before, phrase_starts=()), begin)
        played = self._play(chart, seeds, sampling or SamplingConfig(), opening, end, performer)
        anew = [_solo(values, chart, before).notes[len(before) :] for values in played]
        return [replace(solo, notes=(*before, *one, *after), phrase_starts=()) for one in anew]

    def bits_per_note(self, solos: Sequence[Solo], performer: str = "") -> list[float]:
        """Return how surprising the model itself finds solos: the lower, the likelier.

        Args:
            solos: The solos, of two notes or more to be judged; infinite for others.
            performer: Whom they are meant to sound like.
        """
        from jazzgen.nn.graphs import training_graph
        from jazzgen.nn.likelihood import bits_per_note, likelihoods

        examples = [self._example(replace(solo, performer=performer)) for solo in solos]
        found = likelihoods(training_graph(self.layers), examples, self._vocabulary)
        return [
            bits_per_note([one]) if (one.counted & one.notes).any() else math.inf for one in found
        ]

    @property
    def _vocabulary(self) -> JointVocabulary | None:
        return getattr(self.layers, "vocabulary", None)

    def _example(self, solo: Solo) -> Example:
        return make_example(value_sequence(solo), self._vocabulary, self.performers)

    def _play(
        self,
        chart: Chart,
        seeds: Sequence[int],
        sampling: SamplingConfig,
        opening: NDArray[np.int32],
        end: int,
        performer: str,
    ) -> NDArray[np.int32]:
        """Values until every line is at the end, (B, T, 4)."""
        from jazzgen.nn.echo import empty_memory
        from jazzgen.nn.loop import Line, opening_line
        from jazzgen.nn.recurrence import state_sizes
        from jazzgen.nn.shared_layers import DRAWS

        graph = self._graph(sampling)
        batch = len(seeds)
        tables = {"chart": chart_table(chart), "chords": chord_table(chart)}
        tables = {name: np.repeat(table[None], batch, axis=0) for name, table in tables.items()}
        breath = round(sampling.breath * chart.tempo / 60 * TICKS_PER_QUARTER)
        number = self._performer_number(performer)
        line = opening_line(batch, end, sampling.low, sampling.high, breath, number)
        states: list[Any] = [
            np.zeros((batch, size), np.float32) for size in state_sizes(self.layers.cells)
        ]
        memory = empty_memory(batch, self.layers.memory)
        noise = [np.random.default_rng(seed) for seed in seeds]
        chunks: list[NDArray[np.int32]] = []
        while (line[:, Line.CLOCK] < line[:, Line.END]).any():
            uniforms = np.stack([rng.random((CHUNK, DRAWS), dtype=np.float32) for rng in noise])
            forced = np.full((batch, CHUNK, 2), -1, np.int32)
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
            sampling.time_temperature, sampling.density, sampling.register,
        )  # fmt: skip
        if sampler not in self._graphs:
            self._graphs[sampler] = inference_graph(self.layers, sampler)
        return self._graphs[sampler]


def mechanical(solo: Solo) -> Solo:
    """Return the solo with every note on its place and equally loud."""
    return solo.with_notes([
        replace(note, velocity=velocity_of(0), deviation=0.0) for note in solo.notes
    ])  # fmt: skip


def _solo(values: NDArray[np.int32], chart: Chart, begun: Sequence[Note]) -> Solo:
    """The solo that values (T, 4) say; the notes that it began with stay as they were."""
    rows = values[values[:, 1] > 0]
    solo = shape_dynamics(decode(rows[:, :2].tolist(), chart))
    classes = rows[rows[:, 0] != REST, 2:].tolist()
    notes = [
        _expressed(note, *how) for note, how in zip(solo.notes, classes, strict=False)
    ]  # not strict: what lies behind the chart's end has no note
    for number, given in enumerate(begun[: len(notes)]):
        notes[number] = replace(notes[number], velocity=given.velocity, deviation=given.deviation)
    return solo.with_notes(notes)


def _expressed(note: Note, loudness: int, timing: int) -> Note:
    """A note as loud and as late as its classes say, where they say something."""
    velocity = velocity_of(loudness) if loudness else note.velocity
    return replace(note, velocity=velocity, deviation=deviation_of(timing))


def _primer_values(primer: Solo | None, chart: Chart) -> NDArray[np.int32]:
    if primer is None:
        return np.zeros((0, 2), np.int32)
    if not primer.notes:
        raise SoloError(f"{primer.name}: a primer without notes")
    if primer.notes[-1].onset >= chart.ticks:
        raise SoloError(f"{primer.name}: the primer reaches past the chart's "
                        f"{len(chart.bars)} bars")  # fmt: skip
    return np.array(encode(primer), np.int32)


def _values_until(solo: Solo, end: int) -> NDArray[np.int32]:
    """A solo's values and the rests that follow until a tick, (T, 2)."""
    values = list(encode(solo))
    rest = end - sum(duration for _, duration in values)
    while rest > 0:
        values.append(Value(REST, min(rest, MAX_DURATION)))
        rest -= MAX_DURATION
    return np.array(values, np.int32).reshape(-1, 2)


def model_folders() -> list[Path]:
    """Return where models are looked for by name: `models/` here, then the project's own."""
    return [Path("models"), Path(__file__).resolve().parent.parent / "models"]


def find_model(name: str | Path) -> Path:
    """Return the folder of a model given by its name or its path.

    Raises:
        ModelError: There is none; the message lists the names that there are.
    """
    for path in (Path(name), *(folder / name for folder in model_folders())):
        if _is_folder(path):
            return path
    known = ", ".join(path.name for path in _known_models())
    raise ModelError(f"{name}: no such model; there are: {known or 'none'}")


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # a name longer than the system allows
        return False


def list_models() -> list[dict[str, Any]]:
    """Return the models that can be named.

    Returns:
        For each its `name`, `preset`, `parameters`, `bits_per_note` and `folder`.

    Raises:
        ModelError: A model's manifest is damaged.
    """
    from jazzgen.nn.model_folder import read_manifest

    rows = []
    for folder in _known_models():
        manifest = read_manifest(folder)
        rows.append({
            "name": folder.name,
            "preset": manifest.get("preset"),
            "parameters": manifest.get("parameters"),
            "bits_per_note": manifest.get("figures", {}).get("bits_per_note"),
            "folder": str(folder),
        })  # fmt: skip
    return rows


def _known_models() -> list[Path]:
    """Model folders by name; of two with one name the nearer."""
    found = {
        manifest.parent.name: manifest.parent
        for folder in reversed(model_folders())
        for manifest in folder.glob("*/manifest.json")
    }
    return [found[name] for name in sorted(found)]


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
