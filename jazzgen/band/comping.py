"""Comping: the piano under a soloist.

Rhythms come from the style's vocabulary, few where the soloist is busy, more where they
leave room or the chorus is hot. A chord that nothing would strike is struck where it
begins. What is struck on the last off-beat before a chord already is that chord.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from jazzgen.band.bar_plan import COUNT_IN, HEAD, BarPlan
from jazzgen.band.comping_cells import Amount
from jazzgen.band.rhythm_cells import chosen, random_pick, tick_of
from jazzgen.band.styles import find_style
from jazzgen.band.voicings import lead_voices
from jazzgen.music.chart import Chart
from jazzgen.music.chord import ChordSymbol
from jazzgen.music.part import Part
from jazzgen.music.solo import Note

__all__ = ["comping_part"]

CHANNEL, PROGRAM = 1, 0
LEVEL, ENERGY, ANTICIPATION, UNEVEN, TOP_VOICE = 58, 22, 6, 3.0, 3
SOFTEST, LOUDEST = 28, 104
AHEAD = 12
"""Ticks before a chord at which it may already be struck."""
LONG_CHORD = 48
"""A chord of so many ticks is heard, whatever the rhythm says."""
SHORTEST, AIR = 6, 1
LAY_OUT, FILL = 1.9, 0.6
"""Notes a quarter from which on a soloist is left alone, and up to which there is room."""
UP_TEMPO, SPARSE_AT_UP = 220.0, 0.5


@dataclass(frozen=True)
class Strike:
    """A chord that is struck.

    Args:
        tick: Where, in the chart's ticks.
        end: Where it ends at the latest.
        chord: What sounds.
        energy: How hot its bar is.
        early: Whether it comes before its chord.
    """

    tick: int
    end: int
    chord: ChordSymbol
    energy: float
    early: bool = False


def comping_part(chart: Chart, plan: Sequence[BarPlan], seed: int) -> Part:
    """Return what the piano plays: nothing where there is no chord.

    Args:
        chart: The chart, for its feel and its tempo.
        plan: Its bars.
        seed: The same seed gives the same part.
    """
    generator = np.random.default_rng([seed, CHANNEL])
    strikes = _apart(
        [
            strike
            for number, bar in enumerate(plan)
            for strike in _bar_strikes(chart, plan, number, bar, generator)
        ],
        chart.ticks,
    )
    voiced = lead_voices([strike.chord for strike in strikes])
    uneven = generator.normal(0, UNEVEN, len(strikes))
    notes = []
    for strike, pitches, off in zip(strikes, voiced, uneven, strict=True):
        level = LEVEL + ENERGY * (strike.energy - 0.5) + ANTICIPATION * strike.early + off
        length = max(strike.end - strike.tick - AIR, 1)
        for voice, pitch in enumerate(pitches, 1):
            velocity = round(level + TOP_VOICE * (voice == len(pitches)))
            velocity = min(max(velocity, SOFTEST), LOUDEST)
            notes.append(Note(strike.tick, length, pitch, velocity))
    return Part("Piano", CHANNEL, PROGRAM, tuple(notes))


def _bar_strikes(
    chart: Chart,
    plan: Sequence[BarPlan],
    number: int,
    bar: BarPlan,
    generator: np.random.Generator,
) -> list[Strike]:
    """Return the strikes of a bar, in order, those that have a chord to play."""
    if bar.role == COUNT_IN:
        return []
    following = plan[number + 1].chords[0].chord if number + 1 < len(plan) else None
    struck: dict[int, Strike] = {}
    for tick, end in _rhythm(chart, bar, generator):
        strike = _strike(bar, tick, end, following)
        if strike.chord.root is not None:
            struck[tick] = strike
    for span in bar.chords:
        heard = any(
            strike.chord == span.chord and span.start - AHEAD <= strike.tick < span.end
            for strike in struck.values()
        )
        if (
            span.chord.root
            and not heard
            and _must_be_heard(bar, number, plan, span.start, span.end)
        ):
            struck[span.start] = Strike(span.start, span.end, span.chord, bar.energy)
    return [struck[tick] for tick in sorted(struck)]


def _must_be_heard(
    bar: BarPlan, number: int, plan: Sequence[BarPlan], start: int, end: int
) -> bool:
    """Whether a chord is new and lasts; the one before may have been struck ahead of it."""
    if end - start < LONG_CHORD or bar.is_busy:
        return bar.is_final
    before = plan[number - 1].chords[-1].chord if number and start == bar.start else None
    return bar.is_final or before != bar.chord_at(start)


def _rhythm(
    chart: Chart, bar: BarPlan, generator: np.random.Generator
) -> Iterator[tuple[int, int]]:
    """Yield from where to where each strike of a bar lasts, in the chart's ticks."""
    if bar.is_final:
        yield bar.start, bar.end
        return
    amount = _amount(chart, bar, generator)
    comping = find_style(chart.feel).comping
    for group, cell in chosen(bar, comping[amount], random_pick(generator)):
        for place, length in cell:
            tick = tick_of(group, place)
            end = max(tick_of(group, place + length), tick + SHORTEST)
            yield bar.start + tick, bar.start + end


def _amount(chart: Chart, bar: BarPlan, generator: np.random.Generator) -> Amount:
    """Return how much to play: less under a busy soloist, more in their pauses."""
    if bar.density >= LAY_OUT or bar.role == HEAD:
        return "little"
    if chart.tempo >= UP_TEMPO and generator.random() < SPARSE_AT_UP:
        return "little"
    room = bar.density <= FILL
    return "much" if generator.random() < bar.energy * (0.8 if room else 0.3) else "some"


def _strike(bar: BarPlan, tick: int, end: int, following: ChordSymbol | None) -> Strike:
    """Return a strike with the chord that sounds, or that comes right after."""
    later = [(span.start, span.chord) for span in bar.chords if span.start > tick]
    now = bar.chord_at(tick)
    changes = [(bar.end, following)] if following is not None else []
    changes = [change for change in [*later, *changes] if change[1] != now]
    if not changes:
        return Strike(tick, end, now, bar.energy)
    change, coming = changes[0]
    off_beat = (tick - bar.start) % 24 != 0
    if off_beat and change <= tick + AHEAD and coming.root is not None:
        limit = changes[1][0] if len(changes) > 1 else max(end, change)
        return Strike(tick, min(end, limit), coming, bar.energy, early=True)
    return Strike(tick, min(end, change), now, bar.energy)


def _apart(strikes: Sequence[Strike], end: int) -> list[Strike]:
    """Return strikes that end where the next one begins at the latest."""
    limits = [strike.tick for strike in strikes[1:]] + [end]
    # Not strict: where nothing is struck there is one limit too many.
    return [
        replace(strike, end=min(strike.end, limit))
        for strike, limit in zip(strikes, limits, strict=False)
    ]
