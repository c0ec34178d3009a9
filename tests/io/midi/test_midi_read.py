"""Files byte by byte: what the specification allows is read, all else is a MidiError."""

import io
import struct

import mido
import numpy as np
import pytest
from effort import assert_effort
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from midi_lines import chart_in, line_in

from jazzgen.errors import ChartError, MidiError
from jazzgen.io.midi.chart import MAX_BARS, chart_of, cover, with_tempo
from jazzgen.io.midi.events import MAX_BYTES
from jazzgen.io.midi.read import read_midi
from jazzgen.io.midi.score import Timed, seconds_at
from jazzgen.io.midi.yamaha_xf import xf_chord
from jazzgen.music.chart import Chart, TempoChange
from jazzgen.music.chord import ChordSymbol
from jazzgen.music.pitch import Key
from jazzgen.music.solo import Note
from jazzgen.music.timing import Meter

HEADER = """
4d 54 68 64  # MThd
00 00 00 06  # Chunk size
00 01        # Format 1
00 02        # Two tracks
00 60        # 96 ticks per quarter note
"""

CONDUCTOR = """
4d 54 72 6b  # MTrk
00 00 00 29
00 ff 03 04 54 75 6e 65     # Name: Tune
00 ff 51 03 07 a1 20        # 500,000 microseconds a quarter note
00 ff 58 04 03 02 18 08     # 3/4
00 ff 59 02 fe 00           # Two flats, major
00 ff 06 03 44 6d 37        # Marker: Dm7
82 20 ff 2f 00              # End after 288 ticks
"""

SOLO = """
4d 54 72 6b  # MTrk
00 00 00 25
00 ff 03 04 53 6f 6c 6f     # Name: Solo
00 c2 38                    # Channel 3 plays program 56
00 92 3c 50                 # C4 on
30 3c 00                    # Running status: C4 off, by velocity 0
00 3e 50                    # Running status: D4 on
30 82 3e 40                 # D4 off
60 92 40 51                 # E4 on
60 82 40 00                 # E4 off
00 ff 2f 00                 # End
"""


def binary(*texts):
    return bytes.fromhex("".join(line.split("#")[0] for t in texts for line in t.splitlines()))


FILE = binary(HEADER, CONDUCTOR, SOLO)


def number(value):
    """Return a variable-length number."""
    groups = [value & 0x7F]
    while value := value >> 7:
        groups.append(value & 0x7F | 0x80)
    return bytes(reversed(groups))


def smf(*tracks, ppq=480, kind=1):
    """Return a file of tracks, each a list of (delta, bytes of the event)."""
    chunks = [b"".join(number(delta) + event for delta, event in track) for track in tracks]
    head = b"MThd" + struct.pack(">LHHH", 6, kind, len(tracks), ppq)
    return head + b"".join(b"MTrk" + struct.pack(">L", len(c)) + c for c in chunks)


def text(words, kind=6):
    content = words.encode()
    return bytes([0xFF, kind]) + number(len(content)) + content


def on(pitch, channel=0, velocity=80):
    return bytes([0x90 | channel, pitch, velocity])


def off(pitch, channel=0):
    return bytes([0x80 | channel, pitch, 0])


def meter(numerator, power):
    return bytes([0xFF, 0x58, 4, numerator, power, 24, 8])


END = (0, b"\xff\x2f\x00")
MARKER, TEXT, LYRIC, CUE = 6, 1, 5, 7


@pytest.fixture
def written(memory_folder):
    def write(content):
        path = memory_folder / "take.mid"
        path.write_bytes(content)
        return path

    return write


def test_a_score_of_format_1(written):
    score = read_midi(written(FILE))
    assert (score.ppq, score.end, score.title, score.key) == (96, 288, "Tune", Key("Bb"))
    assert score.tempos == (Timed(0, 120.0),)
    assert score.meters == (Timed(0, Meter(3, 4)),)
    assert score.chords == (Timed(0, ChordSymbol.parse("Dm7")),)
    (part,) = score.parts
    assert (part.track, part.name, part.channel, part.program) == (1, "Solo", 2, 56)
    assert part.notes == ((0, 48, 60, 80), (48, 96, 62, 80), (192, 288, 64, 81))


def test_its_line_and_its_chart(written):
    assert line_in(written(FILE)) == (Note(0, 12, 60), Note(12, 12, 62), Note(48, 24, 64, 81))
    chart = chart_in(written(FILE))
    assert chart.title == "Tune"
    assert (chart.key, chart.tempo, len(chart.bars)) == (Key("Bb"), 120.0, 1)
    assert chart.bars[0].meter == Meter(3, 4)


@pytest.mark.parametrize("ppq", [24, 96, 120, 480, 960])
def test_any_resolution(written, ppq):
    half = ppq // 2
    track = [(0, on(60)), (half, off(60)), (half, on(62)), (ppq * 3, off(62)), END]
    assert line_in(written(smf(track, ppq=ppq))) == (Note(0, 12, 60), Note(24, 72, 62))


def test_format_0_is_parted_by_channel(written):
    track = [(0, text("Tune", 3)), (0, on(60, 3)), (0, on(36, 9)), (480, off(36, 9)),
             (0, off(60, 3)), END]  # fmt: skip
    score = read_midi(written(smf(track, kind=0)))
    assert score.title == "Tune"
    assert [(part.track, part.channel, part.is_drums) for part in score.parts] == [
        (4, 3, False), (10, 9, True),
    ]  # fmt: skip


def test_meters_and_tempi_change(written):
    tempo = b"\xff\x51\x03" + (400_000).to_bytes(3)
    conductor = [(0, meter(4, 2)), (1920, meter(6, 3)), (720, tempo), (2160, meter(5, 2)), END]
    solo = [(0, on(60)), (1920 + 2880 + 2400, off(60)), END]
    chart = chart_in(written(smf(conductor, solo)))
    assert [str(bar.meter) for bar in chart.bars] == ["4/4", "6/8", "6/8", "5/4"]
    assert chart.tempo == 120
    assert chart.tempo_changes == (TempoChange(132, 150.0),)


def test_seconds_through_changes_of_tempo():
    tempos = (Timed(0, 60.0), Timed(96, 30.0), Timed(96, 240.0), Timed(288, 60.0))
    seconds = seconds_at([[0, 48, 96], [192, 288, 384]], 96, tempos)
    assert seconds == pytest.approx(np.array([[0, 0.5, 1], [1.25, 1.5, 2.5]]))
    before = seconds_at(192, 96, (Timed(96, 60.0),))  # 120 before the first
    assert before == pytest.approx(1.5)
    assert seconds_at([], 96, ()).tolist() == []


def test_a_meter_that_comes_early_cuts_a_bar(written):
    conductor = [(0, meter(4, 2)), (480, meter(3, 2)), (1440 + 720, meter(4, 2)), END]
    solo = [(0, on(60)), (480 + 2160 + 1920, off(60)), END]
    meters = [str(bar.meter) for bar in chart_in(written(smf(conductor, solo))).bars]
    assert meters == ["1/4", "3/4", "3/8", "4/4"]


def test_a_meter_said_again_changes_nothing(written):
    conductor = [(0, meter(4, 2)), (700, meter(4, 2)), END]
    solo = [(0, on(60)), (3840, off(60)), END]
    assert len(chart_in(written(smf(conductor, solo))).bars) == 2


def test_off_the_grid_goes_to_the_nearest_tick(written):
    track = [(9, on(60)), (202, off(60)), (20, on(62)), (400, off(62)), END]
    assert line_in(written(smf(track))) == (
        Note(0, 11, 60, 80, 0.45), Note(12, 20, 62, 80, -0.45),
    )  # fmt: skip


def test_notes_struck_again_while_they_sound_end_in_their_order(written):
    track = [(0, on(60, velocity=1)), (10, on(60, velocity=2)), (10, off(60)), (10, off(60)), END]
    (part,) = read_midi(written(smf(track))).parts
    assert part.notes == ((0, 20, 60, 1), (10, 30, 60, 2))


def test_keys_struck_more_often_than_released_end_where_they_are_struck_again(written):
    strums = [
        (0, on(60)), (0, on(64)), (240, on(60)), (0, on(64)), (240, on(60)), (240, off(60)),
        (0, off(64)), (720, on(60)), (480, off(60)), (480, on(64)), (480, off(64)), END,
    ]  # fmt: skip
    (part,) = read_midi(written(smf(strums))).parts
    assert part.notes == (
        (0, 240, 60, 80), (0, 240, 64, 80), (240, 480, 60, 80), (240, 720, 64, 80),
        (480, 720, 60, 80), (1440, 1920, 60, 80), (2400, 2880, 64, 80),
    )  # fmt: skip


@pytest.mark.parametrize(("strokes", "releases"), [(1000, 0), (3200, 100)])
def test_where_hardly_any_note_ends_the_file_is_damaged(strokes, releases, written):
    ended = [(1, on(62)), (1, off(62))] * releases
    end = (1, END[1])
    kept = [*ended, *[(1, on(60))] * strokes, end]
    assert len(read_midi(written(smf(kept))).parts[0].notes) == strokes + releases
    with pytest.raises(MidiError, match=f"{strokes + 1:,} notes without an end"):
        read_midi(written(smf([*ended, *[(1, on(60))] * (strokes + 1), end])))


def test_notes_of_no_length_are_left_out_unless_there_are_no_others(written):
    touched = [(0, on(60)), (0, on(72)), (0, off(72)), (480, off(60)), (0, on(62)), (480, off(62))]
    (part,) = read_midi(written(smf([*touched, END]))).parts
    assert part.notes == ((0, 480, 60, 80), (480, 960, 62, 80))
    clicks = [(0, on(60)), (0, off(60)), (480, on(62)), (0, off(62)), (480, END[1])]
    (part,) = read_midi(written(smf(clicks))).parts
    assert part.notes == ((0, 0, 60, 80), (480, 480, 62, 80))


@pytest.mark.parametrize(("tail", "bars"), [(0, 1), (1920, 2), (3840, 3), (3841, 1), (10**7, 1)])
def test_a_long_tail_is_no_part_of_the_piece(written, tail, bars):
    tempo = b"\xff\x51\x03" + (400_000).to_bytes(3)
    conductor = [(0, tempo), (1920 + tail, tempo), (0, text("fin")), END]
    chart = chart_in(written(smf(conductor, [(0, on(60)), (1920, off(60)), END])))
    assert (len(chart.bars), chart.tempo_changes) == (bars, ())


def test_a_tempo_slower_than_a_charts_keeps_its_time(written):
    def tempo(bpm):
        return b"\xff\x51\x03" + round(6e7 / bpm).to_bytes(3)

    conductor = [(0, tempo(100)), (1440, tempo(15)), (480, tempo(100)), END]
    score = read_midi(written(smf(conductor, lead())))
    assert [value for _, value in score.tempos] == [100, 15, 100]
    assert score.warnings == ("a tempo of 15 quarter notes per minute is written as 20",)
    changes = chart_in(written(smf(conductor, lead()))).tempo_changes
    assert changes == (TempoChange(72, 20.0), TempoChange(96, 100.0))


def test_a_piece_that_is_slower_than_any_chart_is_read(written):
    slow = [(0, b"\xff\x51\x03" + round(6e7 / 15).to_bytes(3)), END]
    path = written(smf(slow, lead()))
    assert read_midi(path).warnings == ("a tempo of 15 quarter notes per minute is written as 20",)
    assert chart_in(path).tempo == 20


def test_a_meter_behind_the_music_changes_no_bar(written):
    conductor = [(0, meter(4, 2)), (10**6, meter(3, 2)), END]
    assert len(chart_in(written(smf(conductor, lead(beats=16)))).bars) == 4


@pytest.mark.parametrize("controller", [120, 123])
def test_a_controller_ends_the_notes_of_its_channel(written, controller):
    def silence(channel):
        return bytes([0xB0 | channel, controller, 0])

    line = [(0, silence(0)), (0, on(60)), (0, on(64)), (0, on(64, 1)), (480, silence(0)),
            (0, on(60)), (240, off(60)), (0, silence(0)), (0, on(62)), (240, silence(0)),
            (960, silence(1)), (1920, END[1])]  # fmt: skip
    parts = read_midi(written(smf(line))).parts
    assert [part.notes for part in parts] == [
        ((0, 480, 60, 80), (0, 480, 64, 80), (480, 720, 60, 80), (720, 960, 62, 80)),
        ((0, 1920, 64, 80),),
    ]


def test_a_lost_end_is_where_the_next_note_begins(written):
    line = [event for pitch in range(60, 76) for event in ((0, on(pitch)), (240, off(pitch)))]
    del line[9]
    (part,) = read_midi(written(smf([*line[:9], (240, on(65)), *line[10:], END]))).parts
    assert part.notes[4] == (960, 1200, 64, 80)
    assert len(part.notes) == 16


def test_a_hanging_note_does_not_last_through_a_long_tail(written):
    letters = [*form("A", "B", bars=8)[:-1], (10**6, text("C")), (10**6, END[1])]
    line = [(0, on(60)), (480 * 62, off(60)), (480, on(62)), (10**7, END[1])]
    score = read_midi(written(smf(letters, line)))
    assert score.parts[0].notes == ((0, 29_760, 60, 80), (30_240, 34_080, 62, 80))
    assert [label for _, label in score.sections] == ["A", "B"]


def test_hanging_notes_end_with_their_track(written):
    (part,) = read_midi(written(smf([(0, on(60)), (5, off(61)), (480, text("x")), END]))).parts
    assert part.notes == ((0, 485, 60, 80),)


def test_a_track_may_lack_its_end(written):
    assert len(line_in(written(smf([(0, on(60)), (480, off(60))])))) == 1


def test_nothing_behind_the_end_of_a_track_counts_where_it_is_broken(written):
    behind = [(0, on(72)), (480, off(72)), (0, b"\xc0\x38"), (0, text("Dm7")), (0, b"\x90\xff\xff")]
    score = read_midi(written(smf([(0, on(60)), (480, off(60)), END, *behind])))
    (part,) = score.parts
    assert part.notes == ((0, 480, 60, 80),)
    assert (part.program, score.chords, score.end) == (0, (), 480)
    assert score.warnings == ("bytes behind the end of a track were passed over (at byte 35)",)


def test_the_upper_line(written):
    # A flick of C5 does not hide E4; E4 ends where D4 begins, D4 where G3 does; C4 lies below.
    track = [(0, on(60)), (0, on(64)), (0, on(72)), (0, off(72)), (960, off(64)), (0, on(62)),
             (480, on(55)), (480, off(62)), (0, off(55)), (0, off(60)), END]  # fmt: skip
    notes = line_in(written(smf(track)))
    assert notes == (Note(0, 48, 64), Note(48, 24, 62), Note(72, 24, 55))


def test_unknown_events_and_chunks_are_passed_over_in_time(written):
    track = [(0, b"\xf0\x03\x01\x02\xf7"), (0, b"\xb0\x07\x64"), (240, b"\xff\x60\x01\x00"),
             (240, on(60)), (0, b"\xff\x59\x02\x63\x05"), (240, b"\x3c\x00"), END]  # fmt: skip
    content = smf(track)
    content = content[:14] + b"XFIH\x00\x00\x00\x02ab" + content[14:]
    score = read_midi(written(content))
    assert score.parts[0].notes == ((480, 720, 60, 80),)
    assert score.key is None


@given(
    st.lists(
        st.tuples(st.integers(1, 300), st.booleans(), st.integers(50, 54), st.integers(0, 127)),
        max_size=30,
    )
)
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None
)
def test_the_notes_are_those_that_mido_reads(written, steps):
    track = mido.MidiTrack([mido.Message("note_on", note=49, velocity=1)])
    for delta, begins, pitch, velocity in steps:
        kind = "note_on" if begins else "note_off"
        track.append(mido.Message(kind, note=pitch, velocity=velocity, time=delta))
    track.append(mido.MetaMessage("end_of_track", time=1))
    file = mido.MidiFile(tracks=[track])
    content = io.BytesIO()
    file.save(file=content)
    starts, now = [], 0
    for message in mido.MidiFile(file=io.BytesIO(content.getvalue())).tracks[0]:
        now += message.time
        if message.type == "note_on" and message.velocity:
            starts.append((now, message.note, message.velocity))
    (part,) = read_midi(written(content.getvalue())).parts
    assert sorted(starts) == sorted((n.start, n.pitch, n.velocity) for n in part.notes)


# --- Markers -----------------------------------------------------------------


def sung(*events, kind):
    return [(0 if n == 0 else 480, text(words, kind)) for n, words in enumerate(events)] + [END]


def lead(beats=8):
    return [(0, on(60)), (480 * beats, off(60)), END]


def melody(channel=0, length=400):
    """Return a track of 24 notes in steps, one in a quarter note."""
    steps = [n for up in (0, 2, 4) for n in (60, 62, 64, 65, 67, 69, 71, 72 + up)]
    return [event for n in steps for event in (
        (480 - length, on(n, channel)), (length, off(n, channel)))]  # fmt: skip


@pytest.mark.parametrize("late", [65, 4000])
def test_notes_far_from_all_others_are_left_out_and_told(written, late):
    stray = [(480 * late, on(40)), (0, on(44)), (10, off(40)), (0, off(44)), END]
    score = read_midi(written(smf([*melody(), *stray], [*melody(1), END])))
    assert [len(part.notes) for part in score.parts] == [24, 24]
    assert score.end < 480 * 40
    assert score.warnings == ("2 notes far behind all others: left out",)
    before = [(0, on(40)), (10, off(40)), (480 * late, on(60)), (10, off(60))]
    score = read_midi(written(smf([*before, *melody(), END])))
    assert score.warnings == ("1 note far before all others: left out",)
    assert {note.pitch for note in score.parts[0].notes} == {note[1][1] for note in melody()}


def test_a_tune_after_a_long_silence_is_music(written):
    score = read_midi(written(smf([*melody(), (480 * 100, text("")), *melody(), END])))
    assert (len(score.parts[0].notes), score.warnings) == (48, ())


def test_a_melody_on_the_channel_of_drums_is_one(written):
    score = read_midi(written(smf([*melody(9), END])))
    assert (score.parts[0].is_drums, len(score.warnings)) == (False, 1)
    named = [(0, b"\xff\x03\x05Drums"), *melody(9), END]
    hits = [(0, on(n, 9)) for n in (36, 42)] * 16
    for track in (named, [*melody(9, 100), END], [*hits, (100, off(36, 9)), END]):
        assert read_midi(written(smf(track))).parts[0].is_drums


def test_drums_on_another_channel_are_known_by_their_name(written):
    hits = [event for n in (36, 42, 38, 42) * 8 for event in (
        (0, on(n)), (240, off(n)))]  # fmt: skip
    for name, notes, is_drums in ((b"Drums", hits, True), (b"Piano", hits, False),
                                  (b"Drums", melody(), False)):  # fmt: skip
        score = read_midi(written(smf([(0, b"\xff\x03\x05" + name), *notes, END])))
        assert (score.parts[0].is_drums, len(score.warnings)) == (is_drums, int(is_drums))


def test_what_follows_the_file_in_one_of_riff_is_no_track(written):
    content = smf([*melody(), END])
    follows = b"DLS " + struct.pack("<L", 64) + b"MTrk" * 16
    body = b"RMIDdata" + struct.pack("<L", len(content)) + content + b"\0" * (len(content) % 2)
    riff = b"RIFF" + struct.pack("<L", len(body + follows)) + body + follows
    assert read_midi(written(riff)).parts == read_midi(written(content)).parts


def test_a_file_of_pieces_with_one_track_for_all_tempi_is_one_piece(written):
    tempo = [(0, b"\xff\x51\x03\x07\xa1\x20"), END]
    assert (
        len(read_midi(written(smf(tempo, [*melody(), END], [*melody(1), END], kind=2))).parts) == 2
    )


def chords_of(path):
    return [(tick, str(chord)) for tick, chord in chart_in(path).placed_chords()]


def test_markers_are_chords_sections_and_choruses(written):
    conductor = [(0, text("[A]")), (0, text("A")), (960, text("N.C.")), (960, text("Chorus 2")),
                 (0, text("[Solo: A]")), (0, text("Ebm7b5")), (0, text("Solos!")), END]  # fmt: skip
    path = written(smf(conductor, lead()))
    chart = chart_in(path)
    assert [bar.section for bar in chart.bars] == ["A", "Solo: A"]
    assert chart.chorus_starts == (1,)
    assert chords_of(path) == [(0, "A"), (48, "N.C."), (96, "Ebm7b5")]
    assert read_midi(path).others == (Timed(1920, "Solos!"),)


@pytest.mark.parametrize("kind", [MARKER, TEXT, LYRIC, CUE])
def test_chords_of_every_kind_of_text(written, kind):
    path = written(smf(sung("Dm7", "G7", "C", "C", kind=kind), lead()))
    assert chords_of(path) == [(0, "Dm7"), (24, "G7"), (48, "C"), (72, "C")]


def test_chords_of_other_countries(written):
    path = written(smf(sung("Dm7", "H7", "Fis7", "Es7", kind=MARKER), lead()))
    assert chords_of(path) == [(0, "Dm7"), (24, "B7"), (48, "F#7"), (72, "Eb7")]


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (LYRIC, ["A", "fool", "like", "me"]),
        (LYRIC, ["C", "D", "E", "F"]),  # solfège
        (LYRIC, ["A"]),
        (LYRIC, ["Love", "C7", "you", "madly"]),
        (TEXT, ["Am I blue", "Take A", "A", "train"]),
        (CUE, ["A", "fade"]),
        (MARKER, ["Am I blue", "Intro"]),
    ],
)
def test_words_are_no_chords(written, kind, words):
    path = written(smf(sung(*words, kind=kind), lead()))
    assert chords_of(path) == []
    assert [str(span.chord) for span in chart_in(path).chord_spans] == ["N.C."]


def xf(root, kind, *bass):
    """Return a chord as Yamaha's XF format writes it: D is 2 and a flat 20 hexadecimal."""
    data = bytes([0x43, 0x7B, 1, root, kind, *bass])
    return b"\xff\x7f" + number(len(data)) + data


def test_chords_of_yamahas_xf_format(written):
    events = [xf(0x32, 10, 0x7F, 0x7F), xf(0x35, 25), xf(0x31, 2, 0x35, 2),
              xf(0x27, 19, 0x7F, 0x7F), xf(0x44, 11), xf(0x31, 33), xf(0x33, 8),
              xf(0x00, 34)]  # fmt: skip
    junk = [xf(0x30, 0), xf(0x7F, 0), xf(0x31, 99), b"\xff\x7f\x03\x43\x7b\x01"]
    track = [(960 * (n > 0), event) for n, event in enumerate(events)]
    path = written(smf([*track, *((0, event) for event in junk), END], lead(18)))
    assert chords_of(path) == [
        (0, "Dm7"), (48, "G7b9"), (96, "Cmaj7/G"), (144, "Bb7"), (192, "F#m7b5"), (240, "Csus2"),
        (288, "Em"), (336, "N.C."),
    ]  # fmt: skip


def test_every_type_of_xf_is_a_chord():
    for kind in range(34):
        assert ChordSymbol.parse(xf_chord(bytes([0x43, 0x7B, 1, 0x31, kind]))).root == "C"


def test_credits_do_not_hide_chords(written):
    credit = [(0, text(words, TEXT)) for words in ("by nobody", "for all", "software of mine")]
    path = written(smf([*credit, (0, text("C7", TEXT)), (480, text("F", TEXT)), END], lead()))
    assert chords_of(path) == [(0, "C7"), (24, "F")]


def test_a_marker_goes_before_a_text_at_the_same_tick(written):
    path = written(smf([(0, text("Dm7", TEXT)), (0, text("D7")), END], lead()))
    assert chords_of(path) == [(0, "D7")]


def places(*symbols, kind=MARKER):
    """Return a track of texts, one per bar; blanks separate several at one tick."""
    events = [
        (1920 * (bar > 0) * (number == 0), text(symbol, kind))
        for bar, written in enumerate(symbols)
        for number, symbol in enumerate(written.split() or [" "])
    ]
    return [*events, END]


def read_places(path):
    chart = chart_in(path)
    chords = [" ".join(str(placed.chord) for placed in bar.chords) for bar in chart.bars]
    return chords, [bar.section for bar in chart.bars]


def test_a_letter_at_a_telling_chord_is_a_section(written):
    track = places("A Dm7", "G7", "B2 Bb7", "C")
    expected = (["Dm7", "G7", "Bb7", "C"], ["A", "", "B2", ""])
    assert read_places(written(smf(track, lead(16)))) == expected


@pytest.mark.parametrize("kind", [MARKER, TEXT, LYRIC, CUE])
@pytest.mark.parametrize("letters_first", [True, False])
def test_letters_of_one_track_beside_the_chords_of_another(written, kind, letters_first):
    letters = places("", "A1", "", "B", "", "A2")
    chords = places("Dm7", "", "G7", "", "C", "", kind=kind)
    tracks = [letters, chords] if letters_first else [chords, letters]
    found = read_places(written(smf(*tracks, lead(24))))
    assert found == (["Dm7", "", "G7", "", "C", ""], ["", "A1", "", "B", "", "A2"])


def test_letters_out_of_order_are_sections_where_telling_chords_are_more(written):
    letters = places("", "C", "", "D")
    found = read_places(written(smf(letters, places("Dm7", "", "G7"), lead(16))))
    assert found == (["Dm7", "C", "G7", "D"], ["", "", "", ""])
    found = read_places(written(smf(letters, places("Dm7", "", "G7", "", "Am7"), lead(16))))
    assert found == (["Dm7", "", "G7", ""], ["", "C", "", "D"])


@pytest.mark.parametrize("changes", [
    ["C", "Am7", "F", "G"],
    ["A", "D", "E7", "A"],
    ["A", "B", "C", "D"],
    ["A", "A6", "A2", "Bm7"],
    ["C", "G", "A", "D"],
])  # fmt: skip
def test_a_lead_sheet_of_markers_is_chords_throughout(written, changes):
    chords, sections = read_places(written(smf(places(*changes), lead(16))))
    assert chords == [str(ChordSymbol.parse(chord)) for chord in changes]
    assert sections == [""] * 4


@pytest.mark.parametrize("frame", [
    "[{}]", "{{{}}}", "<{}>", '"{}"', "%{}", "| {} |", "Chord: {}", "chord={}",
])  # fmt: skip
def test_chords_with_something_round_them_are_chords(written, frame):
    changes = ["Dm7", "G7", "C", "A7"]
    framed = [frame.format(chord) for chord in changes]
    assert read_places(written(smf(places(*framed), lead(16)))) == (changes, [""] * 4)


def test_chords_in_brackets_stand_beside_sections_and_words(written):
    pairs = [(0, text("[A]")), (0, text("[Dm7]")), (1920 * 2, text("[B]")), (0, text("[G7]"))]
    chords, sections = read_places(written(smf([*pairs, END], lead(16))))
    assert (chords[::2], sections) == (["Dm7", "G7"], ["A", "", "B", ""])
    sung = [(1920 * (n > 0), text(word, LYRIC)) for n, word in enumerate(
        ["[Dm7]Lady ", "[G7]bird", "[Cmaj7]", "[C6]you"])]  # fmt: skip
    assert read_places(written(smf([*sung, END], lead(16))))[0] == ["Dm7", "G7", "Cmaj7", "C6"]


@pytest.mark.parametrize(("texts", "chords"), [
    (["2-7", "57", "1maj7", "6-/5"], ["Cm7", "F7", "Bbmaj7", "Gm/F"]),
    (["1", "4", "57", "1"], ["Bb", "Eb", "F7", "Bb"]),
    (["IIm7", "V7", "Imaj7", "bVII7"], ["Cm7", "F7", "Bbmaj7", "Ab7"]),
    (["1", "2", "3", "4"], []),
    (["2-7", "57", "Dm7", "57"], ["Dm7"]),
])  # fmt: skip
def test_numbers_are_chords_of_the_key_that_the_file_says(written, texts, chords):
    key = [(0, b"\xff\x59\x02" + bytes([254, 0])), END]
    found = read_midi(written(smf(key, places(*texts), lead(16)))).chords
    assert [str(chord) for _, chord in found] == chords
    if chords != ["Dm7"]:
        assert read_midi(written(smf(places(*texts), lead(16)))).chords == ()


def form(*markers, bars=4):
    """Return a track of markers, one in so many bars."""
    return [(1920 * bars * (n > 0), text(marker)) for n, marker in enumerate(markers)] + [END]


@pytest.mark.parametrize(
    ("markers", "sections"),
    [
        (["A", "A", "B", "A"], ["A", "A", "B", "A"]),
        (["A", "B", "C"], ["A", "B", "C"]),
        (["A1", "A2", "B", "A3"], ["A1", "A2", "B", "A3"]),
        (["A", "A'", "B", "A'"], ["A", "A'", "B", "A'"]),
        (["(A)", "(B)"], ["A", "B"]),
        (["A:", "B:", "A:"], ["A", "B", "A"]),
        (["A, Chorus1", "A", "B", "A", "A, Chorus2"], ["A", "A", "B", "A", "A"]),
        (["Chorus 1 - A", "B", "Chorus 2 - A", "B"], ["A", "B", "A", "B"]),
        (["A (head)", "C", "A solo"], ["A", "C", "A"]),
        (["Section A", "Section B", "Part C"], ["A", "B", "C"]),
        (["A-Teil", "Teil B", "Strophe", "Coda"], ["A", "B", "Strophe", "Coda"]),
        (["Intro", '"A"', "(B)", "Bridge", "Solo 2"], ["Intro", "A", "B", "Bridge", "Solo 2"]),
        (list("ABCDEFGHIJ"), list("ABCDEFGHIJ")),
    ],
)
def test_letters_in_the_order_of_a_form_are_sections_where_nothing_is_a_chord(
    written, markers, sections
):
    path = written(smf(form(*markers), lead(16 * len(markers))))
    score, chart = read_midi(path), chart_in(path)
    assert (score.chords, score.others, score.warnings) == ((), (), ())
    assert [bar.section for bar in chart.bars if bar.section] == sections
    starts = [4 * n for n, marker in enumerate(markers) if "Chorus" in marker]
    assert chart.chorus_starts == tuple(starts or [0])


def tune(*pitches, bars=8):
    """Return a track of arpeggios, each up and down for so many bars."""
    steps = [
        (low + step) for low in pitches for _ in range(bars) for step in (0, 4, 7, 12, 7, 4, 0, 7)
    ]
    return [event for pitch in steps for event in ((0, on(pitch)), (240, off(pitch)))] + [END]


def test_what_is_played_tells_letters_out_of_order_and_remarks(written):
    letters = form(*"BABA", bars=8)
    sounding = {"chords": tune(59, 57, 59, 57), "sections": tune(60, 65, 60, 65)}
    for found, notes in sounding.items():
        path = written(smf(letters, notes))
        score, chart = read_midi(path), chart_in(path)
        assert bool(score.chords) == (found == "chords")
        assert [bar.section for bar in chart.bars if bar.section] == (
            list("BABA") if found == "sections" else []
        )
    remarks = [(1920 * 9, text("Eb7 alt")), (1920 * 11, text("Ab7")), END]
    score = read_midi(written(smf(remarks, sounding["sections"])))
    assert (score.chords, len(score.warnings)) == ((), 1)


def test_a_letter_and_a_chord_of_one_name_at_one_tick(written):
    nothing = (1920 * 4, text("", TEXT))
    both = [event for letter in "AABA" for event in (
        (0, text(letter)), (0, text("E")), (1920 * 4, text("B")), nothing)]  # fmt: skip
    chords, sections = read_places(written(smf([*both, END], lead(128))))
    assert chords[::4] == ["E", "B"] * 4
    assert sections[::8] == list("AABA")


@pytest.mark.parametrize("late", [0, 20])
def test_names_of_notes_are_no_chords(written, late):
    names = ["C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B"]
    pitches = [60, 61, 63, 66, 70, 64, 65, 68] * 4
    words = [text(names[pitch % 12], LYRIC) for pitch in pitches]
    notes = [event for pitch, word in zip(pitches, words, strict=True)
             for event in ((late, word), (0, on(pitch)), (240 - late, off(pitch)))]  # fmt: skip
    assert chords_of(written(smf([*notes, END]))) == []


@pytest.mark.parametrize("remarks", [["Bb7 sus"], ["Bb7sus", "Dm7"]])
@pytest.mark.parametrize("beside", [True, False])
def test_a_remark_is_no_harmony(written, remarks, beside):
    remarked = [(1920 * 90 * (n == 0), text(remark)) for n, remark in enumerate(remarks)]
    letters = form(*"AABA" * 5, bars=8)
    if beside:
        tracks = [letters, [*remarked, END]]
    else:
        tracks = [[*letters[:12], (1920 * 2, text(remarks[0])), (1920 * 6, text("A")),
                   *letters[13:]]]  # fmt: skip
    path = written(smf(*tracks, lead(4 * 176)))
    assert chords_of(path) == []
    assert [bar.section for bar in chart_in(path).bars if bar.section] == list("AABA" * 5)
    [warning] = read_midi(path).warnings
    assert "for a small part of the piece (Bb7sus" in warning


def test_chords_that_cover_the_piece_are_its_harmony(written):
    modal = form("Dm7", "Ebm7", bars=16)
    assert chords_of(written(smf([*modal[:-1], (1920 * 8, text("Dm7")), END], lead(4 * 32)))) == [
        (0, "Dm7"), (1536, "Ebm7"), (2304, "Dm7"),
    ]  # fmt: skip
    head = places("Dm7", "G7", "Cmaj7", "A7")
    assert chords_of(written(smf(head, lead(4 * 8)))) != []
    assert chords_of(written(smf(head, lead(4 * 80)))) == []


def test_in_our_own_files_a_bare_letter_is_a_chord(written):
    ours = [(0, text("software: jazzgen", TEXT))]
    letters, chords = places("", "A", "", "B"), places("Dm7", "", "G7", "")
    for head, found in ((ours, ["Dm7", "A", "G7", "B"]), ([], ["Dm7", "", "G7", ""])):
        assert read_places(written(smf([*head, *letters], chords, lead(16))))[0] == found


def test_a_letter_that_is_neither_chord_nor_section_is_another_text(written):
    path = written(smf(places("A1", "Am7"), lead()))
    assert read_midi(path).others == (Timed(0, "A1"),)
    assert chords_of(path) == [(96, "Am7")]


@pytest.mark.parametrize(("title", "encoding"), [
    ("Ét", "latin-1"), ("Garota de Ipanema é bênção", "latin-1"), ("ÄÖÜ", "latin-1"),
    ("Don’t “Know” Why – 2", "cp1252"), ("À é", "cp1252"), ("Autumn Leaves", "utf-16-le"),
    ("枯葉", "utf-16"), ("Été", "utf-8-sig"), ("枯葉 ジャズ", "shift_jis"), ("枯葉の歌", "euc_jp"),
    ("月亮代表我的心", "gbk"), ("夜來香", "big5"), ("사랑하는 사람", "euc_kr"),
    ("Подмосковные вечера", "cp1251"),
])  # fmt: skip
def test_titles_in_encodings_that_no_file_names(written, title, encoding):
    content = title.encode(encoding)
    track = [(0, b"\xff\x03" + number(len(content)) + content), END]
    assert read_midi(written(smf(track, lead()))).title == title


@pytest.mark.parametrize(
    ("events", "title"),
    [
        ([b"\xff\x03\x06Tune\0\0"], "Tune"),
        ([b"\xff\x03\x04Soft", b"\xff\x01\x09@TA Song ", b"\xff\x01\x07@TMe, 1"], "A Song"),
        ([b"\xff\x01\x02@T", b"\xff\x03\x04Name"], "Name"),
        ([b"\xff\x03\x08untitled"], ""),
    ],
)
def test_the_title_of_a_karaoke_file_and_of_one_with_control_characters(written, events, title):
    track = [*((0, event) for event in events), END]
    assert read_midi(written(smf(track, lead()))).title == title


# --- The chart ---------------------------------------------------------------


def test_bars_reach_to_the_last_note_and_over_bars_that_the_file_fills(written):
    def bars(beats, end):
        track = [(0, on(60)), (480 * beats, off(60)), (end, b"\xff\x2f\x00")]
        return len(chart_in(written(smf(track))).bars)

    assert (bars(4, 0), bars(5, 0), bars(4, 1), bars(4, 1900), bars(4, 1920)) == (1, 2, 1, 1, 2)


def test_a_chord_behind_the_last_bar_is_left_out(written):
    conductor = [(0, text("Dm7")), (1920, text("G7")), END]
    assert chords_of(written(smf(conductor, lead(beats=4)))) == [(0, "Dm7")]


def test_a_chart_of_ones_own_is_repeated_and_cut():
    chart = Chart.of_chords([["Dm7"], ["G7"]], title="Two", key=Key("F"))
    longer = cover(chart, 9 * 24)
    assert [str(bar.chords[0].chord) for bar in longer.bars] == ["Dm7", "G7", "Dm7"]
    assert (longer.chorus_starts, longer.key, longer.title) == ((0, 2), Key("F"), "Two")
    assert len(cover(chart, 3 * 24).bars) == 1
    assert len(cover(chart, 96).bars) == 1
    assert len(cover(chart, 97).bars) == 2


def test_the_tempo_is_the_files_under_a_chart_of_ones_own(written):
    fast = [(0, b"\xff\x51\x03" + (300_000).to_bytes(3)), END]
    chart = Chart.of_chords([["Dm7"]], tempo=90)
    assert with_tempo(read_midi(written(smf(fast, lead()))), chart).tempo == 200


# --- The part ----------------------------------------------------------------


def part(name, pitches, channel=0, program=0, together=False):
    track = [(0, text(name, 3)), (0, bytes([0xC0 | channel, program]))]
    for pitch in pitches:
        track += [(0 if together else 1, on(pitch, channel))]
        track += [] if together else [(100, off(pitch, channel))]
    return [*track, *((200, off(p, channel)) for p in pitches if together), END]


def test_the_track_can_be_named_or_numbered(written):
    path = written(smf([END], part("Alto Sax", [60]), part("Guitar", [70]), part("2", [80])))

    def pitch(track):
        return line_in(path, track)[0].pitch

    assert [pitch(t) for t in (1, 2, "1", "Guitar", "guit", "SAX")] == [60, 70, 60, 70, 70, 60]
    assert (pitch("2"), pitch(2)) == (80, 70)


def test_an_unknown_track(written):
    path = written(smf([END], part("Alto Sax", [60]), part("", [70])))
    with pytest.raises(
        MidiError, match=r"take\.mid: has no track 'oud'; its tracks are 1 Alto Sax, 2 \(no name\)"
    ):
        line_in(path, "oud")
    with pytest.raises(MidiError, match="has no track 0"):
        line_in(path, 0)


# --- What is no usable file --------------------------------------------------


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is empty"),
        (b"RIFF....", "not a Standard MIDI File"),
        (b"MT", "not a Standard MIDI File"),
        (FILE[:-3], "is truncated"),
        (FILE[:14], "is truncated"),
        (smf([END]), "has no notes"),
        (smf(), "has no notes"),
        (smf([(0, on(60, velocity=0)), END]), "has no notes"),
        (smf(lead(), ppq=0xE700), "0 ticks in each of 25 frames a second"),
        (smf(lead(), ppq=0xD028), "40 ticks in each of 48 frames a second"),
        (smf(lead(), ppq=0), "0 ticks per quarter note"),
        (smf(lead(), kind=3), "is of format 3; expected format 0, 1 or 2"),
        (smf(lead(), lead(), kind=2), "holds 2 pieces (format 2); expected one"),
        (smf([(2**25, on(60)), END], ppq=10), "lasts 466 hours; expected at most 24"),
        (smf([(0, meter(4, 5)), END], lead()), "meter 4/32"),
        (smf([(0, meter(4, 255)), END], lead()), "meter 4/5789"),
        (smf([(0, meter(0, 2)), END], lead()), "meter 0/4"),
        (smf([(0, b"\xff\x51\x03\x00\x00\x00"), END], lead()), "tempo of 0 microseconds"),
        (smf([(0, b"\xff\x51\x01\x07"), END], lead()), "a meta event that is too short"),
        (smf([(0, b"\x3c\x40"), END]), "no event where one is due"),
        (smf([(0, on(60)), (0, b"\x90\x3c\x80")]), "a data byte over 127 (at byte 29)"),
        (smf([(0, b"\x90\x3c\x80")] * 3 + [END]), "a data byte over 127 (at byte 25)"),
    ],
)
def test_a_file_that_cannot_be_used(written, content, message):
    with pytest.raises(MidiError, match=r"^[^\n]*take\.mid: [^\n]*$") as error:
        read_midi(written(content))
    assert message in str(error.value)


def test_a_chart_that_is_too_long(written):
    score = read_midi(written(smf([(0, on(60)), (50_000, off(60)), END], ppq=1)))
    with pytest.raises(ChartError, match=f"more than {MAX_BARS:,} bars"):
        chart_of(score, 0)
    with pytest.raises(ChartError, match=f"more than {MAX_BARS:,} bars"):
        cover(Chart.of_chords([["Dm7"]]), 96 * MAX_BARS + 1)


def test_no_file_at_all(tmp_path):
    with pytest.raises(MidiError, match=r"nobody\.mid: no such file"):
        read_midi(tmp_path / "nobody.mid")
    with pytest.raises(MidiError, match="is a folder; expected a MIDI file"):
        read_midi(tmp_path)
    with pytest.raises(MidiError, match="not an ordinary file"):
        read_midi("/dev/zero")


def test_a_file_of_a_name_no_system_takes():
    with pytest.raises(MidiError, match="cannot be read"):
        read_midi("a\0b.mid")


def test_a_file_that_is_too_large_is_not_read(tmp_path):
    path = tmp_path / "large.mid"
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    with pytest.raises(MidiError, match="has 10,000,001 bytes; expected at most 10,000,000"):
        read_midi(path)


def test_files_cut_at_every_byte(written):
    for length in range(len(FILE)):
        with pytest.raises(MidiError):
            read_midi(written(FILE[:length]))


def test_any_byte_may_be_wrong(written):
    for place in range(8, len(FILE)):
        for value in (0x00, 0x7F, 0x80, 0x90, 0xF7, 0xFF):
            try:
                chart_in(written(FILE[:place] + bytes([value]) + FILE[place + 1 :]))
            except (MidiError, ChartError):
                continue


@given(st.binary(max_size=120))
@example(b"\xff" * 100)
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None
)
def test_random_bytes(written, noise):
    head = b"MThd\x00\x00\x00\x06\x00\x01\x00\x01\x00\x60MTrk" + struct.pack(">L", len(noise))
    for content in (noise, head + noise):
        try:
            chart_in(written(content))
        except (MidiError, ChartError):
            continue


@pytest.mark.parametrize(
    "flood", [b"\xff", b"\x00\xff\x60\xff", b"\x00\xf0\x00", b"\x00\x90\x3c\x40"]
)
def test_floods_end_soon(written, flood):
    noise = flood * (4_000_000 // len(flood))
    head = b"MThd\x00\x00\x00\x06\x00\x01\x00\x01\x00\x60MTrk" + struct.pack(">L", len(noise))
    path = written(head + noise)

    def refuse():
        with pytest.raises(MidiError):
            read_midi(path)

    assert_effort(refuse, 100 * len(noise))
