"""Train a model: the same as `jazzgen train`, with the same flags."""

import sys

import typer

from jazzgen.cli.main import run
from jazzgen.cli.train import train

if __name__ == "__main__":
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    app.command()(train)
    sys.exit(run(app))
