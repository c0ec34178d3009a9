"""The recurrent cells that a model can be made of, by the names that settings give them.

A cell is two classes of the same mathematics: one in NumPy, which the light engine and the
title model run, and one in Keras, which learns. Everything else (the choices of `--cell`,
the checks of settings, the shapes of weights, both engines) is derived from the entry here.
Nothing is loaded until a cell is used.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from jazzgen.runtime.registry import Registry, resolve

if TYPE_CHECKING:
    from jazzgen.rnn.cells import Cell

__all__ = ["CELLS", "CellKind", "register_cell"]


@dataclass(frozen=True, kw_only=True)
class CellKind:
    """A kind of recurrent cell.

    Both classes hold weights called `kernel` (F, G·U), `recurrent_kernel` (U, G·U) and
    `bias`, and order their states alike, the output first.

    Args:
        name: What settings, model files and the command line call it.
        numpy_cell: A subclass of `rnn.cells.Cell`, or "module:name" of one.
        keras_cell: What makes a Keras cell from `units` and a `name`, usually its class; or
            "module:name" of that.
    """

    name: str
    numpy_cell: type[Cell] | str
    keras_cell: Callable[..., Any] | str

    @property
    def in_numpy(self) -> type[Cell]:
        """The cell in NumPy."""
        return cast("type[Cell]", resolve(self.numpy_cell))

    @property
    def in_keras(self) -> Callable[..., Any]:
        """The cell in Keras; loads Keras."""
        return cast("Callable[..., Any]", resolve(self.keras_cell))

    @property
    def states(self) -> int:
        """How many states a step hands on to the next."""
        return self.in_numpy.state_count


CELLS: Registry[CellKind] = Registry(
    "cell",
    [
        CellKind(
            name="rnn",
            numpy_cell="jazzgen.rnn.cells:RNNCell",
            keras_cell="keras.layers:SimpleRNNCell",
        ),
        CellKind(
            name="lstm",
            numpy_cell="jazzgen.rnn.cells:LSTMCell",
            keras_cell="keras.layers:LSTMCell",
        ),
        CellKind(
            name="gru",
            numpy_cell="jazzgen.rnn.cells:GRUCell",
            keras_cell="keras.layers:GRUCell",
        ),
    ],
)
"""The cells by name."""


def register_cell(kind: CellKind) -> CellKind:
    """Add a cell, so that models and titles can be made of it, and return its entry.

    Raises:
        ConfigError: Its name is taken or is no name.
    """
    return CELLS.register(kind)
