"""What a user can choose about notation."""

from __future__ import annotations

from typing import Literal

__all__ = ["DoubleTime", "Notation"]

Notation = Literal["readable", "literal"]
"""How rhythm is written: as players read it, or each note as near to its tick as can be."""
DoubleTime = Literal["auto", "always", "never"]
"""When a solo is written in double time: where that makes it easier to read, or as asked for."""
