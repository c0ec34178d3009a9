"""Functional models that are compiled once for batches of every size and length."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

import keras
import numpy as np

__all__ = ["Graph"]


class Graph(keras.Model):  # type: ignore[misc]
    """A Functional model that predicts on batches of any size without being compiled again.

    On TensorFlow, `keras.Model.predict_on_batch` traces a model for the sizes of its first batch,
    and again when another size comes: another number of lines, a longer chart, a longer solo.
    For an inference graph this takes seconds each time. This model is traced once, with the open
    axes of its inputs left open. Other backends compile it for each size, as ever.
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
