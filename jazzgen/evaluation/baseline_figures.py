"""What the n-gram baselines reach."""

from __future__ import annotations

from dataclasses import asdict, dataclass

__all__ = ["BaselineFigures"]


@dataclass(frozen=True, kw_only=True)
class BaselineFigures:
    """Figures of n-grams that were fitted to the training solos.

    Args:
        pitch_perplexity_notes_only: Perplexity of a note's pitch, by the interval trigram.
        pitch_top1: Share of notes whose pitch is the trigram's likeliest.
        mixture_pitch_perplexity_notes_only: Perplexity by the mixture of the trigram with the
            chord-aware n-gram.
        mixture_pitch_top1: Share of notes whose pitch is the mixture's likeliest.
        bits_per_note: Bits per note of trigrams of intervals with rests, and of durations.
        onset_perplexity: Perplexity of inter-onset intervals, by their trigram.
        onset_top1: Share of inter-onset intervals that are the trigram's likeliest.
    """

    pitch_perplexity_notes_only: float
    pitch_top1: float
    mixture_pitch_perplexity_notes_only: float
    mixture_pitch_top1: float
    bits_per_note: float
    onset_perplexity: float
    onset_top1: float

    def to_json(self) -> dict[str, float]:
        """Return the figures by name."""
        return asdict(self)
