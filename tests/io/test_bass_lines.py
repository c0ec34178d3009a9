"""Bass lines of the Weimar Jazz Database."""

import sqlite3
from contextlib import closing

import pytest
from weimar import Transcription, database

from jazzgen.errors import DatasetError
from jazzgen.io.wjazzd.bass_lines import read_bass_lines


def walked(name, pitches):
    made = Transcription(name, rhythmfeel="SWING").note(1, 1)
    for number, pitch in enumerate(pitches):
        chord = "Dm7" if number == 0 else ""
        made.beat(1 + number // 4, 1 + number % 4, bass_pitch=pitch, chord=chord)
    return made


def test_a_pitch_a_beat(tmp_path):
    file = database(
        tmp_path / "w.db",
        walked("A", [38, 40, None, 41, 45]),
        Transcription("B"),
        walked("C", [-1]),
    )
    first, second = read_bass_lines(file)
    assert (first.name, first.rhythm) == ("A", "SWING")
    assert first.pitches == {0: 38, 24: 40, 72: 41, 96: 45}
    assert str(first.chart.chord_at(0)) == "Dm7"
    assert (second.name, second.pitches) == ("C", {})


def test_a_database_without_them(tmp_path):
    file = database(tmp_path / "w.db", walked("A", [38]))
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("alter table beats drop column bass_pitch")
    with pytest.raises(DatasetError, match=r"w\.db: its table beats has no column bass_pitch"):
        list(read_bass_lines(file))
