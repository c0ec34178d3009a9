"""The takes that a running studio remembers."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from jazzgen.studio.takes import Outdated, Takes, Unknown


def state_of(seed: int, notes: int = 10) -> dict[str, Any]:
    random = Random(seed)
    return {"notes": [[random.random(), 1, 60, 80, 0.5] for _ in range(notes)], "title": "Blå"}


def test_a_take_comes_back_as_it_was() -> None:
    takes = Takes()
    told = takes.add({"state": state_of(1), "title": "x"})
    assert takes.get(told["id"], 1).state == state_of(1)
    assert told["title"] == "x"


def test_a_change_has_the_next_version_and_only_one_of_two_succeeds() -> None:
    takes = Takes()
    key = takes.add({"state": state_of(1)})["id"]
    assert takes.change(key, 1, {"state": state_of(2)})["version"] == 2
    with pytest.raises(Outdated):
        takes.change(key, 1, {"state": state_of(3)})
    assert takes.get(key).state == state_of(2)


@pytest.mark.parametrize(
    "takes", [Takes(most=3), Takes(largest=5000)], ids=["too many", "too large"]
)
def test_the_oldest_takes_are_forgotten(takes: Takes) -> None:
    keys = [takes.add({"state": state_of(seed, 100)})["id"] for seed in range(9)]
    assert takes.get(keys[-1]).state == state_of(8, 100)
    assert 1 <= len(takes) <= 4
    with pytest.raises(Unknown):
        takes.get(keys[0])


def test_a_take_larger_than_all_may_be_is_remembered_alone() -> None:
    takes = Takes(largest=10)
    for seed in range(2):
        key = takes.add({"state": state_of(seed)})["id"]
        takes.change(key, 1, {"state": state_of(seed, 20)})
    assert len(takes) == 1
