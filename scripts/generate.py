"""Improvise over a chart: the same as `jazzgen generate`, with the same flags."""

import sys

import typer

from jazzgen.cli.generate import generate
from jazzgen.cli.main import run

if __name__ == "__main__":
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    app.command()(generate)
    sys.exit(run(app))
