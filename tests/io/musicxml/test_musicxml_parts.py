"""Notes of MusicXML scores: ours come back, others' are played as they are written."""

import os
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

import jazzgen
from jazzgen.errors import InputError
from jazzgen.io.charts import pick_reading
from jazzgen.io.musicxml.parts import PPQ, read_musicxml
from jazzgen.io.musicxml.read import parse_musicxml
from jazzgen.io.musicxml.solo import solo_to_musicxml
from jazzgen.music.instrument import find_instrument
from jazzgen.transcription.read import read
from jazzgen.transcription.solos import read_solos

MUSESCORE = shutil.which("musescore3") or shutil.which("mscore3")
CORPUS = Path(__file__).resolve().parents[3] / "midi_data"
HARMONY = "<harmony><root><root-step>{}</root-step></root><kind>{}</kind></harmony>"
AGAIN = "<barline><repeat direction='backward'/></barline>"


def note(name, length=1, *marks, voice=1):
    """A note such as E4 of some divisions (four per quarter), "r" for a rest."""
    pitch = "<rest/>" if name == "r" else (
        f"<pitch><step>{name[0]}</step>" + ("<alter>-1</alter>" if name[1] == "b" else "")
        + f"<octave>{name[-1]}</octave></pitch>"
    )  # fmt: skip
    inside = {
        "grace": "<grace/>", "chord": "<chord/>", "stop": "<tie type='stop'/>",
        "start": "<tie type='start'/>", "cue": "<cue/>",
    }  # fmt: skip
    first = "".join(inside[mark] for mark in marks if mark in ("grace", "chord", "cue"))
    ties = "".join(inside[mark] for mark in marks if mark in ("stop", "start"))
    duration = "" if "grace" in marks else f"<duration>{length}</duration>"
    head = "<notehead>slash</notehead>" if "slash" in marks else ""
    return f"<note>{first}{pitch}{duration}{ties}<voice>{voice}</voice>{head}</note>"


def measure(*content, after="", implicit=""):
    mark = f" implicit='{implicit}'" if implicit else ""
    return f"<measure{mark}>{''.join(content)}{after}</measure>"


def part(*measures, attributes="", divisions=4):
    attributes = f"<attributes><divisions>{divisions}</divisions>{attributes}</attributes>"
    first = measures[0].replace(">", f">{attributes}", 1)
    return "".join([first, *measures[1:]])


def score(*parts, names=("Sax", "Piano")):
    listed = "".join(
        f"<score-part id='P{n}'><part-name>{name}</part-name></score-part>"
        for n, name in zip(range(len(parts)), names, strict=False)
    )
    played = "".join(f"<part id='P{n}'>{content}</part>" for n, content in enumerate(parts))
    return f"<score-partwise><part-list>{listed}</part-list>{played}</score-partwise>"


@pytest.fixture
def written(tmp_path):
    def write(content, name="tune.musicxml"):
        (tmp_path / name).write_text(content, encoding="utf-8")
        return tmp_path / name

    return write


@pytest.fixture
def line(written):
    """What a part plays: (onset in quarters, length, MIDI pitch)."""

    def read(*measures, **said):
        [played] = read_musicxml(written(score(part(*measures, **said)))).parts
        return [
            (found.start / PPQ, (found.end - found.start) / PPQ, found.pitch)
            for found in played.notes
        ]

    return read


def said_by(solo):
    """What a lead sheet says of a solo."""
    chart = solo.chart
    notes = [(note.onset, note.duration, note.pitch) for note in solo.notes]
    return notes, chart.chord_spans, chart.key, chart.tempo


@pytest.mark.parametrize("instrument", ["flute", "alto", "tenor", "baritone"])
@pytest.mark.parametrize("file", sorted(CORPUS.glob("*.mid"))[::22], ids=lambda path: path.stem)
def test_our_lead_sheets_come_back(file, instrument, tmp_path):
    solo = read(file)
    sheet = tmp_path / "sheet.musicxml"
    sheet.write_bytes(solo_to_musicxml(solo, find_instrument(instrument)))
    [found] = read_solos(sheet)
    assert said_by(found.solo) == said_by(solo)
    assert not any(note.deviation for note in found.solo.notes)
    assert found.decisions["grid"] == "written"
    assert found.decisions["chords"] == "symbols"
    assert found.solo.title == solo.title


@pytest.mark.skipif(MUSESCORE is None, reason="MuseScore is not installed")
@pytest.mark.parametrize("kind", ["musicxml", "mxl"])
def test_what_another_program_writes_comes_back(kind, tmp_path):
    solo = read(CORPUS / "turn-again-pilar.mid")
    sheet, theirs = tmp_path / "ours.musicxml", tmp_path / f"theirs.{kind}"
    sheet.write_bytes(solo_to_musicxml(solo, find_instrument("tenor"), notation="literal"))
    subprocess.run(
        [MUSESCORE, "-o", theirs, sheet], check=True, capture_output=True, timeout=120,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )  # fmt: skip
    [found] = read_solos(theirs)
    assert said_by(found.solo) == said_by(solo)


@pytest.mark.parametrize("instrument", ["alto", "tenor", "trumpet"])
def test_the_changes_of_a_transposed_part_are_those_that_sound(instrument):
    chart = jazzgen.chart("rhythm-changes")
    line = read(next(CORPUS.glob("*.mid"))).notes[:4]
    solo = jazzgen.Solo(line, chart)
    assert parse_musicxml(solo_to_musicxml(solo, find_instrument(instrument))) == chart


def test_ties_are_one_note_and_repeated_ones_are_not(line):
    assert line(
        measure(note("C5", 8), note("E5", 8, "start")),
        measure(note("E5", 4, "stop", "start"), note("F5", 12)),
        measure(note("F5", 16)),
    ) == [(0, 2, 72), (2, 3, 76), (5, 3, 77), (8, 4, 77)]


def test_a_tie_with_only_a_start_leads_to_the_next_note_of_its_pitch(line):
    assert line(
        measure(note("C5", 8), note("E5", 8, "start")),
        measure(note("E5", 4, "start"), note("E5", 4), note("E5", 4), note("F5", 4, "start")),
        measure(note("G5", 4), note("F5", 4, "start"), note("r", 4), note("F5", 4)),
    ) == [(0, 2, 72), (2, 4, 76), (6, 1, 76), (7, 1, 77), (8, 1, 79), (9, 1, 77), (11, 1, 77)]


def test_a_tie_with_only_a_start_does_not_lead_around_a_repeat(line):
    again = measure(note("C5", 12), note("C5", 4, "start"), after=AGAIN)
    assert [pitch for _, _, pitch in line(again, measure(note("C5", 16)))] == [72] * 4


def test_a_tie_in_a_chord_and_one_that_is_only_printed(line):
    printed = "<notations><tied type='start'/></notations></note>"
    assert line(
        measure(note("C5", 16, "start"), note("E5", 16, "chord", "start")),
        measure(note("C5", 8), note("E5", 8, "chord"), note("G5", 8).replace("</note>", printed)),
        measure(note("G5", 16)),
    ) == [(0, 6, 72), (0, 6, 76), (6, 6, 79)]


def test_a_tie_into_a_repeat_is_heard_each_time(line):
    assert line(measure(note("C5", 16)), measure(note("E5", 16, "stop"), after=AGAIN)) == [
        (0, 4, 72), (4, 4, 76), (8, 4, 72), (12, 4, 76),
    ]  # fmt: skip


def test_voices_chords_and_grace_notes(line):
    backup = "<backup><duration>16</duration></backup>"
    assert line(measure(
        note("G5", 8), note("A5", 1, "grace"), note("B5", 1, "grace"), note("G5", 8), backup,
        note("C4", 16, voice=2), note("E4", 16, "chord", voice=2),
    )) == [
        (0, 2, 79), (0, 4, 60), (0, 4, 64), (2 - 2 / 12, 1 / 12, 81), (2 - 1 / 12, 1 / 12, 83),
        (2, 2, 79),
    ]  # fmt: skip


def test_slashes_and_cues_are_not_played(line):
    assert line(measure(
        note("B4", 4, "slash"), note("C5", 4, "cue"), note("D5", 4), note("r", 4)
    )) == [(2, 1, 74)]  # fmt: skip


def test_triplets_and_quintuplets_are_exact(line):
    found = line(measure(note("C5", 5) * 3, note("D5", 3) * 5, note("r", 30)), divisions=15)
    assert [onset for onset, _, _ in found] == pytest.approx(
        [0, 1 / 3, 2 / 3, 1, 1.2, 1.4, 1.6, 1.8]
    )


def test_a_pickup_gets_a_bar_of_its_own(line):
    assert line(
        measure(note("G4", 4), implicit="yes"), measure(note("C5", 16)), measure(note("E5", 16))
    ) == [(3, 1, 67), (4, 4, 72), (8, 4, 76)]


def test_bars_that_a_repeat_divides_are_whole(written):
    path = written(score(part(
        measure(HARMONY.format("C", "major"), note("C5", 16)),
        measure(note("D5", 12), after=AGAIN),
        measure(HARMONY.format("G", "dominant"), note("G4", 4), implicit="yes"),
        measure(note("E5", 16)),
    )))  # fmt: skip
    [found] = read_solos(path)
    assert [(n.onset // 24, n.pitch) for n in found.solo.notes] == [
        (0, 72), (4, 74), (8, 72), (12, 74), (15, 67), (16, 76),
    ]  # fmt: skip
    spans = found.solo.chart.chord_spans
    assert [(s.start // 24, str(s.chord)) for s in spans] == [(0, "C"), (15, "G7")]


def test_a_tempo_in_the_pickup_holds_for_all(written):
    sound = "<direction><sound tempo='170'/></direction>"
    path = written(score(part(
        measure(sound, note("G4", 4), implicit="yes"),
        measure(HARMONY.format("C", "major"), note("C5", 16)),
    )))  # fmt: skip
    assert parse_musicxml(path.read_bytes()).tempo == 170
    [found] = read_solos(path)
    assert found.solo.chart.tempo == 170


def test_the_upper_staff_is_the_line_and_the_lower_one_tells_the_chords(written):
    triads = [("C3", "E3", "G3"), ("A2", "C3", "E3"), ("F2", "A2", "C3"), ("G2", "B2", "D3")] * 2
    melody = [measure(*(note(name, 2) for name in ("E5", "D5", "C5", "E5", "G5", "A5", "G5", "E5")))
              for _ in triads]  # fmt: skip
    chords = [measure(note(a, 16), note(b, 16, "chord"), note(c, 16, "chord"))
              for a, b, c in triads]  # fmt: skip
    [found] = read_solos(written(score(part(*melody), part(*chords), names=("Melody", "Piano"))))
    assert found.decisions["melody"] == "Melody"
    assert found.decisions["chords"] == "inferred"
    roots = [found.solo.chart.chord_at(96 * bar).root for bar in range(8)]
    assert roots == ["C", "A", "F", "G"] * 2


def test_a_chart_beside_goes_before_what_is_in_the_score(written):
    path = written(score(part(measure(HARMONY.format("C", "major"), note("C5", 8), note("D5", 8)))))
    path.with_suffix(".chart.txt").write_text("| F7 |", encoding="utf-8")
    path.with_suffix(".mxl").write_bytes(b"no chart of a score")
    [found] = read_solos(path)
    assert found.decisions["chords"] == "symbols"
    [found] = read_solos(path, chart=replace(jazzgen.chart("blues"), title=""))
    assert found.decisions["chords"] == "given"


def test_compressed_and_named_like_midi(written, tmp_path):
    plain = written(score(part(measure(note("C5", 8), note("D5", 8)))))
    packed = tmp_path / "tune.mid"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(plain, "score.xml")
    assert read_solos(packed)[0].solo.notes == read_solos(plain)[0].solo.notes


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (score(part(measure(note("r", 16)))), "has no notes"),
        (score(part(measure(note("C5", 132)))), "measure 1: 33 quarter notes in 4/4"),
        (score(part(measure(note("C5", 52)), divisions=12)), "measure 1: 4.33333 quarter notes"),
        (score(part(measure(note("C9", 16).replace(">9<", ">99<")))), "pitch 1200: expected 0 to"),
        (score(part(measure(note("H5", 16)))), "music21 cannot read its notes"),
        (score(part(measure(note("C5", 16))))[:-30], "no XML"),
        ("<html></html>", "expected a MusicXML score by parts, not 'html'"),
    ],
    ids=["silence", "overfull", "no meter", "pitch", "step", "truncated", "html"],
)
def test_what_cannot_be_played_is_told(content, reason, written):
    path = written(content)
    with pytest.raises(InputError, match=re.escape(reason)) as told:
        read_solos(path)
    assert str(told.value).startswith(str(path))


@pytest.mark.parametrize(
    ("quarters", "meter", "bars"),
    [(4.25, "17/16", 1), (5, "5/4", 1), (5.5, "11/8", 1), (8, "4/4", 2), (31, "31/4", 1),
     (32, "4/4", 8)],
)  # fmt: skip
def test_a_measure_longer_than_its_meter_is_as_long_as_its_notes(quarters, meter, bars, written):
    long = measure(note("C5", round(4 * quarters) - 2), HARMONY.format("F", "major"), note("D5", 2))
    bar = measure(HARMONY.format("C", "major"), note("E5", 16))
    read = read_musicxml(written(score(part(bar, long, bar))))
    [played] = read.parts
    assert [note.start / PPQ for note in played.notes] == [0, 4, 3.5 + quarters, 4 + quarters]
    meters = [(timed.tick / PPQ, str(timed.value)) for timed in read.meters]
    assert meters[1 : 1 + bars] == [(4 + 4 * bar, meter) for bar in range(bars)]
    assert meters[1 + bars :] == [(4 + quarters, "4/4")]
    chords = [(timed.tick / PPQ, str(timed.value)) for timed in read.chords]
    assert chords == [(0, "C"), (3.5 + quarters, "F"), (4 + quarters, "C")]
    [warning] = read.warnings
    taken = f"{bars} bars" if bars > 1 else meter
    assert warning == f"measure 2: {quarters:g} quarter notes in 4/4: taken as {taken}"


@pytest.mark.parametrize("hair", [1, 40])
def test_a_measure_a_hair_too_long_is_a_bar(hair, written):
    """As programs write it that round the notes of tuplets."""
    long = measure(note("C5", 960), note("D5", 960 + hair))
    content = score(part(long, measure(note("E5", 1920)), divisions=480))
    read = read_musicxml(written(content))
    assert [round(note.start / PPQ) for note in read.parts[0].notes] == [0, 2, 4]
    assert [timed.tick / PPQ for timed in read.meters] == [0, 4]
    [warning] = read.warnings
    assert warning.endswith("quarter notes in 4/4: taken as 1 bar")


def test_a_long_first_measure_is_no_pickup(line):
    bars = [measure(note("C5", 20), implicit="yes"), measure(note("D5", 16))]
    assert line(*bars) == [(0, 5, 72), (5, 4, 74)]


def test_many_long_measures_are_one_warning(written):
    read = read_musicxml(written(score(part(*[measure(note("C5", 32))] * 9))))
    assert read.warnings == (
        "9 measures are longer than their meter, such as "
        "measure 1: 8 quarter notes in 4/4: taken as 2 bars",
    )
    [found] = read_solos(written(score(part(*[measure(note("C5", 32))] * 9))))
    assert found.warnings[0] == read.warnings[0]
    assert len(found.solo.chart.bars) == 18


@pytest.mark.parametrize("measures", [249, 250, 251])
def test_long_measures_do_not_make_more_bars_than_a_score_may_have(measures, written):
    path = written(score(part(*[measure(note("C5", 128))] * measures)))
    if measures > 250:
        with pytest.raises(InputError, match="more than 2000 bars"):
            read_musicxml(path)
    else:
        assert len(read_musicxml(path).meters) == 8 * measures


def test_a_repeat_that_nothing_closes_is_none(written):
    forward = "<barline location='left'><repeat direction='forward'/></barline>"
    bars = [
        measure(forward, note("C5", 16)),
        measure(forward, note("D5", 16), after=AGAIN),
        measure(forward, note("E5", 16)),
    ]
    read = read_musicxml(written(score(part(*bars))))
    assert [note.pitch for note in read.parts[0].notes] == [72, 74, 74, 76]
    assert read.warnings == (
        "measure 1: the repeat that begins here has no end: played once",
        "measure 3: the repeat that begins here has no end: played once",
    )
    bars[0] = bars[0].replace("<note>", HARMONY.format("C", "major") + "<note>", 1)
    path = written(score(part(*bars)))
    reading = pick_reading(path)
    assert len(reading.required().bars) == 4
    assert reading.warnings == read.warnings


def test_notes_without_a_staff_stand_on_the_first(line):
    assert line(measure(note("C5", 16)), attributes="<staves>2</staves>") == [(0, 4, 72)]


@pytest.mark.parametrize("notes", [99, 100, 101])
def test_repeated_notes_count_each_time(notes, written):
    again = "<barline><repeat direction='backward' times='11'/></barline>"
    bars = [measure(note("C5", 2) * 8), measure(note("C5", 16), after=again)]
    last = measure(note("D5", 1) * (notes - 99)) if notes > 99 else measure(note("r", 16))
    path = written(score(part(*bars, last)))
    if notes > 100:
        with pytest.raises(InputError, match="more than 100 notes"):
            read_musicxml(path, max_notes=100)
    else:
        assert len(read_musicxml(path, max_notes=100).parts[0].notes) == notes
