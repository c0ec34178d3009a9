from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jazzgen.encoding.cache import AT_PITCH, BEGINNING, CACHE_CLASSES, CONTEXTS, CacheMemory, cache
from jazzgen.encoding.repeat_features import MEMORY, WIDEST, intervals
from jazzgen.encoding.values import REST

RESTING = CACHE_CLASSES - 1
LINES = st.lists(st.sampled_from([60, 62, 63, 64, 90, REST]), min_size=1, max_size=40)


def line(pitches):
    return np.array(pitches, np.int32)


def expected(pitches, memory):
    """The definition: each context is looked up at all earlier steps, one value at a time."""
    last, kinds = None, []
    first = next((pitch for pitch in pitches if pitch != REST), None)
    stood = []  # a line that has not begun stands where it will begin
    for pitch in pitches:
        leap = 0 if last is None else min(max(pitch - last, -WIDEST), WIDEST)
        kinds.append(RESTING if pitch == REST else leap + WIDEST)
        last = last if pitch == REST else pitch
        stood.append(first if last is None else last)
    known_by = [
        BEGINNING if before == RESTING != kind else kind
        for before, kind in zip([None, *kinds], kinds, strict=False)
    ]
    found = np.zeros((len(pitches), CACHE_CLASSES))
    for step in range(len(pitches)):
        for length, pitched in CONTEXTS:
            context = known_by[step - length : step]
            counts = Counter(
                kinds[then] for then in range(max(step - memory + length + 1, length), step)
                if known_by[then - length : then] == context
                and not (pitched and stood[then - 1] != stood[step - 1])
            )  # fmt: skip
            if counts:
                weight = AT_PITCH if pitched else 1
                total = weight * counts.total() + len(counts)
                found[step] *= len(counts) / total
                for kind, count in counts.items():
                    found[step, kind] += weight * count / total
    return found


@given(LINES, st.sampled_from([6, 12, MEMORY]))
def test_a_cache_is_what_its_definition_says(pitches, memory):
    found = cache(line(pitches), memory=memory, block=7)
    np.testing.assert_allclose(found, expected(pitches, memory), atol=1e-6)


@given(LINES, st.integers(-12, 12))
def test_a_cache_does_not_know_the_key(pitches, semitones):
    moved = [REST if pitch == REST else pitch + semitones for pitch in pitches]
    np.testing.assert_array_equal(cache(line(moved)), cache(line(pitches)))


def test_a_cache_does_not_depend_on_what_comes_later():
    rng = np.random.default_rng(0)
    pitch = rng.choice([60, 62, 64, REST], 50).astype(np.int32)
    other = pitch.copy()
    other[30:] = rng.choice([61, 65, REST], 20)
    np.testing.assert_array_equal(cache(pitch)[:31], cache(other)[:31])
    assert (cache(pitch)[31:] != cache(other)[31:]).any()


def test_what_a_motif_went_on_to_is_expected_when_it_comes_again():
    motif = [60, 64, 62, 65]
    shares = cache(line([*motif, 70, *motif]))[8]
    assert shares.argmax() == WIDEST + 3
    assert 0.5 < shares.sum() < 1  # the rest is for intervals not played yet


def test_what_followed_at_the_same_pitch_counts_before_what_followed_elsewhere():
    here, there = [60, 62, 64], [67, 69, 71]
    shares = cache(line([*here, 65, *there, 74, *there, 74, *here, 65]))[-1]
    assert shares[WIDEST + 1] > shares[WIDEST + 3] > 0  # once here, twice there


def test_nothing_is_expected_of_a_line_that_begins():
    assert cache(line([])).shape == (0, CACHE_CLASSES)
    assert not cache(line([60, 62])).any()


def test_value_by_value_it_expects_the_same():
    rng = np.random.default_rng(3)
    pitch = (60 + rng.integers(-2, 3, 2500).cumsum() % 20).astype(np.int32)
    pitch[rng.random(2500) < 0.1] = REST
    expected, memory = cache(pitch), CacheMemory()
    for row, one in zip(expected, intervals(pitch.tolist()), strict=True):
        found = np.zeros(CACHE_CLASSES, np.float32)
        shares, left = memory.expect()
        found[list(shares)] = list(shares.values())
        assert left == pytest.approx(1 - row.sum(), abs=1e-6)
        np.testing.assert_allclose(found, row, atol=1e-6)
        memory.add(one)


def test_phrases_that_begin_at_the_same_pitch_go_on_alike_whatever_was_before_them():
    phrase = [60, 63, 67]
    shares = cache(line([*phrase, 70, 71, REST, *phrase, 72, 58, REST, 60, 60]))
    assert shares[-1].argmax() == WIDEST + 3
