"""Training: a loop that can be stopped at any step, and resumed to end with the same weights."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

import keras
import numpy as np
from keras import ops
from numpy.typing import NDArray

from jazzgen.config import ModelConfig, TrainingConfig
from jazzgen.datasets.windows import Windows
from jazzgen.encoding.examples import Example
from jazzgen.errors import ConfigError
from jazzgen.nn.assets import Assets
from jazzgen.nn.keras_engine.graphs import training_graph
from jazzgen.nn.keras_engine.layers import make_layers
from jazzgen.nn.keras_engine.likelihood import bits_of, measured_costs
from jazzgen.nn.keras_engine.shared_layers import SharedLayers
from jazzgen.training.checkpoint import (
    CHECKPOINTS,
    Checkpoint,
    latest_checkpoint,
    write_checkpoint,
)
from jazzgen.training.logs import write_csv, write_tensorboard
from jazzgen.training.optimizer import Optimizer
from jazzgen.training.progress import EpochFigures, Guard, Progress, Run
from jazzgen.training.schedule import OneCycle
from jazzgen.training.workers import Workers

__all__ = ["Stopped", "Trainer"]

SECONDS_BETWEEN_CHECKPOINTS = 60.0
"""Seconds between checkpoints within an epoch."""
STEPS_BETWEEN_AGREEMENTS = 16
"""The steps after which processes that train together ask each other whether to stop."""
EXPRESSION = {"loudness": 0.2, "timing": 0.2, "gate": 0.2}
"""Weights of the losses of expression, which count where a note is played, not at rests."""


class Stopped(Exception):  # noqa: N818 - not an error: somebody asked for it
    """Training was asked to stop; a checkpoint has been written."""


def cross_entropy(target: Any, logits: Any) -> Any:
    """Return the cross entropy of targets, the mean over an ensemble's members.

    Args:
        target: Classes, shape (B, T), or probabilities, shape (B, T, V).
        logits: Shape (B, T, V), or (B, T, M, V) for M members.

    Returns:
        Nats, shape (B, T).
    """
    if len(target.shape) == 3:
        share = ops.log_softmax(logits, axis=-1)  # (B, T, M, V)
        return -ops.mean(ops.sum(target[:, :, None] * share, axis=-1), axis=-1)
    if len(logits.shape) == 3:
        return keras.losses.sparse_categorical_crossentropy(target, logits, from_logits=True)
    share = ops.log_softmax(logits, axis=-1)  # (B, T, M, V)
    index = ops.cast(target, "int32")[:, :, None, None]
    members = ops.repeat(index, logits.shape[2], axis=2)  # (B, T, M, 1)
    return -ops.mean(ops.take_along_axis(share, members, axis=-1)[..., 0], axis=-1)


@contextmanager
def _computing_in(precision: str) -> Iterator[None]:
    """Let the layers that are made in a block compute in a number format (see `PRECISIONS`)."""
    before = keras.config.dtype_policy()
    keras.config.set_dtype_policy(precision)
    try:
        yield
    finally:
        keras.config.set_dtype_policy(before)


class Measured(NamedTuple):
    """Bits per note of a model at some moment of a run."""

    bits_per_note: float
    """That of the held-out solos, or of the training solos if none are held out."""
    rehearsal: float | None
    """That of the solos of the guard; None without one."""


class Trainer:
    """Trains the layers of a model.

    Args:
        model: The architecture.
        config: How to train.
        training: The training solos.
        held_out: The validation solos, by which the best epoch is chosen; may be empty.
        assets: What the model keeps of its training data; by default nothing.
        folder: The folder of checkpoints and logs; with None nothing is written.
        data_hash: Identifies the training data, so that a run is not resumed on other solos.
        checkpoint_seconds: The seconds between two checkpoints within an epoch.
        weights: The weights to start from, by their names on disk; by default new ones.
        guard: What must not be forgotten on the way; only with `weights`.
        workers: The processes that train the model; by default this one alone.
    """

    def __init__(
        self,
        model: ModelConfig,
        config: TrainingConfig,
        training: Sequence[Example],
        held_out: Sequence[Example] = (),
        assets: Assets | None = None,
        folder: Path | None = None,
        data_hash: str = "",
        checkpoint_seconds: float = SECONDS_BETWEEN_CHECKPOINTS,
        weights: Mapping[str, NDArray[np.floating[Any]]] | None = None,
        guard: Guard | None = None,
        workers: Workers | None = None,
    ) -> None:
        self.workers = workers or Workers()
        keras.utils.set_random_seed(config.seed)
        self.model, self.config, self.folder, self.data_hash = model, config, folder, data_hash
        self.checkpoint_seconds = checkpoint_seconds
        with _computing_in(config.precision):
            self.layers: SharedLayers = make_layers(model, assets)
            if weights is not None:
                self.layers.set_weights(weights)
            self.graph = training_graph(self.layers, config.dropout)
        self.windows = Windows(
            training, config.window, config.batch_size, config.seed, config.transpose,
            config.anonymous, config.unplanned,
        )  # fmt: skip
        self.training, self.held_out = training, held_out
        self.run_state = Run()
        self.best_weights = self.layers.get_weights()
        # Some examples say nothing of notes (see `distillation`): they are left out of the ratio.
        counts = [(len(one), int(one.notes.sum())) for one in training if one.notes.any()]
        self._values_per_note = sum(size for size, _ in counts) / max(
            sum(notes for _, notes in counts), 1
        )
        self._compile()
        self.guard = guard
        self.before = self._measured() if guard else None
        if self.before:  # an epoch is worth keeping only if it is better than none
            self.run_state.best = self.before.bits_per_note

    @property
    def history(self) -> list[EpochFigures]:
        """The figures of the epochs that are done."""
        return [EpochFigures(**row) for row in self.run_state.history]  # type: ignore[arg-type]

    @property
    def best_epoch(self) -> int:
        """Number, from 1, of the epoch whose weights are kept; 0 before the first has ended."""
        return self.run_state.best_epoch

    def resume(self) -> bool:
        """Return to the newest undamaged checkpoint.

        Returns:
            Whether there is one.

        Raises:
            ConfigError: It belongs to a run with other settings or on other solos.
        """
        found = latest_checkpoint(self._checkpoints) if self.folder else None
        if found is None:
            return False
        self._check_same_run(found.facts)
        for name, variable in self._variables.items():
            variable.assign(found.tensors[name])
        self.best_weights = {
            name.removeprefix("best/"): array
            for name, array in found.tensors.items()
            if name.startswith("best/")
        }
        self.run_state = Run(**found.facts["run"])
        if self.run_state.finished and not self._exhausted():
            self.run_state.finished = False
        return True

    def run(
        self,
        on_step: Callable[[Progress], None] = lambda _: None,
        on_epoch: Callable[[EpochFigures], None] = lambda _: None,
        should_stop: Callable[[], bool] = lambda: False,
    ) -> SharedLayers:
        """Train until all epochs are done or no epoch has been better for too long.

        Args:
            on_step: Called after each step with the progress of the run.
            on_epoch: Called after each epoch with its figures.
            should_stop: Called after each step; if it returns True, training stops.

        Returns:
            The shared layers, with the weights of the best epoch.

        Raises:
            Stopped: `should_stop` returned True; a checkpoint was written first.
            OutputError: A checkpoint or a log cannot be written.
        """
        while not self._exhausted():
            self._train_epoch(on_step, should_stop)
            on_epoch(self._end_epoch())
            self._save()
        self.run_state.finished = True
        self._save()
        if self.workers.part():
            self.layers = make_layers(self.model, self.layers.assets)
            self.graph = training_graph(self.layers)
        self.layers.set_weights(self.best_weights)
        return self.layers

    def _exhausted(self) -> bool:
        run = self.run_state
        stale = run.epoch - run.best_epoch >= self.config.patience
        return run.epoch >= self.config.epochs or stale

    def _compile(self) -> None:
        config = self.config
        optimizer = Optimizer(
            OneCycle(config.learning_rate, config.epochs * len(self.windows)),
            weight_decay=config.weight_decay,
            global_clipnorm=config.clip_norm or None,
            clipvalue=config.clip_value or None,
        )
        optimizer.exclude_from_weight_decay(var_names=["bias", "register", "gamma", "beta"])
        optimizer.build(self.graph.trainable_variables)
        names = list(self.graph.output)
        self.graph.compile(
            optimizer,
            loss=dict.fromkeys(names, cross_entropy),
            loss_weights={name: EXPRESSION.get(name, 1.0) for name in names},
            # On TensorFlow XLA makes no step faster (see docs/training-speed.md); on JAX nothing is
            # compiled without it.
            jit_compile=keras.backend.backend() == "jax",
        )
        self.optimizer = optimizer

    def _train_epoch(
        self, on_step: Callable[[Progress], None], should_stop: Callable[[], bool]
    ) -> None:
        run = self.run_state
        self._epoch_began = time.monotonic()
        first, saved = run.step, time.monotonic()
        while run.step < len(self.windows):
            batch = self.windows.batch(run.epoch, run.step)
            own = self.workers.part_of(batch, self.config.batch_size)
            run.loss_sum += self._train_step(own)
            run.step += 1
            on_step(self._progress(first))
            stop = self._to_stop(should_stop)
            if stop or time.monotonic() - saved > self.checkpoint_seconds:
                self._save()
                saved = time.monotonic()
            if stop:
                raise Stopped

    def _to_stop(self, should_stop: Callable[[], bool]) -> bool:
        """Whether a process of the run is asked to stop: several agree on it now and then."""
        if self.workers.count > 1 and self.run_state.step % STEPS_BETWEEN_AGREEMENTS:
            return False
        return self.workers.any(should_stop())

    def _train_step(self, batch: Any) -> float:
        self.graph.reset_metrics()
        # Models of the first edition do not say how long a note sounds.
        names = [name for name in batch.targets if name in self.graph.output]
        targets = {**batch.targets, **batch.soft_targets}
        weights = {
            name: batch.weights * batch.notes if name in EXPRESSION else batch.weights
            for name in names
        }
        losses = self.graph.train_on_batch(
            batch.inputs, {name: targets[name] for name in names}, sample_weight=weights,
            return_dict=True,
        )  # fmt: skip
        said = [losses.get(f"{name}_loss", losses["loss"]) for name in weights]
        return sum(
            float(loss) for name, loss in zip(weights, said, strict=True) if name not in EXPRESSION
        )

    def _progress(self, first: int) -> Progress:
        run, steps = self.run_state, len(self.windows)
        loss = run.loss_sum / run.step
        pace = (time.monotonic() - self._epoch_began) / (run.step - first)
        left = steps - run.step + steps * (self.config.epochs - run.epoch - 1)
        bits = self._bits(loss)
        return Progress(run.epoch + 1, self.config.epochs, run.step, steps, loss, bits, pace * left)

    def _bits(self, loss: float) -> float:
        """A loss in nats per value as bits per note."""
        return loss * self._values_per_note / math.log(2)

    def _end_epoch(self) -> EpochFigures:
        run, found = self.run_state, self._measured()
        figures = EpochFigures(
            run.epoch + 1,
            run.loss_sum / len(self.windows),
            found.bits_per_note,
            float(ops.convert_to_numpy(self.optimizer.learning_rate)),
            time.monotonic() - self._epoch_began,
            self._bits(run.loss_sum / len(self.windows)),
            found.rehearsal,
        )
        run.epoch, run.step, run.loss_sum = run.epoch + 1, 0, 0.0
        run.history.append(figures.row)
        if self.folder and self.workers.is_first:
            write_tensorboard(self.folder / "tensorboard", run.history[-1])
        if found.bits_per_note < run.best and not self._forgets(found):
            run.best, run.best_epoch = figures.bits_per_note, run.epoch
            self.best_weights = self.layers.get_weights()
        return figures

    def _measured(self) -> Measured:
        """What the weights as they are cost."""
        graph, solos = self.workers.predictor(self.graph), self.held_out or self.training
        return Measured(
            self._bits_per_note(graph, solos),
            self._bits_per_note(graph, self.guard.solos) if self.guard else None,
        )

    def _bits_per_note(self, graph: keras.Model, solos: Sequence[Example]) -> float:
        """The cost of solos, of which each process measures its share."""
        own = solos[self.workers.number :: self.workers.count]
        costs = measured_costs(graph, own, self.layers.judge)
        return bits_of(self.workers.gather(costs, len(solos)))

    def _forgets(self, found: Measured) -> bool:
        """Whether the solos of the guard have become dearer than they may."""
        if not self.guard or not self.before:
            return False
        before, now = self.before.rehearsal or 0.0, found.rehearsal or 0.0
        return now - before > self.guard.limit

    @property
    def _checkpoints(self) -> Path:
        return (self.folder or Path()) / CHECKPOINTS

    @property
    def _variables(self) -> dict[str, Any]:
        """Every variable that the rest of the run depends on, by a stable name."""
        model = {f"model/{n:03d}": v for n, v in enumerate(self.graph.variables)}
        optimizer = {f"optimizer/{n:03d}": v for n, v in enumerate(self.optimizer.variables)}
        return {**model, **optimizer}

    def _settings(self) -> dict[str, Any]:
        """What must not change when a run is resumed."""
        training = {**asdict(self.config), "epochs": None, "patience": None}
        return {"model": asdict(self.model), "training": training, "data": self.data_hash}

    def _check_same_run(self, facts: dict[str, Any]) -> None:
        then, now = facts["settings"], self._settings()
        if then["data"] != now["data"]:
            raise ConfigError(
                f"{self.folder}: the run was begun on other solos; resume it with those, or choose "
                "another --out"
            )
        for group in ("model", "training"):
            for name, value in now[group].items():
                if then[group].get(name) != value:
                    raise ConfigError(
                        f"{self.folder}: the run was begun with {name} {then[group].get(name)}, "
                        f"not {value}"
                    )

    def _save(self) -> None:
        if self.folder is None or not self.workers.is_first:
            return
        tensors: dict[str, NDArray[Any]] = {
            name: np.asarray(ops.convert_to_numpy(variable))
            for name, variable in self._variables.items()
        }
        tensors |= {f"best/{name}": array for name, array in self.best_weights.items()}
        facts = {"run": asdict(self.run_state), "settings": self._settings()}
        done = self.run_state.epoch * len(self.windows) + self.run_state.step
        write_checkpoint(self._checkpoints, Checkpoint(done, tensors, facts))
        write_csv(self.folder / "log.csv", self.run_state.history)
