"""Find a soundfont: the samples of instruments with which a synthesizer plays MIDI."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

from jazzgen.errors import ConfigError
from jazzgen.runtime.files import open_file

__all__ = ["VARIABLE", "check_soundfont", "find_soundfont"]

VARIABLE = "JAZZGEN_SOUNDFONT"
SUFFIXES = (".sf2", ".sf3")

FOLDERS = (
    "/usr/share/sounds/sf2",
    "/usr/share/sounds/sf3",  # Debian, Ubuntu
    "/usr/share/soundfonts",
    "/usr/local/share/soundfonts",  # Fedora, Arch
    "~/.local/share/soundfonts",
    "~/.local/share/sounds/sf2",
    "/opt/homebrew/share/soundfonts",
    "/opt/homebrew/share/fluid-synth/sf2",
    "/usr/local/share/fluid-synth/sf2",
    "~/Library/Audio/Sounds/Banks",
    "/Library/Audio/Sounds/Banks",  # macOS
    "~/Documents/MuseScore4/SoundFonts",
    "~/Documents/MuseScore3/SoundFonts",
    "C:/soundfonts",
    "C:/ProgramData/soundfonts",
    "~/soundfonts",
)

GOOD = ("fluidr3_gm", "fluidr3", "musescore_general", "ms_basic", "generaluser", "default-gm")
"""The beginnings of the names of good General MIDI soundfonts, the best first."""
SMALL = ("timgm6mb", "vintagedreams")
"""The beginnings of the names of small General MIDI soundfonts, which are used if there is no
good one."""

INSTALL = {
    "linux": "apt install fluid-soundfont-gm (Debian, Ubuntu), dnf install fluid-soundfont-gm "
    "(Fedora), pacman -S soundfont-fluid (Arch)",
    "darwin": "put a General MIDI .sf2 such as GeneralUser GS into ~/Library/Audio/Sounds/Banks",
    "win32": "put a General MIDI .sf2 such as GeneralUser GS into C:/soundfonts",
}


def find_soundfont(
    given: Path | None = None,
    folders: Sequence[str] | None = None,
    suffixes: Sequence[str] = SUFFIXES,
) -> Path:
    """Return the soundfont to play with.

    Args:
        given: The file that the user names; by default the one that the environment variable
            `JAZZGEN_SOUNDFONT` names, or else the best one that is installed.
        folders: Where installed ones are looked for; by default in the folders that systems have
            for them, and in the package `pretty_midi`, which brings a small one.
        suffixes: The kinds of files that are looked for.

    Raises:
        ConfigError: None is found, or the file that is named is no soundfont.
    """
    if given is not None:
        return check_soundfont(_expanded(given))
    named = os.environ.get(VARIABLE)
    if named:
        return check_soundfont(_expanded(Path(named)), f"{VARIABLE}: ")
    places = (*FOLDERS, *_packaged()) if folders is None else folders
    found = next(_installed(places, suffixes), None)
    if found is None:
        how = INSTALL.get(sys.platform, INSTALL["linux"])
        raise ConfigError(
            "sound needs a soundfont, and none was found: pip install 'jazzgen[audio]' brings one, "
            f"as does {how}; or name one, an .sf2 or .sf3 file, in the environment variable "
            f"{VARIABLE}"
        )
    return found


def check_soundfont(path: Path, where: str = "") -> Path:
    """Return a path after checking that it is a complete soundfont.

    Args:
        path: The file.
        where: The beginning of the message.

    Raises:
        ConfigError: There is no such file, or it is of another kind, or truncated.
    """
    wrong = _fault(path)
    if wrong:
        raise ConfigError(f"{where}{path}: {wrong}; expected a soundfont, .sf2 or .sf3")
    return path


def _fault(path: Path) -> str:
    """Return what is wrong with a soundfont, judged by its outermost chunk; "" if nothing is."""
    try:
        with open_file(path) as file:
            head, size = file.read(12), os.fstat(file.fileno()).st_size
    except FileNotFoundError:
        return "no such file"
    except OSError as error:
        return f"cannot be read: {error.strerror or error}"
    if head[:4] != b"RIFF" or head[8:] != b"sfbk":
        return "is of another kind"
    return "" if size >= 8 + int.from_bytes(head[4:8], "little") else "is truncated"


def _packaged() -> list[str]:
    """Return the folder of the package that brings a soundfont, if it is installed."""
    found = find_spec("pretty_midi")  # which is not loaded
    return list(found.submodule_search_locations or ()) if found else []


def _installed(folders: Sequence[str], suffixes: Sequence[str]) -> Iterator[Path]:
    """Yield the soundfonts in some folders, the best first.

    Args:
        folders: The folders.
        suffixes: The suffixes of their files.
    """
    files = [
        file
        for folder in map(Path, folders)
        for file in sorted(_entries(_expanded(folder)))
        if file.suffix.lower() in suffixes
    ]
    return (file for file in sorted(files, key=_worth) if not _fault(file))


def _expanded(path: Path) -> Path:
    try:
        return path.expanduser()
    except RuntimeError:  # no such user, or one without a home
        return path


def _entries(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:  # most systems have few of these folders
        return []


def _worth(file: Path) -> tuple[int, int]:
    name = file.name.casefold()
    known = [number for number, good in enumerate(GOOD) if name.startswith(good)]
    return (0, known[0]) if known else (1, 0) if name.startswith(SMALL) else (2, 0)
