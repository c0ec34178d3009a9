"""Processes that train one model together, on JAX's distributed runtime.

Each process computes the gradient of its share of the windows of each batch, and JAX adds them up
(`keras.distribution.DataParallel`). So the batches, and the weights up to rounding, are the same
for any number of processes.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import keras
import numpy as np

from jazzgen.datasets.windows import Batch
from jazzgen.errors import ConfigError, WorkerError
from jazzgen.training.workers import Costs, Workers

__all__ = ["JaxWorkers", "join"]

HEARTBEAT = 20
"""The seconds after which a process that is no longer heard counts as lost."""
STATUS = re.compile("(ABORTED|CANCELLED|DEADLINE_EXCEEDED|INTERNAL|UNAVAILABLE|UNKNOWN): ")
"""The beginning of an error of JAX's runtime, which may be a RuntimeError or a ValueError."""
VARIABLES = ("JAX_COORDINATOR_ADDRESS", "JAX_NUM_PROCESSES", "JAX_PROCESS_ID")
"""The variables of the environment that name the processes."""


def join(environment: Mapping[str, str] = os.environ) -> JaxWorkers:
    """Join the other processes of a run, and return them.

    Where they are is told by `VARIABLES`, or by Slurm, Kubernetes or Open MPI. It has to be called
    before anything is computed.

    Args:
        environment: The variables of the environment.

    Raises:
        ConfigError: Keras does not run on JAX, or nothing tells where the processes are.
        WorkerError: They cannot be reached.
    """
    import jax

    backend = keras.backend.backend()
    if backend != "jax":
        raise ConfigError(f"--workers needs KERAS_BACKEND=jax, not {backend}")
    given = {name: environment.get(name) for name in VARIABLES}
    count, number = (_number(name, given[name]) for name in VARIABLES[1:])
    jax.config.update("jax_cpu_collectives_implementation", "gloo")
    jax.config.update("jax_enable_preemption_service", False)  # SIGTERM is ours
    try:
        jax.distributed.initialize(
            given[VARIABLES[0]],
            count,
            number,
            local_device_ids=_only_device(environment),
            heartbeat_timeout_seconds=HEARTBEAT,
        )
    except (ValueError, TypeError) as error:
        raise ConfigError(
            f"--workers auto: nothing tells where the processes are: set {', '.join(VARIABLES)}, "
            f"or start them with Slurm, Kubernetes or Open MPI ({_line(error)})"
        ) from error
    except RuntimeError as error:
        raise WorkerError(f"--workers auto: the processes do not meet: {_line(error)}") from error
    keras.distribution.set_distribution(keras.distribution.DataParallel(auto_shard_dataset=False))
    return JaxWorkers(jax.process_index(), jax.process_count(), jax.device_count())


def _only_device(environment: Mapping[str, str]) -> list[int] | None:
    """The number of the device of this process, if it sees a single one; None if JAX is to choose.

    Under Slurm, JAX expects that all processes of a machine see all its GPUs, and gives each the
    one of its own number. With `--gpus-per-task` each sees one, whose number is 0.
    """
    if environment.get("JAX_LOCAL_DEVICE_IDS"):
        return None
    for name in ("CUDA_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES"):
        if (seen := environment.get(name)) and "," not in seen:
            return [0]
    return None


def _number(name: str, text: str | None) -> int | None:
    """The number in a variable of the environment, None without one."""
    if text is None:
        return None
    try:
        return int(text)
    except ValueError:
        raise ConfigError(f"{name}: expected a whole number, got {text!r}") from None


class JaxWorkers(Workers):
    """Processes that train together.

    Args:
        number: Which of them this is.
        count: How many there are.
        devices: The number of devices of all of them.
    """

    def __init__(self, number: int, count: int, devices: int) -> None:
        self.number, self.count, self.devices = number, count, devices

    def part_of(self, batch: Batch, size: int) -> Batch:
        """See `Workers.part_of`: every batch has the same shape, and every device as many windows.

        Args:
            batch: The batch of all processes together.
            size: The number of windows of a full batch.
        """
        full = -(-size // self.devices) * self.devices
        each = full // self.count
        return batch.filled(full).windows(self.number * each, (self.number + 1) * each)

    def predictor(self, graph: keras.Model) -> keras.Model:
        """See `Workers.predictor`."""
        return _LocalGraph(graph)

    def gather(self, own: Costs, total: int) -> Costs:
        """See `Workers.gather`.

        Args:
            own: The costs of the solos of this process.
            total: The number of all solos.
        """
        room = -(-total // self.count)
        table = np.zeros((room, 2))
        table[: len(own)] = np.reshape(np.array(own, np.float64), (-1, 2))
        # JAX has no float64 unless a global switch is set: the numbers travel as their bits.
        bits = _allgather(table.view(np.uint32))
        rows = np.ascontiguousarray(bits).view(np.float64).reshape(self.count, room, 2)
        shared = rows.swapaxes(0, 1).reshape(-1, 2)[:total]
        return [(float(nats), int(notes)) for nats, notes in shared]

    def any(self, here: bool) -> bool:
        """See `Workers.any`."""
        return bool(_allgather(np.array([here])).any())

    def wait(self) -> None:
        """See `Workers.wait`."""
        self.any(False)

    @contextmanager
    def watched(self) -> Iterator[None]:
        """See `Workers.watched`."""
        try:
            yield
        except (RuntimeError, ValueError) as error:
            if not STATUS.match(str(error)):
                raise
            raise WorkerError(
                "another process of the run was lost; the same command with --resume continues it "
                f"({_line(error)})"
            ) from error

    def part(self) -> bool:
        """See `Workers.part`."""
        import jax

        keras.distribution.set_distribution(None)
        jax.distributed.shutdown()
        return True


class _LocalGraph:
    """A graph with the weights of a moment, which this process runs by itself.

    Args:
        graph: The graph; its variables have the same values on all devices.
    """

    def __init__(self, graph: keras.Model) -> None:
        import jax

        device = jax.local_devices()[0]
        self._states = [
            [jax.device_put(np.asarray(one.value), device) for one in variables]
            for variables in (graph.trainable_variables, graph.non_trainable_variables)
        ]
        self._run: Callable[..., Any] = jax.jit(
            lambda trained, fixed, x: graph.stateless_call(trained, fixed, x, training=False)[0]
        )

    def predict_on_batch(self, x: Any) -> Any:
        """Return the outputs for one batch, as NumPy arrays.

        Args:
            x: The inputs, in the structure of the graph's own.
        """
        return keras.tree.map_structure(np.asarray, self._run(*self._states, x))


def _allgather(values: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Return the arrays of all processes, one after the other along a new first axis."""
    from jax.experimental.multihost_utils import process_allgather

    return np.asarray(process_allgather(values))


def _line(error: Exception) -> str:
    """The first line of an error's message, shortened."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:160]
