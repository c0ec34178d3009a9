"""Charts whose chords are numbers of a key, written in letters: `| 2-7 57 | 1maj7 |`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from jazzgen.music.chord import is_chord
from jazzgen.music.number_chords import is_number, key_of_numbers, read_number
from jazzgen.music.pitch import Key

__all__ = ["in_letters"]

WORD = re.compile(r"(?<![^\s|:,;])[^\s|:,;()\[\]]+(?![^\s|:,;])")
ENDING = re.compile(r"(?<=\|)\d(?=\s+[^\s|])")
"""A number that stands at a bar line without a blank, before a chord: the ending of a repeat."""
LABEL = re.compile(r"\s*(?:\[[^\[\]]*\]|[A-Z][\w ']*:(?!\|))")
"""The name of a section before the bars."""
NO_CHORD = re.compile(r"[x×]\d{1,2}|\d{1,2}[x×]|\d(?:[,-]\d)*[.)]")
"""What is no chord although it has a number: how often a line is played, and endings."""
FEWEST = 3
"""The number of chords of such a chart, at least."""
MOST = 0.7
"""The share of numbers among its words, at least."""


def in_letters(
    lines: Sequence[tuple[int, str]], key: Key | None, remarks: list[str]
) -> list[tuple[int, str]]:
    """Return the lines of a chart; if its chords are numbers, in letters.

    Args:
        lines: The lines of bars with their numbers.
        key: The key that the chart names; without one C is taken, and told.
        remarks: Gets what was guessed.
    """
    repeats = any(":|" in line for _, line in lines)
    words = [_words(line, repeats) for _, line in lines]
    numbers = [sum(map(is_number, own)) for own in words]
    wanted = [
        number > 0 and number >= MOST * len(own) for own, number in zip(words, numbers, strict=True)
    ]
    others = (own for own, one in zip(words, wanted, strict=True) if not one)
    named = any(2 * sum(map(is_chord, own)) >= len(own) > 0 for own in others)
    mixed = any(any(map(is_chord, own)) for own, one in zip(words, wanted, strict=True) if one)
    total = sum(number for number, one in zip(numbers, wanted, strict=True) if one)
    if total < FEWEST or named or mixed:
        return list(lines)
    if key is None:
        remarks.append("chords as numbers are read in C, since no key is given")
    key = key_of_numbers((word for own in words for word in own), key or Key())
    return [
        (number, _rewritten(line, key, repeats) if one else line)
        for (number, line), one in zip(lines, wanted, strict=True)
    ]


def _words(line: str, repeats: bool) -> list[str]:
    """Return the words of a line that may be chords."""
    bars = line[_start(line) :]
    if repeats:
        bars = ENDING.sub(" ", bars)
    words = WORD.findall(bars)
    return [word for word in words if re.search(r"\w", word) and not NO_CHORD.fullmatch(word)]


def _rewritten(line: str, key: Key, repeats: bool) -> str:
    """Return a line of numbers in letters."""
    start = _start(line)
    bars = line[start:]
    ends = {ending.start() for ending in ENDING.finditer(bars)} if repeats else set()

    def letters(word: re.Match[str]) -> str:
        is_one = word.start() not in ends and is_number(word[0])
        return str(read_number(word[0], key)) if is_one else word[0]

    return line[:start] + WORD.sub(letters, bars)


def _start(line: str) -> int:
    """Return the place of a line at which its bars begin."""
    label = LABEL.match(line)
    return label.end() if label else 0
