"""The studio's HTTP server: uvicorn, which ends at once and waits for no slow connection.

A connection on which no request comes to its end is closed after a while, and beyond a number of
such connections the oldest one: whoever opens many and says nothing keeps nobody else out.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

if TYPE_CHECKING:
    from starlette.types import ASGIApp

__all__ = ["StudioServer", "config_of"]

PATIENCE = 15.0
"""The seconds in which the head of a request has to come."""
MOST_WAITING = 200
"""The largest number of connections without a request."""
LAST_ANSWERS = 0.4
"""The seconds that answers have when the studio ends."""
HANGUP: int | None = getattr(signal, "SIGHUP", None)
"""The signal of a terminal that was closed; Windows has none."""


class StudioServer(uvicorn.Server):
    """Ends its work at once when it is told to end, so that nothing waits for it.

    Args:
        config: How it runs (see `config_of`).
        end: Ends the work; it is called in a handler of a signal, perhaps twice.
    """

    def __init__(self, config: uvicorn.Config, end: Callable[[], None]) -> None:
        super().__init__(config)
        self._end = end

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to end (see uvicorn).

        Args:
            sig: The signal.
            frame: Where it came.
        """
        # What breaks off now is no error that anybody should read about.
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        self._end()
        super().handle_exit(sig, frame)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Handle a closed terminal as Ctrl-C, unless it is ignored, as under nohup."""
        with super().capture_signals():
            here = threading.current_thread() is threading.main_thread()  # where handlers run
            if not here or HANGUP is None or signal.getsignal(HANGUP) == signal.SIG_IGN:
                yield
                return
            before = signal.signal(HANGUP, self.handle_exit)
            try:
                yield
            finally:
                signal.signal(HANGUP, before)


def config_of(
    application: ASGIApp, patience: float = PATIENCE, most: int = MOST_WAITING
) -> uvicorn.Config:
    """Return how the server runs.

    Args:
        application: What answers.
        patience: The seconds in which the head of a request has to come.
        most: The largest number of connections without a request.
    """
    waiting: dict[_Patient, None] = {}

    class Patient(_Patient):
        """A connection of this server."""

        others = waiting

    Patient.patience, Patient.most = patience, most
    return uvicorn.Config(
        application,
        http=Patient,
        log_level="error",
        access_log=False,
        lifespan="on",
        server_header=False,
        date_header=False,
        proxy_headers=False,
        ws="none",
        timeout_graceful_shutdown=LAST_ANSWERS,  # type: ignore[arg-type]  # waits for any number
    )


class _Patient(H11Protocol):
    """A connection that is closed when a request does not come to its end."""

    others: dict[_Patient, None]
    """The connections without a request, the oldest first."""
    patience = PATIENCE
    most = MOST_WAITING
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Begin to wait (see `asyncio.Protocol`).

        Args:
            transport: The connection.
        """
        super().connection_made(transport)
        self._wait()

    def data_received(self, data: bytes) -> None:
        """Take over what has come (see `asyncio.Protocol`).

        Args:
            data: The bytes.
        """
        super().data_received(data)
        if self.cycle is None or self.cycle.response_complete:
            self._wait()
        else:
            self._wait_no_longer()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection (see `asyncio.Protocol`).

        Args:
            exc: Why it has ended.
        """
        self._wait_no_longer()
        super().connection_lost(exc)

    def _wait(self) -> None:
        if self._timer is not None or self.transport.is_closing():
            return
        self._timer = self.loop.call_later(self.patience, self.transport.abort)
        self.others[self] = None
        if len(self.others) > self.most:
            oldest = next(iter(self.others))
            oldest._wait_no_longer()
            oldest.transport.abort()

    def _wait_no_longer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self.others.pop(self, None)
