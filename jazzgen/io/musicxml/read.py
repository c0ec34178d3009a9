"""Read the changes of a MusicXML lead sheet: chord symbols, meters, repeats, tempo, key.

The chord symbols of all parts are taken together. Repeats, endings, D.C., D.S., coda and fine
are unfolded as players do it (see `music.jumps`). In a measure without chords the chord before
it continues. A pickup is left out, since a chart begins with a full bar. Two measures that fill
one bar together, as at a repeat in the middle of a bar, become one bar. Parts of transposing
instruments are read at sounding pitch. Source: MusicXML 4.0, W3C Music Notation Community Group.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import NamedTuple
from xml.etree.ElementTree import Element

from jazzgen.errors import ChartError
from jazzgen.io.chart_reading import ChartReading
from jazzgen.io.decoding import UTF_16
from jazzgen.io.format import HEAD_BYTES
from jazzgen.io.musicxml.abbreviations import write_out
from jazzgen.io.musicxml.by_parts import by_parts
from jazzgen.io.musicxml.double_time import chart_in_single_time, is_in_double_time
from jazzgen.io.musicxml.mxl import ZIP, open_mxl
from jazzgen.io.musicxml.own_solos import first_chorus
from jazzgen.io.musicxml.sheet import Sheet, read_sheet
from jazzgen.io.musicxml.xml_guard import LIMITS, XmlLimits, read_xml
from jazzgen.music.chart import Chart

__all__ = [
    "Score",
    "begins_like_score",
    "names_score",
    "parse_musicxml",
    "read_charts",
    "read_score",
]

XML = re.compile(
    rb"\s*(?:<!--.*?-->\s*)?<(?:\?xml|!DOCTYPE\s+score-|(?:[\w.-]+:)?score-)", re.DOTALL
)


def begins_like_score(content: bytes) -> bool:
    """Return whether a file begins like XML, but not like XHTML, which may be a page of links."""
    head = content[:HEAD_BYTES].lstrip().removeprefix(b"\xef\xbb\xbf")
    if head.startswith(UTF_16):
        head = head[2:].replace(b"\0", b"")
    return XML.match(head) is not None and b"<html" not in head.lower()


def names_score(content: bytes) -> bool:
    """Return whether the beginning of an XML file names a MusicXML score."""
    beginning = content[:HEAD_BYTES].replace(b"\0", b"")  # UTF-16 too
    return b"score-partwise" in beginning or b"score-timewise" in beginning


def read_charts(content: bytes, source: str) -> tuple[ChartReading, ...]:
    """Read the chart of a MusicXML file.

    Args:
        content: The bytes of the file.
        source: The file's name in messages.

    Returns:
        The chart, with warnings about what was repaired in it.

    Raises:
        ChartError: See `parse_musicxml`.
    """
    sheet = _sheet(content, source, LIMITS)
    return (ChartReading.of(sheet.chart, sheet.warnings, says_key=sheet.says_key),)


def parse_musicxml(content: bytes, source: str = "chart", limits: XmlLimits = LIMITS) -> Chart:
    """Read a chart from MusicXML.

    Args:
        content: The bytes of a `.musicxml` file or of a compressed `.mxl` file.
        source: What messages call it, usually the file's name.
        limits: How large it may be.

    Returns:
        The chart, with repeats and jumps unfolded.

    Raises:
        ChartError: The content is no MusicXML, has no chord symbols, or its bars do not add up;
            the message names the measure.
    """
    return _sheet(content, source, limits).chart


def _sheet(content: bytes, source: str, limits: XmlLimits) -> Sheet:
    score = read_score(content, source, limits)
    sheet = read_sheet(score.root, source, remarks=score.remarks)
    if not sheet.has_chords:
        raise ChartError(
            f"{source}: no chord symbols: expected a lead sheet with chords above the staff"
        )
    is_double = is_in_double_time(score.root, sheet.chart)
    chart = first_chorus(score.root, sheet.chart)
    return replace(sheet, chart=chart_in_single_time(chart) if is_double else chart)


class Score(NamedTuple):
    """A MusicXML score as it was found.

    Args:
        root: Its root element.
        remarks: How it was found in its archive, if that does not say where it is.
    """

    root: Element
    remarks: tuple[str, ...] = ()


def read_score(content: bytes, source: str, limits: XmlLimits = LIMITS) -> Score:
    """Return a MusicXML score, compressed or not, with repeated measures written out.

    Args:
        content: The bytes of the file.
        source: The file's name in messages.
        limits: How large it may be.

    Raises:
        ChartError: The content is no MusicXML, or not safe to read.
    """
    packed = content.startswith(ZIP)
    xml, remarks = open_mxl(content, source, limits) if packed else (content, ())
    root = by_parts(read_xml(_without_blanks(xml), source, limits))
    if root.tag != "score-partwise":
        raise ChartError(f"{source}: expected a MusicXML score by parts, not {root.tag[:40]!r}")
    write_out(root, source)
    return Score(root, remarks)


def _without_blanks(xml: bytes) -> bytes:
    """Return XML without blanks before its declaration, which must come first."""
    return xml if xml.startswith(UTF_16) else xml.lstrip()
