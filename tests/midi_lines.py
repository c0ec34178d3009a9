"""Solos in MIDI files as the MIDI reader alone gives them: nothing is estimated."""

from jazzgen.io.midi.chart import chart_of
from jazzgen.io.midi.line import part_called, upper_line
from jazzgen.io.midi.read import read_midi
from jazzgen.music.solo import Solo


def line_in(path, track=None):
    """Return the line of the first part, or of the part of a number or name."""
    score = read_midi(path)
    return upper_line(score, score.parts[0] if track is None else part_called(score, track))


def chart_in(path):
    """Return the chart, which reaches to the end of the first part."""
    return chart_of(read_midi(path), line_in(path)[-1].end)


def solo_in(path):
    """Return the solo of a file that jazzgen has written."""
    score = read_midi(path)
    source = score.properties.get("source", "")
    return Solo(line_in(path), chart_in(path), score.title, score.performer, source)
