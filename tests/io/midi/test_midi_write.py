"""What is written is a plain MIDI file, and reads back as the same solo."""

import io
from collections import defaultdict
from dataclasses import replace
from itertools import pairwise

import mido
import pytest
from hypothesis import given
from hypothesis import strategies as st
from midi_lines import solo_in

from jazzgen.band.trio import accompany
from jazzgen.errors import ConfigError, OutputError
from jazzgen.io.midi.read import read_midi
from jazzgen.io.midi.tempo import midi_tempo, tempo_of
from jazzgen.io.midi.write import played, solo_to_midi, write_solo
from jazzgen.music.chart import Bar, Chart, PlacedChord, TempoChange
from jazzgen.music.chord import ChordSymbol
from jazzgen.music.part import Part
from jazzgen.music.pitch import Key
from jazzgen.music.solo import Note, Solo
from jazzgen.music.styles import feel_names
from jazzgen.music.timing import Meter

METERS = [Meter(4, 4), Meter(3, 4), Meter(5, 4), Meter(6, 4), Meter(6, 8), Meter(12, 8)]
SYMBOLS = [
    "Dm7",
    "G7",
    "Cmaj7",
    "A",
    "Bb7#11",
    "F#m7b5",
    "Ebdim7",
    "C6/9",
    "Am7/G",
    "N.C.",
    "G7alt",
]
KEYS = ["C", "Bb", "F#", "Gb", "G#", "Cb", "Am", "Ebm", "D#m", "Fbm"]
NAMES = ["", "A", "B", "Chorus 2", "[A]", "Bridge ]"]
TEXTS = st.text(max_size=12)
TEMPI = st.integers(2000, 50000).map(lambda hundredths: hundredths / 100)


@st.composite
def bars(draw):
    meter = draw(st.sampled_from(METERS))
    onsets = draw(st.sets(st.integers(0, meter.bar_ticks - 1), max_size=3))
    chords = tuple(
        PlacedChord(onset, ChordSymbol.parse(draw(st.sampled_from(SYMBOLS))))
        for onset in sorted(onsets)
    )
    return Bar(chords, meter, draw(st.sampled_from(NAMES)))


@st.composite
def charts(draw):
    made = tuple(draw(st.lists(bars(), min_size=1, max_size=6)))
    ticks = sum(bar.meter.bar_ticks for bar in made)
    starts = draw(st.sets(st.integers(0, len(made) - 1), min_size=1, max_size=3))
    changes = draw(st.dictionaries(st.integers(1, ticks - 1), TEMPI, max_size=3))
    return Chart(
        made,
        title=draw(TEXTS),
        key=Key.parse(draw(st.sampled_from(KEYS))),
        tempo=draw(TEMPI),
        feel=draw(st.sampled_from(feel_names())),
        chorus_starts=tuple(sorted(starts)),
        tempo_changes=tuple(TempoChange(*item) for item in sorted(changes.items())),
    )


IN_TIME = st.just(0.0)


@st.composite
def solos(draw, deviations=IN_TIME):
    chart = draw(charts())
    lengths = st.tuples(st.integers(0, 40), st.integers(1, 40))
    notes, tick = [], 0
    for gap, duration in draw(st.lists(lengths, min_size=1, max_size=12)):
        onset = tick + gap if notes else min(tick + gap, chart.ticks - 1)
        duration = min(duration, chart.ticks - onset)
        if duration < 1:
            break
        deviation = draw(deviations)
        if onset == 0:  # nothing sounds before the beginning
            deviation = abs(deviation)
        notes.append(Note(onset, duration, draw(st.integers(0, 127)), draw(st.integers(1, 127)),
                          deviation))  # fmt: skip
        tick = onset + duration
    return Solo(tuple(notes), chart, draw(TEXTS), draw(TEXTS), draw(TEXTS))


def back(solo, folder, **options):
    return solo_in(write_solo(solo, folder / "solo.mid", **options))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("written")


@given(solos())
def test_a_solo_reads_back_as_it_was(folder, solo):
    assert back(solo, folder, accompaniment=accompany(solo)) == solo


@given(solos(st.integers(-9, 9).map(lambda twentieths: twentieths / 20)))
def test_so_do_its_deviations(folder, solo):
    assert back(solo, folder) == solo


@given(TEMPI)
def test_tempi_with_two_decimals_survive_microseconds(tempo):
    assert tempo_of(midi_tempo(tempo)) == tempo


def simple(**fields):
    notes = (Note(0, 12, 60), Note(12, 12, 62), Note(48, 48, 64))
    chart = Chart.of_chords([["Dm7", "G7"], ["Cmaj7"]], title="Nîmes", **fields)
    return Solo(notes, chart, "Nîmes", "Anna", "take 1")


def messages(content):
    return mido.MidiFile(file=io.BytesIO(content), charset="utf-8")


def test_the_conductor_says_it_in_midi_terms():
    chart = replace(simple(tempo=145, key=Key("Bb")).chart, bars=(
        Bar((PlacedChord(0, ChordSymbol.parse("Dm7")),), Meter(12, 8), "A"), Bar(meter=Meter(3, 4)),
    ), chorus_starts=(0, 1), feel="ballad")  # fmt: skip
    file = messages(solo_to_midi(Solo((), chart, "Nîmes", "Anna", "take 1")))
    assert (file.type, file.ticks_per_beat, len(file.tracks)) == (1, 480, 2)
    told = [(m.time, m.type, *(v for k, v in m.dict().items() if k not in ("time", "type")))
            for m in file.tracks[0]]  # fmt: skip
    assert told == [
        (0, "track_name", "Nîmes"),
        (0, "text", "software: jazzgen"),
        (0, "text", "feel: ballad"),
        (0, "text", "performer: Anna"),
        (0, "text", "source: take 1"),
        (0, "key_signature", "Bb"),
        (0, "set_tempo", 413793),
        (0, "time_signature", 12, 8, 36, 8),
        (0, "marker", "Chorus 1"),
        (0, "marker", "[A]"),
        (0, "marker", "Dm7"),
        (2880, "time_signature", 3, 4, 24, 8),
        (0, "marker", "Chorus 2"),
        (1440, "end_of_track"),
    ]


def test_the_solo_has_its_track_and_note_offs_come_first():
    track = messages(solo_to_midi(simple(), program=56)).tracks[1]
    assert [str(m) for m in track] == [
        "MetaMessage('track_name', name='Solo', time=0)",
        "program_change channel=0 program=56 time=0",
        "note_on channel=0 note=60 velocity=80 time=0",
        "note_off channel=0 note=60 velocity=0 time=240",
        "note_on channel=0 note=62 velocity=80 time=0",
        "note_off channel=0 note=62 velocity=0 time=240",
        "note_on channel=0 note=64 velocity=80 time=480",
        "note_off channel=0 note=64 velocity=0 time=960",
        "MetaMessage('end_of_track', time=1920)",
    ]


def test_every_track_ends_with_the_chart():
    solo = simple()
    file = messages(solo_to_midi(solo, accompaniment=accompany(solo)))
    assert [track.name for track in file.tracks] == ["Nîmes", "Solo", "Piano", "Bass", "Drums"]
    assert [sum(m.time for m in track) for track in file.tracks] == [2 * 1920] * 5


def test_a_part_plays_on_its_channel():
    notes = (Note(0, 48, 40), Note(0, 30, 43), Note(24, 48, 40))  # 40 is struck while it sounds
    drums = Part("Drums", 9, 0, notes)
    file = messages(solo_to_midi(simple(), accompaniment=[drums]))
    assert {m.channel for m in file.tracks[2] if not m.is_meta} == {9}
    assert spans(file.tracks[2])[40] == [(0, 480), (480, 1440)]


def test_a_part_is_cut_at_the_charts_end():
    late = Part("Piano", 1, 0, (Note(180, 48, 40), Note(192, 12, 40), Note(500, 12, 41)))
    track = messages(solo_to_midi(simple(), accompaniment=[late])).tracks[2]
    assert spans(track) == {40: [(3600, 3840)]}


def test_the_same_solo_gives_the_same_bytes():
    assert solo_to_midi(simple()) == solo_to_midi(simple())


WILD = st.floats(-60, 60)


@given(solos(WILD))
def test_no_deviation_breaks_a_note(solo):
    end = solo.chart.ticks * 20
    place = 0
    for start, stop in played(solo.notes, end):
        assert place <= start < stop <= end
        place = stop


def test_a_late_note_keeps_its_length_and_a_tied_one_its_neighbour():
    notes = [Note(0, 12, 60, 80, 2), Note(24, 12, 62, 80, 3), Note(36, 12, 64, 80, 1),
             Note(48, 12, 65, 80, 4)]  # fmt: skip
    assert played(notes, 1920) == [(40, 280), (540, 740), (740, 1040), (1040, 1280)]


@given(solos(WILD))
def test_nothing_hangs(solo):
    for track in messages(solo_to_midi(solo, accompaniment=accompany(solo))).tracks[1:]:
        for pitch, sounding in spans(track).items():
            assert all(a[1] <= b[0] for a, b in pairwise(sounding)), pitch


def spans(track):
    """Return {pitch: [(on, off), …]}; fail where a note hangs or is struck twice."""
    now, on, found = 0, {}, defaultdict(list)
    for message in track:
        now += message.time
        if message.type == "note_on":
            assert message.note not in on
            on[message.note] = now
        elif message.type == "note_off":
            found[message.note].append((on.pop(message.note), now))
    assert not on
    return found


def test_a_program_out_of_range():
    with pytest.raises(ConfigError, match="program 128: expected a General MIDI program, 0 to 127"):
        solo_to_midi(simple(), program=128)


def test_a_path_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot be written"):
        write_solo(simple(), tmp_path / "file" / "solo.mid")


def test_text_is_utf8_whatever_the_process_thinks(tmp_path):
    solo = replace(simple(), title="Ночь 夜 ♭")
    assert "Ночь 夜 ♭".encode() in solo_to_midi(solo)
    assert read_midi(write_solo(solo, tmp_path / "a.mid")).title == "Ночь 夜 ♭"
