"""Reading XML of unknown origin: no entities, and limits to its depth and its size.

The size is checked before anything is parsed. A document type may be named, as MusicXML does,
but declares nothing. `.mxl` files are zip archives (MusicXML 4.0, "Compressed MXL Files"), and
are unpacked only up to a limit.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass
from typing import NoReturn
from xml.etree.ElementTree import Element, ParseError, TreeBuilder
from xml.parsers import expat

from jazzgen.errors import ChartError

__all__ = ["LIMITS", "XmlLimits", "read_xml", "unpack_mxl"]


@dataclass(frozen=True, kw_only=True)
class XmlLimits:
    """How large a score may be.

    Args:
        bytes: Bytes of a file.
        depth: How deep elements are nested.
        elements: Elements of a file.
        unpacked: Bytes of all files in an archive.
        ratio: How many times its packed size a file in an archive may have.
        members: Files in an archive.
    """

    bytes: int = 10_000_000
    depth: int = 200
    elements: int = 2_000_000
    unpacked: int = 20_000_000
    ratio: int = 100
    members: int = 64


LIMITS = XmlLimits()
CONTAINER = "META-INF/container.xml"
ZIP = b"PK\x03\x04"
"""The first bytes of a zip archive."""
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""The methods of compression in `.mxl` files; others may take any amount of memory."""
ENCRYPTED = 0x1
"""The flag of an encrypted member."""
# Encodings of text alone: Python's codecs include escapes and even compression.
ENCODING = re.compile(
    r"utf-?(8|16)(-?[bl]e)?|us-ascii|ascii|latin-?\d|iso-?8859-\d+|(windows-|cp)\d+|koi8-[rtu]"
    r"|mac(intosh|roman)|shift[-_]jis|euc-\w+|gb\w+|big5",
    re.IGNORECASE,
)
HIDDEN = ("__MACOSX/", "META-INF/")
"""Folders in an archive that hold no score: archivers add them."""


class _Builder:
    """Builds a tree from expat's events, and stops at the first fault or limit."""

    def __init__(self, source: str, limits: XmlLimits) -> None:
        self.source = source
        self.limits = limits
        self.tree = TreeBuilder()
        self.depth = self.elements = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        self.elements += 1
        if self.depth > self.limits.depth:
            raise ChartError(f"{self.source}: elements more than {self.limits.depth} deep")
        if self.elements > self.limits.elements:
            raise ChartError(f"{self.source}: more than {self.limits.elements:,} elements")
        self.tree.start(_local(name), {_local(key): value for key, value in attributes.items()})

    def end(self, name: str) -> None:
        self.depth -= 1
        self.tree.end(_local(name))

    def refuse(self, *_: object) -> NoReturn:
        raise ChartError(f"{self.source}: declares entities: expected plain MusicXML")

    def declaration(self, _: str, encoding: str | None, __: int) -> None:
        if encoding is not None and not ENCODING.fullmatch(encoding):
            raise ChartError(f"{self.source}: no XML: the encoding {encoding[:20]!r}")

    def document_type(self, *declared: object) -> None:
        if declared[-1]:  # an internal subset
            self.refuse()


def read_xml(content: bytes, source: str, limits: XmlLimits = LIMITS) -> Element:
    """Return the root element; names are without their namespace.

    Args:
        content: The bytes of an XML file.
        source: The file's name in messages.
        limits: How large it may be.

    Raises:
        ChartError: The content is no XML, too large, too deep, or declares entities.
    """
    if len(content) > limits.bytes:
        raise ChartError(f"{source}: more than {limits.bytes:,} bytes")
    builder = _Builder(source, limits)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
    parser.XmlDeclHandler = builder.declaration
    parser.StartDoctypeDeclHandler = builder.document_type
    parser.EntityDeclHandler = builder.refuse
    parser.UnparsedEntityDeclHandler = builder.refuse
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.tree.data
    try:
        parser.Parse(content, True)
        return builder.tree.close()
    except (expat.ExpatError, ParseError, ValueError, LookupError, AssertionError) as error:
        raise ChartError(f"{source}: no XML: {error}") from None


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def unpack_mxl(content: bytes, source: str, limits: XmlLimits = LIMITS) -> bytes:
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
            return _member(archive, _score_name(container, names, source), source, limits)
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


def _score_name(container: bytes, names: list[str], source: str) -> str:
    """Return the name of the score: the first in the container, else the first by its suffix."""
    if container:
        for rootfile in read_xml(container, source).iter("rootfile"):
            if (path := rootfile.get("full-path", "")) in names:
                return path
    for name in names:
        if name.lower().endswith((".xml", ".musicxml")) and not name.startswith(HIDDEN):
            return name
    raise ChartError(f"{source}: an archive without a score")
