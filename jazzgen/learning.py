"""Train a model on a corpus and put it on disk."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from jazzgen.config import ModelConfig, TrainingConfig
from jazzgen.data.examples import Example, make_example
from jazzgen.data.sequence import ValueSequence
from jazzgen.distillation import check_teacher, imitations, taught
from jazzgen.errors import ConfigError
from jazzgen.improviser import Improviser
from jazzgen.material import Material, drop_material, gather
from jazzgen.music.solo import Solo
from jazzgen.runtime.extras import needing

if TYPE_CHECKING:
    from jazzgen.nn.progress import EpochFigures, Progress
    from jazzgen.nn.training import Trainer

__all__ = ["Lesson", "learn", "training_folder"]


@dataclass(frozen=True)
class Lesson:
    """What to learn, and how.

    Args:
        model: The architecture.
        training: How to train.
        solos: Solos to learn from.
        held_out: Solos to choose by; may be empty.
        description: What the solos are, for the model card.
        half: Store the weights in half precision; the figures are those of what is stored.
        teacher: A model whose expectations are learnt too (improviser only).
        imitations: How many solos the teacher plays over the chart of each solo, to be
            learnt from as well.
    """

    model: ModelConfig
    training: TrainingConfig
    solos: Sequence[Solo]
    held_out: Sequence[Solo] = ()
    description: str = "solos"
    half: bool = False
    teacher: Improviser | None = None
    imitations: int = 0

    def __post_init__(self) -> None:
        if self.imitations and self.teacher is None:
            raise ConfigError("imitations: there is no teacher to play them")
        if self.teacher is not None:
            check_teacher(self.teacher)
            if self.model.preset != "improviser":
                raise ConfigError("teacher: only a model of the improviser preset is taught")


def training_folder(out: Path) -> Path:
    """Return where the checkpoints and logs of a model lie: `NAME.training` beside it."""
    return out.with_name(out.name + ".training")


def learn(
    lesson: Lesson,
    out: str | Path,
    *,
    resume: bool = False,
    on_solo: Callable[[int, int], None] = lambda _done, _all: None,
    on_step: Callable[[Progress], None] = lambda _: None,
    on_epoch: Callable[[EpochFigures], None] = lambda _: None,
    should_stop: Callable[[], bool] = lambda: False,
) -> dict[str, Any]:
    """Train a model and write its folder.

    Args:
        lesson: What to learn.
        out: The model folder to write.
        resume: Go on from the newest checkpoint, if there is one.
        on_solo: Told, before training begins, how much of the compiling is done and how
            much there is (see `material.gather`).
        on_step: Told where the run stands after each step.
        on_epoch: Told the figures of each epoch.
        should_stop: Asked after each step, and each solo that was compiled; if it says
            yes, `Stopped` is raised, after a checkpoint was written.

    Returns:
        `model`, `epochs`, `best_epoch`, `parameters` and the figures.

    Raises:
        ConfigError: An unfinished run is in the way, another run's is resumed, or what
            training needs is not installed.
        DatasetError: No solo is long enough.
        OutputError: `out` holds something that is no model, or something cannot be
            written.
    """
    from jazzgen.nn.model_folder import check_replaceable

    with needing("training needs"):
        from jazzgen.nn.training import unfinished

    out = Path(out)
    check_replaceable(out)
    folder = training_folder(out)
    if not resume and (epochs := unfinished(folder)) is not None:
        raise ConfigError(f"{folder}: holds an unfinished run ({epochs} epochs done): "
                          "--resume goes on with it; to begin anew, remove it")  # fmt: skip
    try:
        return _learn(lesson, out, resume, on_solo, on_step, on_epoch, should_stop)
    finally:
        if unfinished(folder) is None:  # nobody will go on with it
            drop_material(folder)


def _learn(
    lesson: Lesson,
    out: Path,
    resume: bool,
    on_solo: Callable[[int, int], None],
    on_step: Callable[[Progress], None],
    on_epoch: Callable[[EpochFigures], None],
    should_stop: Callable[[], bool],
) -> dict[str, Any]:
    from jazzgen.nn.card import model_card
    from jazzgen.nn.store import save_model
    from jazzgen.nn.training import Stopped

    def compiled(done: int, everything: int) -> None:
        on_solo(done, everything)
        if should_stop():
            raise Stopped

    folder = training_folder(out)
    material = gather(folder, lesson.model, lesson.solos, lesson.held_out, resume, compiled)
    trainer = _trainer(lesson, material, folder)
    if resume:
        trainer.resume()
    else:
        shutil.rmtree(folder / "checkpoints", ignore_errors=True)
    layers = trainer.run(on_step, on_epoch, should_stop)
    if lesson.half:
        layers.set_weights({
            name: value.astype(np.float16) for name, value in layers.get_weights().items()
        })  # fmt: skip
    facts = {
        "data": _data_facts(lesson, material),
        "training": {**asdict(lesson.training), "best_epoch": trainer.best_epoch},
        "figures": _figures(trainer, material.held_out or material.learnt, material.learnt),
    }
    card = model_card(out.name, layers, facts)
    save_model(out, layers, facts, card, half=lesson.half)
    return {
        "model": str(out),
        "epochs": len(trainer.history),
        "best_epoch": trainer.best_epoch,
        "parameters": layers.count_params(),
        **facts["figures"],
    }


def _trainer(lesson: Lesson, material: Material, folder: Path) -> Trainer:
    from jazzgen.nn.layers import ImproviserLayers
    from jazzgen.nn.licks import Licks
    from jazzgen.nn.training import Trainer

    training = material.training
    if lesson.teacher is not None:
        training = _taught(lesson, lesson.teacher, material)
    trainer = Trainer(
        lesson.model,
        lesson.training,
        training,
        material.judging,
        material.vocabulary,
        folder,
        _data_hash(lesson, material.sha256),
        material.performers,
    )
    if isinstance(trainer.layers, ImproviserLayers):
        trainer.layers.licks = Licks(material.book)
        trainer.layers.heard = tuple(material.heard.values())
    return trainer


def _taught(lesson: Lesson, teacher: Improviser, material: Material) -> list[Example]:
    """The examples with what the teacher expects, and what it plays itself."""
    played = list(imitations(teacher, lesson.solos, lesson.imitations))
    own = [
        make_example(one, None, material.performers, material.book.expect(one.pitch))
        for one in played
    ]
    share = lesson.training.distillation
    return [
        *taught(teacher, material.learnt, material.training, share),
        *taught(teacher, played, own, 1.0),
    ]


def _data_hash(lesson: Lesson, solos: str) -> str:
    """Identifies what is learnt from: the solos, and what a teacher makes of them."""
    if lesson.teacher is None:
        return solos
    weights = lesson.teacher.layers.get_weights()
    told = hashlib.sha256(f"{solos} {lesson.imitations}".encode())
    for name in sorted(weights):
        told.update(weights[name].tobytes())
    return told.hexdigest()


def _data_facts(lesson: Lesson, material: Material) -> dict[str, Any]:
    return {
        "description": lesson.description,
        "solos": len(material.learnt),
        "notes": sum(sequence.notes for sequence in material.learnt),
        "held_out_solos": len(material.held_out),
        "held_out_notes": sum(sequence.notes for sequence in material.held_out),
        "sha256": material.sha256,
    }


def _figures(
    trainer: Trainer, measured: Sequence[ValueSequence], training: Sequence[ValueSequence]
) -> dict[str, float]:
    from jazzgen.evaluation.predictive import evaluate

    found = evaluate(trainer.layers, measured, training, graph=trainer.graph)
    return {
        "bits_per_note": round(found["bits_per_note"], 4),
        "pitch_perplexity_notes_only": round(found["pitch"]["perplexity_notes_only"], 4),
        "trigram_floor_bits_per_note": round(found["floors"]["bits_per_note"], 4),
        "trigram_floor_pitch_perplexity": round(found["floors"]["pitch_perplexity_notes_only"], 4),
        "wrong_chord_delta_bits": round(found["wrong_chord_delta_bits"], 4),
    }
