"""The words of messages: "1 file", "2 files", "did you mean …?"."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

__all__ = ["alternatives", "counted", "did_you_mean", "plural", "tidy"]

CONTROLS = dict.fromkeys((*range(32), *range(127, 160)))
"""The control characters, which some programs leave in names, the first being NUL."""


def tidy(name: str) -> str:
    """Return a name as a file has it, without control characters and blanks around it."""
    return name.translate(CONTROLS).strip()


def alternatives(items: Iterable[object]) -> str:
    """Return a list in words, with "or" before the last item.

    >>> alternatives(["3/4"]), alternatives(["3/4", "6/4", "9/8"])
    ('3/4', '3/4, 6/4 or 9/8')

    Args:
        items: What is listed; at least one.
    """
    *others, last = map(str, items)
    return f"{', '.join(others)} or {last}" if others else last


def plural(number: int, noun: str) -> str:
    """Return a noun in the singular for one, in the plural for any other number.

    >>> plural(1, "bar"), plural(0, "bar")
    ('bar', 'bars')

    Args:
        number: How many there are.
        noun: The singular of a noun that takes a plain "s".
    """
    return noun if number == 1 else f"{noun}s"


def counted(number: int, noun: str, several: str = "") -> str:
    """Return a number with its noun.

    >>> counted(1, "note"), counted(1200, "note"), counted(2, "chorus", "choruses")
    ('1 note', '1,200 notes', '2 choruses')

    Args:
        number: How many there are.
        noun: The singular of the noun.
        several: Its plural, if that is more than a plain "s".
    """
    return f"{number:,} {several if several and number != 1 else plural(number, noun)}"


def did_you_mean(word: str, names: Iterable[str]) -> str:
    """Return the end of a message about a name that there is not: the one that may be meant.

    >>> did_you_mean("Swnig", ["bossa", "swing"]), did_you_mean("x", ["bossa"])
    ('; did you mean swing?', '')

    Args:
        word: The name that was given; capitals do not matter.
        names: The names that there are.
    """
    known = {name.lower(): name for name in names}
    near = get_close_matches(word.strip().lower(), known, 1, 0.6)
    return f"; did you mean {known[near[0]]}?" if near else ""
