"""Compressed MusicXML: the score in an `.mxl` archive.

An archive names its score in `META-INF/container.xml`. Where that is missing or cannot be read, as
in the exports of several programs, the score is found by its name. Archives are unpacked only up to
a limit. Source: MusicXML 4.0, "Compressed MXL Files".
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import unquote

from jazzgen.errors import ChartError
from jazzgen.io.musicxml.xml_guard import LIMITS, IllFormedError, XmlLimits, read_xml

__all__ = ["ZIP", "Unpacked", "open_mxl", "unpack_mxl"]

CONTAINER = "META-INF/container.xml"
ZIP = b"PK\x03\x04"
"""The first bytes of a zip archive."""
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""The methods of compression in `.mxl` files; others may take any amount of memory."""
ENCRYPTED = 0x1
"""The flag of an encrypted member."""
HIDDEN = ("__MACOSX/", "META-INF/")
"""Folders in an archive that hold no score: archivers add them."""
SUFFIXES = (".xml", ".musicxml")
TRIED, BEGINNING = 20, 2_000
"""The number of files whose beginning is looked at for a score, and its bytes."""


class Unpacked(NamedTuple):
    """The score of an archive.

    Args:
        content: Its bytes.
        remarks: How it was found, if the archive does not say where it is.
    """

    content: bytes
    remarks: tuple[str, ...] = ()


def unpack_mxl(content: bytes, source: str, limits: XmlLimits = LIMITS) -> bytes:
    """Return the bytes of the score in an archive (see `open_mxl`)."""
    return open_mxl(content, source, limits).content


def open_mxl(content: bytes, source: str, limits: XmlLimits = LIMITS) -> Unpacked:
    """Return the score of a compressed MusicXML file.

    Args:
        content: The bytes of an `.mxl` file.
        source: The file's name in messages.
        limits: How large it may be.

    Raises:
        ChartError: The archive is damaged, encrypted, without a score, or too large.
    """
    if len(content) > limits.bytes:
        raise ChartError(f"{source}: more than {limits.bytes:,} bytes")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            if len(members) > limits.members:
                raise ChartError(f"{source}: an archive of more than {limits.members} files")
            if sum(member.file_size for member in members) > limits.unpacked:
                raise ChartError(f"{source}: unpacks to more than {limits.unpacked:,} bytes")
            names = [member.filename for member in members]
            container = _member(archive, CONTAINER, source, limits) if CONTAINER in names else b""
            name, fault = _score_name(container, names, source)
            if not name:
                name = _by_content(archive, names, source, limits)
            return Unpacked(_member(archive, name, source, limits), _told(name, fault, names))
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        RuntimeError,
        ValueError,
        KeyError,
        NotImplementedError,
        OverflowError,
        struct.error,
    ) as error:
        raise ChartError(f"{source}: a damaged archive: {_first_line(error)}") from None


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [""])[0][:80] or type(error).__name__


def _member(archive: zipfile.ZipFile, name: str, source: str, limits: XmlLimits) -> bytes:
    """Unpack a member up to the limit, whatever size its header claims."""
    info = archive.getinfo(name)
    if info.flag_bits & ENCRYPTED:
        raise ChartError(f"{source}: {name[:60]!r} is encrypted")
    if info.compress_type not in METHODS:
        raise ChartError(f"{source}: {name[:60]!r} is packed by another method than deflate")
    limit = min(limits.unpacked, max(info.compress_size, 1) * limits.ratio)
    with archive.open(info) as member:
        content = member.read(limit + 1)
    if len(content) > limit:
        raise ChartError(
            f"{source}: {name[:60]!r} unpacks to more than {limits.ratio} times its size"
        )
    return content


def _score_name(container: bytes, names: Sequence[str], source: str) -> tuple[str, str]:
    """Return the name of the score, and what is wrong with the container.

    The score is the first one that the container names, or else the first by its suffix; "" if
    there is none.

    Args:
        container: The bytes of the container; nothing if there is none.
        names: The names of all files in the archive.
        source: The archive's name in messages.
    """
    fault = "is missing"
    if container:
        try:
            paths = _named_scores(container, source)
        except IllFormedError:
            fault = "is ill-formed"
        else:
            if found := next((path for path in paths if path in names), None):
                return found, ""
            fault = "does not name a file of the archive"
    return next(iter(_scores(names)), ""), fault


def _by_content(
    archive: zipfile.ZipFile, names: Sequence[str], source: str, limits: XmlLimits
) -> str:
    """Return the name of the first file that begins like a score, whatever it is called."""
    for name in names[:TRIED]:
        if name.startswith(HIDDEN) or name.endswith("/"):
            continue
        beginning = _member(archive, name, source, limits)[:BEGINNING].replace(b"\0", b"")
        if b"<score-partwise" in beginning or b"<score-timewise" in beginning:
            return name
    raise ChartError(f"{source}: an archive without a score")


def _named_scores(container: bytes, source: str) -> list[str]:
    """Return the paths that a container names, those of other kinds of files last."""
    files = list(read_xml(container, source).iter("rootfile"))
    files.sort(key=lambda file: "xml" not in file.get("media-type", "xml"))
    paths = [file.get("full-path", "") for file in files]
    return [path for plain in paths for path in (plain, unquote(plain))]


def _scores(names: Sequence[str]) -> list[str]:
    return [
        name for name in names if name.lower().endswith(SUFFIXES) and not name.startswith(HIDDEN)
    ]


def _told(name: str, fault: str, names: Sequence[str]) -> tuple[str, ...]:
    """Return the remark about a score that the container does not name."""
    if not fault:
        return ()
    number = len(_scores(names))
    which = "its only score" if number < 2 else f"the first of its {number} scores"
    return (f"{CONTAINER} {fault}: {name[:60]!r} is read, {which}",)
