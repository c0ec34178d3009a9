"""Help, completion and lists of names, and playing through the loudspeakers."""

import json

import pytest
from commands import jazzgen, succeed
from platforms import posix
from typer.testing import CliRunner

import jazzgen as package
from jazzgen.cli.completion import performer_names
from jazzgen.cli.main import app
from jazzgen.music.instrument import INSTRUMENTS
from jazzgen.render.sound import Sound

SOLO = package.Solo((package.Note(0, 24, 62),), package.chart("| Dm7 |"), "Up")


def test_the_help_of_generate_has_groups_and_examples():
    told = succeed("generate", "--help").out
    groups = ("Soloist", "Tune", "Arrangement", "Sampling", "Playback", "Output")
    places = [told.index(f" {group} options ") for group in groups]
    assert places == sorted(places)
    assert told.index("--performer") < places[1] < told.index("--chart ") < places[2]
    assert told.count("jazzgen generate --") == 3


def test_help_is_a_command():
    assert "jazzgen generate [OPTIONS]" in succeed("help", "generate").out
    whole = succeed("help").out
    assert "jazzgen [OPTIONS] COMMAND [ARGS]..." in whole
    assert "│ render " in whole
    complaint = jazzgen("help", "gnerate").complaint
    assert complaint == "jazzgen: 'gnerate' is not a command; did you mean generate?"


def test_lists_of_names():
    names = succeed("generate", "--list-instruments").out.splitlines()
    assert json.loads(succeed("generate", "--list-instruments", "--json").out) == names
    assert names == [instrument.name for instrument in INSTRUMENTS]
    names = succeed("generate", "--list-performers").out.splitlines()
    assert "Lester Young" in names
    assert tuple(names) == performer_names()


def test_capitals_of_a_choice_do_not_matter(tmp_path):
    """The message is about the file, so the feel was understood."""
    given = ["--feel", "Swing", "--out", tmp_path / "a.xyz"]
    assert "expected a file that ends in" in jazzgen("generate", *given).complaint


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("jazzgen ren", "render"),
        ("jazzgen generate --chart rhythm", "rhythm-changes"),
        ("jazzgen generate --model impr", "improviser"),
        ("jazzgen generate --instrument ten", "tenor saxophone"),
        ("jazzgen generate --performer Les", "Lester Young"),
        ("jazzgen generate --model no/such --take", "--takes"),
    ],
)
def test_what_a_shell_offers(words, offered):
    asked = {
        "_JAZZGEN_COMPLETE": "complete_bash",
        "COMP_WORDS": words,
        "COMP_CWORD": str(len(words.split()) - 1),
    }
    done = CliRunner().invoke(app, [], env=asked, prog_name="jazzgen")
    assert offered in done.stdout.splitlines()


@pytest.fixture
def loudspeaker(tmp_path, monkeypatch):
    """A player that keeps what it plays, and nothing else that could be found."""
    folder = tmp_path / "bin"
    folder.mkdir()
    script = folder / "aplay"
    script.write_text(f'#!/bin/sh\n/bin/cp "$2" {tmp_path}/heard.wav\n')
    script.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))
    return script


@posix
@pytest.mark.usefixtures("small_soundfont")
def test_a_solo_is_played(loudspeaker, tmp_path):
    solo = SOLO.save(tmp_path / "solo.mid")
    succeed("play", solo)
    assert (tmp_path / "heard.wav").read_bytes().startswith(b"RIFF")
    sound = tmp_path / "a.wav"
    sound.write_bytes(Sound(SOLO.to_pandas().to_numpy()[:, 6:7].astype("int16"), 8000).wav())
    succeed("play", sound)
    assert (tmp_path / "heard.wav").read_bytes() == sound.read_bytes()
    loudspeaker.write_text("#!/bin/sh\necho no device >&2\nexit 1\n")
    for file in (sound, solo):  # the file that was named, not the one that was made of it
        assert jazzgen("play", file).complaint == (
            f"jazzgen: {file}: aplay cannot play it: no device"
        )


@posix
def test_what_cannot_be_played(loudspeaker, tmp_path):
    (tmp_path / "a.wav").write_bytes(b"RIFF")
    assert "a.wav: cannot be read as WAV" in jazzgen("play", tmp_path / "a.wav").complaint
    loudspeaker.unlink()
    complaint = jazzgen("play", tmp_path / "a.wav").complaint
    assert "nothing that plays sound was found; install one of afplay, " in complaint
