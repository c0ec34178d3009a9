"""Fixtures that many tests share: a small corpus, and a model trained on it."""

import gc
import json
import os
import shutil
import tempfile
from contextlib import suppress
from dataclasses import asdict
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest
from commands import ROOT, Outcome, succeed
from hypothesis import HealthCheck, settings
from quick_workers import quick_workers
from waiting import wait_until

from jazzgen.runtime.threads import start_with_one_blas_thread

# As on the command line. Nothing has loaded NumPy so far; with more threads, which wait for each
# other, the listener test alone would take three times as long.
start_with_one_blas_thread()

# The networks of the tests are so small that a second thread costs more than it brings, and each
# process of `pytest -n` has a core of its own.
os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")

# On a slow machine an example takes as long as it takes. A hundred are for those who have time.
settings.register_profile(
    "patient",
    deadline=None,
    max_examples=100 if os.environ.get("JAZZGEN_SLOW") else 30,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("patient")

__all__ = ["quick_workers"]

MEMORY = Path("/dev/shm")
SOLOS = ("clockwise", "corner-bakery-blues", "second-kettle")


@pytest.fixture
def memory_folder():
    """A folder for thousands of short-lived files: in memory, if the system has such a folder."""
    place = MEMORY if os.access(MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=place) as folder:
        yield Path(folder)


def pytest_collection_finish():
    """Spare the garbage collector the modules of all tests, which stay until the end."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 50)  # graphs are many objects, and few of them garbage


def pytest_terminal_summary(terminalreporter):
    """Print what tests have measured, at the end of a run."""
    for report in terminalreporter.getreports("passed"):
        for name, value in report.user_properties if report.when == "call" else ():
            terminalreporter.write_line(f"{name}: {value}")


@pytest.fixture(scope="session", autouse=True)
def user_data(tmp_path_factory):
    """A folder in place of the one where this user's own models and downloads lie."""
    folder = tmp_path_factory.mktemp("user")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", str(folder))  # asked on Linux and macOS
        patch.setenv("WIN_PD_OVERRIDE_LOCAL_APPDATA", str(folder))  # asked on Windows
        yield folder / "jazzgen"


@pytest.fixture
def small_soundfont(monkeypatch):
    """The soundfont that comes with a Python package: others take long to load."""
    folder = find_spec("pretty_midi").submodule_search_locations[0]
    monkeypatch.setenv("JAZZGEN_SOUNDFONT", f"{folder}/TimGM6mb.sf2")


@pytest.fixture(scope="session")
def small_corpus(tmp_path_factory):
    """A folder of six bundled solos over three tunes."""
    folder = tmp_path_factory.mktemp("corpus")
    for name in SOLOS:
        for file in (ROOT / "midi_data").glob(f"{name}-*.mid"):
            shutil.copy(file, folder)
    assert len(list(folder.iterdir())) == 6
    return folder


@pytest.fixture(scope="session")
def training(small_corpus, tmp_path_factory):
    """The outcome of `jazzgen train --json`, and the folder that it wrote.

    Where the tests run in several processes, one trains, and the others take what it has made.
    """
    base = tmp_path_factory.getbasetemp()
    told = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "training.json"
    try:
        told.with_suffix(".begun").touch(exist_ok=False)
    except FileExistsError:
        # Whoever has begun may have been stopped; then everybody trains.
        with suppress(AssertionError):
            wait_until(told.exists)
    if not told.exists():
        folder = tmp_path_factory.mktemp("models") / "tiny"
        outcome = succeed(
            "train", small_corpus, "--out", folder,
            "--units", 16, "--epochs", 1, "--seed", 3, "--json",
        )  # fmt: skip
        whole = base / "training.json.part"
        whole.write_text(json.dumps([asdict(outcome), str(folder)]))
        whole.replace(told)
    outcome, folder = json.loads(told.read_text())
    return Outcome(**outcome), Path(folder)


@pytest.fixture(scope="session")
def tiny_model(training):
    """A model folder: an improviser of 16 units after one epoch. Not to be changed."""
    return training[1]


@pytest.fixture
def model_copy(tiny_model, tmp_path):
    """A copy of the model folder and of its run, to be damaged."""
    from jazzgen.training.run import training_folder  # loads NumPy

    copy = tmp_path / "copy"
    shutil.copytree(training_folder(tiny_model), training_folder(copy))
    return shutil.copytree(tiny_model, copy)


@pytest.fixture(scope="module")
def models_loaded_once():
    """Let the commands of a module load each model once, so that its graphs are built once."""
    from jazzgen import improviser

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(improviser, "load", _load_once)
        yield


@cache
def _load_once(folder, engine="light"):
    from jazzgen.improviser.facade import load

    return load(folder, engine)
