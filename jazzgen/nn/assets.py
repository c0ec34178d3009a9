"""What a model keeps of its training data beside its weights."""

from __future__ import annotations

from dataclasses import dataclass, field

from jazzgen.encoding.lick_ngrams import LickNgrams
from jazzgen.encoding.vocabulary import JointVocabulary

__all__ = ["Assets"]


@dataclass(frozen=True, kw_only=True)
class Assets:
    """Vocabulary, performers, lick n-grams; which of them a model has depends on its preset.

    Args:
        vocabulary: The joint values that the model can play.
        performers: The names of the performers that the model can imitate.
        performer_counts: The number of training solos of each; empty if they were not counted.
        licks: The lick n-grams that training solos share.
    """

    vocabulary: JointVocabulary | None = None
    performers: tuple[str, ...] = ()
    performer_counts: tuple[int, ...] = ()
    licks: LickNgrams = field(default_factory=LickNgrams.empty)
