"""What a listener test finds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

__all__ = ["Control", "ListenerTest", "NoListenerTest"]


@dataclass(frozen=True, kw_only=True)
class Control:
    """How well listeners tell human solos from other human solos, as ROC-AUC.

    Args:
        auc: The higher area of the two listeners on metrics.
        interval: Low and high end of its 95 % interval.
        listener: Which of the two it is, `linear` or `forest`.
    """

    auc: float
    interval: tuple[float, float]
    listener: str


@dataclass(frozen=True, kw_only=True)
class ListenerTest:
    """How well listeners tell generated from human solos, as ROC-AUC.

    Args:
        auc: The higher area of the two listeners on metrics.
        interval: Low and high end of its 95 % interval.
        listener: Which of the two it is, `linear` or `forest`.
        linear: Area of logistic regression on metrics.
        forest: Area of the random forest on metrics.
        sequence: Area of logistic regression on n-grams.
        sequence_interval: Low and high end of the latter's 95 % interval.
        tells: The metrics that give most away, with their weights in the linear listener.
        groups: For each group of metrics the higher area of two listeners that hear no other.
        control: Human solos against other human solos; None where there are too few tunes.
    """

    auc: float
    interval: tuple[float, float]
    listener: str
    linear: float
    forest: float
    sequence: float
    sequence_interval: tuple[float, float]
    tells: Mapping[str, float]
    groups: Mapping[str, float]
    control: Control | None

    def to_json(self) -> dict[str, Any]:
        """Return it as `jazzgen evaluate --json` prints it."""
        return asdict(self)


@dataclass(frozen=True)
class NoListenerTest:
    """A listener test that is not possible.

    Args:
        reason: Why not: there are too few tunes.
    """

    reason: str

    def to_json(self) -> dict[str, Any]:
        """Return it as `jazzgen evaluate --json` prints it."""
        return {"auc": None, "reason": self.reason}
