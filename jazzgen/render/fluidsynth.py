"""Let the command `fluidsynth` play MIDI: bytes in, samples out.

It writes floating point, which knows no clipping, in the AU format, whose header says what
the samples are. (In a WAV of floating point there would be the time of day.) Effects are
set here and nobody's own settings are read, so that the same bytes sound the same.

The command ends with exit code 0 also where the disk was full. So what it has written is
judged by its length, and what it says comes through a pipe, which is never full.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from math import ceil, inf
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray

from jazzgen.errors import ConfigError, MidiError, OutputError
from jazzgen.io.midi.events import MidiEvents, read_events
from jazzgen.io.midi.score import Timed, seconds_at
from jazzgen.io.midi.tempo import MICROSECONDS_PER_MINUTE
from jazzgen.runtime.files import is_file
from jazzgen.runtime.interrupts import held

__all__ = ["CHANNELS", "check_fluidsynth", "seconds_of", "synthesize"]

CHANNELS = 2
RATES = (8000, 96_000)
LONGEST = 1800.0
LONGEST_TAIL = 15.0
"""Seconds that sounds may go on after the last event; what still sounds then hangs."""
FADE = 1.0

SETTINGS = (
    "synth.default-soundfont=", "synth.cpu-cores=1", "synth.chorus.active=0",
    "synth.reverb.active=1", "synth.reverb.room-size=0.2", "synth.reverb.damp=0",
    "synth.reverb.width=0.5", "synth.reverb.level=0.9",
)  # fmt: skip
GAIN = "0.2"
AU_FLOAT = 6
"""How an AU header calls samples of floating point, 32 bits each."""

SHORTEST = 0.98
"""The share of its length that sound must have; a synthesizer plays ticks in whole blocks."""
FULL = 2**16
"""The bytes of room on a disk below which it counts as full."""
DIES_WITH_PARENT = 1
"""The option of Linux's `prctl` by which the system ends a process when its parent ends."""

SLACK = 2**26
STARTING, POLL = 60.0, 0.05
"""Seconds that it may take beside those that it plays, and between two looks at it."""
INSTALL = {
    "darwin": "brew install fluid-synth",
    "win32": "winget or choco install fluidsynth",
    "linux": "apt install fluidsynth fluid-soundfont-gm (Debian, Ubuntu), dnf install fluidsynth "
             "(Fedora), pacman -S fluidsynth (Arch)",
}  # fmt: skip


def check_fluidsynth() -> str:
    """Return where the command is.

    Raises:
        ConfigError: It is not installed.
    """
    found = shutil.which("fluidsynth")
    if found is None:
        how = INSTALL.get(sys.platform, INSTALL["linux"])
        raise ConfigError(f"sound needs the command fluidsynth, which is not installed: {how}")
    return found


def synthesize(
    midi: bytes, soundfont: Path, rate: int, source: str = "MIDI"
) -> NDArray[np.float32]:
    """Play a MIDI file until its last sound has died away.

    Args:
        midi: The bytes of the file.
        soundfont: What to play it with.
        rate: Samples a second, 8000 to 96,000.
        source: What to call the MIDI in a message.

    Returns:
        The samples, shape (samples, CHANNELS); 1 is full scale, and they may exceed it.

    Raises:
        ConfigError: A rate out of range; no fluidsynth, or one that cannot write AU; a
            soundfont that it cannot load; or it fails or takes too long.
        MidiError: The MIDI is damaged, or plays for longer than half an hour.
        OutputError: There is no room for temporary files, or the command cannot be run.
    """
    if not RATES[0] <= rate <= RATES[1]:
        raise ConfigError(f"{rate} samples per second: expected {RATES[0]} to {RATES[1]}")
    command = check_fluidsynth()
    try:
        with contextlib.ExitStack() as stack:
            with held():  # so that no folder is made that nobody removes
                folder = stack.enter_context(TemporaryDirectory(prefix="jazzgen-"))
            with _room(Path(folder)):
                return _played(command, midi, soundfont, rate, source, Path(folder))
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        raise OutputError(f"sound cannot be made: {place}{error.strerror or error}") from error


@contextlib.contextmanager
def _room(folder: Path) -> Iterator[None]:
    """Say that there was no room in a folder, where that is why something failed in it."""
    try:
        yield
    except (ConfigError, OSError) as error:
        if shutil.disk_usage(folder).free > FULL:
            raise
        raise OutputError(f"sound cannot be made: no room in {folder.parent}, where temporary "
                          "files are written (TMPDIR names another place)") from error  # fmt: skip


def _played(
    command: str, midi: bytes, soundfont: Path, rate: int, source: str, folder: Path
) -> NDArray[np.float32]:
    """Play a MIDI file by way of files in a folder."""
    seconds = _written(midi, folder / "in.mid", source)
    (folder / "settings").touch()
    most = round((seconds + LONGEST_TAIL) * rate)
    arguments = _arguments(command, folder, soundfont, rate)
    said, code = _run(arguments, folder, 24 + 4 * CHANNELS * most, STARTING + seconds)
    _check_said(said, soundfont, code)
    samples = _samples(folder / "out.au")
    _check_length(samples, seconds, rate)
    return _faded(samples, most, rate)


def seconds_of(events: MidiEvents) -> float:
    """Return how long a MIDI file plays, until the last event of its longest track."""
    end = max((track.end for track in events.tracks), default=0)
    merged = (event for track in events.tracks for event in track.metas)
    changes = sorted((e.tick, e.message.tempo) for e in merged if e.message.type == "set_tempo")
    tempos = [
        Timed(tick, MICROSECONDS_PER_MINUTE / tempo if tempo else inf) for tick, tempo in changes
    ]
    return float(seconds_at(end, events.ppq, tempos))


def _written(midi: bytes, path: Path, source: str) -> float:
    """Write the MIDI for the command, and return its length in seconds."""
    path.write_bytes(midi)
    try:
        seconds = seconds_of(read_events(path))
    except MidiError as error:
        raise MidiError(str(error).replace(str(path), source)) from None
    if seconds > LONGEST:
        raise MidiError(f"{source}: plays for {ceil(seconds / 60)} minutes; expected at most "
                        f"{LONGEST / 60:.0f}")  # fmt: skip
    return seconds


def _arguments(command: str, folder: Path, soundfont: Path, rate: int) -> list[str]:
    settings = [word for setting in SETTINGS for word in ("-o", setting)]
    return [
        command, "-n", "-i", "-q", "-f", str(folder / "settings"), *settings, "-g", GAIN,
        "-r", str(rate), "-F", str(folder / "out.au"), "-T", "au", "-O", "float", "-E", "big",
        os.path.realpath(soundfont), str(folder / "in.mid"),
    ]  # fmt: skip


def _run(arguments: list[str], folder: Path, most_bytes: int, patience: float) -> tuple[str, int]:
    """Run the command until it ends, or has written enough; it never outlives this call.

    Returns:
        What it said, and its exit code, 0 if it had written enough.
    """
    deadline = time.monotonic() + patience
    out = folder / "out.au"
    with contextlib.ExitStack() as stack:
        with held():  # so that there is no process that nobody ends
            process = subprocess.Popen(  # noqa: S603 - fluidsynth, found by its name
                arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT, preexec_fn=_with_parent(),
            )  # fmt: skip
            stack.callback(_end, process)
        _bound(process.pid, most_bytes + SLACK)
        # A note that hangs would sound for ever.
        while (said := _heard(process)) is None and not _exceeds(out, most_bytes):
            if time.monotonic() > deadline:
                raise ConfigError(f"fluidsynth did not end within {patience:.0f} seconds")
    if said is None or _exceeds(out, most_bytes):
        return "", 0
    return said.decode("utf-8", "replace"), process.returncode


def _heard(process: subprocess.Popen[bytes]) -> bytes | None:
    """Wait a little; return what a process has said if it has ended."""
    try:
        return process.communicate(timeout=POLL)[0]
    except subprocess.TimeoutExpired:
        return None


def _end(process: subprocess.Popen[bytes]) -> None:
    with held():
        process.kill()
        process.communicate()


def _with_parent() -> Callable[[], object] | None:
    """Return what a new process calls so that the system ends it when this one is killed."""
    if sys.platform != "linux":
        return None
    # Looked up here, as little may be done between a fork and the start of the command.
    return partial(ctypes.CDLL(None).prctl, DIES_WITH_PARENT, int(signal.SIGKILL))


def _exceeds(file: Path, size: int) -> bool:
    return is_file(file) and file.stat().st_size > size


def _bound(pid: int, most_bytes: int) -> None:
    """Let the system end a process that writes too much, should nobody look any more."""
    if sys.platform == "linux":
        import resource

        limit = resource.RLIMIT_FSIZE
        with contextlib.suppress(ProcessLookupError):  # it is through already
            soft, hard = resource.prlimit(pid, limit)
            if not 0 <= soft <= most_bytes:  # minus one is no limit
                resource.prlimit(pid, limit, (most_bytes, hard))


def _check_said(said: str, soundfont: Path, code: int) -> None:
    """Fail if something went wrong, which the exit code does not always tell."""
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
    """Fail if the sound ends before the last event of the MIDI."""
    if len(samples) < SHORTEST * seconds * rate:
        raise ConfigError(f"fluidsynth failed: it wrote {len(samples) / rate:.1f} seconds of "
                          f"{seconds:.1f}")  # fmt: skip


def _faded(samples: NDArray[np.float32], most: int, rate: int) -> NDArray[np.float32]:
    """Return the samples, cut with a fade where they hold more than `most`."""
    if len(samples) <= most:
        return samples
    kept = samples[:most]
    length = min(round(FADE * rate), most)
    kept[most - length :] *= np.linspace(1, 0, length, dtype=np.float32)[:, None]
    return kept
