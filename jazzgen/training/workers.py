"""The processes of a training run: one that trains alone, or several that share each batch."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

from jazzgen.datasets.windows import Batch

if TYPE_CHECKING:
    import keras

__all__ = ["Costs", "Workers"]

Costs = Sequence[tuple[float, int]]
"""For each of some solos its cost in nats, and its notes that count."""


class Workers:
    """A process that trains alone; `jax_workers` has the processes that train together."""

    number: int = 0
    """Which of the processes this is."""
    count: int = 1
    """How many there are."""

    @property
    def is_first(self) -> bool:
        """Whether this process writes checkpoints, logs and the model, and talks to the user."""
        return self.number == 0

    def part_of(self, batch: Batch, size: int) -> Batch:  # noqa: ARG002 - one process has it all
        """Return what this process computes of a batch.

        Args:
            batch: The batch of all processes together.
            size: The number of windows of a full batch.
        """
        return batch

    def predictor(self, graph: keras.Model) -> keras.Model:
        """Return a graph as it is now, with `predict_on_batch` for this process alone."""
        return graph

    def gather(self, own: Costs, total: int) -> Costs:  # noqa: ARG002 - likewise
        """Return the costs of all solos.

        Args:
            own: Those of the solos of this process: every `count`-th from its `number`.
            total: The number of all solos.
        """
        return own

    def any(self, here: bool) -> bool:
        """Return whether something is so in any of the processes."""
        return here

    def wait(self) -> None:
        """Wait until all processes have come this far."""

    def watched(self) -> AbstractContextManager[None]:
        """Return a block in which the loss of another process is a `WorkerError`."""
        return nullcontext()

    def part(self) -> bool:
        """Part: from here on each process is alone.

        Returns:
            Whether the variables of models belonged to all processes together; then models have to
            be made again.
        """
        return False
