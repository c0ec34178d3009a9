"""Runs `jazzgen studio` in a process of its own, for the scripts that measure and try it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page

__all__ = ["StudioProcess", "in_browser", "running_studio"]

PROC = Path("/proc")
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
"""The names of the browser."""
ARGUMENTS = ["--autoplay-policy=no-user-gesture-required", "--no-sandbox"]
PATIENCE = 10
"""The seconds that a studio may take to end."""


@dataclass(frozen=True, kw_only=True)
class StudioProcess:
    """A studio that runs.

    Args:
        address: The address that opens its page, with the token.
        pid: The number of its process.
    """

    address: str
    pid: int

    @property
    def origin(self) -> str:
        """The address without the page and the token."""
        return self.address.partition("/#")[0]

    @property
    def token(self) -> str:
        """The token of this start."""
        return self.address.partition("token=")[2]

    def processes(self) -> list[int]:
        """Return the numbers of the studio's process and of those that it has started."""
        found = [self.pid]
        for parent in found:  # it grows while it is gone through
            found += _children(parent)
        return found

    def memory(self) -> float:
        """Return the memory of all its processes that no other process shares, in MiB."""
        return sum(_private_kib(pid) for pid in self.processes()) / 1024

    def open_files(self) -> int:
        """Return the number of files, pipes and connections that its own process has open."""
        return len(list((PROC / str(self.pid) / "fd").iterdir()))

    def threads(self) -> int:
        """Return the number of threads of its own process."""
        return len(list((PROC / str(self.pid) / "task").iterdir()))


@contextmanager
def running_studio(folder: Path) -> Iterator[StudioProcess]:
    """Run a studio at a free port, and end it as Ctrl-C does.

    Args:
        folder: The home of the studio, where it keeps takes and temporary files.
    """
    environment = {**os.environ, "HOME": str(folder), "TMPDIR": str(folder)}
    command = [sys.executable, "-m", "jazzgen", "studio", "--no-browser", "--port", "0"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, env=environment, text=True)
    try:
        line = process.stderr.readline() if process.stderr else ""
        yield StudioProcess(address=line.split()[-1], pid=process.pid)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(PATIENCE)


@contextmanager
def in_browser(script: str = "") -> Iterator[tuple[Page, StudioProcess]]:
    """Run a studio, and give an empty page of Chromium beside it.

    Args:
        script: JavaScript that runs in the page before its own.
    """
    from playwright.sync_api import sync_playwright

    chromium = next(filter(None, map(shutil.which, CHROMIUM)), None)
    with (
        tempfile.TemporaryDirectory() as home,
        running_studio(Path(home)) as studio,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.add_init_script(script)
        yield page, studio
        browser.close()


def _children(parent: int) -> list[int]:
    found = []
    for task in (PROC / str(parent) / "task").iterdir():
        found += [int(one) for one in (task / "children").read_text().split()]
    return found


def _private_kib(pid: int) -> int:
    lines = (PROC / str(pid) / "smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_"))
