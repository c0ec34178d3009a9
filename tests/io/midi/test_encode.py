"""Tracks as bytes, beside those that mido writes."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mido import Message, MetaMessage, MidiFile, MidiTrack

from jazzgen.io.midi.encode import KeyStroke, encode_file, encode_track

STROKES = st.builds(
    KeyStroke, st.sampled_from(("note_on", "note_off")), st.integers(0, 127), st.integers(0, 127)
)
OTHERS = st.sampled_from(
    (
        MetaMessage("marker", text="[A]"),
        MetaMessage("set_tempo", tempo=400_000),
        Message("program_change", channel=3, program=65),
        Message("control_change", channel=3, control=7, value=88),
    )
)
EVENTS = st.lists(
    st.tuples(st.integers(0, 3_000_000), st.integers(0, 2), STROKES | OTHERS), max_size=30
)


def written_by_mido(timeline, end, channel):
    track, now = MidiTrack(), 0
    for tick, _, message in sorted(timeline, key=lambda item: item[:2]):
        if isinstance(message, KeyStroke):
            own = Message(
                message.kind, channel=channel, note=message.pitch, velocity=message.velocity
            )
        else:
            own = message
        track.append(own.copy(time=tick - now))
        now = tick
    track.append(MetaMessage("end_of_track", time=end - now))
    file, content = MidiFile(type=1, ticks_per_beat=480, tracks=[track, track]), io.BytesIO()
    file.save(file=content)
    return content.getvalue()


@given(EVENTS, st.integers(0, 15))
def test_the_bytes_are_those_of_mido(timeline, channel):
    end = 3_000_000
    track = encode_track(timeline, end, channel)
    assert encode_file([track, track], 480) == written_by_mido(timeline, end, channel)


@pytest.mark.parametrize(
    ("timeline", "message"),
    [
        ([(5, 0, KeyStroke("note_on", 128, 64))], "expected pitch and velocity"),
        ([(5, 0, KeyStroke("note_on", 60, -1))], "expected pitch and velocity"),
        ([(11, 0, KeyStroke("note_on", 60, 64))], "no negative time"),
    ],
)
def test_what_no_file_can_hold(timeline, message):
    with pytest.raises(ValueError, match=message):
        encode_track(timeline, 10)


def test_a_hundred_choruses_take_little_more_memory_than_their_notes():
    import tracemalloc

    timeline = [
        (tick, 1 + (tick % 2), KeyStroke("note_on", 60, 64)) for tick in range(0, 100_000, 5)
    ]
    tracemalloc.start()
    content = encode_track(timeline, 100_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 12 * len(content)  # mido's messages take a hundred times as much
