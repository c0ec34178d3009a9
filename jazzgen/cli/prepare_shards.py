"""`jazzgen prepare --shard K/N`: a dataset in shards, of which each job reads its part."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

import jazzgen
from jazzgen.cli.output import say
from jazzgen.cli.prepare_report import Totals, say_problems, show_report
from jazzgen.cli.reading_progress import reading_progress
from jazzgen.datasets.shards.cutting import Shard, cut
from jazzgen.datasets.shards.folder import ShardFolder
from jazzgen.datasets.shards.reading import read_shard
from jazzgen.datasets.solo_files import file_reader
from jazzgen.datasets.sources import find_files
from jazzgen.errors import ConfigError, OutputError
from jazzgen.runtime.interrupts import Interrupted
from jazzgen.runtime.pool import Pool, usable_cores
from jazzgen.runtime.store import store_at
from jazzgen.runtime.wording import counted

if TYPE_CHECKING:
    from jazzgen.cli.prepare import PrepareRequest
    from jazzgen.datasets.preparation import Preparation
    from jazzgen.datasets.shards.manifest import Manifest

__all__ = ["Part", "prepare_part"]


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
        number, _, jobs = text.partition("/")
        if number.isdecimal() and jobs.isdecimal() and 1 <= int(number) <= int(jobs):
            return cls(number=int(number), jobs=int(jobs))
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
    folder = ShardFolder(store_at(str(request.out)))
    course = Course()
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
                _say_where_it_resumes(course)
                read_shard(preparation, shard, folder, pool, _after(files, show_done))
                course.read += 1
            files += len(shard.files)
    manifest = folder.write_manifest(course.keys)
    return _report(request, folder, course, part, manifest)


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


def _say_where_it_resumes(course: Course) -> None:
    if course.kept and not course.read:
        say(f"resuming: {counted(course.kept, 'shard')} already done")


@contextmanager
def saying_what_is_kept(folder: ShardFolder, course: Course) -> Iterator[None]:
    """Add to an interrupt or a failure to write how many shards are kept, and how to resume.

    Args:
        folder: Where the shards are.
        course: What has been done.
    """
    try:
        yield
    except (Interrupted, OutputError) as end:
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
        raise OutputError(f"{end}; {kept}") from end


def _report(
    request: PrepareRequest, folder: ShardFolder, course: Course, part: Part, manifest: Manifest
) -> bool:
    records = partial(folder.records, course.own)
    totals = Totals()
    for record in records():
        totals.add(record)
    say_problems(records, ())
    left = len(manifest.missing)
    if left:
        say(
            f"{left} of {counted(manifest.total, 'shard')} are left to other jobs than "
            f"{part.number}/{part.jobs}"
        )
    show_report(
        request.out, totals, records, (), json=request.json,
        shards={"total": manifest.total, "done": manifest.total - left},
    )  # fmt: skip
    return bool(totals.rejected)
