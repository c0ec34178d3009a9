"""The input formats: the one place where they are listed.

`FORMATS` says which files in a folder count, how a file is recognised, what reads it, and what
help texts call it. A format is one entry of `BUILT_IN`; a plug-in, or a higher floor with a
format of its own, calls `register_format`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import TypeVar

from jazzgen.io.format import Format
from jazzgen.io.format_set import Formats

__all__ = [
    "FORMATS",
    "carried",
    "charts_named",
    "listed",
    "music_named",
    "register_format",
]

T = TypeVar("T")

MIDI = Format(
    name="MIDI",
    suffixes=(".mid", ".midi", ".kar", ".rmi"),
    starts=(b"MThd", b"RIFF"),
    scores="jazzgen.io.midi.read:read_pieces",
)
MUSICXML = Format(
    name="MusicXML",
    suffixes=(".musicxml", ".mxl", ".xml"),
    starts=(b"PK\3\4",),
    sniff="jazzgen.io.musicxml.read:begins_like_score",
    shared=(".xml",),
    confirm="jazzgen.io.musicxml.read:names_score",
    charts="jazzgen.io.musicxml.read:read_charts",
    scores="jazzgen.io.musicxml.parts:read_scores",  # it loads music21
    isolate=True,
    write_chart="jazzgen.io.musicxml.chart:chart_to_musicxml",
    written=(".musicxml", ".xml"),
)
IREAL = Format(
    name="iReal Pro",
    suffixes=(".html",),
    sniff="jazzgen.io.ireal.songs:holds_link",
    charts="jazzgen.io.ireal.songs:read_charts",
    write_chart="jazzgen.io.ireal.write:chart_to_ireal",
    written=(".html",),
)
CHART_JSON = Format(
    name="JSON",
    suffixes=(".json",),
    sniff="jazzgen.io.chart_json:begins_like_charts",
    charts="jazzgen.io.chart_json:read_charts",
)
IMPRO_VISOR = Format(
    name="Impro-Visor",
    suffixes=(".ls",),
    sniff="jazzgen.io.impro_visor.sheet:looks_like_sheet",
    charts="jazzgen.io.impro_visor.sheet:read_charts",
)
CHORD_SHEET = Format(
    name="ChordPro",
    suffixes=(".cho", ".chopro", ".chordpro", ".crd", ".pro"),
    sniff="jazzgen.io.chord_sheet.sheet:looks_like_sheet",
    charts="jazzgen.io.chord_sheet.sheet:read_charts",
)
CHART_TEXT = Format(
    name="chart text",
    suffixes=(".txt",),
    sniff="jazzgen.io.chart_text.text:looks_like_chart",
    charts="jazzgen.io.chart_text.text:read_charts",
    write_chart="jazzgen.io.chart_text.text:chart_bytes",
    written=(".txt",),
)
WJAZZD = Format(
    name="Weimar Jazz Database",
    suffixes=(".db",),
    starts=(b"SQLite format 3\0",),
    collection="jazzgen.io.wjazzd.solos:read_collection",
    told="the Weimar Jazz Database (wjazzd.db)",
)
BUILT_IN = (MIDI, MUSICXML, IREAL, CHART_JSON, IMPRO_VISOR, CHORD_SHEET, CHART_TEXT, WJAZZD)
"""The formats of this floor in the order in which they recognise files. Chart text comes after
formats which its recogniser would take for chart text."""

FORMATS = Formats(BUILT_IN, usual_music=MIDI, usual_chart=CHART_TEXT)


def register_format(format_: Format) -> Format:
    """Add a format, so that whatever reads files knows it, and return it.

    Raises:
        ConfigError: There is another format of its name.
    """
    return FORMATS.register(format_)


def carried(read: Callable[[str], T]) -> Callable[[str], T]:
    """Return a reader that takes the registered formats along into a worker process.

    A worker begins with the built-in formats alone.

    Args:
        read: Reads the file of a path; can be pickled.
    """
    return partial(_read_with, FORMATS.added, read)


def _read_with(added: tuple[Format, ...], read: Callable[[str], T], path: str) -> T:
    for format_ in added:  # before a worker's first file; afterwards it has them
        FORMATS.register(format_)
    return read(path)


def charts_named(last: str) -> str:
    """Return the names of the formats that hold charts, such as "JSON and chart text".

    Args:
        last: The word before the last name: "and" or "or".
    """
    told = dict.fromkeys((CHART_TEXT, *FORMATS.values()))
    return listed((one.name for one in told if one.charts), last)


def music_named(last: str) -> str:
    """Return the names of the formats with solos file by file, such as "MIDI or MusicXML".

    Args:
        last: The word before the last name: "and" or "or".
    """
    return listed((one.name for one in FORMATS.values() if one.is_music), last)


def listed(names: Iterable[str], last: str) -> str:
    """Return names as a sentence lists them: "MIDI, MusicXML and ABC".

    Args:
        names: The names.
        last: The word before the last name: "and" or "or".
    """
    *others, end = names
    return f"{', '.join(others)} {last} {end}" if others else end
