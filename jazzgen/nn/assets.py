"""What a model keeps of its training data beside its weights."""

from __future__ import annotations

from dataclasses import dataclass, field

from jazzgen.encoding.lick_ngrams import LickNgrams
from jazzgen.encoding.vocabulary import JointVocabulary

__all__ = ["Assets"]


@dataclass(frozen=True, kw_only=True)
class Assets:
    """Vocabulary, performers, lick n-grams: a preset says which of them its models have.

    Args:
        vocabulary: Joint values.
        performers: Names that the model can be asked to play like.
        performer_counts: How many training solos each of them played; empty where nobody
            counted.
        licks: The lick n-grams that training solos share.
    """

    vocabulary: JointVocabulary | None = None
    performers: tuple[str, ...] = ()
    performer_counts: tuple[int, ...] = ()
    licks: LickNgrams = field(default_factory=LickNgrams.empty)
