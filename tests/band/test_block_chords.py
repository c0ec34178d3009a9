import pytest

from jazzgen.band.block_chords import block_chords, voicing
from jazzgen.music.chart import Bar, Chart, PlacedChord
from jazzgen.music.chord import ChordSymbol
from jazzgen.music.timing import Meter

SUFFIXES = ["", "m", "7", "m7", "maj7", "m7b5", "dim7", "6", "m6", "7sus4", "sus4", "aug", "mMaj7",
            "5", "7b9", "7alt", "13", "maj7#11", "6/9"]  # fmt: skip
ROOTS = ["C", "Db", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B"]
SYMBOLS = [root + suffix for root in ROOTS for suffix in SUFFIXES] + ["Am7/G", "C/D", "G/B"]


def chord(text):
    return ChordSymbol.parse(text)


def strikes(part):
    """Return {onset: [notes]}."""
    found = {}
    for note in part.notes:
        found.setdefault(note.onset, []).append(note)
    return found


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_every_chord_is_voiced_within_bounds_with_its_guide_tones(symbol):
    pitches = voicing(chord(symbol))
    assert list(pitches) == sorted(set(pitches))
    assert 48 <= pitches[0] <= pitches[-1] <= 67
    classes = [pitch % 12 for pitch in pitches]
    assert len(set(classes)) == len(classes) <= 4
    assert chord(symbol).guide_tones <= set(classes)
    assert set(classes) <= chord(symbol).chord_tones | chord(symbol).tensions


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_the_bass_and_the_voices_together_hold_the_root(symbol):
    part = block_chords(Chart.of_chords([[symbol]]))
    bass, *voices = (note.pitch for note in part.notes)
    assert 36 <= bass <= 47
    assert bass % 12 == chord(symbol).bass_pc
    assert chord(symbol).root_pc in {pitch % 12 for pitch in (bass, *voices)}


def test_voices_move_little_over_a_turnaround():
    before, moved = (), []
    for symbol in ["Dm7", "G7", "Cmaj7", "A7", "Dm7", "G7", "C6"]:
        after = voicing(chord(symbol), before)
        moved += [min(abs(pitch - other) for other in before) for pitch in after if before]
        before = after
    assert max(moved) <= 2


def test_chords_are_struck_at_changes_and_bar_lines():
    chart = Chart.of_chords([["Dm7", "G7"], ["G7"], ["G7", "Cmaj7"], []])
    struck = strikes(block_chords(chart))
    assert sorted(struck) == [0, 48, 96, 192, 240, 288]
    ends = {onset: {note.end for note in notes} for onset, notes in struck.items()}
    assert ends == {0: {48}, 48: {96}, 96: {192}, 192: {240}, 240: {288}, 288: {384}}


def test_the_same_chord_is_struck_the_same_way():
    struck = strikes(block_chords(Chart.of_chords([["G7"], ["G7"]])))
    assert [note.pitch for note in struck[0]] == [note.pitch for note in struck[96]]


def test_nothing_sounds_without_a_chord():
    part = block_chords(Chart.of_chords([["N.C."], ["Dm7"], ["N.C."]]))
    assert set(strikes(part)) == {96}
    assert block_chords(Chart((Bar(),))).notes == ()


def test_it_follows_the_meters():
    bars = (Bar((PlacedChord(36, chord("C7")),), Meter(12, 8)), Bar(meter=Meter(3, 4)))
    assert sorted(strikes(block_chords(Chart(bars)))) == [36, 144]


def test_it_is_a_soft_piano_on_its_own_channel():
    part = block_chords(Chart.of_chords([["Dm7"]]))
    assert (part.name, part.channel, part.program, part.is_drums) == ("Chords", 1, 0, False)
    assert all(note.velocity < 64 for note in part.notes)
