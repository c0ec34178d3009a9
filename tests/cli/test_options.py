"""A field of a configuration is an option of the command line, with no other file touched."""

import re
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Annotated, Literal

import pytest
import typer
from commands import jazzgen
from typer.testing import CliRunner

from jazzgen.band.arrangement import Arrangement
from jazzgen.cli.generate import generate
from jazzgen.cli.main import run
from jazzgen.cli.options import Given, Without, configured
from jazzgen.config import ModelConfig, SamplingConfig, TitleConfig, TrainingConfig
from jazzgen.errors import ConfigError
from jazzgen.evaluation.experiment import Experiment
from jazzgen.nn.constraints import CONSTRAINTS, Constraint
from jazzgen.runtime.settings import check_settings, setting

RHYTHMS = {"habanera": 1, "tresillo": 2}
FURTHER = {}


@dataclass(frozen=True, kw_only=True)
class Percussion:
    """A made-up configuration, as a contributor would write it."""

    shakers: int = field(
        default=2, metadata={"help": "How many shake.", "unit": "players", "min": 0, "max": 4}
    )
    loudness: float | None = field(
        default=None, metadata={"help": "How loud.", "usual": "as the band", "min": 0.5}
    )
    head_skin: Literal["calf", "goat"] = setting("goat", text="What is struck.")
    rhythm: str = setting("tresillo", text="What is played.", choices=RHYTHMS)
    score: Path | None = setting(None, text="Read it there.", metavar="FILE.txt")
    muted: bool = setting(False, text="Hold the skin.")
    wire: bool = setting(True, text="Take off the wire.")
    tuning: int = setting(
        60, text=lambda: f"One of {len(RHYTHMS)} tunings.", usual=lambda: "low 40, high 60"
    )
    secret: int = 7
    extra: dict[str, float] = field(default_factory=dict, metadata={"fields": lambda: FURTHER})

    def __post_init__(self):
        check_settings(self)


def application(command):
    app = typer.Typer(add_completion=False)
    app.command()(command)
    return app


@pytest.fixture
def play(monkeypatch, capsys):
    """Run a command with the configuration; return the value that it got, or the complaint."""

    def play(*arguments, without=(), kind=Percussion):
        handed = []

        def command(percussion):
            handed.append(percussion)

        command.__annotations__["percussion"] = Annotated[kind, Without(*without)]
        monkeypatch.setattr("sys.argv", ["play", *map(str, arguments)])
        code = run(application(configured(command)))
        if code:
            assert (code, handed) == (2, [])
            return capsys.readouterr().err.strip()
        (percussion,) = handed
        return percussion

    return play


def shown(command):
    """Return the placeholder and the text of each option in the help."""
    environment = {"COLUMNS": "160", "TERM": "dumb", "NO_COLOR": "1"}
    done = CliRunner().invoke(application(command), ["--help"], env=environment)
    assert done.exit_code == 0
    text = re.sub(r"[│╭╮╰╯─\s]+", " ", done.stdout)
    return {part.split()[0]: part for part in re.split(r" --(?=[a-z-]+ )", text)[1:]}


@configured
def drum(percussion: Percussion) -> None:
    """Play the drum.

    Args:
        percussion: The drum.
    """


def test_the_help_of_a_command_is_its_docstring_without_the_parameters():
    done = CliRunner().invoke(application(drum), ["--help"])
    assert "Play the drum." in done.stdout
    assert "Args" not in done.stdout


def test_without_options_everything_is_as_the_fields_say(play):
    assert play() == Percussion()


def test_every_type_of_field_is_read(play):
    found = play(
        "--shakers", 3, "--loudness", 0.75, "--head-skin", "calf", "--rhythm", "habanera",
        "--score", "a.txt", "--muted", "--no-wire", "--tuning", 41,
    )  # fmt: skip
    assert found == Percussion(
        shakers=3, loudness=0.75, head_skin="calf", rhythm="habanera", score=Path("a.txt"),
        muted=True, wire=False, tuning=41,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ("shakers", "PLAYERS How many shake. [default: 2]"),
        ("loudness", "How loud. [default: (as the band)]"),
        ("head-skin", "<calf|goat> What is struck. [default: goat]"),
        ("rhythm", "<habanera|tresillo> What is played. [default: tresillo]"),
        ("score", "FILE.txt Read it there."),
        ("no-wire", "Take off the wire."),
        ("tuning", "One of 2 tunings. [default: (low 40, high 60)]"),
    ],
)
def test_the_help_says_what_the_field_says(option, words):
    assert words in shown(drum)[option]


def test_a_field_without_help_is_no_option(play):
    assert not {"secret", "extra"} & set(shown(drum))
    assert "No such option" in play("--secret", 3)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--shakers", 5], "jazzgen: --shakers 5: expected 0 to 4 players"),
        (["--loudness", 0.25], "jazzgen: --loudness 0.25: expected at least 0.5"),
        (["--loudness", "nan"], "jazzgen: --loudness nan: expected at least 0.5"),
        (["--head-skin", "fish"], "'fish' is not one of 'calf', 'goat'"),
        (["--rhythm", "waltz"], "'waltz' is not one of 'habanera', 'tresillo'; see"),
        (["--rhythm", "Tresilo"], "'habanera', 'tresillo'; did you mean tresillo?; see"),
    ],
)
def test_a_value_out_of_bounds_is_one_line(play, options, words):
    complaint = play(*options)
    assert words in complaint
    assert len(complaint.splitlines()) == 1


def test_choices_and_settings_registered_later_are_options_too(play, monkeypatch):
    later = field(default=0.5, metadata={"help": "How it rattles.", "min": 0, "max": 1})
    monkeypatch.setitem(RHYTHMS, "clave", 3)
    monkeypatch.setitem(FURTHER, "rattle_share", later)
    assert play("--rhythm", "clave").rhythm == "clave"
    assert play("--rattle-share", 0.25).extra == {"rattle_share": 0.25}
    assert "How it rattles. [default: 0.5]" in shown(drum)["rattle-share"]


def test_a_command_may_leave_settings_out(play):
    assert "No such option" in play("--shakers", 1, without=["shakers"])
    assert play("--muted", without=["shakers"]).muted


def test_what_was_given_is_told_from_what_is_usual(play):
    found = play("--shakers", 2, "--no-wire", kind=Given[Percussion])
    assert found.values == {"shakers": 2, "wire": False}
    assert found.build(shakers=4, tuning=50) == Percussion(shakers=2, wire=False, tuning=50)
    assert play(kind=Given[Percussion]).values == {}


def test_a_message_names_options_wherever_they_stand(play):
    found = play("--shakers", 2, kind=Given[Percussion])

    def refuse(**_):
        raise ConfigError("shakers 2: give one of head_skin and wire_brush; shakers")

    with pytest.raises(ConfigError, match=r"^--shakers 2: give one of --head-skin and wire_brush; "
                                          "shakers$"):  # fmt: skip
        found.build(refuse)


def test_an_argument_is_given_by_its_place_and_may_be_required(play):
    @dataclass(frozen=True, kw_only=True)
    class Reading:
        source: Path = setting(argument=True, metavar="FILE", text="What is read.")
        out: Path = setting(text="Where to write.")

    assert play("a.mid", "--out", "b.mid", kind=Reading) == Reading(
        source=Path("a.mid"), out=Path("b.mid")
    )
    assert "Missing argument 'FILE'" in play("--out", "b.mid", kind=Reading)
    assert "Missing option '--out'" in play("a.mid", kind=Reading)


def test_two_settings_cannot_share_an_option():
    @configured
    def twice(first: Percussion, second: Percussion) -> None: ...

    with pytest.raises(ConfigError, match="option --shakers: two settings have that name"):
        typer.main.get_command(application(twice))


def test_a_registered_sampling_rule_is_an_option_of_generate(tmp_path):
    class Blueness(Constraint):
        name = "blueness"
        setting = field(default=0.0, metadata={"help": "How blue.", "min": 0, "max": 3})

    out = tmp_path / "solo.mid"
    with CONSTRAINTS.registered(Blueness()):
        assert "How blue. [default: 0.0]" in shown(generate)["blueness"]
        complaint = jazzgen("generate", "--blueness", 4, "--out", out).complaint
        assert complaint == "jazzgen: --blueness 4: expected 0 to 3"
    assert "No such option" in jazzgen("generate", "--blueness", 1, "--out", out).complaint


@pytest.mark.parametrize(
    ("kind", "command"),
    [
        (SamplingConfig, "generate"), (Arrangement, "generate"), (ModelConfig, "train"),
        (TrainingConfig, "train"), (TitleConfig, "train-titles"),
        (Experiment, "diagnose gradients"),
    ],
)  # fmt: skip
def test_bounds_of_our_own_fields_are_those_of_the_command(kind, command, tmp_path):
    bounded = [one for one in fields(kind) if "max" in one.metadata and "help" in one.metadata]
    assert bounded
    for one in bounded:
        if one.name in {"low", "high"}:  # which --range stands for
            continue
        flag, beyond = "--" + one.name.replace("_", "-"), one.metadata["max"] * 2 + 1
        others = [tmp_path, "--out", tmp_path / "out"] if command == "train" else []
        complaint = jazzgen(*command.split(), *others, flag, beyond).complaint
        beyond = int(beyond) if isinstance(one.default, int) else f"{beyond:g}"
        assert f"jazzgen: {flag} {beyond}: expected {one.metadata['min']:g} to" in complaint
