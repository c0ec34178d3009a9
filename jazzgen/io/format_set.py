"""All formats together: the format of a file, and what is known of files by their names."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import cached_property
from pathlib import Path

from jazzgen.io.format import Format, head_of
from jazzgen.runtime.files import is_file
from jazzgen.runtime.registry import Registry

__all__ = ["Formats"]


class Formats(Registry[Format]):
    """The registered formats, and what follows from them all.

    Args:
        built_in: The formats in the order in which they recognise files. Formats that are
            registered later come before them, the latest first.
        usual_music: The format in which music is read if neither content nor name shows it.
        usual_chart: Likewise of charts; lists of formats name it first.
    """

    def __init__(
        self, built_in: Sequence[Format], *, usual_music: Format, usual_chart: Format
    ) -> None:
        super().__init__("format", built_in, spaces=True)
        self.built_in = tuple(built_in)
        self.usual_music = usual_music
        self.usual_chart = usual_chart

    @property
    def added(self) -> tuple[Format, ...]:
        """Formats that were registered later, the oldest first."""
        return tuple(self.values())[len(self.built_in) :]

    def register(self, entry: Format) -> Format:
        """Add a format and return it; one that is registered already is not added twice.

        Raises:
            ConfigError: There is another format of its name.
        """
        # A worker process may get a format from its parent and import its module afterwards.
        if entry.name in self and self[entry.name] == entry:
            return entry
        self._forget()
        return super().register(entry)

    def unregister(self, name: str) -> None:
        """Remove a format.

        Raises:
            ConfigError: There is none of this name.
        """
        self._forget()
        super().unregister(name)

    def _forget(self) -> None:
        """Let everything that follows from the formats be worked out again."""
        for name, value in vars(Formats).items():
            if isinstance(value, cached_property):
                vars(self).pop(name, None)

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
        told = dict.fromkeys((self.usual_chart, *self.values()))
        return tuple(one for one in told if one.write_chart)

    def for_writing(self, name: str) -> Format | None:
        """Return the format in which a chart is written to a file of some name, if any."""
        ends = (one for one in self.writing if name.lower().endswith(one.written))
        return next(ends, None)

    @cached_property
    def _by_precedence(self) -> tuple[Format, ...]:
        return (*reversed(self.added), *self.built_in)

    def of_music(self, path: Path) -> Format:
        """Return the format in which a file's solos are read."""
        return _recognised(self.music, head_of(path), path.name) or self.usual_music

    def recognised_music(self, path: Path) -> Format | None:
        """Return the format in which a file's solos are read; None if it is not of any."""
        return _recognised(self.music, head_of(path), path.name)

    def of_chart(self, content: bytes, name: str) -> Format:
        """Return the format in which a file's charts are read.

        Args:
            content: All bytes of the file.
            name: Its name.
        """
        return _recognised(self.charts, content, name) or self.usual_chart

    def of_collection(self, path: Path) -> Format | None:
        """Return the format of a collection of solos; none where the file is music."""
        return self.collection_of(head_of(path), path.name) if is_file(path) else None

    def collection_of(self, head: bytes, name: str) -> Format | None:
        """Return the format of a collection of solos; none where the file is music.

        Args:
            head: The first bytes of the file.
            name: Its name.
        """
        found = _recognised((*self.collections, *self.music), head, name)
        return found if found and found.collection else None

    def is_music_file(self, entry: os.DirEntry[str]) -> bool:
        """Return whether an entry of a folder is a file with solos, by its name above all."""
        if not entry.name.lower().endswith(self._music_suffixes) or not entry.is_file():
            return False
        return self.is_music(entry.name, lambda: head_of(Path(entry.path)))

    def is_music(self, name: str, head: Callable[[], bytes]) -> bool:
        """Return whether a file of some name is a file with solos.

        Args:
            name: Its name.
            head: Returns its first bytes. It is asked where the name does not suffice.
        """
        return bool(Path(name).suffix) and any(
            one.is_named(name) and one.is_confirmed(name, head) for one in self.music
        )

    @cached_property
    def _music_suffixes(self) -> tuple[str, ...]:
        return tuple(suffix for one in self.music for suffix in one.suffixes)

    @cached_property
    def chart_marks(self) -> tuple[str, ...]:
        """What follows a file's name in that of its chart: ".chart.txt" and others."""
        told = dict.fromkeys((*self.added[::-1], self.usual_chart, *self.charts))
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
        return self.chart_endings

    @cached_property
    def chart_endings(self) -> tuple[str, ...]:
        """All that may follow a file's stem in the name of the chart beside it."""
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
