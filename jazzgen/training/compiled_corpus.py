"""What a model learns from, compiled on disk: solos are read one at a time, never all of them."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from jazzgen.config import ModelConfig
from jazzgen.datasets.corpus import corpus_hash
from jazzgen.datasets.sequence_store import (
    SequenceStore,
    read_examples,
    store_examples,
    store_sequences,
)
from jazzgen.encoding.examples import Example, make_example
from jazzgen.encoding.lick_counts import collect_licks
from jazzgen.encoding.lick_ngrams import LickBook
from jazzgen.encoding.sequence import ValueSequence
from jazzgen.encoding.vocabulary import JointVocabulary
from jazzgen.errors import DatasetError, ModelError
from jazzgen.music.solo import Solo
from jazzgen.runtime.atomic import replace_folder

__all__ = ["Material", "drop_material", "gather"]

T = TypeVar("T")

FORMAT = 1
"""Of what is compiled; another one is compiled anew."""

FOLDER = "compiled"
FACTS, BOOK = "facts.json", "licks.npy"
LEARNT, HELD_OUT, TRAINING, JUDGING = "learnt", "held-out", "training", "judging"


@dataclass(frozen=True)
class Material:
    """What a model learns from, and what is known of it.

    Args:
        learnt: Solos to learn from.
        held_out: Solos to choose by.
        training: The former as examples.
        judging: The latter as examples.
        sha256: The `corpus_hash` of the solos to learn from.
        heard: Everybody who is named among their players (improviser only), in order, and
            how many solos each played; nobody, where all are one and the same.
        vocabulary: The classic preset's joint values.
        book: The licks that players share (improviser only).
    """

    learnt: Sequence[ValueSequence]
    held_out: Sequence[ValueSequence]
    training: Sequence[Example]
    judging: Sequence[Example]
    sha256: str
    heard: dict[str, int]
    vocabulary: JointVocabulary | None
    book: LickBook

    @property
    def performers(self) -> tuple[str, ...]:
        """Names of those who are heard."""
        return tuple(self.heard)


def gather(
    folder: Path,
    model: ModelConfig,
    solos: Sequence[Solo],
    held_out: Sequence[Solo],
    again: bool = False,
    on_solo: Callable[[int, int], None] = lambda _done, _all: None,
) -> Material:
    """Compile what a model learns from, in a folder beside its checkpoints.

    Args:
        folder: That of the training run.
        model: The architecture: its preset, and how many values it knows.
        solos: Solos to learn from.
        held_out: Solos to choose by.
        again: Take what was compiled before, if it is of the same solos.
        on_solo: Told how much of the work is done and how much there is, after each solo;
            what it raises ends the work.

    Raises:
        DatasetError: A solo cannot be read, or there are no notes.
        OutputError: The folder cannot be written, or the disk is full.
    """
    place = folder / FOLDER
    if again:
        asked = _facts(model, corpus_hash(solos), corpus_hash(held_out))
        found = _open(place)
        if found is not None and _read_facts(place).items() >= asked.items():
            return found
    for left in folder.glob(f".{FOLDER}.*"):  # by a run that was killed
        shutil.rmtree(left, ignore_errors=True)
    with replace_folder(place) as beside:
        _compile(beside, model, solos, held_out, on_solo)
    made = _open(place)
    if made is None:
        raise DatasetError(f"{place}: what was compiled there cannot be read")
    return made


def drop_material(folder: Path) -> None:
    """Remove what `gather` compiled, and a training run's folder that held nothing else."""
    shutil.rmtree(folder / FOLDER, ignore_errors=True)
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()


def _facts(model: ModelConfig, learnt: str, held_out: str) -> dict[str, Any]:
    """What must be the same if something is to be taken again."""
    return {"format": FORMAT, "preset": model.preset, "values": model.values,
            LEARNT: learnt, HELD_OUT: held_out}  # fmt: skip


def _compile(
    folder: Path,
    model: ModelConfig,
    solos: Sequence[Solo],
    held_out: Sequence[Solo],
    on_solo: Callable[[int, int], None],
) -> None:
    everything, done = 2 * (len(solos) + len(held_out)), count(1)

    def counted(items: Iterable[T]) -> Iterator[T]:
        for item in items:
            yield item
            on_solo(next(done), everything)

    hashes = [store_sequences(folder / name, counted(side))
              for name, side in ((LEARNT, solos), (HELD_OUT, held_out))]  # fmt: skip
    learnt, judging = SequenceStore(folder / LEARNT), SequenceStore(folder / HELD_OUT).sequences
    heard: dict[str, int] = {}
    vocabulary, book = None, LickBook.empty()
    if model.preset == "classic":
        vocabulary = JointVocabulary.fit(learnt.sequences, model.values)
        training: Iterator[tuple[int, Example]] = (
            (number, make_example(solo, vocabulary)) for number, solo in enumerate(learnt.sequences)
        )
    else:
        heard = _heard(names.performer for names in learnt.names)
        book, told = collect_licks(learnt.lines, [names.tune for names in learnt.names])
        training = (
            (number, make_example(learnt.sequences[number], None, tuple(heard), licks))
            for number, licks in told
        )
    store_examples(folder / TRAINING, counted(training))
    store_examples(folder / JUDGING, enumerate(
        make_example(solo, vocabulary, tuple(heard), book.expect(solo.pitch))
        for solo in counted(judging)
    ))  # fmt: skip
    np.save(folder / BOOK, [book.parent, book.step, book.count])
    facts = _facts(model, *hashes)
    facts |= {"heard": heard, "vocabulary": vocabulary.rows if vocabulary else None}
    (folder / FACTS).write_text(json.dumps(facts), encoding="utf-8")


def _open(folder: Path) -> Material | None:
    """What was compiled in a folder, if it is there and whole."""
    try:
        facts = _read_facts(folder)
        book = LickBook(*np.load(folder / BOOK))
        rows = facts["vocabulary"]
        return Material(
            SequenceStore(folder / LEARNT).sequences,
            SequenceStore(folder / HELD_OUT).sequences,
            read_examples(folder / TRAINING),
            read_examples(folder / JUDGING),
            facts[LEARNT],
            facts["heard"],
            JointVocabulary.from_rows(rows) if rows else None,
            book,
        )
    except (OSError, EOFError, ValueError, KeyError, TypeError, DatasetError, ModelError):
        return None


def _read_facts(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / FACTS).read_text(encoding="utf-8")))


def _heard(performers: Iterator[str]) -> dict[str, int]:
    from jazzgen.nn.folder import is_name

    counts = Counter(name for name in performers if is_name(name))
    return {name: counts[name] for name in sorted(counts)} if len(counts) > 1 else {}
