import pytest

from jazzgen.evaluation.loops import LIMIT, evaluate, longest_loop, repeated_bars
from jazzgen.music.chart import Chart
from jazzgen.music.solo import Note, Solo

CHART = Chart.of_chords([["C6"]] * 12)


def solo(riffs, name=""):
    """A solo of one-bar riffs, by letter; "-" is a bar of silence."""
    notes = [
        Note(96 * bar + 24 * k, 24, 60 + k + 3 * "ABCDEFGHIJKL".index(riff))
        for bar, riff in enumerate(riffs)
        if riff != "-"
        for k in range(3)
    ]
    return Solo(tuple(notes), CHART, source=name)


@pytest.mark.parametrize(
    ("riffs", "loop"),
    [
        ("ABCDEFGHIJKL", (0, 0, 0)),
        ("AABCDEF", (1, 1, 2)),
        ("ABBBBCD", (3, 1, 3)),
        ("ABABABCD", (4, 2, 3)),
        ("ABCABCAB", (5, 3, 4)),
        ("A-A-A-B", (2, 2, 3)),
        ("A------B", (0, 0, 0)),
        ("AABBCCCC", (3, 1, 6)),
        ("DBDEAA", (1, 1, 6)),
    ],
)
def test_the_longest_loop(riffs, loop):
    assert longest_loop(solo(riffs)) == loop


def test_another_rhythm_is_no_repeat():
    notes = (Note(0, 12, 60), Note(24, 12, 62), Note(96, 12, 60), Note(108, 12, 62))
    assert longest_loop(Solo(notes, CHART))[0] == 0
    assert repeated_bars(Solo((), CHART)) == 0


def test_of_many_the_longest_is_named_and_those_over_the_limit_are_counted():
    found = evaluate([solo("ABCD", "one"), solo("AAAAAA", "two"), solo("ABABABAB", "three")])
    assert found.to_json() == {
        "bars": 6, "period": 2, "bar": 3, "solo": "three", "limit": LIMIT, "over": 2
    }  # fmt: skip
    assert evaluate([solo("AAAAAA")], limit=5).over == 0
    assert evaluate([]).bars == 0
