"""Addresses such as `s3://bucket/solos`, and `fsspec`, which reaches them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from jazzgen.errors import ConfigError, InputError, JazzgenError
from jazzgen.runtime.extras import needing

__all__ = [
    "file_system",
    "is_private",
    "is_remote",
    "is_url",
    "lists",
    "local_path",
    "reaching",
    "reason_of",
]

URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
"""How an address begins that `fsspec` opens; a drive of Windows has one letter only."""

FILE = "file://"
PRIVATE = "memory://"


def is_url(place: str) -> bool:
    """Return whether a place is an address such as `s3://bucket/solos`, not a path."""
    return URL.match(place) is not None


def is_remote(place: str) -> bool:
    """Return whether a place is an address that no path of this machine leads to."""
    return is_url(place) and not place.startswith(FILE)


def is_private(place: str) -> bool:
    """Return whether a place is an address that no other process reaches."""
    return place.startswith(PRIVATE)


def local_path(place: str) -> Path:
    """Return the path that a place names: a path, or an address that begins with `file://`."""
    return Path(unquote(urlsplit(place).path) if place.startswith(FILE) else place)


def file_system(url: str) -> tuple[Any, str]:
    """Return what reaches an address, and the path within it.

    Args:
        url: The address.

    Raises:
        ConfigError: Nothing that is installed knows the protocol, or the address is wrong.
    """
    protocol = url.partition("://")[0]
    with needing(f"{protocol}:// addresses need"):
        import fsspec
    try:
        files, path = fsspec.core.url_to_fs(url, use_listings_cache=False)
    except (ImportError, ValueError, TypeError) as error:
        raise ConfigError(f"{url}: {error}") from error
    return files, path


def lists(files: Any, folder: str) -> bool:
    """Return whether a file system lists a folder: then it knows who asks, whatever it refuses.

    Args:
        files: The file system, of `fsspec`.
        folder: The path of the folder.
    """
    try:
        files.ls(folder)
    except Exception:  # noqa: BLE001 - each protocol has errors of its own
        return False
    return True


@contextmanager
def reaching(where: str) -> Iterator[None]:
    """Give errors of a block one name: each protocol has others.

    Args:
        where: The path or the address, for the message.

    Raises:
        FileNotFoundError: There is no such file.
        InputError: It cannot be read, or what has it does not answer.
    """
    try:
        yield
    except (FileNotFoundError, JazzgenError):
        raise
    except Exception as error:
        raise InputError(f"{where}: cannot be read: {reason_of(error)}") from error


def reason_of(error: Exception) -> str:
    """Return what an error says, in one line."""
    text = getattr(error, "strerror", None) or str(error)
    return " ".join(str(text).split()) or type(error).__name__
