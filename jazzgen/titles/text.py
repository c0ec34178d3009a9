"""Text for a character-level model: lines, the alphabet they are written in, index arrays."""

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
"""About a thousand titles of jazz tunes, one a line."""

NEWLINE = "\n"
START = -1
"""The index before a line's first character: no character at all, a vector of zeros."""

LARGEST = 10 * 2**20
LONGEST = 120  # characters a line; what is longer is folded


def read_lines(path: str | Path) -> list[str]:
    """Read a text file's lines, cleaned (see `clean`).

    Raises:
        DatasetError: It cannot be read, is larger than 10 MiB, is not UTF-8, or has not two
            characters that differ.
    """
    path = Path(path)
    try:
        text = read_file(path, LARGEST, DatasetError, "text").decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DatasetError(
            f"{path}: expected UTF-8, got byte 0x{error.object[error.start]:02x} at {error.start}"
        ) from error
    lines = clean(text.splitlines())
    characters = set("".join(lines))
    if len(characters) < 2:
        raise DatasetError(
            f"{path}: expected lines of two characters or more that differ, got {len(characters)}"
        )
    return lines


def clean(lines: Iterable[str]) -> list[str]:
    """Return lines in composed Unicode, single-spaced, none empty, none twice.

    Control characters are dropped; a line of more than 120 characters is folded into several.
    """
    found: dict[str, str] = {}
    for line in lines:
        spaced = " ".join(unicodedata.normalize("NFC", line).split())
        printable = "".join(character for character in spaced if character.isprintable())
        for part in textwrap.wrap(printable, LONGEST):
            found.setdefault(part.casefold(), part)
    return list(found.values())


class Sheet(NamedTuple):
    """Lines as index arrays, the shorter ones padded behind."""

    inputs: NDArray[np.int64]
    """The character before each, `START` for a line's first, shape (B, T)."""
    targets: NDArray[np.int64]
    """Each character, the newline at the end, shape (B, T)."""
    counted: NDArray[np.bool_]
    """False for padding, shape (B, T)."""


@dataclass(frozen=True)
class Alphabet:
    """The characters of a text, sorted, the newline among them.

    Args:
        characters: Each once, in the order of their indices.
    """

    characters: tuple[str, ...]

    @classmethod
    def of(cls, lines: Iterable[str]) -> Alphabet:
        r"""Return the alphabet that lines are written in.

        >>> Alphabet.of(["Naima", "Oleo"]).characters
        ('\n', 'N', 'O', 'a', 'e', 'i', 'l', 'm', 'o')
        """
        return cls(tuple(sorted({NEWLINE, *"".join(lines)})))

    def __len__(self) -> int:
        return len(self.characters)

    @property
    def newline(self) -> int:
        """The index of what ends a line."""
        return self.characters.index(NEWLINE)

    def encode(self, lines: Sequence[str]) -> Sheet:
        """Return lines as index arrays.

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
        """Return the text of indices."""
        return "".join(self.characters[index] for index in indices)
