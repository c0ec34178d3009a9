"""The facade: load a model, improvise over a chart, save the solo.

import jazzgen
solo = jazzgen.load("small").improvise(jazzgen.chart("blues").repeat(2), seed=7)
jazzgen.save(solo, "solo.mid")
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from jazzgen.band.block_chords import block_chords
from jazzgen.band.dynamics import shape_dynamics
from jazzgen.config import SamplingConfig
from jazzgen.data.chart_table import chart_table
from jazzgen.data.encoding import decode, encode
from jazzgen.errors import ModelError, SoloError
from jazzgen.music.chart import Chart
from jazzgen.music.solo import Solo

if TYPE_CHECKING:
    import keras

    from jazzgen.nn.layers import SharedLayers

__all__ = [
    "DEFAULT_MODEL",
    "Improviser",
    "find_model",
    "list_models",
    "load",
    "model_folders",
    "save",
]

DEFAULT_MODEL = "small"
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
        self._graphs: dict[tuple[float, int, float], keras.Model] = {}

    def improvise(
        self,
        chart: Chart,
        seed: int = 0,
        sampling: SamplingConfig | None = None,
        primer: Solo | None = None,
    ) -> Solo:
        """Play one solo.

        Args:
            chart: The changes, choruses unfolded.
            seed: The same seed gives the same solo.
            sampling: How to draw.
            primer: A phrase to begin with: its notes are played as they stand,
                and the model goes on from there.

        Raises:
            SoloError: The primer has no notes, or reaches past the chart's end.
        """
        return self.takes(chart, [seed], sampling, primer)[0]

    def takes(
        self,
        chart: Chart,
        seeds: Sequence[int],
        sampling: SamplingConfig | None = None,
        primer: Solo | None = None,
    ) -> list[Solo]:
        """Play one solo for each seed, all at once.

        Args:
            chart: The changes, choruses unfolded.
            seeds: One for each solo; a solo depends on its own seed alone.
            sampling: How to draw.
            primer: A phrase to begin with.

        Raises:
            SoloError: The primer has no notes, or reaches past the chart's end.
        """
        sampling = sampling or SamplingConfig()
        opening = _primer_values(primer, chart)
        values = self._play(chart, seeds, sampling, opening)
        solos = [decode([pair for pair in row.tolist() if pair[1]], chart) for row in values]
        return [shape_dynamics(solo) for solo in solos]

    def _play(
        self,
        chart: Chart,
        seeds: Sequence[int],
        sampling: SamplingConfig,
        opening: NDArray[np.int32],
    ) -> NDArray[np.int32]:
        """Pitches and durations until every line is at the chart's end, (B, T, 2)."""
        from jazzgen.nn.loop import Line, opening_line
        from jazzgen.nn.recurrence import state_sizes

        graph = self._graph(sampling)
        table = np.repeat(chart_table(chart)[None], len(seeds), axis=0)
        line = opening_line(len(seeds), chart.ticks, sampling.low, sampling.high)
        states: list[Any] = [
            np.zeros((len(seeds), size), np.float32) for size in state_sizes(self.layers.cells)
        ]
        noise = [np.random.default_rng(seed) for seed in seeds]
        chunks: list[NDArray[np.int32]] = []
        while (line[:, Line.CLOCK] < line[:, Line.END]).any():
            uniforms = np.stack([rng.random((CHUNK, 2), dtype=np.float32) for rng in noise])
            forced = np.full((len(seeds), CHUNK, 2), -1, np.int32)
            begun = len(chunks) * CHUNK
            part = opening[begun : begun + CHUNK]
            forced[:, : len(part)] = part
            played = graph.predict_on_batch({
                "uniforms": uniforms, "forced": forced, "chart": table, "line": line,
                "states": states,
            })  # fmt: skip
            chunks.append(played["values"])
            line, states = played["line"], played["states"]
        return np.concatenate(chunks, axis=1)

    def _graph(self, sampling: SamplingConfig) -> keras.Model:
        """The inference graph for a way of drawing; made once."""
        from jazzgen.nn.graphs import inference_graph
        from jazzgen.nn.sampling import Sampler

        key = (sampling.temperature, sampling.top_k, sampling.top_p)
        if key not in self._graphs:
            self._graphs[key] = inference_graph(self.layers, Sampler(*key))
        return self._graphs[key]


def _primer_values(primer: Solo | None, chart: Chart) -> NDArray[np.int32]:
    if primer is None:
        return np.zeros((0, 2), np.int32)
    if not primer.notes:
        raise SoloError(f"{primer.name}: a primer without notes")
    if primer.notes[-1].onset >= chart.ticks:
        raise SoloError(f"{primer.name}: the primer reaches past the chart's "
                        f"{len(chart.bars)} bars")  # fmt: skip
    return np.array(encode(primer), np.int32)


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


def save(solo: Solo, path: str | Path, *, band: bool = True) -> Path:
    """Write a solo to a MIDI file that opens in a DAW, whole or not at all.

    Args:
        solo: The solo.
        path: Where to write.
        band: Whether to add a track that plays the chords.

    Returns:
        The path that was written.

    Raises:
        OutputError: The file cannot be written.
    """
    from jazzgen.formats.midi_write import write_solo

    return write_solo(solo, path, accompaniment=(block_chords(solo.chart),) if band else ())
