"""The mix: sounds, volumes, places and rooms, as MIDI says them."""

import io
from dataclasses import replace

import pytest
from mido import MidiFile

import jazzgen
from jazzgen.band.styles import find_style, styles
from jazzgen.band.trio import accompany
from jazzgen.errors import SoloError
from jazzgen.music.part import Mix
from jazzgen.music.solo import Note, Solo
from jazzgen.render.midi import midi_of, stems_of
from jazzgen.render.playback import Playback

CHART = jazzgen.chart("blues")
SOLO = Solo((Note(0, 24, 60), Note(48, 24, 62)), CHART)


def controllers(content):
    """Return the program and the controllers of each track, by name."""
    found = {}
    for track in MidiFile(file=io.BytesIO(content)).tracks[1:]:
        said = {
            message.control: message.value for message in track if message.type[:7] == "control"
        }
        programs = [message.program for message in track if message.type == "program_change"]
        assert all(message.time == 0 for message in track if message.type[:7] == "control")
        found[track.name] = programs[0], said
    return found


def test_every_track_says_its_volume_its_place_and_its_room():
    found = controllers(midi_of(SOLO))
    assert list(found) == ["Solo", "Piano", "Bass", "Drums"]
    for _, said in found.values():
        assert said.keys() == {7, 10, 91}
    volumes = [said[7] for _, said in found.values()]
    assert volumes == [88, *find_style("swing").volumes]
    places = [said[10] for _, said in found.values()]
    assert places[0] == places[2] == 64
    assert places[1] < 64 < places[3]
    rooms = {name: said[91] for name, (_, said) in found.items()}
    assert min(rooms, key=rooms.get) == "Bass"


def test_a_solo_alone_has_no_mix():
    assert controllers(midi_of(SOLO, Playback(band=False)))["Solo"][1] == {}


def test_stems_have_the_mix_of_the_whole():
    whole = controllers(midi_of(SOLO))
    parts = [controllers(stem) for stem in stems_of(SOLO)]
    assert {name: said for part in parts for name, said in part.items()} == whole


@pytest.mark.parametrize(("feel", "piano", "bass"), [("swing", 0, 32), ("funk", 4, 33)])
def test_the_sounds_are_those_of_the_style(feel, piano, bass):
    found = controllers(midi_of(replace(SOLO, chart=replace(CHART, feel=feel))))
    assert (found["Piano"][0], found["Bass"][0]) == (piano, bass)


def test_gypsy_swing_is_played_on_a_guitar():
    found = controllers(midi_of(replace(SOLO, chart=replace(CHART, feel="gypsy"))))
    assert found["Guitar"][0] == 25
    assert "Piano" not in found


def test_every_style_says_how_loud_its_players_are():
    for style in styles():
        parts = accompany(Solo((), replace(CHART, feel=style.name)))
        assert tuple(part.mix.volume for part in parts) == style.volumes
        assert all(40 <= volume <= 127 for volume in style.volumes)


@pytest.mark.parametrize("name", ["volume", "pan", "reverb"])
@pytest.mark.parametrize("value", [-1, 128])
def test_a_mix_that_midi_cannot_say(name, value):
    with pytest.raises(SoloError, match=f"mix: {name} {value}: expected 0 to 127"):
        Mix(**{name: value})
