"""Logs of a training run: a CSV file, and TensorBoard's event files where it is installed."""

from __future__ import annotations

import contextlib
import csv
import io
from collections.abc import Sequence
from pathlib import Path

from jazzgen.runtime.atomic import write_text

__all__ = ["write_csv", "write_tensorboard"]


def write_csv(path: Path, rows: Sequence[dict[str, float]]) -> None:
    """Write the figures of all epochs; without any, no file is written.

    Args:
        path: The file.
        rows: The figures of each epoch by name, all of the same names.

    Raises:
        OutputError: The file cannot be written.
    """
    if not rows:
        return
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    write_text(path, out.getvalue())


def write_tensorboard(folder: Path, row: dict[str, float]) -> None:
    """Add the figures of an epoch to TensorBoard's event files.

    Nothing happens if the `tensorboard` package is not installed or the files cannot be
    written: the CSV file has the same figures.

    Args:
        folder: The folder of the event files.
        row: The figures of the epoch by name, its number among them as `epoch`.
    """
    with contextlib.suppress(ImportError, OSError):
        from tensorboard.summary import Writer

        writer = Writer(str(folder))
        for name, value in row.items():
            if name != "epoch":
                writer.add_scalar(name, value, int(row["epoch"]))
        writer.close()
