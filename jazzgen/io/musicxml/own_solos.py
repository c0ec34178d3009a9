"""The form of a solo that jazzgen has written: the chart of a score is its first chorus.

Other people's scores are read to their end: there "Chorus 2" may follow a verse. So is a lick in
several keys.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from jazzgen.music.chart import Chart
from jazzgen.music.excerpt import bars_between
from jazzgen.runtime.ownership import PROGRAM

__all__ = ["first_chorus"]

BEGINS, ENDS = "Chorus 1", ("Chorus 2", "Ending")
"""What stands above the bar with which the first chorus begins, and above the one behind it."""


def first_chorus(root: Element, chart: Chart) -> Chart:
    """Return the first chorus of a solo of our own, and any other chart as it is.

    Args:
        root: The score.
        chart: Its bars as they are written.
    """
    part = root.find("part")
    software = root.findtext("identification/encoding/software") or ""
    if part is None or not software.startswith(PROGRAM) or part.find(".//pitch") is None:
        return chart
    measures = part.findall("measure")
    if len(measures) - len(chart.bars) not in (0, 1):  # somebody has written repeats
        return chart
    if len(part.findall("measure/attributes/key")) > 1:  # a lick in several keys, once in each
        return chart
    above = [set(_texts(measure)) for measure in measures[len(measures) - len(chart.bars) :]]
    first = next((bar for bar, texts in enumerate(above) if BEGINS in texts), 0)
    ends = (bar for bar in range(first + 1, len(above)) if not above[bar].isdisjoint(ENDS))
    end = next(ends, len(above))
    return chart if (first, end) == (0, len(above)) else bars_between(chart, first, end)


def _texts(measure: Element) -> Iterator[str]:
    """Yield the texts above a measure."""
    for kind in ("rehearsal", "words"):
        for text in measure.iterfind(f"direction/direction-type/{kind}"):
            yield (text.text or "").strip()
