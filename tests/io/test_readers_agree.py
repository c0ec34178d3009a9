"""What we save reads the same in everybody's libraries, note for note and tick for tick."""

import itertools
import os
import random
import shutil
import subprocess
import warnings
from dataclasses import dataclass, replace
from xml.etree import ElementTree

import mido
import pytest

import jazzgen
from jazzgen.io.midi.read import read_midi
from jazzgen.music.chart import TempoChange
from jazzgen.music.solo import Note, Solo

BLUES = jazzgen.chart("blues")
MIXED = jazzgen.chart(
    "| Dm7 G7 | (3/4) Cmaj7 | (6/8) Fm7 Bb7 | (5/4) Ebmaj7 | (12/8) A7alt | (4/4) N.C. |"
)
SLOWING = replace(
    BLUES, tempo_changes=(TempoChange(960, 133.25), TempoChange(1000, 77.7)), feel="bossa"
)
PRESTO = replace(BLUES, tempo=311.0)


def line(chart, seed):
    """A line with everything in it: repeated pitches, triplets, flicks, rests, deviations."""
    chance, notes, clock = random.Random(seed), [], 0
    while True:
        onset = clock + chance.choice((0, 0, 0, 0, 12, 24, 60))
        duration = chance.choice((1, 3, 4, 6, 8, 12, 12, 12, 24, 48))
        if onset + duration > chart.ticks:
            return tuple(notes)
        pitch, velocity = chance.choice((55, 60, 61, 61, 67, 72, 80)), chance.randint(1, 127)
        notes.append(Note(onset, duration, pitch, velocity, chance.choice((0.0, -0.45, 1.25, 2.5))))
        clock = onset + duration


CASES = {
    "blues": (BLUES.repeat(2), {}),
    "another band": (BLUES, {"seed": 9, "swing": 2.5, "program": 56}),
    "mixed meters": (MIXED.repeat(2), {}),
    "tempo changes": (SLOWING, {}),
    "presto, straight": (PRESTO, {"straight": True}),
    "alone": (BLUES, {"band": False}),
}


@pytest.fixture(scope="module", params=CASES)
def file(request, tmp_path_factory):
    chart, settings = CASES[request.param]
    path = tmp_path_factory.mktemp("saved") / "solo.mid"
    return jazzgen.save(Solo(line(chart, request.param), chart, "Zoë’s Ø"), path, **settings)


@dataclass
class Track:
    """A track with notes: what plays it, and (start, end, pitch, velocity) by start."""

    name: str
    channel: int
    program: int
    notes: list


@dataclass
class Reading:
    """What a library reads from a file."""

    ppq: int
    tracks: list
    tempi: list
    meters: list


def in_mido(path):
    """Pair the messages of mido; a note that hangs or overlaps its own pitch is an error."""
    content, tracks, tempi, meters = mido.MidiFile(path), [], [], []
    for messages in content.tracks:
        tick, sounding, track = 0, {}, Track("", -1, -1, [])
        for message in messages:
            tick += message.time
            if message.type == "track_name":
                track.name = message.name
            elif message.type == "program_change":
                track.channel, track.program = message.channel, message.program
            elif message.type == "set_tempo":
                tempi.append((tick, message.tempo))
            elif message.type == "time_signature":
                meters.append((tick, message.numerator, message.denominator))
            elif message.type == "note_on" and message.velocity:
                assert message.channel == track.channel
                assert message.note not in sounding, "overlaps its own pitch"
                sounding[message.note] = tick, message.velocity
            elif message.type in ("note_on", "note_off"):
                start, velocity = sounding.pop(message.note)
                assert tick > start
                track.notes.append((start, tick, message.note, velocity))
        assert not sounding, "hangs"
        assert messages[-1].type == "end_of_track"
        track.notes.sort()
        tracks += [track] if track.notes else []
    return Reading(content.ticks_per_beat, tracks, tempi, meters)


@pytest.fixture(scope="module")
def expected(file):
    return in_mido(file)


def test_no_note_hangs_or_overlaps_its_own_pitch_on_a_channel(expected):
    assert expected.tracks[0].name == "Solo"
    channels = [track.channel for track in expected.tracks]
    assert len(set(channels)) == len(channels)
    assert all(track.notes for track in expected.tracks)


def test_we_ourselves(file, expected):
    score = read_midi(file)
    assert score.ppq == expected.ppq
    assert [Track(p.name, p.channel, p.program, [*map(tuple, p.notes)]) for p in score.parts] == (
        expected.tracks
    )
    assert [(m.tick, m.value.numerator, m.value.denominator) for m in score.meters] == (
        expected.meters
    )
    assert [(tick, round(6e7 / tempo)) for tick, tempo in score.tempos] == expected.tempi


def test_symusic(file, expected):
    symusic = pytest.importorskip("symusic")
    score = symusic.Score(file)
    assert score.ticks_per_quarter == expected.ppq
    found = [
        (track.name, track.is_drum, 0 if track.is_drum else track.program,
         sorted((n.time, n.end, n.pitch, n.velocity) for n in track.notes))
        for track in score.tracks
    ]  # fmt: skip
    assert found == [
        (track.name, track.channel == 9, 0 if track.channel == 9 else track.program, track.notes)
        for track in expected.tracks
    ]
    assert [(tempo.time, tempo.mspq) for tempo in score.tempos] == expected.tempi
    assert [(m.time, m.numerator, m.denominator) for m in score.time_signatures] == expected.meters


def test_pretty_midi(file, expected):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of its own imports
        pretty_midi = pytest.importorskip("pretty_midi")
    score = pretty_midi.PrettyMIDI(str(file))
    tick = score.time_to_tick
    assert score.resolution == expected.ppq
    found = [
        (part.name, part.is_drum, part.program,
         sorted((tick(n.start), tick(n.end), n.pitch, n.velocity) for n in part.notes))
        for part in score.instruments
    ]  # fmt: skip
    assert found == [
        (track.name, track.channel == 9, track.program, track.notes) for track in expected.tracks
    ]
    times, tempi = score.get_tempo_changes()
    changes = [(tick(time), round(6e7 / tempo)) for time, tempo in zip(times, tempi, strict=True)]
    assert changes == expected.tempi
    assert [
        (tick(m.time), m.numerator, m.denominator) for m in score.time_signature_changes
    ] == expected.meters


def music21_tracks(path):
    """Return music21's events of each track, at absolute ticks."""
    from music21.midi import MidiFile

    content = MidiFile()
    content.open(str(path))
    content.read()
    content.close()
    for track in content.tracks:
        ticks = itertools.accumulate(e.time for e in track.events if e.isDeltaTime())
        yield content, list(zip(ticks, [e for e in track.events if not e.isDeltaTime()],
                                strict=True))  # fmt: skip


def test_music21_reads_the_same_events(file, expected):
    from music21.midi import ChannelVoiceMessages, MetaEvents

    tracks, tempi, meters = [], [], []
    for content, events in music21_tracks(file):
        assert content.ticksPerQuarterNote == expected.ppq
        sounding, track = {}, Track("", -1, -1, [])
        for tick, event in events:
            if event.type is MetaEvents.SEQUENCE_TRACK_NAME:
                track.name = event.data.decode()
            elif event.type is MetaEvents.SET_TEMPO:
                tempi.append((tick, int.from_bytes(event.data)))
            elif event.type is MetaEvents.TIME_SIGNATURE:
                meters.append((tick, event.data[0], 2 ** event.data[1]))
            elif event.type is ChannelVoiceMessages.PROGRAM_CHANGE:
                track.channel, track.program = event.channel - 1, event.data
            elif event.isNoteOn():
                sounding[event.pitch] = tick, event.velocity
            elif event.isNoteOff():
                start, velocity = sounding.pop(event.pitch)
                track.notes.append((start, tick, event.pitch, velocity))
        track.notes.sort()
        tracks += [track] if track.notes else []
    assert tracks == expected.tracks
    assert (tempi, meters) == (expected.tempi, expected.meters)


def test_music21_makes_a_score_of_the_same_line(file, expected):
    """Where its own quantisation is off, the line has our onsets, lengths and pitches."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of its own parsing
        from music21 import converter

        score = converter.parse(file, quantizePost=False, forceSource=True)
    part = next(part for part in score.parts if part.partName == "Solo")
    found = []
    for one in part.flatten().notes:
        start = round(one.offset * expected.ppq)
        length = round(one.duration.quarterLength * expected.ppq)
        if one.tie is not None and one.tie.type != "start":  # tied over a bar line
            found[-1][1] += length
        else:
            found.append([start, length, one.pitch.midi, one.volume.velocity])
    assert [(start, start + length, *sound) for start, length, *sound in found] == (
        expected.tracks[0].notes
    )


@pytest.fixture(scope="module")
def musescore():
    command = next(filter(None, map(shutil.which, ("musescore3", "mscore3", "mscore"))), None)
    if command is None:
        pytest.skip("MuseScore is not installed")
    return command


def test_musescore_writes_the_same_bars_meters_and_pitches(tmp_path, musescore):
    chart = MIXED.repeat(2)
    eighths = tuple(
        Note(tick, 12, 60 + (tick // 12 * 5) % 17)
        for tick in range(0, chart.ticks, 12)
        if tick % 60
    )
    path = jazzgen.save(Solo(eighths, chart, "Eighths"), tmp_path / "solo.mid", straight=True)
    written = tmp_path / "solo.musicxml"
    subprocess.run(
        [musescore, "-o", written, path], check=True, capture_output=True, timeout=120,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", "HOME": str(tmp_path)},
    )  # fmt: skip
    score = ElementTree.parse(written).getroot()
    part = score.findall("part")[0]
    measures = part.findall("measure")
    assert len(measures) == len(chart.bars)
    assert meters_of(measures) == [str(bar.meter) for bar in chart.bars]
    assert pitches_of(part) == [note.pitch for note in eighths]


def meters_of(measures):
    found = []
    for measure in measures:
        time = measure.find("attributes/time")
        found.append(f"{time.findtext('beats')}/{time.findtext('beat-type')}" if time is not None
                     else found[-1])  # fmt: skip
    return found


def pitches_of(part):
    found = []
    transposed = int(part.findtext(".//transpose/chromatic", "0"))
    for note in part.iter("note"):
        tied_from = any(tie.get("type") == "stop" for tie in note.findall("tie"))
        if note.find("pitch") is None or tied_from:
            continue
        step = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}[
            note.findtext("pitch/step")
        ]
        octave = int(note.findtext("pitch/octave"))
        altered = int(note.findtext("pitch/alter", "0"))
        found.append(12 * (octave + 1) + step + altered + transposed)
    return found
