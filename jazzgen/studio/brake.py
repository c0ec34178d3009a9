"""A brake on guessing the password: each wrong one makes the next guess wait longer.

Whoever is at an address has a few guesses free, for mistypes; then each wrong one doubles the time
in which no password is looked at, the right one included. What is remembered is bounded: when too
many addresses guess at once, those that are not known yet share one count.
"""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["Brake"]

FREE = 5
"""The number of wrong passwords before the first wait."""
LONGEST = 900.0
"""The longest wait in seconds."""
MEMORY = 3600.0
"""The seconds after the last wrong password in which an address is remembered."""
MOST = 1000
"""The largest number of addresses that are remembered."""
OTHERS = "others"
"""The name under which the addresses beyond these are counted together."""


@dataclass(kw_only=True)
class _Guesses:
    """Wrong passwords from one address: their number, the time of the last, the end of the wait."""

    number: int = 0
    last: float = 0.0
    until: float = 0.0


class Brake:
    """Counts wrong passwords by address.

    Args:
        now: Tells the time in seconds.
        most: The largest number of addresses that are remembered.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic, most: int = MOST) -> None:
        self._now = now
        self._most = most
        self._guesses: dict[str, _Guesses] = {}

    def __len__(self) -> int:
        return len(self._guesses)

    def wait(self, address: str) -> float:
        """Return the seconds in which no password from an address is looked at; 0 for none."""
        guesses = self._guesses.get(self._name(address))
        return max(guesses.until - self._now(), 0.0) if guesses else 0.0

    def wrong(self, address: str) -> None:
        """Count a wrong password.

        Args:
            address: Where it came from.
        """
        now = self._now()
        self._forget(now)
        guesses = self._guesses.setdefault(self._name(address), _Guesses())
        guesses.number += 1
        guesses.last = now
        if guesses.number >= FREE:
            guesses.until = now + min(2.0 ** min(guesses.number - FREE, 30), LONGEST)

    def right(self, address: str) -> None:
        """Forget the wrong passwords of an address, which has given the right one.

        Args:
            address: The address.
        """
        self._guesses.pop(_place(address), None)

    def _name(self, address: str) -> str:
        place = _place(address)
        known = place in self._guesses or len(self._guesses) < self._most
        return place if known else OTHERS

    def _forget(self, now: float) -> None:
        for place in [one for one, had in self._guesses.items() if now - had.last > MEMORY]:
            del self._guesses[place]


def _place(address: str) -> str:
    """Return what counts as one place: an address, or of IPv6 the network of one customer."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    mapped = found.ipv4_mapped
    return str(mapped or ipaddress.IPv6Network((found, 64), strict=False))
