"""The final chord is struck in the rhythm of the style, by all together."""

from dataclasses import replace

import pytest

import jazzgen
from jazzgen.band.arrangement import Arrangement, arrange
from jazzgen.band.styles import styles
from jazzgen.band.trio import accompany
from jazzgen.music.solo import Solo

FORM = jazzgen.chart("| Dm7 | G7 | Cmaj7 | % |")
FIGURES = [style for style in styles() if style.ending != (0,) and style.plays(FORM.bars[0].meter)]


@pytest.mark.parametrize("style", FIGURES, ids=lambda style: style.name)
def test_the_band_ends_together_and_the_last_strike_rings(style):
    chart = arrange(replace(FORM, feel=style.name), 1, Arrangement()).chart
    begin = chart.bar_starts[-2]
    hits = [begin + round(24 * position) for position in style.ending]
    for part in accompany(Solo((), chart), 2):
        last = [note for note in part.notes if note.onset >= begin]
        assert sorted({note.onset for note in last}) == hits
        chords = [{note.pitch for note in last if note.onset == hit} for hit in hits]
        assert all(chord == chords[0] for chord in chords)
        assert all(note.end <= hits[1] for note in last if note.onset == hits[0])
        loud = [max(note.velocity for note in last if note.onset == hit) for hit in hits]
        assert loud[-1] > max(loud[:-1])
        assert max(note.end for note in last) > hits[-1] + 10 or part.is_drums


def test_without_a_final_chord_nothing_is_struck_again():
    chart = arrange(replace(FORM, feel="mambo"), 1, Arrangement(ending="none")).chart
    whole = accompany(Solo((), chart), 2)
    assert all(note.end <= chart.ticks for part in whole for note in part.notes)
    assert len({note.onset for note in whole[2].notes if note.onset >= chart.bar_starts[-2]}) > 3


def test_at_least_half_of_the_new_styles_end_in_their_own_way():
    assert len({style.ending for style in FIGURES}) >= 4


@pytest.mark.parametrize("seed", range(6))
def test_the_bass_ends_on_the_root_of_the_final_chord(seed):
    chart = arrange(FORM, 1, Arrangement()).chart  # its last chord is the final one already
    _, bass, _ = accompany(Solo((), chart), seed)
    assert bass.notes[-1].onset == chart.bar_starts[-2]
    assert bass.notes[-1].pitch % 12 == 0
