"""Decode text files: UTF-8 with or without a byte order mark, UTF-16 with one, and Windows-1252."""

from __future__ import annotations

import re
from contextlib import suppress

from jazzgen.errors import ChartError

__all__ = ["UTF_16", "beginning", "decode"]

UTF_16 = (b"\xff\xfe", b"\xfe\xff")
"""The byte order marks of UTF-16, in which some programs export."""

CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
"""Bytes that no text has."""


def decode(content: bytes, source: str) -> str:
    """Return the text of a file.

    Args:
        content: The bytes of the file.
        source: The file's name in messages.

    Raises:
        ChartError: They are not valid text; the message names the byte.
    """
    wide = content.startswith(UTF_16)
    try:
        return content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        if not wide and not CONTROLS.search(content):
            with suppress(UnicodeDecodeError):  # what programs of old wrote in the West
                return content.decode("cp1252")
        encoding = "UTF-16" if wide else "UTF-8"
        raise ChartError(f"{source}: not {encoding} text (byte {error.start})") from None


def beginning(content: bytes, most: int) -> str:
    """Return the first characters of a file; bytes that cannot be decoded are left out.

    Args:
        content: The bytes of the file, or the first of them.
        most: The number of bytes to look at.
    """
    wide = content.startswith(UTF_16)
    return content[:most].decode("utf-16" if wide else "utf-8-sig", "ignore")
