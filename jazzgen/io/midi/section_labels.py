"""Markers that name a section in words: `A, Chorus1`, `Bridge`, `Solo 2`, `B-Teil`, `Strophe`."""

from __future__ import annotations

import re
from dataclasses import dataclass

from jazzgen.runtime.wording import tidy

__all__ = ["LETTER", "Label", "label_of"]

LETTER = r"[A-Z](?:[1-4]|['’′]{1,2})?"
"""A rehearsal letter: a capital, perhaps with a number up to 4 or with a prime."""
PARTS = (
    r"pre-?chorus|chorus|head|theme|solos?|verse|bridge|middle (?:eight|8)|intro|outro|coda"
    r"|interlude|introduction|vamp|tag|ending|refrain|release|shout|turnaround|hook|break"
    r"|strophe|vers|vorspiel|zwischenspiel|nachspiel|einleitung|überleitung|brücke|schluss|thema"
    r"|teil|couplet|pont|thème|fin|finale?|estrofa|estribillo|puente|tema|final|introducción"
    r"|strofa|ritornello|ponte|introduzione|verso|refrão|introdução"
)
"""Words for parts of a form, also German, French, Spanish, Italian and Portuguese."""
WORDS = rf"{PARTS}|first|second|third|last|1st|2nd|3rd|repeat|again|out|in"
"""Words that go with the letter of a section."""
CHORUS = re.compile(r"\bchorus\s*(\d+)", re.IGNORECASE)
NAMED = re.compile(
    r"\s*(?:section|part|letter|rehearsal(?: mark)?|teil|partie|parte|sección|sezione|seção)"
    r"\s+([A-Z](?:\d{1,2}|['’′]{1,2})?)\s*",
    re.IGNORECASE,
)
BEFORE = re.compile(
    rf"\s*({LETTER})(?:\s*[,;:/|(–—-]\s*|\s+)(?:(?:{WORDS}|section|part)\b[\s\d,()#.-]*|"
    r"(?:chorus)\d+\)?\s*)+",
    re.IGNORECASE,
)
AFTER = re.compile(
    rf"\s*(?:(?:{WORDS})\s*\d*[\s,;:/|(–—-]+)+({LETTER})\)?\s*",
    re.IGNORECASE,
)
ALONE = re.compile(rf"\s*(?:(?:{PARTS})\b[\s\d,#.-]*)+(?:\b[IVX]+\s*)?", re.IGNORECASE)


@dataclass(frozen=True)
class Label:
    """A marker that names a section.

    Args:
        section: Its letter, or its words if it has none.
        chorus: The number of the chorus that it names as well, 0 for none.
        has_letter: Whether it has a letter, which tells that other letters are no chords.
    """

    section: str
    chorus: int
    has_letter: bool = True


def label_of(text: str) -> Label | None:
    """Return the section that a text names by words of the form; None if it does not.

    >>> label_of("A, Chorus1")
    Label(section='A', chorus=1, has_letter=True)
    >>> label_of("Solo 2")
    Label(section='Solo 2', chorus=0, has_letter=False)
    >>> label_of("B-Teil").section, label_of("Am I blue")
    ('B', None)
    """
    found = NAMED.fullmatch(text) or BEFORE.fullmatch(text) or AFTER.fullmatch(text)
    if found is not None and found[1][0].isupper():
        chorus = CHORUS.search(text)
        return Label(found[1], int(chorus[1]) if chorus else 0)
    return Label(tidy(text), 0, has_letter=False) if ALONE.fullmatch(text) else None
