"""Read the notes of a MusicXML score: what each part plays, repeats unfolded.

music21 reads the notes, with their ties, tuplets, voices and transpositions. The bars, the
chord symbols and the order in which measures are played come from `sheet`. There is no limit to
the time and the memory that music21 may take for a file of unknown origin, so this is meant to
run in a process that can be ended.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from xml.etree.ElementTree import Element, SubElement

from jazzgen.errors import InputError, MidiError
from jazzgen.io.bounded import read_content
from jazzgen.io.midi.part import MidiNote, MidiPart
from jazzgen.io.midi.score import MidiScore, Timed
from jazzgen.io.musicxml.double_time import is_in_double_time, score_in_single_time
from jazzgen.io.musicxml.notes_only import keep_notes_only
from jazzgen.io.musicxml.read import read_score
from jazzgen.io.musicxml.sheet import PlayedMeasure, Sheet, read_sheet
from jazzgen.io.musicxml.shifts import keep_shifts, shifts_of
from jazzgen.music.timing import TICKS_PER_QUARTER
from jazzgen.runtime.extras import require

if TYPE_CHECKING:
    from music21.instrument import Instrument
    from music21.note import GeneralNote
    from music21.stream import Measure, Score

__all__ = ["PPQ", "read_musicxml", "read_scores"]

PPQ = 10_080
"""Ticks of a score per quarter note; notes of all tuplets up to seven last whole ticks."""
SCALE = PPQ // TICKS_PER_QUARTER
"""Ticks of a score per tick of the grid."""
GRACE = PPQ // 12
"""The duration in ticks of a grace note, which is played before the note that it adorns."""
VELOCITY = 80
"""The velocity of a note for which the score has none."""
MAX_NOTES = 500_000
"""The largest number of notes in a part, with repeats unfolded."""


class _Written(NamedTuple):
    """A note as a measure has it.

    Args:
        start: Ticks of the score from the beginning of the measure.
        end: Likewise.
        pitch: MIDI pitch.
        velocity: MIDI velocity.
        is_tied: Whether a tie leads to it from an earlier note.
        leads_on: Whether a tie leads from it to a later note.
    """

    start: int
    end: int
    pitch: int
    velocity: int
    is_tied: bool
    leads_on: bool


def read_scores(path: str | Path) -> tuple[MidiScore, ...]:
    """Read the one score of a MusicXML file (see `read_musicxml`)."""
    return (read_musicxml(path),)


def read_musicxml(path: str | Path, *, max_notes: int = MAX_NOTES) -> MidiScore:
    """Read a MusicXML score by parts, compressed or not, as a band plays it.

    Args:
        path: The file.
        max_notes: The largest number of notes in a part, with repeats unfolded.

    Returns:
        The score, `exact`: the notes have their written onsets. A pickup becomes a bar of its
        own that begins with rests.

    Raises:
        ChartError: The file is no MusicXML, or its bars do not add up: notes fill more than
            their measure, and no meter fits them.
        MidiError: The score has no notes, too many, some that music21 cannot read, or pitches
            that MIDI lacks.
        MissingPackageError: music21 is not installed.
    """
    source = str(path)
    root, remarks = read_score(read_content(path, "a MusicXML file"), source)
    sheet = read_sheet(root, source, for_notes=True, remarks=remarks)
    for part in root.findall("part"):
        _name_staves(part)
        _leave_out_cues(part)
        _play_printed_ties(part)
    doubled = is_in_double_time(root, sheet.chart)
    has_key = sheet.has_chords or root.find(".//key/fifths") is not None
    keep_notes_only(root)
    for part in root.findall("part"):
        keep_shifts(part, PPQ)
    parts = [part for part in _parts(root, sheet, source, max_notes) if part.notes]
    if not parts:
        raise MidiError(f"{source}: has no notes")
    chart, lead_in = sheet.chart, _lead_in(sheet)

    def in_score(tick: int) -> int:
        return (tick + lead_in) * SCALE

    tempi = [(-lead_in, chart.tempo), *chart.tempo_changes]
    bars = [
        (-lead_in, chart.bars[0]),
        *zip(chart.bar_starts[1:], chart.bars[1:], strict=False),
    ]
    score = MidiScore(
        source=source,
        ppq=PPQ,
        end=in_score(chart.ticks),
        parts=tuple(parts),
        title=sheet.title,
        key=chart.key if has_key else None,
        tempos=tuple(Timed(in_score(tick), tempo) for tick, tempo in tempi),
        meters=tuple(Timed(in_score(tick), bar.meter) for tick, bar in bars),
        chords=tuple(
            Timed(in_score(tick), chord)
            for tick, chord in (*sheet.pickup_chords, *chart.placed_chords())
        ),
        sections=tuple(Timed(in_score(max(at, 0)), bar.section) for at, bar in bars if bar.section),
        choruses=(),
        others=(),
        properties={"feel": chart.feel, "tune": chart.title},
        exact=True,
        warnings=sheet.warnings,
        lead_in=in_score(0),
    )
    return score_in_single_time(score) if doubled and not lead_in else score


def _lead_in(sheet: Sheet) -> int:
    """Return the ticks before the first bar: a whole bar if there is a pickup, else none."""
    return sheet.chart.bars[0].meter.bar_ticks if sheet.measures[0].tick < 0 else 0


def _name_staves(part: Element) -> None:
    """Put notes without a staff on the first one.

    In parts with several staves music21 would leave them out.
    """
    if part.find("measure/attributes/staves") is not None:
        for note in part.iter("note"):
            if note.find("staff") is None:
                SubElement(note, "staff").text = "1"


def _leave_out_cues(part: Element) -> None:
    """Replace cue notes by gaps: music21 would read them as notes that are played."""
    for measure in part.findall("measure"):
        for note in measure.findall("note"):
            if note.find("cue") is None:
                continue
            if note.find("chord") is None and note.find("grace") is None:
                note.tag = "forward"
            else:
                measure.remove(note)


def _play_printed_ties(part: Element) -> None:
    """Add the ties that are printed but not played, which music21 would leave out."""
    for note in part.iter("note"):
        if note.find("notations/tied") is not None and note.find("tie") is None:
            for tied in note.findall("notations/tied"):
                if tied.get("type") in ("start", "stop"):
                    SubElement(note, "tie", {"type": tied.get("type", "")})


def _parts(root: Element, sheet: Sheet, source: str, max_notes: int) -> Iterator[MidiPart]:
    """Yield the parts of a score; each staff of an instrument is a part."""
    require(f"{source}: reading its notes needs", "music21")
    played = [measure._replace(tick=measure.tick + _lead_in(sheet)) for measure in sheet.measures]
    try:
        for number, part in enumerate(_stream(root).parts):
            instrument = part.getInstrument(returnDefault=True)
            written = [list(_written(measure)) for measure in part.getElementsByClass("Measure")]
            yield MidiPart(
                number,
                part.partName or "",
                _channel(instrument),
                instrument.midiProgram or 0,
                tuple(_play(played, written, max_notes)),
            )
    except MemoryError:
        raise
    except InputError as error:
        raise MidiError(f"{source}: {error}") from None
    except Exception as error:  # noqa: BLE001 - whatever music21 meets in a broken score
        reason = " ".join(str(error).split())[:80] or type(error).__name__
        raise MidiError(f"{source}: music21 cannot read its notes: {reason}") from None


def _stream(root: Element) -> Score:
    """Return music21's reading of a score, at sounding pitch."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # none of its warnings concerns the notes
        from music21.musicxml.xmlToM21 import MusicXMLImporter

        importer = MusicXMLImporter()
        importer.xmlRootToScore(root, importer.stream)
        importer.stream.toSoundingPitch(inPlace=True)
        return importer.stream


def _channel(instrument: Instrument) -> int:
    channel = instrument.midiChannel
    return channel if channel is not None and 0 <= channel <= 15 else 0


def _written(measure: Measure) -> Iterator[_Written]:
    """Yield the notes of a measure; grace notes end where the note that they adorn begins."""
    graces: list[tuple[int, GeneralNote]] = []
    for element in measure.recurse().notes:
        start = round(Fraction(element.getOffsetInHierarchy(measure)) * PPQ)
        if element.duration.isGrace:
            graces.append((start, element))
            continue
        end = start + round(Fraction(element.quarterLength) * PPQ)
        attack, release = shifts_of(element)
        yield from _notes_of(element, start + attack, end + release)
    for start, group in groupby(graces, itemgetter(0)):
        elements = [element for _, element in group]
        for before, element in zip(range(len(elements), 0, -1), elements, strict=True):
            attack, release = shifts_of(element)
            if attack < release:
                yield from _notes_of(element, start + attack, start + release)
            else:
                begin = start - before * GRACE
                yield from _notes_of(element, begin, begin + GRACE)


def _notes_of(element: GeneralNote, start: int, end: int) -> Iterator[_Written]:
    """Yield the notes of a note or a chord, without slashes of rhythmic notation."""
    if "Harmony" in element.classes:
        return
    for note in element.notes if element.isChord else (element,):
        if not note.isNote or note.notehead == "slash":
            continue
        pitch = round(note.pitch.ps)
        if not 0 <= pitch <= 127:
            raise MidiError(f"pitch {pitch:.4g}: expected 0 to 127")
        velocity = note.volume.velocity or VELOCITY
        tie = note.tie.type if note.tie is not None else ""
        tied = tie in ("stop", "continue")
        # The end of a tied note may come before its last part as it is written.
        if end <= start and not tied:
            continue
        leads_on = tie in ("start", "continue")
        yield _Written(start, end, pitch, min(max(velocity, 1), 127), tied, leads_on)


def _play(
    played: Sequence[PlayedMeasure], written: Sequence[Sequence[_Written]], max_notes: int
) -> list[MidiNote]:
    """Return the notes of measures in the order in which they are played, tied notes as one.

    Many programs write only the beginning of a tie. It then leads to the next note of its pitch
    if that follows at once, in the same measure or the next one as it is written.

    Args:
        played: The measures in the order in which they are played.
        written: The notes of each written measure.
        max_notes: The largest number of notes.

    Raises:
        MidiError: There are more.
    """
    notes: list[MidiNote] = []
    last: dict[int, int] = {}  # the index of the last note of each pitch
    leads_on: dict[int, tuple[int, int]] = {}  # the turn and the measure in which it is tied on
    for turn, measure in enumerate(played):
        begin = measure.tick * SCALE
        for note in sorted(written[measure.number] if measure.number < len(written) else ()):
            start, end = begin + note.start, begin + note.end
            before = last.get(note.pitch)
            here = (turn, measure.number)
            origin = leads_on.pop(note.pitch, None)
            tied = note.is_tied or origin in (here, (turn - 1, measure.number - 1))
            if note.leads_on:
                leads_on[note.pitch] = here
            if tied and before is not None and notes[before].end == start:
                notes[before] = notes[before]._replace(end=max(end, notes[before].start + 1))
            elif start >= 0 and end > start:
                last[note.pitch] = len(notes)
                notes.append(MidiNote(start, end, note.pitch, note.velocity))
            if len(notes) > max_notes:
                raise MidiError(f"more than {max_notes:,} notes")
    return sorted(notes)
