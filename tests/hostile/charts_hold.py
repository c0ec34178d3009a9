"""What holds of every chart that is read, and of every message where none is."""

from itertools import pairwise

import pytest

from jazzgen.errors import InputError
from jazzgen.music.repeats import MAX_BARS
from jazzgen.music.timing import MAX_TEMPO, MIN_TEMPO

SOURCE = "the file"
LONGEST = 300
"""Characters of a message, whatever stands in a file."""


def holds(chart):
    """A chart keeps its limits, and its ticks fit together."""
    assert 1 <= len(chart.bars) <= MAX_BARS
    assert len(chart.bar_starts) == len(chart.bars) + 1
    assert chart.ticks == sum(bar.meter.bar_ticks for bar in chart.bars)
    assert MIN_TEMPO <= chart.tempo <= MAX_TEMPO
    assert all(MIN_TEMPO <= change.tempo <= MAX_TEMPO for change in chart.tempo_changes)
    assert chart.title == " ".join(chart.title.split())
    for bar in {id(bar): bar for bar in chart.bars}.values():
        assert all(0 <= onset < bar.meter.bar_ticks for onset, _ in bar.chords)
    spans = chart.chord_spans
    assert (spans[0].start, spans[-1].end) == (0, chart.ticks)
    assert all(before.end == after.start for before, after in pairwise(spans))


def is_told(error, source=SOURCE):
    """A message names its source, in one line that can be read."""
    message = str(error)
    assert message.startswith(f"{source}: ")
    assert len(message.splitlines()) == 1
    assert len(message) < LONGEST
    return message


def refused(read, content):
    """What a reader says of something that it cannot read."""
    with pytest.raises(InputError) as error:
        read(content, SOURCE)
    return is_told(error.value)


def survives(read, content):
    """Whether something is read; nothing but a message comes out of it otherwise."""
    try:
        found = read(content, SOURCE)
    except InputError as error:
        is_told(error)
        return False
    for chart in found if isinstance(found, tuple) else (found,):
        holds(chart)
    return True
