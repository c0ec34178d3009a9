"""Workers that start at once, for tests that read files but do not ask how a worker starts."""

import multiprocessing
import os
from types import SimpleNamespace

import pytest

LOADED = [
    "jazzgen.runtime.worker", "jazzgen.datasets.corpus", "jazzgen.io.midi.read",
    "jazzgen.io.midi.chord_texts", "jazzgen.band.repertoire",
]  # fmt: skip
"""What a worker would load by its first file."""


FOLDERS = ("cli", "datasets", "hostile")
"""The folders of tests that read many files."""


@pytest.fixture(scope="module", autouse=True)
def quick_workers(request):
    """Fork workers from a process that has loaded the readers, where a system has such processes.

    The program starts each by itself, which takes half a second of loading; that it does so is
    tested with the pool. The environment of the workers is that of the first one's start.
    """
    if os.name != "posix" or request.path.parent.name not in FOLDERS:
        yield
        return
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(LOADED)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "jazzgen.runtime.worker_process.multiprocessing",
            SimpleNamespace(**vars(multiprocessing) | {"get_context": lambda _: context}),
        )
        yield
