"""Numbers and nouns in messages: "1 file", "2 files"."""

from __future__ import annotations

from collections.abc import Iterable

__all__ = ["alternatives", "counted", "plural"]


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
