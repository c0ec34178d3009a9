"""The `jazzgen` command: its subcommands and exit codes; `jazzgen.__main__` is the entry point."""

from __future__ import annotations

import errno
import io
import os
import re
import sys
import warnings
from pathlib import Path
from typing import Annotated

import typer

import jazzgen
from jazzgen.cli.lazy_commands import lazy_group
from jazzgen.cli.output import drop_output, printable, say
from jazzgen.errors import JazzgenError
from jazzgen.runtime.extras import needing
from jazzgen.runtime.interrupts import Interrupted, obeyed, turned_into_another
from jazzgen.runtime.plugins import load_plugins
from jazzgen.runtime.threads import start_with_one_blas_thread

__all__ = ["app", "main", "run"]

COMMANDS = {
    "fetch": "jazzgen.cli.fetch:fetch",
    "prepare": "jazzgen.cli.prepare:prepare",
    "merge": "jazzgen.cli.merge:merge",
    "train": "jazzgen.cli.train:train",
    "generate": "jazzgen.cli.generate:generate",
    "render": "jazzgen.cli.render:render",
    "play": "jazzgen.cli.play:play",
    "studio": "jazzgen.studio.command:studio",
    "evaluate": "jazzgen.cli.evaluate:evaluate",
    "export": "jazzgen.cli.export:export",
    "models": "jazzgen.cli.listing:models",
    "charts": "jazzgen.cli.charts:charts",
    "styles": "jazzgen.cli.styles:styles",
    "titles": "jazzgen.cli.titles:titles",
    "train-titles": "jazzgen.cli.train_titles:train_titles",
    "diagnose": "jazzgen.cli.diagnose:diagnose",
    "help": "jazzgen.cli.help:show_help",
}
"""Where each command is defined; its module is loaded when the command is asked for."""

DISK_ERRORS = (errno.ENOSPC, errno.EFBIG, errno.EIO, errno.EDQUOT)
"""What the system says where nothing more can be written."""
NO_CHOICE = re.compile(r"'([^']*)' is not one of (.+)")
"""What Typer says of a value that is none of its choices."""
LONGEST_LINE = 2000
"""The characters of a message; from the middle of a longer one some are left out."""

app = typer.Typer(
    name="jazzgen",
    cls=lazy_group(COMMANDS),
    help="Learn to improvise from jazz solos, and write solos that open in a DAW.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(jazzgen.__version__)
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    """Learn to improvise from jazz solos, and write solos that open in a DAW."""


def main() -> int:
    """Run the command line; return its exit code (see `run`)."""
    _open_streams()
    start_with_one_blas_thread()  # no command has loaded NumPy yet
    if not sys.warnoptions:
        # What overflows in damaged numbers is refused in a line of its own.
        warnings.simplefilter("ignore", RuntimeWarning)
    return run(app)


def _open_streams() -> None:
    """Put nothing in the place of standard streams that were closed before the program began.

    Otherwise the next file that is opened would get a stream's number, and be written to by
    whatever prints. Letters that the encoding of a stream lacks are escaped.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # gets the lowest free number, which is this one
            mode = "w" if number else "r"
            setattr(sys, name, os.fdopen(number, mode, encoding="utf-8", closefd=False))
    # Not every encoding has every letter: on Windows that of a pipe has no flats.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper) and stream.errors == "strict":
            stream.reconfigure(errors="backslashreplace")


def run(application: typer.Typer) -> int:
    """Run a command-line application.

    Args:
        application: The application with its commands.

    Returns:
        The exit code: 0 for success, 1 for a bug in jazzgen, 2 for input or output that cannot
        be used, and 130, 143 or 129 after SIGINT (Ctrl-C), SIGTERM or SIGHUP.
    """
    try:
        with obeyed():
            return _run(application)
    except Interrupted as stop:
        return _complain(str(stop), stop.code)


def _run(application: typer.Typer) -> int:
    try:
        load_plugins()  # before the options are built, which list what plug-ins register
        with needing("this needs"):
            return application(standalone_mode=False) or 0
    except JazzgenError as error:
        return _complain(str(error), 2)
    except typer.Exit as request:
        return request.exit_code
    except typer.Abort as stop:  # Click makes it of Ctrl-C, and of the end of a file too
        if isinstance(stop.__cause__, EOFError):
            return _fault(stop.__cause__)
        raise Interrupted from None
    except KeyboardInterrupt:
        raise Interrupted from None
    except SystemExit:  # so Click ends where nobody reads any more, which is no error
        drop_output()
        return 0
    except OSError as error:
        return _system_error(error)
    except Exception as error:  # noqa: BLE001 - the last line of defence
        return _fault(error)


def _system_error(error: OSError) -> int:
    """Say what the system refuses that no module has foreseen, and return the exit code."""
    if error.errno == errno.ENOENT and not _has_folder():
        return _complain("the current folder does not exist any more", 2)
    if error.errno not in DISK_ERRORS or error.filename is not None:
        return _fault(error)
    drop_output()  # a help text that cannot be printed
    return _complain(f"standard output: {error.strerror}", 2)


def _has_folder() -> bool:
    """Return whether the current folder is still there."""
    try:
        return bool(Path.cwd())
    except OSError:
        return False


def _fault(error: Exception) -> int:
    interruption = turned_into_another()
    if interruption is not None:
        raise interruption from error
    if hasattr(error, "format_message"):  # a usage error, for which Typer has a good message
        message = _with_nearest(error.format_message().strip().rstrip("."))
        # If the message is empty, Typer has already printed the help.
        return _complain(f"{message}; {_hint(error)}", 2) if message else 2
    if os.environ.get("JAZZGEN_DEBUG"):
        raise error
    kind = type(error).__name__
    return _complain(f"internal error: {kind}: {error} (JAZZGEN_DEBUG=1 shows where)", 1)


def _with_nearest(message: str) -> str:
    """Return a message with the choice that may be meant, where it lists the choices."""
    from jazzgen.runtime.wording import did_you_mean

    found = NO_CHOICE.search(message)
    return message + (did_you_mean(found[1], re.findall("'([^']+)'", found[2])) if found else "")


def _hint(error: Exception) -> str:
    context = getattr(error, "ctx", None)
    return f"see {context.command_path if context else 'jazzgen'} --help"


def _complain(message: str, code: int) -> int:
    line = printable(" ".join(message.split()))
    if len(line) > LONGEST_LINE:  # somebody typed as much, or has pasted a file
        half = LONGEST_LINE // 2
        line = f"{line[:half]} … {line[-half:]}"
    say(f"jazzgen: {line}")
    return code
