"""`jazzgen render`: makes sound, notation and pictures of solos in files."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from jazzgen.cli.options import configured
from jazzgen.cli.output import naming, saying_what_is_written, show, show_json
from jazzgen.errors import ConfigError, MissingPackageError, SoloError
from jazzgen.io.bounded import read_content
from jazzgen.io.registry import FORMATS, music_named
from jazzgen.music.trade import Trade
from jazzgen.render.targets import TARGETS, Look, MidiSource, Target, find_targets, targets_named
from jazzgen.runtime.atomic import check_writable
from jazzgen.runtime.files import is_folder
from jazzgen.runtime.ownership import check_replaceable
from jazzgen.runtime.settings import check_settings, setting
from jazzgen.runtime.wording import counted

if TYPE_CHECKING:
    from jazzgen.music.solo import Solo
    from jazzgen.render.audio import Levels

__all__ = ["render"]


class Made(NamedTuple):
    """A file to make.

    Args:
        source: The file of the solo.
        target: What is made of it.
        file: The file to write.
    """

    source: Path
    target: Target
    file: Path


@dataclass(frozen=True, kw_only=True)
class RenderRequest:
    """The solos, and what is made of them (`Look` says how).

    Args:
        solos: The files of the solos.
        to: The names of the targets, with commas between them.
        out: A folder, or the path of one solo's files without the suffix; None for beside each
            solo.
        instrument: The name of the instrument that reads the notation; of soloists who trade,
            names with commas between them.
        overwrite: Whether files that jazzgen has not written may be replaced.
        json: Whether the result is printed as JSON.

    Raises:
        ConfigError: A value is not of its type.
    """

    solos: list[Path] = setting(
        argument=True,
        metavar="SOLO.mid...",
        text=lambda: f"{music_named('or')} files with a solo.",
    )
    to: str = setting(
        "wav",
        metavar="KINDS",
        text=lambda: f"What to make, with commas between: {targets_named()}.",
    )
    out: str | None = setting(
        None,
        metavar="DIR|STEM",
        text="A folder to write to, or (for one solo) a file's name without its suffix; by default "
        "each file is written beside its solo.",
    )
    instrument: str | None = setting(
        None,
        metavar="NAME",
        text="The instrument that reads the notation, transposed for it; by default it is in "
        "concert pitch. Soloists who trade may have one each, with commas between.",
    )
    overwrite: bool = setting(
        False, text="Replace existing files, even those that jazzgen did not write."
    )
    json: bool = setting(False, text="Print JSON.")

    def __post_init__(self) -> None:
        check_settings(self)


@configured
def render(request: RenderRequest, look: Look) -> None:
    """Turn solos into sound, notation or pictures.

    Args:
        request: The solos, the targets and the files to write.
        look: How everything looks and sounds.
    """
    from jazzgen.music.instrument import find_instrument

    try:
        kinds = find_targets(request.to)
    except ConfigError as error:
        raise ConfigError(f"--to {error}") from error
    if request.instrument is not None:
        with naming("--instrument"):
            readers = tuple(find_instrument(name) for name in request.instrument.split(","))
            several = len(readers) > 1
            look = replace(look, instrument=readers[0], instruments=readers if several else ())
    missing: list[MissingPackageError] = []
    kinds, look = _checked(kinds, look, missing)
    made = _files(request.solos, kinds, request.out)
    for one in made:
        check_writable(one.file)
        check_replaceable(one.file, overwrite=request.overwrite)
    read = {solo: _music(solo, kinds) for solo in request.solos}
    for solo, music in read.items():
        _check_readers(solo, music, look)
    results: list[dict[str, Any]] = []
    with saying_what_is_written(results, len(made)):
        for one in made:
            levels = _write(one, read[one.source], look)
            results.append(_result(one, levels))
            if not request.json:
                show(f"{one.file}: {_described(one, levels)}")
    if request.json:
        show_json(results)
    if missing:
        raise ConfigError(f"{missing[0]}; everything else is written")


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
        # `os.path.realpath` accepts links in a circle, which `Path.resolve` does not.
        target = Path(os.path.realpath(one.file))
        if target in read:
            raise ConfigError(
                f"{one.file}: is a solo to render, and would be overwritten; name "
                "another folder or file with --out"
            )
        if target in sources:
            raise ConfigError(
                f"{one.file}: would be made from {sources[target]} and from "
                f"{one.source}; render them one by one"
            )
        sources[target] = one.source
    return made


def _is_folder(out: str) -> bool:
    return out.endswith(("/", "\\")) or is_folder(out)


def _stem(solo: Path, out: str | None, into_folder: bool) -> Path:
    """Return the path of a solo's files without the suffix."""
    if not solo.name:  # "." and "/", which name no file
        raise SoloError(f"{solo}: is a folder; expected a MIDI file")
    if out is None:
        return solo.with_name(solo.stem)
    path = Path(out)
    if into_folder:
        return path / solo.stem
    return path.with_suffix("") if path.suffix[1:].lower() in TARGETS else path


def _checked(
    kinds: Sequence[Target], look: Look, missing: list[MissingPackageError]
) -> tuple[list[Target], Look]:
    """Check what can be made.

    Args:
        kinds: The targets that are asked for.
        look: How everything looks and sounds.
        missing: A list to which is added what the others need.

    Returns:
        The targets that can be made, and the look with the soundfont that plays.

    Raises:
        ConfigError: A setting is out of range, or nothing can be made.
    """
    from jazzgen.render.synthesizer import find_synthesizer

    possible, found = [], look.soundfont
    for kind in kinds:
        try:
            if kind.play:
                with naming("--soundfont" if look.soundfont else f"--to {kind.name}"):
                    found = find_synthesizer(look.soundfont).soundfont
            kind.check(look)
        except MissingPackageError as error:
            missing.append(error)
        else:
            possible.append(kind)
    if not possible:
        raise missing[0]
    return possible, replace(look, soundfont=found)


def _check_readers(file: Path, music: Solo | Trade | None, look: Look) -> None:
    """Check that there are as many soloists as instruments that read them.

    Raises:
        ConfigError: There are not.
    """
    soloists = len(music.solos) if isinstance(music, Trade) else 1
    if music and look.instruments and len(look.instruments) != soloists:
        raise ConfigError(
            f"--instrument names {len(look.instruments)} instruments, but {file} has "
            f"{counted(soloists, 'soloist')}"
        )


def _music(file: Path, kinds: Sequence[Target]) -> Solo | Trade | None:
    """Read a solo, or the solos of soloists who trade.

    Where only the sound is asked for, check that the MIDI is intact, and return None.

    Raises:
        InputError: The file cannot be used.
    """
    from jazzgen.io.midi.events import read_events
    from jazzgen.transcription.read import read_transcription

    if all(kind.takes_midi for kind in kinds) and _is_midi(file):
        read_events(file)
        return None
    found = read_transcription(file)
    return found.trade or found.solo


def _is_midi(file: Path) -> bool:
    """Return whether a file is MIDI, as far as it can be told: of no other kind of solo."""
    return FORMATS.of_music(file) is FORMATS.usual_music


def _midi(file: Path, music: Solo | Trade | None) -> bytes:
    """Return the MIDI of a solo: its file as it is, or what is made of a score, with a band."""
    if music is None or _is_midi(file):
        return read_content(file, "a MIDI file")
    from jazzgen.render.midi import midi_of

    return midi_of(music)


def _write(made: Made, music: Solo | Trade | None, look: Look) -> Levels | None:
    midi = None
    if made.target.takes_midi:
        midi = MidiSource(content=_midi(made.source, music), name=str(made.source))
    return made.target.make(music, midi, made.file, look)


def _result(made: Made, levels: Levels | None) -> dict[str, Any]:
    result: dict[str, Any] = {
        "file": str(made.file),
        "kind": made.target.name,
        "source": str(made.source),
    }
    if levels:
        result["levels"] = levels.to_json()
    return result


def _described(made: Made, levels: Levels | None) -> str:
    if levels is None:
        return f"{made.target.what} of {made.source}"
    minutes, seconds = divmod(round(levels.seconds), 60)
    player = f" ({levels.player})" if levels.player else ""
    return f"{made.target.what} of {made.source}, {minutes}:{seconds:02d}, {levels}{player}"
