"""MIDI files as other programs write them: a band and a solo, without jazzgen's own events."""

import io

from mido import Message, MetaMessage, MidiFile, MidiTrack

from jazzgen.band.trio import accompany
from jazzgen.music.swing import STRAIGHT, sounding_spans

PPQ, SCALE = 480, 20


def track(name, program, notes, channel=0):
    """Return a track of (onset, end, pitch, velocity), at 24 ticks per quarter note."""
    events = [(0, 0, MetaMessage("track_name", name=name)),
              (0, 0, Message("program_change", program=program, channel=channel))]  # fmt: skip
    for onset, end, pitch, velocity in notes:
        start = max(round(onset * SCALE), 0)
        events.append(
            (start, 2, Message("note_on", note=pitch, velocity=velocity, channel=channel))
        )
        stop = max(round(end * SCALE), start + 1)
        events.append((stop, 1, Message("note_off", note=pitch, channel=channel)))
    written, now = MidiTrack(), 0
    for tick, _, message in sorted(events, key=lambda event: event[:2]):
        written.append(message.copy(time=tick - now))
        now = tick
    return written


def conductor(*messages):
    """Return a track of (tick, message)."""
    written, now = MidiTrack(), 0
    for tick, message in messages:
        written.append(message.copy(time=tick * SCALE - now))
        now = tick * SCALE
    return written


def tempo(bpm):
    """Return a tempo."""
    return 0, MetaMessage("set_tempo", tempo=round(6e7 / bpm))


def band(solo, swing=STRAIGHT, names=("Piano", "Bass", "Drums"), programs=(0, 32, 0), seed=0):
    """Return the tracks of a band under a solo."""
    tracks = []
    for part, name, program in zip(accompany(solo, seed), names, programs, strict=True):
        places = swing.sounding_onsets([note.onset for note in part.notes], solo.chart)
        notes = [(place, place + note.duration, note.pitch, note.velocity)
                 for place, note in zip(places, part.notes, strict=True)]  # fmt: skip
        tracks.append(track(name, program, notes, part.channel))
    return tracks


def line(solo, name="Tenor", program=66, swing=STRAIGHT):
    """Return the track of a solo; one that swings lags on the beat, too."""
    if swing != STRAIGHT:
        sounding = sounding_spans(solo.notes, solo.chart, swing)
        return track(name, program, [
            (begin, end, note.pitch, note.velocity)
            for (begin, end), note in zip(sounding, solo.notes, strict=True)
        ])  # fmt: skip
    places = [note.onset for note in solo.notes]
    return track(name, program, [
        (place + note.deviation, place + note.deviation + note.duration, note.pitch, note.velocity)
        for place, note in zip(places, solo.notes, strict=True)
    ])  # fmt: skip


def saved(path, *tracks, form=1):
    """Write a file: one piece in format 1, one piece per track in format 2."""
    file = MidiFile(type=form, ticks_per_beat=PPQ)
    file.tracks += tracks
    content = io.BytesIO()
    file.save(file=content)
    path.write_bytes(content.getvalue())
    return path
