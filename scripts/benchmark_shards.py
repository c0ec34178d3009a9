#!/usr/bin/env python3
"""Measure how a dataset in shards grows: time, disk and memory of a note, which should stay flat.

    python scripts/benchmark_shards.py [--notes N…] [--files-per-shard N] [--json]
    python scripts/benchmark_shards.py --workers N… [--files N] [--files-per-shard N] [--json]

Each dataset is made from the bundled corpus (see `benchmark_dataset.py`), in shards, and is read as
`jazzgen train` reads it. Each step runs in a process of its own, without a network.

| figure | what |
|---|---|
| `dataset_bytes` | the shards on disk, per note |
| `index_microseconds` | processor time to find the solos and check the shards, per note |
| `split_microseconds` | processor time to find near-duplicates and to split, per note |
| `compile_microseconds` | processor time to compile the training data, per note |
| `compiled_bytes` | the compiled data on disk, per note |
| `batch_milliseconds` | processor time of one batch of training windows from it |
| `index_mib`, `split_mib`, `compile_mib`, `batch_mib` | peak memory of each step's process |

With `--workers` it computes how many times faster so many workers of a cluster read a number of
files than one does, if all files take the same time and each shard half a second more: as a
scheduler does, it gives the next shard to whoever is free. Shards differ in size, so in the end
some workers wait for others.

The memory of a process counts pages of mapped files that the system may take back at any moment.
"""

from __future__ import annotations

import os

os.environ.update(OPENBLAS_NUM_THREADS="1", OMP_NUM_THREADS="1")  # processor time of one core

import argparse
import heapq
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path

from benchmark_dataset import varied_solos

from jazzgen.config import ModelConfig, TrainingConfig
from jazzgen.datasets.corpus import load_corpus, split_by_tune
from jazzgen.datasets.dataset import Dataset, write_dataset
from jazzgen.datasets.sequence_store import read_examples
from jazzgen.datasets.shards.cutting import cut
from jazzgen.datasets.shards.folder import ShardFolder
from jazzgen.datasets.shards.manifest import Receipt, records_name, shard_name
from jazzgen.datasets.source_file import SourceFile
from jazzgen.datasets.windows import Windows
from jazzgen.runtime.files import read_file
from jazzgen.runtime.store import FolderStore
from jazzgen.training.compiled_corpus import FOLDER, TRAINING, compile_corpus

NOTES = (1_000_000, 2_000_000, 4_000_000, 8_000_000)
SHARD = 1000
FILES = 1_000_000
FILE_SECONDS, SHARD_SECONDS = 0.007, 0.5
"""Processor time of a file on one core, and of the processes that are started for a shard."""
BATCHES = 50
MIB = 2**20

Figures = dict[str, float]


def main() -> int:
    """Measure, and print a table or JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--notes", type=int, nargs="+", default=NOTES, help="sizes of datasets")
    parser.add_argument("--files-per-shard", type=int, default=SHARD)
    parser.add_argument("--workers", type=int, nargs="+", help="numbers of workers to compute")
    parser.add_argument("--files", type=int, default=FILES, help="files to compute it for")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--step", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.step:
        name, folder = given.step
        print(json.dumps(_measured(STEPS[name], Path(folder))))
        return 0
    if given.workers:
        sizes = shard_sizes(given.files, given.files_per_shard)
        speed = {number: round(speedup(sizes, number), 1) for number in given.workers}
        print(json.dumps(speed) if given.json else speed)
        return 0
    rows = {notes: measure(notes, given.files_per_shard) for notes in given.notes}
    if given.json:
        print(json.dumps(rows))
        return 0
    for name in next(iter(rows.values())):
        print(f"{name:22}" + "".join(f"{row[name]:>12.4g}" for row in rows.values()))
    return 0


def shard_sizes(files: int, per_shard: int) -> list[int]:
    """Return the number of files in each shard of so many files with made-up names.

    Args:
        files: The number of files.
        per_shard: The number of files in a shard, on average.
    """
    found = (SourceFile(f"solos/{number:07}.mid", "music") for number in range(files))
    return [len(shard.files) for shard in cut(found, per_shard, "")]


def speedup(sizes: list[int], workers: int) -> float:
    """Return how many times faster workers read shards than one worker without a cluster.

    Args:
        sizes: The number of files in each shard, in order.
        workers: The number of workers.
    """
    free = [0.0] * workers  # when each worker is free
    for size in sizes:
        heapq.heappush(free, heapq.heappop(free) + size * FILE_SECONDS + SHARD_SECONDS)
    return sum(sizes) * FILE_SECONDS / max(free)


def measure(notes: int, per_shard: int) -> Figures:
    """Make a dataset and return its figures.

    Args:
        notes: The least number of its notes.
        per_shard: The number of solos in a shard.
    """
    with tempfile.TemporaryDirectory(prefix="jazzgen-shards-") as place:
        folder = Path(place)
        found = make_shards(folder / "shards", notes, per_shard)
        figures = {"notes": float(found), "dataset_bytes": _size(folder / "shards") / found}
        for name in STEPS:
            command = [sys.executable, __file__, "--step", name, str(folder)]
            told = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
            if name == "batch":
                figures["batch_milliseconds"] = told["seconds"] / BATCHES * 1e3
            else:
                figures[f"{name}_microseconds"] = told["seconds"] / found * 1e6
            figures[f"{name}_mib"] = told["mib"]
        figures["compiled_bytes"] = _size(folder / FOLDER) / found
        return figures


def make_shards(folder: Path, notes: int, per_shard: int) -> int:
    """Write varied solos as shards; return the number of their notes.

    Args:
        folder: The folder to make.
        notes: The least number of notes.
        per_shard: The number of solos in a shard.
    """
    shards, solos, keys = ShardFolder(FolderStore(folder)), varied_solos(notes), list[str]()
    total = 0
    while some := list(islice(solos, per_shard)):
        number, count = len(keys), sum(len(solo.notes) for solo in some)
        content = read_file(write_dataset(folder / shard_name(number), some), 2**31)
        receipt = Receipt.of(
            [content], number=number, key=str(number), files=len(some), solos=len(some),
            notes=count, rejected=0,
        )  # fmt: skip
        shards.store.write(records_name(number), [receipt.line()])
        keys.append(receipt.key)
        total += count
    shards.write_manifest(keys)
    return total


def _index(folder: Path) -> None:
    Dataset(folder / "shards")


def _split(folder: Path) -> None:
    split_by_tune(load_corpus(folder / "shards"))


def _compile(folder: Path) -> None:
    solos = Dataset(folder / "shards")
    compile_corpus(folder, ModelConfig.for_preset("improviser"), solos[20:], solos[:20])


def _batch(folder: Path) -> None:
    examples = read_examples(folder / FOLDER / TRAINING)
    settings = TrainingConfig.for_preset("improviser")
    windows = Windows(examples, window=settings.window, batch_size=settings.batch_size, seed=0)
    for step in range(BATCHES):
        windows.batch(0, step % len(windows))


STEPS: dict[str, Callable[[Path], None]] = {
    "index": _index,
    "split": _split,
    "compile": _compile,
    "batch": _batch,
}


def _measured(step: Callable[[Path], None], folder: Path) -> Figures:
    began = time.process_time()
    step(folder)
    return {"seconds": time.process_time() - began, "mib": _peak()}


def _peak() -> float:
    """Return the peak memory of this process in MiB."""
    status = Path("/proc/self/status")
    if status.exists():  # Linux, where `ru_maxrss` would count the parent process too
        lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
        return int(lines["VmHWM"].split()[0]) / 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1024 if sys.platform != "darwin" else peak / MIB


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


if __name__ == "__main__":
    sys.exit(main())
