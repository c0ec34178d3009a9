"""The files that `jazzgen generate` writes, checked before anything is played."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING

from jazzgen.cli.generate_options import DEFAULT_FILE, take_files
from jazzgen.errors import ConfigError, OutputError
from jazzgen.render.playback import Playback
from jazzgen.render.target import Look
from jazzgen.render.targets import target_of
from jazzgen.runtime.atomic import check_writable
from jazzgen.runtime.ownership import check_replaceable

if TYPE_CHECKING:
    from jazzgen.cli.generate_requests import OutputRequest

__all__ = ["changed", "checked_files", "shared_band"]


def changed(output: OutputRequest) -> list[str]:
    """Return the names of the settings of the output that differ from their defaults."""
    return [one.name for one in fields(output) if getattr(output, one.name) != one.default]


def shared_band(output: OutputRequest, *, shares: bool) -> Path | None:
    """Return the file after which the stems of a band are called that several takes share.

    Those of sound are not shared: they sum to the mix of their take, whose gain is its own.

    Args:
        output: What is written.
        shares: Whether the takes have one band.

    Returns:
        The file; None if each take has stems of its own.
    """
    file = output.out or DEFAULT_FILE
    if not (shares and output.stems) or target_of(file, "--out").play:
        return None
    return file


def checked_files(
    output: OutputRequest,
    read: Sequence[Path | None],
    playback: Playback,
    soloists: int,
    band: Path | None = None,
) -> list[Path]:
    """Return the file of each take, after a check that all files can be written.

    Args:
        output: What is written.
        read: The files that are read; None among them are ignored.
        playback: Who plays along.
        soloists: The number of soloists.
        band: See `shared_band`.

    Raises:
        ConfigError: Nothing has the suffix of the file, what it needs is not installed, or it
            has no parts.
        OutputError: A file cannot be written, is the user's, or is also read.
    """
    target = target_of(output.out or DEFAULT_FILE, "--out")
    # Takes that are lanes of one file all have that file.
    files = take_files(output.out, 1 if target.lanes else output.takes, read)
    target.check(Look())
    if output.stems and not target.stems:
        raise ConfigError(f"--stems: {target.what} has no parts; leave out --stems")
    parts: list[Path] = []
    if output.stems:
        from jazzgen.render.midi import stem_files

        parts += [one for file in files for one in stem_files(file, playback, soloists, band)]
    if output.picture in (*files, *parts):
        raise OutputError(f"--picture {output.picture}: is another output; name another file")
    for one in (*files, *([output.picture] if output.picture else []), *parts):
        check_writable(one)
        check_replaceable(one, overwrite=output.overwrite)
    return files * (output.takes if target.lanes else 1)
