"""A checksum that stands in the very file that it is of.

It is the SHA-256 of the file in which zeros stand where the checksum does. So whatever is
changed in the file, the checksum too, is noticed.
"""

from __future__ import annotations

import hashlib
from typing import Any

__all__ = ["BLANK", "has_checksum", "with_checksum"]

BLANK = "0" * 64
"""What stands in a file for its checksum while that is not known."""


def with_checksum(content: bytes) -> bytes:
    """Return the bytes of a file with the checksum where `BLANK` stands in it.

    Args:
        content: The bytes of the file; `BLANK` stands in them once.

    Raises:
        ValueError: It stands there not at all, or several times.
    """
    if content.count(BLANK.encode()) != 1:
        raise ValueError("expected one place for the checksum")
    return content.replace(BLANK.encode(), hashlib.sha256(content).hexdigest().encode())


def has_checksum(content: bytes, checksum: Any) -> bool:
    """Return whether a file's bytes are those that its checksum is of.

    Args:
        content: The bytes of the file, the checksum among them.
        checksum: What the file says that it is.
    """
    if not isinstance(checksum, str) or len(checksum) != len(BLANK) or not checksum.isascii():
        return False
    before = content.replace(checksum.encode(), BLANK.encode(), 1)
    return hashlib.sha256(before).hexdigest() == checksum
