"""A studio whose jobs run in this process, and a take of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from starlette.testclient import TestClient

from jazzgen.studio.app import studio_app
from jazzgen.studio.guard import Pass
from jazzgen.studio.jobs import run_job
from jazzgen.studio.workers import Failed

TOKEN = "the-token-of-this-start"
CHART = "| Dm7 | G7 | Cmaj7 | A7 |"


class Here:
    """Answers requests in this process."""

    async def ask(self, job: str, request: Mapping[str, Any]) -> dict[str, Any]:
        if job == "warm":
            return {}
        answer = json.loads(run_job(json.dumps([job, dict(request)])))
        if "failed" in answer:
            raise Failed(answer["failed"])
        return dict(answer["answer"])

    def stop(self) -> int:
        return 0

    def close(self) -> None:
        pass


@pytest.fixture(scope="session")
def client() -> Iterator[TestClient]:
    """The page's view of a studio."""
    app = studio_app(Here(), Pass(token=TOKEN, port=8777))
    with TestClient(app, "http://127.0.0.1:8777", headers={"X-Studio-Token": TOKEN}) as client:
        yield client


@pytest.fixture(scope="session")
def take(client: TestClient) -> dict[str, Any]:
    """A take of four bars; tests must not edit it."""
    asked = {"chart": CHART, "choruses": 1, "seed": 7, "draws": 1, "title": "Four"}
    answer = client.post("/api/generate", json=asked)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())
