"""The compiled corpus: training data on disk, made by reading one solo at a time.

A corpus may be larger than memory: compiled data is mapped into memory, not loaded.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy as np

from jazzgen.config import ModelConfig
from jazzgen.datasets.corpus import corpus_hash
from jazzgen.datasets.sequence_store import (
    SequenceStore,
    read_examples,
    store_examples,
    store_sequences,
)
from jazzgen.encoding.examples import Example
from jazzgen.encoding.lick_ngrams import LickNgrams
from jazzgen.encoding.sequence import ValueSequence
from jazzgen.errors import DatasetError, InputError
from jazzgen.music.solo import Solo
from jazzgen.nn.assets import Assets
from jazzgen.nn.presets import preset_of
from jazzgen.runtime.files import open_file
from jazzgen.runtime.replace_folder import replace_folder, restore_folder

__all__ = ["CompiledCorpus", "Start", "compile_corpus", "drop_compiled"]

T = TypeVar("T")

FORMAT = 4
"""The version of the compiled format; data of another version is compiled again."""

FOLDER = "compiled"
FACTS, LICK_NGRAMS = "facts.json", "licks.npy"
TRAINING_SOLOS, HELD_OUT, TRAINING, VALIDATION = "learnt", "held-out", "training", "judging"


class Start(Protocol):
    """A model that a run starts from: see `distillation.fine_tuning.FineTuning`."""

    @property
    def sha256(self) -> str:
        """A hash that identifies it."""

    def fit(self, solos: SequenceStore) -> tuple[Assets, Iterable[tuple[int, Example]]]:
        """Return what the new model keeps beside its weights, and the training examples.

        Args:
            solos: The training solos.

        Returns:
            The assets, and for each solo its index and its example, in any order.
        """


@dataclass(frozen=True)
class CompiledCorpus:
    """Training data on disk, with the statistics that training needs.

    Sequences are read from disk when they are asked for.

    Args:
        solos: The training solos.
        held_out: The validation solos.
        training: Examples of the training solos.
        validation: Examples of the validation solos.
        sha256: The `corpus_hash` of the training solos.
        assets: What the model keeps of its training data beside its weights.
    """

    solos: Sequence[ValueSequence]
    held_out: Sequence[ValueSequence]
    training: Sequence[Example]
    validation: Sequence[Example]
    sha256: str
    assets: Assets


def compile_corpus(
    folder: Path,
    model: ModelConfig,
    solos: Sequence[Solo],
    held_out: Sequence[Solo],
    reuse: bool = False,
    on_solo: Callable[[int, int], None] = lambda _done, _all: None,
    start: Start | None = None,
) -> CompiledCorpus:
    """Compile the training and validation solos into a folder beside the checkpoints.

    Args:
        folder: The folder of the training run.
        model: The architecture: its preset, and how many values its vocabulary has.
        solos: The training solos.
        held_out: The validation solos.
        reuse: Whether to use data that was compiled before, if it is of the same solos.
        on_solo: Called after each solo with the steps done and the steps in all; if it
            raises an exception, compiling stops.
        start: The model that the run starts from, if any.

    Raises:
        DatasetError: A solo cannot be read, or there are no notes.
        OutputError: The folder cannot be written, or the disk is full.
    """
    path = folder / FOLDER
    restore_folder(path)
    if reuse:
        asked = _facts(model, start, corpus_hash(solos), corpus_hash(held_out))
        found = _open(path)
        if found is not None and _read_facts(path).items() >= asked.items():
            return found
    with replace_folder(path) as beside:
        _compile(beside, model, solos, held_out, on_solo, start)
    made = _open(path)
    if made is None:
        raise DatasetError(f"{path}: what was compiled there cannot be read")
    return made


def drop_compiled(folder: Path) -> None:
    """Remove what `compile_corpus` made in the folder of a run."""
    shutil.rmtree(folder / FOLDER, ignore_errors=True)


def _facts(
    model: ModelConfig, start: Start | None, training_solos: str, held_out: str
) -> dict[str, Any]:
    """What must be the same for compiled data to be used again."""
    return {"format": FORMAT, "preset": model.preset, "values": model.values,
            "start": start.sha256 if start else "",
            TRAINING_SOLOS: training_solos, HELD_OUT: held_out}  # fmt: skip


def _compile(
    folder: Path,
    model: ModelConfig,
    solos: Sequence[Solo],
    held_out: Sequence[Solo],
    on_solo: Callable[[int, int], None],
    start: Start | None,
) -> None:
    everything, done = 2 * (len(solos) + len(held_out)), count(1)

    def counted(items: Iterable[T]) -> Iterator[T]:
        for item in items:
            yield item
            on_solo(next(done), everything)

    hashes = [store_sequences(folder / name, counted(side))
              for name, side in ((TRAINING_SOLOS, solos), (HELD_OUT, held_out))]  # fmt: skip
    store = SequenceStore(folder / TRAINING_SOLOS)
    validation = SequenceStore(folder / HELD_OUT).sequences
    preset = preset_of(model)
    assets, training = start.fit(store) if start else preset.fit(model, store)
    store_examples(folder / TRAINING, counted(training))
    store_examples(folder / VALIDATION, enumerate(
        preset.example(solo, assets) for solo in counted(validation)
    ))  # fmt: skip
    ngrams = assets.licks
    np.save(folder / LICK_NGRAMS, [ngrams.parent, ngrams.step, ngrams.count])
    facts = _facts(model, start, *hashes) | {"assets": assets.to_json()}
    (folder / FACTS).write_text(json.dumps(facts), encoding="utf-8")


def _open(folder: Path) -> CompiledCorpus | None:
    """The compiled corpus in a folder, or None where it is missing or damaged."""
    try:
        facts = _read_facts(folder)
        with open_file(folder / LICK_NGRAMS) as file:
            ngrams = LickNgrams(*np.load(file))
        return CompiledCorpus(
            SequenceStore(folder / TRAINING_SOLOS).sequences,
            SequenceStore(folder / HELD_OUT).sequences,
            read_examples(folder / TRAINING),
            read_examples(folder / VALIDATION),
            facts[TRAINING_SOLOS],
            Assets.from_json(facts["assets"], ngrams),
        )
    except (OSError, EOFError, ValueError, KeyError, TypeError, InputError):
        return None


def _read_facts(folder: Path) -> dict[str, Any]:
    with open_file(folder / FACTS) as file:
        return dict(json.load(file))
