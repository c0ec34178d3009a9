"""Sessions for DAWs: what is in the files, read without our own readers."""

import io
import zipfile
from dataclasses import replace
from xml.etree import ElementTree

import pretty_midi
import pytest
from midi_bytes import midi

import jazzgen
from jazzgen.errors import MidiError
from jazzgen.music.chart import TempoChange
from jazzgen.music.solo import Note, Solo
from jazzgen.render.dawproject import dawproject_bytes
from jazzgen.render.midi import midi_of
from jazzgen.render.playback import Playback
from jazzgen.render.reaper import PPQ, reaper_text
from jazzgen.render.session import session_of, session_of_takes

CHART = jazzgen.chart("title: T\ntempo: 120\n[A] | Dm7 G7 | % | (3/4) Cmaj7 | (4/4) A7b9 |")
CHART = replace(CHART, tempo_changes=(TempoChange(192, 60.0),))
TITLE = 'Zoë\x07 ]]> & <"Ø">'
SOLO = Solo(tuple(Note(48 * n, 40, 60 + n, 64, 1.5) for n in range(7)), CHART, TITLE)
WHOLE = midi_of(SOLO, Playback())
NAMES = ["Solo", "Piano", "Bass", "Drums"]


@pytest.fixture(scope="module")
def heard():
    """The notes of each part as an independent reader hears them, in seconds."""
    return [
        sorted((round(n.start, 3), n.pitch, n.velocity) for n in one.notes)
        for one in pretty_midi.PrettyMIDI(io.BytesIO(WHOLE)).instruments
    ]


def opened(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return [
            ElementTree.fromstring(archive.read(f"{name}.xml")) for name in ("project", "metadata")
        ]


def seconds(beats):
    """The tempo halves after two bars of four."""
    return beats / 2 if beats < 8 else 4 + (beats - 8)


def test_a_dawproject(heard):
    project, metadata = opened(dawproject_bytes(session_of(WHOLE, "a.mid")))
    assert metadata.findtext("Title") == 'Zoë ]]> & <"Ø">, on T'
    assert [child.tag for child in project] == [
        "Application", "Transport", "Structure", "Arrangement"
    ]  # fmt: skip
    arrangement = project.find("Arrangement")
    assert [child.tag for child in arrangement] == [
        "Lanes", "Markers", "TempoAutomation", "TimeSignatureAutomation"
    ]  # fmt: skip
    tracks = project.findall("Structure/Track")
    assert [track.get("name") for track in tracks] == [*NAMES, "Master"]
    assert len({track.get("color") for track in tracks}) == 5
    for track, notes in zip(tracks, heard, strict=False):
        clips = arrangement.findall(f"Lanes/Lanes[@track='{track.get('id')}']/Clips/Clip")
        assert [float(clip.get("duration")) for clip in clips] == [15]
        found = [
            (
                round(seconds(float(note.get("time"))), 3),
                int(note.get("key")),
                round(float(note.get("vel")) * 127),
            )
            for note in clips[0].findall("Notes/Note")
        ]
        assert [note[1:] for note in sorted(found)] == [note[1:] for note in notes]
        assert [note[0] for note in sorted(found)] == pytest.approx(
            [note[0] for note in notes], abs=2e-3
        )
    tempi = arrangement.findall("TempoAutomation/RealPoint")
    assert [(one.get("time"), one.get("value")) for one in tempi] == [("0", "120"), ("8", "60")]
    meters = arrangement.findall("TimeSignatureAutomation/TimeSignaturePoint")
    assert [(one.get("time"), one.get("numerator")) for one in meters] == [
        ("0", "4"), ("8", "3"), ("11", "4")
    ]  # fmt: skip
    markers = {(one.get("time"), one.get("name")) for one in arrangement.findall("Markers/Marker")}
    assert {("0", "[A]"), ("0", "Dm7"), ("2", "G7"), ("8", "Cmaj7"), ("11", "A7b9")} <= markers


def test_everything_in_a_dawproject_that_is_referred_to_is_there():
    project, _ = opened(dawproject_bytes(session_of(WHOLE, "a.mid")))
    ids = [one.get("id") for one in project.iter() if one.get("id")]
    assert len(ids) == len(set(ids))
    names = ("destination", "track", "parameter")
    referred = {one.get(name) for one in project.iter() for name in names if one.get(name)}
    assert len(referred) == 4 + 1 + 2
    assert referred <= set(ids)


def test_the_mix_of_channels():
    session = session_of(WHOLE, "a.mid")
    quiet = replace(session.tracks[1], volume=0.5, pan=0.25)
    session = replace(session, tracks=(session.tracks[0], quiet))
    project, _ = opened(dawproject_bytes(session))
    channel = project.findall("Structure/Track/Channel")[1]
    assert [child.tag for child in channel] == ["Mute", "Pan", "Volume"]
    assert [child.get("value") for child in channel] == ["false", "0.25", "0.5"]
    assert "    VOLPAN 0.5 -0.5 -1 -1 1\n" in reaper_text(session)


def test_a_project_of_reaper(heard):
    text = reaper_text(session_of(WHOLE, "a.mid"))
    assert text.count("<") == text.count("\n>") + text.count(" >")
    assert [line for line in text.splitlines() if line.startswith("    NAME")] == [
        f'    NAME "{name}"' for name in NAMES
    ]
    assert "    PT 0 120 1 262148 0 1\n    PT 4 60 1 262147 0 1\n    PT 7 60 1 262148 0 1\n" in text
    assert '  MARKER 3 1 "G7" 0\n' in text
    for block, notes in zip(text.split("HASDATA")[1:], heard, strict=True):
        now, found = 0, []
        for line in block.splitlines():
            if line.startswith("        E "):
                _, step, status, pitch, velocity = line.split()
                now += int(step)
                if status.startswith("9"):
                    found.append((seconds(now / PPQ), int(pitch, 16), int(velocity, 16)))
        assert [note[1:] for note in sorted(found)] == [note[1:] for note in notes]
        assert now == 15 * PPQ


def test_takes_are_tracks_beside_one_band():
    other = midi_of(SOLO.transpose(5), Playback())
    session = session_of_takes([WHOLE, other, WHOLE], "a.mid")
    assert [(track.name, track.muted) for track in session.tracks] == [
        ("Solo take 1", False), ("Solo take 2", True), ("Solo take 3", True),
        ("Piano", False), ("Bass", False), ("Drums", False),
    ]  # fmt: skip
    pitches = [{note.pitch for note in track.notes} for track in session.tracks[:2]]
    assert {pitch + 5 for pitch in pitches[0]} == pitches[1]
    assert reaper_text(session).count("MUTESOLO 1") == 2


def test_names_that_reaper_must_not_read():
    session = session_of(WHOLE, "a.mid")
    odd = replace(session.tracks[0], name="a \"b\" 'c' `d`")
    assert "NAME \"a b 'c' `d`\"" in reaper_text(replace(session, tracks=(odd,)))


def test_a_file_without_notes():
    with pytest.raises(MidiError, match=r"^a\.mid: has no notes"):
        session_of(midi(end=480), "a.mid")
