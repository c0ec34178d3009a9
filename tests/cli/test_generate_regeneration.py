"""`jazzgen generate --solo --bars`: some bars of a solo are regenerated, and nothing else."""

import shutil

import mido
import pytest
from commands import ROOT, jazzgen, succeed

from jazzgen.io.midi.write import write_solo
from jazzgen.music.chart import Chart
from jazzgen.music.chord import NO_CHORD
from jazzgen.music.solo import Note, Solo
from jazzgen.transcription.read import read

CHART = Chart.of_chords([["Dm7"], ["G7"], ["Cmaj7"], ["C6"]] * 2, title="Home", tempo=150.0)
SOLO = Solo(
    tuple(
        Note(12 * n, 12, 60 + (5 * n) % 17, 60 + n % 40, (n % 11 - 5) * 0.75)
        for n in range(64)
        if n % 9
    ),
    CHART,
    "Home",
    "Ann",
    "a source",
)
REGENERATED = (96 * 2, 96 * 4)  # bars 3 and 4


@pytest.fixture(scope="module")
def files(tiny_model, tmp_path_factory):
    """A solo, two takes of its bars 3-4, those bars once more mechanically, and the takes' JSON."""
    folder = tmp_path_factory.mktemp("regeneration")
    write_solo(SOLO, folder / "old.mid", program=11)
    options = ["--model", tiny_model, "--solo", folder / "old.mid", "--bars", "3-4"]
    takes = ["--takes", 2, "--seed", 5, "--out", folder / "new.mid", "--json"]
    rows = succeed("generate", *options, *takes).json
    more = ["--seed", rows[0]["seed"], "--mechanical", "--title", "Away"]
    succeed("generate", *options, *more, "--out", folder / "plain.mid")
    return folder, rows


def outside(solo):
    return [note for note in solo.notes if not REGENERATED[0] <= note.onset < REGENERATED[1]]


def inside(solo):
    return [note for note in solo.notes if REGENERATED[0] <= note.onset < REGENERATED[1]]


def test_only_the_bars_are_regenerated(files):
    folder, rows = files
    old, first, second = (read(folder / f"{n}.mid") for n in ("old", "new-1", "new-2"))
    assert old == SOLO
    for solo in (first, second):
        assert (solo.chart, solo.title, solo.performer) == (CHART, "Home", "Ann")
        assert outside(solo) == outside(SOLO)
        assert inside(solo)
    assert inside(first) != inside(second) != inside(SOLO) != inside(first)
    assert sorted(row["seed"] for row in rows) == [5, 6]
    assert [row["bars"] for row in rows] == [8, 8]
    assert rows[0]["bits_per_note"] <= rows[1]["bits_per_note"]


def test_mechanically_too_only_they(files):
    folder, _ = files
    plain, first = (read(folder / name) for name in ("plain.mid", "new-1.mid"))
    assert outside(plain) == outside(SOLO)
    assert inside(plain) == [Note(n.onset, n.duration, n.pitch) for n in inside(first)]
    assert (plain.title, plain.chart.title, plain.performer) == ("Away", "Away", "Ann")


def test_the_sound_stays_unless_an_instrument_is_asked_for(files, tiny_model):
    folder, _ = files
    assert program(folder / "new-1.mid") == 11
    options = ["--solo", folder / "old.mid", "--bars", "8", "--instrument", "trumpet"]
    succeed("generate", "--model", tiny_model, *options, "--out", folder / "trumpet.mid")
    assert program(folder / "trumpet.mid") == 56


def program(path):
    track = mido.MidiFile(path).tracks[1]
    return next(message.program for message in track if message.type == "program_change")


@pytest.fixture
def bare(tmp_path):
    """A solo without chords."""
    chart = Chart.of_chords([[str(NO_CHORD)]] * 8)
    return write_solo(Solo(SOLO.notes, chart), tmp_path / "bare.mid")


def test_a_solo_without_chords_is_played_over_a_chart(bare, tiny_model, tmp_path):
    options = ["--solo", bare, "--bars", "3-4", "--out", tmp_path / "new.mid"]
    assert (
        "bare.mid: has no chords; name its chart with --chart"
        in jazzgen("generate", *options).complaint
    )
    over = ["--chart", "| Dm7 | G7 | Cmaj7 | C6 |", "--transpose", "D"]
    succeed("generate", "--model", tiny_model, *options, *over)
    solo = read(tmp_path / "new.mid")
    assert outside(solo) == outside(SOLO)
    assert [str(chord) for _, chord in solo.chart.placed_chords()] == [
        "Em7",
        "A7",
        "Dmaj7",
        "D6",
    ] * 2


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--bars", "4-3"], ["--bars 4-3: expected bars from 1 to 8 of old.mid"]),
        (["--bars", "0-2"], ["--bars 0-2: expected bars from 1 to 8"]),
        (["--bars", "7-9"], ["--bars 7-9: expected bars from 1 to 8"]),
        (["--bars", "three"], ["--bars 'three': expected two bars, such as 5-8"]),
        (["--bars", "1.5-2"], ["--bars 1.5-2: expected beats from 1 to 4 in bar 1"]),
        (["--bars", "1-2.0"], ["--bars 1-2.0: expected beats from 1 to 4 in bar 2"]),
        (["--bars", "2.3-2.2"], ["--bars 2.3-2.2: expected two beats, the first one first"]),
        (["--bars", "2.2-9.1"], ["--bars 2.2-9.1: expected bars from 1 to 8 of old.mid"]),
        (["--bars", "2", "--draws", "0"], ["--draws 0: expected 1 to 100"]),
        (["--bars", "2", "--draws", "101"], ["--draws 101: expected 1 to 100"]),
        (["--bars", "1-2-3"], ["--bars '1-2-3'"]),
        (["--bars", "²"], ["--bars '²'"]),
        (["--bars", ""], ["--bars ''"]),
        ([], ["--solo and --bars go together"]),
        (["--bars", "3", "--tempo", "90"], ["--tempo cannot be used with --solo"]),
        (["--bars", "3", "--choruses", "2"], ["--choruses cannot be used with --solo"]),
        (["--bars", "3", "--key", "F"], ["--key cannot be used with --solo"]),
        (["--bars", "3", "--feel", "bossa"], ["--feel cannot be used with --solo"]),
        (["--bars", "3", "--primer", "old.mid"], ["--primer cannot be used with --solo"]),
    ],
    ids=" ".join,
)
def test_what_cannot_be_regenerated(options, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_solo(SOLO, "old.mid")
    outcome = jazzgen("generate", "--solo", "old.mid", *options, "--out", "new.mid")
    assert [word for word in words if word not in outcome.complaint] == [], outcome
    assert [path.name for path in tmp_path.iterdir()] == ["old.mid"]


def test_beats_are_regenerated(files, tiny_model):
    folder, _ = files
    options = ["--model", tiny_model, "--solo", folder / "old.mid", "--bars", "3.2-4.3"]
    for draws in ("1", "3"):
        succeed("generate", *options, "--draws", draws, "--out", folder / f"beats-{draws}.mid")
    one, several = (read(folder / f"beats-{draws}.mid") for draws in ("1", "3"))
    for solo in (one, several):
        stay = [note for note in SOLO.notes if not 96 * 2 + 24 <= note.onset < 96 * 3 + 72]
        assert [note for note in solo.notes if note in stay] == stay
        assert solo.notes != SOLO.notes
    mechanical = ["--mechanical", "--draws", "3", "--out", folder / "beats-plain.mid"]
    succeed("generate", *options, *mechanical)
    plain = read(folder / "beats-plain.mid")
    assert [(n.onset, n.pitch) for n in plain.notes] == [(n.onset, n.pitch) for n in several.notes]
    assert [n for n in plain.notes if n in SOLO.notes] == [
        n for n in several.notes if n in SOLO.notes
    ]


def test_bars_without_a_solo(tmp_path):
    outcome = jazzgen("generate", "--bars", "1-2", "--out", tmp_path / "new.mid")
    assert "--solo and --bars go together" in outcome.complaint


def test_a_file_that_holds_no_solo(tmp_path):
    options = ["--bars", "1-2", "--out", tmp_path / "new.mid"]
    for name, words in (
        ("gone", "no such file"),
        ("silent", "has no notes"),
        ("drums", "has only drums"),
    ):
        outcome = jazzgen("generate", "--solo", no_solo(tmp_path, name), *options)
        assert f"{name}.mid: {words}" in outcome.complaint


def no_solo(folder, name):
    path = folder / f"{name}.mid"
    beat = [
        mido.Message("note_on", channel=9, note=36, velocity=80),
        mido.Message("note_off", channel=9, note=36, time=480),
    ]
    if name != "gone":
        mido.MidiFile(tracks=[mido.MidiTrack(beat if name == "drums" else [])]).save(path)
    return path


def test_a_solo_of_another_program_is_taken(tiny_model, tmp_path):
    """A file of the bundled corpus, which lacks what jazzgen writes today."""
    source = next((ROOT / "midi_data").glob("clockwise-*.mid"))
    path = shutil.copy(source, tmp_path / "theirs.mid")
    options = ["--solo", path, "--bars", "2-3", "--out", tmp_path / "new.mid"]
    succeed("generate", "--model", tiny_model, *options)
    old, new = read(path), read(tmp_path / "new.mid")
    begin, end = old.chart.bar_starts[1], old.chart.bar_starts[3]
    assert [n for n in new.notes if n.onset >= end] == [n for n in old.notes if n.onset >= end]
    assert [n.onset for n in new.notes if n.onset < begin] == [
        n.onset for n in old.notes if n.onset < begin
    ]
