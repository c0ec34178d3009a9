"""Where results of many processes go: a folder that they share, or an object store.

A file appears under its name whole or not at all. In a folder it is written under another name
and renamed; an object store shows an object only when all of it has arrived.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol, cast

from jazzgen.errors import JazzgenError, OutputError
from jazzgen.runtime.addresses import file_system, is_remote, local_path, reaching, reason_of
from jazzgen.runtime.atomic import check_writable, write_parts
from jazzgen.runtime.files import open_file

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

__all__ = ["FolderStore", "Store", "UrlStore", "store_at"]

ATOMIC = {"s3", "s3a", "gs", "gcs", "abfs", "abfss", "az", "oss", "memory"}
"""Protocols in which an object appears under its name only when it is complete. They know no
folders: what would be one is a bucket, which only its owner makes."""

PARTIAL = ".part"
BUFFER = 2**16


class Store(Protocol):
    """A place for files, each of which is written whole or not at all.

    Whatever reads raises an `InputError` that names the place if that cannot be read, and whatever
    writes an `OutputError`.
    """

    @property
    def where(self) -> str:
        """The folder or the address, for messages."""

    def open(self, name: str) -> BinaryIO:
        """Open a file for reading.

        Raises:
            FileNotFoundError: There is none.
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
        with reaching(f"{self.path / name}"):
            return open_file(self.path / name)

    def size(self, name: str) -> int | None:
        """Return the size of a file in bytes, or None if there is none."""
        try:
            with reaching(f"{self.path / name}"):
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
            with reaching(self.where):
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
        where = f"{self._url}/{name}"
        with reaching(where):
            file = self._files.open(self._path(name), "rb")
        return cast(BinaryIO, io.BufferedReader(_Reading(file, where), BUFFER))

    def size(self, name: str) -> int | None:
        """Return the size of a file in bytes, or None if there is none."""
        try:
            with reaching(f"{self._url}/{name}"):
                return int(self._files.info(self._path(name))["size"])
        except FileNotFoundError:
            return None

    def write(self, name: str, parts: Iterable[bytes]) -> None:
        """Write a file here, and send it."""
        with self.made(name) as folder:
            write_parts(folder / name, parts)

    def remove(self, name: str) -> None:
        """Remove a file, if there is one."""
        with self._writing(name):
            if self._files.exists(self._path(name)):
                self._files.rm_file(self._path(name))

    def names(self) -> list[str]:
        """Return the names of all files, sorted."""
        try:
            with reaching(self._url):
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
                with self._writing(name):
                    self._send(Path(folder, name), self._path(name))

    @contextmanager
    def _writing(self, name: str) -> Iterator[None]:
        try:
            yield
        except JazzgenError:
            raise
        except Exception as error:  # each protocol has errors of its own
            raise OutputError(
                f"{self._url}/{name}: cannot be written: {reason_of(error)}"
            ) from error

    def _send(self, file: Path, path: str) -> None:
        protocol = self._files.protocol
        if ATOMIC.isdisjoint([protocol] if isinstance(protocol, str) else protocol):
            self._files.makedirs(self._root, exist_ok=True)
            self._files.put_file(str(file), path + PARTIAL)
            self._files.mv(path + PARTIAL, path)
        else:
            self._files.put_file(str(file), path)


class _Reading(io.RawIOBase):
    """A file behind an address; whatever fails while it is read names the address.

    Args:
        file: The open file, of `fsspec`.
        where: Its address.
    """

    def __init__(self, file: Any, where: str) -> None:
        super().__init__()
        self._file = file
        self._where = where

    def readable(self) -> bool:
        """It is there to be read."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Read some bytes."""
        room = memoryview(buffer)
        with reaching(self._where):
            found = self._file.read(len(room))
        room[: len(found)] = found
        return len(found)

    def close(self) -> None:
        """Close the file."""
        if not self.closed:
            self._file.close()
        super().close()


def store_at(place: str) -> Store:
    """Return the store at a path or an address.

    Args:
        place: A path, or an address that `fsspec` knows. `file://` is a path like any other.

    Raises:
        OutputError: The folder cannot be written.
        ConfigError: The address cannot be used.
    """
    return UrlStore(place) if is_remote(place) else FolderStore(local_path(place))
