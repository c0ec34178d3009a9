"""Settings of gradient clipping: by the global norm or by value, but never by both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from jazzgen.errors import ConfigError

__all__ = ["Clipped", "check_clipping", "clipping_defaults"]


class Clipped(Protocol):
    """The settings of a training whose gradients are clipped."""

    @property
    def clip_norm(self) -> float:
        """The largest global norm of the gradients of a step; 0 for no limit."""

    @property
    def clip_value(self) -> float:
        """The largest absolute value of a gradient; 0 for no limit."""


def check_clipping(settings: Clipped) -> None:
    """Check that gradients are clipped in at most one way.

    Raises:
        ConfigError: They are clipped both by norm and by value.
    """
    if settings.clip_norm and settings.clip_value:
        raise ConfigError(
            "gradients are clipped by norm or by value, not both: give one of "
            "clip_norm and clip_value"
        )


def clipping_defaults(given: Mapping[str, Any]) -> dict[str, float]:
    """Return the defaults that depend on other settings: clipping by value replaces that by norm.

    Args:
        given: The settings that the user has given, by name.
    """
    return {"clip_norm": 0.0} if given.get("clip_value") else {}
