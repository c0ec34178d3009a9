import numpy as np
import pytest
from keras import ops

from jazzgen.encoding.cache import CACHE_CLASSES
from jazzgen.encoding.chart_table import CHART_COLUMNS
from jazzgen.encoding.lick_ngrams import LICK_COLUMNS, LONGEST, STEPS
from jazzgen.encoding.repeat_features import REPEATS, WIDEST
from jazzgen.encoding.sequence import EMPTY_HISTORY, HISTORY_COLUMNS, NO_PITCH, HistoryColumn
from jazzgen.encoding.values import REST
from jazzgen.nn.editions import EDITIONS
from jazzgen.nn.keras_engine.heads import DurationHead, PitchHead
from jazzgen.nn.line_features import DEGREE, INTERVAL
from jazzgen.nn.sizes import (
    DURATION_CLASSES,
    FALL_OFF,
    FIT,
    INTERVALS,
    LANDINGS,
    MAX_INTERVAL,
    PRIOR_LOGIT,
    REGISTERS,
)

EARLY, LATE = EDITIONS[1], EDITIONS[2]


def ints(*values):
    return np.array(values, dtype=np.int32)


def history_at(SECOND=NO_PITCH, **columns):
    history = ints(*EMPTY_HISTORY)
    history[HistoryColumn.LAST + 1] = SECOND
    for name, value in columns.items():
        history[getattr(HistoryColumn, name)] = value
    return history


def nothing():
    """A cache and licks that expect nothing."""
    return np.zeros((1, CACHE_CLASSES), np.float32), np.zeros((1, LICK_COLUMNS), np.float32)


def undecided(last):
    """A pitch head that trusts cache and licks alike wherever it is, as shares of pitches."""
    head = PitchHead(6, name="head")
    head.build((None, 4))
    head.weigh.kernel.assign(ops.zeros_like(head.weigh.kernel))
    hidden, given = np.ones((1, 4), np.float32), (ints(last), ints(0))
    return lambda *predicted: np.exp(ops.convert_to_numpy(head(hidden, *given, *predicted))[0])


@pytest.mark.parametrize(("last", "root"), [(60, 0), (71, 7), (3, 11), (125, 4)])
def test_a_pitchs_logit_is_the_sum_of_its_interval_its_degree_and_its_register(last, root):
    rng = np.random.default_rng(0)
    views = rng.normal(size=INTERVALS + 13).astype(np.float32)
    register = rng.normal(size=REGISTERS).astype(np.float32)
    head = PitchHead(6, name="head")
    head.build((None, 4))
    head.project.kernel.assign(np.zeros((6, INTERVALS + 13), np.float32))
    head.project.bias.assign(views)
    head.register.assign(register)
    hidden = np.zeros((1, 4), np.float32)
    found = ops.convert_to_numpy(head(hidden, ints(last), ints(root), *nothing()))[0]
    assert np.exp(found).sum() == pytest.approx(1, abs=1e-5)
    found += views[-1] - found[REST]  # shares say nothing of what is added to all
    for pitch in range(128):
        leap = pitch - last
        interval = views[max(-MAX_INTERVAL, min(MAX_INTERVAL, leap)) + MAX_INTERVAL]
        degree = views[INTERVALS + (pitch - root) % 12]
        beyond = FALL_OFF * max(abs(leap) - MAX_INTERVAL, 0)
        expected = interval + degree + register[pitch // 3] - beyond
        assert found[pitch] == pytest.approx(expected, abs=1e-4)


def fitted(shares, own, places):
    """What cache or licks predict of these pitches, shared out anew by how well it fits."""
    weights = np.array(shares) * own[places] ** FIT
    return weights / weights.sum() * np.sum(shares)


@pytest.mark.parametrize("last", [60, 3, 125])
def test_the_cache_is_mixed_in_by_weight_and_leaves_the_rest_to_the_network(last):
    shares = undecided(last)
    own = shares(*nothing())
    predicted, licks = nothing()
    predicted[0, [WIDEST, WIDEST + 2, CACHE_CLASSES - 1]] = 0.3, 0.1, 0.2  # 0.4 is left
    weight = 1 / (1 + np.exp(PRIOR_LOGIT))
    mixed = shares(predicted, licks)
    expected = own * (1 - weight * 0.6)
    places = [last, last + 2, REST]
    expected[places] += weight * fitted([0.3, 0.1, 0.2], own, places)
    np.testing.assert_allclose(mixed, expected, atol=1e-5)
    assert mixed.sum() == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("last", [60, 3, 125])
def test_licks_are_mixed_in_among_the_notes_and_leave_the_rest_as_it_is(last):
    shares = undecided(last)
    own = shares(*nothing())
    cache, licks = nothing()
    licks[0, [WIDEST - 1, WIDEST + 2]] = 0.5, 0.3  # 0.2 is left
    licks[0, STEPS:] = 4, 1.5
    weight = 1 / (1 + np.exp(PRIOR_LOGIT))
    mixed = shares(cache, licks)
    sounding = own[:REST].sum()
    expected = own * (1 - weight * 0.8)
    places = [last - 1, last + 2]
    expected[places] += weight * fitted([0.5, 0.3], own, places) * sounding
    expected[REST] = own[REST]
    np.testing.assert_allclose(mixed, expected, atol=1e-5)


def test_of_what_is_remembered_the_more_counts_the_better_it_fits_the_chord():
    head = PitchHead(6, name="head")
    head.build((None, 4))
    head.project.kernel.assign(ops.zeros_like(head.project.kernel))
    views = np.zeros(INTERVALS + 13, np.float32)
    views[INTERVALS + 4] = 2.0  # the network likes the third
    head.project.bias.assign(views)
    cache, licks = nothing()
    cache[0, [WIDEST + 3, WIDEST + 4]] = 0.5, 0.5  # a third, minor or major

    def shares(root):
        hidden = np.zeros((1, 4), np.float32)
        return np.exp(ops.convert_to_numpy(head(hidden, ints(60), ints(root), cache, licks))[0])

    in_c, in_b = shares(0), shares(11)
    trusted = in_c[63] - in_c[62]  # the network itself expects both alike
    assert in_c[63] < in_c[64]
    assert in_b[63] > in_b[64]
    assert trusted > 0
    for one in (in_c, in_b):
        assert one.sum() == pytest.approx(1, abs=1e-5)


def test_how_much_a_lick_counts_depends_on_its_length_and_on_how_often_it_was_played():
    head = PitchHead(6, name="head")
    head.build((None, 4))
    kernel = np.zeros(head.weigh.kernel.shape, np.float32)
    kernel[-(LONGEST + 2) + 4, 1], kernel[-1, 1] = 2.0, 1.0  # four intervals; ln(1 + times)
    head.weigh.kernel.assign(kernel)

    def shares(length, often):
        cache, licks = nothing()
        licks[0, WIDEST + 1], licks[0, STEPS:] = 1.0, (length, often)
        logits = head(np.ones((1, 4), np.float32), ints(60), ints(0), cache, licks)
        return np.exp(ops.convert_to_numpy(logits)[0, 61])

    assert shares(3, 1) < shares(4, 1) < shares(4, 2)
    assert shares(3, 1) == shares(5, 1)


def test_a_duration_depends_on_the_new_notes_interval_its_degree_and_whether_it_is_a_rest():
    head = DurationHead(8, name="head")
    head.build((None, 4))
    hidden = np.zeros((4, 4), np.float32)
    pitch, last, root = ints(62, 64, 62, REST), ints(60, 60, 60, 60), ints(0, 0, 1, 0)
    logits = ops.convert_to_numpy(head(hidden, pitch, last, root, ints(0, 0, 0, 0)))
    for other in range(1, 4):
        assert np.abs(logits[0] - logits[other]).max() > 1e-4


def test_a_duration_aims_at_a_place_in_the_half_bar():
    head = DurationHead(8, name="head")
    head.build((None, 4))
    bias = np.zeros(DURATION_CLASSES + LANDINGS, np.float32)
    bias[DURATION_CLASSES + 36] = 3.0  # the off-beat before the half bar ends
    head.project.kernel.assign(np.zeros((8, len(bias)), np.float32))
    head.project.bias.assign(bias)
    here = ints(60), ints(60), ints(0)
    for in_bar, durations in ((0, [36, 84]), (24, [12, 60]), (84, [48, 96])):
        found = ops.convert_to_numpy(head(np.zeros((1, 4), np.float32), *here, ints(in_bar)))[0]
        assert (np.flatnonzero(found == 3.0) + 1).tolist() == durations


def test_intervals_are_clipped_and_the_first_has_none():
    classes = INTERVAL.tensor(ops, ints(60, 90, 30, 60), ints(62, 60, 60, NO_PITCH))
    assert np.asarray(classes).tolist() == [22, 48, 0, INTERVALS]


def test_degrees_are_counted_from_the_root():
    degrees = DEGREE.tensor(ops, ints(60, 59, NO_PITCH), ints(2, 0, 5))
    assert np.asarray(degrees).tolist() == [10, 11, 12]


def test_the_context_says_place_chord_and_what_comes():
    row = ints(2, 0b1001, 7, 0b100010000001, 48, 30, 6, 1, 5, 9, 0, 66)
    found = np.asarray(LATE.context.tensor(row[None]))[0]
    assert len(found) == LATE.context.size
    early = np.asarray(EARLY.context.tensor(row[None]))[0]
    np.testing.assert_array_equal(early, found[: EARLY.context.size])
    assert np.flatnonzero(found).tolist() == [
        6,  # a quarter into the beat
        48 + 1,  # the second beat
        56 + 1,  # the sixth bar is the second of its four
        60 + 0, 60 + 3,  # the chord: root and minor third
        72 + 0, 72 + 7, 72 + 11,  # the next one, counted from this root
        84 + 5,  # its root lies a fourth above
        96 + 4,  # four eighths away
        113 + 2,  # the end lies in the third quarter from here
        129 + 9,  # the tempo
    ]  # fmt: skip


def test_the_line_says_intervals_duration_degrees_and_register():
    history = history_at(
        LAST=64, SECOND=60, DURATION=12, RESTED=1, PHRASE_BEFORE=9, PHRASE_PITCH=62,
        LOUDNESS=3, TIMING=7, GATE=5, SILENCE=36,
    )  # fmt: skip
    history[HistoryColumn.REPEAT : HistoryColumn.REPEAT + 2] = MAX_INTERVAL - 2, 6
    row = ints(0, 1, 5, 1, 48, 0, 0, 0, 0, 6, 0, 384)  # at about 123 beats a minute
    found = np.asarray(LATE.line.tensor(history[None], row[None]))[0]
    assert len(found) == LATE.line.size
    early = np.asarray(EARLY.line.tensor(history[None], row[None]))[0]
    np.testing.assert_array_equal(early, found[: EARLY.line.size])
    assert np.flatnonzero(found).tolist() == [
        MAX_INTERVAL + 4,
        50 + INTERVALS,  # no interval before that
        100 + INTERVALS, 150 + INTERVALS,  # nor to the third and the fourth last
        200 + MAX_INTERVAL + 2,  # from where the phrase began
        250 + 12, 347, 444,  # the durations
        541,  # rested
        542 + 4,  # the third of this chord
        555 + 11,  # the seventh of the next
        568 + 64 // 3,
        612 + 4, 632,  # four semitones down to the lowest remembered, none up
        678 + 5,  # eight notes or more in the phrase before
        691 + MAX_INTERVAL - 2, 691 + 50 + 6,  # the first echo
        *(691 + 147 * number + 50 for number in range(1, REPEATS)),  # no others
        691 + 147 * REPEATS + 3,  # how loud the last note was
        691 + 147 * REPEATS + 12 + 7,  # and how late
        1307 + 5,  # how short the note before it was
        1317 + 2,  # three eighths of silence
        1343 + 0,  # half a second of silence or more; none of the phrase, which has not begun
    ]  # fmt: skip


def test_symbolic_inputs_see_the_same_as_arrays():
    """On a symbolic tensor `==` compares objects: features must not use it."""
    import keras

    history = keras.Input((HISTORY_COLUMNS,), dtype="int32")
    rows = keras.Input((CHART_COLUMNS,), dtype="int32")
    graph = keras.Model([history, rows], LATE.line.tensor(history, rows))
    past = ints(*EMPTY_HISTORY)[None]
    row = ints(0, 1, 5, 1, 48, 0, 0, 0, 0, 0, 0, 384, *[0] * (CHART_COLUMNS - 12))[None]
    np.testing.assert_array_equal(graph([past, row]), LATE.line.tensor(past, row))
