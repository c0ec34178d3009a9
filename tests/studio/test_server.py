"""Connections that are slow, many, or open when the studio ends."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from jazzgen.studio.guard import Guard, Pass
from jazzgen.studio.incoming import Incoming
from jazzgen.studio.serve import HERE, bound
from jazzgen.studio.server import StudioServer, config_of

HEAD = (
    b"POST /api/x HTTP/1.1\r\nHost: 127.0.0.1:8777\r\n"
    b"X-Studio-Token: t\r\nContent-Length: 9\r\n\r\n"
)
Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


def run(task: Coroutine[Any, Any, None]) -> None:
    """Run a task in a thread of its own: that of the tests may have Playwright's loop."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, task).result()


async def reads(_scope: Scope, receive: Receive, send: Send) -> None:
    """Read a body; answer whether it came."""
    while (message := await receive()).get("more_body"):
        pass
    status = 200 if message["type"] == "http.request" else 499
    await send({"type": "http.response.start", "status": status, "headers": []})
    await send({"type": "http.response.body", "body": b""})


async def opened(port: int, data: bytes = b"") -> Connection:
    reader, writer = await asyncio.open_connection(HERE, port)
    writer.write(data)
    return reader, writer


async def with_server(
    use: Callable[[int, StudioServer], Awaitable[None]],
    patience: float = 60,
    most: int = 100,
) -> None:
    """Run a server at a free port."""
    guard = Guard(reads, Pass(token="t", port=8777), patience=patience)
    config = config_of(guard, patience, most)
    config.lifespan = "off"
    server = StudioServer(config, guard.end)
    with bound(HERE, 0) as listener:
        running = asyncio.create_task(server._serve([listener]))
        while not server.started:
            await asyncio.sleep(0.01)
        await use(listener.getsockname()[1], server)
        server.handle_exit(2, None)
        await running


@pytest.mark.parametrize("begun", [b"", b"GET / HT", HEAD, HEAD + b"half"])
def test_a_request_that_does_not_come_to_its_end_is_given_up(begun: bytes) -> None:
    async def use(port: int, _server: StudioServer) -> None:
        reader, writer = await opened(port, begun)
        answer = await reader.readline()  # empty where it is closed
        assert answer == (b"HTTP/1.1 499 \r\n" if begun.startswith(HEAD) else b"")
        writer.close()

    run(with_server(use, patience=0.05))


def test_many_who_say_nothing_keep_nobody_out() -> None:
    async def use(port: int, _server: StudioServer) -> None:
        silent = [await opened(port, b"GET / HT") for _ in range(12)]
        reader, writer = await opened(port, HEAD + b"123456789")
        assert (await reader.readline()).startswith(b"HTTP/1.1 200")
        for old, _ in silent[:6]:
            assert await old.read() == b""
        assert not silent[-1][0].at_eof()
        for _, other in [*silent, (reader, writer)]:
            other.close()

    run(with_server(use, most=5))


def test_one_connection_takes_requests_one_after_another() -> None:
    async def use(port: int, _server: StudioServer) -> None:
        reader, writer = await opened(port)
        for _ in range(3):
            writer.write(HEAD)
            await writer.drain()
            writer.write(b"123456789")
            assert (await reader.readuntil(b"\r\n0\r\n\r\n")).startswith(b"HTTP/1.1 200")
        writer.close()

    run(with_server(use, most=1))


def test_when_the_studio_ends_nobody_is_waited_for() -> None:
    ended: list[bytes] = []

    async def use(port: int, server: StudioServer) -> None:
        reader, writer = await opened(port, HEAD + b"half")
        while not server.server_state.tasks:
            await asyncio.sleep(0.01)
        server.handle_exit(2, None)
        server.handle_exit(15, None)  # again, by somebody impatient
        ended.append(await reader.readline())
        writer.close()

    run(with_server(use))
    assert ended[0].startswith(b"HTTP/1.1 499")


def test_a_slow_body_is_given_up_however_steadily_it_comes() -> None:
    async def receive() -> Message:
        await asyncio.sleep(0.01)
        return {"type": "http.request", "body": b" ", "more_body": True}

    async def use() -> None:
        coming = Incoming(receive, 10**6, asyncio.Event(), patience=0.1)
        while (message := await coming())["type"] == "http.request":
            pass
        assert message == {"type": "http.disconnect"}

    run(use())
