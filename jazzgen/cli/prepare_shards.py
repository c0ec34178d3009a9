"""A dataset in shards: `jazzgen prepare --shard K/N` reads a part of it, `--cluster` all of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import jazzgen
from jazzgen.cli.output import say
from jazzgen.cli.prepare_report import Totals, names_not_found, say_problems, show_report, why_none
from jazzgen.cli.reading_progress import reading_progress
from jazzgen.datasets.shards.cutting import Shard, cut
from jazzgen.datasets.shards.folder import ShardFolder
from jazzgen.datasets.shards.reading import read_shard
from jazzgen.datasets.solo_files import file_reader
from jazzgen.datasets.sources import find_files
from jazzgen.errors import ConfigError, DatasetError, JazzgenError
from jazzgen.io.registry import FORMATS
from jazzgen.runtime.addresses import is_private
from jazzgen.runtime.cores import usable_cores
from jazzgen.runtime.interrupts import Interrupted
from jazzgen.runtime.pool import Pool
from jazzgen.runtime.store import store_at
from jazzgen.runtime.wording import counted, whole_number

if TYPE_CHECKING:
    from jazzgen.cli.prepare import PrepareRequest
    from jazzgen.datasets.preparation import Preparation
    from jazzgen.datasets.shards.manifest import Manifest
    from jazzgen.datasets.shards.process import ShardTask

__all__ = ["Part", "prepare_on_cluster", "prepare_part"]


@dataclass(frozen=True, kw_only=True)
class Part:
    """The part of the shards that a job reads.

    Args:
        number: The number of the job, from 1.
        jobs: The number of all jobs.
    """

    number: int
    jobs: int

    @classmethod
    def parse(cls, text: str) -> Part:
        """Return the part of a text such as "2/8".

        Raises:
            ConfigError: It is no such text.
        """
        number, jobs = map(whole_number, text.partition("/")[::2])
        if number is not None and jobs is not None and 1 <= number <= jobs:
            return cls(number=number, jobs=jobs)
        raise ConfigError(f"--shard {text!r}: expected K/N, with K from 1 to N, such as 2/8")

    def has(self, shard: int) -> bool:
        """Return whether the job reads the shard of this number."""
        return shard % self.jobs == self.number - 1


@dataclass(kw_only=True)
class Course:
    """What has been seen and done so far.

    Args:
        keys: The keys of all shards listed.
        own: The numbers of the shards that this command takes care of.
        kept: How many of them were done before.
        read: How many of them it has read.
    """

    keys: list[str] = field(default_factory=list)
    own: list[int] = field(default_factory=list)
    kept: int = 0
    read: int = 0


def prepare_part(request: PrepareRequest, preparation: Preparation, part: Part) -> bool:
    """Read the shards of one job, and report on them.

    Args:
        request: The settings of the command.
        preparation: What goes into the dataset.
        part: Which shards.

    Returns:
        Whether any file was rejected.
    """
    _check_sources(request, preparation)
    folder = ShardFolder(store_at(request.out))
    course = Course()
    _say_where_it_resumes(folder, part)
    with (
        saying_what_is_kept(folder, course),
        Pool(
            file_reader(preparation.track, preparation.chart), request.jobs or usable_cores()
        ) as pool,
        reading_progress(0, None) as show_done,
    ):
        files = 0
        for shard in _own(shards_of(request, preparation), part, course):
            if folder.done(shard):
                course.kept += 1
            else:
                read_shard(preparation, shard, folder, pool, _after(files, show_done))
                course.read += 1
            files += len(shard.files)
    manifest = folder.write_manifest(course.keys)
    if left := len(manifest.missing):
        say(
            f"{left} of {counted(manifest.total, 'shard')} are left to other jobs than "
            f"{part.number}/{part.jobs}"
        )
    return report_shards(request, folder, course.own, manifest)


def _check_sources(request: PrepareRequest, preparation: Preparation) -> None:
    """Check that there is a file in the sources, before shards of earlier ones are replaced.

    Raises:
        DatasetError: There is none.
    """
    problem = ""
    for file in find_files(preparation.sources):
        if file.kind != "nothing":
            return
        problem = problem or file.problem
    raise DatasetError(f"no solo in {', '.join(request.sources)}: {problem}")


def prepare_on_cluster(request: PrepareRequest, preparation: Preparation, address: str) -> bool:
    """Have the workers of a cluster read all shards, and report on them.

    Args:
        request: The settings of the command.
        preparation: What goes into the dataset.
        address: The address of the cluster's scheduler, or `local:N`.

    Returns:
        Whether any file was rejected, or any name not found.
    """
    from jazzgen.datasets.shards.cluster import connected, local_workers

    local_workers(address)  # refused before anything is read
    for place in (*request.sources, request.out):
        if is_private(place):
            raise ConfigError(f"{place}: expected a place that all workers reach")
    _check_sources(request, preparation)
    folder, course = ShardFolder(store_at(request.out)), Course()
    _say_where_it_resumes(folder, Part(number=1, jobs=1))
    with (
        connected(address, say) as cluster,
        saying_what_is_kept(folder, course),
        reading_progress(0, None) as show_done,
    ):
        tasks = _tasks(request, preparation, folder, course)
        files = 0
        for receipt in cluster.receipts(tasks):
            folder.check_seen(receipt)
            course.read += 1
            files += receipt.files
            show_done(files)
    manifest = folder.write_manifest(course.keys)
    folder.remove_from(manifest.total)
    return report_shards(request, folder, course.own, manifest, preparation.names, whole=True)


def _tasks(
    request: PrepareRequest, preparation: Preparation, folder: ShardFolder, course: Course
) -> Iterator[ShardTask]:
    """Yield what there is to do for each shard that is not done."""
    from jazzgen.datasets.shards.process import ShardTask, installed_version

    for shard in _own(shards_of(request, preparation), Part(number=1, jobs=1), course):
        if folder.done(shard):
            course.kept += 1
            continue
        yield ShardTask(
            preparation=preparation,
            shard=shard,
            out=request.out,
            folder=str(Path.cwd()),
            version=installed_version(),
            formats=FORMATS.added,
        )


def shards_of(request: PrepareRequest, preparation: Preparation) -> Iterator[Shard]:
    """List the sources, and cut the listing into shards.

    Args:
        request: The settings of the command.
        preparation: What goes into the dataset.
    """
    files = find_files(preparation.sources)
    return cut(files, request.files_per_shard, preparation.work(jazzgen.__version__))


def _own(shards: Iterable[Shard], part: Part, course: Course) -> Iterator[Shard]:
    for shard in shards:
        course.keys.append(shard.key)
        if part.has(shard.number):
            course.own.append(shard.number)
            yield shard


def _after(files: int, show_done: Callable[[float], None]) -> Callable[[float], None]:
    """Return what shows the progress of a shard after the files of those before."""
    return lambda done: show_done(files + done)


def _say_where_it_resumes(folder: ShardFolder, part: Part) -> None:
    """Say how many shards are there already; those whose files have changed are read again."""
    found = sum(part.has(number) for number in folder.found())
    if found:
        say(f"resuming: {counted(found, 'shard')} already done")


@contextmanager
def saying_what_is_kept(folder: ShardFolder, course: Course) -> Iterator[None]:
    """Add to an interrupt or a failure how many shards are kept, and how to resume.

    Args:
        folder: Where the shards are.
        course: What has been done.
    """
    try:
        yield
    except (Interrupted, JazzgenError) as end:
        done = course.kept + course.read
        if not done:
            raise
        kept = (
            f"{counted(done, 'shard')} done and kept in {folder.store.where}; the same command "
            "resumes from there"
        )
        if isinstance(end, Interrupted):
            end.add_note(kept)
            raise
        raise type(end)(f"{end}; {kept}") from end


def report_shards(
    request: PrepareRequest,
    folder: ShardFolder,
    numbers: Sequence[int],
    manifest: Manifest,
    names: Collection[str] | None = None,
    whole: bool = False,
) -> bool:
    """Report on shards as on a dataset file.

    Args:
        request: The settings of the command.
        folder: Where the shards are.
        numbers: Their numbers.
        manifest: The manifest of all shards.
        names: The names that the solos of these shards must have had, if that is known.
        whole: Whether these are all shards, among which there must be a solo.

    Returns:
        Whether any file was rejected, or any name not found.

    Raises:
        DatasetError: There are no solos.
    """
    records = partial(folder.records, numbers)
    totals = Totals(missing=set(names or ()))
    for record in records():
        totals.add(record)
    missing = names_not_found(request.names, totals)
    if whole and not totals.solos:
        raise DatasetError(why_none(request.sources, totals, missing))
    say_problems(records, missing)
    show_report(
        request.out, totals, records, missing, json=request.json,
        shards={"total": manifest.total, "done": len(manifest.shards)},
    )  # fmt: skip
    return bool(totals.rejected or missing)
