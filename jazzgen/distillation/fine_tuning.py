"""Fine-tuning: a trained model goes on learning from a few solos of one player.

A network that is trained on something new forgets what it knew. So it rehearses: among the new
solos it is trained on solos that it has played itself, where its targets are its own former
predictions (Robins, *Catastrophic forgetting, rehearsal and pseudorehearsal*, 1995; Li and Hoiem,
*Learning without forgetting*, 2016). Nobody needs the solos that it was once trained on. What the
solos of the rehearsal that were set apart cost now and cost before tells how much it has forgotten.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jazzgen.datasets.sequence_store import SequenceStore
from jazzgen.distillation.distil import (
    imitations,
    notes_alone,
    planned_by_turns,
    with_soft_targets,
)
from jazzgen.encoding.examples import Example
from jazzgen.encoding.sequence import ValueSequence, value_sequence
from jazzgen.errors import ConfigError
from jazzgen.improviser import Improviser
from jazzgen.music.solo import Solo
from jazzgen.nn.assets import Assets, is_name
from jazzgen.nn.folder import ModelFiles
from jazzgen.nn.new_performers import add_performers
from jazzgen.nn.planner import Planner
from jazzgen.nn.presets import preset_of, profiles_of
from jazzgen.training.compiled_corpus import CompiledCorpus
from jazzgen.training.progress import Guard

__all__ = ["FineTuning"]

GUARDED = 4
"""One solo of the rehearsal in this many is set apart."""
MOST = 128
"""The number of solos that are rehearsed: of more, those at equal distances in their list."""


@dataclass(frozen=True, kw_only=True)
class FineTuning:
    """A model that goes on learning: the base of a `training.run.TrainingJob`.

    Args:
        files: The model.
        model: The same model, to play and to predict.
        rehearsal: The solos of the rehearsal; over their charts the model plays its own.
        played: Whether the model plays them itself; else these solos are rehearsed as they are.
        forgetting: The bits per note by which the cost of the rehearsal may rise.
        data: What the model was trained on, for the card.

    Raises:
        ConfigError: The model is of a preset whose models do not go on learning.
    """

    files: ModelFiles
    model: Improviser
    rehearsal: Sequence[Solo]
    played: bool = True
    forgetting: float = 0.05
    data: str = "solos"

    def __post_init__(self) -> None:
        preset = preset_of(self.files.config)
        if not preset.distils:
            raise ConfigError(
                f"{self.model.name}: expected a model of the improviser preset, got a "
                f"{preset.name} one, which can only be trained from scratch"
            )

    @cached_property
    def sha256(self) -> str:
        """A hash of the model, and of what it rehearses."""
        digest = hashlib.sha256(f"{self.played} {self.forgetting}".encode())
        for name in sorted(self.files.tensors):
            digest.update(self.files.tensors[name].tobytes())
        for sequence in self._rehearsed:
            digest.update(sequence.pitch.tobytes() + sequence.duration.tobytes())
        return digest.hexdigest()

    @property
    def facts(self) -> dict[str, Any]:
        """What the new model comes from, for its manifest and its card."""
        return {
            "model": self.model.name,
            "data": self.data,
            "rehearsed_solos": len(self._rehearsed),
            "played_by_itself": self.played,
            "most_forgotten_bits": self.forgetting,
        }

    @property
    def planner(self) -> Planner | None:
        """The network that plans what the model plays: that of the new model, too."""
        return self.files.assets.planner

    def fit(self, solos: SequenceStore) -> tuple[Assets, Iterable[tuple[int, Example]]]:
        """Return the assets of the new model, and the examples of its solos.

        Licks and names stay; performers that the model does not know are added, and the solos'
        profiles, if the model has any.

        Args:
            solos: The further solos.
        """
        counts = Counter(names.performer for names in solos.names if is_name(names.performer))
        assets = add_performers(self.files, counts).assets
        if assets.profiles:
            profiles = sorted([*assets.profiles, *profiles_of(solos)])
            assets = replace(assets, profiles=tuple(profiles))
        preset = preset_of(self.files.config)
        return assets, (
            (number, preset.example(sequence, assets))
            for number, sequence in enumerate(solos.sequences)
        )

    def weights(self, assets: Assets) -> Mapping[str, NDArray[np.floating[Any]]]:
        """Return the model's weights, with those of the performers that were added.

        Args:
            assets: What the new model keeps beside its weights.
        """
        added = set(assets.performers) - set(self.files.assets.performers)
        return add_performers(self.files, dict.fromkeys(added, 1)).tensors

    def targets(self, corpus: CompiledCorpus, share: float) -> list[Example]:
        """Return the examples of the further solos.

        Where a solo has no loudness, nothing is learned of how notes are played.

        Args:
            corpus: The compiled solos.
            share: The weight of the model's own predictions in the targets, from 0 to 1.
        """
        heard = [
            one if one.targets["loudness"].any() else notes_alone(one) for one in corpus.training
        ]
        # Each solo comes once with its plan and once without: there are few.
        twice = planned_by_turns(one for one in heard for _ in range(2))
        sequences = [one for one in corpus.solos for _ in range(2)]
        return with_soft_targets(self.model, sequences, twice, share)

    def rehearsal_examples(self, assets: Assets) -> tuple[list[Example], Guard]:
        """Return examples that ask for the model's former predictions, and the guard.

        Args:
            assets: What the new model keeps beside its weights.
        """
        preset = preset_of(self.files.config)
        examples = planned_by_turns(preset.example(one, assets) for one in self._rehearsed)
        taught = with_soft_targets(self.model, self._rehearsed, examples, 1.0)
        guarded = taught[::GUARDED]
        kept = [one for number, one in enumerate(taught) if number % GUARDED]
        return kept, Guard(solos=guarded, limit=self.forgetting)

    @cached_property
    def _rehearsed(self) -> list[ValueSequence]:
        everything = len(self.rehearsal)
        chosen = [
            self.rehearsal[number] for number in range(0, everything, -(-everything // MOST) or 1)
        ]
        if self.played:
            return list(imitations(self.model, chosen, 1))
        return [value_sequence(solo) for solo in chosen if len(solo.notes) > 1]
