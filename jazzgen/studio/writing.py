"""What leaves the studio: pages of notation, files of every render target, and kept takes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from jazzgen.errors import ConfigError, OutputError
from jazzgen.music.instrument import find_instrument, is_instrument
from jazzgen.music.solo import Solo
from jazzgen.music.timing import check_tempo
from jazzgen.render.notation_targets import look_for_players
from jazzgen.render.saving import write_music
from jazzgen.render.target import Look, Target
from jazzgen.render.targets import TARGETS
from jazzgen.runtime.files import is_there
from jazzgen.studio.fields import field_of
from jazzgen.studio.take import KeptTake

__all__ = ["exported", "formats_json", "keep", "music_folder", "notation"]

FURTHEST = 36
"""The largest number of semitones by which a take is transposed."""
MOST_OF_NAME = 999
"""The largest number of files of one title in the folder of kept takes."""


def music_folder() -> Path:
    """Return the folder of kept takes, whether or not it exists: `~/Music/jazzgen`."""
    from platformdirs import user_music_path

    return user_music_path() / "jazzgen"


def formats_json() -> list[dict[str, Any]]:
    """Return the formats that takes are exported in, and what those that are missing need."""
    return [_format(target) for target in TARGETS.values()]


def _format(target: Target) -> dict[str, Any]:
    missing = None
    try:
        target.check(Look())
    except ConfigError as error:
        missing = str(error)
    return {
        "name": target.name,
        "title": target.what,
        "suffix": f".{target.name}",
        "available": missing is None,
        "missing": missing,
    }


def _semitones(request: Mapping[str, Any]) -> int:
    semitones: int = field_of(request, "transpose", int, 0)
    if abs(semitones) > FURTHEST:
        raise ConfigError(f"transpose {semitones}: expected -{FURTHEST} to {FURTHEST}")
    return semitones


def _changed(solo: Solo, request: Mapping[str, Any]) -> Solo:
    """Return a solo transposed, and at another tempo, as a request says."""
    if semitones := _semitones(request):
        solo = solo.transpose(semitones)
    tempo: float | None = field_of(request, "tempo", float, None)
    if tempo is None:
        return solo
    chart = replace(solo.chart, tempo=check_tempo(tempo, "tempo"), tempo_changes=())
    return replace(solo, chart=chart)


def notation(take: KeptTake, request: Mapping[str, Any]) -> list[str]:
    """Return the pages of a take's notation as SVG.

    Args:
        take: The take.
        request: "transpose", the semitones by which it is written higher than it sounds, by
            default as the instrument is; "clef", which is "treble" or "bass".

    Raises:
        MissingPackageError: Verovio is not installed.
    """
    from jazzgen.io.musicxml.solo import solo_to_musicxml
    from jazzgen.render.engraving import check_engraving, engrave

    check_engraving()
    solo = take.solo()
    name = take.instrument if is_instrument(take.instrument) else "piano"
    reader = find_instrument(name)
    asked: dict[str, Any] = {}
    if request.get("transpose") is not None:
        asked["transposition"] = _semitones(request)
    if request.get("clef") is not None:
        asked["bass_clef"] = field_of(request, "clef", str) == "bass"
    score = solo_to_musicxml(solo, replace(reader, **asked), credit=take.performer)
    return engrave(score)


def exported(take: KeptTake, request: Mapping[str, Any]) -> tuple[str, bytes]:
    """Return a file of a take: its name and its bytes.

    Args:
        take: The take.
        request: "format", the name of a render target; "transpose" in semitones; "tempo".

    Raises:
        ConfigError: There is no such format, or it needs what is not installed.
        OutputError: The file cannot be made.
    """
    target = _target(field_of(request, "format", str))
    with TemporaryDirectory(prefix="jazzgen-") as folder:
        file = Path(folder) / f"{_name_of(take)}.{target.name}"
        _write(take, request, file)
        return file.name, file.read_bytes()


def keep(take: KeptTake, request: Mapping[str, Any], folder: Path | None = None) -> dict[str, Any]:
    """Write a take to the folder of kept takes, under a name that no file there has.

    Args:
        take: The take.
        request: "formats", the names of render targets; "transpose" and "tempo" (see `exported`).
        folder: The folder; by default `music_folder()`.

    Returns:
        The folder, and the names of the files.

    Raises:
        OutputError: The folder cannot be made, or a file cannot be written.
    """
    names: list[Any] = field_of(request, "formats", list, ["mid"])
    targets = [_target(name) for name in names]
    for target in targets:
        target.check(Look())
    folder = folder or music_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{folder}: {error.strerror or error}") from error
    stem = _free_name(folder, _name_of(take), targets)
    files = [folder / f"{stem}.{target.name}" for target in targets]
    for file in files:
        _write(take, request, file)
    return {"folder": str(folder), "files": [file.name for file in files]}


def _target(name: object) -> Target:
    if not isinstance(name, str) or name not in TARGETS:
        raise ConfigError(f"format: expected one of {', '.join(TARGETS)}")
    return TARGETS[name]


def _write(take: KeptTake, request: Mapping[str, Any], file: Path) -> None:
    solo = _changed(take.solo(), request)
    write_music(solo, file, take.playback(solo), look_for_players(solo))


def _name_of(take: KeptTake) -> str:
    """Return the name of a take's files: its title, and its seed, by which it is found again."""
    words = re.sub(r"[^\w\- ]+", "", take.title).strip()[:60]
    return f"{words or 'solo'} {take.seed}"


def _free_name(folder: Path, stem: str, targets: list[Target]) -> str:
    for number in range(1, MOST_OF_NAME + 1):
        name = stem if number == 1 else f"{stem} ({number})"
        if not any(is_there(folder / f"{name}.{target.name}") for target in targets):
            return name
    raise OutputError(f"{folder}: holds {MOST_OF_NAME} files called {stem} already")
