"""Read the changes of a MusicXML lead sheet: chord symbols, meters, repeats, tempo, key.

The chord symbols of all parts count, by their places. Repeats, endings, D.C., D.S., coda
and fine are unfolded as players do it (see `chart_jumps`). A measure without chords lets
the chord before go on. A pickup before the first full measure is left out, for a chart
begins with a bar; two measures that fill one bar between them, as at a repeat in the middle
of it, are one. Parts of transposing instruments are read as they sound. Source: MusicXML
4.0, W3C Music Notation Community Group.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple
from xml.etree.ElementTree import Element

from jazzgen.errors import ChartError, ChordError
from jazzgen.formats.chart_jumps import JumpBar, playing_order
from jazzgen.formats.chart_key import guess_key
from jazzgen.formats.chart_repeats import MAX_BARS
from jazzgen.formats.chart_styles import feel_of_words
from jazzgen.formats.musicxml_harmony import chord_of
from jazzgen.formats.xml_guard import ZIP, read_xml, unpack_mxl
from jazzgen.music.chart import Bar, Chart, PlacedChord, TempoChange
from jazzgen.music.chord import ChordSymbol
from jazzgen.music.pitch import Key
from jazzgen.music.timing import FOUR_FOUR, MAX_TEMPO, MIN_TEMPO, TICKS_PER_QUARTER, Meter

__all__ = ["SUFFIXES", "PlayedMeasure", "Sheet", "is_musicxml", "names_musicxml", "parse_musicxml",
           "read_score", "read_sheet"]  # fmt: skip

SUFFIXES = (".musicxml", ".mxl", ".xml")
HEAD = 4096
BEGINNINGS = (ZIP, b"<", b"\xef\xbb\xbf<", b"\xff\xfe<\x00", b"\xfe\xff\x00<")
"""How a file may begin: an archive, and XML in UTF-8 or UTF-16."""

MAJOR_TONICS = ("Cb", "Gb", "Db", "Ab", "Eb", "Bb", "F", "C", "G", "D", "A", "E", "B", "F#", "C#")
MINOR_TONICS = ("Ab", "Eb", "Bb", "F", "C", "G", "D", "A", "E", "B", "F#", "C#", "G#", "D#", "A#")
"""By sharps, or flats if negative, from -7 on."""
MAX_TIMES = 16
MAX_METER = 40
"""Characters above or below the line of a meter such as 3+2+2 over 8."""
USUAL_TEMPO = 120.0

DECIMAL = re.compile(r"[-+]?(?:\d{1,15}(?:\.\d{0,9})?|\.\d{1,9})", re.ASCII)
"""Numbers as MusicXML writes them. Sums of them stay short; those of 1/3, 1/5, 1/7 would not."""
FIFTHS = re.compile(r"[-+]?\d{1,2}", re.ASCII)


class PlayedMeasure(NamedTuple):
    """A measure as it is played, once of perhaps several times.

    Args:
        number: Which of those that are written, from 0.
        tick: Where it begins, in ticks from the beginning of the chart; below 0 in a
            pickup.
    """

    number: int
    tick: int


@dataclass(frozen=True)
class Sheet:
    """What a score says of its bars, apart from the notes.

    Args:
        chart: The chart, repeats and jumps unfolded; without chords if it has none.
        measures: The measures in the order in which they are played.
        overfull: What is wrong with the first measure that holds more than its meter says,
            or nothing.
    """

    chart: Chart
    measures: tuple[PlayedMeasure, ...]
    overfull: str = ""

    @property
    def has_chords(self) -> bool:
        """Whether there is any chord symbol."""
        return any(chord.root for _, chord in self.chart.placed_chords())


@dataclass
class _Measure:
    """A measure of the score, all its parts together."""

    meter: Meter
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
        return min(length, self.meter.bar_ticks) or self.meter.bar_ticks


@dataclass
class _Score:
    """What has been read."""

    measures: list[_Measure] = field(default_factory=list)
    key: Key | None = None
    up: int | None = None
    """By how many semitones the chords sound above what is written."""
    key_up: int = 0
    """The same for the key."""
    words: list[str] = field(default_factory=list)


def is_musicxml(path: Path) -> bool:
    """Return whether a file means to be MusicXML: by its name, or by its beginning."""
    if path.suffix.lower() in SUFFIXES:
        return True
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            return file.read(max(map(len, BEGINNINGS))).startswith(BEGINNINGS)
    except (OSError, ValueError):
        return False  # whoever reads it will say why


def names_musicxml(path: Path) -> bool:
    """Return whether an XML file names a score of MusicXML where it begins."""
    try:
        with path.open("rb") as file:
            beginning = file.read(HEAD).replace(b"\0", b"")  # UTF-16 too
    except OSError:
        return False
    return b"score-partwise" in beginning or b"score-timewise" in beginning


def parse_musicxml(content: bytes, source: str = "chart") -> Chart:
    """Read a chart from MusicXML.

    Args:
        content: The bytes of a `.musicxml` file, or of a compressed `.mxl`.
        source: What to name in messages, a file's name as a rule.

    Returns:
        The chart, repeats and jumps unfolded.

    Raises:
        ChartError: It is no MusicXML, holds no chord symbols, or its bars do not add up;
            the message names the measure.
    """
    sheet = read_sheet(read_score(content, source), source)
    if not sheet.has_chords:
        raise ChartError(f"{source}: no chord symbols: expected a lead sheet with chords above "
                         "the staff")  # fmt: skip
    return sheet.chart


def read_score(content: bytes, source: str) -> Element:
    """Return the root of a MusicXML score, compressed or not.

    Args:
        content: The bytes of the file.
        source: What to name in messages.

    Raises:
        ChartError: It is no MusicXML, or none that is safe to read.
    """
    xml = unpack_mxl(content, source) if content.startswith(ZIP) else content
    root = read_xml(xml, source)
    if root.tag != "score-partwise":
        raise ChartError(f"{source}: expected a MusicXML score by parts, not {root.tag[:40]!r}")
    return root


def read_sheet(root: Element, source: str) -> Sheet:
    """Read the bars of a score, without its notes.

    Args:
        root: The score, by parts.
        source: What to name in messages.

    Raises:
        ChartError: The bars do not add up; the message names the measure.
    """
    score = _Score()
    for part in root.findall("part"):
        _read_part(score, part, source)
    if not score.measures:
        raise ChartError(f"{source}: no measures")
    try:
        return _sheet(score, _title(root))
    except ChartError as error:
        raise ChartError(f"{source}: {error}") from None


def _title(root: Element) -> str:
    title = root.findtext("work/work-title") or root.findtext("movement-title") or ""
    return " ".join(title.split())


def _sheet(score: _Score, title: str) -> Sheet:
    skipped = int(len(score.measures) > 1 and score.measures[0].is_pickup)
    measures = score.measures[skipped:]
    order = playing_order([
        JumpBar(
            Bar(meter=measure.meter), measure.opens, measure.is_ending, measure.times,
            measure.segno, measure.leaves, measure.coda, measure.fine, measure.jump,
        )
        for measure in measures
    ])  # fmt: skip
    bars, starts = _bars(measures, order)
    tempo, changes = _tempi(score.measures[:skipped], [measures[n] for n in order], starts)
    end = sum(bar.meter.bar_ticks for bar in bars)
    changes = tuple(change for change in changes if change.tick < end)
    feel = feel_of_words(score.words, bars[0].meter)
    up = score.up or 0
    key = score.key.transpose(score.key_up - up) if score.key else guess_key(bars)
    chart = Chart(bars, title, key, tempo, feel, tempo_changes=changes)
    pickup = [PlayedMeasure(0, -measure.ticks) for measure in score.measures[:skipped]]
    played = [PlayedMeasure(n + skipped, start) for n, start in zip(order, starts, strict=True)]
    return Sheet(chart.transpose(up), (*pickup, *played), _overfull(score.measures))


def _overfull(measures: Sequence[_Measure]) -> str:
    for number, measure in enumerate(measures, 1):
        if measure.length * TICKS_PER_QUARTER > measure.meter.bar_ticks:
            return f"measure {number}: {float(measure.length):.6g} quarter notes in {measure.meter}"
    return ""


def _bars(measures: Sequence[_Measure], order: Sequence[int]) -> tuple[tuple[Bar, ...], list[int]]:
    """Return the bars that are played, and the tick at which each measure begins."""
    bars: list[Bar] = []
    starts: list[int] = []
    end = filled = 0  # where the last bar ends, and how far measures fill it
    for turn, number in enumerate(order):
        measure, placed = measures[number], _placed(measures[number], number + 1)
        bar = measure.meter.bar_ticks
        if turn and _completes(measures, order[turn - 1], number, filled):
            starts.append(end - bar + filled)
            later = (PlacedChord(filled + tick, chord) for tick, chord in placed)
            bars[-1] = replace(bars[-1], chords=(*bars[-1].chords, *later))
            filled = bar
            continue
        starts.append(end)
        bars.append(Bar(tuple(placed), measure.meter, measure.section))
        filled, end = measure.ticks, end + bar
    return tuple(bars), starts


def _completes(measures: Sequence[_Measure], before: int, number: int, filled: int) -> bool:
    """Whether a measure is the rest of a bar that a measure before it has begun.

    Where nothing tells that a bar was divided, a short measure is one that is not written
    out.
    """
    first, second = measures[before], measures[number]
    divided = (
        number != before + 1 or first.times or second.opens or first.is_implicit
        or second.is_implicit
    )  # fmt: skip
    same = first.meter == second.meter and not second.section
    return bool(divided) and same and filled + second.ticks == first.meter.bar_ticks


def _placed(measure: _Measure, number: int) -> list[PlacedChord]:
    chords: dict[int, ChordSymbol] = {}
    for place, chord in sorted(measure.chords.items()):
        tick = round(place * TICKS_PER_QUARTER)
        if tick >= measure.meter.bar_ticks:
            raise ChartError(f"measure {number}: a chord behind its {measure.meter} end")
        chords[tick] = chord
    return [PlacedChord(tick, chord) for tick, chord in sorted(chords.items())]


def _tempi(
    pickup: Sequence[_Measure], measures: Sequence[_Measure], starts: Sequence[int]
) -> tuple[float, tuple[TempoChange, ...]]:
    """Return the first tempo that is named, and the changes of it as they are played."""
    named = [tempo for measure in (*pickup, *measures) for tempo in measure.tempi.values()]
    first = now = named[0] if named else USUAL_TEMPO
    changes: list[TempoChange] = []
    for measure, start in zip(measures, starts, strict=True):
        for place, tempo in sorted(measure.tempi.items()):
            tick = start + round(place * TICKS_PER_QUARTER)
            if tick > start + measure.meter.bar_ticks:
                continue  # nobody hears what stands behind its measure
            if tick and tempo != now and (not changes or changes[-1].tick < tick):
                changes.append(TempoChange(tick, tempo))
                now = tempo
    return first, tuple(changes)


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

    score: _Score
    measure: _Measure
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


def _read_part(score: _Score, part: Element, source: str) -> None:
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
            score.measures.append(_Measure(meter))
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


def _read_bar_line(measure: _Measure, line: Element, where: str) -> None:
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
