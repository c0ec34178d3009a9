import sys
from types import ModuleType

import pytest

from jazzgen.music.chart import Chart
from jazzgen.music.notebook_html import register_html
from jazzgen.music.solo import Solo

SOLO = Solo((), Chart.of_chords([["Dm7"]]), "Tune")


@pytest.fixture(autouse=True)
def nothing_registered():
    before = register_html(None)
    yield
    register_html(before)


def test_without_a_registered_function_there_is_no_html():
    assert SOLO._repr_html_() is None


def test_the_function_registered_last_draws_the_solo(monkeypatch):
    drawing = ModuleType("drawing")
    drawing.one = lambda solo: f"one {solo.title}"
    drawing.two = lambda solo: f"two {solo.title}"
    monkeypatch.setitem(sys.modules, "drawing", drawing)
    assert register_html("drawing:one") is None
    assert SOLO._repr_html_() == "one Tune"
    assert register_html("drawing:two") == "drawing:one"
    assert SOLO._repr_html_() == "two Tune"


def test_the_module_is_imported_when_a_solo_is_shown():
    register_html("no_such_module:html")
    with pytest.raises(ModuleNotFoundError, match="no_such_module"):
        SOLO._repr_html_()
