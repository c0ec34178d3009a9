"""Arrangement, swing and stems on the command line."""

from collections import Counter
from dataclasses import replace
from itertools import pairwise
from statistics import mean

import pytest
from commands import jazzgen, succeed

from jazzgen.band.arrangement import Arrangement, arrange
from jazzgen.io.midi.read import read_midi
from jazzgen.io.midi.write import write_solo
from jazzgen.io.musicxml.solo import solo_to_musicxml
from jazzgen.library import library_chart
from jazzgen.music.solo import Note, Solo
from jazzgen.music.swing import Swing, swing_ratio
from jazzgen.transcription.read import read

HEAD = Solo((Note(0, 24, 65), Note(36, 60, 69), Note(192, 96, 72)), library_chart("ii-V-I"))


@pytest.fixture
def generate(tiny_model, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def generate(*options):
        given = ["generate", "--model", tiny_model, "--chart", "ii-V-I", "--json", *options]
        return succeed(*given).json

    return generate


def test_what_goes_around_the_choruses(generate, tmp_path):
    result = generate("--count-in", 1, "--intro", 2, "--ending", "tag", "--choruses", 3)
    form = library_chart("ii-V-I")
    chart = arrange(form, 3, Arrangement(count_in=1, intro=2, ending="tag")).chart
    found = read(tmp_path / "solo.mid")
    assert found.chart.bars == chart.bars
    assert found.chart.chorus_starts == chart.chorus_starts == (3, 7, 11)
    assert result["bars"] == 1 + 2 + 12 + 3
    assert all(note.onset >= 3 * 96 for note in found.notes)


def lands_at(solo, tick):
    """Whether the last note begins at a tick, or anticipates it by an eighth and sounds into it."""
    last = solo.notes[-1]
    return last.onset == tick or tick - 12 <= last.onset < tick < last.end


@pytest.mark.parametrize("model", ["tiny", "small"])
@pytest.mark.parametrize("ending", ["final", "tag", "ritardando"])
def test_a_solo_lands_on_the_final_chord(tiny_model, tmp_path, model, ending):
    name, file = tiny_model if model == "tiny" else model, tmp_path / "solo.mid"
    given = ["--chart", "ii-V-I", "--takes", 4, "--ending", ending, "--out", file]
    succeed("generate", "--model", name, *given)
    for number in range(1, 5):
        solo = read(tmp_path / f"solo-{number}.mid")
        last, begin = solo.notes[-1], solo.chart.bar_starts[-2]
        assert lands_at(solo, begin)
        assert last.pitch % 12 in solo.chart.chord_at(begin).chord_tones


@pytest.mark.parametrize(
    ("meter", "lands"),
    [("1/16", True), ("5/8", True), ("12/4", True), ("13/4", False), ("32/2", False)],
)
def test_it_lands_in_every_meter_but_those_of_endless_bars(tiny_model, tmp_path, meter, lands):
    chart = f"| ({meter}) Dm7 | G7 | Cmaj7 | Cmaj7 |"
    given = ["--chart", chart, "--choruses", 1, "--takes", 4, "--out", tmp_path / "solo.mid"]
    succeed("generate", "--model", tiny_model, *given)
    solos = [read(tmp_path / f"solo-{number}.mid") for number in range(1, 5)]
    assert all(len(solo.notes) > 1 for solo in solos)
    begin = solos[0].chart.bar_starts[-2]
    assert all(lands_at(solo, begin) for solo in solos) == lands


def test_without_an_ending_the_band_stops_with_the_form(generate, tmp_path):
    assert generate("--ending", "none", "--choruses", 3)["bars"] == 12
    assert read(tmp_path / "solo.mid").chart.bars == library_chart("ii-V-I").repeat(3).bars


def test_a_ritardando_is_in_the_tempo_track(generate, tmp_path):
    generate("--ending", "ritardando")
    tempos = [tempo for _, tempo in read_midi(tmp_path / "solo.mid").tempos]
    assert len(tempos) == 10
    assert all(a > b for a, b in pairwise(tempos))


def test_a_head_is_played_before_and_after(generate, tmp_path):
    (tmp_path / "head.musicxml").write_bytes(solo_to_musicxml(HEAD))
    generate("--head", tmp_path / "head.musicxml", "--count-in", 1)
    found = read(tmp_path / "solo.mid")
    labels = [bar.section for bar in found.chart.bars if bar.section]
    assert labels == ["Count-in", "Head", "Head", "Ending"]
    first, second = (
        [
            (n.onset - begin, n.duration, n.pitch)
            for n in found.notes
            if begin <= n.onset < begin + 384
        ]
        for begin in (96, 96 + 3 * 384)
    )
    assert first == second == [(n.onset, n.duration, n.pitch) for n in HEAD.notes]


def test_a_head_that_is_longer_than_the_form(tiny_model, tmp_path):
    long = HEAD.with_notes([*HEAD.notes, Note(380, 4, 60)])
    write_solo(replace(long, chart=HEAD.chart), tmp_path / "head.mid")
    outcome = jazzgen(
        "generate",
        "--model",
        tiny_model,
        "--chart",
        "| C | G7 |",
        "--head",
        tmp_path / "head.mid",
        "--out",
        tmp_path / "solo.mid",
    )
    assert outcome.complaint.endswith(": the head ends in bar 4; the form has 2 bars")
    assert not (tmp_path / "solo.mid").exists()


@pytest.mark.parametrize(
    ("options", "ratio"),
    [
        ([], swing_ratio("swing", 140)),
        (["--swing", 1.5], 1.5),
        (["--tempo", 240], 1.6),
        (["--feel", "bossa"], 1.0),
        (["--straight"], 1.0),
        (["--mechanical"], 1.0),
    ],
)
def test_how_it_swings(generate, tmp_path, options, ratio):
    generate(*options, "--choruses", 8, "--tight", 1)
    drums = read_midi(tmp_path / "solo.mid").parts[-1]
    places = Counter(note.start % 480 for note in drums.notes if note.pitch in (51, 42))
    two = {place for place, _ in places.most_common(2)}
    assert two == {0, round(20 * Swing(ratio).off_beat)}


def test_a_loose_band_swings_around_the_same_place(generate, tmp_path):
    generate("--choruses", 8)
    drums = read_midi(tmp_path / "solo.mid").parts[-1]
    places = [note.start % 480 for note in drums.notes if note.pitch in (51, 42)]
    off_beats = [place for place in places if 240 <= place < 400]
    assert len({*off_beats}) >= 8
    expected = 20 * Swing(swing_ratio("swing", 140)).off_beat
    assert mean(off_beats) == pytest.approx(expected, abs=12)


def test_straight_notes_stand_on_the_grid_and_keep_their_loudness(generate, tmp_path):
    generate("--straight", "--choruses", 8)
    found = read_midi(tmp_path / "solo.mid").parts[0].notes
    assert {note.start % 20 for note in found} == {0}
    assert len({note.velocity for note in found}) > 1


@pytest.mark.parametrize("band", [True, False])
def test_stems(generate, tmp_path, band):
    result = generate("--stems", *([] if band else ["--no-band"]))
    names = ["solo", "piano", "bass", "drums"] if band else ["solo"]
    assert result["stems"] == [f"solo-{name}.mid" for name in names]
    whole = read_midi(tmp_path / "solo.mid").parts
    stems = [part for file in result["stems"] for part in read_midi(tmp_path / file).parts]
    assert [replace(part, track=1) for part in whole] == stems


@pytest.mark.parametrize("more", [[], ["--trade", 2]])
def test_takes_share_the_stems_of_their_band(generate, tmp_path, more):
    found = generate("--stems", "--takes", 2, *more)
    band = [f"solo-{name}.mid" for name in ("piano", "bass", "drums")]
    solos = ["solo-1", "solo-2"] if more else ["solo"]
    for take, result in enumerate(found, 1):
        assert result["file"] == f"solo-{take}.mid"
        own = [f"solo-{take}-{name}.mid" for name in solos]
        assert result["stems"] == [*own, *band]
        # Beside these solos the band is the one of the take's own file.
        whole = read_midi(tmp_path / result["file"]).parts
        stems = [part for file in result["stems"] for part in read_midi(tmp_path / file).parts]
        assert [replace(part, track=1) for part in whole] == stems
    assert len(list(tmp_path.glob("*.mid"))) == 2 * (1 + len(solos)) + 3


def test_bands_that_hear_their_solos_have_stems_of_their_own(tiny_model, tmp_path):
    # A file that does not say what its band has heard: that of new bars hears each take.
    given = [write_solo(HEAD, tmp_path / "head.mid"), "--bars", 2, "--out", tmp_path / "solo.mid"]
    succeed("generate", "--model", tiny_model, "--solo", *given, "--takes", 2, "--stems")
    assert {path.name for path in tmp_path.glob("solo*.mid")} == {
        f"solo-{take}{part}.mid"
        for take in (1, 2)
        for part in ("", "-solo", "-piano", "-bass", "-drums")
    }


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        (["--swing", 0.9], "--swing 0.9: expected a ratio from 1"),
        (["--swing", 6], "--swing 6: expected a ratio from 1"),
        (["--swing", 2, "--straight"], "--swing 2: --straight and --mechanical notes"),
        (["--count-in", -1], "--count-in -1: expected 0 to 64 bars"),
        (["--intro", 65], "--intro 65: expected 0 to 64 bars"),
        (["--ending", "fade"], "Invalid value for '--ending'"),
        (["--feel", "polka"], "Invalid value for '--feel'"),
        (["--tempo", 0], "--tempo: 0 quarter notes per minute; expected 20 to 500"),
        (["--tempo", 1000], "--tempo: 1000 quarter notes per minute"),
        (["--head", "missing.mid"], "missing.mid: no such file"),
    ],
)
def test_what_cannot_be_played(tiny_model, tmp_path, monkeypatch, options, complaint):
    monkeypatch.chdir(tmp_path)
    outcome = jazzgen("generate", "--model", tiny_model, *options)
    assert complaint in outcome.complaint
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("option", [("--count-in", 1), ("--intro", 1), ("--ending", "tag")])
def test_regenerated_bars_have_their_arrangement_already(generate, option):
    generate("--out", "tune.mid")
    outcome = jazzgen("generate", "--solo", "tune.mid", "--bars", "1", *option)
    assert f"{option[0]} cannot be used with --solo" in outcome.complaint


def test_regenerated_bars_swing_as_the_others(generate, tmp_path, tiny_model):
    generate("--out", "tune.mid", "--swing", 3, "--count-in", 1, "--ending", "tag")
    succeed(
        "generate", "--model", tiny_model, "--solo", "tune.mid", "--bars", "3-4", "--out", "new.mid"
    )
    old, new = (read_midi(tmp_path / name) for name in ("tune.mid", "new.mid"))
    assert new.properties["swing"] == old.properties["swing"] == "3.0"
    assert new.sections == old.sections
    far = [  # what the band plays more than a bar away from the new bars
        [note for part in file.parts[1:] for note in part.notes if note.start >= 5 * 1920]
        for file in (old, new)
    ]
    assert far[0] == far[1] != []
