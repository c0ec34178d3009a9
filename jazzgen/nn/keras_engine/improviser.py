"""The improviser preset's layers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import keras
import numpy as np
from keras import ops

from jazzgen.config import ModelConfig
from jazzgen.datasets.windows import Batch
from jazzgen.encoding.cache import CACHE_CLASSES
from jazzgen.encoding.chart_table import CHART_COLUMNS, CHORD_COLUMNS, ChartColumn, ChordColumn
from jazzgen.encoding.lick_ngrams import LICK_COLUMNS
from jazzgen.encoding.performance import SPREADS, Column
from jazzgen.encoding.repeat_features import MEMORY
from jazzgen.encoding.sequence import CONDITIONS, HISTORY_COLUMNS, HistoryColumn
from jazzgen.encoding.values import REST
from jazzgen.nn.adaptation import BIASES, PLAYING
from jazzgen.nn.assets import Assets
from jazzgen.nn.editions import CHORD, EDITIONS, Edition, one_hots
from jazzgen.nn.keras_engine.adaptation import adapt, duration_slots, learn, pitch_slots
from jazzgen.nn.keras_engine.compiled import Graph
from jazzgen.nn.keras_engine.constrained import constrain_durations, constrain_pitches, keep_rest
from jazzgen.nn.keras_engine.heads import DurationHead, ExpressionHead, PitchHead
from jazzgen.nn.keras_engine.lick_ngrams import Licks
from jazzgen.nn.keras_engine.likelihood import Judged, factored
from jazzgen.nn.keras_engine.recurrence import Scan, state_sizes, step_cells
from jazzgen.nn.keras_engine.sampling import Sampler
from jazzgen.nn.keras_engine.shared_layers import (
    SharedLayers,
    StepInput,
    StepOutput,
    counting_pitch,
    make_cells,
)
from jazzgen.nn.keras_engine.steps import StepsOf, in_a_row
from jazzgen.nn.planner import Planner
from jazzgen.nn.sizes import (
    DRAWS,
    DURATION_UNITS,
    EXPRESSION_UNITS,
    FORCED,
    GATE_TURN,
    PITCH_UNITS,
)
from jazzgen.nn.tensor import Tensor

__all__ = ["ImproviserLayers", "Member"]

INPUT_DROPOUT, FEATURE_DROPOUT = 0.7, 0.35
"""The dropout of the cells' inputs and of the features, as shares of that of their outputs."""


class Member:
    """One member of the ensemble: chart encoder, embedding, stacked cells, heads.

    Args:
        config: The architecture.
        features: The number of features without the chart's encoding.
        number: The index of the member, from 0.
    """

    def __init__(self, config: ModelConfig, features: int, number: int) -> None:
        self.encoder = None
        encoded = 2 * config.encoder
        if config.encoder:
            gru = keras.layers.GRU(config.encoder, return_sequences=True, name="gru")
            self.encoder = keras.layers.Bidirectional(gru, name=f"encoder_{number}")
            self.encoder.build((None, None, CHORD.size))
        self.embed = keras.layers.Dense(config.embedding, use_bias=False, name=f"embed_{number}")
        self.embed.build((None, features + encoded))
        self.norm = keras.layers.LayerNormalization(name=f"norm_{number}")
        self.norm.build((None, config.embedding))
        self.cells = make_cells(config, config.embedding, f"cell_{number}_{{}}")
        head_inputs = config.units + EDITIONS[config.edition].context.size + encoded
        self.pitch_head = PitchHead(PITCH_UNITS, name=f"pitch_head_{number}")
        self.pitch_head.build((None, head_inputs))
        self.duration_head = DurationHead(DURATION_UNITS, name=f"duration_head_{number}")
        self.duration_head.build((None, head_inputs))

    @property
    def layers(self) -> list[keras.layers.Layer]:
        """Every layer with weights, in a fixed order."""
        encoder = [self.encoder] if self.encoder is not None else []
        return [*encoder, self.embed, self.norm, *self.cells, self.pitch_head, self.duration_head]


class ImproviserLayers(SharedLayers):
    """Relative features, stacked cells, then heads for pitch and for duration given the pitch.

    The heads receive the context (what the chart says of the tick) once more, beside the cells'
    output. The members of an ensemble, each with layers of its own, play as one: their
    distributions are averaged.

    Args:
        config: The architecture.
        assets: What the model keeps of its training data; by default nothing.
    """

    memory = MEMORY
    licks: Licks

    def __init__(self, config: ModelConfig, assets: Assets | None = None) -> None:
        super().__init__(config)
        self.edition: Edition = EDITIONS[config.edition]
        self.places = self.edition.hears_places or self.edition.hears_plan
        self._assets = assets or Assets()
        self._playing: dict[float, keras.Model] = {}
        self.licks = Licks(self._assets.licks)
        features = self.edition.size(self._assets.known)
        self.members = [Member(config, features, number) for number in range(config.members)]
        self.cells = [cell for member in self.members for cell in member.cells]
        self.encoded_size = 2 * config.encoder * config.members
        self.expression_head = ExpressionHead(
            EXPRESSION_UNITS, self.edition, name="expression_head"
        )
        head_inputs = config.units + self.edition.context.size + 2 * config.encoder
        self.expression_head.build((None, head_inputs))

    @property
    def layers(self) -> list[keras.layers.Layer]:
        """The layers of each member, and the expression head."""
        return [*(layer for one in self.members for layer in one.layers), self.expression_head]

    @property
    def assets(self) -> Assets:
        """Licks, and the names of performers, instruments, styles and feels."""
        return self._assets

    def take_planner(self, planner: Planner) -> None:
        """See `SharedLayers.take_planner`."""
        self._assets = replace(self._assets, planner=planner)

    def training_graph(self, dropout: float, returns: float = 0.0) -> keras.Model:
        """See `SharedLayers.training_graph`.

        Args:
            dropout: Share of the cells' inputs and outputs that is dropped in training.
            returns: What is added to the logit of the cache's weight.
        """
        history = keras.Input((None, HISTORY_COLUMNS), dtype="int32", name="history")
        rows = keras.Input((None, CHART_COLUMNS), dtype="int32", name="rows")
        chords = keras.Input((None, CHORD_COLUMNS), dtype="int32", name="chords")
        pitch = keras.Input((None,), dtype="int32", name="pitch")
        duration = keras.Input((None,), dtype="int32", name="duration")
        cache = keras.Input((None, CACHE_CLASSES), name="cache")
        licks = keras.Input((None, LICK_COLUMNS), name="licks")
        encoded = self._encoded_at(chords, rows, dropout)
        inputs, contexts = self.inputs(
            history, rows, encoded, lambda x: keras.layers.Dropout(dropout * FEATURE_DROPOUT)(x)
        )
        head_inputs = []
        for member, x, context in zip(self.members, inputs, contexts, strict=True):
            x = keras.layers.Dropout(dropout * INPUT_DROPOUT)(x)
            x = Scan(member.cells, dropout)(x)  # (B, Tx, U)
            x = ops.concatenate([keras.layers.Dropout(dropout)(x), context], axis=-1)
            head_inputs.append(x)
        told = self._told(head_inputs, history, rows, (cache, licks), (pitch, duration), returns)
        outputs = {name: StepsOf()(one, history) for name, one in told.items()}
        given = {
            "history": history,
            "rows": rows,
            "chords": chords,
            "cache": cache,
            "licks": licks,
            "pitch": pitch,
            "duration": duration,
        }
        return Graph(given, outputs, name="training")

    def _told(
        self,
        head_inputs: list[Tensor],
        history: Tensor,
        rows: Tensor,
        predicted: tuple[Tensor, Tensor],
        played: tuple[Tensor, Tensor],
        returns: float,
    ) -> dict[str, Tensor]:
        """What the heads say of all steps of all solos in a row, each (B · Tx, …).

        Args:
            head_inputs: What each member's heads receive, (B, Tx, F).
            history: The histories, (B, Tx, HISTORY_COLUMNS).
            rows: The rows of the chart tables, (B, Tx, CHART_COLUMNS).
            predicted: What caches and lick n-grams predict, each (B, Tx, …).
            played: The pitches and durations that were played, each (B, Tx). The duration is
                predicted given this pitch, not the one that the pitch head would have chosen.
            returns: What is added to the logit of the cache's weight.
        """
        head_inputs = [in_a_row(x) for x in head_inputs]
        history, rows = in_a_row(history), in_a_row(rows)
        cache, licks = (in_a_row(one) for one in predicted)
        pitch, duration = (ops.reshape(one, (-1,)) for one in played)
        last, root = counting_pitch(history), rows[:, ChartColumn.ROOT]
        in_bar = rows[:, ChartColumn.IN_BAR]
        heads = list(zip(self.members, head_inputs, strict=True))
        pitches = [one.pitch_head(x, last, root, cache, licks, returns=returns) for one, x in heads]
        durations = [one.duration_head(x, pitch, last, root, in_bar) for one, x in heads]
        return {
            "pitch": ops.stack(pitches, axis=1),
            "duration": ops.stack(durations, axis=1),
            **self.expression_head(head_inputs[0], (pitch, duration), last, root, history),
        }

    def _encoded_at(self, chords: Tensor, rows: Tensor, dropout: float) -> Tensor:
        """The encoding of the chord that sounds at each step, (B, Tx, E)."""
        encoded = keras.layers.Dropout(dropout / 2)(self.encode_chart(chords))  # (B, C, E)
        return ops.take_along_axis(encoded, rows[..., ChartColumn.CHORD, None], axis=1)

    @property
    def state_sizes(self) -> list[int]:
        """See `SharedLayers.state_sizes`: behind the cells' states the biases, if it adapts."""
        return [*super().state_sizes, *([BIASES] if self.edition.adapts else [])]

    def graph_of_playing(self, returns: float) -> keras.Model:
        """See `SharedLayers.graph_of_playing`.

        Args:
            returns: What is added to the logit of the cache's weight.
        """
        if not returns:
            return self.predicting_graph
        if returns not in self._playing:
            self._playing[returns] = self.training_graph(0.0, returns)
        return self._playing[returns]

    def judge(self, outputs: dict[str, Tensor], batch: Batch) -> Iterator[Judged]:
        """See `SharedLayers.judge`.

        Args:
            outputs: The training graph's outputs for the batch.
            batch: The solos.
        """
        return factored(outputs, batch, float(self.edition.adapts))

    def judge_playing(self, outputs: dict[str, Tensor], batch: Batch) -> Iterator[Judged]:
        """See `SharedLayers.judge_playing`.

        Args:
            outputs: The training graph's outputs for the batch.
            batch: The solos.
        """
        return factored(outputs, batch, PLAYING if self.edition.adapts else 0)

    def encode_chart(self, chords: Tensor) -> Tensor:
        """Run every member's encoder over the changes, (B, C, CHORD_COLUMNS) → (B, C, E)."""
        if not self.encoded_size:
            return super().encode_chart(chords)
        features = CHORD.tensor(chords)
        # Shorter charts of a batch are padded with chords of no duration: the backward encoder
        # must not begin with them.
        real = chords[..., ChordColumn.EIGHTHS] > 0
        return ops.concatenate(
            [member.encoder(features, mask=real) for member in self.members],  # type: ignore[misc]
            axis=-1,
        )

    def inputs(
        self,
        history: Tensor,
        rows: Tensor,
        encoded: Tensor,
        thin: Callable[[Tensor], Tensor] = lambda x: x,
    ) -> tuple[list[Tensor], list[Tensor]]:
        """Return each member's inputs of the cells and contexts of the heads.

        Args:
            history: The histories, int32, shape (…, HISTORY_COLUMNS).
            rows: Rows of the chart table, int32, shape (…, CHART_COLUMNS).
            encoded: The encodings of the chords that sound, shape (…, E).
            thin: A function that drops some of a member's features, for training.

        Returns:
            For each member what its cells receive, shape (…, embedding), and what its heads
            receive beside the cells' output, shape (…, context + 2 · encoder).
        """
        context = self.edition.context.tensor(rows)
        shared = ops.concatenate(
            [
                self.edition.line.tensor(history, rows),
                context,
                self.edition.tempo.tensor(rows),
                self._conditions(history),
            ],
            axis=-1,
        )
        inputs, contexts = [], []
        for number, member in enumerate(self.members):
            size = 2 * self.config.encoder
            own = encoded[..., number * size : (number + 1) * size]
            features = thin(ops.concatenate([shared, own], axis=-1))
            inputs.append(member.norm(member.embed(features)))
            contexts.append(ops.concatenate([context, own], axis=-1))
        return inputs, contexts

    def _conditions(self, history: Tensor) -> Tensor:
        """The conditions that the edition hears, one-hot side by side, (…, sum of names + 1)."""
        sizes = {
            column: len(self._assets.known[condition]) + 1
            for column, condition in enumerate(CONDITIONS, HistoryColumn.PERFORMER)
            if condition in self.edition.conditions
        }
        return one_hots(sizes).tensor(history)

    def play(
        self, now: StepInput, states: list[Tensor], uniforms: Tensor, sampler: Sampler
    ) -> tuple[StepOutput, list[Tensor]]:
        """Draw a pitch or a rest, then its duration, then how it is played.

        Args:
            now: The lines at this step.
            states: The states of all members' cells in a row, each of shape (B, U), and behind
                them the lines' biases, if the edition adapts.
            uniforms: Noise for the draws, shape (B, `DRAWS`).
            sampler: How to draw.

        Returns:
            What was played, and the new states.
        """
        inputs, contexts = self.inputs(now.history, now.row, now.encoded)
        # Behind the states of the cells are the biases, which no cell hears.
        cells = len(state_sizes(self.cells))
        head_inputs, stepped = self._step(inputs, contexts, states[:cells])
        biases = states[cells:]
        chart = ops.unstack(now.row, axis=-1)
        last, root = now.last, chart[ChartColumn.ROOT]
        votes = [
            one.pitch_head(x, last, root, now.cache, now.licks, returns=sampler.returns)
            for one, x in zip(self.members, head_inputs, strict=True)
        ]
        rules, view, given = sampler.constraints, now.view, now.given
        noise = ops.unstack(uniforms, DRAWS, axis=-1)
        free = _mixture(votes)
        expected = []
        if self.edition.adapts:
            before = now.history[:, HistoryColumn.LAST]
            rested = ops.cast(now.history[:, HistoryColumn.RESTED] > 0, "int32")
            expected.append(adapt(free, biases[0], pitch_slots(before, root, rested)))
            free = expected[0].logits
        logits = keep_rest(free, free + constrain_pitches(rules, view, now.limits))
        drawn = sampler.draw_pitch(logits, noise[Column.PITCH], last, now.licks)
        # The draws are made for forced values too: a step takes the same noise in any case.
        pitch = ops.where(given, now.forced[:, Column.PITCH], drawn)
        votes = [
            one.duration_head(x, pitch, last, root, chart[ChartColumn.IN_BAR])
            for one, x in zip(self.members, head_inputs, strict=True)
        ]
        free = _mixture(votes)
        if self.edition.adapts:
            resting = ops.cast(ops.equal(pitch, REST), "int32")
            in_beat = chart[ChartColumn.IN_BEAT]
            expected.append(adapt(free, biases[0], duration_slots(before, in_beat, resting)))
            free = expected[1].logits
        logits = free + constrain_durations(rules, view, pitch, now.limits)
        drawn = sampler.for_time(logits, noise[Column.DURATION]) + 1
        duration = ops.where(given, now.forced[:, Column.DURATION], drawn)
        if self.edition.adapts:
            biases = [learn(biases[0], expected, [pitch, duration - 1])]
        logits = self.expression_head(head_inputs[0], (pitch, duration), last, root, now.history)
        if "gate" in logits and sampler.contrast:
            turn = sampler.contrast * np.array(GATE_TURN, np.float32)
            logits["gate"] += ops.take(turn, now.history[:, HistoryColumn.GATE], axis=0)
        drawn = {
            name: sampler.for_expression(one, noise[Column[name.upper()]])
            for name, one in logits.items()
        }
        if "gate" in self.edition.expression and sampler.temperature:
            # At temperature 0 nothing depends on the seed.
            drawn["spread"] = 1 + ops.cast(noise[Column.SPREAD] * SPREADS, "int32")
        return self._output(now, pitch, duration, drawn), [*stepped, *biases]

    def _output(
        self,
        now: StepInput,
        pitch: Tensor,
        duration: Tensor,
        drawn: dict[str, Tensor],
    ) -> StepOutput:
        """What is played of the classes that were drawn: those of forced values are given."""
        nothing = ops.zeros_like(pitch)
        drawn = {"gate": nothing, "spread": nothing, **drawn}
        if "gate" in self.edition.expression:
            # Behind a rest there is no note whose gate could be told.
            joined = ops.equal(now.history[:, HistoryColumn.RESTED], 0)
            drawn["gate"] = ops.where(joined, drawn["gate"], 0)
        forced = ops.unstack(now.forced, FORCED, axis=-1)
        given = forced[Column.PITCH] >= 0
        classes = {
            name: ops.where(given, forced[Column[name.upper()]], one) for name, one in drawn.items()
        }
        return StepOutput(pitch=pitch, duration=duration, value=nothing, **classes)

    def _step(
        self, inputs: list[Tensor], contexts: list[Tensor], states: list[Tensor]
    ) -> tuple[list[Tensor], list[Tensor]]:
        """Step every member's cells; return their heads' inputs and all states."""
        head_inputs: list[Tensor] = []
        after: list[Tensor] = []
        for member, x, context in zip(self.members, inputs, contexts, strict=True):
            size = len(state_sizes(member.cells))
            own = states[len(after) : len(after) + size]
            hidden, stepped = step_cells(member.cells, x, own)
            head_inputs.append(ops.concatenate([hidden, context], axis=-1))
            after.extend(stepped)
        return head_inputs, after


def _mixture(votes: list[Tensor]) -> Tensor:
    """Logits of the mean of the members' distributions, (B, V)."""
    if len(votes) == 1:
        return votes[0]
    shares = sum(ops.softmax(logits, axis=-1) for logits in votes) / len(votes)
    return ops.log(ops.maximum(shares, 1e-30))
