"""How an idea comes back changed: in sequence, over other chords, displaced.

An idea is the beginning of a phrase. It returns moved by a few steps; chord
tones stay chord tones, scale tones stay scale tones, and what lay outside keeps
its distance from the note that it led to.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from corpus.harmony import Harmony
from corpus.vocabulary import ladder

__all__ = ["Idea", "restate"]


@dataclass(frozen=True)
class Idea:
    """The beginning of a phrase that may come back.

    Args:
        onsets: Its onsets, in ticks after the first one.
        pitches: Its pitches.
        harmonies: The harmony under each note.
        in_bar: Ticks from the bar line to its first onset.
    """

    onsets: tuple[int, ...]
    pitches: tuple[int, ...]
    harmonies: tuple[Harmony, ...]
    in_bar: int


def restate(
    idea: Idea, harmonies: Sequence[Harmony], shift: int, wanted: Callable[[int], bool]
) -> tuple[int, ...] | None:
    """Return an idea's pitches moved by about `shift` semitones over other chords.

    Args:
        idea: The idea that returns.
        harmonies: The harmony that is now under each note of the idea.
        shift: The number of semitones.
        wanted: Whether a pitch is playable.

    Returns:
        The pitches, or None where the idea loses its shape or leaves the range.
    """
    pitches: list[int] = []
    for k in reversed(range(len(harmonies))):
        pitch, harmony = idea.pitches[k], idea.harmonies[k]
        outside = pitch % 12 not in harmony.scale and pitch % 12 not in harmony.tones
        if outside and pitches:
            pitches.insert(0, pitches[0] + pitch - idea.pitches[k + 1])
            continue
        inner = pitch % 12 in harmony.tones
        rungs = ladder(harmonies[k].tones if inner else harmonies[k].scale)
        pitches.insert(0, min(rungs, key=lambda rung: (abs(rung - pitch - shift), rung)))
    kept = _shape(pitches) == _shape(idea.pitches[: len(pitches)])
    return tuple(pitches) if kept and all(map(wanted, pitches)) else None


def _shape(pitches: Sequence[int]) -> list[int]:
    """Return the direction of every step: up, down or level."""
    return [(b > a) - (b < a) for a, b in pairwise(pitches)]
