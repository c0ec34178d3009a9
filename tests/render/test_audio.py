"""WAV files: pitches by Fourier transform, levels, ends. Some tests need fluidsynth."""

import io
import math
import shutil
import sys
import wave

import numpy as np
import pytest
from midi_bytes import midi, off, on
from pyloudnorm import Meter
from scipy.signal import resample_poly

from jazzgen.errors import ConfigError, InputError, OutputError
from jazzgen.render.audio import sound_of, write_wav
from jazzgen.render.loudness import measure_loudness
from jazzgen.render.mastering import mastered
from jazzgen.render.sound import Sound, read_wav
from jazzgen.render.soundfont import find_soundfont

ORGAN, CRASH = 16, 49


A4 = midi(on(69, 960), off(69, 480))


@pytest.fixture(scope="module")
def player():
    """Skip a test if there is no fluidsynth or no soundfont."""
    try:
        find_soundfont()
    except ConfigError as error:
        pytest.skip(str(error))
    if shutil.which("fluidsynth") is None:
        pytest.skip("fluidsynth is not installed")


def sound(values, rate=44_100):
    """What becomes of samples."""
    return mastered([np.array(values, np.float32)], rate)[0]


@pytest.mark.usefixtures("player")
def test_a_note_sounds_when_and_as_high_as_it_is_written(tmp_path):
    levels = write_wav(A4, tmp_path / "a.wav", rate=22_050)
    heard = read_wav(tmp_path / "a.wav")
    assert (heard.rate, heard.samples.shape[1]) == (22_050, 2)
    assert (heard.levels.peak, heard.levels.rms) == (levels.peak, levels.rms)
    loud = np.flatnonzero(np.abs(heard.samples).max(1) > 1000)
    assert 0.99 < loud[0] / 22_050 < 1.15
    tone = heard.samples[int(1.1 * 22_050) : int(1.4 * 22_050), 0].astype(float)
    spectrum = np.abs(np.fft.rfft(tone * np.hanning(len(tone)), 2**17))
    assert np.argmax(spectrum) * 22_050 / 2**17 == pytest.approx(440, abs=3)


@pytest.mark.usefixtures("player")
def test_the_same_bytes_sound_the_same(tmp_path):
    write_wav(A4, tmp_path / "a.wav")
    write_wav(A4, tmp_path / "b.wav")
    assert (tmp_path / "a.wav").read_bytes() == (tmp_path / "b.wav").read_bytes()


@pytest.mark.parametrize("voices", [1, 16])
@pytest.mark.usefixtures("player")
def test_one_note_is_as_loud_as_sixteen(voices):
    chord = [on(48 + n, velocity=127, channel=n % 8) for n in range(voices)]
    ends = [off(48 + n, 480 * (n == 0), channel=n % 8) for n in range(voices)]
    heard = sound_of(midi(*chord, *ends, program=ORGAN), rate=16_000)
    own = Meter(16_000).integrated_loudness(heard.samples / 32_768)
    assert own == pytest.approx(heard.loudness.lufs, abs=0.01)
    assert own == pytest.approx(-16, abs=0.01) or heard.loudness.true_peak == pytest.approx(-1)


@pytest.mark.usefixtures("player")
def test_a_cymbal_dies_away_and_then_the_file_ends():
    heard = sound_of(midi(on(CRASH, channel=9), off(CRASH, 10, channel=9), end=48_000), rate=8000)
    blocks = np.abs(heard.samples[: len(heard.samples) // 800 * 800]).max(1).reshape(-1, 800).max(1)
    loud = np.flatnonzero(blocks > blocks.max() * 10 ** (-72 / 20))
    assert loud[-1] > 20, "cut off after less than two seconds"
    assert len(blocks) - loud[-1] <= 16, "more than a second and a half of silence"
    assert blocks[-1] < 10


@pytest.mark.usefixtures("player")
def test_silence_stays_silence(tmp_path):
    levels = write_wav(midi(end=960), tmp_path / "a.wav", rate=8000)
    assert (levels.peak, levels.rms) == (-math.inf, -math.inf)
    assert 1 <= levels.seconds < 5
    assert not read_wav(tmp_path / "a.wav").samples.any()


@pytest.mark.usefixtures("player")
def test_a_note_that_hangs_ends_all_the_same():
    heard = sound_of(midi(on(60), end=480, program=ORGAN), rate=8000)
    assert heard.levels.seconds == 15.5
    assert abs(int(heard.samples[-1].max())) < 10


@pytest.mark.usefixtures("player")
def test_a_soundfont_that_is_damaged_inside(tmp_path):
    (tmp_path / "a.sf2").write_bytes(b"RIFF" + (300).to_bytes(4, "little") + b"sfbk" + bytes(296))
    with pytest.raises(ConfigError, match=r"a\.sf2: fluidsynth cannot load this soundfont"):
        write_wav(A4, tmp_path / "a.wav", soundfont=tmp_path / "a.sf2")
    assert not (tmp_path / "a.wav").exists()


@pytest.mark.parametrize("loudest", [4.0, 1.0, 0.01, 2e-6])
def test_any_loudness_becomes_the_same(loudest):
    """What is too short to be measured gets the highest true peak that is allowed."""
    heard = sound([[0, 0], [-loudest, loudest / 2], [loudest / 4, 0]])
    low, half = heard.samples[1].tolist()
    assert -29_205 <= low < -20_000
    assert half == pytest.approx(-low / 2, abs=1)
    assert heard.loudness.lufs is None
    assert heard.loudness.true_peak == pytest.approx(-1)


@pytest.mark.parametrize("loud", [0.001, 0.02, 3.0])
def test_minus_sixteen_lufs(loud):
    tone = loud * np.sin(np.arange(22_050) * 2 * np.pi * 1000 / 22_050)
    heard = sound(np.stack([tone, tone], 1), 22_050)
    assert heard.loudness.lufs == pytest.approx(-16)
    assert Meter(22_050).integrated_loudness(heard.samples / 32_768) == pytest.approx(-16, abs=0.01)


@pytest.mark.parametrize("smooth", [False, True])
def test_the_true_peak_is_that_of_all_samples(smooth):
    noise = np.random.default_rng(1).normal(size=(3000, 2)).astype(np.float32)
    noise = noise.cumsum(axis=0) if smooth else noise
    full = np.abs(resample_poly(noise, 4, 1)).max()
    assert measure_loudness(noise, 44_100).true_peak == pytest.approx(20 * np.log10(full), abs=1e-4)


def test_peaks_between_samples_count():
    """A sine whose samples all lie off its peaks: they are 0.71 at most, it reaches 1."""
    step = np.sin(np.arange(8000) * np.pi / 2 + np.pi / 4)[:, None]
    clicks = np.where(np.arange(8000)[:, None] < 50, step, 0)  # too few to be loud
    heard = sound(np.concatenate([clicks, clicks], 1), 16_000)
    assert heard.loudness.true_peak == pytest.approx(-1)
    assert heard.loudness.lufs < -16
    assert heard.levels.peak == pytest.approx(-1 - 3, abs=0.6)


def test_parts_sum_to_the_whole():
    """All have one gain and one length, though one of them has ended long before."""
    noise = np.random.default_rng(1).normal(size=(3, 9000, 2)).astype(np.float32)
    whole, parts = mastered([noise[0], 0.1 * noise[1], noise[2, :100]], 9000)
    assert {len(part.samples) for part in parts} == {len(whole.samples)} == {9000}
    assert (sum(part.samples.astype(int) for part in parts) == whole.samples).all()
    loud = [np.abs(part.samples[:100]).mean() for part in parts]
    assert loud[1] == pytest.approx(loud[0] / 10, rel=0.2)
    assert not parts[2].samples[100:].any()


def test_parts_that_cancel_each_other_out_do_not_clip():
    noise = np.random.default_rng(1).normal(size=(9000, 2)).astype(np.float32)
    _, parts = mastered([noise, -0.99 * noise], 9000)
    assert max(np.abs(part.samples).max() for part in parts) < 29_300


def test_without_what_measures_it_the_loudest_sample_counts(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyloudnorm", None)
    heard = sound([[0, 0], [-0.5, 0.25]])
    assert heard.samples.tolist() == [[0, 0], [-29_205, 14_602]]
    assert str(heard.levels) == "peak -1.0 dBFS, RMS -6.1 dBFS"


def test_the_end_is_silence_that_was_there():
    heard = sound([[1, 1]] * 2 + [[1e-3, 0]] + [[1e-4, 0]] * 40_000, 8000)
    assert len(heard.samples) == 3 + 12_000
    assert len(sound([[1, 1], [0, 0]], 8000).samples) == 2


def test_noise_of_the_synthesizer_is_no_sound():
    heard = sound([[1e-7, -3e-8]] * 5)
    assert not heard.samples.any()
    assert len(heard.samples) == 5
    assert str(heard.levels) == "silence"
    assert heard.levels.to_json() == {"peak": None, "rms": None, "seconds": 0}


def test_levels_are_those_of_a_sine():
    wave_form = 32_767 * np.sin(np.arange(48_000) * 2 * np.pi * 100 / 48_000)
    levels = Sound(np.rint(wave_form[:, None]).astype(np.int16), 48_000).levels
    assert levels.peak == pytest.approx(0, abs=1e-3)
    assert levels.rms == pytest.approx(-3.0103, abs=1e-3)
    assert levels.seconds == 1
    lowest = Sound(np.full((8, 1), -32_768, np.int16), 8)
    assert (lowest.levels.peak, lowest.levels.rms) == (0, 0)


def test_a_wav_file_says_what_it_holds(tmp_path):
    samples = np.arange(-6, 6, dtype=np.int16).reshape(-1, 2)
    path = tmp_path / "a.wav"
    path.write_bytes(Sound(samples, 12_345).wav())
    with wave.open(str(path)) as file:
        assert file.getparams()[:4] == (2, 2, 12_345, 6)
    found = read_wav(path)
    assert (found.samples.tolist(), found.rate) == (samples.tolist(), 12_345)
    assert found.mono().samples.tolist() == [[-6], [-4], [-2], [0], [2], [4]]  # to even numbers
    assert len(read_wav(put(path, Sound(samples[:0], 8000).wav())).samples) == 0


def put(path, content):
    path.write_bytes(content)
    return path


def eight_bits():
    content = io.BytesIO()
    with wave.open(content, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(8000)
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"", "cannot be read as WAV"), (b"RIFF....AVI ", "cannot be read as WAV"),
     (eight_bits(), "has samples of 8 bits; expected 16")],
)  # fmt: skip
def test_what_is_no_wav_of_ours(tmp_path, content, message):
    with pytest.raises(InputError, match=rf"a\.wav: {message}"):
        read_wav(put(tmp_path / "a.wav", content))
    with pytest.raises(InputError, match=r"cannot be read as WAV: .*No such file"):
        read_wav(tmp_path / "b.wav")


@pytest.mark.usefixtures("player")
def test_a_place_that_cannot_be_written(tmp_path):
    with pytest.raises(OutputError, match="cannot be written"):
        write_wav(A4, put(tmp_path / "file", b"") / "a.wav")
