"""Render targets: one from a plug-in is made, listed and checked like the built-in ones."""

from pathlib import Path

import pytest
from commands import jazzgen, succeed, tree

import jazzgen as package
from jazzgen.errors import ConfigError
from jazzgen.render.piano_roll import SUFFIXES
from jazzgen.render.sound import Levels
from jazzgen.render.target import Target
from jazzgen.render.targets import TARGETS, find_targets, register_target, target_of

SOLO = package.Solo(
    tuple(package.Note(24 * n, 24, 60 + n) for n in range(4)), package.chart("| C |"), "Up"
)
LETTERS = ("C", "^C", "D", "^D", "E", "F", "^F", "G", "^G", "A", "^A", "B")


def write_abc(solo, file, look):
    """Write quarter notes of the middle octave as ABC, some on a line."""
    notes = [LETTERS[note.pitch % 12] for note in solo.notes]
    step = look.bars_per_row
    rows = [" ".join(notes[first : first + step]) for first in range(0, len(notes), step)]
    Path(file).write_text("\n".join(["X:1", f"T:{solo.title}", "K:C", *rows, ""]))


def check_abc(look):
    if look.concert:
        raise ConfigError("abc is in concert pitch anyway")


ABC = Target(name="abc", what="ABC", write=write_abc, check=check_abc)


@pytest.fixture
def solo(tmp_path):
    return package.save(SOLO, tmp_path / "up.mid")


def test_it_is_made_beside_ours(solo, tmp_path):
    with TARGETS.registered(ABC):
        made = succeed("render", solo, "--to", "abc,musicxml", "--json").json
        assert [(one["kind"], one["file"]) for one in made] == [
            ("abc", str(tmp_path / "up.abc")), ("musicxml", str(tmp_path / "up.musicxml")),
        ]  # fmt: skip
        assert (tmp_path / "up.abc").read_text() == "X:1\nT:Up\nK:C\nC ^C D ^D\n"
        out = tmp_path / "rows.abc"  # its suffix is known as one
        told = succeed("render", solo, "--to", "abc", "--bars-per-row", 2, "--out", out).out
        assert told == f"{out}: ABC of {solo}\n"
        assert out.read_text().endswith("C ^C\nD ^D\n")


def test_what_it_needs_is_checked_first(solo, tmp_path):
    before = tree(tmp_path)
    with TARGETS.registered(ABC):
        complaint = jazzgen("render", solo, "--to", "musicxml,abc", "--concert").complaint
    assert complaint == "jazzgen: abc is in concert pitch anyway"
    assert tree(tmp_path) == before


def test_help_and_messages_name_it_while_it_is_registered(solo):
    def told():
        return " ".join(succeed("render", "--help").out.replace("│", " ").split())

    ours = ", ".join(TARGETS)
    assert f"{ours}." in told()
    with TARGETS.registered(ABC):
        assert f"{ours}, abc." in told()
        complaint = jazzgen("render", solo, "--to", "mp3").complaint
        assert f"expected some of {ours}, abc, with commas" in complaint
    assert "abc" not in told()
    assert "--to 'abc': expected some of wav" in jazzgen("render", solo, "--to", "abc").complaint


def test_sound_of_whatever_is_in_the_file(solo, tmp_path, monkeypatch):
    """A target that plays gets the MIDI file, and the soundfont that was found."""
    font = tmp_path / "a.sf2"
    font.write_bytes(b"RIFF\4\0\0\0sfbk")
    monkeypatch.setenv("JAZZGEN_SOUNDFONT", str(font))

    def play(midi, file, look):
        file.write_bytes(midi.content[:4] + look.soundfont.name.encode())
        return Levels(-1.0, -20.0, 61.0)

    with TARGETS.registered(Target(name="raw", what="noise", play=play)):
        told = succeed("render", solo, "--to", "raw").out
        font.unlink()
        gone = jazzgen("render", solo, "--to", "raw").complaint
    assert told.endswith(f"noise of {solo}, 1:01, peak -1.0 dBFS, RMS -20.0 dBFS\n")
    assert (tmp_path / "up.raw").read_bytes() == b"MThda.sf2"
    assert f"--to raw: JAZZGEN_SOUNDFONT: {font}: no such file" in gone


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"name": ".abc", "write": write_abc}, "target '.abc': expected a suffix without its dot"),
        ({"name": "abc"}, "target abc: expected one of write, play and convert"),
        (
            {"name": "abc", "write": write_abc, "play": write_abc},
            "expected one of write, play and convert",
        ),
    ],
)
def test_what_is_no_target(fields, complaint):
    with pytest.raises(ConfigError, match=complaint):
        Target(what="ABC", **fields)


def test_two_of_one_name():
    with pytest.raises(ConfigError, match="target 'svg': the name is already taken"):
        register_target(Target(name="svg", what="score", write=write_abc))


def test_targets_are_found_once_each():
    assert [one.name for one in find_targets(" .SVG, wav,svg")] == ["svg", "wav"]


def test_whatever_is_drawn_is_a_target():
    drawn = {f".{one.name.rpartition('.')[2]}" for one in TARGETS.values() if "roll" in one.what}
    assert sorted(drawn) == sorted(SUFFIXES)


@pytest.mark.parametrize(
    ("file", "what"),
    [
        ("a.pdf", "sheet music"),
        ("a.sheet.svg", "sheet music"),
        ("a.svg", "piano roll"),
        ("a.roll.pdf", "piano roll"),
        ("my.solo.pdf", "sheet music"),
        ("a", "MIDI"),
    ],
)
def test_the_end_of_a_name_says_what_is_written(file, what):
    assert target_of(Path(file)).what == what
