"""Solos of two commits are compared one by one, and what differs is named."""

import runpy

import pytest
from commands import ROOT

report = runpy.run_path(str(ROOT / "scripts" / "compare_commits.py"))["report"]
EQUAL = {"light improviser blues 0": "a", "keras improviser blues 0": "b"}


@pytest.mark.parametrize(
    ("after", "status", "last"),
    [
        (EQUAL, 0, "2 of 2 solos are equal to the byte"),
        ({**EQUAL, "keras improviser blues 0": "c"}, 1, "1 of 2 solos are equal to the byte"),
        ({"light improviser blues 0": "a"}, 1, "1 of 2 solos are equal to the byte"),
    ],
)
def test_a_difference_is_named(capsys, after, status, last):
    assert report(EQUAL, after) == status
    printed = capsys.readouterr().out.splitlines()
    assert printed[-1] == last
    assert printed[:-1] == ["differs: keras improviser blues 0"] * status


def test_nothing_compared_is_no_success():
    assert report({}, {}) == 1
