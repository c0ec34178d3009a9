from collections import Counter, defaultdict
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jazzgen.encoding.lick_counts import TUNES, collect_licks
from jazzgen.encoding.lick_ngrams import (
    LICK_COLUMNS,
    LONGEST,
    SHORTEST,
    STEPS,
    LickNgrams,
)
from jazzgen.encoding.repeat_features import WIDEST
from jazzgen.encoding.values import REST
from jazzgen.errors import ModelError

LINE = st.lists(st.sampled_from([60, 60, 62, 64, 65, 95, REST]), max_size=40)
CORPUS = st.lists(st.tuples(LINE, st.sampled_from("ABC")), max_size=6)


def ints(*values):
    return np.array(values, np.int32)


def steps(pitches):
    sounding = [pitch for pitch in pitches if pitch != REST]
    return [min(max(b - a, -WIDEST), WIDEST) + WIDEST for a, b in pairwise(sounding)]


def expected(pitches, corpus, without=None, least=TUNES):
    """The definition: every context is looked up at every note of every solo."""
    played, over = defaultdict(Counter), defaultdict(set)
    for other, tune in corpus:
        line = steps(other)
        for length in range(SHORTEST, LONGEST + 1):
            for end in range(length, len(line)):
                if tune != without:
                    context = tuple(line[end - length : end])
                    played[context][line[end]] += 1
                    over[context, line[end]].add(tune)
    rows = np.zeros((len(pitches), LICK_COLUMNS))
    for place in range(len(pitches)):
        line = steps(pitches[:place])
        for length in range(SHORTEST, min(LONGEST, len(line)) + 1):
            context = tuple(line[-length:])
            known = {
                step: count
                for step, count in played[context].items()
                if len(over[context, step]) >= least
            }
            if known:
                often = sum(known.values())
                rows[place, :STEPS] *= len(known) / (often + len(known))
                for step, count in known.items():
                    rows[place, step] += count / (often + len(known))
                rows[place, STEPS:] = length, np.log1p(often)
    return rows


def collect(corpus, **options):
    lines = [ints(*line) for line, _ in corpus]
    return collect_licks(lines, [tune for _, tune in corpus], **options)


@given(CORPUS, LINE)
def test_lick_ngrams_expect_what_their_definition_says(corpus, line):
    licks, _ = collect(corpus)
    np.testing.assert_allclose(licks.expect(ints(*line)), expected(line, corpus), atol=1e-5)


@given(CORPUS)
def test_a_training_solo_gets_the_counts_of_other_tunes_only(corpus):
    told = dict(collect(corpus)[1])
    assert sorted(told) == list(range(len(corpus)))
    for number, (line, tune) in enumerate(corpus):
        rows = told[number]
        np.testing.assert_allclose(rows, expected(line, corpus, tune), atol=1e-5)


def tunes_of_ngrams(corpus):
    """Return the tunes over which each n-gram was played."""
    ngrams = defaultdict(set)
    for line, tune in corpus:
        found = steps(line)
        for length in range(1, LONGEST + 2):
            for begin in range(len(found) - length + 1):
                ngrams[tuple(found[begin : begin + length])].add(tune)
    return ngrams


@given(CORPUS)
def test_no_ngram_is_of_a_single_tune(corpus):
    licks, _ = collect(corpus)
    ngrams = tunes_of_ngrams(corpus)
    assert {ngram for ngram, tunes in ngrams.items() if len(tunes) >= TUNES} == set(spelled(licks))


MANY = st.lists(st.tuples(LINE, st.sampled_from("ABCDE")), min_size=5, max_size=10)


@given(MANY, st.integers(1, 12))
def test_of_too_many_ngrams_those_that_more_tunes_share_are_kept(corpus, most):
    licks, told = collect(corpus, most=most)
    ngrams = tunes_of_ngrams(corpus)
    kept = [{ngram for ngram, tunes in ngrams.items() if len(tunes) >= least} for least in range(7)]
    least = next(least for least in range(TUNES, 7) if len(kept[least]) <= most)
    assert set(spelled(licks)) == kept[least]
    for number, rows in told:
        line, tune = corpus[number]
        np.testing.assert_allclose(rows, expected(line, corpus, tune, least), atol=1e-5)


def spelled(licks):
    """Return n-grams as tuples of classes."""
    found = [()]
    for parent, step in zip(licks.parent, licks.step, strict=True):
        found.append((*found[parent], int(step)))
    return found[1:]


def test_a_lick_of_two_tunes_is_expected_in_any_key_and_over_a_rest():
    lick = [60, 64, 67, 70, 69]
    licks, _ = collect([(lick, "A"), ([pitch + 5 for pitch in lick], "B")])
    for line in ([48, 52, 55, 58], [48, 52, REST, 55, 58]):
        row = licks.expect(ints(*line, 57))[len(line)]
        assert row[:STEPS].argmax() == WIDEST - 1
        assert row[STEPS] == 3
    alone, _ = collect([(lick, "A"), ([60, 59, 58], "B")])
    assert not alone.expect(ints(*lick)).any()


def test_states_that_are_asked_for_expect_the_same_as_in_the_whole_table():
    rng = np.random.default_rng(0)
    licks, _ = collect([(rng.choice([60, 62, 64, 67], 60), tune) for tune in "ABCDEF"])
    states = rng.permutation(np.arange(len(licks.contexts)).repeat(2))
    assert licks.expectations[states][:, STEPS].max() > SHORTEST  # some have a shorter context
    for asked in (states[::3], states):
        np.testing.assert_array_equal(licks.expectations_of(asked), licks.expectations[asked])


def test_without_ngrams_nothing_is_expected():
    assert len(LickNgrams.empty()) == 0
    assert LickNgrams.empty().expect(ints(60, 62, 64, REST)).shape == (4, LICK_COLUMNS)
    assert not LickNgrams.empty().expect(ints(60, 62, 64, REST)).any()
    assert LickNgrams.empty().expect(ints()).shape == (0, LICK_COLUMNS)


def rows_of(licks):
    return {"parent": licks.parent.copy(), "step": licks.step.copy(), "count": licks.count.copy()}


@pytest.fixture
def rows():
    line = [60, 62, 64, 65, 62, 64, 60]
    return rows_of(collect([(line, "A"), (line, "B")])[0])


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (lambda rows: rows.update(step=rows["step"][:-1]), "three arrays of one length"),
        (lambda rows: rows.update({k: v[None] for k, v in rows.items()}), "three arrays"),
        (lambda rows: rows.update(step=rows["step"].astype(float)), "integers"),
        (lambda rows: rows["step"].__setitem__(0, STEPS), "out of range"),
        (lambda rows: rows["step"].__setitem__(0, -1), "out of range"),
        (lambda rows: rows["count"].__setitem__(3, 0), "out of range"),
        (lambda rows: rows["parent"].__setitem__(2, 3), "out of range"),
        (lambda rows: rows["parent"].__setitem__(2, -1), "out of range"),
        (lambda rows: rows.update({k: v[::-1] for k, v in rows.items()}), "out of"),
        (lambda rows: rows.update({k: np.delete(v, 1) for k, v in rows.items()}), "without|range"),
        (lambda rows: rows.update({k: np.repeat(v, 2) for k, v in rows.items()}), "out of"),
    ],
)  # fmt: skip
def test_damaged_ngrams_are_refused(rows, damage, reason):
    LickNgrams(**rows)
    damage(rows)
    with pytest.raises(ModelError, match=reason):
        LickNgrams(**rows)


def test_ngrams_that_are_too_long_are_refused():
    count = LONGEST + 1
    chain = {"parent": np.arange(count), "step": np.zeros(count, int), "count": np.ones(count, int)}
    LickNgrams(**chain)
    longer = {name: np.append(row, row[-1] + (name == "parent")) for name, row in chain.items()}
    with pytest.raises(ModelError, match="too long"):
        LickNgrams(**longer)


def test_a_parent_too_large_for_any_sum_is_refused():
    huge = np.array([2**63 - 1], np.uint64)
    with pytest.raises(ModelError, match="out of range"):
        LickNgrams(huge, np.array([3]), np.array([1]))
