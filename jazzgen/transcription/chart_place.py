"""Where in a piece a chart begins that is not its own.

A file may begin with a count-in, with silent bars or with a long pickup. The plain reading is
that the chart begins with the first full bar: after a pickup that the file tells, or where the
band comes in. Another bar is taken if the notes fit the chart clearly better from there on
(see `chart_fit`). Over one chord they fit everywhere, and over a chart of another tune nowhere.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from jazzgen.io.midi.chart import chart_of
from jazzgen.io.midi.part import MidiPart, table_of
from jazzgen.io.midi.pickup import later
from jazzgen.io.midi.score import MidiScore
from jazzgen.music.chart import Chart
from jazzgen.music.timing import TICKS_PER_QUARTER
from jazzgen.transcription.chart_fit import BASS, END, PITCH, START, fit

__all__ = ["with_chart_placed"]

Ints = NDArray[np.int64]

AROUND = 8
"""Bars by which the chart may begin before or after the first note."""
MOST_NOTES = 4096
"""The notes at the beginning of a piece that are asked; more would not make it clearer."""
MOST_BEATS = 16
"""The beats of a chord that the file names which are asked."""
CLEARLY = 3.0
"""By how much, in nats, another bar must be better than the plain one."""
FITS = 1.0
"""By how much the notes alone must fit it better."""
ITS_OWN = -0.01
"""The fit for each note, in nats, below which the chart is likely that of another tune: nine solos
in ten fit their own better, and most fit other tunes in the same key worse."""
INTRO, INTRO_BAR = 3.0, 1.0
"""What music before the chart costs if it is longer than a bar, and each bar of it."""
REST, REST_BAR = 2.0, 1.0
"""What silence at the beginning of the chart costs if it is a bar or longer, and each bar."""
PICKUP = 1.0
"""What half a bar of music, or less, before the chart is worth."""
WHOLE = 2.0
"""What it is worth if the piece ends with a chorus, as most do, a bar or so before or after."""
OFF_BAR = 4.0
"""What it costs that the chart begins at a beat which is no bar line of the file."""
CLICKS = 3
"""Clicks before the first note that count it in."""
LOW = 57
"""The pitch below which the lowest note of a beat in the band is its bass."""


class _Piece(NamedTuple):
    """What is asked of a piece, in ticks.

    Args:
        notes: The first notes that are no drums, in order, and those of the chords that the file
            names (see `chart_fit`), shape (N, 4).
        first: The tick of the first note.
        last: The last tick of the last note.
        lines: The bar lines of the file, from 0.
        band: The tick at which the band comes in, or at which clicks end; None without either.
        said: The tick at which bar 1 begins as the file tells; 0 if it does not.
    """

    notes: Ints
    first: int
    last: int
    lines: Sequence[int]
    band: int | None
    said: int


def with_chart_placed(score: MidiScore, chart: Chart, band: Sequence[MidiPart]) -> MidiScore:
    """Return a piece of which `lead_in` says where a chart begins; a warning tells if it is moved.

    A pickup before the first bar line of the file becomes the end of a full bar.

    Args:
        score: The piece.
        chart: The chart of one chorus.
        band: The parts that accompany.

    Raises:
        ChartError: The piece has too many bars.
    """
    if score.is_ours:
        return replace(score, lead_in=min(score.choruses, default=score.lead_in))
    piece = _piece(score, chart, band)
    if piece is None:
        return score
    start, fits = _start(piece, chart, score.exact)
    if start == piece.said:
        return score
    scale = score.ppq / TICKS_PER_QUARTER
    why = "the notes fit it there" if fits else "the music begins there"
    told = f"chart laid from {_named(piece.lines, start)} on: {why}"
    score = replace(score, warnings=(*score.warnings, told))
    bar = chart.bars[0].meter.bar_ticks
    if start in piece.lines or start >= bar:
        return replace(score, lead_in=round(start * scale))
    return later(score, round((bar - start) * scale), round(bar * scale))


def _named(lines: Sequence[int], start: int) -> str:
    """Return what a tick is called, such as "bar 3" or "beat 2"."""
    if start in lines:
        return f"bar {lines.index(start) + 1}"
    bar = max(number for number, line in enumerate(lines) if line <= start)
    beat = f"beat {(start - lines[bar]) // TICKS_PER_QUARTER + 1}"
    return f"{beat} of bar {bar + 1}" if bar else beat


def _piece(score: MidiScore, chart: Chart, band: Sequence[MidiPart]) -> _Piece | None:
    """Return what is asked of a piece; None if all of it is drums."""
    parts = [part for part in score.parts if not part.is_drums]
    if not parts:
        return None
    accompanying = {id(part) for part in band}
    table = table_of(parts)
    is_band = np.repeat([id(part) in accompanying for part in parts], [len(p.notes) for p in parts])
    notes = np.zeros((len(table), 4), np.int64)
    notes[:, : END + 1] = np.rint(table[:, :2] * (TICKS_PER_QUARTER / score.ppq))
    notes[:, PITCH] = table[:, 2]
    last = int(notes[:, END].max()) - 1
    order = np.argsort(notes[:, START], kind="stable")[:MOST_NOTES]
    notes, is_band = notes[order], is_band[order]
    notes[:, BASS] = _is_bass(notes, is_band)
    comes_in = int(notes[is_band, START].min()) if is_band.any() else _counted_in(score, notes)
    first, said = int(notes[0, START]), score.grid(score.lead_in)
    known = np.concatenate([notes, _named_chords(score)])
    return _Piece(known, first, last, _lines(score, chart, first, said), comes_in, said)


def _counted_in(score: MidiScore, notes: Ints) -> int | None:
    """Return the tick at which clicks end, or else the music begins; None if nothing clicks before.

    Args:
        score: The piece.
        notes: Its notes that are no drums, in order.
    """
    first = int(notes[0, START])
    clicks = table_of(part for part in score.parts if part.is_drums)[:, 0]
    ticks = np.unique(np.rint(clicks * (TICKS_PER_QUARTER / score.ppq)).astype(np.int64))
    before = ticks[ticks < first]
    if len(before) < CLICKS:
        return None
    wait = int(np.diff(before[-2:])[0])
    ends = int(before[-1]) + wait
    return ends if not ((ticks >= ends) & (ticks <= ends + 2 * wait)).any() else first


def _named_chords(score: MidiScore) -> Ints:
    """Return the chords that a file names as notes of a beat each (see `chart_fit`)."""
    rows = []
    ends = [*(score.grid(tick) for tick, _ in score.chords[1:]), score.grid(score.end)]
    for (tick, chord), end in zip(score.chords, ends, strict=False):
        low = () if chord.bass_pc is None else (chord.bass_pc,)
        for beat in range(score.grid(tick), end, TICKS_PER_QUARTER)[:MOST_BEATS]:
            stop = min(beat + TICKS_PER_QUARTER, end)
            rows += [(beat, stop, pitch, 1) for pitch in low]
            rows += [(beat, stop, pitch, 0) for pitch in chord.chord_tones]
    return np.array(rows[:MOST_NOTES], np.int64).reshape(-1, 4)


def _is_bass(notes: Ints, is_band: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return whether each note is the lowest one that begins in its beat, in the band."""
    beats = notes[:, START] // TICKS_PER_QUARTER
    low = is_band & (notes[:, PITCH] < LOW)
    lowest = np.full(int(beats.max()) + 1, LOW)
    np.minimum.at(lowest, beats[low], notes[low, PITCH])
    found: NDArray[np.bool_] = low & (notes[:, PITCH] == lowest[beats])
    return found


def _lines(score: MidiScore, chart: Chart, first: int, said: int) -> list[int]:
    """Return the bar lines of a file up to some bars after the first note.

    They are the file's own, unless it names no meter or another one than the chart.
    """
    meter = chart.bars[0].meter
    end = max(first, said) + (AROUND + 2) * meter.bar_ticks
    if any(named == meter for _, named in score.meters):
        return list(chart_of(score, end).bar_starts[:-1])
    return [*({0} if said else ()), *range(said, end, meter.bar_ticks)]


def _start(piece: _Piece, chart: Chart, exact: bool) -> tuple[int, bool]:
    """Return the tick at which a chart begins, and whether it is the notes that tell so."""
    bar, first = chart.bars[0].meter.bar_ticks, piece.first
    near = (first - AROUND * bar, first + AROUND * bar)
    starts = [
        line
        for number, line in enumerate(piece.lines)
        if line >= piece.said and (number <= AROUND or near[0] <= line <= near[1])
    ]
    if not exact and not piece.said and 2 * first < TICKS_PER_QUARTER:  # perhaps a pickup
        starts += range(TICKS_PER_QUARTER, bar, TICKS_PER_QUARTER)
    starts = sorted({*starts, piece.said})
    fits = fit(piece.notes, chart, starts)
    worth = fits + [_usual(piece, chart, start) for start in starts]
    plain = starts.index(_plain(piece, chart, starts))
    best = int(worth.argmax())
    tells = fits[best] > max(ITS_OWN * len(piece.notes), fits[plain] + FITS)
    if not tells or worth[best] < worth[plain] + CLEARLY:
        return starts[plain], False
    return starts[best], True


def _plain(piece: _Piece, chart: Chart, starts: Sequence[int]) -> int:
    """Return the first full bar: the one that the file tells, or in which the band comes in.

    A line alone that begins late in the first bar and ends with a chorus, counted from the second
    one, begins with a pickup: sequencers have no short bars.
    """
    if piece.said:
        return piece.said
    lines = [line for line in piece.lines if line in starts]
    comes_in = piece.first if piece.band is None else piece.band
    bar = max(line for line in lines if line <= comes_in + TICKS_PER_QUARTER or not line)
    after = next((line for line in lines if line > bar), bar)
    found = after if comes_in - bar >= (after - bar) // 2 else bar
    if piece.band is None:
        ends_whole = _last_bar(piece, chart, found) == len(chart.bars) - 1
        return found if found == lines[1] and ends_whole else 0
    return found if piece.first > found - 2 * (after - bar) else 0


def _last_bar(piece: _Piece, chart: Chart, start: int) -> int:
    """Return the bar of its chorus in which a piece ends, if the first begins at a tick."""
    return chart.bar_at((piece.last - start) % chart.ticks)


def _usual(piece: _Piece, chart: Chart, start: int) -> float:
    """Return how usual it is that a chart begins at a tick, in nats; 0 is neither usual nor odd."""
    bar, worth = chart.bars[0].meter.bar_ticks, 0.0
    before, rest = (start - piece.first) / bar, (piece.first - start) / bar
    if before > 1:
        worth -= INTRO + INTRO_BAR * before
    if rest >= 1:
        worth -= REST + REST_BAR * rest
    if 0 < 2 * before <= 1:
        worth += PICKUP
    if start not in piece.lines:
        worth -= OFF_BAR
    if (_last_bar(piece, chart, start) + 2) % len(chart.bars) <= 2:
        worth += WHOLE
    return worth
