"""Numbers and nouns in messages: "1 file", "2 files"."""

from __future__ import annotations

__all__ = ["counted", "plural"]


def plural(number: int, noun: str) -> str:
    """Return a noun in the singular for one, in the plural for any other number.

    >>> plural(1, "bar"), plural(0, "bar")
    ('bar', 'bars')

    Args:
        number: How many there are.
        noun: The singular of a noun that takes a plain "s".
    """
    return noun if number == 1 else f"{noun}s"


def counted(number: int, noun: str) -> str:
    """Return a number with its noun.

    >>> counted(1, "note"), counted(1200, "note")
    ('1 note', '1,200 notes')

    Args:
        number: How many there are.
        noun: The singular of a noun that takes a plain "s".
    """
    return f"{number:,} {plural(number, noun)}"
