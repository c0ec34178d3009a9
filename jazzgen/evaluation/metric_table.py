"""The metrics of solos: the table from which tables, JSON, report, listeners and help are made.

A metric is one entry of `BUILT_IN`, or is registered by a plug-in. Sources and conventions are
those of the modules that compute them.
"""

from __future__ import annotations

from collections.abc import Callable

from jazzgen.evaluation import (
    articulation,
    dynamics,
    endings,
    harmony,
    loops,
    melody,
    phrases,
    rhythm,
    structure,
)
from jazzgen.evaluation.metrics import Metric, RunMetric, SoloMetric, SoloSet
from jazzgen.evaluation.sharing import NGRAMS, Match
from jazzgen.runtime.registry import Registry

__all__ = ["METRICS", "metrics_for", "register_metric", "solo_metrics"]


def _shared(n: int) -> Callable[[Match], float]:
    return lambda match: match.shares.get(n, float("nan"))


def _run_metrics(kind: str, what: str, run: str) -> list[Metric]:
    """The metrics of one kind of steps: the longest shared run, and shared n-grams."""
    longest = RunMetric(
        name=f"{kind}_run",
        group="sharing",
        label=run,
        unit="intervals",
        text=f"longest run of {what} that a training solo over another tune has too",
        kind=kind,
        measure=lambda match: float(match.length),
    )
    shares = [
        RunMetric(
            name=f"{kind}_shared_{n}",
            group="sharing",
            label=f"{n}-grams shared, {what}",
            text=f"share of runs of {n} {what} that training solos over other tunes have too",
            kind=kind,
            measure=_shared(n),
        )
        for n in NGRAMS
    ]
    return [longest, *shares]


BUILT_IN: tuple[Metric, ...] = (
    SoloMetric(
        name="chord_tone_ratio",
        group="harmony",
        label="chord tones",
        text="share of notes that are chord tones",
        measure=harmony.chord_tone_ratio,
    ),
    SoloMetric(
        name="on_beat_chord_tones",
        group="harmony",
        label="chord tones on the beat",
        text="share of chord tones among the notes on a beat",
        measure=harmony.on_beat_chord_tones,
    ),
    SoloMetric(
        name="off_beat_chord_tones",
        group="harmony",
        label="chord tones off the beat",
        text="share of chord tones among the notes off the beat",
        measure=harmony.off_beat_chord_tones,
    ),
    SoloMetric(
        name="phrase_end_chord_tones",
        group="harmony",
        label="chord tones at a phrase's end",
        text="share of chord tones among the last notes of phrases",
        measure=harmony.phrase_end_chord_tones,
    ),
    SoloMetric(
        name="scale_tone_ratio",
        group="harmony",
        label="scale tones",
        text="share of notes that belong to the scale of their chord",
        measure=harmony.scale_tone_ratio,
    ),
    SoloMetric(
        name="resolved_ratio",
        group="harmony",
        label="non-chord tones resolved",
        text="share of non-chord tones that move by step to a chord tone",
        measure=harmony.resolved_ratio,
    ),
    SoloMetric(
        name="avoid_notes",
        group="harmony",
        label="avoid notes on half-bars",
        text="share of avoid notes among the long notes on a half-bar of 4/4",
        measure=harmony.avoid_notes,
    ),
    SoloMetric(
        name="step_ratio",
        group="melody",
        label="steps",
        text="share of intervals of one or two semitones",
        measure=melody.step_ratio,
    ),
    SoloMetric(
        name="repeat_ratio",
        group="melody",
        label="repeats",
        text="share of intervals that repeat the pitch",
        measure=melody.repeat_ratio,
    ),
    SoloMetric(
        name="leap_ratio",
        group="melody",
        label="leaps",
        text="share of intervals of at least a fourth",
        measure=melody.leap_ratio,
    ),
    SoloMetric(
        name="pitch_range",
        group="melody",
        label="range",
        unit="semitones",
        text="distance from the lowest to the highest note",
        measure=melody.pitch_range,
    ),
    SoloMetric(
        name="bar_entropy",
        group="melody",
        label="H1",
        unit="bits",
        text="entropy of the pitch classes of a bar, mean over bars with notes",
        measure=melody.bar_entropy,
    ),
    SoloMetric(
        name="four_bar_entropy",
        group="melody",
        label="H4",
        unit="bits",
        text="entropy of the pitch classes of four successive bars, mean over all such windows",
        measure=melody.four_bar_entropy,
    ),
    SoloMetric(
        name="octave_leaps",
        group="melody",
        label="octave leaps per 100 notes",
        text="intervals of at least an octave, per 100 notes",
        measure=melody.octave_leaps,
    ),
    SoloMetric(
        name="enclosures",
        group="melody",
        label="enclosures per 100 notes",
        text="chord tones that are approached from both sides by step, per 100 notes",
        measure=melody.enclosures,
    ),
    SoloMetric(
        name="off_beat_ratio",
        group="rhythm",
        label="off-beat onsets",
        text="share of onsets that are not on a beat",
        measure=rhythm.off_beat_ratio,
    ),
    SoloMetric(
        name="triplet_off_beats",
        group="rhythm",
        label="off-beats on the last triplet",
        text="share of off-beat onsets that lie on the last triplet of a quarter note",
        measure=rhythm.triplet_off_beats,
    ),
    SoloMetric(
        name="notes_a_beat",
        group="rhythm",
        label="notes per beat",
        text="notes per beat, over the bars from the first note's to the last note's",
        measure=rhythm.notes_per_beat,
    ),
    SoloMetric(
        name="silence",
        group="rhythm",
        label="silence",
        text="share of the time in gaps of at least an eighth",
        measure=rhythm.silence,
    ),
    SoloMetric(
        name="grooving_similarity",
        group="rhythm",
        label="grooving similarity",
        text="likeness of the bars' onset patterns, mean over pairs of bars; falls with density",
        measure=rhythm.grooving_similarity,
    ),
    SoloMetric(
        name="phrase_notes",
        group="phrases",
        label="phrase",
        unit="notes",
        text="length of a phrase in notes",
        measure=phrases.phrase_notes,
        each=phrases.notes_of_phrases,
    ),
    SoloMetric(
        name="phrase_beats",
        group="phrases",
        label="phrase",
        unit="beats",
        text="length of a phrase in quarter notes, from its first onset to its last end",
        measure=phrases.phrase_beats,
        each=phrases.quarters_of_phrases,
    ),
    SoloMetric(
        name="phrase_gap",
        group="phrases",
        label="between phrases",
        unit="beats",
        text="silence between phrases in quarter notes",
        measure=phrases.phrase_gap,
        each=phrases.quarters_between_phrases,
    ),
    SoloMetric(
        name="phrase_variation",
        group="phrases",
        label="phrase lengths, std ÷ mean",
        text="standard deviation of the phrases' notes, divided by their mean",
        measure=phrases.phrase_variation,
    ),
    SoloMetric(
        name="short_phrases",
        group="phrases",
        label="phrases of 1 or 2 notes",
        text="share of phrases of one or two notes",
        measure=phrases.short_phrases,
    ),
    SoloMetric(
        name="longest_phrase",
        group="phrases",
        label="longest phrase",
        unit="seconds",
        text="length of the longest phrase at the chart's first tempo",
        measure=phrases.longest_phrase,
    ),
    SoloMetric(
        name="long_phrases",
        group="phrases",
        label="a phrase over 15 s",
        text="share of solos with a phrase of more than 15 seconds",
        measure=phrases.long_phrases,
    ),
    SoloMetric(
        name="longest_gap",
        group="phrases",
        label="longest silence",
        unit="quarters",
        text="longest silence between two notes",
        measure=phrases.longest_gap,
    ),
    SoloMetric(
        name="repeated_bars",
        group="loops",
        label="bars repeated in a row",
        text="longest run of bars that repeat literally the bar one to four bars before them",
        measure=loops.repeated_bars,
    ),
    SoloMetric(
        name="beats_left",
        group="endings",
        label="last onset to the end",
        unit="quarters",
        text="time from the last onset to the end of the chart",
        measure=endings.beats_left,
    ),
    SoloMetric(
        name="ends_in_last_beat",
        group="endings",
        label="ends in the last beat",
        text="share of solos whose last note begins in the chart's last beat",
        measure=endings.ends_in_last_beat,
    ),
    SoloMetric(
        name="last_note_chord_tone",
        group="endings",
        label="last note a chord tone",
        text="share of solos whose last note is a chord tone",
        measure=endings.last_note_chord_tone,
    ),
    SoloMetric(
        name="last_note_beats",
        group="endings",
        label="last note",
        unit="quarters",
        text="length of the last note",
        measure=endings.last_note_beats,
    ),
    SoloMetric(
        name="density_variation",
        group="structure",
        label="density over 4 bars, std",
        text="standard deviation of notes per quarter over windows of four bars",
        measure=structure.density_variation,
    ),
    SoloMetric(
        name="density_trend",
        group="structure",
        label="density with time, correlation",
        text="correlation of notes per quarter with time, over windows of four bars",
        measure=structure.density_trend,
    ),
    SoloMetric(
        name="neighbouring_density",
        group="structure",
        label="density of neighbours, correlation",
        text="correlation of notes per quarter in neighbouring windows of four bars",
        measure=structure.neighbouring_density,
    ),
    SoloMetric(
        name="register_variation",
        group="structure",
        label="pitch over 4 bars, std",
        text="standard deviation of mean pitch over windows of four bars, in semitones",
        measure=structure.register_variation,
    ),
    SoloMetric(
        name="register_trend",
        group="structure",
        label="pitch with time, correlation",
        text="correlation of mean pitch with time, over windows of four bars",
        measure=structure.register_trend,
    ),
    SoloMetric(
        name="motif_recurrence",
        group="structure",
        label="motifs played before",
        text="share of four-note motifs, with their rhythm, that the solo has played before",
        measure=structure.motif_recurrence,
    ),
    SoloMetric(
        name="sounding_share",
        group="articulation",
        label="sounding part of a note",
        text="sounding part of the inter-onset intervals up to a quarter, mean over notes",
        measure=articulation.sounding_share,
    ),
    SoloMetric(
        name="legato_eighths",
        group="articulation",
        label="eighths without a gap",
        text="share of eighths that sound until the next note begins",
        measure=articulation.legato_eighths,
    ),
    SoloMetric(
        name="legato_repeats",
        group="articulation",
        label="repeats without a gap",
        text="share of repeated pitches that follow without a gap",
        measure=articulation.legato_repeats,
    ),
    SoloMetric(
        name="velocities",
        group="dynamics",
        label="velocities used",
        text="number of different velocities",
        measure=dynamics.velocities,
    ),
    SoloMetric(
        name="velocity_follows_pitch",
        group="dynamics",
        label="velocity with pitch, correlation",
        text="correlation of velocity with pitch",
        measure=dynamics.velocity_follows_pitch,
    ),
    SoloMetric(
        name="phrase_accent",
        group="dynamics",
        label="accent on a phrase's first note",
        text="velocity of the phrases' first notes above the mean velocity, in MIDI steps",
        measure=dynamics.phrase_accent,
    ),
    *_run_metrics("interval", "intervals", "shared run"),
    *_run_metrics("rhythm", "intervals with rhythm", "shared run with rhythm"),
)

METRICS: Registry[Metric] = Registry("metric", BUILT_IN)


def register_metric(metric: Metric) -> Metric:
    """Add a metric to the tables, JSON, report and help, and return it.

    Raises:
        ConfigError: Its name is taken, or is not made of letters, digits, `-` and `_`.
    """
    return METRICS.register(metric)


def solo_metrics() -> list[SoloMetric]:
    """Return the metrics that are computed from a solo alone, in the order of tables."""
    return [metric for metric in METRICS.values() if isinstance(metric, SoloMetric)]


def metrics_for(solos: SoloSet) -> list[Metric]:
    """Return the metrics that can be computed of solos, with or without training solos."""
    return [metric for metric in METRICS.values() if solos.training or not metric.needs_training]
