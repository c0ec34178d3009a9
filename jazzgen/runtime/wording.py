"""The words of messages: "1 file", "2 files", "did you mean …?"."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

__all__ = [
    "alternatives",
    "counted",
    "did_you_mean",
    "plural",
    "tidy",
    "well_formed",
    "whole_number",
]

MOST_DIGITS = 19
"""The digits of the largest number that 64 bits hold; Python refuses to read 4,300."""
CONTROLS = dict.fromkeys(
    (*range(32), *range(127, 160), 0xAD, 0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F),
     *range(0x2060, 0x2070), 0xFEFF)
)  # fmt: skip
"""Control characters that some programs leave in names: NUL, turns of direction, no blanks."""


def tidy(name: str) -> str:
    """Return a name as a file has it, without control characters and blanks around it."""
    return name.translate(CONTROLS).strip()


def well_formed(text: str) -> str:
    r"""Return a text that every format can hold: halves of surrogate pairs become "�".

    Args:
        text: The text; names that were typed in another encoding have such halves.
    """
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def whole_number(text: str) -> int | None:
    """Return the number that some digits are; None if they are none, or more than any count has.

    >>> whole_number("12"), whole_number("-1"), whole_number("9" * 5000)
    (12, None, None)

    Args:
        text: The text.
    """
    return int(text) if text.isdecimal() and len(text) < MOST_DIGITS else None


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
