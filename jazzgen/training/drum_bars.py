"""Performances of drummers as bars of values: what a drummer learns from.

The places of strokes are found as a transcriber would: each stroke goes to the nearest of the
places of its beat, the common ones first. Where a drummer swings, the swung off-beat takes the
part of the even one, and its usual time in the performance is measured first. A drummer's own
distance from the click, which is mostly the latency of the kit, is taken out. Fills, accents and
the energy of a bar are not written in the data; they are found in the strokes themselves.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from statistics import fmean, median, pstdev
from typing import NamedTuple

import numpy as np

from jazzgen.band import drum_kit as kit
from jazzgen.band.drummer_conditions import ENERGIES, BarConditions
from jazzgen.band.stroke_values import (
    DRUMS,
    IN_BEAT,
    MOST_STROKES,
    OFF_BEAT,
    PITCHES,
    DrumStroke,
    late_class,
    velocity_class,
)
from jazzgen.datasets.groove import Hit, Performance
from jazzgen.music.timing import TICKS_PER_QUARTER

__all__ = [
    "DrumBar",
    "drum_bars",
    "find_fills",
    "style_name",
    "style_names",
    "swung_off_beat",
]

PENALTIES = {4: 0.07, 20: 0.07, 6: 0.005, 18: 0.005, 8: 0.01, 16: 0.01}
"""What a place costs beside its distance, in beats, by its tick: rare places are taken only
where a stroke is clearly there."""
SWUNG_FROM, SWUNG_TO, EVEN_FROM = 0.545, 0.76, 0.42
"""The bounds of swung off-beats, and the lower one of even ones, in beats."""
E_FROM, E_TO = 0.2, 0.3
"""Where the second sixteenth of a beat lies, in beats."""
FEWEST = 3
"""The least number of off-beats that tell whether a performance swings."""
FAST = 200.0
"""The tempo from which swing is taken for granted, in quarter notes per minute."""
NEAR_SWUNG = 0.1
"""The largest distance of a swung off-beat from its usual time, in beats."""
TRIPLET = (0.27, 0.4)
"""Where the second note of a triplet lies: its third is then no swung off-beat."""
GHOST = 25
"""The MIDI velocity below which strokes are ghost notes."""
FILL_DRUMS = frozenset(map(PITCHES.index, (kit.LOW_TOM, kit.MID_TOM, kit.HIGH_TOM)))
TIME = frozenset(map(PITCHES.index, (kit.CLOSED_HAT, kit.OPEN_HAT, kit.RIDE, kit.RIDE_BELL)))
SNARE, CRASH, PEDAL = map(PITCHES.index, (kit.SNARE, kit.CRASH, kit.HAT_PEDAL))
LEAST_SNARE = 5
"""The lowest class of velocity of a stroke on the snare that may belong to a fill."""
FILL_TOMS, FILL_SNARES = 2, 3
"""How many strokes of toms, or how many strokes of the snare more than usual, make a fill in half
a bar."""


MERGED = {
    "jazz/swing": "swing", "jazz/fast": "swing", "jazz/mediumfast": "swing", "jazz": "swing",
    "latin/brazilian-samba": "samba", "latin/samba": "samba", "latin/brazilian-bossa": "bossa",
    "neworleans/secondline": "second line", "neworleans/shuffle": "shuffle",
    "blues/shuffle": "shuffle", "afrocuban/bembe": "bembe", "latin/brazilian-songo": "songo",
    "latin/brazilian-baiao": "baiao", "funk/purdieshuffle": "half-time shuffle",
    "soul/motown": "motown", "jazz/funk": "jazz funk", "jazz/fusion": "fusion",
    "neworleans/funk": "new orleans funk", "afrocuban/rhumba": "rumba",
    "afrocuban/calypso": "calypso", "latin/dominican-merengue": "merengue",
    "latin/merengue": "merengue", "neworleans/chacha": "chacha", "afrocuban": "afrocuban",
    "jazz/march": "march", "jazz/linear": "linear", "funk/latin": "latin funk",
}  # fmt: skip
"""The names of styles by those of the data; numbered grooves count to their style, and so do
styles that are not named here."""


class DrumBar(NamedTuple):
    """A bar of a performance.

    Args:
        conditions: What the drummer knows about it.
        strokes: Its strokes, values ascending.
    """

    conditions: BarConditions
    strokes: tuple[DrumStroke, ...]


def style_name(style: str) -> str:
    """Return the name of a style of the data in a model."""
    return MERGED.get(style, style.split("/")[0])


def style_names(performances: Sequence[Performance]) -> tuple[str, ...]:
    """Return the names of the styles of performances, in the order of the alphabet."""
    return tuple(sorted({style_name(one.style) for one in performances}))


def swung_off_beat(hits: Sequence[Hit]) -> float | None:
    """Return when the off-beats of a performance sound if it swings, in beats; otherwise None.

    The cymbals keep the time; what snare and toms play against them does not count.
    """
    fractions = [hit.quarter % 1 for hit in hits if hit.velocity >= GHOST and hit.drum in TIME]
    off_beats = [one for one in fractions if EVEN_FROM <= one <= SWUNG_TO]
    # In straight sixteenths there is an "e" for each "a", which swing does not have.
    early = [one for one in fractions if E_FROM <= one <= E_TO]
    if len(off_beats) < FEWEST or len(early) > len(off_beats) / 3:
        return None
    found = median(off_beats)
    return found if found >= SWUNG_FROM else None


def _fast_off_beat(performance: Performance) -> float | None:
    """Return the off-beat of fast swing, which is nearly even: the median of the later ones."""
    late = [hit.quarter % 1 for hit in performance.hits if hit.drum in TIME]
    late = [one for one in late if SWUNG_FROM <= one <= SWUNG_TO]
    return median(late) if performance.tempo >= FAST and len(late) >= FEWEST else None


def drum_bars(performances: Sequence[Performance], styles: Sequence[str]) -> list[list[DrumBar]]:
    """Return the bars of each performance.

    Args:
        performances: The performances.
        styles: The names of the styles that the model knows, in its order.
    """
    played = [_bars(one, styles) for one in performances]
    by_style: dict[int, list[tuple[float, float]]] = defaultdict(list)
    for bars in played:
        for bar in bars:
            if not bar.conditions.fill:
                by_style[bar.conditions.style].append(_activity(bar))
    scales = {style: _scale(found) for style, found in by_style.items()}
    everything = _scale([one for found in by_style.values() for one in found])
    return [
        [_with_energy(bar, scales.get(bar.conditions.style, everything)) for bar in bars]
        for bars in played
    ]


class _Scale(NamedTuple):
    loudness: tuple[float, float]
    density: tuple[float, float]
    bounds: tuple[float, ...]

    def energy(self, activity: tuple[float, float]) -> float:
        return (activity[0] - self.loudness[0]) / self.loudness[1] + 0.5 * (
            activity[1] - self.density[0]
        ) / self.density[1]


def _activity(bar: DrumBar) -> tuple[float, float]:
    """Return the mean velocity class of a bar without ghost notes, and its number of strokes."""
    heard = [one.velocity for one in bar.strokes if one.velocity > 2 and one.value % DRUMS != PEDAL]
    return (fmean(heard) if heard else 0.0, len(heard) / bar.conditions.beats)


def _scale(found: Sequence[tuple[float, float]]) -> _Scale:
    loudness, density = zip(*found, strict=True)
    scale = _Scale(
        (fmean(loudness), pstdev(loudness) or 1.0), (fmean(density), pstdev(density) or 1.0), ()
    )
    energies = [scale.energy(one) for one in found]
    shares = [number / ENERGIES for number in range(1, ENERGIES)]
    return scale._replace(bounds=tuple(float(one) for one in np.quantile(energies, shares)))


def _with_energy(bar: DrumBar, scale: _Scale) -> DrumBar:
    energy = int(np.searchsorted(scale.bounds, scale.energy(_activity(bar))))
    return bar._replace(conditions=replace(bar.conditions, energy=energy))


def _bars(performance: Performance, styles: Sequence[str]) -> list[DrumBar]:
    """Return the bars of a performance; their energy is not known yet."""
    off_beat = swung_off_beat(performance.hits)
    if off_beat is None and style_name(performance.style) == "swing":
        off_beat = _fast_off_beat(performance)
    placed = _placed(performance, off_beat)
    if not placed:
        return []
    number = max(placed) + 1
    strokes = [tuple(sorted(placed.get(bar, {}).values())) for bar in range(number)]
    # Silence at the end belongs to the recording, not to the music.
    crashes = [any(one.value == CRASH for one in bar) for bar in strokes] + [False]
    fills = [2] * number if performance.is_fill else find_fills(strokes, performance.beats)
    name = style_name(performance.style)
    return [
        DrumBar(
            BarConditions(
                style=styles.index(name) + 1 if name in styles else 0,
                tempo=performance.tempo,
                swings=off_beat is not None,
                beats=performance.beats,
                energy=0,
                fill=fills[bar],
                crash=crashes[bar],
                crash_next=crashes[bar + 1],
                number=bar,
            ),
            strokes[bar][:MOST_STROKES],
        )
        for bar in range(number)
    ]


def _placed(performance: Performance, off_beat: float | None) -> dict[int, dict[int, DrumStroke]]:
    """Return the strokes by bar and value; of two at the same value the louder one is kept."""
    seconds = 60 / performance.tempo
    triplets = {
        int(hit.quarter) for hit in performance.hits if TRIPLET[0] <= hit.quarter % 1 <= TRIPLET[1]
    }

    def nearest(hit: Hit, own: float) -> tuple[int, int, float]:
        usual = None if off_beat is None or int(hit.quarter) in triplets else off_beat - own
        return _nearest(max(hit.quarter - own, 0.0), usual)

    # On the beat a click can be followed; elsewhere places may be mistaken.
    steady = [
        late for _, place, late in (nearest(hit, 0.0) for hit in performance.hits) if not place
    ]
    own = median(steady) if steady else 0.0
    bars: dict[int, dict[int, DrumStroke]] = defaultdict(dict)
    for hit in performance.hits:
        beat, place, late = nearest(hit, own)
        bar, in_bar = divmod(beat, performance.beats)
        value = (in_bar * len(IN_BEAT) + place) * DRUMS + hit.drum
        stroke = DrumStroke(value, velocity_class(hit.velocity), late_class(late * seconds))
        if stroke.velocity >= bars[bar].get(value, stroke).velocity:
            bars[bar][value] = stroke
    return bars


def _nearest(quarter: float, off_beat: float | None) -> tuple[int, int, float]:
    """Return the beat, the place in it and the deviation in beats of a stroke."""
    beat, fraction = divmod(quarter, 1)
    if off_beat is not None and abs(fraction - off_beat) <= NEAR_SWUNG:
        return int(beat), OFF_BEAT, fraction - off_beat
    costs = [
        abs(fraction - tick / TICKS_PER_QUARTER) + PENALTIES.get(tick, 0)
        for tick in (*IN_BEAT, TICKS_PER_QUARTER)
    ]
    place = min(range(len(costs)), key=costs.__getitem__)
    if place == len(IN_BEAT):
        return int(beat) + 1, 0, fraction - 1
    return int(beat), place, fraction - IN_BEAT[place] / TICKS_PER_QUARTER


def find_fills(bars: Sequence[Sequence[DrumStroke]], beats: int) -> list[int]:
    """Return for each bar whether it holds a fill: 0 none, 1 in its second half, 2 from the start.

    In a fill there are more strokes of toms, or more of the snare, than usual in half a bar.

    Args:
        bars: The strokes of each bar.
        beats: The number of quarter notes in a bar.
    """
    middle = (beats // 2) * len(IN_BEAT)
    halves = [
        [one for one in bar if (one.place >= middle) == second]
        for bar in bars
        for second in (False, True)
    ]
    toms = [sum(one.value % DRUMS in FILL_DRUMS for one in half) for half in halves]
    snares = [
        sum(one.value % DRUMS == SNARE and one.velocity >= LEAST_SNARE for one in half)
        for half in halves
    ]
    usual = (median(toms), median(snares))
    full = [
        tom >= usual[0] + FILL_TOMS or snare >= usual[1] + FILL_SNARES
        for tom, snare in zip(toms, snares, strict=True)
    ]
    return [(2 if full[2 * bar] else 1) if full[2 * bar + 1] else 0 for bar in range(len(bars))]
