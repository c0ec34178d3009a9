"""Write a session as DAWproject, the open exchange format that Bitwig, Studio One and Cubase read.

Source: "DAWproject" 1.0, Bitwig and PreSonus (github.com/bitwig/dawproject): a ZIP archive with
`project.xml` and `metadata.xml`. Times are in quarter notes. The bytes hold no date.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import count
from xml.etree.ElementTree import Element, SubElement, tostring
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from jazzgen.render.session import COLORS, LOUDEST, Session, SessionTrack
from jazzgen.runtime.ownership import PROGRAM

__all__ = ["dawproject_bytes"]

FORMAT = "1.0"
EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest date that a ZIP archive can hold."""
MASTER, TEMPO, METER = "master", "tempo", "meter"
"""The identifiers of what others refer to."""


def dawproject_bytes(session: Session) -> bytes:
    """Return a session as the bytes of a `.dawproject` file."""
    content = io.BytesIO()
    with ZipFile(content, "w", ZIP_DEFLATED) as archive:
        archive.comment = PROGRAM.encode()
        for name, root in (
            ("metadata.xml", _metadata(session)),
            ("project.xml", _project(session)),
        ):
            text = tostring(root, encoding="utf-8", xml_declaration=True)
            entry = ZipInfo(name, EPOCH)
            entry.compress_type = ZIP_DEFLATED
            archive.writestr(entry, text)
    return content.getvalue()


def _metadata(session: Session) -> Element:
    root = Element("MetaData")
    SubElement(root, "Title").text = session.title
    SubElement(root, "Comment").text = f"Made by {PROGRAM}"
    return root


def _project(session: Session) -> Element:
    ids = (f"id{number}" for number in count())
    root = Element("Project", version=FORMAT)
    SubElement(root, "Application", name=PROGRAM, version=FORMAT)
    transport = SubElement(root, "Transport")
    SubElement(transport, "Tempo", id=TEMPO, unit="bpm", value=_number(session.tempi[0][1]))
    _, numerator, denominator = session.meters[0]
    SubElement(
        transport,
        "TimeSignature",
        id=METER,
        numerator=str(numerator),
        denominator=str(denominator),
    )
    structure = SubElement(root, "Structure")
    tracks = {
        _track(structure, ids, track, number): track for number, track in enumerate(session.tracks)
    }
    _master(structure, ids)
    arrangement = SubElement(root, "Arrangement", id=next(ids))
    lanes = SubElement(arrangement, "Lanes", id=next(ids), timeUnit="beats")
    for name, track in tracks.items():
        _clip(SubElement(lanes, "Lanes", id=next(ids), track=name), ids, track, session.end)
    _markers(arrangement, ids, session)
    _automation(arrangement, ids, session)
    return root


def _track(structure: Element, ids: Iterator[str], track: SessionTrack, number: int) -> str:
    """Add a track with its channel, and return its identifier."""
    name = next(ids)
    added = SubElement(
        structure,
        "Track",
        id=name,
        name=track.name,
        color=COLORS[number % len(COLORS)],
        contentType="notes",
        loaded="true",
    )
    channel = SubElement(
        added, "Channel", id=next(ids), audioChannels="2", destination=MASTER, role="regular",
        solo="false",
    )  # fmt: skip
    _mix(channel, ids, muted=track.muted, pan=track.pan, volume=track.volume)
    return name


def _master(structure: Element, ids: Iterator[str]) -> None:
    track = SubElement(
        structure, "Track", id=next(ids), name="Master", contentType="audio notes", loaded="true"
    )
    channel = SubElement(
        track, "Channel", id=MASTER, audioChannels="2", role="master", solo="false"
    )
    _mix(channel, ids, muted=False, pan=0.5, volume=1.0)


def _mix(channel: Element, ids: Iterator[str], *, muted: bool, pan: float, volume: float) -> None:
    SubElement(channel, "Mute", id=next(ids), name="Mute", value="true" if muted else "false")
    SubElement(
        channel, "Pan", id=next(ids), name="Pan", min="0", max="1", unit="normalized",
        value=_number(pan),
    )  # fmt: skip
    SubElement(
        channel, "Volume", id=next(ids), name="Volume", min="0", max=_number(LOUDEST),
        unit="linear", value=_number(volume),
    )  # fmt: skip


def _clip(lanes: Element, ids: Iterator[str], track: SessionTrack, end: float) -> None:
    """Add a clip as long as the session with the notes of a track."""
    clips = SubElement(lanes, "Clips", id=next(ids))
    clip = SubElement(
        clips, "Clip", time="0", duration=_number(end), playStart="0", name=track.name
    )
    notes = SubElement(clip, "Notes", id=next(ids))
    for start, duration, channel, pitch, velocity in track.notes:
        SubElement(
            notes, "Note", time=_number(start), duration=_number(duration), channel=str(channel),
            key=str(pitch), vel=_number(velocity / 127), rel="0",
        )  # fmt: skip


def _markers(arrangement: Element, ids: Iterator[str], session: Session) -> None:
    if not session.markers:
        return
    markers = SubElement(arrangement, "Markers", id=next(ids), timeUnit="beats")
    for time, name in session.markers:
        SubElement(markers, "Marker", time=_number(time), name=name)


def _automation(arrangement: Element, ids: Iterator[str], session: Session) -> None:
    """Add the tempi and the meters, which hold until the next one."""
    tempi = SubElement(arrangement, "TempoAutomation", id=next(ids), timeUnit="beats", unit="bpm")
    SubElement(tempi, "Target", parameter=TEMPO)
    for time, tempo in session.tempi:
        SubElement(
            tempi, "RealPoint", time=_number(time), value=_number(tempo), interpolation="hold"
        )
    meters = SubElement(arrangement, "TimeSignatureAutomation", id=next(ids), timeUnit="beats")
    SubElement(meters, "Target", parameter=METER)
    for time, numerator, denominator in session.meters:
        SubElement(
            meters, "TimeSignaturePoint", time=_number(time), numerator=str(numerator),
            denominator=str(denominator),
        )  # fmt: skip


def _number(value: float) -> str:
    """Return a number without an exponent: a millionth of a quarter note is exact enough."""
    return f"{value:.6f}".rstrip("0").rstrip(".")
