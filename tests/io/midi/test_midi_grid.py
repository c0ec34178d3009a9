"""Notes that are off the grid return to their grid positions."""

import struct
import warnings
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from midi_lines import solo_in
from mido import MidiFile, merge_tracks
from small_models import BLUES

from jazzgen.io.midi.grid import MARK, pack_grid, played, unpack_grid
from jazzgen.io.midi.write import solo_to_midi, write_solo
from jazzgen.music.solo import Note, Solo

END = BLUES.ticks * 20


@st.composite
def lines(draw):
    """Lines with every kind of deviation that players show."""
    notes, clock = [], 0
    for _ in range(draw(st.integers(1, 30))):
        onset = clock + draw(st.integers(0, 14))
        duration = draw(st.integers(1, 20))
        deviation = draw(st.integers(-525, 525)) / 100
        notes.append(Note(onset, duration, draw(st.integers(40, 90)), 70, deviation))
        clock = onset + duration
    return Solo(tuple(notes), BLUES.repeat(2))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("grid")


@given(lines())
def test_a_solo_with_any_deviations_comes_back_as_it_was(folder, solo):
    assert solo_in(write_solo(solo, folder / "solo.mid")) == solo


@given(lines(), st.data())
def test_a_deviation_comes_back_to_a_hundredth_of_a_tick(folder, solo, data):
    fine = st.floats(-5.25, 5.25)
    notes = [replace(note, deviation=data.draw(fine)) for note in solo.notes]
    found = solo_in(write_solo(solo.with_notes(notes), folder / "solo.mid")).notes
    assert found == tuple(
        replace(note, deviation=round(note.deviation * 100) / 100) for note in notes
    )


@given(lines())
def test_without_the_event_no_note_is_lost(folder, solo):
    """As if another program had written the file again."""
    path = folder / "edited.mid"
    path.write_bytes(without_events(solo_to_midi(solo)))
    found = solo_in(path).notes
    assert [(n.pitch, n.velocity) for n in found] == [(n.pitch, n.velocity) for n in solo.notes]
    assert all(abs(note.deviation) <= 0.5 for note in found)


@given(lines())
def test_notes_keep_their_order_and_sound_apart(solo):
    spans = played(solo.notes, END * 2)
    assert spans[0][0] >= 0
    assert spans[-1][1] <= END * 2
    assert all(a < b for a, b in spans)
    assert all(a[1] <= b[0] and a[0] + 20 <= b[0] for a, b in pairwise(spans))


def without_events(content):
    """A file with its sequencer-specific events taken out."""
    head, rest = content[:14], content[14:]
    chunks = []
    while rest:
        size = int.from_bytes(rest[4:8])
        chunk, rest = rest[8 : 8 + size], rest[8 + size :]
        place = chunk.find(b"\x00\xff\x7f")
        if place >= 0 and MARK in chunk:
            size, width = length_of(chunk[place + 3 :])
            chunk = chunk[:place] + chunk[place + 3 + width + size :]
        chunks.append(b"MTrk" + struct.pack(">L", len(chunk)) + chunk)
    whole = head + b"".join(chunks)
    assert MARK not in whole
    return whole


def length_of(content):
    """A variable-length number and how many bytes it takes."""
    value, width = 0, 0
    for byte in content:
        value, width = value << 7 | byte & 0x7F, width + 1
        if byte < 0x80:
            break
    return value, width


@given(lines())
def test_what_is_packed_is_unpacked_or_was_not_needed(solo):
    end = solo.chart.ticks * 20
    spans = played(solo.notes, end)
    sounding = [(a, b, n.pitch, 70) for n, (a, b) in zip(solo.notes, spans, strict=True)]
    content = pack_grid(solo.notes)
    assert unpack_grid(content, sounding, end) == (solo.notes if content else ())


LINE = (Note(0, 12, 60, 80, -2.0), Note(12, 12, 62, 80, 4.25), Note(30, 6, 64, 80, 0.75))
SOUNDING = [(a, b, n.pitch, 80) for n, (a, b) in zip(LINE, played(LINE, END), strict=True)]


@pytest.mark.parametrize(
    "content",
    [b"", b"\x7d", MARK, pack_grid(LINE)[:-1], pack_grid(LINE)[1:], pack_grid(LINE) + b"\x01",
     MARK + b"\xff" * 40, MARK + bytes(9), pack_grid(LINE[:2]), pack_grid(LINE) + b"\x81",
     MARK + (b"\xff" * 300 + b"\x7f") * 9, MARK + b"\xff\xff\xff\x7f" * 9,
     MARK + b"\xff" * 3_000_000],
)  # fmt: skip
def test_a_damaged_event_counts_for_nothing(content):
    assert unpack_grid(content, SOUNDING, END) == ()


def test_an_event_whose_notes_were_edited_counts_for_nothing():
    assert unpack_grid(pack_grid(LINE), SOUNDING, END) == LINE
    moved = [SOUNDING[0], (SOUNDING[1][0] + 1, *SOUNDING[1][1:]), SOUNDING[2]]
    assert unpack_grid(pack_grid(LINE), moved, END) == ()


def test_a_line_on_its_places_says_nothing():
    still = Solo(tuple(replace(note, deviation=0.0) for note in LINE), BLUES)
    assert MARK not in solo_to_midi(still)
    assert MARK in solo_to_midi(Solo(LINE, BLUES))


def test_other_readers_pass_over_it(tmp_path):
    path = write_solo(Solo(LINE, BLUES), tmp_path / "solo.mid")
    messages = [message for message in MidiFile(path).tracks[1] if message.type == "note_on"]
    assert [message.note for message in messages] == [60, 62, 64]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from music21 import converter
    score = converter.parse(path, quantizePost=False, forceSource=True)
    notes = [note for note in score.recurse().notes if note.tie is None or note.tie.type == "start"]
    assert [note.pitch.midi for note in notes] == [60, 62, 64]
    starts = [float(note.getOffsetInHierarchy(score)) * 480 for note in notes]
    assert starts == pytest.approx([start for start, *_ in SOUNDING], abs=1)


def test_a_first_note_ahead_of_the_beginning_sounds_at_it(tmp_path):
    solo = Solo((Note(0, 12, 60, 80, -5.25), Note(12, 12, 62, 80, -5.25)), BLUES)
    assert played(solo.notes, END) == [(0, 135), (135, 375)]
    assert solo_in(write_solo(solo, tmp_path / "solo.mid")) == solo


def test_a_place_too_far_away_to_say_is_not_said():
    assert pack_grid([Note(0, 12, 60, 80, 1e9)]) == b""


def test_a_file_that_another_program_has_put_into_one_track_says_it_too(tmp_path):
    written = MidiFile(write_solo(Solo(LINE, BLUES), tmp_path / "solo.mid"))
    MidiFile(type=0, ticks_per_beat=480, tracks=[merge_tracks(written.tracks)]).save(
        tmp_path / "merged.mid"
    )
    assert solo_in(tmp_path / "merged.mid").notes == LINE


def test_a_solo_moved_by_an_octave_keeps_its_places(tmp_path):
    file = MidiFile(write_solo(Solo(LINE, BLUES), tmp_path / "solo.mid"))
    for message in file.tracks[1]:
        if message.type in ("note_on", "note_off"):
            message.note += 12
    file.save(tmp_path / "higher.mid")
    higher = tuple(replace(note, pitch=note.pitch + 12) for note in LINE)
    assert solo_in(tmp_path / "higher.mid").notes == higher
