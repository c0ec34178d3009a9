"""The feel of a line that says nothing of it, from where its off-beats are played."""

from __future__ import annotations

from collections.abc import Sequence

from jazzgen.music.chart import Chart
from jazzgen.music.solo import Note
from jazzgen.music.styles import DEFAULT_FEEL
from jazzgen.music.timing import EIGHTH, TICKS_PER_QUARTER

__all__ = ["feel_of_line"]

ENOUGH = 16
"""The number of off-beat eighths from which a feel is inferred, at least."""
EVEN = "straight"
"""The feel of even eighths."""
LARGEST_EVEN = 1.1
"""The largest swing ratio of even eighths."""


def feel_of_line(notes: Sequence[Note], chart: Chart, swing: float) -> str:
    """Return the feel of a line whose file names none.

    Args:
        notes: The line, on the grid.
        chart: Its chart.
        swing: The swing ratio at which its off-beats are played, 1 if they are even.

    Returns:
        "straight" for even eighths; the chart's own feel for swung ones, and where there are too
        few off-beats to tell.
    """
    if chart.feel != DEFAULT_FEEL or swing > LARGEST_EVEN:
        return chart.feel
    off_beats = sum(note.onset % TICKS_PER_QUARTER == EIGHTH for note in notes)
    return EVEN if off_beats >= ENOUGH else chart.feel
