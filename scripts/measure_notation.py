#!/usr/bin/env python3
"""Measure how readable the notation of solos is, and how far it moves their notes.

    scripts/measure_notation.py wjazzd.db
    scripts/measure_notation.py wjazzd.db --every 8 --notation literal

A beat reads at sight if its notes lie on quarters, eighths, sixteenths, or eighth or quarter
triplets. A note has moved if it is read more than a twelfth of a beat away from its onset, where
an eighth halfway through a beat is read at the solo's own off-beat (`notation.own_swing`), and a
grace note a twelfth of a beat before the note after it. Beats are quarters as they are written: in
double time (`notation.double_time`) they are half as long as the chart's.
"""

from __future__ import annotations

import argparse
import sys
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from jazzgen.errors import InputError
from jazzgen.io.wjazzd.solos import read_wjazzd
from jazzgen.music.solo import Solo
from jazzgen.music.timing import EIGHTH, TICKS_PER_QUARTER
from jazzgen.music.trade import line_of
from jazzgen.notation.double_time import in_double_time, is_read_in_double_time
from jazzgen.notation.own_swing import NEAR, own_off_beat
from jazzgen.notation.readable import choose_readable
from jazzgen.notation.tuplets import Layout, choose_tuplets

__all__ = ["Figures", "main", "measure"]

HEARD = 50.0
"""A distance between two onsets at which they are heard as one, in milliseconds."""
SIXTEENTH, TRIPLET = TICKS_PER_QUARTER // 4, TICKS_PER_QUARTER // 3


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What was counted in solos.

    Args:
        beats: The beats in which a note begins.
        sight: Those that read at sight.
        notes: The notes.
        kept: Those that have not moved.
        graces: Those that are grace notes.
        near: Those that are read within `HEARD` of their onsets.
        moved: The sum of all distances between onsets and readings, in milliseconds.
    """

    beats: int = 0
    sight: int = 0
    notes: int = 0
    kept: int = 0
    graces: int = 0
    near: int = 0
    moved: float = 0.0

    def __add__(self, other: Figures) -> Figures:
        return Figures(**{name: value + getattr(other, name) for name, value in vars(self).items()})

    def __str__(self) -> str:
        sight, kept = 100 * self.sight / max(self.beats, 1), 100 * self.kept / max(self.notes, 1)
        graces, near = (100 * number / max(self.notes, 1) for number in (self.graces, self.near))
        moved = self.moved / max(self.notes, 1)
        return (
            f"{self.beats:>8,} beats  {sight:5.1f} % at sight   {self.notes:>8,} notes  "
            f"{kept:5.1f} % kept  {near:5.1f} % within {HEARD:.0f} ms  mean {moved:4.1f} ms  "
            f"{graces:4.1f} % grace notes"
        )


def measure(solo: Solo, layout: Layout) -> Figures:
    """Return the figures of a solo.

    Args:
        solo: The solo.
        layout: How it is written.
    """
    beats: dict[int, set[int]] = defaultdict(set)
    for index, position in enumerate(layout.positions):
        if index not in layout.graces:
            beat, place = divmod(position, TICKS_PER_QUARTER)
            beats[beat].add(place)
    tick = 60_000 / solo.chart.tempo / TICKS_PER_QUARTER
    readings = _readings(layout, beats, own_off_beat(solo))
    far = [abs(read - note.onset) for read, note in zip(readings, solo.notes, strict=True)]
    return Figures(
        beats=len(beats),
        sight=sum(_is_read_at_sight(places) for places in beats.values()),
        notes=len(solo.notes),
        kept=sum(ticks <= NEAR for ticks in far),
        graces=len(layout.graces),
        near=sum(ticks * tick <= HEARD for ticks in far),
        moved=sum(far) * tick,
    )


def _is_read_at_sight(places: set[int]) -> bool:
    return any(all(place % unit == 0 for place in places) for unit in (SIXTEENTH, TRIPLET))


def _readings(layout: Layout, beats: dict[int, set[int]], off_beat: float) -> Iterator[float]:
    """Yield where each note is read, in ticks of the chart."""
    starts = [division.start for division in layout.divisions]
    after = 0
    for index, position in enumerate(layout.positions):
        if index in layout.graces:
            after = max(after, index + 1)
            while after in layout.graces:
                after += 1
            yield position - NEAR * (after - index)
            continue
        beat, place = divmod(position, TICKS_PER_QUARTER)
        division = layout.divisions[bisect_right(starts, position) - 1]
        swung = place == EIGHTH and beats[beat] <= {0, EIGHTH} and division.ratio is None
        yield position + (off_beat - EIGHTH) * swung


def _solos(paths: Sequence[str], every: int) -> Iterator[Solo]:
    for path in paths:
        for number, (_, solo) in enumerate(read_wjazzd(path)):
            if number % every == 0 and isinstance(solo, Solo):
                yield solo


def _rows(solos: Iterable[Solo], notation: str, double_time: str) -> dict[str, Figures]:
    """Return the figures by feel and of all solos.

    Args:
        solos: The solos.
        notation: How rhythm is written (see `notation.notate`).
        double_time: "auto" or "never" (see `notation.double_time`).
    """
    rows: dict[str, Figures] = defaultdict(Figures)
    for solo in solos:
        literal = notation == "literal"
        if not literal and double_time == "auto" and is_read_in_double_time(solo):
            solo = line_of(in_double_time(solo))
        onsets = [note.onset for note in solo.notes]
        layout = choose_tuplets(solo.chart, onsets) if literal else choose_readable(solo)
        figures = measure(solo, layout)
        rows[solo.chart.feel] += figures
        rows["all"] += figures
    return rows


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure the solos of databases and print a row for each feel."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("databases", nargs="+", help="Weimar Jazz Databases (wjazzd.db)")
    parser.add_argument("--every", type=int, default=1, help="take every nth solo (default 1)")
    parser.add_argument("--notation", choices=["readable", "literal"], default="readable")
    parser.add_argument("--double-time", choices=["auto", "never"], default="auto")
    options = parser.parse_args(arguments)
    try:
        solos = _solos(options.databases, max(options.every, 1))
        rows = _rows(solos, options.notation, options.double_time)
    except InputError as error:
        print(f"measure_notation: {error}", file=sys.stderr)
        return 2
    for name in sorted(rows, key=lambda one: (one == "all", one)):
        print(f"{name:<10} {rows[name]}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
