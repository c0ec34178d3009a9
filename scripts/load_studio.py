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
import random
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from studio_process import StudioProcess, running_studio

__all__ = ["Load", "main", "under_load"]

CHART = "| Dm7 | G7 | Cmaj7 | A7 |"
SEEDS = 5
"""The number of different takes that are generated."""
PAUSE = 0.05
"""The longest pause of a client between two requests, in seconds."""
MOST_MIB = 40
"""What the memory of a studio may grow by: its workers load what the first requests need."""
NONSENSE = [
    ("generate", b'{"chart": "| Dm7'),
    ("generate", b'{"chart": "| Xx9 |", "seed": 1}'),
    ("generate", b'{"chart": "blues", "choruses": 1e99}'),
    ("chart", b"[" * 5000),
    ("restore", b'{"state": {"notes": 5}}'),
    ("export", b'{"take": "../../etc/passwd", "format": "mid"}'),
]
"""Wrong requests, by their path."""


@dataclass(kw_only=True)
class Load:
    """What came of the load.

    Args:
        answers: How many answers had which status, by path.
        given_up: How many requests were given up.
        wrong: What was wrong.
        seconds: How long the answers to `generate` took.
        kept: The kept files.
    """

    answers: Counter[str] = field(default_factory=Counter)
    given_up: int = 0
    wrong: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    kept: list[Path] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """Return the figures."""
        ordered = sorted(self.seconds)
        return {
            "answers": dict(sorted(self.answers.items())),
            "given_up": self.given_up,
            "kept": len(self.kept),
            "generate_median_seconds": ordered[len(ordered) // 2] if ordered else None,
            "generate_slowest_seconds": ordered[-1] if ordered else None,
            "wrong": self.wrong[:20],
        }


@dataclass(frozen=True, kw_only=True)
class Answer:
    """An answer: its status and its body."""

    status: int
    body: bytes

    def json(self) -> Any:
        """Return the body as JSON."""
        return json.loads(self.body)


class Client:
    """A page, as the studio sees it.

    Args:
        port: The port of the studio.
        token: Its token.
        first: The first take of each seed.
        load: What comes of it.
        number: The number of the client, from which its choices follow.
    """

    def __init__(
        self, port: int, token: str, first: dict[int, Any], load: Load, number: int
    ) -> None:
        self.port, self.token, self.first, self.load = port, token, first, load
        self.random = random.Random(number)
        self.takes: list[dict[str, Any]] = []

    async def run(self, until: float) -> None:
        """Do what pages do until a time of the clock."""
        actions = [self.generate, self.generate, self.give_up, self.give_up, self.half, self.wrong,
                   self.bars, self.edit, self.export, self.keep, self.leave]  # fmt: skip
        while time.monotonic() < until:
            await self.random.choice(actions)()
            await asyncio.sleep(self.random.random() * PAUSE)

    def _request(self, path: str, body: bytes) -> bytes:
        head = (
            f"POST /api/{path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n"
            f"X-Studio-Token: {self.token}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        )
        return head.encode() + body

    async def ask(self, path: str, asked: Any, expected: tuple[int, ...] = (200, 429)) -> Answer:
        """Send a request and return its answer.

        Args:
            path: The path under `/api/`.
            asked: The JSON, or bytes.
            expected: The statuses that are right.
        """
        body = asked if isinstance(asked, bytes) else json.dumps(asked).encode()
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(self._request(path, body))
        try:
            content = await reader.read()
        finally:
            writer.close()
        head, _, rest = content.partition(b"\r\n\r\n")
        status = int(head.split()[1]) if head else 0
        self.load.answers[f"{path} {status}"] += 1
        if status not in expected:
            self.load.wrong.append(f"{path}: {status} {rest[:200]!r}")
        if status == 429 and b"retry-after" not in head.lower():
            self.load.wrong.append(f"{path}: 429 without Retry-After")
        return Answer(status=status, body=rest)

    async def generate(self) -> None:
        """Generate a take, which must be the one of its seed."""
        seed = self.random.randrange(SEEDS)
        began = time.monotonic()
        answer = await self.ask("generate", take_of(seed))
        if answer.status != 200:
            return
        self.load.seconds.append(time.monotonic() - began)
        take = answer.json()
        if take["notes"] != self.first[seed]["notes"]:
            self.load.wrong.append(f"generate: another take of seed {seed}")
        self.takes = [*self.takes[-2:], take]

    async def give_up(self) -> None:
        """Ask for a long take, and leave before or after it has come."""
        asked = {"chart": "rhythm-changes", "choruses": self.random.randint(1, 12)}
        _, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(self._request("generate", json.dumps(asked).encode()))
        await asyncio.sleep(self.random.random() * 0.3)
        writer.close()
        self.load.given_up += 1

    async def half(self) -> None:
        """Leave in the middle of sending a request."""
        request = self._request("generate", b'{"chart": "| Dm7 | G7 |"}')
        _, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(request[: self.random.randrange(1, len(request))])
        writer.close()
        self.load.given_up += 1

    async def wrong(self) -> None:
        """Send nonsense, which must be refused."""
        path, body = self.random.choice(NONSENSE)
        await self.ask(path, body, expected=(400, 404, 429))

    async def _with_take(self, path: str, **asked: Any) -> Answer | None:
        """Ask something about a take, which is restored if the studio has forgotten it."""
        if not self.takes:
            return None
        take = self.random.choice(self.takes)
        answer = await self.ask(path, {"take": take["id"], **asked}, expected=(200, 404, 429))
        if answer.status != 404:
            return answer
        restored = await self.ask("restore", {"state": take["state"]})
        self.takes.remove(take)
        if restored.status == 200:
            if restored.json()["notes"] != take["notes"]:
                self.load.wrong.append("restore: another take")
            self.takes.append(restored.json())
        return None

    async def bars(self) -> None:
        """Play bars of a take again, of which the others stay."""
        answer = await self._with_take("regenerate", bars=[2, 3], seed=self.random.randrange(9))
        if answer is not None and answer.status == 200:
            self.takes = [*self.takes[-2:], answer.json()]

    async def edit(self) -> None:
        """Take the first note out of a take that nobody else edits."""
        if not self.takes:
            return
        take = self.takes[-1]
        notes = take["notes"]["solo"][1:]
        asked = {"take": take["id"], "version": take["version"], "notes": notes}
        answer = await self.ask("edit", asked, expected=(200, 404, 429))
        if answer.status == 404:
            self.takes.remove(take)
        if answer.status == 200:
            edited = answer.json()
            self.takes[-1] = edited
            if len(edited["notes"]["solo"]) != len(notes):
                self.load.wrong.append(
                    f"edit: {len(edited['notes']['solo'])} notes, not {len(notes)}"
                )

    async def export(self) -> None:
        """Export a take."""
        answer = await self._with_take("export", format="mid")
        if answer is not None and answer.status == 200 and not answer.body.startswith(b"MThd"):
            self.load.wrong.append("export: no MIDI")

    async def keep(self) -> None:
        """Keep a take."""
        answer = await self._with_take("keep", formats=["mid"])
        if answer is not None and answer.status == 200:
            told = answer.json()
            self.load.kept += [Path(told["folder"]) / name for name in told["files"]]

    async def leave(self) -> None:
        """Ask what the model expected, and leave at once."""
        if not self.takes:
            return
        _, writer = await asyncio.open_connection("127.0.0.1", self.port)
        asked = {"take": self.takes[0]["id"]}
        writer.write(self._request("expected", json.dumps(asked).encode()))
        writer.close()
        self.load.given_up += 1


def take_of(seed: int) -> dict[str, Any]:
    """Return the request for the take of a seed."""
    return {"chart": CHART, "choruses": 1, "draws": 1, "seed": seed}


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
    from jazzgen.runtime.pool import usable_cores

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
