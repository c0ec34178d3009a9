"""Decode text files: UTF-8 and UTF-16, with or without a mark, and what programs wrote before."""

from __future__ import annotations

import re

from jazzgen.errors import ChartError
from jazzgen.io.legacy_text import UTF_16, decoded, without_mark

__all__ = ["UTF_16", "beginning", "decode"]

CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
"""Bytes that no text has."""
UNKNOWN = re.compile("[\x80-\x9f]")
"""What Windows-1252 has no letters for."""
SAMPLE = 400
"""The number of bytes by which UTF-16 without a mark is known."""


def decode(content: bytes, source: str) -> str:
    """Return the text of a file.

    Args:
        content: The bytes of the file.
        source: The file's name in messages.

    Raises:
        ChartError: They are not valid text; the message names the byte.
    """
    wide = _wide(content)
    try:
        return content.decode(wide or "utf-8-sig")
    except UnicodeDecodeError as error:
        text = "" if wide or CONTROLS.search(content) else decoded(content)
        if text and not UNKNOWN.search(text):
            return text
        encoding = "UTF-16" if wide else "UTF-8"
        raise ChartError(f"{source}: not {encoding} text (byte {error.start})") from None


def beginning(content: bytes, most: int) -> str:
    """Return the first characters of a file; bytes that cannot be decoded are left out.

    Args:
        content: The bytes of the file, or the first of them.
        most: The number of bytes to look at.
    """
    return content[:most].decode(_wide(content) or "utf-8-sig", "ignore")


def _wide(content: bytes) -> str | None:
    """Return how a file is encoded if its letters have two bytes each, else None."""
    return "utf-16" if content.startswith(UTF_16) else without_mark(content[:SAMPLE])
