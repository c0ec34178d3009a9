#!/usr/bin/env python3
"""Measure training on a large dataset; `benchmark.py --large` runs this too.

    python scripts/benchmark_dataset.py [--notes N] [--json] [OPTION OF JAZZGEN TRAIN…]

The dataset is made from the bundled corpus: solos of at least 500 notes, each with a title of its
own, transposed, and with one note in eight moved by a step, so that few runs are the same. A
model is trained on it for one epoch with `jazzgen train`, in a process of its own.

| figure | what |
|---|---|
| `dataset_notes` | notes in the dataset, held-out ones included |
| `dataset_mib` | size of its file |
| `dataset_prepare_seconds` | from the command's start until everything is compiled |
| `dataset_compiled_mib` | disk space of the compiled corpus during the run |
| `dataset_train_seconds` | the whole command |
| `dataset_peak_mib` | peak memory of its process, libraries included |
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from jazzgen.datasets.corpus import load_corpus
from jazzgen.datasets.dataset import write_dataset
from jazzgen.music.solo import Solo
from jazzgen.training.compiled_corpus import FOLDER

__all__ = ["main", "measure_dataset", "varied_solos"]

NOTES = 10_000_000
SOLO = 500
"""The least number of notes of a solo."""
MOVED = 0.125
"""The share of notes that are moved by a step."""
MIB = 2**20


def measure_dataset(notes: int, options: list[str]) -> dict[str, float]:
    """Make a dataset and train on it.

    Args:
        notes: The least number of notes in the dataset.
        options: Further options of `jazzgen train`.
    """
    with tempfile.TemporaryDirectory() as folder:
        dataset = write_dataset(Path(folder) / "large.jsonl", varied_solos(notes))
        figures = {"dataset_notes": float(notes), "dataset_mib": dataset.stat().st_size / MIB}
        return figures | _train(dataset, Path(folder) / "model", options)


def _train(dataset: Path, model: Path, options: list[str]) -> dict[str, float]:
    command = [sys.executable, "-m", "jazzgen", "train", str(dataset),
               "--out", str(model), "--epochs", "1", *options]  # fmt: skip
    compiled, began = model.with_name(f"{model.name}.training") / FOLDER, time.perf_counter()
    with subprocess.Popen(command, stdout=sys.stderr) as run:
        while run.poll() is None and not compiled.exists():
            time.sleep(0.1)
        prepared = time.perf_counter() - began
        size = sum(file.stat().st_size for file in compiled.rglob("*"))
    if run.returncode:
        raise RuntimeError(f"{' '.join(command)}: exit code {run.returncode}")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return {
        "dataset_prepare_seconds": prepared,
        "dataset_compiled_mib": size / MIB,
        "dataset_train_seconds": time.perf_counter() - began,
        "dataset_peak_mib": peak / 1024 if sys.platform != "darwin" else peak / MIB,
    }


def varied_solos(notes: int) -> Iterator[Solo]:
    """Yield varied solos of the bundled corpus until there are this many notes.

    Args:
        notes: The least number of notes.
    """
    corpus = load_corpus(Path(__file__).parent.parent / "midi_data").solos
    rng = np.random.default_rng(0)
    number = 0
    while notes > 0:
        one = corpus[int(rng.integers(len(corpus)))]
        solo = _varied(_long(one), rng)
        yield replace(solo, title=f"Tune {number}", source=str(number))
        number, notes = number + 1, notes - len(solo.notes)


def _long(solo: Solo) -> Solo:
    """Return a solo repeated until it has at least `SOLO` notes."""
    times = -(-SOLO // len(solo.notes))
    notes = tuple(
        replace(note, onset=note.onset + turn * solo.chart.ticks)
        for turn in range(times)
        for note in solo.notes
    )
    return replace(solo, notes=notes, chart=solo.chart.repeat(times), phrase_starts=())


def _varied(solo: Solo, rng: np.random.Generator) -> Solo:
    """Return a solo in another key, with some of its notes moved."""
    moves = rng.integers(-2, 3, len(solo.notes)) * (rng.random(len(solo.notes)) < MOVED)
    notes = [
        replace(note, pitch=min(max(note.pitch + move, 0), 127))
        for note, move in zip(solo.notes, moves.tolist(), strict=True)
    ]
    return solo.with_notes(notes).transpose(int(rng.integers(-6, 6)))


def main() -> None:
    """Measure, and print a table or JSON."""
    parser = argparse.ArgumentParser(description="Measure training on a large dataset.")
    parser.add_argument("--notes", type=int, default=NOTES, help="default: %(default)s")
    parser.add_argument("--json", action="store_true", help="print JSON")
    given, options = parser.parse_known_args()
    measured = measure_dataset(given.notes, options)
    figures = {name: float(f"{value:.4g}") for name, value in measured.items()}
    if given.json:
        print(json.dumps(figures))
        return
    for name, value in figures.items():
        print(f"{name:<44} {value:>10g}")


if __name__ == "__main__":
    sys.exit(main())
