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


@pytest.mark.parametrize("module", MODULES)
def test_module_keeps_to_its_floor(module):
    assert violations(module, MODULES[module].read_text(encoding="utf-8"), MODULES) == []


def test_every_package_has_a_floor_and_every_floor_a_package():
    assert {unit(module) for module in MODULES} == set(FLOORS)


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("jazzgen.music.chord", "import jazzgen.formats.midi_read"),
        ("jazzgen.music.chord", "from jazzgen.config import ModelConfig"),
        ("jazzgen.errors", "from jazzgen.music import chord"),
        ("jazzgen.config", "from jazzgen import atomic"),
        ("jazzgen.formats.midi_read", "from jazzgen.data.corpus import load_corpus"),
        ("jazzgen.formats.midi_read", "import keras"),
        ("jazzgen.data.corpus", "from jazzgen.nn.loop import Line"),
        ("jazzgen.data.corpus", "def f():\n    from keras import ops"),
        ("jazzgen.data.corpus", "def f():\n    import jazzgen.nn.loop"),
        ("jazzgen.nn.loop", "from jazzgen.formats.midi_read import read_midi"),
        ("jazzgen.nn.loop", "from jazzgen import formats"),
        ("jazzgen.nn.loop", "import tensorflow as tf"),
        ("jazzgen.nn.loop", "def f():\n    from tensorflow import function"),
        ("jazzgen.nn.loop", "y = tf.cast(x)"),
        ("jazzgen.nn.loop", "from . import layers"),
        ("jazzgen.evaluation.phrases", "from jazzgen.band.dynamics import shape_dynamics"),
        ("jazzgen.evaluation.phrases", "import matplotlib.pyplot"),
        ("jazzgen.band.dynamics", "def f():\n    from jazzgen.nn.loop import Line"),
        ("jazzgen.band.dynamics", "def f():\n    import keras"),
        ("jazzgen.improviser", "from jazzgen.learning import learn"),
        ("jazzgen.improviser", "import keras"),
        ("jazzgen.improviser", "if True:\n    import music21"),
        ("jazzgen.learning", "from jazzgen.cli.output import say"),
        ("jazzgen.learning", "from jazzgen import __version__"),
        ("jazzgen.nn.store", "from jazzgen import __version__"),
        ("jazzgen.learning", "import typer"),
        ("jazzgen", "if TYPE_CHECKING:\n    from jazzgen.cli.main import app"),
        ("jazzgen.cli.main", "import tensorflow"),
        ("jazzgen.cli.main", "from jazzgen.web import page"),
        ("jazzgen.formats.midi_read", "print(1)"),
        ("jazzgen.learning", "import sys\nsys.stderr.write('x')"),
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
        ("jazzgen.formats.midi_write", "from jazzgen import atomic"),
        ("jazzgen.formats.piano_roll", "def f():\n    import matplotlib"),
        ("jazzgen.data.corpus", "from jazzgen.formats import midi_read"),
        ("jazzgen.nn.loop", "import keras\nfrom keras import ops"),
        ("jazzgen.evaluation.predictive", "from jazzgen.nn.layers import SharedLayers"),
        ("jazzgen.band.dynamics", "from jazzgen.data.encoding import REST"),
        ("jazzgen.improviser", "if TYPE_CHECKING:\n    import keras"),
        ("jazzgen.improviser", "def f():\n    from jazzgen.nn.loop import Line"),
        ("jazzgen", "from jazzgen.improviser import load"),
        ("jazzgen.cli.train", "import jazzgen\nfrom jazzgen.learning import learn\nprint(1)"),
    ],
)
def test_an_allowed_line_is_not(module, source):
    assert violations(module, source, MODULES) == []
