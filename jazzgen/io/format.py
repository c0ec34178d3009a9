"""An input format: its name, how its files are recognised, and what reads them.

Readers and recognisers are named as `module:name`. They are loaded for the first file of their
format, and worker processes, which have not loaded a plug-in, find them by the same name.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jazzgen.errors import ConfigError
from jazzgen.runtime.files import open_file
from jazzgen.runtime.registry import resolve

if TYPE_CHECKING:
    from jazzgen.errors import InputError
    from jazzgen.io.chart_reading import ChartReading
    from jazzgen.io.midi.score import MidiScore
    from jazzgen.music.chart import Chart
    from jazzgen.music.solo import Solo

__all__ = ["HEAD_BYTES", "Format", "head_of"]

HEAD_BYTES = 4096
"""The number of bytes at the beginning of a file by which it is recognised."""


@dataclass(frozen=True, kw_only=True)
class Format:
    """An input format.

    Its readers are named as `module:name`:

    | field | called with | returns |
    |---|---|---|
    | `charts` | the file's bytes, its name for messages | charts, or `ChartReading`s where \
some cannot be read or have warnings |
    | `scores` | the path | a tuple of scores, in which the soloist has yet to be found |
    | `solos` | the path | finished solos, each with its chart |
    | `collection` | the path, names or None, a callback or None | pairs of a solo's name and \
the solo, or the error that it has |

    A reader raises an `InputError` that names the file if it cannot be used. Scores are made into
    solos by `transcription`. A collection is a file with many solos, which are read one by one in
    the calling process.

    Args:
        name: Its name in help texts and messages, such as "MIDI".
        suffixes: The endings of its files' names, in lower case, such as ".mid".
        starts: The first bytes of its files, if these are always the same.
        sniff: Recognises it by content: a function of the first bytes of a file, or of all its
            bytes, that returns a bool.
        shared: Those of `suffixes` that files of other kinds have too. In a folder such a file
            counts only if `confirm` returns True for its first bytes.
        confirm: A function like `sniff`.
        charts: Reads chord charts.
        scores: Reads scores.
        solos: Reads finished solos.
        collection: Reads a collection.
        isolate: Whether even a single file is read in a process of its own, which is ended if
            it takes too much time or memory.
        write_chart: A function that returns a chart as the bytes of a file.
        written: The suffixes of the files that `write_chart` writes.
        told: The name of its collections in help texts, such as "datasets".

    Raises:
        ConfigError: A suffix or a reference has the wrong form, or nothing reads it.
    """

    name: str
    suffixes: tuple[str, ...] = ()
    starts: tuple[bytes, ...] = ()
    sniff: str = ""
    shared: tuple[str, ...] = ()
    confirm: str = ""
    charts: str = ""
    scores: str = ""
    solos: str = ""
    collection: str = ""
    isolate: bool = False
    write_chart: str = ""
    written: tuple[str, ...] = ()
    told: str = ""

    def __post_init__(self) -> None:
        references = (
            self.sniff,
            self.confirm,
            self.charts,
            self.scores,
            self.solos,
            self.collection,
            self.write_chart,
        )
        for reference in filter(None, references):
            if not _is_reference(reference):
                raise ConfigError(f"format {self.name}: {reference!r}: expected module:name")
        for suffix in (*self.suffixes, *self.shared, *self.written):
            if not (suffix.startswith(".") and suffix[1:] and suffix == suffix.lower()):
                raise ConfigError(
                    f"format {self.name}: suffix {suffix!r}: expected one such as "
                    "'.mid', in lower case"
                )
        if not (self.is_music or self.charts or self.collection):
            raise ConfigError(f"format {self.name}: nothing reads it")

    @property
    def is_music(self) -> bool:
        """Whether its files hold solos that are read file by file."""
        return bool(self.scores or self.solos)

    def begins(self, content: bytes) -> bool:
        """Return whether content, or its beginning, shows that it is of this format."""
        if content.startswith(self.starts):
            return True
        return bool(self.sniff) and bool(self._load(self.sniff)(content))

    def is_named(self, name: str) -> bool:
        """Return whether a file's name ends like those of this format."""
        return name.lower().endswith(self.suffixes)

    def is_confirmed(self, name: str, head: Callable[[], bytes]) -> bool:
        """Return whether a file with one of its suffixes counts in a folder.

        Args:
            name: The name of the file.
            head: Returns its first bytes.
        """
        if not name.lower().endswith(self.shared):
            return True
        return bool(self.confirm) and bool(self._load(self.confirm)(head()))

    def read_charts(self, content: bytes, source: str) -> tuple[ChartReading, ...]:
        """Read charts.

        Args:
            content: The bytes of a file.
            source: What to name in messages.

        Returns:
            A reading for each chart of the file, also for those that cannot be read.

        Raises:
            ChartError: The file as a whole cannot be read.
        """
        from jazzgen.io.chart_reading import ChartReading  # listing formats needs no charts

        return tuple(
            one if isinstance(one, ChartReading) else ChartReading.of(one)
            for one in self._load(self.charts)(content, source)
        )

    def read_scores(self, path: Path) -> tuple[MidiScore, ...]:
        """Read the scores of a file, in which the soloist has yet to be found."""
        return tuple(self._load(self.scores)(path))

    def read_solos(self, path: Path) -> Iterable[Solo]:
        """Read the finished solos of a file."""
        solos: Iterable[Solo] = self._load(self.solos)(path)
        return solos

    def read_collection(
        self,
        path: str,
        names: Collection[str] | None = None,
        on_solo: Callable[[int, int], None] | None = None,
    ) -> Iterator[tuple[str, Solo | InputError]]:
        """Read the solos of a collection one by one.

        Args:
            path: The file.
            names: Which solos, where they have names; by default all.
            on_solo: Called for each solo with how many are done and how many there are.

        Yields:
            The name of each solo, or nothing where they have none, and the solo, or why it
            cannot be used.

        Raises:
            DatasetError: The file cannot be used, or has no such solos.
        """
        yield from self._load(self.collection)(path, names, on_solo)

    def chart_bytes(self, chart: Chart) -> bytes:
        """Return a chart as a file of this format holds it."""
        content: bytes = self._load(self.write_chart)(chart)
        return content

    def _load(self, reference: str) -> Callable[..., Any]:
        try:
            found: Callable[..., Any] = resolve(reference)
        except (ImportError, AttributeError) as error:
            missing, module = getattr(error, "name", None), reference.partition(":")[0]
            if isinstance(error, ImportError) and missing and not module.startswith(missing):
                raise  # a package that the reader itself needs
            raise ConfigError(f"format {self.name}: {reference} cannot be found") from error
        return found


def _is_reference(text: str) -> bool:
    module, _, name = text.partition(":")
    return all(word.isidentifier() for word in (*module.split("."), name))


def head_of(path: Path) -> bytes:
    """Return the first bytes of an ordinary file; nothing where there is none to read."""
    try:
        with open_file(path) as file:
            return file.read(HEAD_BYTES)
    except OSError:
        return b""  # whoever reads it will say why
