"""A training run: a model trained on a corpus and written to disk."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from jazzgen.config import FEWEST_TO_TUNE, ModelConfig, PlannerConfig, TrainingConfig
from jazzgen.encoding.examples import Example
from jazzgen.encoding.sequence import ValueSequence
from jazzgen.errors import ConfigError, OutputError
from jazzgen.music.solo import Solo
from jazzgen.nn.editions import EDITIONS
from jazzgen.nn.folder import check_replaceable
from jazzgen.nn.manifest import MANIFEST
from jazzgen.nn.planner import Planner
from jazzgen.nn.presets import preset_of
from jazzgen.runtime.extras import needing
from jazzgen.runtime.files import is_file
from jazzgen.runtime.locks import only_writer
from jazzgen.training.checkpoint import CHECKPOINTS, has_checkpoint, unfinished
from jazzgen.training.compiled_corpus import (
    CompiledCorpus,
    Start,
    compile_corpus,
    drop_compiled,
)
from jazzgen.training.result import TrainingResult
from jazzgen.training.workers import Workers

if TYPE_CHECKING:
    from jazzgen.nn.assets import Assets
    from jazzgen.nn.keras_engine.shared_layers import SharedLayers
    from jazzgen.training.progress import EpochFigures, Guard, Progress
    from jazzgen.training.trainer import Trainer

__all__ = [
    "Foundation",
    "Teacher",
    "TrainingJob",
    "check_out",
    "help_train",
    "train",
    "training_folder",
]


FEWEST_PLANS = 20
"""The number of solos from which a planner can learn: from fewer it would know them by heart."""
LOCK = "lock"
"""The name of the file in the folder of a run that only one process at a time may hold."""


class Teacher(Protocol):
    """What changes the examples of a job: see `distillation.distil.Distillation`."""

    def check(self, model: ModelConfig) -> None:
        """Check that a model of this architecture can be taught.

        Raises:
            ConfigError: It cannot.
        """

    def data_hash(self, solos: str) -> str:
        """Return a hash that identifies the training data.

        Args:
            solos: The `corpus_hash` of the training solos.
        """

    def examples(
        self, corpus: CompiledCorpus, solos: Sequence[Solo], share: float
    ) -> list[Example]:
        """Return the examples to train on.

        Args:
            corpus: The compiled training solos.
            solos: The same solos with their charts.
            share: The teacher's weight in the targets, from 0 to 1.
        """


class Foundation(Start, Protocol):
    """A model that goes on learning from further solos."""

    @property
    def facts(self) -> dict[str, Any]:
        """What it is, for the manifest and the card."""

    @property
    def planner(self) -> Planner | None:
        """The network that plans what it plays."""

    def weights(self, assets: Assets) -> Mapping[str, NDArray[np.floating[Any]]]:
        """Return the weights to start from.

        Args:
            assets: What the new model keeps beside its weights.
        """

    def rehearsal_examples(self, assets: Assets) -> tuple[list[Example], Guard]:
        """Return examples to train on lest the model forget, and what tells whether it does.

        Args:
            assets: What the new model keeps beside its weights.
        """

    def targets(self, corpus: CompiledCorpus, share: float) -> Sequence[Example]:
        """Return the examples of the further solos.

        Args:
            corpus: The compiled solos.
            share: The weight of the model's own predictions in the targets, from 0 to 1.
        """


@dataclass(frozen=True, kw_only=True)
class TrainingJob:
    """What to train, on which solos, and how.

    Args:
        model: The architecture.
        training: How to train.
        solos: The training solos.
        held_out: The validation solos, by which the best epoch is chosen; may be empty.
        description: What the solos are, for the model card.
        half: Whether weights are stored in half precision; the figures are then those of the
            rounded weights.
        teacher: The teacher of a distillation, if any.
        base: The model that goes on learning, if any; it is of the architecture `model`.

    Raises:
        ConfigError: The teacher cannot teach a model of this architecture, there is a base
            beside it, or there are too few solos to tune a base on.
    """

    model: ModelConfig
    training: TrainingConfig
    solos: Sequence[Solo]
    held_out: Sequence[Solo] = ()
    description: str = "solos"
    half: bool = False
    teacher: Teacher | None = None
    base: Foundation | None = None

    def __post_init__(self) -> None:
        if self.teacher is not None:
            self.teacher.check(self.model)
            if self.base is not None:
                raise ConfigError("teacher: a model that is tuned has no teacher but itself")
        if self.base is not None and len(self.solos) + len(self.held_out) < FEWEST_TO_TUNE:
            raise ConfigError(f"solos: expected at least {FEWEST_TO_TUNE} to tune a model on")


def training_folder(out: Path) -> Path:
    """Return the folder of a model's checkpoints and logs: `NAME.training` beside the model."""
    return out.with_name(out.name + ".training")


def check_out(out: Path, *, resume: bool = False, overwrite: bool = False) -> None:
    """Check that a run does not replace a model against its owner's will.

    Args:
        out: The model folder.
        resume: Whether the run that made what is there is resumed.
        overwrite: Whether a model that is there may be replaced by that of a new run.

    Raises:
        OutputError: The folder holds a model that may not be replaced, or something else.
    """
    check_replaceable(out)
    folder = training_folder(out)
    # An unfinished run has a message of its own, given once no other process writes it.
    goes_on = has_checkpoint(folder) if resume else unfinished(folder) is not None
    if is_file(out / MANIFEST) and not overwrite and not goes_on:
        raise OutputError(
            f"{out}: holds a trained model: replace it with --overwrite, or choose another --out"
        )


def train(
    job: TrainingJob,
    out: str | Path,
    *,
    resume: bool = False,
    overwrite: bool = False,
    on_solo: Callable[[int, int], None] = lambda _done, _all: None,
    on_step: Callable[[Progress], None] = lambda _: None,
    on_epoch: Callable[[EpochFigures], None] = lambda _: None,
    should_stop: Callable[[], bool] = lambda: False,
    workers: Workers | None = None,
) -> TrainingResult:
    """Train a model and write its folder.

    Args:
        job: What to train.
        out: The model folder to write.
        resume: Whether to resume the run from its newest checkpoint, if there is one.
        overwrite: Whether a new run may replace a model that is there.
        on_solo: Called while solos are compiled, with the steps done and the steps in all
            (see `compile_corpus`).
        on_step: Called after each step with the progress of the run.
        on_epoch: Called after each epoch with its figures.
        should_stop: Called after each step and each compiled solo; if it returns True, a
            checkpoint is written and `Stopped` is raised.
        workers: The processes that train together, of which this is the first; by default it is
            alone. The others call `help_train`.

    Raises:
        ConfigError: An unfinished run is in the way, another run's is resumed, or what
            training needs is not installed.
        DatasetError: No solo is long enough.
        OutputError: `out` holds a model that may not be replaced or something that is no
            model, another process trains it, or something cannot be written.
    """
    out = Path(out)
    check_replaceable(out)
    folder = training_folder(out)
    try:
        with only_writer(folder / LOCK, out):
            check_out(out, resume=resume, overwrite=overwrite)
            return _train_alone(
                job, out, resume, on_solo, on_step, on_epoch, should_stop, workers or Workers()
            )
    finally:
        with suppress(OSError):  # it holds something
            folder.rmdir()


def help_train(
    job: TrainingJob,
    out: str | Path,
    workers: Workers,
    *,
    resume: bool = False,
    should_stop: Callable[[], bool] = lambda: False,
) -> None:
    """Do the share of a process that is not the first in a run of several.

    Args:
        job: What to train; the same in all processes.
        out: The model folder, which the first process writes.
        workers: The processes.
        resume: Whether the run is resumed.
        should_stop: See `train`.

    Raises:
        Stopped: A process was asked to stop.
        WorkerError: Another process was lost.
    """
    folder = training_folder(Path(out))
    with workers.watched():
        workers.wait()  # until the first has compiled the solos
        corpus = compile_corpus(folder, job.model, job.solos, job.held_out, reuse=True)
        trainer = _trainer(job, corpus, folder, workers)
        _begin(trainer, folder, resume, workers)
        trainer.run(should_stop=should_stop)


def _begin(trainer: Trainer, folder: Path, resume: bool, workers: Workers) -> None:
    """Go back to the newest checkpoint, or remove what an earlier run has left.

    Args:
        trainer: The trainer.
        folder: The folder of the run.
        resume: Whether the run is resumed.
        workers: The processes, which read the same checkpoint.

    Raises:
        ConfigError: The processes do not see the same checkpoints.
    """
    if resume:
        found = trainer.resume()
        if workers.any(found) != found:
            raise ConfigError(f"{folder}: every process has to see the folder of the run")
    elif workers.is_first:
        shutil.rmtree(folder / CHECKPOINTS, ignore_errors=True)


def _train_alone(
    job: TrainingJob,
    out: Path,
    resume: bool,
    on_solo: Callable[[int, int], None],
    on_step: Callable[[Progress], None],
    on_epoch: Callable[[EpochFigures], None],
    should_stop: Callable[[], bool],
    workers: Workers,
) -> TrainingResult:
    """Train while no other process does so in the same folder."""
    with needing("training needs"):
        import jazzgen.training.trainer  # noqa: F401 - tells here what is not installed

    folder = training_folder(out)
    if not resume and (epochs := unfinished(folder)) is not None:
        raise ConfigError(
            f"{folder}: holds an unfinished run ({epochs} epochs done): resume it with --resume, "
            "or remove it to start again"
        )
    try:
        return _train(job, out, resume, on_solo, on_step, on_epoch, should_stop, workers)
    finally:
        if unfinished(folder) is None:  # nothing is left to resume
            drop_compiled(folder)


def _train(
    job: TrainingJob,
    out: Path,
    resume: bool,
    on_solo: Callable[[int, int], None],
    on_step: Callable[[Progress], None],
    on_epoch: Callable[[EpochFigures], None],
    should_stop: Callable[[], bool],
    workers: Workers,
) -> TrainingResult:
    from jazzgen.nn.card import model_card
    from jazzgen.nn.keras_engine.store import save_model
    from jazzgen.training.trainer import Stopped

    def compiled(done: int, everything: int) -> None:
        on_solo(done, everything)
        if should_stop():
            raise Stopped

    folder = training_folder(out)
    corpus = compile_corpus(folder, job.model, job.solos, job.held_out, resume, compiled, job.base)
    with workers.watched():
        workers.wait()  # the others read what was compiled
        trainer = _trainer(job, corpus, folder, workers)
        _begin(trainer, folder, resume, workers)
        layers = trainer.run(on_step, on_epoch, should_stop)
    if job.half:
        # Rounded before they are measured, so that the figures are those of what is stored.
        rounded = {name: value.astype(np.float16) for name, value in layers.get_weights().items()}
        layers.set_weights(rounded)
    facts = {
        "data": _data_facts(job, corpus),
        "training": {**asdict(job.training), "best_epoch": trainer.best_epoch},
        "figures": {
            **_figures(trainer, corpus.held_out or corpus.solos, corpus.solos),
            **_kept(trainer),
        },
    }
    if job.base is not None and job.base.planner is not None:
        layers.take_planner(job.base.planner)
    elif job.base is None and _plans(job):
        facts["figures"] |= _train_planner(job, layers, should_stop)
    card = model_card(out.name, layers, facts)
    save_model(out, layers, facts, card, half=job.half)
    return TrainingResult(
        model=out,
        epochs=len(trainer.history),
        best_epoch=trainer.best_epoch,
        parameters=layers.count_params(),
        figures=facts["figures"],
    )


def _plans(job: TrainingJob) -> bool:
    """Whether a planner is trained, too."""
    told = preset_of(job.model).plans and EDITIONS[job.model.edition].hears_plan
    return told and len(job.solos) >= FEWEST_PLANS


def _train_planner(
    job: TrainingJob, layers: SharedLayers, should_stop: Callable[[], bool]
) -> dict[str, float]:
    """Train the planner of a model, and return its figures."""
    from jazzgen.training.planner import PlannerFigures, train_planner
    from jazzgen.training.trainer import Stopped

    def stop(_figures: PlannerFigures) -> None:
        if should_stop():
            raise Stopped

    styles = layers.assets.styles
    config = PlannerConfig(seed=job.training.seed)
    tensors, bits = train_planner(job.solos, job.held_out, styles, config, stop)
    number: type[np.floating[Any]] = np.float16 if job.half else np.float32
    own = {name: tensor.astype(number) for name, tensor in tensors.items()}
    layers.take_planner(Planner(own, len(styles)))
    return {"planner_bits_per_value": round(bits, 4)}


def _trainer(job: TrainingJob, corpus: CompiledCorpus, folder: Path, workers: Workers) -> Trainer:
    from jazzgen.training.trainer import Trainer

    training, data_hash, weights, guard = corpus.training, corpus.sha256, None, None
    if job.teacher is not None:
        training = job.teacher.examples(corpus, job.solos, job.training.distillation)
        data_hash = job.teacher.data_hash(corpus.sha256)
    if job.base is not None:
        rehearsed, guard = job.base.rehearsal_examples(corpus.assets)
        training = [*job.base.targets(corpus, job.training.distillation), *rehearsed]
        data_hash = f"{corpus.sha256} {job.base.sha256}"
        weights = job.base.weights(corpus.assets)
    return Trainer(
        job.model,
        job.training,
        training,
        corpus.validation,
        corpus.assets,
        folder,
        data_hash,
        weights=weights,
        guard=guard,
        workers=workers,
    )


def _data_facts(job: TrainingJob, corpus: CompiledCorpus) -> dict[str, Any]:
    return {
        "description": job.description,
        "solos": len(corpus.solos),
        "notes": sum(sequence.notes for sequence in corpus.solos),
        "held_out_solos": len(corpus.held_out),
        "held_out_notes": sum(sequence.notes for sequence in corpus.held_out),
        "sha256": corpus.sha256,
        **({"tuned_from": job.base.facts} if job.base else {}),
    }


def _figures(
    trainer: Trainer, measured: Sequence[ValueSequence], training: Sequence[ValueSequence]
) -> dict[str, float]:
    from jazzgen.evaluation.predictive import evaluate

    found = evaluate(trainer.layers, measured, training, graph=trainer.graph)
    figures = {
        "bits_per_note": found.bits_per_note,
        "pitch_perplexity_notes_only": found.pitch.perplexity_notes_only,
    }
    if found.baselines is not None:
        figures["trigram_floor_bits_per_note"] = found.baselines.bits_per_note
        figures["trigram_floor_pitch_perplexity"] = found.baselines.pitch_perplexity_notes_only
    figures["wrong_chord_delta_bits"] = found.wrong_chord_delta_bits
    return {name: round(value, 4) for name, value in figures.items()}


def _kept(trainer: Trainer) -> dict[str, float]:
    """What the model that a run started from cost, and what the solos of the guard cost now."""
    from jazzgen.nn.keras_engine.likelihood import measured_bits

    before, guard = trainer.before, trainer.guard
    if before is None or guard is None or before.rehearsal is None:
        return {}
    rehearsed = measured_bits(trainer.graph, guard.solos, trainer.layers.judge)
    figures = {
        "bits_per_note_before": before.bits_per_note,
        "rehearsal_bits_per_note": rehearsed,
        "rehearsal_bits_per_note_before": before.rehearsal,
    }
    return {name: round(value, 4) for name, value in figures.items()}
