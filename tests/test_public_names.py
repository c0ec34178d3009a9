"""Every module says what is public, and the package's face holds what it promises."""

import ast
from pathlib import Path

import pytest

import jazzgen

PACKAGE = Path(jazzgen.__file__).parent
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path.name != "__init__.py")


def public_names(source):
    """Names in `__all__`, and names bound at the top level."""
    listed, bound = None, set()
    for node in ast.parse(source).body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            bound.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            bound |= {(alias.asname or alias.name).split(".")[0] for alias in node.names}
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = {name.id for t in targets for name in ast.walk(t) if isinstance(name, ast.Name)}
            if "__all__" in names:
                listed = ast.literal_eval(node.value)
            bound |= names
    return listed, bound


def test_all_names_what_exists_and_is_public():
    wrong = []
    for path in MODULES:
        listed, bound = public_names(path.read_text(encoding="utf-8"))
        private = [name for name in listed or () if name.startswith("_")]
        if not listed or len(listed) > len(set(listed)) or set(listed) - bound or private:
            wrong.append(path.relative_to(PACKAGE).as_posix())
    assert wrong == [], "__all__ is not there, or names something twice, private or unknown"


def test_the_reading_of_names_is_right():
    source = (
        "import a.b\n__all__ = ['f']\nx, y = 1, 2\nz: int = 3\n"
        "def f(): ...\ndef _g(): ...\nasync def h(): ..."
    )
    assert public_names(source) == (["f"], {"a", "__all__", "x", "y", "z", "f", "_g", "h"})


def test_the_face_is_pinned():
    assert jazzgen.__all__ == [
        "Chart", "ChordSymbol", "Improviser", "JazzgenError", "Key", "Meter", "Note",
        "SamplingConfig", "Solo", "__version__", "chart", "load", "read", "save",
    ]  # fmt: skip


def test_every_name_of_the_face_can_be_had_and_is_listed():
    values = {name: getattr(jazzgen, name) for name in jazzgen.__all__}
    assert all(value is not None for value in values.values())
    assert set(jazzgen.__all__) <= set(dir(jazzgen))
    assert values["Chart"] is type(values["chart"]("blues"))


def test_a_name_that_is_not_there_is_an_attribute_error():
    with pytest.raises(AttributeError, match="module 'jazzgen' has no attribute 'nothing'"):
        _ = jazzgen.nothing


def test_the_version_is_the_distribution_s():
    text = (PACKAGE.parent / "pyproject.toml").read_text(encoding="utf-8")
    assert f'version = "{jazzgen.__version__}"' in text


def test_a_saved_solo_is_read_again(tmp_path):
    chart = jazzgen.chart("| Dm7 | G7 | Cmaj7 | % |")
    solo = jazzgen.Solo((jazzgen.Note(0, 24, 62), jazzgen.Note(96, 24, 71)), chart, "A Line")
    with_band, alone = tmp_path / "band.mid", tmp_path / "alone.mid"
    assert jazzgen.save(solo, with_band) == with_band
    jazzgen.save(solo, alone, band=False)
    assert jazzgen.read(with_band).notes == jazzgen.read(alone).notes == solo.notes
    assert jazzgen.read(alone).chart.bars == chart.bars
    assert alone.stat().st_size < with_band.stat().st_size
