"""`jazzgen merge`: makes one dataset file of shards."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from jazzgen.cli.options import configured
from jazzgen.cli.prepare_report import Totals, show_report
from jazzgen.runtime.settings import check_settings, setting

__all__ = ["merge"]


@dataclass(frozen=True, kw_only=True)
class MergeRequest:
    """Which shards are merged, and where to.

    Args:
        shards: The folders with the shards of one dataset.
        out: The dataset to write.
        overwrite: Whether a file that jazzgen has not written may be replaced.
        json: Whether the result is printed as JSON.
    """

    shards: list[str] = setting(
        argument=True,
        metavar="SHARDS…",
        text="The folders with the shards of one dataset, as `jazzgen prepare` wrote them.",
    )
    out: Path = setting(metavar="DATASET", text="The dataset file to write.")
    overwrite: bool = setting(False, text="Replace a file even if jazzgen did not write it.")
    json: bool = setting(False, text="Print JSON.")

    def __post_init__(self) -> None:
        check_settings(self)


@configured
def merge(request: MergeRequest) -> None:
    """Merge the shards of a dataset into one file: the one that a single process would write.

    `train` and `evaluate` read a folder of shards as it is; merging is for whoever wants one file.
    """
    from jazzgen.datasets.shards.merging import MergedShards
    from jazzgen.runtime.atomic import check_writable, write_parts
    from jazzgen.runtime.ownership import check_replaceable
    from jazzgen.runtime.store import store_at

    check_writable(request.out)
    check_replaceable(request.out, overwrite=request.overwrite)
    shards = MergedShards([store_at(place) for place in request.shards])
    write_parts(request.out, shards.content())
    totals = Totals()
    for record in shards.records():
        totals.add(record)
    show_report(request.out, totals, shards.records, (), json=request.json)
