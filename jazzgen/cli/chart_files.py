"""What `jazzgen charts` writes: a chart in another format, or as a lead sheet."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from jazzgen.errors import ConfigError
from jazzgen.io.registry import FORMATS, listed
from jazzgen.music.chart import Chart
from jazzgen.runtime.files import is_folder

__all__ = ["ChartFile", "chart_file", "file_named_for", "kinds_named", "suffixes_named"]

SHEETS = {"pdf": ".pdf", "svg": ".svg", "png": ".png"}
"""The suffixes of lead sheets, by the names of `--to`."""


@dataclass(frozen=True, kw_only=True)
class ChartFile:
    """A kind of file that a chart is written to.

    Args:
        suffix: The end of its name.
        content: Gives the bytes of the file.
    """

    suffix: str
    content: Callable[[Chart], bytes]


def kinds_named() -> str:
    """Return the names of all kinds of files for `--to`."""
    return listed([*SHEETS, *_formats()], "or")


def suffixes_named() -> str:
    """Return what the names of written files may end in."""
    return listed([*_formats().values(), *SHEETS.values()], "or")


def _formats() -> dict[str, str]:
    """Return the suffixes of formats that charts are written in, by the names of `--to`."""
    return {_short_name(one.name, one.written[0]): one.written[0] for one in FORMATS.writing}


def _short_name(name: str, suffix: str) -> str:
    return "ireal" if name.startswith("iReal") else suffix.lstrip(".")


def chart_file(name: str, option: str) -> ChartFile:
    """Return the kind of a file.

    Args:
        name: A file's name, or a suffix.
        option: The option and what it was given, for the message.

    Raises:
        ConfigError: Charts are not written to such files.
    """
    suffix = Path(name).suffix.lower()
    if suffix in SHEETS.values():
        return ChartFile(suffix=suffix, content=lambda chart: _sheet(chart, suffix))
    kind = FORMATS.for_writing(name)
    if kind is None:
        raise ConfigError(f"{option}: expected a name that ends in {suffixes_named()}")
    return ChartFile(suffix=suffix, content=kind.chart_bytes)


def file_named_for(kind: str, name: str, out: Path | None) -> Path:
    """Return the file that a chart is written to.

    Args:
        kind: A name of `--to`.
        name: The name of the chart, as the command was given it.
        out: The file or folder of `--out`; None for the current folder.

    Raises:
        ConfigError: There is no such kind, or `--out` names a file of another one.
    """
    suffix = {**SHEETS, **_formats()}.get(kind.strip().lower().lstrip("."))
    if suffix is None:
        raise ConfigError(f"--to {kind}: expected {kinds_named()}")
    words = re.sub(r"[^\w#-]+", "-", Path(name).stem if "://" not in name else "chart")
    file = f"{words.strip('-')[:60] or 'chart'}{suffix}"
    if out is None:
        return Path(file)
    if is_folder(out):
        return out / file
    if out.suffix.lower() != suffix:
        raise ConfigError(
            f"--out {out}: expected a name that ends in {suffix}, as --to says {kind}"
        )
    return out


def _sheet(chart: Chart, suffix: str) -> bytes:
    from jazzgen.render.chart_grid import chart_grid

    return chart_grid(chart, suffix)
