"""Sampling rules: what the user demands of a line, whatever the model predicts.

A rule makes pitches and durations more or less likely before one is drawn. Each has two forms,
side by side, which must agree:

| form | runs in | returns | for what is forbidden |
|---|---|---|---|
| tensor | the graphs, for a batch | numbers to add to logits | `MASKED` |
| integer | the light engine, for one line | factors of probabilities: `exp` of these numbers | 0 |

A rule is switched on by its setting in `SamplingConfig`; both engines run the rules that are on
(`active_constraints`). The built-in rules are in `constraint_rules`; a plug-in adds one with
`register_constraint`:

    class Pentatonic(Constraint):
        name = "pentatonic"
        setting = field(default=0.0, metadata={"help": "…", "min": 0, "max": 1})
        ...

    register_constraint(Pentatonic())
    SamplingConfig(extra={"pentatonic": 1})

Importing this module does not load Keras; the tensor forms do when a graph calls them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from jazzgen.config import SamplingConfig, register_sampling_field, unregister_sampling_field
from jazzgen.errors import ConfigError
from jazzgen.nn.constraint_avoid import AvoidNotes
from jazzgen.nn.constraint_base import Constraint, StepView
from jazzgen.nn.constraint_closing import Closing
from jazzgen.nn.constraint_echo import Echo
from jazzgen.nn.constraint_enclosures import Enclosures
from jazzgen.nn.constraint_flow import Flow
from jazzgen.nn.constraint_hold import Hold
from jazzgen.nn.constraint_landing import Landing
from jazzgen.nn.constraint_opening import Opening
from jazzgen.nn.constraint_recall import Recall
from jazzgen.nn.constraint_resolve import Resolve
from jazzgen.nn.constraint_rhythms import Rhythms
from jazzgen.nn.constraint_rules import (
    Breath,
    DensityBias,
    Edges,
    MaxSilence,
    PitchRange,
    RegisterBias,
)
from jazzgen.nn.constraint_trills import Trills
from jazzgen.runtime.registry import Registry

if TYPE_CHECKING:
    from jazzgen.encoding.vocabulary import JointVocabulary

__all__ = [
    "CONSTRAINTS",
    "ActiveConstraint",
    "AvoidNotes",
    "Breath",
    "Closing",
    "Constraint",
    "DensityBias",
    "Echo",
    "Edges",
    "Enclosures",
    "Flow",
    "Hold",
    "Landing",
    "MaxSilence",
    "Opening",
    "PitchRange",
    "Recall",
    "RegisterBias",
    "Resolve",
    "Rhythms",
    "StepView",
    "Trills",
    "active_constraints",
    "constraints",
    "register_constraint",
]


class ActiveConstraint(NamedTuple):
    """A rule that is on, and its limits."""

    rule: Constraint
    limits: tuple[float, ...]


class _Rules(Registry[Constraint]):
    """The registry of rules; a plug-in's rule also registers its setting."""

    def register(self, entry: Constraint) -> Constraint:
        super().register(entry)
        if entry.setting is not None:
            try:
                register_sampling_field(entry.name, entry.setting)
            except ConfigError:
                super().unregister(entry.name)
                raise
        return entry

    def unregister(self, name: str) -> None:
        if self[name].setting is None:
            raise ConfigError(f"{self.what} {name!r}: is built in")
        super().unregister(name)
        unregister_sampling_field(name)


CONSTRAINTS = _Rules(
    "sampling rule",
    (
        PitchRange(),
        Breath(),
        RegisterBias(),
        Edges(),
        DensityBias(),
        MaxSilence(),
        AvoidNotes(),
        Enclosures(),
        Resolve(),
        Recall(),
        Hold(),
        Flow(),
        Trills(),
        Echo(),
        Opening(),
        Rhythms(),
        Landing(),
        Closing(),
    ),
)


def constraints() -> tuple[Constraint, ...]:
    """Return all registered rules, the built-in ones first."""
    return tuple(CONSTRAINTS.values())


def active_constraints(
    sampling: SamplingConfig, tempo: float, vocabulary: JointVocabulary | None = None
) -> tuple[ActiveConstraint, ...]:
    """Return the rules that settings switch on, with their limits.

    Args:
        sampling: The settings.
        tempo: Quarter notes per minute.
        vocabulary: The joint values, if the model draws those; then only rules that fit them
            are returned.
    """
    found = []
    for rule in constraints():
        limits = rule.limits(sampling, tempo)
        fits = vocabulary is None or (rule.joint and rule.fits(vocabulary))
        if limits is not None and fits:
            found.append(ActiveConstraint(rule, limits))
    return tuple(found)


def register_constraint(rule: Constraint) -> Constraint:
    """Add a rule to those that both engines run, and return it.

    Its setting becomes one of `SamplingConfig.extra`, and an option of the command line.

    Raises:
        ConfigError: The name is taken or no identifier, or the rule has no setting.
    """
    if rule.setting is None:
        raise ConfigError(f"sampling rule {rule.name!r}: expected a setting, a dataclasses.field")
    return CONSTRAINTS.register(rule)
