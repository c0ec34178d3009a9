"""Files behind addresses are fetched before they are read, some ahead of the reader.

A reader gets a copy in a temporary folder, with the chart beside it, under the same name; what it
says of the copy is said of the address.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any

from jazzgen.datasets.outcome import Outcome, Rejected
from jazzgen.datasets.source_file import SourceFile
from jazzgen.errors import InputError
from jazzgen.io.bounded import MAX_BYTES
from jazzgen.runtime.addresses import file_system, is_url, lists, reason_of

__all__ = ["Staging"]

AHEAD = 32
"""Files that are fetched at once: a store takes about as long for them as for one."""


class Staging:
    """A temporary folder for copies. Use it in a `with` block, at whose end it is removed."""

    def __init__(self) -> None:
        self._folder: TemporaryDirectory[str] | None = None
        self._copies: dict[SourceFile, Path] = {}
        self._made = 0

    def __enter__(self) -> Staging:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        if self._folder is not None:
            self._folder.cleanup()

    def ready(
        self, files: Iterable[SourceFile], known: Callable[[SourceFile], bool]
    ) -> Iterator[SourceFile]:
        """Yield files that can be read: those behind addresses have been fetched.

        Args:
            files: The files.
            known: Returns whether a file need not be read.

        Yields:
            The files in their order. One that is no longer there is of the kind "nothing".

        Raises:
            InputError: A store does not answer.
        """
        left = iter(files)
        # Files of this machine are passed on one by one: nobody has to wait for the next.
        for first in left:
            if not is_url(first.path):
                yield first
                continue
            some = [first, *islice(left, AHEAD - 1)]
            fetched = self._fetch([one for one in some if _is_remote(one) and not known(one)])
            for one in some:
                problem = fetched.get(one, "")
                yield SourceFile(one.path, "nothing", problem=problem) if problem else one

    def path(self, file: SourceFile) -> str:
        """Return the path at which a file can be read."""
        return str(self._copies.get(file, file.path))

    def told(self, file: SourceFile, outcomes: Iterable[Outcome]) -> Iterator[Outcome]:
        """Yield outcomes that name the address of a file, not the path of its copy.

        Args:
            file: The file; its copy is removed when all outcomes have been yielded.
            outcomes: The outcomes of its solos.
        """
        copy = self._copies.get(file)
        if copy is None:
            yield from outcomes
            return
        for outcome in outcomes:
            yield _renamed(outcome, str(copy), file.path)
        self._copies.pop(file)
        shutil.rmtree(copy.parent, ignore_errors=True)

    def _fetch(self, files: list[SourceFile]) -> dict[SourceFile, str]:
        """Fetch files together, or one by one if that fails; return why some cannot be.

        A file that is not there any more, or may not be read, is rejected as one on a disk would
        be. But a store that does not answer, or does not know us any more, is no fault of the
        file: then the work ends, and can be resumed.

        Raises:
            InputError: The store does not answer.
        """
        problems: dict[SourceFile, str] = {}
        with suppress(Exception):  # whichever it was is found out below
            self._get(files)
            return problems
        for file in files:
            try:
                self._get([file])
            except FileNotFoundError:
                problems[file] = f"{file.path}: no such file"
            except Exception as error:  # each protocol has errors of its own
                if not (isinstance(error, PermissionError) and _known_at(file.path)):
                    reason = reason_of(error)
                    raise InputError(f"{file.path}: cannot be fetched: {reason}") from error
                problems[file] = f"{file.path}: {reason_of(error)}"
        return problems

    def _get(self, files: list[SourceFile]) -> None:
        """Copy files, and what lies beside them, into folders of their own."""
        remote: dict[str, tuple[Any, list[str], list[str]]] = {}
        for file in files:
            place = self._place()
            copy = place / file.path.rpartition("/")[2]
            if file.kind == "music" and file.size > MAX_BYTES:
                _pretend(copy, file.size)  # a reader refuses it by its size alone
            else:
                for address, path in _with_charts(file, copy):
                    store, source = file_system(address)
                    _, sources, paths = remote.setdefault(address.partition("://")[0],
                                                          (store, [], []))  # fmt: skip
                    sources.append(source)
                    paths.append(str(path))
            self._copies[file] = copy
        for store, sources, paths in remote.values():
            store.get(sources, paths)

    def _place(self) -> Path:
        """Return a new folder for one copy."""
        self._folder = self._folder or TemporaryDirectory(prefix="jazzgen-")
        self._made += 1
        place = Path(self._folder.name, str(self._made))
        place.mkdir()
        return place


def _known_at(address: str) -> bool:
    """Return whether a store still knows who asks for an address."""
    store, path = file_system(address)
    return lists(store, path.rpartition("/")[0])


def _is_remote(file: SourceFile) -> bool:
    return file.kind != "nothing" and is_url(file.path)


def _with_charts(file: SourceFile, copy: Path) -> Iterator[tuple[str, Path]]:
    """Yield the addresses of a file and of what may be its chart, each with a path to copy it to.

    Args:
        file: The file.
        copy: The path for the file itself.
    """
    yield file.path, copy
    stem = copy.with_suffix("")
    folder = file.path.rpartition("/")[0]
    for end in file.beside:
        yield f"{folder}/{stem.name}{end}", stem.with_name(stem.name + end)


def _pretend(path: Path, size: int) -> None:
    """Make a file of some size that takes no room on the disk."""
    with open(path, "wb") as file:
        file.truncate(size)


def _renamed(outcome: Outcome, copy: str, address: str) -> Outcome:
    """Return an outcome that names an address in place of a copy."""
    file = outcome.file.replace(copy, address)
    if isinstance(outcome, Rejected):
        return Rejected(file, outcome.reason.replace(copy, address))
    warnings = tuple(warning.replace(copy, address) for warning in outcome.warnings)
    return replace(outcome, file=file, warnings=warnings)
