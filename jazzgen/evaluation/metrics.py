"""What a metric of solos is: its names, what it measures, its unit, and how it is computed.

`metric_table` lists the metrics; tables, JSON, report, listener test and help are made from them.
Human references are in `human.json`, which `scripts/human_figures.py` writes; a metric that is
registered from outside brings its own, or has none.

Every metric is two-sided: more chord tones than a human plays is as wrong as fewer.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from jazzgen.evaluation.human import HumanRow, human_rows
from jazzgen.evaluation.sharing import Match, match_solos
from jazzgen.music.solo import Solo

__all__ = ["PERFORMANCE", "Metric", "RunMetric", "SoloMetric", "SoloSet"]

Floats = NDArray[np.float64]

PERFORMANCE = ("articulation", "dynamics")
"""The groups of metrics that say how the notes are played, and not which notes they are."""


@dataclass(frozen=True, eq=False)
class SoloSet:
    """Solos that are measured, and the training solos that they may have copied from.

    Args:
        solos: The solos.
        training: The training solos; may be empty.
    """

    solos: Sequence[Solo]
    training: Sequence[Solo] = ()

    @cached_property
    def _matches(self) -> dict[str, list[Match]]:
        return {}

    def matches(self, kind: str) -> list[Match]:
        """Return what each solo shares with training solos over other tunes.

        Args:
            kind: A key of `sharing.KINDS`. Solos are compared once for each.
        """
        if kind not in self._matches:
            self._matches[kind] = match_solos(self.solos, self.training, kind)
        return self._matches[kind]


@dataclass(frozen=True, kw_only=True)
class Metric:
    """A figure of a solo; its kinds are `SoloMetric` and `RunMetric`.

    Args:
        name: The key in JSON.
        label: The name in tables and pictures.
        text: What it measures, in a sentence without a subject.
        group: What it is about; there is a listener for each group.
        unit: The unit; empty for shares and other plain numbers.
        human: Its figures over human solos; by default those in `human.json`, if any.
    """

    name: str
    label: str
    text: str
    group: str = "other"
    unit: str = ""
    human: HumanRow | None = None

    @property
    def heading(self) -> str:
        """The label with its unit."""
        return f"{self.label}, {self.unit}" if self.unit else self.label

    @property
    def reference(self) -> HumanRow | None:
        """Its figures over human solos, None if there are none."""
        return self.human or human_rows().get(self.name)

    @property
    def needs_training(self) -> bool:
        """Whether it can be computed only where training solos are given."""
        return False

    @abstractmethod
    def by_solo(self, solos: SoloSet) -> Floats:
        """Return one value for each solo, NaN where nothing can be counted, shape (solos,)."""

    def observed(self, solos: SoloSet) -> list[Sequence[float]]:
        """Return for each solo the values that mean and standard deviation are taken over."""
        return [(value,) for value in self.by_solo(solos).tolist()]

    def values(self, solos: SoloSet) -> Floats:
        """Return the values of all solos that can be counted, shape (n,)."""
        found = [value for values in self.observed(solos) for value in values]
        column = np.array(found, dtype=np.float64)
        return column[~np.isnan(column)]


@dataclass(frozen=True, kw_only=True)
class SoloMetric(Metric):
    """A metric that is computed from a solo alone.

    Args:
        measure: Returns the solo's value, NaN where nothing can be counted.
        each: Returns the values of the solo's parts, its phrases for example, where mean and
            standard deviation are taken over parts and not over solos.
    """

    measure: Callable[[Solo], float]
    each: Callable[[Solo], Sequence[float]] | None = None

    def by_solo(self, solos: SoloSet) -> Floats:
        """Return one value for each solo, NaN where nothing can be counted, shape (solos,)."""
        return np.array([self.measure(solo) for solo in solos.solos], dtype=np.float64)

    def observed(self, solos: SoloSet) -> list[Sequence[float]]:
        """Return for each solo the values that mean and standard deviation are taken over."""
        if self.each is None:
            return super().observed(solos)
        return [self.each(solo) for solo in solos.solos]


@dataclass(frozen=True, kw_only=True)
class RunMetric(Metric):
    """A metric of what a solo shares with training solos over other tunes.

    Args:
        kind: What is compared: a key of `sharing.KINDS`.
        measure: Returns the value of a match, NaN where the solo is too short.
    """

    kind: str
    measure: Callable[[Match], float]

    @property
    def needs_training(self) -> bool:
        """Whether it can be computed only where training solos are given: it is."""
        return True

    def by_solo(self, solos: SoloSet) -> Floats:
        """Return one value for each solo, NaN where it is too short, shape (solos,)."""
        found = [self.measure(match) for match in solos.matches(self.kind)]
        return np.array(found, dtype=np.float64)
