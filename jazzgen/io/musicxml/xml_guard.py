"""Reading XML of unknown origin: no entities, and limits to its depth and its size.

The size is checked before anything is parsed. A document type may be named, as MusicXML does,
but declares nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NoReturn
from xml.etree.ElementTree import Element, ParseError, TreeBuilder
from xml.parsers import expat

from jazzgen.errors import ChartError

__all__ = ["LIMITS", "IllFormedError", "XmlLimits", "read_xml"]


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
# Encodings of text alone: Python's codecs include escapes and even compression.
ENCODING = re.compile(
    r"utf-?(8|16)(-?[bl]e)?|us-ascii|ascii|latin-?\d|iso-?8859-\d+|(windows-|cp)\d+|koi8-[rtu]"
    r"|mac(intosh|roman)|shift[-_]jis|euc-\w+|gb\w+|big5",
    re.IGNORECASE,
)


class IllFormedError(ChartError):
    """A text that is no XML."""


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
        IllFormedError: The content is no XML.
        ChartError: It is too large, too deep, or declares entities.
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
        raise IllFormedError(f"{source}: no XML: {error}") from None


def _local(name: str) -> str:
    return name.rpartition(":")[2]
