"""What the predictive measures found, and how tables name it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from jazzgen.evaluation.baseline_figures import BaselineFigures

__all__ = ["Measure", "PitchFigures", "Prediction", "TimeFigures"]


@dataclass(frozen=True, kw_only=True)
class PitchFigures:
    """How well pitches are predicted.

    Args:
        bits: Bits of pitches and rests, per note.
        perplexity_notes_only: Perplexity of a note's pitch, given that a note comes.
        top1: Share of notes whose pitch is the likeliest one.
    """

    bits: float
    perplexity_notes_only: float
    top1: float


@dataclass(frozen=True, kw_only=True)
class TimeFigures:
    """How well durations are predicted.

    Args:
        bits: Bits of durations, per note.
        top1: Share of notes whose duration is the likeliest one.
    """

    bits: float
    top1: float


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One measure, for tables.

    Args:
        label: What tables call it.
        value: The figure.
        interval: Low and high end of its 95 % interval.
        share: Whether it is a share from 0 to 1.
    """

    label: str
    value: float
    interval: tuple[float, float]
    share: bool = False


@dataclass(frozen=True, kw_only=True)
class Prediction:
    """How well a model predicts solos.

    Args:
        solos: Number of solos.
        notes: Number of notes that were counted: all but the first of each solo.
        bits_per_note: Negative log2-likelihood of pitches, rests and durations per note.
        pitch: Figures of pitches.
        time: Figures of durations.
        wrong_chord_delta_bits: Bits per note that are lost over a transposed chart.
        baselines: Figures of n-grams on the same solos; None without training solos.
        intervals: Low and high end of the 95 % interval of each measure.
        same_training: Whether the n-grams were fitted to the solos that the model was trained
            on; if not, their figures and the model's cannot be compared.
    """

    solos: int
    notes: int
    bits_per_note: float
    pitch: PitchFigures
    time: TimeFigures
    wrong_chord_delta_bits: float
    baselines: BaselineFigures | None
    intervals: Mapping[str, tuple[float, float]]
    same_training: bool = True

    @property
    def measures(self) -> list[Measure]:
        """The measures in the order of tables."""
        pitch, time, sure = self.pitch, self.time, self.intervals
        return [
            Measure(
                label="bits per note", value=self.bits_per_note, interval=sure["bits_per_note"]
            ),
            Measure(label="of them pitch", value=pitch.bits, interval=sure["pitch_bits"]),
            Measure(label="of them time", value=time.bits, interval=sure["time_bits"]),
            Measure(
                label="pitch perplexity, notes only",
                value=pitch.perplexity_notes_only,
                interval=sure["pitch_perplexity_notes_only"],
            ),
            Measure(
                label="pitch right at first guess",
                value=pitch.top1,
                interval=sure["pitch_top1"],
                share=True,
            ),
            Measure(
                label="duration right at first guess",
                value=time.top1,
                interval=sure["time_top1"],
                share=True,
            ),
            Measure(
                label="lost with wrong chords, bits",
                value=self.wrong_chord_delta_bits,
                interval=sure["wrong_chord_delta_bits"],
            ),
        ]

    def to_json(self) -> dict[str, Any]:
        """Return it as `jazzgen evaluate --json` prints it."""
        return {
            "solos": self.solos,
            "notes": self.notes,
            "bits_per_note": self.bits_per_note,
            "pitch": asdict(self.pitch),
            "time": asdict(self.time),
            "wrong_chord_delta_bits": self.wrong_chord_delta_bits,
            "floors": {} if self.baselines is None else self.baselines.to_json(),
            **({} if self.baselines is None else {"floors_same_training": self.same_training}),
            "intervals": dict(self.intervals),
        }
