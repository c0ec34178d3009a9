"""Play MIDI with the command `fluidsynth`: bytes in, samples out.

It writes samples of floating point, which do not clip, in the AU format, whose header describes
them. (A WAV file of floating point would hold the time of day.) Effects are set here, and the
user's own settings are not read, so that the same bytes sound the same.

The command's exit code is 0 even if the disk was full. So its file is checked by its length, and
its messages come through a pipe, which is never full.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from jazzgen.errors import ConfigError, OutputError
from jazzgen.render.duration import checked_seconds
from jazzgen.render.process import CommandLimits, run_command
from jazzgen.runtime.files import is_file
from jazzgen.runtime.interrupts import held

__all__ = ["CHANNELS", "INSTALL", "check_fluidsynth", "synthesize"]

CHANNELS = 2
RATES = (8000, 96_000)
"""The lowest and the highest number of samples per second."""
LONGEST_TAIL = 15.0
"""The seconds after the last event at which sounds are cut; a note that lasts longer hangs."""
FADE = 1.0
"""The length in seconds of the fade with which sounds are cut."""

SETTINGS = (
    "synth.default-soundfont=",
    "synth.cpu-cores=1",
    "synth.chorus.active=0",
    "synth.reverb.active=1",
    "synth.reverb.room-size=0.2",
    "synth.reverb.damp=0",
    "synth.reverb.width=0.5",
    "synth.reverb.level=0.9",
)
GAIN = "0.2"
AU_HEADER = 24
"""The length of an AU header in bytes."""
AU_FLOAT = 6
"""The code in an AU header for samples of floating point with 32 bits."""

SHORTEST = 0.98
"""The least length of the sound as a fraction of the MIDI's: ticks are played in whole blocks."""
FULL = 2**16
"""The free bytes below which a disk counts as full."""

INSTALL = {
    "darwin": "brew install fluid-synth",
    "win32": "winget or choco install fluidsynth",
    "linux": "apt install fluidsynth fluid-soundfont-gm (Debian, Ubuntu), dnf install fluidsynth "
    "(Fedora), pacman -S fluidsynth (Arch)",
}


LIMITS = CommandLimits()


def check_fluidsynth() -> str:
    """Return the path of the command.

    Raises:
        ConfigError: The command is not installed.
    """
    found = shutil.which("fluidsynth")
    if found is None:
        how = INSTALL.get(sys.platform, INSTALL["linux"])
        raise ConfigError(f"sound needs the command fluidsynth, which is not installed: {how}")
    return found


def synthesize(
    midi: bytes,
    soundfont: Path,
    rate: int,
    source: str = "MIDI",
    limits: CommandLimits = LIMITS,
    command: str | None = None,
) -> NDArray[np.float32]:
    """Play a MIDI file until its last sound has died away.

    Args:
        midi: The bytes of the file.
        soundfont: The soundfont that plays.
        rate: Samples a second, 8000 to 96,000.
        source: The name of the MIDI in messages.
        limits: When the command is stopped.
        command: The path of the command; by default the one that is installed.

    Returns:
        The samples, shape (samples, CHANNELS); full scale is 1, which they may exceed.

    Raises:
        ConfigError: The rate is out of range; fluidsynth is missing, cannot write AU, cannot load
            the soundfont, fails, or takes too long.
        MidiError: The MIDI is damaged, or plays for longer than half an hour.
        OutputError: There is no room for temporary files, or the command cannot be run.
    """
    if not RATES[0] <= rate <= RATES[1]:
        raise ConfigError(f"{rate} samples per second: expected {RATES[0]} to {RATES[1]}")
    command = command or check_fluidsynth()
    try:
        with contextlib.ExitStack() as stack:
            with held():  # so that an interrupt leaves no folder behind
                folder = stack.enter_context(TemporaryDirectory(prefix="jazzgen-"))
            with _room(Path(folder)):
                return _played(command, midi, soundfont, rate, source, Path(folder), limits)
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        raise OutputError(f"sound cannot be made: {place}{error.strerror or error}") from error


@contextlib.contextmanager
def _room(folder: Path) -> Iterator[None]:
    """Turn an error of the block into one about a full disk, if the disk of a folder is full."""
    try:
        yield
    except (ConfigError, OSError) as error:
        if shutil.disk_usage(folder).free > FULL:
            raise
        raise OutputError(
            f"sound cannot be made: no room in {folder.parent}, where temporary files are written "
            "(TMPDIR names another place)"
        ) from error


def _played(
    command: str,
    midi: bytes,
    soundfont: Path,
    rate: int,
    source: str,
    folder: Path,
    limits: CommandLimits,
) -> NDArray[np.float32]:
    """Play a MIDI file with temporary files in a folder."""
    seconds = checked_seconds(midi, source)
    (folder / "in.mid").write_bytes(midi)
    (folder / "settings").touch()
    most = round((seconds + LONGEST_TAIL) * rate)
    arguments = _arguments(command, folder, soundfont, rate)
    most_bytes = AU_HEADER + 4 * CHANNELS * most
    said, code = run_command(arguments, folder / "out.au", most_bytes, seconds, limits)
    _check_said(said, soundfont, code)
    samples = _samples(folder / "out.au")
    _check_length(samples, seconds, rate)
    return _faded(samples, most, rate)


def _arguments(command: str, folder: Path, soundfont: Path, rate: int) -> list[str]:
    settings = [word for setting in SETTINGS for word in ("-o", setting)]
    return [
        command,
        "-n",
        "-i",
        "-q",
        "-f",
        str(folder / "settings"),
        *settings,
        "-g",
        GAIN,
        "-r",
        str(rate),
        "-F",
        str(folder / "out.au"),
        "-T",
        "au",
        "-O",
        "float",
        "-E",
        "big",
        os.path.realpath(soundfont),
        str(folder / "in.mid"),
    ]


def _check_said(said: str, soundfont: Path, code: int) -> None:
    """Raise an error if the command failed, which its exit code does not always tell."""
    if "Failed to load" in said or "not a SoundFont" in said:
        raise ConfigError(f"{soundfont}: fluidsynth cannot load this soundfont")
    errors = [line for line in said.splitlines() if "error:" in line]
    if code or errors:
        why = errors[0] if errors else f"exit code {code}"
        raise ConfigError(f"fluidsynth failed: {why.removeprefix('fluidsynth: error: ')}")


def _samples(path: Path) -> NDArray[np.float32]:
    content = path.read_bytes() if is_file(path) else b""
    start, encoding, channels = (int.from_bytes(content[n : n + 4]) for n in (4, 12, 20))
    if content[:4] != b".snd" or (encoding, channels) != (AU_FLOAT, CHANNELS):
        raise ConfigError("fluidsynth wrote no AU file: expected a version with libsndfile")
    frames = (len(content) - start) // (4 * CHANNELS)
    found = np.frombuffer(content, ">f4", frames * CHANNELS, start).reshape(frames, CHANNELS)
    return found.astype(np.float32)  # (frames, CHANNELS)


def _check_length(samples: NDArray[np.float32], seconds: float, rate: int) -> None:
    """Raise an error if the sound ends before the last event of the MIDI."""
    if len(samples) < SHORTEST * seconds * rate:
        written = len(samples) / rate
        raise ConfigError(f"fluidsynth failed: it wrote {written:.1f} seconds of {seconds:.1f}")


def _faded(samples: NDArray[np.float32], most: int, rate: int) -> NDArray[np.float32]:
    """Return the samples, cut with a fade if there are more than `most`."""
    if len(samples) <= most:
        return samples
    kept = samples[:most]
    length = min(round(FADE * rate), most)
    kept[most - length :] *= np.linspace(1, 0, length, dtype=np.float32)[:, None]
    return kept
