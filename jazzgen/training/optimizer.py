"""The optimiser: AdamW, whose learning rate is computed once a step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras

from jazzgen.nn.tensor import Tensor

__all__ = ["Optimizer"]


class Optimizer(keras.optimizers.AdamW):  # type: ignore[misc]
    """AdamW that asks its schedule for the learning rate once a step.

    Keras's own asks for each variable that decays: a tenth of the operations of a training step,
    all for the same number, which make the first step of a run slower.
    """

    _rate: Any = None

    @property
    def learning_rate(self) -> Any:
        """The learning rate of the step that is next, or is being made."""
        return self._get_current_learning_rate() if self._rate is None else self._rate

    def apply(self, grads: Sequence[Tensor], trainable_variables: Any = None) -> None:
        """Make a step.

        Args:
            grads: The gradient of each variable.
            trainable_variables: The variables; by default those that it was built with.
        """
        self._rate = self._get_current_learning_rate()
        try:
            super().apply(grads, trainable_variables)
        finally:
            self._rate = None
