"""When a pianist strikes: the rhythm of the style, less under a busy soloist, answers in the rests.

Rhythms come from the vocabulary of the style as a pianist knows it (`pianist_habits`), in an order
that the seed and the changes shuffle: a cell comes back only when all others of its kind have been
played. Where a style has figures, one comes again until the section ends. Where the soloist stops
within a bar, the pianist answers in what is left of it. A chord that the rhythm would miss is
struck where it begins. A strike on the last off-beat before a chord anticipates that chord.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar, get_args
from zlib import crc32

import numpy as np

from jazzgen.band.bar_plan import COUNT_IN, HEAD, BarPlan, section_numbers
from jazzgen.band.comping_cells import Amount, Cell
from jazzgen.band.pianist_habits import habitual
from jazzgen.band.rhythm_cells import choose_cells, tick_of
from jazzgen.band.styles import GRAND_PIANO, Style, find_style
from jazzgen.music.chart import Chart
from jazzgen.music.chord import ChordSymbol
from jazzgen.music.timing import EIGHTH, TICKS_PER_QUARTER

__all__ = ["CHANNEL", "Strike", "find_strikes"]

T = TypeVar("T")
AMOUNTS: tuple[Amount, ...] = get_args(Amount)

CHANNEL = 1
"""The piano's MIDI channel, counted from 0, by which its chance is drawn."""
AHEAD = EIGHTH
"""The longest anticipation of a chord, in ticks."""
LONG_CHORD = 2 * TICKS_PER_QUARTER
"""The length in ticks from which a chord is struck even if the rhythm has no strike in it."""
SHORTEST = 5
"""The shortest strike, in ticks."""
ROOM = 0.6
"""The number of notes per quarter up to which a soloist leaves room to fill."""
FILLS, SUPPORTS = 0.8, 0.3
"""The chances of comping much at full energy: where there is room, and where there is not."""
UP_TEMPO, SPARSE_AT_UP = 220.0, 0.5
"""The tempo, in quarter notes per minute, from which bars are sparse, and the chance of that."""
REST = 36
"""The silence of the soloist at the end of a bar, in ticks, in which there is time to answer."""
ANSWERS = 0.75
"""The chance that the pianist answers there."""
FIGURE, HABITS = 2, 3
"""What marks the chance that decides how much is played in a figure, and that of habits."""
NAMED = 64
"""The number of chords by which a tune is told from others."""
CUT, SHORT, UNEVEN_LENGTH = 0.25, 0.6, 0.12
"""The chance that a strike is cut short, the share of its length that is left, and the standard
deviation of the share of other strikes."""


@dataclass(frozen=True)
class Strike:
    """A chord that is struck, before it is voiced.

    Args:
        tick: Its onset, in ticks of the chart.
        end: The latest tick at which it may end.
        chord: The chord.
        bar: Its bar.
        early: Whether it anticipates its chord.
    """

    tick: int
    end: int
    chord: ChordSymbol
    bar: BarPlan
    early: bool = False


def find_strikes(chart: Chart, plan: Sequence[BarPlan], seed: int) -> list[Strike]:
    """Return the strikes of a tune in order; none sounds into the next.

    Args:
        chart: The chart, for its feel and its tempo.
        plan: Its bars.
        seed: The same seed gives the same strikes.
    """
    pianist = _pianist(chart, seed)
    strikes = [
        strike
        for number, section in enumerate(section_numbers(plan))
        for strike in _bar_strikes(chart, pianist, plan, number, section)
        if plan[number].role != COUNT_IN
    ]
    limits = [strike.tick for strike in strikes[1:]] + [chart.ticks]
    # Not strict: without strikes there is still one limit.
    return [
        replace(strike, end=min(strike.end, limit))
        for strike, limit in zip(strikes, limits, strict=False)
    ]


@dataclass(frozen=True, kw_only=True)
class _Pianist:
    """Who comps on a tune.

    Args:
        style: The style.
        comping: The pianist's own rhythms, by amount and size of group.
        answers: Those of every second bar, where they differ; empty otherwise.
        seed: The seed of the band.
        order: The seed of the order in which rhythms come: another one on another tune.
    """

    style: Style
    comping: Mapping[Amount, Mapping[int, Sequence[Cell]]]
    answers: Mapping[Amount, Mapping[int, Sequence[Cell]]]
    seed: int
    order: tuple[int, int]


def _pianist(chart: Chart, seed: int) -> _Pianist:
    """Return who comps on a chart: the rhythms of a style, and a pianist's own if they are free."""
    style = find_style(chart.feel)
    # Figures that answer each other, and the strokes of a guitar, are those of the style alone.
    free = style.holds == 1 and style.piano_program == GRAND_PIANO
    changes = " ".join(str(span.chord) for span in chart.chord_spans[:NAMED])
    return _Pianist(
        style=style,
        comping=habitual(style.comping, [seed, CHANNEL, HABITS]) if free else style.comping,
        answers=style.answers,
        seed=seed,
        order=(seed, crc32(changes.encode())),
    )


def _bar_strikes(
    chart: Chart, pianist: _Pianist, plan: Sequence[BarPlan], number: int, section: int
) -> list[Strike]:
    """Return the strikes of a bar that have a chord, in order."""
    bar = plan[number]
    generator = bar.generator(pianist.seed, CHANNEL)
    following = plan[number + 1].chords[0].chord if number + 1 < len(plan) else None
    struck: dict[int, Strike] = {}
    for tick, end in _rhythm(chart, pianist, bar, section, generator):
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
            struck[span.start] = Strike(span.start, span.end, span.chord, bar)
    return [struck[tick] for tick in sorted(struck)]


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
    chart: Chart,
    pianist: _Pianist,
    bar: BarPlan,
    section: int,
    generator: np.random.Generator,
) -> Iterator[tuple[int, int]]:
    """Yield the onset and the end of each strike of a bar, in ticks of the chart."""
    if bar.is_final:
        yield bar.start, bar.end
        return
    chance = generator.random()
    turn = bar.number
    holds = pianist.style.holds
    if holds > 1 and not bar.closes:  # a figure comes again until the section ends
        turn = section * holds + bar.turn % holds
        figure = np.random.default_rng([pianist.seed, CHANNEL, FIGURE, section])
        chance = float(figure.random())
    amount, rest = _amount(chart, bar, chance, generator), _rest_of(bar)
    answers = rest is not None and generator.random() < ANSWERS
    for tick, end in _cells(pianist, bar, amount, turn, generator):
        if not (answers and rest is not None and tick >= rest):
            yield tick, end
    if answers and rest is not None:
        for tick, end in _cells(pianist, bar, "much", turn, generator):
            if tick >= rest:
                yield tick, end


def _cells(
    pianist: _Pianist,
    bar: BarPlan,
    amount: Amount,
    turn: int,
    generator: np.random.Generator,
) -> Iterator[tuple[int, int]]:
    """Yield onset and end of the strikes of the cells whose turn it is.

    Args:
        pianist: The pianist.
        bar: The bar.
        amount: How much is played.
        turn: The number of the turn.
        generator: Decides how long the strikes are.
    """
    pick = _in_turn([*pianist.order, CHANNEL, AMOUNTS.index(amount)], turn)
    cells = pianist.answers if pianist.answers and bar.turn % 2 else pianist.comping
    for group, cell in choose_cells(bar, cells[amount], pick):
        for position, length in cell:
            tick = tick_of(group, position)
            share = 1 + UNEVEN_LENGTH * float(generator.normal())
            if length < 1 and generator.random() < CUT:
                share = SHORT
            beyond = max(position + length - len(group), 0)
            written = tick_of(group, position + length) - tick + beyond * TICKS_PER_QUARTER
            yield bar.start + tick, bar.start + tick + max(round(written * min(share, 1)), SHORTEST)


def _in_turn(seed: Sequence[int], turn: int) -> Callable[[Sequence[T]], T]:
    """Return a function that picks, turn by turn, each of several cells once before any again.

    Args:
        seed: Decides the order, which is another one in each round.
        turn: The number of the turn, from 0; it alone decides, whatever was picked in other turns.
    """

    def pick(cells: Sequence[T]) -> T:
        number, place = divmod(turn, len(cells))
        order = np.random.default_rng([*seed, len(cells), number]).permutation(len(cells))
        return cells[int(order[place])]

    return pick


def _amount(chart: Chart, bar: BarPlan, chance: float, generator: np.random.Generator) -> Amount:
    """Return how much to play: little under a busy soloist, more in the soloist's rests.

    Args:
        chart: The chart, for its tempo.
        bar: The bar.
        chance: A random number from 0 to 1: the smaller, the more.
        generator: Decides about bars at fast tempi.
    """
    if bar.is_busy or bar.role == HEAD:
        return "little"
    if chart.tempo >= UP_TEMPO and generator.random() < SPARSE_AT_UP:
        return "little"
    return "much" if chance < bar.energy * (FILLS if bar.density <= ROOM else SUPPORTS) else "some"


def _rest_of(bar: BarPlan) -> int | None:
    """Return the tick at which the soloist stops within a bar, if there is time to answer."""
    if not bar.solo or bar.role == HEAD:
        return None
    ends = max(note.end for note in bar.solo)
    return ends if bar.end - ends >= REST else None


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
        return Strike(tick, end, now, bar)
    change, coming = changes[0]
    off_beat = (tick - bar.start) % TICKS_PER_QUARTER != 0
    if off_beat and change <= tick + AHEAD and coming.root is not None:
        # An anticipated chord may ring until the chord after it.
        limit = changes[1][0] if len(changes) > 1 else max(end, change)
        return Strike(tick, min(end, limit), coming, bar, early=True)
    return Strike(tick, min(end, change), now, bar)
