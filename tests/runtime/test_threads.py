"""Playing takes one BLAS thread, unless the user says otherwise."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from jazzgen.runtime.threads import VARIABLES, one_blas_thread


def blas_threads():
    return [one["num_threads"] for one in threadpool_info() if one["user_api"] == "blas"]


@pytest.fixture
def no_choice(monkeypatch):
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def two_threads():
    """BLAS with two threads, on whatever number of cores."""
    with threadpool_limits(2, user_api="blas"):
        assert set(blas_threads()) == {2}
        yield


@pytest.mark.usefixtures("no_choice", "two_threads")
def test_one_thread_where_numpy_is_loaded_already():
    with one_blas_thread():
        assert set(blas_threads()) == {1}
        np.ones((64, 64)) @ np.ones((64, 64))
    assert set(blas_threads()) == {2}


@pytest.mark.usefixtures("two_threads")
def test_the_users_choice_stands(monkeypatch):
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "2")
    with one_blas_thread():
        assert set(blas_threads()) == {2}


START = """
import contextlib, json, os, sys
from jazzgen.cli.main import main
sys.argv = ["jazzgen", "--version"]
with contextlib.suppress(SystemExit), contextlib.redirect_stdout(None):
    main()
import numpy
from threadpoolctl import threadpool_info
print(json.dumps([one["num_threads"] for one in threadpool_info() if one["user_api"] == "blas"]))
"""


@pytest.mark.parametrize(("variables", "threads"), [({}, 1), ({"OPENBLAS_NUM_THREADS": "2"}, 2)])
def test_the_command_starts_with_one_thread(variables, threads):
    if (os.cpu_count() or 1) < 2:
        pytest.skip("one processor core: there is nothing to choose")
    clean = {name: value for name, value in os.environ.items() if name not in VARIABLES}
    found = subprocess.run(
        [sys.executable, "-c", START], env=clean | variables, capture_output=True, text=True,
        check=True,
    )  # fmt: skip
    assert set(json.loads(found.stdout)) == {threads}
