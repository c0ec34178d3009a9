"""The learnt bass learns, plays what it learnt, keeps the rules, and comes back from its file."""

from itertools import pairwise
from math import log2

import numpy as np
import pytest

import jazzgen
from jazzgen.band import bass_training
from jazzgen.band.bass_file import BASS_FILE, read_bass, shipped_bass, write_bass
from jazzgen.band.bass_model import BassModel, weight_shapes
from jazzgen.band.bass_steps import FEATURES, HIGH, LOW, PITCHES, find_places, heard_so_far
from jazzgen.band.bass_training import BassTraining, bits_of, train_bass
from jazzgen.band.bass_windows import phrases_of, windows_of
from jazzgen.band.walking import walking_line
from jazzgen.errors import DatasetError, ModelError
from jazzgen.music.chart import Chart

CHANGES = Chart.of_chords([["Dm7"], ["G7", "Db7"], ["Cmaj7"], ["A7b9/E"]]).repeat(3)
BEATS = range(0, CHANGES.ticks, 24)


def untrained(seed=0, units=3, scale=0.4):
    rng = np.random.default_rng(seed)
    return BassModel(
        {name: rng.normal(0, scale, shape) for name, shape in weight_shapes(units).items()}
    )


def wandering(seed=0):
    rng = np.random.default_rng(seed)
    return {tick: int(rng.integers(LOW, HIGH + 1)) for tick in BEATS}


@pytest.mark.parametrize("seed", range(3))
def test_rules_hold_whatever_was_learnt(seed):
    line = walking_line(untrained(seed, scale=3), CHANGES, BEATS, seed)
    assert list(line) == list(BEATS)
    pitches = list(line.values())
    assert all(LOW <= pitch <= HIGH for pitch in pitches)
    for n, (a, b) in enumerate(pairwise(pitches)):
        assert abs(a - b) <= 12
        chord, coming = (CHANGES.chord_at(24 * i) for i in (n, n + 1))
        if chord != coming:
            assert b % 12 == coming.bass_pc
            assert min((a - b) % 12, (b - a) % 12) in (0, 1, 2, 5)
    assert all(
        not (a == c == e and b == d and a != b)
        for a, b, c, d, e in zip(*(pitches[n:] for n in range(5)), strict=False)
    )


@pytest.mark.parametrize("seed", range(3))
def test_a_leap_out_of_the_scale_is_left_by_a_semitone(seed):
    changes = Chart.of_chords([["Am7b5"], ["Am7b5"], ["D7b9"], ["D7b9"]]).repeat(6)
    line = list(
        walking_line(untrained(seed, scale=3), changes, range(0, changes.ticks, 24), seed).values()
    )
    for n, (a, b, c) in enumerate(zip(*(line[n:] for n in range(3)), strict=False)):
        chord, coming = (changes.chord_at(24 * i) for i in (n + 1, n + 2))
        outside = b % 12 not in chord.scale | chord.chord_tones
        if abs(a - b) > 2 and outside and chord == coming:
            assert abs(b - c) == 1


def test_a_false_fifth_is_no_tone_of_the_chord():
    changes = Chart.of_chords([["Am7b5"], ["D7b9"], ["Gm6"], ["G7alt"]]).repeat(4)
    heard = [
        pitch % 12
        for seed in range(8)
        for tick, pitch in walking_line(
            shipped_bass(), changes, range(0, changes.ticks, 24), seed
        ).items()
        if changes.chord_at(tick).root == "A"
    ]
    perfect, diminished = (heard.count(fifth) for fifth in (4, 3))
    assert perfect < 0.4 * diminished


def test_the_same_seed_walks_the_same_line_and_another_one_another():
    lines = [walking_line(shipped_bass(), CHANGES, BEATS, seed) for seed in (4, 4, 5)]
    assert lines[0] == lines[1] != lines[2]


def test_nothing_to_walk_over():
    assert walking_line(untrained(), Chart.of_chords([["N.C."]]), range(0, 96, 24), 0) == {}


def test_in_another_key_all_but_the_register_is_told_alike():
    other = CHANGES.transpose(3)
    for a, b in zip(find_places(CHANGES, BEATS, 0), find_places(other, BEATS, 0), strict=True):
        assert a.told == b.told
        assert heard_so_far([40, 43, 41, 38], a)[1:] == heard_so_far([43, 46, 44, 41], b)[1:]


def test_playing_step_by_step_says_what_training_says():
    [phrase] = phrases_of(CHANGES, wandering())
    model, bits, states = untrained(), 0.0, None
    states = model.first_states()
    for number, (place, pitch) in enumerate(zip(phrase.places, phrase.pitches, strict=True)):
        scores, states = model.step(phrase.pitches[max(number - 4, 0) : number], place, states)
        chances = np.exp(scores - scores.max())
        bits -= log2(chances[pitch - LOW] / chances.sum())
    assert bits / len(phrase.pitches) == pytest.approx(bits_of(model, [phrase]), rel=1e-4)


def test_gradients_are_slopes():
    batch = windows_of(phrases_of(CHANGES, wandering(1)))
    weights = dict(untrained(2).tensors)
    rng = np.random.default_rng(0)

    def loss(moved):
        return bass_training.loss_and_gradients(moved, batch, 0.0, np.random.default_rng(0))

    _, gradients = loss(weights)
    for name, gradient in gradients.items():
        way = rng.normal(size=gradient.shape).astype(np.float32)
        ends = [loss({**weights, name: weights[name] + step * way})[0] for step in (2e-3, -2e-3)]
        slope = (ends[0] - ends[1]) / 4e-3 * np.log(2)
        assert slope == pytest.approx(float((gradient * way).sum()), rel=0.02, abs=2e-3), name


def test_it_learns_a_line():
    pitches = {tick: 38 + (0, 3, 7, 5)[tick // 24 % 4] for tick in BEATS}
    lines = phrases_of(CHANGES, pitches)
    config = BassTraining(units=8, epochs=25, dropout=0.0, learning_rate=0.02)
    model, figures = train_bass(lines, lines, config)
    assert figures[0].held_out > 3
    best = min(figure.held_out for figure in figures)
    assert bits_of(model, lines) == pytest.approx(best)
    assert best < 1


def test_phrases_end_where_pitch_chord_or_beat_is_missing():
    pitches = wandering()
    for missing in (9 * 24, 30 * 24):
        del pitches[missing]
    pitches[20 * 24] = HIGH + 9
    found = phrases_of(CHANGES, pitches)
    assert [len(phrase.pitches) for phrase in found] == [9, 10, 9, 17]
    assert windows_of(found).x.shape[1:] == (64, FEATURES)
    with pytest.raises(DatasetError, match="no bass lines"):
        train_bass([], found)


def test_how_closely_a_line_follows_the_changes_is_told():
    roots = {tick: 36 + CHANGES.chord_at(tick).bass_pc for tick in BEATS}
    for pitches, following in ((roots, 4), ({t: p + 1 for t, p in roots.items()}, 0)):
        [phrase] = phrases_of(CHANGES, pitches)
        assert phrase.places[0].told == find_places(CHANGES, BEATS, following)[0].told


def test_a_bass_comes_back_from_its_file(tmp_path):
    model = untrained()
    path = write_bass(tmp_path / "new" / "bass.safetensors", model, {"held_out_bits": 3.2})
    again = read_bass(path)
    assert all((again.tensors[name] == one).all() for name, one in model.tensors.items())
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(bytes(content))
    with pytest.raises(ModelError, match=r"bass\.safetensors: damaged"):
        read_bass(path)
    path.write_bytes(b"\x00" * 99)
    with pytest.raises(ModelError, match="not a safetensors file"):
        read_bass(path)


def test_weights_of_something_else_are_refused():
    with pytest.raises(ModelError, match="not those of a bass"):
        BassModel({"cell/recurrent_kernel": np.zeros((3, 12))})
    tensors = dict(untrained().tensors)
    tensors["scores/bias"] = tensors["scores/bias"] * np.float32("nan")
    with pytest.raises(ModelError, match="not every weight"):
        BassModel(tensors)


def test_the_shipped_bass_is_small():
    from jazzgen.runtime.folders import shipped

    assert (shipped("models") / BASS_FILE).stat().st_size < 1.5e6
    assert shipped_bass() is shipped_bass()
    place = find_places(jazzgen.chart("blues"), [0], 4)[0]
    scores, _ = shipped_bass().step([], place, shipped_bass().first_states())
    assert scores.shape == (PITCHES,)
    assert (LOW + int(scores.argmax())) % 12 == 5  # a blues in F begins with its root
