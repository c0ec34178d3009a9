"""Workers that are stopped, left and too many."""

from __future__ import annotations

import asyncio
import errno
import json
import tempfile
import threading
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

import jazzgen.studio.workers
from jazzgen.studio.app import studio_app
from jazzgen.studio.guard import Pass
from jazzgen.studio.workers import Busy, Failed, Workers


def answers(text: str) -> str:
    """Answer a request; "forever" makes a temporary file, and is never answered."""
    job, request = json.loads(text)
    if job == "forever":
        tempfile.mkstemp()
        threading.Event().wait()
    if job == "soon":
        time.sleep(0.05)
    return json.dumps({"answer": request} if job == "echo" else {"failed": {"error": job}})


def in_own_loop(task: Coroutine[Any, Any, None]) -> None:
    """Run a task in a thread of its own: the browser of other tests leaves a loop in this one."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, task).result()


def run(
    use: Callable[[Workers], Coroutine[Any, Any, None]], grace: float = 0.1, waiting: int = 0
) -> None:
    """Use workers, of which there is one."""

    async def used() -> None:
        workers = Workers(answers, count=1, waiting=waiting, grace=grace)
        try:
            await use(workers)
        finally:
            workers.close()

    in_own_loop(used())


async def begun(workers: Workers) -> asyncio.Task[dict[str, Any]]:
    task = asyncio.create_task(workers.ask("forever", {}))
    while not workers.processes:
        await asyncio.sleep(0)
    return task


def test_a_request_that_is_given_up_frees_its_worker_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    async def use(workers: Workers) -> None:
        task = await begun(workers)
        while not list(tmp_path.glob("*/*")):
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert workers.processes == 0
        assert list(tmp_path.iterdir()) == []
        assert await workers.ask("echo", {"a": 1}) == {"a": 1}
        assert workers.processes == 1

    run(use)
    assert list(tmp_path.iterdir()) == []


def test_work_that_ends_soon_after_it_was_given_up_keeps_its_worker() -> None:
    async def use(workers: Workers) -> None:
        await workers.ask("echo", {})
        task = asyncio.create_task(workers.ask("soon", {}))
        await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert workers.processes == 1

    run(use, grace=30)


def test_more_requests_than_may_wait_are_refused_and_work_can_be_stopped() -> None:
    async def use(workers: Workers) -> None:
        task = await begun(workers)
        with pytest.raises(Busy):
            await workers.ask("echo", {})
        assert workers.stop() == 1
        with pytest.raises(Failed):
            await task
        with pytest.raises(Failed, match="wrong"):
            await workers.ask("wrong", {})

    run(use)


def test_when_the_studio_ends_no_process_starts_for_those_who_wait() -> None:
    async def use(workers: Workers) -> None:
        task = await begun(workers)
        later = asyncio.create_task(workers.ask("echo", {}))
        await asyncio.sleep(0)
        workers.close()
        for one in (task, later):
            with pytest.raises(Failed):
                await one
        assert workers.processes == 0

    run(use, waiting=1)


def test_a_full_disk_is_told_before_anything_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(**_named: Any) -> str:
        raise OSError(errno.ENOSPC, "No space left on device", "/tmp/x")

    monkeypatch.setattr(tempfile, "mkdtemp", full)

    async def use(workers: Workers) -> None:
        for _ in range(3):  # more often than there are workers
            with pytest.raises(Failed, match="No space left"):
                await workers.ask("echo", {})

    run(use)


def test_the_end_may_come_twice_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C once more while the first one is being obeyed: no signal waits for another."""

    async def use(workers: Workers) -> None:
        task = await begun(workers)
        kill = jazzgen.studio.workers._kill

        def again(_worker: Any) -> None:
            monkeypatch.setattr(jazzgen.studio.workers, "_kill", kill)
            workers.close()

        monkeypatch.setattr(jazzgen.studio.workers, "_kill", again)
        workers.close()
        with pytest.raises(Failed):
            await task

    run(use)


class Full:
    """Workers that have no time."""

    async def ask(self, _job: str, _request: object) -> dict[str, Any]:
        raise Busy

    def stop(self) -> int:
        return 0

    def close(self) -> None:
        pass


def test_a_busy_studio_says_when_to_come_again() -> None:
    app = studio_app(Full(), Pass(token="t", port=8777))
    client = TestClient(app, "http://127.0.0.1:8777", headers={"X-Studio-Token": "t"})
    answer = client.post("/api/generate", json={})
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) >= 1


class Slow(Full):
    """Workers that never answer."""

    def __init__(self) -> None:
        self.given_up = False

    async def ask(self, _job: str, _request: object) -> dict[str, Any]:
        try:
            return await asyncio.Future()
        except asyncio.CancelledError:
            self.given_up = True
            raise


def test_a_page_that_leaves_frees_its_worker() -> None:
    workers = Slow()
    app = studio_app(workers, Pass(token="t", port=8777))
    messages = iter([{"type": "http.request", "body": b"{}"}, {"type": "http.disconnect"}])
    headers = [(b"host", b"127.0.0.1:8777"), (b"x-studio-token", b"t")]
    scope = {
        "type": "http", "method": "POST", "path": "/api/generate", "raw_path": b"/api/generate",
        "query_string": b"", "headers": headers, "root_path": "", "http_version": "1.1",
    }  # fmt: skip

    async def receive() -> Any:
        await asyncio.sleep(0)
        return next(messages)

    async def send(_message: Any) -> None:
        pass

    async def use() -> None:
        await app(scope, receive, send)
        await asyncio.sleep(0)

    in_own_loop(use())
    assert workers.given_up
