#!/usr/bin/env python3
"""Compare the solos of two commits, byte for byte, on this machine.

    scripts/compare_commits.py HEAD~1 HEAD

Each commit is written to a folder of its own. Every model that both ship plays each chart with
each seed; the MIDI files, band included, must be equal, or with --notes the notes of the solos
alone. No hashes are stored, because results of
floating-point operations depend on the processor: both commits have to play on the same machine.
The exit status is 0 if all files are equal, 1 if some differ.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CHARTS = ("blues", "rhythm-changes", "ballad", "bossa", "five")
ENGINES = ("light", "keras")
SEEDS = 20

# This runs in each commit, so it may use only names that both of them have.
PLAY = """
import hashlib, json, sys, tempfile
from pathlib import Path
import jazzgen

models, engines, charts, seeds, at_once, notes = json.loads(sys.argv[1])
digests = {}
with tempfile.TemporaryDirectory() as folder:
    out = Path(folder, "solo.mid")
    for engine in engines:
        for model in models:
            soloist = jazzgen.load(model, engine)
            for chart_name in charts:
                chart = jazzgen.chart(chart_name).repeat(2)
                for start in range(0, seeds, at_once):
                    some = range(start, min(start + at_once, seeds))
                    for seed, solo in zip(some, soloist.takes(chart, some)):
                        jazzgen.save(solo, out)
                        name = f"{engine} {model} {chart_name} {seed}"
                        heard = repr(solo.notes).encode() if notes else out.read_bytes()
                        digests[name] = hashlib.sha256(heard).hexdigest()
print(json.dumps(digests))
"""


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("before", help="a commit")
    parser.add_argument("after", help="a commit")
    parser.add_argument(
        "--model", action="append", help="name of a shipped model; by default all that both have"
    )
    parser.add_argument("--engine", action="append", choices=ENGINES, help="by default both")
    parser.add_argument("--chart", action="append", help=f"by default {', '.join(CHARTS)}")
    parser.add_argument("--seeds", type=int, default=SEEDS)
    parser.add_argument("--at-once", type=int, default=10, help="seeds that play side by side")
    parser.add_argument("--notes", action="store_true", help="compare the solos, not the files")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        before, after = Path(folder, "before"), Path(folder, "after")
        lay_out(arguments.before, before)
        lay_out(arguments.after, after)
        models = arguments.model or sorted(models_of(before) & models_of(after))
        task = (
            models, arguments.engine or ENGINES, arguments.chart or CHARTS, arguments.seeds,
            arguments.at_once, arguments.notes,
        )  # fmt: skip
        first, second = (play(tree, task) for tree in (before, after))
    return report(first, second)


def lay_out(commit: str, folder: Path) -> None:
    """Write the files of a commit into a folder.

    Args:
        commit: The commit.
        folder: The folder, which is made.
    """
    command = ["git", "-C", str(ROOT), "archive", commit]
    archive = subprocess.run(command, check=True, capture_output=True).stdout
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        tar.extractall(folder, filter="data")


def models_of(tree: Path) -> set[str]:
    """Return the names of the models that a commit ships."""
    return {file.parent.name for file in tree.glob("models/*/manifest.json")}


def play(tree: Path, task: tuple[object, ...]) -> dict[str, str]:
    """Return the hash of each solo of a commit, by engine, model, chart and seed.

    Args:
        tree: The folder of the commit.
        task: The arguments of `PLAY`.
    """
    command = [sys.executable, "-c", PLAY, json.dumps(task)]
    environment = {**os.environ, "PYTHONPATH": str(tree)}
    played = subprocess.run(
        command, check=True, stdout=subprocess.PIPE, cwd=tree, env=environment, text=True
    )
    return dict(json.loads(played.stdout.splitlines()[-1]))


def report(before: dict[str, str], after: dict[str, str]) -> int:
    """Print which solos differ.

    Args:
        before: Hashes of the solos of the first commit.
        after: Hashes of the solos of the second commit.

    Returns:
        The exit status.
    """
    different = [name for name in before if before[name] != after.get(name)]
    for name in different:
        print(f"differs: {name}")
    print(f"{len(before) - len(different)} of {len(before)} solos are equal to the byte")
    return 1 if different or not before else 0


if __name__ == "__main__":
    sys.exit(main())
