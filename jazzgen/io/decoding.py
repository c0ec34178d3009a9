"""Bytes of text files to text: UTF-8 with or without its mark, and marked UTF-16."""

from __future__ import annotations

from jazzgen.errors import ChartError

__all__ = ["UTF_16", "beginning", "decode"]

UTF_16 = (b"\xff\xfe", b"\xfe\xff")
"""The byte order marks of UTF-16, in which some programs export."""


def decode(content: bytes, source: str) -> str:
    """Return the text that bytes hold.

    Args:
        content: The bytes of a file.
        source: What to name in messages.

    Raises:
        ChartError: They are no text; the message names the byte.
    """
    wide = content.startswith(UTF_16)
    try:
        return content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError as error:
        encoding = "UTF-16" if wide else "UTF-8"
        raise ChartError(f"{source}: not {encoding} text (byte {error.start})") from None


def beginning(content: bytes, most: int) -> str:
    """Return the text with which bytes begin, what cannot be read left out.

    Args:
        content: The bytes, or the first of them.
        most: How many to look at.
    """
    wide = content.startswith(UTF_16)
    return content[:most].decode("utf-16" if wide else "utf-8-sig", "ignore")
