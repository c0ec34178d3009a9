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
    "step_ratio": "steps",
    "repeat_ratio": "repeats",
    "leap_ratio": "leaps",
    "pitch_range": "range, semitones",
    "bar_entropy": "H1, bits",
    "four_bar_entropy": "H4, bits",
    "off_beat_ratio": "off-beat onsets",
    "notes_a_beat": "notes a beat",
    "silence": "silence",
    "phrase_notes": "phrase, notes",
    "phrase_beats": "phrase, beats",
    "phrase_gap": "between phrases, beats",
    "grooving_similarity": "grooving similarity",
    "repeated_bars": "bars repeated in a row",
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
