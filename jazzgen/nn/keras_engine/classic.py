"""The layers of the classic preset: the course's model."""

from __future__ import annotations

from collections.abc import Iterator

import keras
import numpy as np
from keras import ops

from jazzgen.config import ModelConfig
from jazzgen.datasets.windows import Batch
from jazzgen.encoding.chart_table import ChartColumn
from jazzgen.encoding.sequence import HistoryColumn
from jazzgen.encoding.values import REST
from jazzgen.encoding.vocabulary import REST_DEGREE, JointVocabulary
from jazzgen.nn.assets import Assets
from jazzgen.nn.keras_engine.compiled import Graph
from jazzgen.nn.keras_engine.constrained import BARRED, constrain_values
from jazzgen.nn.keras_engine.likelihood import Judged, joint
from jazzgen.nn.keras_engine.lookup import look_up
from jazzgen.nn.keras_engine.recurrence import Scan, step_cells
from jazzgen.nn.keras_engine.sampling import Sampler, inverse_cdf
from jazzgen.nn.keras_engine.shared_layers import SharedLayers, StepInput, StepOutput, make_cells
from jazzgen.nn.sizes import FORCED, MASKED
from jazzgen.nn.tensor import Tensor

__all__ = ["ClassicLayers"]


class ClassicLayers(SharedLayers):
    """The course's model: one-hot joint values, one cell, a dense softmax.

    Args:
        config: The architecture.
        vocabulary: The joint values.
    """

    # The cells receive joint values, which are relative: only the last note is needed to know
    # which pitch each of them would be now.
    needed_columns = frozenset({HistoryColumn.LAST})

    def __init__(self, config: ModelConfig, vocabulary: JointVocabulary) -> None:
        super().__init__(config)
        self.cells = make_cells(config, len(vocabulary), "cell_{}")
        self.vocabulary = vocabulary
        self.dense = keras.layers.Dense(len(vocabulary), name="values")
        self.dense.build((None, config.units))

    @property
    def assets(self) -> Assets:
        """The vocabulary; the classic preset has no other assets."""
        return Assets(vocabulary=self.vocabulary)

    def training_graph(self, dropout: float) -> keras.Model:
        """See `SharedLayers.training_graph`."""
        value = keras.Input((None,), dtype="int32", name="value")
        x = ops.one_hot(value, len(self.vocabulary))  # (B, Tx, V)
        x = Scan(self.cells, dropout, name="scan")(x)  # (B, Tx, U)
        x = keras.layers.Dropout(dropout, name="dropout_out")(x)
        return Graph({"value": value}, {"value": self.dense(x)}, name="training")

    def judge(self, outputs: dict[str, Tensor], batch: Batch) -> Iterator[Judged]:
        """See `SharedLayers.judge`.

        Args:
            outputs: The training graph's outputs for the batch.
            batch: The solos.
        """
        return joint(outputs, batch, self.vocabulary)

    @property
    def layers(self) -> list[keras.layers.Layer]:
        """The cells and the dense layer."""
        return [*self.cells, self.dense]

    def play(
        self, now: StepInput, states: list[Tensor], uniforms: Tensor, sampler: Sampler
    ) -> tuple[StepOutput, list[Tensor]]:
        """Draw a joint value; the first one is drawn from the values that begin solos.

        Args:
            now: The lines at this step.
            states: The cells' states, each of shape (B, U).
            uniforms: Noise for the draw, of which the first column is used, shape (B, `DRAWS`).
            sampler: How to draw.

        Returns:
            What was played, and the new states.
        """
        begun = now.value >= 0  # (B,)
        inputs = ops.one_hot(ops.maximum(now.value, 0), len(self.vocabulary))  # (B, V)
        # Before its first value a line has nothing to feed to the cells: they stay as they are.
        hidden, stepped = step_cells(self.cells, inputs, states)
        states = [
            ops.where(begun[:, None], new, old) for new, old in zip(stepped, states, strict=True)
        ]
        pitches = self._pitches(now)  # (B, V)
        durations = self.vocabulary.table[:, 2]
        rules = constrain_values(sampler.constraints, now.view, pitches, durations, now.limits)
        # Set to MASKED rather than added: where all values are forbidden, all are equally likely.
        logits = ops.where(rules <= BARRED, MASKED, self.dense(hidden) + rules)
        opening = self._opening(rules, ops.equal(pitches, REST))  # (B, V)
        uniform = uniforms[:, 0]
        drawn = ops.where(begun, sampler(logits, uniform), inverse_cdf(opening, uniform))
        forced_pitch, forced_duration, *_ = ops.unstack(now.forced, FORCED, axis=-1)
        given = forced_pitch >= 0
        # A forced note need not be in the vocabulary: it is played as it is, and the cells receive
        # the value that is nearest to it.
        nearest = self._nearest(pitches, forced_pitch, forced_duration)
        value = ops.where(given, nearest, drawn)
        pitch = look_up(pitches, value[:, None])[:, 0]
        duration = ops.take(durations, value, axis=0)
        nothing = ops.zeros_like(value)
        output = StepOutput(
            pitch=ops.where(given, forced_pitch, pitch),
            duration=ops.where(given, forced_duration, duration),
            value=value,
            loudness=nothing,
            timing=nothing,
            gate=nothing,
            spread=nothing,
        )
        return output, states

    def _pitches(self, now: StepInput) -> Tensor:
        """The pitch that each joint value would have at this step, or `REST`, (B, V)."""
        degree, octaves, _ = (ops.convert_to_tensor(column) for column in self.vocabulary.table.T)
        last = now.last[:, None]
        # The pitch of this degree that is nearest to the last note, moved by the value's octaves.
        pitch_class = now.row[:, ChartColumn.ROOT, None] + degree
        pitch = last + ops.mod(pitch_class - last + 6, 12) - 6 + 12 * octaves
        return ops.where(ops.equal(degree, REST_DEGREE), REST, pitch)

    def _opening(self, rules: Tensor, rest: Tensor) -> Tensor:
        """Logits of a line's first value, from how often solos begin with each, (B, V).

        Where the rules forbid all of these, every note that they allow is possible.

        Args:
            rules: What the sampling rules add to logits, shape (B, V).
            rest: Whether each value is a rest, bool, shape (B, V).
        """
        barred = ops.logical_or(rules <= BARRED, rest)
        counts = np.asarray(self.vocabulary.openings, dtype=np.float32)
        opening = np.where(counts > 0, np.log(np.maximum(counts, 1)), MASKED).astype(np.float32)
        known = ops.where(barred, MASKED, opening + rules)
        none = ops.max(known, axis=-1, keepdims=True) <= BARRED
        return ops.where(none, ops.where(barred, MASKED, rules), known)

    def _nearest(self, pitches: Tensor, pitch: Tensor, duration: Tensor) -> Tensor:
        """The joint value nearest to a forced note, first by pitch, then by duration, (B,).

        Args:
            pitches: The pitch that each value would have, int32, shape (B, V).
            pitch: The forced pitches, int32, shape (B,).
            duration: The forced durations in ticks, int32, shape (B,).
        """
        durations = ops.convert_to_tensor(self.vocabulary.table[:, 2])
        # A factor larger than any difference in duration (96 ticks) puts the pitch first.
        miss = ops.abs(pitches - pitch[:, None]) * 1000 + ops.abs(durations - duration[:, None])
        return ops.cast(ops.argmin(miss, axis=-1), "int32")
