"""Frequent commands start at once: they load none of the large libraries."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).parent.parent / "scripts"
HEAVY = {"tensorflow", "keras", "music21", "matplotlib", "verovio", "jax", "torch"}
MODULES_OF_THE_FACE = 75
"""Half of NumPy's (150). `import jazzgen` needs up to 50, by how many Python has loaded before."""


def loaded(code, *arguments):
    """Return the modules that a fresh interpreter has loaded after running some code."""
    tail = "\nimport json, sys; print('\\n' + json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code + tail, *arguments], capture_output=True, check=True, text=True
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


def after_command(*arguments):
    return loaded(
        "import sys\n"
        "from jazzgen.cli.main import app, run\n"
        "if run(app) != 0: raise SystemExit('the command failed')",
        *arguments,
    )


def test_the_package_alone():
    modules = loaded("import jazzgen") - loaded("")
    assert "jazzgen" in modules
    assert len(modules) <= MODULES_OF_THE_FACE


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["--version"], ["charts"], ["models"], ["generate", "--help"], ["train", "-h"]],
    ids=" ".join,
)
def test_a_command_that_only_tells(arguments):
    modules = after_command(*arguments)
    assert "jazzgen.cli.main" in modules
    assert not modules & HEAVY


def test_a_solo_is_played_without_a_library_that_checks_types(tmp_path):
    assert "pydantic" not in after_command("generate", "--out", str(tmp_path / "solo.mid"))


def test_a_command_loads_no_other_command():
    modules = after_command("generate", "--help")
    assert "jazzgen.cli.generate" in modules
    assert not modules & {"jazzgen.cli.train", "jazzgen.cli.render", "jazzgen.cli.diagnose"}


def test_a_solo_is_played_without_readers_of_files(tmp_path):
    modules = after_command("generate", "--out", str(tmp_path / "solo.mid"))
    assert "jazzgen.io.midi.write" in modules
    readers = {"midi.read", "midi.score", "musicxml.read", "ireal.link", "wjazzd.solos"}
    assert not modules & {f"jazzgen.io.{name}" for name in readers}


def test_without_plug_ins_nothing_is_loaded_to_look_for_them():
    assert "importlib.metadata" not in after_command("--version")


def test_a_chart_and_its_chords():
    modules = loaded("import jazzgen; jazzgen.chart('blues').chord_at(0).scale")
    assert "jazzgen.music.chord" in modules
    assert not modules & HEAVY


def test_reading_and_writing_midi(tmp_path):
    code = (
        "import jazzgen, sys\n"
        "line = jazzgen.Solo((jazzgen.Note(0, 24, 62),), jazzgen.chart('blues'))\n"
        "jazzgen.save(line, sys.argv[1])\n"
        "jazzgen.read(sys.argv[1])"
    )
    assert not loaded(code, str(tmp_path / "line.mid")) & HEAVY


def test_a_mistake_is_told_before_anything_large_is_loaded(tmp_path):
    code = (
        "import sys\n"
        "from jazzgen.cli.main import app, run\n"
        "if run(app) != 2: raise SystemExit('the mistake was not seen')"
    )
    out = str(tmp_path / "solo.mid")
    assert not loaded(code, "generate", "--chart", "| Zz9 |", "--out", out) & HEAVY


@pytest.mark.parametrize("module", ["jazzgen.nn.constraints", "jazzgen.nn.engine"])
def test_what_both_engines_share(module):
    modules = loaded(f"import {module}")
    assert "jazzgen.nn.constraints" in modules
    assert not modules & HEAVY


@pytest.mark.parametrize("script", ["train.py", "generate.py"])
def test_the_scripts_help(script):
    done = subprocess.run(
        [sys.executable, "-X", "importtime", SCRIPTS / script, "--help"],
        capture_output=True, check=True, text=True,
    )  # fmt: skip
    imported = {line.rpartition("|")[2].strip().split(".")[0] for line in done.stderr.splitlines()}
    assert "jazzgen" in imported
    assert not imported & HEAVY
