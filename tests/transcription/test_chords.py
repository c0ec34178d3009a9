"""Chords recognized from what a band plays."""

from bisect import bisect_right

import pytest

import jazzgen
from jazzgen.band.trio import accompany
from jazzgen.music.chart import Bar, Chart
from jazzgen.music.chord import NO_CHORD, ChordSymbol
from jazzgen.music.pitch import Key
from jazzgen.music.solo import Solo
from jazzgen.music.timing import Meter
from jazzgen.transcription.chord_states import CLASSES, state_of
from jazzgen.transcription.chords import find_chords
from jazzgen.transcription.chroma import BAR_LINE, ELSEWHERE, MIDDLE, chroma_of


def sounding(chart, seed=0):
    return [
        (note.onset, note.end, note.pitch, 1.0)
        for part in accompany(Solo((), chart), seed) if not part.is_drums
        for note in part.notes
    ]  # fmt: skip


def right(chart, chords):
    found = Chart(chart.bars)  # for its metrical positions
    good = both = total = 0
    ticks = [tick for tick, _ in chords]
    for tick in range(12, found.ticks, 24):
        wanted = chart.chord_at(tick)
        got = chords[bisect_right(ticks, tick) - 1][1]
        total += 1
        good += got.root_pc == wanted.root_pc
        both += got.root_pc == wanted.root_pc and got.family == wanted.family
    return good / total, both / total


def test_our_own_band_s_chords():
    shares = []
    for name in (
        "blues",
        "rhythm-changes",
        "ii-V-I-keys",
        "bossa",
        "waltz",
        "ballad",
        "minor-blues",
    ):
        chart = jazzgen.chart(name).repeat(2)
        found = find_chords(chroma_of(sounding(chart), chart), chart.key)
        shares.append(right(chart, found.chords))
    roots, both = zip(*shares, strict=True)
    assert min(roots) > 0.75
    assert sum(roots) / len(roots) > 0.85
    assert sum(both) / len(both) > 0.75


@pytest.mark.parametrize("up", [1, 5, 11])
def test_chords_move_with_the_music(up):
    chart = jazzgen.chart("blues")
    low = sounding(chart)
    found = find_chords(chroma_of(low, chart)).chords
    moved = find_chords(chroma_of([(a, b, p + up, c) for a, b, p, c in low], chart)).chords
    # What is too high for a bass may no longer be one.
    same = [(t, state_of(chord)) for t, chord in moved]
    wanted = [
        (t, (state_of(chord) + up * len(CLASSES)) % (12 * len(CLASSES))) for t, chord in found
    ]
    assert len(set(same) & set(wanted)) > 0.9 * len(wanted)


TRIADS = {"C": (48, 52, 55), "Am": (45, 52, 60), "Bdim7": (47, 50, 53, 56), "G7": (43, 53, 59),
          "Fmaj7": (41, 52, 57, 60), "Dm7": (38, 53, 57, 60),
          "Em7b5": (40, 50, 55, 58)}  # fmt: skip


@pytest.mark.parametrize("symbol", TRIADS)
def test_held_chords(symbol):
    chart = Chart((Bar(),) * 2)
    held = [(0.0, 192.0, pitch, 1.0) for pitch in TRIADS[symbol]]
    [(tick, chord)] = find_chords(chroma_of(held, chart)).chords
    wanted = ChordSymbol.parse(symbol)
    assert tick == 0
    assert (chord.root_pc, chord.family) == (wanted.root_pc, wanted.family)


def test_silence_has_no_chord():
    chart = Chart((Bar(),) * 3)
    found = find_chords(chroma_of([(96.0, 190.0, p, 1.0) for p in (48, 52, 55, 58)], chart))
    assert found.chords[0] == (0, NO_CHORD)
    assert found.chords[-1] == (192, NO_CHORD)
    nothing = find_chords(chroma_of([], chart))
    assert nothing.chords == ((0, NO_CHORD),)
    assert nothing.confidence == 0


def test_the_key_spells_the_roots():
    chart = Chart((Bar(),))
    held = [(0.0, 96.0, pitch, 1.0) for pitch in (42, 52, 58)]  # F#7 or Gb7
    assert str(find_chords(chroma_of(held, chart), Key("B")).chords[0][1]) == "F#7"
    assert str(find_chords(chroma_of(held, chart), Key("Db")).chords[0][1]) == "Gb7"


def test_a_profile_says_how_much_of_a_beat_sounds():
    chart = Chart((Bar(), Bar(meter=Meter(3, 4))))
    chroma = chroma_of([(0, 12, 60, 1.0), (20, 50, 64, 1.0), (24, 48, 40, 1.0)], chart)
    assert chroma.starts.tolist() == [0, 24, 48, 72, 96, 120, 144]
    assert chroma.positions.tolist() == [BAR_LINE, ELSEWHERE, MIDDLE, ELSEWHERE, BAR_LINE,
                                       ELSEWHERE, ELSEWHERE]  # fmt: skip
    assert chroma.pitches[0, 0] == 0.5
    assert chroma.pitches[0, 4] == 0  # an anticipation belongs to the beat after
    assert chroma.pitches[1, 4] == 1
    assert chroma.bass[1].argmax() == 4
    assert not chroma.bass[3].any()
