"""Decode text files: UTF-8 with or without a byte order mark, and UTF-16 with one."""

from __future__ import annotations

from jazzgen.errors import ChartError

__all__ = ["UTF_16", "beginning", "decode"]

UTF_16 = (b"\xff\xfe", b"\xfe\xff")
"""The byte order marks of UTF-16, in which some programs export."""


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
