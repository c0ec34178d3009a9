"""What a band knows about each bar: its role in the form, and what the soloist plays in it.

Players follow three rules, by which a change in the solo changes the band in the bars nearby only
(`listening` says why the plan itself reaches no further):

- Of what depends on the solo (`energy`, `density`, `solo`) they use the plan of the bar that they
  play and of the next one.
- Whatever runs through the whole tune, such as the contour of a bass line, follows the form alone
  (`form_energy`).
- Chance is drawn for each bar by itself, from `BarPlan.generator`.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from jazzgen.band.listening import Hearing, energy_of, heard_energy
from jazzgen.music.chart import Chart, ChordSpan
from jazzgen.music.chord import ChordSymbol
from jazzgen.music.pulse import Pulse, pulses
from jazzgen.music.solo import Note
from jazzgen.music.timing import TICKS_PER_QUARTER, Meter

__all__ = ["COUNT_IN", "ENDING", "HEAD", "INTRO", "BarPlan", "plan_bars", "section_numbers"]

COUNT_IN, INTRO, HEAD, ENDING = "Count-in", "Intro", "Head", "Ending"
"""The labels of the sections that are not choruses."""
ROLES = {label.casefold(): label for label in (COUNT_IN, INTRO, HEAD, ENDING)}

QUIETEST, PER_CHORUS, LOUDEST = 0.35, 0.13, 0.9
"""The energy of the first chorus, what each further one adds, and the upper bound, 0 to 1."""
HEAD_ENERGY = 0.35
"""The energy of heads and intros, 0 to 1."""
PHRASE_BARS = 8
"""The length in bars of a part of the form, where the chart has no sections."""
BUSY = 1.9
"""The number of notes per quarter at which a soloist leaves no room; the human mean is 1.67."""


@dataclass(frozen=True, kw_only=True)
class BarPlan:
    """A bar as the band sees it.

    Args:
        number: Its index in the chart.
        start: The tick of its bar line.
        meter: Its meter.
        role: "Count-in", "Intro", "Head" or "Ending"; empty for a bar of a chorus.
        energy: How intensely it is played, 0 to 1: what the form asks for and what the soloist
            adds.
        form_energy: How intensely the form alone asks for it to be played, 0 to 1.
        opens: Whether a chorus begins with it.
        closes: Whether a section ends with it.
        is_last: Whether it is the last bar of the chart.
        density: The number of notes per quarter that the soloist plays in it.
        chords: The chords that sound in it, in ticks of the chart; a chord that lasts longer is
            cut at the bar lines.
        turn: Its number counted from the first chorus, negative before it, whatever goes before:
            grooves and figures of several bars take turns by it.
        solo: The soloist's notes that begin in it, in ticks of the chart.
    """

    number: int
    start: int
    meter: Meter
    role: str
    energy: float
    form_energy: float
    opens: bool
    closes: bool
    is_last: bool
    density: float
    chords: tuple[ChordSpan, ...]
    turn: int
    solo: tuple[Note, ...] = ()

    @property
    def end(self) -> int:
        """The tick of the next bar line."""
        return self.start + self.meter.bar_ticks

    @property
    def pulses(self) -> tuple[Pulse, ...]:
        """Its pulses; their ticks are counted from its bar line."""
        return pulses(self.meter)

    @property
    def is_busy(self) -> bool:
        """Whether the soloist leaves the band no room in it."""
        return self.density >= BUSY

    @property
    def is_final(self) -> bool:
        """Whether it holds the tune's final chord, which is struck once and rings."""
        return self.is_last and self.role == ENDING

    def generator(self, seed: int, player: int) -> np.random.Generator:
        """Return the source of chance of one player in this bar.

        Args:
            seed: The seed of the band.
            player: A number of the player's own, such as the MIDI channel.
        """
        return np.random.default_rng([seed, player, self.number])

    def chord_at(self, tick: int) -> ChordSymbol:
        """Return the chord that sounds at a tick of the chart within the bar."""
        return next(span.chord for span in reversed(self.chords) if span.start <= tick)


USUAL_HEARING = Hearing()


def plan_bars(
    chart: Chart, notes: Sequence[Note] = (), hearing: Hearing = USUAL_HEARING
) -> tuple[BarPlan, ...]:
    """Return what the band knows about each bar.

    Args:
        chart: The chart, choruses unfolded; count-in, intro and ending are sections of it.
        notes: What the soloist plays.
        hearing: What of it the band hears.
    """
    solo: dict[int, list[Note]] = defaultdict(list)
    for note in notes if hearing.solo else ():
        solo[chart.bar_at(note.onset)].append(note)
    roles = _roles(chart)
    chords = _chords(chart)
    first, last = chart.chorus_starts[0], len(chart.bars) - 1
    plans: list[BarPlan] = []
    heard = 0.0
    for number, (start, bar) in enumerate(zip(chart.bar_starts, chart.bars, strict=False)):
        own, quarters = solo[number], bar.meter.bar_ticks / TICKS_PER_QUARTER
        drawn = hearing.drawn(number)
        form = _form_energy(chart, number, roles[number]) if drawn is None else drawn
        # A head is a written melody: it does not push the band.
        before, heard = heard, 0.0 if roles[number] else heard_energy(own, quarters, hearing.middle)
        plans.append(
            BarPlan(
                number=number,
                start=start,
                meter=bar.meter,
                role=roles[number],
                energy=energy_of(form, heard, before),
                form_energy=form,
                opens=number in chart.chorus_starts,
                closes=number == last or _begins(chart, number + 1, roles),
                is_last=number == last,
                density=len(own) / quarters,
                chords=chords[number],
                turn=number - first,
                solo=tuple(own),
            )
        )
    return tuple(plans)


def section_numbers(plan: Sequence[BarPlan]) -> list[int]:
    """Return the number of the section of each bar of a tune, from 0."""
    closed = itertools.accumulate((bar.closes for bar in plan), initial=0)
    return list(closed)[: len(plan)]


def _roles(chart: Chart) -> list[str]:
    """Return the role of each bar: that of its section, until another section begins."""
    roles, role = [], ""
    for number, bar in enumerate(chart.bars):
        if bar.section:
            # The head has the sections of the tune, A and B, and remains the head in them.
            inner = "" if number in chart.chorus_starts or role != HEAD else HEAD
            role = ROLES.get(bar.section.casefold(), inner)
        elif number in chart.chorus_starts:
            role = ""
        roles.append(role)
    return roles


def _begins(chart: Chart, number: int, roles: Sequence[str]) -> bool:
    """Whether a part of the form begins at a bar: a section, a chorus, or eight bars of these."""
    if number in chart.chorus_starts or chart.bars[number].section:
        return True
    if roles[number] != roles[number - 1]:
        return True
    opened = max((start for start in chart.chorus_starts if start <= number), default=0)
    return (number - opened) % PHRASE_BARS == 0 and not any(
        bar.section for bar in chart.bars[number - PHRASE_BARS + 1 : number]
    )


def _form_energy(chart: Chart, number: int, role: str) -> float:
    """Return the energy of a bar by the form: calm in heads, more intense in each chorus."""
    if role in (HEAD, INTRO, COUNT_IN):
        return HEAD_ENERGY
    chorus = sum(start <= number for start in chart.chorus_starts) - 1
    return min(QUIETEST + PER_CHORUS * max(chorus, 0), LOUDEST)


def _chords(chart: Chart) -> list[tuple[ChordSpan, ...]]:
    """Return the chords of each bar, cut at its bar lines."""
    spans, first = chart.chord_spans, 0
    bars = []
    for start, end in zip(chart.bar_starts, chart.bar_starts[1:], strict=False):
        while spans[first].end <= start:
            first += 1
        inside, number = [], first
        while number < len(spans) and spans[number].start < end:
            span = spans[number]
            inside.append(ChordSpan(max(span.start, start), min(span.end, end), span.chord))
            number += 1
        bars.append(tuple(inside))
    return bars
