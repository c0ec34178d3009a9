"""Read the changes of a MusicXML lead sheet: chord symbols, meters, repeats, tempo, key.

The chord symbols of all parts count, by their places. Repeats, endings, D.C., D.S., coda
and fine are unfolded as players do it (see `chart_jumps`). A measure without chords lets
the chord before go on. A pickup before the first full measure is left out, for a chart
begins with a bar; two measures that fill one bar between them, as at a repeat in the middle
of it, are one. Parts of transposing instruments are read as they sound. Source: MusicXML
4.0, W3C Music Notation Community Group.
"""

from __future__ import annotations

from pathlib import Path
from xml.etree.ElementTree import Element

from jazzgen.errors import ChartError
from jazzgen.io.musicxml.sheet import read_sheet
from jazzgen.io.musicxml.xml_guard import ZIP, read_xml, unpack_mxl
from jazzgen.music.chart import Chart

__all__ = ["SUFFIXES", "is_musicxml", "names_musicxml", "parse_musicxml", "read_score"]

SUFFIXES = (".musicxml", ".mxl", ".xml")
HEAD = 4096
BEGINNINGS = (ZIP, b"<", b"\xef\xbb\xbf<", b"\xff\xfe<\x00", b"\xfe\xff\x00<")
"""How a file may begin: an archive, and XML in UTF-8 or UTF-16."""


def is_musicxml(path: Path) -> bool:
    """Return whether a file means to be MusicXML: by its name, or by its beginning."""
    if path.suffix.lower() in SUFFIXES:
        return True
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            return file.read(max(map(len, BEGINNINGS))).startswith(BEGINNINGS)
    except (OSError, ValueError):
        return False  # whoever reads it will say why


def names_musicxml(path: Path) -> bool:
    """Return whether an XML file names a score of MusicXML where it begins."""
    try:
        with path.open("rb") as file:
            beginning = file.read(HEAD).replace(b"\0", b"")  # UTF-16 too
    except OSError:
        return False
    return b"score-partwise" in beginning or b"score-timewise" in beginning


def parse_musicxml(content: bytes, source: str = "chart") -> Chart:
    """Read a chart from MusicXML.

    Args:
        content: The bytes of a `.musicxml` file, or of a compressed `.mxl`.
        source: What to name in messages, a file's name as a rule.

    Returns:
        The chart, repeats and jumps unfolded.

    Raises:
        ChartError: It is no MusicXML, holds no chord symbols, or its bars do not add up;
            the message names the measure.
    """
    sheet = read_sheet(read_score(content, source), source)
    if not sheet.has_chords:
        raise ChartError(f"{source}: no chord symbols: expected a lead sheet with chords above "
                         "the staff")  # fmt: skip
    return sheet.chart


def read_score(content: bytes, source: str) -> Element:
    """Return the root of a MusicXML score, compressed or not.

    Args:
        content: The bytes of the file.
        source: What to name in messages.

    Raises:
        ChartError: It is no MusicXML, or none that is safe to read.
    """
    xml = unpack_mxl(content, source) if content.startswith(ZIP) else content
    root = read_xml(xml, source)
    if root.tag != "score-partwise":
        raise ChartError(f"{source}: expected a MusicXML score by parts, not {root.tag[:40]!r}")
    return root
