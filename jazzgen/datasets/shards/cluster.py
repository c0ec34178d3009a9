"""Read shards on a cluster of Dask: many machines, or several processes of this one.

The scheduler gives shards to workers and gives those of a worker that has died to others. It knows
nothing of files: what is done stands in the folder of the shards (see `folder`), so whatever
dies, the same command goes on from there.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from secrets import token_hex
from typing import Any, cast

from jazzgen.datasets.shards.manifest import Receipt
from jazzgen.datasets.shards.process import ShardOutcome, ShardTask, run_task
from jazzgen.errors import ConfigError, JazzgenError, OutputError
from jazzgen.runtime.extras import needing
from jazzgen.runtime.wording import whole_number

__all__ = ["Cluster", "connected", "local_workers"]

LOCAL = "local:"
"""How an address begins that asks for workers on this machine: `local:4`."""
MOST_LOCAL = 256

CONNECT = 10.0
"""Seconds in which a scheduler has to answer."""
LOOK = 2.0
"""Seconds between two looks at whether there are workers."""
TRIES = 3
"""How often a shard that cannot be written is tried, each time on another worker if possible."""
AHEAD = 3
"""Shards for each worker that the scheduler knows of at the same time."""
FEWEST_AHEAD = 16


@dataclass
class _Attempt:
    """A shard that is being read.

    Args:
        task: What is to be done.
        failed: The workers that could not do it.
    """

    task: ShardTask
    failed: list[str] = field(default_factory=list)


class Cluster:
    """A scheduler with its workers (see `connected`).

    Args:
        address: Its address, for messages.
        client: The connection to it, a `distributed.Client`.
        say: Tells the user something that is no error.
    """

    def __init__(self, address: str, client: Any, say: Callable[[str], None]) -> None:
        self.address = address
        self._client = client
        self._say = say
        self._under_way: dict[Any, _Attempt] = {}
        self._waiting = False
        self._token = token_hex(8)  # lest another command's tasks are taken for ours

    def receipts(self, tasks: Iterable[ShardTask]) -> Iterator[Receipt]:
        """Read shards.

        Args:
            tasks: The shards. They are taken from the iterable a limited number ahead.

        Yields:
            The receipt of each shard when it is done, in no particular order.

        Raises:
            JazzgenError: The scheduler is gone, or workers die of a shard.
            OutputError: A shard cannot be written.
        """
        left = iter(tasks)
        try:
            while True:
                most = max(AHEAD * self._threads(), FEWEST_AHEAD)
                while len(self._under_way) < most and (task := next(left, None)):
                    self._submit(_Attempt(task))
                if not self._under_way:
                    return
                for future in self._finished():
                    attempt = self._under_way.pop(future)
                    if (receipt := self._receipt(future, attempt)) is not None:
                        yield receipt
        finally:
            with suppress(Exception):  # a scheduler that is gone has nothing to be called off
                self._client.cancel(list(self._under_way))

    def _submit(self, attempt: _Attempt) -> None:
        shard, others = attempt.task.shard, set[str]()
        if attempt.failed:
            others = set(self._workers()) - set(attempt.failed)
        future = self._client.submit(
            _run_on_worker,
            attempt.task,
            key=f"jazzgen-{self._token}-shard-{shard.number}-{len(attempt.failed)}",
            pure=False,
            workers=sorted(others) or None,
            allow_other_workers=bool(others),
        )
        self._under_way[future] = attempt

    def _workers(self) -> dict[str, int]:
        """Return the number of threads of each worker by its address."""
        try:
            found: dict[str, int] = self._client.nthreads()
        except Exception as error:  # Dask has many for a connection that has ended
            raise self._gone() from error
        return found

    def _threads(self) -> int:
        threads = sum(self._workers().values())
        if not threads and not self._waiting:
            self._say(f"no workers at {self.address} yet; waiting for them")
        self._waiting = not threads
        return threads

    def _finished(self) -> list[Any]:
        """Wait a while; return those of the shards under way that have come to an end."""
        from distributed import CancelledError, wait

        with suppress(TimeoutError, CancelledError):
            wait(list(self._under_way), timeout=LOOK, return_when="FIRST_COMPLETED")
        return [future for future in self._under_way if future.done()]

    def _receipt(self, future: Any, attempt: _Attempt) -> Receipt | None:
        """Return the receipt of a shard that has come to an end; None if it is tried again."""
        if future.status != "finished":
            raise self._failure(future, attempt)
        worker, outcome = cast(tuple[str, ShardOutcome], future.result())
        if outcome.receipt is not None:
            return outcome.receipt
        attempt.failed.append(worker)
        if len(attempt.failed) == TRIES:
            raise OutputError(f"{outcome.problem} (on {worker})")
        self._submit(attempt)
        return None

    def _failure(self, future: Any, attempt: _Attempt) -> JazzgenError:
        if future.status != "error":  # cancelled or lost, which nobody here has asked for
            return self._gone()
        error = future.exception()
        reason = " ".join(str(error).split()) or type(error).__name__
        return JazzgenError(
            f"shard {attempt.task.shard.number} cannot be read at {self.address}: {reason}"
        )

    def _gone(self) -> JazzgenError:
        return JazzgenError(f"{self.address}: the scheduler is gone")


def _run_on_worker(task: ShardTask) -> tuple[str, ShardOutcome]:
    """Read a shard; return which worker has done it, and what became of it."""
    from distributed import get_worker

    return str(get_worker().address), run_task(task)


@contextmanager
def connected(
    address: str, say: Callable[[str], None], *, patience: float = CONNECT
) -> Iterator[Cluster]:
    """Connect to a scheduler, or start one with workers on this machine.

    Args:
        address: The address of a scheduler, such as `tcp://host:8786`, or `local:N`.
        say: Tells the user something that is no error.
        patience: Seconds in which a scheduler has to answer.

    Yields:
        The cluster. At the end of the block it is left, and ended if it was started here.

    Raises:
        MissingPackageError: Dask is not installed.
        ConfigError: It is no such address.
        JazzgenError: No scheduler answers there.
    """
    workers = local_workers(address)
    with needing("a cluster needs"):
        from distributed import Client
    _silence()
    with ExitStack() as open_:
        if workers:
            found: Any = open_.enter_context(_started(workers))
        else:
            asyncio.run(_check_scheduler(address, patience))
            found = address
        client = Client(found, timeout=CONNECT)
        open_.callback(_close, client)
        yield Cluster(address, client, say)


def _silence() -> None:
    """Keep Dask from logging what a line of ours says, with a traceback for each connection."""
    for name in logging.root.manager.loggerDict:
        if name.partition(".")[0] in ("distributed", "tornado", "asyncio"):
            logging.getLogger(name).setLevel(logging.CRITICAL)


def local_workers(address: str) -> int:
    """Return the number of workers to start here; 0 for a cluster that runs already.

    Raises:
        ConfigError: It is no number of workers that can be started.
    """
    if not address.startswith(LOCAL):
        return 0
    number = whole_number(address.removeprefix(LOCAL))
    if number is not None and 1 <= number <= MOST_LOCAL:
        return number
    raise ConfigError(
        f"--cluster {address!r}: expected {LOCAL}N with N from 1 to {MOST_LOCAL}, "
        "or the address of a scheduler"
    )


@contextmanager
def _started(workers: int) -> Iterator[Any]:
    """Start a scheduler in this process, and workers in processes of their own."""
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=workers,
        threads_per_worker=1,
        dashboard_address=None,
        memory_limit=0,  # the processes that read files have a limit of their own
        silence_logs=logging.CRITICAL,
    ) as cluster:
        yield cluster


async def _check_scheduler(address: str, patience: float) -> None:
    """Check that a scheduler answers; a client that found none would go on looking for it."""
    from distributed.core import connect

    try:
        async with asyncio.timeout(patience):
            line = await connect(address, timeout=patience)
            try:
                await line.write({"op": "identity", "reply": True})
                kind = (await line.read())["type"]
            finally:
                line.abort()
    except ValueError as error:
        raise ConfigError(f"--cluster {address!r}: {error}; expected tcp://HOST:PORT") from error
    except Exception as error:  # whoever answers there may say anything
        raise JazzgenError(
            f"{address}: no Dask scheduler has answered within {patience:g} seconds"
        ) from error
    if kind != "Scheduler":
        raise ConfigError(f"{address}: that is no scheduler, but a {kind.lower()}")


def _close(client: Any) -> None:
    with suppress(Exception):  # the scheduler may be gone
        client.close(timeout=CONNECT)
