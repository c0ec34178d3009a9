"""Presets: the kinds of model that jazzgen trains and plays.

A preset is one object, registered under its name. It says what a model keeps of its
training data, how a solo becomes an example, how large the weights are, and it makes the
two forms of a model: the shared layers of the Keras engine (with their training graph and
their likelihood) and the light model of the NumPy engine. These forms are loaded when they
are asked for, so that playing loads no Keras.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from numpy.typing import NDArray

from jazzgen.config import CLASSIC, IMPROVISER, PRESETS, ModelConfig, PresetSettings
from jazzgen.encoding.examples import Example, make_example
from jazzgen.encoding.lick_counts import collect_licks
from jazzgen.encoding.sequence import ValueSequence
from jazzgen.encoding.vocabulary import JointVocabulary
from jazzgen.errors import ModelError
from jazzgen.nn.assets import Assets
from jazzgen.nn.folder import is_name
from jazzgen.nn.weights import Shapes, classic_shapes, improviser_shapes

if TYPE_CHECKING:
    from jazzgen.datasets.sequence_store import SequenceStore
    from jazzgen.nn.engine import Player, Task
    from jazzgen.nn.keras_engine.shared_layers import SharedLayers
    from jazzgen.rnn.cell import Cell
    from jazzgen.rnn.sequences import Run

__all__ = ["LightModel", "Preset", "preset_of", "register_preset", "unregister_preset"]

Tensors = Mapping[str, NDArray[Any]]
Examples = Iterator[tuple[int, Example]]


class LightModel(Protocol):
    """A model in NumPy."""

    def make_player(self, task: Task, rewinds: bool) -> Player:
        """See `nn.engine.Engine.make_player`."""

    def bits_per_note(self, sequence: ValueSequence, performer: int) -> float:
        """Return what a solo costs, teacher-forced; infinite where nothing is judged.

        Args:
            sequence: The solo.
            performer: Number of its performer, 0 for nobody in particular.
        """

    def last_errors(self, sequence: ValueSequence, length: int) -> tuple[Cell, Run, NDArray[Any]]:
        """Return where an error begins to flow back through a solo's beginning.

        Args:
            sequence: The solo, of more than `length` values.
            length: T, values of the beginning.

        Returns:
            The last of the stacked cells, its run over the T steps, and ∂loss/∂a⟨T⟩, (1, U).
        """


class Preset(ABC):
    """A kind of model."""

    settings: PresetSettings
    """Its name, and the settings in which it differs."""
    distils: bool = False
    """Whether one model of the preset can teach another (see `distillation`)."""
    expressive: bool = False
    """Whether it gives notes a loudness and a timing."""

    @property
    def name(self) -> str:
        """What settings, model files and the command line call it."""
        return self.settings.name

    def check(self, _assets: Assets) -> None:
        """Check that a model has the assets that it needs.

        Raises:
            ModelError: One is missing.
        """
        return

    @abstractmethod
    def fit(self, config: ModelConfig, solos: SequenceStore) -> tuple[Assets, Examples]:
        """Return what a model keeps of its training solos, and their examples with numbers.

        Args:
            config: The architecture.
            solos: The training solos. The examples may come in any order, one for each.
        """

    @abstractmethod
    def example(self, sequence: ValueSequence, assets: Assets) -> Example:
        """Return a solo that was not trained on as the training graph takes it.

        Args:
            sequence: The solo.
            assets: The model's.
        """

    @abstractmethod
    def weight_shapes(self, config: ModelConfig, assets: Assets) -> Shapes:
        """Return the shape of each weight by its name on disk.

        Args:
            config: The architecture.
            assets: The model's.
        """

    @abstractmethod
    def make_layers(self, config: ModelConfig, assets: Assets) -> SharedLayers:
        """Return a model for the Keras engine, freshly initialised; loads Keras.

        Args:
            config: The architecture.
            assets: The model's.
        """

    @abstractmethod
    def make_light(self, config: ModelConfig, assets: Assets, tensors: Tensors) -> LightModel:
        """Return a model for the NumPy engine.

        Args:
            config: The architecture.
            assets: The model's.
            tensors: The weights, float32, of the shapes that `weight_shapes` says.
        """


class _Classic(Preset):
    """The course's model: joint values one by one, whatever the chart does."""

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
    expressive = True

    def fit(self, _config: ModelConfig, solos: SequenceStore) -> tuple[Assets, Examples]:
        """See `Preset.fit`; what the licks say of a solo is what other tunes hold."""
        counts = _performer_counts(names.performer for names in solos.names)
        licks, expected = collect_licks(solos.lines, [names.tune for names in solos.names])
        performers = tuple(counts)
        assets = Assets(performers=performers, performer_counts=tuple(counts.values()), licks=licks)
        return assets, (
            (number, make_example(solos.sequences[number], None, performers, said))
            for number, said in expected
        )

    def example(self, sequence: ValueSequence, assets: Assets) -> Example:
        """See `Preset.example`."""
        said = assets.licks.expect(sequence.pitch)
        return make_example(sequence, None, assets.performers, said)

    def weight_shapes(self, config: ModelConfig, assets: Assets) -> Shapes:
        """See `Preset.weight_shapes`."""
        return improviser_shapes(config, len(assets.performers))

    def make_layers(self, config: ModelConfig, assets: Assets) -> SharedLayers:
        """See `Preset.make_layers`."""
        from jazzgen.nn.keras_engine.improviser import ImproviserLayers

        return ImproviserLayers(config, assets.performers, assets.performer_counts, assets.licks)

    def make_light(self, config: ModelConfig, assets: Assets, tensors: Tensors) -> LightModel:
        """See `Preset.make_light`."""
        from jazzgen.nn.numpy_engine.improviser import LightImproviser

        return LightImproviser(config, tensors, assets.licks)


_OBJECTS: dict[str, Preset] = {one.name: one for one in (_Classic(), _Improviser())}


def register_preset(preset: Preset) -> Preset:
    """Add a preset, so that its models can be trained and played, and return it.

    Raises:
        ConfigError: Its name is taken or is no name.
    """
    PRESETS.register(preset.settings)
    _OBJECTS[preset.name] = preset
    return preset


def unregister_preset(name: str) -> None:
    """Take a preset out.

    Raises:
        ConfigError: There is none of this name.
    """
    PRESETS.unregister(name)
    del _OBJECTS[name]


def preset_of(config: ModelConfig) -> Preset:
    """Return the preset of a model.

    Raises:
        ConfigError: It has been taken out since.
    """
    return _OBJECTS[PRESETS[config.preset].name]


def _vocabulary(assets: Assets) -> JointVocabulary:
    if assets.vocabulary is None:
        raise ModelError("a classic model needs its vocabulary")
    return assets.vocabulary


def _performer_counts(performers: Iterable[str]) -> dict[str, int]:
    """How many solos each performer played; nobody, where all are one and the same."""
    counts = Counter(name for name in performers if is_name(name))
    return {name: counts[name] for name in sorted(counts)} if len(counts) > 1 else {}
