"""MIDI files of a few notes, as bytes."""

import io

import mido

FLUTE = 73


def on(pitch, time=0, velocity=100, channel=0):
    return mido.Message("note_on", note=pitch, velocity=velocity, time=time, channel=channel)


def off(pitch, time=0, channel=0):
    return mido.Message("note_off", note=pitch, time=time, channel=channel)


def midi(*messages, program=FLUTE, end=0):
    """A file in which a quarter note lasts half a second, or 480 ticks."""
    track = mido.MidiTrack([mido.Message("program_change", program=program), *messages])
    track.append(mido.MetaMessage("end_of_track", time=end))
    content = io.BytesIO()
    mido.MidiFile(type=1, ticks_per_beat=480, tracks=[track]).save(file=content)
    return content.getvalue()
