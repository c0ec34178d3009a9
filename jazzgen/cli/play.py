"""`jazzgen play`: plays a file through the loudspeakers, with a player that the system has."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from jazzgen.cli.options import configured
from jazzgen.errors import ConfigError, OutputError
from jazzgen.runtime.settings import check_settings, setting

__all__ = ["find_player", "play", "play_file"]

PLAYERS = (
    ("afplay",),  # macOS
    ("paplay",),
    ("pw-play",),
    ("aplay", "-q"),
    ("ffplay", "-nodisp", "-autoexit", "-loglevel", "error"),
    ("play", "-q"),  # SoX
)
"""Commands that play a WAV file and end with it, in the order in which they are looked for."""
WINDOWS = (
    "powershell",
    "-c",
    "(New-Object Media.SoundPlayer $args[0]).PlaySync()",
)
SOUND = (".wav", ".flac")


@dataclass(frozen=True, kw_only=True)
class PlayRequest:
    """What is played.

    Args:
        file: The file.
        soundfont: The soundfont that plays MIDI; None for the one that is found.

    Raises:
        ConfigError: A value is not of its type.
    """

    file: Path = setting(
        argument=True, metavar="FILE", text="A solo (MIDI or MusicXML), or a WAV file."
    )
    soundfont: Path | None = setting(
        None, metavar="FILE.sf2", text="The soundfont that plays MIDI."
    )

    def __post_init__(self) -> None:
        check_settings(self)


@configured
def play(request: PlayRequest) -> None:
    """Play a solo or a file of sound."""
    play_file(request.file, request.soundfont)


def play_file(file: Path, soundfont: Path | None) -> None:
    """Play a file until it ends, or until it is interrupted.

    Args:
        file: A solo, which is made into sound first, or a file of sound.
        soundfont: The soundfont that plays a solo; None for the one that is found.

    Raises:
        ConfigError: No player or nothing that makes sound is installed.
        InputError: The file cannot be used.
        OutputError: The player fails.
    """
    from jazzgen.cli.render_files import read_source
    from jazzgen.music.excerpt import Excerpt
    from jazzgen.render.audio import write_wav
    from jazzgen.render.sound import read_wav
    from jazzgen.render.targets import TARGETS

    player = find_player()
    if file.suffix.lower() in SOUND:
        if file.suffix.lower() == ".wav":
            read_wav(file)  # which says in a line what is wrong with it
        _run(player, file, file)
        return
    source = read_source(file, [TARGETS["wav"]], Excerpt())
    with TemporaryDirectory(prefix="jazzgen-") as folder:
        sound = Path(folder) / "solo.wav"
        write_wav(source.midi or b"", sound, soundfont=soundfont, source=str(file))
        _run(player, sound, file)


def find_player() -> tuple[str, ...]:
    """Return the command that plays a WAV file, without the file.

    Raises:
        ConfigError: None is installed.
    """
    if sys.platform == "win32":
        return WINDOWS
    for name, *options in PLAYERS:
        if path := shutil.which(name):
            return (path, *options)
    names = ", ".join(name for name, *_ in PLAYERS)
    raise ConfigError(f"nothing that plays sound was found; install one of {names}")


def _run(player: tuple[str, ...], sound: Path, file: Path) -> None:
    # The command is one of the list above, found by its name.
    done = subprocess.run([*player, str(sound)], capture_output=True, check=False)  # noqa: S603
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        reason = said[-1] if said else f"exit code {done.returncode}"
        raise OutputError(f"{file}: {Path(player[0]).name} cannot play it: {reason}")
