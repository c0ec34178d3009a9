"""How far reading files is, shown on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

__all__ = ["intake_bar"]

SECONDS_A_FRAME = 0.1


@contextmanager
def intake_bar(done: int, total: int) -> Iterator[Callable[[float], None]]:
    """Show files done of all, files a second and the time left, if anybody looks.

    Args:
        done: How many files were done before.
        total: How many files there are.

    Yields:
        What to tell how many files are done.
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

    class FilesASecond(ProgressColumn):
        def render(self, task: Task) -> Text:
            return Text(f"{task.speed:.0f} files/s" if task.speed else "")

    columns = (TextColumn("reading"), BarColumn(), MofNCompleteColumn(), FilesASecond(),
               TimeRemainingColumn())  # fmt: skip
    # No thread that draws by itself: it would take the interrupts that the pool holds back.
    with Progress(
        *columns, console=Console(stderr=True), transient=True, auto_refresh=False
    ) as bar:
        task, drawn = bar.add_task("", total=total, completed=done), 0.0

        def show(files: float) -> None:
            nonlocal drawn
            due = monotonic() - drawn >= SECONDS_A_FRAME
            bar.update(task, completed=files, refresh=due)
            drawn = monotonic() if due else drawn

        show(done)
        yield show
