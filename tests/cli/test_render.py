"""`jazzgen render`: the files that it makes, and what it refuses before it begins."""

import os
import re
import shutil
import signal
import subprocess
import sys

import pytest
from commands import jazzgen, largest_file, succeed, tree
from platforms import posix
from waiting import PATIENCE, wait_until

import jazzgen as package
from jazzgen.errors import ConfigError
from jazzgen.music.solo import Note, Solo
from jazzgen.render.playback import Playback
from jazzgen.render.saving import write_stems
from jazzgen.render.sound import read_wav
from jazzgen.render.soundfont import find_soundfont
from jazzgen.render.target import Target
from jazzgen.render.targets import TARGETS
from jazzgen.runtime.ownership import is_ours

ALL = ["wav", "musicxml", "svg", "png", "roll.pdf"]
CHART = package.chart("| Dm7 | G7 |")
SOLO = Solo(tuple(Note(24 * n, 24, 62 + n) for n in range(8)), CHART, "A Tune")


@pytest.fixture
def solo(tmp_path):
    (tmp_path / "in").mkdir()
    return package.save(SOLO, tmp_path / "in" / "tune.mid")


@pytest.fixture
def player():
    try:
        find_soundfont()
    except ConfigError as error:
        pytest.skip(str(error))
    if shutil.which("fluidsynth") is None:
        pytest.skip("fluidsynth is not installed")


def names(folder):
    return sorted(tree(folder))


@pytest.mark.usefixtures("player")
def test_everything_of_a_solo(solo, tmp_path):
    made = succeed("render", solo, "--to", "wav,musicxml,svg,png,roll.pdf", "--json").json
    assert [one["kind"] for one in made] == ALL
    assert [one["file"] for one in made] == [str(solo.with_suffix(f".{kind}")) for kind in ALL]
    assert {one["source"] for one in made} == {str(solo)}
    assert names(tmp_path / "in") == sorted(f"tune.{kind}" for kind in [*ALL, "mid"])
    levels = made[0]["levels"]
    assert levels["lufs"] == pytest.approx(-16, abs=0.01) or levels["true_peak"] == -1.0
    assert levels["true_peak"] <= -1.0
    assert levels["player"].startswith("FluidSynth with ")
    assert -40 < levels["rms"] < -5
    assert levels["seconds"] == pytest.approx(read_wav(made[0]["file"]).levels.seconds, abs=0.01)
    assert all("levels" not in one for one in made[1:])
    starts = [b"RIFF", b"<?xml", b"<?xml", b"\x89PNG", b"%PDF"]
    for one, start in zip(made, starts, strict=True):
        assert (tmp_path / one["file"]).read_bytes().startswith(start)


def test_notation_and_pictures_of_a_score(solo, tmp_path):
    sheet = solo.with_suffix(".musicxml")
    succeed("render", solo, "--to", "musicxml", "--instrument", "alto")
    concert = tmp_path / "concert.musicxml"
    succeed("render", sheet, "--to", "musicxml,svg", "--out", concert)
    assert package.read(concert).chart.bars == package.read(sheet).chart.bars == CHART.bars
    assert concert.with_suffix(".svg").exists()
    assert "would be overwritten" in jazzgen("render", sheet, "--to", "musicxml").complaint


@pytest.mark.usefixtures("player", "small_soundfont")
def test_a_score_sounds_with_a_band(solo, tmp_path):
    sheet = solo.with_suffix(".musicxml")
    succeed("render", solo, "--to", "musicxml")
    alone = package.save(SOLO, tmp_path / "alone.mid", band=False)
    whole, line = succeed("render", sheet, alone, "--out", tmp_path, "--json").json
    assert whole["levels"]["seconds"] > 6
    assert read_wav(whole["file"]).samples.any()
    assert whole["levels"] != line["levels"]


@pytest.mark.usefixtures("player")
def test_by_default_it_is_sound_of_the_file_as_it_is(solo, tmp_path):
    """Drums alone are no solo, but they sound."""
    drums = write_stems(SOLO, tmp_path / "all.mid", Playback())[0][-1]
    outcome = succeed("render", drums)
    assert outcome.out.startswith(f"{tmp_path}/all-drums.wav: sound of {drums}, 0:0")
    assert re.search(r", -\d\d\.\d LUFS, true peak -\d\.\d dB \(FluidSynth with ", outcome.out)
    assert "has only drums" in jazzgen("render", drums, "--to", "svg").complaint
    again = succeed("render", drums, "--out", tmp_path / "again", "--json").json
    assert (tmp_path / "again.wav").read_bytes() == (tmp_path / "all-drums.wav").read_bytes()
    assert again[0]["file"] == f"{tmp_path}/again.wav"
    assert not solo.with_suffix(".wav").exists()


@pytest.mark.parametrize(
    ("out", "made"),
    [
        ("o", ["o.png", "o.svg"]),
        ("o/", ["o", "o/tune.png", "o/tune.svg"]),
        ("here", ["here", "here/tune.png", "here/tune.svg"]),
        ("o/my.tune", ["o", "o/my.tune.png", "o/my.tune.svg"]),
        ("o.png", ["o.png", "o.svg"]),
    ],
)
def test_where_it_is_written(solo, tmp_path, out, made):
    target = tmp_path / "target"
    (target / "here").mkdir(parents=True)
    outcome = succeed("render", solo, "--to", " PNG, .svg,png", "--out", f"{target}/{out}")
    assert [name for name in names(target) if name != "here" or out == "here"] == made
    assert outcome.out.splitlines()[0].endswith(f".png: piano roll of {solo}")


def test_a_path_without_a_name(solo, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    before = tree(tmp_path)
    complaint = jazzgen("render", solo, "--to", "musicxml", "--out", "").complaint
    assert "expected a path that ends in a name" in complaint
    assert tree(tmp_path) == before


def test_several_solos_go_to_one_folder(solo, tmp_path):
    other = package.save(SOLO.transpose(2), tmp_path / "in" / "other.mid")
    succeed("render", solo, other, solo, "--to", "svg", "--out", tmp_path / "out")
    assert names(tmp_path / "out") == ["other.svg", "tune.svg"]
    one, two = tree(tmp_path / "out").values()
    assert one != two


def test_bars_on_a_line(solo, tmp_path):
    for bars in (1, 2):
        succeed(
            "render", solo, "--to", "png", "--bars-per-row", bars, "--out", tmp_path / str(bars)
        )
    heights = [int.from_bytes((tmp_path / f"{n}.png").read_bytes()[20:24]) for n in (1, 2)]
    assert heights[0] > heights[1]


def test_notation_for_an_instrument(solo, tmp_path):
    def written(*options):
        succeed("render", solo, "--to", "musicxml", *options, "--out", tmp_path / "a")
        return (tmp_path / "a.musicxml").read_text()

    concert = written()
    assert "<transpose>" not in concert
    tenor = written("--instrument", "tenor")
    assert "<transpose>" in tenor
    assert "<transpose>" not in written("--instrument", "tenor", "--concert")
    steps = [text[text.index("<step>") :][:7] for text in (concert, tenor)]
    assert steps == ["<step>D", "<step>E"]


def nothing_made(tmp_path, *arguments):
    """Run the command, check that no file has changed, and return its complaint."""
    before = tree(tmp_path)
    complaint = jazzgen("render", *arguments).complaint
    assert tree(tmp_path) == before
    return complaint


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--to", "svg,mp3"], "--to 'mp3': expected some of wav, flac, mid, "),
        (["--to", ""], "--to '': expected some of"),
        (["--to", "svg", "--bars-per-row", "17"], "--bars-per-row 17: expected 1 to 16 bars"),
        (
            ["--to", "musicxml", "--instrument", "kazoo"],
            "--instrument: 'kazoo' is not an instrument",
        ),
    ],
)
def test_options_that_cannot_be(solo, tmp_path, arguments, message):
    assert message in nothing_made(tmp_path, solo, *arguments)


def test_a_solo_is_never_overwritten(solo, tmp_path):
    odd = tmp_path / "in" / "odd.svg"
    odd.write_bytes(solo.read_bytes())
    assert f"{odd}: is a solo to render" in nothing_made(tmp_path, odd, "--to", "svg")
    complaint = nothing_made(tmp_path, solo, odd, "--to", "svg,png", "--out", f"{tmp_path}/in")
    assert f"{odd}: is a solo to render" in complaint


def test_two_solos_of_one_name(solo, tmp_path):
    (tmp_path / "more").mkdir()
    other = shutil.copy(solo, tmp_path / "more")
    complaint = nothing_made(tmp_path, solo, other, "--to", "svg", "--out", tmp_path / "out")
    assert f"tune.svg: would be made from {solo} and from {other}" in complaint


def test_a_solo_that_cannot_be_read_stops_all(solo, tmp_path):
    bad = tmp_path / "in" / "bad.mid"
    bad.write_bytes(solo.read_bytes()[:200])
    assert f"{bad}: is truncated" in nothing_made(tmp_path, solo, bad, "--to", "svg")
    missing = tmp_path / "missing.mid"
    assert f"{missing}: no such file" in nothing_made(tmp_path, solo, missing, "--to", "svg")


def test_a_place_that_cannot_be_written(solo, tmp_path):
    (tmp_path / "file").write_text("")
    (tmp_path / "in" / "tune.roll.pdf").mkdir()
    complaint = nothing_made(tmp_path, solo, "--to", "svg", "--out", tmp_path / "file" / "x")
    assert "x.svg: cannot be written" in complaint
    assert "it is a folder, not a file" in nothing_made(tmp_path, solo, "--to", "svg,roll.pdf")


def test_a_full_disk_leaves_no_half_picture(solo, tmp_path):
    with largest_file(1000):
        complaint = nothing_made(tmp_path, solo, "--to", "svg")
    assert "tune.svg: cannot be written" in complaint


def test_sound_without_anything_that_plays(solo, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setitem(sys.modules, "midirenderer", None)
    complaint = nothing_made(tmp_path, solo, "--to", "wav")
    assert "--to wav: sound needs midirenderer, which is not installed: pip install" in complaint
    assert "'jazzgen[audio]'; or install FluidSynth: " in complaint


def test_part_of_a_solo_in_another_key_at_another_tempo(solo, tmp_path):
    given = ["--tempo", 80, "--transpose", -2, "--from-bar", 2, "--to-bar", 2]
    succeed("render", solo, "--to", "mid,musicxml", *given, "--out", tmp_path / "part")
    for suffix in ("mid", "musicxml"):
        part = package.read(tmp_path / f"part.{suffix}")
        assert [note.pitch for note in part.notes] == [note.pitch - 2 for note in SOLO.notes[4:]]
        assert (len(part.chart.bars), part.chart.tempo) == (1, 80)
        assert str(part.chart.chord_at(0)) == "F7"


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (["--from-bar", 3], "--from-bar 3: {} has 2 bars"),
        (["--tempo", 900], "--tempo 900: expected 20 to 500 bpm"),
        (["--from-bar", 2, "--to-bar", 1], "--from-bar 2: comes after --to-bar 1"),
        (["--surprise"], "--surprise: colors a piano roll; add one, such as --to png"),
        (["--to", "svg", "--stems"], "--stems: piano roll has no parts; leave out --stems"),
    ],
)
def test_a_part_that_there_is_not(solo, tmp_path, given, message):
    for kind in ("mid", "musicxml"):
        complaint = nothing_made(tmp_path, solo, "--to", kind, "--out", tmp_path / "a", *given)
        assert message.format(solo) in complaint


@pytest.mark.usefixtures("small_soundfont")
def test_stems_and_loops_of_a_file(solo, tmp_path):
    """A loop has the length of its bars to the sample: a bar at 120 beats per minute."""
    given = ["--to", "wav", "--stems", "--loop", "--tempo", 120, "--to-bar", 1]
    [made] = succeed("render", solo, *given, "--json", "--out", tmp_path / "a").json
    names = ["solo", "piano", "bass", "drums"]
    assert made["stems"] == [f"{tmp_path}/a-{name}.wav" for name in names]
    whole, *parts = (read_wav(file).samples for file in (made["file"], *made["stems"]))
    assert len(whole) == 2 * 44_100
    assert (sum(part.astype(int) for part in parts) == whole).all()
    told = succeed("render", solo, "--to", "mid", "--stems", "--out", tmp_path / "b").err
    assert told == f"  its parts: {', '.join(f'{tmp_path}/b-{name}.mid' for name in names)}\n"


def test_what_can_be_made_is_made(solo, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    outcome = jazzgen("render", solo, "--to", "mid,musicxml,png", "--out", tmp_path / "a")
    assert outcome.code == 2
    assert outcome.err.startswith("jazzgen: pictures need matplotlib, which is not installed: pip")
    assert outcome.err.endswith("; everything else is written\n")
    assert [line.partition(":")[0] for line in outcome.out.splitlines()] == [
        f"{tmp_path}/a.mid", f"{tmp_path}/a.musicxml"
    ]  # fmt: skip
    assert (tmp_path / "a.mid").read_bytes() == solo.read_bytes()


def test_a_file_of_the_user_s_is_not_overwritten(solo, tmp_path):
    out = tmp_path / "mine.svg"
    out.write_text("<svg/>")
    complaint = nothing_made(tmp_path, solo, "--to", "svg,musicxml", "--out", out)
    assert complaint == (
        f"jazzgen: {out}: exists, and jazzgen did not write it; name another file, or add "
        "--overwrite"
    )
    succeed("render", solo, "--to", "svg", "--out", out, "--overwrite")
    succeed("render", solo, "--to", "svg", "--out", out)  # it is ours now


@pytest.mark.parametrize(
    "kind", ["mid", "musicxml", "pdf", "sheet.svg", "png", "svg", "roll.pdf", "dawproject", "rpp"]
)
def test_what_it_has_made_it_may_make_again(solo, kind):
    file = solo.with_suffix(f".{kind}") if kind != "mid" else solo.with_name("other.mid")
    for _ in range(2):
        succeed("render", solo, "--to", kind, "--out", file)
    assert is_ours(file)


@pytest.mark.usefixtures("small_soundfont")
def test_sound_without_the_command(solo, tmp_path, monkeypatch):
    """The package plays, with the small soundfont that comes with another one."""
    monkeypatch.setenv("PATH", str(tmp_path))
    out = succeed("render", solo).out
    assert "(midirenderer with TimGM6mb.sf2)" in out
    assert ", -16.0 LUFS" in out


@pytest.fixture
def sleeper(tmp_path, monkeypatch):
    """Put a command that never ends in fluidsynth's place; return the file of its process id."""
    folder, pid = tmp_path / "bin", tmp_path / "bin" / "pid"
    folder.mkdir()
    script = folder / "fluidsynth"
    script.write_text(f"#!/bin/sh\necho $$ > {pid}.new; mv {pid}.new {pid}\nexec sleep 600\n")
    script.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)
    return pid


@posix
def test_a_soundfont_that_is_none(solo, tmp_path, sleeper, monkeypatch):
    complaint = nothing_made(tmp_path, solo, "--soundfont", solo)
    assert f"--soundfont: {solo}: is of another kind; expected a soundfont" in complaint
    monkeypatch.setenv("JAZZGEN_SOUNDFONT", str(tmp_path / "a.sf2"))
    complaint = nothing_made(tmp_path, solo, "--to", "svg,wav")
    assert f"--to wav: JAZZGEN_SOUNDFONT: {tmp_path}/a.sf2: no such file" in complaint
    assert not sleeper.exists()


def test_an_interrupt_says_what_is_written(solo, tmp_path):
    def interrupted(*_):
        signal.raise_signal(signal.SIGINT)

    with TARGETS.registered(Target(name="none", what="nothing", write=interrupted)):
        outcome = jazzgen("render", solo, "--to", "musicxml,none", "--out", tmp_path / "out")
    assert outcome.code == 130
    assert outcome.err == "jazzgen: interrupted; 1 of 2 files written\n"


@posix
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_an_interrupt_leaves_nothing_behind(name, solo, tmp_path, sleeper):
    (tmp_path / "a.sf2").write_bytes(b"RIFF\4\0\0\0sfbk")
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    run = subprocess.Popen(
        [sys.executable, "-m", "jazzgen", "render", solo,
         "--soundfont", tmp_path / "a.sf2"],
        stderr=subprocess.PIPE, text=True, env={**os.environ, "TMPDIR": str(temporary)},
    )  # fmt: skip
    wait_until(sleeper.exists)
    run.send_signal(getattr(signal, name))
    _, err = run.communicate(timeout=PATIENCE)
    assert run.returncode == 128 + getattr(signal, name)
    assert err == "jazzgen: interrupted\n"
    assert not list(temporary.iterdir())
    assert names(tmp_path / "in") == ["tune.mid"]
    with pytest.raises(ProcessLookupError):
        os.kill(int(sleeper.read_text()), 0)


def test_notes_that_a_reader_cannot_play_are_moved_and_told(tmp_path):
    chart = package.chart("| C | F |")
    high = package.Solo(tuple(package.Note(24 * n, 24, 84 + n) for n in range(4)), chart, "High")
    package.save(high, tmp_path / "high.mid")
    done = succeed("render", tmp_path / "high.mid", "--to", "musicxml", "--instrument", "tenor")
    assert "high.mid: 4 notes moved by octaves into the range of the tenor saxophone" in done.err
    done = succeed("render", tmp_path / "high.mid", "--to", "musicxml", "--instrument", "flute")
    assert "moved" not in done.err


def test_bars_of_a_sheet_and_of_its_file_are_told_apart(tmp_path):
    chart = package.Chart(package.chart("| C | F | G | C |").bars, chorus_starts=(2,))
    solo = package.Solo((package.Note(192, 24, 60), package.Note(288, 24, 62)), chart, "Late")
    package.save(solo, tmp_path / "late.mid")
    command = ("render", tmp_path / "late.mid", "--to", "musicxml")
    told = "late.mid: bar 1 of the sheet is bar 3 of the file"
    assert told in succeed(*command).err
    assert "of the sheet" not in succeed(*command, "--from-bar", 3, "--overwrite").err


def test_a_lick_in_several_keys_is_one_sheet_and_one_midi(tmp_path):
    lick = package.Solo((Note(0, 24, 60), Note(24, 24, 64)), package.chart("| C |"), "Lick")
    package.save(lick, tmp_path / "lick.mid")
    out = tmp_path / "keys.mid"
    succeed("render", tmp_path / "lick.mid", "--to", "mid,musicxml", "--keys", "C,F", "--out", out)
    assert (tmp_path / "keys.musicxml").read_text().count("<fifths>") == 2
    assert [note.pitch for note in package.read(out).notes] == [60, 64, 65, 69]
    refused = jazzgen("render", tmp_path / "lick.mid", "--to", "mid", "--keys", "H", "--out", out)
    assert "--keys: 'H' is not a key" in refused.complaint


def test_a_page_says_how_its_solo_was_made(tmp_path):
    from jazzgen.io.midi.recipe import with_recipe

    solo = package.Solo((Note(0, 24, 60),), package.chart("| C |"), "Lick")
    package.save(solo, tmp_path / "a.mid")
    recipe = {"model": "mine", "seed": 7, "like": "Ann"}
    (tmp_path / "a.mid").write_bytes(with_recipe((tmp_path / "a.mid").read_bytes(), recipe))
    succeed("render", tmp_path / "a.mid", "--to", "musicxml")
    page = (tmp_path / "a.musicxml").read_text()
    assert ">jazzgen (mine, seed 7), like Ann<" in page
    assert "<part-name>Alto sax (concert pitch)</part-name>" in page  # as the file sounds


def test_a_roll_in_the_colors_of_surprise(solo, tiny_model, tmp_path):
    plain, colored = tmp_path / "plain.svg", tmp_path / "colored.svg"
    succeed("render", solo, "--to", "svg", "--out", plain)
    succeed(
        "render", solo, "--to", "svg,mid", "--out", colored, "--surprise", "--model", tiny_model
    )
    outside = "#c0392b"
    assert outside in plain.read_text()
    assert outside not in colored.read_text()
    assert "#a01c2c" in colored.read_text()  # 8 bits or more


def test_surprise_is_asked_of_a_model_that_there_is(solo, tmp_path):
    message = nothing_made(tmp_path, solo, "--to", "svg", "--surprise", "--model", "nobody")
    assert "nobody" in message
