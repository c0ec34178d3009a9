"""Sound with nothing but Python packages: the notes, their tails, and what cannot be played."""

import sys
from importlib.util import find_spec
from pathlib import Path

import mido
import numpy as np
import pytest
from midi_bytes import midi, off, on

from jazzgen.errors import ConfigError, MidiError
from jazzgen.io.midi.events import parse_events
from jazzgen.render.midirenderer import play_with_midirenderer
from jazzgen.render.presets import check_presets, presets_of
from jazzgen.render.soundfont import find_soundfont
from jazzgen.render.synthesizer import find_synthesizer

FONT = Path(find_spec("pretty_midi").submodule_search_locations[0], "TimGM6mb.sf2")
PIANO, ORGAN = 0, 16
RATE = 48_000


def pitch_of(samples):
    spectrum = np.abs(np.fft.rfft(samples[:, 0] * np.hanning(len(samples)), 2**17))
    return np.argmax(spectrum) * RATE / 2**17


def test_a_note_sounds_when_and_as_high_as_it_is_written():
    samples = play_with_midirenderer(midi(on(69, 960), off(69, 480)), FONT, RATE)
    loud = np.flatnonzero(np.abs(samples).max(1) > 0.01)
    assert 0.99 < loud[0] / RATE < 1.1
    assert pitch_of(samples[int(1.1 * RATE) : int(1.4 * RATE)]) == pytest.approx(440, abs=3)


def test_a_note_dies_away_after_the_last_event():
    samples = play_with_midirenderer(midi(on(48), off(48, 480), program=PIANO), FONT, RATE)
    after = np.abs(samples[int(0.5 * RATE) :])
    assert after[:1000].max() > 10 * after[-1000:].max()
    assert len(samples) == pytest.approx(6.5 * RATE, abs=RATE / 100)


def test_a_note_that_hangs_ends_with_a_fade():
    samples = play_with_midirenderer(midi(on(60), end=480, program=ORGAN), FONT, RATE)
    assert np.abs(samples[-RATE * 2 : -RATE]).max() > 0.01
    assert np.abs(samples[-100:]).max() < 1e-3


def test_another_rate():
    content = midi(on(69), off(69, 480))
    one, half = (play_with_midirenderer(content, FONT, rate) for rate in (RATE, RATE // 2))
    assert len(half) == len(one) // 2
    assert half.dtype == np.float32


def test_what_it_cannot_play(tmp_path):
    bad = tmp_path / "a.sf2"
    bad.write_bytes(b"RIFF" + (300).to_bytes(4, "little") + b"sfbk" + bytes(296))
    with pytest.raises(ConfigError, match=r"a\.sf2: midirenderer cannot load this soundfont"):
        play_with_midirenderer(midi(end=480), bad, RATE)
    with pytest.raises(MidiError, match=r"^tune\.mid: is truncated"):
        play_with_midirenderer(midi(end=480)[:-2], FONT, RATE, "tune.mid")


def test_the_soundfont_of_a_package_is_found_last(monkeypatch, tmp_path):
    monkeypatch.delenv("JAZZGEN_SOUNDFONT", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr("jazzgen.render.soundfont.FOLDERS", ())
    assert find_soundfont() == FONT
    monkeypatch.setenv("PATH", str(tmp_path))
    assert str(find_synthesizer()) == "midirenderer with TimGM6mb.sf2"


def test_compressed_soundfonts_need_the_command(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    font = tmp_path / "a.sf3"
    font.write_bytes(b"RIFF\4\0\0\0sfbk")
    with pytest.raises(ConfigError, match=r"a\.sf3: an \.sf3 soundfont needs FluidSynth"):
        find_synthesizer(font)
    monkeypatch.setitem(sys.modules, "midirenderer", None)
    with pytest.raises(ConfigError, match="sound needs midirenderer, which is not installed"):
        find_synthesizer(font)


def chunk(name, content):
    return name + len(content).to_bytes(4, "little") + content


def soundfont(path, *presets):
    """A soundfont without any samples, but with a list of presets: (bank, program)."""
    rows = b"".join(
        b"a name".ljust(20, b"\0")
        + program.to_bytes(2, "little")
        + bank.to_bytes(2, "little")
        + bytes(14)
        for bank, program in (*presets, (0, 0))
    )
    info, data = chunk(b"LIST", b"INFO" + chunk(b"INAM", b"ab")), chunk(b"LIST", b"sdta")
    lists = info + data + chunk(b"LIST", b"pdta" + chunk(b"phdr", rows))
    path.write_bytes(chunk(b"RIFF", b"sfbk" + lists))
    return path


def test_presets(tmp_path):
    assert presets_of(soundfont(tmp_path / "a.sf2", (0, 66), (128, 0))) == {(0, 66), (128, 0)}
    assert presets_of(FONT) >= {(0, program) for program in range(128)} | {(128, 0)}
    bad = tmp_path / "bad.sf2"
    bad.write_bytes(b"RIFF\4\0\0\0sfbk")
    assert presets_of(bad) == presets_of(tmp_path / "none.sf2") == frozenset()


def test_a_soundfont_without_the_program_of_a_track(tmp_path):
    piano = soundfont(tmp_path / "piano.sf2", (0, 0))
    name = mido.MetaMessage("track_name", name="Solo")
    flute = parse_events(midi(name, on(60), off(60, 48)), "a.mid")
    with pytest.raises(
        ConfigError,
        match=r"piano\.sf2: has no program 73 of General MIDI, which the track Solo needs",
    ):
        check_presets(piano, flute)
    drums = parse_events(midi(on(38, channel=9), off(38, 9, channel=9)), "a.mid")
    with pytest.raises(ConfigError, match=r"piano\.sf2: has no drum kit, which the track 1 needs"):
        check_presets(piano, drums)
    check_presets(piano, parse_events(midi(on(60), off(60, 48), program=0), "a.mid"))
    check_presets(piano, parse_events(midi(end=9), "a.mid"))  # a flute that never plays
