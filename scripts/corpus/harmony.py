"""The harmony of each chord of a chart in its context.

A chord symbol alone does not say which scale a player hears: E minor seventh is
Phrygian as the third degree of C, Dorian on the way to A7; a dominant may be
altered where it resolves, and stays plain where it does not.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from random import Random

from corpus.players import Player
from jazzgen.music.chart import Chart, ChordSpan
from jazzgen.music.pitch import Key

__all__ = ["Harmony", "harmonies_of", "harmony_index"]

MIXOLYDIAN = (0, 2, 4, 5, 7, 9, 10)
LYDIAN_DOMINANT = (0, 2, 4, 6, 7, 9, 10)
PHRYGIAN_DOMINANT = (0, 1, 4, 5, 7, 8, 10)
ALTERED = (0, 1, 3, 4, 6, 8, 10)
HALF_WHOLE = (0, 1, 3, 4, 6, 7, 9, 10)
WHOLE_TONE = (0, 2, 4, 6, 8, 10)
DORIAN = (0, 2, 3, 5, 7, 9, 10)
MELODIC_MINOR = (0, 2, 3, 5, 7, 9, 11)

MAJOR_KEY = frozenset((0, 2, 4, 5, 7, 9, 11))
MINOR_KEY = frozenset((0, 2, 3, 5, 7, 8, 10))

# Semitones above the root that nobody leans on, by chord family.
AVOID = {"maj": {5, 8}, "dom": {5, 11}, "min": {1, 8}, "minmaj": {1, 8}, "hdim": {1},
         "dim": set(), "aug": {5}, "sus": {4}}  # fmt: skip

# The extra note that keeps chord tones on the beat in a run, by family.
BEBOP = {"maj": 8, "dom": 11, "min": 4, "minmaj": 10, "sus": 11, "hdim": 9}


@dataclass(frozen=True)
class Harmony:
    """A chord in its context.

    Args:
        span: The ticks over which it sounds.
        scale: Pitch classes of its scale.
        blues: Pitch class of the tonic whose blues notes fit, or None.
        resolves: Whether it is a dominant that resolves.
    """

    span: ChordSpan
    scale: frozenset[int]
    blues: int | None = None
    resolves: bool = False

    @property
    def root(self) -> int:
        """Pitch class of the root."""
        return self.span.chord.root_pc or 0

    @cached_property
    def tones(self) -> frozenset[int]:
        """Chord tones; an altered dominant keeps no plain fifth."""
        tones = self.span.chord.chord_tones
        fifth = (self.root + 7) % 12
        return tones if fifth in self.scale else tones - {fifth}

    @cached_property
    def guides(self) -> frozenset[int]:
        """Third and seventh or sixth."""
        return self.span.chord.guide_tones

    @cached_property
    def avoid(self) -> frozenset[int]:
        """The avoid notes: scale tones that are used only in passing."""
        relative = AVOID.get(self.span.chord.family, set())
        altered = {(self.root + 11) % 12} if self.span.chord.family == "dom" else set()
        avoided = {(self.root + semitones) % 12 for semitones in relative} | altered
        return frozenset(avoided - self.tones)

    @cached_property
    def restful(self) -> frozenset[int]:
        """Pitch classes that may be held: chord tones and good extensions."""
        return (self.scale | self.tones) - self.avoid

    @cached_property
    def bebop(self) -> frozenset[int]:
        """The scale with the passing note that puts chord tones on the beat."""
        passing = BEBOP.get(self.span.chord.family)
        added = set() if passing is None else {(self.root + passing) % 12}
        return self.scale | added


def harmonies_of(chart: Chart, player: Player, blues: bool, rng: Random) -> list[Harmony]:
    """Return the harmonies of a chart, with dominants altered as often as the player does."""
    spans = chart.chord_spans
    nexts = [*spans[1:], spans[0]]
    return [
        _hear(span, after, chart.key, player, blues, rng)
        for span, after in zip(spans, nexts, strict=True)
    ]


def harmony_index(harmonies: list[Harmony], tick: int) -> int:
    """Return the number of the harmony that sounds at a tick."""
    return bisect_right([harmony.span.start for harmony in harmonies], tick) - 1


def _hear(
    span: ChordSpan, after: ChordSpan, key: Key, player: Player, blues: bool, rng: Random
) -> Harmony:
    root, family = span.chord.root_pc or 0, span.chord.family
    motion = ((after.chord.root_pc or 0) - root) % 12
    resolves = family == "dom" and motion in (5, 11)
    relative: Iterable[int]
    if family == "dom":
        relative = _dominant_scale(span, after, motion, blues, player, rng)
    elif family == "min":
        relative = _minor_scale(root, after, motion, key)
    else:
        relative = {(pc - root) % 12 for pc in span.chord.scale}
    scale = frozenset((root + semitones) % 12 for semitones in relative)
    return Harmony(span, scale, _blues_tonic(span, motion, key, blues), resolves)


def _dominant_scale(
    span: ChordSpan, after: ChordSpan, motion: int, blues: bool, player: Player, rng: Random
) -> tuple[int, ...]:
    draw = rng.random()
    written = span.chord.tensions
    if motion == 11:
        return LYDIAN_DOMINANT
    if motion != 5 or (blues and after.chord.family == "dom" and draw > player.outside):
        return LYDIAN_DOMINANT if not blues and draw < 0.5 else MIXOLYDIAN
    if after.chord.family in ("min", "hdim", "minmaj") or written:
        menu = (PHRYGIAN_DOMINANT, ALTERED, HALF_WHOLE)
        return rng.choices(menu, (0.6, player.outside, 0.25))[0]
    if draw < player.outside:
        outside = (ALTERED, HALF_WHOLE, PHRYGIAN_DOMINANT, WHOLE_TONE)
        return rng.choices(outside, (4, 3, 2, 1))[0]
    return MIXOLYDIAN


def _minor_scale(root: int, after: ChordSpan, motion: int, key: Key) -> frozenset[int]:
    on_the_way = motion == 5 and after.chord.family == "dom"
    in_key = frozenset(
        (pc + key.pitch_class - root) % 12 for pc in (MAJOR_KEY if key.mode == "major" else ())
    )
    if on_the_way or not {0, 3, 7, 10} <= in_key:
        return frozenset(DORIAN)
    return in_key


def _blues_tonic(span: ChordSpan, motion: int, key: Key, blues: bool) -> int | None:
    """Return the tonic whose blues notes fit: that of the key, over I and IV only."""
    degree = ((span.chord.root_pc or 0) - key.pitch_class) % 12
    if blues and (degree in (0, 5) or (degree == 7 and motion != 0)):
        return key.pitch_class
    return None
