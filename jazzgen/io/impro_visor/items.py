"""The items of an Impro-Visor lead sheet: lists in parentheses, and words between them.

    (title Some Tune) (meter 4 4)
    (part (type chords)) Dm7 G7 | CM7 |

A list begins with its name. What follows is a text, or lists of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from jazzgen.errors import ChartError

__all__ = ["Listed", "has_chords_part", "read_items", "without_lists"]

MAX_DEPTH = 20
"""The largest depth of lists in lists."""


@dataclass
class Listed:
    """A list in parentheses.

    Args:
        name: Its first word, in lower case.
        text: All else that is written in it, on one line, without the lists in it.
        lists: The lists in it.
    """

    name: str = ""
    text: str = ""
    lists: list[Listed] = field(default_factory=list)

    def value(self, name: str) -> str | None:
        """Return the text of the first list of a name in it; None if there is none."""
        return next((one.text for one in self.lists if one.name == name), None)


CHORDS = re.compile(r"\(\s*type\s+chords?\b")
MELODY = re.compile(r"\(\s*part\s*\(\s*type\s+melody\b")
TITLE = re.compile(r"\(\s*title[^()|]*\)")
INNERMOST = re.compile(r"\([^()|]*\)")


def has_chords_part(text: str) -> bool:
    """Return whether a lead sheet says that it has a part with chords."""
    return CHORDS.search(text) is not None


def without_lists(text: str) -> str:
    """Return the title of a lead sheet and what stands between the lists of its chords.

    Args:
        text: The lead sheet, whose parentheses do not match.
    """
    begin, end = CHORDS.search(text), MELODY.search(text)
    title = TITLE.search(text)
    chords = text[begin.start() if begin else 0 : end.start() if end else len(text)]
    for _ in range(MAX_DEPTH):
        chords, number = INNERMOST.subn(" ", chords)
        if not number:
            break
    return (title[0] if title else "") + re.sub(r"\([^|]*?(?=[A-G])|[()]", " ", chords)


def read_items(text: str, source: str) -> Iterator[Listed | str]:
    """Yield the lists and the words of a lead sheet in their order.

    Args:
        text: The lead sheet.
        source: The file's name, for messages.

    Raises:
        ChartError: Lists are too deep in each other.
    """
    position = 0
    while position < len(text):
        begin = text.find("(", position)
        words = text[position : begin if begin >= 0 else len(text)]
        yield from words.replace("|", " | ").replace(",", " | ").replace(")", " ").split()
        if begin < 0:
            return
        found, position = _read_list(text, begin + 1, source, 1)
        yield found


def _read_list(text: str, position: int, source: str, depth: int) -> tuple[Listed, int]:
    """Return the list whose first character after its parenthesis is at a position, and its end.

    Args:
        text: The lead sheet.
        position: The index of that character.
        source: The file's name, for messages.
        depth: How many lists it is in, counted from 1.
    """
    if depth > MAX_DEPTH:
        raise ChartError(f"{source}: more than {MAX_DEPTH} parentheses in each other")
    found, words = Listed(), ""
    while position < len(text) and text[position] != ")":
        if text[position] == "(":
            begin = position
            inner, position = _read_list(text, position + 1, source, depth + 1)
            found.lists.append(inner)
            words += text[begin:position]  # a title may have parentheses
        else:
            ends = [end for end in (text.find(sign, position) for sign in "()") if end >= 0]
            end = min(ends, default=len(text))
            words += text[position:end]
            position = end
    name, _, rest = " ".join(words.split()).partition(" ")
    found.name, found.text = name.lower(), rest
    return found, position + 1
