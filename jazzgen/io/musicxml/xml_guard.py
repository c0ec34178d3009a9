"""XML from strangers: read with no entity, no depth and no size that can hurt.

Nothing is parsed before it is known to be small; a document type may be named, as MusicXML
does, but declare nothing; elements lie 200 deep at most. `.mxl` files are zip archives,
unpacked no further than they may be (MusicXML 4.0, "Compressed MXL Files").
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from typing import NoReturn
from xml.etree.ElementTree import Element, ParseError, TreeBuilder
from xml.parsers import expat

from jazzgen.errors import ChartError

__all__ = [
    "MAX_BYTES",
    "MAX_DEPTH",
    "MAX_ELEMENTS",
    "MAX_MEMBERS",
    "MAX_RATIO",
    "MAX_UNPACKED",
    "read_xml",
    "unpack_mxl",
]

MAX_BYTES = 10_000_000
MAX_DEPTH = 200
MAX_ELEMENTS = 2_000_000
MAX_UNPACKED, MAX_RATIO, MAX_MEMBERS = 20_000_000, 100, 64
CONTAINER = "META-INF/container.xml"
ZIP = b"PK\x03\x04"
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""How members may be packed: others belong to no `.mxl`, and may want any memory."""
ENCRYPTED = 0x1
# Encodings of text. Python knows others under such names: escapes, even compression.
ENCODING = re.compile(
    r"utf-?(8|16)(-?[bl]e)?|us-ascii|ascii|latin-?\d|iso-?8859-\d+|(windows-|cp)\d+|koi8-[rtu]"
    r"|mac(intosh|roman)|shift[-_]jis|euc-\w+|gb\w+|big5", re.IGNORECASE,
)  # fmt: skip
# What archivers of some systems add, and nobody wrote.
HIDDEN = ("__MACOSX/", "META-INF/")


class _Builder:
    """Builds a tree from expat's events, and stops where it should not go on."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.tree = TreeBuilder()
        self.depth = self.elements = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        self.elements += 1
        if self.depth > MAX_DEPTH:
            raise ChartError(f"{self.source}: elements more than {MAX_DEPTH} deep")
        if self.elements > MAX_ELEMENTS:
            raise ChartError(f"{self.source}: more than {MAX_ELEMENTS:,} elements")
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


def read_xml(content: bytes, source: str) -> Element:
    """Return the root element; names come without a namespace.

    Args:
        content: The bytes of an XML file.
        source: What to name in messages.

    Raises:
        ChartError: It is too large, too deep, declares anything, or is no XML.
    """
    if len(content) > MAX_BYTES:
        raise ChartError(f"{source}: more than {MAX_BYTES:,} bytes")
    builder = _Builder(source)
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


def unpack_mxl(content: bytes, source: str) -> bytes:
    """Return the score of a compressed MusicXML file.

    Args:
        content: The bytes of an `.mxl` file.
        source: What to name in messages.

    Raises:
        ChartError: It is no such archive, is damaged, holds no score, or would grow too
            large.
    """
    if len(content) > MAX_BYTES:
        raise ChartError(f"{source}: more than {MAX_BYTES:,} bytes")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            if len(members) > MAX_MEMBERS:
                raise ChartError(f"{source}: an archive of more than {MAX_MEMBERS} files")
            if sum(member.file_size for member in members) > MAX_UNPACKED:
                raise ChartError(f"{source}: unpacks to more than {MAX_UNPACKED:,} bytes")
            names = [member.filename for member in members]
            container = _member(archive, CONTAINER, source) if CONTAINER in names else b""
            return _member(archive, _score_name(container, names, source), source)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, ValueError,
            KeyError, NotImplementedError, OverflowError, struct.error) as error:  # fmt: skip
        raise ChartError(f"{source}: a damaged archive: {_first_line(error)}") from None


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [""])[0][:80] or type(error).__name__


def _member(archive: zipfile.ZipFile, name: str, source: str) -> bytes:
    """Unpack a member, never further than it may grow, whatever its header says."""
    info = archive.getinfo(name)
    if info.flag_bits & ENCRYPTED:
        raise ChartError(f"{source}: {name[:60]!r} is encrypted")
    if info.compress_type not in METHODS:
        raise ChartError(f"{source}: {name[:60]!r} is packed by another method than deflate")
    limit = min(MAX_UNPACKED, max(info.compress_size, 1) * MAX_RATIO)
    with archive.open(info) as member:
        content = member.read(limit + 1)
    if len(content) > limit:
        raise ChartError(f"{source}: {name[:60]!r} unpacks to more than {MAX_RATIO} times its size")
    return content


def _score_name(container: bytes, names: list[str], source: str) -> str:
    """Return the name of the score: the container's first, or the only one that can be."""
    if container:
        for rootfile in read_xml(container, source).iter("rootfile"):
            if (path := rootfile.get("full-path", "")) in names:
                return path
    for name in names:
        if name.lower().endswith((".xml", ".musicxml")) and not name.startswith(HIDDEN):
            return name
    raise ChartError(f"{source}: an archive without a score")
