"""Settings that plug-ins add to a configuration while the program runs."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import Field

from jazzgen.errors import ConfigError
from jazzgen.runtime.settings import check_bounds

__all__ = ["RegisteredFields"]

REQUIRED = {"help", "min", "max"}
"""The metadata that the field of a registered setting must have."""


class RegisteredFields:
    """Settings with numbers as values, by name; each describes itself as `setting` does.

    Args:
        owner: What a setting belongs to, for messages: "sampling rule".
    """

    def __init__(self, owner: str) -> None:
        self.owner = owner
        self.fields: dict[str, Field[float]] = {}

    def add(self, name: str, described: Field[float], *, reserved: Container[str] = ()) -> None:
        """Add a setting.

        Args:
            name: The name of the setting.
            described: Its field, with a number as its default.
            reserved: Names that are taken by the configuration itself.

        Raises:
            ConfigError: The name is taken or is no identifier, or the metadata is incomplete.
        """
        if not name.isidentifier():
            raise ConfigError(f"setting {name!r}: expected letters, digits and underscores")
        if name in self.fields or name in reserved:
            raise ConfigError(f"setting {name!r}: the name is already taken")
        missing = REQUIRED - set(described.metadata)
        if missing:
            raise ConfigError(
                f"setting {name!r}: expected {', '.join(sorted(missing))} in metadata"
            )
        # A dataclass sets both on its own fields; nobody does it for a field on its own.
        described.name, described.type = name, "float"
        _check_number(described, described.default)
        self.fields[name] = described

    def remove(self, name: str) -> None:
        """Remove a setting.

        Raises:
            ConfigError: No setting of that name is registered.
        """
        if self.fields.pop(name, None) is None:
            raise ConfigError(f"setting {name!r}: is not registered")

    def check(self, name: str, value: float) -> None:
        """Check a value that is given for a setting.

        Args:
            name: The name of the setting.
            value: The value, a number within the setting's bounds.

        Raises:
            ConfigError: No setting has that name, or the value is wrong.
        """
        if name not in self.fields:
            known = (
                f"expected one of {', '.join(self.fields)}" if self.fields else "none is registered"
            )
            raise ConfigError(f"{self.owner} {name!r}: is unknown; {known}")
        _check_number(self.fields[name], value)

    def default(self, name: str) -> float:
        """Return the default of a setting."""
        return self.fields[name].default  # type: ignore[return-value]  # `add` has checked it


def _check_number(described: Field[float], value: object) -> None:
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise ConfigError(f"{described.name} {value!r}: expected a number")
    check_bounds(described, value)
