"""Functional models that are compiled once for batches of every size and length."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any

import keras
import numpy as np

__all__ = ["Graph"]


class Graph(keras.Model):  # type: ignore[misc]
    """A Functional model that is compiled once for batches of any size.

    On TensorFlow, `keras.Model.predict_on_batch` and `train_on_batch` trace a model for the sizes
    of its first batch, and again when another size comes: another number of lines, a longer chart,
    the smaller batch at an epoch's end. This takes seconds each time, and what the same batch gives
    may depend on the sizes that came before it. This model is traced once for each of the two, with
    the open axes of its inputs left open. Other backends compile it for each size, as ever.
    """

    def predict_on_batch(self, x: Any) -> Any:
        """Return the outputs for one batch, as NumPy arrays.

        Args:
            x: The inputs, in the structure of the model's own.
        """
        if keras.backend.backend() != "tensorflow":
            return super().predict_on_batch(x)
        return keras.tree.map_structure(np.asarray, self._traced(x))

    @cached_property
    def _traced(self) -> Callable[[Any], Any]:
        """The model's `call` for predicting, with the shapes and types of its inputs."""
        signature = keras.tree.map_structure(
            lambda one: keras.InputSpec(shape=one.shape, dtype=one.dtype), self.input
        )
        # Nothing is exported. It is where Keras itself lets us say which axes are open.
        run: Callable[[Any], Any] = keras.export.ExportArchive().add_endpoint(
            "predict", lambda x: self(x, training=False), [signature]
        )
        return run

    train_function: Callable[[Iterator[Any]], Any] | None

    def make_train_function(self, force: bool = False) -> None:
        """Set the function that trains on the next of some batches; Keras calls this.

        Args:
            force: Whether to trace the model anew, even if it was traced before.
        """
        if keras.backend.backend() != "tensorflow":
            super().make_train_function(force)
        elif force or self.train_function is None:
            step: list[
                Callable[..., Any]
            ] = []  # traced for the first batch, whose structure it has

            def train(batches: Iterator[Any]) -> Any:
                batch = next(batches)
                if not step:
                    self._build_variables(batch)
                    step.append(self._traced_step(batch))
                return step[0](_arrays(batch))

            self.train_function = train

    def _build_variables(self, batch: Any) -> None:
        """Make the variables of the optimizer, and those that follow the losses.

        A step that made them would be traced twice.

        Args:
            batch: Inputs, targets and weights.
        """
        if not self.optimizer.built:
            self.optimizer.build(self.trainable_variables)
        batch_and_steps = keras.tree.flatten(batch[1])[0].shape[:2]
        outputs = keras.tree.map_structure(
            lambda one: np.zeros(batch_and_steps + one.shape[2:], one.dtype), self.output
        )
        self.compute_loss(y=batch[1], y_pred=outputs, sample_weight=batch[2])
        self.reset_metrics()

    def _traced_step(self, batch: Any) -> Callable[..., Any]:
        """The training step, traced for batches like one.

        Args:
            batch: Inputs, targets and weights as arrays, or None for what there is not.
        """
        rest = batch[1:]
        kept = [one.shape for one in keras.tree.flatten(self.input)]
        # Targets and weights are of every solo and step: what follows these axes is fixed.
        open_axes = [(None, None)[: one.ndim] + one.shape[2:] for one in _arrays(rest)]
        types = [one.dtype for one in (*keras.tree.flatten(self.input), *_arrays(rest))]
        leaves = keras.tree.flatten(batch)

        def train(arrays: list[Any]) -> Any:
            following = iter(arrays)
            packed = [None if one is None else next(following) for one in leaves]
            return self.train_step(keras.tree.pack_sequence_as(batch, packed))

        signature = [
            keras.InputSpec(shape=shape, dtype=kind)
            for shape, kind in zip([*kept, *open_axes], types, strict=True)
        ]
        run: Callable[..., Any] = keras.export.ExportArchive().add_endpoint(
            "train", train, [signature]
        )
        return run


def _arrays(batch: Any) -> list[Any]:
    """The arrays of a structure, in the order of its leaves."""
    return [one for one in keras.tree.flatten(batch) if one is not None]
