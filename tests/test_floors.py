"""The floors hold, and the test that says so can fail."""

from pathlib import Path

import pytest
from floors import FLOORS, unit, violations

import jazzgen

PACKAGE = Path(jazzgen.__file__).parent


def dotted(path):
    parts = ["jazzgen", *path.relative_to(PACKAGE).with_suffix("").parts]
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {dotted(path): path for path in sorted(PACKAGE.rglob("*.py"))}


def test_modules_keep_to_their_floors():
    found = {
        module: violations(module, path.read_text(encoding="utf-8"), MODULES)
        for module, path in MODULES.items()
    }
    assert {module: lines for module, lines in found.items() if lines} == {}


def test_every_package_has_a_floor_and_every_floor_a_package():
    assert {unit(module) for module in MODULES} == set(FLOORS)


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("jazzgen.music.chord", "import jazzgen.io.midi.read"),
        ("jazzgen.music.chord", "from jazzgen.config import ModelConfig"),
        ("jazzgen.errors", "from jazzgen.music import chord"),
        ("jazzgen.config", "from jazzgen.encoding import values"),
        ("jazzgen.rnn.cells", "from jazzgen.config import ModelConfig"),
        ("jazzgen.io.midi.read", "from jazzgen.datasets.corpus import load_corpus"),
        ("jazzgen.io.midi.read", "import keras"),
        ("jazzgen.datasets.corpus", "from jazzgen.nn.keras_engine.loop import Line"),
        ("jazzgen.datasets.corpus", "def f():\n    from keras import ops"),
        ("jazzgen.datasets.corpus", "def f():\n    import jazzgen.nn.keras_engine.loop"),
        ("jazzgen.nn.keras_engine.loop", "from jazzgen.io.midi.read import read_midi"),
        ("jazzgen.nn.keras_engine.loop", "from jazzgen import io"),
        ("jazzgen.nn.keras_engine.loop", "import tensorflow as tf"),
        ("jazzgen.nn.keras_engine.loop", "def f():\n    from tensorflow import function"),
        ("jazzgen.nn.keras_engine.loop", "y = tf.cast(x)"),
        ("jazzgen.nn.keras_engine.loop", "from . import layers"),
        ("jazzgen.evaluation.phrases", "from jazzgen.improviser import load"),
        ("jazzgen.evaluation.phrases", "import matplotlib.pyplot"),
        ("jazzgen.band.dynamics", "def f():\n    from jazzgen.nn.keras_engine.loop import Line"),
        ("jazzgen.band.dynamics", "def f():\n    import keras"),
        ("jazzgen.training.run", "from jazzgen.improviser import load"),
        ("jazzgen.improviser", "import keras"),
        ("jazzgen.improviser", "if True:\n    import music21"),
        ("jazzgen.training.run", "from jazzgen.cli.output import say"),
        ("jazzgen.training.run", "from jazzgen import __version__"),
        ("jazzgen.nn.keras_engine.store", "from jazzgen import __version__"),
        ("jazzgen.training.run", "import typer"),
        ("jazzgen", "if TYPE_CHECKING:\n    from jazzgen.cli.main import app"),
        ("jazzgen.cli.main", "import tensorflow"),
        ("jazzgen.cli.main", "from jazzgen.web import page"),
        ("jazzgen.io.midi.read", "print(1)"),
        ("jazzgen.training.run", "import sys\nsys.stderr.write('x')"),
        ("jazzgen.cli.main", "assert True"),
        ("jazzgen.music.chord", "def f(x):\n    assert x"),
    ],
)
def test_a_forbidden_line_is_found(module, source):
    assert violations(module, source, MODULES)


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("jazzgen.music.chord", "from jazzgen.errors import ChordError"),
        ("jazzgen.music.chord", "from jazzgen.music.pitch import Key"),
        ("jazzgen.config", "from jazzgen import errors"),
        ("jazzgen.io.midi.write", "from jazzgen.runtime import atomic"),
        ("jazzgen.render.piano_roll", "def f():\n    import matplotlib"),
        ("jazzgen.datasets.corpus", "from jazzgen.io.midi import read"),
        ("jazzgen.nn.keras_engine.loop", "import keras\nfrom keras import ops"),
        (
            "jazzgen.evaluation.predictive",
            "from jazzgen.nn.keras_engine.shared_layers import SharedLayers",
        ),
        ("jazzgen.band.dynamics", "from jazzgen.music.solo import Note"),
        ("jazzgen.improviser", "if TYPE_CHECKING:\n    import keras"),
        ("jazzgen.improviser", "def f():\n    from jazzgen.nn.keras_engine.loop import Line"),
        ("jazzgen", "from jazzgen.improviser import load"),
        ("jazzgen.cli.train", "import jazzgen\nfrom jazzgen.training.run import train\nprint(1)"),
    ],
)
def test_an_allowed_line_is_not(module, source):
    assert violations(module, source, MODULES) == []
