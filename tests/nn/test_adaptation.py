"""Adaptation: biases that learn from a line, and what both engines make of them."""

from dataclasses import replace

import numpy as np
import pytest
from small_models import BLUES, scale_solo, shared_pair

from jazzgen.config import SamplingConfig
from jazzgen.encoding.sequence import NO_PITCH, value_sequence
from jazzgen.encoding.values import REST
from jazzgen.evaluation.predictive import evaluate
from jazzgen.nn.adaptation import (
    BIASES,
    RATES,
    adapt,
    adapt_solo,
    duration_slots,
    learn,
    pitch_slots,
    unbiased,
)
from jazzgen.nn.keras_engine.store import files_of
from jazzgen.nn.numpy_engine.engine import LightEngine
from jazzgen.nn.sizes import DURATION_CLASSES, PITCH_CLASSES

LAST, ROOT, RESTED = np.array([60, 71, 0]), np.array([0, 10, 5]), np.array([0, 1, 1])
BEAT, REST_NOW = np.array([0, 16, 23]), np.array([0, 1, 0])


@pytest.fixture
def drawn():
    """Random probabilities of pitches and durations, biases, and what is played."""
    rng = np.random.default_rng(0)
    return (
        rng.dirichlet(np.ones(PITCH_CLASSES), 3).astype(np.float32),
        rng.dirichlet(np.ones(DURATION_CLASSES), 3).astype(np.float32),
        np.where(RATES > 0, rng.normal(0, 0.3, (3, BIASES)), 0).astype(np.float32),
        np.array([62, REST, 0]),
        np.array([11, 47, 0]),
    )


def both(drawn, biases):
    pitch, ticks, *_ = drawn
    return (
        adapt(pitch, biases, pitch_slots(LAST, ROOT, RESTED)),
        adapt(ticks, biases, duration_slots(LAST, BEAT, REST_NOW)),
    )


def test_a_new_line_plays_what_the_network_expects(drawn):
    for expected, shares in zip(both(drawn, unbiased(3)), drawn, strict=False):
        np.testing.assert_allclose(expected.shares, shares, atol=1e-7)


def test_a_step_goes_along_the_gradient_of_the_likelihood(drawn):
    *_, biases, pitch, ticks = drawn
    note, time = both(drawn, biases)
    step = learn(biases, (note, pitch), (time, ticks)) - biases

    def logarithm(table):
        found = both(drawn, table)
        lines = np.arange(3)
        return sum(
            np.log(one.shares[lines, played].astype(np.float64))
            for one, played in zip(found, (pitch, ticks), strict=True)
        )

    # Where many bits of the slope are: biases of what was played, and of what was not.
    for line in range(3):
        large = np.argsort(-np.abs(step[line]))[:12]
        for bias in (*large, *np.random.default_rng(line).choice(BIASES, 12)):
            up, down = biases.copy(), biases.copy()
            up[line, bias] += 0.02
            down[line, bias] -= 0.02
            slope = (logarithm(up)[line] - logarithm(down)[line]) / 0.04
            assert step[line, bias] == pytest.approx(RATES[bias] * slope, abs=2e-4 * 0.05 + 1e-6)


def test_on_average_nothing_is_learned_from_what_is_expected(drawn):
    biases = drawn[2]
    note, _ = both(drawn, biases)
    mean = sum(
        note.shares[:, outcome, None] * learn(biases, (note, np.full(3, outcome)))
        for outcome in range(PITCH_CLASSES)
    )
    np.testing.assert_allclose(mean, biases, atol=2e-5)


def test_lines_learn_alone_as_among_others(drawn):
    pitch, ticks, biases, played, lasts = drawn
    together = learn(biases, *zip(both(drawn, biases), (played, lasts), strict=True))
    for n in range(3):
        own = slice(n, n + 1)
        note = adapt(pitch[own], biases[own], pitch_slots(LAST[own], ROOT[own], RESTED[own]))
        time = adapt(ticks[own], biases[own], duration_slots(LAST[own], BEAT[own], REST_NOW[own]))
        alone = learn(biases[own], (note, played[own]), (time, lasts[own]))
        np.testing.assert_array_equal(alone[0], together[n])


def test_pitches_and_durations_have_no_bias_in_common():
    everywhere = np.arange(128)  # last pitches
    pitch = {
        int(slot)
        for root in range(12)
        for rested in range(2)
        for slot in np.unique(
            pitch_slots(everywhere, np.full(128, root), np.full(128, rested))
        )
    }  # fmt: skip
    ticks = {
        int(slot)
        for rest in range(2)
        for slot in np.unique(
            duration_slots(np.full(24, LAST[0]), np.arange(24), np.full(24, rest))
        )
    }
    nothing = BIASES - 1
    assert pitch & ticks <= {nothing}
    # Each group has a bias of the repeated pitch, which nothing uses.
    assert len(set(range(BIASES)) - pitch - ticks) == 2 + 12
    assert np.flatnonzero(RATES == 0).tolist() == [nothing]


def test_how_often_a_pitch_comes_again_is_no_interval_to_learn():
    slots = pitch_slots(LAST, ROOT, RESTED)
    for line, last in enumerate(LAST):
        assert (slots[line, 1:3, last] == BIASES - 1).all()
        assert (slots[line, 1:3, last + 1] != BIASES - 1).all()


def test_up_to_the_first_note_nothing_is_learned():
    none = np.array([NO_PITCH])
    assert (pitch_slots(none, ROOT[:1], np.array([1])) == BIASES - 1).all()
    for rest in range(2):
        assert (duration_slots(none, BEAT[:1], np.array([rest])) == BIASES - 1).all()


def even(sequence):
    """Adapted shares of a solo whose network expects everything alike."""
    steps = len(sequence)
    return adapt_solo(
        np.full((steps, PITCH_CLASSES), 1 / PITCH_CLASSES),
        np.full((steps, DURATION_CLASSES), 1 / DURATION_CLASSES),
        sequence.history, sequence.rows, (sequence.pitch, sequence.duration),
    )  # fmt: skip


def costs(sequence):
    pitch, ticks = even(sequence)
    steps = np.arange(len(sequence))
    return (
        -np.log2(pitch[steps, sequence.pitch]),
        -np.log2(ticks[steps, sequence.duration - 1]),
    )


def test_a_habit_becomes_likelier():
    for found in costs(value_sequence(scale_solo(4, BLUES))):
        third = len(found) // 3
        assert found[-third:].mean() < found[:third].mean() - 0.1


def test_a_transposed_solo_costs_the_same():
    solo = scale_solo(2, BLUES)
    for here, there in zip(
        costs(value_sequence(solo)), costs(value_sequence(solo.transpose(5))), strict=True
    ):
        # But for the first note, whose interval is counted from a fixed pitch.
        np.testing.assert_allclose(here[2:], there[2:], atol=0.05)


@pytest.fixture(scope="module")
def pair():
    """One adapting model on both engines, and the same weights without adaptation."""
    both = shared_pair(rests=4, performers=("Ann", "Ben"), edition=4)
    keras, files = both["keras"], files_of(both["keras"].layers)
    plain = replace(files, config=replace(files.config, edition=3))
    return keras, both["light"].engine, LightEngine(plain)


WHOLE = SamplingConfig(temperature=1.0, top_p=1.0, min_p=0.0, licks=0, avoid=0, enclosures=0)


def test_both_engines_play_the_same_and_something_else_than_without(pair):
    keras, light, plain = pair
    opening = np.array([(60, 24, 3, 5, 0, 0), (67, 12, 3, 5, 0, 0)] * 6, np.int32)
    task = keras.task(BLUES.repeat(2), (1, 2), WHOLE, opening=opening)
    ours, theirs, without = (one.play(task) for one in (keras.engine, light, plain))
    np.testing.assert_array_equal(ours, theirs)
    assert (ours[:, : without.shape[1]] != without[:, : ours.shape[1]]).any()


def test_both_engines_find_a_solo_as_likely(pair):
    keras, light, plain = pair
    solo = scale_solo(3, BLUES)
    sequence = [value_sequence(solo)]
    conditions = [(0,) * 8]
    ours, theirs, without = (
        one.bits_per_note(sequence, conditions)[0] for one in (keras.engine, light, plain)
    )
    assert ours == pytest.approx(theirs, abs=1e-5)
    assert ours != pytest.approx(without, abs=1e-3)


def test_a_wrong_chart_costs_what_the_network_hears_of_it(pair):
    keras, _, plain = pair
    solo = scale_solo(3, BLUES)
    adapting = evaluate(keras.layers, [value_sequence(solo)])
    alone = evaluate(plain.layers, [value_sequence(solo)])
    assert adapting.wrong_chord_delta_bits == pytest.approx(alone.wrong_chord_delta_bits, abs=1e-4)
    assert adapting.bits_per_note != pytest.approx(alone.bits_per_note, abs=1e-3)
