"""A progress bar for reading files, if standard error is a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

__all__ = ["reading_progress"]

SECONDS_PER_FRAME = 0.1
"""Seconds between two drawings of the bar, by default."""


@contextmanager
def reading_progress(
    done: int, total: int | None, *, seconds_per_frame: float = SECONDS_PER_FRAME
) -> Iterator[Callable[[float], None]]:
    """Show the files done, files per second and the time left.

    Args:
        done: The number of files that were done before.
        total: The number of all files; None if it is not known.
        seconds_per_frame: Seconds between two drawings of the bar.

    Yields:
        A function to call with the number of files done.
    """
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        ProgressColumn,
        Task,
        TextColumn,
        TimeRemainingColumn,
    )
    from rich.text import Text

    class FilesPerSecond(ProgressColumn):
        def render(self, task: Task) -> Text:
            return Text(f"{task.speed:.0f} files/s" if task.speed else "")

    columns = (
        TextColumn("reading"),
        BarColumn(),
        MofNCompleteColumn(),
        FilesPerSecond(),
        TimeRemainingColumn(),
    )
    # No thread that draws by itself: it would take the interrupts that the pool holds back.
    with Progress(
        *columns, console=Console(stderr=True), transient=True, auto_refresh=False
    ) as bar:
        task, drawn = bar.add_task("", total=total, completed=done), 0.0

        def show(files: float) -> None:
            nonlocal drawn
            due = monotonic() - drawn >= seconds_per_frame
            bar.update(task, completed=files, refresh=due)
            drawn = monotonic() if due else drawn

        show(done)
        yield show
