"""Read charts from any file that holds some: by what is in it, not by its name.

Chart text, MusicXML (`.musicxml`, `.xml`, compressed `.mxl`), iReal Pro links and pages
with such links, and JSON.
"""

from __future__ import annotations

import re
from pathlib import Path

from jazzgen.errors import ChartError
from jazzgen.io.chart_json import parse_json_charts
from jazzgen.io.chart_text.text import MAX_BYTES as MAX_TEXT_BYTES
from jazzgen.io.chart_text.text import parse_chart
from jazzgen.io.ireal.link import has_link
from jazzgen.io.ireal.songs import parse_ireal
from jazzgen.io.musicxml.read import parse_musicxml
from jazzgen.io.musicxml.xml_guard import MAX_BYTES, ZIP
from jazzgen.music.chart import Chart

__all__ = ["pick_chart", "read_charts"]

LISTED = 5
HEAD = 4096
UTF_16 = (b"\xff\xfe", b"\xfe\xff")
"""The byte order marks of UTF-16, in which some programs export."""
XML = re.compile(
    rb"\s*(?:<!--.*?-->\s*)?<(?:\?xml|!DOCTYPE\s+score-|(?:[\w.-]+:)?score-)", re.DOTALL
)


def read_charts(path: str | Path) -> tuple[Chart, ...]:
    """Read all charts of a file.

    Args:
        path: A file of any kind (see the module's description).

    Returns:
        Its charts, one at least, repeats unfolded.

    Raises:
        ChartError: The file cannot be read, or holds no chart.
    """
    source = Path(path).name or str(path)
    content = _content(path, source)
    if content.startswith(ZIP):
        return (parse_musicxml(content, source),)
    if _is_musicxml(content):
        return (parse_musicxml(content, source),)
    text = _text(content, source)
    if has_link(text):
        return parse_ireal(text, source)
    if re.match(r"\s*[\[{]\s*([{\"]|\])", text) or Path(path).suffix.lower() == ".json":
        return parse_json_charts(text, source)
    if len(content) > MAX_TEXT_BYTES:
        raise ChartError(f"{source}: more than {MAX_TEXT_BYTES:,} bytes: this is no chart text")
    return (parse_chart(text, source),)


def pick_chart(path: str | Path, which: str = "") -> Chart:
    """Read one chart of a file.

    Args:
        path: The file.
        which: Its number, from 1, or its title; nothing, if it is the only one.

    Raises:
        ChartError: The file cannot be read, or has no such chart, or several.
    """
    charts = read_charts(path)
    source = Path(path).name
    if not which:
        if len(charts) == 1:
            return charts[0]
        raise ChartError(f"{source}: holds {len(charts)} charts: say which, such as "
                         f"{source}#1 ({_list(charts)})")  # fmt: skip
    if re.fullmatch(r"\d{1,6}", which) and 1 <= int(which) <= len(charts):
        return charts[int(which) - 1]
    wanted = which.strip().casefold()
    titled = [chart for chart in charts if chart.title.casefold() == wanted]
    found = titled or [chart for chart in charts if wanted in chart.title.casefold()]
    if not found:
        raise ChartError(f"{source}: has no chart {which!r}; there are {_list(charts)}")
    return found[0]


def _list(charts: tuple[Chart, ...]) -> str:
    named = [f"{number} {chart.title}".strip() for number, chart in enumerate(charts, 1)]
    rest = len(named) - LISTED
    return ", ".join(named[:LISTED]) + (f" and {rest} more" if rest > 0 else "")


def _content(path: str | Path, source: str) -> bytes:
    try:
        with Path(path).open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ChartError(f"{path}: cannot be read: {reason}") from None
    if len(content) > MAX_BYTES:
        raise ChartError(f"{source}: more than {MAX_BYTES:,} bytes")
    return content


def _is_musicxml(content: bytes) -> bool:
    """Return whether a file begins like XML; XHTML may be a page with links."""
    head = content[:HEAD].lstrip().removeprefix(b"\xef\xbb\xbf")
    if head.startswith(UTF_16):
        head = head[2:].replace(b"\0", b"")
    return XML.match(head) is not None and b"<html" not in head.lower()


def _text(content: bytes, source: str) -> str:
    wide = content.startswith(UTF_16)
    try:
        return content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        encoding = "UTF-16" if wide else "UTF-8"
        raise ChartError(f"{source}: not {encoding} text (byte {error.start})") from None
