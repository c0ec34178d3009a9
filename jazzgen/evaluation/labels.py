"""What the rows and figures are called, in tables and pictures."""

from __future__ import annotations

from math import isnan

from jazzgen.evaluation.sharing import NGRAMS

__all__ = ["FEATURE_LABELS", "ROW_LABELS", "number", "row_label"]

ROW_LABELS = {
    "chord_tone_ratio": "chord tones",
    "on_beat_chord_tones": "chord tones on the beat",
    "off_beat_chord_tones": "chord tones off the beat",
    "phrase_end_chord_tones": "chord tones at a phrase's end",
    "scale_tone_ratio": "scale tones",
    "resolved_ratio": "non-chord tones resolved",
    "avoid_notes": "avoid notes on half-bars",
    "step_ratio": "steps",
    "repeat_ratio": "repeats",
    "leap_ratio": "leaps",
    "pitch_range": "range, semitones",
    "bar_entropy": "H1, bits",
    "four_bar_entropy": "H4, bits",
    "octave_leaps": "octave leaps per 100 notes",
    "enclosures": "enclosures per 100 notes",
    "off_beat_ratio": "off-beat onsets",
    "triplet_off_beats": "off-beats on the last triplet",
    "notes_a_beat": "notes a beat",
    "silence": "silence",
    "phrase_notes": "phrase, notes",
    "phrase_beats": "phrase, beats",
    "phrase_gap": "between phrases, beats",
    "phrase_variation": "phrase lengths, std ÷ mean",
    "short_phrases": "phrases of 1 or 2 notes",
    "longest_phrase": "longest phrase, seconds",
    "long_phrases": "a phrase over 15 s",
    "longest_gap": "longest silence, quarters",
    "grooving_similarity": "grooving similarity",
    "repeated_bars": "bars repeated in a row",
    "beats_left": "last onset to the end, quarters",
    "ends_in_last_beat": "ends in the last beat",
    "last_note_chord_tone": "last note a chord tone",
    "last_note_beats": "last note, quarters",
    "density_variation": "density over 4 bars, std",
    "density_trend": "density with time, correlation",
    "neighbouring_density": "density of neighbours, correlation",
    "register_variation": "pitch over 4 bars, std",
    "register_trend": "pitch with time, correlation",
    "motif_recurrence": "motifs played before",
    "sounding_share": "sounding part of a note",
    "legato_eighths": "eighths without a gap",
    "legato_repeats": "repeats without a gap",
    "velocities": "velocities used",
    "velocity_follows_pitch": "velocity with pitch, correlation",
    "phrase_accent": "accent on a phrase's first note",
    "interval_run": "shared run, intervals",
    "rhythm_run": "shared run with rhythm",
    **{f"interval_shared_{n}": f"{n}-grams shared, intervals" for n in NGRAMS},
    **{f"rhythm_shared_{n}": f"{n}-grams shared with rhythm" for n in NGRAMS},
}

FEATURE_LABELS = {
    "pitch_class_histogram": "pitch classes",
    "pitch_class_transitions": "pitch-class transitions",
    "range": "range",
    "inter_onset_interval": "inter-onset interval",
    "note_length_histogram": "note lengths",
    "note_length_transitions": "note-length transitions",
    "interval": "interval",
    "mean": "mean",
}


def row_label(name: str) -> str:
    """Return what to call a row; its name with spaces if it has no label."""
    return ROW_LABELS.get(name, name.replace("_", " "))


def number(value: float | None, digits: int = 3, sign: bool = False) -> str:
    """Return a figure as it is printed: to so many digits after the point, "–" for none.

    >>> number(0.5057), number(28.71), number(None), number(0.25, 2, sign=True)
    ('0.506', '28.7', '–', '+0.25')
    """
    if value is None or isnan(value):
        return "–"
    digits = min(digits, 1) if abs(value) >= 10 else digits
    return f"{value:+.{digits}f}" if sign else f"{value:.{digits}f}"
