"""Several processes train the model that one process trains."""

import os
import signal
import socket
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from commands import ROOT, jazzgen
from platforms import posix, slow

from jazzgen.training.jax_workers import join

SCRIPT = Path(__file__).with_name("run_with_workers.py")
pytestmark = [
    posix,
    pytest.mark.skipif(find_spec("jax") is None, reason="needs JAX: pip install 'jazzgen[jax]'"),
]


def start(mode, folder, count):
    """Start the processes of a run, and return their exit codes and what they say."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    environment = {
        **os.environ,
        "KERAS_BACKEND": "jax",
        "JAX_PLATFORMS": "cpu",
        "JAX_COORDINATOR_ADDRESS": address,
        "JAX_NUM_PROCESSES": str(count),
        "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")]),
    }
    processes = [
        subprocess.Popen(
            [sys.executable, SCRIPT, mode, folder],
            env={**environment, "JAX_PROCESS_ID": str(number)},
            stderr=subprocess.PIPE,
            text=True,
        )
        for number in range(count)
    ]
    told = [process.communicate(timeout=300)[1] for process in processes]
    return [process.returncode for process in processes], told


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The folder of the runs: by two processes until one died, resumed by one, and by one alone."""
    folder = tmp_path_factory.mktemp("runs")
    codes, told = start("together", folder, 2)
    assert codes == [2, -signal.SIGKILL], told
    assert "another process of the run was lost; the same command with --resume" in told[0]
    codes, told = start("alone", folder, 1)
    assert codes == [0], told
    return folder


def furthest(folder, run, moment):
    """The largest difference of the weights at a moment of a run from those of one process."""
    alone, other = np.load(folder / "alone.npz"), np.load(folder / f"{run}.npz")
    names = [name for name in alone.files if name.startswith(f"{moment}/")]
    assert len(names) == 8
    return max(np.abs(alone[name] - other[name]).max() for name in names)


@slow
def test_two_processes_learn_what_one_learns(folder):
    for moment in ("step", "epoch"):
        assert furthest(folder, "together", moment) < 1e-6
    alone, together = (np.load(folder / f"{run}.npz") for run in ("alone", "together"))
    assert together["bits"] == pytest.approx(float(alone["bits"]), rel=1e-6)
    moved = [
        np.abs(alone[name] - alone[name.replace("epoch", "step")]).max()
        for name in alone.files
        if name.startswith("epoch/")
    ]
    assert min(moved) > 1e-4  # so much further have they moved than they differ


@slow
def test_a_run_that_lost_a_process_is_resumed_by_another_number(folder):
    assert furthest(folder, "resumed", "end") < 1e-6


@pytest.mark.parametrize(
    ("environment", "devices"),
    [
        ({}, None),
        ({"CUDA_VISIBLE_DEVICES": ""}, None),
        ({"CUDA_VISIBLE_DEVICES": "0,1"}, None),
        ({"CUDA_VISIBLE_DEVICES": "3"}, [0]),
        ({"CUDA_VISIBLE_DEVICES": "3", "JAX_LOCAL_DEVICE_IDS": "0"}, None),
        ({"ROCR_VISIBLE_DEVICES": "1"}, [0]),
    ],
)
def test_a_process_that_sees_one_device_takes_it(environment, devices, monkeypatch):
    """Slurm's --gpus-per-task shows each process its own GPU, which is number 0 there."""
    jax, told = pytest.importorskip("jax"), {}
    monkeypatch.setattr(jax.distributed, "initialize", lambda *_, **more: told.update(more))
    monkeypatch.setattr("keras.backend.backend", lambda: "jax")
    monkeypatch.setattr("keras.distribution.DataParallel", lambda **_: None)
    monkeypatch.setattr("keras.distribution.set_distribution", lambda _: None)
    join(environment)
    assert told["local_device_ids"] == devices


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--teacher", "improviser"], "--workers: not with --teacher or --from"),
        ([], "--workers needs KERAS_BACKEND=jax, not tensorflow"),
    ],
)
def test_what_several_processes_cannot_do_is_told(tmp_path, monkeypatch, arguments, told):
    monkeypatch.setenv("KERAS_BACKEND", "tensorflow")
    out = jazzgen("train", tmp_path, "--workers", "auto", "--out", tmp_path / "m", *arguments)
    assert told in out.complaint
