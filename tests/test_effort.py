"""The measure of effort tells much from little, whatever else the machine does."""

import time

import pytest
from effort import TRIES, TURNS, assert_effort, effort


def loop(turns):
    for _ in range(turns):
        pass


def test_so_many_turns_are_so_many():
    assert_effort(lambda: loop(TURNS), 3 * TURNS)
    with pytest.raises(AssertionError, match=r"took .* turns; expected at most 100,000"):
        assert_effort(lambda: loop(TURNS), TURNS // 10)


def test_what_grows_with_the_square_is_told():
    def search(size):
        seen = []
        for number in range(size):
            if number not in seen:
                seen.append(number)

    # On sizes that both take a while, so that a hiccup of the machine is little beside them.
    assert_effort(lambda: search(600), 600 * 600)
    with pytest.raises(AssertionError, match="turns"):
        assert_effort(lambda: search(6000), 6000 * 600)


def test_waiting_is_no_effort():
    assert effort(lambda: time.sleep(0.3)) < TURNS


def test_one_light_try_is_enough():
    heavy = iter([True] * (TRIES - 1))
    assert_effort(lambda: loop(TURNS if next(heavy, False) else 10), TURNS // 10)
