"""The measures of a MusicXML score as they are written, all parts together.

Everything but the notes is read here: chord symbols, meters, bar lines, jumps, tempi, sections,
the key and words. Source: MusicXML 4.0, W3C Music Notation Community Group.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from xml.etree.ElementTree import Element

from jazzgen.errors import ChartError
from jazzgen.io.chart_symbols import ChartSymbols
from jazzgen.io.musicxml.harmony_reader import read_harmony
from jazzgen.io.musicxml.measure_chords import ChordWords, WaitingChords
from jazzgen.io.musicxml.navigation import Navigation
from jazzgen.io.musicxml.numbers import divisions_of, fraction_of, meter_of, sounds_above
from jazzgen.io.musicxml.tempo import tempo_of
from jazzgen.music.chord import ChordSymbol
from jazzgen.music.pitch import Key
from jazzgen.music.repeats import MAX_BARS
from jazzgen.music.timing import FOUR_FOUR, TICKS_PER_QUARTER, Meter

__all__ = ["Measure", "WrittenScore", "read_written"]

MAJOR_TONICS = ("Cb", "Gb", "Db", "Ab", "Eb", "Bb", "F", "C", "G", "D", "A", "E", "B", "F#", "C#")
MINOR_TONICS = ("Ab", "Eb", "Bb", "F", "C", "G", "D", "A", "E", "B", "F#", "C#", "G#", "D#", "A#")
"""The tonics of keys, from seven flats to seven sharps."""
MAX_CHORD = 40
"""The largest number of characters of words that may be a chord symbol."""
FIFTHS = re.compile(r"[-+]?\d{1,2}", re.ASCII)


@dataclass
class Measure:
    """A measure of the score, all its parts together.

    Args:
        meter: Its meter, in the first part.
        bars: The number of bars that it counts as: more than 1 if its notes fill several.
        length: The sum of its notes and rests in quarter notes.
        chords: Chord symbols by the quarter notes from its beginning, at the sounding pitch of the
            first part with chords.
        tempi: Quarter notes per minute by the quarter notes from its beginning.
        section: Its rehearsal mark, or "".
        navigation: Its repeats, endings and jumps.
        is_implicit: Whether it has no number, as parts of a divided bar have none.
        is_pickup: Whether it is a pickup to the first bar.
    """

    meter: Meter
    bars: int = 1
    length: Fraction = Fraction(0)
    chords: dict[Fraction, ChordSymbol] = field(default_factory=dict)
    tempi: dict[Fraction, float] = field(default_factory=dict)
    section: str = ""
    navigation: Navigation = field(default_factory=Navigation)
    is_implicit: bool = False
    is_pickup: bool = False

    @property
    def ticks(self) -> int:
        """Its length, at most that of its bars; an empty measure is a full bar."""
        length = round(self.length * TICKS_PER_QUARTER)
        full = self.bars * self.meter.bar_ticks
        return min(length, full) or full


@dataclass
class WrittenScore:
    """The measures of a score, and what concerns all of them.

    Args:
        measures: The measures.
        key: The first key signature as it is written, if there is one.
        says_mode: Whether the key signature says if it is major or minor.
        up: The semitones by which chords sound higher than written; None without chords.
        key_up: The semitones by which the key sounds higher than written.
        words: The directions above the staves.
        symbols: Keeps warnings about chord symbols.
        chord_words: The directions that may be chord symbols.
    """

    measures: list[Measure] = field(default_factory=list)
    key: Key | None = None
    says_mode: bool = True
    up: int | None = None
    key_up: int = 0
    words: list[str] = field(default_factory=list)
    symbols: ChartSymbols = field(default_factory=lambda: ChartSymbols(unit="measure"))
    chord_words: ChordWords = field(default_factory=ChordWords)


def read_written(root: Element, source: str) -> WrittenScore:
    """Read the measures of a score.

    Args:
        root: The score, by parts.
        source: The file's name in messages.

    Raises:
        ChartError: There are no measures, too many, or one that cannot be read; the message names
            it.
    """
    score = WrittenScore()
    for part in root.findall("part"):
        _read_part(score, part, source)
    if not score.measures:
        raise ChartError(f"{source}: no measures")
    if score.chord_words.take_over([measure.chords for measure in score.measures]):
        score.up = score.key_up
        score.symbols.remark("the chord symbols are read from words", score.chord_words.found[0][0])
    return score


@dataclass
class _Position:
    """The position in a score up to which it has been read.

    Args:
        score: The measures so far.
        measure: The current measure.
        divisions: The unit of durations, in divisions of a quarter note.
        up: The semitones by which the part sounds higher than written.
        number: The number of the measure, from 1.
        name: The name of the measure in messages.
        quarters: The quarter notes since the beginning of the measure.
        lengths: The durations so far, by their text, since scores repeat a few of them often.
    """

    score: WrittenScore
    measure: Measure
    divisions: Fraction
    up: int
    number: int
    name: str
    quarters: Fraction = Fraction(0)
    lengths: dict[str, Fraction] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.chords = WaitingChords(self.measure.chords, self.score.symbols, self.number)

    def length(self, item: Element) -> Fraction:
        """Return the duration of an element in quarter notes."""
        text = item.findtext("duration") or "0"
        length = self.lengths.get(text)
        if length is None:
            length = fraction_of(text, self.name) / self.divisions
            if length < 0:
                raise ChartError(f"{self.name}: a duration of {text.strip()}")
            self.lengths[text] = length
        return length

    def advance(self, item: Element) -> None:
        """Advance by the duration of an element."""
        if length := self.length(item):
            self.chords.settle(length)
            self.quarters += length
            self.measure.length = max(self.measure.length, self.quarters)

    def moved(self, item: Element) -> Fraction:
        """Return the position of an element that may have an offset, in quarter notes."""
        offset = fraction_of(item.findtext("offset") or "0", self.name) / self.divisions
        return max(Fraction(0), self.quarters + offset)


def _read_part(score: WrittenScore, part: Element, source: str) -> None:
    """Read the measures of a part into the score."""
    divisions, meter, up = Fraction(1), FOUR_FOUR, 0
    for number, element in enumerate(part.findall("measure")):
        where = f"{source}: measure {number + 1}"
        if number >= MAX_BARS:
            raise ChartError(f"{source}: more than {MAX_BARS} measures")
        divisions = divisions_of(element, divisions, where)
        meter = meter_of(element, meter, where)
        up = sounds_above(element, up, where)
        if number == len(score.measures):
            score.measures.append(Measure(meter))
        measure = score.measures[number]
        _read_measure(_Position(score, measure, divisions, up, number + 1, where), element)
        short = measure.length * TICKS_PER_QUARTER < meter.bar_ticks
        measure.is_implicit |= element.get("implicit") == "yes"
        measure.is_pickup = number == 0 and (
            measure.is_implicit or (element.get("number") == "0" and short)
        )


def _read_measure(here: _Position, element: Element) -> None:
    for item in element:
        if read := READERS.get(item.tag):
            read(here, item)
    here.chords.settle()


def _read_note(here: _Position, note: Element) -> None:
    if note.find("chord") is None and note.find("grace") is None:
        here.advance(note)


def _read_backup(here: _Position, backup: Element) -> None:
    here.chords.settle()
    here.quarters = max(Fraction(0), here.quarters - here.length(backup))


def _read_bar_line(here: _Position, line: Element) -> None:
    if remark := here.measure.navigation.read_bar_line(line):
        here.score.symbols.remark(remark, here.number)


def _read_chord(here: _Position, harmony: Element) -> None:
    chord, remark = read_harmony(harmony, here.score.key)
    if remark:
        here.score.symbols.remark(remark, here.number)
    if chord is None:
        return
    if here.score.up is None:
        here.score.up = here.up
    here.chords.add(here.moved(harmony), chord.transpose(here.up - here.score.up))


def _read_direction(here: _Position, direction: Element) -> None:
    score, measure = here.score, here.measure
    quarters = here.moved(direction)
    if (tempo := tempo_of(direction)) is not None:
        measure.tempi[quarters] = tempo
    measure.navigation.read_direction(direction, quarters)
    mark = direction.findtext("direction-type/rehearsal")
    if mark and not measure.section:
        measure.section = " ".join(mark.split())
    for words in direction.findall("direction-type/words"):
        score.words.append((words.text or "")[:200])
        score.chord_words.add((words.text or "")[:MAX_CHORD], here.number, quarters)


def _read_key(here: _Position, attributes: Element) -> None:
    fifths = (attributes.findtext("key/fifths") or "").strip()
    if here.score.key is not None or not FIFTHS.fullmatch(fifths):
        return
    number = int(fifths)
    if -7 <= number <= 7:
        mode = (attributes.findtext("key/mode") or "").strip()
        minor = mode in ("minor", "aeolian", "dorian", "phrygian")
        here.score.says_mode = mode not in ("", "none")
        tonics = MINOR_TONICS if minor else MAJOR_TONICS
        here.score.key = Key(tonics[number + 7], "minor" if minor else "major")
        here.score.key_up = here.up


READERS: dict[str, Callable[[_Position, Element], None]] = {
    "note": _read_note,
    "forward": _Position.advance,
    "backup": _read_backup,
    "harmony": _read_chord,
    "direction": _read_direction,
    "sound": _read_direction,
    "barline": _read_bar_line,
    "attributes": _read_key,
}
"""What reads each element of a measure."""
