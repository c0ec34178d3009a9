"""The rhythms of a quarter note, and how they are counted."""

import os
import sqlite3
import sys
from contextlib import closing

import pytest
from commands import ROOT
from hypothesis import given
from hypothesis import strategies as st

from jazzgen.datasets.corpus import load_corpus
from jazzgen.encoding.beat_rhythms import BEGUN, RHYTHMS, begun, rhythm_of, rhythms_of, word_of
from jazzgen.music.chart import Bar, Chart
from jazzgen.music.solo import Note, Solo
from jazzgen.music.timing import Meter

sys.path.insert(0, str(ROOT / "scripts"))
from count_rhythms import shared_rhythms


@given(st.integers(0, 2**24 - 1))
def test_a_word_is_its_rhythm(rhythm):
    assert rhythm_of(word_of(rhythm)) == rhythm


def test_a_rhythm_begins_with_its_first_notes():
    assert begun([rhythm_of("06i")]) == {rhythm_of(word) for word in ("0", "06", "06i")}
    assert RHYTHMS <= BEGUN


def solo(meter, *onsets):
    chart = Chart((Bar((), meter),) * 4)
    return Solo(tuple(Note(onset, 1, 60) for onset in onsets), chart)


def words(meter, *onsets):
    return [word_of(rhythm) for rhythm in rhythms_of(solo(meter, *onsets)).tolist()]


def test_quarters_are_counted_by_bars():
    assert words(Meter(4, 4), 0, 12, 24, 32, 40, 96 + 18) == ["0c", "08g", "i"]
    assert words(Meter(7, 8), 72, 84, 84 + 12) == ["0", "0c"]
    assert words(Meter(4, 4)) == []


def test_rhythms_of_several_solos_are_shared():
    both = [solo(Meter(4, 4), 0, 12, 30), solo(Meter(4, 4), 24, 36, 48, 49)]
    assert list(map(word_of, shared_rhythms(both, 2))) == ["0c"]
    assert list(map(word_of, shared_rhythms(both, 1))) == ["6", "01", "0c"]


@pytest.mark.skipif("JAZZGEN_WJAZZD" not in os.environ, reason="JAZZGEN_WJAZZD is not set")
def test_hardly_any_rhythm_of_players_is_unknown():
    database = os.environ["JAZZGEN_WJAZZD"]
    with closing(sqlite3.connect(database)) as opened:
        files = [file for (file,) in opened.execute("SELECT filename_sv FROM transcription_info")]
    names = {file.removesuffix("_FINAL.sv") for file in sorted(files)[::8]}
    found = [
        rhythm
        for one in load_corpus(database, names=names).solos
        for rhythm in rhythms_of(one).tolist()
    ]
    assert len(found) > 5000
    assert sum(rhythm in RHYTHMS for rhythm in found) > 0.985 * len(found)
