"""Marks for tests that need what some platforms lack; each says why its test is skipped."""

import os
import sys
import tempfile
from pathlib import Path

import pytest

__all__ = ["linux", "posix", "slow", "symlinks", "unprivileged"]


def can_link():
    """Whether this process may make symbolic links, as on Windows not everybody may."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            (Path(folder) / "link").symlink_to("nothing")
        except (OSError, NotImplementedError):
            return False
    return True


posix = pytest.mark.skipif(
    os.name != "posix",
    reason="needs POSIX: signals to processes, limits of resources, pipes or shell scripts",
)
linux = pytest.mark.skipif(sys.platform != "linux", reason="needs Linux and its /proc")
unprivileged = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0,
    reason="needs POSIX permissions, and a user whom they stop: root may read and write everywhere",
)
symlinks = pytest.mark.skipif(not can_link(), reason="needs symbolic links")
slow = pytest.mark.skipif(
    not os.environ.get("JAZZGEN_SLOW"),
    reason="takes seconds: run with JAZZGEN_SLOW=1, as .ci/run does",
)
