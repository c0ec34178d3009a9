"""`jazzgen render`: sound, notation and pictures of solos that are there as MIDI."""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from jazzgen.cli.output import naming, saying_what_is_written, show, show_json
from jazzgen.errors import ConfigError
from jazzgen.io.registry import music_named
from jazzgen.render.targets import TARGETS, Look, Target, find_targets, targets_named
from jazzgen.runtime.files import is_folder

if TYPE_CHECKING:
    from jazzgen.music.solo import Solo
    from jazzgen.render.audio import Levels

__all__ = ["render"]


class Made(NamedTuple):
    """A file to make: of which solo, what, and where."""

    source: Path
    target: Target
    file: Path


def render(
    solos: Annotated[list[Path], typer.Argument(help=f"{music_named('or')} files with a solo; "
                                                "sound is made of MIDI alone.",
                                                metavar="SOLO.mid...")],
    to: Annotated[str, typer.Option(help=f"What to make, with commas between: {targets_named()}.",
                  metavar="KINDS")] = "wav",
    out: Annotated[str | None, typer.Option(help="A folder to write to, or (for one solo) a file's "
                   "name without its suffix; by default beside each solo.",
                   metavar="DIR|STEM")] = None,
    soundfont: Annotated[Path | None, typer.Option(help="What to play it with; by default the one "
                         "that JAZZGEN_SOUNDFONT names, or that is installed.",
                         metavar="FILE.sf2")] = None,
    instrument: Annotated[str | None, typer.Option(help="Whose part the notation is, transposed "
                          "for it; by default it is in concert pitch.", metavar="NAME")] = None,
    concert: Annotated[bool, typer.Option("--concert", help="Notation in concert pitch, also for "
                       "an instrument that transposes.")] = False,
    bars_per_row: Annotated[int, typer.Option(help="Bars on one line of a picture, 1 to 16.")] = 4,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:  # fmt: skip
    """Turn solos into sound, notation or pictures."""
    from jazzgen.music.instrument import find_instrument

    try:
        kinds = find_targets(to)
    except ConfigError as error:
        raise ConfigError(f"--to {error}") from error
    with naming("--instrument"):
        player = find_instrument(instrument) if instrument is not None else None
    made = _files(solos, kinds, out)
    look = Look(instrument=player, concert=concert, bars_per_row=bars_per_row, soundfont=soundfont)
    look = _checked(made, kinds, look)
    read = {solo: _solo(solo, kinds) for solo in solos}
    results: list[dict[str, Any]] = []
    with saying_what_is_written(results, len(made)):
        for one in made:
            levels = _write(one, read[one.source], look)
            results.append(_result(one, levels))
            if not json:
                show(f"{one.file}: {_described(one, levels)}")
    if json:
        show_json(results)


def _files(solos: Sequence[Path], kinds: Sequence[Target], out: str | None) -> list[Made]:
    """Return the files to make.

    Raises:
        ConfigError: Two of them are the same, or one is a solo that is read.
    """
    into_folder = out is not None and (len(solos) > 1 or _is_folder(out))
    made = [
        Made(solo, kind, Path(f"{_stem(solo, out, into_folder)}.{kind.name}"))
        for solo in dict.fromkeys(solos)
        for kind in kinds
    ]
    sources: dict[Path, Path] = {}
    read = {Path(os.path.realpath(solo)) for solo in solos}
    for one in made:
        place = Path(os.path.realpath(one.file))  # which bears a link in a circle
        if place in read:
            raise ConfigError(f"{one.file}: is a solo to render, and would be overwritten; give "
                              "another place with --out")  # fmt: skip
        if place in sources:
            raise ConfigError(f"{one.file}: would be made both of {sources[place]} and of "
                              f"{one.source}; render them one by one")  # fmt: skip
        sources[place] = one.source
    return made


def _is_folder(out: str) -> bool:
    return out.endswith(("/", "\\")) or is_folder(out)


def _stem(solo: Path, out: str | None, into_folder: bool) -> Path:
    """Return where the files of a solo are, without the suffix."""
    if out is None:
        return solo.with_name(solo.stem)
    place = Path(out)
    if into_folder:
        return place / solo.stem
    return place.with_suffix("") if place.suffix[1:].lower() in TARGETS else place


def _checked(made: Sequence[Made], kinds: Sequence[Target], look: Look) -> Look:
    """Check that everything can be made; return the look with the soundfont that sound needs.

    Raises:
        ConfigError: A tool or a soundfont is missing, or a setting is out of range.
        OutputError: A file cannot be written.
    """
    from jazzgen.runtime.atomic import check_writable

    for one in made:
        check_writable(one.file)
    for check in dict.fromkeys(kind.check for kind in kinds):
        check(look)
    sound = next((kind for kind in kinds if kind.play), None)
    if sound is None:
        return look
    from jazzgen.render.soundfont import find_soundfont

    with naming("--soundfont" if look.soundfont else f"--to {sound.name}"):
        return replace(look, soundfont=find_soundfont(look.soundfont))


def _solo(file: Path, kinds: Sequence[Target]) -> Solo | None:
    """Read a solo; where only its sound is asked for, its MIDI needs to be whole, no more.

    Raises:
        MidiError: It is not usable.
    """
    from jazzgen.io.midi.events import read_events
    from jazzgen.transcription.read import read

    if all(kind.play for kind in kinds):
        read_events(file)
        return None
    return read(file)


def _write(made: Made, solo: Solo | None, look: Look) -> Levels | None:
    if made.target.play:
        return made.target.play(made.source, made.file, look)
    if made.target.write and solo is not None:
        made.target.write(solo, made.file, look)
    return None


def _result(made: Made, levels: Levels | None) -> dict[str, Any]:
    result: dict[str, Any] = {
        "file": str(made.file), "kind": made.target.name, "source": str(made.source),
    }  # fmt: skip
    if levels:
        # JSON knows no infinity, which is how quiet silence is.
        result["levels"] = {
            name: round(value, 2) if math.isfinite(value) else None
            for name, value in vars(levels).items()
        }
    return result


def _described(made: Made, levels: Levels | None) -> str:
    if levels is None:
        return f"{made.target.what} of {made.source}"
    minutes, seconds = divmod(round(levels.seconds), 60)
    loud = (
        f"peak {levels.peak:.1f} dBFS, RMS {levels.rms:.1f} dBFS"
        if math.isfinite(levels.peak)
        else "silence"
    )
    return f"{made.target.what} of {made.source}, {minutes}:{seconds:02d}, {loud}"
