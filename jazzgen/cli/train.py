"""`jazzgen train`: a model from solos."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jazzgen.cli.choices import choice_option
from jazzgen.cli.output import naming_options, quiet_import, say, show, show_json
from jazzgen.datasets.formats import sources_named
from jazzgen.rnn.registry import CELLS

if TYPE_CHECKING:
    from jazzgen.training.progress import EpochFigures, Progress

__all__ = ["train"]

IMITATIONS = 2


class PresetName(StrEnum):
    """The presets."""

    classic = "classic"
    improviser = "improviser"


def train(
    source: Annotated[Path, typer.Argument(help=f"Solos to learn from: {sources_named()}.",
                                           metavar="DATASET|MIDI_DIR")],
    out: Annotated[Path, typer.Option(help="The model folder to write.", metavar="models/NAME")],
    preset: Annotated[PresetName, typer.Option(help="classic: the course's model; "
                      "improviser: pitch, then duration, knows the chords.")
                      ] = PresetName.improviser,
    valid: Annotated[Path | None, typer.Option(help="Solos to choose the best epoch by; by default "
                     "tunes held out of the source.", metavar="DATASET|MIDI_DIR")] = None,
    epochs: Annotated[int, typer.Option(help="Passes over the solos at most.")] = 30,
    seed: Annotated[int, typer.Option(help="Decides weights, dropout and order.")] = 0,
    cell: Annotated[str, choice_option(CELLS, "The recurrent cell.")] = "lstm",
    layers: Annotated[int, typer.Option(help="How many cells are stacked.")] = 1,
    units: Annotated[int | None, typer.Option(help="Units of each cell (classic 64, "
                     "improviser 128).")] = None,
    embedding: Annotated[int | None, typer.Option(help="Improviser: size of the cells' input "
                         "(192).")] = None,
    encoder: Annotated[int | None, typer.Option(help="Improviser: units a direction of the chart's "
                       "encoder (48); 0 for none.")] = None,
    members: Annotated[int | None, typer.Option(help="Improviser: players of an ensemble (1).")
                       ] = None,
    values: Annotated[int | None, typer.Option(help="Classic: the most values in the "
                      "vocabulary (90).")] = None,
    window: Annotated[int | None, typer.Option(help="Tx, values in a training window (classic 30, "
                      "improviser 64).")] = None,
    batch_size: Annotated[int | None, typer.Option(help="Windows in a step (32).")] = None,
    learning_rate: Annotated[float | None, typer.Option(help="Peak of the one-cycle schedule "
                             "(classic 0.01, improviser 0.003).")] = None,
    dropout: Annotated[float | None, typer.Option(help="Share dropped (classic 0, "
                       "improviser 0.3).")] = None,
    clip_norm: Annotated[float | None, typer.Option(help="Largest global gradient norm (1); "
                         "0 for none.")] = None,
    clip_value: Annotated[float | None, typer.Option(help="Largest absolute gradient, in place of "
                          "the norm.")] = None,
    patience: Annotated[int | None, typer.Option(help="Epochs without a better held-out figure "
                        "before it stops (10).")] = None,
    weight_decay: Annotated[float | None, typer.Option(help="AdamW's (0.01).")] = None,
    anonymous: Annotated[float | None, typer.Option(help="Share of windows whose performer is not "
                         "told, and of those where loudness and timing are not (0.1).")] = None,
    transpose: Annotated[int | None, typer.Option(help="Transpose windows at random by so many "
                         "semitones at most (0).")] = None,
    teacher: Annotated[str | None, typer.Option(help="A model whose expectations are learnt too, "
                       "such as an ensemble (distillation).", metavar="NAME|DIR")] = None,
    imitations: Annotated[int | None, typer.Option(help="With --teacher: solos that it plays over "
                          "the chart of each solo, to learn from (2).", min=0, max=100)] = None,
    distillation: Annotated[float | None, typer.Option(help="With --teacher: how much of what is "
                            "learnt from the solos is its expectation (0.7).")] = None,
    half: Annotated[bool, typer.Option("--half", help="Store the weights in half precision.")
                    ] = False,
    about: Annotated[str | None, typer.Option(help="What the solos are, for the model card; by "
                     "default the source's name.")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with a run that was stopped.")
                      ] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:  # fmt: skip
    """Train a model on solos. Ctrl-C stops it and keeps what was done; --resume goes on."""
    from jazzgen.config import ModelConfig, TrainingConfig
    from jazzgen.datasets.corpus import load_corpus, split_by_tune
    from jazzgen.errors import ConfigError
    from jazzgen.runtime.atomic import check_writable
    from jazzgen.runtime.extras import require

    with naming_options():
        model = ModelConfig.for_preset(
            preset.value, cell=cell, layers=layers, units=units, values=values,
            embedding=embedding, encoder=encoder, members=members,
        )  # fmt: skip
        settings = TrainingConfig.for_preset(
            preset.value, epochs=epochs, seed=seed, window=window, batch_size=batch_size,
            learning_rate=learning_rate, dropout=dropout, clip_norm=clip_norm,
            clip_value=clip_value, patience=patience, transpose=transpose,
            weight_decay=weight_decay, anonymous=anonymous, distillation=distillation,
        )  # fmt: skip
        if teacher is None and (imitations, distillation) != (None, None):
            raise ConfigError("--imitations and --distillation need a --teacher")
    require("training needs", "keras")
    check_writable(out, folder=True)
    corpus = load_corpus(source)
    chosen_by = None if valid is None else load_corpus(valid)
    for rejected in (*corpus.rejected, *(chosen_by.rejected if chosen_by else ())):
        say(f"left out: {rejected.reason}")
    if chosen_by is None:
        solos, held_out = split_by_tune(corpus, seed=seed)
    else:
        solos, held_out = corpus.solos, chosen_by.solos
    say(f"{len(solos)} solos to learn from, {len(held_out)} held out")
    if not held_out:
        say("there is one tune only: every figure is of the solos that are learnt from")
    with quiet_import():
        import jazzgen.training.trainer  # noqa: F401 - loads TensorFlow, whose libraries are loud
        from jazzgen.distillation.distil import Distillation
        from jazzgen.improviser import load
        from jazzgen.training.run import TrainingJob
    with naming_options():
        count = IMITATIONS if imitations is None else imitations
        job = TrainingJob(
            model=model, training=settings, solos=solos, held_out=held_out,
            description=about or source.name, half=half,
            teacher=Distillation(teacher=load(teacher), imitations=count) if teacher else None,
        )  # fmt: skip
    result = _train(job, out, resume)
    if json:
        show_json(result)
        return
    show(f"{out}: {result['bits_per_note']:.3f} bits a note (trigram floor "
         f"{result['trigram_floor_bits_per_note']:.3f}), best epoch {result['best_epoch']} "
         f"of {result['epochs']}, {result['parameters']:,} parameters")  # fmt: skip
    show(f"next: jazzgen generate --model {out}")


def _train(job: Any, out: Path, resume: bool) -> dict[str, Any]:
    from jazzgen.training.run import train as run_training
    from jazzgen.training.run import training_folder
    from jazzgen.training.trainer import Stopped, has_checkpoint

    if resume and not has_checkpoint(training_folder(out)):
        say(f"{training_folder(out)}: nothing to go on with; this run begins anew")
    with _interrupts() as asked, _progress_bar() as (on_solo, on_step, on_epoch):
        try:
            return run_training(
                job, out, resume=resume, on_solo=on_solo, on_step=on_step, on_epoch=on_epoch,
                should_stop=asked,
            )  # fmt: skip
        except Stopped:
            say(f"stopped; what was done is kept. To go on: the same command with --resume "
                f"(out {out})")  # fmt: skip
            raise typer.Exit(130) from None


@contextmanager
def _interrupts() -> Iterator[Callable[[], bool]]:
    """Turn the first interrupt into a question that is answered yes; the second one interrupts."""
    asked: list[bool] = []

    def note(_number: int, _frame: FrameType | None) -> None:
        if asked:
            raise KeyboardInterrupt
        asked.append(True)
        # Not through Python's streams: the interrupt may have come in the midst of a print.
        with suppress(OSError):
            os.write(2, b"\nstopping after this step; press Ctrl-C again to stop at once\n")

    before = {which: signal.signal(which, note) for which in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield lambda: bool(asked)
    finally:
        for which, handler in before.items():
            signal.signal(which, handler)


@contextmanager
def _progress_bar() -> Iterator[
    tuple[Callable[[int, int], None], Callable[[Progress], None], Callable[[EpochFigures], None]]
]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
    from rich.progress import Progress as RichProgress

    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(),
        TextColumn("{task.fields[figures]}"),
    )  # fmt: skip
    quiet = not console.is_terminal
    with RichProgress(*columns, console=console, transient=True, disable=quiet) as bar:
        task = bar.add_task("compiling solos", figures="")

        def on_solo(done: int, everything: int) -> None:
            bar.update(task, total=everything, completed=done)

        def on_step(now: Progress) -> None:
            bar.update(
                task, total=now.steps, completed=now.step,
                description=f"epoch {now.epoch}/{now.epochs}",
                figures=f"loss {now.loss:.3f}  {now.bits_per_note:.3f} bits a note  "
                        f"{_clock(now.seconds_left)} left",
            )  # fmt: skip

        def on_epoch(done: EpochFigures) -> None:
            console.print(f"epoch {done.epoch}: loss {done.loss:.4f}, held-out "
                          f"{done.bits_per_note:.4f} bits a note, {done.seconds:.1f} s",
                          highlight=False)  # fmt: skip

        yield on_solo, on_step, on_epoch


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"
