"""The measures of a MusicXML score as they are written, all parts together.

What stands in them is read apart from the notes: chord symbols, meters, bar lines, jumps,
tempi, sections, the key and words. Source: MusicXML 4.0, W3C Music Notation Community Group.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from xml.etree.ElementTree import Element

from jazzgen.errors import ChartError, ChordError
from jazzgen.io.musicxml.harmony import chord_of
from jazzgen.music.chord import ChordSymbol
from jazzgen.music.pitch import Key
from jazzgen.music.repeats import MAX_BARS
from jazzgen.music.timing import FOUR_FOUR, MAX_TEMPO, MIN_TEMPO, TICKS_PER_QUARTER, Meter

__all__ = ["MAX_TIMES", "Measure", "WrittenScore", "read_written"]

MAJOR_TONICS = ("Cb", "Gb", "Db", "Ab", "Eb", "Bb", "F", "C", "G", "D", "A", "E", "B", "F#", "C#")
MINOR_TONICS = ("Ab", "Eb", "Bb", "F", "C", "G", "D", "A", "E", "B", "F#", "C#", "G#", "D#", "A#")
"""By sharps, or flats if negative, from -7 on."""
MAX_TIMES = 16
MAX_METER = 40
"""Characters above or below the line of a meter such as 3+2+2 over 8."""

DECIMAL = re.compile(r"[-+]?(?:\d{1,15}(?:\.\d{0,9})?|\.\d{1,9})", re.ASCII)
"""Numbers as MusicXML writes them. Sums of them stay short; those of 1/3, 1/5, 1/7 would not."""
FIFTHS = re.compile(r"[-+]?\d{1,2}", re.ASCII)


@dataclass
class Measure:
    """A measure of the score, all its parts together.

    Args:
        meter: Its meter, in the first part.
        bars: How many bars of it there are: 1, but where notes fill several.
        length: Quarter notes that its notes and rests fill.
        chords: Chord symbols, by quarter notes from its beginning, as the first part with
            chords sounds.
        tempi: Quarter notes per minute, by quarter notes from its beginning.
        section: Its rehearsal mark, or nothing.
        opens: Whether a repeat begins with it.
        is_ending: Whether an ending begins with it.
        times: How often all is played that a repeat after it closes; 0 without one.
        segno: Whether a segno stands at it.
        leaves: Whether it is left for the coda, after a jump.
        coda: Whether the coda begins with it.
        fine: Whether it is the last one, after a jump.
        jump: "D.C.", "D.S." or nothing.
        is_implicit: Whether it has no number of its own: a part of a bar, as a rule.
        is_pickup: Whether it comes before the first bar.
    """

    meter: Meter
    bars: int = 1
    length: Fraction = Fraction(0)
    chords: dict[Fraction, ChordSymbol] = field(default_factory=dict)
    tempi: dict[Fraction, float] = field(default_factory=dict)
    section: str = ""
    opens: bool = False
    is_ending: bool = False
    times: int = 0
    segno: bool = False
    leaves: bool = False
    coda: bool = False
    fine: bool = False
    jump: str = ""
    is_implicit: bool = False
    is_pickup: bool = False

    @property
    def ticks(self) -> int:
        """How long it is; what holds nothing is a whole bar."""
        length = round(self.length * TICKS_PER_QUARTER)
        whole = self.bars * self.meter.bar_ticks
        return min(length, whole) or whole


@dataclass
class WrittenScore:
    """What a score says of its measures.

    Args:
        measures: They.
        key: The first key signature, as written, if there is one.
        up: By how many semitones the chords sound above what is written; None without any.
        key_up: The same for the key.
        words: What stands above the staves.
    """

    measures: list[Measure] = field(default_factory=list)
    key: Key | None = None
    up: int | None = None
    key_up: int = 0
    words: list[str] = field(default_factory=list)


def read_written(root: Element, source: str) -> WrittenScore:
    """Read the measures of a score.

    Args:
        root: The score, by parts.
        source: What to name in messages.

    Raises:
        ChartError: There are none, too many, or one cannot be read; the message names it.
    """
    score = WrittenScore()
    for part in root.findall("part"):
        _read_part(score, part, source)
    if not score.measures:
        raise ChartError(f"{source}: no measures")
    return score


@dataclass
class _Place:
    """Where in a score it is being read.

    Args:
        score: What has been read of it.
        measure: The measure.
        divisions: Of a quarter note.
        up: By how many semitones the part sounds above what is written.
        name: What messages call the measure.
        quarters: How far into the measure.
    """

    score: WrittenScore
    measure: Measure
    divisions: Fraction
    up: int
    name: str
    quarters: Fraction = Fraction(0)

    lengths: dict[str, Fraction] = field(default_factory=dict)
    """Of the durations so far: scores repeat few of them often."""

    def length(self, item: Element) -> Fraction:
        """Return the quarter notes that an element lasts."""
        text = item.findtext("duration") or "0"
        length = self.lengths.get(text)
        if length is None:
            length = _fraction(text, self.name) / self.divisions
            if length < 0:
                raise ChartError(f"{self.name}: a duration of {text.strip()}")
            self.lengths[text] = length
        return length

    def go_on(self, item: Element) -> None:
        """Go on by as much as an element lasts."""
        if length := self.length(item):
            self.quarters += length
            self.measure.length = max(self.measure.length, self.quarters)

    def moved(self, item: Element) -> Fraction:
        """Return the place of an element that may be moved by an offset."""
        offset = _fraction(item.findtext("offset") or "0", self.name) / self.divisions
        return max(Fraction(0), self.quarters + offset)


def _read_part(score: WrittenScore, part: Element, source: str) -> None:
    """Read the measures of a part into the score."""
    divisions, meter, up = Fraction(1), FOUR_FOUR, 0
    for number, element in enumerate(part.findall("measure")):
        where = f"{source}: measure {number + 1}"
        if number >= MAX_BARS:
            raise ChartError(f"{source}: more than {MAX_BARS} measures")
        divisions = _divisions(element, divisions, where)
        meter = _meter(element, meter, where)
        up = _sounds_above(element, up, where)
        if number == len(score.measures):
            score.measures.append(Measure(meter))
        measure = score.measures[number]
        _read_measure(_Place(score, measure, divisions, up, where), element)
        short = measure.length * TICKS_PER_QUARTER < meter.bar_ticks
        measure.is_implicit |= element.get("implicit") == "yes"
        measure.is_pickup = number == 0 and (
            measure.is_implicit or (element.get("number") == "0" and short)
        )


def _read_measure(here: _Place, element: Element) -> None:
    for item in element:
        if item.tag == "note":
            if item.find("chord") is None and item.find("grace") is None:
                here.go_on(item)
        elif item.tag == "backup":
            here.quarters = max(Fraction(0), here.quarters - here.length(item))
        elif item.tag == "forward":
            here.go_on(item)
        elif item.tag == "harmony":
            _read_chord(here, item)
        elif item.tag in ("direction", "sound"):
            _read_direction(here, item)
        elif item.tag == "barline":
            _read_bar_line(here.measure, item, here.name)
        elif item.tag == "attributes":
            _read_key(here, item)


def _read_chord(here: _Place, harmony: Element) -> None:
    try:
        chord = chord_of(harmony)
    except ChordError as error:
        raise ChartError(f"{here.name}: {error}") from None
    if here.score.up is None:
        here.score.up = here.up
    here.measure.chords.setdefault(here.moved(harmony), chord.transpose(here.up - here.score.up))


def _read_direction(here: _Place, direction: Element) -> None:
    score, measure = here.score, here.measure
    sound = direction if direction.tag == "sound" else direction.find("sound")
    place = here.moved(direction)
    if sound is not None:
        if (tempo := _tempo(sound.get("tempo", ""))) is not None:
            measure.tempi[place] = tempo
        measure.segno |= sound.get("segno") is not None
        measure.coda |= sound.get("coda") is not None
        measure.leaves |= sound.get("tocoda") is not None
        measure.fine |= sound.get("fine") is not None
        if sound.get("dacapo") == "yes":
            measure.jump = "D.C."
        if sound.get("dalsegno") is not None:
            measure.jump = "D.S."
    mark = direction.findtext("direction-type/rehearsal")
    if mark and not measure.section:
        measure.section = " ".join(mark.split())
    for words in direction.findall("direction-type/words"):
        score.words.append((words.text or "")[:200])


def _read_bar_line(measure: Measure, line: Element, where: str) -> None:
    repeat = line.find("repeat")
    if repeat is not None and repeat.get("direction") == "forward":
        measure.opens = True
    elif repeat is not None:
        times = _fraction(repeat.get("times", "2"), where)
        if not 2 <= times <= MAX_TIMES:
            raise ChartError(f"{where}: repeated {times} times: expected 2 to {MAX_TIMES}")
        measure.times = int(times)
    ending = line.find("ending")
    if ending is not None and ending.get("type") == "start":
        measure.is_ending = True
    measure.segno |= line.find("segno") is not None
    measure.coda |= line.find("coda") is not None


def _read_key(here: _Place, attributes: Element) -> None:
    fifths = (attributes.findtext("key/fifths") or "").strip()
    if here.score.key is not None or not FIFTHS.fullmatch(fifths):
        return
    number = int(fifths)
    if -7 <= number <= 7:
        minor = (attributes.findtext("key/mode") or "").strip() == "minor"
        tonics = MINOR_TONICS if minor else MAJOR_TONICS
        here.score.key = Key(tonics[number + 7], "minor" if minor else "major")
        here.score.key_up = here.up


def _sounds_above(measure: Element, before: int, where: str) -> int:
    """Return by how many semitones a part sounds above what is written, octaves apart."""
    chromatic = measure.findtext("attributes/transpose/chromatic")
    return before if chromatic is None else int(_fraction(chromatic, where)) % 12


def _divisions(measure: Element, before: Fraction, where: str) -> Fraction:
    text = measure.findtext("attributes/divisions")
    divisions = before if text is None else _fraction(text, where)
    if divisions <= 0:
        raise ChartError(f"{where}: {divisions} divisions of a quarter note")
    return divisions


def _meter(measure: Element, before: Meter, where: str) -> Meter:
    beats, unit = (measure.findtext(f"attributes/time/{name}") for name in ("beats", "beat-type"))
    if beats is None or unit is None:
        return before
    try:
        if max(len(beats), len(unit)) > MAX_METER:
            raise ValueError
        parts = [int(part) for part in beats.split("+")]
        return Meter(sum(parts), int(unit))
    except ValueError:
        raise ChartError(f"{where}: no meter: {beats[:16]!r} over {unit[:16]!r}") from None
    except ChartError as error:
        raise ChartError(f"{where}: {error}") from None


def _fraction(text: str, where: str) -> Fraction:
    """Return a number that a score may hold.

    Raises:
        ChartError: It is none, or nobody would write it.
    """
    number = _decimal(text.strip()[:40])
    if number is None:
        raise ChartError(f"{where}: {text.strip()[:20]!r} where a number is due")
    return number


@lru_cache(maxsize=1024)
def _decimal(text: str) -> Fraction | None:
    return Fraction(text) if DECIMAL.fullmatch(text) else None


def _tempo(text: str) -> float | None:
    try:
        tempo = float(text)
    except ValueError:
        return None
    return tempo if MIN_TEMPO <= tempo <= MAX_TEMPO else None
