"""The performers of a model: found by name, and drawn by a seed."""

from collections import Counter

import pytest
from small_models import BLUES

from jazzgen.errors import ModelError
from jazzgen.nn.performers import Performers

FOUR = Performers(names=("Ann Reed", "Ben Horn", "Cleo Brass", "Dan Horn"), model="four")


@pytest.mark.parametrize(("name", "number"), [("", 0), ("Ann Reed", 1), ("dan HORN", 4)])
def test_a_name_has_a_number_in_any_case(name, number):
    assert FOUR.number(name) == number


@pytest.mark.parametrize(
    ("name", "suggested"),
    [
        ("Horn", "Ben Horn, Dan Horn"),
        ("Claeo Bras", "Cleo Brass"),
        ("Xyzzy", "Ann Reed, Ben Horn, Cleo Brass"),
    ],
)
def test_an_unknown_name_is_answered_with_similar_ones(name, suggested):
    with pytest.raises(ModelError, match=f"performer '{name}': .*nearest: {suggested}"):
        FOUR.number(name)


def test_a_model_without_performers_is_named():
    nobody = Performers(names=(), model="lonely")
    assert nobody.number("") == 0
    assert nobody.draw(BLUES, 1) == ""
    with pytest.raises(ModelError, match="lonely: knows no performers by name"):
        nobody.number("Ann Reed")


def test_performers_are_drawn_as_often_as_they_were_heard():
    counted = Performers(names=FOUR.names, counts=(1, 1, 1, 97))
    drawn = Counter(counted.draw(BLUES, seed) for seed in range(200))
    assert drawn["Dan Horn"] > 180
    assert len({FOUR.draw(BLUES, seed) for seed in range(30)}) == 4


def test_a_draw_depends_on_seed_and_chart_alone():
    seeds = range(20)
    drawn = [FOUR.draw(BLUES, seed) for seed in seeds]
    assert drawn == [FOUR.draw(BLUES, seed) for seed in seeds]
    assert drawn != [FOUR.draw(BLUES.repeat(2), seed) for seed in seeds]
