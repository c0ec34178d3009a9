import sys
from types import ModuleType

import pytest

from jazzgen.music import showing
from jazzgen.music.chart import Chart
from jazzgen.music.solo import Solo

SOLO = Solo((), Chart.of_chords([["Dm7"]]), "Tune")


@pytest.fixture(autouse=True)
def nobody(monkeypatch):
    monkeypatch.setattr(showing, "_places", {})


def test_where_nobody_can_show_it_there_is_no_html():
    assert SOLO._repr_html_() is None


def test_it_is_shown_by_what_was_registered_last(monkeypatch):
    shower = ModuleType("a_shower")
    shower.one = lambda solo: f"one {solo.title}"
    shower.two = lambda solo: f"two {solo.title}"
    monkeypatch.setitem(sys.modules, "a_shower", shower)
    showing.show_with("a_shower:one")
    assert SOLO._repr_html_() == "one Tune"
    showing.show_with("a_shower:two")
    assert SOLO._repr_html_() == "two Tune"


def test_what_shows_it_loads_when_it_is_shown():
    showing.show_with("no_such_module:html")
    with pytest.raises(ModuleNotFoundError, match="no_such_module"):
        SOLO._repr_html_()
