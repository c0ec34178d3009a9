#!/usr/bin/env python3
"""Measure the light engine and its cells; `benchmark.py` runs this too.

    python scripts/benchmark_engine.py [--json] [--model NAME]

No network library is loaded in this process, which computes on one core unless stated
otherwise. OPENBLAS_NUM_THREADS and similar variables change that.

| figure | what |
|---|---|
| `cold_seconds`, `cold_mib` | `jazzgen generate` from a cold process, two choruses of a blues |
| `cold_ratio` | wall time of `import tensorflow` alone ÷ `cold_seconds` |
| `engine_values_per_second` | values played per second, one line on one core, setup included |
| `engine_values_per_second_32` | the same, 32 takes at once, on all cores |
| `continuation_ms_4` | CPU time of four more bars after four, the states being kept |
| `continuation_ms_1000` | the same after a thousand bars |
| `chart_ms_1000` | CPU time of making a player for a chart of a thousand bars |
| `branch_ms_1000` | CPU time of branching that player after a thousand bars |
| `lstm_step_ratio` | an LSTM step of 256 units ÷ its two bare matrix–vector products |
| `cells_torch_ratio` | seconds per forward run of `torch.nn.LSTM` ÷ ours; 256 units, T 128, B 64 |
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

import jazzgen
from jazzgen.improviser import load
from jazzgen.rnn.cells import make_cell
from jazzgen.rnn.sequences import run

__all__ = ["main", "measure_engine"]

THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
UNITS, STEPS, BATCH = 256, 128, 64
CHORUSES, TAKES = 16, 32
LONG = 1000
"""The number of bars of a long chart."""


def measure_engine(rounds: int, model: str = "improviser") -> dict[str, float]:
    """Return every figure.

    Args:
        rounds: The number of turns, whose median counts.
        model: The name of the model that plays.
    """
    return {
        **_cold(rounds, model), **_playing(rounds, model), **_continuation(rounds, model),
        **_cells(rounds),
    }  # fmt: skip


def _cold(rounds: int, model: str) -> dict[str, float]:
    """Measure a cold start, and compare it with that of TensorFlow."""
    with tempfile.TemporaryDirectory() as folder:
        ours = [
            sys.executable, "-m", "jazzgen", "generate", "--choruses", "2", "--model",
            model, "--out", str(Path(folder) / "solo.mid"),
        ]  # fmt: skip
        _process(ours)  # not counted: it compiles bytecode, as an installer does
        taken = [(_process(ours), _tensorflow()) for _ in range(rounds)]
    seconds, memory = (statistics.median(own[n] for own, _ in taken) for n in (0, 1))
    figures = {"cold_seconds": seconds, "cold_mib": memory}
    if importlib.util.find_spec("tensorflow"):
        theirs = statistics.median(other for _, other in taken)
        figures |= {"tensorflow_seconds": theirs, "cold_ratio": theirs / seconds}
    return figures


def _tensorflow() -> float:
    return _process([sys.executable, "-c", "import tensorflow"])[0]


def _process(command: list[str]) -> tuple[float, float]:
    """Return the wall seconds and the peak memory in MiB of a process."""
    start = time.perf_counter()
    # Spawned, not forked: the peak of a forked process begins with that of its parent.
    child = os.posix_spawn(
        command[0], command, {**os.environ, "PYTHONDONTWRITEBYTECODE": ""},
        file_actions=[(os.POSIX_SPAWN_OPEN, n, os.devnull, os.O_WRONLY, 0) for n in (1, 2)],
    )  # fmt: skip
    _, status, usage = os.wait4(child, 0)
    seconds = time.perf_counter() - start
    if status and "tensorflow" not in command[-1]:
        raise RuntimeError(f"{' '.join(command)}: exit status {os.waitstatus_to_exitcode(status)}")
    kib = usage.ru_maxrss if sys.platform != "darwin" else usage.ru_maxrss / 1024
    return seconds, kib / 1024


def _playing(rounds: int, model: str) -> dict[str, float]:
    """Return values per second, for one line on one core and for many lines on all cores."""
    # In a process of its own, which has one thread as a command has: its copies use all cores.
    command = [sys.executable, __file__, "--model", model, "--takes", str(TAKES)]
    many = subprocess.run(command, capture_output=True, check=True).stdout
    return {
        "engine_values_per_second": _rate(rounds, model, 1),
        f"engine_values_per_second_{TAKES}": float(many),
    }


def _rate(rounds: int, model: str, lines: int) -> float:
    """Return values per second over a long blues, with this many lines at once."""
    improviser, blues = load(model), jazzgen.chart("blues")
    chart = blues.repeat(CHORUSES)

    def rate(lines: int) -> float:
        improviser.player(blues)  # the chart that was read last is kept: read the long one anew
        start = time.perf_counter()
        solos = improviser.engine.play(improviser.task(chart, range(lines)))
        return float((solos[..., 1] > 0).sum()) / (time.perf_counter() - start)

    rate(lines)
    return statistics.median(rate(lines) for _ in range(rounds))


def _continuation(rounds: int, model: str) -> dict[str, float]:
    """Measure the next four bars of a player, near the beginning and far from it."""
    improviser, blues = load(model), jazzgen.chart("blues")
    chart = blues.repeat(LONG // len(blues.bars) + 1)
    figures = {}
    made = []
    for _ in range(rounds):
        improviser.player(blues)  # so that the long chart is read anew
        made.append(_cpu(lambda: improviser.player(chart)))
    figures[f"chart_ms_{LONG}"] = statistics.median(made)
    player = improviser.player(chart)
    for done, bars in ((0, 4), (4, LONG)):
        player.play(bars - done)
        # Several seeds each, because some play more notes in four bars than others.
        branches = [player.branch(seed) for seed in range(4 * rounds)]
        figures[f"continuation_ms_{bars}"] = statistics.median(
            _cpu(lambda branch=branch: branch.play(4)) for branch in branches
        )
    figures[f"branch_ms_{LONG}"] = statistics.median(
        _cpu(lambda: player.branch(1)) for _ in range(4 * rounds)
    )
    return figures


def _cpu(turn: Callable[[], object]) -> float:
    """Return the milliseconds of CPU time of a call."""
    start = time.process_time()
    turn()
    return 1000 * (time.process_time() - start)


def _cells(rounds: int) -> dict[str, float]:
    """Compare a step of an LSTM with its bare products, and a forward run with torch's."""
    cell = make_cell("lstm", UNITS, UNITS)
    x = np.random.default_rng(0).normal(size=(1, UNITS)).astype(np.float32)
    states = cell.zero_states(1)

    def products() -> None:
        _ = (x @ cell.kernel, states[0] @ cell.recurrent_kernel)

    sides = [(_each(lambda: cell.step(x, states)), _each(products)) for _ in range(3 * rounds)]
    figures = {"lstm_step_ratio": statistics.median(step / bare for step, bare in sides)}
    if importlib.util.find_spec("torch") is None:
        return figures
    command = [sys.executable, __file__, "--forward"]
    taken = [
        tuple(
            float(subprocess.run([*command, side], capture_output=True, check=True).stdout)
            for side in ("torch", "ours")
        )
        for _ in range(rounds)
    ]
    return figures | {
        "cells_torch_ratio": statistics.median(theirs / ours for theirs, ours in taken)
    }


def _each(turn: Callable[[], object], times: int = 300) -> float:
    for _ in range(20):
        turn()
    start = time.perf_counter()
    for _ in range(times):
        turn()
    return (time.perf_counter() - start) / times


def _forward(side: str) -> float:
    """Return the seconds of one forward run over a batch; each side has its own process."""
    drawn = np.random.default_rng(0).normal(size=(BATCH, STEPS, UNITS)).astype(np.float32)
    if side == "ours":
        cell = make_cell("lstm", UNITS, UNITS)
        return _each(lambda: run(cell, drawn), 5)
    import torch

    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
    lstm, x = torch.nn.LSTM(UNITS, UNITS, batch_first=True), torch.from_numpy(drawn)
    with torch.no_grad():
        return _each(lambda: lstm(x), 5)


def main() -> None:
    """Measure, and print a table or JSON."""
    parser = argparse.ArgumentParser(description="Measure the light engine and its cells.")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--model", default="improviser")
    parser.add_argument("--forward", choices=("torch", "ours"), help=argparse.SUPPRESS)
    parser.add_argument("--takes", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if not any(name in os.environ for name in THREADS):
        # NumPy reads these variables when it is loaded, so the process starts again with them.
        os.environ.update(dict.fromkeys(THREADS, "1"))
        os.execv(sys.executable, [sys.executable, *sys.argv])
    if options.takes:
        print(_rate(3, options.model, options.takes))
        return
    if options.forward:
        print(_forward(options.forward))
        return
    figures = measure_engine(5, options.model)
    figures = {name: float(f"{value:.4g}") for name, value in figures.items()}
    if options.json:
        print(json.dumps(figures))
        return
    for name, value in figures.items():
        print(f"{name:<44} {value:>10g}")


if __name__ == "__main__":
    main()
