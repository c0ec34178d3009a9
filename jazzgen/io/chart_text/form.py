"""The sections of a chart in the order of its form, where each of them is written once.

Form: AABA            A: | C | F |            A: | C | F |
A: | C | F |          B: | G | C |            A: | C | F |
B: | G | C |          A                       B: …
"""

from __future__ import annotations

import re
from collections.abc import Sequence

__all__ = ["in_form"]

LABEL = re.compile(r"\s*\[([^\[\]]+)\]")
FORM = re.compile(r"\W*((?:[A-Z]\d?'{0,2}[\s,–-]*){2,32})(?![a-z'])")
LETTER = re.compile(r"[A-Z]\d?'{0,2}")
BARE = re.compile(r"\s*\[[^\[\]]+\][^\w|%]*(?:repeat)?[^\w|%]*")
"""A line with the name of a section and no bars."""


def in_form(lines: Sequence[str], form: str) -> list[str]:
    """Return lines of chart text with their sections in the order in which they are played.

    >>> in_form(["[A] | C |", "[B] | G |"], "ABA")
    ['[A] | C |', '[B] | G |', '[A] | C |']

    Args:
        lines: The lines; the name of a section stands in square brackets before its first bar.
        form: What the chart says about its form, or "". It counts where each of its letters names
            one section, and some of them come again.
    """
    sections = _sections(lines)
    names = [name for name, _ in sections]
    barred = {name: held for name, held in reversed(sections) if any("|" in line for line in held)}
    said = FORM.match(form)
    letters = LETTER.findall(said[1]) if said else []
    if not all(_is_whole(held) for held in barred.values()):
        return list(lines)
    if len(letters) > len(names) == len(set(names)) and set(letters) == set(names) == set(barred):
        return [line for letter in letters for line in barred[letter]]
    # A name alone stands for the section that has been written before.
    return [
        line
        for number, (name, held) in enumerate(sections)
        for line in (barred[name] if _refers(sections, number) else held)
    ]


def _sections(lines: Sequence[str]) -> list[tuple[str, list[str]]]:
    """Return the names of sections with their lines; what stands before the first has no name."""
    sections: list[tuple[str, list[str]]] = []
    for line in lines:
        label = LABEL.match(line)
        if label or not sections:
            sections.append((label[1] if label else "", []))
        sections[-1][1].append(line)
    return sections


def _refers(sections: Sequence[tuple[str, list[str]]], number: int) -> bool:
    """Return whether a section is a name alone that a section with bars had before it."""
    name, held = sections[number]
    before = [lines for other, lines in sections[:number] if other == name]
    is_bare = len(held) == 1 and BARE.fullmatch(held[0])
    return bool(name and is_bare and before and any("|" in line for line in before[0]))


def _is_whole(lines: Sequence[str]) -> bool:
    """Return whether the repeats of a section begin and end in it."""
    text = " ".join(lines)
    return text.count("|:") == text.count(":|")
