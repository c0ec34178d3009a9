"""Lines are folded into the range of whoever reads them, phrase by phrase."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import solos

from jazzgen.errors import ConfigError
from jazzgen.music.chart import Chart
from jazzgen.music.folding import folded
from jazzgen.music.instrument import INSTRUMENTS, find_instrument
from jazzgen.music.solo import Note, Solo

TENOR = find_instrument("tenor")  # 44 to 75


def line(*pitches, gap=0):
    """Notes of an eighth each; with a gap, a rest after the fourth."""
    chart = Chart.of_chords([["C"]] * 4)
    onsets = [12 * n + (gap if n >= 4 else 0) for n in range(len(pitches))]
    return Solo(tuple(Note(on, 12, p) for on, p in zip(onsets, pitches, strict=True)), chart)


def pitches(solo):
    return [note.pitch for note in solo.notes]


def test_what_lies_in_the_range_stays():
    solo = line(44, 60, 75)
    assert folded(solo, TENOR) == (solo, 0)


def test_a_phrase_moves_as_a_whole():
    moved, number = folded(line(74, 76, 77, 79), TENOR)
    assert pitches(moved) == [62, 64, 65, 67]
    assert number == 4


def test_another_phrase_stays_where_it_is():
    moved, number = folded(line(74, 76, 77, 79, 60, 62, 64, 65, 64, 62, 60, 62, gap=24), TENOR)
    assert pitches(moved)[:4] == [62, 64, 65, 67]
    assert pitches(moved)[4:] == [60, 62, 64, 65, 64, 62, 60, 62]
    assert number == 4


def test_a_line_too_wide_breaks_once_and_at_a_leap():
    line_up = (48, 50, 52, 53, 55, 57, 64, 72, 74, 76, 77, 79)
    moved, number = folded(line(*line_up), TENOR)
    steps = [b - a for a, b in pairwise(pitches(moved))]
    own = [b - a for a, b in pairwise(line_up)]
    assert [n for n in range(11) if steps[n] != own[n]] in ([5], [6])
    assert number in (5, 6)


@given(solos(), st.sampled_from(INSTRUMENTS))
@settings(deadline=None, max_examples=40)
def test_every_note_is_in_range_and_some_octaves_away(solo, instrument):
    moved, number = folded(solo, instrument)
    for before, after in zip(solo.notes, moved.notes, strict=True):
        assert instrument.low <= after.pitch <= instrument.high
        assert (before.pitch - after.pitch) % 12 == 0
        assert replace(after, pitch=before.pitch) == before
    assert number == sum(a != b for a, b in zip(pitches(solo), pitches(moved), strict=True))


def test_a_range_without_every_note_is_refused():
    with pytest.raises(ConfigError, match="less than an octave"):
        folded(line(90), replace(TENOR, low=60, high=65))
