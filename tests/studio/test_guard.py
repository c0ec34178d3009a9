"""Who is let in: combinations of host, origin and token, and bodies that are too large."""

from __future__ import annotations

import asyncio
import base64
import socket
from itertools import product

import pytest
from starlette.types import Message, Receive, Scope, Send

from jazzgen.errors import ConfigError
from jazzgen.studio.guard import Guard, Pass
from jazzgen.studio.serve import bound, pass_for

TOKEN = "the-token-of-this-start"
PASS = Pass(token=TOKEN, port=8777)

HOSTS = {
    "127.0.0.1:8777": True,
    "localhost:8777": True,
    "127.0.0.1:80": False,
    "127.0.0.1": False,
    "evil.example:8777": False,
}
ORIGINS = {
    None: True,
    "http://127.0.0.1:8777": True,
    "null": False,
    "http://evil.example:8777": False,
}
TOKENS = {TOKEN: True, "": False, "another": False}


def headers_of(**values: str | None) -> list[tuple[bytes, bytes]]:
    return [
        (name.replace("_", "-").encode(), value.encode())
        for name, value in values.items()
        if value is not None
    ]


async def answers(_scope: Scope, _receive: Receive, send: Send) -> None:
    """Answer every request that comes through."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"music"})


def status_of(headers: list[tuple[bytes, bytes]], path: str) -> int:
    """Return the status with which the studio answers a request."""
    told: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b""}

    async def send(message: Message) -> None:
        told.append(message)

    scope = {"type": "http", "method": "POST", "path": path, "headers": headers}
    asyncio.run(Guard(answers, PASS)(scope, receive, send))
    assert (told[1]["body"] == b"music") == (told[0]["status"] == 200)
    return int(told[0]["status"])


@pytest.mark.parametrize(("host", "origin", "token"), list(product(HOSTS, ORIGINS, TOKENS)))
def test_only_this_host_this_page_and_this_token_together_pass(
    host: str, origin: str | None, token: str
) -> None:
    headers = headers_of(host=host, origin=origin, x_studio_token=token)
    passes = HOSTS[host] and ORIGINS[origin] and TOKENS[token]
    assert status_of(headers, "/api/library") == (200 if passes else 403)


def test_the_page_itself_needs_no_token_but_the_right_host() -> None:
    assert PASS.refusal(headers_of(host="127.0.0.1:8777"), "/") is None
    assert PASS.refusal(headers_of(host="evil.example:8777"), "/") is not None
    assert PASS.refusal([], "/") is not None


def test_two_hosts_or_two_tokens_are_refused() -> None:
    good = headers_of(host="127.0.0.1:8777", x_studio_token=TOKEN)
    assert PASS.refusal(good, "/api/library") is None
    for one in good:
        assert PASS.refusal([*good, one], "/api/library") is not None


def test_a_request_that_another_site_sends_is_refused_even_without_an_origin() -> None:
    headers = headers_of(host="127.0.0.1:8777", x_studio_token=TOKEN, sec_fetch_site="cross-site")
    assert PASS.refusal(headers, "/api/library") is not None


def test_with_a_password_everyone_is_asked_for_it() -> None:
    allowed = pass_for("0.0.0.0", 8777, "long enough", TOKEN)
    host = "192.168.1.5:8777"
    word = base64.b64encode(b"me:long enough").decode()
    wrong = base64.b64encode(b"me:guess").decode()
    given = headers_of(host=host, authorization=f"Basic {word}")
    assert allowed.refusal(given, "/api/library") is None
    for other in (None, f"Basic {wrong}", "Basic ?", f"Bearer {word}"):
        refused = allowed.refusal(headers_of(host=host, authorization=other), "/")
        assert refused is not None
        assert refused[0] == 401
    rebound = headers_of(host="evil.example:8777", authorization=f"Basic {word}")
    assert allowed.refusal(rebound, "/") is not None


def test_an_address_of_version_6_is_a_host_in_brackets() -> None:
    allowed = pass_for("::1", 8777, "long enough", TOKEN)
    assert allowed.knows_host("[::1]:8777")
    assert allowed.knows_origin("http://[::1]:8777")
    assert not allowed.knows_host("[::2]:8777")
    assert not allowed.knows_host("::1:8777")


def test_other_machines_are_let_in_only_with_a_password() -> None:
    with pytest.raises(ConfigError, match="--password"):
        pass_for("0.0.0.0", 8777, "", TOKEN)
    assert pass_for("127.0.0.1", 8777, "", TOKEN).names == ("127.0.0.1", "localhost")


def test_answers_are_sent_at_once() -> None:
    async def accepted() -> int:
        set_to: asyncio.Future[int] = asyncio.get_running_loop().create_future()

        def seen(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            own = writer.get_extra_info("socket")
            set_to.set_result(own.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
            writer.close()

        listener = bound("127.0.0.1", 0)
        async with await asyncio.start_server(seen, sock=listener):
            _, writer = await asyncio.open_connection(*listener.getsockname())
            writer.close()
            return await set_to

    assert asyncio.run(accepted()) != 0


def test_a_port_in_use_is_named_and_another_one_is_offered() -> None:
    with bound("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigError, match=f"--port {port}: .* --port [0-9]+ is free"):
            bound("127.0.0.1", port)
