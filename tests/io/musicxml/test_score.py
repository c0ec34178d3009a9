"""A lead sheet as MusicXML."""

import pytest

import jazzgen
from jazzgen.errors import ChartError
from jazzgen.io.musicxml import directions, score
from jazzgen.io.musicxml.solo import solo_to_musicxml
from jazzgen.runtime.interrupts import Interrupted


@pytest.mark.parametrize(
    ("module", "inner"), [(score, "harmony_element"), (directions, "find_feel")]
)
@pytest.mark.parametrize("error", [Interrupted(), ChartError("a chord too many"), MemoryError()])
def test_what_is_raised_while_it_is_written_comes_through(module, inner, error, monkeypatch):
    def fail(*_):
        raise error

    solo = jazzgen.Solo((jazzgen.Note(0, 24, 62),), jazzgen.chart("blues"))
    assert b"<harmony" in solo_to_musicxml(solo)
    monkeypatch.setattr(module, inner, fail)
    with pytest.raises(type(error)) as raised:
        solo_to_musicxml(solo)
    assert raised.value is error
