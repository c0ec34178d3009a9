"""Downloads files from the web: resumable, checked, and complete or not there at all.

During a download the file is `NAME.part` beside its destination, with the validator
of the server's copy (its ETag or its date) as `NAME.part.version`. A later call resumes
where that one stopped if the server still has the same version (RFC 9110, sections
13.1.5 and 14: If-Range and Range), and starts again if it does not, or does not support
ranges.
"""

from __future__ import annotations

import contextlib
import http.client
import io
import os
import re
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from jazzgen.errors import DatasetError, InputError, OutputError
from jazzgen.runtime.atomic import fsync_folder
from jazzgen.runtime.files import read_file
from jazzgen.runtime.locks import only_writer

__all__ = ["TIMEOUT", "download", "part_of"]

TIMEOUT = 30.0
"""The seconds without data after which a download fails."""

CHUNK = 1 << 16
LONGEST_VERSION = 10_000
"""The size of the file with the version, in bytes."""
RANGE_BEYOND_THE_END = 416


@dataclass(frozen=True)
class _Answer:
    """The server's answer: its first byte in the file, the size and the version of the file."""

    response: http.client.HTTPResponse
    start: int
    total: int | None
    version: str


def part_of(path: str | Path) -> Path:
    """Return the path of a file that is not complete yet."""
    path = Path(path)
    return path.with_name(path.name + ".part")


def download(
    url: str,
    path: str | Path,
    check: Callable[[Path], object],
    *,
    on_bytes: Callable[[int, int | None], None] | None = None,
    timeout: float = TIMEOUT,
) -> Path:
    """Download a file, resuming what an earlier call has left.

    Args:
        url: An http or https address.
        path: The file to write; it is replaced if it exists.
        check: Called with the complete file before it gets its name; raises `DatasetError` if
            the file is not the one that is wanted.
        on_bytes: Called with the number of bytes so far and the number of all, None if the server
            does not say it.
        timeout: Seconds without data after which the download fails.

    Returns:
        The path that was written.

    Raises:
        DatasetError: The server cannot be reached, refuses, stops before the end, or
            sends something else.
        OutputError: The file cannot be written, or another process is fetching it.
    """
    if not re.match(r"https?://[^/]", url, re.IGNORECASE):
        raise DatasetError(f"{url}: expected an address that begins with http:// or https://")
    path, part = Path(path), part_of(path)
    with _writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    with only_writer(part.with_name(part.name + ".lock"), path):
        _receive(url, part, on_bytes or _nobody, timeout)
        try:
            check(part)
        except DatasetError as error:
            _forget(part)
            raise DatasetError(f"{url}: what was downloaded cannot be used: {error}") from error
        with _writing(path):
            os.replace(part, path)
            fsync_folder(path.parent)
        _forget(part)
    return path


def _nobody(_done: int, _total: int | None) -> None:
    """Report no progress."""


def _receive(
    url: str, part: Path, on_bytes: Callable[[int, int | None], None], timeout: float
) -> None:
    """Download the rest of a part."""
    have, version = _what_is_there(part)
    answer = _ask(url, have, version, timeout) if have else None
    if answer is None:
        answer = _ask(url, 0, "", timeout)
    if answer is None:
        raise DatasetError(f"{url}: the server sent a part of the file that was not asked for")
    with contextlib.closing(answer.response):
        _write(url, part, answer, on_bytes)


def _what_is_there(part: Path) -> tuple[int, str]:
    """Return the size of a part and the version of its file; 0 and "" if it has no version."""
    try:
        version = read_file(_version_of(part), LONGEST_VERSION).decode("ascii").strip()
        return (part.stat().st_size, version) if version else (0, "")
    except (OSError, InputError, UnicodeDecodeError):
        return 0, ""


def _version_of(part: Path) -> Path:
    return part.with_name(part.name + ".version")


def _forget(part: Path) -> None:
    for file in (part, _version_of(part)):
        with contextlib.suppress(OSError):
            file.unlink(missing_ok=True)


def _ask(url: str, have: int, version: str, timeout: float) -> _Answer | None:
    """Ask for the bytes of a file that follow the first `have` bytes.

    Returns:
        The answer; None if it is of no use, since the file is no longer than that, or the server
        sends other bytes.
    """
    with _network(url):
        request = urllib.request.Request(url, headers={"User-Agent": "jazzgen"})  # noqa: S310 - see `download`
        if have:
            request.add_header("Range", f"bytes={have}-")
            request.add_header("If-Range", version)
        try:
            response = urllib.request.urlopen(request, timeout=timeout)  # noqa: S310
        except urllib.error.HTTPError as error:
            with error:
                if error.code == RANGE_BEYOND_THE_END:
                    return None
                raise
    answer = _answer(cast(http.client.HTTPResponse, response))
    if answer.start in (0, have):
        return answer
    response.close()
    return None


def _answer(response: http.client.HTTPResponse) -> _Answer:
    headers = response.headers
    tag = headers.get("ETag", "")
    # A weak tag says that copies mean the same, not that their bytes are the same.
    version = tag if tag and not tag.startswith("W/") else headers.get("Last-Modified", "")
    if response.status != http.client.PARTIAL_CONTENT:
        length = headers.get("Content-Length", "")
        return _Answer(response, 0, int(length) if length.isdecimal() else None, version)
    span = re.fullmatch(r"bytes (\d+)-\d+/(\d+|\*)", headers.get("Content-Range", ""))
    if span is None:
        return _Answer(response, -1, None, version)
    return _Answer(response, int(span[1]), None if span[2] == "*" else int(span[2]), version)


def _write(
    url: str, part: Path, answer: _Answer, on_bytes: Callable[[int, int | None], None]
) -> None:
    done = answer.start
    with _writing(part):
        if not done:
            _version_of(part).write_text(answer.version, encoding="ascii", errors="replace")
        # Unbuffered: what has come is there whatever ends this process.
        file = open(part, "ab" if done else "wb", buffering=0)  # noqa: SIM115 - closed below
    with contextlib.closing(file):
        on_bytes(done, answer.total)
        for chunk in _chunks(url, answer.response):
            with _writing(part):
                _write_all(file, chunk)
            done += len(chunk)
            on_bytes(done, answer.total)
        with _writing(part):
            os.fsync(file.fileno())
    if answer.total is not None and done != answer.total:
        raise DatasetError(
            f"{url}: the connection ended after {done:,} of {answer.total:,} bytes; "
            f"the same command resumes from there"
        )


def _write_all(file: io.FileIO, chunk: bytes) -> None:
    """Write a chunk: an unbuffered write may take a part of it only."""
    rest = memoryview(chunk)
    while rest:
        rest = rest[file.write(rest) :]


def _chunks(url: str, response: http.client.HTTPResponse) -> Iterator[bytes]:
    while True:
        with _network(url):
            chunk = response.read1(
                CHUNK
            )  # whatever has arrived, even if it does not fill the chunk
        if not chunk:
            return
        yield chunk


@contextlib.contextmanager
def _network(url: str) -> Iterator[None]:
    try:
        yield
    except urllib.error.HTTPError as error:
        raise DatasetError(f"{url}: the server answers {error.code} {error.reason}") from error
    except urllib.error.URLError as error:
        raise DatasetError(f"{url}: cannot be reached: {_reason(error.reason)}") from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise DatasetError(f"{url}: the connection failed: {_reason(error)}") from error


def _reason(error: object) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


@contextlib.contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {error.strerror or error}") from error
