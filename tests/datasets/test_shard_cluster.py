"""Shards that are read on a cluster.

It is a scheduler and a worker in threads of this process; where there is time, also a scheduler
and two workers in processes of their own, one of which has no room on its disk.
"""

import json
import os
import pickle
import shutil
import subprocess
import sys
import threading
from dataclasses import replace
from itertools import islice
from types import SimpleNamespace

import pytest
from commands import jazzgen, succeed
from platforms import linux, slow
from waiting import wait_until

from jazzgen.datasets.preparation import Preparation
from jazzgen.datasets.shards.cluster import connected
from jazzgen.datasets.shards.cutting import cut
from jazzgen.datasets.shards.folder import ShardFolder
from jazzgen.datasets.shards.process import PROGRAM, ShardTask, installed_version, run_task
from jazzgen.datasets.sources import find_files
from jazzgen.errors import JazzgenError, MissingPackageError, OutputError
from jazzgen.runtime.locks import lock_of
from jazzgen.runtime.store import store_at

LocalCluster = pytest.importorskip("distributed").LocalCluster
pytestmark = [linux]

DASK = f"exec {sys.executable} -m dask"
WORKER = f"{DASK} worker --nthreads 1 --no-nanny --no-dashboard --death-timeout 60"
FULL = "ulimit -f 1; "


class Machines:
    """The processes of a cluster.

    Args:
        folder: Where the scheduler says its address.
    """

    def __init__(self, folder):
        self.told = folder / "scheduler.json"
        self.scheduler = self.start(f"{DASK} scheduler --port 0 --no-dashboard")
        self.workers = {}

    def start(self, command):
        return subprocess.Popen(
            ["sh", "-c", f"{command} --scheduler-file {self.told}"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def join(self, name, before=""):
        self.workers[name] = self.start(f"{before}{WORKER} --name {name}")

    @property
    def address(self):
        wait_until(lambda: self.told.exists() and self.told.read_text().endswith("}"))
        return json.loads(self.told.read_text())["address"]

    def end(self):
        for process in (*self.workers.values(), self.scheduler):
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def machines(tmp_path_factory):
    found = Machines(tmp_path_factory.mktemp("cluster"))
    try:
        found.join("full", FULL)
        found.join("good")
        yield found
    finally:
        found.end()


@pytest.fixture(scope="module")
def threads():
    """A cluster in threads of this process, and its address."""
    with LocalCluster(
        n_workers=1, threads_per_worker=1, processes=False, protocol="tcp", dashboard_address=None
    ) as cluster:
        yield SimpleNamespace(address=cluster.scheduler_address)


@pytest.fixture(params=["threads", pytest.param("machines", marks=slow)])
def cluster(request):
    """A cluster with an address."""
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="module")
def sources(small_corpus, tmp_path_factory):
    """A folder with a solo and a file that is no music, and the solo once more."""
    folder = tmp_path_factory.mktemp("sources")
    (folder / "bad.mid").write_bytes(b"not MIDI")
    shutil.copy(min(small_corpus.iterdir()), folder / "solo.mid")
    return folder, folder / "solo.mid"


@pytest.fixture(scope="module")
def whole(sources, tmp_path_factory):
    """The dataset and the report of one process."""
    out = tmp_path_factory.mktemp("whole") / "solos.jsonl"
    return out, succeed("prepare", *sources, "--out", out, "--json").json


def tasks(sources, out, version=None, folder="/"):
    preparation = Preparation(sources=tuple(sources))
    for shard in cut(find_files(sources), 1, "work"):
        yield ShardTask(
            preparation=preparation, shard=shard, out=str(out), folder=folder,
            version=installed_version() if version is None else version,
        )  # fmt: skip


def test_one_that_is_not_there_is_named_in_time():
    with (
        pytest.raises(JazzgenError, match=r"tcp://127.0.0.1:9: no Dask scheduler has answered"),
        connected("tcp://127.0.0.1:9", print, patience=0.1),
    ):
        pass


@pytest.mark.parametrize("address", ["local:0", "local:x", "local:999", "nowhere", "foo://a:1"])
def test_an_address_that_is_none(address, sources, tmp_path):
    out = tmp_path / "a"
    complaint = jazzgen("prepare", *sources, "--out", out, "--cluster", address).complaint
    assert complaint.startswith(f"jazzgen: --cluster {address!r}: ")
    assert not out.exists()


def test_without_dask_a_line_says_how_to_install_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with (
        pytest.raises(MissingPackageError, match=r"a cluster needs distributed.*jazzgen\[scale\]"),
        connected("local:2", print),
    ):
        pass


def test_either_a_cluster_or_a_part(sources, tmp_path):
    command = ("prepare", *sources, "--out", tmp_path / "a", "--shard", "1/2")
    assert "expected one of them" in jazzgen(*command, "--cluster", "local:2").complaint


@pytest.mark.parametrize(
    ("change", "problem"),
    [({"version": "9"}, "is installed there; expected 9"), ({"folder": "/none"}, "/none: No such")],
)
def test_a_machine_that_cannot_do_it_says_why(change, problem, sources, tmp_path):
    [task, *_] = tasks(sources, tmp_path, **change)
    assert problem in run_task(task).problem


def test_a_process_whose_worker_has_died_removes_its_temporary_files(sources, tmp_path):
    """In an object store the shard is in a temporary folder until it is done."""
    [task] = tasks([sources[1]], "memory://nowhere")
    task = replace(task, shard=replace(task.shard, files=task.shard.files * 50))
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        stdin=subprocess.PIPE,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    pickle.dump(task, process.stdin)
    process.stdin.flush()
    wait_until(lambda: any(tmp_path.glob("jazzgen-*/*.partial")))
    process.stdin.close()
    assert process.wait() == 1
    assert list(tmp_path.iterdir()) == []


def test_a_cluster_writes_what_one_process_writes(cluster, sources, whole, tmp_path):
    """Whatever the full disk refuses, the other worker writes."""
    out, merged = tmp_path / "shards", tmp_path / "merged.jsonl"
    command = ("prepare", *sources, "--out", out, "--files-per-shard", 1, "--json")
    found = succeed(*command, "--cluster", cluster.address).json
    assert found.pop("shards")["done"] == 3
    assert found == whole[1]
    succeed("merge", out, "--out", merged)
    assert merged.read_bytes() == whole[0].read_bytes()


def test_no_solo_anywhere(cluster, sources, tmp_path):
    command = ("prepare", sources[0] / "bad.mid", "--cluster", cluster.address)
    complaint = jazzgen(*command, "--out", tmp_path / "a").complaint
    assert complaint.endswith("bad.mid: not a Standard MIDI File")


def test_what_no_machine_can_write_ends_the_command(cluster, sources):
    with (
        connected(cluster.address, print) as connection,
        pytest.raises(
            OutputError, match=r"/proc/none/shard-0.*: cannot be written: .* \(on tcp://"
        ),
    ):
        list(connection.receipts(islice(tasks(sources, "/proc/none"), 1)))


@slow
def test_machines_that_are_killed(machines, sources, tmp_path):
    """First a worker, whose shard another one reads; then the scheduler, which ends it all."""
    machines.workers["full"].kill()
    folder = ShardFolder(store_at(str(tmp_path)))
    todo = list(tasks(sources, tmp_path))
    # A shard whose folder another process holds keeps its worker waiting.
    held = tmp_path / "shard-00000.jsonl.partial"
    held.mkdir()
    handle = lock_of(held, held)
    with connected(machines.address, print) as cluster:
        receipts = cluster.receipts(iter(todo[:1]))
        done = []
        thread = threading.Thread(target=lambda: done.extend(receipts))
        thread.start()
        wait_until(lambda: any(cluster._client.processing().values()))
        machines.workers["good"].kill()
        machines.join("next")
        os.close(handle)
        thread.join()
        assert [one.number for one in done] == [0]
        assert folder.done(todo[0].shard) == done[0]

        left = cluster.receipts(iter(todo))
        next(left)
        machines.scheduler.kill()
        with pytest.raises(JazzgenError, match="the scheduler is gone"):
            list(left)
