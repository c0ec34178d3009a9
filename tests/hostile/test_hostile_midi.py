"""Broken MIDI: read where nothing is lost, refused in one line otherwise, never worse."""

import random

import pytest
from effort import assert_effort
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from midi_faults import END, KEPT, NOTES, PITCHES, REFUSED, WHOLE, head, line, number, track
from platforms import slow

from jazzgen.errors import InputError, MidiError
from jazzgen.io.midi.events import MAX_BYTES, MAX_EVENTS, MAX_TRACKS, read_events
from jazzgen.io.midi.read import read_midi, read_pieces
from jazzgen.transcription.solos import read_solos

PLAIN = {"plain", "format 0", "format 2 with one piece"}
"""What has no fault at all; other files that are within the standard have no warning either."""


@pytest.fixture
def written(memory_folder):
    def write(content):
        path = memory_folder / "take.mid"
        path.write_bytes(content)
        return path

    return write


@pytest.mark.parametrize("name", KEPT)
def test_nothing_is_lost(written, name):
    [piece] = read_pieces(written(KEPT[name]))
    notes = sorted(note for part in piece.parts for note in part.notes)
    assert tuple(note.pitch for note in notes) == PITCHES
    starts = [note.start / piece.ppq for note in notes]
    if piece.metrical:
        assert starts == [onset / 96 for onset, _ in NOTES]
    assert all(note.end > note.start for note in notes)
    [found] = read_solos(written(KEPT[name]))
    assert tuple(note.pitch for note in found.solo.notes) == PITCHES


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_lost_is_told(written, name):
    content, reason = REFUSED[name]
    path = written(content)
    with pytest.raises(MidiError) as told:
        (read_midi if name == "two pieces" else read_solos)(path)
    message = str(told.value)
    assert message.startswith(f"{path}: ")
    assert reason in message
    assert "\n" not in message


@pytest.mark.parametrize(
    ("name", "warning"),
    [
        ("in RIFF", None),
        ("no end of track", None),
        ("a chunk of another kind before the track", None),
        ("behind a MacBinary header", "128 bytes before the file were passed over"),
        ("junk behind the file", "bytes between or behind the tracks"),
        ("zeros behind the file", None),
        ("junk behind the end of track, counted in", "bytes behind the end of a track"),
        ("a count of 65,535 tracks", "says that it has 65535 tracks, and has 1"),
        ("a size of 0", "a track's length is wrong"),
        ("a velocity above 127", "a data byte is 200; expected at most 127 (at byte 25)"),
        ("a program above 127", "a data byte is 128; expected at most 127 (at byte 24)"),
        ("a size that swallows the next track", "a track's length is wrong"),
    ],
)
def test_what_was_mended_is_said(written, name, warning):
    warnings = read_midi(written(KEPT[name])).warnings
    if warning is None:
        assert not warnings
    assert warning is None or any(said.startswith(warning) for said in warnings)


def test_a_file_without_fault_has_no_warning(written):
    for name in PLAIN:
        assert read_midi(written(KEPT[name])).warnings == ()


def test_each_pattern_of_format_2_is_a_piece(written):
    high = bytes(b + 12 if b in PITCHES else b for b in line())
    path = written(head(kind=2, count=3) + track(line()) + track(END) + track(high))
    first, second = read_pieces(path)
    assert [note.pitch for note in second.parts[0].notes] == [p + 12 for p in PITCHES]
    assert [note.pitch for note in first.parts[0].notes] == list(PITCHES)
    assert [found.solo.notes[0].pitch for found in read_solos(path)] == [60, 72]


def test_smpte_frames_are_seconds(written):
    # 25 frames of 40 ticks are 1,000 a second; 96 ticks are 0.096 s, 0.192 quarters at 120.
    piece = read_midi(written(KEPT["25 frames of 40 ticks"]))
    assert not piece.metrical
    assert [note.start for note in piece.parts[0].notes] == [0, 92, 184, 276]
    assert piece.ppq == 480


def repeated(event, count):
    """Return a file with an event so many times before the line, on its first tick."""
    return head() + track(event * count + line())


@pytest.mark.parametrize(
    ("of", "limit"),
    [(lambda n: repeated(b"\x00\xc0\x05", n - 9), MAX_EVENTS),
     (lambda n: head(count=n) + track(END) * (n - 1) + track(line()), MAX_TRACKS)],
    ids=["events", "tracks"],
)  # fmt: skip
def test_limits_from_both_sides(written, of, limit):
    for size in (limit - 1, limit):
        assert len(read_midi(written(of(size))).parts[0].notes) == len(NOTES)
    with pytest.raises(MidiError, match=f"more than {limit:,}"):
        read_midi(written(of(limit + 1)))


def test_the_size_of_a_file_from_both_sides(written):
    for size in (MAX_BYTES - 1, MAX_BYTES):
        assert len(read_midi(written(WHOLE + bytes(size - len(WHOLE)))).parts[0].notes) == 4
    with pytest.raises(MidiError, match="10,000,001 bytes"):
        read_midi(written(WHOLE + bytes(MAX_BYTES + 1 - len(WHOLE))))


def test_the_length_of_a_file_from_both_sides(written):
    def lasting(quarters):
        notes = line().replace(b"\x60", b"\x01")
        return head(division=1) + track(number(quarters - 4) + notes[1:])

    day = 24 * 3600 * 2
    for quarters in (day - 1, day):
        assert read_midi(written(lasting(quarters))).end == quarters
    with pytest.raises(MidiError, match="expected at most 24"):
        read_midi(written(lasting(day + 1)))


@pytest.mark.parametrize(
    "flood",
    [b"\xff", b"\x00\xff\x60\xff", b"\x00\xf0\x00", b"\x00\x90\x3c\x40", b"\x00\xff\x01\x00",
     b"MTrk\x00\x00\x00\x00", b"\x80", b"\x00"],
)  # fmt: skip
def test_floods_end_soon(written, flood):
    noise = flood * (1_000_000 // len(flood))
    path = written(head() + track(noise))

    def refuse():
        with pytest.raises(MidiError):
            read_solos(path)

    assert_effort(refuse, 100 * len(noise))


def mutated(chance, content):
    """Return bytes with a few of them changed, left out, doubled or put elsewhere."""
    damaged = bytearray(content)
    for _ in range(chance.randint(1, 4)):
        place = chance.randrange(len(damaged))
        match chance.randrange(4):
            case 0:
                damaged[place] = chance.choice(
                    (0, 1, 0x7F, 0x80, 0x90, 0xFF, chance.randrange(256))
                )
            case 1:
                del damaged[place : place + chance.randint(1, 5)]
            case 2:
                damaged[place:place] = damaged[place : place + chance.randint(1, 20)]
            case 3:
                damaged[place:place] = chance.randbytes(chance.randint(1, 4))
        if not damaged:
            damaged = bytearray(b"M")
    return bytes(damaged)


def survives(path, read=read_solos):
    said = ""
    try:
        read(path)
    except InputError as error:
        said = str(error)
    assert "\n" not in said


@pytest.mark.parametrize("mutations", [500, pytest.param(10_000, marks=slow)])
def test_mutations(written, mutations):
    chance = random.Random(6)
    files = [content for content in KEPT.values() if len(content) < 600]
    for turn in range(mutations):
        path = written(mutated(chance, chance.choice(files)))
        survives(path, read_pieces if turn % 4 else read_solos)


@given(st.binary(max_size=200), st.sampled_from([0, 1, 2]), st.integers(0, 65_535))
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None
)
def test_any_events_at_all(written, noise, kind, division):
    for content in (noise, head(kind, 1, division) + track(noise)):
        survives(written(content))


def test_events_are_counted_over_all_tracks(written):
    half = b"\x00\xc0\x05" * (MAX_EVENTS // 2)
    path = written(head(count=2) + track(half + line()) + track(half))
    with pytest.raises(MidiError, match="more than 1,000,000 events"):
        read_events(path)
