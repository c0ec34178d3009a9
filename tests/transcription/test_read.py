"""One solo of a file, whatever program wrote it."""

from dataclasses import replace

import pytest
from effort import assert_effort, effort
from strangers import saved, track

import jazzgen
from jazzgen.errors import MidiError
from jazzgen.io.midi.part import MidiPart
from jazzgen.io.midi.read import read_midi
from jazzgen.io.musicxml.solo import solo_to_musicxml
from jazzgen.runtime.pool import Limits
from jazzgen.transcription.played_on import instrument_of
from jazzgen.transcription.read import SMALL, read_transcription
from jazzgen.transcription.solos import iter_solos

LINE = jazzgen.Solo(
    tuple(jazzgen.Note(12 * n, 12, 60 + 5 * n % 12) for n in range(96)), jazzgen.chart("blues")
)
TRAP = b"<score-partwise>" + b"<part/>" * 1000 + b"</score-partwise>"


def test_what_we_wrote_comes_back(tmp_path):
    path = tmp_path / "line.mid"
    jazzgen.save(LINE, path, swing=1.8376)
    assert jazzgen.read(path) == LINE
    assert read_transcription(path).swing == pytest.approx(1.8376)
    assert jazzgen.read(path, track="Solo", chart=jazzgen.chart("ii-V-I")).notes == LINE.notes


def test_the_track_says_on_which_instrument(tmp_path):
    path = tmp_path / "line.mid"
    jazzgen.save(replace(LINE, instrument="bass clarinet"), path)  # plays with a clarinet's sound
    assert jazzgen.read(path) == replace(LINE, instrument="bass clarinet")
    assert jazzgen.read(path, track="Solo") == jazzgen.read(path)
    tracks = [track.name for track in read_midi(path).parts]
    assert tracks == ["Solo: bass clarinet", "Piano", "Bass", "Drums"]


@pytest.mark.parametrize(
    ("name", "program", "instrument"),
    [
        ("Solo: cornet", 56, "cornet"), ("Solo 2: trumpet", 0, "trumpet"), ("Lester", 0, ""),
        ("Tenor Sax", 0, "tenor saxophone"), ("Melody", 57, "trombone"), ("P", 0, ""),
        ("Solo", 81, ""),
    ],
)  # fmt: skip
def test_the_instrument_of_a_part(name, program, instrument):
    assert instrument_of(MidiPart(1, name, 0, program, ())) == instrument


def test_a_score(tmp_path):
    path = tmp_path / "line.musicxml"
    path.write_bytes(solo_to_musicxml(LINE))
    solo = jazzgen.read(path)
    assert [(n.onset, n.duration, n.pitch) for n in solo.notes] == [
        (n.onset, n.duration, n.pitch) for n in LINE.notes
    ]
    assert solo.chart.bars == LINE.chart.bars


@pytest.mark.parametrize("name", ["line.musicxml", "line.mid"])
def test_a_score_or_large_file_that_takes_too_long_is_ended(name, tmp_path):
    path = tmp_path / name
    if name == "line.mid":
        saved(path, solo_track(SMALL // 8))
        assert path.stat().st_size > SMALL
    else:
        path.write_bytes(solo_to_musicxml(LINE))
    with pytest.raises(
        MidiError, match=f"{name}: took more than 1e-09 seconds of processor time to read"
    ):
        read_transcription(path, limits=Limits(seconds=1e-9))


def test_a_large_file_within_its_limits_is_read_as_a_small_one(tmp_path):
    path = saved(tmp_path / "long.mid", solo_track(SMALL // 8))
    assert read_transcription(path) == next(iter_solos(path))


def solo_track(notes):
    return track("Tenor", 66, [(24 * n, 24 * n + 20, 60 + 5 * n % 12, 80) for n in range(notes)])


def test_solos_that_nobody_asks_for_cost_nothing(tmp_path):
    """Of a file with many pieces, only the first is looked at."""
    tracks = [solo_track(100) for _ in range(30)]
    path = saved(tmp_path / "many.mid", *tracks, form=2)
    every = effort(lambda: list(iter_solos(path)))
    assert len(list(iter_solos(path))) == 30
    assert_effort(lambda: next(iter_solos(path)), every / 3)


@pytest.mark.parametrize("content", [TRAP, b"", b"<score-partwise"], ids=["empty", "no", "cut"])
def test_a_score_that_cannot_be_read(content, tmp_path):
    path = tmp_path / "trap.xml"
    path.write_bytes(content)
    with pytest.raises(MidiError, match=r"^.*trap\.xml: "):
        jazzgen.read(path)
