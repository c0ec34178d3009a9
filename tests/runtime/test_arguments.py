"""Arguments of the wrong kind are refused by name, whatever they are."""

import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pytest

import jazzgen
from jazzgen.errors import ChartError, ConfigError, JazzgenError
from jazzgen.music.chart import Bar, Chart
from jazzgen.runtime.arguments import check_fields, checked
from jazzgen.runtime.kinds import kind_of, shown


class Unspeakable:
    def __repr__(self):
        raise RuntimeError("no")


ODD = [
    5, -1, 1.5, float("nan"), float("-inf"), 10**30, "", "x", "\0", "\udcff", b"x", None, True, [],
    [1], {}, {"a": 1}, {1}, (), object(), Unspeakable(), int, 1j, np.float32(1), np.int64(2),
    np.array([1, 2]), Path("gone"), iter([]),
]  # fmt: skip


def functions():
    """The functions of the face, and the methods that take what a user has."""
    from jazzgen.improviser import Improviser

    for owner, names in (
        (jazzgen, ("chart", "load", "read", "save", "SamplingConfig", "Solo", "Chart", "Key",
                   "Meter", "Note")),
        (Improviser, ("improvise", "takes", "trade", "player", "regenerate", "surprise",
                      "bits_per_note")),
        (jazzgen.Chart, ("repeat", "transpose", "in_key", "of_chords")),
        (jazzgen.Solo, ("transpose", "with_notes", "save")),
        (jazzgen.Key, ("parse",)),
        (jazzgen.ChordSymbol, ("parse",)),
    ):  # fmt: skip
        for name in names:
            yield owner, name


@pytest.fixture(scope="module")
def solo():
    return jazzgen.Solo((jazzgen.Note(0, 12, 60),), jazzgen.chart("| C7 | F7 |"))


@pytest.mark.parametrize(
    ("owner", "name"), list(functions()), ids=lambda one: getattr(one, "__name__", one)
)
def test_every_odd_argument_is_refused_or_used(owner, name, solo, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    usual = {
        "self": solo if owner is jazzgen.Solo else solo.chart,
        "solo": solo, "solos": [solo], "notes": solo.notes, "chart": solo.chart, "text": "C",
        "bars": [["C"]] if owner is jazzgen.Chart else "1", "seeds": [1], "path": "a.mid",
        "key": solo.chart.key,
    }  # fmt: skip
    if owner.__name__ == "Improviser":
        usual["self"] = Listener()
    function = getattr(owner, name)
    parameters = inspect.signature(function).parameters.values()
    needed = {one.name: usual[one.name] for one in parameters
              if one.default is one.empty and one.name in usual}  # fmt: skip
    plain = [one.name for one in parameters if one.name != "self" and not str(one).startswith("*")]
    wrong = [(one, shown(odd), problem) for one in plain for odd in ODD
             if (problem := complaint(function, {**needed, one: odd}))]  # fmt: skip
    assert plain
    assert wrong == []


def complaint(function, arguments):
    """Return how a function refuses arguments, unless it does so in a line of its own."""
    try:
        function(**arguments)
    except JazzgenError as error:
        return str(error) if "\n" in str(error) else ""
    except Played:
        return ""
    except Exception as error:  # noqa: BLE001 - whatever comes is what is looked for
        # Python itself says which arguments are missing: `Note(onset=5)`.
        return "" if "missing" in str(error) else f"{type(error).__name__}: {error}"
    return ""


class Played(Exception):  # noqa: N818
    """The arguments have come through."""


class Listener:
    """Stands for an improviser whose arguments alone are of interest."""

    def __getattr__(self, name):
        raise Played


@pytest.mark.parametrize(
    ("hint", "good", "bad", "words"),
    [
        (int, [0, np.int64(3), 10**30], [True, 1.0, "1", None], "a whole number"),
        (float, [0, 0.5, np.float32(1)], [float("nan"), True, "1", 1j], "a number"),
        (bool, [True, np.bool_(0)], [0, None], "True or False"),
        (str | Path, ["a", Path("a")], [b"a", 1], "a text or a path"),
        (int | None, [None, 1], ["x"], "a whole number or None"),
        (Literal["a", "b"], ["a"], ["c", ["a"]], "a or b"),
        (Sequence[int], [[], (1,), range(3), np.arange(2)], ["12", [1, "2"], 5, {1: 2}, iter([])],
         "a list, each a whole number"),
        (tuple[int, str], [(1, "x"), [1, "x"]], [(1,), ("x", 1), "1x"],
         "a list of 2: a whole number, a text"),
        (Mapping[str, float], [{}], [[], None], "a dictionary"),
        (Chart, [Chart((Bar(),))], [Chart, "C"], "a Chart"),
    ],
    ids=("int", "float", "bool", "path", "optional", "literal", "list", "row", "mapping", "class"),
)  # fmt: skip
def test_kinds(hint, good, bad, words):
    kind = kind_of(hint)
    assert kind.words == words
    assert [value for value in good if not kind.holds(value)] == []
    assert [value for value in bad if kind.holds(value)] == []


@pytest.mark.parametrize("hint", [Any, Any | None, "a text", type[int]], ids=str)
def test_what_an_annotation_does_not_say_is_let_through(hint):
    assert kind_of(hint) is None


@checked
def play(count: int, *names: str, tempo: float | None = None, **more: int) -> "Nobody":  # noqa: F821
    """Return what came."""
    return count, names, tempo, more


def test_a_checked_function_is_the_same_function():
    assert play(1, "a", tempo=2, other=3) == (1, ("a",), 2, {"other": 3})
    assert (play.__name__, play.__doc__) == ("play", "Return what came.")
    assert list(inspect.signature(play).parameters) == ["count", "names", "tempo", "more"]
    with pytest.raises(ConfigError, match=r"^tempo 'x': expected a number or None$"):
        play(1, tempo="x")
    with pytest.raises(TypeError, match="missing a required argument: 'count'"):
        play()


def test_fields():
    @dataclass
    class Made:
        count: int

    check_fields(Made(1))
    with pytest.raises(ChartError, match=r"^count 'x': expected a whole number$"):
        check_fields(Made("x"), ChartError)


def test_a_message_shows_any_value_on_one_short_line():
    assert shown(Unspeakable()) == "<Unspeakable>"
    assert len(shown("x" * 10**6)) == 60
    assert shown(np.zeros((3, 2))) == "array([[0., 0.], [0., 0.], [0., 0.]])"
