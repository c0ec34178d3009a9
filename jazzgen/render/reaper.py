"""Write a session as a project of Reaper: a text of nested blocks, the notes as MIDI events.

Source: "State chunk definitions", Cockos wiki. Positions are in seconds, those of MIDI events in
ticks since the event before.
"""

from __future__ import annotations

from collections.abc import Iterator

from jazzgen.render.session import COLORS, Session, SessionTrack
from jazzgen.runtime.ownership import PROGRAM

__all__ = ["reaper_text"]

PPQ = 960
"""Ticks per quarter note, as Reaper has them itself."""
SQUARE = 1
"""The shape of a tempo that holds until the next one."""
CUSTOM_COLOR = 0x1000000
QUOTES = ('"', "'", "`")


def reaper_text(session: Session) -> str:
    """Return a session as the text of an `.rpp` file."""
    return "\n".join(_lines(session)) + "\n"


def _lines(session: Session) -> Iterator[str]:
    _, numerator, denominator = session.meters[0]
    yield f'<REAPER_PROJECT 0.1 "7.0/{PROGRAM}" 0'
    yield f"  TEMPO {_number(session.tempi[0][1])} {numerator} {denominator}"
    yield from _tempi(session)
    for number, (time, name) in enumerate(session.markers, 1):
        yield f"  MARKER {number} {_number(session.seconds(time))} {_quoted(name)} 0"
    for number, track in enumerate(session.tracks):
        yield from _track(track, number, session)
    yield ">"


def _tempi(session: Session) -> Iterator[str]:
    """Yield the block of tempi and meters."""
    yield "  <TEMPOENVEX"
    yield "    ACT 1 -1"
    meters = {time: (numerator, denominator) for time, numerator, denominator in session.meters}
    tempo = session.tempi[0][1]
    tempi = dict(session.tempi)
    for time in sorted({*tempi, *meters}):
        tempo = tempi.get(time, tempo)
        point = f"    PT {_number(session.seconds(time))} {_number(tempo)} {SQUARE}"
        if time in meters:
            numerator, denominator = meters[time]
            point += f" {denominator << 16 | numerator} 0 1"
        yield point
    yield "  >"


def _track(track: SessionTrack, number: int, session: Session) -> Iterator[str]:
    red, green, blue = bytes.fromhex(COLORS[number % len(COLORS)][1:])
    yield "  <TRACK"
    yield f"    NAME {_quoted(track.name)}"
    yield f"    PEAKCOL {CUSTOM_COLOR | blue << 16 | green << 8 | red}"
    yield f"    VOLPAN {_number(track.volume)} {_number(2 * track.pan - 1)} -1 -1 1"
    yield f"    MUTESOLO {int(track.muted)} 0 0"
    yield "    <ITEM"
    yield "      POSITION 0"
    yield f"      LENGTH {_number(session.seconds(session.end))}"
    yield "      LOOP 0"
    yield f"      NAME {_quoted(track.name)}"
    yield "      <SOURCE MIDI"
    yield f"        HASDATA 1 {PPQ} QN"
    yield from _events(track, session.end)
    yield "      >"
    yield "    >"
    yield "  >"


def _events(track: SessionTrack, end: float) -> Iterator[str]:
    """Yield the program, the notes, and the event that ends the source."""
    timeline = []
    for start, duration, channel, pitch, velocity in track.notes:
        begin = round(start * PPQ)
        stop = max(round((start + duration) * PPQ), begin + 1)
        timeline.append((begin, 1, f"{0x90 | channel:x} {pitch:02x} {velocity:02x}"))
        timeline.append((stop, 0, f"{0x80 | channel:x} {pitch:02x} 00"))
    yield f"        E 0 {0xC0 | track.channel:x} {track.program:02x} 00"
    now = 0
    for tick, _, event in sorted(timeline):
        yield f"        E {tick - now} {event}"
        now = tick
    yield f"        E {max(round(end * PPQ) - now, 0)} {0xB0 | track.channel:x} 7b 00"


def _quoted(text: str) -> str:
    """Return a text in quotes that it does not hold itself."""
    quote = next((one for one in QUOTES if one not in text), QUOTES[0])
    return f"{quote}{text.replace(quote, '')}{quote}"


def _number(value: float) -> str:
    return f"{value:.9f}".rstrip("0").rstrip(".")
