"""Solos as other libraries have them, and how they tell of themselves."""

import pytest

import jazzgen
from jazzgen.errors import ConfigError, MissingPackageError
from jazzgen.music.solo import Note, Solo
from jazzgen.music.trade import Trade, Turn

CHART = jazzgen.chart("title: T\nkey: F\ntempo: 120\n| Gm7 | C7 | (3/4) F6 |")
NOTES = (Note(0, 24, 70, 80, 1.2), Note(36, 12, 69), Note(96, 24, 64), Note(216, 48, 66))
SOLO = Solo(NOTES, CHART, "A Tune", phrase_starts=(0, 2), instrument="trumpet")
TRADE = Trade(
    solos=(SOLO.with_notes(NOTES[:2]), SOLO.with_notes(NOTES[2:])),
    names=("Ann", "Bob"),
    turns=(Turn(player=0, first=1, last=1), Turn(player=1, first=2, last=3)),
)


def test_a_row_a_note():
    table = SOLO.to_pandas()
    assert list(table["bar"]) == [1, 1, 2, 3]
    assert list(table["beat"]) == [1, 2.5, 1, 2]
    assert list(table["name"]) == ["Bb4", "A4", "E4", "Gb4"]
    assert list(table["chord"]) == ["Gm7", "Gm7", "C7", "F6"]
    assert list(table["starts_phrase"]) == [True, False, True, False]
    first = table.loc[0, ["onset", "duration", "deviation", "pitch", "velocity"]].tolist()
    assert first == pytest.approx([0, 1, 0.05, 70, 80])
    assert list(TRADE.to_pandas()["soloist"]) == [1, 1, 2, 2]


def test_sounding_notes_with_a_band():
    read = SOLO.to_pretty_midi(straight=True)
    assert [one.name for one in read.instruments] == ["Solo: trumpet", "Piano", "Bass", "Drums"]
    heard = [(note.pitch, round(note.start, 2)) for note in read.instruments[0].notes]
    assert heard == [(70, 0), (69, 0.75), (64, 2), (66, 4.5)]
    assert len(SOLO.to_pretty_midi(band=False).instruments) == 1
    assert [one.name for one in TRADE.to_pretty_midi().instruments[:2]] == list(TRADE.labels)


def test_notation():
    for music, parts in ((SOLO, 1), (TRADE, 2)):
        score = music.to_music21()
        assert len(score.parts) == parts
        pitches = sorted(note.pitch.midi for note in score.flatten().notes if note.isNote)
        assert set(pitches) == {note.pitch for note in NOTES}


def test_it_saves_itself(tmp_path):
    assert SOLO.save(tmp_path / "a.mid", band=False) == tmp_path / "a.mid"
    assert jazzgen.read(tmp_path / "a.mid").notes == NOTES
    TRADE.save(tmp_path / "b.musicxml")
    assert (tmp_path / "b.musicxml").read_bytes().startswith(b"<?xml")
    with pytest.raises(ConfigError, match=r"a\.mp3: expected a file that ends in one of \.wav"):
        SOLO.save(tmp_path / "a.mp3")


@pytest.mark.parametrize(
    ("package", "outlet"),
    [("pandas", "to_pandas"), ("pretty_midi", "to_pretty_midi"), ("music21", "to_music21")],
)
def test_what_is_not_installed(monkeypatch, package, outlet):
    monkeypatch.setitem(__import__("sys").modules, package, None)
    with pytest.raises(MissingPackageError, match=f"{outlet} needs {package}, which is not"):
        getattr(SOLO, outlet)()


def test_what_they_say_of_themselves():
    assert repr(SOLO) == "<Solo 'A Tune': 4 notes over 3 bars in F, swing, 120 bpm>"
    assert repr(CHART) == "<Chart 'T': 3 bars in F, swing, 120 bpm>"
    assert repr(TRADE) == "<Trade of Solo 1: Ann, Solo 2: Bob: 3 bars in F, swing, 120 bpm>"
