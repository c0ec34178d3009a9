"""One solo of a file that anybody made."""

import pytest

import jazzgen
from jazzgen.errors import MidiError
from jazzgen.io.midi.read import solo_from_midi
from jazzgen.io.musicxml.solo import solo_to_musicxml
from jazzgen.runtime.pool import Limits
from jazzgen.transcription.read import read_transcription

LINE = jazzgen.Solo(
    tuple(jazzgen.Note(12 * n, 12, 60 + 5 * n % 12) for n in range(96)), jazzgen.chart("blues")
)
TRAP = b"<score-partwise>" + b"<part/>" * 1000 + b"</score-partwise>"


def test_what_we_wrote_comes_back(tmp_path):
    path = tmp_path / "line.mid"
    jazzgen.save(LINE, path, swing=1.8376)
    assert jazzgen.read(path) == solo_from_midi(path)
    assert read_transcription(path).swing == pytest.approx(1.8376)
    assert jazzgen.read(path, track="Solo", chart=jazzgen.chart("ii-V-I")).notes == LINE.notes


def test_a_score(tmp_path):
    path = tmp_path / "line.musicxml"
    path.write_bytes(solo_to_musicxml(LINE))
    solo = jazzgen.read(path)
    assert [(n.onset, n.duration, n.pitch) for n in solo.notes] == [
        (n.onset, n.duration, n.pitch) for n in LINE.notes
    ]
    assert solo.chart.bars == LINE.chart.bars


def test_a_score_that_takes_too_long_is_ended(tmp_path):
    path = tmp_path / "line.musicxml"
    path.write_bytes(solo_to_musicxml(LINE))
    with pytest.raises(MidiError, match=r"line\.musicxml: took more than 1e-09 seconds to read"):
        read_transcription(path, limits=Limits(seconds=1e-9))


@pytest.mark.parametrize("content", [TRAP, b"", b"<score-partwise"], ids=["empty", "no", "cut"])
def test_a_score_that_cannot_be_read(content, tmp_path):
    path = tmp_path / "trap.xml"
    path.write_bytes(content)
    with pytest.raises(MidiError, match=r"^.*trap\.xml: "):
        jazzgen.read(path)
