"""Command-line options that are derived from the fields of configurations.

A command takes configurations instead of options:

    @configured
    def generate(sampling: Given[SamplingConfig], output: OutputRequest) -> None: ...

Each field with a help text (see `jazzgen.runtime.settings`) becomes an option. Its name, type,
default, choices and help come from the field, and the configuration checks the value. A parameter
of type `C` receives the configuration itself. A parameter of type `Given[C]` receives the values
given on the command line, for a command whose defaults differ from the configuration's.

Options are made just before the command line is read, not when the command is defined, so that
they include the choices that plug-ins have registered.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from typing import Annotated, Any, Generic, TypeVar, get_args, get_origin, get_type_hints

import typer

from jazzgen.cli.option import Option, check_names
from jazzgen.errors import ConfigError
from jazzgen.runtime.settings import type_hints

__all__ = ["Command", "Given", "Without", "configured", "with_examples"]
T = TypeVar("T")
CONTEXT = "command_line_context"
"""The name of the parameter that receives typer's context; no option has this name."""


@dataclass(frozen=True)
class Given(Generic[T]):
    """The settings of a configuration that were given on the command line.

    Args:
        kind: The class of the configuration.
        values: The given settings, by name.
        names: The name of each setting's option, for messages; of all settings of the command.
    """

    kind: type[T]
    values: Mapping[str, Any]
    names: Mapping[str, str]

    def build(self, make: Callable[..., T] | None = None, /, **defaults: Any) -> T:
        """Return the configuration.

        Args:
            make: A function from settings to the configuration; by default its class.
            defaults: Settings that apply unless others were given.

        Raises:
            ConfigError: A setting is wrong; the message names its option.
        """
        with self.naming():
            return (make or self.kind)(**{**defaults, **self.values})

    @contextmanager
    def naming(self) -> Iterator[None]:
        """Replace the names of settings in error messages by those of their options.

        Raises:
            ConfigError: The `ConfigError` of the block. Its first word and words with an
                underscore are taken for settings.
        """
        try:
            yield
        except ConfigError as error:
            text = re.sub(r"^\w+|\b\w+_\w+\b", lambda word: self._named(word[0]), str(error))
            raise ConfigError(text) from error

    def _named(self, word: str) -> str:
        return self.names.get(word, word)


class Without:
    """Settings that a command does not offer: `Annotated[Given[C], Without("low", "high")]`.

    Args:
        names: The settings.
    """

    def __init__(self, *names: str) -> None:
        self.names = names


def configured(function: Callable[..., None]) -> Command:
    """Turn a function that takes configurations into a command."""
    return Command(function)


def with_examples(*examples: str) -> Callable[[Callable[..., None]], Command]:
    """Return what turns a function into a command whose help groups its options.

    Each configuration has a group of its own, which is called like the function's parameter.

    Args:
        examples: Command lines that the help ends with.
    """
    return lambda function: Command(function, examples)


class Command:
    """A function with options, as typer takes it; its own parameters are configurations.

    Args:
        function: What is run; each parameter has the type `C` or `Given[C]` for a
            dataclass `C`.
        examples: Command lines that the help ends with; with any, it groups the options.
    """

    def __init__(self, function: Callable[..., None], examples: Sequence[str] = ()) -> None:
        self.function = function
        self.examples = tuple(examples)
        self.__name__ = function.__name__
        # Typer shows the docstring as help; the options have help texts of their own.
        self.__doc__ = inspect.cleandoc(function.__doc__ or "").partition("\n\nArgs:")[0]
        # Typer also reads the annotations; those of the function would contradict the signature.
        self.__annotations__: dict[str, Any] = {}

    @property
    def __signature__(self) -> inspect.Signature:
        """The parameters that typer sees: one per option."""
        context = inspect.Parameter(
            CONTEXT, inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context
        )
        options = [(option, part.name) for part in self._parts for option in part.options]
        check_names([option for option, _ in options])
        shown = [
            option.parameter(f"{name.capitalize()} options" if self.examples else "")
            for option, name in options
        ]
        return inspect.Signature([context, *shown])

    @property
    def _parts(self) -> list[_Part]:
        hints = get_type_hints(self.function, include_extras=True)
        parameters = inspect.signature(self.function).parameters
        return [_Part.of_parameter(name, hints[name]) for name in parameters]

    def __call__(self, **values: Any) -> None:
        """Run the function with the configurations given on the command line."""
        context: typer.Context = values.pop(CONTEXT)
        said = {name for name in values if _was_said(context, name)}
        parts = self._parts
        names = {setting: flag for part in parts for setting, flag in part.flags.items()}
        # Two configurations may have a setting of the same name: each knows its own option.
        self.function(
            **{part.name: part.collect(values, said, {**names, **part.flags}) for part in parts}
        )


def _was_said(context: typer.Context, name: str) -> bool:
    source = context.get_parameter_source(name)
    return source is not None and source.name != "DEFAULT"


@dataclass(frozen=True)
class _Part:
    """A parameter of a command: a configuration.

    Args:
        name: The name of the parameter.
        kind: The class of the configuration.
        as_given: Whether the parameter is a `Given[C]`, not a `C`.
        without: The settings that the command does not offer.
    """

    name: str
    kind: type[Any]
    as_given: bool
    without: tuple[str, ...]

    @classmethod
    def of_parameter(cls, name: str, hint: Any) -> _Part:
        """Return the parameter of an annotation: `C`, `Given[C]`, or one of them with `Without`.

        Args:
            name: The name of the parameter.
            hint: Its annotation.
        """
        without: tuple[str, ...] = ()
        if get_origin(hint) is Annotated:
            hint, *notes = get_args(hint)
            without = tuple(one for note in notes for one in note.names)
        as_given = get_origin(hint) is Given
        return cls(name, get_args(hint)[0] if as_given else hint, as_given, without)

    @property
    def options(self) -> list[Option]:
        """The options, in the order of the fields."""
        hints = type_hints(self.kind)
        found = []
        for one in fields(self.kind):
            if "fields" in one.metadata:
                inner = one.metadata["fields"]()
                found += [
                    Option(name, further, float, holder=one.name) for name, further in inner.items()
                ]
            elif "help" in one.metadata and one.name not in self.without:
                found.append(Option(one.name, one, hints[one.name]))
        return found

    @property
    def flags(self) -> dict[str, str]:
        """The flag of each option, by the name of its setting."""
        return {option.setting: option.flag for option in self.options if option.flag is not None}

    def collect(self, values: Mapping[str, Any], said: set[str], names: Mapping[str, str]) -> Any:
        """Return the value with which the command is called.

        Args:
            values: The values that typer has read, by the names of its own parameters.
            said: The names of those that the command line gives.
            names: The flag of each setting, for messages.
        """
        chosen: dict[str, Any] = {}
        for option in self.options:
            if self.as_given and option.name not in said:
                continue
            settings = chosen.setdefault(option.holder, {}) if option.holder else chosen
            settings[option.setting] = option.read(values[option.name])
        given = Given(self.kind, chosen, names)
        return given if self.as_given else given.build()
