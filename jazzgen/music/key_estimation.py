"""An estimate of the key of a chart that does not name one, from all of its chords.

Each of the 24 keys is weighed by what speaks for it: how long chords sound on each degree of its
scale, where the tune begins and ends, which chords a dominant leads to, and what phrases of eight
bars come to rest on. The key with the most weight is the estimate.

The weights were fitted to charts of jazz standards whose keys are written, among them those of the
Weimar Jazz Database, and to progressions of popular songs; small ones were set to 0.
`scripts/measure_keys.py` measures the estimate.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Literal

from jazzgen.music.chart import Bar, Chart, ChordSpan
from jazzgen.music.chord import ChordSymbol
from jazzgen.music.pitch import Key

__all__ = ["guess_key"]

Mode = Literal["major", "minor"]
PHRASE_BARS = 8
"""The number of bars of a phrase, at whose end the tonic is likely."""
SUPERTONIC, DOMINANT = 2, 7
"""The distances of these degrees above the tonic, in semitones."""
HOME = {"major": ("maj",), "minor": ("min", "minmaj")}
"""The families of chords that can be the tonic of each mode."""
TENSE = ("dom", "sus")
"""The families of chords that lead on to the chord a fifth below."""
SCALES = {"major": (0, 2, 4, 5, 7, 9, 11), "minor": (0, 2, 3, 5, 7, 8, 10)}
"""The degrees of the scale of each mode, in semitones above the tonic; of natural minor."""

CHORDS: dict[Mode, dict[str, tuple[float, ...]]] = {
    "major": {
        "maj": (0.6, 0, -0.7, -0.2, -0.5, 0.6, 0, -0.2, 0, 0, -0.2, 0),
        "dom": (1.9, 0, -0.5, 0, 0, 0.9, -0.2, 0, -0.2, 0, -0.3, -0.4),
        "m7": (-0.4, 0, 0.9, 0, 0, 0, 0, 0, 0, -0.2, 0, 0),
        "m": (-0.3, 0, -0.2, 0, -0.2, 0.3, 0, 0, 0, 0, 0, 0),
        "dim": (0, 0, 0, 0, 0, 0, 0.2, 0, 0, 0, 0, 0),
        "sus": (-0.3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
    },
    "minor": {
        "maj": (0, 0, 0, 0.5, 0, 0, 0, 0, 0.6, 0, -0.3, 0),
        "dom": (-0.6, 0, 0, -0.3, 0, -0.4, 0, 0, 0, 0, 0, 0),
        "m7": (0.2, 0.3, -0.2, 0, 0, 0, 0, 0, 0, 0, -0.2, -0.3),
        "m": (0.7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
        "hdim": (0, 0, 0.3, 0, 0, 0, 0, 0, 0, 0, 0, 0),
        "sus": (0, 0, 0, 0, 0, 0.6, 0, 0, 0, 0, 0, 0),
    },
}  # fmt: skip
"""The weight of a tune that is nothing but one chord, by the chord's kind and its distance above
the tonic in semitones."""


@dataclass(frozen=True, kw_only=True)
class Weights:
    """What speaks for a key of one mode, besides the chords in general.

    Args:
        first: The tune begins with the tonic.
        first_m7: It begins with a minor seventh chord on the tonic, which may be a ii or a vi.
        first_root: It begins with any chord on the tonic but a minor seventh, as a blues does.
        second: Its second chord is the tonic.
        last: It ends with the tonic.
        last_root: It ends with any chord on the tonic.
        turnaround: It ends with the dominant, which leads back to its beginning.
        cadences: A dominant leads to the tonic, once every eight bars.
        two_fives: The II and V of the key follow each other, once every eight bars.
        two_five_ones: So do II, V and tonic.
        begins_two_five: They do so at the beginning of the tune.
        first_cadence: The first dominant that resolves at all leads to the tonic.
        last_cadence: So does the last one.
        rest: The last chord of rest is the tonic.
        phrases: Every phrase ends with the tonic.
        sections: Every section begins with it.
        diatonic: No chord leaves the scale.
    """

    first: float
    first_m7: float
    first_root: float
    second: float
    last: float
    last_root: float
    turnaround: float
    cadences: float
    two_fives: float
    two_five_ones: float
    begins_two_five: float
    first_cadence: float
    last_cadence: float
    rest: float
    phrases: float
    sections: float
    diatonic: float


WEIGHTS: dict[Mode, Weights] = {
    "major": Weights(
        first=1.4, first_m7=0, first_root=1.3, second=0, last=0.5, last_root=0.5, turnaround=0.8,
        cadences=1.2, two_fives=0.7, two_five_ones=0.8, begins_two_five=0.5,
        first_cadence=0.4, last_cadence=1.2, rest=0.6, phrases=1.4, sections=0, diatonic=1.5,
    ),
    "minor": Weights(
        first=2.3, first_m7=-0.6, first_root=0.6, second=0.6, last=0.8, last_root=0,
        turnaround=0.8, cadences=0.3, two_fives=0.9, two_five_ones=0, begins_two_five=0,
        first_cadence=0.2, last_cadence=0.6, rest=0.2, phrases=1.2, sections=1.4, diatonic=1.5,
    ),
}  # fmt: skip


def guess_key(bars: Sequence[Bar], among: Sequence[Key] = ()) -> Key:
    """Return the key that the chords of a chart suggest; C major if it has none.

    Args:
        bars: The bars as they are played.
        among: The keys that come into question; by default all. Without chords it is the first.
    """
    if not any(chord.root for bar in bars for _, chord in bar.chords):
        return next(iter(among), Key())
    chords = _Chords(Chart(tuple(bars)))
    if among:
        return max(among, key=lambda key: chords.weight(key.pitch_class, key.mode))
    modes: tuple[Mode, ...] = ("major", "minor")
    tonic, mode = max(
        ((tonic, mode) for mode in modes for tonic in range(12)),
        key=lambda pair: chords.weight(*pair),
    )
    named = (span.chord for span in chords.spans if span.chord.root_pc == tonic)
    home = next(named, None)
    if home is not None and home.root is not None:
        return Key(home.root, mode)
    return Key("C", mode).transpose(tonic)


def _kind(chord: ChordSymbol) -> str:
    """Return the kind of a chord in `CHORDS`."""
    if chord.family in HOME["minor"]:
        return "m7" if chord.degrees and "b7" in chord.degrees.degrees else "m"
    return "maj" if chord.family == "aug" else chord.family


class _Chords:
    """What the chords of a chart say about its key.

    Args:
        chart: The chart, with one chord at least; its key does not matter.
    """

    def __init__(self, chart: Chart) -> None:
        self.chart = chart
        self.spans = [span for span in chart.chord_spans if span.chord.root is not None]

    @cached_property
    def shares(self) -> dict[tuple[int, str], float]:
        """The share of the time for which each chord sounds, by root and kind."""
        total = sum(span.end - span.start for span in self.spans)
        shares: dict[tuple[int, str], float] = {}
        for span in self.spans:
            place = (span.chord.root_pc or 0, _kind(span.chord))
            shares[place] = shares.get(place, 0) + (span.end - span.start) / total
        return shares

    @cached_property
    def resolutions(self) -> list[ChordSymbol]:
        """The chords of rest that a dominant leads to."""
        return [
            after.chord
            for before, after in pairwise(self.spans)
            if before.chord.family in TENSE
            and _distance(after.chord, before.chord.root_pc or 0) == 12 - DOMINANT
            and after.chord.family in ("maj", "min", "minmaj")
        ]

    @cached_property
    def two_fives(self) -> list[tuple[int, str, ChordSymbol | None]]:
        """The tonic to which each II V points, the family of the II, and what follows."""
        following = [*self.spans[2:], None] if len(self.spans) > 1 else []
        return [
            (
                ((five.chord.root_pc or 0) - DOMINANT) % 12,
                two.chord.family,
                after.chord if after else None,
            )
            for (two, five), after in zip(pairwise(self.spans), following, strict=True)
            if five.chord.family in TENSE
            and _distance(five.chord, two.chord.root_pc or 0) == DOMINANT - SUPERTONIC
        ]

    @cached_property
    def with_goals(self) -> set[tuple[ChordSymbol, bool]]:
        """Each chord, and whether it is a dominant that the chord a fifth below follows.

        The first chord follows the last one, as in a vamp.
        """
        chords = [span.chord for span in self.spans]
        return {
            (chord, chord.family in TENSE and _distance(after, chord.root_pc or 0) == 5)
            for chord, after in zip(chords, [*chords[1:], chords[0]], strict=True)
        }

    @cached_property
    def rest(self) -> ChordSymbol | None:
        """The last chord on which a tune can rest; None if there is none."""
        kinds = ((span.chord, _kind(span.chord)) for span in reversed(self.spans))
        return next((chord for chord, kind in kinds if kind in ("maj", "m")), None)

    @cached_property
    def phrase_ends(self) -> list[tuple[ChordSymbol, ChordSymbol]]:
        """The chords at the last two bar lines of each phrase."""
        chart = self.chart
        return [
            (chart.chord_at(chart.bar_starts[end - 2]), chart.chord_at(chart.bar_starts[end - 1]))
            for end in range(PHRASE_BARS, len(chart.bars) + 1, PHRASE_BARS)
        ]

    @cached_property
    def section_starts(self) -> list[ChordSpan | None]:
        """The chord that begins with each section; None where an earlier one goes on."""
        spans = {span.start: span for span in self.spans}
        starts = zip(self.chart.bar_starts, self.chart.bars, strict=False)
        return [spans.get(start) for start, bar in starts if bar.section]

    def weight(self, tonic: int, mode: Mode) -> float:
        """Return how much speaks for a key.

        Args:
            tonic: The pitch class of its tonic.
            mode: Its mode.
        """
        kinds = CHORDS[mode]
        chords = sum(
            share * kinds[kind][(root - tonic) % 12]
            for (root, kind), share in self.shares.items()
            if kind in kinds
        )
        weights = WEIGHTS[mode]
        return (
            chords
            + self._ends(tonic, mode, weights)
            + self._cadences(tonic, mode, weights)
            + self._form(tonic, mode, weights)
        )

    def _ends(self, tonic: int, mode: Mode, weights: Weights) -> float:
        """Return what the beginning and the end say for a key (see `weight`)."""
        first, last = self.spans[0].chord, self.spans[-1].chord
        weight = weights.first_root * (first.root_pc == tonic and _kind(first) != "m7")
        weight += weights.last_root * (last.root_pc == tonic)
        if _is_tonic(first, tonic, mode):
            weight += weights.first + weights.first_m7 * (_kind(first) == "m7")
        if len(self.spans) > 1 and _is_tonic(self.spans[1].chord, tonic, mode):
            weight += weights.second
        if _is_tonic(last, tonic, mode):
            weight += weights.last
        if last.family in TENSE and _distance(last, tonic) == DOMINANT:
            weight += weights.turnaround
        if self.rest is not None and _is_tonic(self.rest, tonic, mode):
            weight += weights.rest
        return weight

    def _cadences(self, tonic: int, mode: Mode, weights: Weights) -> float:
        """Return what dominants say for a key (see `weight`)."""
        phrases = max(len(self.chart.bars) / PHRASE_BARS, 1)
        found = [_is_tonic(chord, tonic, mode) for chord in self.resolutions]
        weight = weights.cadences * sum(found) / phrases
        if found:
            weight += weights.first_cadence * found[0] + weights.last_cadence * found[-1]
        second = ("min",) if mode == "major" else ("hdim",)
        for goal, family, after in self.two_fives:
            if goal == tonic and family in second:
                weight += weights.two_fives / phrases
            if goal == tonic and after is not None and _is_tonic(after, tonic, mode):
                weight += weights.two_five_ones / phrases

        if self.spans[0].chord.family in second and self._begins_two_five(tonic):
            weight += weights.begins_two_five
        return weight

    def _begins_two_five(self, tonic: int) -> bool:
        """Return whether the tune begins with the II and the V of a key."""
        roots = [_distance(span.chord, tonic) for span in self.spans[:2]]
        return roots == [SUPERTONIC, DOMINANT] and self.spans[1].chord.family in TENSE

    def _form(self, tonic: int, mode: Mode, weights: Weights) -> float:
        """Return what phrases, sections and the scale say for a key (see `weight`)."""
        weight = weights.diatonic * self._is_diatonic(tonic, mode)
        if self.phrase_ends:
            ends = [any(_is_tonic(chord, tonic, mode) for chord in end) for end in self.phrase_ends]
            weight += weights.phrases * sum(ends) / len(ends)
        if self.section_starts:
            starts = [
                span is not None and _is_tonic(span.chord, tonic, mode)
                for span in self.section_starts
            ]
            weight += weights.sections * sum(starts) / len(starts)
        return weight

    def _is_diatonic(self, tonic: int, mode: Mode) -> bool:
        """Return whether no chord leaves a key, but for dominants of chords that follow them."""
        scale = {(tonic + degree) % 12 for degree in SCALES[mode]}
        return all(
            chord.chord_tones <= scale
            or (chord.family in (*TENSE, "maj") and _distance(chord, tonic) == DOMINANT)
            or (mode == "major" and is_secondary and chord.root_pc in scale)
            for chord, is_secondary in self.with_goals
        )


def _distance(chord: ChordSymbol, tonic: int) -> int:
    """Return how many semitones above a pitch class the root of a chord lies."""
    return ((chord.root_pc or 0) - tonic) % 12


def _is_tonic(chord: ChordSymbol, tonic: int, mode: Mode) -> bool:
    """Return whether a chord is the tonic of a key."""
    return chord.root_pc == tonic and chord.family in HOME[mode]
