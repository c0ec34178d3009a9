"""Runs the studio: finds its port, opens the page, and ends with Ctrl-C."""

from __future__ import annotations

import secrets
import socket
import webbrowser
from collections.abc import Callable
from threading import Thread

from jazzgen.errors import ConfigError
from jazzgen.runtime.cores import usable_cores
from jazzgen.runtime.extras import require
from jazzgen.studio.answering import answered
from jazzgen.studio.guard import Pass
from jazzgen.studio.workers import Workers

__all__ = ["HERE", "bound", "pass_for", "serve"]

HERE = "127.0.0.1"
"""This machine, which no other one can reach."""
EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104 - names what `--host` may be, and binds nothing
NEAR = 20
"""The number of ports after a used one among which another one is offered."""


def check_installed() -> None:
    """Check that the studio's packages are installed.

    Raises:
        MissingPackageError: One is not.
    """
    require("the studio needs", "starlette", "uvicorn")


def bound(host: str, port: int) -> socket.socket:
    """Return a socket that listens.

    Args:
        host: The address.
        port: The port; 0 for any that is free.

    Raises:
        ConfigError: The port is used by another program; the message offers one that is free. Or
            there is no such address.
    """
    try:
        return _bound(host, port)
    except OSError as error:
        for other in range(port + 1, min(port + NEAR, 2**16)) if port else ():
            try:
                _bound(host, other).close()
            except OSError:
                continue
            raise ConfigError(
                f"--port {port}: cannot be used ({error.strerror or error}), perhaps by another "
                f"studio; --port {other} is free"
            ) from error
        raise ConfigError(f"--host {host}: {error.strerror or error}") from error


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol named, asyncio sends each piece of an answer at once (TCP_NODELAY); without
    # it the second piece waits 40 ms for the receipt of the first.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen()
    except OSError:
        listener.close()
        raise
    return listener


def pass_for(host: str, port: int, password: str, token: str) -> Pass:
    """Return who is let in.

    Args:
        host: The address that the studio listens at.
        port: Its port.
        password: The password; "" for none.
        token: The token of this start.

    Raises:
        ConfigError: Other machines can reach it, and there is no password.
    """
    if host == HERE:
        return Pass(token=token, port=port, password=password)
    if len(password) < 8:
        raise ConfigError(
            f"--host {host}: others on the network could use the studio; give it a --password of "
            "at least 8 characters"
        )
    names = (_bracketed(host.lower()), HERE, "localhost", socket.gethostname().lower())
    return Pass(
        token=token, port=port, names=names, password=password, any_address=host in EVERYWHERE
    )


def _bracketed(host: str) -> str:
    """Return a host as addresses have it: an IP address of version 6 in brackets."""
    return f"[{host}]" if ":" in host else host


def serve(
    host: str, port: int, password: str, say: Callable[[str], None], *, browser: bool
) -> None:
    """Run the studio until Ctrl-C.

    Args:
        host: The address that it listens at.
        port: The port.
        password: The password; "" for none.
        say: Tells the user a line.
        browser: Whether the page is opened.

    Raises:
        ConfigError: It cannot listen there, or a package is missing.
    """
    check_installed()
    from jazzgen.studio.app import studio_app
    from jazzgen.studio.server import StudioServer, config_of

    token = secrets.token_urlsafe(24)
    pass_for(host, port, password, token)  # before anything is opened
    listener = bound(host, port)
    port = listener.getsockname()[1]
    shown = host if host not in EVERYWHERE else socket.gethostname()
    address = f"http://{_bracketed(shown)}:{port}/#token={token}"
    workers = Workers(answered, usable_cores())
    application = studio_app(workers, pass_for(host, port, password, token))
    say(f"the studio is at {address}")
    say("Ctrl-C ends it")
    if browser:
        # A browser in the terminal would keep the studio waiting.
        Thread(target=_open, args=(address, say), daemon=True).start()

    def end() -> None:
        workers.close()
        application.end()

    with listener:
        StudioServer(config_of(application), end).run(sockets=[listener])


def _open(address: str, say: Callable[[str], None]) -> None:
    if not webbrowser.open(address):
        say("no browser was found: open this address in one")
