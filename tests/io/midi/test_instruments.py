"""One instrument on several channels or tracks comes through as one part; a band does not."""

import io

import pytest
from mido import Message, MetaMessage, MidiFile, MidiTrack

from jazzgen.io.midi.line import part_called
from jazzgen.io.midi.read import read_midi
from jazzgen.transcription.solos import read_solos

EIGHTH = 240
LINE = [62, 65, 69, 72, 71, 67, 65, 62, 59, 62, 65, 68, 67, 63, 60, 55] * 7
"""The 112 pitches of a melody in eighths."""
OPEN = (64, 59, 55, 50, 45, 40)
"""The open strings of a guitar."""


def track(notes, name="", programs=None):
    """Return a track of (tick, length, pitch, channel)."""
    events = [(0, 0, MetaMessage("track_name", name=name))] if name else []
    for channel, program in (programs or {}).items():
        events.append((0, 1, Message("program_change", channel=channel, program=program)))
    for tick, length, pitch, channel in notes:
        events.append((tick, 3, Message("note_on", note=pitch, channel=channel)))
        events.append((tick + length, 2, Message("note_off", note=pitch, channel=channel)))
    events.sort(key=lambda event: event[:2])
    done, now = MidiTrack(), 0
    for tick, _, message in events:
        done.append(message.copy(time=tick - now))
        now = tick
    return done


def saved(folder, *tracks, kind=1):
    file = MidiFile(type=kind, ticks_per_beat=480)
    file.tracks += tracks
    content = io.BytesIO()
    file.save(file=content)
    path = folder / "take.mid"
    path.write_bytes(content.getvalue())
    return path


def melody(channel_of, length=EIGHTH, pitches=LINE, start=0):
    """Return the melody with a channel for each note, on which it ends before the next one."""
    channels = [channel_of(n, pitch) for n, pitch in enumerate(pitches)]
    notes = []
    for n, (pitch, channel) in enumerate(zip(pitches, channels, strict=True)):
        later = channels[n + 1 :]
        free = EIGHTH * (1 + later.index(channel)) if channel in later else length
        notes.append((start + EIGHTH * n, min(length, free), pitch, channel))
    return notes


def string(_, pitch):
    """Return the string, from 0, on which a guitarist plays a pitch."""
    return next(number for number, low in enumerate(OPEN) if low <= pitch)


def string_from_4(n, pitch):
    return 4 + string(n, pitch)


def in_turn(n, _):
    """Return the member channel of an MPE controller, all but the first, channel 10 as well."""
    return 1 + n % 15


def eight(n, _):
    return n % 8


def alto(*_):
    return 2


def bends(n, _):
    """Return the second channel of a track at every seventh note."""
    return 3 if n % 7 == 3 else 2


BASS = [(480 * n, 460, 36 + n % 12, 4) for n in range(56)]
COMP = [(1920 * n, 900, pitch, 5) for n in range(14) for pitch in (52, 55, 59, 62)]


def pitches_of(path):
    return [note.pitch for note in read_solos(path)[0].solo.notes]


@pytest.mark.parametrize("kind", [0, 1])
@pytest.mark.parametrize(
    ("channel_of", "programs"),
    [
        (string, {}),
        (string_from_4, {}),
        (string, dict.fromkeys(range(6), 26)),
        (in_turn, {}),
        (in_turn, {0: 81}),
        (eight, {}),
        (bends, {2: 27, 3: 27}),
    ],
)
@pytest.mark.parametrize("length", [EIGHTH, 900])  # strings that are not damped ring on
def test_a_melody_on_several_channels_is_whole(tmp_path, kind, channel_of, programs, length):
    path = saved(tmp_path, track(melody(channel_of, length), "Guitar", programs), kind=kind)
    [part] = read_midi(path).parts
    assert len(part.notes) == len(LINE)
    assert not part.is_drums
    assert pitches_of(path) == LINE


@pytest.mark.parametrize("channel_of", [string, in_turn, bends])
def test_it_is_whole_beside_a_band(tmp_path, channel_of):
    drums = [(480 * n, 20, 51, 9) for n in range(56)]
    path = saved(tmp_path, track(BASS, "Bass", {4: 32}), track(COMP, "Piano", {5: 0}),
                 track(drums, "Drums"), track(melody(channel_of), "Solo"))  # fmt: skip
    assert len(read_midi(path).parts) == 4
    assert pitches_of(path) == LINE


def test_a_second_channel_for_a_few_bends_is_no_second_player(tmp_path):
    notes = melody(lambda n, _: 3 if n % 50 == 3 else 2)
    path = saved(tmp_path, track([]), track(notes, "Guitar", {2: 27, 3: 27}))
    assert pitches_of(path) == LINE


@pytest.mark.parametrize("programs", [{4: 32, 5: 0}, {4: 32, 5: 0, 10: 26, 11: 26, 12: 26}])
def test_the_strings_of_a_guitar_among_a_band_in_one_track_are_one_part(tmp_path, programs):
    strings = [(t, length, pitch, 10 + string(0, pitch)) for t, length, pitch, _ in melody(string)]
    drums = [(t, 20, 42, 9) for t in range(0, 26_880, 480)]
    path = saved(tmp_path, track(sorted([*BASS, *COMP, *drums, *strings]), "", programs), kind=0)
    assert [len(part.notes) for part in read_midi(path).parts] == [56, 56, 56, len(LINE)]
    assert pitches_of(path) == LINE


def test_chords_on_the_strings_of_a_guitar_are_one_part(tmp_path):
    strums = [(960 * n + 6 * m, 900, low + 2 + n % 3, m)
              for n in range(12) for m, low in enumerate(OPEN)]  # fmt: skip
    [part] = read_midi(saved(tmp_path, track(strums, "Guitar"), kind=0)).parts
    assert len(part.notes) == 72


@pytest.mark.parametrize("programs", [{}, {2: 66, 4: 32, 5: 0}])
def test_the_channels_of_a_band_in_one_track_are_apart(tmp_path, programs):
    band = [*BASS, *COMP, *((t, 20, 42, 9) for t in range(0, 26_880, 480))]
    solo = melody(alto)
    path = saved(tmp_path, track(sorted([*band, *solo]), programs=programs), kind=0)
    assert [part.channel for part in read_midi(path).parts] == [2, 4, 5, 9]
    assert pitches_of(path) == LINE


def regions(names, channels=(0, 0, 0, 0), programs=(66, 66, 66, 66)):
    """Return the melody in four tracks, each with a quarter of it."""
    notes = melody(alto)
    return [
        track([(tick, length, pitch, channel) for tick, length, pitch, _ in notes[28 * n :][:28]],
              name, {channel: program})
        for n, (name, channel, program) in enumerate(zip(names, channels, programs, strict=True))
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("names", "channels"),
    [
        (["Tenor Sax"] * 4, (0, 0, 0, 0)),
        (["Tenor Sax"] * 4, (0, 1, 2, 3)),
        (["Tenor Sax", "Tenor Sax #02", "Tenor Sax.3", "Tenor Sax copy"], (0, 0, 0, 0)),
        (["Chorus 1", "Chorus 2", "Bridge", "Take 3"], (0, 0, 0, 0)),
        (["Head A1", "Head A2", "Bridge", "Solo 1"], (0, 0, 0, 0)),
        (["Sax Intro", "Sax Theme", "Sax Solo", "Sax Outro"], (0, 0, 0, 0)),
        ([""] * 4, (0, 0, 0, 0)),
        ([""] * 4, (0, 1, 2, 3)),
    ],
)
def test_a_melody_in_tracks_in_turn_is_one_solo(tmp_path, names, channels):
    path = saved(tmp_path, track([]), *regions(names, channels))
    [found] = read_solos(path)
    assert [note.pitch for note in found.solo.notes] == LINE
    assert found.part.joined == (2, 3, 4)
    assert part_called(read_midi(path), 3) == found.part


@pytest.mark.parametrize("size", [2, 7, 20])
@pytest.mark.parametrize("rings", [EIGHTH, 1920])
def test_phrases_as_tracks_whose_last_note_rings_are_one_solo(tmp_path, size, rings):
    notes, tracks = melody(alto), []
    for first in range(0, len(notes), size):
        *others, (tick, _, pitch, channel) = notes[first : first + size]
        tracks.append(track([*others, (tick, rings, pitch, channel)], "Tenor Sax", {2: 66}))
    assert pitches_of(saved(tmp_path, track([]), *tracks)) == LINE


@pytest.mark.parametrize("names", [("Piano", "Piano"), ("", "")])
def test_chords_under_a_line_do_not_take_turns_with_it(tmp_path, names):
    chords = [(1920 * n, 1900, pitch, 2) for n in range(14) for pitch in (55, 59, 62)]
    tracks = [track(notes, name, {2: 0})
              for notes, name in zip((melody(alto), chords), names, strict=True)]  # fmt: skip
    assert [len(part.notes) for part in read_midi(saved(tmp_path, *tracks)).parts] == [112, 42]


@pytest.mark.parametrize(
    ("names", "channels", "programs"),
    [
        (["Alto", "Trumpet", "Piano", "Guitar"], (0, 0, 0, 0), (66, 66, 66, 66)),
        (["Tenor 1", "Tenor 2", "Tenor 3", "Tenor 4"], (0, 1, 2, 3), (66, 66, 66, 66)),
        (["", "", "", ""], (0, 1, 2, 3), (65, 56, 66, 57)),
    ],
)
def test_soloists_in_turn_stay_apart(tmp_path, names, channels, programs):
    path = saved(tmp_path, track([]), *regions(names, channels, programs))
    assert len(read_midi(path).parts) == 4


def test_the_strings_of_a_guitar_as_tracks_are_one_solo(tmp_path):
    notes = melody(string)
    tracks = [track([note for note in notes if note[3] == number], f"String {number}", {number: 25})
              for number in range(3)]  # fmt: skip
    assert pitches_of(saved(tmp_path, track([]), *tracks)) == LINE
    unnamed = [track([note for note in notes if note[3] == number]) for number in range(3)]
    assert pitches_of(saved(tmp_path, track([]), *unnamed)) == LINE


def test_hands_of_a_pianist_stay_apart(tmp_path):
    right, left = melody(alto), [(t, n, p, 0) for t, n, p, _ in COMP]
    path = saved(tmp_path, track(right, "Piano RH", {2: 0}), track(left, "Piano LH", {0: 0}))
    assert len(read_midi(path).parts) == 2
    assert pitches_of(path) == LINE
