"""Bass, piano and drums on tunes that can be checked by hand."""

from collections import Counter
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from platforms import slow

import jazzgen
from jazzgen.band import drum_kit as kit
from jazzgen.band.arrangement import Arrangement, arrange
from jazzgen.band.bar_plan import plan_bars
from jazzgen.band.bass import bass_part
from jazzgen.band.comping import comping_part
from jazzgen.band.drums import drum_part
from jazzgen.band.trio import accompany
from jazzgen.band.voicing_families import allowed_tones
from jazzgen.music.chart import Chart
from jazzgen.music.pulse import pulses
from jazzgen.music.solo import Note, Solo
from jazzgen.music.timing import Meter

BLUES = jazzgen.chart("blues")


def part(player, chart, notes=(), seed=0):
    return player(chart, plan_bars(chart, notes), seed)


def by_bar(chart, notes):
    """Return the notes of each bar as (ticks after the bar line, note)."""
    bars = [[] for _ in chart.bars]
    for note in notes:
        number = chart.bar_at(note.onset)
        bars[number].append((note.onset - chart.bar_starts[number], note))
    return bars


# Pulses


@pytest.mark.parametrize(
    ("meter", "strong"),
    [
        (Meter(4, 4), [0, 48]), (Meter(3, 4), [0]), (Meter(5, 4), [0, 72]),
        (Meter(6, 8), [0]), (Meter(12, 8), [0, 72]), (Meter(7, 4), [0, 48, 96]),
    ],
)  # fmt: skip
def test_strong_pulses_of_a_bar(meter, strong):
    assert [pulse.tick for pulse in pulses(meter) if pulse.is_strong] == strong


@pytest.mark.parametrize("numerator", range(1, 33))
@pytest.mark.parametrize("denominator", [2, 4, 8, 16])
def test_pulses_fill_the_bar_of_any_meter(numerator, denominator):
    meter = Meter(numerator, denominator)
    found = pulses(meter)
    assert found[0].tick == 0
    assert all(a.tick + a.length == b.tick for a, b in pairwise(found))
    assert found[-1].tick + found[-1].length == meter.bar_ticks
    assert all(pulse.tick < pulse.off_beat < pulse.tick + pulse.length for pulse in found)


# Bass


def on_beats(chart, notes):
    """Return the pitch of each beat; a note that rings on counts again."""
    struck = {note.onset: note.pitch for note in notes if note.onset % 24 == 0}
    pitches = []
    for tick in range(0, chart.ticks, 24):
        pitches.append(struck.get(tick, pitches[-1] if pitches else None))
    return struck, pitches


def test_a_walking_bass_leads_into_the_next_chord():
    chart = BLUES.repeat(20)
    struck, pitches = on_beats(chart, part(bass_part, chart).notes)
    assert len(struck) > 0.9 * len(pitches)
    assert {span.start for span in chart.chord_spans} <= set(struck)
    into = [
        abs(pitches[span.start // 24] - pitches[span.start // 24 - 1])
        for span in chart.chord_spans[1:]
    ]
    assert np.mean([size in (0, 1, 2, 5, 7, 10, 11, 12) for size in into]) > 0.98
    assert np.mean([size in (1, 2) for size in into]) > 0.4


def test_a_walking_bass_moves_as_people_do():
    """They repeat some notes, and hardly ever go to and fro between two."""
    _, pitches = on_beats(BLUES.repeat(20), part(bass_part, BLUES.repeat(20)).notes)
    assert 0.04 < np.mean([a == b for a, b in pairwise(pitches)]) < 0.25
    fours = zip(pitches, pitches[1:], pitches[2:], pitches[3:], strict=False)
    assert np.mean([(a, b) == (c, d) and a != b for a, b, c, d in fours]) < 0.03
    assert len(set(pitches)) > 15


def test_no_note_of_the_bass_is_as_long_as_the_next():
    notes = part(bass_part, BLUES.repeat(4)).notes
    shares = [a.duration / (b.onset - a.onset) for a, b in pairwise(notes)]
    assert np.std(shares) > 0.05
    assert max(shares) <= 1


def test_no_chorus_of_the_bass_is_like_another():
    chart = BLUES.repeat(6)
    lines = Counter()
    for start in range(0, len(chart.bars), 12):
        begin, end = chart.bar_starts[start], chart.bar_starts[start + 12]
        inside = [n for n in part(bass_part, chart).notes if begin <= n.onset < end]
        lines[tuple(n.pitch for n in inside if n.onset % 24 == 0)] += 1
    assert len(lines) == 6


def test_a_ballad_is_played_in_two():
    chart = replace(jazzgen.chart("rhythm-changes"), feel="ballad", tempo=60.0)
    for bar in by_bar(chart, part(bass_part, chart).notes):
        assert {0, 48} <= {tick for tick, _ in bar} <= {0, 48, 72, 84}


def test_a_bossa_bass_plays_root_and_fifth():
    chart = replace(Chart.of_chords([["Dm7"], ["G7"], ["Cmaj7"], []]), feel="bossa")
    rhythms = Counter()
    for seed in range(8):
        for bar in by_bar(chart, part(bass_part, chart, seed=seed).notes):
            rhythms[tuple(tick for tick, _ in bar)] += 1
            for tick, note in bar:
                chord = chart.chord_at(note.onset)
                if tick == 0 and note.onset < 288:  # the last bar goes on as the one before
                    assert (note.pitch - chord.root_pc) % 12 == 0
                elif tick < 72 or note.onset > 288:  # what comes later may lead into the next chord
                    assert (note.pitch - chord.root_pc) % 12 in (0, 7)
    assert all(rhythm[0] == 0 and set(rhythm) <= {0, 36, 48, 72, 84} for rhythm in rhythms)
    assert 48 in rhythms.most_common(1)[0][0]
    assert len(rhythms) >= 4


def test_a_slash_chord_has_its_own_bass():
    chart = Chart.of_chords([["Dm7/G"], ["C/E"], ["Fmaj7"]])
    bars = by_bar(chart, part(bass_part, chart).notes)
    assert [bar[0][1].pitch % 12 for bar in bars] == [7, 4, 5]


def test_where_there_is_no_chord_bass_and_piano_are_silent_and_the_drums_play():
    chart = Chart.of_chords([["N.C."], ["C7"], ["N.C."]])
    piano, bass, drums = accompany(Solo((), chart))
    assert {chart.bar_at(note.onset) for note in (*piano.notes, *bass.notes)} <= {0, 1}
    assert all(note.onset >= 84 for note in piano.notes)  # an anticipation at most
    assert {chart.bar_at(note.onset) for note in drums.notes} == {0, 1, 2}


def test_over_a_pedal_the_bass_stays():
    chart = Chart.of_chords([["Bbmaj7/F"], ["Cm7/F"], ["Dm7/F"], ["Ebmaj7/F"]])
    for seed in range(4):
        assert {note.pitch % 12 for note in part(bass_part, chart, seed=seed).notes} == {5}


# Piano


def test_the_piano_lays_out_under_a_busy_soloist():
    chart = BLUES.repeat(8)
    busy = [Note(tick, 6, 70) for tick in range(0, chart.ticks, 6)]
    strikes = [
        len({note.onset for note in part(comping_part, chart, notes).notes}) for notes in ((), busy)
    ]
    assert strikes[1] < 0.6 * strikes[0]


def test_every_chord_of_two_beats_is_heard():
    chart = jazzgen.chart("rhythm-changes").repeat(4)
    for player_seed in range(5):
        onsets = {note.onset for note in part(comping_part, chart, seed=player_seed).notes}
        for span in chart.chord_spans:
            assert any(span.start - 12 <= onset < span.end for onset in onsets), span


def test_a_strike_on_the_last_off_beat_is_the_next_chord():
    chart = Chart.of_chords([["Cmaj7"], ["Ebmaj7"]] * 40)
    early = [n for n in part(comping_part, chart).notes if n.onset % 96 == 84 and n.onset < 7500]
    assert len(early) > 20
    for note in early:
        assert note.pitch % 12 in allowed_tones(chart.chord_at(note.onset + 12))
    assert np.mean([note.end > note.onset + 12 for note in early]) > 0.2  # it rings on


def strikes(notes):
    """Return the notes that are struck at each tick, the lowest first."""
    found = {}
    for note in notes:
        found.setdefault(note.onset, []).append(note)
    return found


def test_the_piano_keeps_out_of_the_soloists_register():
    chart = BLUES.repeat(2)
    middles = []
    for pitch in (50, 76):
        line = [Note(tick, 24, pitch) for tick in range(0, chart.ticks, 32)]
        middles.append(np.mean([note.pitch for note in part(comping_part, chart, line).notes]))
    assert middles[0] > middles[1] + 5


def test_the_piano_answers_where_the_soloist_stops():
    chart = BLUES.repeat(8)
    line = [Note(start + tick, 6, 70) for start in chart.bar_starts[:-1] for tick in (0, 12, 24)]
    ticks = [tick % 96 for tick in strikes(part(comping_part, chart, line).notes)]
    assert sum(tick >= 36 for tick in ticks) > 2 * sum(tick < 36 for tick in ticks)


def test_no_rhythm_of_the_piano_is_heard_to_repeat():
    chart = BLUES.repeat(8)
    bars = [
        tuple(sorted({tick for tick, _ in bar}))
        for bar in by_bar(chart, part(comping_part, chart).notes)
    ]
    again = [bar in bars[max(number - 4, 0) : number] for number, bar in enumerate(bars)]
    assert np.mean(again) < 0.2


def test_the_notes_of_a_chord_are_not_struck_by_a_machine():
    chart = BLUES.repeat(4)
    chords = list(strikes(part(comping_part, chart).notes).values())
    second = chart.tempo / 60 * 24  # ticks
    for chord in chords:
        late = [note.deviation for note in chord]
        assert max(late) - min(late) < 0.05 * second
        assert chord[0].onset + min(late) >= 0
    accents = [
        chord[-1].velocity - np.mean([note.velocity for note in chord[:-1]]) for chord in chords
    ]
    assert np.mean(accents) > 2 < np.std(accents)
    leads = [
        np.mean([note.deviation for note in chord[:-1]]) - chord[-1].deviation for chord in chords
    ]
    assert np.corrcoef(accents, leads)[0, 1] > 0.3  # the louder, the sooner


def test_a_ballads_long_chords_are_now_and_then_rolled():
    chart = replace(BLUES, feel="ballad", tempo=60.0).repeat(4)
    spread = [
        max(note.deviation for note in chord) - min(note.deviation for note in chord)
        for chord in strikes(part(comping_part, chart).notes).values()
    ]
    assert 0.02 < np.mean([one > 1.5 for one in spread]) < 0.4


# Drums


def test_ride_and_hats_in_swing():
    chart = BLUES.repeat(4)
    rides = []
    for bar in by_bar(chart, part(drum_part, chart).notes):
        struck = {(tick, note.pitch) for tick, note in bar}
        assert {(24, kit.HAT_PEDAL), (72, kit.HAT_PEDAL)} <= struck
        rides += [(tick, kit.RIDE) in struck for tick in (0, 24, 48, 72)]
    assert np.mean(rides) > 0.85, "fills apart"


def test_the_clave_of_bossa_nova():
    chart = replace(BLUES, feel="bossa").repeat(3)
    clave = ({0, 36, 72}, {24, 60})
    played = [
        clave[number % 2] <= {tick for tick, note in bar if note.pitch == kit.SIDE_STICK}
        for number, bar in enumerate(by_bar(chart, part(drum_part, chart).notes))
    ]
    assert np.mean(played) > 0.6, "fills apart"


def test_a_ballad_is_played_with_brushes():
    drums = part(drum_part, replace(BLUES, feel="ballad"))
    assert drums.program == kit.BRUSHES
    assert kit.RIDE not in {note.pitch for note in drums.notes}


def test_fills_stand_at_the_ends_of_sections_and_crashes_at_choruses():
    chart = jazzgen.chart("rhythm-changes").repeat(3)
    ends, others = [], []
    for seed in range(3):
        bars = by_bar(chart, part(drum_part, chart, seed=seed).notes)
        for number, bar in enumerate(bars):
            loud = sum(note.velocity for _, note in bar if note.pitch in (38, 43, 47, 50))
            (ends if number % 8 == 7 else others).append(loud)
        crashes = {
            n for n, bar in enumerate(bars) if any((t, x.pitch) == (0, kit.CRASH) for t, x in bar)
        }
        assert {32, 64} <= crashes
        assert len(crashes) < 8
    assert np.mean(ends) > 1.2 * np.mean(others)


def test_each_chorus_is_played_a_little_louder():
    chart = BLUES.repeat(4)
    levels = np.zeros((4, 3))
    for seed in range(8):
        for column, played in enumerate(accompany(Solo((), chart), seed)):
            for note in played.notes:
                # The bass plays no more notes, but those on the beats louder.
                if played.name != "Bass":
                    levels[chart.bar_at(note.onset) // 12, column] += note.velocity
            if played.name == "Bass":
                for chorus in range(4):
                    inside = range(chorus * 12 * 96, (chorus + 1) * 12 * 96, 24)
                    beats = [note.velocity for note in played.notes if note.onset in inside]
                    levels[chorus, column] += np.mean(beats)
    assert (np.diff(levels, axis=0) > 0).all()


# Arrangement


def test_a_count_in_is_counted_and_nothing_else():
    chart = arrange(BLUES, 1, Arrangement(count_in=2)).chart
    piano, bass, drums = accompany(Solo((), chart))
    assert min(note.onset for note in (*piano.notes, *bass.notes)) >= 2 * 96 - 12
    counted = [note for note in drums.notes if note.onset < 2 * 96]
    assert [note.onset for note in counted] == list(range(0, 192, 24))
    assert {note.pitch for note in counted} == {kit.STICKS}


def test_the_final_chord_is_struck_once_and_held():
    chart = arrange(BLUES, 1, Arrangement(ending="final")).chart
    begin = chart.bar_starts[-2]
    for played in accompany(Solo((), chart)):
        last = [note for note in played.notes if note.onset > begin - 12]
        assert {note.onset for note in last if note.onset >= begin} <= {begin}
        assert max(note.end for note in last) > begin + 80


@pytest.mark.parametrize("bars", [1, 200, pytest.param(1000, marks=slow)])
def test_a_chart_of_one_bar_and_one_of_many(bars):
    chart = Chart.of_chords([["C7"]] * bars)
    for played in accompany(Solo((), chart)):
        assert chart.bar_at(played.notes[-1].onset) == bars - 1
        assert played.notes[-1].end <= chart.ticks
