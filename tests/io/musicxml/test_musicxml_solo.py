"""Lead sheets in MusicXML: music21 and MuseScore read what we meant.

`PYTHONPATH=tests python tests/io/musicxml/test_musicxml_solo.py` writes `line.musicxml` again.
"""

import os
import shutil
import subprocess
import warnings
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from xml.etree import ElementTree

import pytest
from effort import assert_effort, effort
from hypothesis import HealthCheck, given, settings
from strategies import solos

import jazzgen
from jazzgen.io.musicxml.chart import chart_to_musicxml
from jazzgen.io.musicxml.harmony_reader import chord_of
from jazzgen.io.musicxml.read import parse_musicxml
from jazzgen.io.musicxml.solo import solo_to_musicxml
from jazzgen.music.chart import Bar, Chart, PlacedChord, TempoChange
from jazzgen.music.chord import ChordSymbol
from jazzgen.music.instrument import INSTRUMENTS, find_instrument
from jazzgen.music.pitch import Key
from jazzgen.music.solo import Note, Solo
from jazzgen.music.timing import Meter
from jazzgen.notation.notate import notate

GOLDEN = Path(__file__).with_name("line.musicxml")
MUSESCORE = shutil.which("musescore3") or shutil.which("mscore3")
BLUES = jazzgen.chart("blues")
LINE = (Note(0, 12, 65), Note(12, 12, 66), Note(24, 8, 67), Note(32, 8, 68), Note(40, 8, 69),
        Note(48, 36, 72), Note(84, 36, 74), Note(132, 6, 70), Note(138, 6, 68),
        Note(192, 96, 65))  # fmt: skip
SOLO = Solo(LINE, BLUES, "A Line", "Ann")


def root(content):
    return ElementTree.fromstring(content)


def in_music21(content):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from music21 import converter
    return converter.parse(content, format="musicxml")


def sounding(score):
    """Return (onset in ticks, MIDI pitch, length in ticks) of each note, ties joined."""
    found = []
    for note in score.toSoundingPitch().flatten().notes:
        if not note.isNote:  # a chord symbol
            continue
        length = ticks(note.quarterLength)
        if note.tie is not None and note.tie.type in ("continue", "stop"):
            onset, pitch, before = found.pop()
            assert pitch == note.pitch.midi
            found.append((onset, pitch, before + length))
        else:
            found.append((ticks(note.offset), note.pitch.midi, length))
    return found


def ticks(quarters):
    return Fraction(quarters).limit_denominator(48) * 24


def as_written(solo):
    """What stands in the literal notation, ties joined."""
    found = {}
    for start, bar in zip(solo.chart.bar_starts, notate(solo, "literal"), strict=False):
        for item in bar.content:
            if item.pitch is not None:
                onset, pitch, length = found.get(
                    item.source, (start + item.onset, item.pitch, 0)
                )  # fmt: skip
                found[item.source] = (onset, pitch, length + item.ticks)
    return list(found.values())


def test_what_can_be_written_is_the_solo():
    assert as_written(SOLO) == [(n.onset, n.pitch, n.duration) for n in LINE]
    assert sounding(in_music21(solo_to_musicxml(SOLO, notation="literal"))) == as_written(SOLO)


@given(solos())
@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
def test_music21_reads_what_is_written(solo):
    # music21 takes the B of the octave below 0 for B flat 1, so nobody plays as low here.
    played = [replace(note, pitch=36 + note.pitch % 60) for note in solo.notes]
    solo = solo.with_notes(played)
    assert sounding(in_music21(solo_to_musicxml(solo, notation="literal"))) == as_written(solo)


@given(solos())
@settings(deadline=None)
def test_durations_fill_every_measure(solo):
    measures = root(solo_to_musicxml(solo)).findall("part/measure")
    for measure, bar in zip(measures, solo.chart.bars, strict=True):
        assert sum(int(x.text) for x in measure.findall("note/duration")) == bar.meter.bar_ticks


@given(solos())
@settings(deadline=None)
def test_chords_stand_at_their_ticks(solo):
    for measure, bar in zip(
        root(solo_to_musicxml(solo)).findall("part/measure"), solo.chart.bars, strict=True
    ):
        place, found = 0, []
        for element in measure:
            if element.tag == "harmony":
                found.append((place + int(element.findtext("offset") or 0), chord_of(element)))
            if element.tag == "note" and element.find("grace") is None:
                place += int(element.findtext("duration"))
        assert found == [tuple(placed) for placed in bar.chords]


@given(solos())
@settings(deadline=None)
def test_beams_begin_and_end(solo):
    for measure in root(solo_to_musicxml(solo)).findall("part/measure"):
        opened = set()
        for note in measure.findall("note"):
            for beam in note.findall("beam"):
                # Grace notes have beams of their own, under the beams of the others.
                level = (beam.get("number"), note.find("grace") is None)
                if beam.text == "begin":
                    assert level not in opened
                    opened.add(level)
                elif beam.text in ("continue", "end"):
                    assert level in opened
                if beam.text == "end":
                    opened.remove(level)
        assert not opened


@pytest.mark.parametrize("instrument", INSTRUMENTS, ids=lambda one: one.name)
def test_a_transposing_instrument_sounds_as_the_solo(instrument):
    score = in_music21(solo_to_musicxml(SOLO, instrument))
    assert sounding(score) == as_written(SOLO)


@pytest.mark.parametrize(
    ("name", "fifths", "chord", "first"),
    [
        ("tenor", 1, "G7", ("G", "5")), ("alto", 2, "D7", ("D", "5")),
        ("trumpet", 1, "G7", ("G", "4")), ("baritone", 2, "D7", ("D", "6")),
        ("flute", -1, "F7", ("F", "4")), ("guitar", -1, "F7", ("F", "5")),
    ],
)  # fmt: skip
def test_key_chords_and_notes_are_written_for_the_instrument(name, fifths, chord, first):
    written = root(solo_to_musicxml(SOLO, find_instrument(name)))
    assert int(written.findtext(".//fifths")) == fifths
    assert str(chord_of(written.find(".//harmony"))) == chord
    pitch = written.find(".//note/pitch")
    assert (pitch.findtext("step"), pitch.findtext("octave")) == first
    concert = root(solo_to_musicxml(SOLO, find_instrument(name), concert=True))
    assert int(concert.findtext(".//fifths")) == -1
    assert concert.find(".//transpose") is None


def test_accidentals_are_shown_once_a_bar():
    line = tuple(Note(24 * n, 24, pitch) for n, pitch in enumerate((66, 66, 65, 66, 66)))
    written = root(solo_to_musicxml(Solo(line, Chart((Bar(), Bar()), key=Key("C")))))
    signs = [note.findtext("accidental") for note in written.findall(".//note[pitch]")]
    assert signs == ["flat", None, None, None, "flat"]


def test_a_repeated_note_is_spelled_by_where_it_goes():
    chart = Chart((Bar((PlacedChord(0, ChordSymbol.parse("Cmaj7")),)),) * 2)
    pitches = (61, 61, 62, 62, 61, 61, 60, 60)
    line = tuple(Note(24 * n, 24, pitch) for n, pitch in enumerate(pitches))
    found = root(solo_to_musicxml(Solo(line, chart))).findall(".//pitch")
    assert [p.findtext("step") for p in found] == list("CCDDDDCC")


@pytest.mark.parametrize(
    ("meter", "lengths", "beams"),
    [
        (Meter(4, 4), (12,) * 8, "begin continue continue end begin continue continue end"),
        (Meter(4, 4), (12, 12, 12, 6, 6, 48), "begin end begin continue end -"),
        (Meter(3, 4), (12,) * 6, "begin end begin end begin end"),
        (Meter(6, 8), (12,) * 6, "begin continue end begin continue end"),
        (Meter(4, 4), (12, 24, 12, 48), "- - - -"),
    ],
)
def test_beams_show_the_beats(meter, lengths, beams):
    notes = tuple(Note(sum(lengths[:n]), length, 60) for n, length in enumerate(lengths))
    written = root(solo_to_musicxml(Solo(notes, Chart((Bar(meter=meter),)))))
    found = [note.findtext("beam[@number='1']") or "-" for note in written.iter("note")]
    assert found == beams.split()


def test_a_single_flag_points_into_its_group():
    lengths = (18, 6, 6, 12, 6, 6, 18, 24)
    notes = tuple(Note(sum(lengths[:n]), length, 60) for n, length in enumerate(lengths))
    written = root(solo_to_musicxml(Solo(notes, Chart((Bar(),)))))
    assert [note.findtext("beam[@number='2']") for note in written.iter("note")] == [
        None, "backward hook", "forward hook", None, "backward hook", "forward hook", None, None,
    ]  # fmt: skip


def test_four_bars_stand_on_a_line():
    measures = root(solo_to_musicxml(SOLO)).findall("part/measure")
    assert [m.get("number") for m in measures if m.find("print") is not None] == ["5", "9"]


def test_slowing_down_is_one_word_and_heard_beat_by_beat():
    chart = Chart((Bar(), Bar()), tempo_changes=tuple(
        TempoChange(24 * beat, 120.0 - 5 * beat) for beat in range(2, 7)
    ))  # fmt: skip
    content = solo_to_musicxml(Solo((Note(0, 36, 60), Note(40, 100, 62)), chart))
    words = [element.text.strip() for element in root(content).iter("words")]
    assert words.count("rit.") == 1
    assert set(words) - {"rit.", "Swing"} == {""}
    marks = in_music21(content).recurse().getElementsByClass("MetronomeMark")
    heard = [(mark.getOffsetInHierarchy(mark.activeSite.activeSite), round(mark.getQuarterBPM(), 6))
             for mark in marks]  # fmt: skip
    assert heard == [(0.0, 120.0), *((beat, 120.0 - 5 * beat) for beat in range(2, 7))]


def test_getting_faster_is_no_slowing_down():
    chart = Chart((Bar(), Bar()), tempo_changes=(TempoChange(96, 140.0),))
    words = {
        element.text.strip() for element in root(solo_to_musicxml(Solo((), chart))).iter("words")
    }
    assert "rit." not in words


def test_title_tempo_sections_and_choruses_are_said():
    chart = jazzgen.chart("rhythm-changes").repeat(2)
    written = root(solo_to_musicxml(Solo((), chart, "<Two> & \x07 Two")))
    assert written.findtext("work/work-title") == "<Two> &  Two, on Rhythm Changes"
    assert [mark.text for mark in written.iter("rehearsal")] == ["A", "A", "B", "A"] * 2
    words = [word.text for word in written.iter("words")]
    assert words == ["Chorus 1", "Swing", "Chorus 2"]
    assert [sound.get("tempo") for sound in written.iter("sound")] == ["200.0"]
    styles = [line.text for line in written.iter("bar-style")]
    assert styles == ["light-light"] * 7 + ["light-heavy"]


def test_tempi_and_choruses_cost_as_much_as_there_are():
    """Ten times as many, over ten times as many bars, cost ten times as much, not a hundred."""

    def written(bars):
        tempi = tuple(TempoChange(6 * n, 100 + n % 50) for n in range(1, 16 * bars))
        chart = Chart((Bar(),) * bars, tempo_changes=tempi, chorus_starts=tuple(range(bars)))
        return lambda: chart_to_musicxml(chart)

    assert_effort(written(1000), 30 * effort(written(100)))


def test_later_tempi_are_heard():
    chart = Chart((Bar(), Bar()), tempo_changes=(TempoChange(48, 100.0), TempoChange(96, 90.5)))
    sounds = root(chart_to_musicxml(chart)).findall(".//direction")[1:]
    assert [(d.findtext("offset"), d.find("sound").get("tempo")) for d in sounds] == [
        ("48", "100.0"), (None, "90.5"),
    ]  # fmt: skip


def test_a_low_line_stands_in_the_bass_clef():
    low = Solo((Note(0, 24, 43),), BLUES)
    assert root(solo_to_musicxml(low)).findtext(".//clef/sign") == "F"
    tenor = find_instrument("tenor")
    assert root(solo_to_musicxml(low, tenor)).findtext(".//clef/sign") == "G"
    assert root(solo_to_musicxml(low, tenor, concert=True)).findtext(".//clef/sign") == "F"


@pytest.mark.parametrize(
    ("played_on", "pitch", "clef"),
    [
        ("piano", 48, ("F", None)), ("piano", 72, ("G", None)),  # which reads both
        ("trombone", 65, ("F", None)), ("guitar", 52, ("G", "-1")), ("trumpet", 65, ("G", None)),
    ],
)  # fmt: skip
def test_without_a_reader_it_is_written_for_whoever_plays_it(played_on, pitch, clef):
    solo = replace(SOLO, notes=(Note(0, 24, pitch),), instrument=played_on)
    written = root(solo_to_musicxml(solo))
    assert (written.findtext(".//clef/sign"), written.findtext(".//clef-octave-change")) == clef
    assert sounding(in_music21(solo_to_musicxml(solo)))[0][1] == pitch
    assert written.find(".//transpose") is None


def test_the_beat_of_a_compound_meter_is_a_dotted_quarter():
    chart = Chart((Bar((PlacedChord(0, ChordSymbol.parse("C")),), Meter(6, 8)),), tempo=120.0)
    written = root(solo_to_musicxml(Solo((), chart)))
    metronome = [(one.tag, one.text) for one in written.find(".//metronome")]
    assert metronome == [("beat-unit", "quarter"), ("beat-unit-dot", None), ("per-minute", "80")]
    assert written.find(".//sound").get("tempo") == "120.0"
    assert parse_musicxml(ElementTree.tostring(written)).tempo == 120


@pytest.mark.parametrize(
    ("instrument", "concert", "name", "clef"),
    [
        ("tenor", False, "Tenor sax in B♭", "G"),
        ("tenor", True, "Tenor sax (concert pitch)", "G"),
        ("alto", False, "Alto sax in E♭", "G"),
        ("guitar", False, "Guitar", "G"),
        ("trombone", False, "Trombone", "F"),
    ],
)
def test_a_part_is_named_and_has_the_clef_that_its_players_read(instrument, concert, name, clef):
    written = root(solo_to_musicxml(SOLO, find_instrument(instrument), concert=concert))
    assert written.findtext(".//part-name") == name
    assert written.findtext(".//clef/sign") == clef


def test_without_an_instrument_the_solos_own_one_names_the_part():
    written = root(solo_to_musicxml(replace(SOLO, instrument="trombone")))
    assert written.findtext(".//part-name") == "Trombone"
    assert written.findtext(".//clef/sign") == "F"


def test_title_and_soloist_stand_at_the_head():
    written = root(solo_to_musicxml(SOLO))
    assert [words.text for words in written.iter("credit-words")] == [
        "A Line, on Blues", "Solo: Ann",
    ]  # fmt: skip
    assert written.findtext("identification/creator") == "Solo: Ann"
    nobody = root(solo_to_musicxml(replace(SOLO, performer="")))
    assert [words.text for words in nobody.iter("credit-words")] == ["A Line, on Blues"]


def test_bars_before_the_first_chorus_do_not_count():
    chart = replace(BLUES, chorus_starts=(2,))
    measures = root(solo_to_musicxml(Solo((), chart))).findall("part/measure")
    assert [measure.get("number") for measure in measures[:4]] == ["X1", "X2", "1", "2"]
    assert parse_musicxml(solo_to_musicxml(Solo((), chart))).bars == chart.bars


def golden():
    """Two bars for a tenor saxophone: triplets of three kinds, a tie, a rest, two chords."""
    chords = tuple(PlacedChord(48 * n, ChordSymbol.parse(c)) for n, c in enumerate(("Gm7", "C7")))
    bars = (Bar(chords, section="A"), Bar((PlacedChord(0, ChordSymbol.parse("Fmaj7")),)))
    chart = Chart(bars, "Line", Key("F"), 132.5, "swing")
    onsets = ((0, 16), (16, 16), (32, 16), (48, 8), (56, 8), (64, 8), (72, 12), (84, 4), (88, 4),
              (92, 16), (108, 24), (132, 6), (138, 6))  # fmt: skip
    notes = tuple(Note(on, last, 67 - n) for n, (on, last) in enumerate(onsets))
    return solo_to_musicxml(Solo(notes, chart, performer="Ann"), find_instrument("tenor"))


def test_the_same_solo_gives_the_same_bytes():
    assert golden() == GOLDEN.read_bytes()


@given(solos())
@settings(deadline=None, max_examples=40)
def test_slurs_begin_and_end_in_turn(solo):
    kinds = [slur.get("type") for slur in root(solo_to_musicxml(solo)).iter("slur")]
    assert kinds == ["start", "stop"] * (len(kinds) // 2)


def crowded(meter):
    """A bar with a note on every tick, then one with a note on every other."""
    onsets = [*range(meter.bar_ticks), *range(meter.bar_ticks, 2 * meter.bar_ticks, 2)]
    notes = tuple(Note(tick, 1, 60 + tick % 12) for tick in onsets)
    return Solo(notes, Chart((Bar(meter=meter),) * 2), "Crowded")


@pytest.mark.parametrize("meter", [Meter(4, 4), Meter(6, 8), Meter(7, 8)])
def test_music21_reads_however_many_notes_share_a_beat(meter):
    solo = crowded(meter)
    found = sounding(in_music21(solo_to_musicxml(solo, notation="literal")))
    assert found == as_written(solo)
    assert [(onset, pitch) for onset, pitch, _ in found] == [
        (note.onset, note.pitch) for note in solo.notes
    ]


@pytest.mark.skipif(MUSESCORE is None, reason="MuseScore is not installed")
@pytest.mark.parametrize("meter", [Meter(4, 4), Meter(5, 4), Meter(12, 8)])
def test_musescore_opens_it_without_complaint(tmp_path, meter):
    notes = tuple(Note(6 * n, 6, 60 + n % 13) for n in range(2 * meter.bar_ticks // 6))
    chart = Chart(tuple(Bar(bar.chords[:1], meter) for bar in BLUES.bars), key=BLUES.key)
    solo = Solo((*notes, *triplets(2 * meter.bar_ticks, meter)), chart, "Lines")
    opened(tmp_path, solo)


@pytest.mark.skipif(MUSESCORE is None, reason="MuseScore is not installed")
def test_musescore_opens_a_crowded_bar(tmp_path):
    opened(tmp_path, crowded(Meter(4, 4)))


def opened(tmp_path, solo):
    """Let MuseScore open a lead sheet and write it again: the same notes, no complaint."""
    (tmp_path / "a.musicxml").write_bytes(solo_to_musicxml(solo, notation="literal"))
    done = subprocess.run(
        [MUSESCORE, "-o", "b.musicxml", "a.musicxml"], cwd=tmp_path, check=True, text=True,
        capture_output=True, env={**os.environ, "QT_QPA_PLATFORM": "offscreen"}, timeout=120,
    )  # fmt: skip
    said = done.stdout + done.stderr
    assert "rror" not in said.replace("QStandardPaths", "")
    ours, theirs = (in_music21((tmp_path / f"{name}.musicxml").read_text()) for name in "ab")
    assert sounding(ours) == sounding(theirs) == as_written(solo)


def triplets(start, meter):
    """Return a bar of eighth triplets, where a beat is a quarter."""
    if meter.is_compound:
        return ()
    return tuple(Note(start + 8 * n, 8, 70 - n % 9) for n in range(meter.bar_ticks // 8))


if __name__ == "__main__":
    GOLDEN.write_bytes(golden())


@pytest.mark.parametrize(("pitch", "side"), [(60, "below"), (78, "above")])
def test_a_slur_from_a_grace_note_lies_on_the_side_of_the_noteheads(pitch, side):
    grace = [Note(21, 3, pitch), Note(24, 12, pitch + 2), Note(36, 10, pitch + 4)]
    others = [Note(at, 8, pitch) for at in range(48, 192, 24)]
    score = root(solo_to_musicxml(Solo((*grace, *others), Chart((Bar(),) * 2, tempo=200.0))))
    [slur] = [
        note.find("notations/slur")
        for note in score.iter("note")
        if note.find("grace") is not None and note.find("notations/slur") is not None
    ]
    assert slur.attrib == {"type": "start", "number": "1", "placement": side}
