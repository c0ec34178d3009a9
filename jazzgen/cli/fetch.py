"""`jazzgen fetch`: downloads databases that jazzgen reads but does not ship."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from jazzgen.cli.options import configured
from jazzgen.cli.output import say, show, show_json
from jazzgen.runtime.files import is_there
from jazzgen.runtime.interrupts import Interrupted
from jazzgen.runtime.settings import check_settings, setting
from jazzgen.runtime.wording import counted

__all__ = ["fetch"]

URL = "https://jazzomat.hfm-weimar.de/download/downloads/wjazzd.db"
LICENCE = "Open Database License (ODbL) 1.0, https://opendatacommons.org/licenses/odbl/1-0/"
CITATION = (
    "Pfleiderer, Frieler, Abeßer, Zaddach, Burkhart (eds.): Inside the Jazzomat. "
    "New Perspectives for Jazz Research. Schott Campus, 2017"
)


@dataclass(frozen=True, kw_only=True)
class FetchRequest:
    """What is downloaded, from where, and to where.

    Args:
        source: The database.
        out: The file to write; by default one among the user's downloads.
        url: The address of the database.
        timeout: Seconds without data after which the download fails.
        json: Whether the result is printed as JSON.

    Raises:
        ConfigError: A value out of range.
    """

    source: Literal["wjazzd"] = setting(
        argument=True, metavar="wjazzd", text="wjazzd: the Weimar Jazz Database, transcribed solos."
    )
    out: Path | None = setting(
        None,
        metavar="FILE",
        text="The file to write; by default in jazzgen's own folder for downloads, where other "
        "commands find wjazzd.db by its name.",
    )
    url: str = setting(URL, metavar="URL", text="The address to download from.")
    timeout: float = setting(
        30.0, 0.1, 3600, unit="seconds", text="Give up after this many seconds without data."
    )
    json: bool = setting(False, text="Print JSON.")

    def __post_init__(self) -> None:
        check_settings(self)


@configured
def fetch(request: FetchRequest) -> None:
    """Download a database. An interrupted download resumes where it stopped."""
    from jazzgen.io.wjazzd.database import check_wjazzd
    from jazzgen.runtime.atomic import check_writable

    out = request.out or _default_file(f"{request.source}.db")
    check_writable(out)
    if is_there(out):
        _keep(out)
    else:
        _download(request.url, out, request.timeout)
    solos, notes = check_wjazzd(out)
    say(f"Weimar Jazz Database; licence: {LICENCE}")
    say(f"cite: {CITATION}")
    if request.json:
        show_json(
            {
                "file": str(out),
                "bytes": out.stat().st_size,
                "solos": solos,
                "notes": notes,
                "url": request.url,
                "licence": LICENCE,
                "citation": CITATION,
            }
        )
        return
    show(
        f"{out}: {counted(solos, 'solo')}, {counted(notes, 'note')}, "
        f"{out.stat().st_size / 1e6:.1f} MB"
    )
    show(f"next: jazzgen prepare {shlex.quote(str(out))} --out solos.jsonl")


def _default_file(name: str) -> Path:
    """Return the file of this name, here or among the downloads; if neither exists, the latter."""
    from jazzgen.runtime.folders import find_source, user_folder

    found = find_source(name)
    return found if is_there(found) else user_folder("downloads") / name


def _keep(out: Path) -> None:
    """Check that a file that is there already is the database, which is then not downloaded."""
    from jazzgen.errors import DatasetError, OutputError
    from jazzgen.io.wjazzd.database import check_wjazzd

    try:
        check_wjazzd(out)
    except DatasetError as error:
        raise OutputError(
            f"--out {out}: already exists, but is not the database: {error}; "
            f"move it away or choose another name"
        ) from error
    say(f"{out} already exists; delete it to download it again")


def _download(url: str, out: Path, timeout: float) -> None:
    from jazzgen.io.wjazzd.database import check_wjazzd
    from jazzgen.runtime.download import download, part_of

    try:
        with _progress_bar(out) as on_bytes:
            download(url, out, check_wjazzd, on_bytes=on_bytes, timeout=timeout)
    except Interrupted as stop:
        if is_there(part_of(out)):
            stop.add_note(f"{part_of(out)} is kept; the same command resumes from there")
        raise


@contextmanager
def _progress_bar(out: Path) -> Iterator[Callable[[int, int | None], None]]:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )

    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task(out.name, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
