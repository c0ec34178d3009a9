"""Settings of models, training and sampling: frozen, checked when made, saved beside weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from typing import Any, Literal

from jazzgen.errors import ConfigError
from jazzgen.rnn.clipping import check_clipping, clipping_defaults
from jazzgen.rnn.registry import CELLS
from jazzgen.runtime.settings import check_bounds, check_settings, setting

__all__ = [
    "ModelConfig",
    "Preset",
    "SamplingConfig",
    "TitleConfig",
    "TrainingConfig",
    "extra_sampling_fields",
    "register_sampling_field",
    "unregister_sampling_field",
]

Preset = Literal["classic", "improviser"]


def _defaults(kind: type[Any], preset: str) -> dict[str, Any]:
    """Return the settings in which a preset differs from the others."""
    tables: dict[str, Mapping[str, Any]] = {
        one.name: one.metadata.get("presets", {}) for one in fields(kind)
    }
    return {name: table[preset] for name, table in tables.items() if preset in table}


@dataclass(frozen=True, kw_only=True)
class ModelConfig:
    """The architecture of a model: integers and names only.

    Args:
        preset: `classic` (one joint vocabulary, as in the course) or `improviser`
            (pitch, then duration given the pitch; transposition-invariant).
        cell: The recurrent cell, a name in `rnn.registry.CELLS`.
        units: Units of each cell.
        layers: How many cells are stacked.
        values: Size of the joint vocabulary at most (classic only).
        embedding: Size of the cells' input (improviser only, as what follows).
        encoder: Units a direction of the chart's bidirectional GRU; 0 for no encoder.
        members: Players of an ensemble, each with layers of its own, whose
            distributions are averaged.

    Raises:
        ConfigError: A value out of range.
    """

    preset: Preset = setting(
        "improviser",
        text="classic: the course's model; improviser: pitch, then duration, knows the chords.",
    )
    cell: str = setting("lstm", choices=CELLS, text="The recurrent cell.")
    units: int = setting(
        128, 1, 4096, text="Units of each cell.", presets={"classic": 64, "improviser": 128}
    )
    layers: int = setting(1, 1, 16, text="How many cells are stacked.")
    values: int = setting(90, 2, 20_000, text="Classic: the most values in the vocabulary.")
    embedding: int = setting(192, 1, 4096, text="Improviser: size of the cells' input.")
    encoder: int = setting(
        48, 0, 4096, text="Improviser: units per direction of the chart's encoder; 0 for none."
    )
    members: int = setting(1, 1, 16, text="Improviser: players in an ensemble.")

    def __post_init__(self) -> None:
        check_settings(self)

    @classmethod
    def for_preset(cls, preset: Preset, **changes: Any) -> ModelConfig:
        """Return a preset's settings, some of them changed (None changes nothing)."""
        given = {name: value for name, value in changes.items() if value is not None}
        return cls(**{"preset": preset, **_defaults(cls, preset), **given})


@dataclass(frozen=True, kw_only=True)
class TrainingConfig:
    """How a model is trained.

    Args:
        epochs: Passes over the training windows at most.
        seed: Decides initial weights, dropout and the order of windows.
        window: Tx, the values in a window.
        batch_size: Windows in a step.
        learning_rate: The highest rate of the one-cycle schedule.
        weight_decay: AdamW's.
        dropout: Share of the cells' inputs and outputs that is dropped.
        clip_norm: Largest global norm of a step's gradients; 0 for none.
        clip_value: Largest absolute value of a gradient; 0 for none.
        patience: Epochs without a better held-out figure before training stops.
        transpose: Semitones up and down by which solos are transposed at random
            each epoch; 0 for none. The presets are relative and need none.
        anonymous: Share of windows whose performer is not told, so that a model can
            play like nobody in particular, and share of those where the loudness and
            timing of the notes before are not, so that it understands mechanical ones.
        distillation: Where a teacher is asked: how much of a target is what the teacher
            expects; the rest is what was played.

    Raises:
        ConfigError: A value out of range, or clipping both by norm and by value.
    """

    epochs: int = setting(30, 1, 100_000, text="Passes over the solos at most.")
    seed: int = setting(0, 0, 2**32 - 1, text="Decides weights, dropout and order.")
    window: int = setting(
        64,
        1,
        100_000,
        text="Tx, values in a training window.",
        presets={"classic": 30, "improviser": 64},
    )
    batch_size: int = setting(32, 1, 100_000, text="Windows in a step.")
    learning_rate: float = setting(
        3e-3,
        1e-9,
        10,
        text="Peak of the one-cycle schedule.",
        presets={"classic": 1e-2, "improviser": 3e-3},
    )
    weight_decay: float = setting(0.01, 0, 1, text="AdamW's weight decay.")
    dropout: float = setting(
        0.3,
        0,
        0.95,
        text="Share of the cells' inputs and outputs that is dropped.",
        presets={"classic": 0.0, "improviser": 0.3},
    )
    clip_norm: float = setting(1.0, 0, 1e9, text="Largest global gradient norm; 0 for none.")
    clip_value: float = setting(
        0.0, 0, 1e9, text="Largest absolute gradient, in place of the norm; 0 for none."
    )
    patience: int = setting(
        10, 1, 100_000, text="Epochs without a better held-out figure before it stops."
    )
    transpose: int = setting(
        0,
        0,
        12,
        unit="semitones",
        text="Transpose windows at random by so many semitones at most.",
    )
    anonymous: float = setting(
        0.1,
        0,
        1,
        text="Share of windows whose performer is not told, and of those where loudness and timing "
        "are not.",
    )
    distillation: float = setting(
        0.7,
        0,
        1,
        text="With --teacher: how much of what is learnt from the solos is its expectation.",
    )

    def __post_init__(self) -> None:
        check_settings(self)
        check_clipping(self)

    @classmethod
    def for_preset(cls, preset: Preset, **changes: Any) -> TrainingConfig:
        """Return a preset's settings, some of them changed (None changes nothing).

        Clipping by value takes the place of the preset's clipping by norm.
        """
        given = {name: value for name, value in changes.items() if value is not None}
        return cls(**{**_defaults(cls, preset), **clipping_defaults(given), **given})


@dataclass(frozen=True, kw_only=True)
class SamplingConfig:
    """How values are drawn from a model's distributions.

    Args:
        temperature: Divides the logits; below 1 is safer, above 1 bolder; 0 is
            greedy decoding.
        top_k: Only the k likeliest are drawn from; 0 for all.
        top_p: Only the likeliest that together reach this share are drawn from.
        low: Lowest MIDI pitch played; by default the range of an alto saxophone.
        high: Highest MIDI pitch played.
        min_p: Of pitches, only those at least this fraction as likely as the likeliest
            are. The improviser applies it and `top_p` within a kind of interval (repeat,
            step, third, leap); which kind it is, or a rest, is drawn as it says.
        time_temperature: The temperature of durations; None for that of pitches.
        density: From -1 (fewer, longer notes) to 1 (more, shorter ones): a gentle bias.
        register: From -1 (the lower end of the range) to 1 (the upper): likewise.
        breath: Seconds after which a phrase must end; 0 for never. By default more
            than 99 % of the Weimar Jazz Database's phrases last (99 in 100 at most
            8.7 seconds from rest to rest of an eighth or more, and 14.6 from pause
            to pause of a beat).
        licks: How much an improviser that has begun a lick which players share is drawn to
            finish it; 0 for as much as it says itself.
        silence: Quarter notes of silence after which an improviser plays again, if the end
            is not as near; 0 for any number. By default 99 in 100 pauses of the Weimar
            Jazz Database are shorter.
        extra: Settings of registered sampling rules, by name (see
            `nn.constraints.register_constraint`); the others have their defaults.

    Raises:
        ConfigError: A value out of range, or the name of no registered rule.
    """

    temperature: float = setting(
        0.97, 0, 10, text="How bold the choice is: below 1 safer, above 1 bolder, 0 greedy."
    )
    top_k: int = setting(0, 0, 100_000, text="Draw from the k likeliest; 0 for all.", metavar="K")
    top_p: float = setting(
        0.985, 1e-6, 1, text="Draw from the likeliest that together reach this share."
    )
    low: int = setting(49, 0, 127, text="Lowest MIDI pitch played.")
    high: int = setting(80, 0, 127, text="Highest MIDI pitch played.")
    min_p: float = setting(
        0.03, 0, 1, text="Leave out notes less likely than this fraction of the likeliest."
    )
    time_temperature: float | None = setting(
        None, 0, 10, text="The temperature of durations; by default that of pitches."
    )
    density: float = setting(
        0.0, -1, 1, text="From -1, fewer and longer notes, to 1, more and shorter ones."
    )
    register: float = setting(
        0.0, -1, 1, text="From -1, the lower end of the range, to 1, the upper."
    )
    breath: float = setting(
        15.0,
        0,
        3600,
        unit="seconds",
        metavar="SECONDS",
        text="Seconds after which a phrase must end; 0 for never, as on a guitar.",
    )
    licks: float = setting(
        0.4,
        0,
        4,
        text="How much a lick that players share is finished when it was begun; 0 for as much as "
        "the model says.",
    )
    silence: float = setting(
        8.0,
        0,
        10_000,
        unit="quarter notes",
        metavar="QUARTERS",
        text="Quarter notes of silence after which the soloist comes in again; 0 for any number.",
    )
    # Equal settings hash alike without it, and a mapping has no hash.
    extra: Mapping[str, float] = field(
        default_factory=dict, hash=False, metadata={"fields": lambda: extra_sampling_fields()}
    )

    def __post_init__(self) -> None:
        check_settings(self)
        if self.high - self.low < 11:
            raise ConfigError(f"range {self.low}-{self.high}: expected at least an octave")
        object.__setattr__(self, "extra", dict(self.extra))  # what the caller has may change
        for name, value in self.extra.items():
            _check_extra(name, value)

    def value_of(self, name: str) -> float:
        """Return a setting by its name, be it a field or one of a registered rule.

        Raises:
            ConfigError: There is none of that name.
        """
        if name in _EXTRA:
            return self.extra.get(name, _default_of(_EXTRA[name]))
        if name == "extra" or name not in {one.name for one in fields(self)}:
            raise ConfigError(f"{name}: there is no such setting of sampling")
        return getattr(self, name)  # type: ignore[no-any-return]


_EXTRA: dict[str, Field[float]] = {}
"""Settings of registered sampling rules."""


def extra_sampling_fields() -> dict[str, Field[float]]:
    """Return the settings of registered sampling rules, by name.

    Each is a `dataclasses.Field` with name, type, default and metadata, as the fields of
    `SamplingConfig` are, so that what makes an option of the one makes it of the other.
    """
    return dict(_EXTRA)


def register_sampling_field(name: str, described: Field[float]) -> None:
    """Let `SamplingConfig.extra` take a setting.

    Args:
        name: What it is called.
        described: `dataclasses.field` with a number as default, and the keys `help`, `min` and
            `max` in `metadata`, and `unit` and `metavar` if there is something to say.

    Raises:
        ConfigError: The name is taken or no identifier, or the declaration is incomplete.
    """
    if not name.isidentifier():
        raise ConfigError(f"setting {name!r}: expected letters, digits and underscores")
    if name in _EXTRA or name in {one.name for one in fields(SamplingConfig)}:
        raise ConfigError(f"setting {name!r}: there is one of that name")
    missing = {"help", "min", "max"} - set(described.metadata)
    if missing:
        raise ConfigError(f"setting {name!r}: expected {', '.join(sorted(missing))} in metadata")
    described.name, described.type = name, "float"  # what a dataclass does for its own fields
    _check_setting(described, described.default)
    _EXTRA[name] = described


def unregister_sampling_field(name: str) -> None:
    """Let `SamplingConfig.extra` take a setting no longer.

    Raises:
        ConfigError: It is not registered.
    """
    if _EXTRA.pop(name, None) is None:
        raise ConfigError(f"setting {name!r}: is not registered")


def _check_extra(name: str, value: float) -> None:
    if name not in _EXTRA:
        known = f"expected one of {', '.join(_EXTRA)}" if _EXTRA else "none is registered"
        raise ConfigError(f"sampling rule {name!r}: there is none of that name; {known}")
    _check_setting(_EXTRA[name], value)


def _check_setting(described: Field[float], value: object) -> None:
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise ConfigError(f"{described.name} {value!r}: expected a number")
    check_bounds(described, value)


def _default_of(described: Field[float]) -> float:
    return described.default  # type: ignore[return-value]  # a number, as was checked


@dataclass(frozen=True, kw_only=True)
class TitleConfig:
    """How a character-level model is made and trained.

    Args:
        cell: The recurrent cell, a name in `rnn.registry.CELLS`.
        units: Units of the cell.
        optimizer: "adam" (Kingma and Ba 2015) or "sgd".
        learning_rate: Of the optimizer; it falls to a tenth by the end.
        clip_norm: Largest global norm of a step's gradients; 0 for none.
        clip_value: Largest absolute value of a gradient; 0 for none.
        batch_size: Lines in a step.
        epochs: Passes over the lines at most; the best one's weights are kept.
        patience: Epochs without a better held-out loss before training stops.
        seed: Decides weights, order and which line in twenty is held out.

    Raises:
        ConfigError: A value out of range, or clipping both by norm and by value.
    """

    cell: str = setting("gru", choices=CELLS, text="The recurrent cell.")
    units: int = setting(192, 1, 4096, text="Units of the cell.")
    optimizer: Literal["adam", "sgd"] = setting("adam", text="What moves the weights.")
    learning_rate: float = setting(
        5e-3, 1e-9, 100, text="Learning rate at the beginning; it falls to a tenth."
    )
    clip_norm: float = setting(5.0, 0, 1e9, text="Largest global gradient norm; 0 for none.")
    clip_value: float = setting(
        0.0, 0, 1e9, text="Largest absolute gradient, in place of the norm; 0 for none."
    )
    batch_size: int = setting(32, 1, 100_000, text="Lines in a step.")
    epochs: int = setting(60, 1, 100_000, text="Passes over the lines at most.")
    patience: int = setting(
        8, 1, 100_000, text="Epochs without a better held-out loss before it stops."
    )
    seed: int = setting(0, 0, 2**32 - 1, text="Decides weights and order.")

    def __post_init__(self) -> None:
        check_settings(self)
        check_clipping(self)
