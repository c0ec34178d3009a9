"""Measure jazzgen's speed as ratios against named baselines, in one run.

    python scripts/benchmark.py [--json] [--quick] [--large]
    python scripts/benchmark.py transcription [--json]
    python scripts/benchmark.py band [--json]
    python scripts/benchmark.py render [--json]
    python scripts/benchmark.py large-files [--json]
    python scripts/benchmark.py shards [--notes N…] [--json]

Machines are noisy, so figures are ratios, not absolute times: the two sides of a ratio take
turns in one process, and their medians are compared. Above 1, jazzgen is faster.

| figure | baseline ÷ ours |
|---|---|
| `first_batch_ratio` | time to the first trained batch, Tx = 30, 64 units, 90 values |
| `first_batch_growth` | ours at Tx = 240 ÷ ours at Tx = 30 |
| `train_ratio` | seconds per value trained, warm, 60 windows |
| `generate_first_ratio` | from built layers to the first 50 values |
| `generate_ratio` | seconds per value, warm: one solo of 50 values by `predict` ÷ our 32 × 256 |
| `generate_one_ratio` | the same ÷ one solo of 50 values of ours |
| `torch_ratio` | seconds per value of `torch.nn.LSTM` ÷ ours, 256 units, Tx = 128, batch 64 |

`benchmark_engine.py` measures the light engine and its cells, in a process of its own;
`benchmark_render.py` measures the writing of files; with `--large`, `benchmark_dataset.py` measures
training on ten million notes. With `transcription` as the first word, `benchmark_transcription.py`
measures how well and how fast MIDI files become solos; with `band`, `benchmark_band.py` measures
how much the band plays like people; with `render`, `benchmark_render.py` alone measures; with
`large-files`, `benchmark_large_files.py` measures how the time for a MIDI file grows with its notes
and events; with `shards`, `benchmark_shards.py` measures how a dataset in shards grows.

The baseline of all ratios but the last is the unrolled model of `benchmark_reference.py`.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import PIPE
from typing import Any

from jazzgen.cli.output import quiet_import
from jazzgen.errors import MissingPackageError
from jazzgen.runtime.extras import require

try:  # before the imports below, all of which load TensorFlow
    require("benchmark.py needs", "keras", "tensorflow")
except MissingPackageError as missing:
    print(missing, file=sys.stderr)
    sys.exit(2)

with quiet_import():  # as the commands do it
    import keras

import benchmark_reference as reference
import numpy as np

from jazzgen.config import ModelConfig, SamplingConfig
from jazzgen.encoding.chart_table import chord_table
from jazzgen.encoding.vocabulary import JointValue, JointVocabulary
from jazzgen.music.chart import Chart
from jazzgen.nn.assets import Assets
from jazzgen.nn.constraints import active_constraints
from jazzgen.nn.engine import NO_CONDITIONS, Task
from jazzgen.nn.keras_engine.constrained import limits_of
from jazzgen.nn.keras_engine.graphs import inference_graph, training_graph
from jazzgen.nn.keras_engine.layers import make_layers
from jazzgen.nn.keras_engine.line_state import opening_line
from jazzgen.nn.keras_engine.recurrence import state_sizes
from jazzgen.nn.keras_engine.repeat_features import empty_memory
from jazzgen.nn.keras_engine.sampling import Sampler
from jazzgen.nn.keras_engine.shared_layers import SharedLayers
from jazzgen.nn.sizes import DRAWS, FORCED

Timer = Callable[[], float]
BESIDE = {
    "transcription": "benchmark_transcription.py",
    "intake": "benchmark_transcription.py",  # its former name
    "band": "benchmark_band.py",
    "render": "benchmark_render.py",
    "large-files": "benchmark_large_files.py",
    "shards": "benchmark_shards.py",
}
"""The scripts that have a mode of their own, by their first word."""
LARGE = {"units": 256, "steps": 128, "windows": 64}


def vocabulary(size: int = 90) -> JointVocabulary:
    """Return a vocabulary of `size` joint values, made of degrees and durations."""
    values = [JointValue(degree, 0, ticks) for degree in range(12) for ticks in range(6, 54, 6)]
    return JointVocabulary(tuple(sorted(values)[:size]), (1,) * size)


def classic(units: int = 64, layers: int = 1) -> SharedLayers:
    """Return the layers of the classic preset over 90 values."""
    config = ModelConfig(preset="classic", units=units, layers=layers)
    return make_layers(config, Assets(vocabulary=vocabulary()))


def trainer(layers: SharedLayers, steps: int, windows: int) -> Callable[[], None]:
    """Return a function that trains on one batch, as `jazzgen train` does."""
    graph = training_graph(layers)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    graph.compile(keras.optimizers.Adam(0.01), {"value": loss}, jit_compile=False)
    drawn = np.random.default_rng(0).integers(90, size=(windows, steps + 1)).astype(np.int32)
    inputs, targets = {"value": drawn[:, :-1]}, {"value": drawn[:, 1:]}
    return lambda: graph.train_on_batch(inputs, targets)


def time_first_batch(steps: int) -> float:
    """Return the seconds from building the layers to the end of the first trained batch."""
    start = time.perf_counter()
    trainer(classic(), steps, windows=60)()
    return time.perf_counter() - start


def time_training(steps: int, windows: int, units: int = 64, layers: int = 1) -> Timer:
    """Return a function that times one warm batch, in seconds per value."""
    train = trainer(classic(units, layers), steps, windows)
    for _ in range(3):
        train()

    def one_batch() -> float:
        start = time.perf_counter()
        train()
        return (time.perf_counter() - start) / (steps * windows)

    return one_batch


def player(layers: SharedLayers, solos: int, values: int) -> Callable[[], Any]:
    """Return a function that plays `solos` × `values`; the graph is built at its first call."""
    chart = Chart.of_chords([["Dm7"], ["G7"], ["Cmaj7"], ["A7"]] * (values // 8 + 1))
    sampling = SamplingConfig(low=46, high=84, breath=0)
    active = active_constraints(sampling, chart.tempo, vocabulary())
    sampler = Sampler(constraints=tuple(rule for rule, _ in active))
    task = Task(
        chart=chart, seeds=range(solos), sampling=sampling, conditions=[NO_CONDITIONS] * solos,
        compasses=[], end=chart.ticks,
    )  # fmt: skip
    plan, breaths = task.plan_tables()
    inputs = {
        "uniforms": np.random.default_rng(0).random((solos, values, DRAWS), dtype=np.float32),
        "forced": np.full((solos, values, FORCED), -1, np.int32),
        "chart": np.repeat(task.chart_table()[None], solos, axis=0),
        "chords": np.repeat(chord_table(chart)[None], solos, axis=0),
        "plan": plan,
        "breaths": breaths,
        "line": opening_line(solos, task.end),
        "limits": limits_of([active] * solos),
        "memory": empty_memory(solos, layers.memory),
        "states": [np.zeros((solos, size), np.float32) for size in state_sizes(layers.cells)],
    }
    graph = None

    def play() -> Any:
        nonlocal graph
        graph = graph or inference_graph(layers, sampler)
        return graph.predict_on_batch(inputs)["values"]

    return play


def time_playing(layers: SharedLayers, solos: int, values: int) -> Timer:
    """Return a function that times warm playing, in seconds per value."""
    play = player(layers, solos, values)
    if not (play()[..., 1] > 0).all():
        raise RuntimeError("a line stopped before its values were counted")

    def once() -> float:
        start = time.perf_counter()
        play()
        return (time.perf_counter() - start) / (solos * values)

    return once


@contextmanager
def torch_worker(layers: int) -> Iterator[Timer | None]:
    """Yield a timer of torch's large training batch, or None if torch is not installed.

    It runs in a process of its own: beside TensorFlow's threads it would be slower than it is.
    """
    if importlib.util.find_spec("torch") is None:
        yield None
        return
    command = [sys.executable, __file__, "--torch-worker", str(layers)]
    with subprocess.Popen(command, stdin=PIPE, stdout=PIPE, text=True) as worker:
        if worker.stdin is None or worker.stdout is None:
            raise RuntimeError("no pipes to the worker")
        ask, answer = worker.stdin, worker.stdout

        def one_batch() -> float:
            print(file=ask, flush=True)
            return float(answer.readline())

        one_batch()
        yield one_batch
        ask.close()


def serve_torch(layers: int) -> None:
    """Time one batch for each line read from standard input."""
    timer = time_torch(LARGE["steps"], LARGE["windows"], LARGE["units"], layers)
    for _ in sys.stdin:
        print(timer(), flush=True)


def time_torch(steps: int, windows: int, units: int, layers: int) -> Timer:
    """Return a function that times the same training batch with `torch.nn.LSTM`."""
    import torch

    torch.set_num_threads(os.cpu_count() or 1)
    lstm = torch.nn.LSTM(90, units, layers, batch_first=True)
    dense = torch.nn.Linear(units, 90)
    optimizer = torch.optim.Adam([*lstm.parameters(), *dense.parameters()], 0.01)
    drawn = torch.from_numpy(np.random.default_rng(0).integers(90, size=(windows, steps + 1)))

    def one_batch() -> float:
        start = time.perf_counter()
        optimizer.zero_grad()
        x = torch.nn.functional.one_hot(drawn[:, :-1], 90).float()
        logits = dense(lstm(x)[0])
        loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), drawn[:, 1:].flatten())
        loss.backward()
        optimizer.step()
        loss.item()
        return (time.perf_counter() - start) / (steps * windows)

    return one_batch


def turns(sides: dict[str, Timer], rounds: int) -> dict[str, float]:
    """Let timers take turns, and return the median of each."""
    taken: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(rounds):
        for name, timer in sides.items():
            taken[name].append(timer())
    return {name: statistics.median(figures) for name, figures in taken.items()}


def measure_starts(rounds: int) -> dict[str, float]:
    """Return the ratios of the times to the first batch and to the first values."""
    first = turns({
        "theirs": lambda: reference.time_first_batch(30),
        "ours": lambda: time_first_batch(30),
        "long": lambda: time_first_batch(240),
    }, rounds)  # fmt: skip
    shared = reference.build_layers(reference.make_layers())

    def first_values() -> float:
        layers = classic()
        start = time.perf_counter()
        player(layers, 1, 50)()
        return time.perf_counter() - start

    played = turns(
        {"theirs": lambda: reference.time_first_solo(shared)[0], "ours": first_values}, rounds
    )
    return {
        "first_batch_ratio": first["theirs"] / first["ours"],
        "first_batch_growth": first["long"] / first["ours"],
        "first_batch_seconds": first["ours"],
        "generate_first_ratio": played["theirs"] / played["ours"],
        "generate_first_seconds": played["ours"],
    }


def measure_warm(rounds: int) -> dict[str, float]:
    """Return the ratios of seconds per value once everything is traced."""
    trained = turns({"theirs": reference.time_training(30), "ours": time_training(30, 60)}, rounds)
    shared = reference.build_layers(reference.make_layers())
    model = reference.time_first_solo(shared)[1]
    layers = classic()
    played = turns({
        "theirs": reference.time_solos(shared, model),
        "many": time_playing(layers, 32, 256),
        "one": time_playing(layers, 1, 50),
    }, rounds)  # fmt: skip
    return {
        "train_ratio": trained["theirs"] / trained["ours"],
        "train_values_per_second": 1 / trained["ours"],
        "generate_ratio": played["theirs"] / played["many"],
        "generate_one_ratio": played["theirs"] / played["one"],
        "generate_values_per_second": 1 / played["many"],
    }


def measure_large(rounds: int) -> dict[str, float]:
    """Measure training at 256 units, Tx = 128, batch 64, and compare it with torch if installed."""
    figures: dict[str, float] = {}
    for layers in (1, 2):
        sides = {"ours": time_training(LARGE["steps"], LARGE["windows"], LARGE["units"], layers)}
        with torch_worker(layers) as torch:
            if torch is not None:
                sides["torch"] = torch
            taken = turns(sides, rounds)
        ending = "" if layers == 1 else "_two_layers"
        figures[f"large_train_values_per_second{ending}"] = 1 / taken["ours"]
        if "torch" in taken:
            figures[f"torch_ratio{ending}"] = taken["torch"] / taken["ours"]
    figures["large_train_peak_mib"] = _peak_memory()
    return figures


def measure_beside(name: str) -> dict[str, float]:
    """Return what another script of this folder measures, in a process of its own."""
    script = Path(__file__).with_name(name)
    done = subprocess.run(
        [sys.executable, str(script), "--json"], capture_output=True, text=True, check=True
    )
    return dict(json.loads(done.stdout))


def _peak_memory() -> float:
    """Return the peak memory, in MiB, of a process that only trains the large model."""
    done = subprocess.run(
        [sys.executable, __file__, "--memory-only"], capture_output=True, text=True, check=True
    )
    return float(done.stdout)


def memory_only() -> None:
    """Train the large model for a few steps and print the process's peak memory in MiB."""
    timer = time_training(LARGE["steps"], LARGE["windows"], LARGE["units"])
    timer()
    kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(kib / 1024 if sys.platform != "darwin" else kib / 2**20)


def main() -> None:
    """Measure, and print a table or JSON."""
    if sys.argv[1:2] and sys.argv[1] in BESIDE:
        script = str(Path(__file__).with_name(BESIDE[sys.argv[1]]))
        sys.exit(subprocess.run([sys.executable, script, *sys.argv[2:]], check=False).returncode)
    parser = argparse.ArgumentParser(description="Measure jazzgen's speed against baselines.")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--quick", action="store_true", help="one turn per side, no large model")
    parser.add_argument(
        "--large",
        action="store_true",
        help="also measure a large dataset, which takes half an hour",
    )
    parser.add_argument("--memory-only", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--torch-worker", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.torch_worker:
        serve_torch(options.torch_worker)
        return
    if options.memory_only:
        memory_only()
        return
    figures = measure_starts(1 if options.quick else 3)
    figures |= measure_warm(3 if options.quick else 15)
    if not options.quick:
        figures |= measure_large(7)
    figures |= measure_beside("benchmark_engine.py") | measure_beside("benchmark_render.py")
    if options.large:
        figures |= measure_beside("benchmark_dataset.py")
    figures = {name: float(f"{value:.4g}") for name, value in figures.items()}
    if options.json:
        print(json.dumps(figures))
        return
    for name, value in figures.items():
        print(f"{name:<44} {value:>10g}")


if __name__ == "__main__":
    main()
