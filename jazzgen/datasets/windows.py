"""Training windows of Tx steps, and their batches in an order given by seed and epoch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from jazzgen.encoding.chart_table import PLACES
from jazzgen.encoding.examples import Example, transpose_example
from jazzgen.encoding.sequence import CONDITIONS
from jazzgen.errors import DatasetError

__all__ = ["Batch", "Windows", "permutation", "stack"]

S = TypeVar("S", bound=np.generic)

CHORDS = 16
"""Chord tables are padded to a multiple of this number of chords."""

HIDES: tuple[Callable[[Example], Example], ...] = (
    partial(Example.without, condition="performer"),
    Example.without_expression,
    *(partial(Example.without, condition=name) for name in CONDITIONS if name != "performer"),
    Example.without_end,
    Example.without_touch,
    *(partial(Example.without_place, place=place) for place in range(PLACES)),
)
"""What a window may be without, each in a share of the windows of its own."""


@dataclass(frozen=True, kw_only=True)
class Batch:
    """Windows of equal length, stacked.

    Args:
        inputs: Arrays by the names of the graph's inputs, each of shape (B, T, …).
        targets: Arrays by the names of its outputs, each of shape (B, T).
        weights: 1 for a real step, 0 for the padding after a short solo, shape (B, T).
        counted: Which steps figures count, shape (B, T).
        notes: Which steps are notes, shape (B, T).
        soft_targets: The distributions of a teacher by the names of outputs, each of shape
            (B, T, V).
    """

    inputs: dict[str, NDArray[np.int32]]
    targets: dict[str, NDArray[np.int32]]
    weights: NDArray[np.float32]
    counted: NDArray[np.bool_]
    notes: NDArray[np.bool_]
    soft_targets: dict[str, NDArray[np.float16]] = field(default_factory=dict)

    def filled(self, size: int) -> Batch:
        """Return the batch filled up with windows that do not count.

        The mean of its weighted losses stays the same: the weights of the others grow with it.

        Args:
            size: The number of windows that it is to have.
        """
        own = len(self.weights)
        if own == size:
            return self

        def more(array: NDArray[S]) -> NDArray[S]:
            return np.concatenate([array, np.zeros((size - own, *array.shape[1:]), array.dtype)])

        filled = self._with(more)
        return replace(filled, weights=filled.weights * np.float32(size / own))

    def windows(self, start: int, stop: int) -> Batch:
        """Return some of the windows as a batch.

        Args:
            start: The index of the first.
            stop: The index behind the last.
        """
        return self._with(lambda array: array[start:stop])

    def _with(self, change: Callable[[NDArray[Any]], NDArray[Any]]) -> Batch:
        """A batch in which every array has been changed."""
        return Batch(
            inputs={name: change(array) for name, array in self.inputs.items()},
            targets={name: change(array) for name, array in self.targets.items()},
            weights=change(self.weights),
            counted=change(self.counted),
            notes=change(self.notes),
            soft_targets={name: change(array) for name, array in self.soft_targets.items()},
        )


def permutation(size: int, seed: int, epoch: int) -> NDArray[np.intp]:
    """Return a random order of `size` items that is the same for the same seed and epoch.

    Args:
        size: The number of items.
        seed: The seed of the run.
        epoch: The epoch, from 0.

    Returns:
        The items' numbers, shape (size,).
    """
    return np.random.default_rng([seed, epoch, 0]).permutation(size)


class Windows:
    """The windows of a corpus.

    A solo of n steps has ⌈n / Tx⌉ windows that cover it together. They overlap rather than
    being padded; only a solo shorter than Tx has one window that is padded at its end, with
    weight 0. In each epoch the inner windows are shifted by a few steps.

    Args:
        examples: The solos.
        window: Tx, the steps in a window.
        batch_size: Windows in a batch; the last batch of an epoch may be smaller.
        seed: Decides the order, the shifts and the transpositions.
        transpose: Semitones by which a window may be transposed, up or down.
        anonymous: The share of windows without one of the `CONDITIONS`, such as the performer.
            As many, drawn for each independently, are without the expression of the notes
            before each step, and without the distance to the end. So the model can do without
            any of them.
        unplanned: The share of windows without a plan; in the others it is coarse, with errors
            that differ from epoch to epoch.

    Raises:
        DatasetError: No solo has a step to learn from.
    """

    def __init__(
        self,
        examples: Sequence[Example],
        window: int,
        batch_size: int,
        seed: int,
        transpose: int = 0,
        anonymous: float = 0.0,
        unplanned: float = 0.0,
    ) -> None:
        self.examples, self.window, self.batch_size, self.seed = examples, window, batch_size, seed
        self.transpose, self.anonymous, self.unplanned = transpose, anonymous, unplanned
        starts = np.fromiter(
            (
                place
                for number, example in enumerate(examples)
                for start in _starts(len(example), window)
                for place in (number, start)
            ),
            np.int64,
        )
        if not len(starts):
            raise DatasetError("no solo is long enough to learn from: expected at least two values")
        self.starts = starts.reshape(-1, 2)  # the solo's number and the first step, (windows, 2)
        self._epoch = self._draw_epoch(0)

    def __len__(self) -> int:
        """The number of batches in an epoch."""
        return -(-len(self.starts) // self.batch_size)

    @property
    def steps(self) -> int:
        """The number of steps in an epoch, padding included."""
        return len(self.starts) * self.window

    def batch(self, epoch: int, step: int) -> Batch:
        """Return a batch.

        Args:
            epoch: The epoch, from 0.
            step: The batch's number in the epoch, from 0.
        """
        if self._epoch.epoch != epoch:
            self._epoch = self._draw_epoch(epoch)
        chosen = self._epoch.order[step * self.batch_size : (step + 1) * self.batch_size]
        return stack([self._window(index, self._epoch) for index in chosen.tolist()], self.window)

    def _window(self, index: int, drawn: _Epoch) -> Example:
        """Return a window, changed as was drawn for the epoch."""
        number, start = self.starts[index].tolist()
        example = self.examples[number]
        last = max(len(example) - self.window, 0)
        if 0 < start < last:  # the first and the last stay, so that the solo remains covered
            start = min(max(start + int(drawn.shifts[index]), 0), last)
        part = example.part(start, start + self.window)
        for hidden, hide in zip(drawn.hidden, HIDES, strict=True):
            part = hide(part) if hidden[index] else part
        if drawn.planned[index]:
            part = part.with_plan(np.random.default_rng([self.seed, drawn.epoch, 2, index]))
        return transpose_example(part, int(drawn.semitones[index]))

    def _draw_epoch(self, epoch: int) -> _Epoch:
        count, noise = len(self.starts), np.random.default_rng([self.seed, epoch, 1])
        return _Epoch(
            epoch,
            permutation(count, self.seed, epoch),
            noise.integers(-(self.window // 2), self.window // 2 + 1, count),
            noise.integers(-self.transpose, self.transpose + 1, count),
            noise.random((len(HIDES), count)) < self.anonymous,
            noise.random(count) >= self.unplanned,
        )


@dataclass(frozen=True)
class _Epoch:
    """How the windows of an epoch differ from those of others; arrays of shape (windows,).

    Args:
        epoch: The epoch, from 0.
        order: The windows' numbers in the order of the epoch.
        shifts: Steps by which each window is moved.
        semitones: Semitones by which each is transposed.
        hidden: Whether each of `HIDES` is applied to each, shape (hides, windows).
        planned: Whether each has its plan.
    """

    epoch: int
    order: NDArray[np.intp]
    shifts: NDArray[np.int64]
    semitones: NDArray[np.int64]
    hidden: NDArray[np.bool_]
    planned: NDArray[np.bool_]


def _starts(length: int, window: int) -> list[int]:
    """Return the first steps of windows that cover `length` steps evenly, from end to end."""
    last = max(length - window, 0)
    count = -(-length // window)
    return [round(number * last / max(count - 1, 1)) for number in range(count)]


def stack(parts: Sequence[Example], length: int | None = None) -> Batch:
    """Stack examples to a batch, the shorter ones padded at their ends.

    Args:
        parts: The examples, at least one.
        length: T, the steps of the batch; by default those of the longest example.
    """
    size = length or max(len(part) for part in parts)

    def padded(arrays: Sequence[NDArray[S]], size: int = size) -> NDArray[S]:
        out = np.zeros((len(arrays), size, *arrays[0].shape[1:]), dtype=arrays[0].dtype)
        for row, array in zip(out, arrays, strict=True):
            row[: len(array)] = array
        return out

    first = parts[0]
    inputs = {name: padded([part.inputs[name] for part in parts]) for name in first.inputs}
    chords = [part.chords for part in parts if part.chords is not None]
    if chords:
        # A graph is traced again for each new width: few of them are left this way.
        inputs["chords"] = padded(chords, -(-max(map(len, chords)) // CHORDS) * CHORDS)
    return Batch(
        inputs=inputs,
        targets={name: padded([part.targets[name] for part in parts]) for name in first.targets},
        weights=padded([np.ones(len(part), dtype=np.float32) for part in parts]),
        counted=padded([part.counted for part in parts]),
        notes=padded([part.notes for part in parts]),
        soft_targets={
            name: padded([part.soft_targets[name] for part in parts]) for name in first.soft_targets
        },
    )
