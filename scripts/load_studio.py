#!/usr/bin/env python3
"""Put a studio under load: many clients that ask, cancel, leave half-way and send nonsense.

    python scripts/load_studio.py [--clients 50] [--seconds 60] [--json]

Each client does what a page does, at random: it generates takes, plays bars of them again, edits,
exports, keeps and restores them, gives requests up before they are answered, and leaves in the
middle of sending. What is counted as wrong: a take that differs from the first one of its seed, a
take that is not known any longer though it was restored, an answer that nobody expects, a kept file
that is missing or was replaced; and what the studio still holds when all have left: processes,
open files, threads, temporary files, memory.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from studio_clients import SEEDS, Client, Load, take_of
from studio_process import StudioProcess, running_studio

__all__ = ["main", "under_load"]

MOST_MIB = 40
"""What the memory of a studio may grow by: its workers load what the first requests need."""


async def under_load(port: int, token: str, clients: int, seconds: float) -> Load:
    """Put a studio under load, and return what came of it.

    Args:
        port: The port of the studio.
        token: Its token.
        clients: The number of clients.
        seconds: How long they ask.
    """
    load = Load()
    alone = Client(port, token, {}, load, 0)
    first = {seed: (await alone.ask("generate", take_of(seed))).json() for seed in range(SEEDS)}
    until = time.monotonic() + seconds
    pages = [Client(port, token, first, load, number) for number in range(1, clients + 1)]
    await asyncio.gather(*(page.run(until) for page in pages))
    for seed, take in first.items():  # it still answers, and the same
        again = await _patient(alone, take_of(seed))
        if again["notes"] != take["notes"]:
            load.wrong.append(f"afterwards: another take of seed {seed}")
    _check_kept(load)
    return load


async def _patient(client: Client, asked: dict[str, Any]) -> dict[str, Any]:
    for _ in range(100):
        answer = await client.ask("generate", asked)
        if answer.status == 200:
            return dict(answer.json())
        await asyncio.sleep(0.1)
    raise TimeoutError("the studio stays busy")


def _check_kept(load: Load) -> None:
    if len(set(load.kept)) != len(load.kept):
        load.wrong.append("keep: one name for two takes")
    for file in load.kept:
        if not (file.is_file() and file.read_bytes().startswith(b"MThd")):
            load.wrong.append(f"keep: {file.name} is not there")
    for folder in {file.parent for file in load.kept}:
        extra = sorted({*folder.iterdir()} - {*load.kept})
        load.wrong += [f"keep: {file.name} was left" for file in extra]


def held(studio: StudioProcess, home: Path) -> dict[str, float]:
    """Return what a studio holds: processes, files, threads, memory and temporary files."""
    return {
        "processes": len(studio.processes()),
        "open_files": studio.open_files(),
        "threads": studio.threads(),
        "memory_mib": round(studio.memory(), 1),
        "temporary_files": sum(1 for one in home.rglob("jazzgen-*/**/*") if one.is_file()),
        "temporary_folders": sum(1 for one in home.glob("jazzgen-*")),
    }


def leaks(before: dict[str, float], after: dict[str, float], workers: int) -> list[str]:
    """Return what a studio holds that it should not.

    Args:
        before: What it held before the load.
        after: What it holds after it.
        workers: The number of its workers.
    """
    most = {
        "processes": 2 + workers,  # its own, that of Python for workers, and these
        "open_files": before["open_files"] + 4 * workers,
        "threads": before["threads"] + 8,  # of the pool of threads, which stay
        "memory_mib": before["memory_mib"] + MOST_MIB * (1 + workers),
        "temporary_files": 0,
        "temporary_folders": workers,
    }
    return [
        f"{name}: {after[name]}; at most {most[name]}" for name in most if after[name] > most[name]
    ]


def main() -> int:
    """Put a studio under load, and print what came of it; return 1 if anything was wrong."""
    parser = argparse.ArgumentParser(description="Put a studio under load.")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--clients", type=int, default=50, help="clients at a time (50)")
    parser.add_argument("--seconds", type=float, default=60, help="how long they ask (60)")
    asked = parser.parse_args()
    from jazzgen.runtime.cores import usable_cores

    with tempfile.TemporaryDirectory() as home, running_studio(Path(home)) as studio:
        port = int(studio.origin.rpartition(":")[2])
        asyncio.run(under_load(port, studio.token, 2, 1))
        before = held(studio, Path(home))
        load = asyncio.run(under_load(port, studio.token, asked.clients, asked.seconds))
        time.sleep(2)
        after = held(studio, Path(home))
    load.wrong += leaks(before, after, usable_cores())
    figures = {**load.to_json(), "before": before, "after": after}
    print(json.dumps(figures, indent=None if asked.json else 2))
    return 1 if load.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
