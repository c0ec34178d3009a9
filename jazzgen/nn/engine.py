"""What an engine does: it plays values over a chart, and says how likely it finds them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jazzgen.config import ModelConfig, SamplingConfig
from jazzgen.encoding.sequence import START_PITCH, ValueSequence
from jazzgen.encoding.vocabulary import JointVocabulary
from jazzgen.music.chart import Chart
from jazzgen.nn.constraints import ActiveConstraint, active_constraints
from jazzgen.nn.sizes import FORCED

__all__ = ["CHUNK", "Engine", "Task"]

CHUNK = 128
"""Steps for which noise is drawn at a time."""


@dataclass(frozen=True)
class Task:
    """What is to be played.

    Args:
        chart: The changes, choruses unfolded.
        seeds: One for each line; a line depends on its own seed alone.
        sampling: How to draw.
        performers: Number of each line's performer, 0 for nobody in particular.
        end: The tick at which lines stop.
        opening: Values that each line begins with, shape (T, FORCED).
    """

    chart: Chart
    seeds: Sequence[int]
    sampling: SamplingConfig
    performers: Sequence[int]
    end: int
    opening: NDArray[np.int32] = field(default_factory=lambda: np.zeros((0, FORCED), np.int32))

    @property
    def start(self) -> int:
        """The pitch that a first interval is counted from: the one within the range nearest F4."""
        return min(max(START_PITCH, self.sampling.low), self.sampling.high)

    def constraints(
        self, vocabulary: JointVocabulary | None = None
    ) -> tuple[ActiveConstraint, ...]:
        """Return the sampling rules that are on.

        Args:
            vocabulary: Of joint values, where the model draws those.
        """
        return active_constraints(self.sampling, self.chart.tempo, vocabulary)


class Engine(ABC):
    """Runs a model.

    Args:
        config: The architecture.
        performers: Names that the model can be asked to play like.
        heard: How many solos of each it has heard; empty where nobody counted.
    """

    name: str
    """What the command line calls it."""

    def __init__(
        self, config: ModelConfig, performers: Sequence[str] = (), heard: Sequence[int] = ()
    ) -> None:
        self.config = config
        self.performers = tuple(performers)
        self.heard = tuple(heard)

    @abstractmethod
    def play(self, task: Task) -> NDArray[np.int32]:
        """Play until every line is at the end.

        Returns:
            Pitches, durations, loudness and timing classes, shape (B, T, 4); behind its end
            a line has rests of no duration.
        """

    @abstractmethod
    def bits_per_note(
        self, sequences: Sequence[ValueSequence], performers: Sequence[int]
    ) -> list[float]:
        """Return how surprising solos are; infinite where fewer than two notes are judged.

        Args:
            sequences: The solos.
            performers: The number of each one's performer.
        """

    @property
    @abstractmethod
    def layers(self) -> Any:
        """The model's shared layers (`nn.keras_engine.shared_layers`), for the graphs."""
