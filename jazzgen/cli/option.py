"""A single option of the command line, made from a field of a configuration."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, Field, dataclass
from enum import Enum, StrEnum
from keyword import iskeyword
from pathlib import Path
from typing import Annotated, Any

import typer

from jazzgen.errors import ConfigError, JazzgenError
from jazzgen.runtime.addresses import is_url
from jazzgen.runtime.settings import choices_of

__all__ = ["Option", "check_names"]


@dataclass(frozen=True)
class Option:
    """An option: how typer sees a field, and what is made of what typer reads.

    Args:
        setting: The name of the setting.
        field: The field of its configuration.
        hint: The type of the field.
        holder: The setting that is a dictionary with this one as an entry; "" for others.
    """

    setting: str
    field: Field[Any]
    hint: Any
    holder: str = ""

    @property
    def off(self) -> bool:
        """Whether it turns off what is on by default, as `--no-band` does."""
        return self.field.default is True

    @property
    def flag(self) -> str | None:
        """The name on the command line; arguments have none."""
        told: Mapping[str, Any] = self.field.metadata
        if told.get("argument"):
            return None
        name: str = told.get("option") or "--" + self.setting.replace("_", "-")
        return name.replace("--", "--no-", 1) if self.off else name

    @property
    def name(self) -> str:
        """The name of typer's parameter; one that Python uses itself gets an underscore."""
        name = self.setting if self.flag is None else self.flag.strip("-").replace("-", "_")
        return f"{name}_" if iskeyword(name) else name

    def parameter(self, group: str = "") -> inspect.Parameter:
        """Return the parameter as typer sees it.

        Args:
            group: The group of options to which it belongs in the help; "" for none.
        """
        told: Mapping[str, Any] = self.field.metadata
        about = told["help"]
        settings: dict[str, Any] = {
            "help": about() if callable(about) else about,
            "metavar": told.get("metavar") or (told.get("unit", "").upper() or None),
            "show_default": _usual(told),
            "rich_help_panel": group or None,
            "case_sensitive": False,
        }
        if "completes" in told:
            settings["autocompletion"] = _completing(told["completes"])
        info = typer.Option(self.flag, **settings) if self.flag else typer.Argument(**settings)
        hint, default = self.hint, self.field.default
        choices = choices_of(self.field, hint)
        if choices:
            choice = _enumeration(choices)
            hint = choice | None if default is None else choice
            default = default if default in (None, MISSING) else choice(default)
        return inspect.Parameter(
            self.name,
            inspect.Parameter.KEYWORD_ONLY,
            annotation=Annotated[hint, info],
            default=inspect.Parameter.empty
            if default is MISSING
            else default is not True and default,
        )

    def read(self, value: Any) -> Any:
        """Return the setting that typer's value stands for.

        Raises:
            ConfigError: It is an address where a path is expected.
        """
        if isinstance(value, Enum):
            return value.value
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, Path) and (address := _address(one)):
                name = self.flag or self.field.metadata.get("metavar") or self.setting.upper()
                raise ConfigError(
                    f"{name} {address}: expected a path; addresses are what `jazzgen prepare` and "
                    "`jazzgen merge` read"
                )
        return not value if self.off else value


def _address(path: Path) -> str:
    """Return the address that a path was before it became one; "" for any other path."""
    first, *rest = path.parts or ("",)
    address = f"{first}//{'/'.join(rest)}"
    return address if is_url(address) else ""


def _completing(names: Callable[[], Iterable[str]]) -> Callable[[str], list[str]]:
    """Return what a shell asks for the values that begin as typed."""

    def complete(incomplete: str) -> list[str]:
        begun = incomplete.lower()
        try:
            return [name for name in names() if name.lower().startswith(begun)]
        except JazzgenError:  # a shell that completes shows no messages
            return []

    return complete


def _usual(told: Mapping[str, Any]) -> str | bool:
    """Return what the help shows as the default: a text, or True for the value itself."""
    usual: Any = told.get("usual", True)
    return usual() if callable(usual) else usual  # type: ignore[no-any-return]


def _enumeration(choices: tuple[str, ...]) -> Any:
    """Return an enumeration, as typer takes choices; the names of its members don't matter."""
    members = {f"choice{number}": name for number, name in enumerate(choices)}
    return StrEnum("Choice", members)


def check_names(options: list[Option]) -> None:
    """Check that no two settings of a command ask for the same option.

    Raises:
        ConfigError: Two settings have the same option.
    """
    taken: set[str] = set()
    for option in options:
        if option.name in taken:
            raise ConfigError(f"option {option.flag or option.name}: two settings have that name")
        taken.add(option.name)
