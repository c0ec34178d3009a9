"""Harmony: how the notes lie over their chords.

Source: the descriptors of *Inside the Jazzomat* (Pfleiderer et al., 2017).

Conventions: a *chord tone* is the root, third, fifth, and seventh or sixth; extensions
and alterations are not. A *scale tone* belongs to the chord's scale. Notes over `N.C.`
are left out. Every function returns a share, NaN where nothing can be counted.
"""

from __future__ import annotations

from collections.abc import Iterable

from jazzgen.evaluation.metrics import SoloMetric
from jazzgen.evaluation.phrases import phrases
from jazzgen.evaluation.positions import chords_under, mean, with_beats, with_chords
from jazzgen.music.chord import ChordSymbol, avoid_tones
from jazzgen.music.solo import Note, Solo
from jazzgen.music.timing import EIGHTH, FOUR_FOUR

__all__ = [
    "METRICS",
    "avoid_notes",
    "chord_tone_ratio",
    "off_beat_chord_tones",
    "on_beat_chord_tones",
    "phrase_end_chord_tones",
    "resolved_ratio",
    "scale_tone_ratio",
]

HALF_BARS = (0, FOUR_FOUR.bar_ticks // 2)
"""Ticks at which the halves of a bar of 4/4 begin."""


def chord_tone_ratio(solo: Solo) -> float:
    """Return the share of notes that are chord tones."""
    return _chord_tone_share(solo, solo.notes)


def on_beat_chord_tones(solo: Solo) -> float:
    """Return the share of chord tones among the notes on the beat."""
    return _chord_tone_share(solo, [note for note, on in with_beats(solo) if on])


def off_beat_chord_tones(solo: Solo) -> float:
    """Return the share of chord tones among the notes off the beat."""
    return _chord_tone_share(solo, [note for note, on in with_beats(solo) if not on])


def phrase_end_chord_tones(solo: Solo) -> float:
    """Return the share of chord tones among the last notes of phrases."""
    return _chord_tone_share(solo, [phrase[-1] for phrase in phrases(solo)])


def scale_tone_ratio(solo: Solo) -> float:
    """Return the share of notes that belong to the scale of their chord."""
    return mean(note.pitch % 12 in chord.scale for note, chord in with_chords(solo, solo.notes))


def resolved_ratio(solo: Solo) -> float:
    """Return the share of non-chord tones that move by step to a chord tone.

    The following note is judged by its own chord; only notes that have a successor and a
    chord are counted.
    """
    chords = chords_under(solo, solo.notes)
    outside = [
        None if chord.root_pc is None else note.pitch % 12 not in chord.chord_tones
        for note, chord in zip(solo.notes, chords, strict=True)
    ]
    return mean(
        outside[k + 1] is False and 1 <= abs(solo.notes[k + 1].pitch - note.pitch) <= 2
        for k, note in enumerate(solo.notes[:-1])
        if outside[k]
    )


def avoid_notes(solo: Solo) -> float:
    """Return the share of avoid notes among long notes on a half-bar of 4/4.

    Which notes these are over a chord, `music.chord.avoid_tones` says. A note is long if the next
    onset is at least an eighth away (for the last note, if it sounds that long). The half-bars of
    4/4 begin on beats one and three.
    """
    ends = [*(note.onset for note in solo.notes[1:]), *(note.end for note in solo.notes[-1:])]
    long = [n for n, end in zip(solo.notes, ends, strict=True) if end - n.onset >= EIGHTH]
    return mean(
        _is_avoided(note.pitch, chord)
        for note, chord in with_chords(solo, long)
        if _begins_half_bar(solo, note)
    )


def _begins_half_bar(solo: Solo, note: Note) -> bool:
    bar = solo.chart.bar_at(note.onset)
    within = note.onset - solo.chart.bar_starts[bar]
    return solo.chart.bars[bar].meter == FOUR_FOUR and within in HALF_BARS


def _is_avoided(pitch: int, chord: ChordSymbol) -> bool:
    degree = (pitch - (chord.root_pc or 0)) % 12
    return bool(avoid_tones(chord.tones_mask) >> degree & 1)


def _chord_tone_share(solo: Solo, notes: Iterable[Note]) -> float:
    return mean(note.pitch % 12 in chord.chord_tones for note, chord in with_chords(solo, notes))


METRICS = (
    SoloMetric(
        name="chord_tone_ratio",
        group="harmony",
        label="chord tones",
        text="share of notes that are chord tones",
        measure=chord_tone_ratio,
    ),
    SoloMetric(
        name="on_beat_chord_tones",
        group="harmony",
        label="chord tones on the beat",
        text="share of chord tones among the notes on a beat",
        measure=on_beat_chord_tones,
    ),
    SoloMetric(
        name="off_beat_chord_tones",
        group="harmony",
        label="chord tones off the beat",
        text="share of chord tones among the notes off the beat",
        measure=off_beat_chord_tones,
    ),
    SoloMetric(
        name="phrase_end_chord_tones",
        group="harmony",
        label="chord tones at a phrase's end",
        text="share of chord tones among the last notes of phrases",
        measure=phrase_end_chord_tones,
    ),
    SoloMetric(
        name="scale_tone_ratio",
        group="harmony",
        label="scale tones",
        text="share of notes that belong to the scale of their chord",
        measure=scale_tone_ratio,
    ),
    SoloMetric(
        name="resolved_ratio",
        group="harmony",
        label="non-chord tones resolved",
        text="share of non-chord tones that move by step to a chord tone",
        measure=resolved_ratio,
    ),
    SoloMetric(
        name="avoid_notes",
        group="harmony",
        label="avoid notes on half-bars",
        text="share of avoid notes among the long notes on a half-bar of 4/4",
        measure=avoid_notes,
    ),
)
"""The metrics of harmony, in the order of the tables."""
