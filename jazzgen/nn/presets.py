"""Presets: the kinds of model that jazzgen trains and plays.

A preset is one object, registered under its name. It determines what a model keeps of its
training data, how a solo becomes an example, and how large the weights are; and it makes the
two forms of a model: the shared layers of the Keras engine (with their training graph and
their likelihood) and the light model of the NumPy engine. Their modules are imported on demand,
so playing with the NumPy engine does not load Keras.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from jazzgen.config import CLASSIC, IMPROVISER, PRESETS, ModelConfig, PresetSettings
from jazzgen.encoding.examples import Example, make_example
from jazzgen.encoding.lick_counts import collect_licks
from jazzgen.encoding.sequence import ValueSequence
from jazzgen.encoding.vocabulary import JointVocabulary
from jazzgen.errors import ModelError
from jazzgen.nn.assets import Assets, Profile, is_name
from jazzgen.nn.weights import Shapes, classic_shapes, improviser_shapes

if TYPE_CHECKING:
    from jazzgen.datasets.sequence_store import SequenceStore
    from jazzgen.nn.engine import Conditions, Player, Task
    from jazzgen.nn.keras_engine.shared_layers import SharedLayers
    from jazzgen.rnn.cell import Cell
    from jazzgen.rnn.sequences import Run

__all__ = [
    "LightModel",
    "Preset",
    "preset_of",
    "profiles_of",
    "register_preset",
    "unregister_preset",
]

Tensors = Mapping[str, NDArray[np.float32]]
Examples = Iterator[tuple[int, Example]]


class LightModel(Protocol):
    """A model in NumPy."""

    def make_player(self, task: Task, rewinds: bool) -> Player:
        """Return a player at the chart's beginning (see `nn.engine.Engine.make_player`).

        Args:
            task: What is to be played.
            rewinds: Whether the player will be rewound or cut.
        """

    def bits_per_note(self, sequence: ValueSequence, conditions: Conditions) -> float:
        """Return the cost of a solo in bits per note, with teacher forcing.

        Args:
            sequence: The solo.
            conditions: Its conditions.

        Returns:
            The cost of the counted steps, divided by the number of counted notes; infinite if
            there are none.
        """

    def last_errors(
        self, sequence: ValueSequence, length: int
    ) -> tuple[Cell, Run, NDArray[np.float32]]:
        """Run the first steps of a solo, and return the error at the end of them.

        From there it can be propagated back through time.

        Args:
            sequence: The solo, of more than `length` values.
            length: T, the number of steps.

        Returns:
            The last of the stacked cells, its run over the T steps, and ∂loss/∂a⟨T⟩, (1, U).
        """


class Preset(ABC):
    """A kind of model."""

    settings: PresetSettings
    """Its name, and its default settings where they differ from other presets'."""
    distils: bool = False
    """Whether a model of the preset can learn from another one, or go on learning from more solos
    (see `distillation`)."""
    plans: bool = False
    """Whether its models may have a planner (see `nn.planner`)."""
    expressive: bool = False
    """Whether its models play notes with loudness and timing."""

    @property
    def name(self) -> str:
        """The preset's name in settings, in model files and on the command line."""
        return self.settings.name

    def check(self, _assets: Assets) -> None:
        """Check that a model has the assets that it needs.

        Raises:
            ModelError: One is missing.
        """
        return

    @abstractmethod
    def fit(self, config: ModelConfig, solos: SequenceStore) -> tuple[Assets, Examples]:
        """Collect what a model keeps of its training solos, and make the training examples.

        Args:
            config: The architecture.
            solos: The training solos.

        Returns:
            The assets, and for each solo its index and its example, in any order.
        """

    @abstractmethod
    def example(self, sequence: ValueSequence, assets: Assets) -> Example:
        """Return the training graph's inputs and targets for a solo outside the training data.

        Args:
            sequence: The solo.
            assets: The assets of the model.
        """

    @abstractmethod
    def weight_shapes(self, config: ModelConfig, assets: Assets) -> Shapes:
        """Return the shape of each weight by its name on disk.

        Args:
            config: The architecture.
            assets: The assets of the model.
        """

    @abstractmethod
    def make_layers(self, config: ModelConfig, assets: Assets) -> SharedLayers:
        """Return a model for the Keras engine, freshly initialised; loads Keras.

        Args:
            config: The architecture.
            assets: The assets of the model.
        """

    @abstractmethod
    def make_light(self, config: ModelConfig, assets: Assets, tensors: Tensors) -> LightModel:
        """Return a model for the NumPy engine.

        Args:
            config: The architecture.
            assets: The assets of the model.
            tensors: The weights by their names on disk, float32, with the shapes that
                `weight_shapes` returns.
        """


class _Classic(Preset):
    """The course's model: a sequence of joint values, generated without regard to the chart."""

    settings = CLASSIC

    def check(self, assets: Assets) -> None:
        """See `Preset.check`."""
        _vocabulary(assets)

    def fit(self, config: ModelConfig, solos: SequenceStore) -> tuple[Assets, Examples]:
        """See `Preset.fit`."""
        vocabulary = JointVocabulary.fit(solos.sequences, config.values)
        examples = (make_example(solo, vocabulary) for solo in solos.sequences)
        return Assets(vocabulary=vocabulary), enumerate(examples)

    def example(self, sequence: ValueSequence, assets: Assets) -> Example:
        """See `Preset.example`."""
        return make_example(sequence, _vocabulary(assets))

    def weight_shapes(self, config: ModelConfig, assets: Assets) -> Shapes:
        """See `Preset.weight_shapes`."""
        return classic_shapes(config, len(_vocabulary(assets)))

    def make_layers(self, config: ModelConfig, assets: Assets) -> SharedLayers:
        """See `Preset.make_layers`."""
        from jazzgen.nn.keras_engine.classic import ClassicLayers

        return ClassicLayers(config, _vocabulary(assets))

    def make_light(self, config: ModelConfig, assets: Assets, tensors: Tensors) -> LightModel:
        """See `Preset.make_light`."""
        from jazzgen.nn.numpy_engine.classic import LightClassic

        return LightClassic(config, tensors, _vocabulary(assets))


class _Improviser(Preset):
    """Pitch, then duration given the pitch, relative to a chart that is known in advance."""

    settings = IMPROVISER
    distils = True
    plans = True
    expressive = True

    def fit(self, _config: ModelConfig, solos: SequenceStore) -> tuple[Assets, Examples]:
        """See `Preset.fit`; the predictions of the lick n-grams come from other tunes' solos."""
        counts = _counts(names.performer for names in solos.names)
        licks, expected = collect_licks(solos.lines, [names.tune for names in solos.names])
        assets = Assets(
            performers=tuple(counts),
            performer_counts=tuple(counts.values()),
            instruments=tuple(_counts(names.instrument for names in solos.names)),
            styles=tuple(_counts(names.style for names in solos.names)),
            feels=tuple(_counts(names.feel for names in solos.names)),
            profiles=profiles_of(solos),
            licks=licks,
        )
        return assets, (
            (number, make_example(solos.sequences[number], None, assets.known, predicted))
            for number, predicted in expected
        )

    def example(self, sequence: ValueSequence, assets: Assets) -> Example:
        """See `Preset.example`."""
        predicted = assets.licks.expect(sequence.pitch)
        return make_example(sequence, None, assets.known, predicted)

    def weight_shapes(self, config: ModelConfig, assets: Assets) -> Shapes:
        """See `Preset.weight_shapes`."""
        return improviser_shapes(config, assets.known)

    def make_layers(self, config: ModelConfig, assets: Assets) -> SharedLayers:
        """See `Preset.make_layers`."""
        from jazzgen.nn.keras_engine.improviser import ImproviserLayers

        return ImproviserLayers(config, assets)

    def make_light(self, config: ModelConfig, assets: Assets, tensors: Tensors) -> LightModel:
        """See `Preset.make_light`."""
        from jazzgen.nn.numpy_engine.improviser import LightImproviser

        return LightImproviser(config, tensors, assets)


_OBJECTS: dict[str, Preset] = {one.name: one for one in (_Classic(), _Improviser())}


def register_preset(preset: Preset) -> Preset:
    """Add a preset, so that its models can be trained and played, and return it.

    Raises:
        ConfigError: Its name is taken or is not a valid name.
    """
    PRESETS.register(preset.settings)
    _OBJECTS[preset.name] = preset
    return preset


def unregister_preset(name: str) -> None:
    """Remove a preset from the registry.

    Raises:
        ConfigError: There is no preset of this name.
    """
    PRESETS.unregister(name)
    del _OBJECTS[name]


def preset_of(config: ModelConfig) -> Preset:
    """Return the preset of a model.

    Raises:
        ConfigError: The preset is not registered.
    """
    return _OBJECTS[PRESETS[config.preset].name]


def _vocabulary(assets: Assets) -> JointVocabulary:
    if assets.vocabulary is None:
        raise ModelError("a classic model needs its vocabulary")
    return assets.vocabulary


def _counts(names: Iterable[str]) -> dict[str, int]:
    """The number of solos of each name; empty if there is only one name: it tells nothing."""
    counts = Counter(name for name in names if is_name(name))
    return {name: counts[name] for name in sorted(counts)} if len(counts) > 1 else {}


def profiles_of(solos: SequenceStore) -> tuple[Profile, ...]:
    """Return the profiles of the solos that have notes, without what can be no name."""
    found = []
    for names, manner in zip(solos.names, solos.manners(), strict=True):
        told = (names.performer, names.instrument, names.style)
        performer, instrument, style = (name if is_name(name) else "" for name in told)
        if manner:
            found.append(Profile(performer, instrument, style, *manner))
    return tuple(sorted(found))
