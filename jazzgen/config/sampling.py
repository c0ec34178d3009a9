"""The settings by which values are drawn from a model, those of registered rules included."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields

from jazzgen.config.registered_fields import RegisteredFields
from jazzgen.errors import ConfigError
from jazzgen.runtime.settings import check_settings, setting

__all__ = [
    "SamplingConfig",
    "extra_sampling_fields",
    "register_sampling_field",
    "unregister_sampling_field",
]

_EXTRA = RegisteredFields("sampling rule")
"""Settings of registered sampling rules."""


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
    # Left out of the hash: a mapping has none, and equal settings still hash alike.
    extra: Mapping[str, float] = field(
        default_factory=dict, hash=False, metadata={"fields": lambda: extra_sampling_fields()}
    )

    def __post_init__(self) -> None:
        check_settings(self)
        if self.high - self.low < 11:
            raise ConfigError(f"range {self.low}-{self.high}: expected at least an octave")
        object.__setattr__(self, "extra", dict(self.extra))  # the caller may change theirs
        for name, value in self.extra.items():
            _EXTRA.check(name, value)

    def value_of(self, name: str) -> float:
        """Return the value of a setting, which is a field or belongs to a registered rule.

        Raises:
            ConfigError: No setting has that name.
        """
        if name in _EXTRA.fields:
            return self.extra.get(name, _EXTRA.default(name))
        if name == "extra" or name not in {one.name for one in fields(self)}:
            raise ConfigError(f"{name}: there is no such setting of sampling")
        return getattr(self, name)  # type: ignore[no-any-return]


def extra_sampling_fields() -> dict[str, Field[float]]:
    """Return the settings of registered sampling rules, by name.

    Each is a `dataclasses.Field` with name, type, default and metadata, like the fields of
    `SamplingConfig`, so that one function makes command-line options of both.
    """
    return dict(_EXTRA.fields)


def register_sampling_field(name: str, described: Field[float]) -> None:
    """Add a setting that `SamplingConfig.extra` accepts.

    Args:
        name: The name of the setting.
        described: A `dataclasses.field` with a number as its default and the keys `help`,
            `min` and `max` in its metadata; `unit` and `metavar` are optional.

    Raises:
        ConfigError: The name is taken or is no identifier, or the metadata is incomplete.
    """
    _EXTRA.add(name, described, reserved={one.name for one in fields(SamplingConfig)})


def unregister_sampling_field(name: str) -> None:
    """Remove a setting that `register_sampling_field` added.

    Raises:
        ConfigError: No setting of that name is registered.
    """
    _EXTRA.remove(name)
