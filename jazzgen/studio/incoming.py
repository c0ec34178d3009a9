"""The body of a request as it comes in: not too large, not too slowly, and not for ever."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import Message, Receive

__all__ = ["PATIENCE", "Incoming", "TooLarge"]

PATIENCE = 60.0
"""The seconds in which a body has to come: 10 MB take this long at 1.3 Mbit/s."""
GONE = "http.disconnect"
"""The message that says that nobody waits for the answer any longer."""


class TooLarge(Exception):  # noqa: N818 - the end of a request
    """A request turns out to be larger than it may be; the application answers it with 413."""


class Incoming:
    """Receives the messages of one request (see the ASGI specification).

    A body that does not come in time, and every request when the studio ends, is taken for one
    that its page has left.

    Args:
        receive: Gives the next message.
        largest: The largest size of the body in bytes.
        ending: Is set when the studio ends.
        patience: The seconds in which the body has to come.
    """

    def __init__(
        self, receive: Receive, largest: int, ending: asyncio.Event, patience: float = PATIENCE
    ) -> None:
        self._receive = receive
        self._largest = largest
        self._ending = ending
        self._received = 0
        self._until: float | None = asyncio.get_running_loop().time() + patience

    async def __call__(self) -> Message:
        """Return the next message.

        Raises:
            TooLarge: The body is too large.
        """
        coming = asyncio.ensure_future(self._receive())
        ending = asyncio.ensure_future(self._ending.wait())
        try:
            await asyncio.wait(
                {coming, ending}, timeout=self._left(), return_when=asyncio.FIRST_COMPLETED
            )
            message: Message = coming.result() if coming.done() else {"type": GONE}
        finally:
            coming.cancel()
            ending.cancel()
        self._received += len(message.get("body", b""))
        if self._received > self._largest:
            raise TooLarge(f"larger than {self._largest / 1e6:g} MB")
        if not message.get("more_body"):
            self._until = None  # from now on it waits for the page to leave
        return message

    def _left(self) -> float | None:
        """Return the seconds in which the next message has to come; None for any time."""
        if self._until is None:
            return None
        return max(self._until - asyncio.get_running_loop().time(), 0.0)
