"""Comping: what the piano plays under a soloist.

Rhythms come from the vocabulary of the style. There are fewer strikes where the soloist is busy,
more where the soloist leaves room or the chorus is intense. A chord that the rhythm would miss
is struck where it begins. A strike on the last off-beat before a chord anticipates that chord.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from jazzgen.band.bar_plan import COUNT_IN, HEAD, BarPlan
from jazzgen.band.comping_cells import Amount
from jazzgen.band.rhythm_cells import choose_cells, random_pick, tick_of
from jazzgen.band.styles import find_style
from jazzgen.band.voicings import Voicing, lead_voices
from jazzgen.music.chart import Chart
from jazzgen.music.chord import ChordSymbol
from jazzgen.music.part import Part
from jazzgen.music.solo import Note
from jazzgen.music.timing import EIGHTH, TICKS_PER_QUARTER

__all__ = ["comping_part"]

CHANNEL, PROGRAM = 1, 0
"""The MIDI channel, counted from 0, and the General MIDI program: grand piano."""
LEVEL, ENERGY, ANTICIPATION, TOP_VOICE = 58, 22, 6, 3
"""MIDI velocities: of a usual note, and what energy, an anticipation and the top voice add."""
UNEVEN = 3.0
"""The standard deviation of MIDI velocities from strike to strike."""
SOFTEST, LOUDEST = 28, 104
"""The bounds of MIDI velocities."""
AHEAD = EIGHTH
"""The longest anticipation of a chord, in ticks."""
LONG_CHORD = 2 * TICKS_PER_QUARTER
"""The length in ticks from which a chord is struck even if the rhythm has no strike in it."""
SHORTEST, AIR = 6, 1
"""The shortest strike, and the silence after each, in ticks."""
ROOM = 0.6
"""The number of notes per quarter up to which a soloist leaves room to fill."""
FILLS, SUPPORTS = 0.8, 0.3
"""The chances of comping much at full energy: where there is room, and where there is not."""
UP_TEMPO, SPARSE_AT_UP = 220.0, 0.5
"""The tempo, in quarter notes per minute, from which bars are sparse, and the chance of that."""


@dataclass(frozen=True)
class Strike:
    """A chord that is struck, before it is voiced.

    Args:
        tick: Its onset, in ticks of the chart.
        end: The latest tick at which it may end.
        chord: The chord.
        energy: The energy of its bar, 0 to 1.
        early: Whether it anticipates its chord.
        uneven: What chance adds to its MIDI velocity.
    """

    tick: int
    end: int
    chord: ChordSymbol
    energy: float
    early: bool = False
    uneven: float = 0.0


def comping_part(chart: Chart, plan: Sequence[BarPlan], seed: int) -> Part:
    """Return what the piano plays; it rests where there is no chord.

    Args:
        chart: The chart, for its feel and its tempo.
        plan: Its bars.
        seed: The same seed gives the same part.
    """
    strikes = _apart(
        [
            strike
            for number, bar in enumerate(plan)
            for strike in _bar_strikes(chart, plan, number, bar, bar.generator(seed, CHANNEL))
        ],
        chart.ticks,
    )
    voiced = _voiced(chart)
    notes = []
    for strike in strikes:
        pitches = voiced[chart.span_at(strike.tick) + strike.early]
        level = LEVEL + ENERGY * (strike.energy - 0.5) + ANTICIPATION * strike.early
        level += strike.uneven
        length = max(strike.end - strike.tick - AIR, 1)
        for voice, pitch in enumerate(pitches, 1):
            velocity = round(level + TOP_VOICE * (voice == len(pitches)))
            velocity = min(max(velocity, SOFTEST), LOUDEST)
            notes.append(Note(strike.tick, length, pitch, velocity))
    return Part("Piano", CHANNEL, PROGRAM, tuple(notes))


def _voiced(chart: Chart) -> list[Voicing]:
    """Return how each chord of the chart is voiced, by its index among the chart's spans.

    The voices are led from chord to chord of the chart, not from strike to strike, so that the
    solo has no say in it: what is struck in one bar changes no voicing in another.
    """
    chords = [span.chord for span in chart.chord_spans]
    voiced = iter(lead_voices([chord for chord in chords if chord.root is not None]))
    return [() if chord.root is None else next(voiced) for chord in chords]


def _bar_strikes(
    chart: Chart,
    plan: Sequence[BarPlan],
    number: int,
    bar: BarPlan,
    generator: np.random.Generator,
) -> list[Strike]:
    """Return the strikes of a bar that have a chord, in order."""
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
    return [
        replace(struck[tick], uneven=float(generator.normal(0, UNEVEN))) for tick in sorted(struck)
    ]


def _must_be_heard(
    bar: BarPlan, number: int, plan: Sequence[BarPlan], start: int, end: int
) -> bool:
    """Whether a chord must be struck although the rhythm of the bar misses it.

    It must if it is new and lasts; a chord that continues from the bar before has been struck
    there. The final chord must in any case.
    """
    if end - start < LONG_CHORD or bar.is_busy:
        return bar.is_final
    before = plan[number - 1].chords[-1].chord if number and start == bar.start else None
    return bar.is_final or before != bar.chord_at(start)


def _rhythm(
    chart: Chart, bar: BarPlan, generator: np.random.Generator
) -> Iterator[tuple[int, int]]:
    """Yield the onset and the end of each strike of a bar, in ticks of the chart."""
    if bar.is_final:
        yield bar.start, bar.end
        return
    amount = _amount(chart, bar, generator)
    comping = find_style(chart.feel).comping
    for group, cell in choose_cells(bar, comping[amount], random_pick(generator)):
        for position, length in cell:
            tick = tick_of(group, position)
            end = max(tick_of(group, position + length), tick + SHORTEST)
            yield bar.start + tick, bar.start + end


def _amount(chart: Chart, bar: BarPlan, generator: np.random.Generator) -> Amount:
    """Return how much to play: little under a busy soloist, more in the soloist's rests."""
    if bar.is_busy or bar.role == HEAD:
        return "little"
    if chart.tempo >= UP_TEMPO and generator.random() < SPARSE_AT_UP:
        return "little"
    chance = bar.energy * (FILLS if bar.density <= ROOM else SUPPORTS)
    return "much" if generator.random() < chance else "some"


def _strike(bar: BarPlan, tick: int, end: int, following: ChordSymbol | None) -> Strike:
    """Return a strike of the chord that sounds, or of the next one if it comes right after.

    Args:
        bar: The bar.
        tick: The onset, in ticks of the chart.
        end: The end, in ticks of the chart, unless the chord changes before.
        following: The first chord of the next bar.
    """
    later = [(span.start, span.chord) for span in bar.chords if span.start > tick]
    now = bar.chord_at(tick)
    changes = [(bar.end, following)] if following is not None else []
    changes = [change for change in [*later, *changes] if change[1] != now]
    if not changes:
        return Strike(tick, end, now, bar.energy)
    change, coming = changes[0]
    off_beat = (tick - bar.start) % TICKS_PER_QUARTER != 0
    if off_beat and change <= tick + AHEAD and coming.root is not None:
        # An anticipated chord may ring until the chord after it.
        limit = changes[1][0] if len(changes) > 1 else max(end, change)
        return Strike(tick, min(end, limit), coming, bar.energy, early=True)
    return Strike(tick, min(end, change), now, bar.energy)


def _apart(strikes: Sequence[Strike], end: int) -> list[Strike]:
    """Return the strikes, each shortened to end before or where the next one begins."""
    limits = [strike.tick for strike in strikes[1:]] + [end]
    # Not strict: without strikes there is still one limit.
    return [
        replace(strike, end=min(strike.end, limit))
        for strike, limit in zip(strikes, limits, strict=False)
    ]
