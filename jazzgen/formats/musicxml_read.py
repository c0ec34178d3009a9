"""Read the changes of a MusicXML lead sheet: chord symbols, meters, repeats, tempo, key.

The chord symbols of all parts count, by their places. Repeats, endings, D.C., D.S., coda
and fine are unfolded as players do it (see `chart_jumps`). A measure without chords lets
the chord before go on. A pickup before the first full measure is left out, for a chart
begins with a bar. Source: MusicXML 4.0, W3C Music Notation Community Group.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from xml.etree.ElementTree import Element

from jazzgen.errors import ChartError, ChordError
from jazzgen.formats.chart_jumps import JumpBar, unfold_jumps
from jazzgen.formats.chart_key import guess_key
from jazzgen.formats.chart_repeats import MAX_BARS
from jazzgen.formats.chart_styles import feel_of_words
from jazzgen.formats.musicxml_harmony import chord_of
from jazzgen.formats.xml_guard import ZIP, read_xml, unpack_mxl
from jazzgen.music.chart import Bar, Chart, PlacedChord, TempoChange
from jazzgen.music.chord import ChordSymbol
from jazzgen.music.pitch import Key
from jazzgen.music.timing import FOUR_FOUR, MAX_TEMPO, MIN_TEMPO, TICKS_PER_QUARTER, Meter

__all__ = ["parse_musicxml"]

MAJOR_TONICS = ("Cb", "Gb", "Db", "Ab", "Eb", "Bb", "F", "C", "G", "D", "A", "E", "B", "F#", "C#")
MINOR_TONICS = ("Ab", "Eb", "Bb", "F", "C", "G", "D", "A", "E", "B", "F#", "C#", "G#", "D#", "A#")
"""By sharps, or flats if negative, from -7 on."""
MAX_TIMES = 16
USUAL_TEMPO = 120.0


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
    is_pickup: bool = False


@dataclass
class _Score:
    """What has been read."""

    measures: list[_Measure] = field(default_factory=list)
    key: Key | None = None
    words: list[str] = field(default_factory=list)


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
    xml = unpack_mxl(content, source) if content.startswith(ZIP) else content
    root = read_xml(xml, source)
    if root.tag != "score-partwise":
        raise ChartError(f"{source}: expected a MusicXML score by parts, not {root.tag[:40]!r}")
    score = _Score()
    for part in root.findall("part"):
        _read_part(score, part, source)
    if not score.measures:
        raise ChartError(f"{source}: no measures")
    if not any(chord.root for measure in score.measures for chord in measure.chords.values()):
        raise ChartError(f"{source}: no chord symbols: expected a lead sheet with chords above "
                         "the staff")  # fmt: skip
    try:
        return _chart(score, _title(root))
    except ChartError as error:
        raise ChartError(f"{source}: {error}") from None


def _title(root: Element) -> str:
    title = root.findtext("work/work-title") or root.findtext("movement-title") or ""
    return " ".join(title.split())


def _chart(score: _Score, title: str) -> Chart:
    measures = score.measures
    if len(measures) > 1 and measures[0].is_pickup:
        measures = measures[1:]
    written = [
        JumpBar(
            _bar(measure, number), measure.opens, measure.is_ending, measure.times, measure.segno,
            measure.leaves, measure.coda, measure.fine, measure.jump,
        )
        for number, measure in enumerate(measures, 1)
    ]  # fmt: skip
    bars = unfold_jumps(written)
    tempo, changes = _tempi(measures, written, bars)
    feel = feel_of_words(score.words, bars[0].meter)
    return Chart(bars, title, score.key or guess_key(bars), tempo, feel, tempo_changes=changes)


def _bar(measure: _Measure, number: int) -> Bar:
    chords: dict[int, ChordSymbol] = {}
    for place, chord in sorted(measure.chords.items()):
        tick = round(place * TICKS_PER_QUARTER)
        if tick >= measure.meter.bar_ticks:
            raise ChartError(f"measure {number}: a chord behind its {measure.meter} end")
        chords[tick] = chord
    placed = tuple(PlacedChord(tick, chord) for tick, chord in sorted(chords.items()))
    return Bar(placed, measure.meter, measure.section)


def _tempi(
    measures: Sequence[_Measure], written: Sequence[JumpBar], bars: Sequence[Bar]
) -> tuple[float, tuple[TempoChange, ...]]:
    """Return the first tempo, and those that follow where bars are played as written."""
    first = next((tempo for measure in measures for tempo in measure.tempi.values()), USUAL_TEMPO)
    changes: list[TempoChange] = []
    start = 0
    if [bar.bar for bar in written] == list(bars):
        for measure, bar in zip(measures, bars, strict=True):
            for place, tempo in sorted(measure.tempi.items()):
                tick = start + round(place * TICKS_PER_QUARTER)
                if tick and (not changes or changes[-1].tick < tick):
                    changes.append(TempoChange(tick, tempo))
            start += bar.meter.bar_ticks
    return first, tuple(changes)


def _read_part(score: _Score, part: Element, source: str) -> None:
    """Read the measures of a part into the score."""
    divisions, meter = Fraction(1), FOUR_FOUR
    for number, element in enumerate(part.findall("measure")):
        where = f"{source}: measure {number + 1}"
        if number >= MAX_BARS:
            raise ChartError(f"{source}: more than {MAX_BARS} measures")
        divisions = _divisions(element, divisions, where)
        meter = _meter(element, meter, where)
        if number == len(score.measures):
            score.measures.append(_Measure(meter))
        measure = score.measures[number]
        _read_measure(score, measure, element, divisions, where)
        short = measure.length * TICKS_PER_QUARTER < meter.bar_ticks
        measure.is_pickup = number == 0 and (element.get("implicit") == "yes" or (
            element.get("number") == "0" and short))  # fmt: skip


def _read_measure(
    score: _Score, measure: _Measure, element: Element, divisions: Fraction, where: str
) -> None:
    place = Fraction(0)
    for item in element:
        if item.tag == "note":
            if item.find("chord") is None and item.find("grace") is None:
                place += _duration(item, divisions, where)
        elif item.tag == "backup":
            place = max(Fraction(0), place - _duration(item, divisions, where))
        elif item.tag == "forward":
            place += _duration(item, divisions, where)
        elif item.tag == "harmony":
            _read_chord(measure, item, place, divisions, where)
        elif item.tag in ("direction", "sound"):
            _read_direction(score, measure, item, place, divisions, where)
        elif item.tag == "barline":
            _read_bar_line(measure, item, where)
        elif item.tag == "attributes":
            _read_key(score, item)
        measure.length = max(measure.length, place)


def _read_chord(
    measure: _Measure, harmony: Element, place: Fraction, divisions: Fraction, where: str
) -> None:
    offset = _fraction(harmony.findtext("offset") or "0", where) / divisions
    try:
        measure.chords.setdefault(max(Fraction(0), place + offset), chord_of(harmony))
    except ChordError as error:
        raise ChartError(f"{where}: {error}") from None


def _read_direction(
    score: _Score,
    measure: _Measure,
    direction: Element,
    place: Fraction,
    divisions: Fraction,
    where: str,
) -> None:
    sound = direction if direction.tag == "sound" else direction.find("sound")
    offset = _fraction(direction.findtext("offset") or "0", where) / divisions
    if sound is not None:
        if (tempo := _tempo(sound.get("tempo", ""))) is not None:
            measure.tempi[max(Fraction(0), place + offset)] = tempo
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


def _read_key(score: _Score, attributes: Element) -> None:
    fifths = attributes.findtext("key/fifths")
    if score.key is not None or fifths is None or not fifths.strip().lstrip("-").isdigit():
        return
    number = int(fifths.strip()[:4])
    if -7 <= number <= 7:
        minor = (attributes.findtext("key/mode") or "").strip() == "minor"
        tonics = MINOR_TONICS if minor else MAJOR_TONICS
        score.key = Key(tonics[number + 7], "minor" if minor else "major")


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
        parts = [int(part) for part in beats.split("+")]
        return Meter(sum(parts), int(unit))
    except ValueError:
        raise ChartError(f"{where}: no meter: {beats[:16]!r} over {unit[:16]!r}") from None
    except ChartError as error:
        raise ChartError(f"{where}: {error}") from None


def _duration(item: Element, divisions: Fraction, where: str) -> Fraction:
    return _fraction(item.findtext("duration") or "0", where) / divisions


def _fraction(text: str, where: str) -> Fraction:
    """Return a number that a score may hold.

    Raises:
        ChartError: It is none, or nobody would write it.
    """
    if len(text) <= 20 and "e" not in text.lower():
        try:
            return Fraction(text.strip())
        except (ValueError, ZeroDivisionError):
            pass
    raise ChartError(f"{where}: {text[:20]!r} where a number is due")


def _tempo(text: str) -> float | None:
    try:
        tempo = float(text)
    except ValueError:
        return None
    return tempo if MIN_TEMPO <= tempo <= MAX_TEMPO else None
