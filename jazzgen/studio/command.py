"""`jazzgen studio`: a page on this machine on which takes are played, heard and changed."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from getpass import getpass

from jazzgen.cli.options import with_examples
from jazzgen.cli.output import say
from jazzgen.errors import ConfigError
from jazzgen.runtime.settings import check_settings, setting

__all__ = ["studio"]

TYPED = "-"
"""The password that stands for one that is typed."""
PORT = 8777
"""The usual port: a fixed one, as a browser keeps a page's work by its address."""


@dataclass(frozen=True, kw_only=True)
class StudioRequest:
    """How the studio is opened.

    Args:
        port: The port that it listens at; 0 for any that is free.
        browser: Whether the page is opened in the browser.
        host: The address that it listens at.
        password: What everyone is asked for; "" for nothing.

    Raises:
        ConfigError: The port is out of range.
    """

    port: int = setting(
        PORT, 0, 65_535, text="The port. The browser keeps your takes for the page of this port."
    )
    browser: bool = setting(True, text="Print the page's address, and open no browser.")
    host: str = setting(
        "127.0.0.1",
        metavar="ADDRESS",
        text="The address to listen at. With any but 127.0.0.1 other machines can use the studio, "
        "so it needs --password.",
    )
    password: str = setting(
        "",
        text="With --host: the password that the page asks for; with - you type it, so that no "
        "list of processes shows it.",
    )

    def __post_init__(self) -> None:
        check_settings(self)


@with_examples("jazzgen studio", "jazzgen studio --port 9000 --no-browser")
def studio(request: StudioRequest) -> None:
    """Open a page on which you type chords, and hear, see and change solos.

    Args:
        request: How it is opened.
    """
    from jazzgen.studio.serve import serve  # Starlette and uvicorn are an extra

    password = _typed() if request.password == TYPED else request.password
    serve(request.host, request.port, password, say, browser=request.browser)


def _typed() -> str:
    """Return a password that the user types, or that a program writes into standard input.

    Raises:
        ConfigError: There is none.
    """
    try:
        if sys.stdin.isatty():
            return getpass("Password of the studio: ")
        return sys.stdin.readline().rstrip("\r\n")
    except EOFError as error:
        raise ConfigError("--password -: nothing was typed") from error
