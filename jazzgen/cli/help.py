"""`jazzgen help`: the help of the program, or of a command."""

from __future__ import annotations

from typing import Annotated

import typer

from jazzgen.errors import ConfigError
from jazzgen.runtime.wording import did_you_mean

__all__ = ["show_help"]


def show_help(
    context: typer.Context,
    command: Annotated[str, typer.Argument(help="A command, such as generate.")] = "",
) -> None:
    """Show the help of jazzgen, or of a command.

    Args:
        context: Typer's context of this command.
        command: The name of a command; "" for the program.

    Raises:
        ConfigError: There is no such command.
    """
    program = context.parent
    if program is None:
        return
    if not command:
        typer.echo(program.get_help())
        return
    names = getattr(program.command, "commands", {})
    if command not in names:
        raise ConfigError(f"{command!r} is not a command{did_you_mean(command, names)}")
    found = names[command]
    with type(program)(found, info_name=command, parent=program) as own:
        typer.echo(found.get_help(own))
