"""The command fluidsynth fails in many ways; a script stands in for it."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from types import SimpleNamespace

import mido
import numpy as np
import pytest
from commands import largest_file
from platforms import posix
from waiting import PATIENCE, wait_until

from jazzgen.errors import ConfigError, MidiError, OutputError
from jazzgen.io.midi.events import read_events
from jazzgen.render import fluidsynth
from jazzgen.render.duration import seconds_of
from jazzgen.render.fluidsynth import synthesize
from jazzgen.render.process import CommandLimits
from jazzgen.runtime.interrupts import Interrupted, obeyed

pytestmark = posix  # a script in place of the command, found by its first line

SCRIPT = """#!{python} -SE
import os, struct, sys, time
out = sys.argv[sys.argv.index("-F") + 1]
def write(floats, head=b".snd" + struct.pack(">5I", 24, 0, 6, 8000, 2)):
    with open(out, "wb") as file:
        file.write(head + struct.pack(f">{{len(floats)}}f", *floats))
def say(text):
    print(text, file=sys.stderr, flush=True)
open({pid!r}, "w").write(str(os.getpid()))
{what}
"""


def midi(*messages, end=0, tempo=500_000):
    track = mido.MidiTrack([mido.MetaMessage("set_tempo", tempo=tempo), *messages])
    track.append(mido.MetaMessage("end_of_track", time=end))
    content = mido.MidiFile(type=1, ticks_per_beat=480, tracks=[track])
    with tempfile.TemporaryFile() as file:
        content.save(file=file)
        file.seek(0)
        return file.read()


AT_ONCE, SECOND = midi(), midi(end=960)


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """The folder for temporary files."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.fixture
def play(tmp_path, monkeypatch, temporary):
    """Play with a script instead of the command; whatever happens, no file is left over."""
    pid = tmp_path / "pid"

    def playing(what, content=AT_ONCE, rate=8000, command=None, **limits):
        script = tmp_path / "fluidsynth"
        script.write_text(SCRIPT.format(python=sys.executable, pid=str(pid), what=what))
        script.chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
        limits = CommandLimits(**limits)
        return synthesize(content, tmp_path / "a.sf2", rate, "tune.mid", limits, command)

    yield playing
    assert not list(temporary.iterdir())
    if pid.exists():
        with pytest.raises(ProcessLookupError):
            os.kill(int(pid.read_text()), 0)


def test_the_samples_come_through(play):
    samples = play("write([0.5, -0.25, 1.5, 1e-9])")
    assert samples.dtype == np.float32
    assert samples.tolist() == [[0.5, -0.25], [1.5, np.float32(1e-9)]]


def test_a_torn_last_sample_is_left_out(play):
    assert play("write([0.5, -0.25, 1.5])").tolist() == [[0.5, -0.25]]


def test_nobody_s_own_settings_are_read(play):
    what = """
words = sys.argv[1:]
assert os.path.getsize(words[words.index("-f") + 1]) == 0
assert "synth.default-soundfont=" in words and "synth.chorus.active=0" in words
assert open(words[-1], "rb").read(4) == b"MThd"
write([1.0, 1.0])
"""
    assert len(play(what)) == 1


def test_what_sounds_for_ever_is_cut_with_a_fade(play):
    what = """
write([1.0, -1.0])
while True:
    with open(out, "ab") as file:
        file.write(struct.pack(">2f", 1.0, -1.0) * 8000)
"""
    samples = play(what, SECOND)
    assert len(samples) == (1 + fluidsynth.LONGEST_TAIL) * 8000
    assert (samples[:-8000] == (1, -1)).all()
    assert samples[-4000] == pytest.approx((0.5, -0.5), abs=1e-3)
    assert samples[-1].tolist() == [0, 0]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux limits a process from outside")
def test_if_nobody_looks_the_system_ends_what_sounds_for_ever(play, tmp_path):
    what = f"""
import signal
def end(*_):
    open({str(tmp_path / "ended")!r}, "w").close()
    os._exit(1)
signal.signal(signal.SIGXFSZ, end)
time.sleep(0.3)
write([1.0, -1.0])
while os.path.getsize(out) < 100_000_000:
    with open(out, "ab", 0) as file:
        file.write(struct.pack(">2f", 1.0, -1.0) * 8000)
"""
    samples = play(what, SECOND, extra_bytes=10_000, poll_seconds=PATIENCE)
    assert len(samples) == (1 + fluidsynth.LONGEST_TAIL) * 8000
    assert (tmp_path / "ended").exists()  # it did not write on and on


def test_what_never_ends_is_killed(play, tmp_path):
    ended = tmp_path / "ended"
    with pytest.raises(ConfigError, match="did not end within 0 seconds"):
        play(f"time.sleep(30); open({str(ended)!r}, 'w')", SECOND, extra_seconds=-0.5)
    assert not ended.exists(), "it was waited for"


def test_an_interrupt_kills_it(play, tmp_path):
    pid = tmp_path / "pid"

    def interrupt():
        wait_until(lambda: pid.exists() and pid.read_text())
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=interrupt, daemon=True).start()
    with pytest.raises(Interrupted), obeyed():
        play("time.sleep(60)")


@pytest.mark.parametrize(
    ("what", "message"),
    [
        ("say('why ever'); sys.exit(3)", "^fluidsynth failed: exit code 3$"),
        ("say('fluidsynth: error: No room'); sys.exit(1)", "^fluidsynth failed: No room$"),
        ("write([1.0, 1.0]); say('fluidsynth: error: Audio file write error')",
         "^fluidsynth failed: Audio file write error$"),
        ("write([1.0, 1.0]); say('Failed to load the SoundFont a.sf2')",
         r"a\.sf2: fluidsynth cannot load this soundfont$"),
        ("pass", "no AU file: expected a version with libsndfile"),
        ("write([], b'RIFF....WAVE')", "no AU file: expected a version with libsndfile"),
        ("write([], b'.snd' + struct.pack('>5I', 24, 0, 3, 8000, 2))", "no AU file"),
    ],
)  # fmt: skip
def test_what_goes_wrong_is_told_in_a_line(play, what, message):
    with pytest.raises(ConfigError, match=message):
        play(what)


def test_sound_that_ends_early_is_no_sound(play):
    assert len(play("write([0.0, 0.0] * 8000)", SECOND)) == 8000
    with pytest.raises(ConfigError, match=r"fluidsynth failed: it wrote 0\.5 seconds of 1\.0"):
        play("write([0.0, 0.0] * 4000)", SECOND)


def test_where_there_is_no_room_it_is_told(play, temporary, monkeypatch):
    """The command ends well after short writes, and so do messages into a full file."""
    monkeypatch.setattr(fluidsynth.shutil, "disk_usage", lambda _: SimpleNamespace(free=0))
    with pytest.raises(OutputError, match=rf"^sound cannot be made: no room in {temporary}, "):
        play("write([0.0, 0.0] * 4000)", SECOND)
    with pytest.raises(OutputError, match=rf"^sound cannot be made: no room in {temporary}, "):
        play("say('fluidsynth: error: Audio file write error')", SECOND)


def test_much_that_is_said_does_not_stop_it(play):
    assert len(play("say('fluidsynth: warning: ' + 'x' * 1_000_000); write([1.0, 1.0])")) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have nothing like it")
def test_it_ends_when_this_program_is_killed(tmp_path):
    pid, script = tmp_path / "pid", tmp_path / "fluidsynth"
    script.write_text(SCRIPT.format(python=sys.executable, pid=str(pid), what="time.sleep(600)"))
    script.chmod(0o755)
    (tmp_path / "tune.mid").write_bytes(SECOND)
    code = (
        "import sys\nfrom pathlib import Path\n"
        "from jazzgen.render.fluidsynth import synthesize\n"
        "folder = Path(sys.argv[1])\n"
        "synthesize((folder / 'tune.mid').read_bytes(), folder / 'a.sf2', 8000)"
    )
    run = subprocess.Popen(
        [sys.executable, "-c", code, tmp_path],
        env={**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}", "TMPDIR": str(tmp_path)},
    )
    wait_until(lambda: pid.exists() and pid.read_text())
    run.kill()
    run.wait(PATIENCE)
    wait_until(lambda: not alive(int(pid.read_text())))


def alive(pid):
    """Return whether a process runs; a zombie does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_a_warning_is_no_error(play):
    assert len(play("say('fluidsynth: warning: No preset'); write([1.0, 1.0])")) == 1


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "tune.mid: is empty"),
        (SECOND[:-2], "tune.mid: is truncated"),
        (midi(end=960 * 1801), "tune.mid: plays for 31 minutes; expected at most 30"),
    ],
)
def test_midi_that_cannot_be_played(play, content, message):
    with pytest.raises(MidiError, match=f"^{message}"):
        play("write([1.0, 1.0])", content)


@pytest.mark.parametrize("rate", [0, 7999, 96_001])
def test_rates(play, rate):
    with pytest.raises(ConfigError, match=f"{rate} samples per second: expected 8000 to 96000"):
        play("write([1.0, 1.0])", rate=rate)


@pytest.mark.parametrize(
    ("platform", "how"),
    [("linux", "apt install fluidsynth fluid-soundfont-gm"), ("darwin", "brew install fluid-synth"),
     ("win32", "choco install fluidsynth")],
)  # fmt: skip
def test_where_it_is_not_installed(tmp_path, monkeypatch, platform, how):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(fluidsynth.sys, "platform", platform)
    with pytest.raises(ConfigError, match=f"fluidsynth, which is not installed: .*{how}"):
        synthesize(SECOND, tmp_path / "a.sf2", 8000)


def test_no_room_for_temporary_files(play, temporary, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(temporary / "missing"))
    with pytest.raises(OutputError, match=r"^sound cannot be made: .*missing.*: No such file"):
        play("write([1.0, 1.0])")


def test_nowhere_for_temporary_files(tmp_path, monkeypatch):
    monkeypatch.setattr(
        tempfile, "tempdir", None
    )  # as in a new process: Python tries several folders
    monkeypatch.chdir(tmp_path)
    with (
        largest_file(0),
        pytest.raises(OutputError, match=r"^sound cannot be made: No usable temporary directory"),
    ):
        synthesize(SECOND, tmp_path / "a.sf2", 8000, command="fluidsynth")


def test_a_command_that_cannot_be_run(play, tmp_path):
    with pytest.raises(OutputError, match=rf"^sound cannot be made: {tmp_path}: Permission denied"):
        play("pass", command=str(tmp_path))


def test_seconds_through_changes_of_tempo(tmp_path):
    tempi = [mido.MetaMessage("set_tempo", tempo=tempo, time=700) for tempo in (250_000, 1_000_000)]
    path = tmp_path / "a.mid"
    path.write_bytes(midi(*tempi, end=333))
    assert seconds_of(read_events(path)) == pytest.approx(mido.MidiFile(path).length)
    path.write_bytes(midi(end=480)[:18] + b"\0\0\0\5\x83\x60\xff\x2f\0")  # no tempo: 120
    assert seconds_of(read_events(path)) == 0.5
