"""Tracks as bytes, beside those that mido writes."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mido import Message, MetaMessage, MidiFile, MidiTrack

from jazzgen.io.midi.encode import KeyStroke, encode_file, encode_track
from jazzgen.io.midi.written import (
    control_change,
    key_signature,
    program_change,
    sequencer_specific,
    set_tempo,
    text_event,
    time_signature,
)
from jazzgen.music.timing import Meter

STROKES = st.builds(
    KeyStroke, st.sampled_from(("note_on", "note_off")), st.integers(0, 127), st.integers(0, 127)
)
MESSAGES = {
    text_event("marker", "[A]"): MetaMessage("marker", text="[A]"),
    text_event("text", "x" * 1000): MetaMessage("text", text="x" * 1000),
    text_event("track_name", "Señor ♭"): MetaMessage(
        "track_name", name="Señor ♭".encode().decode("latin-1")
    ),
    set_tempo(400_000): MetaMessage("set_tempo", tempo=400_000),
    time_signature(Meter(6, 8)): MetaMessage(
        "time_signature",
        numerator=6,
        denominator=8,
        clocks_per_click=Meter(6, 8).beat_ticks,
        notated_32nd_notes_per_beat=8,
    ),
    key_signature(-7, minor=True): MetaMessage("key_signature", key="Abm"),
    key_signature(7, minor=False): MetaMessage("key_signature", key="C#"),
    sequencer_specific(b"\x7dabc"): MetaMessage("sequencer_specific", data=tuple(b"\x7dabc")),
    program_change(3, 65): Message("program_change", channel=3, program=65),
    control_change(3, 7, 88): Message("control_change", channel=3, control=7, value=88),
}
"""What jazzgen writes besides notes, and the same as mido has it."""
OTHERS = st.sampled_from(tuple(MESSAGES))
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
            own = MESSAGES[message]
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


@pytest.mark.parametrize("tempo", [-1, 2**24])
def test_a_tempo_that_no_file_can_hold(tempo):
    with pytest.raises(ValueError, match=f"tempo {tempo}: expected 0 to 16777215"):
        set_tempo(tempo)


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
