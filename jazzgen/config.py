"""Settings of models, training and sampling: frozen, checked when made, saved beside weights."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import Field, dataclass, field, fields
from typing import Any, Literal, get_args, get_type_hints

from jazzgen.errors import ConfigError
from jazzgen.rnn.registry import CELLS

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


def _check(
    settings: Any, bounds: Mapping[str, tuple[float, float]], **names: Iterable[str]
) -> None:
    """Check every field's type and range.

    Args:
        settings: A configuration.
        bounds: The least and the largest value of a field.
        names: The registry that a field names an entry of.
    """
    hints = get_type_hints(type(settings))
    for one in fields(settings):
        value, hint = getattr(settings, one.name), hints[one.name]
        choices = tuple(names[one.name]) if one.name in names else get_args(hint)
        if choices and isinstance(choices[0], str):
            if value not in choices:
                raise ConfigError(f"{one.name} {value!r}: expected one of {', '.join(choices)}")
        elif hint is int and type(value) is not int:
            raise ConfigError(f"{one.name} {value!r}: expected an integer")
        if one.name in bounds and value is not None:
            _check_bounds(one.name, value, bounds[one.name])


def _check_bounds(name: str, value: float, bounds: tuple[float, float]) -> None:
    low, high = bounds
    if not low <= value <= high:
        raise ConfigError(f"{name} {value:g}: expected {low:g} to {high:g}")


def _bounds_of(own: Iterable[Field[Any]]) -> dict[str, tuple[float, float]]:
    """The ranges that fields declare in their metadata, by name."""
    return {
        one.name: (one.metadata["min"], one.metadata["max"]) for one in own if "min" in one.metadata
    }


def _check_clipping(settings: TrainingConfig | TitleConfig) -> None:
    if settings.clip_norm and settings.clip_value:
        raise ConfigError("gradients are clipped by norm or by value, not both: give one of "
                          "clip_norm and clip_value")  # fmt: skip


@dataclass(frozen=True)
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

    preset: Preset = "improviser"
    cell: str = "lstm"
    units: int = 128
    layers: int = 1
    values: int = 90
    embedding: int = 192
    encoder: int = 48
    members: int = 1

    def __post_init__(self) -> None:
        _check(self, {
            "units": (1, 4096), "layers": (1, 16), "values": (2, 20_000),
            "embedding": (1, 4096), "encoder": (0, 4096), "members": (1, 16),
        }, cell=CELLS)  # fmt: skip

    @classmethod
    def for_preset(cls, preset: Preset, **changes: Any) -> ModelConfig:
        """Return a preset's settings, some of them changed (None changes nothing)."""
        base: dict[str, Any] = {"units": 64} if preset == "classic" else {}
        given = {name: value for name, value in changes.items() if value is not None}
        return cls(**{"preset": preset, **base, **given})


@dataclass(frozen=True)
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

    epochs: int = 30
    seed: int = 0
    window: int = 64
    batch_size: int = 32
    learning_rate: float = 3e-3
    weight_decay: float = 0.01
    dropout: float = 0.3
    clip_norm: float = 1.0
    clip_value: float = 0.0
    patience: int = 10
    transpose: int = 0
    anonymous: float = 0.1
    distillation: float = 0.7

    def __post_init__(self) -> None:
        _check(self, {
            "epochs": (1, 100_000), "seed": (0, 2**32 - 1), "window": (1, 100_000),
            "batch_size": (1, 100_000), "learning_rate": (1e-9, 10), "weight_decay": (0, 1),
            "dropout": (0, 0.95), "clip_norm": (0, 1e9), "clip_value": (0, 1e9),
            "patience": (1, 100_000), "transpose": (0, 12), "anonymous": (0, 1),
            "distillation": (0, 1),
        })  # fmt: skip
        _check_clipping(self)

    @classmethod
    def for_preset(cls, preset: Preset, **changes: Any) -> TrainingConfig:
        """Return a preset's settings, some of them changed (None changes nothing).

        Clipping by value takes the place of the preset's clipping by norm.
        """
        classic = {"window": 30, "dropout": 0.0, "learning_rate": 1e-2}
        base: dict[str, Any] = classic if preset == "classic" else {}
        given = {name: value for name, value in changes.items() if value is not None}
        if given.get("clip_value") and "clip_norm" not in given:
            given["clip_norm"] = 0.0
        return cls(**{**base, **given})


def _setting(
    default: Any, low: float, high: float, *, text: str, unit: str = "", metavar: str = ""
) -> Any:
    """A field that declares its own range, help and unit; the command line reads them too."""
    told = {"help": text, "min": low, "max": high, "unit": unit, "metavar": metavar}
    return field(default=default, metadata={name: one for name, one in told.items() if one != ""})


@dataclass(frozen=True)
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

    temperature: float = _setting(
        0.97, 0, 10, text="How bold the choice is: below 1 safer, above 1 bolder, 0 greedy."
    )
    top_k: int = _setting(0, 0, 100_000, text="Draw from the k likeliest; 0 for all.", metavar="K")
    top_p: float = _setting(
        0.985, 1e-6, 1, text="Draw from the likeliest that together reach this share."
    )
    low: int = _setting(49, 0, 127, text="Lowest pitch played.", unit="MIDI pitch")
    high: int = _setting(80, 0, 127, text="Highest pitch played.", unit="MIDI pitch")
    min_p: float = _setting(
        0.03, 0, 1, text="Leave out notes less likely than this fraction of the likeliest."
    )
    time_temperature: float | None = _setting(
        None, 0, 10, text="The temperature of durations; by default that of pitches."
    )
    density: float = _setting(
        0.0, -1, 1, text="From -1, fewer and longer notes, to 1, more and shorter ones."
    )
    register: float = _setting(
        0.0, -1, 1, text="From -1, the lower end of the range, to 1, the upper."
    )
    breath: float = _setting(
        15.0, 0, 3600, unit="seconds", metavar="SECONDS",
        text="Seconds after which a phrase must end; 0 for never, as on a guitar.",
    )  # fmt: skip
    licks: float = _setting(
        0.4, 0, 4,
        text="How much a lick that players share is finished when it was begun; 0 for as much as "
        "the model says.",
    )  # fmt: skip
    silence: float = _setting(
        8.0, 0, 10_000, unit="quarter notes", metavar="QUARTERS",
        text="Quarter notes of silence after which the soloist comes in again; 0 for any number.",
    )  # fmt: skip
    # Equal settings hash alike without it, and a mapping has no hash.
    extra: Mapping[str, float] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        _check(self, _bounds_of(fields(self)))
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


def register_sampling_field(name: str, setting: Field[float]) -> None:
    """Let `SamplingConfig.extra` take a setting.

    Args:
        name: What it is called.
        setting: `dataclasses.field` with a number as default, and the keys `help`, `min` and
            `max` in `metadata`, and `unit` and `metavar` if there is something to say.

    Raises:
        ConfigError: The name is taken or no identifier, or the declaration is incomplete.
    """
    if not name.isidentifier():
        raise ConfigError(f"setting {name!r}: expected letters, digits and underscores")
    if name in _EXTRA or name in {one.name for one in fields(SamplingConfig)}:
        raise ConfigError(f"setting {name!r}: there is one of that name")
    missing = {"help", "min", "max"} - set(setting.metadata)
    if missing:
        raise ConfigError(f"setting {name!r}: expected {', '.join(sorted(missing))} in metadata")
    setting.name, setting.type = name, "float"  # what a dataclass does for its own fields
    _check_setting(setting, setting.default)
    _EXTRA[name] = setting


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


def _check_setting(setting: Field[float], value: object) -> None:
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise ConfigError(f"{setting.name} {value!r}: expected a number")
    _check_bounds(setting.name, value, _bounds_of([setting])[setting.name])


def _default_of(setting: Field[float]) -> float:
    return setting.default  # type: ignore[return-value]  # a number, as was checked


@dataclass(frozen=True)
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

    cell: str = "gru"
    units: int = 192
    optimizer: Literal["adam", "sgd"] = "adam"
    learning_rate: float = 5e-3
    clip_norm: float = 5.0
    clip_value: float = 0.0
    batch_size: int = 32
    epochs: int = 60
    patience: int = 8
    seed: int = 0

    def __post_init__(self) -> None:
        _check(self, {
            "units": (1, 4096), "learning_rate": (1e-9, 100), "clip_norm": (0, 1e9),
            "clip_value": (0, 1e9), "batch_size": (1, 100_000), "epochs": (1, 100_000),
            "patience": (1, 100_000), "seed": (0, 2**32 - 1),
        }, cell=CELLS)  # fmt: skip
        _check_clipping(self)
