"""The wheel, installed into an empty environment outside the checkout, plays what a clone plays.

Skipped if no wheel can be built, or if its dependencies are not available.
"""

import os
import re
import subprocess
import sys
import zipfile
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import pytest
from commands import ROOT
from platforms import slow

LARGEST_WHEEL, LARGEST_ENVIRONMENT = 10e6, 150e6
"""Bytes."""
TRAINING = ("tensorflow", "keras", "music21", "matplotlib", "sklearn")
CARRIED = (
    "models/improviser/weights.safetensors",
    "models/classic/weights.safetensors",
    "models/titles.safetensors",
    "models/band/bass.safetensors",
    "midi_data/manifest.json",
)
CHART = "| Dm7 | G7 | Cmaj7 | A7b9 |"


def ran(*words, where, **more):
    """Run a program in a folder, without the checkout and its environment."""
    kept = {name: value for name, value in os.environ.items()
            if not name.startswith(("PYTHON", "JAZZGEN", "VIRTUAL_ENV"))}  # fmt: skip
    own = {"XDG_DATA_HOME": str(where / "data"), "OPENBLAS_NUM_THREADS": "1", **more}
    return subprocess.run(
        [*map(str, words)], cwd=where, env={**kept, **own}, capture_output=True, text=True,
        check=False, timeout=600,
    )  # fmt: skip


def jazzgen(python, *arguments, where, **more):
    """Run the command with a given Python."""
    return ran(python, "-m", "jazzgen", *arguments, where=where, **more)


def fetched(*words, where):
    """Run a command that needs packages from the index; skip the test if they are missing."""
    done = ran(sys.executable, "-m", *words, where=where)
    if done.returncode:
        reason = (done.stderr or done.stdout).strip().splitlines()[-1:]
        pytest.skip(f"{words[0]} cannot have what it needs: {''.join(reason)}")


def succeeded(*words, where):
    """Run a step of the installation; it must succeed."""
    done = ran(sys.executable, "-m", *words, where=where)
    assert done.returncode == 0, done.stderr


def dependencies(wheel):
    """Return the dependencies of a wheel without extras, in the versions installed here."""
    with zipfile.ZipFile(wheel) as archive:
        [metadata] = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        lines = archive.read(metadata).decode().splitlines()
    needed = [line.removeprefix("Requires-Dist: ") for line in lines if "Requires-Dist" in line]
    names = [re.split(r"[^\w.-]", one)[0] for one in needed if "extra ==" not in one]
    return [f"{name}=={version(name)}" for name in names]


def size(folder):
    return sum(file.lstat().st_size for file in folder.rglob("*") if not file.is_symlink())


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel of this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    if find_spec("hatchling"):
        build = ("hatchling", "build", "-t", "wheel", "-d", str(folder))
        subprocess.run([sys.executable, "-m", *build], cwd=ROOT, check=True, capture_output=True)
    else:
        fetched("pip", "wheel", "-q", "--no-deps", "-w", folder, ROOT, where=folder)
    [file] = folder.glob("*.whl")
    return file


@pytest.fixture(scope="module")
def environment(wheel, tmp_path_factory):
    """The folder of an environment that holds the wheel and what it depends on."""
    place = tmp_path_factory.mktemp("installed")
    folder = place / "environment"
    succeeded("venv", "--without-pip", folder, where=place)
    pip = ("pip", "--python", python(folder))
    fetched(*pip, "install", "-q", "--no-compile", *dependencies(wheel), where=place)
    succeeded(*pip, "install", "-q", "--no-compile", "--no-deps", "--no-index", wheel, where=place)
    succeeded(*pip, "check", where=place)
    return folder


def python(environment):
    folder, suffix = ("Scripts", ".exe") if os.name == "nt" else ("bin", "")
    return environment / folder / f"python{suffix}"


@pytest.fixture
def play(environment, tmp_path):
    """Run `jazzgen` of the environment in an empty folder; it must succeed."""

    def run(*arguments):
        done = jazzgen(python(environment), *arguments, where=tmp_path)
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


def test_the_wheel_is_small_and_carries_models_and_corpus(wheel, record_property):
    record_property("wheel", f"{wheel.stat().st_size / 1e6:.1f} MB")
    names = zipfile.ZipFile(wheel).namelist()
    assert wheel.stat().st_size <= LARGEST_WHEEL
    assert not [name for name in CARRIED if f"jazzgen/_data/{name}" not in names]
    assert {name.split("/")[0] for name in names} == {
        "jazzgen", f"jazzgen-{version('jazzgen')}.dist-info"
    }  # fmt: skip
    corpus = [name for name in names if name.startswith("jazzgen/_data/midi_data/")]
    assert {Path(name).name for name in corpus} == {
        path.name for path in (ROOT / "midi_data").iterdir()
    }


def test_the_environment_is_small_and_trains_nothing(environment, tmp_path, record_property):
    record_property("environment of the base installation", f"{size(environment) / 1e6:.0f} MB")
    assert size(environment) <= LARGEST_ENVIRONMENT
    code = f"from importlib.util import find_spec; print([*map(find_spec, {TRAINING!r})])"
    done = ran(python(environment), "-c", code, where=tmp_path)
    assert done.stdout.strip() == str([None] * len(TRAINING)), done.stderr


def test_it_is_not_the_checkout_that_runs(environment, tmp_path):
    done = ran(python(environment), "-c", "import jazzgen; print(jazzgen.__file__)", where=tmp_path)
    assert Path(done.stdout.strip()).is_relative_to(environment), done.stderr


@pytest.mark.parametrize("model", ["improviser", pytest.param("classic", marks=slow)])
def test_it_plays_the_bytes_of_the_full_installation(model, play, tmp_path):
    asked = ("generate", "--model", model, "--chart", CHART, "--choruses", 2, "--seed", 7)
    play(*asked, "--out", "installed.mid")
    full = jazzgen(sys.executable, *asked, "--out", "full.mid", where=tmp_path,
                   PYTHONPATH=str(ROOT))  # fmt: skip
    assert full.returncode == 0, full.stderr
    assert (tmp_path / "installed.mid").read_bytes() == (tmp_path / "full.mid").read_bytes()


def test_the_models_that_it_carries_are_found(play):
    listed = play("models")
    assert listed.startswith("classic ")
    assert "improviser" in listed
    assert len(play("titles", "--count", 3).splitlines()) == 3


@slow
def test_everything_else_that_needs_no_extra(play, tmp_path):
    assert "blues" in play("charts")
    play("generate", "--chart", CHART)
    play("render", "solo.mid", "--to", "musicxml")
    assert (tmp_path / "solo.musicxml").read_bytes().startswith(b"<?xml")
    (tmp_path / "names.txt").write_text("Blue Train\nBlue Bossa\nBlue Seven\n" * 5)
    play("train-titles", "names.txt", "--epochs", 1, "--units", 8, "--out", "own.safetensors")
    assert (tmp_path / "own.safetensors").is_file()
    assert play("diagnose", "gradients", "--steps", 1, "--length", 8, "--json")


@pytest.mark.parametrize(
    "asked", [("train", "midi_data", "--out", "own"), ("evaluate", "midi_data")]
)
def test_what_needs_an_extra_says_so(asked, environment, tmp_path):
    done = jazzgen(python(environment), *asked, where=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert "pip install 'jazzgen[train]'" in done.stderr


def test_run_from_the_archive_itself_one_line_says_what_to_do(wheel, environment, tmp_path):
    bare = jazzgen(python(environment), "generate", where=tmp_path, PYTHONPATH=str(wheel))
    assert bare.returncode == 2
    assert bare.stderr.count("\n") == 1
    assert f"jazzgen runs from inside {wheel}" in bare.stderr
    assert "install it with pip" in bare.stderr
