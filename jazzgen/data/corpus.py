"""Solos from wherever they lie: a dataset, the Weimar Jazz Database, MIDI files and folders."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from jazzgen.data.dataset import Dataset, is_dataset, solo_to_json
from jazzgen.errors import DatasetError, InputError, SoloError
from jazzgen.formats.midi_read import solo_from_midi
from jazzgen.formats.wjazzd import is_wjazzd, read_wjazzd
from jazzgen.music.chart import Chart
from jazzgen.music.solo import Solo

__all__ = ["Corpus", "CorpusHash", "Rejected", "corpus_hash", "load_corpus", "split_by_tune"]

MIDI_SUFFIXES = (".mid", ".midi")
MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Rejected:
    """A file, or a solo of a database, that could not be used, and why.

    Args:
        file: The file; of a database `FILE#NAME`.
        reason: One line that names it.
    """

    file: str
    reason: str


@dataclass(frozen=True)
class Corpus:
    """Solos, and what could not be used.

    Args:
        solos: The solos, in the order of their files' names; those of a dataset are read
            when they are asked for.
        rejected: Files that gave none.
        held_out: Titles that a folder's manifest holds out for measuring.
        files: For each solo the file that it was read from; of a database
            `FILE#NAME`.
    """

    solos: Sequence[Solo]
    rejected: tuple[Rejected, ...] = ()
    held_out: frozenset[str] = field(default_factory=frozenset)
    files: tuple[str, ...] = ()

    @property
    def tunes(self) -> list[str]:
        """The tune of each solo."""
        if isinstance(self.solos, Dataset):
            return self.solos.tunes
        return [solo.tune for solo in self.solos]

    def only(self, numbers: Sequence[int]) -> Sequence[Solo]:
        """Return some of the solos by their numbers, from 0."""
        if isinstance(self.solos, Dataset):
            return self.solos.only(numbers)
        return [self.solos[number] for number in numbers]


def load_corpus(
    source: str | Path,
    *,
    melody_track: int | str | None = None,
    chart: Chart | None = None,
    jobs: int = 1,
    names: Collection[str] | None = None,
    on_solo: Callable[[int, int], None] | None = None,
) -> Corpus:
    """Read the solos of a dataset, the Weimar Jazz Database, a MIDI file or a folder of them.

    Folders are read with the folders in them.

    Args:
        source: The file or folder.
        melody_track: Number or name of the part to take from each MIDI file.
        chart: Changes to use for MIDI files, in place of their own.
        jobs: Processes that read MIDI files side by side; the outcome is the same.
        names: Of the database, which solos; by default all. Elsewhere all are read.
        on_solo: Called for each solo of the database with how many are done and how
            many there are.

    Raises:
        DatasetError: Nothing there, or no solo in it.
    """
    path = Path(source)
    if not path.exists():
        raise DatasetError(f"{path}: no such file or folder")
    if path.is_file() and is_dataset(path):
        dataset = Dataset(path)
        if not dataset:
            raise DatasetError(f"{path}: a dataset without solos")
        return Corpus(dataset, files=(str(path),) * len(dataset))
    if path.is_file() and is_wjazzd(path):
        return _load_wjazzd(path, names, on_solo)
    corpus = _load_midi(path, partial(_read_file, track=melody_track, chart=chart), jobs)
    if not corpus.solos:
        if path.is_file():
            raise DatasetError(corpus.rejected[0].reason)
        reason = f"; {corpus.rejected[0].reason}" if corpus.rejected else ""
        raise DatasetError(f"{path}: a folder without solos "
                           f"({len(corpus.rejected)} MIDI files, none usable{reason})")  # fmt: skip
    return corpus


def _load_midi(path: Path, read: Callable[[Path], Solo | Rejected], jobs: int) -> Corpus:
    files = list(_midi_files(path))
    if jobs > 1 and len(files) > 1:
        with ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn")) as pool:
            outcomes = list(pool.map(read, files, chunksize=8))
    else:
        outcomes = [read(file) for file in files]
    solos = {str(f): one for f, one in zip(files, outcomes, strict=True) if isinstance(one, Solo)}
    rejected = tuple(one for one in outcomes if isinstance(one, Rejected))
    return Corpus(tuple(solos.values()), rejected, _manifest_held_out(path), tuple(solos))


def _load_wjazzd(
    path: Path, names: Collection[str] | None, on_solo: Callable[[int, int], None] | None
) -> Corpus:
    solos: list[Solo] = []
    files: list[str] = []
    rejected: list[Rejected] = []
    for name, outcome in read_wjazzd(path, names, on_solo):
        usable = _long_enough(f"{path}: {name}", outcome)
        if isinstance(usable, Solo):
            solos.append(usable)
            files.append(f"{path}#{name}")
        else:
            rejected.append(Rejected(f"{path}#{name}", str(usable)))
    if not solos:
        reason = f"{rejected[0].reason}" if rejected else "none has one of the names asked for"
        raise DatasetError(f"{path}: a database without solos that can be used "
                           f"({len(rejected)} rejected; {reason})")  # fmt: skip
    return Corpus(tuple(solos), tuple(rejected), files=tuple(files))


def _read_file(file: Path, track: int | str | None, chart: Chart | None) -> Solo | Rejected:
    try:
        solo = solo_from_midi(file, track=track, chart=chart)
    except InputError as error:
        return Rejected(str(file), str(error))
    usable = _long_enough(str(file), solo)
    return usable if isinstance(usable, Solo) else Rejected(str(file), str(usable))


def _long_enough(source: str, solo: Solo | InputError) -> Solo | InputError:
    """Return the solo, or why it cannot be used: one note alone says nothing of a line."""
    if isinstance(solo, Solo) and len(solo.notes) < 2:
        return SoloError(f"{source}: {len(solo.notes)} notes; expected 2 or more")
    return solo


def _midi_files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
        return
    for file in sorted(path.rglob("*")):
        if file.suffix.lower() in MIDI_SUFFIXES and file.is_file():
            yield file


def _manifest_held_out(path: Path) -> frozenset[str]:
    try:
        rows = json.loads((path / MANIFEST).read_text(encoding="utf-8"))["solos"]
        return frozenset(row["title"] for row in rows if row["split"] == "held-out")
    except (OSError, ValueError, KeyError, TypeError):
        return frozenset()


def split_by_tune(
    corpus: Corpus, share: float = 0.125, seed: int = 0
) -> tuple[Sequence[Solo], Sequence[Solo]]:
    """Split a corpus so that all solos over one tune lie on one side.

    A folder's manifest decides where it names tunes to hold out; elsewhere a
    tune's place is drawn from the seed and its title, so that a corpus that
    grows keeps its split.

    Args:
        corpus: The solos.
        share: How much of the tunes to hold out. With fewer than two tunes none is.
        seed: Another seed, another split.

    Returns:
        The training solos and those held out; neither empty unless there is one tune.
    """
    tunes = corpus.tunes
    titles = sorted(set(tunes), key=_draw(seed))
    chosen = corpus.held_out & set(titles)
    if not chosen:
        count = min(max(round(len(titles) * share), 1), len(titles) - 1)
        chosen = frozenset(titles[:count])
    sides: tuple[list[int], list[int]] = ([], [])
    for number, tune in enumerate(tunes):
        sides[tune in chosen].append(number)
    return corpus.only(sides[0]), corpus.only(sides[1])


class _draw:  # noqa: N801 - used as a function
    """Sort key: a number drawn from a seed and a title."""

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def __call__(self, title: str) -> str:
        return hashlib.sha256(f"{self.seed}/{title}".encode()).hexdigest()


class CorpusHash:
    """The SHA-256 of solos that come one by one: of what they are, wherever they lie."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256()

    def add(self, solo: Solo) -> None:
        """Let one more solo count."""
        self._digest.update(json.dumps({**solo_to_json(solo), "source": ""}).encode())

    def hexdigest(self) -> str:
        """Return the hash of the solos so far."""
        return self._digest.hexdigest()


def corpus_hash(solos: Iterable[Solo]) -> str:
    """Return the SHA-256 of solos: of what they are, wherever they lie."""
    found = CorpusHash()
    for solo in solos:
        found.add(solo)
    return found.hexdigest()
