"""The mambo: a bass ahead of the chords, a piano in octaves; and figures that stay."""

from functools import cache
from itertools import pairwise

import pytest

from jazzgen.band.arrangement import Arrangement, arrange
from jazzgen.band.drum_kit import SIDE_STICK
from jazzgen.band.trio import accompany
from jazzgen.music.chart import Chart
from jazzgen.music.solo import Solo

BAR = 96
CHANGES = [["Cm7"], ["F7"], ["Bbmaj7"], ["Am7b5", "D7"], ["Gm7"], [], ["Dm7b5"], ["G7"]]
CHART = Chart.of_chords(CHANGES * 4, feel="mambo", tempo=190)


@cache
def played(seed):
    return {part.name: part.notes for part in accompany(Solo((), CHART), seed)}


def test_the_fourth_beat_of_the_bass_is_the_next_chord_and_rings_over_the_bar_line():
    notes = [note for seed in range(4) for note in played(seed)["Bass"]]
    on_one = [note for note in notes if note.onset % BAR == 0]
    assert len(on_one) < len(CHANGES) * 4 * 4 / 5
    last = [n for n in notes if n.onset % BAR == 72 and n.onset < 31 * BAR]
    assert len(last) > 100
    for note in last:
        coming = CHART.chord_at(note.onset - note.onset % BAR + BAR)
        assert note.pitch % 12 == coming.bass_pc
    assert sum(note.end > note.onset + 24 for note in last) > 0.7 * len(last)


def test_the_second_of_two_chords_comes_half_a_beat_early():
    notes = {note.onset % (8 * BAR): note.pitch % 12 for note in played(1)["Bass"]}
    assert notes[3 * BAR + 36] == 2


def test_octaves_and_the_tones_between_them_take_turns():
    strikes = {}
    for note in played(2)["Piano"]:
        strikes.setdefault(note.onset, []).append(note.pitch)
    octaves = [max(pitches) - min(pitches) == 12 for pitches in strikes.values()]
    assert 0.4 < sum(octaves) / len(octaves) < 0.75
    assert sum(a != b for a, b in pairwise(octaves)) > 0.6 * len(octaves)


def test_the_figure_of_two_bars_stays_until_the_section_ends():
    rhythms = [set() for _ in CHART.bars]
    for note in played(3)["Piano"]:
        rhythms[note.onset // BAR].add(note.onset % BAR)
    again = [rhythms[bar] == rhythms[bar + 2] for bar in range(30) if bar % 8 < 5]
    assert sum(again) > 0.8 * len(again)
    assert rhythms[0] != rhythms[1], "the second bar answers the first"


@pytest.mark.parametrize(("count_in", "intro"), [(0, 0), (1, 0), (2, 1), (0, 3)])
def test_the_clave_begins_with_the_form_whatever_goes_before(count_in, intro):
    arrangement = Arrangement(count_in=count_in, intro=intro, ending="none")
    chart = arrange(CHART, 1, arrangement).chart
    begin = chart.bar_starts[count_in + intro]
    piano, _, drums = accompany(Solo((), chart), 3)
    for after, clave in ((0, [24, 48]), (BAR, [0, 36, 72])):
        start = begin + after
        strokes = [n.onset - start for n in drums.notes if n.pitch == SIDE_STICK]
        assert [tick for tick in strokes if 0 <= tick < BAR] == clave
    (first, *_) = (note.onset for note in piano.notes if note.onset >= begin)
    assert first == begin, "the piano's first bar is the one that begins on the beat"


def test_the_bass_of_funk_keeps_its_figure_until_the_section_ends():
    chart = Chart.of_chords([["F7"], ["Bb7"]] * 16, feel="funk", tempo=100)
    (_, bass, _) = accompany(Solo((), chart), 2)
    rhythms = [set() for _ in chart.bars]
    for note in bass.notes:
        rhythms[note.onset // BAR].add(note.onset % BAR)
    shared = [
        len(rhythms[bar] & rhythms[bar + 2]) / len(rhythms[bar] | rhythms[bar + 2])
        for bar in range(30)
        if bar % 8 < 5
    ]
    assert sum(shared) > 0.8 * len(shared)
    assert len(set(map(frozenset, rhythms))) > 4, "other sections have other figures"
