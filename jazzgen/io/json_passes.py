"""The passes through a section of a chart in JSON: its chords with each of its endings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jazzgen.errors import ChartError

__all__ = ["chords_of", "passes"]

MAX_REPEATS = 32
"""The largest number of repeats of a section."""


def passes(section: dict[str, Any], before: str) -> Iterator[str]:
    """Yield the chords of each pass through a section, including its ending.

    A section without chords of its own has those of the section before: its endings are the
    endings of a repeat that began there.

    Args:
        section: The section.
        before: The chords of the section before, without its endings.
    """
    main = chords_of(section.get("MainSegment"))
    endings = section.get("Endings") or []
    repeats = section.get("Repeats") or 0
    if not isinstance(endings, list) or type(repeats) is not int:
        raise ChartError("expected Endings to be a list and Repeats an integer")
    if not 0 <= repeats <= MAX_REPEATS:
        raise ChartError(f"Repeats {repeats}: expected 0 to {MAX_REPEATS}")
    if not endings:
        yield from [main or before] * (repeats + bool(main))
        return
    last = [chords_of(ending) for ending in endings]
    # More passes than endings: all but the last one end as the first does.
    last = [last[0]] * (repeats + 1 - len(last)) + last
    for number, ending in enumerate(last):
        own = main or (before if number else "")
        yield "|".join(filter(None, (own, ending)))


def chords_of(segment: Any) -> str:
    """Return the chords of a segment; "" where it has none."""
    chords = (segment.get("Chords") or "") if isinstance(segment, dict) else ""
    if not isinstance(chords, str):
        raise ChartError("Chords: expected a text")
    return chords
