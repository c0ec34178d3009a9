"""How values are drawn from a model: the settings of sampling, and those that rules register."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields, replace

from jazzgen.config.registered_fields import RegisteredFields
from jazzgen.errors import ConfigError
from jazzgen.runtime.settings import check_settings, setting
from jazzgen.runtime.wording import did_you_mean

__all__ = [
    "DRAWS",
    "FILL_DRAWS",
    "MOST_DRAWS",
    "SamplingConfig",
    "extra_sampling_fields",
    "register_sampling_field",
    "sampling_with",
    "unregister_sampling_field",
]

_EXTRA = RegisteredFields("sampling rule")
"""Settings of registered sampling rules."""


DRAWS = 2
"""The number of draws of a solo of which the model's judge chooses one, unless others are asked
for."""
FILL_DRAWS = 8
"""The number of draws of regenerated bars of which one is kept."""
MOST_DRAWS = 100
"""The largest number of draws of which one is kept."""

DEFAULT_LOW, DEFAULT_HIGH = 49, 80
"""The range of an alto saxophone in MIDI pitches."""


@dataclass(frozen=True, kw_only=True)
class SamplingConfig:
    """How values are drawn from a model's distributions.

    Args:
        temperature: The number that divides the logits. Below 1 is safer, above 1 bolder; 0
            is greedy decoding. In the improviser it acts among the notes of one kind of interval
            (see `min_p`), so that it changes neither rests nor how often a line steps or leaps.
        top_k: The number of most likely values to draw from; 0 for all values.
        top_p: The probability that the most likely values must reach together; the rest is
            left out.
        low: The lowest MIDI pitch; None for the soloist's own, or without one that of an alto
            saxophone.
        high: The highest MIDI pitch; None for the soloist's own.
        min_p: The least probability of a pitch, as a fraction of the most likely pitch's. The
            improviser first draws the kind of interval (repeat, step, third, leap) or a rest
            from the full distribution; `min_p` and `top_p` apply within that kind.
        time_temperature: The temperature of durations. By default they are drawn as the model
            has them, since a lower one makes rhythm stiff; at temperature 0 they are greedy too.
        density: A gentle bias, from -1 (fewer, longer notes) to 1 (more, shorter notes).
        register: A gentle bias, from -1 (the low end of the range) to 1 (the high end).
        edges: How much rarer than its inner neighbour each of the outermost three semitones of
            the range is, as a logit; 0 leaves it to the model, which hits the ends of a range too
            often.
        breath: Seconds after which a phrase must end; 0 for never. The default is longer than
            more than 99 % of the phrases in the Weimar Jazz Database: 99 in 100 last at most
            8.7 seconds between rests of an eighth or more, and at most 14.6 seconds between
            pauses of a beat.
        licks: How strongly an improviser that has begun a shared lick is drawn to finish it;
            0 leaves this to the model.
        returns: How much more an improviser relies on what it has played itself, when it comes back
            to a figure, as a logit; 0 leaves this to the model.
        contrast: How strongly short and long notes alternate, as a logit for each step from the
            middle of both; 0 leaves it to the model.
        avoid: How much less likely a note a semitone above a chord tone is on beats one and
            three, as a logit; 0 leaves it to the model.
        enclosures: How strongly a chord tone that the last two notes surround by step is drawn
            next, as a logit; 0 leaves it to the model.
        resolve: How strongly a note outside the chord moves on to a chord tone a semitone away, as
            a logit; 0 leaves it to the model.
        recall: How strongly an idea returns in a bar whose plan recalls one (see
            `nn.constraint_recall`); 0 leaves it to the model.
        hold: How strongly a note near the planned end of a phrase is drawn to last until then, as
            a logit; 0 leaves it to the model.
        flow: How much rarer a rest is within a phrase, as a logit; 0 leaves it to the model.
        trills: How much rarer it is that two notes go on alternating once six have, or that a run
            of five semitones goes on, as a logit; 0 leaves it to the model.
        echo: How strongly a figure that returns returns in its own rhythm, as a logit; 0 leaves it
            to the model.
        opening: How strongly a phrase begins as the one before it did (see
            `nn.constraint_opening`), as a logit; 0 leaves it to the model.
        rhythms: How much rarer rhythms of a quarter are that players do not play, as a logit; 0
            leaves it to the model.
        closing: How much rarer a new phrase is once the line has fallen silent in the last three
            bars, as a logit that grows towards the end, where the solo ends by itself; 0 leaves it
            to the model.
        landing: Quarter notes of the chord at the chart's end on which the solo lands: its last
            note is one of the chord's tones and begins with it. 0 if it is to end by itself, as it
            does over a chord of more than 12 quarter notes.
        goes_on: Whether the solo plays on at the chart's end, as before another chorus.
        silence: Quarter notes of silence after which an improviser plays again, unless the end
            of the chart comes first; 0 for no limit. The default is longer than 99 in 100
            pauses in the Weimar Jazz Database.
        extra: Settings of registered sampling rules, by name (see
            `nn.constraints.register_constraint`). Rules that are not named have their defaults.

    Raises:
        ConfigError: A value is out of range, or a name belongs to no registered rule.
    """

    temperature: float = setting(
        0.9,
        0,
        10,
        text="Below 1 plays safer, above 1 bolder; 0 always takes the most likely value.",
    )
    top_k: int = setting(
        0, 0, 100_000, text="Draw from the K most likely values; 0 for all.", metavar="K"
    )
    top_p: float = setting(
        0.995,
        1e-6,
        1,
        text="Draw from the most likely values that together reach this probability.",
    )
    low: int | None = setting(None, 0, 127, text="Lowest MIDI pitch.")
    high: int | None = setting(None, 0, 127, text="Highest MIDI pitch.")
    min_p: float = setting(
        0.01, 0, 1, text="Leave out notes less likely than this fraction of the most likely one."
    )
    time_temperature: float | None = setting(
        None,
        0,
        10,
        usual="1, or 0 with a temperature of 0",
        text="The temperature of durations: below 1 stiffer rhythm, above 1 freer.",
    )
    density: float = setting(
        0.0, -1, 1, text="From -1 (fewer, longer notes) to 1 (more, shorter notes)."
    )
    register: float = setting(
        0.0, -1, 1, text="From -1 (the low end of the range) to 1 (the high end)."
    )
    edges: float = setting(
        0.3,
        0,
        4,
        text="How much rarer than its inner neighbour each of the outermost three semitones "
        "of the range is; 0 leaves it to the model.",
    )
    breath: float = setting(
        15.0,
        0,
        3600,
        unit="seconds",
        metavar="SECONDS",
        text="End every phrase within this many seconds; 0 for no limit, as on a guitar.",
    )
    licks: float = setting(
        0.4,
        0,
        4,
        text="How strongly a lick that players share is finished once it has begun; 0 leaves it to "
        "the model.",
    )
    returns: float = setting(
        0.5,
        -4,
        4,
        text="How much more the solo returns to figures of its own; 0 leaves it to the model.",
    )
    contrast: float = setting(
        0.2,
        0,
        2,
        text="How strongly short and long notes alternate within a line; 0 leaves it to the model.",
    )
    silence: float = setting(
        10.0,
        0,
        10_000,
        unit="quarter notes",
        metavar="QUARTERS",
        text="Come in again after this many quarter notes of silence; 0 for no limit.",
    )
    avoid: float = setting(
        0.4,
        0,
        4,
        text="How much notes a semitone above a chord tone are avoided on beats one and three; 0 "
        "leaves it to the model.",
    )
    enclosures: float = setting(
        0.3,
        0,
        4,
        text="How strongly two notes on either side of a chord tone lead to it; 0 leaves it to the "
        "model.",
    )
    resolve: float = setting(
        0.15,
        0,
        4,
        text="How strongly a note outside the chord moves on by a semitone to a chord tone; 0 "
        "leaves it to the model.",
    )
    recall: float = setting(
        5.0,
        0,
        8,
        text="How strongly an idea returns where the plan recalls one; 0 leaves it to the model.",
    )
    hold: float = setting(
        1.5,
        0,
        4,
        text="How strongly the last note of a phrase is held; 0 leaves it to the model.",
    )
    flow: float = setting(
        0.5,
        0,
        4,
        text="How much rarer rests within a phrase are; 0 leaves it to the model.",
    )
    trills: float = setting(
        1.0,
        0,
        4,
        text="How much rarer it is that a trill of six notes, or a chromatic run of five, goes on; "
        "0 leaves it to the model.",
    )
    echo: float = setting(
        0.8,
        0,
        4,
        text="How strongly a figure that returns returns in its own rhythm; 0 leaves it to the "
        "model.",
    )
    opening: float = setting(
        1.2,
        0,
        4,
        text="How strongly a phrase begins as the one before it did; 0 leaves it to the model.",
    )
    rhythms: float = setting(
        6.0,
        0,
        12,
        text="How much rarer rhythms of a quarter are that players do not play; 0 leaves it to the "
        "model.",
    )
    closing: float = setting(7.0, 0, 12)
    landing: float = setting(0.0, 0, 64, unit="quarter notes")
    goes_on: bool = setting(False)
    # Left out of the hash: a mapping has none, and equal settings still hash alike.
    extra: Mapping[str, float] = field(
        default_factory=dict, hash=False, metadata={"fields": lambda: extra_sampling_fields()}
    )

    def __post_init__(self) -> None:
        check_settings(self)
        low, high = self.compass(None)
        if high - low < 11:
            raise ConfigError(f"range {low}-{high}: expected at least an octave")
        object.__setattr__(self, "extra", dict(self.extra))  # the caller may change theirs
        for name, value in self.extra.items():
            _EXTRA.check(name, value)

    def compass(self, own: tuple[int, int] | None) -> tuple[int, int]:
        """Return the lowest and the highest pitch.

        Args:
            own: Those of the soloist; None if the soloist has none.
        """
        if self.low is None and self.high is None and own:
            return own
        return (
            DEFAULT_LOW if self.low is None else self.low,
            DEFAULT_HIGH if self.high is None else self.high,
        )

    @property
    def for_durations(self) -> float:
        """The temperature of durations."""
        if self.time_temperature is not None:
            return self.time_temperature
        return 1.0 if self.temperature else 0.0

    def value_of(self, name: str) -> float:
        """Return the value of a setting, which is a field or belongs to a registered rule.

        Raises:
            ConfigError: No setting has that name.
        """
        if name in _EXTRA.fields:
            return self.extra.get(name, _EXTRA.default(name))
        if name == "extra" or name not in {one.name for one in fields(self)}:
            raise ConfigError(f"{name}: is not a sampling setting")
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


def sampling_with(
    sampling: SamplingConfig | None, settings: Mapping[str, object]
) -> SamplingConfig:
    """Return settings of sampling, some of them changed.

    Args:
        sampling: The settings; None for the usual ones.
        settings: The changes, by name.

    Raises:
        ConfigError: A value is out of range.
        TypeError: There is no setting of a name.
    """
    own = {field.name for field in fields(SamplingConfig)}
    for name in settings:
        if name not in own:
            raise TypeError(f"there is no argument {name!r}{did_you_mean(name, sorted(own))}")
    usual = sampling or SamplingConfig()
    return replace(usual, **settings) if settings else usual  # type: ignore[arg-type]
