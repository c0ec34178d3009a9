import pytest

from jazzgen.runtime.lazy import LazySequence


def test_items_are_made_when_they_are_asked_for():
    made = []
    squares = LazySequence(lambda number: made.append(number) or number**2, 5)
    assert (len(squares), made) == (5, [])
    assert (squares[3], squares[-1], made) == (9, 16, [3, 4])
    assert list(squares) == [0, 1, 4, 9, 16]


def test_numbers_say_which_items_there_are():
    tens = LazySequence(lambda number: 10 * number, [7, 1, 3])
    assert list(tens) == [70, 10, 30]
    assert list(tens[1:]) == [10, 30]
    with pytest.raises(IndexError):
        tens[3]
