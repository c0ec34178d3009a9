"""A lick in several keys, one after another: keys, chords and notes move together."""

from dataclasses import replace

import pytest

from jazzgen.errors import ChartError, ConfigError
from jazzgen.io.midi.read import read_pieces
from jazzgen.io.musicxml.read import parse_musicxml
from jazzgen.io.musicxml.solo import solo_to_musicxml
from jazzgen.music.chart import Bar, Chart, KeyChange
from jazzgen.music.instrument import find_instrument
from jazzgen.music.key_cycle import in_keys, parse_keys
from jazzgen.music.pitch import Key
from jazzgen.music.solo import Note, Solo

LICK = Solo(
    tuple(Note(12 * n, 12, pitch) for n, pitch in enumerate((62, 64, 65, 67, 64, 60, 62))),
    Chart.of_chords([["Dm7", "G7"], ["Cmaj7"]], title="Lick"),
    phrase_starts=(0,),
)


def test_all_twelve_keys_once():
    keys = parse_keys("all", Key("C"))
    cycle, moved = in_keys(LICK, keys)
    assert moved == 0
    assert len(cycle.notes) == 12 * len(LICK.notes)
    assert [cycle.chart.key_at(2 * n) for n in range(12)] == list(keys)
    assert {note.pitch % 12 for note in cycle.notes[:: len(LICK.notes)]} == set(range(12))
    assert cycle.phrase_starts == tuple(range(0, 84, 7))
    assert cycle.chart.bars[2].section == "in F"
    assert cycle.chart.choruses == 1  # it is a lick, and no solo of twelve choruses
    twice = replace(LICK, chart=replace(LICK.chart, chorus_starts=(0, 1)))
    assert in_keys(twice, parse_keys("C,F", Key("C")))[0].chart.chorus_starts == (0, 1, 2, 3)


def test_each_moves_by_the_nearer_way_and_so_do_its_chords():
    cycle, _ = in_keys(LICK, parse_keys("C,A,Eb", Key("C")))
    assert [note.pitch for note in cycle.notes[::7]] == [62, 59, 65]
    assert [str(cycle.chart.chord_at(192 * n)) for n in range(3)] == ["Dm7", "Bm7", "Fm7"]


def test_each_is_folded_into_the_range():
    flute = find_instrument("flute")
    cycle, moved = in_keys(LICK, parse_keys("C,G", Key("C")), flute)
    assert moved == 7
    assert min(note.pitch for note in cycle.notes) >= flute.low


def test_the_sheet_changes_its_key_signature():
    cycle, _ = in_keys(LICK, parse_keys("C,F,Bb", Key("C")))
    sheet = solo_to_musicxml(cycle, find_instrument("tenor")).decode()
    assert [int(part[: part.index("<")]) for part in sheet.split("<fifths>")[1:]] == [2, 1, 0]
    assert parse_musicxml(sheet.encode()).chord_spans == cycle.chart.chord_spans


def test_the_midi_changes_its_key_signature(tmp_path):
    from mido import MidiFile

    from jazzgen.render.midi import midi_of

    cycle, _ = in_keys(LICK, parse_keys("C,F,Bb", Key("C")))
    (tmp_path / "a.mid").write_bytes(midi_of(cycle))
    keys = [m.key for m in MidiFile(tmp_path / "a.mid").tracks[0] if m.type == "key_signature"]
    assert keys == ["C", "F", "Bb"]
    assert read_pieces(tmp_path / "a.mid")


def test_a_transposed_chart_keeps_its_changes_of_key():
    chart = Chart((Bar(), Bar()), key=Key("C"), key_changes=(KeyChange(1, Key("F")),))
    assert chart.transpose(2).key_changes == (KeyChange(1, Key("G")),)
    assert [chart.repeat(2).key_at(n).tonic for n in range(4)] == ["C", "F", "C", "F"]


@pytest.mark.parametrize("bars", [(0,), (2,), (1, 1)])
def test_changes_of_key_out_of_order(bars):
    with pytest.raises(ChartError, match="key changes out of order"):
        Chart((Bar(), Bar()), key_changes=tuple(KeyChange(bar, Key("F")) for bar in bars))


@pytest.mark.parametrize("text", ["H", "C,,F", "", "A minor"])
def test_what_is_no_key(text):
    with pytest.raises(ConfigError):
        parse_keys(text, Key("C"))


def test_a_minor_solo_stays_minor():
    assert [str(key) for key in parse_keys("C,F minor", Key("A", "minor"))] == [
        str(Key("C", "minor")), str(Key("F", "minor")),
    ]  # fmt: skip
