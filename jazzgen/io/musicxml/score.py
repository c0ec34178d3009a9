"""Lead sheets as MusicXML: a staff of bars for each part, with chord symbols above.

Source: MusicXML 4.0, W3C Music Notation Community Group; a tick is a division. The bytes
hold no date: the same music gives the same file.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Literal
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from jazzgen.io.musicxml.directions import chorus_at, directions_at, tempo_changes_in
from jazzgen.io.musicxml.harmony import harmony_element
from jazzgen.io.musicxml.header import PartHead, add_header
from jazzgen.io.musicxml.repeat_signs import add_beginning, add_end
from jazzgen.music.chart import Bar, Chart
from jazzgen.music.repeats import WrittenBar as RepeatedBar
from jazzgen.music.timing import TICKS_PER_QUARTER
from jazzgen.notation.notate import WrittenBar
from jazzgen.notation.system_breaks import line_starts

__all__ = ["Clef", "Staff", "lead_sheet"]

DOCTYPE = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n'
    b'<!DOCTYPE score-partwise PUBLIC "-//Recordare//DTD MusicXML 4.0 Partwise//EN" '
    b'"http://www.musicxml.org/dtds/partwise.dtd">\n'
)
Clef = Literal["treble", "bass", "octave treble"]
CLEFS: dict[Clef, tuple[str, int, int]] = {
    "treble": ("G", 2, 0), "bass": ("F", 4, 0), "octave treble": ("G", 2, -1),
}  # fmt: skip
"""The sign of each clef, the line on which it stands, and the octaves by which it is moved."""
DIATONIC = (0, 1, 1, 2, 2, 3, 3, 4, 5, 5, 6, 6)
"""Steps of an interval by its semitones."""


@dataclass(frozen=True)
class Staff:
    """The content of a part, which has one staff.

    Args:
        chart: The chart with transposed chords and key.
        bars: The written content of each bar.
        notes: The `<note>` elements of each written item of each bar; grace notes come first.
        title: The title of the piece.
        name: The name of the part.
        performer: The performer, or "".
        program: General MIDI program.
        up: The semitones by which notes are written higher than they sound.
        clef: Its clef, one of `CLEFS`.
        slashes: Whether the bars are empty and shown as slashes.
        double_time: Whether it is written in double time, so that the half note is the beat.
        repeats: The bars of the chart with their repeats; empty without any.
    """

    chart: Chart
    bars: Sequence[WrittenBar]
    notes: Sequence[Sequence[Sequence[Element]]]
    title: str
    name: str
    performer: str = ""
    program: int = 0
    up: int = 0
    clef: Clef = "treble"
    slashes: bool = False
    double_time: bool = False
    repeats: Sequence[RepeatedBar] = ()


def lead_sheet(*staves: Staff, credit: str = "") -> bytes:
    """Return the bytes of an uncompressed MusicXML file.

    Args:
        staves: The staff of each part; all parts have the same bars. What stands above the bars
            of all of them, such as the tempo, is written in the first one.
        credit: Who the solo is by; by default the performers.
    """
    score = Element("score-partwise", {"version": "4.0"})
    titles = (staves[0].title, staves[0].chart.title)
    heads = [PartHead(one.name, one.performer, one.program) for one in staves]
    add_header(score, titles, heads, credit, double_time=staves[0].double_time)
    # Lines are broken where the busiest part of each bar needs it.
    busiest = [
        max(bars, key=lambda bar: len(bar.content))
        for bars in zip(*(staff.bars for staff in staves), strict=True)
    ]
    breaks = line_starts(staves[0].chart, busiest)
    for number, staff in enumerate(staves, 1):
        part = SubElement(score, "part", {"id": f"P{number}"})
        _measures(part, staff, breaks if number == 1 else (), first=number == 1)
    ElementTree.indent(score)
    content: bytes = ElementTree.tostring(score, encoding="utf-8")
    return DOCTYPE + content + b"\n"


def _measures(part: Element, staff: Staff, breaks: Collection[int], *, first: bool) -> None:
    """Add the measures of a part.

    Args:
        part: The element of the part.
        staff: Its staff.
        breaks: The indices of the bars that begin a line.
        first: Whether it is the first part.
    """
    chart = staff.chart
    for number, bar in enumerate(chart.bars):
        measure = SubElement(part, "measure", _numbered(chart, number))
        if number in breaks:
            SubElement(measure, "print", {"new-system": "yes"})
        if staff.repeats:
            add_beginning(measure, staff.repeats[number])
        if (attributes := _attributes(staff, bar, number)) is not None:
            measure.append(attributes)
        # As lists: where an iterator raises, `extend` says "expected sequence" in its place.
        if first:
            measure.extend([*directions_at(chart, number, double_time=staff.double_time)])
        tempi = tempo_changes_in(chart, number) if first else []
        measure.extend([*_music(bar, tempi, staff.bars[number], staff.notes[number])])
        if not (staff.repeats and add_end(measure, staff.repeats, number)):
            _bar_line(measure, chart, number)


def _numbered(chart: Chart, number: int) -> dict[str, str]:
    """Return the attributes with a measure's number, counted from the first chorus.

    Bars before that, of a count-in or an intro, are not counted: X1, X2 and so on.
    """
    lead_in = chart.chorus_starts[0]
    if number >= lead_in:
        return {"number": str(number - lead_in + 1)}
    # A first measure without a number would be taken for a pickup.
    return {"number": f"X{number + 1}", **({"implicit": "yes"} if number else {})}


def _attributes(staff: Staff, bar: Bar, number: int) -> Element | None:
    """Return what is new in a bar: key, meter and, in the first one, all that holds throughout."""
    chart, attributes = staff.chart, Element("attributes")
    key = chart.key_at(number)
    if number == 0:
        SubElement(attributes, "divisions").text = str(TICKS_PER_QUARTER)
    if number == 0 or key != chart.key_at(number - 1):
        signature = SubElement(attributes, "key")
        SubElement(signature, "fifths").text = str(key.fifths)
        SubElement(signature, "mode").text = key.mode
    if number == 0 or bar.meter != chart.bars[number - 1].meter:
        time = SubElement(attributes, "time")
        SubElement(time, "beats").text = str(bar.meter.numerator)
        SubElement(time, "beat-type").text = str(bar.meter.denominator)
    if number:
        return attributes if len(attributes) else None
    sign, line, octaves = CLEFS[staff.clef]
    clef = SubElement(attributes, "clef")
    SubElement(clef, "sign").text = sign
    SubElement(clef, "line").text = str(line)
    if octaves:
        SubElement(clef, "clef-octave-change").text = str(octaves)
    if staff.up:
        _transpose(attributes, staff.up)
    if staff.slashes:
        style = SubElement(attributes, "measure-style")
        SubElement(style, "slash", {"type": "start", "use-stems": "no"})
    return attributes


def _transpose(attributes: Element, up: int) -> None:
    """Add by how much the part sounds lower than written."""
    octaves, semitones = divmod(up, 12)
    transpose = SubElement(attributes, "transpose")
    SubElement(transpose, "diatonic").text = str(-DIATONIC[semitones])
    SubElement(transpose, "chromatic").text = str(-semitones)
    if octaves:
        SubElement(transpose, "octave-change").text = str(-octaves)


def _music(
    bar: Bar,
    tempi: Sequence[tuple[int, Element]],
    written: WrittenBar,
    notes: Sequence[Sequence[Element]],
) -> Iterator[Element]:
    """Yield the notes of a bar, each after the chord symbols and tempi that begin with it.

    Args:
        bar: The bar with its chords.
        tempi: Its changes of tempo (see `tempo_changes_in`).
        written: Its content as it is written.
        notes: The `<note>` elements of each item of that content.
    """
    above = [(onset, harmony_element(chord)) for onset, chord in bar.chords]
    above = sorted([*above, *tempi], key=itemgetter(0))
    for item, elements in zip(written.content, notes, strict=True):
        while above and above[0][0] < item.onset + item.ticks:
            onset, element = above.pop(0)
            if onset > item.onset:
                _set_off(element, onset - item.onset)
            yield element
        yield from elements


def _set_off(element: Element, ticks: int) -> None:
    """Add the offset of an element from the next note, last but for the sound of a direction."""
    offset = Element("offset")
    offset.text = str(ticks)
    sound = element.find("sound")
    if sound is not None:
        offset.set("sound", "yes")
    element.insert(len(element) - (sound is not None), offset)


def _bar_line(measure: Element, chart: Chart, number: int) -> None:
    """End a section or a chorus with a double bar line, and the piece with a final one."""
    last = number + 1 == len(chart.bars)
    closes = last or chorus_at(chart, number + 1) or chart.bars[number + 1].section
    if closes:
        line = SubElement(measure, "barline", {"location": "right"})
        SubElement(line, "bar-style").text = "light-heavy" if last else "light-light"
