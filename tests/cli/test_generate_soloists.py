"""`jazzgen generate` with a model that knows instruments and styles, and with one that does not."""

from dataclasses import replace
from itertools import pairwise

import keras
import mido
import pytest
from commands import jazzgen, succeed

import jazzgen as package
from jazzgen.config import ModelConfig
from jazzgen.improviser import load
from jazzgen.music.instrument import find_instrument
from jazzgen.music.solo import Note, Solo
from jazzgen.nn.assets import Assets, Profile
from jazzgen.nn.keras_engine.layers import make_layers
from jazzgen.nn.keras_engine.store import save_model
from jazzgen.transcription.read import read

ALTO, TENOR, TRUMPET, SOPRANO = (
    find_instrument(name).name for name in ("alto", "tenor", "trumpet", "soprano")
)
PROFILES = (
    Profile("Anna Reed", ALTO, "bebop", 50, 79),
    Profile("Anna Reed", ALTO, "bebop", 52, 76),
    Profile("Ben Brass", TRUMPET, "cool", 54, 78),
    Profile("Ben Brass", TRUMPET, "hard bop", 55, 80),
    Profile("Cleo Horn", TENOR, "hard bop", 45, 70),
    Profile("Cleo Horn", SOPRANO, "post-bop", 58, 85),
)


@pytest.fixture(scope="module")
def knowing_model(tmp_path_factory):
    """A model folder: a small improviser, not trained, that knows soloists of four instruments."""
    keras.utils.set_random_seed(4)
    sizes = {"units": 16, "embedding": 32, "encoder": 8}
    assets = Assets(
        performers=("Anna Reed", "Ben Brass", "Cleo Horn"),
        performer_counts=(2, 2, 2),
        instruments=(ALTO, SOPRANO, TENOR, TRUMPET),
        styles=("bebop", "cool", "hard bop", "post-bop"),
        feels=("straight", "swing"),
        profiles=PROFILES,
    )
    layers = make_layers(ModelConfig.for_preset("improviser", **sizes), assets)
    return save_model(tmp_path_factory.mktemp("models") / "knowing", layers, {}, "# A card\n")


@pytest.fixture
def generate(knowing_model, tmp_path):
    """Generate a solo alone with options, over a short chart; return the outcome and the JSON."""

    def generate(*options):
        given = ["--chart", "| Dm7 | G7 | Cmaj7 | C6 |", "--no-band"]
        given += ["--out", tmp_path / "solo.mid", *options]
        outcome = succeed("generate", "--model", knowing_model, *given, "--json")
        return outcome, outcome.json

    return generate


def remarks(outcome):
    """Return what is said to the user on the error stream, without the command's name."""
    lines = outcome.err.splitlines()
    return [line.removeprefix("jazzgen: ") for line in lines if line.startswith("jazzgen: ")]


def sound(folder):
    track = mido.MidiFile(folder / "solo.mid").tracks[1]
    return [message.program for message in track if message.type == "program_change"]


def test_by_default_everything_is_that_of_one_training_solo(generate, tmp_path):
    known = {profile[:3] for profile in PROFILES}
    found = set()
    for seed in range(8):
        outcome, row = generate("--seed", seed)
        assert not remarks(outcome)
        assert row["played_like"] == row["instrument"]
        assert sound(tmp_path) == [find_instrument(row["instrument"]).program]
        found.add((row["performer"], row["instrument"], row["style"]))
    assert found <= known
    assert len(found) > 2


@pytest.mark.parametrize(
    ("options", "performers", "instruments", "styles"),
    [
        (["--instrument", "Trumpet"], {"Ben Brass"}, {TRUMPET}, {"cool", "hard bop"}),
        (["--instrument", "tenor sax"], {"Cleo Horn"}, {TENOR}, {"hard bop"}),
        (["--style", "Hard-Bop"], {"Ben Brass", "Cleo Horn"}, {TRUMPET, TENOR}, {"hard bop"}),
        (["--style", "bebop"], {"Anna Reed"}, {ALTO}, {"bebop"}),
        (["--performer", "Cleo Horn"], {"Cleo Horn"}, {TENOR, SOPRANO}, {"hard bop", "post-bop"}),
        (["--performer", "", "--style", "cool", "--instrument", "ts"], {""}, {TENOR}, {"cool"}),
    ],
    ids=lambda given: " ".join(sorted(given)) if isinstance(given, set) else " ".join(given),
)
def test_who_plays_fits_what_is_asked_for(generate, options, performers, instruments, styles):
    outcome, rows = generate(*options, "--takes", 12)
    assert not remarks(outcome)
    assert {row["performer"] for row in rows} == performers
    assert (
        {row["instrument"] for row in rows} == {row["played_like"] for row in rows} == instruments
    )
    assert {row["style"] for row in rows} == styles


def test_the_notes_lie_in_the_range_of_who_plays_unless_another_is_asked_for(generate, tmp_path):
    generate("--instrument", "tenor", "--choruses", 6)
    pitches = [note.pitch for note in read(tmp_path / "solo.mid").notes]
    # Those who play the tenor have solos from 45 to 70, and the tenor goes down to 44.
    assert 44 <= min(pitches) <= max(pitches) <= 72
    generate("--instrument", "tenor", "--choruses", 6, "--range", "C5-C6")
    pitches = [note.pitch for note in read(tmp_path / "solo.mid").notes]
    assert 72 <= min(pitches) <= max(pitches) <= 84


def test_both_engines_play_the_same(generate, tmp_path):
    options = ["--performer", "Anna Reed", "--instrument", "flute", "--style", "cool"]
    options += ["--range", "C4-C6", "--choruses", 1]
    _, light = generate(*options)
    first = (tmp_path / "solo.mid").read_bytes()
    _, keras_engine = generate(*options, "--engine", "keras")
    assert (tmp_path / "solo.mid").read_bytes() == first
    differs = {"seconds": 0, "engine": ""}
    assert {**light, **differs} == {**keras_engine, **differs}


def test_a_solo_is_articulated_and_reads_back_as_it_was(knowing_model, tmp_path):
    played = load(knowing_model).improvise(package.chart("blues"), seed=2)
    gaps = [after.onset - note.end for note, after in pairwise(played.notes)]
    assert any(0 < gap < 12 for gap in gaps)
    assert 0 in gaps
    package.save(played, tmp_path / "solo.mid")
    assert read(tmp_path / "solo.mid").notes == played.notes


@pytest.mark.parametrize(
    ("instrument", "style", "low", "high"),
    [(TENOR, "cool", 44, 75), ("flute", "ska", 60, 96), ("oud", "", 49, 80)],
)
def test_bars_are_regenerated_on_the_instrument_of_the_solo(
    knowing_model, instrument, style, low, high
):
    model, chart = load(knowing_model), package.chart("blues")
    solo = Solo((Note(0, 24, 66), Note(96 * 11, 96, 65)), chart, instrument=instrument, style=style)
    [again] = model.regenerate(solo, (2, 11), [1])
    assert (again.instrument, again.style) == (instrument, style)
    assert (again.notes[0], again.notes[-1].pitch) == (solo.notes[0], 65)
    new = [note.pitch for note in again.notes if 96 <= note.onset < 96 * 11]
    assert len(new) > 10
    assert low <= min(new) <= max(new) <= high
    if style == "cool":  # that the model knows both can be heard
        unnamed = replace(solo, instrument="", style="")
        assert model.regenerate(unnamed, (2, 11), [1])[0].notes != again.notes


def test_the_conditions_change_the_solo(generate, tmp_path):
    found = set()
    for style in ("bebop", "cool"):
        given = ["--performer", "", "--style", style, "--choruses", 12, "--instrument"]
        for instrument in ("tenor", "alto"):
            generate(*given, instrument, "--range", "C3-C6", "--breath", 8)
            found.add(read(tmp_path / "solo.mid").notes)
    assert len(found) == 4


def test_an_instrument_that_no_training_solo_is_played_on(generate, tmp_path):
    outcome, row = generate("--instrument", "flute")
    assert remarks(outcome) == [
        "no training solo is played on the flute; played like the soprano saxophone, whose range "
        "is nearest"
    ]
    assert (row["instrument"], row["played_like"]) == ("flute", SOPRANO)
    assert row["performer"] == "Cleo Horn"
    assert sound(tmp_path) == [73]
    pitches = [note.pitch for note in read(tmp_path / "solo.mid").notes]
    assert 60 <= min(pitches) <= max(pitches) <= 96


def test_a_performer_on_an_instrument_that_is_not_theirs(generate, tmp_path):
    outcome, row = generate("--performer", "anna reed", "--instrument", "trumpet")
    assert remarks(outcome) == [
        "Anna Reed plays no trumpet in the training data; played on it all the same"
    ]
    assert [row[name] for name in ("performer", "instrument", "played_like", "style")] == [
        "Anna Reed", TRUMPET, TRUMPET, "bebop"
    ]  # fmt: skip
    assert sound(tmp_path) == [56]


@pytest.mark.parametrize(
    ("options", "combination"),
    [
        (["--performer", "Anna Reed", "--style", "cool"], "by Anna Reed and in the style cool"),
        (["--instrument", "tenor", "--style", "cool"], f"on the {TENOR} and in the style cool"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_style_in_which_nobody_asked_for_has_played(generate, options, combination):
    outcome, rows = generate(*options, "--takes", 3)
    assert remarks(outcome) == [
        f"no training solo is {combination}; the model is asked for it all the same"
    ]
    assert {row["style"] for row in rows} == {"cool"}


def test_without_json_the_line_says_who_plays_on_what(knowing_model, tmp_path):
    given = ["--instrument", "trumpet", "--out", tmp_path / "solo.mid"]
    line = succeed("generate", "--model", knowing_model, *given).out
    assert "(model knowing, seed 0, like Ben Brass on trumpet)" in line


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (
            ["--style", "beebop"],
            "style 'beebop': the model does not know that one; nearest: bebop",
        ),
        (["--style", "ska"], "nearest: bebop, cool, hard bop, post-bop"),
        (["--performer", "Horn"], "performer 'Horn': the model does not know that one; nearest: "),
        (
            ["--instrument", "kazoo"],
            "--instrument: 'kazoo' is not an instrument: expected one of soprano saxophone, alto",
        ),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_the_model_does_not_know_is_answered(knowing_model, tmp_path, options, words):
    out = tmp_path / "solo.mid"
    outcome = jazzgen("generate", "--model", knowing_model, *options, "--out", out)
    assert words in outcome.complaint
    assert not out.exists()


@pytest.mark.parametrize("model", ["tiny", "small"])
def test_a_style_for_a_model_that_knows_none(tiny_model, tmp_path, model):
    folder = tiny_model if model == "tiny" else model
    out = tmp_path / "solo.mid"
    outcome = jazzgen("generate", "--model", folder, "--style", "bebop", "--out", out)
    assert outcome.complaint == (
        f"jazzgen: {model}: knows no styles; leave out the style, or choose another model"
    )
    assert not out.exists()


def test_regenerated_bars_are_played_on_the_instrument_asked_for(generate, tmp_path):
    generate("--instrument", "tenor")
    before = read(tmp_path / "solo.mid")
    out = tmp_path / "again.mid"
    _, row = generate(
        "--solo",
        tmp_path / "solo.mid",
        "--bars",
        "2-3",
        "--chart",
        "| Dm7 | G7 | Cmaj7 | C6 | Cmaj7 |",
        "--instrument",
        "trumpet",
        "--out",
        out,
    )
    after = read(out)
    assert (row["performer"], row["instrument"]) == ("", TRUMPET)
    new = [note.pitch for note in after.notes if 96 <= note.onset < 288]
    assert all(52 <= pitch <= 82 for pitch in new)
    assert [n for n in after.notes if n.onset >= 288] == [n for n in before.notes if n.onset >= 288]


def test_a_sheet_is_written_for_the_instrument_that_is_asked_for(knowing_model, tmp_path):
    sheet = tmp_path / "solo.musicxml"
    succeed("generate", "--model", knowing_model, "--instrument", "tenor", "--out", sheet)
    assert "<part-name>Tenor sax in B♭</part-name>" in sheet.read_text(encoding="utf-8")
