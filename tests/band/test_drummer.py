"""The learnt drummer in NumPy, its file, and what it does on a chart."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

import jazzgen
from jazzgen.band import drum_kit as kit
from jazzgen.band.bar_plan import plan_bars
from jazzgen.band.drummer import Drummer, drummer_shapes
from jazzgen.band.drummer_conditions import BarConditions, condition_row
from jazzgen.band.drummer_file import read_drummer, shipped_drummer, write_drummer
from jazzgen.band.drummer_form import can_play
from jazzgen.band.drummer_habits import Habits
from jazzgen.band.drummer_touch import touches
from jazzgen.band.drums import drum_part
from jazzgen.band.learnt_drums import PlayedStroke, learnt_bars
from jazzgen.band.stroke_values import (
    BAR_LINE,
    DRUMS,
    MOST_STROKES,
    PLACES,
    bounces_after,
    is_value,
    late_class,
    value_of,
)
from jazzgen.band.styles import find_style
from jazzgen.errors import ModelError
from jazzgen.music.solo import Note

HABITS = {
    name: Habits(((0.1, 0.2),) * 3, (2.0,) * DRUMS, (90.0, 140.0)) for name in ("swing", "bossa")
}
BAR = BarConditions(style=1, tempo=140.0, swings=True, beats=4, energy=2)
ROW = condition_row(BAR, len(HABITS))
NOISE = np.random.default_rng(5).random((MOST_STROKES, 3))
BLUES = jazzgen.chart("blues").repeat(3)


def tensors(seed=0, **changes):
    rng = np.random.default_rng(seed)
    shapes = drummer_shapes(8, 6, len(HABITS))
    return {
        name: rng.normal(size=shape).astype(np.float32) for name, shape in shapes.items()
    } | changes


DRUMMER = Drummer(tensors(), HABITS)


def test_strokes_are_named_by_place_and_drum():
    assert value_of(0, kit.BASS_DRUM) == 0
    assert value_of(90, kit.HAT_PEDAL) < BAR_LINE
    assert not is_value(1, kit.SNARE)
    assert not is_value(0, kit.COWBELL)
    assert late_class(0.0) == 12
    assert late_class(-9.0) == 0


def test_a_bar_is_played_in_order_and_again_the_same():
    strokes, memory = DRUMMER.play(DRUMMER.begin(), ROW, NOISE)
    again, _ = DRUMMER.play(DRUMMER.begin(), ROW, NOISE)
    assert strokes == again
    values = [stroke.value for stroke in strokes]
    assert values == sorted(set(values))
    assert memory.bars[0].sum() == len(strokes)
    after, _ = DRUMMER.play(memory, ROW, NOISE)
    assert after != strokes, "what was played before counts"


def test_what_is_kept_is_played_whatever_is_drawn():
    kept = [value_of(tick, kit.RIDE) for tick in (0, 24, 48, 72)]
    strokes, _ = DRUMMER.play(DRUMMER.begin(), ROW, NOISE, kept=kept)
    assert set(kept) <= {stroke.value for stroke in strokes}


def test_in_three_nothing_is_struck_after_the_third_beat():
    waltz = condition_row(replace(BAR, beats=3), len(HABITS))
    memory = DRUMMER.begin()
    for seed in range(10):
        noise = np.random.default_rng(seed).random((MOST_STROKES, 3))
        strokes, memory = DRUMMER.play(memory, waltz, noise, beats=3)
        assert all(stroke.place < PLACES * 3 / 4 for stroke in strokes)


def test_a_drummer_in_a_file_plays_the_same(tmp_path):
    half = {
        name: tensor.astype(np.float16).astype(np.float32) for name, tensor in tensors().items()
    }
    path = write_drummer(tmp_path / "drums.safetensors", half, HABITS, {"bits": 9.0})
    found = read_drummer(path)
    assert found.habits == HABITS
    assert (
        found.play(found.begin(), ROW, NOISE)[0]
        == (Drummer(half, HABITS).play(DRUMMER.begin(), ROW, NOISE)[0])
    )
    content = bytearray(path.read_bytes())
    for damage, reason in ((-1, "damaged"), (9, "not a safetensors file of a drummer")):
        broken = content.copy()
        broken[damage] ^= 1
        path.write_bytes(bytes(broken))
        with pytest.raises(ModelError, match=rf"drums\.safetensors: {reason}"):
            read_drummer(path)


@pytest.mark.parametrize(
    "changes",
    [
        {"cell/bias": np.zeros(3, np.float32)},
        {"value/bias": np.full(BAR_LINE + 1, np.nan, np.float32)},
        {"more": np.zeros(3, np.float32)},
    ],
)
def test_weights_of_something_else_are_refused(changes):
    with pytest.raises(ModelError, match="drummer"):
        Drummer(tensors(**changes), HABITS)
    with pytest.raises(ModelError, match="drummer"):
        Drummer(tensors(), {"swing": HABITS["swing"]})


def test_the_form_line_does_not_hear_the_solo_and_each_bar_does():
    style = find_style("swing")
    busy = tuple(Note(tick, 6, 84, 120) for tick in range(5 * 96, 6 * 96, 6))
    bars = [
        {
            bar.number: strokes
            for bar, strokes in learnt_bars(
                shipped_drummer(), style, 140.0, plan_bars(BLUES, notes), 2
            )
        }
        for notes in ((), busy)
    ]
    changed = {number for number in bars[0] if bars[0][number] != bars[1][number]}
    assert 5 in changed
    assert changed <= {5, 6}


def test_a_style_is_played_as_at_the_nearest_tempo_at_which_it_was_learnt():
    assert [HABITS["swing"].nearest_tempo(tempo) for tempo in (40, 110, 115, 300)] == [
        90, 90, 140, 140,
    ]  # fmt: skip


def test_a_style_or_a_meter_that_is_not_learnt_is_played_by_rule():
    (bar, *_) = plan_bars(BLUES)
    assert can_play(shipped_drummer(), find_style("swing"), bar)
    assert not can_play(shipped_drummer(), find_style("ballad"), bar)
    five = jazzgen.chart("five")
    assert not can_play(shipped_drummer(), find_style("swing"), plan_bars(five)[0])
    assert {five.bar_at(note.onset) for note in drum_part(five, plan_bars(five), 1).notes} == set(
        range(len(five.bars))
    )


@pytest.mark.parametrize("feel", ["swing", "up-tempo", "funk", "bossa", "samba", "second-line"])
def test_no_bar_is_like_another_and_the_kit_is_played_softly_and_loudly(feel):
    chart = replace(BLUES, feel=feel)
    notes = drum_part(chart, plan_bars(chart), 1).notes
    bars = [[] for _ in chart.bars]
    for note in notes:
        if note.velocity >= 25:
            bars[chart.bar_at(note.onset)].append((note.onset % 96, note.pitch))
    assert len(set(map(tuple, bars))) > 0.9 * len(bars)
    assert len({note.velocity for note in notes}) >= 50


def unevenness(bars):
    """The mean standard deviation of the velocities of a drum at one place of the bar."""
    found = {}
    for strokes in bars:
        for one in strokes:
            found.setdefault((one.tick, one.pitch), []).append(one.velocity)
    return np.mean([np.std(own) for own in found.values() if len(own) >= 8])


def test_a_drummer_is_steadier_than_all_drummers_together():
    style, plan = find_style("swing"), plan_bars(BLUES)
    touch = touches([3], len(plan))
    together, one = (
        unevenness(strokes for _, strokes in learnt_bars(*about))
        for about in (
            (shipped_drummer(), style, 140.0, plan, 2),
            (shipped_drummer(), style, 140.0, plan, 2, touch),
        )
    )
    assert 10 < one < 0.85 * together
    assert touches([3], 9) == touch[:9], "a longer tune has the same touch"
    assert touch[0].drawn(38, 0.2) < touch[0].drawn(38, 0.8)


@pytest.mark.parametrize("feel", ["ballad", "shuffle", "five-four", "mambo"])
def test_by_rule_strokes_are_as_uneven_as_a_hand(feel):
    chart = replace(jazzgen.chart("five" if feel == "five-four" else "blues").repeat(3), feel=feel)
    bars = [[] for _ in chart.bars]
    for note in drum_part(chart, plan_bars(chart), 1).notes:
        bar = chart.bar_at(note.onset)
        bars[bar].append(
            PlayedStroke(note.onset - chart.bar_starts[bar], note.pitch, note.velocity, 0)
        )
    assert 5 < unevenness(bars) < 16


@pytest.mark.parametrize(("feel", "name", "odd"), [("swing", "blues", 2), ("waltz", "waltz", 1)])
def test_the_hi_hat_closes_on_two_and_four(feel, name, odd):
    chart = replace(jazzgen.chart(name).repeat(4), feel=feel)
    beats = [0] * 4
    for note in drum_part(chart, plan_bars(chart), 1).notes:
        beat, place = divmod(note.onset - chart.bar_starts[chart.bar_at(note.onset)], 24)
        beats[beat] += note.pitch == kit.HAT_PEDAL and place == 0
    assert beats[1] == len(chart.bars)
    assert sum(beats[beat] for beat in (0, 2)[:odd]) < 0.25 * len(chart.bars)


def test_the_pedal_of_the_bass_drum_does_not_bounce():
    values = bounces_after(value_of(48, kit.BASS_DRUM))
    assert values == (value_of(52, kit.BASS_DRUM),)
    assert not bounces_after(value_of(48, kit.SNARE))
    bossa = replace(jazzgen.chart("bossa"), tempo=127.0)
    ticks = [n.onset for n in drum_part(bossa, plan_bars(bossa), 1).notes if n.pitch == 36]
    assert min(b - a for a, b in pairwise(ticks)) > 4


def test_two_bars_of_a_samba_are_one_of_the_drummers():
    samba, drummer = find_style("samba"), shipped_drummer()
    plan = plan_bars(replace(BLUES, feel="samba"), ())
    played = {bar.number: strokes for bar, strokes in learnt_bars(drummer, samba, 200.0, plan, 1)}
    assert list(played) == [bar.number for bar in plan]
    for bar, strokes in played.items():
        assert all(0 <= one.tick < 96 for one in strokes)
        pedal = {one.tick for one in strokes if one.pitch == kit.HAT_PEDAL}
        surdo = {one.tick for one in strokes if one.pitch == kit.BASS_DRUM}
        assert {24, 72} <= pedal, bar
        assert {0, 48} <= surdo, bar


def test_a_change_in_the_solo_changes_one_bar_of_two_that_are_played_together():
    samba, chart = find_style("samba"), replace(BLUES, feel="samba")
    busy = tuple(Note(tick, 6, 84, 120) for tick in range(5 * 96, 6 * 96, 6))
    lines = [
        dict(learnt_bars(shipped_drummer(), samba, 200.0, plan_bars(chart, notes), 2))
        for notes in ((), busy)
    ]
    ((_, alone), (_, heard)) = (zip(*line.items(), strict=True) for line in lines)
    assert {n for n, (a, b) in enumerate(zip(alone, heard, strict=True)) if a != b} <= {5, 6}
