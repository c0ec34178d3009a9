"""Settings of gradient clipping, which is by the global norm or by value, never by both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from jazzgen.errors import ConfigError

__all__ = ["Clipped", "check_clipping", "clipping_defaults"]


class Clipped(Protocol):
    """Settings of a training whose gradients are clipped."""

    @property
    def clip_norm(self) -> float:
        """Largest global norm of a step's gradients; 0 for none."""

    @property
    def clip_value(self) -> float:
        """Largest absolute value of a gradient; 0 for none."""


def check_clipping(settings: Clipped) -> None:
    """Check that gradients are clipped in one way at most.

    Raises:
        ConfigError: They are clipped both by norm and by value.
    """
    if settings.clip_norm and settings.clip_value:
        raise ConfigError(
            "gradients are clipped by norm or by value, not both: give one of "
            "clip_norm and clip_value"
        )


def clipping_defaults(given: Mapping[str, Any]) -> dict[str, float]:
    """Return the defaults that change with what is given: a limit of values replaces the norm's.

    Args:
        given: Settings that were given, by name.
    """
    return {"clip_norm": 0.0} if given.get("clip_value") else {}
