"""Windows of Tx steps, and batches of them in an order that a seed and an epoch decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from jazzgen.encoding.examples import Example, transpose_example
from jazzgen.errors import DatasetError

__all__ = ["Batch", "Windows", "permutation", "stack"]


@dataclass(frozen=True)
class Batch:
    """Windows of equal length, stacked.

    Args:
        inputs: By the graph's input names, each of shape (B, T, …).
        targets: By its output names, each of shape (B, T).
        weights: 1 for a real step, 0 for padding behind a short solo, shape (B, T).
        counted: Which steps a measure counts, shape (B, T).
        notes: Which steps are notes, shape (B, T).
        taught: By output names, what a teacher expects, each of shape (B, T, V).
    """

    inputs: dict[str, NDArray[np.int32]]
    targets: dict[str, NDArray[np.int32]]
    weights: NDArray[np.float32]
    counted: NDArray[np.bool_]
    notes: NDArray[np.bool_]
    taught: dict[str, NDArray[np.float16]] = field(default_factory=dict)


def permutation(size: int, seed: int, epoch: int) -> NDArray[np.intp]:
    """Return the order of `size` things in an epoch: the same for the same seed and epoch."""
    return np.random.default_rng([seed, epoch, 0]).permutation(size)


class Windows:
    """The windows of a corpus.

    A solo of n steps gives ⌈n / Tx⌉ windows that together cover it. All are full,
    so that no window begins or ends with padding; a solo shorter than Tx gives
    one, padded behind with weight 0. From epoch to epoch the inner windows shift
    a little.

    Args:
        examples: The solos.
        window: Tx.
        batch_size: Windows in a batch; the last batch of an epoch may be smaller.
        seed: Decides order, shifts and transpositions.
        transpose: Semitones by which a window may be transposed, up or down.
        anonymous: Share of windows whose performer is not told, and share of those in which
            nobody hears how loud and how late the notes before were played.

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
    ) -> None:
        self.examples, self.window, self.batch_size, self.seed = examples, window, batch_size, seed
        self.transpose, self.anonymous = transpose, anonymous
        # Which solo, and where in it.
        self.places = np.array([
            (number, place)
            for number, example in enumerate(examples)
            for place in _places(len(example), window)
        ])  # fmt: skip
        if not len(self.places):
            raise DatasetError("no solo is long enough to learn from: expected two values or more")
        self._plan = self._planned(0)

    def __len__(self) -> int:
        """Batches in an epoch."""
        return -(-len(self.places) // self.batch_size)

    @property
    def steps(self) -> int:
        """Values in an epoch, padding included."""
        return len(self.places) * self.window

    def batch(self, epoch: int, step: int) -> Batch:
        """Return the batch number `step` (from 0) of an epoch."""
        if self._plan.epoch != epoch:
            self._plan = self._planned(epoch)
        chosen = self._plan.order[step * self.batch_size : (step + 1) * self.batch_size]
        return stack([self._part(index, self._plan) for index in chosen.tolist()], self.window)

    def _part(self, index: int, plan: _Plan) -> Example:
        """A window as an epoch wants it."""
        number, place = self.places[index].tolist()
        example = self.examples[number]
        room = max(len(example) - self.window, 0)
        if 0 < place < room:
            place = min(max(place + int(plan.shifts[index]), 0), room)
        part = example.part(place, place + self.window)
        if plan.hidden[index]:
            part = part.without_performer()
        if plan.unheard[index]:
            part = part.without_expression()
        return transpose_example(part, int(plan.moves[index]))

    def _planned(self, epoch: int) -> _Plan:
        count, noise = len(self.places), np.random.default_rng([self.seed, epoch, 1])
        return _Plan(
            epoch,
            permutation(count, self.seed, epoch),
            noise.integers(-(self.window // 2), self.window // 2 + 1, count),
            noise.integers(-self.transpose, self.transpose + 1, count),
            *(noise.random((2, count)) < self.anonymous),
        )


@dataclass(frozen=True)
class _Plan:
    """What an epoch does with each window, each of shape (windows,).

    Args:
        epoch: The epoch.
        order: The windows in the order in which they come.
        shifts: Steps by which they move.
        moves: Semitones by which they are transposed.
        hidden: Whether their performer is not told.
        unheard: Whether nobody hears how the notes before were played.
    """

    epoch: int
    order: NDArray[np.intp]
    shifts: NDArray[np.int64]
    moves: NDArray[np.int64]
    hidden: NDArray[np.bool_]
    unheard: NDArray[np.bool_]


def _places(length: int, window: int) -> list[int]:
    """Where windows begin that cover `length` steps evenly, the first at 0, the last at the end."""
    room = max(length - window, 0)
    count = -(-length // window)
    return [round(number * room / max(count - 1, 1)) for number in range(count)]


def stack(parts: Sequence[Example], length: int | None = None) -> Batch:
    """Stack examples, the shorter ones padded behind.

    Args:
        parts: The examples, at least one.
        length: T; by default that of the longest.
    """
    size = length or max(len(part) for part in parts)

    def padded(arrays: Sequence[NDArray[np.generic]], size: int = size) -> NDArray[np.generic]:
        out = np.zeros((len(arrays), size, *arrays[0].shape[1:]), dtype=arrays[0].dtype)
        for row, array in zip(out, arrays, strict=True):
            row[: len(array)] = array
        return out

    first = parts[0]
    inputs = {name: padded([part.inputs[name] for part in parts]) for name in first.inputs}
    chords = [part.chords for part in parts if part.chords is not None]
    if chords:
        inputs["chords"] = padded(chords, max(map(len, chords)))
    return Batch(
        inputs,  # type: ignore[arg-type]
        {name: padded([part.targets[name] for part in parts]) for name in first.targets},  # type: ignore[misc]
        padded([np.ones(len(part), dtype=np.float32) for part in parts]),  # type: ignore[arg-type]
        padded([part.counted for part in parts]),  # type: ignore[arg-type]
        padded([part.notes for part in parts]),  # type: ignore[arg-type]
        {name: padded([part.taught[name] for part in parts]) for name in first.taught},  # type: ignore[misc]
    )
