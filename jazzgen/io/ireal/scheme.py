"""How an iReal Pro link begins, for whoever only asks whether there is one."""

from __future__ import annotations

import re

__all__ = ["LINK", "has_link"]

LINK = re.compile(r"(irealb(?:ook)?)://([^\"'<>\s]*)", re.IGNORECASE)


def has_link(text: str) -> bool:
    """Return whether there is an iReal Pro link in a text."""
    return LINK.search(text) is not None
