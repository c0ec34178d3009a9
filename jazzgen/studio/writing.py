"""What leaves the studio: files of every render target, and all takes in one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from jazzgen.errors import ConfigError
from jazzgen.io.midi.recipe import credit_of
from jazzgen.music.solo import Solo
from jazzgen.music.timing import check_tempo
from jazzgen.render.midi import takes_of
from jazzgen.render.notation_targets import look_for_players
from jazzgen.render.saving import write_lanes, write_music
from jazzgen.render.target import Look, Target
from jazzgen.render.targets import TARGETS
from jazzgen.studio.fields import field_of
from jazzgen.studio.recipes import recipe_of_take
from jazzgen.studio.take import KeptTake

__all__ = ["exported", "exported_takes", "formats_json", "rendered", "semitones_of"]

FURTHEST = 36
"""The largest number of semitones by which a take is transposed."""
MIDI = "mid"
"""The name of the format that any number of takes goes into."""


def formats_json() -> list[dict[str, Any]]:
    """Return the formats that takes are exported in, and what those that are missing need."""
    return [_format(target) for target in TARGETS.values() if not _is_another_name(target)]


def _is_another_name(target: Target) -> bool:
    """Return whether a target is one of the others by a longer name, as sheet.pdf is pdf."""
    return any(
        target.name.endswith(f".{other.name}") and target.what == other.what
        for other in TARGETS.values()
    )


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
        "takes": target.lanes is not None or target.name == MIDI,
        "missing": missing,
    }


def semitones_of(request: Mapping[str, Any], name: str = "transpose") -> int:
    """Return the semitones by which a request transposes a take.

    Args:
        request: The request.
        name: The name of the field that has them; without it there are none.

    Raises:
        ConfigError: They are too many.
    """
    semitones: int = field_of(request, name, int, 0)
    if abs(semitones) > FURTHEST:
        raise ConfigError(f"{name} {semitones}: expected -{FURTHEST} to {FURTHEST}")
    return semitones


def _changed(solo: Solo, request: Mapping[str, Any]) -> Solo:
    """Return a solo transposed, and at another tempo, as a request says."""
    if semitones := semitones_of(request):
        solo = solo.transpose(semitones)
    tempo: float | None = field_of(request, "tempo", float, None)
    if tempo is None:
        return solo
    chart = replace(solo.chart, tempo=check_tempo(tempo, "tempo"), tempo_changes=())
    return replace(solo, chart=chart)


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


def exported_takes(takes: Sequence[KeptTake], request: Mapping[str, Any]) -> tuple[str, bytes]:
    """Return several takes as one file: the band of the first, and a track for the solo of each.

    Args:
        takes: The takes, over one chart.
        request: See `exported`.

    Raises:
        ConfigError: The format holds one take only, or the takes are over different charts.
        OutputError: The file cannot be made.
    """
    target = _target(field_of(request, "format", str))
    solos = [_changed(take.solo(), request) for take in takes]
    playbacks = [take.playback(solo) for take, solo in zip(takes, solos, strict=True)]
    name = f"{_name_of(takes[0], seed=False)} {len(takes)} takes.{target.name}"
    if target.name == MIDI:
        return name, takes_of(solos, playbacks)
    with TemporaryDirectory(prefix="jazzgen-") as folder:
        file = Path(folder) / name
        write_lanes(solos, file, playbacks)
        return name, file.read_bytes()


def rendered(take: KeptTake, request: Mapping[str, Any]) -> list[Path]:
    """Write a take to the files that are to be kept, and return them.

    Args:
        take: The take.
        request: "formats", the names of render targets; "into", the folder; "transpose" and "tempo"
            (see `exported`).

    Raises:
        ConfigError: There is no such format, or it needs what is not installed.
        OutputError: A file cannot be written.
    """
    names: list[Any] = field_of(request, "formats", list, [MIDI])
    targets = [_target(name) for name in dict.fromkeys(names)]
    for target in targets:
        target.check(Look())
    folder = Path(field_of(request, "into", str))
    files = [folder / f"{_name_of(take)}.{target.name}" for target in targets]
    for file in files:
        _write(take, request, file)
    return files


def _target(name: object) -> Target:
    if not isinstance(name, str) or name not in TARGETS:
        raise ConfigError(f"format: expected one of {', '.join(TARGETS)}")
    return TARGETS[name]


def _write(take: KeptTake, request: Mapping[str, Any], file: Path) -> None:
    solo = _changed(take.solo(), request)
    changed = bool(request.get("transpose")) or request.get("tempo") is not None
    recipe = recipe_of_take(take, changed=changed)
    look = replace(look_for_players(solo), credit=credit_of(recipe))
    write_music(solo, file, take.playback(solo), look, recipe)


def _name_of(take: KeptTake, *, seed: bool = True) -> str:
    """Return the name of a take's files.

    Args:
        take: The take.
        seed: Whether its seed, by which it is found again, follows its title.
    """
    words = re.sub(r"[^\w\- ]+", "", take.title).strip()[:60] or "solo"
    return f"{words} {take.seed}" if seed else words
