"""Abbreviations in a MusicXML score, written out: repeated measures and slashes.

A measure under a sign of repetition gets the notes and the chord symbols of the measure, or of the
group of measures, before it; what a measure itself has goes before that. Notes under slashes tell
nobody what to play, and become gaps. Source: MusicXML 4.0, W3C Music Notation Community Group,
elements `measure-style`, `measure-repeat`, `slash`.
"""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from jazzgen.errors import ChartError

__all__ = ["write_out"]

MAX_COPIED = 50_000
"""The largest number of notes, rests and chord symbols that are written out in a score."""
MAX_GROUP = 8
"""The largest number of measures that one sign repeats."""
MOVING = ("note", "backup", "forward")
"""Elements that last."""


def write_out(root: Element, source: str, max_copied: int = MAX_COPIED) -> None:
    """Write out the repeated measures and the slashes of a score.

    Args:
        root: The score, by parts; it is changed in place.
        source: The file's name in messages.
        max_copied: The largest number of notes, rests and chord symbols to be written out.

    Raises:
        ChartError: There are more.
    """
    for part in root.findall("part"):
        if part.find("measure/attributes/measure-style") is None:
            continue
        reading = _Part(left=max_copied)
        reading.write_out(part.findall("measure"))
        max_copied = reading.left
        if max_copied < 0:
            raise ChartError(f"{source}: too many notes in measures that a sign repeats")


@dataclass
class _Part:
    """What is in force while the measures of a part are read.

    Args:
        left: How many notes may still be written out; below 0, none is.
        group: The number of measures that are repeated; 0 if none are.
        slashes: Whether notes are slashes.
        divisions: The divisions of a quarter note in each measure so far.
        chords: The chord symbol in force at the beginning of each measure so far.
    """

    left: int
    group: int = 0
    slashes: bool = False
    divisions: list[str] = field(default_factory=list)
    chords: list[Element | None] = field(default_factory=list)

    def write_out(self, measures: Sequence[Element]) -> None:
        """Write out the measures of the part in place."""
        chord: Element | None = None
        divisions = "1"
        for number, measure in enumerate(measures):
            self._read_styles(measure)
            divisions = measure.findtext("attributes/divisions") or divisions
            self.divisions.append(divisions)
            self.chords.append(chord)
            if self.slashes:
                _silence(measure)
            if self.group and _has_notes(measure):
                self.group = 0  # its end is not marked
            source = number - self.group
            if self.group and source >= 0 and self.divisions[source] == divisions:
                self._repeat(measure, measures[source], source)
            chord = next(reversed(measure.findall("harmony")), chord)

    def _read_styles(self, measure: Element) -> None:
        for style in measure.findall("attributes/measure-style"):
            repeat, slash = style.find("measure-repeat"), style.find("slash")
            if repeat is not None:
                starts = repeat.get("type") == "start"
                self.group = _number(repeat.text) if starts else 0
            if slash is not None:
                self.slashes = slash.get("type") == "start"

    def _repeat(self, measure: Element, source: Element, number: int) -> None:
        """Give a measure the notes of another one, and its chord symbols if it has none.

        Args:
            measure: The measure with the sign of repetition.
            source: The measure that it repeats.
            number: The index of that measure.
        """
        own = [item for item in source if item.tag in (*MOVING, "harmony")]
        self.left -= len(own)
        if self.left < 0:
            return
        copied = [deepcopy(item) for item in own]
        if measure.find("harmony") is not None:
            copied = [item for item in copied if item.tag != "harmony"]
        elif (before := self.chords[number]) is not None:
            # The chord that went on into the repeated measure may have changed since. A symbol
            # at the beginning of that measure comes after it, and replaces it.
            first = deepcopy(before)
            for offset in first.findall("offset"):
                first.remove(offset)
            if not _begins_with_chord(source):
                copied.insert(0, first)
        for item in [item for item in measure if item.tag in MOVING]:
            measure.remove(item)
        place = next(
            (index for index, item in enumerate(measure) if _is_behind_notes(item)), len(measure)
        )
        measure[place:place] = copied


def _number(text: str | None) -> int:
    """Return the number of measures that a sign repeats, 1 where it does not say."""
    said = (text or "").strip()
    number = int(said) if said.isascii() and said.isdecimal() and len(said) < 3 else 1
    return number if 1 <= number <= MAX_GROUP else 1


def _has_notes(measure: Element) -> bool:
    return any(note.find("rest") is None for note in measure.findall("note"))


def _begins_with_chord(measure: Element) -> bool:
    """Return whether a chord symbol stands before the first note of a measure."""
    for item in measure:
        if item.tag in MOVING:
            return False
        if item.tag == "harmony" and item.find("offset") is None:
            return True
    return False


def _is_behind_notes(item: Element) -> bool:
    return item.tag == "barline" and item.get("location", "right") == "right"


def _silence(measure: Element) -> None:
    """Replace the notes of a measure by gaps."""
    for note in measure.findall("note"):
        if note.find("rest") is not None:
            continue
        if note.find("chord") is None and note.find("grace") is None:
            note.tag = "forward"
        else:
            measure.remove(note)
