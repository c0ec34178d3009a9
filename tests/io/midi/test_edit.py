"""MIDI files in another key, at another tempo, in part, and part by part."""

import io

import mido
import pretty_midi
import pytest
from midi_bytes import midi, off, on

import jazzgen
from jazzgen.errors import ConfigError, MidiError
from jazzgen.io.midi.edit import edited, parts_of
from jazzgen.music.excerpt import Excerpt, excerpt_of
from jazzgen.music.solo import Note, Solo
from jazzgen.render.midi import midi_of
from jazzgen.render.playback import Playback

CHART = jazzgen.chart("title: T\ntempo: 120\nkey: C\n[A] | Dm7 G7 | % | (3/4) Cmaj7 | (4/4) A7 |")
SOLO = Solo(tuple(Note(48 * n, 40, 60 + n) for n in range(7)), CHART, "Ünder")
WHOLE = midi_of(SOLO, Playback())


def heard(content):
    """Every note as an independent reader hears it: program, pitch, start and end in seconds."""
    read = pretty_midi.PrettyMIDI(io.BytesIO(content))
    return [
        (one.program, one.is_drum, note.pitch, round(note.start, 2), round(note.end, 2))
        for one in read.instruments
        for note in sorted(one.notes, key=lambda note: (note.start, note.pitch))
    ]


def texts(content, kind):
    return [
        message.text
        for track in mido.MidiFile(file=io.BytesIO(content)).tracks
        for message in track
        if message.type == kind
    ]


def test_nothing_changes_what_is_not_asked_to():
    again = edited(WHOLE, Excerpt(), "a.mid")
    assert heard(again) == heard(WHOLE)
    assert texts(again, "marker") == texts(WHOLE, "marker")


def test_slower():
    slow = edited(WHOLE, Excerpt(tempo=80), "a.mid")
    factor = 120 / 80
    for before, after in zip(heard(WHOLE), heard(slow), strict=True):
        assert after[:3] == before[:3]
        assert after[3:] == pytest.approx([factor * time for time in before[3:]], abs=0.02)


def test_in_another_key(tmp_path):
    moved = edited(WHOLE, Excerpt(transpose=3), "a.mid")
    for before, after in zip(heard(WHOLE), heard(moved), strict=True):
        assert after == (*before[:2], before[2] + 3 * (not before[1]), *before[3:])
    (tmp_path / "a.mid").write_bytes(moved)
    solo = jazzgen.read(tmp_path / "a.mid")
    assert solo.notes == SOLO.transpose(3).notes
    assert solo.chart == SOLO.transpose(3).chart
    assert solo.title == "Ünder"


def test_some_bars_are_those_that_are_read_of_the_whole(tmp_path):
    what = Excerpt(from_bar=2, to_bar=3)
    (tmp_path / "a.mid").write_bytes(edited(WHOLE, what, "a.mid"))
    part, expected = jazzgen.read(tmp_path / "a.mid"), excerpt_of(SOLO, what)
    assert [note.pitch for note in part.notes] == [note.pitch for note in expected.notes]
    late = [a.onset - b.onset for a, b in zip(part.notes, expected.notes, strict=True)]
    assert set(late) == {1}  # a soloist plays a little behind the beat
    assert [bar.meter for bar in part.chart.bars] == [bar.meter for bar in expected.chart.bars]
    assert part.chart.chord_spans == expected.chart.chord_spans
    assert part.chart.tempo == 120
    early = 0.5 / 12  # a note just before a bar line belongs to the bar behind it
    cut = [one for one in heard(WHOLE) if 2 - early <= one[3] < 5.5 - early]
    sounding = [(*one[:3], round(one[3] + 2, 2)) for one in heard(edited(WHOLE, what, "a.mid"))]
    assert sorted(sounding) == sorted((*one[:3], max(one[3], 2)) for one in cut)
    assert pretty_midi.PrettyMIDI(str(tmp_path / "a.mid")).get_end_time() <= 3.5


def test_an_early_note_belongs_to_the_bar_that_it_begins():
    early = midi(on(60, 1900), off(60, 460), on(62, 1450), off(62, 300), end=480)
    bar = edited(early, Excerpt(from_bar=2, to_bar=2), "a.mid")
    assert heard(bar) == [(73, False, 60, 0.0, 0.46)]
    assert [one[2] for one in heard(edited(early, Excerpt(to_bar=1), "a.mid"))] == []


def test_a_file_of_any_program():
    content = midi(on(60), off(60, 4 * 480), on(62), off(62, 480), end=7 * 480)
    part = edited(content, Excerpt(from_bar=2, transpose=12), "a.mid")
    assert heard(part) == [(73, False, 74, 0.0, 0.5)]
    slow = edited(content, Excerpt(tempo=60), "a.mid")  # it names no tempo: 120
    assert [one[3:] for one in heard(slow)] == [(0, 4), (4, 5)]


def test_parts_sound_like_the_whole():
    parts = parts_of(WHOLE, "a.mid")
    assert [part.name for part in parts] == ["Solo", "Piano", "Bass", "Drums"]
    assert sorted(note for part in parts for note in heard(part.content)) == sorted(heard(WHOLE))
    lengths = [mido.MidiFile(file=io.BytesIO(part.content)).length for part in parts]
    assert lengths == pytest.approx([7.5] * 4)
    assert all(texts(part.content, "marker") == texts(WHOLE, "marker") for part in parts)


def test_the_parts_of_a_single_track_are_its_channels():
    content = midi(on(60), on(38, channel=9), off(60, 480), off(38, channel=9))
    assert [len(heard(part.content)) for part in parts_of(content, "a.mid")] == [1, 1]


@pytest.mark.parametrize(
    ("content", "what", "message"),
    [
        (WHOLE, Excerpt(from_bar=9), "from_bar 9: a.mid has 4 bars"),
        (WHOLE, Excerpt(transpose=48), "^transpose 48: a note would leave MIDI's range"),
    ],
)
def test_what_cannot_be(content, what, message):
    content = midi(on(100), off(100, 480)) if what.transpose else content
    with pytest.raises(ConfigError, match=message):
        edited(content, what, "a.mid")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (WHOLE[:100], "^a.mid: is truncated"),
        (WHOLE[:12] + b"\xe7\x28" + WHOLE[14:], "^a.mid: has no beats that all of its tracks"),
        (midi(end=480), "^a.mid: has no notes"),
    ],
)
def test_what_has_no_parts(content, message):
    with pytest.raises(MidiError, match=message):
        parts_of(content, "a.mid")


def test_a_key_that_there_is_not_is_told():
    signature = b"\x00\xff\x59\x02\x09\x00"  # nine sharps
    name = b"\x00\xff\x03"
    broken = WHOLE.replace(name, signature + name, 1)
    start = WHOLE.index(b"MTrk") + 4
    length = int.from_bytes(WHOLE[start : start + 4]) + len(signature)
    broken = broken[:start] + length.to_bytes(4) + broken[start + 4 :]
    with pytest.raises(MidiError, match=r"a\.mid: cannot be changed: "):
        edited(broken, Excerpt(tempo=80), "a.mid")


def test_more_bars_than_anybody_plays_are_told():
    notes = [mido.Message("note_on", note=60, velocity=80, time=0)]
    notes += [mido.Message("note_off", note=60, time=(1 << 27) * (n == 0)) for n in range(2)]
    content = io.BytesIO()
    mido.MidiFile(ticks_per_beat=1, tracks=[mido.MidiTrack(notes)]).save(file=content)
    with pytest.raises(MidiError, match=r"a\.mid: has more than 100,000 bars"):
        edited(content.getvalue(), Excerpt(from_bar=2), "a.mid")
