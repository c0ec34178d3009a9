"""Distillation: a model is trained on another model's distributions, and on solos that it plays.

A teacher predicts the solos that it was trained on better than new ones. The solos that it plays
itself are new to it, and there is no limit to their number.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray

from jazzgen.config import ModelConfig, SamplingConfig
from jazzgen.encoding.examples import Example, make_example
from jazzgen.encoding.plan import HeardColumn
from jazzgen.encoding.sequence import HistoryColumn, ValueSequence, value_sequence
from jazzgen.encoding.values import REST
from jazzgen.errors import ConfigError
from jazzgen.improviser import Improviser
from jazzgen.music.solo import Solo
from jazzgen.nn.editions import EDITIONS
from jazzgen.nn.presets import preset_of

if TYPE_CHECKING:
    from jazzgen.nn.keras_engine.improviser import ImproviserLayers
    from jazzgen.training.compiled_corpus import CompiledCorpus

__all__ = ["Distillation", "imitations", "notes_alone", "planned_by_turns", "with_soft_targets"]

PLAIN = SamplingConfig(
    temperature=1.0, top_p=1.0, min_p=0.0, low=40, high=90, licks=0.0, silence=0.0, breath=0.0,
    avoid=0.0, enclosures=0.0, recall=0.0,
)  # fmt: skip
"""Sampling from the teacher's distributions as they are."""


PLANNED_SHARE = 0.5
"""The weight of a teacher that hears no plan in solos that do, as a share of its usual weight."""


@dataclass(frozen=True, kw_only=True)
class Distillation:
    """A teacher for a `training.run.TrainingJob`.

    Args:
        teacher: The model that is distilled.
        imitations: How many solos the teacher plays over the chart of each training solo, to
            be trained on as well.

    Raises:
        ConfigError: The teacher is of the classic preset.
    """

    teacher: Improviser
    imitations: int = 0

    def __post_init__(self) -> None:
        preset = preset_of(self.teacher.engine.config)
        if not preset.distils:
            raise ConfigError(
                f"teacher {self.teacher.name}: expected a model of the improviser preset, got a "
                f"{preset.name} one"
            )

    def check(self, model: ModelConfig) -> None:
        """Check that a model of this architecture can be taught.

        Raises:
            ConfigError: It is not of the improviser preset.
        """
        if not preset_of(model).distils:
            raise ConfigError("teacher: only a model of the improviser preset is taught")

    def data_hash(self, solos: str) -> str:
        """Return a hash that identifies the training data: the solos and the teacher.

        Args:
            solos: The `corpus_hash` of the training solos.
        """
        digest = hashlib.sha256(f"{solos} {self.imitations}".encode())
        weights = self.teacher.layers.get_weights()
        for name in sorted(weights):
            digest.update(weights[name].tobytes())
        return digest.hexdigest()

    def examples(
        self, corpus: CompiledCorpus, solos: Sequence[Solo], share: float
    ) -> list[Example]:
        """Return the training examples with the teacher's distributions, then its own solos.

        Args:
            corpus: The compiled training solos.
            solos: The same solos; the teacher plays over their charts.
            share: The teacher's weight in the targets of the training solos, from 0 to 1.
        """
        played = list(imitations(self.teacher, solos, self.imitations))
        own = [
            notes_alone(
                make_example(one, None, corpus.assets.known, corpus.assets.licks.expect(one.pitch))
            )
            for one in played
        ]
        real, sequences = list(corpus.training), list(corpus.solos)
        if all(one.plan is None for one in real):
            return [
                *with_soft_targets(self.teacher, sequences, real, share),
                *with_soft_targets(self.teacher, played, own, 1.0),
            ]
        # Solos come once with their plan and once without, and of the teacher's own solos one in
        # `imitations` comes without.
        shown = [*map(_with_plan, real, count())]
        hidden = [one.without_plan() for one in real]
        apart = [number % max(self.imitations, 1) == 0 for number in range(len(own))]
        return [
            *self._shown(sequences, shown, share),
            *with_soft_targets(self.teacher, sequences, hidden, share),
            *self._shown(
                [one for one, out in zip(played, apart, strict=True) if not out],
                [_with_plan(one, n) for n, one in enumerate(own) if not apart[n]],
                share,
            ),
            *with_soft_targets(
                self.teacher,
                [one for one, out in zip(played, apart, strict=True) if out],
                [one.without_plan() for one, out in zip(own, apart, strict=True) if out],
                1.0,
            ),
        ]

    def _shown(
        self, sequences: Sequence[ValueSequence], examples: Sequence[Example], share: float
    ) -> list[Example]:
        """Return examples that hear a plan, with the teacher's distributions."""
        hears = EDITIONS[self.teacher.engine.config.edition].hears_plan
        if hears:
            return with_soft_targets(self.teacher, sequences, examples, share)
        # A teacher that hears no plan knows least where it matters most: when phrases and
        # silences end, and which idea returns.
        return with_soft_targets(
            self.teacher, sequences, examples, PLANNED_SHARE * share, _is_planned
        )


def _is_planned(example: Example) -> NDArray[np.bool_]:
    """Whether the value of each step is planned: a rest, or part of an idea that returns."""
    recall = example.inputs["history"][:, HistoryColumn.PLAN + HeardColumn.RECALL]
    return np.asarray((example.targets["pitch"] == REST) | (recall > 0))


def _with_plan(example: Example, number: int) -> Example:
    """Return an example that hears its plan, with errors of its own.

    Args:
        example: The example.
        number: Its number, the seed of the errors.
    """
    return example.with_plan(np.random.default_rng([number, 3]))


def planned_by_turns(examples: Iterable[Example]) -> list[Example]:
    """Return examples of which every other one hears its plan, and the rest hear none."""
    return [
        _with_plan(one, number) if number % 2 else one.without_plan()
        for number, one in enumerate(examples)
    ]


def notes_alone(example: Example) -> Example:
    """Return an example from which nobody learns how notes are played, as from real solos."""
    return replace(example, notes=np.zeros_like(example.notes))


def imitations(teacher: Improviser, solos: Sequence[Solo], count: int) -> Iterator[ValueSequence]:
    """Yield solos that a teacher plays over the charts of other solos.

    The performer that each solo is played like is drawn by its seed.

    Args:
        teacher: The model that plays.
        solos: The solos.
        count: How many solos it plays over each chart.
    """
    for number, solo in enumerate(solos):
        seeds = range(number * count, (number + 1) * count)
        soloists = teacher.choose_soloists(solo.chart, seeds, PLAIN)
        takes = teacher.play(solo.chart, seeds, soloists, PLAIN)
        for take, like in zip(takes, soloists, strict=True):
            if take.notes:
                yield value_sequence(replace(take, performer=like.performer, title=solo.title))


def with_soft_targets(
    teacher: Improviser,
    sequences: Sequence[ValueSequence],
    examples: Sequence[Example],
    share: float,
    alone: Callable[[Example], NDArray[np.bool_]] | None = None,
) -> list[Example]:
    """Return examples whose targets are mixed with a teacher's distributions.

    Args:
        teacher: The model whose distributions are mixed in.
        sequences: The solos.
        examples: The same solos as examples of the model in training, with its lick n-grams.
        share: The teacher's weight in the mixture, from 0 to 1.
        alone: A function that says at which steps of an example the teacher has no weight.
    """
    from jazzgen.training.teacher import distil, expectations

    # The teacher numbers performers in its own way; what the lick n-grams say is the same.
    observations = [
        make_example(
            sequence, None, teacher.engine.assets.known, example.inputs["licks"]
        ).like_plan_of(example)
        for sequence, example in zip(sequences, examples, strict=True)
    ]
    expected = expectations(cast("ImproviserLayers", teacher.layers), observations)
    shares = [
        np.where(alone(example), 0.0, share) if alone else np.full(len(example), share)
        for example in examples
    ]
    return [distil(*three) for three in zip(examples, expected, shares, strict=True)]
