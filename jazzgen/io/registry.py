"""The input formats: the one place where they are listed.

Whoever has to do with files asks here: which files in a folder count, how a file is
recognised, what reads it, what a help text says. A format is one entry of `BUILT_IN`; a
plug-in, or a higher floor with a format of its own, calls `register_format`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Generic, TypeVar

from jazzgen.errors import ConfigError
from jazzgen.io.format import Format, head_of

__all__ = [
    "Formats",
    "carried",
    "charts_named",
    "formats",
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
)
CHART_JSON = Format(
    name="JSON",
    suffixes=(".json",),
    sniff="jazzgen.io.chart_json:begins_like_charts",
    charts="jazzgen.io.chart_json:read_charts",
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
BUILT_IN = (MIDI, MUSICXML, IREAL, CHART_JSON, CHART_TEXT, WJAZZD)
"""The formats of this floor. Files are recognised in this order: of a page with links and of
JSON the chart text's recogniser would say that they are its own."""


class Formats:
    """Formats, and what follows from them all.

    Args:
        built_in: The formats in the order in which they recognise files.
        added: Those that were registered later; the latest recognises first.
    """

    def __init__(self, built_in: Sequence[Format], added: Sequence[Format] = ()) -> None:
        self.built_in = tuple(built_in)
        self.added = tuple(added)

    @cached_property
    def music(self) -> tuple[Format, ...]:
        """Formats that hold solos, file by file."""
        return tuple(one for one in self._by_precedence if one.is_music)

    @cached_property
    def charts(self) -> tuple[Format, ...]:
        """Formats that hold charts."""
        return tuple(one for one in self._by_precedence if one.charts)

    @cached_property
    def collections(self) -> tuple[Format, ...]:
        """Formats that hold many solos in a file."""
        return tuple(one for one in self._by_precedence if one.collection)

    @cached_property
    def writing(self) -> tuple[Format, ...]:
        """Formats in which charts are written, as they are told to users: chart text first."""
        told = dict.fromkeys((CHART_TEXT, *self.all()))
        return tuple(one for one in told if one.write_chart)

    def for_writing(self, name: str) -> Format | None:
        """Return the format in which a chart is written to a file of some name, if any."""
        ends = (one for one in self.writing if name.lower().endswith(one.written))
        return next(ends, None)

    @cached_property
    def _by_precedence(self) -> tuple[Format, ...]:
        return (*reversed(self.added), *self.built_in)

    def all(self) -> tuple[Format, ...]:
        """Return the formats in the order in which they are told to users."""
        return (*self.built_in, *self.added)

    def of_music(self, path: Path) -> Format:
        """Return the format in which a file's solos are read; MIDI where nothing shows."""
        return _recognised(self.music, head_of(path), path.name) or MIDI

    def of_chart(self, content: bytes, name: str) -> Format:
        """Return the format in which a file's charts are read; chart text where nothing shows.

        Args:
            content: All bytes of the file.
            name: Its name.
        """
        return _recognised(self.charts, content, name) or CHART_TEXT

    def of_collection(self, path: Path) -> Format | None:
        """Return the format of a collection of solos; none where the file is music."""
        if not path.is_file():
            return None
        found = _recognised((*self.collections, *self.music), head_of(path), path.name)
        return found if found and found.collection else None

    def is_music_file(self, entry: os.DirEntry[str]) -> bool:
        """Return whether an entry of a folder is a file with solos, by its name above all."""
        if not entry.name.lower().endswith(self._music_suffixes) or not entry.is_file():
            return False
        path = Path(entry.path)
        return any(
            one.is_named(entry.name) and path.suffix and one.is_confirmed(path)
            for one in self.music
        )

    @cached_property
    def _music_suffixes(self) -> tuple[str, ...]:
        return tuple(suffix for one in self.music for suffix in one.suffixes)

    @cached_property
    def chart_marks(self) -> tuple[str, ...]:
        """What follows a file's name in that of its chart: ".chart.txt" and others."""
        told = dict.fromkeys((*self.added[::-1], CHART_TEXT, *self.charts))
        return tuple(
            f".chart{suffix}"
            for one in told
            if one.charts
            for suffix in one.suffixes
            if suffix not in one.shared
        )

    def chart_suffixes(self, path: Path) -> tuple[str, ...]:
        """Return what may follow a file's stem in the name of the chart beside it.

        A file that holds a chart of its own has another only where that is marked as one;
        beside one that cannot hold any, a score of the same name is its chart.
        """
        if self.of_music(path).charts:
            return self.chart_marks
        return (*self.chart_marks, *self._scores_with_charts)

    @cached_property
    def _scores_with_charts(self) -> tuple[str, ...]:
        return tuple(
            suffix
            for one in self.music
            if one.charts
            for suffix in one.suffixes
            if suffix not in one.shared
        )

    @cached_property
    def _without_charts(self) -> tuple[str, ...]:
        return tuple(suffix for one in self.music if not one.charts for suffix in one.suffixes)

    def is_chart_beside(self, name: str, names: Collection[str]) -> bool:
        """Return whether a file is the chart of one beside it, and so no music of its own.

        Args:
            name: The file's name.
            names: All names in its folder.
        """
        if name.endswith(self.chart_marks):
            return True
        suffix = next((one for one in self._scores_with_charts if name.endswith(one)), None)
        if suffix is None:
            return False
        return any(name.removesuffix(suffix) + other in names for other in self._without_charts)


def _recognised(candidates: Iterable[Format], head: bytes, name: str) -> Format | None:
    """Return a file's format: by its content, and where nothing shows there, by its name."""
    candidates = tuple(candidates)
    by_content = (one for one in candidates if one.begins(head))
    by_name = (one for one in candidates if one.is_named(name))
    return next(by_content, None) or next(by_name, None)


_formats = Formats(BUILT_IN)


def formats() -> Formats:
    """Return the formats that are registered now."""
    return _formats


def register_format(format_: Format) -> ExitStack:
    """Register a format, so that whatever reads files knows it.

    Args:
        format_: The format.

    Returns:
        What takes it out again: used as a context, at the context's end.

    Raises:
        ConfigError: There is another format of that name.
    """
    ending = ExitStack()
    if format_ in _formats.added:  # its module, which a worker imports, says so once more
        return ending
    known = {one.name.casefold() for one in _formats.all()}
    if format_.name.casefold() in known:
        raise ConfigError(f"format {format_.name}: there is one of that name")
    _replace((*_formats.added, format_))
    ending.callback(lambda: _replace([one for one in _formats.added if one != format_]))
    return ending


def _replace(added: Sequence[Format]) -> None:
    global _formats
    _formats = Formats(BUILT_IN, added)


@dataclass(frozen=True)
class _Carried(Generic[T]):
    """A reader of files, and the formats that it needs where it runs."""

    read: Callable[[str], T]
    added: tuple[Format, ...]

    def __call__(self, path: str) -> T:
        if _formats.added != self.added:
            _replace(self.added)
        return self.read(path)


def carried(read: Callable[[str], T]) -> Callable[[str], T]:
    """Return a reader that takes the registered formats along into a worker process.

    A worker begins with the built-in formats alone.

    Args:
        read: Reads the file of a path; can be pickled.
    """
    return _Carried(read, _formats.added)


def charts_named(last: str) -> str:
    """Return the names of the formats that hold charts, such as "JSON and chart text".

    Args:
        last: What stands before the last name: "and" or "or".
    """
    told = dict.fromkeys((CHART_TEXT, *_formats.all()))
    return listed((one.name for one in told if one.charts), last)


def music_named(last: str) -> str:
    """Return the names of the formats with solos file by file, such as "MIDI or MusicXML".

    Args:
        last: What stands before the last name: "and" or "or".
    """
    return listed((one.name for one in _formats.all() if one.is_music), last)


def listed(names: Iterable[str], last: str) -> str:
    """Return names as a sentence has them: "MIDI, MusicXML and ABC".

    Args:
        names: The names.
        last: What stands before the last one: "and" or "or".
    """
    *others, end = names
    return f"{', '.join(others)} {last} {end}" if others else end
