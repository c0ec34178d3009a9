#!/usr/bin/env python3
"""Measure fine-tuning: a base that has never heard a style is tuned on a few solos of it.

    scripts/tune_left_out.py wjazzd.db --style swing --out runs/swing

trains a base without the solos of a style (or of some performers), then for each size a model
that starts from the base, and one that is trained on the same solos alone. What each costs is
measured on the style's other solos, over other tunes, and what tuning has forgotten on solos of
other styles.
Models that are there are not trained again, and a run that was stopped is resumed.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from jazzgen.config import ModelConfig, TrainingConfig
from jazzgen.datasets.corpus import Corpus, load_corpus, split_by_tune
from jazzgen.distillation.fine_tuning import FineTuning
from jazzgen.encoding.sequence import value_sequence
from jazzgen.errors import DatasetError, JazzgenError
from jazzgen.evaluation.bootstrap import ratio_interval
from jazzgen.improviser import load
from jazzgen.music.solo import Solo
from jazzgen.nn.folder import read_model_folder
from jazzgen.nn.keras_engine.graphs import training_graph
from jazzgen.nn.keras_engine.likelihood import likelihoods
from jazzgen.nn.keras_engine.store import load_model
from jazzgen.training.run import TrainingJob, train

__all__ = ["Split", "main", "split_solos"]

VALID = 0.12
"""The share of the tunes by which the base's best epoch is chosen and forgetting is measured."""


@dataclass(frozen=True, kw_only=True)
class Split:
    """The solos of an experiment; no two of the lists have a tune in common.

    Args:
        base: Those that the base is trained on.
        others: Those of other styles on which forgetting is measured.
        tuning: Those of the style that a model may be tuned on.
        test: Those of the style that all models are measured on.
    """

    base: list[Solo]
    others: list[Solo]
    tuning: list[Solo]
    test: list[Solo]


def split_solos(solos: Sequence[Solo], left_out: Callable[[Solo], bool], most: int) -> Split:
    """Split solos into those of the base and those of the style that is left out.

    Args:
        solos: All solos.
        left_out: Returns whether a solo belongs to the style.
        most: The number of solos to tune on, at most.

    Raises:
        DatasetError: There are too few solos of the style.
    """
    tunes = sorted({solo.tune for solo in solos if left_out(solo)}, key=_draw)
    tuning: list[Solo] = []
    test: list[Solo] = []
    for tune in tunes:
        own = [solo for solo in solos if solo.tune == tune and left_out(solo)]
        (tuning if len(tuning) + len(own) <= most else test).extend(own)
    if len(tuning) < most or not test:
        raise DatasetError(f"expected more than {most} solos to leave out, got {len(tuning)}")
    apart = {solo.tune for solo in (*tuning, *test)}
    rest = Corpus([one for one in solos if not left_out(one) and one.tune not in apart])
    base, others = split_by_tune(rest, VALID)
    return Split(base=list(base), others=list(others), tuning=tuning, test=test)


def _draw(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Costs:
    """What solos cost a model.

    Args:
        nats: The cost of each solo in nats.
        notes: The number of notes of each.
    """

    nats: NDArray[np.float64]
    notes: NDArray[np.float64]

    @property
    def bits(self) -> float:
        """Bits per note of all solos together."""
        return float(self.nats.sum() / self.notes.sum() / np.log(2))

    def gain(self, other: Costs) -> tuple[float, float]:
        """Return the 95 % interval of the bits per note by which another model is dearer."""
        return ratio_interval((other.nats - self.nats) / np.log(2), self.notes, 0)


def measure(model: Path, solos: Sequence[Solo]) -> Costs:
    """Measure a model on solos.

    Args:
        model: The model folder.
        solos: The solos.
    """
    layers = load_model(model)
    examples = [layers.example(value_sequence(solo)) for solo in solos]
    found = likelihoods(training_graph(layers), examples, layers.judge)
    return Costs(
        nats=np.array([one.total[one.counted].sum() for one in found]),
        notes=np.array([(one.counted & one.notes).sum() for one in found], np.float64),
    )


@dataclass(frozen=True, kw_only=True)
class Row:
    """A row of the table: bits per note.

    Args:
        solos: The number of solos of the style that both models have heard.
        base: What the test solos cost the base.
        scratch: What they cost a model that was trained on these solos alone.
        tuned: What they cost the tuned model.
        gain: The 95 % interval of what tuning gains over the base.
        forgotten: By how much solos of other styles have become dearer.
    """

    solos: int
    base: float
    scratch: float
    tuned: float
    gain: tuple[float, float]
    forgotten: float

    def __str__(self) -> str:
        low, high = self.gain
        return (
            f"| {self.solos} | {self.base:.3f} | {self.scratch:.3f} | {self.tuned:.3f} "
            f"[{low:.3f}, {high:.3f}] | {self.forgotten:+.3f} |"
        )


HEADING = """| solos | base | from scratch | tuned [gain over the base, 95 %] | forgotten |
|---|---|---|---|---|"""


def experiment(split: Split, arguments: argparse.Namespace) -> list[Row]:
    """Train what is not there yet, and measure all models.

    Args:
        split: The solos.
        arguments: The command line's.
    """
    out: Path = arguments.out
    architecture = ModelConfig.for_preset(
        "improviser", units=arguments.units, embedding=arguments.embedding, encoder=32
    )
    usual = TrainingConfig.for_preset(
        "improviser", epochs=arguments.epochs, window=128, dropout=0.2, anonymous=0.15
    )
    base_job = TrainingJob(
        model=architecture, training=usual, solos=split.base, held_out=split.others
    )
    base = _trained(out / "base", base_job)
    at_first, elsewhere = measure(base, split.test), measure(base, split.others)
    fine_tuning = FineTuning(
        files=read_model_folder(base), model=load(base), rehearsal=load_corpus("midi_data").solos
    )
    rows = []
    for size in arguments.sizes:
        solos, held_out = split_by_tune(Corpus(split.tuning[:size]), 0.2)
        anew = TrainingJob(
            model=architecture,
            training=TrainingConfig.for_preset("improviser", dropout=0.45),
            solos=solos,
            held_out=held_out,
        )
        tune = replace(anew, training=TrainingConfig.for_tuning("improviser"), base=fine_tuning)
        tuned = _trained(out / f"tuned-{size}", tune)
        scratch = _trained(out / f"scratch-{size}", anew)
        now = measure(tuned, split.test)
        row = Row(
            solos=size,
            base=at_first.bits,
            scratch=measure(scratch, split.test).bits,
            tuned=now.bits,
            gain=now.gain(at_first),
            forgotten=measure(tuned, split.others).bits - elsewhere.bits,
        )
        print(row, flush=True)
        rows.append(row)
    return rows


def _trained(folder: Path, job: TrainingJob) -> Path:
    """The folder of a model, which is trained if it is not there."""
    if not folder.exists():
        train(
            job,
            folder,
            resume=True,
            on_epoch=lambda done: print(f"{folder.name}: {done.row}", file=sys.stderr, flush=True),
        )
    return folder


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("solos", type=Path, help="wjazzd.db, or a dataset with styles")
    parser.add_argument("--style", help="the style to leave out")
    parser.add_argument("--performer", action="append", default=[], help="or whom; repeatable")
    parser.add_argument("--out", type=Path, required=True, help="the folder of all models")
    parser.add_argument("--sizes", type=int, nargs="+", default=[5, 15, 30])
    parser.add_argument("--units", type=int, default=448)
    parser.add_argument("--embedding", type=int, default=192)
    parser.add_argument("--epochs", type=int, default=12, help="of the base")
    arguments = parser.parse_args()
    if bool(arguments.style) == bool(arguments.performer):
        parser.error("expected --style or --performer")

    def left_out(solo: Solo) -> bool:
        return solo.style == arguments.style or solo.performer in arguments.performer

    try:
        solos = load_corpus(arguments.solos).solos
        name = arguments.style or " & ".join(arguments.performer)
        named = [replace(solo, performer=name) if left_out(solo) else solo for solo in solos]
        split = split_solos(named, lambda one: one.performer == name, max(arguments.sizes))
        print(HEADING)
        rows = experiment(split, arguments)
    except JazzgenError as error:
        print(f"tune_left_out: {error}", file=sys.stderr)
        return 2
    results = json.dumps([asdict(row) for row in rows], indent=2)
    (arguments.out / "results.json").write_text(results + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
