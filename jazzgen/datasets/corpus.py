"""Corpora: the solos of a dataset, of the Weimar Jazz Database, of files and folders."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from jazzgen.datasets.dataset import Dataset, is_dataset, solo_to_json
from jazzgen.datasets.duplicates import merge_tunes
from jazzgen.datasets.outcome import Accepted, Rejected
from jazzgen.datasets.reader import read_files
from jazzgen.datasets.solo_files import file_reader
from jazzgen.datasets.sources import find_files
from jazzgen.errors import DatasetError, InputError
from jazzgen.music.chart import Chart
from jazzgen.music.solo import Solo
from jazzgen.runtime.cores import usable_cores
from jazzgen.runtime.files import is_folder, read_file
from jazzgen.runtime.folders import find_source
from jazzgen.runtime.pool import Pool

__all__ = ["Corpus", "CorpusHash", "Rejected", "corpus_hash", "load_corpus", "split_by_tune"]

MANIFEST = "manifest.json"
MAX_MANIFEST = 10_000_000
"""The size of a folder's manifest in bytes."""


@dataclass(frozen=True)
class Corpus:
    """Solos, and the files that could not be used.

    Args:
        solos: The solos, in the order of their files' names; the solos of a dataset are read
            when they are asked for.
        rejected: Files that gave no solo.
        held_out: Titles that a folder's manifest holds out for evaluation.
        files: For each solo the file that it was read from; in a database `FILE#NAME`.
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

    def subset(self, numbers: Sequence[int]) -> Sequence[Solo]:
        """Return the solos with these numbers, counted from 0."""
        if isinstance(self.solos, Dataset):
            return self.solos.subset(numbers)
        return [self.solos[number] for number in numbers]


def load_corpus(
    source: str | Path,
    *,
    melody_track: int | str | None = None,
    chart: Chart | None = None,
    jobs: int | None = None,
    names: Collection[str] | None = None,
) -> Corpus:
    """Read the solos of a dataset, the Weimar Jazz Database, a music file or a folder of them.

    Folders are read with all their subfolders.

    Args:
        source: The file or folder, or its name (see `find_source`).
        melody_track: Number (from 0) or name of the part to take from each music file; by
            default the solo part is found.
        chart: Changes to use for music files, in place of their own.
        jobs: The number of processes that read files, by default one for each core; the
            result does not depend on it.
        names: The solos to read from a database, by name; by default all. From other sources
            all solos are read.

    Raises:
        DatasetError: The source does not exist, or has no solo that can be used.
    """
    path = find_source(source)
    if is_dataset(path):
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
    if first.file == str(path):  # the file itself, or a folder without music files
        return first.reason
    if is_folder(path):
        return (
            f"{path}: a folder without solos ({len(rejected)} files, none usable; {first.reason})"
        )
    return (
        f"{path}: a database without solos that can be used "
        f"({len(rejected)} rejected; {first.reason})"
    )


def _manifest_held_out(path: Path) -> frozenset[str]:
    try:
        rows = json.loads(read_file(path / MANIFEST, MAX_MANIFEST))["solos"]
        return frozenset(row["title"] for row in rows if row["split"] == "held-out")
    except (InputError, ValueError, KeyError, TypeError, RecursionError):
        return frozenset()


def split_by_tune(
    corpus: Corpus, share: float = 0.125, seed: int = 0
) -> tuple[Sequence[Solo], Sequence[Solo]]:
    """Split a corpus so that all solos over one tune, and all near-duplicates, are on one side.

    If a folder's manifest names tunes to hold out, these are held out. Otherwise tunes are
    drawn, each by the seed and its own title, so that tunes keep their side as a corpus grows.

    Args:
        corpus: The solos.
        share: The share of the tunes to hold out. A single tune is not held out.
        seed: Decides which tunes are drawn.

    Returns:
        The training solos and the held-out solos. The latter are empty only if there is just
        one tune.
    """
    tunes = merge_tunes(corpus.solos, corpus.tunes)
    titles = sorted(set(tunes), key=lambda title: _draw(seed, title))
    merged = dict(zip(corpus.tunes, tunes, strict=True))
    chosen = {merged[title] for title in corpus.held_out if title in merged}
    if not chosen:
        count = min(max(round(len(titles) * share), 1), len(titles) - 1)
        chosen = set(titles[:count])
    sides: tuple[list[int], list[int]] = ([], [])
    for number, tune in enumerate(tunes):
        sides[tune in chosen].append(number)
    return corpus.subset(sides[0]), corpus.subset(sides[1])


def _draw(seed: int, title: str) -> str:
    """Return a sort key that is random, but always the same for a seed and a title."""
    return hashlib.sha256(f"{seed}/{title}".encode()).hexdigest()


class CorpusHash:
    """The SHA-256 of solos that are added one by one, whatever files they were read from."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256()

    def add(self, solo: Solo) -> None:
        """Add a solo."""
        self._digest.update(json.dumps({**solo_to_json(solo), "source": ""}).encode())

    def hexdigest(self) -> str:
        """Return the hash of the solos added so far."""
        return self._digest.hexdigest()


def corpus_hash(solos: Iterable[Solo]) -> str:
    """Return the SHA-256 of solos, whatever files they were read from."""
    digest = CorpusHash()
    for solo in solos:
        digest.add(solo)
    return digest.hexdigest()
