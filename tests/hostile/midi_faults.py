"""MIDI files with one fault each, and what must become of them.

`FAULTS` maps a name to what makes the bytes and to the outcome: the notes that are read
where nothing is lost, else a part of the reason.
"""

import struct

NOTES = ((0, 60), (96, 62), (192, 64), (288, 65))
"""Onset, at 96 ticks per quarter note, and pitch of the line in every file."""


def number(value):
    """Return a variable-length number."""
    groups = [value & 0x7F]
    while value := value >> 7:
        groups.append(value & 0x7F | 0x80)
    return bytes(reversed(groups))


def line(end=b"\x00\xff\x2f\x00", velocity=80, channel=0):
    """Return the events of the line: each note lasts a quarter."""
    events = b""
    for _, pitch in NOTES:
        events += bytes([0, 0x90 | channel, pitch, velocity, 96, 0x80 | channel, pitch, 0])
    return events + end


def chunk(name, data, size=None):
    """Return a chunk, with a wrong size if one is given."""
    return name + struct.pack(">L", len(data) if size is None else size) + data


def track(data, size=None):
    """Return a track's chunk."""
    return chunk(b"MTrk", data, size)


def head(kind=1, count=1, division=96, size=None, more=b""):
    """Return a header."""
    return chunk(b"MThd", struct.pack(">HHH", kind, count, division) + more, size)


def meta(kind, data, size=None):
    """Return a meta event at the tick of the one before."""
    return bytes([0, 0xFF, kind]) + (number(len(data)) if size is None else size) + data


WHOLE = head() + track(line())
PITCHES = tuple(pitch for _, pitch in NOTES)
END = b"\x00\xff\x2f\x00"


def riff(data):
    """Return a file in a RIFF wrapping."""
    inner = b"RMID" + b"data" + struct.pack("<L", len(data)) + data
    return b"RIFF" + struct.pack("<L", len(inner)) + inner


def both(first, second=b"", **how):
    """Return a file of a first track with these events before the line, and perhaps more."""
    return head(**how) + track(first + line()) + second


KEPT = {
    "plain": WHOLE,
    "format 0": head(kind=0) + track(line()),
    "format 2 with one piece": head(kind=2) + track(line()),
    "no end of track": head() + track(line(end=b"")),
    "two ends of track": head() + track(line() + END),
    "notes behind an end of track": head() + track(END + line()),
    "junk behind the end of track, counted in": head() + track(line() + b"\x90\xff\xff\xff\xff"),
    "zeros behind the end of track, counted in": head() + track(line() + bytes(7)),
    "junk behind the file": WHOLE + b"\x00\x01junk and more of it",
    "zeros behind the file": WHOLE + bytes(512),
    "a chunk of another kind before the track": head() + chunk(b"XFIH", b"abc") + track(line()),
    "a chunk of another kind behind the track": WHOLE + chunk(b"XFKM", b"abc"),
    "junk between header and track": head() + b"\x07\x00\x07" + track(line()),
    "junk between two tracks": head(count=2) + track(line()) + b"\x01\x02\x03" + track(END),
    "in RIFF": riff(WHOLE),
    "behind a MacBinary header": bytes(128) + WHOLE,
    "behind a byte order mark": b"\xef\xbb\xbf" + WHOLE,
    "a header of 12 bytes": head(more=b"\x01\x02\x03\x04\x05\x06") + track(line()),
    "a count of no tracks": head(count=0) + track(line()),
    "a count of 65,535 tracks": head(count=65_535) + track(line()),
    "a count of one track of two": head(count=1) + track(END) + track(line()),
    "format 0 with two tracks": head(kind=0, count=2) + track(END) + track(line()),
    "a size of 0": head() + track(line(), size=0),
    "a size that is too small": head() + track(line(), size=11),
    "a size one too small": head() + track(line(), size=len(line()) - 1),
    "a size one too large": head() + track(line(), size=len(line()) + 1),
    "a size beyond the file": head() + track(line(), size=2**31),
    "the largest size": head() + track(line(), size=2**32 - 1),
    "a size that swallows the next track": (
        head(count=2) + track(line(), size=len(line()) + 12) + track(END)
    ),
    "an empty track": head(count=2) + track(b"") + track(line()),
    "running status throughout": head() + track(
        b"".join(bytes([0, *([0x90] * (n == 0)), p, 80, 96, p, 0]) for n, p in enumerate(PITCHES))
        + END
    ),
    "running status over a meta event": head() + track(
        b"\x00\x90\x3c\x50" + b"\x00\xff\x01\x01x" + b"\x60\x3c\x00"
        + line()[8:]
    ),
    "a note-off that nothing began": both(b"\x00\x80\x30\x00"),
    "the same program twice": both(b"\x00\xc0\x05\x00\xc0\x05"),
    "a name that is not UTF-8": both(meta(3, b"Stan Getz \xe9\xff\xfe")),
    "a name of control characters": both(meta(3, b"\x1b[2J\r\n\x07")),
    "a name of 4,000 characters": both(meta(3, b"x" * 4000)),
    "a marker that is not UTF-8": both(meta(6, b"\xc3\x28")),
    "a marker of nothing": both(meta(6, b"")),
    "an unknown meta event": both(meta(0x60, b"abc")),
    "a meta event of kind 127": both(meta(0x7F, b"\x00\x00\x41")),
    "a sequencer event like ours, torn": both(meta(0x7F, b"\x7djazzgen\x01\xff")),
    "a sequencer event like ours, of other notes": both(meta(0x7F, b"\x7djazzgen\x01\x00\x18\x00")),
    "a system exclusive event": both(b"\x00\xf0\x03\x01\x02\xf7"),
    "a system exclusive event without an end": both(b"\x00\xf0\x03\x01\x02\x03"),
    "an escape": both(b"\x00\xf7\x02\xf3\x01"),
    "a system message": both(b"\x00\xf6\x00\xf2\x01\x02"),
    "a clock": both(b"\x00\xf8\x00\xfe"),
    "a key that there is not": both(meta(0x59, b"\x63\x00")),
    "a number in four bytes": both(b"\x80\x80\x80\x00\xc0\x05"),
    "controllers, bends, pressure": both(
        b"\x00\xb0\x07\x64\x00\xe0\x00\x40\x00\xd0\x10\x00\xa0\x3c\x01"
    ),
    "a velocity above 127": head() + track(b"\x00\x90\x3c\xc8" + line()[4:]),
    "a pitch above 127": both(b"\x00\x90\xbc\x50"),
    "a program above 127": both(b"\x00\xc0\x80"),
    "a controller above 127": both(b"\x00\xb0\x07\xff"),
    "a tail of a day": head() + track(line(end=number(96 * 2 * 86_400) + END[1:])),
    "a note of no length on another": both(b"\x00\x90\x48\x50\x00\x80\x48\x00"),
    "tempo twice at one tick": both(meta(0x51, b"\x07\xa1\x20") + meta(0x51, b"\x06\x1a\x80")),
    "a meter in mid-bar": (
        head() + track(line()[:8] + b"\x00\xff\x58\x04\x03\x02\x18\x08" + line()[8:])
    ),
    "25 frames of 40 ticks": head(division=0xE728) + track(line()),
    "30 frames of 80 ticks": head(division=0xE250) + track(line()),
    "29.97 frames of 100 ticks": head(division=0xE364) + track(line()),
    "1 tick a quarter note": head(division=1) + track(
        b"".join(bytes([0, 0x90, p, 80, 1, 0x80, p, 0]) for p in PITCHES) + END
    ),
    "32,767 ticks per quarter note": head(division=32_767) + track(
        b"".join(bytes([0, 0x90, p, 80]) + number(32_767) + bytes([0x80, p, 0]) for p in PITCHES)
        + END
    ),
}  # fmt: skip
"""Files in which nothing is lost."""

REFUSED = {
    "nothing": (b"", "is empty"),
    "one byte": (b"M", "not a Standard MIDI File"),
    "a text": (b"Cmaj7 | Dm7 | G7", "not a Standard MIDI File"),
    "another RIFF": (b"RIFF\x04\x00\x00\x00WAVE", "not a Standard MIDI File"),
    "a header too far in": (bytes(5000) + WHOLE, "not a Standard MIDI File"),
    "half a header": (WHOLE[:9], "is truncated"),
    "a header alone": (WHOLE[:14], "is truncated"),
    "a header of 4 bytes": (head(size=4) + track(line()), "a header of 4 bytes"),
    "a header longer than the file": (head(size=2**31) + track(line()), "is truncated"),
    "format 3": (head(kind=3) + track(line()), "is of format 3"),
    "format 65,535": (head(kind=65_535) + track(line()), "is of format 65535"),
    "0 ticks per quarter note": (head(division=0) + track(line()), "0 ticks per quarter note"),
    "0 ticks a frame": (head(division=0xE700) + track(line()), "0 ticks in each of 25 frames"),
    "48 frames": (head(division=0xD028) + track(line()), "40 ticks in each of 48 frames"),
    "cut in a note": (WHOLE[:-17], "is truncated"),
    "cut between notes": (WHOLE[:-12], "is truncated"),
    "cut before its end of track": (WHOLE[:-4], "is truncated"),
    "cut in its end of track": (WHOLE[:-1], "is truncated"),
    "cut in a track's name": (head() + b"MT", "is truncated"),
    "cut in a track's size": (head() + b"MTrk\x00\x00", "is truncated"),
    "no notes": (head() + track(END), "has no notes"),
    "notes of velocity 0": (head() + track(line(velocity=0)), "has no notes"),
    "drums alone": (head() + track(line(channel=9)), "has only drums"),
    "no status before data": (head() + track(b"\x00\x3c\x40" + line()), "no event where one"),
    "every velocity above 127": (head() + track(line(velocity=200)), "a data byte over 127"),
    "data above 127 and no end": (
        head() + track(b"\x00\x90\x3c\xc8" + line(end=b"")[4:]), "a data byte over 127"
    ),
    "data above 127 and another fault": (
        head() + track(b"\x00\xc0\x80\x00\xf4" + line()), "a data byte over 127 (at byte 24)"
    ),
    "a status that there is not": (head() + track(b"\x00\xf4" + line()), "no event where one"),
    "a time of five bytes": (
        head() + track(b"\x80\x80\x80\x80\x00\xc0\x05" + line()), "more than four bytes"
    ),
    "a text of five bytes' length": (
        both(meta(1, b"", size=b"\x80\x80\x80\x80\x00")), "more than four bytes"
    ),
    "a text longer than the track": (both(meta(1, b"", size=b"\x87\x68")), "is truncated"),
    "a text of 256 MB": (both(meta(1, b"", size=b"\xff\xff\xff\x7f")), "is truncated"),
    "an endless number": (head() + track(b"\xff" * 5000), "is damaged"),
    "a tempo of 0": (both(meta(0x51, b"\x00\x00\x00")), "tempo of 0"),
    "a tempo of a million": (both(meta(0x51, b"\x00\x00\x3c")), "quarter notes per minute"),
    "a tempo of two bytes": (both(meta(0x51, b"\x07\xa1")), "too short"),
    "a meter of 0": (both(meta(0x58, b"\x00\x02\x18\x08")), "meter 0/4"),
    "a meter of 255/4": (both(meta(0x58, b"\xff\x02\x18\x08")), "meter 255/4"),
    "a meter over 2 to the 255": (both(meta(0x58, b"\x04\xff\x18\x08")), "meter 4/"),
    "a meter of one byte": (both(meta(0x58, b"\x04")), "too short"),
    "37,000 hours": (
        head(division=1) + track(b"\xff\xff\xff\x7f" + line()[1:]), "hours; expected at most 24"
    ),
    "12,000 bars": (
        head(division=1) + track(number(48_000) + line()[1:]), "more than 10,000 bars"
    ),
    "1,001 notes that never end": (
        head() + track(b"\x00\x90\x3c\x50" * 1001 + END), "1,001 notes without an end"
    ),
    "two pieces": (head(kind=2, count=2) + 2 * track(line()), "holds 2 pieces"),
}  # fmt: skip
"""Files that cannot be used, and why."""
