import numpy as np
import pytest
from keras import ops

from jazzgen.encoding.lick_ngrams import LICK_COLUMNS, STEPS
from jazzgen.encoding.repeat_features import WIDEST
from jazzgen.encoding.values import REST
from jazzgen.nn.keras_engine.sampling import Sampler, inverse_cdf
from jazzgen.nn.sizes import MASKED

LOGITS = np.log(np.array([[0.1, 0.2, 0.3, 0.4]], dtype=np.float32))


def draw(sampler, uniform, logits=LOGITS):
    uniform = np.atleast_1d(np.asarray(uniform, dtype=np.float32))
    logits = np.repeat(logits, len(uniform), axis=0)
    return ops.convert_to_numpy(sampler(logits, uniform)).tolist()


def test_a_uniform_picks_by_the_cumulative_distribution():
    assert draw(inverse_cdf, [0.0, 0.09, 0.11, 0.29, 0.31, 0.59, 0.61, 0.999999]) == [
        0, 0, 1, 1, 2, 2, 3, 3,
    ]  # fmt: skip


def test_the_largest_uniform_never_picks_what_is_masked():
    logits = np.array([[MASKED, 0.0, MASKED, 1.0, MASKED]], dtype=np.float32)
    largest = np.nextafter(np.float32(1), np.float32(0))
    assert draw(inverse_cdf, [0.0, largest], logits) == [1, 3]


def test_draws_follow_the_distribution():
    uniforms = np.random.default_rng(0).random(20_000, dtype=np.float32)
    share = np.bincount(draw(Sampler(), uniforms), minlength=4) / len(uniforms)
    np.testing.assert_allclose(share, [0.1, 0.2, 0.3, 0.4], atol=0.01)


def test_temperature_sharpens_and_flattens():
    uniforms = np.random.default_rng(0).random(20_000, dtype=np.float32)
    cold = np.bincount(draw(Sampler(temperature=0.5), uniforms), minlength=4) / len(uniforms)
    expected = np.array([1, 4, 9, 16]) / 30
    np.testing.assert_allclose(cold, expected, atol=0.01)


def test_temperature_zero_is_greedy():
    assert draw(Sampler(temperature=0), [0.0, 0.5, 0.99]) == [3, 3, 3]


def test_top_k_keeps_the_likeliest():
    uniforms = np.linspace(0, 0.9999, 200)
    assert set(draw(Sampler(top_k=2), uniforms)) == {2, 3}
    assert set(draw(Sampler(top_k=100), uniforms)) == {0, 1, 2, 3}


@pytest.mark.parametrize(
    ("top_p", "kept"),
    [(0.3, {3}), (0.41, {2, 3}), (0.69, {2, 3}), (0.71, {1, 2, 3}), (0.95, {0, 1, 2, 3})],
)
def test_top_p_keeps_the_fewest_that_reach_the_share(top_p, kept):
    assert set(draw(Sampler(top_p=top_p), np.linspace(0, 0.9999, 500))) == kept


@pytest.mark.parametrize(
    ("min_p", "kept"),
    [(0.0, {0, 1, 2, 3}), (0.24, {0, 1, 2, 3}), (0.26, {1, 2, 3}), (0.51, {2, 3}), (1.0, {3})],
)
def test_min_p_keeps_those_near_the_likeliest(min_p, kept):
    """The probabilities are a quarter, a half, three quarters and all of the likeliest's."""
    assert set(draw(Sampler(min_p=min_p), np.linspace(0, 0.9999, 500))) == kept


def test_min_p_is_measured_at_the_temperature():
    uniforms = np.linspace(0, 0.9999, 500)
    assert set(draw(Sampler(temperature=2.0, min_p=0.48), uniforms)) == {0, 1, 2, 3}
    assert set(draw(Sampler(temperature=0.5, min_p=0.3), uniforms)) == {2, 3}


def test_what_is_masked_is_not_drawn_with_min_p():
    logits = np.array([[MASKED, 0.0, MASKED, 0.0]], dtype=np.float32)
    assert set(draw(Sampler(min_p=0.5), np.linspace(0, 0.9999, 50), logits)) == {1, 3}


PITCHES = np.log(np.array([[1e-9, 0.3, 0.02, 0.08, 0.4, 0.2]], np.float32))  # the rest last
FAR = 100  # all of these pitches are leaps away


def draw_pitch(sampler, logits, uniforms, last=FAR, licks=None):
    """What is drawn from logits for each uniform, the line having stood at `last`."""
    uniforms = np.asarray(uniforms, np.float32)
    logits = np.broadcast_to(logits, (len(uniforms), logits.shape[-1]))
    licks = np.zeros(LICK_COLUMNS, np.float32) if licks is None else licks
    licks = np.broadcast_to(licks, (len(uniforms), LICK_COLUMNS))
    last = np.full(len(uniforms), last, np.int32)
    return ops.convert_to_numpy(sampler.draw_pitch(logits, uniforms, last, licks))


@pytest.mark.parametrize(
    ("sampler", "kept"),
    [
        (Sampler(), {1, 2, 3, 4, 5}),
        (Sampler(min_p=0.5), {1, 4, 5}),
        (Sampler(min_p=1.0), {4, 5}),
        (Sampler(top_p=0.6), {1, 4, 5}),
        (Sampler(top_k=1), {4, 5}),
        (Sampler(temperature=0.01), {4, 5}),
    ],
    ids=str,
)
def test_a_rest_comes_as_often_as_the_model_says_however_notes_are_chosen(sampler, kept):
    uniforms = np.linspace(1e-4, 0.99999, 2000, dtype=np.float32)
    drawn = draw_pitch(sampler, PITCHES, uniforms)
    assert set(drawn.tolist()) == kept
    assert (drawn == 5).mean() == pytest.approx(0.2, abs=0.002)


def test_a_pitch_that_is_masked_is_not_drawn_by_the_least_number():
    logits = np.array([[MASKED, 0.0, MASKED, -3.0], [MASKED, MASKED, MASKED, -3.0]], np.float32)
    for uniform, drawn in ((0.0, [1, 3]), (np.nextafter(np.float32(1), 0), [3, 3])):
        uniforms = np.full(2, uniform, np.float32)
        for sampler in (Sampler(), Sampler(top_p=0.9, min_p=0.1)):
            for last in (0, FAR):
                assert draw_pitch(sampler, logits, uniforms, last).tolist() == drawn


def test_a_greedy_pitch_is_the_likeliest_and_a_rest_where_that_is():
    for logits, drawn in ((PITCHES, 4), (PITCHES + np.float32([[0, 0, 0, 0, 0, 2]]), 5)):
        assert draw_pitch(Sampler(temperature=0), logits, [0.0], 3).tolist() == [drawn]


UNIFORMS = np.linspace(1e-5, 0.99999, 20_000)


def kinds(drawn, last):
    """The shares of a repeated note, a step, a third and a leap among the notes drawn."""
    leap = np.abs(drawn[drawn < REST] - last)
    return np.bincount(np.digitize(leap, [1, 3, 5]), minlength=4) / len(leap)


@pytest.mark.parametrize("temperature", [0.7, 1.0, 1.5])
@pytest.mark.parametrize("cut", [{"min_p": 0.6}, {"top_p": 0.3}, {"licks": 1.5}], ids=str)
def test_each_kind_of_interval_comes_as_often_as_the_model_says(temperature, cut):
    rng = np.random.default_rng(3)
    logits = rng.normal(size=(1, REST + 1)).astype(np.float32) * 2
    logits[0, 58:63] += 3
    licks = np.zeros(LICK_COLUMNS, np.float32)
    licks[WIDEST + 2], licks[STEPS] = 0.9, 5
    plain = draw_pitch(Sampler(temperature=temperature), logits, UNIFORMS, 60, licks)
    other = draw_pitch(Sampler(temperature=temperature, **cut), logits, UNIFORMS, 60, licks)
    np.testing.assert_allclose(kinds(other, 60), kinds(plain, 60), atol=1e-3)
    assert (other == REST).mean() == pytest.approx((plain == REST).mean(), abs=1e-3)
    assert len(set(other)) < len(set(plain)) or "licks" in cut


def test_within_a_kind_the_unlikely_is_not_drawn():
    logits = np.full((1, REST + 1), MASKED, np.float32)
    logits[0, [58, 59, 61, 67, 72]] = np.log([0.01, 0.5, 0.3, 0.1, 0.09])
    assert set(draw_pitch(Sampler(min_p=0.5), logits, UNIFORMS, 60)) == {59, 61, 67, 72}
    # A fifth and an octave are of different kinds: neither cuts off the other.
    assert set(draw_pitch(Sampler(top_p=0.5), logits, UNIFORMS, 60)) == {59, 67, 72}


@pytest.mark.parametrize(
    ("length", "strength", "share"), [(4, 1.0, 0.4 * 13 / 14), (3, 1.0, 0.2), (4, 0.0, 0.2)]
)
def test_a_lick_that_was_begun_is_favoured_within_its_kind(length, strength, share):
    """Two steps up and down, as likely as each other; players go up."""
    logits = np.full((1, REST + 1), MASKED, np.float32)
    logits[0, [58, 62, 64]] = np.log([0.2, 0.2, 0.6])
    licks = np.zeros(LICK_COLUMNS, np.float32)
    licks[WIDEST + 2], licks[STEPS] = 0.02 * 13 - 0.02, length
    drawn = draw_pitch(Sampler(licks=strength), logits, UNIFORMS, 60, licks)
    assert (drawn == 62).mean() == pytest.approx(share, abs=2e-3)
    assert (drawn == 64).mean() == pytest.approx(0.6, abs=2e-3)


def test_durations_are_drawn_at_a_temperature_of_their_own():
    uniforms = np.random.default_rng(0).random(20_000, dtype=np.float32)
    sampler = Sampler(temperature=2.0, top_k=3, min_p=0.01, time_temperature=0.5)
    shares = [
        np.bincount(draw(one, uniforms), minlength=4) / len(uniforms)
        for one in (sampler, sampler.for_time, Sampler(temperature=0.5, top_k=3).for_time)
    ]
    flat, sharp = np.sqrt([0, 2, 3, 4]), np.square([0, 2, 3, 4])
    np.testing.assert_allclose(shares[0], flat / flat.sum(), atol=0.01)
    np.testing.assert_allclose(shares[1], sharp / sharp.sum(), atol=0.01)
    np.testing.assert_array_equal(shares[2], shares[1])
    assert draw(Sampler(time_temperature=0).for_time, [0.0, 0.2]) == [3, 3]
    assert set(draw(Sampler(min_p=0.9).for_time, uniforms)) == {0, 1, 2, 3}


def test_expression_is_drawn_from_the_whole_distribution_unless_greedily():
    cautious = Sampler(temperature=0.1, top_k=1, top_p=0.2, min_p=0.9).for_expression
    assert set(draw(cautious, np.linspace(0, 0.9999, 500))) == {0, 1, 2, 3}
    assert draw(Sampler(temperature=0).for_expression, [0.0, 0.1]) == [3, 3]
