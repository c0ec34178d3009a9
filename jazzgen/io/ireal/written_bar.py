"""A bar of an iReal Pro song as it is written, with the signs that stand at it."""

from __future__ import annotations

from dataclasses import dataclass

from jazzgen.io.ireal.staff_text import NO_TEXT, StaffText
from jazzgen.music.chart import Bar

__all__ = ["IRealBar"]


@dataclass
class IRealBar:
    """A bar as it is written.

    Args:
        bar: Its chords, meter and section.
        opens: Whether a repeat begins with it.
        ending: The number of the ending that begins with it, 0 for one without a number.
        times: How often the repeat that ends after it is played; 0 if none ends there.
        closes: Whether a section or a repeat ends after it.
        segno: Whether it has a segno.
        coda_before: Whether it has a coda sign at its beginning.
        coda_after: Whether it has a coda sign after its chords.
        text: What the texts above it say.
        goes_on: Whether it only repeats the bar before, or has no chord of its own.
        ends: Whether the app's sign for the end of the last chorus stands at it.
    """

    bar: Bar
    opens: bool = False
    ending: int | None = None
    times: int = 0
    closes: bool = False
    segno: bool = False
    coda_before: bool = False
    coda_after: bool = False
    text: StaffText = NO_TEXT
    goes_on: bool = False
    ends: bool = False
