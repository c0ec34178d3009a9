"""Packages that are not installed are named in one line, with the extra that brings them."""

import subprocess
import sys
import tomllib

import pytest
from commands import ROOT, succeed
from commands import jazzgen as command

import jazzgen
from jazzgen.errors import ConfigError, MissingPackageError
from jazzgen.io.musicxml.parts import read_musicxml
from jazzgen.runtime.extras import DISTRIBUTIONS, EXTRAS, needing, require

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
TRAIN = "pip install 'jazzgen[train]'"


def names(requirements):
    """Return the names of requirements, without versions and extras."""
    return {line.partition(">=")[0].partition("[")[0] for line in requirements}


@pytest.fixture
def without(monkeypatch):
    """Make packages look as if they were not installed."""

    def hide(*packages):
        for one in packages:
            monkeypatch.setitem(sys.modules, one, None)

    return hide


@pytest.mark.parametrize("module", EXTRAS)
def test_each_extra_brings_what_is_said_to_come_with_it(module):
    extra = PROJECT["optional-dependencies"][EXTRAS[module]]
    assert DISTRIBUTIONS.get(module, module) in names(extra)


def test_nothing_that_an_extra_brings_belongs_to_the_base():
    optional = {DISTRIBUTIONS.get(module, module) for module in EXTRAS}
    assert not names(PROJECT["dependencies"]) & optional
    assert "numpy" in names(PROJECT["dependencies"])


def test_all_brings_every_extra_but_the_developers():
    extras = set(PROJECT["optional-dependencies"]) - {"all", "dev"}
    [everything] = PROJECT["optional-dependencies"]["all"]
    assert everything == f"jazzgen[{','.join(sorted(extras))}]"


def test_what_is_installed_is_not_complained_of():
    require("this needs", "numpy", "rich")
    with needing("this needs"):
        import numpy  # noqa: F401


def test_the_message(without):
    without("sklearn")
    with pytest.raises(MissingPackageError) as caught:
        require("judging needs", "numpy", "sklearn", otherwise="or do not")
    assert str(caught.value) == ("judging needs scikit-learn, which is not installed: "
                                 "pip install 'jazzgen[evaluate]'; or do not")  # fmt: skip
    assert isinstance(caught.value, ConfigError)


def test_a_package_that_turns_out_to_be_missing(without):
    without("tensorflow")
    told = r"^this needs tensorflow, .*jazzgen\[train\]"
    with pytest.raises(MissingPackageError, match=told), needing("this needs"):
        import tensorflow.keras  # noqa: F401


def test_a_module_of_nobody_s_is_a_fault():
    with pytest.raises(ModuleNotFoundError, match="nobody_has_this"), needing("this needs"):
        import nobody_has_this  # noqa: F401


def hidden(module, code, *arguments):
    """Run code in a fresh interpreter in which a package is not installed."""
    code = f"import sys; sys.modules[{module!r}] = None\n{code}"
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("module", ["keras", "tensorflow"])
def test_the_keras_engine(module, tiny_model, tmp_path):
    out = tmp_path / "solo.mid"
    command = "from jazzgen.__main__ import main; main()"
    done = hidden(module, command, "generate", "--engine", "keras", "--model", tiny_model,
                  "--out", out)  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert f"needs {module}, which is not installed: {TRAIN}" in done.stderr
    assert not out.exists()


@pytest.mark.parametrize("module", ["keras", "tensorflow"])
def test_the_benchmark(module):
    script = ROOT / "scripts" / "benchmark.py"
    done = hidden(module, "import runpy; runpy.run_path(sys.argv[1])", script)
    told = f"benchmark.py needs {module}, which is not installed: {TRAIN}\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", told)


def test_from_python(tiny_model, tmp_path):
    code = """
import jazzgen
from jazzgen.config import ModelConfig, TrainingConfig
from jazzgen.errors import MissingPackageError
from jazzgen.training.run import TrainingJob, train

model, out = sys.argv[1:]
for ask in (
    lambda: jazzgen.load(model, engine="keras"),
    lambda: jazzgen.load(model).layers,
    lambda: train(TrainingJob(model=ModelConfig(), training=TrainingConfig(), solos=[]), out),
):
    try:
        ask()
    except MissingPackageError as error:
        print(error)
"""
    done = hidden("keras", code, tiny_model, tmp_path / "new")
    purposes = ("the Keras engine needs", "the layers of a model need", "training needs")
    told = [f"{purpose} keras, which is not installed: {TRAIN}" for purpose in purposes]
    assert done.stdout.splitlines() == told, done.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["train", "midi_data", "--out", "here"], "training needs keras"),
        (["evaluate", "midi_data"], "--no-model judges solos alone"),
        (["generate", "--engine", "keras"], "--engine light plays the same"),
    ],
    ids=lambda one: one[0],
)
def test_commands_say_so_before_they_begin(arguments, words, without, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    without("keras")
    complaint = command(*arguments).complaint
    assert words in complaint
    assert TRAIN in complaint
    assert not list(tmp_path.iterdir())


def test_melodies_from_musicxml(small_corpus, without, tmp_path):
    score = tmp_path / "line.musicxml"
    succeed("render", min(small_corpus.iterdir()), "--to", "musicxml", "--out", score)
    assert read_musicxml(score).parts
    without("music21")
    with pytest.raises(MissingPackageError) as caught:
        read_musicxml(score)
    assert str(caught.value) == (f"{score}: reading its notes needs music21, which is not "
                                 f"installed: {TRAIN}")  # fmt: skip
    assert jazzgen.chart(str(score)).bars  # chord symbols need nothing
