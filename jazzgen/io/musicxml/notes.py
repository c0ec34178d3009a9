"""Notes in MusicXML: pitches, accidentals, ties, tuplets and beams of one bar.

Source: MusicXML 4.0, W3C Music Notation Community Group, element `note`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element, SubElement

from jazzgen.music.pitch import Key
from jazzgen.music.pulse import pulses
from jazzgen.music.timing import Meter
from jazzgen.notation.notate import Written, WrittenBar
from jazzgen.notation.spelling import octave_of

__all__ = ["Spelled", "bar_notes"]

FLAGS = {"eighth": 1, "16th": 2, "32nd": 3, "64th": 4}
ACCIDENTALS = {-2: "flat-flat", -1: "flat", 0: "natural", 1: "sharp", 2: "double-sharp"}
BINARY_GROUP = 4


@dataclass(frozen=True)
class Spelled:
    """A note of a solo as it is spelled.

    Args:
        name: Its note name, without an octave.
        pitch: Its written MIDI pitch.
        onset: Its exact onset, in ticks of the chart.
        end: Its exact end, in ticks of the chart.
        slurs: "start" or "stop" for each slur that begins or ends with it.
        lies_high: Whether the notes under the slur that begins with it lie in the upper half of
            the staff, so that their stems point down.
    """

    name: str
    pitch: int
    onset: int
    end: int
    slurs: tuple[str, ...] = ()
    lies_high: bool = False


def bar_notes(
    bar: WrittenBar, start: int, spelled: Sequence[Spelled], key: Key
) -> list[list[Element]]:
    """Return the `<note>` elements of each item of a bar: its grace notes, then itself.

    Where a note is written elsewhere than it lies, the attributes `attack` and `release` say by
    how many divisions it begins and ends later than written, so that nothing is lost.

    Args:
        bar: The bar.
        start: The tick of its bar line.
        spelled: The notes of the solo.
        key: The key signature in force.
    """
    beams = _beams(bar)
    accidentals = _Accidentals(key)
    found = []
    for item, beam in zip(bar.content, beams, strict=True):
        if item.source is None:
            found.append([_note(item, _rest(item, bar.meter), None, beam)])
            continue
        onset = start + item.onset
        graces = [
            _grace(spelled[index], accidentals, onset, number, len(item.graces))
            for number, index in enumerate(item.graces)
        ]
        one = spelled[item.source]
        pitch = _pitch(one)
        note = _note(item, pitch, accidentals.before(one, item.held), beam)
        # Slurs begin with the first part of a tied note, and end with the last.
        tied = {"start": item.held, "stop": item.tied}
        _add_slurs(note, [kind for kind in one.slurs if not tied[kind]])
        _set_shift(note, "attack", 0 if item.held else one.onset - onset)
        _set_shift(note, "release", 0 if item.tied else one.end - (onset + item.ticks))
        found.append([*graces, note])
    return found


class _Accidentals:
    """The accidentals that hold in a bar, by step and octave.

    Args:
        key: The key signature.
    """

    def __init__(self, key: Key) -> None:
        self.signs = {name[0]: _alter(name) for name in key.signature}
        self.in_force: dict[tuple[str, int], int] = {}

    def before(self, one: Spelled, held: bool) -> str | None:
        """Return the accidental that a note needs; None if none.

        Args:
            one: The note.
            held: Whether a tie leads to it, so that it needs none.
        """
        if held:
            return None
        step, alter, octave = one.name[0], _alter(one.name), octave_of(one.pitch, one.name)
        shown = self.in_force.get((step, octave), self.signs[step])
        self.in_force[step, octave] = alter
        return ACCIDENTALS[alter] if alter != shown else None


def _grace(one: Spelled, accidentals: _Accidentals, onset: int, number: int, size: int) -> Element:
    """Return a grace note.

    Args:
        one: The note.
        accidentals: The accidentals of the bar.
        onset: The tick of the note that it adorns, from which its attack and release count.
        number: Its index among the grace notes before that note.
        size: The number of these.
    """
    note = Element("note")
    SubElement(note, "grace", {"slash": "yes"} if size == 1 else {})
    note.append(_pitch(one))
    SubElement(note, "voice").text = "1"
    SubElement(note, "type").text = "eighth" if size == 1 else "16th"
    accidental = accidentals.before(one, held=False)
    if accidental is not None:
        SubElement(note, "accidental").text = accidental
    if size > 1:
        kind = "begin" if number == 0 else "end" if number + 1 == size else "continue"
        for level in (1, 2):
            SubElement(note, "beam", {"number": str(level)}).text = kind
    # The stem of a grace note points up whatever the others do: programs would go by it.
    _add_slurs(note, one.slurs, "above" if one.lies_high else "below")
    _set_shift(note, "attack", one.onset - onset)
    _set_shift(note, "release", one.end - onset)
    return note


def _add_slurs(note: Element, kinds: Sequence[str], placement: str = "") -> None:
    """Add the beginnings and ends of slurs to a note.

    Args:
        note: The element of the note.
        kinds: "start" or "stop" for each slur.
        placement: "above" or "below" for those that begin; by default programs choose.
    """
    if not kinds:
        return
    notations = note.find("notations")
    if notations is None:
        notations = SubElement(note, "notations")
    for kind in kinds:
        slur = SubElement(notations, "slur", {"type": kind, "number": "1"})
        if placement and kind == "start":
            slur.set("placement", placement)


def _set_shift(note: Element, name: str, ticks: int) -> None:
    if ticks:
        note.set(name, str(ticks))


def _alter(name: str) -> int:
    return name.count("#") - name.count("b")


def _pitch(one: Spelled) -> Element:
    step, alter, octave = one.name[0], _alter(one.name), octave_of(one.pitch, one.name)
    pitch = Element("pitch")
    SubElement(pitch, "step").text = step
    if alter:
        SubElement(pitch, "alter").text = str(alter)
    SubElement(pitch, "octave").text = str(octave)
    return pitch


def _rest(item: Written, meter: Meter) -> Element:
    return Element("rest", {"measure": "yes"} if item.ticks == meter.bar_ticks else {})


def _note(item: Written, what: Element, accidental: str | None, beam: Sequence[str]) -> Element:
    """Return a `<note>`, with its children in the order of the schema."""
    note = Element("note")
    note.append(what)
    SubElement(note, "duration").text = str(item.ticks)
    ties = [kind for kind, is_so in (("stop", item.held), ("start", item.tied)) if is_so]
    for kind in ties:
        SubElement(note, "tie", {"type": kind})
    SubElement(note, "voice").text = "1"
    if what.get("measure") != "yes":
        SubElement(note, "type").text = item.value
        for _ in range(item.dots):
            SubElement(note, "dot")
    if accidental is not None:
        SubElement(note, "accidental").text = accidental
    if item.tuplet is not None:
        _time_modification(note, item)
    for number, kind in enumerate(beam, 1):
        SubElement(note, "beam", {"number": str(number)}).text = kind
    _notations(note, item, ties)
    return note


def _time_modification(note: Element, item: Written) -> None:
    if item.tuplet is None:
        return
    change = SubElement(note, "time-modification")
    SubElement(change, "actual-notes").text = str(item.tuplet.actual)
    SubElement(change, "normal-notes").text = str(item.tuplet.normal)
    SubElement(change, "normal-type").text = item.tuplet.of


def _notations(note: Element, item: Written, ties: Sequence[str]) -> None:
    tuplet = item.tuplet
    ends = [] if tuplet is None else [("start", tuplet.opens), ("stop", tuplet.closes)]
    marks = [kind for kind, is_so in ends if is_so]
    if not ties and not marks and not item.short:
        return
    notations = SubElement(note, "notations")
    for kind in ties:
        SubElement(notations, "tied", {"type": kind})
    for kind in marks:
        SubElement(notations, "tuplet", {"type": kind, "number": "1"})
    if item.short:
        SubElement(SubElement(notations, "articulations"), "staccato")


def _beams(bar: WrittenBar) -> list[list[str]]:
    """Return the beams of each item: begin, continue, end or a hook for each of its flags."""
    beams: list[list[str]] = [[] for _ in bar.content]
    for run in _runs(bar):
        flags = [FLAGS[bar.content[index].value] for index in run]
        for level in range(1, max(flags) + 1):
            for position, index in enumerate(run):
                if flags[position] >= level:
                    beams[index].append(_beam(flags, position, level))
    return beams


def _beam(flags: Sequence[int], position: int, level: int) -> str:
    before = position > 0 and flags[position - 1] >= level
    after = position + 1 < len(flags) and flags[position + 1] >= level
    if before:
        return "continue" if after else "end"
    if after:
        return "begin"
    return "backward hook" if position else "forward hook"


def _runs(bar: WrittenBar) -> list[list[int]]:
    """Return the indices of the notes under each beam, at least two."""
    groups = _beam_groups(bar)
    runs: list[list[int]] = []
    last: int | None = None
    for index, item in enumerate(bar.content):
        group = next((n for n, (start, end) in enumerate(groups) if start <= item.onset < end), 0)
        beamed = item.pitch is not None and item.value in FLAGS
        if not beamed:
            last = None
        elif group == last:
            runs[-1].append(index)
        else:
            runs.append([index])
            last = group
    return [run for run in runs if len(run) > 1]


def _beam_groups(bar: WrittenBar) -> list[tuple[int, int]]:
    """Return the first tick and the end of each group of notes that may share a beam.

    A group is a pulse, or half a bar of four pulses if it has only eighths.
    """
    groups: list[tuple[int, int]] = []
    found = pulses(bar.meter)
    for pulse in found:
        start, end = pulse.tick, pulse.tick + pulse.length
        joins = pulse.group == BINARY_GROUP and pulse.position % 2 == 1
        inside = [item for item in bar.content if start - pulse.length <= item.onset < end]
        if joins and all(FLAGS.get(item.value, 0) < 2 and not item.tuplet for item in inside):
            groups[-1] = (groups[-1][0], end)
        else:
            groups.append((start, end))
    return groups
