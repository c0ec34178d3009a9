"""Clients of a studio that do what pages do, at random, and note what is wrong."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

__all__ = ["SEEDS", "Client", "Load", "take_of"]

CHART = "| Dm7 | G7 | Cmaj7 | A7 |"
SEEDS = 5
"""The number of different takes that are generated."""
PAUSE = 0.05
"""The longest pause of a client between two requests, in seconds."""
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
