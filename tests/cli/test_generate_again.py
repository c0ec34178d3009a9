"""A file says how it was made, and `--again` makes it once more."""

import shutil

import pytest
from commands import jazzgen, succeed

import jazzgen as package
from jazzgen.improviser import load
from jazzgen.io.midi.recipe import recipe_of, with_recipe

SHORT = ["--chart", "| Dm7 | G7 |", "--choruses", 1]


@pytest.fixture
def generate(tiny_model, tmp_path):
    def run(*options, out="a.mid"):
        succeed("generate", "--model", tiny_model, *options, "--out", tmp_path / out)
        return tmp_path / out

    return run


@pytest.fixture
def again(tiny_model, tmp_path):
    def run(file, *options):
        out = tmp_path / "again.mid"
        succeed("generate", "--again", file, "--model", tiny_model, *options, "--out", out)
        return out.read_bytes()

    return run


@pytest.mark.parametrize(
    "options",
    [
        ["--seed", 5, "--temperature", 0.7, "--no-band", "--title", "Zoë's ]]>"],
        ["--key", "F", "--tempo", 90, "--swing", 1.5, "--mute", "piano", "--ending", "none"],
        ["--mechanical", "--range", "Bb2-F5", "--licks", 0],
    ],
    ids=["solo", "band", "mechanical"],
)
def test_it_is_made_once_more(generate, again, options):
    file = generate(*SHORT, *options)
    assert again(file) == file.read_bytes()


def test_one_of_several_takes_is_made_once_more(generate, again, tmp_path):
    generate(*SHORT, "--takes", 3)
    assert again(tmp_path / "a-2.mid") == (tmp_path / "a-2.mid").read_bytes()


def test_other_options_overrule_the_file_s(generate, again):
    file = generate(*SHORT, "--tempo", 90, "--seed", 3)
    other = generate(*SHORT, "--tempo", 120, "--seed", 3, out="b.mid")
    assert again(file, "--tempo", 120) == other.read_bytes()


def test_neither_paths_nor_engines_are_in_it(generate, tmp_path, again):
    chart = tmp_path / "my-changes.txt"
    chart.write_text("title: Mine\n| Dm7 | G7 |\n")
    file = generate("--chart", chart, "--choruses", 1)
    assert str(tmp_path).encode() not in file.read_bytes()
    assert recipe_of(file.read_bytes(), "a")["options"]["tune"]["chart"].count("G7") == 1
    chart.unlink()
    assert again(file) == file.read_bytes()


def test_the_other_engine_is_asked_for_the_same_file(generate, again, monkeypatch):
    # Both engines play the same notes (tests/nn/test_engine.py): building a graph shows no more.
    file, asked = generate(*SHORT, "--seed", 4), []

    def loaded(folder, engine):
        asked.append(engine)
        return load(folder)

    monkeypatch.setattr("jazzgen.cli.generate._loaded", loaded)
    assert again(file, "--engine", "keras") == file.read_bytes()
    assert asked == ["keras"]


def test_a_file_with_a_phrase_needs_it_again(generate, again, tiny_model, tmp_path):
    line = package.Solo((package.Note(0, 24, 62),), package.chart("| Dm7 |"))
    primer, other = line.save(tmp_path / "lick.mid"), line.transpose(1).save(tmp_path / "up.mid")
    file = generate(*SHORT, "--primer", primer)
    command = ["generate", "--again", file, "--model", tiny_model, "--out", tmp_path / "no.mid"]
    complaint = jazzgen(*command).complaint
    assert f"--again {file}: was made with --primer; name that file again" in complaint
    complaint = jazzgen(*command, "--primer", other).complaint
    assert f"--primer {other}: is not the file with which {file} was made" in complaint
    moved = shutil.move(primer, tmp_path / "moved.mid")
    assert again(file, "--primer", moved) == file.read_bytes()


@pytest.mark.parametrize("recipe", [None, {"options": 3}, {"options": {}, "seed": 1}])
def test_a_file_that_does_not_say(tmp_path, recipe):
    solo = package.Solo((package.Note(0, 24, 62),), package.chart("| Dm7 |"))
    file = solo.save(tmp_path / "a.mid")
    if recipe:
        file.write_bytes(with_recipe(file.read_bytes(), recipe))
    complaint = jazzgen("generate", "--again", file, "--out", tmp_path / "b.mid").complaint
    assert f"{file}: does not say how it was made" in complaint
    assert package.read(file).notes == solo.notes


def test_another_edition_of_the_model(tmp_path):
    solo = package.Solo((package.Note(0, 24, 62),), package.chart("| Dm7 |"))
    recipe = {"options": {}, "seed": 1, "takes": 1, "take": 1, "model": "improviser"}
    file = solo.save(tmp_path / "a.mid")
    file.write_bytes(with_recipe(file.read_bytes(), {**recipe, "model_hash": "0"}))
    complaint = jazzgen("generate", "--again", file, "--out", tmp_path / "b.mid").complaint
    assert f"--again {file}: was played by another edition of the model improviser" in complaint


def test_another_seed_or_number_of_takes_may_be_asked_for(generate, again, tiny_model, tmp_path):
    file, zero = generate(*SHORT, "--seed", 4), generate(*SHORT, "--seed", 0, out="b.mid")
    assert again(file, "--seed", 0) == zero.read_bytes() != file.read_bytes()
    out = tmp_path / "two.mid"
    succeed("generate", "--again", file, "--model", tiny_model, "--takes", 2, "--out", out)
    assert {one.name for one in tmp_path.glob("two*")} == {"two-1.mid", "two-2.mid"}


def test_chords_without_a_key_are_taken_to_be_in_the_same_one(generate, again, tmp_path):
    chart = tmp_path / "no-key.txt"
    chart.write_text("| G7 | C7 | G7 | D7 |\n")
    for key in ("C", "Cm"):
        file = generate("--chart", chart, "--key", key, "--choruses", 1)
        assert again(file) == file.read_bytes()
