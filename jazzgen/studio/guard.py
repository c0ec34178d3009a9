"""Who may talk to the studio: this page, opened by this user, and nobody else.

Any page that a browser shows can send requests to this machine, and a name that another machine
owns can be made to lead here (DNS rebinding). So each request is checked: the host by which it
came must be this machine's, its origin must be this page, and whatever is asked of the studio
needs the token that the opened address has, or the password.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hmac
import ipaddress
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jazzgen.studio.brake import Brake
from jazzgen.studio.incoming import PATIENCE, Incoming

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["LARGEST_BODY", "Guard", "Pass"]

LARGEST_BODY = 10_000_000
"""The largest size of a request in bytes."""
TOKEN = b"x-studio-token"
HEADERS = (
    # The sampled instruments are decoded by WebAssembly, which counts as script.
    (b"content-security-policy",
     b"default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; "
     b"img-src 'self' data: blob:; font-src 'self' data:; "
     b"style-src 'self' 'unsafe-inline'; "
     b"frame-ancestors 'none'; base-uri 'none'; form-action 'none'"),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"cache-control", b"no-store"),
)  # fmt: skip
"""The headers of each answer: nothing of another host is loaded, and no other page shows this."""


@dataclass(frozen=True, kw_only=True)
class Pass:
    """Who is let in.

    Args:
        token: The token of the opened address.
        port: The port of the server.
        names: The names of the host by which it may be asked for.
        password: The password, which is asked of everyone; "" on this machine alone.
        any_address: Whether it may be asked for by any IP address: those are nobody's name.
    """

    token: str
    port: int
    names: tuple[str, ...] = ("127.0.0.1", "localhost")
    password: str = ""
    any_address: bool = False

    def knows_host(self, host: str) -> bool:
        """Return whether this is the studio's own host, with its port."""
        name, mark, port = host.rpartition(":")
        if not mark or port != str(self.port):
            return False
        return name.lower() in self.names or (self.any_address and _is_address(name))

    def knows_origin(self, origin: str) -> bool:
        """Return whether an origin is the studio's own page."""
        return origin.startswith("http://") and self.knows_host(origin.removeprefix("http://"))

    def refusal(self, headers: Sequence[tuple[bytes, bytes]], path: str) -> tuple[int, str] | None:
        """Return the status and the reason with which a request is refused; None if it may pass.

        Args:
            headers: Its headers.
            path: What is asked for.
        """
        hosts, origins = _values(headers, b"host"), _values(headers, b"origin")
        if len(hosts) != 1 or not self.knows_host(hosts[0]):
            return 403, "this host is not the studio's"
        if len(origins) > 1 or any(not self.knows_origin(one) for one in origins):
            return 403, "this origin is not the studio's page"
        sites = {*_values(headers, b"sec-fetch-site")} - {"same-origin", "none"}
        if sites and path.startswith("/api/"):  # a link elsewhere may still open the page itself
            return 403, "this origin is not the studio's page"
        if self.password and not self.has_password(headers):
            return 401, "this studio asks for its password"
        tokens = _values(headers, TOKEN)
        has_token = len(tokens) == 1 and hmac.compare_digest(
            tokens[0].encode(), self.token.encode()
        )
        if path.startswith("/api/") and not has_token and not self.password:
            return 403, "the token is missing or old: open the address that jazzgen studio prints"
        return None

    def has_password(self, headers: Sequence[tuple[bytes, bytes]]) -> bool:
        """Return whether a request has the password, as browsers send it (HTTP Basic)."""
        for value in _values(headers, b"authorization"):
            scheme, _, encoded = value.partition(" ")
            try:
                given = base64.b64decode(encoded, validate=True).partition(b":")[2]
            except (binascii.Error, ValueError):
                continue
            if scheme.lower() == "basic" and hmac.compare_digest(given, self.password.encode()):
                return True
        return False


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True


def _values(headers: Sequence[tuple[bytes, bytes]], wanted: bytes) -> list[str]:
    return [value.decode("latin-1") for name, value in headers if name.lower() == wanted]


class Guard:
    """Lets requests through to an application, or refuses them.

    Args:
        app: The application.
        allowed: Who is let in.
        largest: The largest size of a request in bytes.
        brake: Counts wrong passwords.
        patience: The seconds in which the body of a request has to come.
    """

    def __init__(
        self,
        app: ASGIApp,
        allowed: Pass,
        largest: int = LARGEST_BODY,
        brake: Brake | None = None,
        patience: float = PATIENCE,
    ) -> None:
        self.app = app
        self.allowed = allowed
        self.largest = largest
        self.brake = Brake() if brake is None else brake
        self.patience = patience
        self._ending = asyncio.Event()

    def end(self) -> None:
        """Tell all requests that nobody waits for their answers any longer."""
        self._ending.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request (see the ASGI specification).

        Args:
            scope: What is asked for.
            receive: Gives the body of the request.
            send: Takes the answer.
        """
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":  # the studio has no sockets
            return
        lengths = _values(scope["headers"], b"content-length")
        refused = self._refusal(scope)
        if refused is None and any(
            not one.isdigit() or int(one[:20]) > self.largest for one in lengths
        ):
            refused = 413, f"larger than {self.largest / 1e6:g} MB"
        if refused:
            await _refuse(send, *refused)
            return
        coming = Incoming(receive, self.largest, self._ending, self.patience)
        await self.app(scope, coming, _with_headers(send))

    def _refusal(self, scope: Scope) -> tuple[int, str] | tuple[int, str, int] | None:
        """Return the status, the reason and perhaps the seconds after which it may come again."""
        headers = scope["headers"]
        address = (scope.get("client") or ("",))[0]
        guesses = bool(self.allowed.password and _values(headers, b"authorization"))
        if guesses and (wait := self.brake.wait(address)):
            seconds = math.ceil(wait)
            return 429, f"too many wrong passwords: wait {seconds} s, then try again", seconds
        refused = self.allowed.refusal(headers, scope["path"])
        if guesses and self.allowed.has_password(headers):
            self.brake.right(address)
        elif guesses and refused and refused[0] == 401:
            self.brake.wrong(address)
        return refused


def _with_headers(send: Send) -> Send:
    """Return what sends an answer with the headers of the studio."""
    own = {name for name, _ in HEADERS}

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            others = [one for one in message["headers"] if one[0].lower() not in own]
            message = {**message, "headers": [*others, *HEADERS]}
        await send(message)

    return sending


async def _refuse(send: Send, status: int, reason: str, again: int | None = None) -> None:
    body = json.dumps({"error": reason, "where": None, "bar": None}).encode()
    headers: list[Any] = [(b"content-type", b"application/json"), *HEADERS]
    headers.append((b"content-length", str(len(body)).encode()))
    if status == 401:
        headers.append((b"www-authenticate", b'Basic realm="jazzgen studio", charset="UTF-8"'))
    if again is not None:
        headers.append((b"retry-after", str(again).encode()))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
