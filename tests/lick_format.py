"""A made-up input format, as a plug-in would bring it: one module, and no more.

A lick is lines of "pitch duration" in ticks; the chord that it is played over may stand first:

    lick over Dm7
    62 12
    65 24
"""

import re

from jazzgen.errors import ChartError, MidiError
from jazzgen.io.format import Format
from jazzgen.music.chart import Bar, Chart, PlacedChord
from jazzgen.music.chord import ChordSymbol
from jazzgen.music.solo import Note, Solo
from jazzgen.music.timing import FOUR_FOUR

FIRST = re.compile(r"lick over (\S+)\s*$")


def begins(head):
    return head.startswith(b"lick over ")


def read_lick(path):
    """Read one solo."""
    first, *lines = path.read_text(encoding="utf-8").splitlines()
    notes, now = [], 0
    for number, line in enumerate(lines, 2):
        match = re.fullmatch(r"(\d+) (\d+)", line)
        if match is None:
            raise MidiError(f"{path}: line {number}: expected a pitch and a duration")
        notes.append(Note(now, int(match[2]), int(match[1])))
        now = notes[-1].end
    return [Solo(tuple(notes), _chart(first, now), "A Lick")]


def read_lick_chart(content, source):
    """Read the one chord of a lick as a chart of one bar."""
    first = content.decode().splitlines()[0]
    if FIRST.match(first) is None:
        raise ChartError(f"{source}: over no chord")
    return (_chart(first, FOUR_FOUR.bar_ticks),)


def _chart(first, ticks):
    chord = ChordSymbol.parse(FIRST.match(first)[1])
    bars = -(-ticks // FOUR_FOUR.bar_ticks)
    return Chart((Bar((PlacedChord(0, chord),)),) + (Bar(()),) * (bars - 1), "Lick Changes")


LICK = Format(
    name="Lick",
    suffixes=(".lick",),
    sniff="lick_format:begins",
    charts="lick_format:read_lick_chart",
    solos="lick_format:read_lick",
    isolate=True,
)
