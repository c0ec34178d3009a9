"""Settings of models, training and sampling: frozen, checked when made, saved beside weights."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any, Literal, get_args, get_type_hints

from jazzgen.errors import ConfigError
from jazzgen.rnn.registry import CELLS

__all__ = [
    "ModelConfig",
    "Preset",
    "SamplingConfig",
    "TitleConfig",
    "TrainingConfig",
]

Preset = Literal["classic", "improviser"]


def _check(settings: Any, bounds: dict[str, tuple[float, float]], **names: Iterable[str]) -> None:
    """Check every field's type and range.

    Args:
        settings: A configuration.
        bounds: The least and the largest value of a field.
        names: The registry that a field names an entry of.
    """
    hints = get_type_hints(type(settings))
    for field in fields(settings):
        value, hint = getattr(settings, field.name), hints[field.name]
        choices = tuple(names[field.name]) if field.name in names else get_args(hint)
        if choices and isinstance(choices[0], str):
            if value not in choices:
                raise ConfigError(f"{field.name} {value!r}: expected one of {', '.join(choices)}")
        elif hint is int and type(value) is not int:
            raise ConfigError(f"{field.name} {value!r}: expected an integer")
        if field.name in bounds and value is not None:
            low, high = bounds[field.name]
            if not low <= value <= high:
                raise ConfigError(f"{field.name} {value:g}: expected {low:g} to {high:g}")


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

    Raises:
        ConfigError: A value out of range.
    """

    temperature: float = 0.97
    top_k: int = 0
    top_p: float = 0.985
    low: int = 49
    high: int = 80
    min_p: float = 0.03
    time_temperature: float | None = None
    density: float = 0.0
    register: float = 0.0
    breath: float = 15.0
    licks: float = 0.4
    silence: float = 8.0

    def __post_init__(self) -> None:
        _check(self, {
            "temperature": (0, 10), "top_k": (0, 100_000), "top_p": (1e-6, 1),
            "min_p": (0, 1), "time_temperature": (0, 10), "density": (-1, 1),
            "register": (-1, 1), "breath": (0, 3600), "licks": (0, 4), "silence": (0, 10_000),
            "low": (0, 127), "high": (0, 127),
        })  # fmt: skip
        if self.high - self.low < 11:
            raise ConfigError(f"range {self.low}-{self.high}: expected at least an octave")


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
