"""The takes of a running studio, by ids that say nothing about files."""

from __future__ import annotations

import json
import secrets
import zlib
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["Kept", "Outdated", "Takes", "Unknown"]

MOST = 500
"""The largest number of takes that are remembered; a page keeps its own for longer."""
LARGEST = 32 * 2**20
"""The largest size of all takes that are remembered, in bytes."""


class Unknown(Exception):  # noqa: N818 - a studio that was started anew knows no takes
    """There is no such take, or it was forgotten."""


class Outdated(Exception):  # noqa: N818 - another tab was faster
    """A take was changed meanwhile.

    Args:
        version: Its version now.
    """

    def __init__(self, version: int) -> None:
        super().__init__(version)
        self.version = version


@dataclass(frozen=True, kw_only=True)
class Kept:
    """A take that is remembered.

    Args:
        version: Its version, from 1, which grows with each edit.
        packed: The take as a worker has returned it, compressed: as objects it takes fifteen times
            as much memory.
    """

    version: int
    packed: bytes

    @classmethod
    def of(cls, version: int, state: Mapping[str, Any]) -> Kept:
        """Return a take that is to be remembered.

        Args:
            version: Its version.
            state: The take.
        """
        return cls(version=version, packed=zlib.compress(json.dumps(state).encode(), level=1))

    @property
    def state(self) -> dict[str, Any]:
        """The take as a worker has returned it."""
        found: dict[str, Any] = json.loads(zlib.decompress(self.packed))
        return found


class Takes:
    """The takes, the oldest of which are forgotten.

    Args:
        most: The largest number that is remembered.
        largest: The largest size of all of them, compressed, in bytes; the latest is remembered
            whatever its size.
    """

    def __init__(self, most: int = MOST, largest: int = LARGEST) -> None:
        self._most = most
        self._largest = largest
        self._size = 0
        self._takes: OrderedDict[str, Kept] = OrderedDict()

    def __len__(self) -> int:
        return len(self._takes)

    def add(self, answer: dict[str, Any]) -> dict[str, Any]:
        """Remember a new take, and return its JSON with its id and version."""
        key = secrets.token_urlsafe(12)
        self._keep(key, Kept.of(1, answer["state"]))
        return {"id": key, "version": 1, **answer}

    def get(self, key: object, version: int | None = None) -> Kept:
        """Return a take.

        Args:
            key: Its id.
            version: The version that a page has seen; None for whichever there is.

        Raises:
            Unknown: There is no such take.
            Outdated: It has another version.
        """
        kept = self._takes.get(key) if isinstance(key, str) else None
        if kept is None:
            raise Unknown
        if version is not None and version != kept.version:
            raise Outdated(kept.version)
        return kept

    def change(self, key: str, version: int, answer: dict[str, Any]) -> dict[str, Any]:
        """Put a changed take in the place of the one that a page has seen, and return its JSON.

        Args:
            key: The id of the take.
            version: The version that was changed.
            answer: The take as a worker has returned it.

        Raises:
            Unknown: The take was forgotten meanwhile.
            Outdated: Another tab has changed it meanwhile.
        """
        self.get(key, version)
        self._keep(key, Kept.of(version + 1, answer["state"]))
        return {"id": key, "version": version + 1, **answer}

    def _keep(self, key: str, kept: Kept) -> None:
        if before := self._takes.pop(key, None):
            self._size -= len(before.packed)
        self._takes[key] = kept
        self._size += len(kept.packed)
        while len(self._takes) > self._most or (self._size > self._largest and len(self) > 1):
            _, oldest = self._takes.popitem(last=False)
            self._size -= len(oldest.packed)
