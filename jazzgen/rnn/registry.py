"""The kinds of recurrent cells that models can use, by name.

A kind of cell is two classes with the same mathematics: one in NumPy, which the light engine and
the title model run, and one in Keras, which is trained. Everything else follows from its entry
here: the choices of `--cell`, the checks of settings, the shapes of weights, both engines. No
class is imported until its cell is used.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from jazzgen.runtime.registry import Registry, resolve

if TYPE_CHECKING:
    from jazzgen.rnn.cell import Cell

__all__ = ["CELLS", "CellKind", "register_cell"]


@dataclass(frozen=True, kw_only=True)
class CellKind:
    """A kind of recurrent cell.

    Both classes have weights called `kernel` (F, G·U), `recurrent_kernel` (U, G·U) and `bias`,
    and the same order of states, of which the first is the output.

    Args:
        name: Its name in settings, in model files and on the command line.
        numpy_cell: A subclass of `rnn.cell.Cell`, or "module:name" of one.
        keras_cell: A function, usually a class, that makes a Keras cell from the arguments
            `units` and `name`; or "module:name" of one.
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
        """The number of states that a step hands on to the next one."""
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
"""The kinds of cells by name."""


def register_cell(kind: CellKind) -> CellKind:
    """Add a kind of cell, which models and title models can use from then on.

    Args:
        kind: The kind of cell.

    Returns:
        The same.

    Raises:
        ConfigError: Its name is taken, or is no valid name.
    """
    return CELLS.register(kind)
