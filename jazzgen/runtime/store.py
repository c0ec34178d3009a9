"""Where results of many processes go: a folder that they share, or an object store.

A file appears under its name whole or not at all. In a folder it is written under another name
and renamed; an object store shows an object only when all of it has arrived.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO, Protocol, cast
from urllib.parse import unquote, urlsplit

from jazzgen.errors import ConfigError, OutputError
from jazzgen.runtime.atomic import check_writable, write_parts
from jazzgen.runtime.extras import needing
from jazzgen.runtime.files import open_file

__all__ = [
    "FolderStore",
    "Store",
    "UrlStore",
    "file_system",
    "is_remote",
    "is_url",
    "local_path",
    "store_at",
]

URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
"""How an address begins that `fsspec` opens; a drive of Windows has one letter only."""

FILE = "file://"

ATOMIC = {"s3", "s3a", "gs", "gcs", "abfs", "abfss", "az", "oss", "memory"}
"""Protocols in which an object appears under its name only when it is complete."""

PARTIAL = ".part"


class Store(Protocol):
    """A place for files, each of which is written whole or not at all."""

    @property
    def where(self) -> str:
        """The folder or the address, for messages."""

    def open(self, name: str) -> BinaryIO:
        """Open a file for reading.

        Raises:
            OSError: There is none, or it cannot be read.
        """

    def size(self, name: str) -> int | None:
        """Return the size of a file in bytes, or None if there is none."""

    def write(self, name: str, parts: Iterable[bytes]) -> None:
        """Write a file.

        Args:
            name: Its name.
            parts: Its bytes, one part after the other.

        Raises:
            OutputError: It cannot be written.
        """

    def remove(self, name: str) -> None:
        """Remove a file, if there is one."""

    def names(self) -> list[str]:
        """Return the names of all files, sorted."""

    def made(self, *names: str) -> AbstractContextManager[Path]:
        """Give a folder of this machine in which files are made.

        Args:
            names: The files that the block makes, in the order in which they are to appear.

        Raises:
            OutputError: The files cannot be written.
        """


class FolderStore:
    """A folder of this machine, or one that several machines share.

    Args:
        path: The folder; it is created when something is written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        check_writable(path, folder=True)

    @property
    def where(self) -> str:
        """The folder."""
        return str(self.path)

    def open(self, name: str) -> BinaryIO:
        """Open a file for reading."""
        return open_file(self.path / name)

    def size(self, name: str) -> int | None:
        """Return the size of a file in bytes, or None if there is none."""
        try:
            return (self.path / name).stat().st_size
        except FileNotFoundError:
            return None

    def write(self, name: str, parts: Iterable[bytes]) -> None:
        """Write a file under another name, and rename it."""
        write_parts(self.path / name, parts)

    def remove(self, name: str) -> None:
        """Remove a file, if there is one."""
        (self.path / name).unlink(missing_ok=True)

    def names(self) -> list[str]:
        """Return the names of all files, sorted."""
        try:
            return sorted(entry.name for entry in self.path.iterdir())
        except FileNotFoundError:
            return []

    @contextmanager
    def made(self, *_names: str) -> Iterator[Path]:
        """Give the folder itself: files that are made in it need not move."""
        yield self.path


class UrlStore:
    """A folder that `fsspec` reaches, such as `s3://bucket/dataset`.

    Args:
        url: Its address.

    Raises:
        ConfigError: Nothing that is installed knows the protocol, or the address is wrong.
    """

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._files, path = file_system(self._url)
        self._root = path.rstrip("/")

    @property
    def where(self) -> str:
        """The address."""
        return self._url

    def _path(self, name: str) -> str:
        return f"{self._root}/{name}"

    def open(self, name: str) -> BinaryIO:
        """Open a file for reading."""
        return cast(BinaryIO, self._files.open(self._path(name), "rb"))

    def size(self, name: str) -> int | None:
        """Return the size of a file in bytes, or None if there is none."""
        try:
            return int(self._files.info(self._path(name))["size"])
        except FileNotFoundError:
            return None

    def write(self, name: str, parts: Iterable[bytes]) -> None:
        """Write a file here, and send it."""
        with self.made(name) as folder:
            write_parts(folder / name, parts)

    def remove(self, name: str) -> None:
        """Remove a file, if there is one."""
        if self._files.exists(self._path(name)):
            self._files.rm_file(self._path(name))

    def names(self) -> list[str]:
        """Return the names of all files, sorted."""
        try:
            found = self._files.ls(self._root, detail=False)
        except FileNotFoundError:
            return []
        return sorted(path.rstrip("/").rpartition("/")[2] for path in found)

    @contextmanager
    def made(self, *names: str) -> Iterator[Path]:
        """Give a temporary folder, and send the files of the block when it has ended well."""
        with TemporaryDirectory(prefix="jazzgen-") as folder:
            yield Path(folder)
            for name in names:
                try:
                    self._send(Path(folder, name), self._path(name))
                except Exception as error:  # each protocol has errors of its own
                    reason = getattr(error, "strerror", None) or error
                    raise OutputError(f"{self._url}/{name}: cannot be written: {reason}") from error

    def _send(self, file: Path, path: str) -> None:
        self._files.makedirs(self._root, exist_ok=True)
        protocol = self._files.protocol
        if ATOMIC.isdisjoint([protocol] if isinstance(protocol, str) else protocol):
            self._files.put_file(str(file), path + PARTIAL)
            self._files.mv(path + PARTIAL, path)
        else:
            self._files.put_file(str(file), path)


def is_url(place: str) -> bool:
    """Return whether a place is an address such as `s3://bucket/solos`, not a path."""
    return URL.match(place) is not None


def is_remote(place: str) -> bool:
    """Return whether a place is an address that no path of this machine leads to."""
    return is_url(place) and not place.startswith(FILE)


def local_path(place: str) -> Path:
    """Return the path that a place names: a path, or an address that begins with `file://`."""
    return Path(unquote(urlsplit(place).path) if place.startswith(FILE) else place)


def store_at(place: str) -> Store:
    """Return the store at a path or an address.

    Args:
        place: A path, or an address that `fsspec` knows. `file://` is a path like any other.

    Raises:
        OutputError: The folder cannot be written.
        ConfigError: The address cannot be used.
    """
    return UrlStore(place) if is_remote(place) else FolderStore(local_path(place))


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
