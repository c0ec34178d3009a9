"""`jazzgen train`: trains a model on solos."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from signal import SIGINT
from typing import TYPE_CHECKING, Literal

from jazzgen.cli.options import Given, configured
from jazzgen.cli.output import printable, quiet_import, say, show, show_json
from jazzgen.cli.tuning import Base, TuningRequest, find_base
from jazzgen.cli.workers import choose_backend, joined
from jazzgen.config import ModelConfig, TrainingConfig
from jazzgen.datasets.formats import sources_named
from jazzgen.errors import ConfigError
from jazzgen.runtime.interrupts import Interrupted, Polite
from jazzgen.runtime.settings import check_settings, setting
from jazzgen.runtime.wording import counted

if TYPE_CHECKING:
    from jazzgen.music.solo import Solo
    from jazzgen.training.progress import EpochFigures, Progress
    from jazzgen.training.result import TrainingResult
    from jazzgen.training.run import TrainingJob
    from jazzgen.training.workers import Workers

__all__ = ["train"]


@dataclass(frozen=True, kw_only=True)
class TrainRequest:
    """What a model is trained on, and where it is written.

    Args:
        source: The training solos.
        out: The model folder.
        valid: Solos by which the best epoch is chosen; by default tunes held out of the source.
        teacher: The name or folder of a model whose distributions are distilled.
        imitations: How many solos the teacher plays over the chart of each solo.
        half: Whether the weights are stored in half precision.
        about: What the solos are; by default the source's name.
        resume: Whether a run that was stopped is resumed.
        overwrite: Whether a model that is there is replaced.
        workers: Whether several processes train the model together.
        json: Whether the result is printed as JSON.

    Raises:
        ConfigError: A value is out of range.
    """

    source: Path = setting(
        argument=True,
        metavar="DATASET|MIDI_DIR",
        text=lambda: f"Solos to train on: {sources_named()}.",
    )
    out: Path = setting(metavar="models/NAME", text="The model folder to write.")
    valid: Path | None = setting(
        None,
        metavar="DATASET|MIDI_DIR",
        text="Solos by which the best epoch is chosen; by default tunes held out of the source.",
    )
    teacher: str | None = setting(
        None,
        metavar="NAME|DIR",
        text="Also train on what this model predicts, for example an ensemble (distillation).",
    )
    imitations: int = setting(
        2,
        0,
        100,
        text="With --teacher: solos that it plays over the chart of each solo, to train on.",
    )
    half: bool = setting(False, text="Store the weights in half precision.")
    about: str | None = setting(
        None,
        prose=True,
        text="What the solos are, for the model card; by default the source's name.",
    )
    resume: bool = setting(False, text="Resume a run that was stopped.")
    overwrite: bool = setting(False, text="Replace the model in the folder by a new one.")
    workers: Literal["auto"] | None = setting(
        None,
        text="Train in several processes, which are started alike: auto finds the others by JAX's "
        "variables, Slurm or Kubernetes.",
    )
    json: bool = setting(False, text="Print JSON.")

    def __post_init__(self) -> None:
        check_settings(self)


@configured
def train(
    request: Given[TrainRequest],
    tuning: Given[TuningRequest],
    architecture: Given[ModelConfig],
    training: Given[TrainingConfig],
) -> None:
    """Train a model on solos. Ctrl-C stops it and keeps what was done; --resume continues it.

    Args:
        request: The solos and the folder of the model.
        tuning: The model to start from, if any.
        architecture: The settings of the model.
        training: The settings of the run.
    """
    from jazzgen.runtime.extras import require

    asked = request.build()
    model = architecture.build(ModelConfig.for_preset, preset=ModelConfig.preset)
    base = find_base(tuning, architecture, asked.out)
    if base is not None:
        model = base.files.config
    defaults = TrainingConfig.for_tuning if base else TrainingConfig.for_preset
    settings = training.build(partial(defaults, model.preset))
    _check_teacher(asked, base, {*request.values, *training.values})
    if asked.workers:
        choose_backend()
    require("training needs", "keras")
    with joined(asked.workers is not None) as workers:
        if not workers.is_first:
            with training.naming():
                job = _job(asked, base, model, settings, lambda _: None)
            _help(job, asked, workers)
            return
        _check_out(asked)
        with training.naming():
            job = _job(asked, base, model, settings, say)
        result = _train(job, asked, workers)
    if asked.json:
        show_json(result.to_json())
    else:
        _tell(asked, base, result)


def _check_out(asked: TrainRequest) -> None:
    """Check that the model can be written where it is asked for, and may be."""
    from jazzgen.runtime.atomic import check_writable
    from jazzgen.training.run import check_out

    check_writable(asked.out, folder=True)
    check_out(asked.out, resume=asked.resume, overwrite=asked.overwrite)


def _job(
    asked: TrainRequest,
    base: Base | None,
    model: ModelConfig,
    settings: TrainingConfig,
    tell: Callable[[str], None],
) -> TrainingJob:
    """Return what is to be trained.

    Args:
        asked: The solos.
        base: The model to start from, if any.
        model: The architecture.
        settings: The settings of the run.
        tell: Called with what is said of the solos.
    """
    solos, held_out = _load(asked, base, settings.seed, tell)
    rehearsal = base.rehearsal() if base else ()
    with quiet_import():
        import jazzgen.training.trainer  # noqa: F401 - loads TensorFlow, whose libraries are loud
        from jazzgen.distillation.distil import Distillation
        from jazzgen.improviser import load
        from jazzgen.training.run import TrainingJob
    return TrainingJob(
        model=model,
        training=settings,
        solos=solos,
        held_out=held_out,
        description=asked.about or asked.source.name,
        half=asked.half,
        teacher=Distillation(teacher=load(asked.teacher), imitations=asked.imitations)
        if asked.teacher
        else None,
        base=base.fine_tuning(rehearsal) if base else None,
    )


def _tell(asked: TrainRequest, base: Base | None, result: TrainingResult) -> None:
    """Print how good the model has become, and what to do with it."""
    figures = result.figures
    show(
        f"{asked.out}: {figures['bits_per_note']:.3f} bits per note (trigram baseline "
        f"{figures['trigram_floor_bits_per_note']:.3f}), best epoch {result.best_epoch} "
        f"of {result.epochs}, {result.parameters:,} parameters"
    )
    if base is not None:
        forgotten = figures["rehearsal_bits_per_note"] - figures["rehearsal_bits_per_note_before"]
        show(
            f"{base.name} had {figures['bits_per_note_before']:.3f} bits per note; what it "
            f"rehearsed costs {forgotten:+.3f}"
        )
    performer = base and base.performer
    by = f" --performer {shlex.quote(performer)}" if performer else ""
    show(f"next: jazzgen generate --model {asked.out}{by}")


def _check_teacher(asked: TrainRequest, base: Base | None, given: Collection[str]) -> None:
    """Check that settings of a teacher come with one, with no base beside it, in one process."""
    if asked.teacher is not None and base is not None:
        raise ConfigError("--teacher: not with --from: a tuned model learns from its former self")
    for name in ("imitations",):
        if asked.teacher is None and name in given:
            raise ConfigError(f"--{name.replace('_', '-')} needs a --teacher")
    if asked.teacher is None and base is None and "distillation" in given:
        raise ConfigError("--distillation needs a --teacher")
    if asked.workers and (asked.teacher is not None or base is not None):
        raise ConfigError("--workers: not with --teacher or --from, which one process does")


def _load(
    asked: TrainRequest, base: Base | None, seed: int, tell: Callable[[str], None]
) -> tuple[Sequence[Solo], Sequence[Solo]]:
    """Return the training solos, and the solos by which the best epoch is chosen.

    Args:
        asked: The sources of both.
        base: The model that is to be tuned on them, if any.
        seed: Decides which tunes are held out if no validation solos are given.
        tell: Called with what is said of them.
    """
    from jazzgen.datasets.corpus import load_corpus, split_by_tune

    corpus = load_corpus(asked.source)
    validation = None if asked.valid is None else load_corpus(asked.valid)
    for rejected in (*corpus.rejected, *(validation.rejected if validation else ())):
        tell(printable(f"left out: {rejected.reason}"))
    if base is not None:
        base.check_solos(asked.source, corpus.solos)
    if validation is None:
        solos, held_out = split_by_tune(corpus, seed=seed)
    else:
        solos, held_out = corpus.solos, validation.solos
    tell(f"{counted(len(solos), 'solo')} to train on, {len(held_out)} held out")
    if not held_out:
        tell("there is only one tune, so all figures are measured on the training solos")
    return (base.named(solos), base.named(held_out)) if base else (solos, held_out)


def _help(job: TrainingJob, asked: TrainRequest, workers: Workers) -> None:
    """Train in a process that is not the first of the run."""
    from jazzgen.training.run import help_train
    from jazzgen.training.trainer import Stopped

    with Polite(lambda: None) as polite:
        try:
            help_train(
                job,
                asked.out,
                workers,
                resume=asked.resume,
                should_stop=lambda: polite.number is not None,
            )
        except Stopped:
            raise Interrupted(polite.number or SIGINT) from None


def _train(job: TrainingJob, asked: TrainRequest, workers: Workers) -> TrainingResult:
    from jazzgen.training.checkpoint import has_checkpoint, unfinished
    from jazzgen.training.run import train as run_training
    from jazzgen.training.run import training_folder
    from jazzgen.training.trainer import Stopped

    out = asked.out
    if asked.resume and not has_checkpoint(training_folder(out)):
        say(f"{training_folder(out)}: nothing to resume; a new run begins")
    try:
        with Polite(_say_stopping) as polite, _progress_bar() as (on_solo, on_step, on_epoch):
            try:
                return run_training(
                    job,
                    out,
                    resume=asked.resume,
                    overwrite=asked.overwrite,
                    on_solo=on_solo,
                    on_step=on_step,
                    on_epoch=on_epoch,
                    should_stop=lambda: polite.number is not None,
                    workers=workers,
                )
            except Stopped:
                raise Interrupted(polite.number or SIGINT) from None
    except Interrupted as stop:
        if unfinished(training_folder(out)) is not None:
            stop.add_note(
                f"the run so far is kept in {training_folder(out)}; the same command with --resume "
                "continues it"
            )
        raise


def _say_stopping() -> None:
    # Not through Python's streams: the signal may have come in the middle of a print.
    with suppress(OSError):
        os.write(2, b"\nstopping after this step; press Ctrl-C again to stop at once\n")


@contextmanager
def _progress_bar() -> Iterator[
    tuple[Callable[[int, int], None], Callable[[Progress], None], Callable[[EpochFigures], None]]
]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
    from rich.progress import Progress as RichProgress

    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[figures]}"),
    )
    quiet = not console.is_terminal
    with RichProgress(*columns, console=console, transient=True, disable=quiet) as bar:
        task = bar.add_task("compiling solos", figures="")

        def on_solo(done: int, everything: int) -> None:
            bar.update(task, total=everything, completed=done)

        def on_step(now: Progress) -> None:
            bar.update(
                task,
                total=now.steps,
                completed=now.step,
                description=f"epoch {now.epoch}/{now.epochs}",
                figures=f"{now.bits_per_note:.3f} bits per note in training  "
                f"{_clock(now.seconds_left)} left",
            )

        def on_epoch(done: EpochFigures) -> None:
            rehearsed = done.rehearsal_bits_per_note
            also = "" if rehearsed is None else f"{rehearsed:.4f} rehearsed, "
            console.print(
                f"epoch {done.epoch}: bits per note {done.training_bits_per_note:.4f} in training, "
                f"{done.bits_per_note:.4f} held out, {also}{done.seconds:.1f} s",
                highlight=False,
                soft_wrap=True,
            )

        yield on_solo, on_step, on_epoch


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"
