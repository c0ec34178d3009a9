"""What holds for the band on any tune, shown on ten random ones, and thirty where time is given."""

import io
from bisect import bisect_right
from collections import defaultdict
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from midi_lines import solo_in
from mido import MidiFile
from platforms import slow
from random_tunes import random_tune

from jazzgen.band import drum_kit
from jazzgen.band.bar_plan import COUNT_IN, plan_bars
from jazzgen.band.styles import find_style
from jazzgen.band.trio import accompany
from jazzgen.music.chord import NO_CHORD
from jazzgen.render.midi import midi_of
from jazzgen.render.playback import Playback

TUNES = 30
CHUNK = 10
KIT = {number for name, number in vars(drum_kit).items() if name.isupper() and type(number) is int}
AHEAD = 12

chunks = pytest.mark.parametrize(
    "first", [0, *(pytest.param(first, marks=slow) for first in range(CHUNK, TUNES, CHUNK))]
)


def tunes(first):
    for seed in range(first, first + CHUNK):
        yield seed, *played(seed)


@cache
def played(seed):
    """Return a tune and its band, which several tests look at."""
    solo = random_tune(seed)
    return solo, dict(zip(("piano", "bass", "drums"), accompany(solo, seed), strict=True))


@chunks
def test_the_bass(first):
    for seed, solo, parts in tunes(first):
        notes, chart = parts["bass"].notes, solo.chart
        assert all(28 <= note.pitch <= 55 for note in notes), seed
        assert all(a.end <= b.onset for a, b in pairwise(notes)), seed
        assert all(abs(a.pitch - b.pitch) <= 12 for a, b in pairwise(notes)), seed
        assert all(chart.chord_at(note.onset) != NO_CHORD for note in notes), seed
        starts = [span.start for span in chart.chord_spans if span.chord.root is not None]
        for start, sounding in zip(starts, sounding_at(notes, starts), strict=True):
            assert sounding.pitch % 12 == chart.chord_at(start).bass_pc, (seed, start)
            assert sounding.onset == start or find_style(chart.feel).bass.anticipates, seed


def sounding_at(notes, ticks):
    """Return the note that sounds at each tick, which has begun at it or before."""
    onsets = [note.onset for note in notes]
    return [notes[bisect_right(onsets, tick) - 1] for tick in ticks]


@chunks
def test_the_piano(first):
    for seed, solo, parts in tunes(first):
        struck = strikes(parts["piano"].notes)
        for (tick, pitches), (later, _) in pairwise([*struck.items(), (solo.chart.ticks, ())]):
            assert 47 <= min(pitches) <= max(pitches) <= 79, seed
            end = max(note.end for note in parts["piano"].notes if note.onset == tick)
            assert end <= later, seed
            assert not any(low < 53 and high - low < 3 for low, high in pairwise(pitches)), seed
            assert fits(solo.chart, tick, pitches), (seed, tick, pitches)


def fits(chart, tick, pitches):
    """Whether pitches are tones and tensions of the chord that sounds, or comes at once."""
    span = chart.chord_spans[chart.span_at(tick)]
    chords = [span.chord]
    if span.end <= tick + AHEAD and span.end < chart.ticks:
        chords.append(chart.chord_at(span.end))
    return any({pitch % 12 for pitch in pitches} <= allowed(chord) for chord in chords)


def allowed(chord):
    """Chord tones, named tensions, and the usual ones: a whole tone above a chord tone.

    A fifth that a symbol leaves out still counts as what a thirteenth stands above.
    """
    fifth = set() if chord.root is None or chord.degrees.fifths else {(chord.root_pc + 7) % 12}
    whole = {(tone + 2) % 12 for tone in chord.chord_tones | fifth}
    return chord.chord_tones | chord.tensions | (whole & chord.scale)


def test_the_hand_moves_little():
    moves = []
    for _, _, parts in tunes(0):
        voiced = list(strikes(parts["piano"].notes).values())
        moves += [
            np.abs(np.subtract(a, b)).mean()
            for a, b in pairwise(voiced)
            if len(a) == len(b) and a != b
        ]
    assert len(moves) > 100
    assert np.mean(moves) <= 4


@chunks
def test_the_drums(first):
    for seed, solo, parts in tunes(first):
        notes = parts["drums"].notes
        assert {note.pitch for note in notes} <= KIT, seed
        hats = {note.onset for note in notes if note.pitch == drum_kit.HAT_PEDAL}
        for bar in plan_bars(solo.chart):
            swings = solo.chart.feel == "swing" and str(bar.meter) == "4/4"
            if swings and bar.role != COUNT_IN and not bar.is_final:
                assert {bar.start + 24, bar.start + 72} <= hats, (seed, bar.number)
            inside = [note for note in notes if bar.start <= note.onset < bar.end]
            assert inside, (seed, bar.number)


@chunks
def test_the_file(first, tmp_path):
    for seed, solo, _ in tunes(first):
        straight = seed % 5 == 0
        content = midi_of(solo, Playback(seed=seed, straight=straight))
        file = MidiFile(file=io.BytesIO(content))
        assert (file.type, file.ticks_per_beat) == (1, 480)
        chords = "Guitar" if solo.chart.feel == "gypsy" else "Piano"
        assert [track.name for track in file.tracks[1:]] == ["Solo", chords, "Bass", "Drums"]
        end = solo.chart.ticks * 20
        for track, channel in zip(file.tracks[1:], (0, 1, 2, 9), strict=True):
            check_track(track, channel, end)
        path = tmp_path / "tune.mid"
        path.write_bytes(content)
        back = solo_in(path)
        if solo.notes and not straight:
            assert back.notes == solo.notes, seed
        if solo.notes:
            assert back.chart.chord_spans == solo.chart.chord_spans, seed
            assert back.chart.bar_starts == solo.chart.bar_starts, seed
            assert [bar.section for bar in back.chart.bars] == [
                bar.section for bar in solo.chart.bars
            ]
            assert back.chart.chorus_starts == solo.chart.chorus_starts
            assert back.chart.tempo_changes == solo.chart.tempo_changes


def check_track(track, channel, end):
    """Every note ends, before it is struck again and before the end of the file."""
    now, on = 0, {}
    for message in track:
        now += message.time
        if message.type == "note_on":
            assert message.channel == channel
            assert message.note not in on
            on[message.note] = now
        elif message.type == "note_off":
            assert on.pop(message.note) < now
    assert not on
    assert now == end


def strikes(notes):
    """Return the pitches, ascending, that are struck at each tick."""
    struck = defaultdict(list)
    for note in notes:
        struck[note.onset].append(note.pitch)
    return {tick: sorted(pitches) for tick, pitches in sorted(struck.items())}
