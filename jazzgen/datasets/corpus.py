"""Solos from wherever they lie: a dataset, the Weimar Jazz Database, files and folders."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from jazzgen.datasets.dataset import Dataset, is_dataset, solo_to_json
from jazzgen.datasets.duplicates import together
from jazzgen.datasets.outcome import Accepted, Rejected
from jazzgen.datasets.reader import read_files
from jazzgen.datasets.solo_files import file_reader
from jazzgen.datasets.sources import find_files
from jazzgen.errors import DatasetError
from jazzgen.music.chart import Chart
from jazzgen.music.solo import Solo
from jazzgen.runtime.folders import find_source
from jazzgen.runtime.pool import Pool, usable_cores

__all__ = ["Corpus", "CorpusHash", "Rejected", "corpus_hash", "load_corpus", "split_by_tune"]

MANIFEST = "manifest.json"


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
    jobs: int | None = None,
    names: Collection[str] | None = None,
) -> Corpus:
    """Read the solos of a dataset, the Weimar Jazz Database, a file of music or a folder of them.

    Folders are read with the folders in them.

    Args:
        source: The file or folder, or its name (see `find_source`).
        melody_track: Number or name of the part to take from each file of music.
        chart: Changes to use for files of music, in place of their own.
        jobs: Processes that read files side by side, by default as many as there
            are cores; the outcome is the same.
        names: Of the database, which solos; by default all. Elsewhere all are read.

    Raises:
        DatasetError: Nothing there, or no solo in it.
    """
    path = find_source(source)
    if path.is_file() and is_dataset(path):
        dataset = Dataset(path)
        if not dataset:
            raise DatasetError(f"{path}: a dataset without solos")
        return Corpus(dataset, files=(str(path),) * len(dataset))
    accepted: list[Accepted] = []
    rejected: list[Rejected] = []
    with Pool(file_reader(melody_track, chart), jobs or usable_cores()) as pool:
        for _, outcomes in read_files(find_files([path]), pool, names=names):
            for outcome in outcomes:
                if isinstance(outcome, Accepted):
                    accepted.append(outcome)
                else:
                    rejected.append(outcome)
    if not accepted:
        raise DatasetError(_why_none(path, rejected))
    return Corpus(
        tuple(one.solo for one in accepted),
        tuple(rejected),
        _manifest_held_out(path),
        tuple(one.file for one in accepted),
    )


def _why_none(path: Path, rejected: Sequence[Rejected]) -> str:
    first = rejected[0]
    if first.file == str(path):  # the file itself, or a folder in which there is nothing
        return first.reason
    if path.is_dir():
        return (f"{path}: a folder without solos "
                f"({len(rejected)} files, none usable; {first.reason})")  # fmt: skip
    return (f"{path}: a database without solos that can be used "
            f"({len(rejected)} rejected; {first.reason})")  # fmt: skip


def _manifest_held_out(path: Path) -> frozenset[str]:
    try:
        rows = json.loads((path / MANIFEST).read_text(encoding="utf-8"))["solos"]
        return frozenset(row["title"] for row in rows if row["split"] == "held-out")
    except (OSError, ValueError, KeyError, TypeError):
        return frozenset()


def split_by_tune(
    corpus: Corpus, share: float = 0.125, seed: int = 0
) -> tuple[Sequence[Solo], Sequence[Solo]]:
    """Split a corpus so that all solos over one tune, and all that are alike, lie on one side.

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
    tunes = together(corpus.solos, corpus.tunes)
    titles = sorted(set(tunes), key=_draw(seed))
    held_out = dict(zip(corpus.tunes, tunes, strict=True))
    chosen = {held_out[title] for title in corpus.held_out if title in held_out}
    if not chosen:
        count = min(max(round(len(titles) * share), 1), len(titles) - 1)
        chosen = set(titles[:count])
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
