"""How the words of known titles are put together, so that invented ones read like titles.

A character-level model of a thousand titles has learnt to spell, but hardly any grammar: most of
its lines have words that do not exist, or end in "of the". So the words of an invented title are
known ones, each in a place where it is known, and its pattern is that of a known title. In a
pattern common words stand for themselves, as they carry the grammar, and all others for each other:
"Song Of The Moon" has the pattern of "Shadow Of The Cat".
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

__all__ = ["Wording"]

COMMON = 4
"""The number of titles from which a word is common."""

Pattern = tuple[str, ...]


class Wording:
    """The words of known titles, their places and their patterns.

    Args:
        lines: The titles.
    """

    def __init__(self, lines: Sequence[str]) -> None:
        titles = [line.split() for line in lines]
        self._counts = Counter(word for title in titles for word in {*map(str.casefold, title)})
        self._patterns = {self._pattern(title) for title in titles if len(title) > 1}
        self._places = {place for title in titles for place in _places(title)}
        self._words = {word for title in titles for word in title}
        self._beginnings = {
            word[:length] for word in self._words for length in range(1, len(word) + 1)
        }

    def __bool__(self) -> bool:
        """Whether there are titles of two or more words: a list of names has none."""
        return bool(self._patterns)

    def follows(self, line: str, character: str) -> bool:
        """Return whether a character leads on to known words, or ends one.

        Args:
            line: The line so far.
            character: The next character; a newline ends the line.
        """
        word = line.rpartition(" ")[2]
        if character.isspace():
            return word in self._words
        return word + character in self._beginnings

    def fits(self, title: str) -> bool:
        """Return whether a title of two or more words is put together as known ones are.

        >>> wording = Wording(["Shadow Of The Cat", "The Moon", "Song For My Father"])
        >>> wording.fits("Song Of The Moon"), wording.fits("Of The Moon"), wording.fits("Song")
        (True, False, False)
        """
        words = title.split()
        return self._pattern(words) in self._patterns and self._places.issuperset(_places(words))

    def _pattern(self, words: Sequence[str]) -> Pattern:
        folded = map(str.casefold, words)
        return tuple(word if self._counts[word] >= COMMON else "" for word in folded)


def _places(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield each word with its place: first, inner or last."""
    last = len(words) - 1
    for number, word in enumerate(words):
        yield word, "first" if number == 0 else "last" if number == last else "inner"
