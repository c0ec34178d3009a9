"""One network of the improviser's ensemble: encoder, embedding, cells and heads in NumPy.

Products that do not change from step to step are computed before the first one; what depends on the
chart alone is in `chart_context`.

Axes: B lines, E units of the embedding, U units of a cell, H inputs of a member's heads
(`_Widths.heads`), W = E + H columns of a member's chart terms.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from jazzgen.config import ModelConfig
from jazzgen.encoding.chart_table import ChartColumn
from jazzgen.nn.editions import EDITIONS
from jazzgen.nn.numpy_engine.chart_context import split_context
from jazzgen.nn.numpy_engine.heads import LightDurationHead, LightExpressionHead, LightPitchHead
from jazzgen.nn.numpy_engine.rows import RowCells
from jazzgen.nn.sizes import DURATION_UNITS, EXPRESSION_UNITS, PITCH_UNITS
from jazzgen.rnn.cell import Cell, States
from jazzgen.rnn.cells import GRUCell, cell_of
from jazzgen.rnn.products import RowKernel
from jazzgen.rnn.sequences import run_both

__all__ = ["HeadInputs", "Member", "layer_weights"]

Array = NDArray[Any]

_EPSILON = np.float32(1e-3)  # Keras's default in a layer normalisation


class HeadInputs(NamedTuple):
    """The pre-activations of a member's heads, without the terms of what is drawn in the step."""

    pitch: Array
    """Those of the pitch head's hidden layer, shape (B, PITCH_UNITS)."""
    duration: Array
    """Those of the duration head's hidden layer, shape (B, DURATION_UNITS)."""
    mixing: Array
    """The logits of the weights of cache and lick n-grams, shape (B, 2)."""
    expression: Array
    """Those of the expression head's hidden layer: shape (B, EXPRESSION_UNITS) for the first
    member, (B, 0) for the others."""


@dataclass(frozen=True)
class _Widths:
    """The numbers of columns of a member's chart terms."""

    embedding: int
    """E."""
    expression: int
    """`EXPRESSION_UNITS` for the first member, 0 for the others."""

    @property
    def heads(self) -> int:
        """H: hidden units of both heads, the two mixing logits, hidden units of expression."""
        return PITCH_UNITS + DURATION_UNITS + 2 + self.expression

    @property
    def all(self) -> int:
        """W."""
        return self.embedding + self.heads


class Member:
    """One network of the ensemble.

    Args:
        config: The architecture.
        tensors: The model's weights by their names on disk.
        number: Index of the member, from 0.
        features: The number of features that its cells receive, without the chart's encoding.
        lick_states: S, the number of states of the lick n-grams.
        expression: The expression head for the first member, which alone feeds it; None for
            the others.
    """

    def __init__(
        self,
        config: ModelConfig,
        tensors: Mapping[str, Array],
        number: int,
        features: int,
        lick_states: int,
        expression: LightExpressionHead | None,
    ) -> None:
        layer = partial(layer_weights, tensors)
        self.encoder = _encoder(layer, number) if config.encoder else None
        self.cells = [
            cell_of(config.cell, layer(f"cell_{number}_{below}")) for below in range(config.layers)
        ]
        self.cells[0] = _fold_norm(self.cells[0], **layer(f"norm_{number}"))
        self._row_cells = RowCells(self.cells)
        self.pitch_head = LightPitchHead(layer(f"pitch_head_{number}"), lick_states)
        self.duration_head = LightDurationHead(layer(f"duration_head_{number}"))
        self.widths = _Widths(config.embedding, EXPRESSION_UNITS if expression else 0)
        self._share = np.float32(1 / config.embedding)
        hidden = [self.pitch_head.hidden, self.duration_head.hidden, self.pitch_head.weigh]
        bias = [self.pitch_head.bias, self.duration_head.bias, self.pitch_head.weigh_bias]
        if expression:
            hidden.append(expression.hidden)
            bias.append(expression.bias)
        # The embedding has no bias, and its columns come first among the chart's terms.
        self.bias = np.concatenate([np.zeros(config.embedding, np.float32), *bias])
        # All heads read the same input, so their kernels lie side by side: one product for all.
        heads = np.concatenate(hidden, axis=1)  # (U + features of the chart, H)
        self.heads = RowKernel(heads[: config.units])  # (U, H)
        self._edition = EDITIONS[config.edition]
        self._split_kernels(
            _centred(layer(f"embed_{number}")["kernel"]), heads[config.units :], features
        )

    def _split_kernels(self, embed: Array, chart_heads: Array, features: int) -> None:
        """Split the kernel of the embedding by what its rows belong to.

        The product of a kernel and concatenated features is the sum of the products of the kernel's
        parts: each part is kept by itself, to be multiplied as seldom as its features change.

        Args:
            embed: The kernel of the embedding, one row for each feature, shape (F, E).
            chart_heads: The rows of the heads' kernel that belong to the chart's features, H
                columns.
            features: The number of features without the chart's encoding.
        """
        tables = (self._edition.line, self._edition.context, self._edition.tempo)
        ends = [*np.cumsum([table.size for table in tables]), features]
        line, context, self.tempo, self.conditions, encoded = np.split(embed, ends)
        # `FeatureTable.numbers` gives an absent feature the index behind the last row: a row of 0.
        self.line = np.concatenate([line, np.zeros_like(line[:1])])
        # The embedding and the heads read the same features of the chart: one row serves both.
        size = self._edition.context.size
        self.context = np.concatenate([context, chart_heads[:size]], axis=1)
        self.encoded = np.concatenate([encoded, chart_heads[size:]], axis=1)

    def position_terms(self) -> Array:
        """Return the terms of each class of the positional features, and of an absent one, 0.

        Returns:
            Shape (P + 1, W).
        """
        _, positions = split_context(self._edition.context, harmony=False)
        rows = self.context[positions]
        return np.concatenate([rows, np.zeros_like(rows[:1])])

    def harmony_terms(self, rows: NDArray[np.int32], chords: Array) -> Array:
        """Return the terms of all that stays the same while a chord lasts, with the biases.

        These are the harmony, the encoded changes, the tempo and the biases of the heads.

        Args:
            rows: The rows of the chart table at the first ticks of N spans of one harmony,
                shape (N, CHART_COLUMNS).
            chords: The features of the chart's chords, in their order, shape (C, CHORD.size).

        Returns:
            Shape (N, W).
        """
        harmony, positions = split_context(self._edition.context, harmony=True)
        added = harmony.array(rows) @ self.context[positions] + self.bias
        if self.encoder is not None:
            added += (run_both(*self.encoder, chords[None]).outputs[0] @ self.encoded)[
                rows[:, ChartColumn.CHORD]
            ]
        # Only the embedding has weights for this table; the context of the second edition has the
        # tempo too, for the heads.
        added[:, : self.widths.embedding] += self.tempo[rows[:, ChartColumn.TEMPO]]
        return np.asarray(added)

    def cell_input(self, embedded: Array, chart_terms: Array) -> Array:
        """Return the input of the first cell: the embedding, normalised.

        Args:
            embedded: The terms of line and performer in the embedding, shape (…, E).
            chart_terms: The member's chart terms, shape (…, W).

        Returns:
            Shape (…, E).
        """
        x = embedded + chart_terms[..., : self.widths.embedding]
        # Its mean is 0 already (see `_centred`), so that the variance is the mean of squares.
        # Scale and offset of the normalisation are in the cell's weights (see `_fold_norm`).
        variance = np.add.reduce(x * x, axis=-1, keepdims=True) * self._share
        x /= np.sqrt(variance + _EPSILON)
        return np.asarray(x)

    def step(self, x: Array, states: States) -> tuple[Array, States]:
        """Run all cells for one step.

        Args:
            x: The input of the first cell, shape (B, E).
            states: The states before the step, each of shape (B, U).

        Returns:
            The output of the last cell, shape (B, U), and the states after the step.
        """
        return self._row_cells.step(x, states)

    def head_inputs(self, x: Array, chart_terms: Array) -> HeadInputs:
        """Return the pre-activations of the heads.

        Args:
            x: The output of the last cell, shape (B, U).
            chart_terms: The member's chart terms, shape (B, W).
        """
        heads = self.heads.times(x)
        heads += chart_terms[:, self.widths.embedding :]
        ends = (PITCH_UNITS, PITCH_UNITS + DURATION_UNITS, PITCH_UNITS + DURATION_UNITS + 2)
        return HeadInputs(
            heads[:, : ends[0]], heads[:, ends[0] : ends[1]], heads[:, ends[1] : ends[2]],
            heads[:, ends[2] :],
        )  # fmt: skip


def _fold_norm(cell: Cell, gamma: Array, beta: Array) -> Cell:
    """Return a cell whose output for x is that of the given cell for gamma · x + beta.

    The cell multiplies its input first: (gamma · x + beta) K + b = x (gamma · K) + (beta K + b).
    So scale and offset of a normalisation cost nothing at a step.
    """
    bias = cell.bias.copy()
    row = bias[0] if cell.biases == 2 else bias  # the bias of the input, a view into the copy
    row += beta @ cell.kernel
    return type(cell)(gamma[:, None] * cell.kernel, cell.recurrent_kernel, bias)


def layer_weights(tensors: Mapping[str, Array], name: str) -> dict[str, Array]:
    """Return a layer's weights by their names within it.

    Args:
        tensors: The model's weights by their names on disk, such as `norm_0/gamma`.
        name: The layer's name, such as `norm_0`.
    """
    return {
        key.removeprefix(name + "/"): value
        for key, value in tensors.items()
        if key.startswith(name + "/")
    }


def _encoder(layer: Callable[[str], Mapping[str, Array]], number: int) -> tuple[Cell, Cell]:
    """The cells of a member's encoder: the one that reads the chords forwards, and backwards.

    Args:
        layer: A function that returns a layer's weights by its name.
        number: Index of the member.
    """

    def cell(direction: str) -> Cell:
        weights = layer(f"encoder_{number}/{direction}_gru/gru_cell")
        return GRUCell(weights["kernel"], weights["recurrent_kernel"], weights["bias"])

    return cell("forward"), cell("backward")


def _centred(kernel: Array) -> Array:
    """The kernel of the embedding, each row minus its mean, (F, E).

    A layer normalisation subtracts the mean over the units. The embedding is a sum of rows of this
    kernel, and the mean of a sum is the sum of the means: so it is subtracted here, once, and none
    remains to be subtracted at a step.
    """
    return np.asarray(kernel - kernel.mean(axis=1, keepdims=True))
