"""Text for a character-level model: lines, their alphabet, and lines as arrays of indices."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from jazzgen.errors import DatasetError
from jazzgen.runtime.files import read_file

__all__ = ["JAZZ_TITLES", "START", "Alphabet", "Sheet", "clean", "read_lines"]

JAZZ_TITLES = Path(__file__).with_name("jazz_titles.txt")
"""The file of about a thousand titles of jazz tunes, one per line."""

NEWLINE = "\n"
START = -1
"""The index that stands before the first character of a line: it is no character."""

LARGEST = 10 * 2**20
"""The largest size of a text file, in bytes."""
LONGEST = 120
"""The largest length of a line, in characters; longer lines are wrapped."""


def read_lines(path: str | Path, largest: int = LARGEST) -> list[str]:
    """Read the lines of a text file, cleaned (see `clean`).

    Args:
        path: The file.
        largest: The largest size of the file, in bytes.

    Raises:
        DatasetError: The file cannot be read, is too large, is not UTF-8, or does not have two
            different characters.
    """
    path = Path(path)
    try:
        text = read_file(path, largest, DatasetError, "text").decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DatasetError(
            f"{path}: expected UTF-8, got byte 0x{error.object[error.start]:02x} at {error.start}"
        ) from error
    lines = clean(text.splitlines())
    characters = set("".join(lines))
    if len(characters) < 2:
        raise DatasetError(
            f"{path}: expected lines with at least two different characters, got {len(characters)}"
        )
    return lines


def clean(lines: Iterable[str]) -> list[str]:
    """Return lines in composed Unicode, with single spaces, without empty ones and repetitions.

    Control characters are dropped. A line of more than 120 characters is wrapped into several.
    """
    found: dict[str, str] = {}
    for line in lines:
        spaced = " ".join(unicodedata.normalize("NFC", line).split())
        printable = "".join(character for character in spaced if character.isprintable())
        for part in textwrap.wrap(printable, LONGEST):
            found.setdefault(part.casefold(), part)
    return list(found.values())


class Sheet(NamedTuple):
    """A batch of lines as arrays of indices; shorter lines are padded at their end.

    Args:
        inputs: What the model reads: the character before each, and `START` before the first
            one, shape (B, T).
        targets: What it should predict: each character, and the newline at the end, shape (B, T).
        counted: Whether this is a character, not padding, shape (B, T).
    """

    inputs: NDArray[np.int64]
    targets: NDArray[np.int64]
    counted: NDArray[np.bool_]


@dataclass(frozen=True)
class Alphabet:
    """The characters of a text, in sorted order, with the newline.

    Args:
        characters: The characters, each one once; their positions are their indices.
    """

    characters: tuple[str, ...]

    @classmethod
    def of(cls, lines: Iterable[str]) -> Alphabet:
        r"""Return the alphabet of lines.

        >>> Alphabet.of(["Naima", "Oleo"]).characters
        ('\n', 'N', 'O', 'a', 'e', 'i', 'l', 'm', 'o')
        """
        return cls(tuple(sorted({NEWLINE, *"".join(lines)})))

    def __len__(self) -> int:
        return len(self.characters)

    @property
    def newline(self) -> int:
        """The index of the newline, which ends a line."""
        return self.characters.index(NEWLINE)

    def encode(self, lines: Sequence[str]) -> Sheet:
        """Return lines as arrays of indices.

        >>> Alphabet.of(["Oleo"]).encode(["Oleo", "lo"]).targets.tolist()
        [[1, 3, 2, 4, 0], [3, 4, 0, 0, 0]]

        Raises:
            DatasetError: A line has a character that is not in the alphabet.
        """
        index = {character: number for number, character in enumerate(self.characters)}
        size = max(map(len, lines), default=0) + 1
        targets = np.full((len(lines), size), self.newline)
        counted = np.zeros((len(lines), size), np.bool_)
        for row, line in enumerate(lines):
            if strange := set(line) - index.keys():
                raise DatasetError(f"{line!r}: not in the alphabet: {min(strange)!r}")
            targets[row, : len(line)] = [index[character] for character in line]
            counted[row, : len(line) + 1] = True
        inputs = np.concatenate([np.full((len(lines), 1), START), targets[:, :-1]], axis=1)
        return Sheet(inputs, targets, counted)

    def decode(self, indices: Iterable[int]) -> str:
        """Return the text that indices stand for."""
        return "".join(self.characters[index] for index in indices)
