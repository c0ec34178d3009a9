"""Voicings: what they hold, how they lie, and how one leads to the next."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

import jazzgen
from jazzgen.band import voice_leading
from jazzgen.band.guitar_voicings import is_on_guitar, on_guitar
from jazzgen.band.trio import accompany
from jazzgen.band.voice_leading import find_slots, lead_voices
from jazzgen.band.voicing_families import FAMILIES, HIGH, LOW, allowed_tones, candidates
from jazzgen.music.chart import Chart
from jazzgen.music.chord import ChordSymbol
from jazzgen.music.solo import Solo

SYMBOLS = [
    ("Cmaj7", {4, 11}), ("C7", {4, 10}), ("Cm7", {3, 10}), ("Cm7b5", {3, 6, 10}),
    ("Cdim7", {3, 6, 9}), ("C7alt", {4, 10, 3, 8}), ("C7b9", {4, 10, 1}),
    ("C7sus", {5, 10}), ("Cmaj7#11", {4, 11, 6}), ("C6", {4, 9}), ("C13b9", {4, 10, 1, 9}),
    ("CmMaj7", {3, 11}), ("Caug", {4, 8}), ("C7#5", {4, 10, 8}), ("C7#9", {4, 10, 3}),
]  # fmt: skip


def of_family(symbol, *families):
    found = candidates(ChordSymbol.parse(symbol))
    return [
        pitches
        for pitches, family in zip(found.voicings, found.families, strict=True)
        if FAMILIES[family] in families
    ]


@pytest.mark.parametrize(("symbol", "must"), SYMBOLS)
def test_a_voicing_says_what_its_symbol_says(symbol, must):
    for pitches in of_family(symbol, "rootless", "drop2", "upper"):
        classes = {pitch % 12 for pitch in pitches}
        assert must <= classes
        assert len(pitches) >= 3


@pytest.mark.parametrize("symbol", [symbol for symbol, _ in SYMBOLS])
def test_no_voicing_has_a_wrong_or_a_muddy_note(symbol):
    chord = ChordSymbol.parse(symbol)
    for pitches in candidates(chord).voicings:
        assert LOW <= pitches[0] < pitches[-1] <= HIGH
        assert {pitch % 12 for pitch in pitches} <= allowed_tones(chord)
        assert len({pitch % 12 for pitch in pitches}) >= min(len(pitches), 2)
        assert not (pitches[0] < 60 and pitches[1] - pitches[0] == 1)
        assert all(b > a for a, b in pairwise(pitches))


def test_modal_chords_have_fourths_and_the_voicing_of_so_what():
    stacks = [tuple(b - a for a, b in pairwise(p)) for p in of_family("Dm7", "fourths")]
    assert (5, 5, 5, 4) in stacks
    assert all(set(stack) <= {4, 5, 6} for stack in stacks)
    assert of_family("Bdim7", "fourths") == []


def test_altered_dominants_have_triads_above_their_guide_tones():
    triads = {(4, 3), (3, 4), (5, 4), (3, 5), (4, 5), (5, 3)}
    for symbol in ("G7alt", "G13b9", "G7#9"):
        uppers = of_family(symbol, "upper")
        assert uppers
        guides = ChordSymbol.parse(symbol).guide_tones
        for pitches in uppers:
            assert {pitch % 12 for pitch in pitches[:2]} == guides
            assert tuple(b - a for a, b in pairwise(pitches[2:])) in triads


@pytest.mark.parametrize("symbol", ["Cmaj7", "C7", "Cm7", "C13", "Cm9", "Cm6", "C9sus"])
def test_the_best_choice_of_tones_leaves_the_root_to_the_bass(symbol):
    found = candidates(ChordSymbol.parse(symbol))
    best = min(
        (cost, pitches)
        for cost, pitches, family in zip(found.costs, found.voicings, found.families, strict=True)
        if FAMILIES[family] == "rootless"
    )
    assert 0 not in {pitch % 12 for pitch in best[1]}


def test_chords_are_cut_at_bar_lines_and_in_the_middle_of_bars():
    chart = Chart.of_chords([["Dm7"], ["G7", "Db7"], ["N.C."], ["Cmaj7"], [], []])
    found = [(slot.tick, str(slot.chord), slot.lasts) for slot in find_slots(chart)]
    assert found == [
        (0, "Dm7", False), (48, "Dm7", False), (96, "G7", False), (144, "Db7", False),
        *((tick, "Cmaj7", True) for tick in range(288, 576, 48)),
    ]  # fmt: skip


def test_the_hand_moves_less_than_by_chance():
    slots = find_slots(jazzgen.chart("rhythm-changes"))
    led = lead_voices(slots, 200.0, "low", [1])

    def moved(path):
        return np.mean([abs(a[-1] - b[-1]) + abs(a[0] - b[0]) for a, b in pairwise(path)])

    rng = np.random.default_rng(0)
    drawn = [
        found[int(rng.integers(len(found)))]
        for found in (candidates(slot.chord).voicings for slot in slots)
    ]
    assert moved(led) < 0.6 * moved(drawn)


def test_over_a_chord_that_lasts_the_hand_wanders():
    slots = find_slots(Chart.of_chords([["Dm7"], *[[]] * 15]))
    for seed in range(4):
        led = lead_voices(slots, 140.0, "high", [seed])
        assert len(set(led)) >= 8
        tops = [pitches[-1] for pitches in led]
        assert max(tops) - min(tops) >= 5


def test_low_lies_lower_than_high_and_the_seed_decides():
    slots = find_slots(jazzgen.chart("blues").repeat(2))
    low, high, other = (
        lead_voices(slots, 140.0, register, [seed])
        for register, seed in (("low", 1), ("high", 1), ("low", 2))
    )
    assert np.mean([np.mean(one) for one in low]) + 4 < np.mean([np.mean(one) for one in high])
    assert low == lead_voices(slots, 140.0, "low", [1]) != other
    assert lead_voices([], 140.0, "low", [1]) == []


def test_slow_tunes_are_spread_and_fast_ones_have_shells():
    slots = find_slots(jazzgen.chart("rhythm-changes"))
    sizes = [
        np.mean([len(one) for one in lead_voices(slots, tempo, "low", [3])])
        for tempo in (60.0, 280.0)
    ]
    assert sizes[0] > sizes[1]
    assert voice_leading.FAST > voice_leading.SLOW


def test_a_guitarist_fingers_shells_and_dropped_voicings_but_no_close_ones():
    assert is_on_guitar((51, 57, 62, 67))  # Eb3 A3 D4 G4, an F13 without root
    assert is_on_guitar((53, 58, 62))
    assert not is_on_guitar((60, 64, 65, 69))
    assert not is_on_guitar((47, 52, 57, 62, 66, 71, 76))
    for symbol, _ in SYMBOLS:
        found = on_guitar(candidates(ChordSymbol.parse(symbol)))
        assert 3 < len(found.voicings) == len(found.costs) == len(found.outlines)
        assert all(map(is_on_guitar, found.voicings))


def test_the_guitar_of_gypsy_swing_can_be_played_and_is_strummed():
    chart = jazzgen.chart("rhythm-changes").repeat(2)
    guitar, *_ = accompany(Solo((), replace(chart, feel="gypsy")), 2)
    strums = {}
    for note in guitar.notes:
        strums.setdefault(note.onset, []).append(note)
    down, up = [], []
    for onset, notes in strums.items():
        assert is_on_guitar(tuple(note.pitch for note in notes))
        (up if onset % 24 else down).append(notes[-1].deviation - notes[0].deviation)
    assert np.mean(down) > 0.5 > -0.5 > np.mean(up)
    loud = [np.mean([n.velocity for n in guitar.notes if n.onset % 48 == beat]) for beat in (0, 24)]
    assert loud[1] > loud[0] + 5
