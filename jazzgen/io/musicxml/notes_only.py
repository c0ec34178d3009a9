"""Reduce a MusicXML score to what its notes sound like.

music21 turns each sign of a score into objects, most of which nobody here asks for: chord symbols
alone take half of the time that it needs for a lead sheet, and a key signature's scale as long
as dozens of notes.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element

__all__ = ["keep_notes_only"]

IN_SCORE = frozenset({"part-list", "part"})
IN_MEASURE = frozenset({"attributes", "note", "backup", "forward"})
IN_ATTRIBUTES = frozenset(
    {"divisions", "time", "staves", "part-symbol", "instruments", "transpose"}
)
IN_NOTE = frozenset({
    "grace", "chord", "pitch", "unpitched", "rest", "duration", "tie", "voice", "staff", "notehead",
    "instrument",
})  # fmt: skip
"""The elements inside of others that decide which notes sound, and when."""


def keep_notes_only(root: Element) -> None:
    """Take everything out of a score, in place, that does not change how its notes sound.

    Args:
        root: The score, by parts.
    """
    _keep(root, IN_SCORE)
    for measure in root.iterfind("part/measure"):
        _keep(measure, IN_MEASURE)
        for element in measure:
            if element.tag == "note" and element.find("grace") is None:
                _keep(element, IN_NOTE)
            elif element.tag == "attributes":
                _keep(element, IN_ATTRIBUTES)


def _keep(element: Element, tags: frozenset[str]) -> None:
    """Take all children out of an element but those of some tags."""
    if any(child.tag not in tags for child in element):
        element[:] = [child for child in element if child.tag in tags]
