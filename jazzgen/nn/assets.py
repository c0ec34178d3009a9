"""What a model keeps of its training data beside its weights, and its form in JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from jazzgen.encoding.expression import TOUCH_CLASSES
from jazzgen.encoding.lick_ngrams import LickNgrams
from jazzgen.encoding.plan import BREATH
from jazzgen.encoding.sequence import CONDITIONS, TOUCHES
from jazzgen.encoding.vocabulary import JointVocabulary
from jazzgen.errors import ConfigError, ModelError
from jazzgen.judging.judge import Judge
from jazzgen.nn.planner import Planner

__all__ = ["EARLY_KEYS", "KEYS", "NOTHING_KNOWN", "Assets", "Profile", "is_name"]

NOTHING_KNOWN: Mapping[str, tuple[str, ...]] = dict.fromkeys(CONDITIONS, ())
"""The names that a model knows for each condition if it knows none."""

EARLY_KEYS = ("vocabulary", "performers", "heard")
"""The keys of the JSON form of models of format 2."""
KEYS = (*EARLY_KEYS, "instruments", "styles", "feels", "profiles")
"""The keys of the JSON form."""

LONGEST_NAME, MOST_NAMES, MOST_SOLOS = 200, 10_000, 10**9
"""Limits of what a configuration may hold: the characters of a name, the number of names, and the
number of solos of each performer."""
HIGHEST = 127
LONGEST_BREATH = 10**7
"""The longest phrase or silence in ticks."""
_TOLD = 5
"""The number of entries of a profile before its touch."""


class Profile(NamedTuple):
    """What a new solo takes from a training solo: who plays, and between which pitches."""

    performer: str
    instrument: str
    style: str
    low: int
    """Its lowest MIDI pitch."""
    high: int
    """Its highest MIDI pitch."""
    touch: tuple[int, ...] = (0,) * TOUCHES
    """How it is played as a whole (see `expression.touch_classes`)."""
    breath: tuple[int, ...] = ()
    """The lengths of its phrases and silences (see `plan.breath_of`); empty if unknown."""


@dataclass(frozen=True, kw_only=True)
class Assets:
    """Vocabulary, names, lick n-grams; which of them a model has depends on its preset.

    Args:
        vocabulary: The joint values that the model can play.
        performers: The names of the performers that the model can imitate.
        performer_counts: The number of training solos of each; empty if they were not counted.
        instruments: The names of the instruments that the model knows.
        styles: The names of the styles that it knows.
        feels: The names of the feels that it knows.
        profiles: One of each training solo; empty in a model of the first edition.
        licks: The lick n-grams that training solos share.
        planner: The network that plans solos; None for a model without one.
        judge: What chooses among several solos; None in a model that has none.
    """

    vocabulary: JointVocabulary | None = None
    performers: tuple[str, ...] = ()
    performer_counts: tuple[int, ...] = ()
    instruments: tuple[str, ...] = ()
    styles: tuple[str, ...] = ()
    feels: tuple[str, ...] = ()
    profiles: tuple[Profile, ...] = ()
    licks: LickNgrams = field(default_factory=LickNgrams.empty)
    planner: Planner | None = field(default=None, compare=False)
    judge: Judge | None = field(default=None, compare=False)

    @property
    def known(self) -> Mapping[str, tuple[str, ...]]:
        """For each of the `CONDITIONS` the names that the model knows, in its order."""
        lists = (self.performers, self.instruments, self.styles, self.feels)
        return dict(zip(CONDITIONS, lists, strict=True))

    def to_json(self) -> dict[str, Any]:
        """Return all but n-grams, planner and judge as JSON data: `from_json` gives it back."""
        return {
            "vocabulary": self.vocabulary.rows if self.vocabulary else [],
            "performers": list(self.performers),
            "heard": list(self.performer_counts),
            "instruments": list(self.instruments),
            "styles": list(self.styles),
            "feels": list(self.feels),
            "profiles": [
                [*profile[:5], *profile.touch, *profile.breath] for profile in self.profiles
            ],
        }

    @classmethod
    def from_json(
        cls, data: Mapping[str, Any], licks: LickNgrams, judge: Judge | None = None
    ) -> Assets:
        """Return the assets that `to_json` turned into JSON data.

        Args:
            data: The JSON data; the keys that a model of format 2 does not have may be missing.
            licks: The lick n-grams.
            judge: The judge, if there is one.

        Raises:
            ConfigError: An entry is not what it should be.
        """
        performers = _names(data["performers"], "performers")
        return cls(
            vocabulary=_vocabulary(data["vocabulary"]),
            performers=performers,
            performer_counts=_counts(data["heard"], len(performers)),
            instruments=_names(data.get("instruments", []), "instruments"),
            styles=_names(data.get("styles", []), "styles"),
            feels=_names(data.get("feels", []), "feels"),
            profiles=_profiles(data.get("profiles", [])),
            licks=licks,
            judge=judge,
        )


def is_name(text: Any) -> bool:
    """Return whether a text can be a name in a model, such as a performer's."""
    good = isinstance(text, str) and text.isprintable() and bool(text.strip())
    return good and len(text) <= LONGEST_NAME


def _vocabulary(rows: Any) -> JointVocabulary | None:
    if not isinstance(rows, list):
        raise ConfigError("expected a list of values as vocabulary")
    try:
        return JointVocabulary.from_rows(rows) if rows else None
    except ModelError as error:
        raise ConfigError(str(error)) from error


def _names(names: Any, what: str) -> tuple[str, ...]:
    good = isinstance(names, list) and all(is_name(name) for name in names)
    if not good or len(set(names)) != len(names) or len(names) > MOST_NAMES:
        raise ConfigError(f"expected a list of names as {what}")
    return tuple(names)


def _counts(counts: Any, performers: int) -> tuple[int, ...]:
    good = isinstance(counts, list) and len(counts) in (0, performers)
    if not good or not all(type(count) is int and 0 < count <= MOST_SOLOS for count in counts):
        raise ConfigError("expected how many solos of each performer the model was trained on")
    return tuple(counts)


def _profiles(rows: Any) -> tuple[Profile, ...]:
    if not isinstance(rows, list) or not all(_is_profile(row) for row in rows):
        raise ConfigError(
            "expected a list of profiles: performer, instrument, style, lowest and highest pitch, "
            "touch, breath"
        )
    behind = _TOLD + TOUCHES
    return tuple(
        Profile(*row[:_TOLD], tuple(row[_TOLD:behind]), tuple(row[behind:]))  # type: ignore[call-arg]
        for row in rows
    )


def _is_profile(row: Any) -> bool:
    if not isinstance(row, list) or len(row) - _TOLD - TOUCHES not in (0, BREATH):
        return False
    names, numbers, told = row[:3], row[3 : _TOLD + TOUCHES], row[_TOLD:]
    # No generator expression: a model has hundreds of profiles, each of dozens of numbers.
    if set(map(type, told)) != {int} or min(told) < 0 or max(told) > LONGEST_BREATH:
        return False
    return (
        all(name == "" or is_name(name) for name in names)
        and set(map(type, numbers)) == {int}
        and 0 <= numbers[0] <= numbers[1] <= HIGHEST
        and all(0 <= number < TOUCH_CLASSES for number in numbers[2:])
    )
